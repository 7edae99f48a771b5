//! What each step of a campaign, and each of its texts, did: the report on performance, for those who write the campaign.

use super::lines::{Behind, Value, ratio, values};
use crate::app::{App, AppError, rollups as counting};
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::ids::CampaignId;
use crate::domain::money::Money;
use crate::domain::report::days::Days;
use crate::domain::report::figure::{Dimension, Figure};
use crate::domain::report::table::Ratio;
use std::collections::HashMap;

/// What one step did, or one of its texts. The figures are those of the report on performance, of the carts begun in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Did {
    /// Carts with its message.
    pub carts: u64,
    /// Of them: with one that arrived, as far as is told.
    pub delivered: Ratio,
    /// Of them: with one whose link a person opened.
    pub clicked: Ratio,
    /// Of them: bought, and credited to it.
    pub bought: Ratio,
    /// Net credited to it, the store's currency first; none of nothing.
    pub net: Vec<Money>,
    /// Where the carts behind it are listed.
    pub path: String,
}

/// What a campaign's steps did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Done {
    steps: HashMap<String, Did>,
    /// How many carts are still being counted.
    pub counting: i64,
}

impl Done {
    /// A step's, from 1.
    pub fn step(&self, number: usize) -> Option<&Did> {
        self.steps.get(&number.to_string())
    }

    /// One of its texts'.
    pub fn text(&self, number: usize, name: &str) -> Option<&Did> {
        self.steps.get(&format!("{number}/{name}"))
    }
}

/// Reads what the steps of a campaign did, of carts begun on these days; with `texts` also what each text did that a step compares. Steps are known by their
/// place: what stood there in an earlier version counts as well.
///
/// # Errors
/// `Db`.
pub async fn of_steps(app: &App, shop: &Shop, campaign: CampaignId, (days, texts): (Days, bool)) -> Result<Done, AppError> {
    let mut done = Done { counting: counting::fresh(app, shop).await?, ..Done::default() };
    let dimensions: &[Dimension] = if texts { &[Dimension::Step, Dimension::Variant] } else { &[Dimension::Step] };
    for &dimension in dimensions {
        let sought = rollups::Asked { shop: shop.id, campaign: Some(campaign), dimension, days, daily: false };
        for (key, value) in values(app, sought).await? {
            if let Some((_, place)) = key.split_once('/') {
                done.steps.insert(
                    place.to_owned(),
                    did(shop, &value, Behind { days, campaign: Some(campaign), reached: &[], value: Some((dimension, &key)) }),
                );
            }
        }
    }
    Ok(done)
}

fn did(shop: &Shop, value: &Value, behind: Behind<'_>) -> Did {
    let rate = |part| ratio(&value.counts, part, Figure::Nudged);
    let others = value.amounts.keys().filter(|c| **c != shop.currency);
    let currencies = value.amounts.keys().filter(|c| **c == shop.currency).chain(others);
    let net = currencies.map(|c| Money::new(value.amount(*c, Figure::Net), *c)).filter(|m| value.amount(m.currency, Figure::Orders) != 0);
    Did {
        carts: value.counts.count(Figure::Nudged),
        delivered: rate(Figure::Delivered),
        clicked: rate(Figure::Clicked),
        bought: rate(Figure::Recovered),
        net: net.collect(),
        path: behind.path(),
    }
}
