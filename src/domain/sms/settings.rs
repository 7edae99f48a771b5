//! What a store sets about its messages: characters, senders by country, prices.

use super::countries::rule;
use super::prices::{Charge, Price, standard_prices};
use super::segments::Measure;
use crate::domain::campaign::Fault;
use crate::domain::contact::Phone;
use crate::domain::money::Currency;
use crate::domain::zones;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const ROWS_MAX: usize = 300; // more than there are countries
const PERCENT_MAX: u32 = 1000; // ten times the list price
const LETTERS_MAX: usize = 11; // 3GPP TS 23.040, 9.1.2.5: seven octets
/// As the standard prices are.
const AS_LISTED: u32 = 100;

/// What a store sets about its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MessageSettings {
    /// Typographic characters of texts become plain ones where that makes the text cheaper.
    pub smart_characters: bool,
    /// Who texts come from, by the number that they go to: `FR`, or a beginning such as `+1`. The provider's own sender for others.
    pub senders: BTreeMap<String, Sender>,
    /// What messages cost.
    pub prices: OwnPrices,
}

impl Default for MessageSettings {
    fn default() -> Self {
        Self { smart_characters: true, senders: BTreeMap::new(), prices: OwnPrices::default() }
    }
}

/// Who texts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// A number (`+14155550100`), a short code, letters (`ACME`), or a messaging service of the provider's (`MG…`).
    pub from: String,
    /// To which number people send STOP, where this sender can't be answered: `36111`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_number: Option<String>,
}

/// A store's own prices, in its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnPrices {
    /// Of a part of a text, by country.
    pub segment: BTreeMap<String, Price>,
    /// Of a part of a text to any other country; none: the standard price.
    pub elsewhere: Option<Price>,
    /// So much of the standard prices is charged, of 100; 0 where texts cost nothing.
    pub percent: u32,
    /// Of a mail.
    pub email: Price,
}

impl Default for OwnPrices {
    fn default() -> Self {
        Self { segment: BTreeMap::new(), elsewhere: None, percent: AS_LISTED, email: Price::default() }
    }
}

/// What a sender is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderKind {
    /// `+14155550100`
    Number,
    /// `36111`
    ShortCode,
    /// `MG…`: the provider chooses among its numbers.
    Service,
    /// `ACME`: nobody can answer it.
    Letters,
}

impl SenderKind {
    /// Of a sender as it is written; none when it is none of them.
    pub fn of(from: &str) -> Option<Self> {
        let from = from.trim();
        let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '&' | '.');
        match from.strip_prefix('+') {
            Some(number) => digits(number, 7..=15).then_some(Self::Number),
            None if digits(from, 3..=8) => Some(Self::ShortCode),
            None if from.len() == 34 && from.starts_with("MG") && from.bytes().skip(2).all(|b| b.is_ascii_hexdigit()) => {
                Some(Self::Service)
            }
            None => {
                let fits = from.len() <= LETTERS_MAX && from.chars().all(letter) && from.chars().any(|c| c.is_ascii_alphabetic());
                fits.then_some(Self::Letters)
            }
        }
    }

    /// People can answer it.
    pub fn is_answered(from: Option<&str>) -> bool {
        from.and_then(Self::of) != Some(Self::Letters)
    }
}

impl MessageSettings {
    /// Who a text to this number comes from: the country's sender, else the one of the longest beginning.
    pub fn sender(&self, country: Option<&str>, to: &Phone) -> Option<&Sender> {
        let begins = self.senders.iter().filter(|(key, _)| key.starts_with('+') && to.as_str().starts_with(key.as_str()));
        country.and_then(|c| self.senders.get(c)).or_else(|| begins.max_by_key(|(key, _)| key.len()).map(|(_, sender)| sender))
    }

