//! The lines of a list that a store brings along: CSV with a line of headings, or one JSON object a line, some at a time.

use crate::app::consents::import::Line;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};

/// Bytes of one line of JSON.
const LINE_MAX: usize = 64 << 10;

/// Why lines could not be read. The words name no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no list, from its first line on.
    #[error("{0}")]
    NoList(String),
    /// It broke off on its way.
    #[error("{0}")]
    Broken(String),
}

/// A file whose lines end as they do here, whoever wrote it: else the parser counts those that end with two characters one too low.
pub struct Plain<R> {
    source: R,
    /// A return that came, and nothing after it yet.
    held: bool,
}

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        // One less: what was held comes first.
        let mut raw = vec![0; out.len().saturating_sub(1).max(1)];
        loop {
            let came = self.source.read(&mut raw)?;
            let (mut length, mut room) = (0, out.iter_mut());
            let mut put = |byte: u8| {
                if let Some(place) = room.next() {
                    *place = byte;
                    length += 1;
                }
            };
            if came == 0 && std::mem::take(&mut self.held) {
                put(b'\r');
            }
            for byte in raw.iter().take(came).copied() {
                if std::mem::take(&mut self.held) && byte != b'\n' {
                    put(b'\r');
                }
                if byte == b'\r' {
                    self.held = true;
                } else {
                    put(byte);
                }
            }
            if length > 0 || came == 0 {
                return Ok(length);
            }
        }
    }
}

/// The lines of a file, some at a time.
pub enum Lines<R: Read> {
    /// With its headings.
    Csv {
        /// Of the file.
        name: String,
        /// In lower case.
        headings: Vec<String>,
        /// What follows them.
        rows: Box<csv::StringRecordsIntoIter<Plain<R>>>,
    },
    /// An object a line.
    Json {
        /// Of the file.
        name: String,
        /// Counted from 0.
        lines: std::iter::Enumerate<std::io::Lines<BufReader<R>>>,
    },
}

/// Is a file of this name one of JSON lines?
pub fn is_json(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("jsonl") || end.eq_ignore_ascii_case("ndjson"))
}

impl<R: Read> Lines<R> {
    /// Begins to read a file: by its name it is told what it is.
    ///
    /// # Errors
    /// `NoList` without a line of headings.
    pub fn open(name: &str, source: R) -> Result<Self, Unreadable> {
        let name = name.to_owned();
        if is_json(&name) {
            return Ok(Self::Json { name, lines: BufReader::new(source).lines().enumerate() });
        }
        let no_list = |why: &dyn std::fmt::Display| Unreadable::NoList(format!("{name} can't be read: {why}"));
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(Plain { source, held: false });
        let headings = reader.headers().map_err(|_| no_list(&"it is not CSV in UTF-8"))?;
        // Spreadsheets put a mark before the first heading.
        let headings: Vec<String> = headings.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
        if headings.iter().all(String::is_empty) {
            return Err(no_list(&"its first line must name the columns, such as channel,address,reason"));
        }
        Ok(Self::Csv { name, headings, rows: Box::new(reader.into_records()) })
    }

    /// The next lines, or what is wrong with each; none at the end.
    ///
    /// # Errors
    /// `Broken` when the file could not be read to its end.
    pub fn some(&mut self, most: usize) -> Result<Vec<Result<Line, String>>, Unreadable> {
        let broken = |name: &str, e: &dyn std::fmt::Display| Unreadable::Broken(format!("{name} could not be read to its end: {e}"));
        let mut some = Vec::new();
        while some.len() < most {
            let line = match self {
                Self::Csv { name, headings, rows } => match rows.next() {
                    None => break,
                    Some(Err(e)) if e.is_io_error() => return Err(broken(name, &e)),
                    Some(row) => Some(csv_line(name, headings, row)),
                },
                Self::Json { name, lines } => match lines.next() {
                    None => break,
                    Some((at, Err(e))) if e.kind() == std::io::ErrorKind::InvalidData => {
                        Some(Err(format!("{name} line {}: it is not text in UTF-8", at + 1)))
                    }
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

/// What an export put before a text so that it is no formula.
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

    #[test]
    fn lines_are_counted_alike_however_they_end() {
        let check = |end: &str| {
            let text = ["Channel,Address", "email,a", "email,\"b", "c\"", "email,d,e", "email,f"].join(end) + end;
            let mut lines = Lines::open("a.csv", text.as_bytes()).expect("a list");
            let place = |line: &Result<Line, String>| line.as_ref().map_or_else(Clone::clone, |line| line.place.clone());
            let places: Vec<String> = lines.some(9).expect("all").iter().map(place).collect();
            let expected = ["a.csv line 2", "a.csv line 3", "a.csv line 5: it has 3 fields, and there are 2 columns", "a.csv line 6"];
            assert_eq!(places, expected, "{end:?}");
        };
        check("\n");
        check("\r\n");
    }

    #[test]
    fn lines_come_some_at_a_time_with_their_numbers() {
        let mut lines = Lines::open("a.csv", "\u{feff}Channel,Address\nemail,a\nsms,b,c\nemail,d\n".as_bytes()).expect("a list");
        let first = lines.some(2).expect("two");
        assert_eq!(first[0].as_ref().map(|l| l.place.as_str()), Ok("a.csv line 2"));
        assert_eq!(first[1], Err("a.csv line 3: it has 3 fields, and there are 2 columns".into()));
        assert_eq!((lines.some(2).expect("one").len(), lines.some(2).expect("none").len()), (1, 0));
        assert!(matches!(Lines::open("a.csv", "".as_bytes()), Err(Unreadable::NoList(_))));
        let mut lines = Lines::open("b.jsonl", &b"\xff\n{\"address\": \"a\"}\n"[..]).expect("lines");
        assert!(matches!(&lines.some(9).expect("both")[..], [Err(why), Ok(_)] if why.contains("line 1")));
    }
}
