//! One step of a campaign as fields of a form.

use super::Reading;
use super::SENT_MAX;
use super::conditions::{Conditions, money, money_text};
use crate::domain::campaign::{After, Fallback, Offer, OfferValue, Step, USUAL_EXPIRY, Variant};
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::money::Currency;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use jiff::civil::Time;

/// How long a code works where nothing else is typed.
const USUAL_CODE: &str = "3d";

/// The fields of one step.
#[derive(Clone)]
pub struct StepForm {
    pub index: usize,
    /// Which of the stored steps it is, so that what the form doesn't show is kept; empty for a new one.
    pub was: String,
    pub delay: String,
    /// `abandonment` or `previous_send`.
    pub after: String,
    /// `10:00`; empty for whenever it is due.
    pub at: String,
    pub expires: String,
    /// `email/checkout-reminder`
    pub message: String,
    /// The same, of what is sent instead; empty for nothing.
    pub fallback: String,
    /// Empty for every path.
    pub path: String,
    pub condition: Conditions,
    pub variants: Vec<VariantForm>,
    pub code: String,
    /// `percent`, `amount`, `free_shipping`; empty for none.
    pub discount: String,
    pub discount_value: String,
    pub discount_minimum: String,
    pub discount_valid_for: String,
    pub discount_required: bool,
}

/// The fields of one text that is compared. One without a name is left out.
#[derive(Clone, Default)]
pub struct VariantForm {
    pub index: usize,
    pub name: String,
    pub weight: String,
    /// The template's key; empty for the step's own.
    pub template: String,
    pub without_discount: bool,
}

impl StepForm {
    /// From 1.
    pub fn number(&self) -> usize {
        self.index + 1
    }

    /// The name of one of its fields.
    pub fn field(&self, name: &str) -> String {
        format!("step{}.{name}", self.index)
    }

    /// Something beyond the essentials is set: worth showing at once.
    pub fn has_more(&self) -> bool {
        let texts = [&self.at, &self.fallback];
        self.condition.asks() || texts.iter().any(|t| !t.is_empty()) || !self.is_usual_expiry()
    }

    fn is_usual_expiry(&self) -> bool {
        self.expires.is_empty() || self.expires.parse() == Ok(USUAL_EXPIRY)
    }

    /// Is it in the form that was sent, at this place?
    pub fn is_sent(at: usize, fields: &Fields) -> bool {
        ["was", "delay"].iter().any(|field| fields.has(&format!("step{at}.{field}")))
    }

    /// May one cart get both?
    pub fn meets(&self, other: &Self) -> bool {
        self.path.is_empty() || other.path.is_empty() || self.path == other.path
    }

