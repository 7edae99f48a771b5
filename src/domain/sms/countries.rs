//! What texts must say and who they may come from, by country: `config/sms_countries.toml`, read once.

use crate::domain::contact::Phone;
use crate::domain::zones;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../config/sms_countries.toml");
/// Whose words are taken where a language has none.
const FALLBACK: &str = "en";

/// How people of a country are told to get out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instruction {
    /// By answering STOP; where the sender can't be answered, by a link.
    Reply,
    /// Where the sender can't be answered, by sending STOP to a number of the provider's.
    ShortCode,
}

/// What holds for texts to a country.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryRule {
    /// ISO 3166-1 alpha-2; none in the rule for the rest.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The store must be named.
    pub names_sender: bool,
    /// How people are told to get out.
    pub opt_out: Instruction,
    /// A sender of letters arrives.
    pub letters: bool,
    /// By which law or whose word.
    pub source: String,
    /// `high`, `medium`, `low`.
    pub confidence: String,
}

/// How people are told to get out, in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// By answering.
    pub reply: String,
    /// By a text to another number: `{number}`.
    pub short_code: String,
    /// By a page: `{link}`.
    pub link: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[allow(dead_code)] // for readers of the file
    checked: toml::value::Datetime,
    rest: CountryRule,
    country: Vec<CountryRule>,
    words: BTreeMap<String, Words>,
}

static RULES: LazyLock<Option<Table>> = LazyLock::new(|| toml::from_str(TABLE).ok());

/// What can't be read in the table; a test sees to it that it can.
static UNREAD: LazyLock<CountryRule> = LazyLock::new(|| CountryRule {
    codes: Vec::new(),
    names_sender: true,
    opt_out: Instruction::Reply,
    letters: true,
    source: String::new(),
    confidence: "low".to_owned(),
});

/// What holds for texts to a country; what holds for the rest where it isn't named or known.
pub fn rule(country: Option<&str>) -> &'static CountryRule {
    let Some(table) = RULES.as_ref() else { return &UNREAD };
    let named = country.and_then(|country| table.country.iter().find(|rule| rule.codes.iter().any(|code| code == country)));
    named.unwrap_or(&table.rest)
}

/// Every language's words for answering STOP: what a template may say that a sender of letters makes untrue.
pub(super) fn reply_words() -> impl Iterator<Item = &'static str> {
    RULES.as_ref().into_iter().flat_map(|table| table.words.values()).map(|words| words.reply.as_str())
}

/// The words of a language, else English ones.
pub(super) fn words(language: &str) -> Option<&'static Words> {
    let table = RULES.as_ref()?;
    let base = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    table.words.get(&base).or_else(|| table.words.get(FALLBACK))
}

/// The country of a number: by its calling code, in North America by its area code. Where several share it, `near` (of the shopper's address) if it is one of
/// them, else the largest. None for numbers of no country.
pub fn country_of(phone: &Phone, near: Option<&str>) -> Option<&'static str> {
    let countries = || zones::places_of_phone(phone).iter().map(|place| country_of_place(place));
    let near = near.and_then(zones::country);
    countries().find(|country| Some(*country) == near).or_else(|| countries().next())
}

/// The country of `US-NY`; territories have prices and rules of their own: `PR` of `US-PR`.
fn country_of_place(place: &'static str) -> &'static str {
    match place.split_once('-') {
        Some((_, part)) if zones::state_of_territory(part) == Some(place) => part,
        Some((country, _)) => country,
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::ChannelKind;
    use crate::domain::sms::{Encoding, measure};
    use crate::domain::template::{LANGUAGES, starters};

    fn phone(text: &str) -> Phone {
        text.parse().expect("a number")
    }

    #[test]
    fn every_row_of_the_table_is_read_and_no_country_stands_there_twice() {
        let table = RULES.as_ref().expect("the table");
        let mut seen = std::collections::BTreeSet::new();
        for rule in &table.country {
            assert!(!rule.source.is_empty() && ["high", "medium", "low"].contains(&rule.confidence.as_str()), "{rule:?}");
            for code in &rule.codes {
                assert!(zones::country(code) == Some(code.as_str()) && seen.insert(code), "{code}");
            }
        }
        assert!(table.rest.codes.is_empty());
    }

    #[test]
    fn the_words_cost_as_little_as_they_can() {
        let table = RULES.as_ref().expect("the table");
        for (language, words) in &table.words {
            for text in [&words.reply, &words.short_code, &words.link] {
                assert_eq!(measure(text).encoding, Encoding::Gsm7, "{language}: {text}");
                assert!(measure(text).units <= 40, "{language}: {text}");
            }
            assert!(
                words.reply.contains("STOP") && words.short_code.contains("STOP") && words.short_code.contains("{number}"),
                "{language}"
            );
            assert!(words.link.contains("{link}"), "{language}");
        }
    }

    #[test]
    fn every_language_has_words_and_its_starter_ends_with_them() {
        let table = RULES.as_ref().expect("the table");
        assert!(table.words.keys().all(|language| LANGUAGES.contains(&language.as_str())) && table.words.len() == LANGUAGES.len());
        for text in starters().iter().filter(|s| s.channel == ChannelKind::Sms) {
            let reply = &table.words[text.language].reply;
            assert!(text.source().body.ends_with(reply), "{}: a sender of letters would make it untrue, and not be told", text.language);
        }
    }

    #[test]
    fn a_number_tells_its_country_and_an_address_decides_between_those_that_share_it() {
        let check = |number: &str, near: Option<&str>, expected: Option<&str>| {
            assert_eq!(country_of(&phone(number), near), expected, "{number} {near:?}");
        };
        check("+12125550123", None, Some("US"));
        check("+12125550123", Some("CA"), Some("US"));
        check("+14165550123", None, Some("CA"));
        check("+18005550123", None, Some("US"));
        check("+18005550123", Some("ca"), Some("CA"));
        check("+33639980123", None, Some("FR"));
        check("+447700900123", None, Some("GB"));
        check("+491713920012", Some("FR"), Some("DE"));
        check("+17875550123", None, Some("PR"));
    }

    #[test]
    fn countries_ask_for_what_their_law_says() {
        assert!(!rule(Some("US")).letters && !rule(Some("CA")).letters);
        assert_eq!(rule(Some("FR")).opt_out, Instruction::ShortCode);
        assert_eq!(rule(Some("DE")).opt_out, Instruction::Reply);
        assert_eq!(rule(Some("ZZ")), rule(None));
        assert!(rule(None).names_sender);
    }
}
