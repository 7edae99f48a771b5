//! Changes of blocks, made on the source: exactly what is meant is replaced, and the rest is left alone.

use super::parse::blocks;
use super::pieces::{Level, Piece};
use super::{Block, Kind, count, find};
use std::ops::Range;

/// Another text for a field of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of which block.
    pub number: usize,
    /// Of which field: see [`Kind::fields`].
    pub field: String,
    /// As it was typed.
    pub value: String,
}

/// What is done with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Changes places with the one before it.
    Up(usize),
    /// Changes places with the one behind it.
    Down(usize),
    /// Stands there twice.
    Duplicate(usize),
    /// Is gone, with all that is in it.
    Remove(usize),
    /// Gets another block behind it.
    AddAfter(usize, Piece),
    /// Gets another block at its end, within it.
    AddInside(usize, Piece),
}

/// Why something can't be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The text can't be shown as blocks.
    Unfit,
    /// There is no such block, or nothing beside it.
    NotThere,
    /// What was typed into this block's field would tear up what is around it: tags must be closed in the block that opens them.
    Tears(usize, String),
}

/// Puts other texts into fields. What says what is there already changes nothing.
///
/// # Errors
/// `Unfit`, `NotThere`, `Tears`.
pub fn change(source: &str, changes: &[Change]) -> Result<String, Refused> {
    let all = blocks(source).map_err(|_| Refused::Unfit)?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for change in changes {
        let block = find(&all, change.number).filter(|b| b.kind.fields().contains(&change.field.as_str())).ok_or(Refused::NotThere)?;
        let Some(edit) = edit_of(source, block, change) else { continue };
        let alone = replaced(source, vec![edit.clone()]);
        // Each must keep the number of blocks, so that those of the others stay what they are. Code may become other code of any kind.
        let kept = blocks(&alone).is_ok_and(|after| count(&after) == count(&all));
        if !kept {
            return Err(Refused::Tears(change.number, change.field.clone()));
        }
        edits.push(edit);
    }
    Ok(replaced(source, edits))
}

/// Does something with a block.
///
/// # Errors
/// `Unfit`, `NotThere`.
pub fn act(source: &str, act: Act, words: &str) -> Result<String, Refused> {
    let all = blocks(source).map_err(|_| Refused::Unfit)?;
    let of = |number| family(&all, number).ok_or(Refused::NotThere);
    let made = match act {
        Act::Up(number) => {
            let (siblings, at) = of(number)?;
            let before = at.checked_sub(1).and_then(|i| siblings.get(i)).ok_or(Refused::NotThere)?;
            swapped(source, &before.span, &siblings.get(at).ok_or(Refused::NotThere)?.span)
        }
        Act::Down(number) => {
            let (siblings, at) = of(number)?;
            let after = siblings.get(at + 1).ok_or(Refused::NotThere)?;
            swapped(source, &siblings.get(at).ok_or(Refused::NotThere)?.span, &after.span)
        }
        Act::Duplicate(number) => {
            let block = movable(&all, number)?;
            let lines = whole_lines(source, &block.span);
            let copy = source.get(lines.clone()).unwrap_or_default().to_owned();
            replaced(source, vec![(lines.end..lines.end, copy)])
        }
        Act::Remove(number) => replaced(source, vec![(whole_lines(source, &movable(&all, number)?.span), String::new())]),
        Act::AddAfter(number, piece) => {
            let block = movable(&all, number)?;
            let lines = whole_lines(source, &block.span);
            let text = piece.text(Level::around(&all, number), words);
            replaced(source, vec![(lines.end..lines.end, indented(&text, indent_of(source, block.span.start), lines != block.span))])
        }
        Act::AddInside(number, piece) => {
            let block = find(&all, number).ok_or(Refused::NotThere)?;
            let inner = block.inner.clone().filter(|_| block.kind != Kind::Code).ok_or(Refused::NotThere)?;
            let text = piece.text(Level::inside(&all, block), words);
            replaced(source, vec![at_end_of(source, &inner, block.span.start, &text)])
        }
    };
    // Whatever was added must leave a text that can be shown so again.
    if blocks(&made).is_ok() { Ok(made) } else { Err(Refused::Unfit) }
}

/// A block that can be taken by itself: a branch belongs to its condition.
fn movable(all: &[Block], number: usize) -> Result<&Block, Refused> {
    find(all, number).filter(|block| block.kind != Kind::Branch).ok_or(Refused::NotThere)
}

/// The list that a block stands in, and its place there.
fn family(blocks: &[Block], number: usize) -> Option<(&[Block], usize)> {
    if let Some(at) = blocks.iter().position(|b| b.number == number) {
        return (blocks.get(at)?.kind != Kind::Branch).then_some((blocks, at));
    }
    blocks.iter().find_map(|block| family(&block.children, number))
}

/// The source with each range replaced; the ranges don't overlap.
fn replaced(source: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut made = String::with_capacity(source.len());
    let mut at = 0;
    for (range, text) in edits {
        made.push_str(source.get(at..range.start).unwrap_or_default());
        made.push_str(&text);
        at = range.end;
    }
    made.push_str(source.get(at..).unwrap_or_default());
    made
}

