//! What replay does to the rebuilt store beside what the program itself does: names as recorded, and what came from outside.

use crate::db::deliveries::Pending;
use crate::db::nudges::Lease;
use crate::db::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::cart::LOST_AFTER;
use crate::domain::ids::{CartId, ContactId, NudgeId, ShopId};
use crate::domain::nudge::{HOLDOUT, NO_CODE};
use jiff::Timestamp;
use uuid::Uuid;

/// Makes what replay needs beside the usual schema.
///
/// # Errors
/// `Unavailable`.
pub async fn prepare(db: &Db) -> Result<(), DbError> {
    const MAKE: [&str; 5] = [
        "CREATE TABLE replay_script (seq INTEGER PRIMARY KEY, shop_id BLOB NOT NULL, id BLOB NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, about BLOB)",
        "CREATE INDEX replay_script_by_shop ON replay_script (shop_id, seq)",
        "CREATE TABLE replay_skip (shop_id BLOB NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (shop_id, kind, id)) WITHOUT ROWID",
        "CREATE INDEX events_by_delivery ON events (shop_id, delivery_id, id)",
        "CREATE INDEX deliveries_by_batch ON deliveries (shop_id, batch_id)",
    ];
    let mut tx = db.begin().await?;
    for sql in MAKE {
        on_tx!(&mut tx, c => sqlx::query(sql).execute(c).await?.rows_affected());
    }
    tx.commit().await
}

/// Sets a store back to its beginning: active, its campaigns in draft, its webhooks not applied. `abandon_after_ms` is what a store begins with.
///
/// # Errors
/// `Unavailable`.
pub async fn rewind(rebuilt: &Db, shop: ShopId, abandon_after_ms: i64) -> Result<(), DbError> {
    const SHOP: &str = "UPDATE shops SET status = 'active', uninstalled_at = NULL, abandon_after_ms = $2 WHERE id = $1";
    const REST: [&str; 2] = [
        "UPDATE campaigns SET status = 'draft', version = 0 WHERE shop_id = $1",
        "UPDATE deliveries SET state = 'to replay', applied_at = NULL, batch_id = NULL WHERE shop_id = $1",
    ];
    let mut tx = rebuilt.begin().await?;
    on_tx!(&mut tx, c => sqlx::query(SHOP).bind(shop.0).bind(abandon_after_ms).execute(c).await?.rows_affected());
    for sql in REST {
        on_tx!(&mut tx, c => sqlx::query(sql).bind(shop.0).execute(c).await?.rows_affected());
    }
    tx.commit().await
}

/// Takes over from `given` what can't be compared.
///
/// # Errors
/// `Unavailable`.
pub async fn take_skips(given: &Db, rebuilt: &Db, shop: ShopId) -> Result<(), DbError> {
    const GET: &str = "SELECT kind, id FROM replay_skip WHERE shop_id = $1 AND (kind, id) > ($2, $3) ORDER BY kind, id LIMIT 500";
    let mut last = (String::new(), String::new());
    loop {
        let page: Vec<(String, String)> =
            on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(&last.0).bind(&last.1).fetch_all(c).await?);
        let Some(end) = page.last().cloned() else { return Ok(()) };
        let mut tx = rebuilt.begin().await?;
        for (kind, id) in page {
            let sql = "INSERT OR IGNORE INTO replay_skip (shop_id, kind, id) VALUES ($1, $2, $3)";
            on_tx!(&mut tx, c => sqlx::query(sql).bind(shop.0).bind(kind).bind(id).execute(c).await?.rows_affected());
        }
        tx.commit().await?;
        last = end;
    }
}

