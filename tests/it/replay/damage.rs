//! A row that was changed, or a webhook that is gone, is named exactly.

use super::world::jo_is_recovered;
use crate::support::replay::replayed;
use crate::support::rig::{Rig, both, story_campaign};
use comeback::db::Db;

async fn damage(rig: &Rig, sql: &'static str) {
    let rows = match &rig.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.expect(sql).rows_affected(),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.expect(sql).rows_affected(),
    };
    assert_eq!(rows, 1, "{sql}");
}

/// Damages a store in one place: replay names exactly these, as `kind: what`.
async fn check(sql: &'static str, expected: &[&str]) {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        jo_is_recovered(&rig).await;
        damage(&rig, sql).await;
        let found: Vec<String> =
            replayed(&rig.app, rig.shop.id).await.differences.iter().map(|d| format!("{}: {}", d.kind, d.what)).collect();
        assert_eq!(found, expected, "{engine}: {sql}");
    }
}

#[tokio::test]
async fn a_carts_value_that_was_changed_is_named() {
    check("UPDATE carts SET value_minor = 5001", &["carts: value_minor: stored 5001, rebuilt 5000"]).await;
}

#[tokio::test]
async fn a_cent_of_a_credit_is_named_and_the_figures_that_it_falsifies() {
    let figures = "figures: stored {\"amount\":\"25.01\",\"currency\":\"USD\"}, rebuilt {\"amount\":\"25.00\",\"currency\":\"USD\"}";
    let mut expected = vec!["credits: net_minor: stored 2501, rebuilt 2500"];
    // By campaign, step, channel and day: net and contribution of its row and of the total.
    expected.extend([figures; 16]);
    check("UPDATE credit_ledger SET net_minor = 2501 WHERE net_minor = 2500 AND model = 'last_touch'", &expected).await;
}

#[tokio::test]
async fn a_decisions_rule_that_was_changed_is_named() {
    check("UPDATE decisions SET rule = 'because' WHERE outcome = 'send'", &["decisions: rule: stored \"because\", rebuilt \"all_clear\""])
        .await;
}

#[tokio::test]
async fn a_nudges_state_that_was_changed_is_named() {
    check("UPDATE nudges SET state = 'sent' WHERE state = 'cancelled'", &["nudges: state: stored \"sent\", rebuilt \"cancelled\""]).await;
}

#[tokio::test]
async fn a_consent_that_was_changed_is_named() {
    check(
        "UPDATE consents SET state = 'unsubscribed' WHERE channel = 'sms'",
        &["consents: state: stored \"unsubscribed\", rebuilt \"subscribed\""],
    )
    .await;
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_missed_where_it_left_its_traces() {
    both(|rig| async move {
        jo_is_recovered(&rig).await;
        damage(&rig, "DELETE FROM deliveries WHERE topic = 'refunds/create'").await;
        let replayed = replayed(&rig.app, rig.shop.id).await;
        let kinds: std::collections::BTreeSet<&str> = replayed.differences.iter().map(|d| d.kind).collect();
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["credits", "events", "figures", "orders", "outcomes"]);
        let event = replayed.differences.iter().find(|d| d.kind == "events").expect("an event");
        assert_eq!(event.what, "stored, but does not follow from what came in");
        let text = format!("{:?}", replayed.differences);
        assert!(!text.contains("example.com") && !text.contains("+1212"), "differences name nobody: {text}");
        rig
    })
    .await;
}

#[tokio::test]
async fn an_address_that_was_changed_is_found_and_not_told() {
    check("UPDATE contact_identities SET value = 'someone@example.com' WHERE kind = 'email'", &["contacts: identities differs"]).await;
}

#[tokio::test]
async fn a_cart_that_is_gone_is_missed() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::with(engine, story_campaign()).await;
        jo_is_recovered(&rig).await;
        let cart = rig.cart().await.id.to_string();
        damage(&rig, "DELETE FROM carts").await;
        let replayed = replayed(&rig.app, rig.shop.id).await;
        let missed = replayed.differences.iter().find(|d| d.kind == "carts").expect("a cart");
        assert_eq!((missed.id.as_str(), missed.what.as_str()), (cart.as_str(), "follows from what came in, but is not stored"));
    }
}