    /// What a text to a country costs; `version` of these settings, for the record.
    pub fn charge_text(&self, (currency, version): (Currency, i64), country: Option<&str>, measure: &Measure) -> Option<Charge> {
        let own = country.and_then(|c| self.prices.segment.get(c)).copied().or(self.prices.elsewhere);
        let (cost, currency, table) = if let Some(price) = own {
            (price.times(measure.segments, AS_LISTED), currency, own_table(version))
        } else {
            let standard = standard_prices()?;
            (standard.of(country).times(measure.segments, self.prices.percent), standard.currency, standard.version.clone())
        };
        let segments = i64::try_from(measure.segments).unwrap_or(i64::MAX);
        Some(Charge { encoding: Some(measure.encoding), segments: Some(segments), cost_micros: cost.0, currency, table })
    }

    /// What a mail costs; none where no price is set.
    pub fn charge_mail(&self, (currency, version): (Currency, i64)) -> Option<Charge> {
        let cost_micros = Some(self.prices.email.0).filter(|cost| *cost > 0)?;
        Some(Charge { encoding: None, segments: None, cost_micros, currency, table: own_table(version) })
    }

    /// What is wrong with them.
    pub fn faults(&self) -> Vec<Fault> {
        let fault = |at: String, problem: &str| Fault { at, problem: problem.to_owned() };
        let mut faults = Vec::new();
        for (at, count) in [("senders", self.senders.len()), ("prices.segment", self.prices.segment.len())] {
            if count > ROWS_MAX {
                faults.push(fault(at.to_owned(), "there are more than 300 rows"));
            }
        }
        faults.extend(self.senders.iter().filter_map(|(key, sender)| Some(fault(format!("senders.{key}"), &sender_problem(key, sender)?))));
        let unknown = self.prices.segment.keys().filter(|key| !is_country(key));
        faults.extend(
            unknown.map(|key| fault(format!("prices.segment.{key}"), "this is no country; expected two capital letters such as DE")),
        );
        if self.prices.percent > PERCENT_MAX {
            faults.push(fault("prices.percent".to_owned(), "expected 0 to 1000; 100 is the list price"));
        }
        faults
    }
}

fn own_table(version: i64) -> String {
    format!("own {version}")
}

fn is_country(key: &str) -> bool {
    zones::country(key) == Some(key)
}

