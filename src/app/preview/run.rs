//! Going through a sequence as a worker would: whatever is to be looked at next is decided, until nothing waits.

use super::{CODE, Code, Look, Shopper, Shown, Step, placeholder, sample};
use crate::app::plan::{Slot, shopper_key};
use crate::app::{App, AppError, send};
use crate::db::Tx;
use crate::db::contexts::NudgeContext;
use crate::db::shops::Shop;
use crate::domain::campaign::{After, CampaignSpec, CampaignStatus};
use crate::domain::cap::Got;
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::event::ChannelKind;
use crate::domain::experiment::{Arm, variant};
use crate::domain::ids::{CampaignId, EnrolmentId, NudgeId};
use crate::domain::link::without_tokens;
use crate::domain::nudge::{Inputs, NudgeState, Previous, Verdict, decide};
use jiff::Timestamp;

/// A sequence that is decided on more often than this is told as far as it came.
const LOOKS_MAX: usize = 300;

/// A sequence to be gone through.
pub(super) struct Run<'a> {
    pub app: &'a App,
    pub shop: &'a Shop,
    pub campaign: CampaignId,
    pub spec: &'a CampaignSpec,
    pub shopper: &'a Shopper,
    pub path: Option<&'a str>,
    pub arm: Arm,
}

/// A step on its way.
struct Walking {
    index: usize,
    due_at: Timestamp,
    wake_at: Timestamp,
    channel: ChannelKind,
    fallback: Option<ChannelKind>,
    variant: Option<String>,
    state: NudgeState,
    sent_at: Option<Timestamp>,
    looks: Vec<Look>,
    code: Code,
}

