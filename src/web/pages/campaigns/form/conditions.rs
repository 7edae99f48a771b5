//! Conditions as rows of a form, all of which must hold. What rows can't say is kept as it is, and shown in words.

use crate::domain::campaign::{Acquaintance, Condition};
use crate::domain::money::{Currency, Money};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use crate::words::say;

/// Rows to fill in, beyond those that are there.
const EMPTY_ROWS: usize = 2;
/// A form has at most so many rows of one condition.
const ROWS_MAX: usize = 20;

/// What a row can ask for: its word in the form, and what its value looks like; empty where it needs none.
pub const KINDS: [(&str, &str); 17] = [
    ("", ""),
    ("value_at_least", "150"),
    ("value_below", "150"),
    ("currency", "USD, EUR"),
    ("country", "US, CA"),
    ("language", "en, fr-CA"),
    ("new", ""),
    ("returning", ""),
    ("item", "HAT-1, 8012345"),
    ("collection", "2890112"),
    ("product_tag", "sale"),
    ("customer_tag", "vip"),
    ("code_on_cart", ""),
    ("no_code_on_cart", ""),
    ("used_code_within", "30d"),
    ("all_in_stock", ""),
    ("sold_out", ""),
];

/// What a kind of row asks for, in words.
pub fn kind_words(kind: &str) -> String {
    match KINDS.iter().find(|k| k.0 == kind) {
        Some(("", _)) => say("campaigns-if-choose").to_string(),
        Some((kind, _)) => say(format!("campaigns-if-{kind}")).to_string(),
        None => kind.to_owned(),
    }
}

/// One thing that must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub index: usize,
    /// One of [`KINDS`]; empty for a row to fill in.
    pub kind: String,
    pub value: String,
}

/// A condition.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// By which its fields begin: `entry`, `step0.if`.
    pub name: String,
    pub rows: Vec<Row>,
    /// What rows can't say, in words.
    pub kept: Vec<String>,
    currency: Currency,
}

impl Conditions {
    /// From what is stored.
    pub fn of(name: impl Into<String>, stored: Option<&Condition>, currency: Currency) -> Self {
        let (rows, kept) = split(stored, currency);
        let kept = kept.iter().map(|c| told(c)).collect();
        Self { name: name.into(), rows, kept, currency }.with_empty_rows()
    }

    /// As it was sent; without any of its fields, as it is stored.
    pub fn sent(name: impl Into<String>, fields: &Fields, stored: Option<&Condition>, currency: Currency) -> Self {
        let name = name.into();
        if !fields.has(&format!("{name}0.kind")) {
            return Self::of(name, stored, currency);
        }
        let row = |i: usize| {
            let (kind, value) = (fields.get(&format!("{name}{i}.kind")).to_owned(), fields.get(&format!("{name}{i}.value")).to_owned());
            Row { index: i, kind, value }
        };
        let mut rows: Vec<Row> = (0..ROWS_MAX).map(row).filter(|r| !r.kind.is_empty()).collect();
        rows.iter_mut().enumerate().for_each(|(i, r)| r.index = i);
        let kept = split(stored, currency).1.iter().map(|c| told(c)).collect();
        Self { name, rows, kept, currency }.with_empty_rows()
    }

    fn with_empty_rows(mut self) -> Self {
        let end = (self.rows.len() + EMPTY_ROWS).min(ROWS_MAX);
        self.rows.extend((self.rows.len()..end).map(|index| Row { index, ..Row::default() }));
        self
    }

    /// Something is asked for.
    pub fn asks(&self) -> bool {
        !self.kept.is_empty() || self.filled().next().is_some()
    }

    /// What it asks for, each part in words.
    pub fn phrases(&self) -> Vec<String> {
        let row = |r: &Row| match from_row(r, self.currency) {
            Ok(condition) => told(&condition),
            Err(_) => format!("{} {}", kind_words(&r.kind), r.value),
        };
        self.filled().map(row).chain(self.kept.iter().cloned()).collect()
    }

    fn filled(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|r| !r.kind.is_empty())
    }

    /// What it means, on the ground of what is stored: untouched rows leave that as it is, to the letter.
    ///
    /// # Errors
    /// What can't be read.
    pub fn read(&self, stored: Option<&Condition>, currency: Currency) -> Result<Option<Condition>, String> {
        let (rows, kept) = split(stored, currency);
        if rows.iter().eq(self.filled()) {
            return Ok(stored.cloned());
        }
        let mut parts = self.filled().map(|r| from_row(r, currency)).collect::<Result<Vec<_>, _>>()?;
        parts.extend(kept.into_iter().cloned());
        Ok(if parts.len() > 1 { Some(Condition::All(parts)) } else { parts.pop() })
    }
}

