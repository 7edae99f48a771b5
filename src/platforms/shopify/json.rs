//! Reads a body's JSON without trusting its shape: absent, null, empty and wrongly typed fields are `None`, and only what can't be believed is a [`Fault`].

use crate::domain::money::{Currency, Money};
use crate::platforms::ReadContext;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// The longest token or id that is believed to be one; Shopify's have at most about 60 characters, and they become database keys.
const KEY_MAX: usize = 255;

/// What is wrong with a body, and where. Carries no value but dates and currency codes, so that no personal data can get into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, at {path}")]
pub struct Fault {
    what: String,
    path: String,
}

/// One object of the body, and the JSON path that leads to it.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    fields: &'a Map<String, Value>,
    path: String,
}

impl<'a> Node<'a> {
    /// The body itself, if it is an object.
    pub fn root(value: &'a Value) -> Option<Self> {
        value.as_object().map(|fields| Self { fields, path: "$".to_owned() })
    }

    /// A fault of one field.
    pub fn fault(&self, key: &str, what: impl Into<String>) -> Fault {
        Fault { what: what.into(), path: format!("{}.{key}", self.path) }
    }

    /// A field's value; null counts as absent.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key).filter(|v| !v.is_null())
    }

    /// The body has that field, whatever it says: some API versions leave fields out.
    pub fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// Is the field there, and says nothing?
    pub fn is_null(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(Value::is_null)
    }

    /// A text that says something, trimmed. NUL is dropped: PostgreSQL can't store it.
    pub fn text(&self, key: &str) -> Option<String> {
        let text = self.get(key)?.as_str()?.trim().replace('\0', "");
        (!text.is_empty()).then_some(text)
    }

    /// An id or token, told as a text or as a whole number; numbers keep every digit (ids exceed 2^53).
    pub fn key(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::String(_) => self.text(key).filter(|t| t.len() <= KEY_MAX),
            Value::Number(n) if n.is_i64() || n.is_u64() => Some(n.to_string()),
            _ => None,
        }
    }

    /// The last part of a global id such as `gid://shopify/Customer/123`.
    pub fn global_id(&self, key: &str) -> Option<String> {
        let id = self.key(key)?;
        let tail = id.rsplit('/').next().unwrap_or_default();
        (!tail.is_empty()).then(|| tail.to_owned())
    }

    /// Yes or no.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// A whole number, told as a number or as a text.
    pub fn count(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Value::Number(n) => n.to_string().trim_end_matches(".0").parse().ok(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// An object. Shopify says "no address" by `null`, by leaving it out, or by `[]`.
    pub fn object(&self, key: &str) -> Option<Node<'a>> {
        let fields = self.get(key)?.as_object()?;
        Some(Node { fields, path: format!("{}.{key}", self.path) })
    }

    /// The objects of a list; whatever else is in it is passed over.
    pub fn objects(&self, key: &str) -> Vec<Node<'a>> {
        let list = self.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let node = |(i, value): (usize, &'a Value)| Some(Node { fields: value.as_object()?, path: format!("{}.{key}[{i}]", self.path) });
        list.iter().enumerate().filter_map(node).collect()
    }

    /// An instant.
    ///
    /// # Errors
    /// When the field says something that is no date.
    pub fn time(&self, key: &str) -> Result<Option<Timestamp>, Fault> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => {
                instant(text).map(Some).ok_or_else(|| self.fault(key, format!("{} is not a date", shown_date(text))))
            }
            Some(_) => Err(self.fault(key, "a date is expected as a text")),
        }
    }

    /// An ISO 4217 code.
    ///
    /// # Errors
    /// When the field names a currency that doesn't exist.
    pub fn currency(&self, key: &str) -> Result<Option<Currency>, Fault> {
        let Some(code) = self.text(key) else { return Ok(None) };
        code.parse().map(Some).map_err(|_| self.fault(key, format!("{} is not an ISO 4217 currency code", shown_code(&code))))
    }

    /// An amount, told as a decimal text or as a number. A number that JSON rounds to 64 bits keeps its 15 significant digits; Shopify prints prices as texts.
    ///
    /// # Errors
    /// When the field says something that is no amount.
    pub fn amount(&self, key: &str, currency: Currency) -> Result<Option<Money>, Fault> {
        let text = match self.get(key) {
            None => return Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(self.fault(key, "an amount of money is expected as a text or a number")),
        };
        Money::parse(&text, currency).map(Some).map_err(|_| self.fault(key, "that is not an amount of money"))
    }

    /// An amount that can't be below zero.
    ///
    /// # Errors
    /// As [`Node::amount`], or when it is negative.
    pub fn total(&self, key: &str, currency: Currency) -> Result<Option<Money>, Fault> {
        match self.amount(key, currency)? {
            Some(money) if money.minor < 0 => Err(self.fault(key, "a total can't be negative")),
            total => Ok(total),
        }
    }

    /// The shopper's side of a pair such as `price_set`; none where it is incomplete or not believable.
    pub fn presentment(&self, key: &str) -> Option<Money> {
        let money = self.object(key)?.object("presentment_money")?;
        let currency = money.currency("currency_code").ok()??;
        money.amount("amount", currency).ok()?
    }

    /// The shop's side of a pair such as `price_set`; none where it is incomplete, negative or not believable.
    pub fn shop_money(&self, key: &str) -> Option<Money> {
        let money = self.object(key)?.object("shop_money")?;
        let currency = money.currency("currency_code").ok()??;
        money.total("amount", currency).ok()?
    }

    /// A part of a sum in the shop's currency: of the pair `key_set`, else plain; none where neither can be believed.
    pub fn part(&self, key: &str, currency: Currency) -> Option<Money> {
        self.shop_money(&format!("{key}_set")).or_else(|| self.total(key, currency).ok()?)
    }

    /// The first of these dates that the body has, else when the delivery was triggered, else when it came; never later than it came.
    ///
    /// # Errors
    /// When one of them is no date.
    pub fn when(&self, keys: &[&str], context: &ReadContext<'_>) -> Result<Timestamp, Fault> {
        let mut said = None;
        for key in keys {
            // Every one is checked, so that a broken date is told of even where another would do.
            said = said.or(self.time(key)?);
        }
        Ok(said.or(context.triggered_at).unwrap_or(context.received_at).min(context.received_at))
    }
}

