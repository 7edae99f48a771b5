//! What one cart counts for in the reports: one pure answer from everything that is known of it, and where it is added.

use super::days;
use super::figure::{ByPlace, Dimension, Figure, Place, Reached, Sums};
use super::spans;
use crate::domain::arrival::Arrival;
use crate::domain::cart::Cart;
use crate::domain::event::{ChannelKind, Item, Stage};
use crate::domain::ids::CampaignId;
use crate::domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of these rules: whatever was counted by another is counted anew.
pub const VERSION: i64 = 1;
/// A cart counts for at most this many products.
const PRODUCTS_MAX: usize = 20;
/// No value of a dimension is longer, in characters.
const VALUE_MAX: usize = 200;
/// Where price tiers begin, in main units; a hundred times that in currencies without minor units.
const TIERS: [i64; 6] = [0, 25, 50, 100, 250, 500];

/// Everything that a cart's fact is worked out from.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// Its own facts, those of carts merged into it joined.
    pub cart: &'a Cart,
    /// Is there somebody whose it is?
    pub identified: bool,
    /// Since when it counts as abandoned, if it ever did.
    pub abandoned_at: Option<Timestamp>,
    /// Had its shopper ordered before it was begun? None while nobody is known.
    pub returning: Option<bool>,
    /// The campaigns that it entered, each with the side of the comparison.
    pub enrolled: Vec<(CampaignId, String)>,
    /// Messages that left for it.
    pub messages: Vec<Left>,
    /// What its messages earned.
    pub earned: Vec<Earned>,
}

/// Which message: of which step of which campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Which {
    /// Of which campaign.
    #[serde(rename = "c")]
    pub campaign: CampaignId,
    /// Which step, from 0.
    #[serde(rename = "s")]
    pub step: i64,
    /// By which channel.
    #[serde(rename = "k")]
    pub channel: ChannelKind,
    /// Which of the step's texts.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// A message that left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Which.
    #[serde(rename = "w")]
    pub which: Which,
    /// Its provider said that it arrived.
    #[serde(rename = "d")]
    pub delivered: bool,
    /// A person opened its link.
    #[serde(rename = "o")]
    pub clicked: bool,
    /// What it cost, in millionths of the currency's main unit.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<(i64, Currency)>,
}

/// What a message earned, by the model that counts by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    /// Which message.
    #[serde(rename = "w")]
    pub which: Which,
    /// Of the amounts.
    #[serde(rename = "y")]
    pub currency: Currency,
    /// How many orders.
    #[serde(rename = "n")]
    pub orders: i64,
    /// Minor units.
    #[serde(rename = "g")]
    pub gross_minor: i64,
    /// Minor units.
    #[serde(rename = "b")]
    pub refunds_minor: i64,
    /// Minor units.
    #[serde(rename = "t")]
    pub net_minor: i64,
    /// What codes took off, in minor units.
    #[serde(rename = "f")]
    pub discount_minor: i64,
    /// When the first of them was placed, in milliseconds.
    #[serde(rename = "at")]
    pub ordered_at: i64,
}

/// What a cart counts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The day on which it was begun, in the store's zone.
    pub day: i64,
    /// When, in milliseconds.
    pub started_at: i64,
    /// The checkout was begun.
    pub checkout: bool,
    /// There is somebody to write to.
    pub identified: bool,
    /// When it was left, in milliseconds; none while it was not.
    pub abandoned_at: Option<i64>,
    /// It was bought, with us or without.
    pub bought: bool,
    /// What the shopper would pay, as they see it.
    pub value: Option<(i64, Currency)>,
    /// What is known of it, of dimensions with one value each.
    pub known: BTreeMap<Dimension, String>,
    /// The products in it.
    pub products: Vec<String>,
    /// The campaigns that it entered, each with the side of the comparison.
    pub enrolled: Vec<(CampaignId, String)>,
    /// Messages that left for it.
    pub messages: Vec<Left>,
    /// What they earned.
    pub earned: Vec<Earned>,
}

