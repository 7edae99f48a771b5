//! Discounts of a Shopify store. A discount may have many codes, which share its value, its limits and its end; codes are added and deleted in the background.

use super::client::{Admin, Question};
use crate::domain::campaign::OfferValue;
use crate::domain::money::Money;
use crate::platforms::shopify::json::Node;
use crate::platforms::store_api::StoreError;
use crate::platforms::store_discounts::{Addition, CODES_MAX, CodePage, CodeSeen, DiscountSeen, NewDiscount, StoreDiscounts};
use async_trait::async_trait;
use serde_json::{Value, json};

/// Of a discount with many codes the limit counts each code by itself, as Shopify's description of the same field of a price rule says:
/// <https://shopify.dev/docs/api/admin-rest/latest/resources/pricerule>.
const USES_PER_CODE: u32 = 1;
/// How much of the store's own words is repeated.
const SHOWN_MAX: usize = 200;

pub const MAKE: Question = Question {
    name: "discount_make",
    document: "mutation ComebackDiscountMake($discount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $discount) {
    codeDiscountNode { id codeDiscount { ... on DiscountCodeBasic { title codes(first: 1) { nodes { id code } } } } }
    userErrors { field code message }
  }
}",
};

pub const MAKE_SHIPPING: Question = Question {
    name: "discount_make",
    document: "mutation ComebackShippingDiscountMake($discount: DiscountCodeFreeShippingInput!) {
  discountCodeFreeShippingCreate(freeShippingCodeDiscount: $discount) {
    codeDiscountNode { id codeDiscount { ... on DiscountCodeFreeShipping { title codes(first: 1) { nodes { id code } } } } }
    userErrors { field code message }
  }
}",
};

pub const OF_CODE: Question = Question {
    name: "discount_of_code",
    document: "query ComebackDiscountOfCode($code: String!) {
  codeDiscountNodeByCode(code: $code) {
    id
    codeDiscount {
      ... on DiscountCodeBasic { title codes(first: 1) { nodes { id code } } }
      ... on DiscountCodeFreeShipping { title codes(first: 1) { nodes { id code } } }
    }
  }
}",
};

pub const ADD: Question = Question {
    name: "codes_add",
    document: "mutation ComebackCodesAdd($discount: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $discount, codes: $codes) { bulkCreation { id } userErrors { field code message } }
}",
};

pub const ADDED: Question = Question {
    name: "codes_added",
    document: "query ComebackCodesAdded($id: ID!) {
  discountRedeemCodeBulkCreation(id: $id) {
    done
    codes(first: 100) { nodes { code errors { message } discountRedeemCode { id } } }
  }
}",
};

pub const CODES: Question = Question {
    name: "codes",
    document: "query ComebackCodes($discount: ID!, $after: String) {
  codeDiscountNode(id: $discount) {
    codeDiscount {
      ... on DiscountCodeBasic { codes(first: 100, after: $after) { nodes { id code asyncUsageCount } pageInfo { hasNextPage endCursor } } }
      ... on DiscountCodeFreeShipping { codes(first: 100, after: $after) { nodes { id code asyncUsageCount } pageInfo { hasNextPage endCursor } } }
    }
  }
}",
};

pub const DELETE: Question = Question {
    name: "codes_delete",
    document: "mutation ComebackCodesDelete($discount: ID!, $ids: [ID!]) {
  discountCodeRedeemCodeBulkDelete(discountId: $discount, ids: $ids) { job { id done } userErrors { field code message } }
}",
};

pub const DELETED: Question =
    Question { name: "codes_deleted", document: "query ComebackCodesDeleted($id: ID!) { job(id: $id) { done } }" };

pub const END: Question = Question {
    name: "discount_delete",
    document: "mutation ComebackDiscountDelete($id: ID!) {
  discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { field code message } }
}",
};

/// What Shopify is to make.
fn input(new: &NewDiscount) -> Value {
    let mut input = json!({
        "title": new.title,
        "code": new.code,
        "startsAt": new.starts_at,
        "endsAt": new.ends_at,
        "context": {"all": "ALL"},
        "appliesOncePerCustomer": true,
        "usageLimit": USES_PER_CODE,
        "combinesWith": {"orderDiscounts": false, "productDiscounts": false, "shippingDiscounts": false},
    });
    if let Some(minimum) = new.minimum {
        input["minimumRequirement"] = json!({"subtotal": {"greaterThanOrEqualToSubtotal": minimum.amount()}});
    }
    match new.value {
        OfferValue::Percent(percent) => input["customerGets"] = off(&json!({"percentage": f64::from(percent) / 100.0})),
        OfferValue::Amount(amount) => input["customerGets"] = off(&amount_off(amount)),
        OfferValue::FreeShipping => input["destination"] = json!({"all": true}),
    }
    input
}

