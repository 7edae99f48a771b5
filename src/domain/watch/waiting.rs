//! What waits and shouldn't: deliveries, messages, providers that refuse, promises that are broken.

use super::{Finding, Kind, Verdict, counted, spoken};
use crate::domain::event::ChannelKind;
use jiff::{SignedDuration, Timestamp};

/// Deliveries are applied within seconds: older ones that wait mean that no worker keeps up.
pub const LAG_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Due messages are looked at within a tick, and again every minute while they wait for something.
const NUDGE_LAG_MAX: SignedDuration = SignedDuration::from_mins(10);
/// A provider may ask to be tried later, now and then; so many messages that wait for it, for this long, are a failure.
const LATER_MIN: i64 = 5;
const LATER_MAX: SignedDuration = SignedDuration::from_mins(30);
/// A platform may be away for a moment, and a pool is filled within seconds: what lasts for this long is a failure.
const CODES_LATE: SignedDuration = SignedDuration::from_mins(10);
/// A sender that is held for this long, though something is due, is a failure.
const HELD_MAX: SignedDuration = SignedDuration::from_mins(10);
/// A provider that doesn't answer once may be restarting.
const PROBES_FAILED: i64 = 2;

fn finding(kind: Kind, subject: &str, since: Timestamp, (what, fix): (String, &str)) -> Verdict {
    Verdict::Holds(Finding { kind, subject: subject.to_owned(), since, mark: 0, what, fix: fix.to_owned() })
}

/// Stored deliveries, or due messages, that nobody works on: since when the oldest of each waits.
pub fn worker_lag(delivery: Option<Timestamp>, nudge: Option<Timestamp>, now: Timestamp) -> Verdict {
    let late = |since: Option<Timestamp>, max| since.filter(|at| now.duration_since(*at) > max);
    let (delivery, nudge) = (late(delivery, LAG_MAX), late(nudge, NUDGE_LAG_MAX));
    let what = match (delivery, nudge) {
        (None, None) => return Verdict::Over,
        (Some(at), None) => format!("Webhooks are stored but not worked on, the oldest for {}.", spoken(now.duration_since(at))),
        (None, Some(at)) => format!("Messages that are due are not looked at, the oldest for {}.", spoken(now.duration_since(at))),
        (Some(at), Some(_)) => {
            format!("Neither webhooks nor due messages are worked on; the oldest webhook waits for {}.", spoken(now.duration_since(at)))
        }
    };
    let since = [delivery, nudge].into_iter().flatten().min().unwrap_or(now);
    let fix = "Nothing is lost. Look whether a process of role `all` or `worker` is running, and at its log; `comeback doctor` tells more.";
    finding(Kind::WorkerLag, "", since, (what, fix))
}

/// Messages of one channel that wait for their next attempt, by why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The provider refused the sender.
    pub refused: i64,
    /// The provider asked to be tried later, or couldn't be reached.
    pub later: i64,
    /// They can't be rendered.
    pub broken: i64,
    /// Since when the oldest of them is due.
    pub since: Option<Timestamp>,
    /// What was recorded of the last attempt of one of them.
    pub why: Option<String>,
    /// Since when nothing is handed over at all though something is due, and what the provider said.
    pub held: Option<(Timestamp, String)>,
}

/// What came of asking a provider whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// When it was asked last.
    pub at: Timestamp,
    /// How often in a row it failed.
    pub failures: i64,
    /// What was wrong the last time.
    pub problem: String,
}

/// As people say it.
fn word(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "SMS",
        ChannelKind::WhatsApp => "WhatsApp",
    }
}

fn waits(count: i64) -> String {
    if count == 1 { "1 message waits".into() } else { format!("{count} messages wait") }
}

fn reason(why: Option<&str>) -> String {
    why.map_or_else(String::new, |why| format!(" The last time: {}.", why.trim_end_matches('.')))
}

/// A provider refuses the sender, keeps asking for later, or can't be reached.
pub fn channel_refusing(channel: ChannelKind, waiting: &Waiting, probed: Option<&Probed>, now: Timestamp) -> Verdict {
    let fix = "Nothing is lost: the messages wait for up to three days. Look at the provider's own status and at its settings here; `comeback doctor` asks \
        it again.";
    let name = word(channel);
    let since = waiting.since.unwrap_or(now);
    if waiting.refused > 0 {
        let what = format!("The {name} provider refuses this sender: {}.{}", waits(waiting.refused), reason(waiting.why.as_deref()));
        return finding(Kind::ChannelRefusing, channel.as_str(), since, (what, fix));
    }
    if waiting.later >= LATER_MIN && now.duration_since(since) > LATER_MAX {
        let what = format!(
            "The {name} provider has not taken messages for {}: {} wait.{}",
            spoken(now.duration_since(since)),
            waiting.later,
            reason(waiting.why.as_deref())
        );
        return finding(Kind::ChannelRefusing, channel.as_str(), since, (what, fix));
    }
    if let Some((since, why)) = waiting.held.as_ref().filter(|(since, _)| now.duration_since(*since) > HELD_MAX) {
        let length = spoken(now.duration_since(*since));
        let what = format!("Nothing is handed to the {name} provider for {length}: it doesn't take messages.{}", reason(Some(why)));
        return finding(Kind::ChannelRefusing, channel.as_str(), *since, (what, fix));
    }
    match probed.filter(|p| p.failures >= PROBES_FAILED) {
        Some(p) => {
            let what = format!("The {name} provider could not be reached {} times in a row.{}", p.failures, reason(Some(&p.problem)));
            finding(Kind::ChannelRefusing, channel.as_str(), p.at, (what, fix))
        }
        None => Verdict::Over,
    }
}

