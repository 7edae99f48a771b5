//! What a campaign would do with a cart: every step with its times, what each rule says of it, and its message. By the rules that send, going from each
//! postponement to the next. Nothing is written, no link in it works, no code is taken.

mod run;
mod sample;

use super::campaigns;
use super::plan::{AtWork, campaign_for, clock_of, shopper_key, slots, whereabouts};
use super::scene::Scenes;
use super::{App, AppError};
use crate::db::carts::CartRow;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::campaign::{CampaignSpec, Scene};
use crate::domain::cart::{Cart, CartState};
use crate::domain::consent::Consent;
use crate::domain::event::{ChannelKind, ConsentState, Stage};
use crate::domain::experiment::{Arm, Lot, arm};
use crate::domain::ids::{CampaignId, CartId, ContactId};
use crate::domain::joined::Stamped;
use crate::domain::visit::Products;
use crate::domain::zones::Zones;
use jiff::Timestamp;

/// Stands in a message where a code of the shopper's own would.
pub const CODE: &str = "EXAMPLE-CODE";

/// Where texts to somebody who doesn't exist would go, in the store's own country.
pub fn sample_number(shop: &Shop) -> &'static str {
    sample::number(shop)
}

/// Which campaign.
#[derive(Debug, Clone)]
pub enum Which {
    /// One of the store's, as last saved.
    Saved(CampaignId),
    /// One that isn't saved.
    Draft(Box<CampaignSpec>),
}

/// Whose cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of somebody who doesn't exist.
    Sample,
    /// One of the store's.
    Cart(CartId),
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which campaign.
    pub campaign: Which,
    /// For which cart, as it is now.
    pub cart: Whose,
    /// As if it were left at this instant; now without it.
    pub left_at: Option<Timestamp>,
    /// Whoever looks may know the shopper's name.
    pub names: bool,
}

/// What would come of it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The campaign's text.
    pub spec: CampaignSpec,
    /// Why the cart would not enter it, if it wouldn't: rule and sentence. What follows is as if it did.
    pub stays_out: Option<(&'static str, String)>,
    /// When the shopper leaves.
    pub left_at: Timestamp,
    /// From when delays count.
    pub abandoned_at: Timestamp,
    /// Where the shopper may be, and how that is known.
    pub zones: Zones,
    /// On which side of the comparison they are; none for the sample, who is nobody.
    pub drawn: Option<(Arm, Lot)>,
    /// Their path through the campaign.
    pub path: Option<String>,
    /// What is left out of account.
    pub notes: Vec<String>,
    /// Each step of the path.
    pub steps: Vec<Step>,
}

/// What becomes of one step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which, from 0.
    pub index: usize,
    /// When it is planned for.
    pub due_at: Timestamp,
    /// By which channel it would go in the end.
    pub channel: ChannelKind,
    /// Which of its texts.
    pub variant: Option<String>,
    /// Each time that it is decided on.
    pub looks: Vec<Look>,
    /// When it would leave, if it does.
    pub sent_at: Option<Timestamp>,
    /// Its code.
    pub code: Code,
    /// The message, also of one that doesn't leave; or why it can't be made.
    pub message: Result<Shown, String>,
}

/// One decision about a step.
#[derive(Debug, Clone)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// `send`, `postpone`, `switch`, `cancel`.
    pub outcome: &'static str,
    /// Which rule.
    pub rule: String,
    /// In a sentence.
    pub why: String,
    /// When it is looked at next, where it is postponed.
    pub next: Option<Timestamp>,
}

/// A step's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// It has none.
    None,
    /// The same for everybody.
    Fixed(String),
    /// The shopper's own: what it takes off.
    Own(String),
    /// The shopper's own, which isn't given: what it would take off, and why not.
    Withheld(String, String),
}

/// A message as it would look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// By which template.
    pub template: String,
    /// Of a mail; empty for texts.
    pub subject: String,
    /// Of a mail; empty for texts.
    pub html: String,
    /// The plain text.
    pub text: String,
}

/// Who it would happen to.
struct Shopper {
    cart: CartRow,
    contact: ContactId,
    consents: Vec<(ChannelKind, Consent)>,
    is_sample: bool,
}

impl Shopper {
    fn consent(&self, channel: ChannelKind) -> Option<Consent> {
        self.consents.iter().find(|(c, _)| *c == channel).map(|(_, consent)| consent.clone())
    }
}

/// Works it out.
///
/// # Errors
/// `NotFound`, `Invalid`, `Db`.
pub async fn preview(app: &App, shop: &Shop, question: &Question) -> Result<Preview, AppError> {
    let (campaign, spec) = match &question.campaign {
        Which::Saved(id) => (*id, campaigns::get(app, shop.id, *id).await?.spec),
        Which::Draft(spec) => (CampaignId(uuid::Uuid::nil()), (**spec).clone()),
    };
    let left_at = question.left_at.unwrap_or_else(|| app.now());
    let cart = match question.cart {
        Whose::Sample => None,
        Whose::Cart(id) => Some(db::carts::get(&app.db, shop.id, id).await?.ok_or(AppError::NotFound("cart with that id"))?),
    };
    // Only reads, and as of one moment.
    let mut tx = db::replay::snapshot(&app.db).await?;
    let mut shopper = match cart {
        None => sample_shopper(shop, left_at, &spec),
        Some(cart) => shopper_of(&mut tx, shop, cart, left_at).await?,
    };
    if !question.names {
        (shopper.cart.facts.first_name, shopper.cart.facts.last_name) = (None, None);
    }
    let made = work_out(app, &mut tx, shop, (campaign, spec), &shopper).await;
    tx.rollback().await?;
    made
}

