//! A store's sending policy as a form: from what is in force, or as it was just sent; and what it means.

use crate::domain::campaign::Fault;
use crate::domain::duration::Length;
use crate::domain::policy::{Basis, BotPolicy, CAPS_MAX, CONSENT_RULES_MAX, Cap, ConsentRule, Policy, SCORE_MAX, TestMode};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format;

/// The fields, as texts.
pub struct Form {
    pub caps: Vec<CapForm>,
    pub tags: String,
    pub bots: bool,
    pub block_from: String,
    pub bought_within: String,
    pub test: bool,
    /// One a line.
    pub allow: String,
    /// `own`, `standard` or `strict`.
    pub table: String,
    pub pages_may_ask: bool,
    pub rules: Vec<RuleForm>,
    /// The rules were in the form: they stay as they are where who sent it may not change them.
    with_rules: bool,
}

/// One limit. One without a number is left out.
#[derive(Clone, Default)]
pub struct CapForm {
    pub index: usize,
    pub max: String,
    pub within: String,
    /// Empty for all channels.
    pub channel: String,
}

/// One consent rule. One without a country is left out.
#[derive(Clone, Default)]
pub struct RuleForm {
    pub index: usize,
    /// As people write them: `DE, AT`.
    pub countries: String,
    pub channel: String,
    pub basis: String,
    pub naming: bool,
    pub note: String,
}

impl CapForm {
    /// From 1.
    pub fn number(&self) -> usize {
        self.index + 1
    }
}

impl RuleForm {
    /// From 1.
    pub fn number(&self) -> usize {
        self.index + 1
    }
}

impl Form {
    /// From what is in force, with an empty limit and an empty rule at their ends.
    pub fn of(policy: &Policy) -> Self {
        let cap = |(index, c): (usize, &Cap)| CapForm {
            index,
            max: c.max.to_string(),
            within: format::short_length(c.within),
            channel: c.channel.map(|c| c.as_str().to_owned()).unwrap_or_default(),
        };
        let rule = |(index, r): (usize, &ConsentRule)| RuleForm {
            index,
            countries: r.countries.join(", "),
            channel: r.channel.as_str().to_owned(),
            basis: r.basis.as_str().to_owned(),
            naming: r.naming_carts,
            note: r.note.clone(),
        };
        let form = Self {
            caps: policy.caps.iter().enumerate().map(cap).collect(),
            tags: policy.excluded_tags.join(", "),
            bots: policy.bots.block_from.is_some(),
            block_from: policy.bots.block_from.or(BotPolicy::default().block_from).map(|from| from.to_string()).unwrap_or_default(),
            bought_within: format::short_length(policy.bought_within),
            test: policy.test.is_some(),
            allow: policy.test.as_ref().map(|t| t.allow.join("\n")).unwrap_or_default(),
            table: policy.consent_table.as_str().to_owned(),
            pages_may_ask: policy.pages_may_ask,
            rules: policy.consent.iter().enumerate().map(rule).collect(),
            with_rules: true,
        };
        form.with_empty_rows()
    }

