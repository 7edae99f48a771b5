//! What limits a sender: its rate and its number per day, as whoever runs the program or the store sets them, and the rate that is usual for a provider.

use super::daily::{SenderUse, Slot, WarmUp, sender_use};
use super::{DAY, Rate, SLOT};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::event::ChannelKind;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A warm-up has at most this many days of its own: it lasts weeks, not seasons.
pub const WARM_UP_DAYS_MAX: usize = 60;
/// No limit per day is higher.
pub const PER_DAY_MAX: u32 = 100_000_000;

/// How fast a sender may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it can.
    Unlimited,
    /// No faster than that.
    Rate(Rate),
}

impl Pace {
    /// The rate; none where there is no limit.
    pub fn rate(self) -> Option<Rate> {
        match self {
            Self::Unlimited => None,
            Self::Rate(rate) => Some(rate),
        }
    }
}

const UNLIMITED: &str = "unlimited";

impl std::str::FromStr for Pace {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == UNLIMITED { Ok(Self::Unlimited) } else { text.parse().map(Self::Rate).map_err(|e| format!("{e}, or {UNLIMITED:?}")) }
    }
}

impl std::fmt::Display for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unlimited => f.write_str(UNLIMITED),
            Self::Rate(rate) => rate.fmt(f),
        }
    }
}

impl Serialize for Pace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What limits a sender. The default is what is usual for its provider, and no limit per day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// None: what is usual for the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Pace>,
    /// At most so many messages in any 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
    /// Less than that while the sender is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_up: Option<WarmUp>,
}

impl Limits {
    /// Everything that is wrong with them, each in a sentence with the name of its field.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.per_day.is_some_and(|max| !(1..=PER_DAY_MAX).contains(&max)) {
            faults.push(("per_day", format!("must be 1 to {PER_DAY_MAX}; to send nothing, pause the store or its campaigns")));
        }
        if let Some(warm_up) = &self.warm_up {
            if warm_up.per_day.len() > WARM_UP_DAYS_MAX {
                faults.push(("warm_up.per_day", format!("at most {WARM_UP_DAYS_MAX} days")));
            }
            if warm_up.per_day.iter().any(|max| !(1..=PER_DAY_MAX).contains(max)) {
                faults.push(("warm_up.per_day", format!("each day has 1 to {PER_DAY_MAX} messages")));
            }
        }
        faults
    }

    /// The rate that holds for a sender by that provider.
    pub fn rate_for(&self, provider: &str, kind: ChannelKind) -> Option<Rate> {
        self.rate.unwrap_or_else(|| usual(provider, kind)).rate()
    }

    /// Is there a limit per day, now or ever?
    pub fn counts(&self) -> bool {
        self.per_day.is_some() || self.warm_up.is_some()
    }

    /// How far the limit per day is used up by what left; none where there is none now.
    pub fn used(&self, whose: &str, slots: &[Slot], now: Timestamp) -> Option<SenderUse> {
        let capped = |max: u32| self.per_day.map_or(max, |limit| limit.min(max));
        match self.warm_up.as_ref().and_then(|up| Some((up, up.at(now)?))) {
            Some((up, (max, next))) => {
                let then = up.beginning(next).map_or(self.per_day.unwrap_or(u32::MAX), capped);
                Some(sender_use(whose, (capped(max), Some((then, next))), slots, now))
            }
            None => self.per_day.map(|max| sender_use(whose, (max, None), slots, now)),
        }
    }
}

/// What providers let through, unless they were asked for more. Amazon SES: 14 a second is what an account has once it left the sandbox. Texts: a number of a
/// registered low-volume brand in the USA has 75 segments a minute with each carrier, 3.75 a second in all; toll-free numbers have 3 a second. WhatsApp: 80
/// messages a second for each number. The others have no limit that a store comes near, and say 429 if it does.
pub fn usual(provider: &str, kind: ChannelKind) -> Pace {
    match (provider, kind) {
        ("ses", _) => Pace::Rate(Rate::per_second(14)),
        ("twilio" | "vonage" | "telnyx", ChannelKind::Sms) => Pace::Rate(Rate::per_second(3)),
        ("whatsapp", _) => Pace::Rate(Rate::per_second(80)),
        _ => Pace::Unlimited,
    }
}

/// Slots older than this count nowhere any more.
pub fn counted_since(now: Timestamp) -> Timestamp {
    now.saturating_add_lossy(-DAY).saturating_add_lossy(-SLOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(json: &str) -> Limits {
        serde_json::from_str(json).expect("limits")
    }

    #[test]
    fn limits_are_read_as_they_are_written() {
        let text = r#"{"rate":"14/s burst 30","per_day":2000,"warm_up":{"from":"2026-12-01","per_day":[50,100]}}"#;
        assert_eq!(serde_json::to_string(&limits(text)).expect("json"), text);
        assert_eq!(limits("{}"), Limits::default());
        assert_eq!(limits(r#"{"rate":"unlimited"}"#).rate_for("ses", ChannelKind::Email), None);
        assert!(serde_json::from_str::<Limits>(r#"{"rates":"1/s"}"#).is_err());
    }

    #[test]
    fn what_is_usual_holds_until_somebody_says_otherwise() {
        let check = |json: &str, provider: &str, kind, expected: Option<&str>| {
            assert_eq!(limits(json).rate_for(provider, kind).map(|r| r.to_string()).as_deref(), expected, "{provider} {json}");
        };
        check("{}", "smtp", ChannelKind::Email, None);
        check("{}", "ses", ChannelKind::Email, Some("14/s"));
        check("{}", "twilio", ChannelKind::Sms, Some("3/s"));
        check(r#"{"rate":"100/s"}"#, "twilio", ChannelKind::Sms, Some("100/s"));
    }

    #[test]
    fn what_cannot_be_a_limit_is_told_with_its_place() {
        let faults = limits(r#"{"per_day":0,"warm_up":{"from":"2026-12-01","per_day":[0]}}"#).faults();
        assert_eq!(faults.iter().map(|f| f.0).collect::<Vec<_>>(), ["per_day", "warm_up.per_day"]);
        assert!(limits(r#"{"per_day":50}"#).faults().is_empty());
    }

    #[test]
    fn a_warm_up_never_passes_the_plan_and_ends_in_it() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let both = limits(r#"{"per_day":150,"warm_up":{"from":"2026-12-01"}}"#);
        let max = |time: &str| both.used("the sender", &[], at(time)).map(|u| (u.max, u.warming_up));
        assert_eq!(max("2026-12-01T10:00:00Z"), Some((50, true)));
        assert_eq!(max("2026-12-03T10:00:00Z"), Some((150, true)));
        assert_eq!(max("2027-01-03T10:00:00Z"), Some((150, false)));
        let alone = limits(r#"{"warm_up":{"from":"2026-12-01"}}"#);
        assert_eq!(alone.used("the sender", &[], at("2027-01-03T10:00:00Z")), None);
        assert!(alone.counts() && !limits("{}").counts());
    }
}