/// Takes over from `given` what carts of erased people left of themselves: others were scored beside them.
///
/// # Errors
/// `Unavailable`.
pub async fn take_traces(given: &Db, rebuilt: &Db, shop: ShopId) -> Result<(), DbError> {
    const GET: &str = "SELECT t.cart_id, t.noted_at, t.begun_at, t.trace FROM cart_traces t WHERE t.shop_id = $1 AND (t.cart_id, t.noted_at) > ($2, $3)
        AND LOWER(HEX(t.cart_id)) IN (SELECT s.id FROM replay_skip s WHERE s.shop_id = $1 AND s.kind = 'cart') ORDER BY t.cart_id, t.noted_at LIMIT 500";
    const PUT: &str = "INSERT OR IGNORE INTO cart_traces (shop_id, cart_id, noted_at, begun_at, trace) VALUES ($1, $2, $3, $4, $5)";
    let mut last = (Uuid::nil(), 0_i64);
    loop {
        let page: Vec<(Uuid, i64, i64, String)> =
            on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(last.0).bind(last.1).fetch_all(c).await?);
        let Some((cart, noted_at, ..)) = page.last() else { return Ok(()) };
        last = (*cart, *noted_at);
        let mut tx = rebuilt.begin().await?;
        for (cart, noted_at, begun_at, trace) in page {
            on_tx!(&mut tx, c => sqlx::query(PUT).bind(shop.0).bind(cart).bind(noted_at).bind(begun_at).bind(trace).execute(c).await?.rows_affected());
        }
        tx.commit().await?;
    }
}

/// Leaves carts unscored that were not scored when they came in: this program didn't do it yet.
///
/// # Errors
/// `Unavailable`.
pub async fn leave_unscored(given: &Db, rebuilt: &Db, shop: ShopId) -> Result<(), DbError> {
    const GET: &str =
        "SELECT id FROM carts WHERE shop_id = $1 AND id > $2 AND bot_score IS NULL AND stage = 'checkout' ORDER BY id LIMIT 500";
    const SET: &str = "UPDATE carts SET bot_score = NULL, bot_reasons = '[]', bot_at = NULL WHERE shop_id = $1 AND id IN (SELECT UNHEX(value) FROM json_each($2))";
    let mut last = Uuid::nil();
    loop {
        let page: Vec<Uuid> = on_db!(given, c => sqlx::query_scalar(GET).bind(shop.0).bind(last).fetch_all(c).await?);
        let Some(end) = page.last() else { return Ok(()) };
        last = *end;
        let mut tx = rebuilt.begin().await?;
        on_tx!(&mut tx, c => sqlx::query(SET).bind(shop.0).bind(json_ids(&page)).execute(c).await?.rows_affected());
        tx.commit().await?;
    }
}

/// How many of a kind can't be compared.
///
/// # Errors
/// `Unavailable`.
pub async fn skipped(given: &Db, shop: ShopId, kind: &str) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM replay_skip WHERE shop_id = $1 AND kind = $2";
    Ok(on_db!(given, c => sqlx::query_scalar(SQL).bind(shop.0).bind(kind).fetch_one(c).await?))
}

/// How many decisions were made by rules of another version.
///
/// # Errors
/// `Unavailable`.
pub async fn by_other_rules(given: &Db, shop: ShopId, rules: u32) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM decisions WHERE shop_id = $1 AND rules_version <> $2";
    Ok(on_db!(given, c => sqlx::query_scalar(SQL).bind(shop.0).bind(i64::from(rules)).fetch_one(c).await?))
}

/// These webhooks, as a worker takes them: those that may end a cart first.
///
/// # Errors
/// `Unavailable`.
pub async fn waiting(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<Pending>, DbError> {
    const SQL: &str = "SELECT id, topic, triggered_at, received_at, body FROM deliveries
        WHERE shop_id = $1 AND id IN (SELECT UNHEX(value) FROM json_each($2)) ORDER BY urgent DESC, id";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(json_ids(ids)).fetch_all(c).await?))
}

/// What an event is paired by: its webhook and name; and its cart.
pub type Pairing = (Uuid, String, Option<Uuid>);

/// The events of these webhooks, in order.
///
/// # Errors
/// `Unavailable`.
pub async fn events_of(db: &Db, shop: ShopId, deliveries: &[Uuid]) -> Result<Vec<Pairing>, DbError> {
    const SQL: &str = "SELECT e.delivery_id, e.name, e.cart_id FROM json_each($2) j
        CROSS JOIN events e ON e.shop_id = $1 AND e.delivery_id = UNHEX(j.value) ORDER BY e.delivery_id, e.id";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(json_ids(deliveries)).fetch_all(c).await?))
}

/// Is there a cart of that id?
///
/// # Errors
/// `Unavailable`.
pub async fn has_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM carts WHERE shop_id = $1 AND id = $2";
    let count: i64 = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(cart.0).fetch_one(c).await?);
    Ok(count > 0)
}

