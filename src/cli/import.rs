//! `comeback import`: lists that a store brings along. Good lines are taken, bad ones are told with their number, and the same list again changes nothing.

use super::{ACTOR, CliError, out, shop, start};
use crate::app::consents::import::{self, Line};
use crate::app::suppressions::{self, Given};
use crate::app::track::{Fate, TrackError};
use crate::app::{App, ad_costs, ingest};
use crate::config::Config;
use crate::domain::ids::ShopId;
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

/// Lines that are taken together.
const TOGETHER: usize = 200;
/// Bad lines that are told; of more their number is.
const TOLD_MAX: usize = 100;
/// Bytes of one line of JSON.
const LINE_MAX: usize = 64 << 10;

/// A list to take in.
#[derive(Debug, Args)]
pub struct Import {
    /// Which list
    what: What,
    /// CSV with a line of headings, or, with the ending .jsonl, one JSON object a line
    file: PathBuf,
    /// The store's id or domain
    #[arg(long)]
    shop: String,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Addresses that must not be written to: channel, address, reason
    Suppressions,
    /// Shoppers: email, phone, names, and what they agreed to, with its proof
    Contacts,
    /// What advertising cost: day, utm_source, utm_medium, utm_campaign, cost, currency, clicks, impressions
    AdCosts,
}

/// What became of the lines.
#[derive(Default)]
struct Count {
    taken: usize,
    known: usize,
    bad: usize,
}

/// Takes it in.
///
/// # Errors
/// `Found` when a line was bad; what was wrong with the file, and what to do.
pub async fn run(config: Config, command: Import) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let shop = shop::find(&app, &command.shop).await?.id;
    let mut lines = Lines::open(&command.file)?;
    let mut count = Count::default();
    loop {
        let some = lines.some()?;
        if some.is_empty() {
            break;
        }
        take(&app, (shop, command.what), some, &mut count).await?;
    }
    if command.what == What::Contacts {
        while ingest::apply_due(&app).await? > 0 {}
    }
    out::line(&format!("{} taken, {} known before, {} refused", count.taken, count.known, count.bad));
    if count.bad > 0 { Err(CliError::Found) } else { Ok(()) }
}

async fn take(app: &App, (shop, what): (ShopId, What), some: Vec<Result<Line, String>>, count: &mut Count) -> Result<(), CliError> {
    let mut good = Vec::new();
    for line in some {
        match line {
            Ok(line) => good.push(line),
            Err(why) => bad(&why, count),
        }
    }
    let fates = match what {
        What::Contacts => {
            let site = import::site(app, shop).await?;
            import::import(app, &site, &good).await.map_err(|error| match error {
                TrackError::App(error) => error.into(),
                TrackError::Busy(why) => CliError::Failed(format!("{why}; run it again, what was taken is known")),
            })?
        }
        What::Suppressions => forbid(app, shop, &mut good, count).await?,
        What::AdCosts => {
            let lines: Vec<_> = good.iter().map(|line| line.fields.clone()).collect();
            ad_costs::take(app, shop, &lines, ACTOR).await?
        }
    };
    for (line, fate) in good.iter().zip(fates) {
        match fate {
            Fate::Accepted => count.taken += 1,
            Fate::Duplicate => count.known += 1,
            Fate::Refused(why) => bad(&format!("{}: {why}", line.place), count),
        }
    }
    Ok(())
}

/// A line without a channel that is one is bad; the others are taken together.
async fn forbid(app: &App, shop: ShopId, lines: &mut Vec<Line>, count: &mut Count) -> Result<Vec<Fate>, CliError> {
    let mut given = Vec::new();
    lines.retain(|line| {
        let field = |name: &str| line.fields.get(name).map(|t| t.trim()).filter(|t| !t.is_empty());
        match field("channel").unwrap_or_default().parse() {
            Ok(channel) => {
                let address = field("address").unwrap_or_default().to_owned();
                given.push(Given { channel, address, reason: field("reason").map(str::to_owned) });
                true
            }
            Err(why) => {
                bad(&format!("{}: channel: {why}", line.place), count);
                false
            }
        }
    });
    Ok(suppressions::add_all(app, shop, given, ACTOR).await?)
}

fn bad(why: &str, count: &mut Count) {
    count.bad += 1;
    match count.bad.cmp(&TOLD_MAX) {
        std::cmp::Ordering::Less => out::line(why),
        std::cmp::Ordering::Equal => out::line(&format!("{why}\nmore lines are refused; only their number is told")),
        std::cmp::Ordering::Greater => {}
    }
}

