//! What orders' and refunds' amounts consist of, and disputed payments. What can't be read isn't told; only what an order is worth is refused when it can't be.

use super::json::{Fault, Node};
use crate::domain::event::Event;
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{DisputeSeen, DisputeState, Parts, RefundParts, Transaction};
use crate::platforms::ReadContext;

/// What an order's total consists of. Amounts without a pair are in the shop's currency.
pub fn parts(body: &Node<'_>, currency: Currency) -> Parts {
    Parts {
        subtotal: body.part("subtotal_price", currency),
        discounts: body.part("total_discounts", currency),
        tax: body.part("total_tax", currency),
        tax_included: body.flag("taxes_included"),
        shipping: shipping(body, currency),
        shipping_tax: shipping_tax(body, currency),
        tips: body.part("total_tip_received", currency),
        duties: body.shop_money("original_total_duties_set"),
        gift_cards: gift_cards(body, currency),
        current_total: body.part("current_total_price", currency),
        gateways: texts(body, "payment_gateway_names"),
    }
}

fn texts(body: &Node<'_>, key: &str) -> std::collections::BTreeSet<String> {
    let listed = body.get(key).and_then(|v| v.as_array()).map(Vec::as_slice).unwrap_or_default();
    listed.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn sum(amounts: impl Iterator<Item = Option<Money>>, currency: Currency) -> Option<Money> {
    let added = |sum: Money, amount: Option<Money>| amount.and_then(|amount| super::lines::plus(sum, amount));
    amounts.into_iter().try_fold(Money::new(0, currency), added)
}

/// Shipping after every discount. `discounted_price` leaves out discounts of the whole order; what each line was allotted of them is listed beside it.
fn shipping(body: &Node<'_>, currency: Currency) -> Option<Money> {
    if body.get("shipping_lines").is_none() {
        return body.shop_money("total_shipping_price_set");
    }
    let lines = body.objects("shipping_lines");
    let kept = lines.iter().filter(|line| line.flag("is_removed") != Some(true));
    let after = |line: &Node<'_>| {
        let price = line.part("price", currency)?;
        let off = allotted(line, currency)?;
        let discounted = line.part("discounted_price", currency).unwrap_or(price);
        Some(Money::new(price.minor.saturating_sub(off.minor).min(discounted.minor).max(0), price.currency))
    };
    sum(kept.map(after), currency)
}

fn shipping_tax(body: &Node<'_>, currency: Currency) -> Option<Money> {
    body.get("shipping_lines")?;
    let lines = body.objects("shipping_lines");
    sum(lines.iter().flat_map(|line| line.objects("tax_lines")).map(|tax| tax.part("price", currency)), currency)
}

fn allotted(line: &Node<'_>, currency: Currency) -> Option<Money> {
    sum(line.objects("discount_allocations").iter().map(|off| off.part("amount", currency)), currency)
}

/// What the gift cards among an order's lines cost.
fn gift_cards(body: &Node<'_>, currency: Currency) -> Option<Money> {
    body.get("line_items")?;
    let lines = body.objects("line_items");
    let cost = |line: &Node<'_>| {
        let price = line.part("price", currency)?;
        let whole = price.minor.checked_mul(line.count("quantity").unwrap_or(1).max(0))?;
        Some(Money::new(whole.saturating_sub(allotted(line, currency)?.minor).max(0), price.currency))
    };
    sum(lines.iter().filter(|line| line.flag("gift_card") == Some(true)).map(cost), currency)
}

/// What a refund was for.
pub fn refund_parts(refund: &Node<'_>, currency: Currency) -> RefundParts {
    let lines = refund.objects("refund_line_items");
    let is_card = |line: &Node<'_>| line.object("line_item").is_some_and(|item| item.flag("gift_card") == Some(true));
    let told = |key: &str, cards: bool| {
        let of_kind = lines.iter().filter(|line| is_card(line) == cards);
        refund.get("refund_line_items").and_then(|_| sum(of_kind.map(|line| line.part(key, currency)), currency))
    };
    let (shipping, shipping_tax) = refunded_shipping(refund, currency);
    RefundParts {
        subtotal: told("subtotal", false),
        tax: told("total_tax", false),
        shipping,
        shipping_tax,
        gift_cards: told("subtotal", true),
    }
}

/// Newer bodies list the lines of shipping, older ones an adjustment below zero.
fn refunded_shipping(refund: &Node<'_>, currency: Currency) -> (Option<Money>, Option<Money>) {
    let lines = refund.objects("refund_shipping_lines");
    if !lines.is_empty() {
        let of = |key: &str| sum(lines.iter().map(|line| line.shop_money(key)), currency);
        return (of("subtotal_amount_set"), of("tax_amount_set"));
    }
    let adjusted = refund.objects("order_adjustments");
    let shipping: Vec<_> = adjusted.iter().filter(|a| a.text("kind").as_deref() == Some("shipping_refund")).collect();
    let of = |key: &str| {
        let back = |a: &&Node<'_>| a.amount(key, currency).ok()?.map(|m| Money::new(m.minor.saturating_neg().max(0), m.currency));
        sum(shipping.iter().map(back), currency)
    };
    if shipping.is_empty() { (None, None) } else { (of("amount"), of("tax_amount")) }
}

/// Every movement of money that a refund lists, and every attempt.
pub fn transactions(refund: &Node<'_>, currency: Currency) -> Vec<Transaction> {
    let read = |t: &Node<'_>| {
        let currency = t.currency("currency").ok()?.unwrap_or(currency);
        Some(Transaction {
            id: t.key("id")?,
            kind: t.text("kind")?,
            gateway: t.text("gateway"),
            status: t.text("status")?,
            amount: t.total("amount", currency).ok()??,
        })
    };
    let mut all: Vec<Transaction> = refund.objects("transactions").iter().filter_map(read).collect();
    all.sort();
    all
}

