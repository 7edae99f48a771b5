//! What nudges are decided on beside their own rows: what is known of their shoppers, read for a whole claim in a few statements.

use super::codes::{Codes, Own};
use super::hours;
use crate::app::plan::whereabouts;
use crate::app::scene::Scenes;
use crate::app::who::Who;
use crate::app::{App, AppError};
use crate::db::contexts::{self, NudgeContext};
use crate::db::nudges::Lease;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::campaign::{Scene, Step};
use crate::domain::cap::{self, Got, Limit};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::discount;
use crate::domain::duration::Length;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CartId, ContactId};
use crate::domain::nudge::{Asked, CapUse, CodeInput, Fake, Inputs, Timing};
use jiff::Timestamp;
use std::collections::HashMap;

/// No law's limit counts further back.
const LEGAL_CAP_MAX: Length = Length::hours(24);
/// Who sets the limits that are not a law's.
const STORE: &str = "the store";

/// What is the same for all nudges of a claim, or read for all of them at once.
pub(super) struct Ground<'a> {
    app: &'a App,
    shop: &'a Shop,
    now: Timestamp,
    who: Who,
    scenes: Scenes,
    /// Reasons by which addresses are suppressed: `(channel, address)`.
    suppressed: HashMap<(String, String), String>,
    /// What shoppers got, and what this claim lets leave.
    got: HashMap<ContactId, Vec<Got>>,
    codes: Codes,
}

