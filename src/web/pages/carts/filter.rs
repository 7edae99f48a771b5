//! What people look for among carts: read from the address, where alone it stands, so that a list can be bookmarked and sent to somebody. Nothing of a shopper is in it.

use crate::db::campaigns::CampaignRow;
use crate::db::cart_list::{Span, Wanted, Worth};
use crate::domain::cart::CartState;
use crate::domain::money::{Currency, Money};
use crate::domain::nudge::NudgeState;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use crate::words::{self, say};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// The fields, as the address names them, in the order of the form.
const FIELDS: [&str; 10] = ["state", "why", "message", "in", "min", "max", "begun_from", "begun_to", "active_from", "active_to"];

/// The rules that one may look for: those that keep something from being sent.
const RULES: [&str; 24] = [
    "quiet_hours",
    "frequency_cap",
    "sender_limit",
    "no_consent",
    "unsubscribed",
    "suppressed",
    "no_address",
    "nobody",
    "holdout",
    "held_out",
    "purchased",
    "bought_elsewhere",
    "stopped",
    "fake",
    "excluded",
    "condition",
    "expired",
    "sold_out",
    "newer_cart",
    "in_sequence",
    "no_campaign",
    "campaign_paused",
    "store_stopped",
    "no_channel",
];

/// What is looked for, as typed and as meant.
#[derive(Default)]
pub struct Filter {
    typed: BTreeMap<&'static str, String>,
    /// As meant; what can't be read is left out.
    pub wanted: Wanted,
    /// What can't be read, by its field.
    pub faults: BTreeMap<&'static str, String>,
    /// There are fields in the address that say nothing: a form sent them.
    pub is_cluttered: bool,
}

/// One thing that is looked for, and the address without it.
pub struct Chip {
    pub text: String,
    pub without: String,
}

/// One choice of a field.
pub struct Choice {
    pub value: String,
    pub name: String,
    pub chosen: bool,
}

/// What a rule is called in a word or two; the rule's own name where there is none.
pub fn rule_name(rule: &str) -> String {
    words::find(&format!("carts-rule-{rule}")).unwrap_or_else(|| rule.replace('_', " "))
}

/// Reads a date; the first instant of it or of the next day.
struct Days<'a> {
    typed: &'a BTreeMap<&'static str, String>,
    zone: TimeZone,
}

impl Days<'_> {
    fn span(&self, (from, to): (&'static str, &'static str), faults: &mut BTreeMap<&'static str, String>) -> Span {
        let mut day = |field: &'static str| {
            let text = self.typed.get(field)?;
            let date: Option<Date> = text.parse().ok();
            if date.is_none() {
                faults.insert(field, say("carts-bad-date").to_string());
            }
            date
        };
        let (from, last) = (day(from), day(to));
        let begin = |date: Date| date.to_zoned(self.zone.clone()).ok().map(|z| z.timestamp());
        let span = Span { from: from.and_then(begin), to: last.and_then(|d| d.checked_add(1.day()).ok()).and_then(begin) };
        if from.zip(last).is_some_and(|(from, last)| from > last) {
            faults.insert(to, say("carts-bad-span").to_string());
        }
        span
    }
}