/// Gives a fresh cart its recorded id. Nothing was merged into it yet: of several carts the oldest stays.
///
/// # Errors
/// `Unavailable`.
pub async fn rename_cart(tx: &mut Tx, shop: ShopId, from: CartId, to: CartId) -> Result<(), DbError> {
    const RENAME: [&str; 4] = [
        "UPDATE carts SET id = $3 WHERE shop_id = $1 AND id = $2",
        "UPDATE cart_tokens SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2",
        "UPDATE events SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2",
        // Where a part of a cart is erased, what it left of itself was taken over whole.
        "UPDATE OR REPLACE cart_traces SET cart_id = $3 WHERE shop_id = $1 AND cart_id = $2",
    ];
    for sql in RENAME {
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(from.0).bind(to.0).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Gives a cart's planned nudges their recorded ids and short codes: chance gave them.
///
/// # Errors
/// `Unavailable`.
pub async fn adopt_nudges(given: &Db, tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<(), DbError> {
    const GET: &str = "SELECT id, short_code, campaign_id, step FROM nudges WHERE shop_id = $1 AND cart_id = $2";
    const SET: &str = "UPDATE nudges SET id = $5, short_code = $6 WHERE shop_id = $1 AND cart_id = $2 AND campaign_id = $3 AND step = $4";
    let rows: Vec<(Uuid, String, Uuid, i64)> = on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    for (id, code, campaign, step) in rows {
        on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(cart.0).bind(campaign).bind(step).bind(id).bind(&code).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// The same where what was decided about the nudges is there already: it is about them by their recorded ids.
///
/// # Errors
/// `Unavailable`.
pub async fn adopt_decided_nudges(given: &Db, tx: &mut Tx, shop: ShopId, cart: CartId) -> Result<(), DbError> {
    const GET: &str = "SELECT id, campaign_id, step FROM nudges WHERE shop_id = $1 AND cart_id = $2";
    const SET: &str = "UPDATE decisions SET nudge_id = $5 WHERE shop_id = $1 AND cart_id = $2 AND nudge_id <> $5 AND nudge_id =
        (SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.cart_id = $2 AND n.campaign_id = $3 AND n.step = $4)";
    let rows: Vec<(Uuid, Uuid, i64)> = on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    for (id, campaign, step) in rows {
        on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(cart.0).bind(campaign).bind(step).bind(id).execute(c).await?.rows_affected());
    }
    adopt_nudges(given, tx, shop, cart).await
}

/// Takes nudges under a lease as a claim of an instant does, whenever they are due: when was recorded. Those that waited.
///
/// # Errors
/// `Unavailable`.
pub async fn lease(tx: &mut Tx, shop: ShopId, nudges: &[Uuid], (lease, at): (&Lease, Timestamp)) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str = "UPDATE nudges SET state = 'sending', lease_until = $3, lease_by = $4, claimed_at = $5, attempts = attempts + 1
        WHERE shop_id = $1 AND id IN (SELECT UNHEX(value) FROM json_each($2)) AND state = 'scheduled' RETURNING id";
    Ok(
        on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(json_ids(nudges)).bind(ms(lease.until)).bind(&lease.by).bind(ms(at)).fetch_all(c).await?),
    )
}

/// Under whose lease a nudge is, if it is on its way.
///
/// # Errors
/// `Unavailable`.
pub async fn leased_by(tx: &mut Tx, shop: ShopId, nudge: Uuid) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT lease_by FROM nudges WHERE shop_id = $1 AND id = $2 AND state = 'sending' AND lease_by IS NOT NULL";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(nudge).fetch_optional(c).await?))
}

/// Takes over by which provider nudges on their way go, and by what they are known there: what is set up is no part of the store.
///
/// # Errors
/// `Unavailable`.
pub async fn handed_over(given: &Db, tx: &mut Tx, shop: ShopId, nudges: &[Uuid]) -> Result<(), DbError> {
    const GET: &str = "SELECT id, provider, provider_id FROM nudges WHERE shop_id = $1 AND id IN (SELECT UNHEX(value) FROM json_each($2))";
    const SET: &str = "UPDATE nudges SET provider = $3, provider_id = $4 WHERE shop_id = $1 AND id = $2 AND state = 'sending'";
    let rows: Vec<(Uuid, Option<String>, Option<String>)> =
        on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(json_ids(nudges)).fetch_all(c).await?);
    for (id, provider, provider_id) in rows {
        on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(id).bind(provider).bind(provider_id).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Notes to whom nudges on their way are handed over.
///
/// # Errors
/// `Unavailable`.
pub async fn addressed(tx: &mut Tx, shop: ShopId, nudges: &[(NudgeId, String)]) -> Result<(), DbError> {
    const SET: &str = "UPDATE nudges SET handed_to = $3 WHERE shop_id = $1 AND id = $2 AND state = 'sending'";
    for (id, to) in nudges {
        on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(id.0).bind(to).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Takes a decision over as it was recorded, under a fresh id that keeps its place among those made anew, with what
/// became of its nudge: rules of another version made it, or somebody outside told.
///
/// # Errors
/// `Unavailable`.
pub async fn record(given: &Db, tx: &mut Tx, shop: ShopId, (id, fresh): (Uuid, Uuid)) -> Result<(), DbError> {
    const GET: &str =
        "SELECT cart_id, nudge_id, at, outcome, rule, rules_version, why, inputs FROM decisions WHERE shop_id = $1 AND id = $2";
    // What follows from a webhook as well is there already.
    const PUT: &str = "INSERT INTO decisions (shop_id, id, cart_id, nudge_id, at, outcome, rule, rules_version, why, inputs)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = $1 AND d.cart_id = $3
            AND d.nudge_id IS $4 AND d.at = $5 AND d.outcome = $6 AND d.rule = $7)";
    type Row = (Uuid, Option<Uuid>, i64, String, String, i64, String, String);
    let row: Option<Row> = on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(id).fetch_optional(c).await?);
    let Some((cart, nudge, at, outcome, rule, version, why, inputs)) = row else { return Ok(()) };
    on_tx!(tx, c => sqlx::query(PUT).bind(shop.0).bind(fresh).bind(cart).bind(nudge).bind(at).bind(&outcome).bind(&rule).bind(version).bind(why).bind(inputs)
        .execute(c).await?.rows_affected());
    let Some(nudge) = nudge else { return Ok(()) };
    if outcome == "send" || rule == HOLDOUT || rule == NO_CODE {
        counts(tx, shop, nudge, at, rule != NO_CODE).await?;
    }
    follow(given, tx, shop, (nudge, id), (&outcome, &rule)).await
}

/// What such a decision brings with it: its shopper counts in the comparison from then on.
async fn counts(tx: &mut Tx, shop: ShopId, nudge: Uuid, at: i64, begins: bool) -> Result<(), DbError> {
    const COUNT: &str =
        "UPDATE enrolments SET counted_at = (SELECT MAX($3, COALESCE(n.planned_for, $3)) FROM nudges n WHERE n.shop_id = $1 AND n.id = $2)
        WHERE shop_id = $1 AND counted_at IS NULL AND id = (SELECT n.enrolment_id FROM nudges n WHERE n.shop_id = $1 AND n.id = $2)";
    const WHOSE: &str = "SELECT contact_id FROM nudges WHERE shop_id = $1 AND id = $2";
    if begins {
        on_tx!(tx, c => sqlx::query(COUNT).bind(shop.0).bind(nudge).bind(at).execute(c).await?.rows_affected());
    }
    let whose: Option<Uuid> = on_tx!(tx, c => sqlx::query_scalar(WHOSE).bind(shop.0).bind(nudge).fetch_optional(c).await?);
    match whose {
        Some(contact) => crate::db::lift::mark(tx, shop, ContactId(contact), nudge).await,
        None => Ok(()),
    }
}

/// What a recorded decision made of its nudge: after its last one, what stands.
async fn follow(
    given: &Db,
    tx: &mut Tx,
    shop: ShopId,
    (nudge, decision): (Uuid, Uuid),
    (outcome, rule): (&str, &str),
) -> Result<(), DbError> {
    const GET: &str = "SELECT sent_at, unknown_at FROM nudges WHERE shop_id = $1 AND id = $2";
    const MORE: &str = "SELECT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = $1 AND d.nudge_id = $2 AND d.id > $3)";
    // What was unknown stays so by the same reason, however often it is asked for. It may have left when it was claimed, or, where a database that is gone would
    // have sent it, when it was due; and if it turns out that it did, that time stays.
    const SET: &str = "UPDATE nudges SET state = $3, reason = CASE WHEN $3 = 'unknown' AND state = 'unknown' THEN reason ELSE $4 END,
            sent_at = CASE WHEN $4 = 'restored' THEN wake_at WHEN $3 = 'unknown' THEN COALESCE(sent_at, claimed_at, $5) WHEN $3 = 'sent' THEN COALESCE(sent_at, $5) END,
            unknown_at = CASE WHEN $3 = 'unknown' THEN COALESCE(unknown_at, $6) ELSE unknown_at END
        WHERE shop_id = $1 AND id = $2";
    const ATTEMPTED: &str = "UPDATE nudges SET attempts = attempts + 1 WHERE shop_id = $1 AND id = $2";
    let more: bool = on_db!(given, c => sqlx::query_scalar(MORE).bind(shop.0).bind(nudge).bind(decision).fetch_one(c).await?);
    if !more {
        return stands(given, tx, shop, nudge).await;
    }
    let state = match outcome {
        "sent" => "sent",
        "unknown" => "unknown",
        "refused" => "failed",
        "cancel" => "cancelled",
        "retry" | "postpone" => "scheduled",
        "send" => {
            on_tx!(tx, c => sqlx::query(ATTEMPTED).bind(shop.0).bind(nudge).execute(c).await?.rows_affected());
            return Ok(());
        }
        _ => return Ok(()),
    };
    let known: Option<(Option<i64>, Option<i64>)> =
        on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(nudge).fetch_optional(c).await?);
    let (sent_at, unknown_at) = known.unwrap_or_default();
    on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(nudge).bind(state).bind(rule).bind(sent_at).bind(unknown_at).execute(c).await?.rows_affected());
    Ok(())
}

