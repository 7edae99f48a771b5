//! The invariants as questions to the database: each lists what contradicts it, a bounded number at a time.

use super::{Db, DbError, ms};
use jiff::Timestamp;
use uuid::Uuid;

/// At most this many violations of one invariant are listed.
pub const LISTED_MAX: i64 = 100;

/// An invariant, and what contradicts it.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What must hold.
    pub rule: &'static str,
    /// Selects `(shop_id, id, detail)` of what contradicts it; `$1` is how many at most, `$2` an instant where the rule has one.
    sql: &'static str,
}

/// Everything that must hold, at any time, of any database.
pub const CHECKS: [Check; 12] = [
    Check {
        rule: "a delivery that was acknowledged is applied or set aside with a reason",
        sql: "SELECT shop_id, id, topic AS detail FROM deliveries WHERE (state = 'pending' AND received_at < $2) OR (state = 'set_aside' AND reason IS NULL) LIMIT $1",
    },
    Check {
        rule: "no nudge leaves after its cart's purchase was known",
        sql: "SELECT n.shop_id, n.id, n.channel AS detail FROM nudges n JOIN carts c ON c.shop_id = n.shop_id AND c.id = n.cart_id
            WHERE n.state IN ('sent', 'delivered') AND n.sent_at > c.purchased_at AND $2 = $2
                AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id AND d.outcome = 'send' AND d.at <= c.purchased_at)
            LIMIT $1",
    },
    Check {
        rule: "nothing waits for a cart that is bought, erased or not a shopper's",
        sql: "SELECT n.shop_id, n.id, c.state AS detail FROM nudges n JOIN carts c ON c.shop_id = n.shop_id AND c.id = n.cart_id
            WHERE n.state = 'scheduled' AND c.state IN ('purchased', 'recovered', 'erased', 'invalid') AND $2 = $2 LIMIT $1",
    },
    Check {
        rule: "at most one message per cart, campaign and step",
        sql: "SELECT n.shop_id, n.cart_id AS id, n.channel AS detail FROM nudges n WHERE n.state IN ('sent', 'delivered', 'unknown') AND $2 = $2
            GROUP BY n.shop_id, n.cart_id, n.campaign_id, n.step, n.channel HAVING COUNT(*) > 1 LIMIT $1",
    },
    Check {
        rule: "nobody in a comparison group is written to",
        sql: "SELECT n.shop_id, n.id, n.state AS detail FROM enrolments e JOIN nudges n ON n.shop_id = e.shop_id AND n.enrolment_id = e.id
            WHERE e.arm = 'holdout' AND n.state IN ('sending', 'sent', 'delivered', 'unknown') AND $2 = $2 LIMIT $1",
    },
    Check {
        rule: "every nudge that is settled has a decision that explains it",
        sql: "SELECT n.shop_id, n.id, n.state AS detail FROM nudges n WHERE n.state IN ('sent', 'delivered', 'failed', 'cancelled', 'unknown') AND $2 = $2
                AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id) LIMIT $1",
    },
    Check {
        rule: "every nudge that left was decided to be sent",
        sql: "SELECT n.shop_id, n.id, n.state AS detail FROM nudges n WHERE n.state IN ('sent', 'delivered') AND $2 = $2
                AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id AND d.outcome = 'send') LIMIT $1",
    },
    Check {
        rule: "an order's net is its gross less its refunds, and never negative",
        sql: "SELECT shop_id, id, name AS detail FROM orders WHERE (net_minor <> gross_minor - refunds_minor OR net_minor < 0) AND $2 = $2 LIMIT $1",
    },
    Check {
        rule: "an order's credits add up to its worth, or there are none",
        sql: "SELECT o.shop_id, o.id, o.name AS detail FROM orders o JOIN credits k ON k.shop_id = o.shop_id AND k.order_id = o.id WHERE $2 = $2
            GROUP BY o.shop_id, o.id, o.name, k.model, o.net_minor, o.gross_minor
            HAVING SUM(k.net_minor) <> o.net_minor OR SUM(k.gross_minor) <> o.gross_minor LIMIT $1",
    },
    Check {
        rule: "a credit's net is its gross less its refunds, in its order's currency",
        sql: "SELECT k.shop_id, k.order_id AS id, k.model AS detail FROM credits k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
            WHERE (k.net_minor <> k.gross_minor - k.refunds_minor OR k.currency <> o.currency OR o.test) AND $2 = $2 LIMIT $1",
    },
    Check {
        rule: "only nudges that left, before the order, have credit",
        sql: "SELECT k.shop_id, k.order_id AS id, n.state AS detail FROM credits k JOIN nudges n ON n.shop_id = k.shop_id AND n.id = k.nudge_id
            WHERE (n.state NOT IN ('sending', 'sent', 'delivered', 'unknown')
                OR (k.evidence <> 'link' AND (n.state = 'sending' OR n.sent_at > k.ordered_at + 1000))) AND $2 = $2 LIMIT $1",
    },
    Check {
        rule: "a cart is recovered exactly if a nudge of it has credit",
        sql: "SELECT c.shop_id, c.id, c.state AS detail FROM carts c WHERE c.merged_into IS NULL AND $2 = $2 AND c.state IN ('recovered', 'purchased')
                AND (c.state = 'recovered') <> EXISTS (SELECT 1 FROM credits k WHERE k.shop_id = c.shop_id AND k.cart_id = c.id AND k.model = 'last_touch') LIMIT $1",
    },
];

/// What contradicts an invariant: `(shop, id, detail)`. Deliveries received before `settled_before` must have been applied.
///
/// # Errors
/// `Unavailable`.
pub async fn violations(db: &Db, check: &Check, settled_before: Timestamp) -> Result<Vec<(Uuid, Uuid, String)>, DbError> {
    Ok(on_db!(db, c => sqlx::query_as(check.sql).bind(LISTED_MAX).bind(ms(settled_before)).fetch_all(c).await?))
}
