//! The rules, in the order in which they are asked. The first that has something to say wins.
//!
//! What can never be comes first, so that nothing waits for it; then what is not due yet; then what holds at the moment of sending; then what has to wait. Whether
//! the shopper is in the comparison group is asked last of all: their sequence is counted from the moment when the first message *would* have left, as it is for
//! those who get it.

use super::{CARRIER_WINDOW, Decision, Due, HOLDOUT, Inputs, LOOK_AGAIN, NO_CODE, STOPPED, Verdict, due};
use crate::domain::campaign::CampaignStatus;
use crate::domain::cart::{CartState, SaturatingInstant as _};
use crate::domain::discount::CODE_WAIT;
use crate::domain::event::ChannelKind;
use crate::domain::experiment::Arm;
use crate::domain::schedule::{STORE, closed_by, next_open};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A rule has something to say, or nothing.
type Rule = fn(&Inputs, &When) -> Option<Decision>;

/// What several rules need to know of the time.
struct When {
    /// Zones in which the shopper may be.
    zones: Vec<TimeZone>,
    /// When the step is due.
    due: Due,
    /// Later than this it is not sent any more.
    expires_at: Timestamp,
}

impl When {
    fn of(i: &Inputs) -> Self {
        let zones: Vec<TimeZone> = i.zones.names.iter().filter_map(|z| TimeZone::get(z).ok()).collect();
        let due = due(&i.timing, i.due_at, i.now, zones.first());
        let at = match due {
            Due::At(at) => at,
            Due::AfterPrevious(_) => i.now.max(i.due_at),
        };
        Self { zones, due, expires_at: at.saturating_add_lossy(i.timing.expires_after.0) }
    }
}

/// Decides.
pub fn decide(inputs: &Inputs) -> Decision {
    const RULES: [Rule; 23] = [
        cart_over,
        stopped,
        campaign_over,
        superseded,
        excluded,
        fake,
        test_store,
        bought_elsewhere,
        not_due,
        expired,
        condition,
        sold_out,
        unreachable,
        not_allowed,
        carrier,
        store_stopped,
        shopper_active,
        no_channel,
        no_code,
        capped,
        closed,
        sender_limit,
        holdout,
    ];
    let when = When::of(inputs);
    RULES.iter().find_map(|rule| rule(inputs, &when)).unwrap_or_else(|| Decision {
        verdict: Verdict::Send,
        rule: "all_clear".into(),
        why: all_clear(inputs),
    })
}

fn cancel(rule: &str, why: impl Into<String>) -> Option<Decision> {
    Some(Decision { verdict: Verdict::Cancel, rule: rule.into(), why: why.into() })
}

fn postpone(rule: &str, at: Timestamp, why: impl Into<String>) -> Option<Decision> {
    Some(Decision { verdict: Verdict::Postpone { at }, rule: rule.into(), why: why.into() })
}

/// Postpones, or cancels what would be too late by then.
fn postpone_if_in_time(when: &When, rule: &str, at: Timestamp, why: String) -> Option<Decision> {
    if at > when.expires_at {
        return cancel("expired", format!("{why}; after that it would be too late"));
    }
    postpone(rule, at, why)
}

/// The channel is not open to the shopper: another takes over, if the step has one.
fn shut(i: &Inputs, rule: &str, why: impl Into<String>) -> Option<Decision> {
    let why = why.into();
    match i.fallback {
        Some(channel) => {
            let why = format!("{why}; it goes by {} instead", word(channel));
            Some(Decision { verdict: Verdict::Switch { channel }, rule: rule.into(), why })
        }
        None => cancel(rule, why),
    }
}

fn word(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "text message",
        ChannelKind::WhatsApp => "WhatsApp",
    }
}

fn all_clear(i: &Inputs) -> String {
    let clear = "the cart is still abandoned, the shopper may be written to, and it is not quiet time where they are";
    match &i.code {
        Some(code) if code.withheld.is_some() => {
            format!("{clear}; it carries no code: {}", code.withheld.as_deref().unwrap_or_default())
        }
        Some(code) if !code.ready => format!("{clear}; it carries no code, since the platform had none in time"),
        _ => clear.to_owned(),
    }
}

fn cart_over(i: &Inputs, _: &When) -> Option<Decision> {
    match i.cart {
        CartState::Purchased | CartState::Recovered => cancel("purchased", "the shopper has bought: no reminder after a purchase"),
        CartState::Erased => cancel("erased", "the shopper's data was erased"),
        CartState::Lost => cancel("cart_gone", "the checkout was deleted by the store, or is too old to come back to"),
        CartState::Invalid => cancel("not_a_shopper", "the cart was made by staff or a machine, not by a shopper"),
        CartState::Open | CartState::Abandoned if i.cart_empty => cancel("empty", "there is nothing left in the cart"),
        CartState::Open | CartState::Abandoned => None,
    }
}