    /// Exchanges when two steps are due.
    pub fn exchange_times(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.delay, &mut other.delay);
        std::mem::swap(&mut self.after, &mut other.after);
        std::mem::swap(&mut self.at, &mut other.at);
    }

    /// One to fill in.
    pub fn empty(index: usize, currency: Currency) -> Self {
        Self {
            index,
            was: String::new(),
            delay: String::new(),
            after: "abandonment".into(),
            at: String::new(),
            expires: format::short_length(USUAL_EXPIRY),
            message: String::new(),
            fallback: String::new(),
            path: String::new(),
            condition: Conditions::of(format!("step{index}.if"), None, currency),
            variants: Vec::new(),
            code: String::new(),
            discount: String::new(),
            discount_value: String::new(),
            discount_minimum: String::new(),
            discount_valid_for: USUAL_CODE.into(),
            discount_required: false,
        }
    }

    /// From what is stored.
    pub fn of(index: usize, s: &Step, currency: Currency) -> Self {
        let variant = |(index, v): (usize, &Variant)| VariantForm {
            index,
            name: v.name.clone(),
            weight: v.weight.to_string(),
            template: v.template.clone().unwrap_or_default(),
            without_discount: v.without_discount,
        };
        let (discount, discount_value) = match s.discount.as_ref().map(|o| o.value) {
            None => ("", String::new()),
            Some(OfferValue::Percent(percent)) => ("percent", percent.to_string()),
            Some(OfferValue::Amount(amount)) => ("amount", money_text(amount, currency)),
            Some(OfferValue::FreeShipping) => ("free_shipping", String::new()),
        };
        Self {
            index,
            was: index.to_string(),
            delay: format::short_length(s.delay),
            after: if s.after == After::PreviousSend { "previous_send" } else { "abandonment" }.into(),
            at: s.at.map(|t| t.strftime("%H:%M").to_string()).unwrap_or_default(),
            expires: format::short_length(s.expires_after),
            message: message(s.channel, &s.template),
            fallback: s.fallback.as_ref().map(|f| message(f.channel, &f.template)).unwrap_or_default(),
            path: s.path.clone().unwrap_or_default(),
            condition: Conditions::of(format!("step{index}.if"), s.only_if.as_ref(), currency),
            variants: s.variants.iter().enumerate().map(variant).collect(),
            code: s.discount_code.clone().unwrap_or_default(),
            discount: discount.into(),
            discount_value,
            discount_minimum: s.discount.as_ref().and_then(|o| o.minimum).map(|m| money_text(m, currency)).unwrap_or_default(),
            discount_valid_for: s.discount.as_ref().map_or_else(|| USUAL_CODE.into(), |o| format::short_length(o.valid_for)),
            discount_required: s.discount.as_ref().is_some_and(|o| o.required),
        }
    }

    /// As it was sent, under the name `step{at}`; what wasn't is as it is stored.
    pub fn sent(at: usize, fields: &Fields, stored: &[Step], currency: Currency) -> Self {
        let name = |field: &str| format!("step{at}.{field}");
        let was = if fields.has(&name("was")) { fields.get(&name("was")).to_owned() } else { at.to_string() };
        let base = was.parse::<usize>().ok().and_then(|i| stored.get(i));
        let before = base.map_or_else(|| Self::empty(at, currency), |s| Self::of(at, s, currency));
        let text = |field: &str, before: String| if fields.has(&name(field)) { fields.get(&name(field)).to_owned() } else { before };
        Self {
            index: at,
            was: if base.is_some() { was } else { String::new() },
            delay: text("delay", before.delay),
            after: text("after", before.after),
            at: text("at", before.at),
            expires: text("expires", before.expires),
            message: text("message", before.message),
            fallback: text("fallback", before.fallback),
            path: text("path", before.path),
            condition: Conditions::sent(name("if"), fields, base.and_then(|s| s.only_if.as_ref()), currency),
            variants: if fields.has("all") || fields.has(&name("variant0.name")) { variants_sent(at, fields) } else { before.variants },
            code: text("code", before.code),
            discount: text("discount", before.discount),
            discount_value: text("discount_value", before.discount_value),
            discount_minimum: text("discount_minimum", before.discount_minimum),
            discount_valid_for: text("discount_valid_for", before.discount_valid_for),
            discount_required: fields.checked(&name("discount_required"), before.discount_required),
        }
    }

    /// Gives it another place.
    pub fn at_index(mut self, index: usize) -> Self {
        self.index = index;
        self.condition.name = format!("step{index}.if");
        self
    }

    /// What it means, on the ground of the stored step that it was; none where that can't be told.
    pub(super) fn read(&self, stored: &[Step], reading: &mut Reading) -> Option<Step> {
        let at = |field: &str| format!("steps[{}].{field}", self.index);
        let was = self.was.parse::<usize>().ok().and_then(|i| stored.get(i));
        let delay = reading.take(at("delay"), self.delay.parse::<Length>());
        let Some((channel, template)) = split(&self.message) else {
            reading.fault(at("template"), "choose a message");
            return None;
        };
        let mut step = was.cloned().unwrap_or_else(|| Step::new(Length::minutes(0), channel, ""));
        (step.channel, step.template) = (channel, template.to_owned());
        step.delay = delay.unwrap_or(step.delay);
        step.after = if self.after == "previous_send" { After::PreviousSend } else { After::Abandonment };
        let clock = |text: &str| Time::strptime("%H:%M", text).map_err(|_| "expected a time of day such as 10:00".to_owned());
        step.at = if self.at.is_empty() { None } else { reading.take(at("at"), clock(&self.at)) };
        let expires = if self.expires.is_empty() { Ok(USUAL_EXPIRY) } else { self.expires.parse() };
        step.expires_after = reading.take(at("expires_after"), expires).unwrap_or(USUAL_EXPIRY);
        step.fallback = split(&self.fallback).map(|(channel, template)| Fallback { channel, template: template.to_owned() });
        step.path = Some(self.path.clone()).filter(|p| !p.is_empty());
        let condition = self.condition.read(step.only_if.as_ref(), reading.currency);
        step.only_if = reading.take(at("only_if"), condition).flatten();
        step.variants = self.variants.iter().filter_map(|v| self.variant(v, reading)).collect();
        step.discount_code = Some(self.code.clone()).filter(|c| !c.is_empty());
        step.discount = self.offer(reading);
        Some(step)
    }

    fn variant(&self, v: &VariantForm, reading: &mut Reading) -> Option<Variant> {
        let at = format!("steps[{}].variants[{}].weight", self.index, v.index);
        let weight = reading.take(at, v.weight.parse::<u16>().map_err(|_| "expected a whole number such as 1".to_owned()))?;
        let template = Some(v.template.clone()).filter(|t| !t.is_empty());
        Some(Variant { name: v.name.clone(), weight, template, without_discount: v.without_discount })
    }

    fn offer(&self, reading: &mut Reading) -> Option<Offer> {
        let (at, currency) = (|field: &str| format!("steps[{}].discount{field}", self.index), reading.currency);
        let value = match self.discount.as_str() {
            "percent" => {
                let percent = self
                    .discount_value
                    .trim_end_matches(['%', ' '])
                    .parse()
                    .map_err(|_| "expected a whole number from 1 to 100".to_owned());
                reading.take(at(".value"), percent).map(OfferValue::Percent)
            }
            "amount" => reading.take(at(".value"), money(&self.discount_value, currency)).map(OfferValue::Amount),
            "free_shipping" => Some(OfferValue::FreeShipping),
            _ => return None,
        };
        let minimum = if self.discount_minimum.is_empty() { Ok(None) } else { money(&self.discount_minimum, currency).map(Some) };
        let minimum = reading.take(at(".minimum"), minimum).flatten();
        let valid_for = reading.take(at(".valid_for"), self.discount_valid_for.parse::<Length>())?;
        Some(Offer { value: value?, minimum, valid_for, required: self.discount_required })
    }
}

fn variants_sent(step: usize, fields: &Fields) -> Vec<VariantForm> {
    let one = |i: usize| {
        let name = |field: &str| format!("step{step}.variant{i}.{field}");
        let text = |field: &str| fields.get(&name(field)).to_owned();
        VariantForm {
            index: i,
            name: text("name"),
            weight: text("weight"),
            template: text("template"),
            without_discount: fields.get(&name("without")) == "on",
        }
    };
    let mut sent: Vec<VariantForm> = (0..SENT_MAX).map(one).filter(|v| !v.name.is_empty()).collect();
    sent.iter_mut().enumerate().for_each(|(i, v)| v.index = i);
    sent
}

fn message(channel: ChannelKind, template: &str) -> String {
    format!("{}/{template}", channel.as_str())
}

fn split(message: &str) -> Option<(ChannelKind, &str)> {
    let (channel, template) = message.split_once('/')?;
    Some((channel.parse().ok()?, template))
}
