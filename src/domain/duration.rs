//! Durations as people and programs write them: `1h`, `2s`, `PT1H`, `P5D`. Written back as ISO 8601.

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A length of time; days are 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(pub SignedDuration);

impl Length {
    /// So many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(SignedDuration::from_hours(hours))
    }

    /// So many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(SignedDuration::from_mins(minutes))
    }

    /// In milliseconds, as stored.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

impl std::str::FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || {
            format!(
                "{text:?} is not a duration; expected ISO 8601 such as \"PT1H\" or \"P5D\", or the short form \"1h\", \"30m\", \"2s\", \"5d\""
            )
        };
        let span: Span = text.trim().parse().map_err(|_| bad())?;
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| bad())?;
        if length.is_negative() { Err(bad()) } else { Ok(Self(length)) }
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hours = self.0.as_hours();
        if hours >= 48 && hours % 24 == 0 && self.0 == SignedDuration::from_hours(hours) {
            write!(f, "P{}D", hours / 24)
        } else {
            self.0.fmt(f)
        }
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, ()>) {
        let got = text.parse::<Length>().map(|l| l.to_string()).map_err(|_| ());
        assert_eq!(got, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn both_forms_are_read_and_iso_is_written() {
        check("1h", Ok("PT1H"));
        check("PT1H", Ok("PT1H"));
        check("2s", Ok("PT2S"));
        check("P5D", Ok("P5D"));
        check("5d", Ok("P5D"));
        check("PT24H", Ok("PT24H"));
        check("1h 30m", Ok("PT1H30M"));
        check("-1h", Err(()));
        check("soon", Err(()));
        check("P1M", Err(()));
    }
}
