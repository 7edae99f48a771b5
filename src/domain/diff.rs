//! What differs between two texts: line by line, and word by word within lines that are much alike.

mod merge;

pub use merge::{Choice, Region, join, merge};

use similar::{Algorithm, DiffOp, capture_diff_slices};

const LINES_MAX: usize = 5_000; // of one text: with more, all between the first and the last difference counts as changed
const WORDS_MAX: usize = 1_500; // of one line: longer ones are compared whole
const ALIKE: f64 = 0.4; // the part of two lines' letters that must be the same for their words to be told apart

/// Which of the two texts a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Both.
    Same,
    /// The old one alone.
    Removed,
    /// The new one alone.
    Added,
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// As it stands there.
    pub text: String,
    /// Is it what makes the line differ from the one that it replaces, or that replaces it?
    pub changed: bool,
}

/// A line of one text or of both, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose.
    pub kind: Kind,
    /// Its number in the old text, from 1.
    pub old: Option<usize>,
    /// Its number in the new text, from 1.
    pub new: Option<usize>,
    /// The line, in stretches; none is empty, and an empty line has none.
    pub parts: Vec<Part>,
}

impl Line {
    /// The whole line.
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}

/// Lines to be shown, or a run of lines that are the same and far from any difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// Differences, and what stands around them.
    Shown(Vec<Line>),
    /// What may be left out.
    Folded(Vec<Line>),
}

/// Every line of both texts, in order; what is replaced stands before what replaces it. A text without a letter has no line.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let (old, new) = (split(old), split(new));
    let mut found = Vec::new();
    for op in operations(&old, &new) {
        let (_, from, to) = op.as_tag_tuple();
        let (before, after) = (old.get(from.clone()).unwrap_or_default(), new.get(to.clone()).unwrap_or_default());
        if matches!(op, DiffOp::Equal { .. }) {
            let same = before.iter().zip(from.zip(to));
            found.extend(same.map(|(text, (o, n))| Line {
                kind: Kind::Same,
                old: Some(o + 1),
                new: Some(n + 1),
                parts: whole(text, false),
            }));
        } else {
            let (removed, added) = replaced(before, after);
            let removed = removed.into_iter().zip(from);
            found.extend(removed.map(|(parts, o)| Line { kind: Kind::Removed, old: Some(o + 1), new: None, parts }));
            found.extend(added.into_iter().zip(to).map(|(parts, n)| Line { kind: Kind::Added, old: None, new: Some(n + 1), parts }));
        }
    }
    found
}

/// Do the two texts differ at all?
pub fn differ(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.kind != Kind::Same)
}

/// The lines with long runs of equal ones set apart: `around` of them stay beside each difference.
pub fn folded(lines: Vec<Line>, around: usize) -> Vec<Stretch> {
    let changed: Vec<bool> = lines.iter().map(|line| line.kind != Kind::Same).collect();
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(around), at.saturating_add(around + 1).min(changed.len()));
        changed.get(from..to).is_some_and(|window| window.contains(&true))
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        match (stretches.last_mut(), near(at)) {
            (Some(Stretch::Shown(run)), true) | (Some(Stretch::Folded(run)), false) => run.push(line),
            (_, true) => stretches.push(Stretch::Shown(vec![line])),
            (_, false) => stretches.push(Stretch::Folded(vec![line])),
        }
    }
    stretches
}

fn split(text: &str) -> Vec<&str> {
    if text.is_empty() { Vec::new() } else { text.split('\n').collect() }
}

fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    if old.len().max(new.len()) <= LINES_MAX {
        return capture_diff_slices(Algorithm::Patience, old, new);
    }
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old.len() - start - end, new.len() - start - end);
    vec![
        DiffOp::Equal { old_index: 0, new_index: 0, len: start },
        DiffOp::Replace { old_index: start, old_len, new_index: start, new_len },
        DiffOp::Equal { old_index: old.len() - end, new_index: new.len() - end, len: end },
    ]
}

fn whole(text: &str, changed: bool) -> Vec<Part> {
    if text.is_empty() { Vec::new() } else { vec![Part { text: text.to_owned(), changed }] }
}

type Sides = (Vec<Vec<Part>>, Vec<Vec<Part>>);

/// Lines that replace each other: those in the same place are told apart by their words.
fn replaced(before: &[&str], after: &[&str]) -> Sides {
    let paired = before.len().min(after.len());
    let (mut removed, mut added): Sides = before.iter().zip(after).map(|(old, new)| words(old, new)).unzip();
    removed.extend(before.iter().skip(paired).map(|text| whole(text, true)));
    added.extend(after.iter().skip(paired).map(|text| whole(text, true)));
    (removed, added)
}

/// The parts of a line and of the one that replaces it.
fn words(old: &str, new: &str) -> (Vec<Part>, Vec<Part>) {
    let (a, b) = (tokens(old), tokens(new));
    let apart = || (whole(old, true), whole(new, true));
    if a.len().max(b.len()) > WORDS_MAX {
        return apart();
    }
    let (mut removed, mut added, mut kept) = (Vec::new(), Vec::new(), 0);
    for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
        let (_, from, to) = op.as_tag_tuple();
        let same = matches!(op, DiffOp::Equal { .. });
        let (before, after) = (a.get(from).unwrap_or_default().concat(), b.get(to).unwrap_or_default().concat());
        kept += if same { letters(&before) } else { 0 };
        push(&mut removed, before, !same);
        push(&mut added, after, !same);
    }
    let most = letters(old).max(letters(new));
    #[allow(clippy::cast_precision_loss, reason = "lengths of lines")]
    let alike = most == 0 || kept as f64 >= ALIKE * most as f64;
    if alike { (removed, added) } else { apart() }
}

fn push(parts: &mut Vec<Part>, text: String, changed: bool) {
    match parts.last_mut() {
        Some(before) if before.changed == changed => before.text.push_str(&text),
        _ if text.is_empty() => {}
        _ => parts.push(Part { text, changed }),
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Words, runs of blanks, and every other character alone.
fn tokens(line: &str) -> Vec<&str> {
    let class = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            1
        } else if c.is_whitespace() {
            2
        } else {
            0
        }
    };
    let mut found = Vec::new();
    let (mut start, mut before) = (0, None);
    for (at, c) in line.char_indices() {
        if before.is_some_and(|b| b == 0 || b != class(c)) {
            found.extend(line.get(start..at));
            start = at;
        }
        before = Some(class(c));
    }
    found.extend(line.get(start..).filter(|rest| !rest.is_empty()));
    found
}

#[cfg(test)]
mod tests;
