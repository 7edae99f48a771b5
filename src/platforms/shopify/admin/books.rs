//! Asks for orders: the amounts of many, and one in full. <https://shopify.dev/docs/api/admin-graphql/latest/queries/orders>

use super::client::{Admin, Question};
use crate::domain::books::{BookOrder, BookRefund};
use crate::domain::event::{Event, OrderSeen};
use crate::domain::money::Money;
use crate::platforms::ReadContext;
use crate::platforms::shopify::json::Node;
use crate::platforms::shopify::orders;
use crate::platforms::store_api::StoreError;
use crate::platforms::store_books::{BookPage, StoreBooks};
use async_trait::async_trait;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde_json::{Map, Value, json};

/// Orders in one question: with their refunds they come to well below the 1,000 points that a question may cost.
const PAGE: u32 = 25;
/// Digits of an order's id; what isn't one isn't asked about.
const ID_MAX: usize = 20;

pub const BOOKS: Question = Question {
    name: "books",
    document: "query ComebackBooks($query: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    nodes {
      legacyResourceId name createdAt cancelledAt test edited
      totalPriceSet { shopMoney { amount currencyCode } }
      totalReceivedSet { shopMoney { amount currencyCode } }
      totalRefundedSet { shopMoney { amount currencyCode } }
      refunds(first: 20) { legacyResourceId totalRefundedSet { shopMoney { amount currencyCode } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}",
};

pub const ORDER: Question = Question {
    name: "order",
    document: "query ComebackOrder($id: ID!) {
  order(id: $id) {
    legacyResourceId name createdAt updatedAt cancelledAt test taxesIncluded sourceName email phone customerLocale cartToken checkoutToken
    currencyCode discountCodes paymentGatewayNames displayFinancialStatus
    customAttributes { key value }
    customer { legacyResourceId firstName lastName }
    totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
    currentTotalPriceSet { shopMoney { amount currencyCode } }
    subtotalPriceSet { shopMoney { amount currencyCode } }
    totalDiscountsSet { shopMoney { amount currencyCode } }
    totalTaxSet { shopMoney { amount currencyCode } }
    totalTipReceivedSet { shopMoney { amount currencyCode } }
    originalTotalDutiesSet { shopMoney { amount currencyCode } }
    totalReceivedSet { shopMoney { amount currencyCode } }
    totalOutstandingSet { shopMoney { amount currencyCode } }
    shippingLines(first: 10) {
      nodes {
        isRemoved
        discountedPriceSet { shopMoney { amount currencyCode } }
        taxLines { priceSet { shopMoney { amount currencyCode } } }
        discountAllocations { allocatedAmountSet { shopMoney { amount currencyCode } } discountApplication { ... on DiscountCodeApplication { code } } }
      }
    }
    lineItems(first: 100) {
      nodes {
        title variantTitle sku quantity isGiftCard
        variant { legacyResourceId }
        product { legacyResourceId }
        originalUnitPriceSet { shopMoney { amount currencyCode } }
        discountAllocations { allocatedAmountSet { shopMoney { amount currencyCode } } discountApplication { ... on DiscountCodeApplication { code } } }
      }
    }
    refunds(first: 20) {
      legacyResourceId createdAt
      transactions(first: 5) { nodes { id kind status gateway amountSet { shopMoney { amount currencyCode } } } }
      refundLineItems(first: 20) {
        nodes {
          subtotalSet { shopMoney { amount currencyCode } }
          totalTaxSet { shopMoney { amount currencyCode } }
          lineItem { isGiftCard }
        }
      }
      refundShippingLines(first: 5) {
        nodes {
          subtotalAmountSet { shopMoney { amount currencyCode } }
          taxAmountSet { shopMoney { amount currencyCode } }
        }
      }
    }
  }
}",
};

#[async_trait]
impl StoreBooks for Admin {
    async fn orders(&self, (from, to): (Timestamp, Timestamp), after: Option<&str>) -> Result<BookPage, StoreError> {
        let second = TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Floor);
        let whole = |at: Timestamp| at.round(second).unwrap_or(at);
        let query = format!("created_at:>='{}' AND created_at:<'{}'", whole(from), whole(to));
        let mut first = PAGE;
        let data = loop {
            match self.ask(&BOOKS, json!({"query": query, "first": first, "after": after})).await {
                Err(StoreError::TooCostly) if first > 1 => first /= 2,
                answered => break answered?,
            }
        };
        page(&data).ok_or_else(|| unreadable("orders"))
    }

    async fn order(&self, id: &str) -> Result<Option<OrderSeen>, StoreError> {
        if id.is_empty() || id.len() > ID_MAX || !id.bytes().all(|b| b.is_ascii_digit()) {
            return Err(StoreError::Misunderstood("the order's id is none of Shopify's".into()));
        }
        let now = self.now();
        let data = self.ask(&ORDER, json!({"id": format!("gid://shopify/Order/{id}")})).await?;
        if data["order"].is_null() {
            return Ok(None);
        }
        seen(&data["order"], now).map(Some).ok_or_else(|| unreadable("the order"))
    }
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unanswered(format!("the answer about {what} can't be read"))
}

