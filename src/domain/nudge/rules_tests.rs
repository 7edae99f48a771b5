//! What each rule says, and what holds whatever they look at.

use super::*;
use crate::domain::campaign::{CampaignSpec, Condition, Scene};
use crate::domain::duration::Length;
use crate::domain::flow::SenderUse;
use crate::domain::nudge::{Asked, CapUse, CodeInput, ConsentInput, Fake, NudgeState, Previous};
use crate::domain::schedule::hours_of_quiet;
use crate::domain::zones::Zones;
use jiff::SignedDuration;
use proptest::prelude::*;

/// A nudge that may leave: an afternoon in New York.
fn clear() -> Inputs {
    let now: Timestamp = "2026-07-01T15:00:00Z".parse().expect("time");
    Inputs {
        now,
        due_at: now,
        timing: crate::domain::nudge::Timing::default(),
        channel: ChannelKind::Email,
        fallback: None,
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
        hours: vec![hours_of_quiet(CampaignSpec::starter().quiet_hours, &[], false, None)],
        zones: Zones { names: vec!["America/New_York".into()], because: "address".into() },
        caps: Vec::new(),
        sender: None,
        channel_ready: true,
        cart_empty: false,
        sold_out: false,
        condition: None,
        excluded: None,
        fake: None,
        bought_elsewhere: None,
        test_store: false,
        stopped: false,
        code: None,
    }
}

fn check(change: impl FnOnce(&mut Inputs), rule: &str, verdict: &str) {
    let mut inputs = clear();
    change(&mut inputs);
    let decision = decide(&inputs);
    assert_eq!((decision.rule.as_str(), decision.verdict.as_str()), (rule, verdict), "{}", decision.why);
}

fn cap(used: u32, frees_in: Option<i64>) -> CapUse {
    let frees_at = frees_in.map(|hours| clear().now + SignedDuration::from_hours(hours));
    CapUse { whose: "the store".into(), channel: None, max: 2, within: Length::hours(24), used, frees_at }
}

fn code(withheld: bool, ready: bool, required: bool) -> Option<CodeInput> {
    Some(CodeInput { withheld: withheld.then(|| "a guard".into()), ready, required })
}

#[test]
fn each_rule_says_what_it_must() {
    check(|_| {}, "all_clear", "send");
    check(|i| i.cart = CartState::Purchased, "purchased", "cancel");
    check(|i| i.cart = CartState::Erased, "erased", "cancel");
    check(|i| i.cart = CartState::Lost, "cart_gone", "cancel");
    check(|i| i.cart = CartState::Invalid, "not_a_shopper", "cancel");
    check(|i| i.cart_empty = true, "empty", "cancel");
    check(|i| i.stopped = true, "stopped", "cancel");
    check(|i| (i.stopped, i.cart) = (true, CartState::Purchased), "purchased", "cancel");
    check(|i| i.campaign = CampaignStatus::Archived, "campaign_archived", "cancel");
    check(|i| i.campaign = CampaignStatus::Paused, "campaign_paused", "postpone");
    check(|i| i.arm = Arm::Holdout, "holdout", "cancel");
    check(|i| i.superseded_by = Some("a newer one".into()), "newer_cart", "cancel");
    check(|i| i.excluded = Some("wholesale".into()), "excluded", "cancel");
    check(|i| i.fake = Some(Fake { score: Some(90), reasons: vec!["many".into()] }), "fake", "cancel");
    check(|i| i.test_store = true, "test_store", "cancel");
    check(|i| i.bought_elsewhere = Some("#1001".into()), "bought_elsewhere", "cancel");
    check(|i| i.now = i.due_at + SignedDuration::from_hours(73), "expired", "cancel");
    check(|i| i.sold_out = true, "sold_out", "cancel");
    check(|i| i.has_address = false, "no_address", "cancel");
    check(|i| i.suppressed = Some("unsubscribed".into()), "suppressed", "cancel");
    check(|i| i.consent = None, "no_consent", "cancel");
    check(|i| i.channel_ready = false, "no_channel", "postpone");
    check(|i| i.shop_stopped = Some("paused".into()), "store_stopped", "postpone");
    check(|i| i.caps = vec![cap(1, None), cap(2, Some(3))], "frequency_cap", "postpone");
    check(|i| i.caps = vec![cap(2, Some(100))], "expired", "cancel");
    check(|i| i.now = "2026-07-02T03:30:00Z".parse().expect("time"), "quiet_hours", "postpone");
    check(
        |i| {
            i.cart = CartState::Open;
            i.abandoned_at = i.now + SignedDuration::from_mins(3);
        },
        "shopper_active",
        "postpone",
    );
    let french = Condition::Language(vec!["fr".into()]);
    check(|i| i.condition = Some(Asked { condition: french, scene: Scene::default() }), "condition", "cancel");
}

#[test]
fn a_sender_whose_limit_is_used_up_waits_for_a_place_and_says_which() {
    let sender = |used: u32, frees_in: Option<i64>| {
        let frees_at = frees_in.map(|hours| clear().now + SignedDuration::from_hours(hours));
        Some(SenderUse { whose: "the sender".into(), max: 50, used, frees_at, warming_up: true })
    };
    check(|i| i.sender = sender(49, None), "all_clear", "send");
    check(|i| i.sender = sender(50, Some(3)), "sender_limit", "postpone");
    check(|i| i.sender = sender(50, Some(24 * 30)), "expired", "cancel");
    check(|i| (i.sender, i.arm) = (sender(50, Some(3)), Arm::Holdout), "sender_limit", "postpone");
    let decision = decide(&Inputs { sender: sender(50, Some(3)), ..clear() });
    assert_eq!(decision.verdict, Verdict::Postpone { at: clear().now + SignedDuration::from_hours(3) });
    assert!(decision.why.contains("sent 50") && decision.why.contains("while it is new"), "{}", decision.why);
}

