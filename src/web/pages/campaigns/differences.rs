//! What differs between two texts of a campaign, in words: of the whole, of each path, of each step.

use super::form::{day_name, told};
use crate::domain::campaign::{
    After, CampaignSpec, Condition, HoldoutScope, Offer, OfferValue, Pair, Path, Step, Variant, aligned, likeness,
};
use crate::web::pages::shell::format;
use crate::words::say;
use jiff::civil::Time;

/// One thing that differs.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub what: String,
    /// As it was; empty where there was nothing.
    pub old: Vec<String>,
    /// As it is; empty where there is nothing.
    pub new: Vec<String>,
}

/// What a part of a campaign became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    Changed,
    Gone,
    New,
}

/// A part of a campaign that differs: all of it, a path, a step.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub title: String,
    pub became: Became,
    pub changes: Vec<Change>,
}

impl Became {
    /// As it is shown, and its tone.
    pub fn badge(self) -> (String, &'static str) {
        let (key, tone) = match self {
            Self::Changed => ("campaigns-became-changed", "busy"),
            Self::Gone => ("campaigns-became-gone", "bad"),
            Self::New => ("campaigns-became-new", "good"),
        };
        (say(key).to_string(), tone)
    }
}

/// Something that is said of a part: by its key, in words.
type Fact = (&'static str, Vec<String>);

fn plain(text: impl ToString) -> Vec<String> {
    vec![text.to_string()]
}

fn maybe(text: Option<impl ToString>) -> Vec<String> {
    text.map_or_else(Vec::new, plain)
}

fn yes(is: bool) -> Vec<String> {
    plain(say(if is { "campaigns-yes" } else { "campaigns-no" }))
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn condition(condition: Option<&Condition>) -> Vec<String> {
    maybe(condition.map(told))
}

fn of_campaign(spec: &CampaignSpec) -> Vec<Fact> {
    let guards = &spec.discount_guards;
    let quiet = spec.quiet_hours.map(|q| say("campaigns-from-to").with("from", clock(q.from)).with("to", clock(q.to)));
    let mut days = spec.quiet_days.clone();
    days.sort_by_key(|d| d.to_monday_zero_offset());
    let days = days.iter().map(|d| day_name(*d)).collect::<Vec<_>>();
    let scope = if spec.holdout_scope == HoldoutScope::Trigger { "campaigns-holdout-trigger" } else { "campaigns-holdout-campaign" };
    vec![
        ("name", plain(&spec.name)),
        ("trigger", plain(say(format!("campaigns-begins-{}", spec.trigger.as_str())))),
        ("abandoned", plain(format::length(spec.abandon_after))),
        ("priority", plain(spec.priority)),
        ("only-if", condition(spec.only_if.as_ref())),
        ("holdout", plain(format!("{} %", spec.holdout_percent))),
        ("holdout-scope", plain(say(scope))),
        ("quiet", maybe(quiet)),
        ("quiet-days", maybe(Some(days.join(", ")).filter(|d| !d.is_empty()))),
        ("quiet-holidays", yes(spec.quiet_holidays)),
        ("guard-step", plain(guards.from_step)),
        ("guard-minimum", maybe(guards.minimum_value.map(format::money))),
        ("guard-used", maybe(guards.not_if_used_within.map(format::length))),
        ("clicks", plain(format::length(spec.attribution.click_window))),
        ("views", maybe(spec.attribution.view_window.map(format::length))),
        ("model", plain(spec.attribution.model.label())),
    ]
}

fn of_path(path: &Path) -> Vec<Fact> {
    vec![("path-if", condition(path.only_if.as_ref()))]
}

fn of_step(step: &Step) -> Vec<Fact> {
    let after = if step.after == After::PreviousSend { "campaigns-wait-before" } else { "campaigns-wait-left" };
    vec![
        ("wait", plain(say(after).with("length", format::length(step.delay)))),
        ("at", maybe(step.at.map(clock))),
        ("message", plain(format!("{}: {}", format::channel(step.channel), step.template))),
        ("path", maybe(step.path.as_ref())),
        ("only-if", condition(step.only_if.as_ref())),
        ("otherwise", maybe(step.fallback.as_ref().map(|f| format!("{}: {}", format::channel(f.channel), f.template)))),
        ("expires", plain(format::length(step.expires_after))),
        ("texts", step.variants.iter().flat_map(|v| plain(text(v))).collect()),
        ("offer", step.discount.as_ref().map_or_else(Vec::new, offer)),
        ("code", maybe(step.discount_code.as_ref())),
    ]
}

fn text(v: &Variant) -> String {
    let template = v.template.as_ref().map_or_else(String::new, |t| format!(": {t}"));
    let without = if v.without_discount { format!(", {}", say("campaigns-without-code")) } else { String::new() };
    format!("{} ({}{template}{without})", v.name, v.weight)
}

fn offer(offer: &Offer) -> Vec<String> {
    let value = match offer.value {
        OfferValue::Percent(percent) => say("campaigns-off-percent").with("value", percent.to_string()),
        OfferValue::Amount(amount) => say("campaigns-off-amount").with("value", format::money(amount)),
        OfferValue::FreeShipping => say("campaigns-off-shipping"),
    };
    let mut all = plain(value);
    all.extend(maybe(offer.minimum.map(|m| say("campaigns-off-from").with("value", format::money(m)))));
    all.extend(plain(say("campaigns-off-for").with("length", format::length(offer.valid_for))));
    all.extend(maybe(offer.required.then(|| say("campaigns-off-required"))));
    all
}

fn changes(old: Vec<Fact>, new: Vec<Fact>) -> Vec<Change> {
    let both = old.into_iter().zip(new).filter(|(a, b)| a.1 != b.1);
    both.map(|((key, old), (_, new))| Change { what: say(format!("campaigns-fact-{key}")).to_string(), old, new }).collect()
}

/// What is said of a part that is in one of the texts alone.
fn alone(facts: Vec<Fact>, became: Became) -> Vec<Change> {
    let said = facts.into_iter().filter(|f| !f.1.is_empty());
    let change = |(key, words): Fact| {
        let what = say(format!("campaigns-fact-{key}")).to_string();
        if became == Became::Gone { Change { what, old: words, new: Vec::new() } } else { Change { what, old: Vec::new(), new: words } }
    };
    said.map(change).collect()
}

/// What differs, part by part; nothing of what is the same. Steps are set side by side by what they are, not by their numbers.
pub fn parts(old: &CampaignSpec, new: &CampaignSpec) -> Vec<Part> {
    let mut parts = Vec::new();
    let whole = changes(of_campaign(old), of_campaign(new));
    if !whole.is_empty() {
        parts.push(Part { title: say("campaigns-part-whole").to_string(), became: Became::Changed, changes: whole });
    }
    let same_name = |a: &Path, b: &Path| u32::from(a.name == b.name);
    let paths = aligned(&old.paths, &new.paths, same_name);
    let title = |path: &Path, _: usize| say("campaigns-part-path").with("path", &path.name).to_string();
    parts.extend(paths.into_iter().filter_map(|pair| part(pair, (&old.paths, &new.paths), &title, &of_path)));
    let steps = aligned(&old.steps, &new.steps, likeness);
    let title = |_: &Step, at: usize| say("campaigns-part-step").with("step", at + 1).to_string();
    let found = steps.into_iter().filter_map(|pair| part(pair, (&old.steps, &new.steps), &title, &of_step));
    parts.extend(found);
    parts
}

fn part<T>(pair: Pair, (old, new): (&[T], &[T]), title: &dyn Fn(&T, usize) -> String, facts: &dyn Fn(&T) -> Vec<Fact>) -> Option<Part> {
    match pair {
        Pair::Both(i, j) => {
            let (a, b) = (old.get(i)?, new.get(j)?);
            let mut changes = changes(facts(a), facts(b));
            if i != j && (!changes.is_empty() || old.len() == new.len()) {
                let place = |at: usize| plain(at + 1);
                changes.insert(0, Change { what: say("campaigns-fact-place").to_string(), old: place(i), new: place(j) });
            }
            (!changes.is_empty()).then(|| Part { title: title(b, j), became: Became::Changed, changes })
        }
        Pair::Gone(i) => {
            let item = old.get(i)?;
            Some(Part { title: title(item, i), became: Became::Gone, changes: alone(facts(item), Became::Gone) })
        }
        Pair::New(j) => {
            let item = new.get(j)?;
            Some(Part { title: title(item, j), became: Became::New, changes: alone(facts(item), Became::New) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::duration::Length;
    use crate::domain::event::ChannelKind;

    fn found(change: impl FnOnce(&mut CampaignSpec)) -> Vec<(String, Became, Vec<String>)> {
        let old = CampaignSpec::starter();
        let mut new = old.clone();
        change(&mut new);
        let what = |p: Part| (p.title, p.became, p.changes.into_iter().map(|c| c.what).collect());
        parts(&old, &new).into_iter().map(what).collect()
    }

    fn check(change: impl FnOnce(&mut CampaignSpec), expected: &[(&str, Became, &[&str])]) {
        let found = found(change);
        let found: Vec<(&str, Became, Vec<&str>)> =
            found.iter().map(|(t, b, c)| (t.as_str(), *b, c.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(&str, Became, Vec<&str>)> = expected.iter().map(|(t, b, c)| (*t, *b, c.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_differs_is_told_where_it_differs_and_nothing_else_is() {
        check(|_| {}, &[]);
        check(|s| s.holdout_percent = 20, &[("The campaign", Became::Changed, &["Comparison group"])]);
        check(|s| s.steps[1].delay = Length::hours(30), &[("Step 2", Became::Changed, &["Wait"])]);
        check(
            |s| s.steps.insert(0, Step::new(Length::minutes(30), ChannelKind::Email, "other")),
            &[("Step 1", Became::New, &["Wait", "Message", "Too late after"])],
        );
        check(|s| drop(s.steps.remove(0)), &[("Step 1", Became::Gone, &["Wait", "Message", "Too late after"])]);
        check(
            |s| s.paths.push(Path { name: "big".into(), only_if: Some(Condition::CodeOnCart(false)) }),
            &[("Path big", Became::New, &["For carts that"])],
        );
    }

    #[test]
    fn every_field_of_a_campaign_is_told_of() {
        let all: [fn(&mut CampaignSpec); 12] = [
            |s| s.name = "Other".into(),
            |s| s.trigger = crate::domain::campaign::Trigger::CartAbandoned,
            |s| s.abandon_after = Length::hours(2),
            |s| s.priority = 9,
            |s| s.only_if = Some(Condition::CodeOnCart(true)),
            |s| s.holdout_scope = HoldoutScope::Trigger,
            |s| s.quiet_hours = None,
            |s| s.quiet_days = vec![jiff::civil::Weekday::Sunday],
            |s| s.quiet_holidays = true,
            |s| s.discount_guards.from_step = 5,
            |s| s.attribution.click_window = Length::hours(1),
            |s| s.attribution.view_window = Some(Length::hours(1)),
        ];
        for change in all {
            assert_eq!(found(change).len(), 1);
        }
        let of_steps: [fn(&mut Step); 9] = [
            |s| s.after = After::PreviousSend,
            |s| s.at = Some(jiff::civil::time(10, 0, 0, 0)),
            |s| s.template = "other".into(),
            |s| s.path = Some("big".into()),
            |s| s.only_if = Some(Condition::CodeOnCart(true)),
            |s| s.expires_after = Length::hours(1),
            |s| s.variants = vec![Variant { name: "A".into(), weight: 1, template: None, without_discount: false }],
            |s| s.discount_code = Some("TEN".into()),
            |s| s.discount = Some(Offer { value: OfferValue::FreeShipping, minimum: None, valid_for: Length::hours(24), required: true }),
        ];
        for change in of_steps {
            assert_eq!(found(|s| change(&mut s.steps[1])).len(), 1);
        }
    }
}
