//! Whether a nudge may leave, now: the rules, in the order in which they are asked, and what they answer.
//!
//! The same function decides before every attempt, however often, on inputs read in the transaction that claims the nudge.

use crate::domain::campaign::{CampaignStatus, QuietHours};
use crate::domain::cart::CartState;
use crate::domain::event::ChannelKind;
use crate::domain::experiment::Arm;
use crate::domain::schedule::next_allowed;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of the rules below; stored with every decision.
pub const RULES_VERSION: u32 = 1;
/// A nudge that is later than this is not sent any more: the moment has passed.
pub const EXPIRES_AFTER: SignedDuration = SignedDuration::from_hours(72);
/// How soon a nudge that waits for the merchant (no channel, paused) is looked at again.
pub const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// US and Canadian carriers: one cart reminder by text per cart, and only within this long after it was abandoned
/// (T-Mobile code of conduct; Twilio's rejection reason 30517).
pub const CARRIER_WINDOW: SignedDuration = SignedDuration::from_hours(48);
/// The link of a nudge works for this long after sending.
pub const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Where a nudge is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NudgeState {
    /// Waits for its time, or for something that is missing.
    Scheduled,
    /// A worker has it, under a lease.
    Sending,
    /// The provider took it.
    Sent,
    /// The provider says that it arrived.
    Delivered,
    /// Refused for good.
    Failed,
    /// Will not be sent; the decision says why.
    Cancelled,
    /// It may have been sent: the answer never came. Never sent again blindly.
    Unknown,
}

impl NudgeState {
    /// Every state.
    pub const ALL: [Self; 7] = [Self::Scheduled, Self::Sending, Self::Sent, Self::Delivered, Self::Failed, Self::Cancelled, Self::Unknown];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }
}

impl std::str::FromStr for NudgeState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("{text:?} is not a nudge state"))
    }
}

/// Everything that the rules look at: read in one transaction, stored with the decision, enough to decide again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// When it is decided.
    pub now: Timestamp,
    /// When the step was planned for.
    pub due_at: Timestamp,
    /// By which channel.
    pub channel: ChannelKind,
    /// What the cart is now.
    pub cart: CartState,
    /// When the cart counts as abandoned, given its latest activity.
    pub abandoned_at: Timestamp,
    /// Where the campaign is in its life.
    pub campaign: CampaignStatus,
    /// The store doesn't send: paused by the merchant, or it removed the app.
    pub shop_stopped: Option<String>,
    /// Which side of the comparison the shopper is on.
    pub arm: Arm,
    /// There is an address for the channel.
    pub has_address: bool,
    /// The number is in the North American plan, where carriers' rules hold.
    pub nanp: bool,
    /// What the shopper said about the channel: `subscribed at ..., by ...`; none when they never said anything.
    pub consent: Option<ConsentInput>,
    /// Why the address must not be written to, if it mustn't.
    pub suppressed: Option<String>,
    /// Another cart of the same shopper took over the sequence.
    pub superseded_by: Option<String>,
    /// Texts already sent for this cart.
    pub texts_sent: u32,
    /// Quiet hours of the campaign.
    pub quiet_hours: Option<QuietHours>,
    /// Zones in which the shopper may be, by IANA name.
    pub zones: Vec<String>,
    /// A provider is set up for the channel.
    pub channel_ready: bool,
    /// Everything in the cart is gone: nothing to come back to.
    pub cart_empty: bool,
}

/// The part of a consent that the rules look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentInput {
    /// They agreed.
    pub allows: bool,
    /// Where and when it was collected.
    pub proof: String,
}

/// What to do with a nudge now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Verdict {
    /// Send it.
    Send,
    /// Look again at that time.
    Postpone {
        /// When.
        at: Timestamp,
    },
    /// Never send it.
    Cancel,
}

/// A rule's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What to do.
    pub verdict: Verdict,
    /// Which rule said so: stable, for programs.
    pub rule: String,
    /// In a sentence, for people.
    pub why: String,
}

fn cancel(rule: &str, why: impl Into<String>) -> Option<Decision> {
    Some(Decision { verdict: Verdict::Cancel, rule: rule.into(), why: why.into() })
}

fn postpone(rule: &str, at: Timestamp, why: impl Into<String>) -> Option<Decision> {
    Some(Decision { verdict: Verdict::Postpone { at }, rule: rule.into(), why: why.into() })
}

/// Decides. The first rule that has something to say wins; cancelling rules come before waiting ones, so that nothing waits for what can't be.
pub fn decide(inputs: &Inputs) -> Decision {
    const RULES: [fn(&Inputs) -> Option<Decision>; 12] = [
        cart_over,
        campaign_over,
        holdout,
        superseded,
        expired,
        unreachable,
        not_allowed,
        carrier,
        store_stopped,
        shopper_active,
        no_channel,
        quiet,
    ];
    RULES.iter().find_map(|rule| rule(inputs)).unwrap_or_else(|| Decision {
        verdict: Verdict::Send,
        rule: "all_clear".into(),
        why: "the cart is still abandoned, the shopper agreed to be written to, and it is not quiet time where they are".into(),
    })
}