/// Two stretches change places; what is between them stays.
fn swapped(source: &str, first: &Range<usize>, second: &Range<usize>) -> String {
    let text = |range: &Range<usize>| source.get(range.clone()).unwrap_or_default().to_owned();
    replaced(source, vec![(first.clone(), text(second)), (second.clone(), text(first))])
}

/// The lines that a stretch stands on, if it stands on them alone; else the stretch.
fn whole_lines(source: &str, span: &Range<usize>) -> Range<usize> {
    let before = source.get(..span.start).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t']).len();
    let after = source.get(span.end..).unwrap_or_default();
    let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
    let alone = (start == 0 || before.get(..start).is_some_and(|b| b.ends_with('\n')))
        && after.get(blank..).is_some_and(|rest| rest.starts_with('\n'));
    if alone { start..span.end + blank + 1 } else { span.clone() }
}

/// The blanks that the line of a place begins with.
fn indent_of(source: &str, at: usize) -> &str {
    let before = source.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
}

/// Lines with an indent before each; on lines of their own with an end behind each, else without those at the ends.
fn indented(text: &str, indent: &str, alone: bool) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{indent}{line}")).collect();
    if alone { lines.join("\n") + "\n" } else { lines.join("\n").trim().to_owned() }
}

/// A text before the closing tag of a block.
fn at_end_of(source: &str, inner: &Range<usize>, start: usize, text: &str) -> (Range<usize>, String) {
    let indent = indent_of(source, start);
    let content = source.get(inner.clone()).unwrap_or_default();
    let kept = content.trim_end_matches([' ', '\t']);
    if kept.ends_with('\n') {
        let at = inner.start + kept.len();
        return (at..at, indented(text, &format!("{indent}  "), true));
    }
    (inner.end..inner.end, format!("\n{}{indent}", indented(text, &format!("{indent}  "), true)))
}

/// What a change does to the source; none where it says what is there.
fn edit_of(source: &str, block: &Block, change: &Change) -> Option<(Range<usize>, String)> {
    let typed = change.value.replace("\r\n", "\n").trim().to_owned();
    // A field of one line gives back what it shows: without the ends of lines.
    let one_line = |text: &str| text.replace(['\n', '\r'], "").trim().to_owned();
    let there = block.field(source, &change.field);
    match change.field.as_str() {
        "text" => (typed != there).then(|| Some((block.place(source, "text")?, tidy(&typed))))?,
        "code" => (typed != there.trim() && !typed.is_empty()).then(|| (block.span.clone(), typed)),
        "when" => {
            let place = block.when.clone()?;
            (typed != one_line(there) && !typed.is_empty()).then_some((place, one_line(&typed)))
        }
        name => {
            let (typed, present) = (one_line(&typed), block.attributes.iter().find(|a| a.name == name));
            match present {
                Some(_) if typed == one_line(there) => None,
                Some(attribute) if typed.is_empty() && name != "alt" => {
                    let before = source.get(..attribute.whole.start).unwrap_or_default();
                    Some((before.trim_end().len()..attribute.whole.end, String::new()))
                }
                Some(attribute) => Some((attribute.value.clone(), quotable(&typed))),
                None if typed.is_empty() => None,
                None => block.attributes_end.map(|end| (end..end, format!(" {name}=\"{}\"", quotable(&typed)))),
            }
        }
    }
}

/// The text with each stretch outside of Liquid changed.
fn outside_of_liquid(text: &str, change: impl Fn(&str) -> String) -> String {
    let (mut made, mut rest) = (String::new(), text);
    while let Some(start) = ["{{", "{%"].into_iter().filter_map(|open| rest.find(open)).min() {
        let (before, from) = rest.split_at(start);
        let close = if from.starts_with("{{") { "}}" } else { "%}" };
        let end = from.find(close).map_or(from.len(), |i| i + 2);
        made.push_str(&change(before));
        let (piece, after) = from.split_at(end);
        made.push_str(piece);
        rest = after;
    }
    made + &change(rest)
}

/// Text as somebody types it, as markup: `<` and `&` that mean nothing there stand for themselves.
fn tidy(text: &str) -> String {
    outside_of_liquid(text, |plain| {
        let mut made = String::with_capacity(plain.len());
        for (at, c) in plain.char_indices() {
            let rest = plain.get(at + c.len_utf8()..).unwrap_or_default();
            match c {
                '&' if !is_entity(rest) => made.push_str("&amp;"),
                '<' if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')) => made.push_str("&lt;"),
                c => made.push(c),
            }
        }
        made
    })
}

/// A value as it may stand between double quotes.
fn quotable(text: &str) -> String {
    outside_of_liquid(text, |plain| tidy(plain).replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;"))
}

/// Does what follows `&` make an entity of it?
fn is_entity(rest: &str) -> bool {
    rest.split_once(';').is_some_and(|(name, _)| {
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.len() <= 10 && name.chars().all(|c| c.is_ascii_alphanumeric())
    })
}
