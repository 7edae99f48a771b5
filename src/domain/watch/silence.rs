//! Has a store fallen silent? Measured by its own history, so that nights and week-ends are not alarms.

use super::{Finding, Kind, Standing, Verdict, spoken};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How much of a store's past, up to its last delivery, says what is usual.
pub const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 28);
/// A week and a day: only then a quiet week-end has been seen.
const HISTORY_MIN: SignedDuration = SignedDuration::from_hours(24 * 8);
/// A shorter silence is never an alarm: platforms send again, and deploys take a while.
const SILENCE_MIN: SignedDuration = SignedDuration::from_hours(1);
/// A longer one always is, for a store that is busy on most days, unless its usual silences come near it.
const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(72);
/// Without enough history: long enough for a week-end and a holiday.
const SILENCE_UNKNOWN: SignedDuration = SignedDuration::from_hours(72);
/// A store to which something came in so many hours, of the 672 of four weeks, is a steady one.
const STEADY: usize = 100;
/// In fewer than this, and hardly anything can be said of its gaps.
const FEW: usize = 20;
const SILENCE_FEW: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A topic must come so often within what is looked at to be judged.
const TOPIC_SEEN_MIN: usize = 20;
/// And so many deliveries of other topics must have come since.
const OTHERS_MIN: usize = 30;
/// And as many times its longest run of others.
const RUNS: usize = 2;
const TOPIC_SILENCE_MIN: SignedDuration = SignedDuration::from_hours(2);
/// Where what is looked at spans less than [`HISTORY_MIN`]: a day, so that no night counts.
const TOPIC_SILENCE_UNKNOWN: SignedDuration = SignedDuration::from_hours(24);

/// A time without any delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The delivery before it.
    pub from: Timestamp,
    /// The delivery after it.
    pub to: Timestamp,
}

impl Gap {
    fn length(self) -> SignedDuration {
        self.to.duration_since(self.from)
    }
}

/// When a store's deliveries came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The last one; none when none ever came.
    pub last_at: Option<Timestamp>,
    /// Every gap of the four weeks before it that reaches over a full hour of the clock; gaps within an hour don't matter.
    pub gaps: BTreeSet<Gap>,
    /// Times for which an alarm stood: what was wrong then is not usual.
    pub outages: Vec<Gap>,
}

struct Limit {
    after: SignedDuration,
    usual: Option<SignedDuration>,
}

impl Arrivals {
    fn limit(&self, last_at: Timestamp) -> Limit {
        let outage = |gap: &Gap| self.outages.iter().any(|o| o.from < gap.to && gap.from < o.to);
        let usual: Vec<Gap> = self.gaps.iter().filter(|g| !outage(g)).copied().collect();
        let longest = usual.iter().map(|g| g.length()).max().unwrap_or_default();
        let known_since = self.gaps.first().map_or(last_at, |g| g.from);
        // Few and irregular: by chance alone, now and then a gap is twice as long as any before.
        if usual.len() < FEW {
            return Limit { after: SILENCE_FEW.max(longest * 3), usual: None };
        }
        if last_at.duration_since(known_since) < HISTORY_MIN {
            return Limit { after: SILENCE_UNKNOWN.max(longest * 2), usual: None };
        }
        let after = if usual.len() < STEADY {
            (longest * 2).max(SILENCE_MIN)
        } else {
            (longest * 3 / 2).max(SILENCE_MIN).min(SILENCE_MAX.max(longest * 5 / 4))
        };
        Limit { after, usual: Some(longest) }
    }
}

/// No webhook for longer than this store's usual gap. It is over when one comes.
pub fn no_deliveries(arrivals: &Arrivals, standing: Option<&Standing>, now: Timestamp) -> Verdict {
    let Some(last_at) = arrivals.last_at else { return Verdict::Unsure };
    if standing.is_some_and(|s| last_at <= s.since) {
        return Verdict::Holds(silent(last_at, arrivals.limit(last_at).usual, now));
    }
    let limit = arrivals.limit(last_at);
    if now.duration_since(last_at) <= limit.after {
        return Verdict::Over;
    }
    Verdict::Holds(silent(last_at, limit.usual, now))
}

