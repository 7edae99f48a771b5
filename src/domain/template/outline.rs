//! What of a rendered template is the same for every shopper, and what is each one's own.
//!
//! A template's Liquid writes MJML in which each value stands between two marks. Values that stand where MJML passes characters through untouched (in the
//! text of an element, in an attribute that decides nothing about the layout) are taken out, and a token is left in their place: the *outline*. All others
//! stay in it as they are. Two mails with the same outline differ in those values alone, so that MJML has to be laid out once for all of them.

use super::language::{SLOT_END, SLOT_START};
use super::values::{COLON, PRIVATE, is_mark};

/// More values than a mail ever has: each needs a character of its own.
pub const SLOTS_MAX: usize = 0x800;
/// Stands for a value in text: this and the next 2,047 characters.
pub const IN_TEXT: u32 = 0xE100;
/// Stands for a value in an attribute.
pub const IN_ATTRIBUTE: u32 = 0xE900;
/// Stands for such a value where the plain-text part shows the address of a link.
pub const IN_ADDRESS: u32 = 0xF100;

/// The elements whose text MJML copies as it is.
const TEXTUAL: [&str; 6] = ["mj-text", "mj-button", "mj-table", "mj-raw", "mj-title", "mj-preview"];
/// The attributes of MJML's own elements that it copies as they are, and decides nothing by.
const COPIED: [(&str, &str); 7] = [
    ("mj-button", "href"),
    ("mj-button", "name"),
    ("mj-image", "href"),
    ("mj-image", "src"),
    ("mj-image", "alt"),
    ("mj-image", "title"),
    ("mj-image", "name"),
];
/// The attributes of HTML elements by which the plain-text part is made.
const READ: [&str; 2] = ["style", "class"];

/// A rendered template, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// MJML with tokens.
    pub skeleton: String,
    /// The value of each token, in their order, marked as values are.
    pub values: Vec<String>,
}

impl Outline {
    /// Takes it apart; none where that can't be done safely.
    pub fn of(marked: &str) -> Option<Self> {
        // The MJML renderer's own escapes begin with a backslash: with none in the template, every one is the renderer's.
        if marked.contains('\\') {
            return None;
        }
        let mut reader =
            Reader { out: String::with_capacity(marked.len()), values: Vec::new(), place: Place::Text, inside: false, entity: false };
        let mut rest = marked;
        while let Some((literal, after)) = rest.split_once(SLOT_START) {
            let (value, next) = after.split_once(SLOT_END)?;
            reader.literal(literal);
            reader.value(value)?;
            rest = next;
        }
        if rest.contains(SLOT_END) {
            return None;
        }
        reader.literal(rest);
        Some(Self { skeleton: reader.out, values: reader.values })
    }
}

/// Where in the MJML the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// In a tag, from this byte of what was read on.
    Tag(usize),
    /// In an attribute, by its quote: of a tag that starts at the first byte, its quote stands at the second.
    Quoted(u8, usize, usize),
    Comment,
}

struct Reader {
    out: String,
    values: Vec<String>,
    place: Place,
    /// In the text of an element that is copied as it is.
    inside: bool,
    /// After `&` and letters: what follows may belong to an entity.
    entity: bool,
}

impl Reader {
    fn literal(&mut self, text: &str) {
        let start = self.out.len();
        self.out.push_str(text);
        for at in start..self.out.len() {
            if let Some(byte) = self.out.as_bytes().get(at).copied() {
                self.step(byte, at);
            }
        }
    }