/// Messages of one channel that can't be rendered.
pub fn template_broken(channel: ChannelKind, waiting: &Waiting, now: Timestamp) -> Verdict {
    if waiting.broken == 0 {
        return Verdict::Over;
    }
    let what = format!(
        "{} by {} can't be made from the template.{}",
        counted(waiting.broken, "message"),
        word(channel),
        reason(waiting.why.as_deref())
    );
    let fix =
        "They wait for up to three days, and are tried again every quarter of an hour. Open the template, and save a text without faults.";
    finding(Kind::TemplateBroken, channel.as_str(), waiting.since.unwrap_or(now), (what, fix))
}

/// How a store's discount codes are doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodesWanted {
    /// A campaign at work has an offer.
    pub wanted: bool,
    /// Comeback may ask the store's platform.
    pub has_access: bool,
    /// Why the platform refuses to make codes, or could not be asked; and since when.
    pub problem: Option<(Timestamp, String)>,
    /// Messages that wait for a code.
    pub waiting: i64,
    /// Since when the oldest of them is due.
    pub waiting_since: Option<Timestamp>,
}

/// No codes can be made, or messages wait for some.
pub fn no_discount_codes(codes: &CodesWanted, now: Timestamp) -> Verdict {
    let late = |since: &Timestamp| now.duration_since(*since) >= CODES_LATE;
    let problem = codes.problem.as_ref().filter(|(since, _)| codes.wanted && codes.has_access && late(since));
    let waiting_since = codes.waiting_since.filter(|since| codes.waiting > 0 && late(since));
    let waiting = if codes.waiting > 0 { format!(" {} for one.", waits(codes.waiting)) } else { String::new() };
    let (since, what, fix) = match (problem, waiting_since) {
        (Some((since, why)), _) => (
            *since,
            format!("The store's platform makes no discount codes.{waiting}{}", reason(Some(why))),
            "Put right what it says. Messages wait for a code for two hours, and then leave without, unless their step says otherwise.",
        ),
        (None, Some(since)) if !codes.has_access => (
            since,
            format!("No discount codes can be made: Comeback has no access to the store's platform.{waiting}"),
            "Give it with `comeback shop access` (scope `write_discounts`), or take the offer out of the campaign.",
        ),
        (None, Some(since)) => (
            since,
            format!("There are no discount codes left.{waiting}"),
            "They are made as fast as the platform lets us. If this lasts, look at the log for what it answers.",
        ),
        (None, None) => return Verdict::Over,
    };
    finding(Kind::NoDiscountCodes, "", since, (what, fix))
}

/// Deliveries that couldn't be read: how many, and since when.
pub fn set_aside(count: i64, since: Option<Timestamp>, now: Timestamp) -> Verdict {
    if count == 0 {
        return Verdict::Over;
    }
    let what = if count == 1 { "1 webhook is set aside.".to_owned() } else { format!("{count} webhooks are set aside.") };
    let fix = "Stored, but not readable: nothing is lost. See why on the page Tracking, and try them again after an update.";
    finding(Kind::SetAside, "", since.unwrap_or(now), (what, fix))
}

