//! Bodies of `orders/*` and `refunds/create`. An order's plain amounts are in the shop's currency; a checkout's are not.

use super::carts::{arrival, by_staff_or_machine};
use super::json::{Fault, Node};
use super::{lines, money, person};
use crate::domain::event::{Event, OrderSeen, RefundSeen, Token};
use crate::domain::money::{Currency, Money};
use crate::domain::payment::Parts;
use crate::platforms::ReadContext;
use serde_json::Value;

/// The order of "Send test notification" in Shopify's admin.
const TEST_NOTIFICATION: &str = "820982911946154508";
/// Shopify's own online store, as an app id.
const ONLINE_STORE: &str = "580111";
/// The names under which our link leaves its marker among a cart's attributes.
const MARKER_NAMES: [&str; 2] = ["_comeback", "comeback"];
/// A longer text is not a marker of ours.
const MARKER_MAX: usize = 64;

/// An order.
pub fn order(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let order_id = body.key("id").ok_or_else(|| body.fault("id", "the order has no id"))?;
    let currency = body.currency("currency")?.unwrap_or(context.shop_currency);
    let total = body.total("total_price", currency)?.ok_or_else(|| body.fault("total_price", "the order has no total"))?;
    let seen_at = body.when(&["updated_at", "created_at"], context)?;
    let created_at = body.time("created_at")?.or(body.time("processed_at")?).map_or(seen_at, |t| t.min(context.received_at));
    let cancelled_at = body.time("cancelled_at")?.map(|t| t.min(context.received_at));
    let source = body.text("source_name");
    let refunds = body.objects("refunds");
    let parts = money::parts(body, currency);
    Ok(Event::Order(Box::new(OrderSeen {
        name: body.text("name").unwrap_or_else(|| order_id.clone()),
        seen_at,
        created_at,
        cancelled_at,
        test: is_test(body, &order_id, cancelled_at.is_some()),
        tokens: tokens(body),
        currency,
        total,
        presentment_total: body.presentment("total_price_set").filter(|seen| seen.currency != currency && seen.minor >= 0),
        paid: paid(body, total, &parts)?,
        parts,
        refunds: refunds
            .iter()
            .filter(|r| r.key("id").is_some())
            .map(|r| refund_of(r, &order_id, currency, context))
            .collect::<Result<_, _>>()?,
        discount_codes: lines::discount_codes(body),
        code_amounts: lines::code_amounts(body, currency),
        marker: marker(body),
        landing_site: body.text("landing_site"),
        arrival: arrival(body, created_at),
        person: person::buyer(body),
        items: lines::priced_in(body, currency),
        not_by_shopper: source.as_deref().is_some_and(only_proof_counts),
        renewal: source.as_deref().is_some_and(|s| s.starts_with("subscription_contract")),
        source,
        order_id,
    })))
}

/// A refund on its own; its order may not have been seen yet.
pub fn refund(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let order_id = body.key("order_id").ok_or_else(|| body.fault("order_id", "the refund names no order"))?;
    refund_of(body, &order_id, context.shop_currency, context).map(Event::Refund)
}

fn refund_of(body: &Node<'_>, order_id: &str, currency: Currency, context: &ReadContext<'_>) -> Result<RefundSeen, Fault> {
    Ok(RefundSeen {
        refund_id: body.key("id").ok_or_else(|| body.fault("id", "the refund has no id"))?,
        order_id: body.key("order_id").unwrap_or_else(|| order_id.to_owned()),
        created_at: body.when(&["created_at", "processed_at"], context)?,
        amount: paid_back(body, currency)?,
        parts: money::refund_parts(body, currency),
        transactions: money::transactions(body, currency),
    })
}

/// The number in an order's name: `#1001`, `EU-1001`, `1001/A`. Shopify counts a store's orders one by one, whatever stands around the number. A name with
/// several numbers doesn't tell which of them counts.
pub fn number(name: &str) -> Option<u64> {
    let mut runs = name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let (first, second) = (runs.next()?, runs.next());
    if second.is_some() { None } else { first.parse().ok() }
}

