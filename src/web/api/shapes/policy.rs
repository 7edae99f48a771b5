//! A store's sending policy, and how likely a checkout is fake, as the API takes and gives them.

use crate::db::policies::PolicyRow;
use crate::domain::bots::BotVerdict;
use crate::domain::policy::Policy;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A sending policy, and since when it is in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyInForce)]
pub struct PolicyShape {
    /// From 1; 0 while it is the default.
    pub version: i64,
    /// Who set it: a person's or token's id, or `cli`; null while it is the default.
    pub set_by: Option<String>,
    /// When.
    pub set_at: Option<Timestamp>,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = PolicyFields)]
    pub policy: Policy,
}

impl PolicyShape {
    /// Of what is in force.
    pub fn of(policy: Policy, row: Option<PolicyRow>) -> Self {
        let version = row.as_ref().map_or(0, |r| r.version);
        let (set_by, set_at) = row.map(|r| (r.set_by, r.set_at)).unzip();
        Self { version, set_by, set_at, policy }
    }
}

/// What holds over all campaigns of a store. Whatever is left out takes its default. Durations are ISO 8601 (`PT24H`); the short form (`24h`) is read too.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyFields {
    /// How often one person may be written to; all of them hold. 4 messages in 24 hours by default.
    #[schema(required = false)]
    pub caps: Vec<CapFields>,
    /// Whose consent rules hold: `own` (the list below; the default), `standard` (confirmed for texts to North America and mails to Germany and Austria,
    /// express elsewhere) or `strict` (everybody has confirmed).
    #[schema(required = false)]
    pub consent_table: String,
    /// The store's pages may have people asked to confirm an address that was typed there; `false` by default, since each question may cost money.
    #[schema(required = false)]
    pub pages_may_ask: bool,
    /// On which ground people of a country may be written to; the first rule that fits holds, and express consent where none does.
    #[schema(required = false)]
    pub consent: Vec<ConsentRuleFields>,
    /// Customers with one of these tags are never written to; letter case doesn't matter. `wholesale` and `b2b` by default.
    #[schema(required = false)]
    pub excluded_tags: Vec<String>,
    /// What becomes of checkouts that look fake.
    #[schema(required = false)]
    pub bots: BotPolicyFields,
    /// Set for a test store: only these addresses are written to.
    pub test: Option<TestModeFields>,
    /// How fast and how many, by channel (`email`, `sms`, `whatsapp`): of the store's own senders, or of its part of the program's. None by default.
    #[schema(required = false)]
    pub sending: BTreeMap<String, LimitsFields>,
    /// An order of the same items this long before the cart was left, or since, stands in for the cart's own; `P7D` by default.
    #[schema(required = false, examples("P7D"))]
    pub bought_within: String,
}

/// What limits a sender.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SenderLimits)]
pub struct LimitsFields {
    /// `14/s`, `75/min`, `1000/h`, with `burst 30` after it for how many may leave at once; or `unlimited`. Left out: what is usual for the provider.
    #[schema(examples("14/s"))]
    pub rate: Option<String>,
    /// At most so many messages in any 24 hours.
    #[schema(minimum = 1)]
    pub per_day: Option<u32>,
    /// Less than that while the sender is new.
    pub warm_up: Option<WarmUpFields>,
}

/// The way up of a new sender.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WarmUp)]
pub struct WarmUpFields {
    /// Its first day, UTC.
    #[schema(examples("2026-12-01"))]
    pub from: String,
    /// How many on each day. Empty: 50, then twice as many each day.
    #[schema(required = false)]
    pub per_day: Vec<u32>,
}

/// At most so many messages to one person in any stretch of time of that length.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cap)]
pub struct CapFields {
    /// `email` or `sms`; null for all channels together.
    pub channel: Option<String>,
    /// How many.
    #[schema(minimum = 0)]
    pub max: u32,
    /// In which length of time, wherever it begins.
    #[schema(examples("PT24H"))]
    pub within: String,
}

/// On which ground people of some countries may be written to by a channel. Who said no never is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsentRule)]
pub struct ConsentRuleFields {
    /// `email` or `sms`.
    pub channel: String,
    /// ISO 3166-1 alpha-2, or `*` for every country.
    #[schema(examples(json!(["DE", "AT"])))]
    pub countries: Vec<String>,
    /// `confirmed`: who agreed and confirmed it from the address itself (double opt-in); `express`: who agreed; `soft_opt_in`: who bought here within two years, too; `opt_out`: whoever did not say no.
    pub basis: String,
    /// With `confirmed`: in words that name cart reminders, as carriers in North America ask; `false` by default.
    #[schema(required = false)]
    pub naming_carts: bool,
    /// Why you may rely on it: kept as proof. Needed where people are written to who did not agree.
    #[schema(required = false)]
    pub note: String,
}

/// What becomes of checkouts that look fake.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotPolicy)]
pub struct BotPolicyFields {
    /// From this score on (1 to 100) nothing is sent for a checkout; 70 by default, null for never.
    pub block_from: Option<u8>,
}

/// A test store writes to nobody but these.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestMode)]
pub struct TestModeFields {
    /// E-mail addresses and phone numbers.
    #[schema(required = false)]
    pub allow: Vec<String>,
}

/// How likely a checkout is fake.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bot)]
pub struct BotShape {
    /// From 0 to 100.
    pub score: u8,
    /// What speaks for it, the strongest first.
    pub reasons: Vec<BotReasonShape>,
    /// What somebody said by hand; goes before the score.
    pub by_hand: Option<bool>,
    /// By that, and the sending policy, it counts as fake: nothing is sent for it.
    pub fake: bool,
}

/// One thing that speaks for a fake checkout.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotReason)]
pub struct BotReasonShape {
    /// Stable, for programs.
    pub rule: String,
    /// What it adds to the score.
    pub points: u8,
    /// In a sentence.
    pub why: String,
}

impl BotShape {
    /// Of what is known of a cart.
    pub fn of(bot: &BotVerdict, fake: bool) -> Self {
        let reason = |r: &crate::domain::bots::Reason| BotReasonShape { rule: r.rule.clone(), points: r.points, why: r.why.clone() };
        Self { score: bot.score, reasons: bot.reasons.iter().map(reason).collect(), by_hand: bot.by_hand, fake }
    }
}

/// What somebody says of a checkout.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FakeBody {
    /// It is fake; `false`: it isn't.
    pub fake: bool,
}
