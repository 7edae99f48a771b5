//! A campaign as a form: from what is stored, or as it was just sent; and what it means. What the form doesn't show stays as it is stored.

mod conditions;
mod places;
mod steps;

pub use conditions::{Conditions, KINDS};
pub use places::{Errors, errors, place};
pub use steps::StepForm;

use crate::domain::campaign::{CampaignSpec, DiscountGuards, Fault, HoldoutScope, PATHS_MAX, Path, QuietHours, STEPS_MAX, Trigger};
use crate::domain::duration::Length;
use crate::domain::money::Currency;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;
use conditions::{money, money_text};
use jiff::civil::{Time, Weekday};

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
    pub name: &'static str,
    pub quiet: bool,
}

/// The fields of a path. One without a name is left out.
pub struct PathForm {
    pub index: usize,
    pub was: String,
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
    /// From what is stored, with room for one more step and path.
    pub fn of(spec: &CampaignSpec, currency: Currency) -> Self {
        let quiet = |pick: fn(QuietHours) -> Time, usual: &str| {
            spec.quiet_hours.map_or_else(|| usual.to_owned(), |q| pick(q).strftime("%H:%M").to_string())
        };
        let path = |(index, p): (usize, &Path)| PathForm {
            index,
            was: index.to_string(),
            name: p.name.clone(),
            condition: Conditions::of(format!("path{index}.if"), p.only_if.as_ref(), currency),
        };
        let guards = &spec.discount_guards;
        let form = Self {
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
            quiet_days: DAYS.map(|(name, day)| DayBox { name, quiet: spec.quiet_days.contains(&day) }).into(),
            quiet_holidays: spec.quiet_holidays,
            click_window: format::short_length(spec.attribution.click_window),
            guard_step: guards.from_step.to_string(),
            guard_minimum: guards.minimum_value.map(|m| money_text(m, currency)).unwrap_or_default(),
            guard_used: guards.not_if_used_within.map(format::short_length).unwrap_or_default(),
            paths: spec.paths.iter().enumerate().map(path).collect(),
            steps: spec.steps.iter().enumerate().map(|(i, s)| StepForm::of(i, s, currency)).collect(),
            currency,
        };
        form.with_room()
    }

    /// As it was sent; a field that wasn't is as it is stored.
    pub fn sent(fields: &Fields, stored: &CampaignSpec, currency: Currency) -> Self {
        let before = Self::of(stored, currency);
        let text = |name: &str, before: String| if fields.has(name) { fields.get(name).to_owned() } else { before };
        let day = |d: DayBox| DayBox { quiet: fields.checked(&format!("quiet_{}", d.name), d.quiet), name: d.name };
        let mut steps: Vec<StepForm> = (0..=STEPS_MAX)
            .filter(|i| !fields.get(&format!("step{i}.delay")).is_empty())
            .map(|i| StepForm::sent(i, fields, &stored.steps, currency))
            .collect();
        steps = steps.into_iter().enumerate().map(|(i, s)| s.at_index(i)).collect();
        let form = Self {
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
            paths: if fields.has("path0.name") { paths_sent(fields, stored, currency) } else { before.paths },
            steps,
            currency,
        };
        form.with_room()
    }

    fn with_room(mut self) -> Self {
        self.paths.retain(|p| !p.name.is_empty());
        let index = self.paths.len();
        if index < PATHS_MAX {
            let condition = Conditions::of(format!("path{index}.if"), None, self.currency);
            self.paths.push(PathForm { index, was: String::new(), name: String::new(), condition });
        }
        if self.steps.len() < STEPS_MAX {
            self.steps.push(StepForm::empty(self.steps.len(), self.currency));
        }
        self
    }

    /// Paths that steps can be for.
    pub fn path_names(&self) -> Vec<String> {
        self.paths.iter().map(|p| p.name.clone()).filter(|n| !n.is_empty()).collect()
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
        spec.paths = self.paths.iter().filter(|p| !p.name.is_empty()).map(|p| read_path(p, stored, &mut r)).collect();
        spec.steps = self.steps.iter().filter(|s| !s.is_new()).filter_map(|s| s.read(&stored.steps, &mut r)).collect();
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

fn whole(text: &str, range: &str) -> Result<u8, String> {
    text.parse().map_err(|_| format!("expected a whole number from {range}"))
}

fn paths_sent(fields: &Fields, stored: &CampaignSpec, currency: Currency) -> Vec<PathForm> {
    let one = |i: usize| {
        let was = fields.get(&format!("path{i}.was")).to_owned();
        let base = was.parse::<usize>().ok().and_then(|w| stored.paths.get(w));
        let condition = Conditions::sent(format!("path{i}.if"), fields, base.and_then(|p| p.only_if.as_ref()), currency);
        PathForm { index: i, was, name: fields.get(&format!("path{i}.name")).to_owned(), condition }
    };
    let mut paths: Vec<PathForm> = (0..=PATHS_MAX).map(one).filter(|p| !p.name.is_empty()).collect();
    for (i, path) in paths.iter_mut().enumerate() {
        path.index = i;
        path.condition.name = format!("path{i}.if");
    }
    paths
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
