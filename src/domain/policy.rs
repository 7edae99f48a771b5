//! A store's sending policy: what holds over all of its campaigns. To whom it may write on which ground, how often, and to whom never.

mod law;
mod tables;

pub use tables::Table;

use crate::domain::campaign::Fault;
use crate::domain::consent::Consent;
use crate::domain::contact::{Email, Phone};
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::flow::Limits;
use crate::domain::nudge::ConsentInput;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// At most this many limits on how often: more than one per channel and a few lengths can't be kept in mind.
pub const CAPS_MAX: usize = 10;
/// At most this many consent rules: they are read by people.
pub const CONSENT_RULES_MAX: usize = 50;
/// At most this many tags that are never written to.
pub const TAGS_MAX: usize = 100;
/// A tag has at most this many characters (Shopify's own limit).
pub const TAG_LENGTH_MAX: usize = 255;
/// At most this many addresses of a test store.
pub const ALLOW_MAX: usize = 100;
/// The merchant's ground for a consent rule has at most this many characters.
pub const NOTE_MAX: usize = 500;
/// A sale gives a soft opt-in for this long: what Canada's law says (CASL, section 10(10)), and a cautious reading of the European one, which names no time.
pub const SOFT_OPT_IN_FOR: SignedDuration = SignedDuration::from_hours(24 * 365 * 2);
/// A score of fakeness is never greater.
pub const SCORE_MAX: u8 = 100;
/// From this score on a checkout counts as fake, where the merchant says nothing else: it takes more than one kind of evidence to get there.
pub const BLOCK_FROM: u8 = 70;
/// No limit may count further back: what was sent is remembered for that long.
const LONGEST_CAP: Length = Length::hours(24 * 31);
/// A limit that counts back less than this limits nothing.
const SHORTEST_CAP: Length = Length::minutes(10);
/// Nobody is kept from a reminder because of an older order.
const LONGEST_BOUGHT_WITHIN: Length = Length::hours(24 * 45);
/// In a rule's countries: every country.
pub const ANY_COUNTRY: &str = "*";

/// What holds over all campaigns of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How often one person may be written to; all of them hold.
    pub caps: Vec<Cap>,
    /// Whose consent rules hold: the store's own, or a ready-made table's.
    pub consent_table: Table,
    /// On which ground people of a country may be written to; the first that fits holds, and express consent where none does. They hold with
    /// [`Table::Own`], and are kept beside a ready-made table.
    pub consent: Vec<ConsentRule>,
    /// The store's pages may have people asked to confirm an address that was typed there. Anybody can type anybody's number: texts cost money.
    pub pages_may_ask: bool,
    /// Customers with one of these tags are never written to; letter case doesn't matter.
    pub excluded_tags: Vec<String>,
    /// What becomes of checkouts that look fake.
    pub bots: BotPolicy,
    /// Set for a test store: only these addresses are written to.
    pub test: Option<TestMode>,
    /// How fast and how many: of the store's own senders, by channel, or of its part of the program's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sending: BTreeMap<ChannelKind, Limits>,
    /// An order of the same items this long before the cart was left, or since, stands in for the cart's own.
    pub bought_within: Length,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            caps: vec![Cap { channel: None, max: 4, within: Length::hours(24) }],
            consent_table: Table::Own,
            consent: Vec::new(),
            pages_may_ask: false,
            excluded_tags: vec!["wholesale".into(), "b2b".into()],
            bots: BotPolicy::default(),
            test: None,
            sending: BTreeMap::new(),
            bought_within: Length::hours(24 * 7),
        }
    }
}

/// At most so many messages to one person in any stretch of time of that length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// By which channel; all of them together where none is given.
    #[serde(default)]
    pub channel: Option<ChannelKind>,
    /// How many.
    pub max: u32,
    /// In which length of time, wherever it begins.
    pub within: Length,
}