/// A disputed payment. Its body says nothing of when it was changed: the delivery does.
pub fn dispute(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let Some(order_id) = body.key("order_id") else { return Ok(Event::Noted) };
    let currency = body.currency("currency")?.unwrap_or(context.shop_currency);
    let told = [body.time("finalized_on")?, body.time("initiated_at")?];
    let said = context.triggered_at.or_else(|| told.into_iter().flatten().next());
    Ok(Event::Dispute(DisputeSeen {
        dispute_id: body.key("id").ok_or_else(|| body.fault("id", "the dispute has no id"))?,
        order_id,
        seen_at: said.unwrap_or(context.received_at).min(context.received_at),
        amount: body.total("amount", currency)?.ok_or_else(|| body.fault("amount", "the dispute has no amount"))?,
        state: state(body),
    }))
}

/// <https://shopify.dev/docs/api/admin-graphql/latest/enums/DisputeStatus>; a status that isn't known leaves the money where it is told to be: with the bank.
fn state(body: &Node<'_>) -> DisputeState {
    let is_inquiry = body.text("type").as_deref() == Some("inquiry");
    match body.text("status").as_deref() {
        Some("won" | "prevented") => DisputeState::Won,
        Some("charge_refunded") => DisputeState::Refunded,
        _ if is_inquiry => DisputeState::Inquiry,
        Some("lost" | "accepted") => DisputeState::Lost,
        _ => DisputeState::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn minor(money: Option<Money>) -> Option<i64> {
        money.map(|m| m.minor)
    }

    #[test]
    fn an_orders_parts_are_told_in_the_shops_currency_and_what_is_absent_is_not_told() {
        let body = json!({
            "subtotal_price": "90.00", "total_discounts": "10.00", "total_tax": "19.00", "taxes_included": true, "total_tip_received": "2.00",
            "current_total_price": "80.00", "payment_gateway_names": ["gift_card", "shopify_payments"],
            "total_tax_set": {"shop_money": {"amount": "19.00", "currency_code": "USD"}, "presentment_money": {"amount": "17.00", "currency_code": "EUR"}},
            "shipping_lines": [
                {"price": "10.00", "discounted_price": "8.00", "discount_allocations": [{"amount": "3.00"}], "tax_lines": [{"price": "1.10"}]},
                {"price": "5.00", "is_removed": true, "tax_lines": []}
            ],
            "line_items": [
                {"price": "25.00", "quantity": 2, "gift_card": true, "discount_allocations": [{"amount": "5.00"}]},
                {"price": "40.00", "quantity": 1, "gift_card": false}
            ]
        });
        let p = parts(&Node::root(&body).expect("object"), Currency::USD);
        assert_eq!([p.subtotal, p.discounts, p.tax, p.shipping, p.shipping_tax].map(minor), [9000, 1000, 1900, 700, 110].map(Some));
        assert_eq!([p.tips, p.duties, p.gift_cards, p.current_total].map(minor), [Some(200), None, Some(4500), Some(8000)]);
        assert!(p.tax_included == Some(true) && p.gateways.contains("gift_card"));
        let nothing = parts(&Node::root(&json!({})).expect("object"), Currency::USD);
        assert_eq!(nothing, Parts::default());
    }

    #[test]
    fn a_refund_says_what_it_was_for_in_newer_and_older_bodies() {
        let line = |subtotal: f64, tax: f64, card: bool| json!({"subtotal": subtotal, "total_tax": tax, "line_item": {"gift_card": card}});
        let check = |body: Value, expected: [Option<i64>; 5]| {
            let p = refund_parts(&Node::root(&body).expect("object"), Currency::USD);
            assert_eq!([p.subtotal, p.tax, p.shipping, p.shipping_tax, p.gift_cards].map(minor), expected, "{body}");
        };
        let items = json!([line(749.95, 134.99, false), line(25.0, 0.0, true)]);
        let older = json!({"refund_line_items": items, "order_adjustments": [
            {"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.30"}, {"kind": "refund_discrepancy", "amount": "1.00", "tax_amount": "0.00"}]});
        check(older, [Some(74_995), Some(13_499), Some(500), Some(30), Some(2500)]);
        let usd = |amount: &str| json!({"shop_money": {"amount": amount, "currency_code": "USD"}});
        let newer = json!({"refund_line_items": [], "refund_shipping_lines": [{"subtotal_amount_set": usd("4.00"), "tax_amount_set": usd("0.40")}]});
        check(newer, [Some(0), Some(0), Some(400), Some(40), Some(0)]);
        check(json!({}), [None; 5]);
    }

    #[test]
    fn a_disputes_status_says_where_the_money_is() {
        let check = |kind: &str, status: &str, expected: DisputeState| {
            let body = json!({"type": kind, "status": status});
            assert_eq!(state(&Node::root(&body).expect("object")), expected, "{body}");
        };
        check("chargeback", "needs_response", DisputeState::Open);
        check("chargeback", "under_review", DisputeState::Open);
        check("chargeback", "lost", DisputeState::Lost);
        check("chargeback", "accepted", DisputeState::Lost);
        check("chargeback", "won", DisputeState::Won);
        check("chargeback", "charge_refunded", DisputeState::Refunded);
        check("inquiry", "needs_response", DisputeState::Inquiry);
        check("inquiry", "lost", DisputeState::Inquiry);
    }
}
