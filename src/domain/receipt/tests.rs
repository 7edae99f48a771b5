//! Receipts in any order and repetition; what becomes of messages and addresses by them.

use super::*;
use proptest::prelude::*;

fn at(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
}

fn standing(fates: &[Fate]) -> Standing {
    let mut standing = Standing::default();
    for (hours, fate) in fates.iter().enumerate() {
        standing.join(*fate, Word { at: at(i64::try_from(hours).expect("hours")), reason: None });
    }
    standing
}

#[test]
fn a_message_is_what_all_its_receipts_say_together() {
    let check = |fates: &[Fate], clicked: bool, became: Became| assert_eq!(standing(fates).became(clicked), became, "{fates:?} {clicked}");
    check(&[], false, Became::Sent);
    check(&[Fate::Accepted], false, Became::Sent);
    check(&[Fate::SoftBounce], false, Became::Sent);
    check(&[Fate::SoftBounce, Fate::Delivered], false, Became::Delivered);
    check(&[Fate::Delivered, Fate::Complained], false, Became::Delivered);
    check(&[Fate::Complained], false, Became::Delivered);
    check(&[Fate::Delivered, Fate::OptedOut], false, Became::Delivered);
    check(&[Fate::OptedOut], false, Became::Sent);
    check(&[Fate::HardBounce], false, Became::Failed);
    check(&[Fate::Blocked], false, Became::Failed);
    check(&[Fate::Suppressed], false, Became::Failed);
    // The first server took it, the last one did not.
    check(&[Fate::Delivered, Fate::HardBounce], false, Became::Failed);
    // Whoever opened its link has got it.
    check(&[Fate::HardBounce], true, Became::Sent);
    check(&[Fate::Delivered, Fate::HardBounce], true, Became::Delivered);
}

#[test]
fn another_channel_takes_over_only_what_nobody_can_have_got() {
    assert!(standing(&[Fate::Accepted, Fate::HardBounce]).was_lost());
    assert!(standing(&[Fate::Suppressed]).was_lost());
    assert!(!standing(&[Fate::Delivered, Fate::HardBounce]).was_lost());
    assert!(!standing(&[Fate::SoftBounce]).was_lost());
    assert!(!standing(&[Fate::Blocked]).was_lost(), "what one channel refuses to carry isn't carried by another");
}

fn told(message: u128, fate: Fate, hours: i64) -> ToldOf {
    ToldOf { message: Some(Uuid::from_u128(message)), fate, at: at(hours) }
}

#[test]
fn three_messages_over_three_days_that_could_not_be_delivered_are_enough() {
    let soft = |message, hours| told(message, Fate::SoftBounce, hours);
    assert_eq!(ground(false, &[soft(1, 0), soft(2, 30), soft(3, 72)], &[]), Some(Ground::SoftBounced));
    assert_eq!(ground(false, &[soft(1, 0), soft(2, 30), soft(3, 71)], &[]), None, "within less than three days");
    assert_eq!(ground(false, &[soft(1, 0), soft(1, 30), soft(2, 72)], &[]), None, "two messages");
    assert_eq!(ground(false, &[soft(1, 0), soft(2, 30), told(2, Fate::Delivered, 40), soft(3, 72)], &[]), None, "one came through");
}

#[test]
fn start_lifts_what_stop_made_and_nothing_else() {
    let stop = (at(1), Said::Stop);
    let start = (at(2), Said::Start);
    assert_eq!(ground(true, &[], &[stop]), Some(Ground::Stopped));
    assert_eq!(ground(true, &[], &[start, stop]), None);
    assert_eq!(ground(true, &[], &[(at(2), Said::Stop), start]), Some(Ground::Stopped), "the more cautious word, where both have one time");
    assert_eq!(ground(true, &[], &[(at(3), Said::Doubtful), start, stop]), Some(Ground::Doubtful));
    assert_eq!(ground(true, &[told(1, Fate::HardBounce, 0)], &[stop, start]), Some(Ground::Bounced));
    assert_eq!(ground(true, &[told(1, Fate::Complained, 0)], &[start]), Some(Ground::Complained));
    assert_eq!(ground(true, &[told(1, Fate::OptedOut, 1)], &[start]), None);
    assert_eq!(ground(true, &[told(1, Fate::OptedOut, 3)], &[start]), Some(Ground::OptedOut));
    assert_eq!(ground(false, &[told(1, Fate::OptedOut, 1)], &[start]), Some(Ground::OptedOut), "no provider of mail takes START");
}