fn silent(last_at: Timestamp, usual: Option<SignedDuration>, now: Timestamp) -> Finding {
    let silence = spoken(now.duration_since(last_at));
    let measure = match usual {
        Some(usual) if usual < SILENCE_MIN => "it is never silent for an hour otherwise".to_owned(),
        Some(usual) => format!("its longest usual silence in four weeks was {}", spoken(usual)),
        None => "there is too little history to say what is usual for it".to_owned(),
    };
    Finding {
        kind: Kind::NoDeliveries,
        subject: String::new(),
        since: last_at,
        mark: 0,
        what: format!("No webhook has come from the store for {silence}; {measure}."),
        fix: "Look whether the platform still sends: its list of webhooks, their address, and the failures it reports. Behind a proxy, look whether it \
            lets /webhooks/ through. If the store is simply closed, dismiss this."
            .into(),
    }
}

/// How one topic comes among the others.
struct Topic {
    seen: usize,
    last_at: Timestamp,
    others_since: usize,
    longest_run: usize,
    longest_gap: SignedDuration,
    window: SignedDuration,
}

/// `deliveries`: topics and times, newest first.
fn topic_of(deliveries: &[(String, Timestamp)], topic: &str, now: Timestamp) -> Option<Topic> {
    let places: Vec<(usize, Timestamp)> = deliveries.iter().enumerate().filter(|(_, d)| d.0 == topic).map(|(i, d)| (i, d.1)).collect();
    let (others_since, last_at) = *places.first()?;
    let pairs = || places.iter().zip(places.iter().skip(1));
    Some(Topic {
        seen: places.len(),
        last_at,
        others_since,
        longest_run: pairs().map(|(a, b)| b.0 - a.0 - 1).max().unwrap_or_default(),
        longest_gap: pairs().map(|(a, b)| a.1.duration_since(b.1)).max().unwrap_or_default(),
        window: deliveries.last().map_or(SignedDuration::ZERO, |d| now.duration_since(d.1)),
    })
}

/// One topic stopped while others go on: judged by how many others usually come between two of it, so that a quiet store is no alarm. `deliveries` are the
/// newest ones of the store: topics and times, newest first.
pub fn topic_silent(deliveries: &[(String, Timestamp)], topic: &str, standing: Option<&Standing>, now: Timestamp) -> Verdict {
    let found = topic_of(deliveries, topic, now);
    if let Some(standing) = standing {
        return match found {
            Some(t) if t.last_at > standing.since => Verdict::Over,
            // It is over when the topic comes again, not when its past is out of sight.
            _ => Verdict::Holds(stopped(topic, standing.since, found.map_or(deliveries.len(), |t| t.others_since), now)),
        };
    }
    let Some(t) = found.filter(|t| t.seen >= TOPIC_SEEN_MIN) else { return Verdict::Unsure };
    let known = t.window >= HISTORY_MIN;
    let least = if known { TOPIC_SILENCE_MIN } else { TOPIC_SILENCE_UNKNOWN };
    let after = (t.longest_gap * 3 / 2).max(least).min(SILENCE_MAX.max(t.longest_gap * 5 / 4));
    let others = (t.longest_run * RUNS).max(OTHERS_MIN);
    if t.others_since < others || now.duration_since(t.last_at) <= after {
        return Verdict::Over;
    }
    Verdict::Holds(stopped(topic, t.last_at, t.others_since, now))
}

fn stopped(topic: &str, last_at: Timestamp, others: usize, now: Timestamp) -> Finding {
    Finding {
        kind: Kind::TopicSilent,
        subject: topic.to_owned(),
        since: last_at,
        mark: 0,
        what: format!(
            "No webhook of the topic {topic} has come for {}, while {others} of other topics did.",
            spoken(now.duration_since(last_at))
        ),
        fix: format!(
            "Look whether the platform's list of webhooks still has {topic}: platforms drop one whose deliveries failed for long. If it is meant to be \
             gone, dismiss this."
        ),
    }
}

#[cfg(test)]
mod tests;