/// A condition in words: for which carts it is.
pub fn told(condition: &Condition) -> String {
    let join = |parts: &[Condition], key: &str| {
        let told: Vec<String> = parts.iter().map(told).collect();
        told.into_iter().reduce(|a, b| say(key).with("one", a).with("other", b).to_string()).unwrap_or_default()
    };
    let (key, values) = match condition {
        Condition::All(parts) => return join(parts, "campaigns-carts-and"),
        Condition::Any(parts) => return join(parts, "campaigns-carts-or"),
        Condition::Not(part) => ("campaigns-carts-not", told(part)),
        Condition::ValueAtLeast(money) => ("campaigns-carts-worth", format::money(*money)),
        Condition::ValueBelow(money) => ("campaigns-carts-below", format::money(*money)),
        Condition::Currency(any) => ("campaigns-carts-currency", any.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        Condition::Country(any) => ("campaigns-carts-country", any.join(", ")),
        Condition::Language(any) => ("campaigns-carts-language", any.join(", ")),
        Condition::Shopper(Acquaintance::New) => ("campaigns-carts-new", String::new()),
        Condition::Shopper(Acquaintance::Returning) => ("campaigns-carts-returning", String::new()),
        Condition::Item(any) => ("campaigns-carts-item", any.join(", ")),
        Condition::Collection(any) => ("campaigns-carts-collection", any.join(", ")),
        Condition::ProductTag(any) => ("campaigns-carts-product-tag", any.join(", ")),
        Condition::CustomerTag(any) => ("campaigns-carts-customer-tag", any.join(", ")),
        Condition::CodeOnCart(true) => ("campaigns-carts-code", String::new()),
        Condition::CodeOnCart(false) => ("campaigns-carts-no-code", String::new()),
        Condition::UsedCodeWithin(length) => ("campaigns-carts-used-code", format::length(*length)),
        Condition::AllInStock(true) => ("campaigns-carts-in-stock", String::new()),
        Condition::AllInStock(false) => ("campaigns-carts-sold-out", String::new()),
    };
    let said = say(key);
    if values.is_empty() { said.to_string() } else { said.with("what", values).to_string() }
}

/// What rows can say of a condition, and what they can't.
fn split(stored: Option<&Condition>, currency: Currency) -> (Vec<Row>, Vec<&Condition>) {
    let parts: Vec<&Condition> = match stored {
        None => Vec::new(),
        Some(Condition::All(parts)) if !parts.is_empty() => parts.iter().collect(),
        Some(other) => vec![other],
    };
    let (mut rows, mut kept) = (Vec::new(), Vec::new());
    for part in parts {
        match to_row(part, currency).filter(|_| rows.len() < ROWS_MAX) {
            Some((kind, value)) => rows.push(Row { index: rows.len(), kind: kind.to_owned(), value }),
            None => kept.push(part),
        }
    }
    (rows, kept)
}

/// The row that means exactly this, if there is one.
fn to_row(condition: &Condition, currency: Currency) -> Option<(&'static str, String)> {
    let plain = |kind| (kind, String::new());
    let (kind, value) = match condition {
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => return None,
        Condition::ValueAtLeast(money) => ("value_at_least", money_text(*money, currency)),
        Condition::ValueBelow(money) => ("value_below", money_text(*money, currency)),
        Condition::Currency(any) => ("currency", any.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        Condition::Country(any) => ("country", any.join(", ")),
        Condition::Language(any) => ("language", any.join(", ")),
        Condition::Shopper(Acquaintance::New) => plain("new"),
        Condition::Shopper(Acquaintance::Returning) => plain("returning"),
        Condition::Item(any) => ("item", any.join(", ")),
        Condition::Collection(any) => ("collection", any.join(", ")),
        Condition::ProductTag(any) => ("product_tag", any.join(", ")),
        Condition::CustomerTag(any) => ("customer_tag", any.join(", ")),
        Condition::CodeOnCart(true) => plain("code_on_cart"),
        Condition::CodeOnCart(false) => plain("no_code_on_cart"),
        Condition::UsedCodeWithin(length) => ("used_code_within", format::short_length(*length)),
        Condition::AllInStock(true) => plain("all_in_stock"),
        Condition::AllInStock(false) => plain("sold_out"),
    };
    let row = Row { index: 0, kind: kind.to_owned(), value: value.clone() };
    // A tag with a comma in it would come back as two.
    from_row(&row, currency).is_ok_and(|read| read == *condition).then_some((kind, value))
}

fn from_row(row: &Row, currency: Currency) -> Result<Condition, String> {
    let money = || money(&row.value, currency);
    let list = || {
        let all: Vec<String> = row.value.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
        if all.is_empty() { Err("say which: one or more, with commas between them".to_owned()) } else { Ok(all) }
    };
    Ok(match row.kind.as_str() {
        "value_at_least" => Condition::ValueAtLeast(money()?),
        "value_below" => Condition::ValueBelow(money()?),
        "currency" => Condition::Currency(list()?.iter().map(|c| c.parse().map_err(|e| format!("{e}"))).collect::<Result<_, _>>()?),
        "country" => Condition::Country(list()?),
        "language" => Condition::Language(list()?),
        "new" => Condition::Shopper(Acquaintance::New),
        "returning" => Condition::Shopper(Acquaintance::Returning),
        "item" => Condition::Item(list()?),
        "collection" => Condition::Collection(list()?),
        "product_tag" => Condition::ProductTag(list()?),
        "customer_tag" => Condition::CustomerTag(list()?),
        "code_on_cart" => Condition::CodeOnCart(true),
        "no_code_on_cart" => Condition::CodeOnCart(false),
        "used_code_within" => Condition::UsedCodeWithin(row.value.parse()?),
        "all_in_stock" => Condition::AllInStock(true),
        "sold_out" => Condition::AllInStock(false),
        _ => return Err("choose what the condition is about".into()),
    })
}

/// `150.00` in the store's currency, `150.00 EUR` in another.
pub fn money_text(money: Money, currency: Currency) -> String {
    if money.currency == currency { money.amount() } else { format!("{} {}", money.amount(), money.currency) }
}

/// An amount as people type it: in the store's currency unless it says another.
///
/// # Errors
/// What is expected.
pub fn money(text: &str, currency: Currency) -> Result<Money, String> {
    let (amount, currency) = match text.trim().rsplit_once(' ') {
        Some((amount, code)) => (amount, code.parse().map_err(|e| format!("{e}"))?),
        None => (text.trim(), currency),
    };
    Money::parse(amount, currency).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Money {
        Money::parse(text, Currency::USD).expect("money")
    }

    fn rows(stored: &Condition) -> Vec<(String, String)> {
        let form = Conditions::of("entry", Some(stored), Currency::USD);
        form.filled().map(|r| (r.kind.clone(), r.value.clone())).collect()
    }

    #[test]
    fn every_plain_condition_is_a_row_and_comes_back() {
        let euro = Money::parse("9.50", "EUR".parse().expect("currency")).expect("money");
        let all = [
            Condition::ValueAtLeast(usd("150")),
            Condition::ValueBelow(euro),
            Condition::Currency(vec![Currency::USD]),
            Condition::Country(vec!["US".into(), "CA".into()]),
            Condition::Language(vec!["fr-CA".into()]),
            Condition::Shopper(Acquaintance::New),
            Condition::Shopper(Acquaintance::Returning),
            Condition::Item(vec!["HAT-1".into()]),
            Condition::Collection(vec!["7".into()]),
            Condition::ProductTag(vec!["sale".into()]),
            Condition::CustomerTag(vec!["vip".into()]),
            Condition::CodeOnCart(true),
            Condition::CodeOnCart(false),
            Condition::UsedCodeWithin("30d".parse().expect("length")),
            Condition::AllInStock(true),
            Condition::AllInStock(false),
        ];
        for condition in &all {
            assert_eq!(rows(condition).len(), 1, "{condition:?}");
            let (kind, value) = rows(condition).remove(0);
            assert!(KINDS.iter().any(|k| k.0 == kind), "{kind}");
            assert_eq!(from_row(&Row { index: 0, kind, value }, Currency::USD).as_ref(), Ok(condition));
        }
        assert_eq!(all.len(), KINDS.len() - 1);
    }

    #[test]
    fn what_rows_can_not_say_is_kept_whatever_becomes_of_the_rows() {
        let nested = Condition::Not(Box::new(Condition::Country(vec!["DE".into()])));
        let comma = Condition::ProductTag(vec!["a, b".into()]);
        let stored = Condition::All(vec![nested.clone(), Condition::CodeOnCart(false), comma.clone()]);
        let mut form = Conditions::of("entry", Some(&stored), Currency::USD);
        assert_eq!(form.kept.len(), 2);
        assert_eq!(form.read(Some(&stored), Currency::USD), Ok(Some(stored.clone())), "untouched, to the letter");
        form.rows[1] = Row { index: 1, kind: "country".into(), value: "US, CA".into() };
        let countries = Condition::Country(vec!["US".into(), "CA".into()]);
        let read = form.read(Some(&stored), Currency::USD);
        assert_eq!(read, Ok(Some(Condition::All(vec![Condition::CodeOnCart(false), countries, nested.clone(), comma.clone()]))));
        form.rows.clear();
        assert_eq!(form.read(Some(&stored), Currency::USD), Ok(Some(Condition::All(vec![nested, comma]))));
        let single = Condition::All(vec![Condition::CodeOnCart(true)]);
        assert_eq!(Conditions::of("entry", Some(&single), Currency::USD).read(Some(&single), Currency::USD), Ok(Some(single)));
        assert_eq!(Conditions::of("entry", None, Currency::USD).read(None, Currency::USD), Ok(None));
    }

    #[test]
    fn what_can_not_be_read_is_said() {
        let check = |kind: &str, value: &str| {
            let mut form = Conditions::of("entry", None, Currency::USD);
            form.rows[0] = Row { index: 0, kind: kind.into(), value: value.into() };
            assert!(form.read(None, Currency::USD).is_err(), "{kind} {value}");
        };
        check("value_at_least", "much");
        check("value_at_least", "10 GOLD");
        check("country", " , ");
        check("used_code_within", "long ago");
        check("pigeon", "x");
    }
}
