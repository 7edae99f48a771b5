//! What to make of a provider's answer about a message whose outcome is unknown: the rules by which it is settled, sent again, or left to the merchant.
//!
//! One mistake costs more than the other: a reminder that is lost is lost once, one that comes twice tells the shopper that we don't know what we do. So a
//! message is sent again by itself only on evidence, never on silence.

use crate::domain::cart::SaturatingInstant;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// When a provider is asked, counted from the moment at which the outcome was unknown. After the last it is left to the merchant.
pub const ASK_AFTER: [SignedDuration; 5] = [
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];
/// A message that was handed over may take so long to turn up in its provider's lists: before that, not to be found means nothing.
pub const TURNS_UP_WITHIN: SignedDuration = SignedDuration::from_mins(15);
/// A provider has to say twice that it has no such message, so far apart: one look may have met a list that lags behind.
pub const ABSENT_APART: SignedDuration = SignedDuration::from_mins(10);

/// What a provider said about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It has taken it.
    Arrived,
    /// It took it, and will never deliver it.
    Refused,
    /// It has no such message.
    Absent,
    /// It can't tell, now or later.
    CannotSay,
    /// It gave no answer that can be used.
    Unreachable,
}

impl Answer {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Refused => "refused",
            Self::Absent => "absent",
            Self::CannotSay => "cannot_say",
            Self::Unreachable => "unreachable",
        }
    }
}

/// What is known when the answer has come: stored with the decision, enough to decide again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// When it is decided.
    pub now: Timestamp,
    /// Since when the outcome is unknown. The message was handed over before, if ever.
    pub unknown_at: Timestamp,
    /// When the provider first said that it has no such message.
    pub absent_at: Option<Timestamp>,
    /// What it says now.
    pub answer: Answer,
}

/// What becomes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It left.
    Sent,
    /// It is refused for good.
    Failed,
    /// Its provider is asked again.
    AskAgain {
        /// When.
        at: Timestamp,
    },
    /// It never left: it is due again, and every rule of sending is asked anew.
    SendAgain,
    /// Nobody can be asked: a person decides.
    LeaveToMerchant,
}