/// Refunds are told "independently of the movement of money": only successful transactions of the kind `refund` are money.
fn paid_back(refund: &Node<'_>, fallback: Currency) -> Result<Money, Fault> {
    let mut sum: Option<Money> = None;
    for transaction in refund.objects("transactions") {
        if transaction.text("kind").as_deref() != Some("refund") || transaction.text("status").as_deref() != Some("success") {
            continue;
        }
        let currency = transaction.currency("currency")?.unwrap_or(fallback);
        let amount =
            transaction.total("amount", currency)?.ok_or_else(|| transaction.fault("amount", "the refund transaction has no amount"))?;
        let added = sum.map_or(Some(amount), |sum| lines::plus(sum, amount));
        sum =
            Some(added.ok_or_else(|| transaction.fault("amount", "the refund's transactions don't add up to one amount in one currency"))?);
    }
    Ok(sum.unwrap_or(Money::new(0, fallback)))
}

/// What was paid, before refunds: `total_price` stays as it was after a refund, and `total_outstanding` is not to be trusted once an order is paid. An edit may
/// have made it dearer than it was, which is believed of a paid order that owes nothing: Shopify's own samples say of orders that were never edited that they come
/// to something else by now. What is owed is owed of what it comes to since.
fn paid(body: &Node<'_>, total: Money, parts: &Parts) -> Result<Money, Fault> {
    let none = Money::new(0, total.currency);
    let outstanding = body.amount("total_outstanding", total.currency)?;
    let dearer = parts.current_total.filter(|current| current.minor > total.minor && outstanding.is_some_and(|owed| owed.minor == 0));
    let whole = dearer.map_or(total, |current| Money::new(current.minor, total.currency));
    let due = parts.current_total.unwrap_or(total);
    let rest = |owed: Money| Money::new(due.minor.saturating_sub(owed.minor).clamp(0, due.minor), total.currency);
    Ok(match body.text("financial_status").as_deref() {
        Some("paid" | "partially_refunded" | "refunded") => whole,
        Some("partially_paid") => outstanding.map_or(none, rest),
        Some(_) => none,
        None => outstanding.map_or(total, rest),
    })
}

/// A real test notification always says `test`, and is cancelled; the id alone is believed only where the body doesn't speak against it.
fn is_test(body: &Node<'_>, order_id: &str, cancelled: bool) -> bool {
    match body.flag("test") {
        Some(true) => true,
        Some(false) => order_id == TEST_NOTIFICATION && cancelled,
        None => order_id == TEST_NOTIFICATION,
    }
}

/// `checkout_id` left the body with API version 2026-04. The order's own `token` is neither the cart's nor the checkout's.
fn tokens(body: &Node<'_>) -> Vec<Token> {
    let found = [
        body.key("checkout_token").map(Token::Checkout),
        body.key("cart_token").map(Token::Cart),
        body.key("checkout_id").map(Token::CheckoutId),
    ];
    found.into_iter().flatten().collect()
}

/// Orders of staff, machines and other apps (a bare number is an app's id): recovered only where a token or a code proves it.
fn only_proof_counts(source: &str) -> bool {
    let of_an_app = source != ONLINE_STORE && source.bytes().all(|b| b.is_ascii_digit());
    of_an_app || by_staff_or_machine(source)
}

