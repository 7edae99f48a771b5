//! Marks on the time axis: what people noted, and what the system did that may explain a change of the figures.

use super::campaign::CampaignSpec;
use super::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Characters of a note.
pub const NOTE_MAX: usize = 200;

/// What a mark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody noted it.
    Note,
    /// A version of a campaign was published.
    CampaignPublished,
    /// A campaign was paused, resumed or archived.
    CampaignState,
    /// Another part of the shoppers is held out for comparison.
    HoldoutChanged,
    /// A campaign's windows or model of attribution changed.
    AttributionChanged,
    /// A template's text changed.
    TemplateChanged,
    /// What is sold costs more or less than before.
    PriceChanged,
    /// The store's settings of money, attribution or sending changed.
    SettingsChanged,
    /// Something was wrong.
    Outage,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Of a note: by which it is changed; none for what the system made.
    pub id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
    /// When it was over; none for what is no span, and for what lasts.
    pub until: Option<Timestamp>,
    /// What it is about.
    pub kind: Kind,
    /// For people.
    pub note: String,
}

impl Mark {
    /// A mark of the system's.
    pub fn of_system(at: Timestamp, kind: Kind, note: impl Into<String>) -> Self {
        Self { id: None, at, until: None, kind, note: note.into() }
    }
}

/// A note as it is kept: on one line, without a blank at either end.
///
/// # Errors
/// What is wrong with it.
pub fn note(text: &str) -> Result<String, String> {
    let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        1..=NOTE_MAX => Ok(text),
        0 => Err("say what happened".to_owned()),
        count => Err(format!("a note has at most {NOTE_MAX} characters, and this one has {count}")),
    }
}

/// What the publishing of a version of a campaign means for the figures: that it happened, and what of it changes how they come about.
pub fn published(at: Timestamp, (old, new): (Option<&CampaignSpec>, &CampaignSpec), version: i64) -> Vec<Mark> {
    let name = &new.name;
    let mut marks = vec![Mark::of_system(at, Kind::CampaignPublished, format!("{name}: version {version} published"))];
    let Some(old) = old else { return marks };
    if old.holdout_percent != new.holdout_percent {
        let note = format!("{name}: comparison group changed from {} % to {} %", old.holdout_percent, new.holdout_percent);
        marks.push(Mark::of_system(at, Kind::HoldoutChanged, note));
    }
    if old.attribution != new.attribution {
        marks.push(Mark::of_system(at, Kind::AttributionChanged, format!("{name}: attribution changed")));
    }
    marks
}

/// What somebody did to the settings, as a mark; none where it changes no figure. `name` is that of the campaign that it was done to.
pub fn done(at: Timestamp, action: &str, name: Option<&str>) -> Option<Mark> {
    let campaign = || name.unwrap_or("a campaign");
    let mark = |kind, note: String| Some(Mark::of_system(at, kind, note));
    match action.split_once('.')? {
        ("campaign", "pause") => mark(Kind::CampaignState, format!("{}: paused", campaign())),
        ("campaign", "resume") => mark(Kind::CampaignState, format!("{}: resumed", campaign())),
        ("campaign", "archive") => mark(Kind::CampaignState, format!("{}: archived", campaign())),
        ("money", _) => mark(Kind::SettingsChanged, "What counts as revenue was changed".to_owned()),
        ("attribution", _) => mark(Kind::SettingsChanged, "Attribution was changed".to_owned()),
        ("policy", _) => mark(Kind::SettingsChanged, "The rules of sending were changed".to_owned()),
        ("shop", "status") => mark(Kind::SettingsChanged, "The store was paused or resumed".to_owned()),
        _ => None,
    }
}

/// A variant's price that isn't what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// When it was first seen.
    pub at: Timestamp,
    /// The product's.
    pub name: String,
    /// The one before.
    pub before: Money,
    /// The new one.
    pub after: Money,
}

/// What changes of prices look like on a time axis: one mark a day, at the first of them.
pub fn prices(changes: &[PriceChange], zone: &TimeZone) -> Vec<Mark> {
    let mut days: BTreeMap<Date, Vec<&PriceChange>> = BTreeMap::new();
    for change in changes {
        days.entry(change.at.to_zoned(zone.clone()).date()).or_default().push(change);
    }
    days.values().filter_map(|changes| prices_of_day(changes)).collect()
}

fn prices_of_day(changes: &[&PriceChange]) -> Option<Mark> {
    let first = changes.iter().min_by_key(|c| (c.at, &c.name))?;
    let products: BTreeSet<&str> = changes.iter().map(|c| c.name.as_str()).collect();
    let example = format!("{} from {} to {}", first.name, first.before.amount(), first.after);
    let note = match (products.len(), changes.len()) {
        (1, 1) => format!("Price changed: {example}"),
        (1, variants) => format!("Prices of {variants} variants changed: {example}"),
        (count, _) => format!("Prices of {count} products changed, such as {example}"),
    };
    Some(Mark::of_system(first.at, Kind::PriceChanged, note))
}

/// In the order of time; of one instant the note first.
pub fn in_order(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort_by(|a, b| (a.at, a.kind, &a.note).cmp(&(b.at, b.kind, &b.note)));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_stands_on_one_line_and_says_something() {
        assert_eq!(note("  Summer\r\nsale \t begins "), Ok("Summer sale begins".to_owned()));
        assert!(note(" \n ").is_err() && note(&"x".repeat(201)).is_err() && note(&"ü".repeat(200)).is_ok());
    }

    #[test]
    fn a_version_says_what_of_it_changes_the_figures() {
        let at = Timestamp::UNIX_EPOCH;
        let old = CampaignSpec { holdout_percent: 10, ..CampaignSpec::starter() };
        let new = CampaignSpec { holdout_percent: 5, ..old.clone() };
        let notes = |old: Option<&CampaignSpec>, new| published(at, (old, new), 2).into_iter().map(|m| m.note).collect::<Vec<_>>();
        assert_eq!(notes(None, &new).len(), 1);
        assert_eq!(notes(Some(&old), &old).len(), 1);
        let changed = notes(Some(&old), &new);
        assert_eq!(changed.len(), 2);
        assert!(changed[1].ends_with("comparison group changed from 10 % to 5 %"), "{changed:?}");
    }

    #[test]
    fn only_what_changes_figures_is_a_mark() {
        let check = |action: &str, expected: Option<&str>| {
            assert_eq!(done(Timestamp::UNIX_EPOCH, action, Some("Spring")).map(|m| m.note).as_deref(), expected, "{action}");
        };
        check("campaign.pause", Some("Spring: paused"));
        check("campaign.update", None);
        check("token.create", None);
        check("nonsense", None);
    }
}
