//! When a step is really due: its delay from the abandonment or from the message before, then the clock where the shopper is.

use super::{LOOK_AGAIN, Timing};
use crate::domain::campaign::After;
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::schedule::next_local;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// When a step is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Then.
    At(Timestamp),
    /// Not known before the message that it follows is settled; worth another look then.
    AfterPrevious(Timestamp),
}

/// When a step is due that was planned for `due_at`. A message that was not sent counts as if it had been when it was planned for, so that whatever kept it back
/// doesn't keep back the next. One that somebody wants now is due when they said so, but never before the message that it follows is settled.
pub fn due(timing: &Timing, due_at: Timestamp, now: Timestamp, zone: Option<&TimeZone>) -> Due {
    let base = match (timing.after, &timing.previous) {
        (After::Abandonment, _) | (_, None) => due_at,
        (After::PreviousSend, Some(previous)) => {
            let planned = previous.due_at.saturating_add_lossy(timing.delay.0);
            if !previous.settled {
                return Due::AfterPrevious(planned.max(now.saturating_add_lossy(LOOK_AGAIN)));
            }
            previous.sent_at.map_or(planned, |at| at.saturating_add_lossy(timing.delay.0))
        }
    };
    Due::At(if timing.hurried { due_at } else { local(timing, base, zone) })
}

/// The next time that the clock shows what the step asks for, at or after an instant.
pub fn local(timing: &Timing, base: Timestamp, zone: Option<&TimeZone>) -> Timestamp {
    match (timing.at, zone) {
        (Some(time), Some(zone)) => next_local(base, time, zone),
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::duration::Length;
    use crate::domain::nudge::{NudgeState, Previous};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("time")
    }

    fn check(state: NudgeState, sent_at: Option<&str>, expected: Due) {
        let due_at = at("2026-07-01T10:00:00Z");
        let previous = Previous::of(state, due_at, sent_at.map(at));
        let timing = Timing { delay: Length::hours(24), after: After::PreviousSend, previous: Some(previous), ..Timing::default() };
        assert_eq!(due(&timing, at("2026-07-02T10:00:00Z"), at("2026-07-01T10:10:00Z"), None), expected, "{state:?}");
    }

    #[test]
    fn a_delay_counts_from_the_real_departure_of_the_message_before() {
        check(NudgeState::Sent, Some("2026-07-01T15:00:00Z"), Due::At(at("2026-07-02T15:00:00Z")));
        check(NudgeState::Unknown, Some("2026-07-01T15:00:00Z"), Due::At(at("2026-07-02T15:00:00Z")));
        check(NudgeState::Cancelled, None, Due::At(at("2026-07-02T10:00:00Z")));
        check(NudgeState::Failed, None, Due::At(at("2026-07-02T10:00:00Z")));
        check(NudgeState::Scheduled, None, Due::AfterPrevious(at("2026-07-02T10:00:00Z")));
        check(NudgeState::Sending, Some("2026-07-01T15:00:00Z"), Due::AfterPrevious(at("2026-07-02T10:00:00Z")));
        check(NudgeState::Failed, Some("2026-07-01T15:00:00Z"), Due::At(at("2026-07-02T10:00:00Z")));
    }

    #[test]
    fn what_somebody_wants_now_waits_for_nothing_but_the_message_before() {
        let (due_at, now) = (at("2026-07-02T08:00:00Z"), at("2026-07-02T08:00:30Z"));
        let zone = TimeZone::get("Europe/Berlin").expect("zone");
        let hurried = |state: NudgeState| {
            let previous = Previous::of(state, at("2026-07-02T07:00:00Z"), Some(at("2026-07-02T07:00:00Z")));
            let clock = Some(jiff::civil::time(18, 0, 0, 0));
            let delay = Length::hours(24);
            Timing { delay, after: After::PreviousSend, previous: Some(previous), at: clock, hurried: true, ..Timing::default() }
        };
        assert_eq!(due(&hurried(NudgeState::Sent), due_at, now, Some(&zone)), Due::At(due_at));
        assert_eq!(due(&hurried(NudgeState::Sending), due_at, now, Some(&zone)), Due::AfterPrevious(at("2026-07-03T07:00:00Z")));
    }

    #[test]
    fn it_waits_for_the_shoppers_clock() {
        let zone = TimeZone::get("Europe/Berlin").expect("zone");
        let timing = Timing { at: Some(jiff::civil::time(10, 0, 0, 0)), ..Timing::default() };
        let now = at("2026-07-01T10:00:00Z");
        assert_eq!(due(&timing, at("2026-07-01T10:00:00Z"), now, Some(&zone)), Due::At(at("2026-07-02T08:00:00Z")));
        assert_eq!(due(&timing, at("2026-07-02T08:00:00Z"), now, Some(&zone)), Due::At(at("2026-07-02T08:00:00Z")));
    }
}
