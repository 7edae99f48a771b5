//! Periods as people and programs write them: instants, or whole days in the store's own zone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Which end of a period a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its first instant. A day: its midnight.
    From,
    /// The first instant after it. A day is part of the period: the midnight that ends it.
    To,
}

/// Reads RFC 3339 (`2026-03-01T00:00:00Z`) or a day (`2026-03-01`).
///
/// # Errors
/// What was expected.
pub fn instant(text: &str, end: End, zone: &TimeZone) -> Result<Timestamp, String> {
    let bad = || {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} is not a time; expected a date such as 2026-03-01 or an instant such as 2026-03-01T00:00:00Z")
    };
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day = Date::strptime("%Y-%m-%d", text).map_err(|_| bad())?;
    let day = match end {
        End::From => day,
        End::To => day.tomorrow().map_err(|_| bad())?,
    };
    Ok(day.to_zoned(zone.clone()).map_err(|_| bad())?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, end: End, expected: Option<&str>) {
        let zone = TimeZone::get("America/New_York").expect("zone");
        let got = instant(text, end, &zone).ok().map(|at| at.to_string());
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn days_begin_and_end_at_the_stores_midnight_also_when_the_clock_changes() {
        check("2026-03-08", End::From, Some("2026-03-08T05:00:00Z"));
        check("2026-03-08", End::To, Some("2026-03-09T04:00:00Z"));
        check("2026-03-08T12:00:00+01:00", End::To, Some("2026-03-08T11:00:00Z"));
        for bad in ["", "yesterday", "2026-13-01", "2026-02-30", "2026-03-08T12:00:00", "9999-12-31"] {
            check(bad, End::To, None);
        }
    }
}