/// RFC 3339. A date without an offset is read as UTC: Shopify always prints one, so such a date was made by another program, and UTC is the one reading that
/// doesn't depend on where Comeback runs.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let has_offset = text.get(10..).is_none_or(|clock| clock.contains(['+', '-', 'Z', 'z', '[']));
    if has_offset {
        return text.parse().ok();
    }
    let civil: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

fn shown_date(text: &str) -> String {
    let like_a_date = text.len() <= 40 && text.chars().all(|c| c.is_ascii_digit() || "-+:. TZ/".contains(c));
    if like_a_date { format!("{text:?}") } else { "that".to_owned() }
}

fn shown_code(code: &str) -> String {
    let like_a_code = code.len() <= 12 && code.chars().all(|c| c.is_ascii_alphabetic());
    if like_a_code { format!("{code:?}") } else { "that".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dates_are_read_with_their_offset_and_without_one_as_utc() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(instant(text), expected.map(|e| e.parse().expect("instant")), "{text}");
        check("2024-01-12T02:35:33-05:00", Some("2024-01-12T07:35:33Z"));
        check("2024-01-12T07:32:14.142Z", Some("2024-01-12T07:32:14.142Z"));
        check("2019-01-01 00:00:00.000Z", Some("2019-01-01T00:00:00Z"));
        check("2016-05-17T04:14:36-00:00", Some("2016-05-17T04:14:36Z"));
        check("2024-01-12T07:32:14", Some("2024-01-12T07:32:14Z"));
        check("2024-01-12", Some("2024-01-12T00:00:00Z"));
        check("2024-02-30T00:00:00Z", None);
        check("2024-09-16T03:50:1500:00", None);
        check("2025-10-07T11: 28: 07-05: 00", None);
        check("yesterday, straße 4", None);
    }

    #[test]
    fn ids_keep_every_digit_and_may_be_texts() {
        let body = json!({"n": 820_982_911_946_154_508_i64, "s": " abc ", "u": u64::MAX, "f": 1.5, "e": "", "x": null, "long": "x".repeat(300), "g": "gid://shopify/Customer/77"});
        let node = Node::root(&body).expect("object");
        assert_eq!(node.key("n").as_deref(), Some("820982911946154508"));
        assert_eq!(node.key("s").as_deref(), Some("abc"));
        assert_eq!(node.key("u").as_deref(), Some("18446744073709551615"));
        for absent in ["f", "e", "x", "long", "missing"] {
            assert_eq!(node.key(absent), None, "{absent}");
        }
        assert_eq!(node.global_id("g").as_deref(), Some("77"));
        assert_eq!((node.count("n"), node.count("f"), node.count("s")), (Some(820_982_911_946_154_508), None, None));
        let counts = json!({"a": 2.0, "b": " 3 ", "c": "many"});
        let node = Node::root(&counts).expect("object");
        assert_eq!((node.count("a"), node.count("b"), node.count("c")), (Some(2), Some(3), None));
    }

    #[test]
    fn amounts_are_exact_as_texts_and_as_numbers() {
        let body = json!({"t": "1259.90", "n": 1259.9, "i": 20, "bad": "ten", "minus": "-0.01", "odd": true});
        let node = Node::root(&body).expect("object");
        let minor = |key| node.amount(key, Currency::USD).map(|m| m.map(|m| m.minor));
        assert_eq!(minor("t"), Ok(Some(125_990)));
        assert_eq!(minor("n"), Ok(Some(125_990)));
        assert_eq!(minor("i"), Ok(Some(2000)));
        assert_eq!(minor("missing"), Ok(None));
        assert!(minor("bad").is_err() && minor("odd").is_err() && node.total("minus", Currency::USD).is_err());
    }

    #[test]
    fn faults_say_where_and_show_nothing_but_dates_and_codes() {
        let body = json!({"d": "2024-02-30T00:00:00Z", "p": "jo@example.com", "c": "ZZZ", "q": "jo@example.com"});
        let node = Node::root(&body).expect("object");
        let text = |fault: Result<_, Fault>| fault.map(|_: Option<Timestamp>| ()).expect_err("fault").to_string();
        assert_eq!(text(node.time("d")), "\"2024-02-30T00:00:00Z\" is not a date, at $.d");
        assert_eq!(text(node.time("p")), "that is not a date, at $.p");
        assert_eq!(node.currency("c").expect_err("fault").to_string(), "\"ZZZ\" is not an ISO 4217 currency code, at $.c");
        assert_eq!(node.currency("q").expect_err("fault").to_string(), "that is not an ISO 4217 currency code, at $.q");
    }

    #[test]
    fn an_address_may_be_a_list_null_or_an_object() {
        let body = json!({"a": [], "b": null, "c": {"city": "Bern"}, "nul": "a\u{0}b"});
        let node = Node::root(&body).expect("object");
        assert!(node.object("a").is_none() && node.object("b").is_none() && node.object("d").is_none());
        assert_eq!(node.object("c").and_then(|c| c.text("city")).as_deref(), Some("Bern"));
        assert_eq!(node.text("nul").as_deref(), Some("ab"));
    }
}
