//! Two texts that were both made from a third, put together: what only one of them changed is taken, and where both changed the same lines somebody chooses.

use similar::{Algorithm, MergeRegion, MergeResolution, TextMerge, TextMergeConfig};
use std::ops::Range;

const LINES_MAX: usize = 5_000; // of one text: longer ones are not merged, but chosen whole

/// A stretch of the two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Region {
    /// Nobody is to be asked.
    Agreed(String),
    /// Both changed it, each in another way.
    Differs {
        /// What it was before.
        base: String,
        /// What the others made of it.
        theirs: String,
        /// What we made of it.
        mine: String,
    },
}

/// What to take where both changed the same lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What the others made of it.
    Theirs,
    /// What we made of it.
    Mine,
    /// Theirs, and then ours.
    Both,
}

/// Puts two descendants of one text together. What is taken from each region, joined in order, is the new text.
pub fn merge(base: &str, theirs: &str, mine: &str) -> Vec<Region> {
    let alone = |text: &str| vec![Region::Agreed(text.to_owned())];
    if theirs == mine || base == theirs {
        return alone(mine);
    }
    if base == mine {
        return alone(theirs);
    }
    if [base, theirs, mine].iter().any(|text| text.split('\n').count() > LINES_MAX) {
        return vec![Region::Differs { base: base.to_owned(), theirs: theirs.to_owned(), mine: mine.to_owned() }];
    }
    let mut config = TextMergeConfig::new();
    config.algorithm(Algorithm::Patience);
    let merged = config.merge_lines(base, mine, theirs);
    let mut regions: Vec<Region> = Vec::new();
    for found in merged.regions() {
        match (regions.last_mut(), region(&merged, found)) {
            (Some(Region::Agreed(before)), Region::Agreed(text)) => before.push_str(&text),
            (_, next) => regions.push(next),
        }
    }
    regions
}

fn region(merged: &TextMerge<'_, '_, '_, str>, found: &MergeRegion) -> Region {
    let of = |range: Range<usize>, line: &dyn Fn(usize) -> Option<String>| range.filter_map(line).collect::<String>();
    let base = of(found.base_range(), &|i| merged.base_line(i).map(str::to_owned));
    let mine = of(found.ours_range(), &|i| merged.ours_line(i).map(str::to_owned));
    let theirs = of(found.theirs_range(), &|i| merged.theirs_line(i).map(str::to_owned));
    match found.resolution() {
        MergeResolution::Unchanged | MergeResolution::Ours | MergeResolution::Both => Region::Agreed(mine),
        MergeResolution::Theirs => Region::Agreed(theirs),
        _ => Region::Differs { base, theirs, mine },
    }
}

/// The new text, by what is chosen for each region that differs: they are numbered from 0.
pub fn join(regions: &[Region], choose: impl Fn(usize) -> Choice) -> String {
    let mut text = String::new();
    let mut number = 0;
    for region in regions {
        match region {
            Region::Agreed(agreed) => text.push_str(agreed),
            Region::Differs { theirs, mine, .. } => {
                match choose(number) {
                    Choice::Theirs => text.push_str(theirs),
                    Choice::Mine => text.push_str(mine),
                    Choice::Both => {
                        text.push_str(theirs);
                        if !theirs.is_empty() && !theirs.ends_with('\n') {
                            text.push('\n');
                        }
                        text.push_str(mine);
                    }
                }
                number += 1;
            }
        }
    }
    text
}