impl Known<'_> {
    /// What the cart counts for; none where it counts for nothing: a visit that no campaign took up, or what staff or a machine made.
    pub fn fact(&self, zone: &TimeZone) -> Option<Fact> {
        let cart = self.cart;
        let by_shopper = cart.is_purchased() || !cart.snapshot().is_some_and(|s| s.not_by_shopper);
        let taken_up = !self.enrolled.is_empty() || !self.messages.is_empty();
        if !by_shopper || (cart.stage() == Stage::Browse && !taken_up) {
            return None;
        }
        let value = cart.snapshot().and_then(|s| s.value);
        Some(Fact {
            day: days::number(days::of(cart.started_at, zone)),
            started_at: cart.started_at.as_millisecond(),
            checkout: cart.stage() == Stage::Checkout,
            identified: self.identified,
            abandoned_at: self.abandoned_at.map(Timestamp::as_millisecond),
            bought: cart.is_purchased(),
            value: value.map(|v| (v.minor, v.currency)),
            known: known(cart, self.returning, value),
            products: products(cart).into_keys().collect(),
            enrolled: self.enrolled.clone(),
            messages: self.messages.clone(),
            earned: self.earned.clone(),
        })
    }
}

fn known(cart: &Cart, returning: Option<bool>, value: Option<Money>) -> BTreeMap<Dimension, String> {
    let arrival = cart.first_arrival().cloned();
    let of = |part: fn(Arrival) -> Option<String>| arrival.clone().and_then(part);
    let language = cart.locale.as_ref().and_then(|l| l.value.split(['-', '_']).next().map(str::to_ascii_lowercase));
    let values = [
        (Dimension::Shopper, returning.map(|known| if known { "returning" } else { "new" }.to_owned())),
        (Dimension::Country, cart.country.as_ref().map(|c| c.value.to_ascii_uppercase())),
        (Dimension::Language, language),
        (Dimension::PriceTier, value.map(tier)),
        (Dimension::Device, of(|a| (!a.device.is_unknown()).then(|| a.device.as_str().to_owned()))),
        (Dimension::Landing, of(|a| a.landing_path)),
        (Dimension::UtmSource, of(|a| a.utm_source)),
        (Dimension::UtmMedium, of(|a| a.utm_medium)),
        (Dimension::UtmCampaign, of(|a| a.utm_campaign)),
    ];
    values.into_iter().filter_map(|(dimension, value)| Some((dimension, plain(&value?)))).filter(|(_, v)| !v.is_empty()).collect()
}

/// Without what separates values where they are stored.
fn plain(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() && *c != '|').take(VALUE_MAX).collect()
}

/// `USD 25-50`, `USD 500-`: from the first to below the second, in main units.
fn tier(value: Money) -> String {
    let scale = if value.currency.decimals() == 0 { 100 } else { 1 };
    let main = value.minor.max(0) / 10_i64.pow(value.currency.decimals());
    let at = TIERS.iter().rposition(|from| from * scale <= main).unwrap_or(0);
    let bound = |i: usize| TIERS.get(i).map_or_else(String::new, |from| (from * scale).to_string());
    format!("{} {}-{}", value.currency, bound(at), bound(at + 1))
}

/// The products in a cart: the platform's id, or their title where it tells none; each with its title.
pub fn products(cart: &Cart) -> BTreeMap<String, String> {
    let items = cart.snapshot().map_or(&[][..], |s| &s.items);
    let named = |item: &Item| {
        let title = plain(&item.title);
        let id = item.product_id.as_deref().map_or_else(|| title.clone(), plain);
        (!id.is_empty()).then_some((id, title))
    };
    items.iter().filter_map(named).take(PRODUCTS_MAX).collect()
}

/// A step of a campaign, as a value: `{campaign}/1`.
pub fn step_value(campaign: CampaignId, step: i64) -> String {
    format!("{campaign}/{}", step + 1)
}

impl Fact {
    /// The campaigns that had to do with it.
    fn campaigns(&self) -> BTreeSet<CampaignId> {
        let of_messages = self.messages.iter().map(|m| m.which.campaign).chain(self.earned.iter().map(|e| e.which.campaign));
        self.enrolled.iter().map(|e| e.0).chain(of_messages).collect()
    }

