//! A campaign as a form: from what is stored, or as it was just sent; and what it means.

use super::fields::Fields;
use super::format;
use crate::domain::campaign::{CampaignSpec, Fault, QuietHours, STEPS_MAX, Step};
use crate::domain::duration::Length;
use jiff::civil::Time;

/// The fields, as texts.
pub struct Form {
    pub name: String,
    pub abandon_after: String,
    pub holdout: String,
    pub quiet: bool,
    pub quiet_from: String,
    pub quiet_to: String,
    pub click_window: String,
    pub steps: Vec<StepForm>,
}

/// The fields of one step. One without a delay is left out.
#[derive(Clone, Default)]
pub struct StepForm {
    pub index: usize,
    pub delay: String,
    /// `email/checkout-reminder`
    pub message: String,
    pub code: String,
}

impl StepForm {
    /// From 1.
    pub fn number(&self) -> usize {
        self.index + 1
    }
}

impl Form {
    /// From what is stored, with one empty step at its end.
    pub fn of(spec: &CampaignSpec) -> Self {
        let quiet = |pick: fn(QuietHours) -> Time, usual: &str| {
            spec.quiet_hours.map_or_else(|| usual.to_owned(), |q| pick(q).strftime("%H:%M").to_string())
        };
        let step = |(index, s): (usize, &Step)| StepForm {
            index,
            delay: format::short_length(s.delay),
            message: format!("{}/{}", s.channel.as_str(), s.template),
            code: s.discount_code.clone().unwrap_or_default(),
        };
        let form = Self {
            name: spec.name.clone(),
            abandon_after: format::short_length(spec.abandon_after),
            holdout: spec.holdout_percent.to_string(),
            quiet: spec.quiet_hours.is_some(),
            quiet_from: quiet(|q| q.from, "21:00"),
            quiet_to: quiet(|q| q.to, "08:00"),
            click_window: format::short_length(spec.attribution.click_window),
            steps: spec.steps.iter().enumerate().map(step).collect(),
        };
        form.with_empty_step()
    }

    /// As it was sent.
    pub fn sent(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        let step = |i: usize| StepForm {
            index: i,
            delay: text(&format!("step{i}.delay")),
            message: text(&format!("step{i}.message")),
            code: text(&format!("step{i}.code")),
        };
        let mut steps: Vec<StepForm> = (0..STEPS_MAX).map(step).filter(|s| !s.delay.is_empty()).collect();
        steps.iter_mut().enumerate().for_each(|(i, s)| s.index = i);
        let form = Self {
            name: text("name"),
            abandon_after: text("abandon_after"),
            holdout: text("holdout"),
            quiet: fields.get("quiet") == "on",
            quiet_from: text("quiet_from"),
            quiet_to: text("quiet_to"),
            click_window: text("click_window"),
            steps,
        };
        form.with_empty_step()
    }

    fn with_empty_step(mut self) -> Self {
        if self.steps.len() < STEPS_MAX {
            self.steps.push(StepForm { index: self.steps.len(), ..StepForm::default() });
        }
        self
    }

    /// What it means, on the ground of what is stored.
    ///
    /// # Errors
    /// Every field that can't be read.
    pub fn read(&self, stored: &CampaignSpec) -> Result<CampaignSpec, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut length = |at: &str, text: &str| {
            let parsed: Result<Length, String> = text.parse();
            parsed.map_err(|problem| faults.push(Fault { at: at.into(), problem })).unwrap_or(Length::minutes(0))
        };
        let mut spec = stored.clone();
        spec.name.clone_from(&self.name);
        spec.abandon_after = length("abandon_after", &self.abandon_after);
        spec.attribution.click_window = length("attribution.click_window", &self.click_window);
        let delays: Vec<Length> = self.filled().map(|s| length(&format!("steps[{}].delay", s.index), &s.delay)).collect();
        match self.holdout.parse() {
            Ok(percent) => spec.holdout_percent = percent,
            Err(_) => faults.push(Fault { at: "holdout_percent".into(), problem: "expected a whole number from 0 to 90".into() }),
        }
        spec.quiet_hours = if self.quiet { self.read_quiet(&mut faults) } else { None };
        spec.steps = self.filled().zip(delays).filter_map(|(s, delay)| read_step(s, delay, &mut faults)).collect();
        if faults.is_empty() { Ok(spec) } else { Err(faults) }
    }

    fn filled(&self) -> impl Iterator<Item = &StepForm> {
        self.steps.iter().filter(|s| !s.delay.is_empty())
    }

    fn read_quiet(&self, faults: &mut Vec<Fault>) -> Option<QuietHours> {
        let time = |text: &str| Time::strptime("%H:%M", text);
        if let (Ok(from), Ok(to)) = (time(&self.quiet_from), time(&self.quiet_to)) {
            return Some(QuietHours { from, to });
        }
        faults.push(Fault { at: "quiet_hours".into(), problem: "expected times of day such as 21:00".into() });
        None
    }
}

fn read_step(step: &StepForm, delay: Length, faults: &mut Vec<Fault>) -> Option<Step> {
    let message = step.message.split_once('/').and_then(|(channel, key)| Some((channel.parse().ok()?, key.to_owned())));
    let Some((channel, template)) = message else {
        faults.push(Fault { at: format!("steps[{}].template", step.index), problem: "choose a message".into() });
        return None;
    };
    let discount_code = Some(step.code.clone()).filter(|c| !c.is_empty());
    Some(Step { discount_code, ..Step::new(delay, channel, &template) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(form: &Form) -> Fields {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.append_pair("name", &form.name).append_pair("abandon_after", &form.abandon_after).append_pair("holdout", &form.holdout);
        text.append_pair("quiet", if form.quiet { "on" } else { "" }).append_pair("quiet_from", &form.quiet_from);
        text.append_pair("quiet_to", &form.quiet_to).append_pair("click_window", &form.click_window);
        for s in &form.steps {
            text.append_pair(&format!("step{}.delay", s.index), &s.delay);
            text.append_pair(&format!("step{}.message", s.index), &s.message);
            text.append_pair(&format!("step{}.code", s.index), &s.code);
        }
        Fields::parse(text.finish().as_bytes())
    }

    #[test]
    fn a_campaign_comes_back_from_its_form_as_it_went() {
        let mut spec = CampaignSpec::starter();
        assert_eq!(Form::sent(&encoded(&Form::of(&spec))).read(&spec), Ok(spec.clone()));
        spec.quiet_hours = None;
        spec.steps[1].discount_code = Some("BACK10".into());
        assert_eq!(Form::sent(&encoded(&Form::of(&spec))).read(&spec), Ok(spec.clone()));
    }

    #[test]
    fn every_field_that_can_not_be_read_is_named() {
        let spec = CampaignSpec::starter();
        let mut form = Form::of(&spec);
        form.abandon_after = "soon".into();
        form.holdout = "300".into();
        form.quiet_from = "late".into();
        form.steps[1].delay = "-1h".into();
        form.steps[0].message = "pigeon/x".into();
        let faults = Form::sent(&encoded(&form)).read(&spec).expect_err("faults");
        let places: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(places, ["abandon_after", "steps[1].delay", "holdout_percent", "quiet_hours", "steps[0].template"]);
    }

    #[test]
    fn a_step_without_a_delay_is_taken_out() {
        let spec = CampaignSpec::starter();
        let mut form = Form::of(&spec);
        form.steps[0].delay.clear();
        let read = Form::sent(&encoded(&form)).read(&spec).expect("spec");
        assert_eq!(read.steps, spec.steps[1..]);
    }
}
