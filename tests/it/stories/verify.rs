//! The database is asked whether it keeps the promises: each way to break one is planted, and told by its name.

use crate::support::rig::{Rig, both};
use crate::support::shopper::Shopper;
use comeback::app::links::{Given, Opened, Program, open};
use comeback::app::outbound::endpoints::{self, Wanted};
use comeback::app::verify::{self, Violation};
use comeback::db::Db;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// A phone's browser: a person.
const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/// The table that is damaged, how, and which checks tell of it.
type Case = (&'static str, &'static str, &'static [&'static str]);

/// `JO` came back by her mail and bought; `ANN` got the mail and waits for the text; `KIM` left without an address.
const JO: &str = "(SELECT id FROM carts WHERE state = 'recovered')";
const ANN: &str = "(SELECT cart_id FROM enrolments WHERE cart_id IN (SELECT id FROM carts WHERE purchased_at IS NULL))";
const KIM: &str = "(SELECT id FROM carts WHERE contact_id IS NULL)";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("deliveries", "UPDATE deliveries SET state = 'pending', applied_at = NULL WHERE topic = 'orders/create'", &["delivery_settled"]),
    ("deliveries", "UPDATE deliveries SET state = 'set_aside' WHERE topic = 'orders/create'", &["delivery_settled"]),
    ("deliveries", "UPDATE deliveries SET applied_at = NULL WHERE topic = 'orders/create'", &["delivery_settled"]),
    ("deliveries", "UPDATE deliveries SET received_at = received_at - 7200000 WHERE topic = 'orders/create'", &["nothing_sent_before_urgent_applied"]),
    ("contacts", "INSERT INTO contacts (shop_id, id, facts, merged_into, created_at) SELECT shop_id, {new}, '{}', {other}, 0 FROM contacts LIMIT 1",
        &["merged_contact_is_known"]),
    ("contact_identities", "UPDATE contact_identities SET contact_id = {other} WHERE kind = 'customer'", &["identity_of_a_living_contact"]),
    ("contacts", "UPDATE contacts SET erased_at = 1 WHERE id = (SELECT contact_id FROM carts WHERE state = 'recovered')", &["identity_of_a_living_contact"]),
    ("consents", "UPDATE consents SET state = 'unsubscribed' WHERE channel = 'sms'", &["consent_is_what_was_said"]),
    ("consents", "UPDATE consents SET confirmed_at = at WHERE channel = 'sms'", &["consent_is_what_was_said"]),
    ("consents", "UPDATE consents SET withdrawn_at = at WHERE channel = 'sms'", &["consent_is_what_was_said"]),
    ("consents", "DELETE FROM consents WHERE channel = 'sms'", &["said_word_stands"]),
    ("consent_log", "DELETE FROM consent_log WHERE channel = 'sms'", &["consent_is_what_was_said"]),
    ("consent_log", "UPDATE consent_log SET at = at + 1 WHERE channel = 'sms'", &["consent_is_what_was_said"]),
    ("carts", "UPDATE carts SET merged_into = {other} WHERE id = KIM", &["merged_cart_leads_to_a_living_one", "token_of_a_living_cart"]),
    ("credit_ledger", "DELETE FROM credit_ledger", &["recovered_has_credit"]),
    ("carts", "UPDATE carts SET state = 'purchased' WHERE id = JO", &["recovered_has_credit", "state_follows_facts"]),
    ("carts", "UPDATE carts SET purchased_at = NULL WHERE id = JO", &["purchase_is_dated"]),
    ("carts", "UPDATE carts SET state = 'lost' WHERE id = KIM", &["state_follows_facts"]),
    ("carts", "UPDATE carts SET facts = 'nonsense' WHERE id = KIM", &["state_follows_facts"]),
    ("carts", "UPDATE carts SET active_at = active_at + 1 WHERE id = KIM", &["state_follows_facts"]),
    ("carts", "UPDATE carts SET state = 'open' WHERE id = KIM", &["left_cart_noticed"]),
    ("decisions", "DELETE FROM decisions WHERE outcome = 'not_planned'", &["abandoned_is_planned_or_explained"]),
    ("cart_tokens", "UPDATE cart_tokens SET cart_id = {other} WHERE cart_id = KIM", &["token_of_a_living_cart"]),
    ("cart_tokens", "UPDATE cart_tokens SET cart_id = KIM WHERE cart_id = JO", &["order_ends_its_cart"]),
    ("nudges", "DELETE FROM nudges WHERE step = 1 AND cart_id = ANN", &["every_step_is_planned"]),
    ("campaign_versions", "DELETE FROM campaign_versions", &["every_step_is_planned"]),
    ("decisions", "DELETE FROM decisions WHERE outcome = 'planned' AND cart_id = ANN", &["enrolment_is_explained"]),
    ("carts", "UPDATE carts SET purchased_at = purchased_at - 3600000 WHERE id = JO", &["not_after_the_purchase"]),
    ("nudges", "UPDATE nudges SET state = 'scheduled' WHERE cart_id = JO AND step = 1", &["nothing_waits_for_an_ended_cart"]),
    ("nudges", "UPDATE nudges SET state = 'unknown', step = 0, sent_at = 1, enrolment_id = {other} WHERE cart_id = JO AND step = 1",
        &["every_step_is_planned", "nudge_of_an_enrolment", "once_per_step"]),
    ("enrolments", "UPDATE enrolments SET arm = 'holdout' WHERE cart_id = JO", &["comparison_group_untouched", "outcome_of_a_counted_shopper"]),
    ("nudges", "UPDATE nudges SET campaign_id = {other} WHERE step = 1 AND cart_id = ANN", &["nudge_of_an_enrolment"]),
    ("nudges", "UPDATE nudges SET state = 'failed' WHERE step = 1 AND cart_id = ANN", &["settled_is_explained"]),
    ("decisions", "DELETE FROM decisions WHERE outcome = 'send' AND cart_id = ANN", &["sent_was_decided"]),
    ("nudges", "UPDATE nudges SET provider = NULL WHERE step = 0 AND cart_id = ANN", &["sent_is_dated"]),
    ("nudges", "UPDATE nudges SET sent_at = NULL WHERE step = 0 AND cart_id = ANN", &["sent_is_dated"]),
    ("messages", "DELETE FROM messages WHERE recipient = 'ann@example.com'", &["sent_is_kept"]),
    ("suppressions", "INSERT INTO suppressions (shop_id, channel, address, reason, created_at) SELECT shop_id, 'email', recipient, 'planted', 1 FROM messages
        WHERE recipient = 'ann@example.com'", &["suppressed_gets_nothing"]),
    ("nudges", "UPDATE nudges SET channel = 'sms', state = 'unknown', sent_at = 5 - step WHERE cart_id = ANN",
        &["one_text_per_cart_in_north_america", "settled_is_explained"]),
    ("requests", "INSERT INTO requests (shop_id, id, at, kind, cart_id) SELECT shop_id, {new}, 1, 'stop', id FROM carts WHERE id = ANN",
        &["stopped_by_hand_is_kept"]),
    ("nudges", "UPDATE nudges SET lease_until = 1, lease_by = 'nobody' WHERE step = 1 AND cart_id = ANN", &["leases_end"]),
    ("nudges", "UPDATE nudges SET state = 'sending', lease_until = 1, lease_by = 'nobody' WHERE step = 1 AND cart_id = ANN", &["leases_end"]),
    ("decisions", "UPDATE decisions SET cart_id = {other} WHERE outcome = 'sent'", &["decision_of_a_known_nudge"]),
    ("decisions", "UPDATE decisions SET inputs = REPLACE(inputs, '\"cart\":\"abandoned\"', '\"cart\":\"purchased\"') WHERE outcome = 'send'", &["decided_again"]),
    ("decisions", "UPDATE decisions SET inputs = REPLACE(inputs, '\"allows\":true', '\"allows\":false') WHERE outcome = 'send'", &["decided_again"]),
    ("decisions", "UPDATE decisions SET inputs = '{\"now\":1}' WHERE outcome = 'send'", &["decided_again"]),
    ("orders", "UPDATE orders SET refunds_minor = refunds_minor + 1", &["order_net"]),
    ("orders", "UPDATE orders SET kept_minor = net_minor - 1", &["order_net"]),
    ("orders", "UPDATE orders SET gross_minor = gross_minor + 1, net_minor = net_minor + 1, kept_minor = kept_minor + 1", &["credits_add_up", "journey_of_its_order"]),
    ("credit_ledger", "UPDATE credit_ledger SET refunds_minor = refunds_minor + 1", &["credit_net"]),
    ("orders", "UPDATE orders SET currency = 'EUR'", &["credit_net", "journey_of_its_order"]),
    ("orders", "DELETE FROM orders", &["credit_net"]),
    ("credit_ledger", "UPDATE credit_ledger SET ordered_at = 1", &["credit_of_a_sent_nudge"]),
    ("credit_ledger", "UPDATE credit_ledger SET nudge_id = {other}", &["credit_of_a_sent_nudge"]),
    ("credit_ledger", "UPDATE credit_ledger SET kind = 'influenced'", &["earned_or_influenced", "recovered_has_credit"]),
    ("credit_ledger", "UPDATE credit_ledger SET gross_minor = gross_minor + 1, net_minor = net_minor + 1 WHERE model = 'linear'", &["credits_add_up"]),
    ("journeys", "UPDATE journeys SET value_minor = value_minor + 1 WHERE of_kind = 'order'", &["journey_of_its_order", "journeys_are_counted"]),
    ("journeys", "DELETE FROM journeys WHERE of_kind = 'order'", &["journey_of_its_order"]),
    ("journey_paths", "UPDATE journey_paths SET orders = orders + 1", &["journeys_are_counted"]),
    ("discount_codes", "INSERT INTO discount_codes (shop_id, code, pool_id, campaign_id, step, state, cart_id, nudge_id, given_at, ends_at, created_at)
        SELECT shop_id, 'PLANTED', {other}, campaign_id, step, 'given', cart_id, id, 1, 2, 1 FROM nudges WHERE step = 0 AND cart_id = ANN",
        &["code_works_as_promised"]),
    ("discount_codes", "INSERT INTO discount_codes (shop_id, code, pool_id, campaign_id, step, state, cart_id, nudge_id, given_at, ends_at, created_at)
        SELECT shop_id, 'PLANTED', {other}, campaign_id, step, 'given', {other}, id, 1, 2, 1 FROM nudges WHERE step = 0 AND cart_id = ANN",
        &["code_of_a_treated_shopper", "code_works_as_promised"]),
    ("nudges", "UPDATE nudges SET state = 'delivered' WHERE step = 0 AND cart_id = ANN", &["delivered_was_told"]),
    ("receipts", "INSERT INTO receipts (shop_id, id, nudge_id, channel, provider, fate, at, heard_at, forgiven)
        SELECT shop_id, {new}, id, 'email', 'outbox', 'delivered', 1, 1, FALSE FROM nudges WHERE step = 0 AND cart_id = ANN", &["delivered_was_told"]),
    ("receipts", "INSERT INTO receipts (shop_id, id, nudge_id, channel, provider, fate, at, heard_at, forgiven)
        SELECT shop_id, {new}, id, 'email', 'outbox', 'blocked', 1, 1, FALSE FROM nudges WHERE step = 0 AND cart_id = ANN", &["bounced_is_failed"]),
    ("receipts", "INSERT INTO receipts (shop_id, id, nudge_id, channel, provider, fate, at, heard_at, forgiven)
        SELECT shop_id, {new}, {other}, 'email', 'outbox', 'accepted', 1, 1, FALSE FROM nudges WHERE step = 0 AND cart_id = ANN", &["receipt_of_a_known_nudge"]),
    ("receipts", "INSERT INTO receipts (shop_id, id, channel, provider, recipient, fate, at, heard_at, forgiven)
        SELECT id, {new}, 'email', 'outbox', 'ann@example.com', 'hard_bounce', 1, 1, FALSE FROM shops", &["dead_address_is_suppressed"]),
    ("replies", "INSERT INTO replies (shop_id, id, channel, provider, sender, written, meant, at, heard_at, forgiven)
        SELECT id, {new}, 'email', 'outbox', 'ann@example.com', 'stop', 'stop', 1, 1, FALSE FROM shops", &["stop_is_kept"]),
    ("lift_outcomes", "UPDATE lift_outcomes SET enrolment_id = {other} WHERE enrolment_id IN (SELECT id FROM enrolments WHERE cart_id = ANN)",
        &["counted_has_an_outcome", "outcome_of_a_counted_shopper"]),
    ("enrolments", "UPDATE enrolments SET counted_at = NULL WHERE cart_id = ANN", &["outcome_of_a_counted_shopper"]),
    ("lift_outcomes", "UPDATE lift_outcomes SET net_minor = net_minor + 1", &["outcomes_add_up"]),
    ("lift_days", "UPDATE lift_days SET shoppers = shoppers + 1", &["outcomes_add_up"]),
    ("report_carts", "UPDATE report_carts SET fact = REPLACE(fact, '\"bought\":true', '\"bought\":false')", &["report_follows_rows"]),
    ("report_carts", "DELETE FROM report_carts WHERE cart_id = KIM", &["report_follows_rows", "report_sums_add_up"]),
    ("rollups", "UPDATE rollups SET carts = carts + 1 WHERE dimension = 'country'", &["report_sums_add_up"]),
    ("rollups", "DELETE FROM rollups WHERE bucket >= 0", &["report_sums_add_up"]),
    ("report_buyers", "DELETE FROM report_buyers", &["report_follows_rows", "report_sums_add_up"]),
    ("recovered_sums", "INSERT INTO recovered_sums (shop_id, part, model, begin_at, campaign_id, step, channel, currency, count, raw, cost_micros, gross_minor,
            refunds_minor, net_minor, discount_minor) SELECT id, 'nudges', '', 0, {other}, 0, 'email', '', 1, 0, 0, 0, 0, 0, 0 FROM shops",
        &["report_days_follow_rows"]),
    ("webhook_sends", "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts)
        SELECT shop_id, {other}, {new}, 'test', 1, '', 'waiting', 9000000000000, 1 FROM webhook_endpoints", &["told_an_endpoint"]),
    ("webhook_sends", "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts, settled_at)
        SELECT shop_id, id, {new}, 'test', 1, '', 'waiting', 9000000000000, 1, 2 FROM webhook_endpoints", &["told_or_waiting"]),
    ("webhook_sends", "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts)
        SELECT shop_id, id, {new}, 'test', 1, '', 'given_up', 1, 1 FROM webhook_endpoints", &["told_or_waiting"]),
    ("webhook_sends", "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts, settled_at)
        SELECT shop_id, id, {new}, 'test', 1, '', 'given_up', 1, 0, 2 FROM webhook_endpoints", &["told_was_tried"]),
    ("webhook_sends", "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts, settled_at)
        SELECT shop_id, id, {new}, 'test', 1, '', 'taken', 1, 1, 9000000000000 FROM webhook_endpoints", &["told_was_tried"]),
    ("webhook_sends", "INSERT INTO webhook_sends (shop_id, endpoint_id, event_id, kind, at, payload, state, due_at, attempts)
        SELECT shop_id, id, {new}, 'test', 1, '', 'waiting', 1, 1 FROM webhook_endpoints", &["due_is_told"]),
    ("rollup_buyers", "UPDATE rollup_buyers SET net_minor = net_minor - 1", &["report_sums_add_up"]),
];

/// Runs a statement that no code of the program would.
async fn planted(rig: &Rig, sql: &str) {
    let (new, other) = match &rig.app.db {
        Db::Sqlite { .. } => ("randomblob(16)", "x'0000000000000000000000000000ffff'"),
        Db::Postgres(_) => ("gen_random_uuid()", "'00000000-0000-0000-0000-00000000ffff'::uuid"),
    };
    let sql =
        sql.replace("{new}", new).replace("{other}", other).replace("= JO", &format!("IN {JO}")).replace("= ANN", &format!("IN {ANN}"));
    let sql = sql.replace("SET cart_id = KIM", &format!("SET cart_id = {KIM}")).replace("= KIM", &format!("IN {KIM}"));
    let sql = sqlx::AssertSqlSafe(sql);
    match &rig.app.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .expect("planted");
}

async fn told(rig: &Rig) -> (verify::Summary, Vec<Violation>) {
    let mut all = Vec::new();
    let summary = verify::run(&rig.app, &mut |violation| all.push(violation)).await.expect("verified");
    assert_eq!(summary.violations, all.len() as u64);
    (summary, all)
}

async fn three_shoppers(rig: &Rig) {
    let (jo, ann, kim) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2), Shopper::new("Kim", 3));
    rig.tell("checkouts/update", &ann.checkout(rig.app.now())).await;
    rig.tell("checkouts/update", &kim.anonymous(rig.app.now())).await;
    rig.clock.advance(SignedDuration::from_secs(1));
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(71)).await;
    assert_eq!(rig.mails.count(), 2);
    let (token, _) = rig.links();
    open(&rig.app, &Opened { link: Given::Token(&token), by: Program::named(PERSON) }).await.expect("a link");
    rig.clock.advance(SignedDuration::from_mins(8));
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(15)).await;
}

#[tokio::test]
async fn each_broken_promise_is_told_by_its_name() {
    both(|rig| async move {
        three_shoppers(&rig).await;
        let wanted = Wanted { url: "https://example.com/hook".into(), note: String::new(), kinds: vec!["contact.unsubscribed".into()] };
        endpoints::add(&rig.app, rig.shop.id, &wanted, "story").await.expect("an endpoint");
        assert_eq!(told(&rig).await.1, []);
        for (table, damage, checks) in CASES {
            planted(&rig, &format!("CREATE TABLE kept AS SELECT * FROM {table}")).await;
            planted(&rig, damage).await;
            let (_, violations) = told(&rig).await;
            // Whatever is damaged may be counted otherwise than it says, too: that is asked of by cases of its own.
            let of_reports = |check: &str| check.starts_with("report_");
            let asked = checks.iter().any(|c| of_reports(c));
            let names: BTreeSet<&str> = violations.iter().map(|v| v.check).filter(|c| asked || !of_reports(c)).collect();
            assert_eq!(names, checks.iter().copied().collect(), "{}: {damage}: {violations:#?}", rig.engine);
            assert!(violations.iter().all(|v| v.shop_id == rig.shop.id && !v.to_string().contains("example.com")), "{violations:#?}");
            for repair in [format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM kept"), "DROP TABLE kept".into()] {
                planted(&rig, &repair).await;
            }
        }
        let planted: BTreeSet<&str> = CASES.iter().flat_map(|(_, _, checks)| checks.iter().copied()).collect();
        assert_eq!(planted, verify::rules().map(|(name, _)| name).collect(), "every check has a case");
        rig
    })
    .await;
}

#[tokio::test]
async fn thousands_of_violations_are_told_one_by_one() {
    both(|rig| async move {
        const MANY: usize = 5000;
        let fresh = match rig.app.db {
            Db::Sqlite { .. } => "hex(randomblob(16))",
            Db::Postgres(_) => "gen_random_uuid()::text",
        };
        let many = format!(
            "INSERT INTO deliveries (shop_id, id, delivery_key, topic, received_at, urgent, state, body)
            WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {MANY})
            SELECT s.id, {{new}}, {fresh}, 'carts/update', 1, FALSE, 'applied', '' FROM counted, shops s"
        );
        planted(&rig, &many).await;
        let (summary, violations) = told(&rig).await;
        assert!(summary.rows >= MANY as u64 && summary.shops == 1, "{summary:?}");
        let ids: BTreeSet<_> = violations.iter().map(|v| v.id).collect();
        assert_eq!((violations.len(), ids.len()), (MANY, MANY), "each once");
        assert!(violations.iter().all(|v| v.check == "delivery_settled"));
        let elsewhere = comeback::domain::ids::ShopId(uuid::Uuid::nil());
        assert!(verify::run_for(&rig.app, Some(elsewhere), &mut |_| ()).await.is_err(), "an unknown store is told");
        planted(&rig, "DELETE FROM deliveries").await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_busy_database_raises_no_false_alarm() {
    both(|rig| async move {
        const SHOPPERS: i64 = 50;
        let done = AtomicBool::new(false);
        let work = async {
            let shopper = |n| Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
            for n in 0..SHOPPERS {
                rig.tell("checkouts/update", &shopper(n).checkout(rig.app.now())).await;
                rig.pass(SignedDuration::from_mins(2)).await;
                // Some buy before they are reminded, some after.
                if n % 3 == 0 {
                    rig.tell("orders/create", &shopper(n / 2).order(rig.app.now())).await;
                }
            }
            done.store(true, Ordering::Relaxed);
        };
        let watch = async {
            let mut runs = 0;
            while !done.load(Ordering::Relaxed) {
                assert_eq!(told(&rig).await.1, []);
                runs += 1;
            }
            runs
        };
        let ((), runs) = tokio::join!(work, watch);
        assert!(runs > 1 && rig.mails.count() > 0, "{runs} runs, {} mails", rig.mails.count());
        rig
    })
    .await;
}
