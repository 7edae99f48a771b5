//! The next moment: that is open everywhere, or at which a clock shows a time.

use crate::domain::schedule::hours::Hours;
use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How far an opening is looked for. A week with a long run of holidays at its end is covered.
const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 8);

/// A zone's clock while it runs evenly: between two changes of its offset.
struct Clock<'a> {
    zone: &'a TimeZone,
    offset: Offset,
    /// When the offset may change; the end of time when it never does.
    until: Timestamp,
}

impl<'a> Clock<'a> {
    fn new(zone: &'a TimeZone, at: Timestamp) -> Self {
        let until = zone.following(at).next().map_or(Timestamp::MAX, |change| change.timestamp());
        Self { zone, offset: zone.to_offset(at), until }
    }

    /// What it shows at `at`, which never goes back from call to call.
    fn show(&mut self, at: Timestamp) -> DateTime {
        if at >= self.until {
            *self = Self::new(self.zone, at);
        }
        self.offset.to_datetime(at)
    }

    /// When it shows `local`; none when it is changed before.
    fn when(&self, local: DateTime) -> Option<Timestamp> {
        self.offset.to_timestamp(local).ok().filter(|&at| at < self.until)
    }
}

/// The first instant at or after `at` that is open by every one of `hours` in every one of `zones`; none when there is none within 8 days.
///
/// Open is what the clock shows: an hour that it skips is in no opening, and one that it shows twice is in its opening twice. Without a zone
/// nobody can say what the clock shows, so nothing is open.
pub fn next_open(at: Timestamp, hours: &[Hours], zones: &[TimeZone]) -> Option<Timestamp> {
    if hours.is_empty() {
        return Some(at);
    }
    if zones.is_empty() {
        return None;
    }
    let limit = at.checked_add(LOOK_AHEAD).unwrap_or(Timestamp::MAX);
    let mut clocks: Vec<Clock<'_>> = zones.iter().map(|zone| Clock::new(zone, at)).collect();
    let mut candidate = at;
    // Each zone with its hours may move the candidate on; it is open once a whole round has left it where it is. Every move is to an opening
    // or to a change of a clock, so there are few of them until the limit.
    while candidate <= limit {
        let before = candidate;
        for clock in &mut clocks {
            for h in hours {
                candidate = next_by(h, clock, candidate)?;
            }
        }
        if candidate == before {
            return Some(candidate);
        }
    }
    None
}

/// The first instant at or after `at` that is open by one clock and one set of hours. What is beyond the search is none.
fn next_by(hours: &Hours, clock: &mut Clock<'_>, at: Timestamp) -> Option<Timestamp> {
    let mut candidate = at;
    loop {
        let local = clock.show(candidate);
        let open = hours.next_local(local);
        if open == Some(local) {
            return Some(candidate);
        }
        match open.and_then(|local| clock.when(local)) {
            Some(found) => return Some(found),
            // The clock is changed before that: what it shows from then on is another matter. Far changes lie beyond any search.
            None if clock.until.duration_since(at) <= LOOK_AHEAD => candidate = clock.until,
            None => return None,
        }
    }
}

/// The first of `hours` that is closed at `at` in one of `zones`, and that zone: for the explanation.
pub fn closed_by<'h, 'z>(at: Timestamp, hours: &'h [Hours], zones: &'z [TimeZone]) -> Option<(&'h Hours, &'z TimeZone)> {
    hours.iter().find_map(|h| zones.iter().find(|zone| !h.is_open(zone.to_datetime(at))).map(|zone| (h, zone)))
}

/// The next instant, at or after `at`, at which the clock in `zone` shows `time`.
///
/// Where the clock is put forward over `time`, it is the first instant after that; where it shows `time` twice, it is the first of the two
/// that is not over. A date that a zone leaves out (Samoa had no 30 December 2011) has no such instant.
pub fn next_local(at: Timestamp, time: Time, zone: &TimeZone) -> Timestamp {
    let mut clock = Clock::new(zone, at);
    let mut candidate = at;
    loop {
        let local = clock.show(candidate);
        let Some(wanted) = next_showing(local, time) else { return candidate };
        if let Some(found) = clock.when(wanted) {
            return found;
        }
        if clock.until == Timestamp::MAX {
            return candidate;
        }
        candidate = clock.until;
        let would_show = clock.offset.to_datetime(candidate);
        let shows = clock.show(candidate);
        let day = wanted.date();
        let day_is_left_out = would_show <= day.to_datetime(Time::midnight()) && shows.date() > day;
        if wanted < shows && !day_is_left_out {
            return candidate;
        }
    }
}

/// The first time at or after `local` that reads `time`, by a clock that runs on evenly; none at the end of the calendar.
fn next_showing(local: DateTime, time: Time) -> Option<DateTime> {
    let today = local.date().to_datetime(time);
    if today >= local { Some(today) } else { today.checked_add(1.day()).ok() }
}
