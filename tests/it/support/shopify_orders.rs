//! The orders of the store beside the stories, as its Admin API tells them.

use serde_json::{Value, json};

/// What the store has on record of an order, in dollars unless it says otherwise.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub id: u64,
    pub name: String,
    pub created_at: String,
    pub updated_at: String,
    pub total: String,
    pub received: String,
    pub tax: String,
    /// By their ids.
    pub refunds: Vec<(u64, String)>,
    pub currency: &'static str,
    pub test: bool,
    pub edited: bool,
    pub cancelled_at: Option<String>,
    pub email: Option<String>,
    pub checkout_token: Option<String>,
}

impl Recorded {
    /// Paid, and nothing went back.
    pub fn paid(id: u64, created_at: &str, total: &str) -> Self {
        Self {
            id,
            name: format!("#{}", id % 10_000),
            created_at: created_at.into(),
            updated_at: created_at.into(),
            total: total.into(),
            received: total.into(),
            tax: "0.00".into(),
            refunds: Vec::new(),
            currency: "USD",
            test: false,
            edited: false,
            cancelled_at: None,
            email: None,
            checkout_token: None,
        }
    }

    fn money(&self, amount: &str) -> Value {
        let money = json!({"amount": amount, "currencyCode": self.currency});
        json!({"shopMoney": money, "presentmentMoney": money})
    }

    fn refunded(&self) -> String {
        let cents: i64 = self.refunds.iter().map(|(_, amount)| amount.replace('.', "").parse::<i64>().expect("cents")).sum();
        format!("{}.{:02}", cents / 100, cents % 100)
    }

    fn in_books(&self) -> Value {
        let refund = |(id, amount): &(u64, String)| json!({"legacyResourceId": id.to_string(), "totalRefundedSet": self.money(amount)});
        json!({
            "legacyResourceId": self.id.to_string(), "name": self.name, "createdAt": self.created_at, "cancelledAt": self.cancelled_at, "test": self.test,
            "edited": self.edited, "totalPriceSet": self.money(&self.total), "totalReceivedSet": self.money(&self.received),
            "totalRefundedSet": self.money(&self.refunded()), "refunds": self.refunds.iter().map(refund).collect::<Value>(),
        })
    }

    fn whole(&self) -> Value {
        let none = json!({"nodes": []});
        let refund = |(id, amount): &(u64, String)| {
            let paid = json!({"id": format!("gid://shopify/OrderTransaction/{}", id + 1), "kind": "REFUND", "status": "SUCCESS", "gateway": "bogus",
                "amountSet": self.money(amount)});
            json!({"legacyResourceId": id.to_string(), "createdAt": self.updated_at, "transactions": {"nodes": [paid]}, "refundLineItems": none,
                "refundShippingLines": none})
        };
        let line = json!({"title": "Wool hat", "quantity": 1, "isGiftCard": false, "variant": null, "product": null,
            "originalUnitPriceSet": self.money(&self.total), "discountAllocations": []});
        json!({
            "legacyResourceId": self.id.to_string(), "name": self.name, "createdAt": self.created_at, "updatedAt": self.updated_at,
            "cancelledAt": self.cancelled_at, "test": self.test, "taxesIncluded": false, "sourceName": "web", "email": self.email, "phone": null,
            "customerLocale": "en", "cartToken": null, "checkoutToken": self.checkout_token, "currencyCode": self.currency, "discountCodes": [],
            "paymentGatewayNames": ["bogus"], "displayFinancialStatus": "PAID", "customAttributes": [], "customer": null,
            "totalPriceSet": self.money(&self.total), "currentTotalPriceSet": self.money(&self.total), "subtotalPriceSet": self.money(&self.total),
            "totalDiscountsSet": self.money("0.00"), "totalTaxSet": self.money(&self.tax), "totalTipReceivedSet": self.money("0.00"),
            "originalTotalDutiesSet": null, "totalReceivedSet": self.money(&self.received), "totalOutstandingSet": self.money("0.00"),
            "shippingLines": none, "lineItems": {"nodes": [line]}, "refunds": self.refunds.iter().map(refund).collect::<Value>(),
        })
    }
}

/// What the store answers about its orders; none where it isn't about them.
pub fn answer(recorded: &[Recorded], operation: &str, variables: &Value) -> Option<Value> {
    match operation {
        "ComebackBooks" => {
            let query = variables["query"].as_str().expect("a query");
            let bound = |begins: &str| {
                let rest = query.split_once(begins).expect("a bound").1;
                rest.split('\'').next().expect("an instant").parse::<jiff::Timestamp>().expect("an instant")
            };
            let (from, to) = (bound("created_at:>='"), bound("created_at:<'"));
            let placed = |r: &&Recorded| {
                let at: jiff::Timestamp = r.created_at.parse().expect("an instant");
                at >= from && at < to
            };
            let all: Vec<&Recorded> = recorded.iter().filter(placed).collect();
            let first = usize::try_from(variables["first"].as_u64().expect("a number")).expect("a size");
            let begin: usize = variables["after"].as_str().map_or(0, |after| after.parse().expect("ours"));
            let nodes: Value = all.iter().skip(begin).take(first).map(|r| r.in_books()).collect();
            let end = (begin + first).min(all.len());
            Some(json!({"data": {"orders": {"nodes": nodes, "pageInfo": {"hasNextPage": end < all.len(), "endCursor": end.to_string()}}}}))
        }
        "ComebackOrder" => {
            let gid = variables["id"].as_str().expect("an id");
            let found = recorded.iter().find(|r| gid == format!("gid://shopify/Order/{}", r.id));
            Some(json!({"data": {"order": found.map(Recorded::whole)}}))
        }
        _ => None,
    }
}