fn cart_over(i: &Inputs) -> Option<Decision> {
    match i.cart {
        CartState::Purchased | CartState::Recovered => cancel("purchased", "the shopper has bought: no reminder after a purchase"),
        CartState::Erased => cancel("erased", "the shopper's data was erased"),
        CartState::Lost => cancel("cart_gone", "the checkout was deleted by the store, or is too old to come back to"),
        CartState::Invalid => cancel("not_a_shopper", "the cart was made by staff or a machine, not by a shopper"),
        CartState::Open | CartState::Abandoned if i.cart_empty => cancel("empty", "there is nothing left in the cart"),
        CartState::Open | CartState::Abandoned => None,
    }
}

fn campaign_over(i: &Inputs) -> Option<Decision> {
    match i.campaign {
        CampaignStatus::Archived => cancel("campaign_archived", "the campaign was archived"),
        CampaignStatus::Paused | CampaignStatus::Draft => {
            postpone("campaign_paused", i.now + LOOK_AGAIN, "the campaign is paused: the message waits until it is resumed")
        }
        CampaignStatus::Published => None,
    }
}

fn holdout(i: &Inputs) -> Option<Decision> {
    if i.arm == Arm::Holdout {
        return cancel(
            "holdout",
            "this shopper is in the comparison group, which gets no message, so that the campaign's effect can be measured",
        );
    }
    None
}

fn superseded(i: &Inputs) -> Option<Decision> {
    i.superseded_by
        .as_ref()
        .and_then(|cart| cancel("newer_cart", format!("the same shopper has a newer cart ({cart}), which is followed instead")))
}

fn expired(i: &Inputs) -> Option<Decision> {
    if i.now > i.due_at + EXPIRES_AFTER {
        return cancel("expired", format!("it was due at {} and is too late now", i.due_at));
    }
    None
}

fn unreachable(i: &Inputs) -> Option<Decision> {
    if i.has_address {
        return None;
    }
    let missing = match i.channel {
        ChannelKind::Email => "no e-mail address is known for this shopper",
        ChannelKind::Sms => "no phone number is known for this shopper",
    };
    cancel("no_address", missing)
}

fn not_allowed(i: &Inputs) -> Option<Decision> {
    if let Some(reason) = &i.suppressed {
        return cancel("suppressed", format!("the address must not be written to: {reason}"));
    }
    match (&i.consent, i.channel) {
        (Some(c), _) if c.allows => None,
        (Some(c), _) => cancel("no_consent", format!("the shopper did not agree: {}", c.proof)),
        (None, ChannelKind::Email) => cancel("no_consent", "the shopper never agreed to be written to by e-mail"),
        (None, ChannelKind::Sms) => cancel("no_consent", "the shopper never agreed to be written to by text message"),
    }
}

fn carrier(i: &Inputs) -> Option<Decision> {
    if i.channel != ChannelKind::Sms || !i.nanp {
        return None;
    }
    if i.texts_sent > 0 {
        return cancel("carrier_one_text", "US and Canadian carriers allow one cart reminder by text per cart, and it was sent");
    }
    if i.now > i.abandoned_at + CARRIER_WINDOW {
        return cancel("carrier_48_hours", "US and Canadian carriers allow a cart reminder by text only within 48 hours");
    }
    None
}

fn store_stopped(i: &Inputs) -> Option<Decision> {
    i.shop_stopped.as_ref().and_then(|why| postpone("store_stopped", i.now + LOOK_AGAIN, format!("the store sends nothing now: {why}")))
}

fn shopper_active(i: &Inputs) -> Option<Decision> {
    if i.cart == CartState::Open && i.abandoned_at > i.now {
        return postpone("shopper_active", i.abandoned_at, "the shopper is at the checkout again: wait until they have left");
    }
    None
}

fn no_channel(i: &Inputs) -> Option<Decision> {
    if i.channel_ready {
        return None;
    }
    let what = match i.channel {
        ChannelKind::Email => "no e-mail provider is set up: the message waits; set COMEBACK_EMAIL__URL and COMEBACK_EMAIL__FROM",
        ChannelKind::Sms => "no SMS provider is set up: the message waits; set COMEBACK_SMS__PROVIDER and its account",
    };
    postpone("no_channel", i.now + LOOK_AGAIN, what)
}