fn sender_problem(key: &str, sender: &Sender) -> Option<String> {
    let is_beginning = key.strip_prefix('+').is_some_and(|rest| (1..=7).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()));
    if !is_beginning && !is_country(key) {
        return Some("expected a country such as FR, or the beginning of a number such as +1".to_owned());
    }
    let Some(kind) = SenderKind::of(&sender.from) else {
        let words = "this is no sender; expected a number such as +14155550100, a short code, up to 11 letters and digits, or a messaging service (MG and 32 digits)";
        return Some(words.to_owned());
    };
    let country = if is_beginning { zones::of_calling_code(key).and_then(<[_]>::first).copied() } else { Some(key) };
    if kind == SenderKind::Letters && !rule(country).letters {
        return Some(format!("texts to {} can't come from letters: enter a number or a short code", country.unwrap_or(key)));
    }
    let stop_ok = sender.stop_number.as_ref().is_none_or(|n| (4..=15).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()));
    (!stop_ok).then(|| "the number for STOP has 4 to 15 digits, such as 36111".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sms::{Encoding, measure};

    fn sender(from: &str) -> Sender {
        Sender { from: from.to_owned(), stop_number: None }
    }

    fn with_senders(senders: &[(&str, &str)]) -> MessageSettings {
        let senders = senders.iter().map(|(key, from)| ((*key).to_owned(), sender(from))).collect();
        MessageSettings { senders, ..MessageSettings::default() }
    }

    #[test]
    fn senders_are_told_apart() {
        let check = |from: &str, expected: Option<SenderKind>| assert_eq!(SenderKind::of(from), expected, "{from}");
        check("+14155550100", Some(SenderKind::Number));
        check("36111", Some(SenderKind::ShortCode));
        check("ACME", Some(SenderKind::Letters));
        check("Fern & Fog", Some(SenderKind::Letters));
        check(&format!("MG{}", "0a".repeat(16)), Some(SenderKind::Service));
        check("Far too long a name", None);
        check("+1415", None);
        check("", None);
        assert!(!SenderKind::is_answered(Some("ACME")) && SenderKind::is_answered(Some("36111")) && SenderKind::is_answered(None));
    }

    #[test]
    fn the_country_comes_before_the_longest_beginning() {
        let settings = with_senders(&[("FR", "ACME"), ("+3", "+33611111111"), ("+33", "36111"), ("+1", "+14155550100")]);
        let check = |country: Option<&str>, to: &str, expected: Option<&str>| {
            let to = to.parse().expect("a number");
            assert_eq!(settings.sender(country, &to).map(|s| s.from.as_str()), expected, "{to:?}");
        };
        check(Some("FR"), "+33639980123", Some("ACME"));
        check(Some("RE"), "+33639980123", Some("36111"));
        check(Some("ES"), "+34600000000", Some("+33611111111"));
        check(Some("US"), "+12125550123", Some("+14155550100"));
        check(Some("DE"), "+491713920012", None);
    }

    #[test]
    fn a_store_pays_its_own_price_in_its_currency_else_a_part_of_the_listed_one() {
        let euro: Currency = "EUR".parse().expect("euro");
        let mut settings = MessageSettings::default();
        settings.prices.segment.insert("DE".to_owned(), Price(75_000));
        settings.prices.percent = 50;
        let two = measure(&"a".repeat(200));
        let own = settings.charge_text((euro, 3), Some("DE"), &two).expect("a charge");
        assert_eq!((own.cost_micros, own.currency, own.table.as_str()), (150_000, euro, "own 3"));
        assert_eq!((own.encoding, own.segments), (Some(Encoding::Gsm7), Some(2)));
        let listed = settings.charge_text((euro, 3), Some("US"), &two).expect("a charge");
        assert_eq!((listed.cost_micros, listed.currency, listed.table.as_str()), (11_800, Currency::USD, "2026-11"));
        settings.prices.elsewhere = Some(Price(10_000));
        assert_eq!(settings.charge_text((euro, 3), Some("US"), &two).map(|c| (c.cost_micros, c.currency)), Some((20_000, euro)));
        assert_eq!(settings.charge_mail((euro, 3)), None);
        settings.prices.email = Price(400);
        assert_eq!(settings.charge_mail((euro, 3)).map(|c| (c.cost_micros, c.segments)), Some((400, None)));
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_remedy() {
        let check = |key: &str, from: &str, part: &str| {
            let faults = with_senders(&[(key, from)]).faults();
            let said = faults.first().map_or("", |f| f.problem.as_str());
            assert!(said.contains(part) && faults.len() == usize::from(!part.is_empty()), "{key} {from}: {said}");
        };
        check("FR", "ACME", "");
        check("+1", "+14155550100", "");
        check("US", "ACME", "can't come from letters");
        check("+1", "ACME", "can't come from letters");
        check("fr", "ACME", "expected a country");
        check("FR", "Far too long a name", "this is no sender");
        let mut settings = with_senders(&[("FR", "ACME")]);
        settings.senders.values_mut().for_each(|s| s.stop_number = Some("stop".into()));
        settings.prices.segment.insert("Germany".into(), Price(1));
        settings.prices.percent = 1001;
        let places: Vec<String> = settings.faults().into_iter().map(|f| f.at).collect();
        assert_eq!(places, ["senders.FR", "prices.segment.Germany", "prices.percent"]);
    }

    #[test]
    fn settings_are_read_as_they_are_written_and_what_is_left_out_takes_its_default() {
        let written =
            r#"{"senders": {"FR": {"from": "ACME", "stop_number": "36111"}}, "prices": {"segment": {"DE": "0.075", "US": 0.0079}}}"#;
        let read: MessageSettings = serde_json::from_str(written).expect("settings");
        assert!(read.smart_characters && read.prices.percent == 100);
        assert_eq!(read.prices.segment.get("US"), Some(&Price(7_900)));
        let again: MessageSettings = serde_json::from_str(&serde_json::to_string(&read).expect("json")).expect("settings");
        assert_eq!(again, read);
        assert!(serde_json::from_str::<MessageSettings>(r#"{"colour": 1}"#).is_err());
    }
}