/// A verdict, and which rule said so: stable, for programs.
pub type Ruled = (Verdict, &'static str);

/// When to ask for the first time.
pub fn first_ask(unknown_at: Timestamp) -> Timestamp {
    let [first, ..] = ASK_AFTER;
    unknown_at.saturating_add_lossy(first)
}

/// Decides on an answer.
pub fn settle(i: &Inputs) -> Ruled {
    match i.answer {
        Answer::Arrived => (Verdict::Sent, "provider_has_it"),
        Answer::Refused => (Verdict::Failed, "provider_refused_it"),
        Answer::CannotSay => (Verdict::LeaveToMerchant, "provider_cannot_say"),
        Answer::Absent => absent(i),
        Answer::Unreachable => unreachable(i),
    }
}

fn absent(i: &Inputs) -> Ruled {
    let first = i.absent_at.unwrap_or(i.now);
    let believed_at = first.saturating_add_lossy(ABSENT_APART).max(i.unknown_at.saturating_add_lossy(TURNS_UP_WITHIN));
    if i.now < believed_at {
        return (Verdict::AskAgain { at: believed_at }, "not_found_yet");
    }
    (Verdict::SendAgain, "never_reached_provider")
}

/// A provider that can't be reached changes nothing: the next time to ask is the first of the list that is still to come.
fn unreachable(i: &Inputs) -> Ruled {
    let times = ASK_AFTER.iter().map(|wait| i.unknown_at.saturating_add_lossy(*wait));
    match times.into_iter().find(|at| *at > i.now) {
        Some(at) => (Verdict::AskAgain { at }, "provider_unreachable"),
        None => (Verdict::LeaveToMerchant, "provider_stayed_unreachable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minutes: i64) -> Timestamp {
        let begin: Timestamp = "2026-07-01T15:00:00Z".parse().expect("time");
        begin + SignedDuration::from_mins(minutes)
    }

    /// `minutes` since the outcome was unknown, the first "absent" before, and the answer; then what becomes of it: `again:` with its minute.
    fn check(minutes: i64, absent: Option<i64>, answer: Answer, expected: &str) {
        let (verdict, _) = settle(&Inputs { now: at(minutes), unknown_at: at(0), absent_at: absent.map(at), answer });
        let said = match verdict {
            Verdict::Sent => "sent".to_owned(),
            Verdict::Failed => "failed".to_owned(),
            Verdict::SendAgain => "send".to_owned(),
            Verdict::LeaveToMerchant => "merchant".to_owned(),
            Verdict::AskAgain { at: then } => format!("again:{}", then.duration_since(at(0)).as_mins()),
        };
        assert_eq!(said, expected, "{minutes} {absent:?} {answer:?}");
    }

    #[test]
    fn each_answer_comes_to_what_it_must() {
        assert_eq!(first_ask(at(0)), at(2));
        check(2, None, Answer::Arrived, "sent");
        check(2, Some(1), Answer::Arrived, "sent");
        check(2, None, Answer::Refused, "failed");
        check(2, None, Answer::CannotSay, "merchant");
    }

    #[test]
    fn absence_is_believed_the_second_time_ten_minutes_later_and_a_quarter_of_an_hour_after_the_hand_over() {
        check(2, None, Answer::Absent, "again:15");
        check(10, None, Answer::Absent, "again:20");
        check(14, Some(2), Answer::Absent, "again:15");
        check(15, Some(2), Answer::Absent, "send");
        check(60, None, Answer::Absent, "again:70");
        check(69, Some(60), Answer::Absent, "again:70");
        check(70, Some(60), Answer::Absent, "send");
        check(3000, None, Answer::Absent, "again:3010");
    }

    #[test]
    fn a_provider_that_cannot_be_reached_is_asked_at_the_next_time_of_the_list_until_a_day_has_gone() {
        check(2, None, Answer::Unreachable, "again:10");
        check(10, None, Answer::Unreachable, "again:60");
        check(61, None, Answer::Unreachable, "again:360");
        check(360, None, Answer::Unreachable, "again:1440");
        check(1440, None, Answer::Unreachable, "merchant");
        check(15, Some(2), Answer::Unreachable, "again:60");
    }

    fn answers() -> impl Strategy<Value = Answer> {
        proptest::sample::select(vec![Answer::Arrived, Answer::Refused, Answer::Absent, Answer::CannotSay, Answer::Unreachable])
    }

    proptest! {
        /// A whole life of asking, with workers that come late: it ends, it goes forward, and it sends again on evidence only.
        #[test]
        fn asking_ends_and_only_two_absences_apart_send_again(life in proptest::collection::vec((answers(), 0i64..200), 1..40)) {
            let (mut now, mut absent_at) = (first_ask(at(0)), None);
            let mut absences: Vec<Timestamp> = Vec::new();
            for (answer, late) in life {
                now += SignedDuration::from_mins(late);
                if answer == Answer::Absent {
                    absences.push(now);
                }
                let (verdict, _) = settle(&Inputs { now, unknown_at: at(0), absent_at, answer });
                match verdict {
                    Verdict::AskAgain { at } => {
                        prop_assert!(at > now);
                        now = at;
                    }
                    Verdict::SendAgain => {
                        prop_assert!(now >= at(15) && absences.len() > 1 && now >= absences[0] + ABSENT_APART);
                        return Ok(());
                    }
                    Verdict::Sent => { prop_assert_eq!(answer, Answer::Arrived); return Ok(()); }
                    Verdict::Failed => { prop_assert_eq!(answer, Answer::Refused); return Ok(()); }
                    Verdict::LeaveToMerchant => { prop_assert!(matches!(answer, Answer::CannotSay | Answer::Unreachable)); return Ok(()); }
                }
                if answer == Answer::Absent {
                    absent_at = absent_at.or(Some(now.min(absences[0])));
                }
            }
        }
    }
}