fn off(value: &Value) -> Value {
    json!({"value": value, "items": {"all": true}})
}

fn amount_off(amount: Money) -> Value {
    json!({"discountAmount": {"amount": amount.amount(), "appliesOnEachItem": false}})
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unanswered(format!("the answer about discounts can't be read: {what}"))
}

/// A discount, and the code that was asked about, if it is the one that the answer names.
fn discount(node: &Value, code: &str) -> Option<DiscountSeen> {
    let node = Node::root(node)?;
    let own = node.object("codeDiscount");
    let named = own.as_ref().and_then(|d| d.object("codes")).map(|c| c.objects("nodes")).unwrap_or_default();
    let same = named.iter().find(|n| n.text("code").is_some_and(|c| c.eq_ignore_ascii_case(code)));
    Some(DiscountSeen {
        id: node.key("id")?,
        title: own.as_ref().and_then(|d| d.text("title")).unwrap_or_default(),
        code_id: same.and_then(|n| n.key("id")),
    })
}

fn addition(node: &Value) -> Option<Addition> {
    let node = Node::root(node)?;
    let mut seen = Addition { done: node.flag("done").unwrap_or(false), ..Addition::default() };
    for one in node.object("codes")?.objects("nodes") {
        let Some(code) = one.text("code") else { continue };
        if let Some(id) = one.object("discountRedeemCode").and_then(|made| made.key("id")) {
            seen.made.push((id, code));
        } else {
            let why: Vec<String> = one.objects("errors").iter().filter_map(|e| e.text("message")).collect();
            // Neither made nor refused: it is still to come.
            if !why.is_empty() {
                seen.refused.push((code, why.join("; ").chars().filter(|c| !c.is_control()).take(SHOWN_MAX).collect()));
            }
        }
    }
    Some(seen)
}

fn page(node: &Value) -> CodePage {
    let codes = Node::root(node).and_then(|n| n.object("codeDiscount")).and_then(|d| d.object("codes"));
    let Some(codes) = codes else { return CodePage::default() };
    let seen = |n: &Node<'_>| Some(CodeSeen { id: n.key("id")?, code: n.text("code")?, uses: n.count("asyncUsageCount").unwrap_or(0) });
    let more = codes.object("pageInfo").filter(|p| p.flag("hasNextPage") == Some(true));
    CodePage { codes: codes.objects("nodes").iter().filter_map(seen).collect(), next: more.and_then(|p| p.text("endCursor")) }
}

#[async_trait]
impl StoreDiscounts for Admin {
    async fn make_discount(&self, new: &NewDiscount) -> Result<DiscountSeen, StoreError> {
        let (question, field) = match new.value {
            OfferValue::FreeShipping => (&MAKE_SHIPPING, "discountCodeFreeShippingCreate"),
            OfferValue::Percent(_) | OfferValue::Amount(_) => (&MAKE, "discountCodeBasicCreate"),
        };
        let data = self.ask(question, json!({"discount": input(new)})).await?;
        discount(&data[field]["codeDiscountNode"], &new.code).ok_or_else(|| unreadable("it names no discount"))
    }

    async fn discount_of(&self, code: &str) -> Result<Option<DiscountSeen>, StoreError> {
        let data = self.ask(&OF_CODE, json!({"code": code})).await?;
        Ok(discount(&data["codeDiscountNodeByCode"], code))
    }

    async fn add_codes(&self, discount: &str, codes: &[String]) -> Result<String, StoreError> {
        let codes: Vec<Value> = codes.iter().take(CODES_MAX).map(|code| json!({"code": code})).collect();
        let data = self.ask(&ADD, json!({"discount": discount, "codes": codes})).await?;
        let id = data["discountRedeemCodeBulkAdd"]["bulkCreation"]["id"].as_str();
        id.map(str::to_owned).ok_or_else(|| unreadable("it doesn't say by what to ask for the codes"))
    }