/// An amount in the store's currency.
fn shop_money(node: &Node<'_>, key: &str) -> Option<Money> {
    let money = node.object(key)?.object("shopMoney")?;
    let currency = money.currency("currencyCode").ok()??;
    money.amount("amount", currency).ok()?
}

fn page(data: &Value) -> Option<BookPage> {
    let orders = Node::root(data)?.object("orders")?;
    let more = orders.object("pageInfo").filter(|p| p.flag("hasNextPage") == Some(true));
    // An order that can't be read would be missing from the sums: then there is no answer.
    let read: Option<Vec<BookOrder>> = orders.objects("nodes").iter().map(book).collect();
    Some(BookPage { orders: read?, next: more.and_then(|p| p.text("endCursor")) })
}

fn book(node: &Node<'_>) -> Option<BookOrder> {
    let refund = |r: &Node<'_>| Some(BookRefund { id: r.key("legacyResourceId")?, amount: shop_money(r, "totalRefundedSet")? });
    let refunds: Option<Vec<BookRefund>> = node.objects("refunds").iter().map(refund).collect();
    Some(BookOrder {
        platform_id: Some(node.key("legacyResourceId")?),
        name: node.text("name")?,
        created_at: node.time("createdAt").ok()??,
        total: shop_money(node, "totalPriceSet")?,
        received: shop_money(node, "totalReceivedSet")?,
        refunded: shop_money(node, "totalRefundedSet")?,
        refunds: Some(refunds?),
        test: node.flag("test"),
        cancelled: node.get("cancelledAt").is_some(),
        edited: node.flag("edited"),
    })
}

/// Told as a webhook tells it, so that one reader understands both; what was received is known here to the last minor unit.
fn seen(order: &Value, now: Timestamp) -> Option<OrderSeen> {
    let node = Node::root(order)?;
    let total = shop_money(&node, "totalPriceSet")?;
    let body = as_webhook(&node);
    let context = ReadContext { topic: "orders/updated", received_at: now, triggered_at: None, shop_currency: total.currency };
    let Event::Order(mut seen) = orders::order(&Node::root(&body)?, &context).ok()? else { return None };
    seen.paid = shop_money(&node, "totalReceivedSet")?;
    Some(*seen)
}

fn as_webhook(order: &Node<'_>) -> Value {
    const TEXTS: [(&str, &str); 13] = [
        ("legacyResourceId", "id"),
        ("name", "name"),
        ("createdAt", "created_at"),
        ("updatedAt", "updated_at"),
        ("cancelledAt", "cancelled_at"),
        ("test", "test"),
        ("taxesIncluded", "taxes_included"),
        ("sourceName", "source_name"),
        ("email", "email"),
        ("phone", "phone"),
        ("customerLocale", "customer_locale"),
        ("cartToken", "cart_token"),
        ("checkoutToken", "checkout_token"),
    ];
    const AMOUNTS: [(&str, &str); 7] = [
        ("totalPriceSet", "total_price"),
        ("currentTotalPriceSet", "current_total_price"),
        ("subtotalPriceSet", "subtotal_price"),
        ("totalDiscountsSet", "total_discounts"),
        ("totalTaxSet", "total_tax"),
        ("totalTipReceivedSet", "total_tip_received"),
        ("totalOutstandingSet", "total_outstanding"),
    ];
    let mut body = Map::new();
    body.extend(TEXTS.iter().filter_map(|(from, to)| Some(((*to).to_owned(), order.get(from)?.clone()))));
    body.extend(AMOUNTS.iter().filter_map(|(from, to)| Some(((*to).to_owned(), plain(order, from)?))));
    body.insert("currency".into(), json!(order.text("currencyCode")));
    body.insert("total_price_set".into(), pair(order, "totalPriceSet"));
    body.insert("original_total_duties_set".into(), pair(order, "originalTotalDutiesSet"));
    body.insert("financial_status".into(), json!(order.text("displayFinancialStatus").map(|s| s.to_lowercase())));
    body.insert("payment_gateway_names".into(), order.get("paymentGatewayNames").cloned().unwrap_or_default());
    let attribute = |a: &Node<'_>| json!({"name": a.text("key"), "value": a.text("value")});
    body.insert("note_attributes".into(), order.objects("customAttributes").iter().map(attribute).collect());
    let customer =
        |c: Node<'_>| json!({"id": c.get("legacyResourceId"), "first_name": c.text("firstName"), "last_name": c.text("lastName")});
    body.insert("customer".into(), order.object("customer").map_or(Value::Null, customer));
    body.insert("discount_codes".into(), codes(order));
    body.insert("shipping_lines".into(), nodes(order, "shippingLines").iter().map(shipping_line).collect());
    body.insert("line_items".into(), nodes(order, "lineItems").iter().map(line_item).collect());
    body.insert("refunds".into(), order.objects("refunds").iter().map(refund).collect());
    Value::Object(body)
}