impl Run<'_> {
    /// What becomes of every step.
    ///
    /// # Errors
    /// `Db`.
    pub async fn steps(&self, tx: &mut Tx, slots: &[Slot<'_>]) -> Result<Vec<Step>, AppError> {
        let mut walking: Vec<Walking> = slots.iter().map(|slot| self.begun(slot)).collect();
        for _ in 0..LOOKS_MAX {
            let waits = walking.iter().enumerate().filter(|(_, w)| w.state == NudgeState::Scheduled);
            let Some(next) = waits.min_by_key(|(i, w)| (w.wake_at, *i)).map(|(i, _)| i) else { break };
            self.look(tx, &mut walking, next).await?;
        }
        let mut steps = Vec::with_capacity(walking.len());
        for w in walking {
            let message = self.message(&w).await?;
            let Walking { index, due_at, channel, variant, looks, sent_at, code, .. } = w;
            steps.push(Step { index, due_at, channel, variant, looks, sent_at, code, message });
        }
        Ok(steps)
    }

    fn begun(&self, slot: &Slot<'_>) -> Walking {
        let shopper = shopper_key(&self.shopper.cart).unwrap_or_default();
        Walking {
            index: slot.index,
            due_at: slot.due_at,
            wake_at: slot.due_at,
            channel: slot.step.channel,
            fallback: slot.step.fallback.as_ref().map(|f| f.channel),
            variant: variant(self.campaign.0, slot.index, &shopper, &slot.step.variants).map(|v| v.name.clone()),
            state: NudgeState::Scheduled,
            sent_at: None,
            looks: Vec::new(),
            code: Code::None,
        }
    }

    /// Decides about one step at its time.
    async fn look(&self, tx: &mut Tx, walking: &mut [Walking], at: usize) -> Result<(), AppError> {
        let got: Vec<Got> = walking.iter().filter_map(|w| Some(Got { channel: w.channel, at: w.sent_at?, under_way: false })).collect();
        let Some(context) = self.context(walking, at) else { return Ok(()) };
        let Some(w) = walking.get_mut(at) else { return Ok(()) };
        let now = w.wake_at;
        let mut inputs = send::inputs_at(self.app, tx, self.shop, &context, (now, &got)).await?;
        assume(&mut inputs);
        w.code = self.code(w, &inputs);
        let decision = decide(&inputs);
        let next = match decision.verdict {
            Verdict::Postpone { at } => Some(at),
            Verdict::Switch { .. } | Verdict::Send | Verdict::Cancel => None,
        };
        match decision.verdict {
            Verdict::Postpone { at } => w.wake_at = at,
            Verdict::Switch { channel } => (w.channel, w.fallback) = (channel, None),
            Verdict::Send => (w.state, w.sent_at) = (NudgeState::Sent, Some(now)),
            Verdict::Cancel => w.state = NudgeState::Cancelled,
        }
        w.looks.push(Look { at: now, outcome: decision.verdict.as_str(), rule: decision.rule, why: decision.why, next });
        Ok(())
    }

    fn code(&self, w: &Walking, inputs: &Inputs) -> Code {
        let Some(step) = self.spec.steps.get(w.index) else { return Code::None };
        if let Some(fixed) = step.code_for(w.variant.as_deref()) {
            return Code::Fixed(fixed.to_owned());
        }
        let Some(offer) = step.offer_for(w.variant.as_deref()) else { return Code::None };
        match inputs.code.as_ref().and_then(|c| c.withheld.clone()) {
            Some(why) => Code::Withheld(offer.value.to_string(), why),
            None => Code::Own(offer.value.to_string()),
        }
    }

    /// The step before, where this one follows its message.
    fn previous(&self, walking: &[Walking], w: &Walking) -> Option<Previous> {
        self.spec.steps.get(w.index).filter(|s| s.after == After::PreviousSend)?;
        let before = self.spec.step_before(w.index, self.path)?;
        let p = walking.iter().find(|p| p.index == before)?;
        Some(Previous::of(p.state, p.due_at, p.sent_at))
    }

    /// The nudge that there would be.
    fn context(&self, walking: &[Walking], at: usize) -> Option<NudgeContext> {
        let w = walking.get(at)?;
        let texts = walking.iter().filter(|w| w.channel == ChannelKind::Sms && w.sent_at.is_some()).count();
        Some(NudgeContext { texts_sent: i64::try_from(texts).unwrap_or(i64::MAX), previous: self.previous(walking, w), ..self.shown(w) })
    }

    /// The same, without what comes of the other steps.
    fn shown(&self, w: &Walking) -> NudgeContext {
        let cart = &self.shopper.cart;
        NudgeContext {
            id: NudgeId(uuid::Uuid::nil()),
            enrolment_id: EnrolmentId(uuid::Uuid::nil()),
            campaign_id: self.campaign,
            cart_id: cart.id,
            contact_id: self.shopper.contact,
            step: i64::try_from(w.index).unwrap_or(i64::MAX),
            channel: w.channel,
            fallback: w.fallback,
            variant: w.variant.clone(),
            path: self.path.map(str::to_owned),
            counted: true,
            previous: None,
            due_at: w.due_at,
            planned_for: None,
            attempts: 1,
            reason: None,
            short_code: "preview".into(),
            claimed_at: None,
            provider: None,
            provider_id: None,
            arm: self.arm,
            superseded_by: None,
            cart: cart.facts.clone(),
            recovered: cart.recovered,
            stopped: false,
            hurried: false,
            merged_into: None,
            campaign_status: CampaignStatus::Published,
            spec: self.spec.clone(),
            consent: self.shopper.consent(w.channel),
            texts_sent: 0,
        }
    }

    /// The message of a step, with links that are cut short.
    async fn message(&self, w: &Walking) -> Result<Result<Shown, String>, AppError> {
        let mut context = self.shown(w);
        let facts = &mut context.cart;
        // A message that can't reach anybody is shown all the same.
        facts.email = facts.email.take().or_else(|| placeholder(sample::EMAIL, w.due_at));
        facts.phone = facts.phone.take().or_else(|| placeholder(sample::PHONE, w.due_at));
        let offer = context.spec.steps.get(w.index).and_then(|step| step.discount.as_ref()).filter(|_| matches!(w.code, Code::Own(_)));
        let own_code = offer.map(|offer| (CODE, w.sent_at.unwrap_or(w.due_at).saturating_add_lossy(offer.valid_for.0)));
        let base = &self.app.config.public_url;
        let cut = |text: &str| without_tokens(text, base);
        Ok(send::rendered(self.app, self.shop, context, own_code).await?.map(|row| Shown {
            subject: row.subject,
            html: cut(&row.html),
            text: cut(&row.text),
            template: row.template_key,
        }))
    }
}

/// What a preview takes as given: see its notes.
fn assume(inputs: &mut Inputs) {
    inputs.shop_stopped = None;
    inputs.channel_ready = true;
    if let Some(code) = &mut inputs.code {
        code.ready = code.withheld.is_none();
    }
}
