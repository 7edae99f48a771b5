//! The discounts of the store in this process: made with a first code, filled in the background, each code once in the whole store.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A discount with its codes.
#[derive(Debug, Clone, Default)]
pub struct Discount {
    /// As it was asked for.
    pub input: Value,
    /// By what shoppers type: the id, and how often it was used.
    pub codes: BTreeMap<String, (String, i64)>,
}

/// Codes that are to be added.
#[derive(Debug, Clone)]
struct Addition {
    discount: String,
    codes: Vec<String>,
    /// So often it is asked for before it is done.
    takes: usize,
    refused: Vec<String>,
    worked: bool,
}

#[derive(Debug, Default)]
pub struct Discounts {
    pub all: BTreeMap<String, Discount>,
    additions: BTreeMap<String, Addition>,
    jobs: BTreeMap<String, usize>,
    /// How often additions and deletions are asked for before they are done.
    pub slow: usize,
    /// Codes that were there once and were deleted.
    pub deleted: Vec<String>,
    /// Somebody else's codes.
    pub taken: Vec<String>,
    made: usize,
}

fn complaint(field: &str, code: &str, message: &str) -> Value {
    json!([{"field": [field], "code": code, "message": message}])
}

impl Discounts {
    /// Every code that works, over all discounts.
    pub fn codes(&self) -> Vec<String> {
        self.all.values().flat_map(|d| d.codes.keys().cloned()).collect()
    }

    /// A shopper uses a code.
    pub fn spend(&mut self, code: &str) {
        let spent = self.all.values_mut().find_map(|d| d.codes.get_mut(code)).unwrap_or_else(|| panic!("{code} works"));
        spent.1 += 1;
    }

    fn id(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("gid://shopify/{kind}/{}", self.made)
    }

    fn exists(&self, code: &str) -> bool {
        self.taken.iter().any(|c| c == code) || self.all.values().any(|d| d.codes.contains_key(code))
    }

    /// What the store answers; none where the question isn't about discounts.
    pub fn answer(&mut self, operation: &str, variables: &Value) -> Option<Value> {
        let text = |name: &str| variables[name].as_str().unwrap_or_default().to_owned();
        Some(match operation {
            "ComebackDiscountMake" => json!({"data": {"discountCodeBasicCreate": self.make(&variables["discount"])}}),
            "ComebackShippingDiscountMake" => json!({"data": {"discountCodeFreeShippingCreate": self.make(&variables["discount"])}}),
            "ComebackDiscountOfCode" => json!({"data": {"codeDiscountNodeByCode": self.of_code(&text("code"))}}),
            "ComebackCodesAdd" => json!({"data": {"discountRedeemCodeBulkAdd": self.add(&text("discount"), &variables["codes"])}}),
            "ComebackCodesAdded" => json!({"data": {"discountRedeemCodeBulkCreation": self.added(&text("id"))}}),
            "ComebackCodes" => json!({"data": {"codeDiscountNode": self.page(&text("discount"), variables["after"].as_str())}}),
            "ComebackCodesDelete" => {
                json!({"data": {"discountCodeRedeemCodeBulkDelete": self.delete(&text("discount"), &variables["ids"])}})
            }
            "ComebackCodesDeleted" => json!({"data": {"job": self.job(&text("id"))}}),
            "ComebackDiscountDelete" => {
                let gone = self.all.remove(&text("id"));
                self.deleted.extend(gone.iter().flat_map(|d| d.codes.keys().cloned()));
                let errors = if gone.is_some() { json!([]) } else { complaint("id", "INVALID", "Code discount does not exist.") };
                json!({"data": {"discountCodeDelete": {"deletedCodeDiscountId": text("id"), "userErrors": errors}}})
            }
            _ => return None,
        })
    }

    fn make(&mut self, input: &Value) -> Value {
        let code = input["code"].as_str().expect("a first code").to_owned();
        if self.exists(&code) {
            return json!({"codeDiscountNode": null, "userErrors": complaint("code", "TAKEN", "Code must be unique.")});
        }
        let (id, code_id) = (self.id("DiscountCodeNode"), self.id("DiscountRedeemCode"));
        let codes = BTreeMap::from([(code, (code_id, 0))]);
        self.all.insert(id.clone(), Discount { input: input.clone(), codes });
        json!({"codeDiscountNode": self.node(&id, None), "userErrors": []})
    }

    /// A discount, with one of its codes.
    fn node(&self, id: &str, code: Option<&str>) -> Value {
        let Some(discount) = self.all.get(id) else { return Value::Null };
        let first = code.and_then(|c| discount.codes.get_key_value(c)).or_else(|| discount.codes.first_key_value());
        let nodes: Vec<Value> = first.iter().map(|(code, (id, _))| json!({"id": id, "code": code})).collect();
        json!({"id": id, "codeDiscount": {"title": discount.input["title"], "codes": {"nodes": nodes}}})
    }

