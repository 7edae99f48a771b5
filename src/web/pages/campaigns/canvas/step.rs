//! A step in the picture: its card in words, its texts side by side, and what can be done to it.

use super::{Button, DidView, Ground};
use crate::domain::campaign::VARIANTS_MAX;
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::web::pages::campaigns::form::{Act, Form, StepForm, VariantForm, step_part};
use crate::web::pages::shell::format;
use crate::words::say;

/// One of the texts that a step compares.
pub struct TextColumn {
    pub form: VariantForm,
    /// Of a hundred shoppers, so many get it.
    pub share: String,
    /// What is sent.
    pub message: String,
    /// What it did.
    pub did: Option<DidView>,
    pub remove: Option<Button>,
}

/// A step.
pub struct StepNode {
    pub part: String,
    pub form: StepForm,
    /// How long is waited for it.
    pub wait: String,
    /// By which channel.
    pub channel: String,
    /// The template's key.
    pub template: String,
    /// For which carts alone, in words.
    pub only_if: Vec<String>,
    /// What it takes off.
    pub offer: Option<String>,
    /// What is sent instead.
    pub fallback: Option<String>,
    pub texts: Vec<TextColumn>,
    /// What it did.
    pub did: Option<DidView>,
    pub faulty: bool,
    pub open: bool,
    pub focus: bool,
    /// Adds a step before it.
    pub add: Option<Button>,
    pub buttons: Vec<Button>,
    pub add_text: Option<Button>,
}

/// A step's part of the picture.
pub fn node(form: &Form, step: &StepForm, ground: &Ground<'_>) -> StepNode {
    let at = step.index;
    let (open, focus) = ground.opens_step(at);
    let (channel, template) = message(&step.message);
    let path = form.paths.iter().position(|p| p.name == step.path);
    let before = path.map(|p| (p, step.path.as_str()));
    StepNode {
        part: step_part(at),
        wait: wait(step),
        only_if: step.condition.phrases(),
        offer: offer(step, form),
        fallback: Some(&step.fallback).filter(|f| !f.is_empty()).map(|f| together(f)),
        texts: texts(step, ground),
        did: ground.results.as_ref().and_then(|r| r.of_step(step)),
        faulty: open && !focus,
        open,
        focus,
        add: ground.adds(form, at, before),
        buttons: buttons(form, at, ground),
        add_text: (ground.editable && step.variants.len() < VARIANTS_MAX).then(|| {
            let text = if step.variants.is_empty() { "campaigns-compare-texts" } else { "campaigns-add-text" };
            Button::new(Act::AddText(at), text, say("campaigns-of-step").with("step", at + 1))
        }),
        channel,
        template,
        form: step.clone(),
    }
}

fn buttons(form: &Form, at: usize, ground: &Ground<'_>) -> Vec<Button> {
    let of = say("campaigns-of-step").with("step", at + 1);
    let all = [
        (form.before(at).is_some(), Act::StepUp(at), "campaigns-up"),
        (form.after(at).is_some(), Act::StepDown(at), "campaigns-down"),
        (form.has_room(), Act::CopyStep(at), "campaigns-duplicate"),
        (true, Act::RemoveStep(at), "campaigns-remove"),
    ];
    all.into_iter().filter(|b| b.0 && ground.editable).map(|(_, act, text)| Button::new(act, text, &of)).collect()
}

/// `email/checkout-reminder` as a channel's name and a template's key.
fn message(message: &str) -> (String, String) {
    match message.split_once('/') {
        Some((channel, template)) => {
            (channel.parse::<ChannelKind>().map_or_else(|_| channel.to_owned(), format::channel), template.to_owned())
        }
        None => (say("campaigns-no-message").to_string(), String::new()),
    }
}

fn together(text: &str) -> String {
    let (channel, template) = message(text);
    format!("{channel}: {template}")
}

/// A length as people read it; what can't be read as it was typed.
pub fn length(text: &str) -> String {
    text.parse::<Length>().map_or_else(|_| text.to_owned(), format::length)
}

fn wait(step: &StepForm) -> String {
    let key = match (step.after == "previous_send", step.at.is_empty()) {
        (false, true) => "campaigns-wait-left",
        (false, false) => "campaigns-wait-left-until",
        (true, true) => "campaigns-wait-before",
        (true, false) => "campaigns-wait-before-until",
    };
    let said = say(key).with("length", length(&step.delay));
    if step.at.is_empty() { said.to_string() } else { said.with("clock", &step.at).to_string() }
}

fn offer(step: &StepForm, form: &Form) -> Option<String> {
    let value = &step.discount_value;
    let said = match step.discount.as_str() {
        "percent" => say("campaigns-off-percent").with("value", value.trim_end_matches(['%', ' '])),
        "amount" if value.contains(' ') => say("campaigns-off-amount").with("value", value),
        "amount" => say("campaigns-off-amount").with("value", format!("{value} {}", form.currency)),
        "free_shipping" => say("campaigns-off-shipping"),
        _ if !step.code.is_empty() => say("campaigns-off-code").with("code", &step.code),
        _ => return None,
    };
    Some(said.to_string())
}

fn texts(step: &StepForm, ground: &Ground<'_>) -> Vec<TextColumn> {
    let weight = |v: &VariantForm| v.weight.parse::<f64>().ok().filter(|w| w.is_finite() && *w >= 0.0);
    let whole: Option<f64> = step.variants.iter().map(weight).sum();
    let whole = whole.filter(|w| *w > 0.0);
    let text = |v: &VariantForm| TextColumn {
        share: weight(v).zip(whole).map(|(part, whole)| format!("{:.0} %", 100.0 * part / whole)).unwrap_or_default(),
        message: if v.template.is_empty() { message(&step.message).1 } else { v.template.clone() },
        did: ground.results.as_ref().and_then(|r| r.of_text(step, &v.name)),
        remove: ground.editable.then(|| {
            let of = say("campaigns-text-of-step").with("text", &v.name).with("step", step.number());
            Button::new(Act::RemoveText(step.index, v.index), "campaigns-remove", of)
        }),
        form: v.clone(),
    };
    step.variants.iter().map(text).collect()
}