impl Filter {
    /// Reads an address, for a store with this currency, days being those of a zone.
    pub fn read(query: &Fields, currency: Currency, zone: TimeZone) -> Self {
        let given = |name: &&'static str| Some((*name, query.get(name).to_owned())).filter(|f| !f.1.is_empty());
        let typed: BTreeMap<&'static str, String> = FIELDS.iter().filter_map(given).collect();
        let is_cluttered = FIELDS.iter().any(|name| query.has(name) && query.get(name).is_empty());
        let mut faults = BTreeMap::new();
        let days = Days { typed: &typed, zone };
        let begun = days.span(("begun_from", "begun_to"), &mut faults);
        let active = days.span(("active_from", "active_to"), &mut faults);
        let worth = worth(&typed, currency, &mut faults);
        let why = typed.get("why").filter(|w| w.len() <= 60 && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        let wanted = Wanted {
            state: typed.get("state").and_then(|s| s.parse().ok()),
            message: typed.get("message").and_then(|s| s.parse().ok()),
            campaign: typed.get("in").and_then(|id| id.parse().ok()),
            why: why.cloned(),
            worth,
            begun,
            active,
        };
        Self { typed, wanted, faults, is_cluttered }
    }

    /// As typed.
    pub fn value(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    /// What is wrong with a field.
    pub fn fault(&self, field: &str) -> Option<&String> {
        self.faults.get(field)
    }

    /// Is anything looked for?
    pub fn is_any(&self) -> bool {
        !self.typed.is_empty()
    }

    /// Is anything looked for beside the state, which has its own links?
    pub fn is_more(&self) -> bool {
        self.typed.keys().any(|field| *field != "state")
    }

    /// The address of the list with these fields in the place of what was typed there; an empty one takes its field away.
    pub fn href(&self, changes: &[(&'static str, &str)]) -> String {
        self.path("/carts", changes)
    }

    /// The same for another page.
    pub fn path(&self, path: &str, changes: &[(&'static str, &str)]) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for field in FIELDS {
            let value = changes.iter().find(|c| c.0 == field).map_or_else(|| self.value(field), |c| c.1);
            if !value.is_empty() {
                text.append_pair(field, value);
            }
        }
        for (name, value) in changes.iter().filter(|c| !FIELDS.contains(&c.0) && !c.1.is_empty()) {
            text.append_pair(name, value);
        }
        match text.finish() {
            none if none.is_empty() => path.to_owned(),
            some => format!("{path}?{some}"),
        }
    }

    /// What is looked for, one by one.
    pub fn chips(&self, campaigns: &[CampaignRow], currency: Currency) -> Vec<Chip> {
        let name = |field: &str, value: &str| match field {
            "state" => value.parse().map_or_else(|_| value.to_owned(), |s: CartState| format::cart_state(s).text),
            "message" => value.parse().map_or_else(|_| value.to_owned(), |s: NudgeState| format::nudge_state(s).text),
            "why" => rule_name(value),
            "in" => campaigns.iter().find(|c| c.id.to_string() == value).map_or_else(|| value.to_owned(), |c| c.spec.name.clone()),
            "min" | "max" => format!("{value} {currency}"),
            _ => value.parse().map_or_else(|_| value.to_owned(), format::day),
        };
        let chip = |(field, value): (&&'static str, &String)| Chip {
            text: say(format!("carts-chip-{}", field.replace('_', "-"))).with("value", name(field, value)).to_string(),
            without: self.href(&[(field, "")]),
        };
        self.typed.iter().map(chip).collect()
    }

    /// The rules to choose from, and the one that is looked for, whichever it is.
    pub fn rules(&self) -> Vec<Choice> {
        let chosen = self.value("why");
        let other = Some(chosen).filter(|c| !c.is_empty() && !RULES.contains(c));
        let choice = |rule: &str| Choice { value: rule.to_owned(), name: rule_name(rule), chosen: rule == chosen };
        RULES.into_iter().chain(other).map(choice).collect()
    }

    /// The states to choose from.
    pub fn states(&self) -> Vec<Choice> {
        let choice = |s: CartState| Choice {
            value: s.as_str().to_owned(),
            name: format::cart_state(s).text,
            chosen: self.value("state") == s.as_str(),
        };
        CartState::ALL.into_iter().map(choice).collect()
    }

    /// The states of messages to choose from.
    pub fn messages(&self) -> Vec<Choice> {
        let choice = |s: NudgeState| Choice {
            value: s.as_str().to_owned(),
            name: format::nudge_state(s).text,
            chosen: self.value("message") == s.as_str(),
        };
        NudgeState::ALL.into_iter().map(choice).collect()
    }

    /// The campaigns to choose from.
    pub fn campaigns(&self, all: &[CampaignRow]) -> Vec<Choice> {
        let choice =
            |c: &CampaignRow| Choice { value: c.id.to_string(), name: c.spec.name.clone(), chosen: self.value("in") == c.id.to_string() };
        all.iter().map(choice).collect()
    }
}

/// Amounts in the store's currency, however people write the decimals.
fn worth(typed: &BTreeMap<&'static str, String>, currency: Currency, faults: &mut BTreeMap<&'static str, String>) -> Option<Worth> {
    let mut amount = |field: &'static str| {
        let text = typed.get(field)?;
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(',', ".");
        let minor = Money::parse(&plain, currency).ok().map(|m| m.minor).filter(|m| *m >= 0);
        if minor.is_none() {
            faults.insert(field, say("carts-bad-amount").with("currency", currency.code()).to_string());
        }
        minor
    };
    let (min, max) = (amount("min"), amount("max"));
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        faults.insert("max", say("carts-bad-range").to_string());
    }
    (min.is_some() || max.is_some()).then_some(Worth { currency, min, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd() -> Currency {
        "USD".parse().expect("a currency")
    }

    fn read(query: &str) -> Filter {
        Filter::read(&Fields::parse(query.as_bytes()), usd(), TimeZone::UTC)
    }

    #[test]
    fn amounts_are_read_however_decimals_are_written() {
        let check = |text: &str, expected: Option<i64>| {
            let (typed, mut faults) = (BTreeMap::from([("min", text.to_owned())]), BTreeMap::new());
            assert_eq!(worth(&typed, usd(), &mut faults).and_then(|w| w.min), expected, "{text}");
            assert_eq!(faults.is_empty(), expected.is_some(), "{text}: {faults:?}");
        };
        check("50", Some(5_000));
        check("49.90", Some(4_990));
        check("49,90", Some(4_990));
        check("1 000", Some(100_000));
        check("many", None);
        check("-5", None);
    }

    #[test]
    fn every_field_can_be_taken_away_alone_and_stands_in_the_address_alone() {
        let filter = read("state=open&why=quiet_hours&min=50&begun_from=2026-07-01&search=jo%40example.com&max=");
        assert!(filter.is_cluttered && filter.is_more() && filter.faults.is_empty());
        assert_eq!(filter.href(&[]), "/carts?state=open&why=quiet_hours&min=50&begun_from=2026-07-01");
        assert_eq!(filter.href(&[("why", "")]), "/carts?state=open&min=50&begun_from=2026-07-01");
        assert_eq!(
            filter.path("/carts/new", &[("state", ""), ("since", "7")]),
            "/carts/new?why=quiet_hours&min=50&begun_from=2026-07-01&since=7"
        );
        let chips = filter.chips(&[], usd());
        assert_eq!(chips.len(), 4);
        assert!(chips.iter().all(|c| !c.text.contains("example.com")));
        let wrong = read("min=80&max=50&active_from=2026-07-05&active_to=2026-07-01&begun_to=yesterday");
        assert_eq!(wrong.faults.keys().copied().collect::<Vec<_>>(), ["active_to", "begun_to", "max"]);
    }
}
