//! An outline laid out once: HTML and plain text into which any shopper's values are put.

use super::outline::{self, IN_ADDRESS, IN_ATTRIBUTE, IN_TEXT};
use super::{TemplateError, mjml, plain, values};

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// The value with this number, written in this way.
    Slot(usize, Way),
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// HTML, in text.
    Html,
    /// HTML, in a tag.
    HtmlTag,
    /// Plain text.
    Plain,
    /// Plain text that stood in an attribute.
    PlainAttribute,
    /// The address of a link, in plain text.
    Address,
}

type Pattern = Vec<Part>;

/// An outline, laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    html: Pattern,
    text: Pattern,
    /// What a link says and where it leads: where both come out the same, the plain text would say it once.
    links: Vec<(Pattern, Pattern)>,
    slots: usize,
}

impl Shape {
    /// Lays an outline's MJML out; none where what comes of it isn't certain to be the same for every value.
    ///
    /// # Errors
    /// What MJML says against it.
    pub fn of(skeleton: &str) -> Result<Option<Self>, TemplateError> {
        let html = values::to_html(&mjml(skeleton)?);
        let slots = skeleton.chars().filter_map(outline::slot).count();
        if names_a_token(&html) {
            return Ok(None);
        }
        let laid_out = plain::lay_out(&html);
        let links = laid_out.links.iter().map(|(words, address)| (pattern(words, Way::of_plain), pattern(address, Way::of_plain)));
        Ok(Some(Self { html: html_pattern(&html), text: pattern(&laid_out.text, Way::of_plain), links: links.collect(), slots }))
    }

    /// The HTML part and the plain-text part; none where these values need to be laid out on their own.
    pub fn fill(&self, values: &[String]) -> Option<(String, String)> {
        let same = |(words, address): &(Pattern, Pattern)| fill(words, values).is_none_or(|words| Some(words) == fill(address, values));
        if values.len() != self.slots || self.links.iter().any(same) {
            return None;
        }
        Some((fill(&self.html, values)?, fill(&self.text, values)?))
    }

    /// About how much memory it takes, in bytes.
    pub fn weight(&self) -> usize {
        let parts = self.html.iter().chain(&self.text);
        parts.map(|part| size_of::<Part>() + if let Part::Literal(text) = part { text.len() } else { 0 }).sum()
    }
}

impl Way {
    fn of_plain(base: u32) -> Self {
        match base {
            IN_ATTRIBUTE => Self::PlainAttribute,
            IN_ADDRESS => Self::Address,
            _ => Self::Plain,
        }
    }

    fn write(self, out: &mut String, value: &str) {
        match self {
            Self::Html => values::escape(out, value, false),
            Self::HtmlTag => values::escape(out, value, true),
            Self::Plain => plain::collapse(out, value.chars().map(values::plain_char)),
            Self::PlainAttribute => plain::collapse(out, value.chars().map(values::attribute_char)),
            Self::Address => out.extend(value.chars().map(values::attribute_char)),
        }
    }
}

/// An HTML document with tokens, by the place of each.
fn html_pattern(html: &str) -> Pattern {
    let mut parts = Parts::default();
    values::places(html, |c, in_text| match outline::slot(c) {
        Some((_, number)) => parts.slot(number, if in_text { Way::Html } else { Way::HtmlTag }),
        None => parts.literal.push(c),
    });
    parts.end()
}

fn pattern(text: &str, way: impl Fn(u32) -> Way) -> Pattern {
    let mut parts = Parts::default();
    for c in text.chars() {
        match outline::slot(c) {
            Some((base, number)) => parts.slot(number, way(base)),
            None => parts.literal.push(c),
        }
    }
    parts.end()
}

#[derive(Default)]
struct Parts {
    done: Pattern,
    literal: String,
}

impl Parts {
    fn slot(&mut self, number: usize, way: Way) {
        self.flush();
        self.done.push(Part::Slot(number, way));
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.done.push(Part::Literal(std::mem::take(&mut self.literal)));
        }
    }

    fn end(mut self) -> Pattern {
        self.flush();
        self.done.shrink_to_fit();
        self.done
    }
}

fn fill(pattern: &Pattern, values: &[String]) -> Option<String> {
    let literals: usize = pattern.iter().map(|part| if let Part::Literal(text) = part { text.len() } else { 24 }).sum();
    let mut out = String::with_capacity(literals + literals / 8);
    for part in pattern {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Slot(number, way) => way.write(&mut out, values.get(*number)?),
        }
    }
    Some(out)
}

/// Does a character reference of the template stand for one of our tokens? In plain text the two could not be told apart.
fn names_a_token(html: &str) -> bool {
    html.split("&#").skip(1).any(|rest| {
        let (digits, radix) = rest.strip_prefix(['x', 'X']).map_or((rest, 10), |hex| (hex, 16));
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let code = digits.get(..end).and_then(|digits| u32::from_str_radix(digits, radix).ok());
        code.is_some_and(|code| (IN_TEXT..IN_ADDRESS + 0x800).contains(&code))
    })
}