/// On which ground people of some countries may be written to by a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    /// By which channel.
    pub channel: ChannelKind,
    /// ISO 3166-1 alpha-2, or [`ANY_COUNTRY`].
    pub countries: Vec<String>,
    /// The ground.
    pub basis: Basis,
    /// With [`Basis::Confirmed`]: the words that were confirmed must name reminders of carts, as carriers in North America ask.
    #[serde(default, skip_serializing_if = "is_false")]
    pub naming_carts: bool,
    /// Why the merchant may rely on it, in their own words; needed where people are written to who didn't agree. They answer for it.
    #[serde(default)]
    pub note: String,
}

// The signature is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !*value
}

/// What it takes to write to somebody. The first is the strictest; somebody who said no is written to under none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// They agreed, and confirmed it by an answer from the address itself (double opt-in).
    Confirmed,
    /// They agreed.
    Express,
    /// They bought here within [`SOFT_OPT_IN_FOR`], or agreed.
    SoftOptIn,
    /// They never said no.
    OptOut,
}

impl Basis {
    /// From strict to loose.
    pub const ALL: [Self; 4] = [Self::Confirmed, Self::Express, Self::SoftOptIn, Self::OptOut];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Express => "express",
            Self::SoftOptIn => "soft_opt_in",
            Self::OptOut => "opt_out",
        }
    }
}

impl std::str::FromStr for Basis {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|b| b.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a ground; expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// What becomes of checkouts that look fake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BotPolicy {
    /// From this score on nothing is sent for a checkout, 1 to [`SCORE_MAX`]; none: whatever the score.
    pub block_from: Option<u8>,
}

impl Default for BotPolicy {
    fn default() -> Self {
        Self { block_from: Some(BLOCK_FROM) }
    }
}

impl BotPolicy {
    /// A checkout of that score counts as fake. What somebody said by hand (`fake`, `not fake`) goes before the score.
    pub fn blocks(&self, score: u8, by_hand: Option<bool>) -> bool {
        by_hand.unwrap_or_else(|| self.block_from.is_some_and(|from| score >= from))
    }
}

/// A test store writes to nobody but these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestMode {
    /// E-mail addresses and phone numbers.
    #[serde(default)]
    pub allow: Vec<String>,
}