    fn of_code(&self, code: &str) -> Value {
        if self.taken.iter().any(|c| c == code) {
            return json!({"id": "gid://shopify/DiscountCodeNode/900", "codeDiscount": {"title": "Somebody else's", "codes": {"nodes": []}}});
        }
        let id = self.all.iter().find(|(_, d)| d.codes.contains_key(code)).map(|(id, _)| id);
        id.map_or(Value::Null, |id| self.node(id, Some(code)))
    }

    fn add(&mut self, discount: &str, codes: &Value) -> Value {
        if !self.all.contains_key(discount) {
            return json!({"bulkCreation": null, "userErrors": complaint("discountId", "INVALID", "Code discount does not exist.")});
        }
        let codes: Vec<String> = codes.as_array().expect("codes").iter().map(|c| c["code"].as_str().expect("a code").to_owned()).collect();
        assert!(codes.len() <= 250, "a store takes 250 codes at most");
        let id = self.id("DiscountRedeemCodeBulkCreation");
        self.additions
            .insert(id.clone(), Addition { discount: discount.to_owned(), codes, takes: self.slow, refused: Vec::new(), worked: false });
        json!({"bulkCreation": {"id": id}, "userErrors": []})
    }

    /// Additions are worked off in the background, asked for or not.
    pub fn work(&mut self) {
        let ids: Vec<String> = self.additions.iter().filter(|(_, a)| !a.worked).map(|(id, _)| id.clone()).collect();
        for id in ids {
            let mut addition = self.additions.remove(&id).expect("it is there");
            for code in addition.codes.clone() {
                if self.exists(&code) {
                    addition.refused.push(code);
                } else {
                    let code_id = self.id("DiscountRedeemCode");
                    if let Some(discount) = self.all.get_mut(&addition.discount) {
                        discount.codes.insert(code, (code_id, 0));
                    }
                }
            }
            addition.worked = true;
            self.additions.insert(id, addition);
        }
    }

    fn added(&mut self, id: &str) -> Value {
        let Some(addition) = self.additions.get_mut(id) else { return Value::Null };
        let done = addition.takes == 0;
        addition.takes = addition.takes.saturating_sub(1);
        if done {
            self.work();
        }
        let addition = &self.additions[id];
        let codes = self.all.get(&addition.discount).map(|d| d.codes.clone()).unwrap_or_default();
        let node = |code: &String| {
            let refused = addition.refused.contains(code);
            let made = codes.get(code).filter(|_| done && !refused).map(|(id, _)| json!({"id": id}));
            let errors = if refused { json!([{"message": "Code must be unique."}]) } else { json!([]) };
            json!({"code": code, "errors": errors, "discountRedeemCode": made})
        };
        json!({"done": done, "codes": {"nodes": addition.codes.iter().map(node).collect::<Vec<_>>()}})
    }

    fn page(&self, id: &str, after: Option<&str>) -> Value {
        let Some(discount) = self.all.get(id) else { return Value::Null };
        let rest: Vec<_> = discount.codes.iter().filter(|(code, _)| after.is_none_or(|after| code.as_str() > after)).collect();
        let nodes: Vec<Value> =
            rest.iter().take(100).map(|(code, (id, uses))| json!({"id": id, "code": code, "asyncUsageCount": uses})).collect();
        let end = rest.iter().take(100).next_back().map(|(code, _)| code.as_str());
        json!({"codeDiscount": {"codes": {"nodes": nodes, "pageInfo": {"hasNextPage": rest.len() > 100, "endCursor": end}}}})
    }

    fn delete(&mut self, discount: &str, ids: &Value) -> Value {
        let ids: Vec<&str> = ids.as_array().expect("ids").iter().filter_map(Value::as_str).collect();
        if let Some(discount) = self.all.get_mut(discount) {
            let gone = |id: &String| ids.contains(&id.as_str());
            self.deleted.extend(discount.codes.iter().filter(|(_, (id, _))| gone(id)).map(|(code, _)| code.clone()));
            discount.codes.retain(|_, (id, _)| !gone(id));
        }
        let id = self.id("Job");
        self.jobs.insert(id.clone(), self.slow);
        json!({"job": {"id": id, "done": self.slow == 0}, "userErrors": []})
    }

    fn job(&mut self, id: &str) -> Value {
        let Some(takes) = self.jobs.get_mut(id) else { return Value::Null };
        let done = *takes == 0;
        *takes = takes.saturating_sub(1);
        json!({"done": done})
    }
}