async fn work_out(
    app: &App,
    tx: &mut Tx,
    shop: &Shop,
    (campaign, spec): (CampaignId, CampaignSpec),
    shopper: &Shopper,
) -> Result<Preview, AppError> {
    let facts = &shopper.cart.facts;
    let left_at = facts.active_at;
    let abandoned_at = facts.abandoned_at(spec.abandon_after.0);
    let one = (std::iter::once(facts), std::iter::once(shopper.contact));
    let scene = Scenes::load(tx, shop.id, one, abandoned_at).await?.of(facts, Some(shopper.contact), abandoned_at);
    let drawn = drawn(tx, shop, (campaign, &spec), shopper).await?;
    let path = spec.path_of(&scene).map(|p| p.name.clone());
    let zones = whereabouts(facts, &shop.timezone);
    let run =
        run::Run { app, shop, campaign, spec: &spec, shopper, path: path.as_deref(), arm: drawn.map_or(Arm::Treated, |(arm, _)| arm) };
    let slots = slots(&spec, path.as_deref(), abandoned_at, clock_of(&zones).as_ref());
    let steps = run.steps(tx, &slots).await?;
    let stays_out = stays_out(&shopper.cart, (campaign, &spec), scene);
    let notes = notes(app, shop, &spec);
    Ok(Preview { stays_out, left_at, abandoned_at, zones, drawn, path, notes, steps, spec })
}

/// Why the cart would not enter the campaign, were it the only one.
fn stays_out(cart: &CartRow, (campaign, spec): (CampaignId, &CampaignSpec), scene: Scene) -> Option<(&'static str, String)> {
    let only = [AtWork { id: campaign, version: 1, spec: spec.clone() }];
    campaign_for(cart, &only, &[], || scene).err().map(|not| (not.rule, not.why))
}

async fn drawn(
    tx: &mut Tx,
    shop: &Shop,
    (campaign, spec): (CampaignId, &CampaignSpec),
    shopper: &Shopper,
) -> Result<Option<(Arm, Lot)>, AppError> {
    let Some(key) = shopper_key(&shopper.cart).filter(|_| !shopper.is_sample) else { return Ok(None) };
    let before = db::enrolments::arm_before(tx, shop.id, campaign, shopper.contact).await?;
    let arm = before.unwrap_or_else(|| arm(campaign.0, &key, spec.holdout_percent));
    Ok(Some((arm, Lot::of(campaign.0, &key))))
}

/// What a preview leaves out of account, since it would say nothing else: what the merchant has to put right before anything leaves.
fn notes(app: &App, shop: &Shop, spec: &CampaignSpec) -> Vec<String> {
    let mut notes = Vec::new();
    if shop.status != "active" {
        notes.push(format!("The store is {}: nothing leaves until it is active again.", shop.status));
    }
    if shop.uninstalled_at.is_some() {
        notes.push("The store removed the app: nothing leaves until it is installed again.".into());
    }
    for (channel, name) in [(ChannelKind::Email, "e-mail"), (ChannelKind::Sms, "SMS"), (ChannelKind::WhatsApp, "WhatsApp")] {
        let used = spec.steps.iter().flat_map(crate::domain::campaign::Step::messages).any(|(_, c, _)| c == channel);
        if used && app.channel_for(shop, channel).is_none() {
            notes.push(format!("No {name} provider is set up: its messages wait until there is one."));
        }
    }
    if spec.steps.iter().any(|s| s.discount.is_some()) {
        notes.push(format!("{CODE} stands for the code that the platform makes; none is made for a preview."));
    }
    notes
}

/// Somebody who agreed to everything, and came as far as the campaign's trigger asks.
fn sample_shopper(shop: &Shop, left_at: Timestamp, spec: &CampaignSpec) -> Shopper {
    let mut facts = sample::cart(shop, left_at);
    if !spec.trigger.is_for(Stage::Checkout) {
        facts.viewed = facts.checkout.take().map(|seen| Box::new(Products::whole(seen.at, &seen.items, seen.value)));
    }
    let said = Consent::plain(ConsentState::Subscribed, left_at, "the sample shopper");
    let agreed = || Consent { confirmed_at: Some(left_at), named_at: Some(left_at), ..said.clone() };
    let contact = ContactId(uuid::Uuid::nil());
    let cart = CartRow {
        id: CartId(uuid::Uuid::nil()),
        contact_id: Some(contact),
        state: CartState::Open,
        abandoned_at: None,
        purchased_at: None,
        recovered: false,
        facts,
        created_at: left_at,
    };
    Shopper { cart, contact, consents: ChannelKind::ALL.map(|kind| (kind, agreed())).to_vec(), is_sample: true }
}

/// The shopper of a cart, had they left it at an instant.
async fn shopper_of(tx: &mut Tx, shop: &Shop, mut cart: CartRow, left_at: Timestamp) -> Result<Shopper, AppError> {
    leave_at(&mut cart.facts, left_at);
    let contact = cart.contact_id.unwrap_or(ContactId(uuid::Uuid::nil()));
    let consents = db::contacts::consents(tx, shop.id, &[contact.0]).await?.into_iter().map(|(_, channel, consent)| (channel, consent));
    let consents = consents.collect();
    Ok(Shopper { cart, contact, consents, is_sample: false })
}

fn leave_at(facts: &mut Cart, at: Timestamp) {
    facts.active_at = at;
    facts.started_at = facts.started_at.min(at);
}

/// An address to show a message with, where the shopper has none.
fn placeholder<T: std::str::FromStr>(text: &str, at: Timestamp) -> Option<Stamped<T>> {
    text.parse().ok().map(|value| Stamped { at, value })
}