    /// As far as one campaign had to do with it.
    fn by(&self, is_of: impl Fn(&Which) -> bool) -> Part<'_> {
        let messages = self.messages.iter().filter(|m| is_of(&m.which)).collect();
        Part { fact: self, messages, earned: self.earned.iter().filter(|e| is_of(&e.which)).collect() }
    }

    /// Every place where it is added, and what is added there.
    pub fn places(&self) -> ByPlace {
        let mut all = ByPlace::new();
        self.add_scope(&mut all, None);
        for campaign in self.campaigns() {
            self.add_scope(&mut all, Some(campaign));
            let part = self.by(|w| w.campaign == campaign);
            part.add(&mut all, None, (Dimension::Campaign, &campaign.to_string()));
        }
        all
    }

    /// What is added of everything, or of what one campaign did.
    fn add_scope(&self, all: &mut ByPlace, scope: Option<CampaignId>) {
        let whole = self.by(|w| scope.is_none_or(|c| w.campaign == c));
        whole.add(all, scope, (Dimension::All, ""));
        for dimension in Dimension::SINGLE {
            whole.add(all, scope, (dimension, self.known.get(&dimension).map_or("", String::as_str)));
        }
        for product in &self.products {
            whole.add(all, scope, (Dimension::Product, product));
        }
        let arms: BTreeSet<&str> = self.enrolled.iter().filter(|e| scope.is_none_or(|c| e.0 == c)).map(|e| e.1.as_str()).collect();
        for arm in arms {
            whole.add(all, scope, (Dimension::Arm, arm));
        }
        let reached = Place::of(scope, (Dimension::Reached, &Reached::word(&whole.reached())));
        all.entry(reached).or_default().add(Figure::Carts, 1);
        for (dimension, value) in whole.of_messages() {
            let part = self.by(|w| scope.is_none_or(|c| w.campaign == c) && values_of(w).contains(&(dimension, value.clone())));
            part.add(all, scope, (dimension, &value));
        }
    }

    /// By what it is found: the values of its dimensions, and per campaign how far it came, by which channels and on which side.
    pub fn tags(&self) -> String {
        let whole = self.by(|_| true);
        let mut tags: BTreeSet<String> = whole.of_messages().into_iter().map(|(d, v)| tag(None, d, &v)).collect();
        tags.extend(Dimension::SINGLE.iter().map(|d| tag(None, *d, self.known.get(d).map_or("", String::as_str))));
        tags.extend(self.products.iter().map(|p| tag(None, Dimension::Product, p)));
        tags.extend(self.enrolled.iter().map(|(_, arm)| tag(None, Dimension::Arm, arm)));
        tags.insert(tag(None, Dimension::Reached, &Reached::word(&whole.reached())));
        for campaign in self.campaigns() {
            let part = self.by(|w| w.campaign == campaign);
            tags.insert(tag(None, Dimension::Campaign, &campaign.to_string()));
            tags.insert(tag(Some(campaign), Dimension::Reached, &Reached::word(&part.reached())));
            tags.extend(part.of_messages().into_iter().filter(|(d, _)| *d == Dimension::Channel).map(|(d, v)| tag(Some(campaign), d, &v)));
            let arms = self.enrolled.iter().filter(|e| e.0 == campaign);
            tags.extend(arms.map(|(_, arm)| tag(Some(campaign), Dimension::Arm, arm)));
        }
        tags.into_iter().collect::<String>() + "|"
    }
}

/// How a value stands among a cart's tags; each ends where the next begins.
pub fn tag(campaign: Option<CampaignId>, dimension: Dimension, value: &str) -> String {
    match campaign {
        Some(campaign) => format!("|{campaign}:{}={value}", dimension.as_str()),
        None => format!("|{}={value}", dimension.as_str()),
    }
}

fn values_of(which: &Which) -> Vec<(Dimension, String)> {
    let step = step_value(which.campaign, which.step);
    let variant = which.variant.as_ref().map(|v| (Dimension::Variant, format!("{step}/{}", plain(v))));
    let mut values = vec![(Dimension::Step, step), (Dimension::Channel, which.channel.as_str().to_owned())];
    values.extend(variant);
    values
}