/// `note_attributes` is a list of names and values; some apps leave an object.
fn marker(body: &Node<'_>) -> Option<String> {
    let listed = body.objects("note_attributes").into_iter().find(|a| a.text("name").is_some_and(|n| MARKER_NAMES.contains(&n.as_str())));
    let value = match (listed, body.get("note_attributes").and_then(Value::as_object)) {
        (Some(attribute), _) => attribute.key("value"),
        (None, Some(_)) => body.object("note_attributes").and_then(|all| MARKER_NAMES.iter().find_map(|name| all.key(name))),
        (None, None) => None,
    };
    value.filter(|marker| marker.len() <= MARKER_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_number_of_an_order_is_in_its_name_whatever_stands_around_it() {
        let check = |name: &str, expected: Option<u64>| assert_eq!(number(name), expected, "{name}");
        check("#1042", Some(1042));
        check("EU-1001", Some(1001));
        check("1001/A", Some(1001));
        check("2026-1001", None);
        check("#", None);
        check("#99999999999999999999999", None);
    }

    #[test]
    fn what_was_paid_follows_the_financial_status() {
        let check = |status: Value, outstanding: Value, expected: i64| {
            let body = json!({"financial_status": status, "total_outstanding": outstanding});
            let got = paid(&Node::root(&body).expect("object"), Money::new(10_000, Currency::USD), &Parts::default()).expect("paid");
            assert_eq!(got.minor, expected, "{body}");
        };
        check(json!("paid"), json!("414.95"), 10_000);
        check(json!("refunded"), json!("0.00"), 10_000);
        check(json!("partially_refunded"), Value::Null, 10_000);
        check(json!("partially_paid"), json!("25.00"), 7500);
        check(json!("partially_paid"), json!("250.00"), 0);
        check(json!("partially_paid"), json!("-5.00"), 10_000);
        check(json!("partially_paid"), Value::Null, 0);
        for unpaid in ["pending", "authorized", "voided", "expired", "unheard_of"] {
            check(json!(unpaid), json!("0.00"), 0);
        }
        check(Value::Null, json!("40.00"), 6000);
        check(Value::Null, Value::Null, 10_000);
    }

    #[test]
    fn what_was_paid_of_an_edited_order_follows_what_it_comes_to_since() {
        let check = |status: &str, current: i64, outstanding: &str, expected: i64| {
            let body = json!({"financial_status": status, "total_outstanding": outstanding});
            let parts = Parts { current_total: Some(Money::new(current, Currency::USD)), ..Parts::default() };
            let got = paid(&Node::root(&body).expect("object"), Money::new(10_000, Currency::USD), &parts).expect("paid");
            assert_eq!(got.minor, expected, "{body} {current}");
        };
        // Dearer, and the difference is still owed; then paid.
        check("partially_paid", 12_000, "20.00", 10_000);
        check("paid", 12_000, "0.00", 12_000);
        // Cheaper: what was paid too much has not gone back yet.
        check("paid", 8_000, "-20.00", 10_000);
        check("partially_refunded", 8_000, "0.00", 10_000);
        // A deposit of an order that became cheaper.
        check("partially_paid", 6_000, "10.00", 5_000);
    }

    #[test]
    fn only_successful_refund_transactions_are_money() {
        let of = |kind, status, amount| json!({"kind": kind, "status": status, "amount": amount, "currency": "EUR"});
        let check = |transactions: Value, expected: Option<i64>| {
            let body = json!({"transactions": transactions});
            let got = paid_back(&Node::root(&body).expect("object"), Currency::USD).ok();
            assert_eq!(got.map(|m| m.minor), expected, "{body}");
        };
        check(json!([]), Some(0));
        check(Value::Null, Some(0));
        check(json!([of("refund", "success", "1.00"), of("refund", "success", "0.50")]), Some(150));
        check(json!([of("refund", "pending", "1.00"), of("refund", "failure", "1.00"), of("void", "success", "9.00")]), Some(0));
        check(json!([of("refund", "success", "1.00"), {"kind": "refund", "status": "success", "amount": "1.00", "currency": "USD"}]), None);
        check(json!([of("refund", "success", "-1.00")]), None);
    }

    #[test]
    fn the_marker_is_found_in_a_list_and_in_an_object() {
        let check = |attributes: Value, expected: Option<&str>| {
            let body = json!({"note_attributes": attributes});
            assert_eq!(marker(&Node::root(&body).expect("object")).as_deref(), expected, "{body}");
        };
        check(json!([{"name": "colour", "value": "green"}, {"name": "_comeback", "value": "aB3"}]), Some("aB3"));
        check(json!([{"name": "comeback", "value": 12}]), Some("12"));
        check(json!({"_comeback": "aB3"}), Some("aB3"));
        check(json!([{"name": "_comeback", "value": "x".repeat(65)}]), None);
        check(json!([{"name": "cartToken", "value": "x"}]), None);
        check(Value::Null, None);
    }

    #[test]
    fn orders_that_no_shopper_placed_on_the_web_need_proof() {
        let check = |source: &str, expected| assert_eq!(only_proof_counts(source), expected, "{source}");
        check("web", false);
        check("checkout_one", false);
        check("580111", false);
        check("16818700289", true);
        check("1830279", true);
        check("pos", true);
        check("shopify_draft_order", true);
        check("subscription_contract", true);
    }
}