fn campaign_over(i: &Inputs, _: &When) -> Option<Decision> {
    match i.campaign {
        CampaignStatus::Archived => cancel("campaign_archived", "the campaign was archived"),
        CampaignStatus::Paused | CampaignStatus::Draft => {
            postpone("campaign_paused", i.now + LOOK_AGAIN, "the campaign is paused: the message waits until it is resumed")
        }
        CampaignStatus::Published => None,
    }
}

fn stopped(i: &Inputs, _: &When) -> Option<Decision> {
    if i.stopped { cancel(STOPPED, "somebody of the store stopped messages for this cart") } else { None }
}

fn superseded(i: &Inputs, _: &When) -> Option<Decision> {
    i.superseded_by
        .as_ref()
        .and_then(|cart| cancel("newer_cart", format!("the same shopper has a newer cart ({cart}), which is followed instead")))
}

fn excluded(i: &Inputs, _: &When) -> Option<Decision> {
    i.excluded
        .as_ref()
        .and_then(|tag| cancel("excluded", format!("the customer has the tag {tag:?}, and the store doesn't write to those")))
}

fn fake(i: &Inputs, _: &When) -> Option<Decision> {
    let fake = i.fake.as_ref()?;
    let score = fake.score.map_or_else(String::new, |s| format!(" ({s} of 100)"));
    cancel("fake", format!("the checkout looks fake{score}: {}", fake.reasons.join("; ")))
}

fn test_store(i: &Inputs, _: &When) -> Option<Decision> {
    if !i.test_store {
        return None;
    }
    cancel("test_store", "this is a test store, and the address is not on its list of testers")
}

fn bought_elsewhere(i: &Inputs, _: &When) -> Option<Decision> {
    let order = i.bought_elsewhere.as_ref()?;
    cancel("bought_elsewhere", format!("the shopper has the same items by order {order}"))
}

fn not_due(i: &Inputs, when: &When) -> Option<Decision> {
    match when.due {
        Due::AfterPrevious(at) => postpone("waits_for_previous", at, "it follows the message before, which is not settled yet"),
        Due::At(at) if at > i.now && i.timing.previous.is_some() => {
            postpone("waits_for_previous", at, format!("it is due {} after the message before", i.timing.delay))
        }
        Due::At(at) if at > i.now => postpone("not_due", at, "it waits for the time of day that its step asks for"),
        Due::At(_) => None,
    }
}

fn expired(i: &Inputs, when: &When) -> Option<Decision> {
    let Due::At(due) = when.due else { return None };
    if i.now > when.expires_at {
        return cancel("expired", format!("it was due at {due} and is too late now"));
    }
    None
}

fn condition(i: &Inputs, _: &When) -> Option<Decision> {
    let asked = i.condition.as_ref()?;
    asked.condition.unmet(&asked.scene).and_then(|why| cancel("condition", why))
}

fn sold_out(i: &Inputs, _: &When) -> Option<Decision> {
    if i.sold_out { cancel("sold_out", "everything in the cart is sold out") } else { None }
}

fn unreachable(i: &Inputs, _: &When) -> Option<Decision> {
    if i.has_address {
        return None;
    }
    let missing = match i.channel {
        ChannelKind::Email => "no e-mail address is known for this shopper",
        ChannelKind::Sms | ChannelKind::WhatsApp => "no phone number is known for this shopper",
    };
    shut(i, "no_address", missing)
}

fn not_allowed(i: &Inputs, _: &When) -> Option<Decision> {
    if let Some(reason) = &i.suppressed {
        return shut(i, "suppressed", format!("the address must not be written to: {reason}"));
    }
    match (&i.consent, i.channel) {
        (Some(c), _) if c.allows => None,
        (Some(c), _) => shut(i, "no_consent", format!("the shopper may not be written to: {}", c.proof)),
        (None, channel) => shut(i, "no_consent", format!("the shopper never agreed to be written to by {}", word(channel))),
    }
}

fn carrier(i: &Inputs, _: &When) -> Option<Decision> {
    if i.channel != ChannelKind::Sms || !i.nanp {
        return None;
    }
    if i.texts_sent > 0 {
        return shut(i, "carrier_one_text", "US and Canadian carriers allow one cart reminder by text per cart, and it was sent");
    }
    if i.now > i.abandoned_at.saturating_add_lossy(CARRIER_WINDOW) {
        return shut(i, "carrier_48_hours", "US and Canadian carriers allow a cart reminder by text only within 48 hours");
    }
    None
}