fn nodes<'a>(node: &Node<'a>, key: &str) -> Vec<Node<'a>> {
    node.object(key).map(|connection| connection.objects("nodes")).unwrap_or_default()
}

fn plain(node: &Node<'_>, key: &str) -> Option<Value> {
    shop_money(node, key).map(|m| json!(m.amount()))
}

/// Both sides of an amount, in the words of webhooks.
fn pair(node: &Node<'_>, key: &str) -> Value {
    let Some(set) = node.object(key) else { return Value::Null };
    let side = |key: &str| set.object(key).map(|m| json!({"amount": m.get("amount"), "currency_code": m.text("currencyCode")}));
    json!({"shop_money": side("shopMoney"), "presentment_money": side("presentmentMoney")})
}

/// What each code took off: its part of every line.
fn codes(order: &Node<'_>) -> Value {
    let lines: Vec<Node<'_>> = nodes(order, "lineItems").into_iter().chain(nodes(order, "shippingLines")).collect();
    let allocations: Vec<Node<'_>> = lines.iter().flat_map(|line| line.objects("discountAllocations")).collect();
    let of = |code: &str| -> Option<Money> {
        let same =
            |a: &&Node<'_>| a.object("discountApplication").and_then(|d| d.text("code")).is_some_and(|c| c.eq_ignore_ascii_case(code));
        let off = allocations.iter().filter(same).map(|a| shop_money(a, "allocatedAmountSet"));
        off.reduce(|sum, next| crate::platforms::shopify::lines::plus(sum?, next?))?
    };
    let used = order.get("discountCodes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let told = |code: &str| json!({"code": code, "amount": of(code).map(|m| m.amount())});
    used.iter().filter_map(Value::as_str).map(told).collect()
}

fn shipping_line(line: &Node<'_>) -> Value {
    let tax = |t: &Node<'_>| json!({"price": plain(t, "priceSet")});
    json!({
        "price": plain(line, "discountedPriceSet"),
        "is_removed": line.flag("isRemoved"),
        "tax_lines": line.objects("taxLines").iter().map(tax).collect::<Value>(),
    })
}

fn line_item(line: &Node<'_>) -> Value {
    let id = |of: &str| line.object(of).and_then(|n| n.get("legacyResourceId").cloned());
    let off = |a: &Node<'_>| json!({"amount": plain(a, "allocatedAmountSet")});
    json!({
        "title": line.text("title"),
        "variant_title": line.text("variantTitle"),
        "sku": line.text("sku"),
        "quantity": line.count("quantity"),
        "gift_card": line.flag("isGiftCard"),
        "variant_id": id("variant"),
        "product_id": id("product"),
        "price": plain(line, "originalUnitPriceSet"),
        "discount_allocations": line.objects("discountAllocations").iter().map(off).collect::<Value>(),
    })
}

fn refund(refund: &Node<'_>) -> Value {
    let lower = |t: &Node<'_>, key: &str| t.text(key).map(|word| word.to_lowercase());
    let transaction = |t: &Node<'_>| {
        let amount = shop_money(t, "amountSet");
        json!({
            "id": t.global_id("id"), "kind": lower(t, "kind"), "status": lower(t, "status"), "gateway": t.text("gateway"),
            "amount": amount.map(|m| m.amount()), "currency": amount.map(|m| m.currency.to_string()),
        })
    };
    let line = |l: &Node<'_>| {
        let card = l.object("lineItem").and_then(|item| item.flag("isGiftCard"));
        json!({"subtotal_set": pair(l, "subtotalSet"), "total_tax_set": pair(l, "totalTaxSet"), "line_item": {"gift_card": card}})
    };
    let shipping = |l: &Node<'_>| json!({"subtotal_amount_set": pair(l, "subtotalAmountSet"), "tax_amount_set": pair(l, "taxAmountSet")});
    json!({
        "id": refund.get("legacyResourceId"),
        "created_at": refund.get("createdAt"),
        "transactions": nodes(refund, "transactions").iter().map(transaction).collect::<Value>(),
        "refund_line_items": nodes(refund, "refundLineItems").iter().map(line).collect::<Value>(),
        "refund_shipping_lines": nodes(refund, "refundShippingLines").iter().map(shipping).collect::<Value>(),
    })
}
