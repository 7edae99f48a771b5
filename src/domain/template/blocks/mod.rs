//! A mail as a tree of blocks: another view of the same MJML and Liquid. Every block knows where it stands in the source, and a change replaces just that, so that
//! what nobody touches stays as it is, byte for byte.

mod edit;
mod parse;
mod pieces;

pub use edit::{Act, Change, Refused, act, change};
pub use parse::{Unfit, blocks};
pub use pieces::{Level, Piece, numbered, pieces};

use std::ops::Range;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sections on a common ground.
    Wrapper,
    /// A row of columns.
    Section,
    /// Columns that stay beside each other on phones.
    Group,
    /// What stands one below the other.
    Column,
    /// Text, headings too.
    Text,
    /// A link that looks like a button.
    Button,
    /// A picture.
    Image,
    /// A line.
    Divider,
    /// Empty room.
    Spacer,
    /// What is shown under conditions: its children are the branches.
    Condition,
    /// What is shown for each of several things: its children are the branches, mostly one.
    Loop,
    /// What is shown in one case of a condition or of a loop.
    Branch,
    /// Anything else, which is changed as code.
    Code,
}

impl Kind {
    /// For keys of words, and for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wrapper => "wrapper",
            Self::Section => "section",
            Self::Group => "group",
            Self::Column => "column",
            Self::Text => "text",
            Self::Button => "button",
            Self::Image => "image",
            Self::Divider => "divider",
            Self::Spacer => "spacer",
            Self::Condition => "condition",
            Self::Loop => "loop",
            Self::Branch => "branch",
            Self::Code => "code",
        }
    }

    /// What of it can be changed, each by the name of its field: `text`, `when`, or an attribute.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Wrapper | Self::Section => &["background-color", "padding"],
            Self::Group | Self::Condition | Self::Loop => &[],
            Self::Column => &["width", "background-color", "padding"],
            Self::Text => &["text", "align", "color", "font-size", "padding"],
            Self::Button => &["text", "href", "background-color", "color", "align"],
            Self::Image => &["src", "alt", "href", "width", "align"],
            Self::Divider => &["border-color", "border-width", "padding"],
            Self::Spacer => &["height"],
            Self::Branch => &["when"],
            Self::Code => &["code"],
        }
    }
}

/// An attribute of a block's tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// What stands between its quotes.
    pub value: Range<usize>,
    /// With its name and quotes.
    pub whole: Range<usize>,
}

/// A part of a mail. Ranges are bytes of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// From 1, in the order of the source.
    pub number: usize,
    /// What it is.
    pub kind: Kind,
    /// From its first byte to its last.
    pub span: Range<usize>,
    /// What stands between its tags, where there can be something.
    pub inner: Option<Range<usize>>,
    /// Of an element.
    pub attributes: Vec<Attribute>,
    /// Where another attribute could stand; none of what isn't an element.
    pub attributes_end: Option<usize>,
    /// Of a branch: the condition, or what is looped over.
    pub when: Option<Range<usize>>,
    /// Within it.
    pub children: Vec<Block>,
}

impl Block {
    /// The text of one of its fields, as it stands in the source; empty where there is none.
    pub fn field<'a>(&self, source: &'a str, name: &str) -> &'a str {
        self.place(source, name).and_then(|range| source.get(range)).unwrap_or_default()
    }

    /// Where a field's text stands.
    fn place(&self, source: &str, name: &str) -> Option<Range<usize>> {
        match name {
            "text" => self.inner.clone().map(|inner| trimmed(source, inner)),
            "when" => self.when.clone(),
            "code" => Some(self.span.clone()),
            _ => self.attributes.iter().find(|a| a.name == name).map(|a| a.value.clone()),
        }
    }
}

/// A range without the blanks at its ends.
fn trimmed(source: &str, range: Range<usize>) -> Range<usize> {
    let text = source.get(range.clone()).unwrap_or_default();
    let start = range.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// The block with this number.
pub fn find(blocks: &[Block], number: usize) -> Option<&Block> {
    blocks.iter().find_map(|block| if block.number == number { Some(block) } else { find(&block.children, number) })
}

/// How many there are.
pub fn count(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| 1 + count(&block.children)).sum()
}

#[cfg(test)]
mod tests;