    /// As it was sent; the rules of `stored` where the form had none.
    pub fn sent(fields: &Fields, stored: &Policy) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        let cap = |i: usize| CapForm {
            index: i,
            max: text(&format!("cap{i}.max")),
            within: text(&format!("cap{i}.within")),
            channel: text(&format!("cap{i}.channel")),
        };
        let rule = |i: usize| RuleForm {
            index: i,
            countries: text(&format!("rule{i}.countries")),
            channel: text(&format!("rule{i}.channel")),
            basis: text(&format!("rule{i}.basis")),
            naming: fields.get(&format!("rule{i}.naming")) == "on",
            note: text(&format!("rule{i}.note")),
        };
        let with_rules = fields.get("rules") == "all";
        let mut caps: Vec<CapForm> = (0..CAPS_MAX).map(cap).filter(|c| !c.max.is_empty()).collect();
        caps.iter_mut().enumerate().for_each(|(i, c)| c.index = i);
        let mut rules: Vec<RuleForm> = (0..CONSENT_RULES_MAX).map(rule).filter(|r| !r.countries.is_empty()).collect();
        rules.iter_mut().enumerate().for_each(|(i, r)| r.index = i);
        let form = Self {
            caps,
            tags: text("tags"),
            bots: fields.get("bots") == "on",
            block_from: text("block_from"),
            bought_within: text("bought_within"),
            test: fields.get("test") == "on",
            allow: text("allow"),
            table: if with_rules { text("table") } else { stored.consent_table.as_str().to_owned() },
            pages_may_ask: if with_rules { fields.get("pages_may_ask") == "on" } else { stored.pages_may_ask },
            rules: if with_rules { rules } else { Self::of(stored).rules.into_iter().filter(|r| !r.countries.is_empty()).collect() },
            with_rules,
        };
        form.with_empty_rows()
    }

    fn with_empty_rows(mut self) -> Self {
        if self.caps.len() < CAPS_MAX {
            self.caps.push(CapForm { index: self.caps.len(), ..CapForm::default() });
        }
        if self.rules.len() < CONSENT_RULES_MAX {
            self.rules.push(RuleForm { index: self.rules.len(), ..RuleForm::default() });
        }
        self
    }

    /// What it means, on the ground of what is in force.
    ///
    /// # Errors
    /// Every field that can't be read.
    pub fn read(&self, stored: &Policy) -> Result<Policy, Vec<Fault>> {
        let mut faults = Vec::new();
        let caps = self.caps.iter().filter(|c| !c.max.is_empty()).filter_map(|c| read_cap(c, &mut faults)).collect();
        let consent = if self.with_rules {
            self.rules.iter().filter(|r| !r.countries.is_empty()).filter_map(|r| read_rule(r, &mut faults)).collect()
        } else {
            stored.consent.clone()
        };
        let consent_table = self.table.parse().unwrap_or_else(|problem| {
            faults.push(Fault { at: "consent_table".into(), problem });
            stored.consent_table
        });
        let block_from = if self.bots { self.read_limit(&mut faults) } else { None };
        let list = |text: &str, end: &[char]| text.split(end).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        let bought_within = read_length("bought_within", &self.bought_within, &mut faults).unwrap_or(stored.bought_within);
        let policy = Policy {
            caps,
            consent_table,
            consent,
            pages_may_ask: self.pages_may_ask,
            excluded_tags: list(&self.tags, &[',']),
            bots: BotPolicy { block_from },
            test: self.test.then(|| TestMode { allow: list(&self.allow, &['\n', ',', ';']) }),
            sending: stored.sending.clone(),
            bought_within,
        };
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    fn read_limit(&self, faults: &mut Vec<Fault>) -> Option<u8> {
        let limit = self.block_from.parse().ok();
        if limit.is_none() {
            faults.push(Fault { at: "bots.block_from".into(), problem: format!("expected a whole number from 1 to {SCORE_MAX}") });
        }
        limit
    }
}