#[test]
fn a_step_waits_for_the_message_before_and_for_its_time_of_day() {
    let previous = |state, sent_hours_ago: Option<i64>| {
        let now = clear().now;
        let sent_at = sent_hours_ago.map(|h| now - SignedDuration::from_hours(h));
        move |i: &mut Inputs| {
            i.timing.after = crate::domain::campaign::After::PreviousSend;
            i.timing.delay = Length::hours(24);
            i.timing.previous = Some(Previous::of(state, now - SignedDuration::from_hours(24), sent_at));
        }
    };
    check(previous(NudgeState::Scheduled, None), "waits_for_previous", "postpone");
    check(previous(NudgeState::Sent, Some(23)), "waits_for_previous", "postpone");
    check(previous(NudgeState::Sent, Some(24)), "all_clear", "send");
    check(previous(NudgeState::Cancelled, None), "all_clear", "send");
    check(previous(NudgeState::Sent, Some(97)), "expired", "cancel");
    check(|i| i.timing.at = Some(jiff::civil::time(12, 0, 0, 0)), "not_due", "postpone");
    check(|i| i.timing.at = Some(jiff::civil::time(11, 0, 0, 0)), "all_clear", "send");
}

#[test]
fn another_channel_takes_over_only_when_the_first_is_shut() {
    let text = |i: &mut Inputs| {
        i.channel = ChannelKind::Sms;
        i.fallback = Some(ChannelKind::Email);
    };
    let with = |change: fn(&mut Inputs)| {
        move |i: &mut Inputs| {
            text(i);
            change(i);
        }
    };
    check(text, "all_clear", "send");
    check(with(|i| i.consent = None), "no_consent", "switch");
    check(with(|i| i.has_address = false), "no_address", "switch");
    check(with(|i| i.suppressed = Some("opted out".into())), "suppressed", "switch");
    check(with(|i| i.texts_sent = 1), "carrier_one_text", "switch");
    check(with(|i| i.cart = CartState::Purchased), "purchased", "cancel");
    check(with(|i| i.channel_ready = false), "no_channel", "postpone");
}

#[test]
fn a_code_is_waited_for_and_then_done_without_unless_it_is_required() {
    let late = |i: &mut Inputs| i.now += SignedDuration::from_hours(2);
    check(|i| i.code = code(false, true, true), "all_clear", "send");
    check(|i| i.code = code(false, false, false), "no_code", "postpone");
    check(|i| i.code = code(true, false, false), "all_clear", "send");
    check(|i| i.code = code(true, true, true), "no_discount", "cancel");
    check(
        |i| {
            late(i);
            i.code = code(false, false, false);
        },
        "all_clear",
        "send",
    );
    check(
        |i| {
            late(i);
            i.code = code(false, false, true);
        },
        "no_discount",
        "cancel",
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
        used in 0u32..4, kept in 0u8..8, fallback: bool,
    ) {
        let mut inputs = clear();
        inputs.cart = CartState::ALL[state];
        inputs.arm = if held { Arm::Holdout } else { Arm::Treated };
        inputs.consent = consent.map(|allows| ConsentInput { allows, proof: "test".into() });
        inputs.suppressed = suppressed.then(|| "complained".into());
        inputs.now += SignedDuration::from_hours(hour);
        inputs.campaign = if paused { CampaignStatus::Paused } else { CampaignStatus::Published };
        inputs.channel = if sms { ChannelKind::Sms } else { ChannelKind::Email };
        inputs.fallback = fallback.then_some(if sms { ChannelKind::Email } else { ChannelKind::Sms });
        inputs.caps = vec![cap(used, Some(2))];
        inputs.excluded = (kept & 1 > 0).then(|| "b2b".into());
        inputs.bought_elsewhere = (kept & 2 > 0).then(|| "#1".into());
        inputs.sold_out = kept & 4 > 0;
        let decision = decide(&inputs);
        if decision.verdict == Verdict::Send {
            prop_assert!(matches!(inputs.cart, CartState::Open | CartState::Abandoned));
            prop_assert!(!held && !suppressed && !paused && consent == Some(true) && used < 2 && kept == 0);
            let local = inputs.now.to_zoned(TimeZone::get("America/New_York").expect("zone"));
            prop_assert!((8..21).contains(&local.hour()));
        }
        // The comparison group is told apart by nothing but the last question.
        inputs.arm = Arm::Treated;
        let treated = decide(&inputs);
        if held && treated.verdict == Verdict::Send {
            prop_assert_eq!(decision.rule.as_str(), "holdout");
        } else {
            prop_assert_eq!(decision, treated);
        }
        // What is stored decides again in the same way.
        let stored = serde_json::to_string(&inputs).expect("json");
        prop_assert_eq!(decide(&serde_json::from_str::<Inputs>(&stored).expect("json")), decide(&inputs));
    }
}