/// Makes a nudge what it is.
async fn stands(given: &Db, tx: &mut Tx, shop: ShopId, nudge: Uuid) -> Result<(), DbError> {
    const GET: &str =
        "SELECT state, reason, provider, provider_id, sent_at, unknown_at, attempts FROM nudges WHERE shop_id = $1 AND id = $2";
    const SET: &str =
        "UPDATE nudges SET state = $3, reason = $4, provider = $5, provider_id = $6, sent_at = $7, unknown_at = $8, attempts = $9
        WHERE shop_id = $1 AND id = $2";
    type Row = (String, Option<String>, Option<String>, Option<String>, Option<i64>, Option<i64>, i64);
    let row: Option<Row> = on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(nudge).fetch_optional(c).await?);
    let Some((state, reason, provider, provider_id, sent_at, unknown_at, attempts)) = row else { return Ok(()) };
    on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(nudge).bind(state).bind(reason).bind(provider).bind(provider_id).bind(sent_at).bind(unknown_at)
        .bind(attempts).execute(c).await?.rows_affected());
    Ok(())
}

/// Takes a click over as it was recorded, for the contact that its nudge is for.
///
/// # Errors
/// `Unavailable`.
pub async fn touch(given: &Db, tx: &mut Tx, shop: ShopId, id: Uuid) -> Result<(), DbError> {
    const GET: &str = "SELECT nudge_id, kind, at, human, why, signs FROM touches WHERE shop_id = $1 AND id = $2";
    const PUT: &str = "INSERT INTO touches (shop_id, id, nudge_id, campaign_id, cart_id, contact_id, kind, at, human, why, signs)
        SELECT $1, $2, n.id, n.campaign_id, n.cart_id, n.contact_id, $4, $5, $6, $7, $8 FROM nudges n WHERE n.shop_id = $1 AND n.id = $3";
    type Row = (Uuid, String, i64, bool, String, Option<String>);
    let row: Option<Row> = on_db!(given, c => sqlx::query_as(GET).bind(shop.0).bind(id).fetch_optional(c).await?);
    let Some((nudge, kind, at, human, why, signs)) = row else { return Ok(()) };
    on_tx!(tx, c => sqlx::query(PUT).bind(shop.0).bind(id).bind(nudge).bind(kind).bind(at).bind(human).bind(why).bind(signs).execute(c).await?.rows_affected());
    Ok(())
}

