//! What messages cost: `config/sms_prices.toml`, read once, and what a store has entered itself.
//!
//! Prices are in millionths of a currency's main unit: a part of a text costs less than a cent, and rounding each message would make the sum wrong by a fifth.

use crate::domain::money::Currency;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../config/sms_prices.toml");
/// Decimals of a price.
const DECIMALS: u32 = 6;
const MICROS: i64 = 1_000_000;
/// More than any message costs, in main units.
const PRICE_MAX: i64 = 1_000;

/// A price, in millionths of a currency's main unit. Written as a decimal number: `0.0118`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(pub i64);

impl Price {
    /// So many times as much, and of that a percentage; what is over is rounded half up.
    pub fn times(self, count: usize, percent: u32) -> Self {
        let count = i128::try_from(count).unwrap_or(i128::MAX);
        let whole = i128::from(self.0).saturating_mul(count).saturating_mul(i128::from(percent));
        Self(i64::try_from(whole.saturating_add(50) / 100).unwrap_or(i64::MAX))
    }

    /// In minor units, rounded half up: for a sum, never for its parts.
    pub fn minor(self, currency: Currency) -> i64 {
        let of_one = 10_i64.pow(DECIMALS.saturating_sub(currency.decimals()));
        self.0.saturating_add(of_one / 2).div_euclid(of_one)
    }
}

impl std::fmt::Display for Price {
    /// With at least two decimals, and no more than it has.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = format!("{:06}", self.0.rem_euclid(MICROS));
        let kept = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0.div_euclid(MICROS), decimals.get(..kept).unwrap_or(&decimals))
    }
}

impl std::str::FromStr for Price {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is not a price; expected a number such as 0.0079, with at most 6 decimals");
        let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || rest.len() > 6 || !digits(whole) || !digits(rest) {
            return Err(bad());
        }
        let whole: i64 = whole.parse().ok().filter(|whole| *whole < PRICE_MAX).ok_or_else(bad)?;
        let rest: i64 = format!("{rest:0<6}").parse().map_err(|_| bad())?;
        Ok(Self(whole * MICROS + rest))
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price {
    /// From `"0.0079"`, and from `0.0079`.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Number(f64),
        }
        let text = match Written::deserialize(from)? {
            Written::Text(text) => text,
            Written::Number(number) => number.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a message is charged with, and how that is known: kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// How a text was written; none for a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<super::Encoding>,
    /// Parts of a text; none for a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<i64>,
    /// All of them together, in millionths of the currency's main unit.
    pub cost_micros: i64,
    /// In which currency.
    pub currency: Currency,
    /// By which table: `2026-11`, or `own 3` for the third that a store has set.
    pub table: String,
}

/// Prices of a part of a text, by country.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PriceTable {
    /// By which it is known where it was used.
    pub version: String,
    /// Of its prices.
    pub currency: Currency,
    /// Where a country isn't named.
    pub elsewhere: Price,
    /// By country, ISO 3166-1 alpha-2.
    pub segment: BTreeMap<String, Price>,
}

static STANDARD: LazyLock<Option<PriceTable>> = LazyLock::new(|| toml::from_str(TABLE).ok());

/// The prices of stores that have not entered their own.
pub fn standard_prices() -> Option<&'static PriceTable> {
    STANDARD.as_ref()
}

impl PriceTable {
    /// Of a part of a text to a country.
    pub fn of(&self, country: Option<&str>) -> Price {
        country.and_then(|country| self.segment.get(country)).copied().unwrap_or(self.elsewhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zones;

    #[test]
    fn prices_are_read_and_written_without_loss() {
        let check = |text: &str, micros: i64, written: &str| {
            let price: Price = text.parse().expect("a price");
            assert_eq!((price.0, price.to_string().as_str()), (micros, written), "{text}");
        };
        check("0.0079", 7_900, "0.0079");
        check("1", 1_000_000, "1.00");
        check(" 0.10 ", 100_000, "0.10");
        check("0.000001", 1, "0.000001");
        for bad in ["", ".5", "-1", "1,5", "0.0000001", "1000", "1e3", "abc"] {
            assert!(bad.parse::<Price>().is_err(), "{bad:?}");
        }
        assert_eq!(serde_json::from_str::<Price>("0.0079").ok(), Some(Price(7_900)));
        assert_eq!(serde_json::to_string(&Price(7_900)).ok().as_deref(), Some("\"0.0079\""));
    }

    #[test]
    fn a_sum_is_rounded_once() {
        let (dollar, yen): (Currency, Currency) = ("USD".parse().expect("dollar"), "JPY".parse().expect("yen"));
        assert_eq!(Price(11_800).times(3, 100), Price(35_400));
        assert_eq!(Price(11_800).times(1, 150), Price(17_700));
        assert_eq!(Price(11_800).times(1, 0), Price(0));
        assert_eq!(Price(11_800).minor(dollar), 1);
        assert_eq!(Price(11_800 * 1000).minor(dollar), 1180);
        assert_eq!(Price(15_000).minor(dollar), 2);
        assert_eq!(Price(1_499_999).minor(yen), 1);
        assert_eq!(Price(i64::MAX).times(usize::MAX, 1000), Price(i64::MAX));
    }

    #[test]
    fn every_price_of_the_table_is_of_a_country_and_plausible() {
        let table = standard_prices().expect("the table");
        assert_eq!(table.currency.code(), "USD");
        for (country, price) in &table.segment {
            assert_eq!(zones::country(country), Some(country.as_str()));
            assert!((1_000..1_000_000).contains(&price.0), "{country}: {price}");
        }
        assert_eq!(table.of(Some("US")), Price(11_800));
        assert_eq!(table.of(Some("AQ")), table.elsewhere);
        assert_eq!(table.of(None), table.elsewhere);
    }
}