impl Policy {
    /// Everything that keeps this from being a store's policy. Each names its place and says what to do.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.cap_faults(&mut faults);
        self.tag_faults(&mut faults);
        if self.bots.block_from.is_some_and(|from| !(1..=SCORE_MAX).contains(&from)) {
            faults.push(fault("bots.block_from", format!("must be 1 to {SCORE_MAX}, or null to let every checkout through")));
        }
        self.test_faults(&mut faults);
        for (channel, limits) in &self.sending {
            let of = |(field, problem): (&str, String)| fault(format!("sending.{}.{field}", channel.as_str()), problem);
            faults.extend(limits.faults().into_iter().map(of));
        }
        if self.bought_within > LONGEST_BOUGHT_WITHIN {
            faults.push(fault("bought_within", "must be at most 45 days: older orders say nothing about this cart"));
        }
        law::faults(&self.consent, &mut faults);
        faults
    }

    fn cap_faults(&self, faults: &mut Vec<Fault>) {
        if self.caps.len() > CAPS_MAX {
            faults.push(fault("caps", format!("at most {CAPS_MAX} limits")));
        }
        for (i, cap) in self.caps.iter().enumerate() {
            if cap.max == 0 {
                faults.push(fault(format!("caps[{i}].max"), "must be at least 1; to send nothing, pause the store or its campaigns"));
            }
            if cap.within < SHORTEST_CAP || cap.within > LONGEST_CAP {
                faults.push(fault(format!("caps[{i}].within"), "must be 10 minutes to 31 days"));
            }
        }
    }

    fn tag_faults(&self, faults: &mut Vec<Fault>) {
        if self.excluded_tags.len() > TAGS_MAX {
            faults.push(fault("excluded_tags", format!("at most {TAGS_MAX} tags")));
        }
        for (i, tag) in self.excluded_tags.iter().enumerate() {
            if tag.trim().is_empty() || tag.chars().count() > TAG_LENGTH_MAX || tag.contains(',') {
                faults.push(fault(format!("excluded_tags[{i}]"), format!("a tag has 1 to {TAG_LENGTH_MAX} characters and no comma")));
            }
        }
    }

    fn test_faults(&self, faults: &mut Vec<Fault>) {
        let Some(test) = &self.test else { return };
        if test.allow.len() > ALLOW_MAX {
            faults.push(fault("test.allow", format!("at most {ALLOW_MAX} addresses")));
        }
        for (i, address) in test.allow.iter().enumerate() {
            if address.parse::<Email>().is_err() && address.parse::<Phone>().is_err() {
                let what = "must be an e-mail address, or a phone number in its international form such as +14155550100";
                faults.push(fault(format!("test.allow[{i}]"), what));
            }
        }
    }

    /// May somebody be written to, and on which ground: what they said, and where they said nothing, what the store's rule for their country says.
    /// `bought_before` is when they last bought here. Who took it back, or was asked and hasn't answered, is never written to.
    pub fn may_write(
        &self,
        channel: ChannelKind,
        country: Option<&str>,
        consent: Option<&Consent>,
        bought_before: Option<Timestamp>,
        now: Timestamp,
    ) -> ConsentInput {
        let rules = self.rules();
        let (at, rule) = rule_for(&rules, channel, country).unzip();
        let by_rule = || self.ground(at.unwrap_or_default(), rule);
        if let Some(said) = consent {
            let proof = format!("{} since {}: {}", said.state.as_str(), said.at, said.source);
            return match rule.filter(|r| said.allows() && r.basis == Basis::Confirmed) {
                None => ConsentInput { allows: said.allows(), proof },
                Some(rule) if said.is_confirmed(rule.naming_carts) => granted(format!("{proof}; confirmed{}", named(rule))),
                Some(rule) => denied(format!("{proof}; not confirmed{}; {}", named(rule), by_rule())),
            };
        }
        // What the law or carriers demand holds even if a policy that says otherwise got in by another way than `faults`.
        let basis = rule.map_or(Basis::Express, |r| r.basis).min(law::loosest(channel, country.unwrap_or_default()));
        let bought = bought_before.filter(|at| *at <= now && now.duration_since(*at) <= SOFT_OPT_IN_FOR);
        let nothing = "they never said anything about it";
        match (basis, bought) {
            (Basis::Confirmed, _) => denied(format!("{nothing}; {}", by_rule())),
            (Basis::Express, _) => {
                denied(format!("{nothing}, and the store writes {} with express consent only", to_whom(channel, country)))
            }
            (Basis::SoftOptIn, Some(at)) => granted(format!("{nothing}, and bought here at {at}; {}", by_rule())),
            (Basis::SoftOptIn, None) => denied(format!("{nothing}, and did not buy here in the last two years; {}", by_rule())),
            (Basis::OptOut, _) => granted(format!("{nothing}, and never said no; {}", by_rule())),
        }
    }

    /// The consent rules that hold.
    pub fn rules(&self) -> Cow<'_, [ConsentRule]> {
        self.consent_table.rules().map_or(Cow::Borrowed(self.consent.as_slice()), Cow::Owned)
    }

    /// Does the ground for a channel and country ask for a confirmation, and then for words that name carts?
    pub fn demands_confirmation(&self, channel: ChannelKind, country: Option<&str>) -> Option<bool> {
        let rules = self.rules();
        rule_for(&rules, channel, country).filter(|(_, r)| r.basis == Basis::Confirmed).map(|(_, r)| r.naming_carts)
    }

    fn ground(&self, at: usize, rule: Option<&ConsentRule>) -> String {
        let Some(rule) = rule else { return "no rule of the store says more".into() };
        let whose = match self.consent_table {
            Table::Own => "the store's rule".to_owned(),
            table => format!("rule of the table {:?},", table.as_str()),
        };
        format!("{whose} {} ({}, {}): {}", at + 1, rule.countries.join(" "), rule.basis.as_str(), rule.note.trim())
    }

    /// The customer's tag that keeps them from being written to, as the customer has it.
    pub fn excluded_by<'a>(&self, tags: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        tags.into_iter().find(|tag| self.excluded_tags.iter().any(|excluded| same(excluded, tag)))
    }

    /// A test store doesn't write to that address. Letter case and the way in which a number is written don't matter.
    pub fn test_keeps_from(&self, address: &str) -> bool {
        let Some(test) = &self.test else { return false };
        let email: Option<Email> = address.parse().ok();
        let phone: Option<Phone> = address.parse().ok();
        let same = |allowed: &String| {
            email.as_ref().is_some_and(|e| allowed.parse::<Email>().is_ok_and(|a| a == *e))
                || phone.as_ref().is_some_and(|p| allowed.parse::<Phone>().is_ok_and(|a| a == *p))
        };
        !test.allow.iter().any(same)
    }
}

