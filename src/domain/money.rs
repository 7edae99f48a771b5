//! Money: an amount in a currency's minor units, exact, never a float.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The code isn't one of ISO 4217's.
    #[error("{0:?} is not an ISO 4217 currency code; expected three letters such as USD")]
    UnknownCurrency(String),
    /// The amount isn't a decimal number, or doesn't fit 64 bits of minor units.
    #[error("{0:?} is not an amount of money; expected a decimal number such as \"19.99\"")]
    BadAmount(String),
}

/// A currency of ISO 4217, with its number of decimals (0 for JPY, 2 for USD, 3 for KWD).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

impl Currency {
    /// US dollars.
    pub const USD: Self = Self { code: *b"USD", decimals: 2 };

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// Digits after the decimal point.
    pub fn decimals(&self) -> u32 {
        u32::from(self.decimals)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || MoneyError::UnknownCurrency(text.chars().take(12).collect());
        let upper = text.trim().to_ascii_uppercase();
        let found = iso_currency::Currency::from_code(&upper).ok_or_else(unknown)?;
        let code: [u8; 3] = upper.as_bytes().try_into().map_err(|_| unknown())?;
        // Codes without minor units (gold, test codes) are counted in whole units.
        let decimals = u8::try_from(found.exponent().unwrap_or(0)).unwrap_or(0);
        Ok(Self { code, decimals })
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units (cents, yen, fils). Written to JSON as `{"amount": "19.99", "currency": "USD"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Money {
    /// Minor units of `currency`.
    pub minor: i64,
    /// What the units are of.
    pub currency: Currency,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    amount: String,
    currency: Currency,
}

impl TryFrom<Wire> for Money {
    type Error = MoneyError;
    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Self::parse(&wire.amount, wire.currency)
    }
}

impl From<Money> for Wire {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency }
    }
}

impl Money {
    /// An amount of minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a decimal such as `"19.99"`; digits beyond the currency's own are rounded half to even.
    ///
    /// # Errors
    /// `BadAmount` when it isn't a decimal number or doesn't fit.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let bad = || MoneyError::BadAmount(text.chars().take(40).collect());
        let text = text.trim();
        let decimal = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).map_err(|_| bad())?;
        let scaled = decimal.checked_mul(Decimal::from(10_i64.pow(currency.decimals()))).ok_or_else(bad)?;
        let minor = i64::try_from(scaled.round()).map_err(|_| bad())?;
        Ok(Self { minor, currency })
    }

    /// The decimal with exactly the currency's digits: `"19.99"`, `"1200"` (JPY).
    pub fn amount(&self) -> String {
        Decimal::new(self.minor, self.currency.decimals()).to_string()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &str, expected: Option<(i64, &str)>) {
        let currency: Currency = code.parse().expect("currency");
        let got = Money::parse(text, currency).ok().map(|m| (m.minor, m.amount()));
        assert_eq!(got, expected.map(|(minor, amount)| (minor, amount.to_owned())), "{text} {code}");
    }

    #[test]
    fn amounts_follow_the_currencys_own_decimals() {
        check("19.99", "USD", Some((1999, "19.99")));
        check("19.9", "USD", Some((1990, "19.90")));
        check("23600", "JPY", Some((23600, "23600")));
        check("1.234", "KWD", Some((1234, "1.234")));
        check("-5.00", "EUR", Some((-500, "-5.00")));
        check("0.005", "USD", Some((0, "0.00")));
        check("1e3", "USD", Some((100_000, "1000.00")));
        check("", "USD", None);
        check("12,50", "EUR", None);
        check("99999999999999999999", "USD", None);
    }

    #[test]
    fn an_unknown_currency_is_refused_by_name() {
        assert_eq!("ZZZ".parse::<Currency>(), Err(MoneyError::UnknownCurrency("ZZZ".into())));
        assert!("Currency".parse::<Currency>().is_err());
    }
}