fn store_stopped(i: &Inputs, _: &When) -> Option<Decision> {
    i.shop_stopped.as_ref().and_then(|why| postpone("store_stopped", i.now + LOOK_AGAIN, format!("the store sends nothing now: {why}")))
}

fn shopper_active(i: &Inputs, _: &When) -> Option<Decision> {
    if i.cart == CartState::Open && i.abandoned_at > i.now {
        return postpone("shopper_active", i.abandoned_at, "the shopper is in the store again: wait until they have left");
    }
    None
}

fn no_channel(i: &Inputs, _: &When) -> Option<Decision> {
    if i.channel_ready {
        return None;
    }
    let what = match i.channel {
        ChannelKind::Email => "no e-mail provider is set up: the message waits; set COMEBACK_EMAIL__URL and COMEBACK_EMAIL__FROM",
        ChannelKind::Sms => "no SMS provider is set up: the message waits; set COMEBACK_SMS__PROVIDER and its account",
        ChannelKind::WhatsApp => "no WhatsApp number is set up: the message waits; set COMEBACK_WHATSAPP__PHONE_NUMBER_ID and its token",
    };
    postpone("no_channel", i.now + LOOK_AGAIN, what)
}

fn no_code(i: &Inputs, when: &When) -> Option<Decision> {
    let code = i.code.as_ref()?;
    if let (Some(withheld), true) = (&code.withheld, code.required) {
        return cancel("no_discount", format!("the message is nothing without its code, and that isn't given: {withheld}"));
    }
    if code.ready || code.withheld.is_some() {
        return None;
    }
    let Due::At(due) = when.due else { return None };
    let until = due.saturating_add_lossy(CODE_WAIT);
    if i.now < until {
        return postpone(
            NO_CODE,
            i.now + LOOK_AGAIN,
            "the platform has made no discount codes yet: the message waits for one, up to two hours",
        );
    }
    if code.required {
        cancel("no_discount", "the platform made no discount code in time, and the message is nothing without it")
    } else {
        None
    }
}

fn capped(i: &Inputs, when: &When) -> Option<Decision> {
    let full = i.caps.iter().filter(|c| c.used >= c.max).max_by_key(|c| c.frees_at)?;
    let by = full.channel.map_or_else(String::new, |c| format!(" by {}", word(c)));
    let why = format!("the shopper got {} message(s){by} within {}, and {} allows {}", full.used, full.within, full.whose, full.max);
    match full.frees_at {
        Some(at) => postpone_if_in_time(when, "frequency_cap", at.max(i.now.saturating_add_lossy(LOOK_AGAIN)), why),
        None => cancel("frequency_cap", why),
    }
}

fn closed(i: &Inputs, when: &When) -> Option<Decision> {
    match next_open(i.now, &i.hours, &when.zones) {
        Some(at) if at <= i.now => None,
        Some(at) => postpone_if_in_time(when, "quiet_hours", at, quiet(i, when)),
        None => {
            let places = i.zones.names.join(", ");
            cancel("quiet_hours", format!("no time is allowed in every zone where the shopper may be ({places})"))
        }
    }
}

/// Where it is quiet time, how that is known, and, where it isn't the campaign's own, by whose law.
fn quiet(i: &Inputs, when: &When) -> String {
    let (places, because) = (i.zones.names.join(", "), &i.zones.because);
    let quiet = format!("it is quiet time where the shopper is ({places}, by {because})");
    match closed_by(i.now, &i.hours, &when.zones) {
        Some((hours, _)) if hours.place != STORE => format!("{quiet}: the law's hours for texts ({}) are not open", hours.place),
        _ => quiet,
    }
}

/// The sender may send no more today: what waits for the shopper is asked before, so that nothing that would have to wait anyway takes a place.
fn sender_limit(i: &Inputs, when: &When) -> Option<Decision> {
    let full = i.sender.as_ref().filter(|s| s.used >= s.max)?;
    let warming = if full.warming_up { " while it is new" } else { "" };
    let what = word(i.channel);
    let why = format!(
        "{} sent {} by {what} in 24 hours, and {} are allowed{warming}: what is due first goes first",
        full.whose, full.used, full.max
    );
    let at = full.frees_at.unwrap_or(i.now).max(i.now.saturating_add_lossy(LOOK_AGAIN));
    postpone_if_in_time(when, "sender_limit", at, why)
}

fn holdout(i: &Inputs, _: &When) -> Option<Decision> {
    if i.arm != Arm::Holdout {
        return None;
    }
    cancel(
        HOLDOUT,
        "it would leave now; but this shopper is in the comparison group, which gets no message, so that the campaign's effect can be measured",
    )
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