fn quiet(i: &Inputs) -> Option<Decision> {
    let zones: Vec<TimeZone> = i.zones.iter().filter_map(|z| TimeZone::get(z).ok()).collect();
    match next_allowed(i.now, i.quiet_hours, &zones) {
        Some(at) if at <= i.now => None,
        Some(at) => postpone("quiet_hours", at, format!("it is quiet time where the shopper is ({})", i.zones.join(", "))),
        None => cancel("quiet_hours", format!("no time is allowed in every zone where the shopper may be ({})", i.zones.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::CampaignSpec;
    use proptest::prelude::*;

    fn clear() -> Inputs {
        let now: Timestamp = "2026-07-01T15:00:00Z".parse().expect("time");
        Inputs {
            now,
            due_at: now,
            channel: ChannelKind::Email,
            cart: CartState::Abandoned,
            abandoned_at: now - SignedDuration::from_hours(1),
            campaign: CampaignStatus::Published,
            shop_stopped: None,
            arm: Arm::Treated,
            has_address: true,
            nanp: true,
            consent: Some(ConsentInput { allows: true, proof: "test".into() }),
            suppressed: None,
            superseded_by: None,
            texts_sent: 0,
            quiet_hours: CampaignSpec::starter().quiet_hours,
            zones: vec!["America/New_York".into()],
            channel_ready: true,
            cart_empty: false,
        }
    }

    fn check(change: impl FnOnce(&mut Inputs), rule: &str, verdict: &str) {
        let mut inputs = clear();
        change(&mut inputs);
        let decision = decide(&inputs);
        let got = match decision.verdict {
            Verdict::Send => "send",
            Verdict::Postpone { .. } => "postpone",
            Verdict::Cancel => "cancel",
        };
        assert_eq!((decision.rule.as_str(), got), (rule, verdict), "{}", decision.why);
    }

    #[test]
    fn each_rule_says_what_it_must() {
        check(|_| {}, "all_clear", "send");
        check(|i| i.cart = CartState::Purchased, "purchased", "cancel");
        check(|i| i.cart = CartState::Erased, "erased", "cancel");
        check(|i| i.cart = CartState::Lost, "cart_gone", "cancel");
        check(|i| i.cart = CartState::Invalid, "not_a_shopper", "cancel");
        check(|i| i.cart_empty = true, "empty", "cancel");
        check(|i| i.campaign = CampaignStatus::Archived, "campaign_archived", "cancel");
        check(|i| i.campaign = CampaignStatus::Paused, "campaign_paused", "postpone");
        check(|i| i.arm = Arm::Holdout, "holdout", "cancel");
        check(|i| i.superseded_by = Some("a newer one".into()), "newer_cart", "cancel");
        check(|i| i.now = i.due_at + SignedDuration::from_hours(73), "expired", "cancel");
        check(|i| i.has_address = false, "no_address", "cancel");
        check(|i| i.suppressed = Some("unsubscribed".into()), "suppressed", "cancel");
        check(|i| i.consent = None, "no_consent", "cancel");
        check(|i| i.channel_ready = false, "no_channel", "postpone");
        check(|i| i.shop_stopped = Some("paused".into()), "store_stopped", "postpone");
        check(|i| i.now = "2026-07-02T03:30:00Z".parse().expect("time"), "quiet_hours", "postpone");
        check(
            |i| {
                i.cart = CartState::Open;
                i.abandoned_at = i.now + SignedDuration::from_mins(3);
            },
            "shopper_active",
            "postpone",
        );
    }

    #[test]
    fn carriers_allow_one_text_per_cart_within_48_hours_in_north_america_only() {
        let text = |i: &mut Inputs| i.channel = ChannelKind::Sms;
        check(text, "all_clear", "send");
        check(
            |i| {
                text(i);
                i.texts_sent = 1;
            },
            "carrier_one_text",
            "cancel",
        );
        check(
            |i| {
                text(i);
                i.abandoned_at = i.now - SignedDuration::from_hours(49);
            },
            "carrier_48_hours",
            "cancel",
        );
        check(
            |i| {
                text(i);
                i.texts_sent = 1;
                i.nanp = false;
            },
            "all_clear",
            "send",
        );
    }

    proptest! {
        #[test]
        fn nothing_is_ever_sent_to_a_buyer_a_holdout_an_opted_out_or_in_quiet_time(
            state in 0usize..7, held: bool, consent in proptest::option::of(any::<bool>()), suppressed: bool, hour in 0i64..48, paused: bool, sms: bool,
        ) {
            let mut inputs = clear();
            inputs.cart = CartState::ALL[state];
            inputs.arm = if held { Arm::Holdout } else { Arm::Treated };
            inputs.consent = consent.map(|allows| ConsentInput { allows, proof: "test".into() });
            inputs.suppressed = suppressed.then(|| "complained".into());
            inputs.now += SignedDuration::from_hours(hour);
            inputs.campaign = if paused { CampaignStatus::Paused } else { CampaignStatus::Published };
            inputs.channel = if sms { ChannelKind::Sms } else { ChannelKind::Email };
            if decide(&inputs).verdict == Verdict::Send {
                prop_assert!(matches!(inputs.cart, CartState::Open | CartState::Abandoned));
                prop_assert!(!held && !suppressed && !paused && consent == Some(true));
                let local = inputs.now.to_zoned(TimeZone::get("America/New_York").expect("zone"));
                prop_assert!((8..21).contains(&local.hour()));
            }
        }
    }
}
