//! A campaign as a form: from what is stored, or as it was just sent; and what it means. What the form doesn't show stays as it is stored.

mod acts;
mod conditions;
mod places;
mod steps;

pub use acts::{Act, Acted, path_part, step_part};
pub use conditions::{Conditions, KINDS, kind_words, told};
pub use places::{Errors, errors, part, place};
pub use steps::{StepForm, VariantForm};

use crate::domain::campaign::{CampaignSpec, DiscountGuards, Fault, HoldoutScope, Path, QuietHours, Trigger};
use crate::domain::duration::Length;
use crate::domain::money::Currency;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use crate::words::say;
use conditions::{money, money_text};
use jiff::civil::{Time, Weekday};

/// A draft may hold more steps, paths and texts than can be published, up to so many: none is lost on its way through the form.
const SENT_MAX: usize = 100;
/// Days as the form has them: their field, and the day.
const DAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Monday),
    ("Tue", Weekday::Tuesday),
    ("Wed", Weekday::Wednesday),
    ("Thu", Weekday::Thursday),
    ("Fri", Weekday::Friday),
    ("Sat", Weekday::Saturday),
    ("Sun", Weekday::Sunday),
];

/// A day that may be quiet.
pub struct DayBox {
    /// Its field.
    pub name: &'static str,
    pub label: String,
    pub quiet: bool,
}

/// The fields of a path.
#[derive(Clone)]
pub struct PathForm {
    pub index: usize,
    pub was: String,
    /// What steps call it, until they follow its new name.
    pub called: String,
    pub name: String,
    pub condition: Conditions,
}

impl PathForm {
    /// The name of one of its fields.
    pub fn field(&self, name: &str) -> String {
        format!("path{}.{name}", self.index)
    }
}

/// The fields, as texts.
pub struct Form {
    pub name: String,
    pub trigger: String,
    pub abandon_after: String,
    pub priority: String,
    pub entry: Conditions,
    pub holdout: String,
    pub holdout_scope: String,
    pub quiet: bool,
    pub quiet_from: String,
    pub quiet_to: String,
    pub quiet_days: Vec<DayBox>,
    pub quiet_holidays: bool,
    pub click_window: String,
    pub guard_step: String,
    pub guard_minimum: String,
    pub guard_used: String,
    pub paths: Vec<PathForm>,
    pub steps: Vec<StepForm>,
    pub currency: Currency,
}

/// Fields on their way to what they mean.
struct Reading {
    currency: Currency,
    faults: Vec<Fault>,
}

impl Reading {
    fn fault(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.faults.push(Fault { at: at.into(), problem: problem.into() });
    }

    /// The value, or nothing and a fault.
    fn take<T>(&mut self, at: impl Into<String>, read: Result<T, String>) -> Option<T> {
        read.map_err(|problem| self.fault(at, problem)).ok()
    }
}

impl Form {
    /// From what is stored.
    pub fn of(spec: &CampaignSpec, currency: Currency) -> Self {
        let quiet = |pick: fn(QuietHours) -> Time, usual: &str| {
            spec.quiet_hours.map_or_else(|| usual.to_owned(), |q| pick(q).strftime("%H:%M").to_string())
        };
        let path = |(index, p): (usize, &Path)| PathForm {
            index,
            was: index.to_string(),
            called: p.name.clone(),
            name: p.name.clone(),
            condition: Conditions::of(format!("path{index}.if"), p.only_if.as_ref(), currency),
        };
        let guards = &spec.discount_guards;
        Self {
            name: spec.name.clone(),
            trigger: spec.trigger.as_str().to_owned(),
            abandon_after: format::short_length(spec.abandon_after),
            priority: spec.priority.to_string(),
            entry: Conditions::of("entry", spec.only_if.as_ref(), currency),
            holdout: spec.holdout_percent.to_string(),
            holdout_scope: if spec.holdout_scope == HoldoutScope::Trigger { "trigger" } else { "campaign" }.into(),
            quiet: spec.quiet_hours.is_some(),
            quiet_from: quiet(|q| q.from, "21:00"),
            quiet_to: quiet(|q| q.to, "08:00"),
            quiet_days: DAYS.map(|(name, day)| DayBox { name, label: day_name(day), quiet: spec.quiet_days.contains(&day) }).into(),
            quiet_holidays: spec.quiet_holidays,
            click_window: format::short_length(spec.attribution.click_window),
            guard_step: guards.from_step.to_string(),
            guard_minimum: guards.minimum_value.map(|m| money_text(m, currency)).unwrap_or_default(),
            guard_used: guards.not_if_used_within.map(format::short_length).unwrap_or_default(),
            paths: spec.paths.iter().enumerate().map(path).collect(),
            steps: spec.steps.iter().enumerate().map(|(i, s)| StepForm::of(i, s, currency)).collect(),
            currency,
        }
    }