/// What the nightly check found of a store: how much, and the first of it in a line, without anything personal.
pub fn invariant(count: usize, first: Option<&str>, now: Timestamp) -> Verdict {
    let Some(first) = first else { return Verdict::Over };
    let more = if count > 1 { format!(" And {} more.", count - 1) } else { String::new() };
    let what = format!("The nightly check found what must not be: {first}.{more}");
    let fix = "Run `comeback verify` to see everything, and report it with its output: this is a fault in Comeback or in the database.";
    finding(Kind::Invariant, "", now, (what, fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn what(verdict: &Verdict) -> &str {
        verdict.finding().map_or("", |f| f.what.as_str())
    }

    #[test]
    fn only_what_waits_too_long_is_a_lag() {
        assert_eq!(worker_lag(None, None, at(100)), Verdict::Over);
        assert_eq!(worker_lag(Some(at(95)), Some(at(90)), at(100)), Verdict::Over);
        let check = |delivery: i64, nudge: i64, expected: &str| {
            let verdict = worker_lag(Some(at(delivery)), Some(at(nudge)), at(100));
            assert!(what(&verdict).contains(expected), "{verdict:?}");
        };
        check(94, 100, "Webhooks are stored but not worked on, the oldest for 6 minutes");
        check(100, 89, "Messages that are due are not looked at, the oldest for 11 minutes");
        check(90, 80, "Neither webhooks nor due messages");
        let verdict = worker_lag(Some(at(90)), Some(at(80)), at(100));
        assert_eq!(verdict.finding().map(|f| f.since), Some(at(80)));
    }

    #[test]
    fn one_refused_sender_is_an_alarm_and_a_busy_provider_only_after_a_while() {
        let email = ChannelKind::Email;
        let refused = Waiting { refused: 1, since: Some(at(0)), why: Some("550 no relay".into()), ..Waiting::default() };
        let verdict = channel_refusing(email, &refused, None, at(1));
        assert_eq!(what(&verdict), "The e-mail provider refuses this sender: 1 message waits. The last time: 550 no relay.");
        let later = |count, since| Waiting { later: count, since: Some(at(since)), ..Waiting::default() };
        assert_eq!(channel_refusing(email, &later(50, 0), None, at(30)), Verdict::Over);
        assert_eq!(channel_refusing(email, &later(4, 0), None, at(90)), Verdict::Over);
        let held = Waiting { held: Some((at(0), "429 slow down".into())), ..Waiting::default() };
        assert_eq!(channel_refusing(email, &held, None, at(10)), Verdict::Over);
        let verdict = channel_refusing(email, &held, None, at(11));
        let expected = "Nothing is handed to the e-mail provider for 11 minutes: it doesn't take messages. The last time: 429 slow down.";
        assert_eq!((what(&verdict), verdict.finding().map(|f| f.since)), (expected, Some(at(0))));
        assert!(what(&channel_refusing(email, &later(5, 0), None, at(31))).contains("has not taken messages for 31 minutes: 5 wait"));
    }

    #[test]
    fn a_platform_that_makes_no_codes_is_told_with_its_reason_and_a_moments_wait_is_not() {
        let none = CodesWanted::default();
        assert_eq!(no_discount_codes(&none, at(100)), Verdict::Over);
        let denied = CodesWanted { wanted: true, has_access: true, problem: Some((at(0), "the scope is missing".into())), ..none.clone() };
        assert_eq!(no_discount_codes(&denied, at(9)), Verdict::Over);
        assert_eq!(
            what(&no_discount_codes(&denied, at(10))),
            "The store's platform makes no discount codes. The last time: the scope is missing."
        );
        assert_eq!(no_discount_codes(&CodesWanted { wanted: false, ..denied.clone() }, at(10)), Verdict::Over, "nobody wants any");
        let waiting = CodesWanted { wanted: true, has_access: true, waiting: 2, waiting_since: Some(at(0)), ..none };
        assert_eq!(no_discount_codes(&waiting, at(9)), Verdict::Over);
        assert_eq!(what(&no_discount_codes(&waiting, at(10))), "There are no discount codes left. 2 messages wait for one.");
        let shut = CodesWanted { has_access: false, ..waiting };
        assert!(what(&no_discount_codes(&shut, at(10))).contains("has no access to the store's platform. 2 messages wait for one."));
    }

    #[test]
    fn a_provider_that_fails_once_may_be_restarting() {
        let probed = |failures| Probed { at: at(0), failures, problem: "no answer".into() };
        let asked = |failures| channel_refusing(ChannelKind::Sms, &Waiting::default(), Some(&probed(failures)), at(1));
        assert_eq!(asked(0), Verdict::Over);
        assert_eq!(asked(1), Verdict::Over);
        assert_eq!(what(&asked(2)), "The SMS provider could not be reached 2 times in a row. The last time: no answer.");
    }

    #[test]
    fn what_is_set_aside_broken_or_not_to_be_rendered_is_told_at_once() {
        assert_eq!(set_aside(0, None, at(1)), Verdict::Over);
        assert_eq!(what(&set_aside(1, None, at(1))), "1 webhook is set aside.");
        assert_eq!(invariant(0, None, at(1)), Verdict::Over);
        assert_eq!(what(&invariant(3, Some("a"), at(1))), "The nightly check found what must not be: a. And 2 more.");
        assert_eq!(template_broken(ChannelKind::Email, &Waiting::default(), at(1)), Verdict::Over);
        let broken = Waiting { broken: 2, ..Waiting::default() };
        assert_eq!(what(&template_broken(ChannelKind::Email, &broken, at(1))), "2 messages by e-mail can't be made from the template.");
    }
}