    fn step(&mut self, byte: u8, at: usize) {
        self.entity = byte == b'&' || (self.entity && (byte.is_ascii_alphanumeric() || byte == b'#'));
        match (self.place, byte) {
            (Place::Text, b'<') => self.place = Place::Tag(at),
            (Place::Tag(start), b'-') if self.out.get(start..=at) == Some("<!--") => self.place = Place::Comment,
            (Place::Comment, b'>') if self.out.get(..=at).is_some_and(|out| out.ends_with("-->")) => self.place = Place::Text,
            (Place::Tag(start), b'>') => {
                self.passed(start, at);
                self.place = Place::Text;
            }
            (Place::Tag(start), b'"' | b'\'') => self.place = Place::Quoted(byte, start, at),
            (Place::Quoted(quote, start, _), _) if quote == byte => self.place = Place::Tag(start),
            _ => {}
        }
    }

    /// A tag has ended: may what follows hold values?
    fn passed(&mut self, start: usize, end: usize) {
        let tag = self.out.get(start + 1..end).unwrap_or_default();
        let (closes, name) = tag.strip_prefix('/').map_or((false, name(tag)), |rest| (true, name(rest)));
        if name.starts_with("mj") {
            self.inside = !closes && !tag.ends_with('/') && TEXTUAL.contains(&name);
        } else if matches!(name.to_ascii_lowercase().as_str(), "style" | "script") {
            self.inside = false;
        }
    }

    fn value(&mut self, value: &str) -> Option<()> {
        let core = value.trim();
        let base = match self.place {
            Place::Text if self.inside => Some(IN_TEXT),
            Place::Quoted(_, tag, quote) if self.copies(tag, quote) => Some(IN_ATTRIBUTE),
            _ => None,
        };
        // A colon at the end of an attribute's value becomes a blank, which counts for less than a letter.
        let ends_blank = base == Some(IN_ATTRIBUTE) && (core.starts_with(COLON) || core.ends_with(COLON));
        let Some(base) = base.filter(|_| !core.is_empty() && !ends_blank && !self.entity && core.chars().all(is_plain)) else {
            self.literal(value);
            return Some(());
        };
        let (before, after) = value.split_once(core)?;
        self.literal(before);
        if self.values.len() >= SLOTS_MAX {
            return None;
        }
        self.out.push(token(base, self.values.len())?);
        self.values.push(core.to_owned());
        self.literal(after);
        Some(())
    }

    /// Is the attribute whose quote opens at `quote`, of the tag at `tag`, copied as it is?
    fn copies(&self, tag: usize, quote: usize) -> bool {
        let element = name(self.out.get(tag + 1..).unwrap_or_default());
        let before = self.out.get(tag..quote).unwrap_or_default().trim_end();
        let Some(before) = before.strip_suffix('=').map(str::trim_end) else { return false };
        let attribute = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))).next().unwrap_or_default();
        let parted = before.strip_suffix(attribute).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_whitespace()));
        if element.is_empty() || attribute.is_empty() || !parted {
            return false;
        }
        if element.starts_with("mj") {
            COPIED.contains(&(element, attribute))
        } else {
            self.inside && !READ.contains(&attribute.to_ascii_lowercase().as_str())
        }
    }
}

/// The name that a tag starts with.
fn name(tag: &str) -> &str {
    let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | ':'))).unwrap_or(tag.len());
    tag.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).unwrap_or_default()
}

/// No parser takes it for anything but itself. What shoppers and stores call things is; what a template's author writes into a value may not be.
fn is_plain(c: char) -> bool {
    is_mark(c) || !(matches!(c, '<' | '>' | '&' | '"' | '\'' | '\u{FFFE}' | '\u{FFFF}') || c.is_control() || PRIVATE.contains(&c))
}

/// The character that stands for a value.
pub fn token(base: u32, number: usize) -> Option<char> {
    u32::try_from(number).ok().filter(|n| *n < 0x800).and_then(|n| char::from_u32(base + n))
}

/// Which value a character stands for, and where; none if it is no token.
pub fn slot(c: char) -> Option<(u32, usize)> {
    let code = u32::from(c);
    let base = [IN_ADDRESS, IN_ATTRIBUTE, IN_TEXT].into_iter().find(|base| (*base..*base + 0x800).contains(&code))?;
    Some((base, usize::try_from(code - base).ok()?))
}