    /// As it was sent; a field that wasn't is as it is stored.
    pub fn sent(fields: &Fields, stored: &CampaignSpec, currency: Currency) -> Self {
        let before = Self::of(stored, currency);
        let text = |name: &str, before: String| if fields.has(name) { fields.get(name).to_owned() } else { before };
        let day = |d: DayBox| DayBox { quiet: fields.checked(&format!("quiet_{}", d.name), d.quiet), ..d };
        let all_paths = fields.has("all") || fields.has("path0.name");
        let paths = if all_paths { paths_sent(fields, stored, currency) } else { before.paths };
        let sent = (0..SENT_MAX).filter(|i| StepForm::is_sent(*i, fields));
        let steps = sent.map(|i| StepForm::sent(i, fields, &stored.steps, currency)).enumerate().map(|(i, s)| s.at_index(i)).collect();
        let mut form = Self {
            name: text("name", before.name),
            trigger: text("trigger", before.trigger),
            abandon_after: text("abandon_after", before.abandon_after),
            priority: text("priority", before.priority),
            entry: Conditions::sent("entry", fields, stored.only_if.as_ref(), currency),
            holdout: text("holdout", before.holdout),
            holdout_scope: text("holdout_scope", before.holdout_scope),
            quiet: fields.checked("quiet", before.quiet),
            quiet_from: text("quiet_from", before.quiet_from),
            quiet_to: text("quiet_to", before.quiet_to),
            quiet_days: before.quiet_days.into_iter().map(day).collect(),
            quiet_holidays: fields.checked("quiet_holidays", before.quiet_holidays),
            click_window: text("click_window", before.click_window),
            guard_step: text("guard_step", before.guard_step),
            guard_minimum: text("guard_minimum", before.guard_minimum),
            guard_used: text("guard_used", before.guard_used),
            paths,
            steps,
            currency,
        };
        form.follow_names();
        form
    }

    /// Steps of a path that has another name now are on it still.
    fn follow_names(&mut self) {
        for step in &mut self.steps {
            if let Some(path) = self.paths.iter().find(|p| !p.called.is_empty() && p.called == step.path) {
                step.path.clone_from(&path.name);
            }
        }
        self.paths.iter_mut().for_each(|p| p.called.clone_from(&p.name));
    }

    /// Paths that steps can be for.
    pub fn path_names(&self) -> Vec<String> {
        self.paths.iter().map(|p| p.name.clone()).collect()
    }

    /// What it means, on the ground of what is stored.
    ///
    /// # Errors
    /// Every field that can't be read.
    pub fn read(&self, stored: &CampaignSpec) -> Result<CampaignSpec, Vec<Fault>> {
        let mut r = Reading { currency: self.currency, faults: Vec::new() };
        let mut spec = stored.clone();
        spec.name.clone_from(&self.name);
        spec.trigger = r.take("trigger", self.trigger.parse::<Trigger>()).unwrap_or(stored.trigger);
        spec.abandon_after = r.take("abandon_after", self.abandon_after.parse::<Length>()).unwrap_or(stored.abandon_after);
        spec.priority = r.take("priority", whole(&self.priority, "0 to 255")).unwrap_or(stored.priority);
        spec.only_if = r.take("only_if", self.entry.read(stored.only_if.as_ref(), self.currency)).flatten();
        spec.holdout_percent = r.take("holdout_percent", whole(&self.holdout, "0 to 90")).unwrap_or(stored.holdout_percent);
        spec.holdout_scope = if self.holdout_scope == "trigger" { HoldoutScope::Trigger } else { HoldoutScope::Campaign };
        spec.attribution.click_window =
            r.take("attribution.click_window", self.click_window.parse::<Length>()).unwrap_or(stored.attribution.click_window);
        spec.quiet_hours = if self.quiet { self.read_quiet(&mut r) } else { None };
        spec.quiet_days = self.read_days(&stored.quiet_days);
        spec.quiet_holidays = self.quiet_holidays;
        spec.discount_guards = self.read_guards(&mut r, &stored.discount_guards);
        spec.paths = self.paths.iter().map(|p| read_path(p, stored, &mut r)).collect();
        spec.steps = self.steps.iter().filter_map(|s| s.read(&stored.steps, &mut r)).collect();
        if r.faults.is_empty() { Ok(spec) } else { Err(r.faults) }
    }