impl<'a> Ground<'a> {
    /// Reads what these nudges are decided on.
    ///
    /// # Errors
    /// `Db`.
    pub async fn load(
        app: &'a App,
        tx: &mut Tx,
        (shop, lease): (&'a Shop, &Lease),
        (nudges, now): (&[NudgeContext], Timestamp),
    ) -> Result<Self, AppError> {
        let contacts: Vec<ContactId> = nudges.iter().map(|n| n.contact_id).collect();
        let carts: Vec<CartId> = nudges.iter().map(|n| n.cart_id).collect();
        let who = Who::of(tx, shop.id, (&contacts, &carts), now).await?;
        let longest = who.policy.caps.iter().map(|c| c.within).max().unwrap_or(LEGAL_CAP_MAX).max(LEGAL_CAP_MAX);
        let contacts: Vec<uuid::Uuid> = contacts.iter().map(|c| c.0).collect();
        let mut got: HashMap<ContactId, Vec<Got>> = HashMap::new();
        for one in contexts::got_since(tx, shop.id, &contacts, lease, now.saturating_add_lossy(-longest.0)).await? {
            got.entry(one.contact_id).or_default().push(Got { channel: one.channel, at: one.at, under_way: one.under_way });
        }
        let addresses: Vec<&str> = nudges.iter().filter_map(NudgeContext::address).collect();
        let suppressed = db::messages::suppressed(tx, shop.id, &addresses).await?;
        let suppressed = suppressed.into_iter().map(|(channel, address, reason)| ((channel, address), reason)).collect();
        let asks = |n: &&NudgeContext| n.step().is_some_and(|s| s.only_if.is_some() || s.discount.is_some());
        let people = nudges.iter().filter(asks).map(|n| n.contact_id);
        let scenes = Scenes::load(tx, shop.id, (nudges.iter().map(|n| &n.cart), people), now).await?;
        let codes = Codes::none(app, now);
        Ok(Self { app, shop, now, who, scenes, suppressed, got, codes })
    }

    /// One of them leaves: it counts for those that are decided after it. The code that it carries, where one is to be given.
    pub fn leaves(&mut self, nudge: &NudgeContext, inputs: &Inputs) -> Option<Own> {
        let got = Got { channel: nudge.channel, at: self.now, under_way: true };
        self.got.entry(nudge.contact_id).or_default().push(got);
        inputs.code.as_ref().filter(|code| code.ready).and_then(|_| self.codes.take(nudge))
    }

    /// Holds the codes that these nudges may be given, until the transaction ends.
    ///
    /// # Errors
    /// `Db`.
    pub async fn hold_codes(&mut self, tx: &mut Tx, nudges: &[NudgeContext]) -> Result<(), AppError> {
        self.codes = Codes::hold(self.app, tx, self.shop, (nudges, self.now)).await?;
        Ok(())
    }

    /// Writes down which codes were given.
    ///
    /// # Errors
    /// `Db`, `Conflict`.
    pub async fn save(&self, tx: &mut Tx) -> Result<(), AppError> {
        self.codes.save(tx, self.shop).await
    }

    /// A shopper got this as well, though the database doesn't say so.
    pub fn got(&mut self, contact: ContactId, got: Got) {
        let all = self.got.entry(contact).or_default();
        all.push(got);
        all.sort_by_key(|g| g.at);
    }

    /// Everything that the rules look at for one nudge.
    pub fn inputs(&self, nudge: &NudgeContext) -> Inputs {
        let (cart, now) = (&nudge.cart, self.now);
        let after = nudge.spec.abandon_after.0;
        let step = nudge.step();
        let to = nudge.address();
        let scene = self.scenes.of(cart, Some(nudge.contact_id), now);
        let merged = nudge.merged_into.map(|c| c.to_string());
        let ready = self.app.channel_for(self.shop, nudge.channel).is_some();
        Inputs {
            now,
            due_at: nudge.due_at,
            timing: timing(step, nudge),
            channel: nudge.channel,
            fallback: nudge.fallback,
            cart: cart.state(now, after, nudge.recovered),
            abandoned_at: cart.abandoned_at(after),
            campaign: nudge.campaign_status,
            shop_stopped: stopped(self.shop),
            arm: nudge.arm,
            has_address: to.is_some(),
            nanp: cart.phone.as_ref().is_some_and(|p| p.value.is_nanp()),
            consent: Some(self.who.consent(nudge.contact_id, nudge.channel, cart, nudge.consent.as_ref())),
            suppressed: to.and_then(|to| self.suppressed.get(&(nudge.channel.as_str().to_owned(), to.to_owned())).cloned()),
            superseded_by: nudge.superseded_by.map(|c| c.to_string()).or(merged),
            texts_sent: u32::try_from(nudge.texts_sent).unwrap_or(u32::MAX),
            hours: hours::of(self.shop, nudge),
            zones: whereabouts(cart, &self.shop.timezone),
            caps: self.caps(nudge),
            sender: None,
            channel_ready: ready,
            cart_empty: cart.snapshot().is_none_or(|s| s.items.is_empty()),
            sold_out: self.scenes.sold_out(cart),
            code: step.and_then(|s| self.code(s, nudge, &scene)),
            excluded: self.who.excluded(nudge.contact_id),
            fake: self.fake(nudge),
            bought_elsewhere: self.who.bought_elsewhere(nudge.contact_id, cart),
            test_store: self.who.test_store(to),
            stopped: nudge.stopped,
            condition: step.and_then(|s| s.only_if.clone()).map(|condition| Asked { condition, scene }),
        }
    }

    fn fake(&self, nudge: &NudgeContext) -> Option<Fake> {
        let verdict = self.who.bot(nudge.cart_id)?;
        if !self.who.policy.bots.blocks(verdict.score, verdict.by_hand) {
            return None;
        }
        if verdict.by_hand == Some(true) {
            return Some(Fake { score: None, reasons: vec!["somebody of the store marked it as fake".into()] });
        }
        Some(Fake { score: Some(verdict.score), reasons: verdict.reasons.into_iter().map(|r| r.why).collect() })
    }

    /// The store's limits and the law's, as far as they say something about this message. Nobody reads what a canary gets.
    fn caps(&self, nudge: &NudgeContext) -> Vec<CapUse> {
        if self.shop.canary_of.is_some() {
            return Vec::new();
        }
        let own = self.who.policy.caps.iter().map(|c| Limit { whose: STORE.into(), channel: c.channel, max: c.max, within: c.within });
        let law = hours::legal_limits(nudge);
        let got = self.got.get(&nudge.contact_id).map(Vec::as_slice).unwrap_or_default();
        own.chain(law).filter_map(|limit| cap::used(limit, nudge.channel, got, self.now)).collect()
    }

    /// Whether the shopper's own code can be given; none where the message has no offer, or nobody is to get it.
    fn code(&self, step: &Step, nudge: &NudgeContext, scene: &Scene) -> Option<CodeInput> {
        let offer = step.offer_for(nudge.variant.as_deref()).filter(|_| nudge.arm == Arm::Treated)?;
        let index = usize::try_from(nudge.step).unwrap_or(usize::MAX);
        let withheld = discount::withheld(offer, &nudge.spec.discount_guards, index, scene);
        Some(CodeInput { ready: withheld.is_none() && self.codes.ready(nudge), withheld, required: offer.required })
    }
}

fn timing(step: Option<&Step>, nudge: &NudgeContext) -> Timing {
    let Some(step) = step else { return Timing::default() };
    let (delay, after, at, expires_after) = (step.delay, step.after, step.at, step.expires_after);
    Timing { delay, after, previous: nudge.previous.clone(), at, expires_after, hurried: nudge.hurried }
}

fn stopped(shop: &Shop) -> Option<String> {
    if shop.status != "active" {
        return Some(format!("it is {}", shop.status));
    }
    shop.uninstalled_at.map(|at| format!("it removed the app at {at}"))
}
