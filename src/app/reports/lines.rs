//! What lines of reports share: sums by value, what values are called, and where the carts behind a line are listed.

use crate::app::{App, AppError};
use crate::db;
use crate::db::rollups::{self, Asked as Sought, Found};
use crate::db::shops::Shop;
use crate::domain::event::ChannelKind;
use crate::domain::ids::CampaignId;
use crate::domain::money::{Currency, Money};
use crate::domain::report::days::{self, Days};
use crate::domain::report::figure::{Dimension, Figure, Reached, Sums};
use crate::domain::report::table::{Cell, Ratio};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, HashMap};

/// What was counted of one value.
#[derive(Debug, Clone, Default)]
pub struct Value {
    /// Counts.
    pub counts: Sums,
    /// Amounts, by currency.
    pub amounts: BTreeMap<Currency, Sums>,
    /// How long it took until the order: how many, by class of length.
    pub took: Vec<(i64, i64)>,
}

impl Value {
    /// Adds another.
    pub fn join(&mut self, other: &Self) {
        self.counts.join(&other.counts, 1);
        for (currency, sums) in &other.amounts {
            self.amounts.entry(*currency).or_default().join(sums, 1);
        }
        self.took.extend(&other.took);
    }

    /// An amount.
    pub fn amount(&self, currency: Currency, figure: Figure) -> i64 {
        self.amounts.get(&currency).map_or(0, |s| s.get(figure))
    }
}

/// What was counted, by value.
pub type Values = BTreeMap<String, Value>;

/// Reads what was counted, by value; by day where that is asked for.
///
/// # Errors
/// `Db`.
pub async fn values(app: &App, sought: Sought) -> Result<Values, AppError> {
    let mut values = Values::new();
    for Found { value, currency, bucket, sums } in rollups::read(&app.db, sought).await? {
        let value = values.entry(value).or_default();
        match (bucket, currency) {
            (Some(bucket), _) => value.took.push((bucket, sums.get(Figure::Recovered))),
            (None, Some(currency)) => value.amounts.entry(currency).or_default().join(&sums, 1),
            (None, None) => value.counts.join(&sums, 1),
        }
    }
    Ok(values)
}

/// How values are called.
pub struct Names {
    campaigns: HashMap<String, String>,
    labels: HashMap<String, String>,
}

impl Names {
    /// Those of these values.
    ///
    /// # Errors
    /// `Db`.
    pub async fn load(app: &App, shop: &Shop, dimension: Dimension, values: &[String]) -> Result<Self, AppError> {
        let campaigns = db::campaigns::list(&app.db, shop.id).await?;
        let labels = match dimension {
            Dimension::Product => rollups::labels(&app.db, shop.id, dimension, values).await?,
            _ => HashMap::new(),
        };
        Ok(Self { campaigns: campaigns.into_iter().map(|c| (c.id.to_string(), c.spec.name)).collect(), labels })
    }

    fn campaign(&self, id: &str) -> &str {
        self.campaigns.get(id).map_or("a deleted campaign", String::as_str)
    }

    /// How a value is called.
    pub fn of(&self, dimension: Dimension, value: &str) -> String {
        if value.is_empty() {
            return "unknown".to_owned();
        }
        match dimension {
            Dimension::Campaign => self.campaign(value).to_owned(),
            Dimension::Step | Dimension::Variant => {
                let mut parts = value.splitn(3, '/');
                let (campaign, step) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                let variant = parts.next().map_or_else(String::new, |v| format!(", text {v}"));
                format!("{}, step {step}{variant}", self.campaign(campaign))
            }
            Dimension::Channel => match value.parse() {
                Ok(ChannelKind::Email) => "e-mail".to_owned(),
                Ok(ChannelKind::Sms) => "SMS".to_owned(),
                Ok(ChannelKind::WhatsApp) => "WhatsApp".to_owned(),
                Err(_) => value.to_owned(),
            },
            Dimension::Arm => if value == "holdout" { "held out: gets no message" } else { "treated" }.to_owned(),
            Dimension::PriceTier => tier(value),
            _ => self.labels.get(value).cloned().unwrap_or_else(|| value.to_owned()),
        }
    }
}

/// `USD 25-50` as `25 to below 50 USD`.
fn tier(value: &str) -> String {
    let Some((currency, (from, to))) = value.split_once(' ').and_then(|(c, bounds)| Some((c, bounds.split_once('-')?))) else {
        return value.to_owned();
    };
    match (from, to) {
        ("0", to) => format!("below {to} {currency}"),
        (from, "") => format!("{from} {currency} and more"),
        (from, to) => format!("{from} to below {to} {currency}"),
    }
}

/// A ratio of figures.
pub fn ratio(counts: &Sums, part: Figure, whole: Figure) -> Ratio {
    Ratio::new(counts.count(part), counts.count(whole))
}

/// An amount spread over so many, to the nearest minor unit; nothing over nobody.
pub fn per(amount_minor: i64, over: i64, currency: Currency) -> Cell {
    if over <= 0 {
        return Cell::None;
    }
    let half = i64::signum(amount_minor) * (over / 2);
    Cell::Money(Money::new((amount_minor + half) / over, currency))
}

/// A count, as a cell.
pub fn count(n: i64) -> Cell {
    Cell::Count(n)
}

/// Which carts stand behind a line.
pub struct Behind<'a> {
    /// Begun on these days.
    pub days: Days,
    /// Of this campaign.
    pub campaign: Option<CampaignId>,
    /// Came this far.
    pub reached: &'a [Reached],
    /// With this value.
    pub value: Option<(Dimension, &'a str)>,
}

impl Behind<'_> {
    /// Where they are listed.
    pub fn path(&self) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut path = format!("/carts?from={}&to={}", days::date(self.days.first), days::date(self.days.end - 1));
        let by_value = self.value.is_some_and(|(d, _)| d == Dimension::Campaign);
        if let Some(campaign) = self.campaign.filter(|_| !by_value) {
            path.push_str(&format!("&campaign={campaign}"));
        }
        if !self.reached.is_empty() {
            let steps: Vec<&str> = self.reached.iter().map(|r| r.as_str()).collect();
            path.push_str(&format!("&reached={}", steps.join(",")));
        }
        if let Some((dimension, value)) = self.value {
            path.push_str(&format!("&{}={}", dimension.as_str(), encoded(value)));
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_read_as_bounds() {
        assert_eq!(["USD 0-25", "JPY 2500-5000", "USD 500-"].map(tier), ["below 25 USD", "2500 to below 5000 JPY", "500 USD and more"]);
    }

    #[test]
    fn averages_are_rounded_to_the_nearest_minor_unit() {
        let check = |amount, over, expected| assert_eq!(per(amount, over, Currency::USD), Cell::Money(Money::new(expected, Currency::USD)));
        check(1000, 3, 333);
        check(2000, 3, 667);
        check(-2000, 3, -667);
        assert_eq!(per(5, 0, Currency::USD), Cell::None);
    }
}