    fn read_quiet(&self, r: &mut Reading) -> Option<QuietHours> {
        let time = |text: &str| Time::strptime("%H:%M", text);
        if let (Ok(from), Ok(to)) = (time(&self.quiet_from), time(&self.quiet_to)) {
            return Some(QuietHours { from, to });
        }
        r.fault("quiet_hours", "expected times of day such as 21:00");
        None
    }

    /// The same days are left as they were written.
    fn read_days(&self, stored: &[Weekday]) -> Vec<Weekday> {
        let ticked = |day: Weekday| DAYS.iter().zip(&self.quiet_days).any(|((_, d), b)| *d == day && b.quiet);
        let days: Vec<Weekday> = DAYS.iter().map(|d| d.1).filter(|d| ticked(*d)).collect();
        let same = days.iter().all(|d| stored.contains(d)) && stored.iter().all(|d| days.contains(d));
        if same { stored.to_vec() } else { days }
    }

    fn read_guards(&self, r: &mut Reading, stored: &DiscountGuards) -> DiscountGuards {
        let empty = |text: &str| text.is_empty();
        let minimum = if empty(&self.guard_minimum) { Ok(None) } else { money(&self.guard_minimum, self.currency).map(Some) };
        let used = if empty(&self.guard_used) { Ok(None) } else { self.guard_used.parse::<Length>().map(Some) };
        DiscountGuards {
            from_step: r.take("discount_guards.from_step", whole(&self.guard_step, "1 to 10")).unwrap_or(stored.from_step),
            minimum_value: r.take("discount_guards.minimum_value", minimum).unwrap_or(stored.minimum_value),
            not_if_used_within: r.take("discount_guards.not_if_used_within", used).unwrap_or(stored.not_if_used_within),
        }
    }
}

/// `Mon`, in the reader's language.
pub fn day_name(day: Weekday) -> String {
    say(format!("campaigns-day-{}", day.to_monday_one_offset())).to_string()
}

fn whole(text: &str, range: &str) -> Result<u8, String> {
    text.parse().map_err(|_| format!("expected a whole number from {range}"))
}

fn paths_sent(fields: &Fields, stored: &CampaignSpec, currency: Currency) -> Vec<PathForm> {
    let one = |i: usize| {
        let was = fields.get(&format!("path{i}.was")).to_owned();
        let base = was.parse::<usize>().ok().and_then(|w| stored.paths.get(w));
        let condition = Conditions::sent(format!("path{i}.if"), fields, base.and_then(|p| p.only_if.as_ref()), currency);
        let called = fields.get(&format!("path{i}.called"));
        let called = if called.is_empty() { base.map(|p| p.name.clone()).unwrap_or_default() } else { called.to_owned() };
        // A name that was emptied by mistake stays: without one its steps would be for every cart.
        let name = Some(fields.get(&format!("path{i}.name"))).filter(|n| !n.is_empty()).unwrap_or(&called).to_owned();
        PathForm { index: i, was, called, name, condition }
    };
    let is_sent = |i: &usize| fields.has(&format!("path{i}.name"));
    let mut paths: Vec<PathForm> = (0..SENT_MAX).filter(is_sent).map(one).filter(|p| !p.name.is_empty()).collect();
    number(&mut paths);
    paths
}

/// Paths by their places.
fn number(paths: &mut [PathForm]) {
    for (i, path) in paths.iter_mut().enumerate() {
        path.index = i;
        path.condition.name = format!("path{i}.if");
    }
}

fn read_path(path: &PathForm, stored: &CampaignSpec, r: &mut Reading) -> Path {
    let base = path.was.parse::<usize>().ok().and_then(|w| stored.paths.get(w));
    let condition = path.condition.read(base.and_then(|p| p.only_if.as_ref()), r.currency);
    let only_if = r.take(format!("paths[{}].if", path.index), condition).flatten();
    Path { name: path.name.clone(), only_if }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