/// When the next open cart falls quiet.
///
/// # Errors
/// `Unavailable`.
pub async fn next_quiet(rebuilt: &Db, shop: ShopId) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MIN(c.active_at) + s.abandon_after_ms FROM carts c JOIN shops s ON s.id = c.shop_id
        WHERE c.shop_id = $1 AND c.state = 'open' AND c.merged_into IS NULL";
    let at: Option<i64> = on_db!(rebuilt, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?);
    Ok(at.map(instant))
}

/// When the next nudge is to be looked at.
///
/// # Errors
/// `Unavailable`.
pub async fn next_wake(rebuilt: &Db, shop: ShopId) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MIN(wake_at) FROM nudges WHERE shop_id = $1 AND state = 'scheduled'";
    let at: Option<i64> = on_db!(rebuilt, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?);
    Ok(at.map(instant))
}

/// Gives up carts, as the worker that looks for them would have by an instant, so that it doesn't matter whether it has looked.
///
/// # Errors
/// `Unavailable`.
pub async fn give_up_by(db: &Db, now: Timestamp) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    crate::db::carts::mark_lost(&mut tx, now.checked_sub(LOST_AFTER).unwrap_or(Timestamp::MIN), now).await?;
    tx.commit().await
}

/// Takes out what can't be compared, so that figures are over the same carts on both sides.
///
/// # Errors
/// `Unavailable`.
pub async fn drop_skipped(db: &Db, shop: ShopId) -> Result<(), DbError> {
    const CARTS: &str = "(SELECT UNHEX(s.id) FROM replay_skip s WHERE s.shop_id = $1 AND s.kind = 'cart')";
    const ORDERS: &str =
        "DELETE FROM credit_ledger WHERE shop_id = $1 AND order_id IN (SELECT o.id FROM orders o JOIN replay_skip s ON s.shop_id = $1
        AND s.kind IN ('order', 'credit') AND s.id = o.platform_id WHERE o.shop_id = $1)";
    const OUTCOMES: &str = "DELETE FROM lift_outcomes WHERE shop_id = $1 AND enrolment_id IN (SELECT e.id FROM enrolments e WHERE e.shop_id = $1 AND e.cart_id IN CARTS)";
    let mut tx = db.begin().await?;
    let outcomes = sqlx::AssertSqlSafe(OUTCOMES.replace("CARTS", CARTS));
    on_tx!(&mut tx, c => sqlx::query(outcomes).bind(shop.0).execute(c).await?.rows_affected());
    for (table, column) in [("credit_ledger", "cart_id"), ("nudges", "cart_id"), ("enrolments", "cart_id"), ("carts", "id")] {
        let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE shop_id = $1 AND {column} IN {CARTS}"));
        on_tx!(&mut tx, c => sqlx::query(sql).bind(shop.0).execute(c).await?.rows_affected());
    }
    on_tx!(&mut tx, c => sqlx::query(ORDERS).bind(shop.0).execute(c).await?.rows_affected());
    tx.commit().await
}
