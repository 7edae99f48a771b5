//! Journeys by path, and what a model makes of them: in through a file or from the store's own orders, out as conversions and value per channel.

use super::{Model, heuristic, markov, shapley};
use std::collections::BTreeMap;

/// What a direct visit is called in a path.
pub const DIRECT: &str = "direct";
/// Between two channels of a path.
pub const ARROW: char = '>';

/// Journeys that took the same path.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Channels, by their place in [`Paths::channels`], the first touch first.
    pub path: Vec<usize>,
    /// How many ended with an order.
    pub conversions: f64,
    /// What those were worth.
    pub value: f64,
    /// How many ended without.
    pub nulls: f64,
}

/// Journeys by path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Paths {
    /// Names of channels, in the order in which they were met.
    pub channels: Vec<String>,
    /// Each path once or more often.
    pub journeys: Vec<Journey>,
}

/// What a model gives to a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Credit {
    /// Conversions, in parts of whole ones.
    pub conversions: f64,
    /// Their value.
    pub value: f64,
    /// What part of all conversions would be lost without it; only where the model removes channels.
    pub removal_conversions: Option<f64>,
    /// The same of the value.
    pub removal_value: Option<f64>,
}

/// What a model gives to each channel, in the order of [`Paths::channels`].
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// By channel.
    pub credits: Vec<Credit>,
}

impl Paths {
    /// Adds journeys of one path, whose channels stand between arrows. A path without a channel is left out.
    pub fn add(&mut self, known: &mut BTreeMap<String, usize>, path: &str, (conversions, value, nulls): (f64, f64, f64)) {
        let names = path.split(ARROW).map(str::trim).filter(|name| !name.is_empty());
        let place = |name: &str| {
            *known.entry(name.to_owned()).or_insert_with(|| {
                self.channels.push(name.to_owned());
                self.channels.len() - 1
            })
        };
        let path: Vec<usize> = names.map(place).collect();
        if !path.is_empty() {
            self.journeys.push(Journey { path, conversions, value, nulls });
        }
    }

    /// Reads comma-separated values with a line of headings: a path, its conversions, and, where they are told, their value and how many journeys ended without.
    ///
    /// # Errors
    /// In which line what is wrong.
    pub fn from_csv(text: &str) -> Result<Self, String> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, head) = lines.next().ok_or("the file is empty")?;
        let headings: Vec<String> = fields(head).iter().map(|h| plain(h)).collect();
        let column = |names: &[&str]| headings.iter().position(|h| names.contains(&h.as_str()));
        let path = column(&["path", "journey", "touchpoints"]).ok_or("the first line names no column `path`")?;
        let conversions = column(&["totalconversions", "conversions", "totalconv", "conv"])
            .ok_or("the first line names no column `total_conversions`")?;
        let value = column(&["totalconversionvalue", "conversionvalue", "totalvalue", "value", "revenue"]);
        let nulls = column(&["totalnull", "totalnulls", "null", "nulls", "totalnonconversions"]);
        let (mut paths, mut known) = (Self::default(), BTreeMap::new());
        for (i, line) in lines {
            let cells = fields(line);
            let number = |column: Option<usize>| match column.and_then(|c| cells.get(c)).map(|c| c.trim()) {
                None | Some("") => Ok(0.0),
                Some(text) => text
                    .parse::<f64>()
                    .ok()
                    .filter(|n| n.is_finite() && *n >= 0.0)
                    .ok_or_else(|| format!("line {}: {text:?} is not a number that counts something", i + 1)),
            };
            let counted = (number(Some(conversions))?, number(value)?, number(nulls)?);
            paths.add(&mut known, cells.get(path).map_or("", String::as_str), counted);
        }
        Ok(paths)
    }

    /// The channel of direct visits.
    pub fn direct(&self) -> Option<usize> {
        self.channels.iter().position(|c| c.eq_ignore_ascii_case(DIRECT))
    }

    /// What a model makes of them.
    pub fn outcome(&self, model: Model) -> Outcome {
        match model {
            Model::Markov1 => markov::outcome(self, 1),
            Model::Markov2 => markov::outcome(self, 2),
            Model::Markov3 => markov::outcome(self, 3),
            Model::Shapley => shapley::outcome(self),
            _ => heuristic::outcome(model, self),
        }
    }
}

/// `Total Conversions`, `total_conversions` and `total-conversions` are the same heading.
fn plain(heading: &str) -> String {
    heading.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The fields of a line (RFC 4180).
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                field.push('"');
                rest.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_read_as_people_write_them() {
        let check = |text: &str, expected: Result<(usize, f64, f64), ()>| {
            let got = Paths::from_csv(text).map_err(|_| ());
            let sums =
                got.map(|p| (p.journeys.len(), p.journeys.iter().map(|j| j.conversions).sum(), p.journeys.iter().map(|j| j.nulls).sum()));
            assert_eq!(sums, expected, "{text}");
        };
        check("path,total_conversions,total_conversion_value,total_null\na > b,2,1.5,3\n", Ok((1, 2.0, 3.0)));
        check("Total Null,Path,Conversions\r\n4,\"a > \"\"b\"\", c\",1\r\n\r\n,x,\r\n", Ok((2, 1.0, 4.0)));
        check("path,total_conversions\n > ,1\n", Ok((0, 0.0, 0.0)));
        check("path,total_conversions\na,-1\n", Err(()));
        check("channel,total_conversions\na,1\n", Err(()));
        check("", Err(()));
    }
}