#[test]
fn every_reason_is_one_of_its_own_and_fates_are_read_as_they_are_written() {
    let reasons: BTreeSet<&str> = Ground::ALL.iter().map(|g| g.reason()).chain([STOPPED_EVERYWHERE]).collect();
    assert_eq!(reasons.len(), Ground::ALL.len() + 1);
    for fate in Fate::ALL {
        assert_eq!(fate.as_str().parse(), Ok(fate));
        assert_eq!(serde_json::to_value(fate).ok(), Some(fate.as_str().into()));
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop::sample::select(Fate::ALL.to_vec())
}

proptest! {
    #[test]
    fn any_order_and_repetition_of_receipts_is_the_same_standing(
        words in prop::collection::vec((fate(), 0_i64..5, prop::option::of("[ab]")), 0..8),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..16),
    ) {
        let join = |standing: &mut Standing, (fate, hours, reason): &(Fate, i64, Option<String>)| {
            standing.join(*fate, Word { at: at(*hours), reason: reason.clone() });
        };
        let mut straight = Standing::default();
        words.iter().for_each(|w| join(&mut straight, w));
        let mut shuffled = Standing::default();
        if !words.is_empty() {
            order.iter().for_each(|i| join(&mut shuffled, &words[i.index(words.len())]));
        }
        words.iter().rev().for_each(|w| join(&mut shuffled, w));
        prop_assert_eq!(straight, shuffled);
    }

    #[test]
    fn the_ground_of_an_address_does_not_depend_on_order_or_repetition(
        words in prop::collection::vec((0_u128..4, fate(), 0_i64..200), 0..10),
        said in prop::collection::vec((0_i64..4, prop::sample::select(vec![Said::Start, Said::Doubtful, Said::Stop])), 0..5),
        by_phone: bool,
    ) {
        let told: Vec<ToldOf> = words.iter().map(|(m, f, h)| told(*m, *f, *h)).collect();
        let said: Vec<(Timestamp, Said)> = said.iter().map(|(h, s)| (at(*h), *s)).collect();
        let mut other: Vec<ToldOf> = told.iter().rev().copied().collect();
        other.extend(&told);
        let spoken: Vec<_> = said.iter().rev().chain(&said).copied().collect();
        prop_assert_eq!(ground(by_phone, &told, &said), ground(by_phone, &other, &spoken));
    }

    #[test]
    fn nothing_that_is_told_ever_lifts_a_bounce_or_a_complaint(
        words in prop::collection::vec((0_u128..4, fate(), 0_i64..200), 0..10),
        said in prop::collection::vec((0_i64..4, prop::sample::select(vec![Said::Start, Said::Doubtful, Said::Stop])), 0..5),
        dead in prop::sample::select(vec![Fate::HardBounce, Fate::Suppressed, Fate::Complained]),
    ) {
        let mut told: Vec<ToldOf> = words.iter().map(|(m, f, h)| told(*m, *f, *h)).collect();
        told.push(ToldOf { message: None, fate: dead, at: at(0) });
        let said: Vec<(Timestamp, Said)> = said.iter().map(|(h, s)| (at(*h), *s)).collect();
        prop_assert!(ground(true, &told, &said).is_some_and(|ground| !ground.is_lifted_by_start()));
    }
}