impl Place {
    fn of(campaign: Option<CampaignId>, (dimension, value): (Dimension, &str)) -> Self {
        Self { campaign, dimension, value: value.to_owned(), currency: None, bucket: None }
    }
}

/// A fact as far as some messages had to do with it.
struct Part<'a> {
    fact: &'a Fact,
    messages: Vec<&'a Left>,
    earned: Vec<&'a Earned>,
}

impl Part<'_> {
    /// The steps of the funnel that it reached, at whatever time. What cannot be without another step shows that one, too: who opened a message's link had
    /// got it, and who was written to had left.
    fn reached(&self) -> Vec<Reached> {
        let clicked = self.messages.iter().any(|m| m.clicked);
        let nudged = !self.messages.is_empty() || !self.earned.is_empty();
        let abandoned = self.fact.abandoned_at.is_some() || nudged;
        let all = [
            (Reached::Checkout, self.fact.checkout),
            (Reached::Identified, self.fact.identified || nudged),
            (Reached::Abandoned, abandoned),
            (Reached::Nudged, nudged),
            (Reached::Delivered, clicked || self.messages.iter().any(|m| m.delivered)),
            (Reached::Clicked, clicked),
            (Reached::Bought, self.fact.bought || !self.earned.is_empty()),
            (Reached::Recovered, !self.earned.is_empty()),
        ];
        all.into_iter().filter(|(_, is)| *is).map(|(step, _)| step).collect()
    }

    fn of_messages(&self) -> BTreeSet<(Dimension, String)> {
        let of_earned = self.earned.iter().flat_map(|e| values_of(&e.which));
        self.messages.iter().flat_map(|m| values_of(&m.which)).chain(of_earned).collect()
    }

    fn counts(&self) -> Sums {
        let reached = self.reached();
        let mut sums = Sums::default();
        sums.add(Figure::Carts, 1);
        for (step, figure) in [
            (Reached::Abandoned, Figure::Abandoned),
            (Reached::Nudged, Figure::Nudged),
            (Reached::Delivered, Figure::Delivered),
            (Reached::Clicked, Figure::Clicked),
            (Reached::Bought, Figure::Bought),
            (Reached::Recovered, Figure::Recovered),
        ] {
            sums.add(figure, i64::from(reached.contains(&step)));
        }
        sums.add(Figure::Messages, i64::try_from(self.messages.len()).unwrap_or(i64::MAX));
        sums
    }

    /// Adds it to a place, and its amounts to those of their currencies.
    fn add(&self, all: &mut ByPlace, scope: Option<CampaignId>, value: (Dimension, &str)) {
        let place = Place::of(scope, value);
        all.entry(place.clone()).or_default().join(&self.counts(), 1);
        let mut amount = |currency: Currency, figure: Figure, by: i64| {
            if by != 0 {
                all.entry(Place { currency: Some(currency), ..place.clone() }).or_default().add(figure, by);
            }
        };
        if let Some((minor, currency)) = self.fact.value.filter(|_| self.reached().contains(&Reached::Abandoned)) {
            amount(currency, Figure::Left, minor);
        }
        for (micros, currency) in self.messages.iter().filter_map(|m| m.cost) {
            amount(currency, Figure::Cost, micros);
        }
        for e in &self.earned {
            let figures = [
                (Figure::Orders, e.orders),
                (Figure::Gross, e.gross_minor),
                (Figure::Refunds, e.refunds_minor),
                (Figure::Net, e.net_minor),
                (Figure::Discount, e.discount_minor),
            ];
            figures.into_iter().for_each(|(figure, by)| amount(e.currency, figure, by));
        }
        if let Some(took) = self.took_s() {
            let place = Place { bucket: Some(spans::bucket(took)), ..place };
            all.entry(place).or_default().add(Figure::Recovered, 1);
        }
    }

    /// From when it was left until the first order that came of it, in seconds.
    fn took_s(&self) -> Option<i64> {
        let first = self.earned.iter().map(|e| e.ordered_at).min()?;
        Some((first - self.fact.abandoned_at?).max(0) / 1000)
    }
}