/// The lines of a file, some at a time.
enum Lines {
    Csv { name: String, headings: Vec<String>, rows: csv::StringRecordsIntoIter<File> },
    Json { name: String, lines: std::iter::Enumerate<std::io::Lines<BufReader<File>>> },
}

impl Lines {
    fn open(path: &Path) -> Result<Self, CliError> {
        let unreadable = |e: &dyn std::fmt::Display| CliError::Usage(format!("{} can't be read: {e}", path.display()));
        let file = File::open(path).map_err(|e| unreadable(&e))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("jsonl") || e.eq_ignore_ascii_case("ndjson")) {
            return Ok(Self::Json { name, lines: BufReader::new(file).lines().enumerate() });
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
        let headings = reader.headers().map_err(|e| unreadable(&e))?;
        // Spreadsheets put a mark before the first heading.
        let headings: Vec<String> = headings.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
        if headings.iter().all(String::is_empty) {
            return Err(unreadable(&"its first line must name the columns, such as channel,address,reason"));
        }
        Ok(Self::Csv { name, headings, rows: reader.into_records() })
    }

    /// The next lines; none at the end.
    fn some(&mut self) -> Result<Vec<Result<Line, String>>, CliError> {
        let broken = |name: &str, e: &dyn std::fmt::Display| CliError::Failed(format!("{name} could not be read to its end: {e}"));
        let mut some = Vec::new();
        while some.len() < TOGETHER {
            let line = match self {
                Self::Csv { name, headings, rows } => match rows.next() {
                    None => break,
                    Some(Err(e)) if e.is_io_error() => return Err(broken(name, &e)),
                    Some(row) => Some(csv_line(name, headings, row)),
                },
                Self::Json { name, lines } => match lines.next() {
                    None => break,
                    Some((_, Err(e))) => return Err(broken(name, &e)),
                    Some((at, Ok(text))) => (!text.trim().is_empty()).then(|| json_line(&format!("{name} line {}", at + 1), &text)),
                },
            };
            some.extend(line);
        }
        Ok(some)
    }
}

fn csv_line(name: &str, headings: &[String], row: csv::Result<csv::StringRecord>) -> Result<Line, String> {
    let row = row.map_err(|e| {
        let at = e.position().map_or_else(String::new, |p| format!(" line {}", p.line()));
        // The parser's words could show what stands there.
        format!("{name}{at}: it is not CSV in UTF-8")
    })?;
    let place = format!("{name} line {}", row.position().map_or(0, csv::Position::line));
    if row.len() > headings.len() {
        return Err(format!("{place}: it has {} fields, and there are {} columns", row.len(), headings.len()));
    }
    let field = |(heading, value): (&String, &str)| (!value.is_empty()).then(|| (heading.clone(), plain(value)));
    Ok(Line { place, fields: headings.iter().zip(&row).filter_map(field).collect() })
}

/// What `export` put before a text so that it is no formula.
fn plain(value: &str) -> String {
    let rest = value.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    rest.unwrap_or(value).to_owned()
}

fn json_line(place: &str, text: &str) -> Result<Line, String> {
    let wrong = || format!("{place}: it is not a JSON object of texts");
    if text.len() > LINE_MAX {
        return Err(format!("{place}: it is longer than {LINE_MAX} bytes"));
    }
    let values: BTreeMap<String, Value> = serde_json::from_str(text).map_err(|_| wrong())?;
    let mut fields = BTreeMap::new();
    for (name, value) in values {
        match value {
            Value::Null => {}
            Value::String(text) => drop(fields.insert(name, text)),
            Value::Number(number) => drop(fields.insert(name, number.to_string())),
            _ => return Err(wrong()),
        }
    }
    Ok(Line { place: place.to_owned(), fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_is_an_object_of_texts() {
        let line = json_line("l", r#"{"email": "a@example.com", "customer_id": 7, "phone": null}"#).expect("a line");
        assert_eq!(line.fields, BTreeMap::from([("customer_id".into(), "7".into()), ("email".into(), "a@example.com".into())]));
        for bad in ["[]", "{\"a\": [1]}", "nonsense", ""] {
            assert!(json_line("l", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_was_no_formula_comes_back_as_it_was() {
        assert_eq!(plain("'=1"), "=1");
        assert_eq!(plain("'tis"), "'tis");
    }
}