fn read_length(at: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Length> {
    text.parse().map_err(|problem| faults.push(Fault { at: at.into(), problem })).ok()
}

fn read_cap(cap: &CapForm, faults: &mut Vec<Fault>) -> Option<Cap> {
    let max = cap.max.parse().map_err(|_| {
        faults.push(Fault { at: format!("caps[{}].max", cap.index), problem: "expected a whole number".into() });
    });
    let within = read_length(&format!("caps[{}].within", cap.index), &cap.within, faults);
    Some(Cap { channel: cap.channel.parse().ok(), max: max.ok()?, within: within? })
}

fn read_rule(rule: &RuleForm, faults: &mut Vec<Fault>) -> Option<ConsentRule> {
    let channel = rule.channel.parse().map_err(|_| {
        faults.push(Fault { at: format!("consent[{}].channel", rule.index), problem: "choose e-mail, SMS or WhatsApp".into() });
    });
    let basis: Result<Basis, ()> = rule.basis.parse().map_err(|_| {
        faults.push(Fault { at: format!("consent[{}].basis", rule.index), problem: "choose who may be written to".into() });
    });
    let separate = |c: char| c == ',' || c == ';' || c.is_whitespace();
    let countries = rule.countries.split(separate).filter(|c| !c.is_empty()).map(str::to_uppercase).collect();
    Some(ConsentRule { channel: channel.ok()?, countries, basis: basis.ok()?, naming_carts: rule.naming, note: rule.note.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::ChannelKind;
    use crate::domain::policy::Table;

    fn encoded(form: &Form, with_rules: bool) -> Fields {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        let on = |is| if is { "on" } else { "" };
        text.append_pair("tags", &form.tags).append_pair("bots", on(form.bots)).append_pair("block_from", &form.block_from);
        text.append_pair("bought_within", &form.bought_within).append_pair("test", on(form.test)).append_pair("allow", &form.allow);
        for c in &form.caps {
            text.append_pair(&format!("cap{}.max", c.index), &c.max).append_pair(&format!("cap{}.within", c.index), &c.within);
            text.append_pair(&format!("cap{}.channel", c.index), &c.channel);
        }
        if with_rules {
            text.append_pair("rules", "all").append_pair("table", &form.table).append_pair("pages_may_ask", on(form.pages_may_ask));
            for r in &form.rules {
                text.append_pair(&format!("rule{}.countries", r.index), &r.countries);
                text.append_pair(&format!("rule{}.channel", r.index), &r.channel);
                text.append_pair(&format!("rule{}.basis", r.index), &r.basis);
                text.append_pair(&format!("rule{}.naming", r.index), on(r.naming)).append_pair(&format!("rule{}.note", r.index), &r.note);
            }
        }
        Fields::parse(text.finish().as_bytes())
    }

    fn full() -> Policy {
        Policy {
            caps: vec![
                Cap { channel: Some(ChannelKind::Sms), max: 1, within: Length::hours(48) },
                Cap { channel: None, max: 3, within: Length::hours(24) },
            ],
            consent: vec![ConsentRule {
                channel: ChannelKind::Email,
                countries: vec!["DE".into(), "AT".into()],
                basis: Basis::SoftOptIn,
                naming_carts: false,
                note: "similar goods".into(),
            }],
            consent_table: Table::Strict,
            pages_may_ask: true,
            bots: BotPolicy { block_from: None },
            test: Some(TestMode { allow: vec!["me@example.com".into(), "+14155552671".into()] }),
            ..Policy::default()
        }
    }

    #[test]
    fn a_policy_comes_back_from_its_form_as_it_went() {
        for policy in [Policy::default(), full()] {
            let fields = encoded(&Form::of(&policy), true);
            assert_eq!(Form::sent(&fields, &Policy::default()).read(&Policy::default()), Ok(policy));
        }
    }

    #[test]
    fn a_form_without_the_rules_leaves_them_as_they_are() {
        let fields = encoded(&Form::of(&Policy::default()), false);
        let read = Form::sent(&fields, &full()).read(&full()).expect("a policy");
        assert_eq!((read.consent, read.caps), (full().consent, Policy::default().caps));
        assert_eq!((read.consent_table, read.pages_may_ask), (Table::Strict, true));
    }

    #[test]
    fn every_field_that_can_not_be_read_is_named() {
        let mut form = Form::of(&full());
        form.caps[0].max = "few".into();
        form.caps[1].within = "long".into();
        form.rules[0].channel = "pigeon".into();
        form.rules[0].basis = String::new();
        form.bots = true;
        form.block_from = "300".into();
        form.bought_within = String::new();
        let faults = Form::sent(&encoded(&form, true), &full()).read(&full()).expect_err("faults");
        let places: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(places, ["caps[0].max", "caps[1].within", "consent[0].channel", "consent[0].basis", "bots.block_from", "bought_within"]);
    }

    #[test]
    fn a_row_without_its_first_field_is_taken_out() {
        let mut form = Form::of(&full());
        form.caps[0].max.clear();
        form.rules[0].countries.clear();
        let read = Form::sent(&encoded(&form, true), &full()).read(&full()).expect("a policy");
        assert_eq!((read.caps, read.consent), (full().caps[1..].to_vec(), Vec::new()));
    }
}
