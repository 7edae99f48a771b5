//! Conditions: for which carts a campaign, a path or a step is, and in a sentence why a cart is not among them.

use crate::domain::duration::Length;
use crate::domain::money::{Currency, Money};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A condition may hold conditions, so deep at most.
pub const DEPTH_MAX: usize = 5;
/// A list in a condition is this long at most.
pub const LIST_MAX: usize = 500;

/// What must be so. What isn't known isn't so: a cart of unknown country is in none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Each of these.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The cart is worth this or more, in the same currency.
    ValueAtLeast(Money),
    /// The cart is worth less than this, in the same currency.
    ValueBelow(Money),
    /// The cart is in one of these currencies.
    Currency(Vec<Currency>),
    /// The shopper's address is in one of these countries, by ISO 3166-1 alpha-2.
    Country(Vec<String>),
    /// The shopper's language is one of these: `fr` takes `fr-CA` in, `fr-CA` is that alone.
    Language(Vec<String>),
    /// Whether they bought here before.
    Shopper(Acquaintance),
    /// One of these is in the cart: the platform's product or variant id, or the merchant's number (SKU).
    Item(Vec<String>),
    /// Something of one of these collections is in the cart, by id.
    Collection(Vec<String>),
    /// Something with one of these tags is in the cart.
    ProductTag(Vec<String>),
    /// The shopper has one of these tags on the platform.
    CustomerTag(Vec<String>),
    /// A discount code is on the cart already, or none is.
    CodeOnCart(bool),
    /// They used a discount code within this long.
    UsedCodeWithin(Length),
    /// Everything in the cart can be had.
    AllInStock(bool),
}

/// Whether a shopper bought here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acquaintance {
    /// Never, as far as is known.
    New,
    /// At least once.
    Returning,
}

/// What conditions look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// When.
    pub now: Timestamp,
    /// What the cart is worth.
    pub value: Option<Money>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Orders of theirs before this cart.
    pub orders_before: u32,
    /// What is in the cart.
    pub items: Vec<SceneItem>,
    /// Their tags on the platform.
    pub customer_tags: Vec<String>,
    /// A code is on the cart.
    pub code_on_cart: bool,
    /// When they last ordered with a code.
    pub code_used_at: Option<Timestamp>,
}

/// One line of the cart, as conditions see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneItem {
    /// Product id, variant id, SKU: whatever it is called by.
    pub names: Vec<String>,
    /// Collections it is in.
    pub collections: Vec<String>,
    /// Its product's tags.
    pub tags: Vec<String>,
    /// It can't be had any more.
    pub sold_out: bool,
}