    async fn addition(&self, id: &str) -> Result<Option<Addition>, StoreError> {
        let data = self.ask(&ADDED, json!({"id": id})).await?;
        Ok(addition(&data["discountRedeemCodeBulkCreation"]))
    }

    async fn codes(&self, discount: &str, after: Option<&str>) -> Result<CodePage, StoreError> {
        let data = self.ask(&CODES, json!({"discount": discount, "after": after})).await?;
        Ok(page(&data["codeDiscountNode"]))
    }

    async fn delete_codes(&self, discount: &str, ids: &[String]) -> Result<Option<String>, StoreError> {
        let ids: Vec<&String> = ids.iter().take(CODES_MAX).collect();
        let data = self.ask(&DELETE, json!({"discount": discount, "ids": ids})).await?;
        let job = &data["discountCodeRedeemCodeBulkDelete"]["job"];
        Ok(job["id"].as_str().filter(|_| job["done"] != true).map(str::to_owned))
    }

    async fn is_deleted(&self, deletion: &str) -> Result<bool, StoreError> {
        let data = self.ask(&DELETED, json!({"id": deletion})).await?;
        // A job that isn't known any more has long been done.
        Ok(data["job"].is_null() || data["job"]["done"] == true)
    }

    async fn delete_discount(&self, discount: &str) -> Result<(), StoreError> {
        self.ask(&END, json!({"id": discount})).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn new(value: OfferValue, minimum: Option<Money>) -> NewDiscount {
        let at = |text: &str| text.parse().expect("an instant");
        let (starts_at, ends_at) = (at("2026-07-01T00:00:00Z"), at("2026-07-05T00:00:00Z"));
        NewDiscount { title: "Ten".into(), code: "BCDFGHJKMN".into(), value, minimum, starts_at, ends_at }
    }

    #[test]
    fn every_discount_is_for_one_use_per_code_and_customer_ends_and_is_not_combined() {
        for value in [OfferValue::Percent(7), OfferValue::Amount(Money::new(500, Currency::USD)), OfferValue::FreeShipping] {
            let made = input(&new(value, None));
            assert_eq!((&made["usageLimit"], &made["appliesOncePerCustomer"]), (&json!(1), &json!(true)), "{made}");
            assert_eq!(made["endsAt"], "2026-07-05T00:00:00Z");
            assert!(made["combinesWith"].as_object().is_some_and(|with| with.len() == 3 && with.values().all(|v| v == false)), "{made}");
            assert!(made.get("minimumRequirement").is_none());
        }
    }

    #[test]
    fn values_and_minimums_are_exact() {
        let gets = |value| input(&new(value, None))["customerGets"]["value"].clone();
        assert_eq!(gets(OfferValue::Percent(7)).to_string(), "{\"percentage\":0.07}");
        assert_eq!(gets(OfferValue::Percent(100)).to_string(), "{\"percentage\":1.0}");
        assert_eq!(gets(OfferValue::Amount(Money::new(505, Currency::USD)))["discountAmount"]["amount"], "5.05");
        let with = input(&new(OfferValue::FreeShipping, Some(Money::new(5000, Currency::USD))));
        assert_eq!(with["minimumRequirement"]["subtotal"]["greaterThanOrEqualToSubtotal"], "50.00");
        assert_eq!((&with["destination"]["all"], with.get("customerGets")), (&json!(true), None));
    }

    #[test]
    fn codes_that_are_neither_made_nor_refused_are_still_to_come() {
        let node = json!({"done": false, "codes": {"nodes": [
            {"code": "A", "errors": [], "discountRedeemCode": {"id": "gid://shopify/DiscountRedeemCode/1"}},
            {"code": "B", "errors": [{"message": "must be unique."}], "discountRedeemCode": null},
            {"code": "C", "errors": [], "discountRedeemCode": null},
        ]}});
        let seen = addition(&node).expect("read");
        assert_eq!(seen.made, [("gid://shopify/DiscountRedeemCode/1".to_owned(), "A".to_owned())]);
        assert_eq!((seen.refused, seen.done), (vec![("B".to_owned(), "must be unique.".to_owned())], false));
        assert_eq!(addition(&Value::Null), None);
        assert_eq!(page(&Value::Null), CodePage::default());
    }
}
