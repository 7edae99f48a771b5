//! Statements that find what must not be: each answers with the rows that break one invariant.

use super::{Db, DbError, ms};
use jiff::Timestamp;
use uuid::Uuid;

/// One invariant, asked the other way round.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What is wrong with the rows that it finds.
    pub says: &'static str,
    /// What kind of row they are.
    pub of: &'static str,
    /// `$1` is how many at most.
    sql: &'static str,
    /// `$2` is an instant.
    dated: bool,
}

/// What every check is given.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Deliveries that came before this are applied by now.
    pub pending_before: Timestamp,
    /// So many rows at most.
    pub most: i64,
}

/// A row that breaks an invariant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Violation {
    /// Whose.
    pub shop_id: Uuid,
    /// Which.
    pub subject: Uuid,
}

const fn check(says: &'static str, of: &'static str, sql: &'static str) -> Check {
    Check { says, of, sql, dated: false }
}

/// Every check.
pub const CHECKS: &[Check] = &[
    Check {
        dated: true,
        ..check(
            "an acknowledged delivery was not applied",
            "delivery",
            "SELECT shop_id, id AS subject FROM deliveries WHERE state = 'pending' AND received_at < $2 LIMIT $1",
        )
    },
    check(
        "a message left after its cart's purchase was known",
        "nudge",
        "SELECT n.shop_id, n.id AS subject FROM nudges n JOIN carts c ON c.shop_id = n.shop_id AND c.id = n.cart_id
            WHERE n.state IN ('sent', 'delivered', 'unknown') AND c.purchased_at IS NOT NULL AND EXISTS
                (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id AND d.outcome = 'send' AND d.at > c.purchased_at)
            LIMIT $1",
    ),
    check(
        "a step of a campaign was sent twice for one cart",
        "cart",
        "SELECT shop_id, cart_id AS subject FROM nudges WHERE state IN ('sent', 'delivered', 'unknown')
            GROUP BY shop_id, cart_id, campaign_id, step HAVING COUNT(*) > 1 LIMIT $1",
    ),
    check(
        "a shopper of the comparison group was written to",
        "nudge",
        "SELECT n.shop_id, n.id AS subject FROM enrolments e JOIN nudges n ON n.shop_id = e.shop_id AND n.enrolment_id = e.id
            WHERE e.arm = 'holdout' AND n.state IN ('sending', 'sent', 'delivered', 'unknown') LIMIT $1",
    ),
    check(
        "a message left without a decision that allowed it",
        "nudge",
        "SELECT n.shop_id, n.id AS subject FROM nudges n WHERE n.state IN ('sent', 'delivered', 'unknown') AND NOT EXISTS
            (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id AND d.outcome = 'send') LIMIT $1",
    ),
    check(
        "a message left, and what it said was not kept",
        "nudge",
        "SELECT n.shop_id, n.id AS subject FROM nudges n WHERE n.state IN ('sent', 'delivered')
            AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.shop_id = n.shop_id AND m.nudge_id = n.id)
            AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.shop_id = n.shop_id AND p.id = n.contact_id AND p.erased_at IS NOT NULL) LIMIT $1",
    ),
    // Ten seconds of grace: a message that was being sent when the address was suppressed is no violation.
    check(
        "a message left for an address that must not be written to",
        "nudge",
        "SELECT n.shop_id, n.id AS subject FROM nudges n JOIN messages m ON m.shop_id = n.shop_id AND m.nudge_id = n.id
            JOIN suppressions s ON s.shop_id = n.shop_id AND s.channel = n.channel AND s.address = m.recipient
            WHERE n.state IN ('sent', 'delivered', 'unknown') AND EXISTS
                (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id AND d.outcome = 'send' AND d.at > s.created_at + 10000)
            LIMIT $1",
    ),
    check(
        "a nudge that is over has no decision that explains it",
        "nudge",
        "SELECT n.shop_id, n.id AS subject FROM nudges n WHERE n.state IN ('sent', 'delivered', 'failed', 'cancelled', 'unknown') AND NOT EXISTS
            (SELECT 1 FROM decisions d WHERE d.shop_id = n.shop_id AND d.nudge_id = n.id) LIMIT $1",
    ),
    check(
        "an order's gross less its refunds is not its net",
        "order",
        "SELECT shop_id, id AS subject FROM orders WHERE gross_minor - refunds_minor <> net_minor LIMIT $1",
    ),
    check(
        "an order's credits do not add up to its amounts",
        "order",
        "SELECT k.shop_id, k.order_id AS subject FROM credits k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
            GROUP BY k.shop_id, k.order_id, k.model, o.gross_minor, o.refunds_minor, o.net_minor
            HAVING SUM(k.gross_minor) <> o.gross_minor OR SUM(k.refunds_minor) <> o.refunds_minor OR SUM(k.net_minor) <> o.net_minor LIMIT $1",
    ),
    check(
        "a credit is given to a message that never left, or for an order that is not there",
        "order",
        "SELECT k.shop_id, k.order_id AS subject FROM credits k LEFT JOIN nudges n ON n.shop_id = k.shop_id AND n.id = k.nudge_id
            LEFT JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
            WHERE o.id IS NULL OR n.id IS NULL OR n.state NOT IN ('sent', 'delivered', 'unknown') LIMIT $1",
    ),
];

/// The rows that break an invariant, at most as many as asked for.
///
/// # Errors
/// `Unavailable`.
pub async fn violations(db: &Db, check: &Check, asked: &Asked) -> Result<Vec<Violation>, DbError> {
    Ok(on_db!(db, c => {
        let query = sqlx::query_as(check.sql).bind(asked.most);
        let query = if check.dated { query.bind(ms(asked.pending_before)) } else { query };
        query.fetch_all(c).await?
    }))
}