impl ConsentRule {
    fn is_for_all(&self) -> bool {
        self.countries.iter().any(|c| c == ANY_COUNTRY)
    }

    fn covers(&self, country: &str) -> bool {
        self.is_for_all() || self.countries.iter().any(|c| law::same_country(c, country))
    }
}

/// The country whose rules hold for a message: for a mail that of the address; for a text, where the number and the address must agree. None where that isn't
/// known: then nothing but express consent will do.
pub fn country_of(channel: ChannelKind, address: Option<&str>, phone: Option<&Phone>) -> Option<String> {
    let address = address.map(str::to_ascii_uppercase);
    match channel {
        ChannelKind::Email => address,
        ChannelKind::Sms | ChannelKind::WhatsApp => {
            let number = phone.and_then(Phone::country)?;
            address.is_none_or(|a| law::same_country(&a, &number)).then_some(number)
        }
    }
}

fn to_whom(channel: ChannelKind, country: Option<&str>) -> String {
    let by = match channel {
        ChannelKind::Email => "mails",
        ChannelKind::Sms => "texts",
        ChannelKind::WhatsApp => "WhatsApp messages",
    };
    country.map_or_else(|| format!("{by} to an unknown country"), |c| format!("{by} to {c}"))
}

/// The rule for a channel and country, with its place in the list. Where the country isn't known, the strictest that asks for more than express consent, and
/// else one for every country only if it asks for express consent: nobody is written to on the chance that they live where it is allowed.
fn rule_for<'a>(rules: &'a [ConsentRule], channel: ChannelKind, country: Option<&str>) -> Option<(usize, &'a ConsentRule)> {
    let of_channel = || rules.iter().enumerate().filter(|(_, r)| r.channel == channel);
    if let Some(country) = country.filter(|c| !c.is_empty()) {
        return of_channel().find(|(_, r)| r.covers(country));
    }
    let confirmed = of_channel().filter(|(_, r)| r.basis == Basis::Confirmed);
    let strictest = confirmed.max_by_key(|(at, r)| (r.naming_carts, std::cmp::Reverse(*at)));
    strictest.or_else(|| of_channel().find(|(_, r)| r.is_for_all() && r.basis == Basis::Express))
}

fn named(rule: &ConsentRule) -> &'static str {
    if rule.naming_carts { " in words that name cart reminders" } else { "" }
}

fn granted(proof: String) -> ConsentInput {
    ConsentInput { allows: true, proof }
}

fn denied(proof: String) -> ConsentInput {
    ConsentInput { allows: false, proof }
}

fn fault(at: impl Into<String>, problem: impl Into<String>) -> Fault {
    Fault { at: at.into(), problem: problem.into() }
}

#[cfg(test)]
mod tests;