impl Condition {
    /// Does it hold?
    pub fn holds(&self, scene: &Scene) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|c| c.holds(scene)),
            Self::Any(parts) => parts.iter().any(|c| c.holds(scene)),
            Self::Not(part) => !part.holds(scene),
            Self::ValueAtLeast(least) => same_currency(scene, least).is_some_and(|value| value >= least.minor),
            Self::ValueBelow(limit) => same_currency(scene, limit).is_some_and(|value| value < limit.minor),
            Self::Currency(any) => scene.value.is_some_and(|v| any.contains(&v.currency)),
            Self::Country(any) => scene.country.as_ref().is_some_and(|c| any.iter().any(|a| a.eq_ignore_ascii_case(c))),
            Self::Language(any) => scene.language.as_ref().is_some_and(|l| any.iter().any(|a| speaks(l, a))),
            Self::Shopper(Acquaintance::New) => scene.orders_before == 0,
            Self::Shopper(Acquaintance::Returning) => scene.orders_before > 0,
            Self::Item(any) => scene.items.iter().any(|i| meets(&i.names, any)),
            Self::Collection(any) => scene.items.iter().any(|i| meets(&i.collections, any)),
            Self::ProductTag(any) => scene.items.iter().any(|i| meets(&i.tags, any)),
            Self::CustomerTag(any) => meets(&scene.customer_tags, any),
            Self::CodeOnCart(on) => scene.code_on_cart == *on,
            Self::UsedCodeWithin(length) => used_within(scene, *length),
            Self::AllInStock(all) => scene.items.iter().any(|i| i.sold_out) != *all,
        }
    }

    /// What keeps it from holding, if something does: what was asked for, and what is.
    pub fn unmet(&self, scene: &Scene) -> Option<String> {
        if self.holds(scene) {
            return None;
        }
        match self {
            Self::All(parts) => parts.iter().find_map(|c| c.unmet(scene)),
            _ => Some(format!("it is for {self}; {}", self.found(scene))),
        }
    }

    /// What the scene shows in the respect that this asks about.
    fn found(&self, scene: &Scene) -> String {
        let unknown = || "unknown".to_owned();
        match self {
            Self::ValueAtLeast(_) | Self::ValueBelow(_) | Self::Currency(_) => {
                scene.value.map_or_else(|| "what the cart is worth is unknown".into(), |v| format!("the cart is worth {v}"))
            }
            Self::Country(_) => format!("the shopper's country is {}", scene.country.clone().unwrap_or_else(unknown)),
            Self::Language(_) => format!("the shopper's language is {}", scene.language.clone().unwrap_or_else(unknown)),
            Self::Shopper(_) => format!("the shopper has {} earlier order(s)", scene.orders_before),
            Self::CustomerTag(_) if scene.customer_tags.is_empty() => "the shopper has no tags".into(),
            Self::CustomerTag(_) => format!("the shopper's tags are {}", scene.customer_tags.join(", ")),
            Self::CodeOnCart(_) if scene.code_on_cart => "a code is on the cart".into(),
            Self::CodeOnCart(_) => "no code is on the cart".into(),
            Self::UsedCodeWithin(_) => {
                scene.code_used_at.map_or_else(|| "they never used one".into(), |at| format!("they last used one at {at}"))
            }
            Self::AllInStock(_) if scene.items.iter().any(|i| i.sold_out) => "something in the cart is sold out".into(),
            Self::AllInStock(_) => "everything in the cart can be had".into(),
            Self::All(_) | Self::Any(_) | Self::Not(_) | Self::Item(_) | Self::Collection(_) | Self::ProductTag(_) => {
                "this cart is not such a one".into()
            }
        }
    }

    /// What is wrong with it: `(where, what)`.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        self.collect_faults("", 1, &mut faults);
        faults
    }

    fn collect_faults(&self, at: &str, depth: usize, faults: &mut Vec<(String, String)>) {
        if depth > DEPTH_MAX {
            faults.push((at.to_owned(), format!("conditions are nested more than {DEPTH_MAX} deep")));
            return;
        }
        let mut list = |len: usize| {
            if len == 0 || len > LIST_MAX {
                faults.push((at.to_owned(), format!("give 1 to {LIST_MAX} of them")));
            }
        };
        match self {
            Self::All(parts) | Self::Any(parts) => {
                list(parts.len());
                let word = if matches!(self, Self::All(_)) { "all" } else { "any" };
                parts.iter().enumerate().for_each(|(i, c)| c.collect_faults(&format!("{at}.{word}[{i}]"), depth + 1, faults));
            }
            Self::Not(part) => part.collect_faults(&format!("{at}.not"), depth + 1, faults),
            Self::Currency(any) => list(any.len()),
            Self::Country(any) => {
                list(any.len());
                let odd = |c: &&String| c.len() != 2 || !c.chars().all(|ch| ch.is_ascii_alphabetic());
                let odd: Vec<_> = any
                    .iter()
                    .filter(odd)
                    .map(|c| (at.to_owned(), format!("{c:?} is not a country; give two letters such as US")))
                    .collect();
                faults.extend(odd);
            }
            Self::Language(any) | Self::Item(any) | Self::Collection(any) | Self::ProductTag(any) | Self::CustomerTag(any) => {
                list(any.len());
            }
            Self::ValueAtLeast(m) | Self::ValueBelow(m) if m.minor < 0 => {
                faults.push((at.to_owned(), "an amount can't be below zero".into()));
            }
            Self::ValueAtLeast(_)
            | Self::ValueBelow(_)
            | Self::Shopper(_)
            | Self::CodeOnCart(_)
            | Self::UsedCodeWithin(_)
            | Self::AllInStock(_) => {}
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let join = |parts: &[Self], word: &str| parts.iter().map(|c| format!("{c}")).collect::<Vec<_>>().join(word);
        match self {
            Self::All(parts) => f.write_str(&join(parts, " and ")),
            Self::Any(parts) => f.write_str(&join(parts, " or ")),
            Self::Not(part) => write!(f, "others than {part}"),
            Self::ValueAtLeast(m) => write!(f, "carts worth {m} or more"),
            Self::ValueBelow(m) => write!(f, "carts worth less than {m}"),
            Self::Currency(any) => write!(f, "carts in {}", any.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            Self::Country(any) => write!(f, "shoppers in {}", any.join(", ")),
            Self::Language(any) => write!(f, "shoppers whose language is {}", any.join(", ")),
            Self::Shopper(Acquaintance::New) => f.write_str("new customers"),
            Self::Shopper(Acquaintance::Returning) => f.write_str("returning customers"),
            Self::Item(any) => write!(f, "carts with {}", any.join(", ")),
            Self::Collection(any) => write!(f, "carts with something of the collection {}", any.join(", ")),
            Self::ProductTag(any) => write!(f, "carts with a product tagged {}", any.join(", ")),
            Self::CustomerTag(any) => write!(f, "customers tagged {}", any.join(", ")),
            Self::CodeOnCart(true) => f.write_str("carts with a code"),
            Self::CodeOnCart(false) => f.write_str("carts without a code"),
            Self::UsedCodeWithin(length) => write!(f, "shoppers who used a code within {length}"),
            Self::AllInStock(true) => f.write_str("carts of which everything can be had"),
            Self::AllInStock(false) => f.write_str("carts of which something is sold out"),
        }
    }
}

fn same_currency(scene: &Scene, other: &Money) -> Option<i64> {
    scene.value.filter(|v| v.currency == other.currency).map(|v| v.minor)
}

fn speaks(language: &str, asked: &str) -> bool {
    let (language, asked) = (language.to_ascii_lowercase(), asked.to_ascii_lowercase());
    language == asked || language.strip_prefix(&asked).is_some_and(|rest| rest.starts_with('-'))
}

fn meets(have: &[String], any: &[String]) -> bool {
    have.iter().any(|h| any.iter().any(|a| a.trim().eq_ignore_ascii_case(h.trim())))
}

fn used_within(scene: &Scene, length: Length) -> bool {
    scene.code_used_at.is_some_and(|at| scene.now.duration_since(at) <= length.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text, Currency::USD).expect("money")
    }

    fn scene() -> Scene {
        let shirt = SceneItem {
            names: vec!["42".into(), "SKU-1".into()],
            collections: vec!["7".into()],
            tags: vec!["Sale".into()],
            sold_out: false,
        };
        Scene {
            now: "2026-07-01T12:00:00Z".parse().expect("time"),
            value: Some(money("80.00")),
            country: Some("CA".into()),
            language: Some("fr-CA".into()),
            orders_before: 0,
            items: vec![shirt, SceneItem { sold_out: true, ..SceneItem::default() }],
            customer_tags: vec!["VIP".into()],
            code_on_cart: false,
            code_used_at: Some("2026-06-21T12:00:00Z".parse().expect("time")),
        }
    }

    fn check(json: &str, expected: bool) {
        let condition: Condition = serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"));
        assert_eq!(condition.holds(&scene()), expected, "{json}");
        assert_eq!(condition.unmet(&scene()).is_none(), expected, "{json}");
        assert_eq!(serde_json::from_str::<Condition>(&serde_json::to_string(&condition).expect("json")).expect("json"), condition);
    }

    #[test]
    fn each_kind_holds_for_what_it_says() {
        check(r#"{"value_at_least": {"amount": "80.00", "currency": "USD"}}"#, true);
        check(r#"{"value_at_least": {"amount": "80.01", "currency": "USD"}}"#, false);
        check(r#"{"value_at_least": {"amount": "1.00", "currency": "EUR"}}"#, false);
        check(r#"{"value_below": {"amount": "80.00", "currency": "USD"}}"#, false);
        check(r#"{"value_below": {"amount": "80.01", "currency": "USD"}}"#, true);
        check(r#"{"currency": ["EUR", "USD"]}"#, true);
        check(r#"{"country": ["us", "ca"]}"#, true);
        check(r#"{"language": ["fr"]}"#, true);
        check(r#"{"language": ["fr-FR", "f"]}"#, false);
        check(r#"{"shopper": "new"}"#, true);
        check(r#"{"shopper": "returning"}"#, false);
        check(r#"{"item": ["sku-1"]}"#, true);
        check(r#"{"collection": ["8"]}"#, false);
        check(r#"{"product_tag": ["sale"]}"#, true);
        check(r#"{"customer_tag": ["vip"]}"#, true);
        check(r#"{"code_on_cart": true}"#, false);
        check(r#"{"used_code_within": "P10D"}"#, true);
        check(r#"{"used_code_within": "P9D"}"#, false);
        check(r#"{"all_in_stock": true}"#, false);
        check(r#"{"all_in_stock": false}"#, true);
        check(r#"{"not": {"country": ["US"]}}"#, true);
        check(r#"{"all": [{"country": ["CA"]}, {"shopper": "returning"}]}"#, false);
        check(r#"{"any": [{"country": ["US"]}, {"shopper": "new"}]}"#, true);
    }

    #[test]
    fn what_is_unknown_is_not_so() {
        let unknown = Scene::default();
        for json in [
            r#"{"country": ["CA"]}"#,
            r#"{"language": ["fr"]}"#,
            r#"{"value_at_least": {"amount": "0.00", "currency": "USD"}}"#,
            r#"{"used_code_within": "P9D"}"#,
        ] {
            let condition: Condition = serde_json::from_str(json).expect("condition");
            assert!(!condition.holds(&unknown), "{json}");
        }
    }

    #[test]
    fn what_is_unmet_is_told_with_what_was_found() {
        let condition: Condition =
            serde_json::from_str(r#"{"all": [{"country": ["CA"]}, {"value_at_least": {"amount": "100.00", "currency": "USD"}}]}"#)
                .expect("condition");
        assert_eq!(condition.unmet(&scene()).as_deref(), Some("it is for carts worth 100.00 USD or more; the cart is worth 80.00 USD"));
    }

    #[test]
    fn faults_name_their_place() {
        let condition: Condition = serde_json::from_str(r#"{"all": [{"country": ["Canada"]}, {"any": []}]}"#).expect("condition");
        let at: Vec<String> = condition.faults().into_iter().map(|(at, _)| at).collect();
        assert_eq!(at, [".all[0]", ".all[1]"]);
    }
}
