//! Values on their way into a template. Carts are written by strangers: a title may hold markup, quotes or Liquid, and must come out as the text it is.
//!
//! The characters that mean something in HTML travel as private-use marks through Liquid and MJML, and become entities (in HTML) or themselves (in plain
//! text) only at the very end. So no filter, no attribute and no parser on the way ever sees them, and a merchant's template can't switch escaping off.

use super::{RenderContext, RenderItem};
use liquid::model::Value;
use liquid::{Object, object};

const ITEMS_MAX: usize = 50; // a mail that lists more is neither read nor delivered
const VALUE_MAX: usize = 500; // characters of any one value
const NAME_MAX: usize = 60; // longer "names" are text that someone wants us to send
const URL_MAX: usize = 4096; // bytes
/// Where the marks live: values and templates lose their own characters of this area (Unicode's private use area).
pub const PRIVATE: std::ops::RangeInclusive<char> = '\u{E000}'..='\u{F8FF}';
/// Of a colon.
pub const COLON: char = '\u{E005}';
/// The character, its mark, and its entity.
static MARKS: [(char, char, &str); 7] = [
    ('<', '\u{E000}', "&lt;"),
    ('>', '\u{E001}', "&gt;"),
    ('&', '\u{E002}', "&amp;"),
    ('"', '\u{E003}', "&#34;"),
    ('\'', '\u{E004}', "&#39;"),
    // Not markup, but without it no value becomes a URL scheme or a style.
    (':', COLON, "&#58;"),
    // The MJML renderer writes attributes as Rust's debug text: with no backslash of their own, values can't look like one of its escapes.
    ('\\', '\u{E006}', "&#92;"),
];

/// The variables of a template.
pub fn globals(context: &RenderContext) -> Object {
    let items: Vec<Value> = context.items.iter().take(ITEMS_MAX).map(item).collect();
    let count: i64 = context.items.iter().fold(0, |sum, item| sum.saturating_add(item.quantity.max(0)));
    object!({
        "shop": { "name": text(&context.shop_name), "url": url(&context.shop_url), "address": optional(context.shop_address.as_deref()) },
        "contact": {
            "first_name": name(context.first_name.as_deref()),
            "last_name": name(context.last_name.as_deref()),
            "locale": optional(context.locale.as_deref()),
        },
        "cart": { "items": items, "item_count": count, "value": optional(context.cart_value.as_deref()) },
        "link": url(&context.link),
        "unsubscribe_url": url(&context.unsubscribe_url),
        "discount_code": optional(context.discount_code.as_deref()),
        "discount_value": optional(context.discount_value.as_deref()),
        "discount_ends_at": optional(context.discount_ends_at.as_deref()),
    })
}

fn item(item: &RenderItem) -> Value {
    Value::Object(object!({
        "title": text(&item.title),
        "variant_title": optional(item.variant_title.as_deref()),
        "quantity": item.quantity,
        "unit_price": optional(item.unit_price.as_deref()),
        "image_url": item.image_url.as_deref().map(url).filter(|u| !u.is_empty()).map_or(Value::Nil, Value::scalar),
    }))
}

fn optional(value: Option<&str>) -> Value {
    value.map(text).filter(|t| !t.is_empty()).map_or(Value::Nil, Value::scalar)
}

/// A name, unless it is a message in disguise: people have put URLs into name fields to have shops mail them out.
fn name(value: Option<&str>) -> Value {
    value.map(str::trim).filter(|n| looks_like_a_name(n)).map_or(Value::Nil, |n| Value::scalar(text(n)))
}

fn looks_like_a_name(name: &str) -> bool {
    let letters_after_dot = |part: &str| part.chars().take_while(|c| c.is_alphanumeric()).count() >= 2;
    let has_domain = name.split('.').skip(1).any(letters_after_dot);
    let has_foreign = name.chars().any(|c| matches!(c, '/' | '\\' | '@' | ':' | '<' | '>' | '{' | '}' | '\n' | '\r'));
    !name.is_empty() && name.chars().count() <= NAME_MAX && !has_domain && !has_foreign && !name.to_lowercase().contains("www")
}

/// A value as text: one line, bounded, marked.
fn text(value: &str) -> String {
    value.chars().filter_map(printable).take(VALUE_MAX).map(|c| MARKS.iter().find(|m| m.0 == c).map_or(c, |m| m.1)).collect()
}

/// An absolute http(s) URL, marked; anything else is empty.
fn url(value: &str) -> String {
    let value = value.trim();
    let rest =
        ["https://", "http://"].iter().find_map(|s| value.get(..s.len()).filter(|p| p.eq_ignore_ascii_case(s)).map(|_| &value[s.len()..]));
    let host_ok = rest.is_some_and(|r| r.starts_with(|c: char| c.is_alphanumeric() || c == '['));
    let foreign = |c: char| c.is_whitespace() || c.is_control() || PRIVATE.contains(&c) || matches!(c, '<' | '>' | '"' | '\\' | '`');
    if !host_ok || value.len() > URL_MAX || value.contains(foreign) {
        return String::new();
    }
    value.chars().map(|c| MARKS.iter().find(|m| m.0 == c && m.1 != COLON).map_or(c, |m| m.1)).collect()
}

/// Line ends become spaces; other control characters, direction overrides and our marks are dropped.
fn printable(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => None,
        c if c.is_control() || PRIVATE.contains(&c) => None,
        c => Some(c),
    }
}

/// A template's source without characters that could be taken for marks.
pub fn without_marks(source: &str) -> String {
    source.chars().filter(|c| !PRIVATE.contains(c)).collect()
}

/// The marks as the characters they stand for, for plain text.
pub fn to_plain(rendered: &str) -> String {
    rendered.chars().map(plain_char).collect()
}

/// One line of at most 255 characters, for a header.
pub fn to_line(rendered: &str) -> String {
    const LINE_MAX: usize = 255;
    let plain: String = to_plain(rendered).chars().filter_map(printable).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LINE_MAX).collect()
}

/// The marks as entities. Inside a tag a value's colon becomes a space, so that no value can be a `javascript:` URL or a style declaration.
pub fn to_html(rendered: &str) -> String {
    let rendered = &without_debug_escapes(rendered);
    let mut html = String::with_capacity(rendered.len() + rendered.len() / 16);
    places(rendered, |c, in_text| push_escaped(&mut html, c, !in_text));
    html
}

/// Every character of an HTML document, and whether it stands in text rather than in a tag.
pub fn places(html: &str, mut each: impl FnMut(char, bool)) {
    let mut place = Place::Text;
    let mut chars = html.chars().peekable();
    while let Some(c) = chars.next() {
        each(c, place == Place::Text);
        if !is_mark(c) {
            place = place.after(c, chars.peek().copied());
        }
    }
}

/// Writes a marked value into an HTML document, as `to_html` does.
pub fn escape(html: &mut String, value: &str, in_tag: bool) {
    for c in value.chars() {
        push_escaped(html, c, in_tag);
    }
}

fn push_escaped(html: &mut String, c: char, in_tag: bool) {
    match mark(c) {
        Some((_, COLON, _)) if in_tag => html.push(' '),
        Some((_, _, entity)) => html.push_str(entity),
        None => html.push(c),
    }
}

fn mark(c: char) -> Option<&'static (char, char, &'static str)> {
    if c.is_ascii() { None } else { MARKS.iter().find(|m| m.1 == c) }
}

/// Is it the mark of a character that means something in HTML?
pub fn is_mark(c: char) -> bool {
    mark(c).is_some()
}

/// A character of a marked value in plain text.
pub fn plain_char(c: char) -> char {
    mark(c).map_or(c, |m| m.0)
}

/// A character of a marked value that stood in an attribute, in plain text.
pub fn attribute_char(c: char) -> char {
    if c == COLON { ' ' } else { plain_char(c) }
}

/// The MJML renderer writes what is not printable in an attribute (our marks, the joiners within emoji) as `\u{…}`: takes that back.
fn without_debug_escapes(rendered: &str) -> String {
    let mut parts = rendered.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escaped = part.split_once('}').and_then(|(hex, rest)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, rest)));
        match escaped.filter(|(c, _)| !c.is_ascii()) {
            Some((c, rest)) => text.extend([c.encode_utf8(&mut [0; 4]) as &str, rest]),
            None => text.extend(["\\u{", part]),
        }
    }
    text
}

/// Where in an HTML document a character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Tag,
    Quoted(char),
}

impl Place {
    fn after(self, c: char, next: Option<char>) -> Self {
        match (self, c) {
            (Self::Text, '<') if next.is_some_and(|n| n.is_ascii_alphabetic() || n == '/') => Self::Tag,
            (Self::Tag, '>') => Self::Text,
            (Self::Tag, '"' | '\'') => Self::Quoted(c),
            (Self::Quoted(quote), _) if quote == c => Self::Tag,
            (place, _) => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_pass_as_urls() {
        let check = |input: &str, expected: &str| assert_eq!(to_plain(&url(input)), expected, "{input:?}");
        check("https://shop.example/a?b=1&c='2'", "https://shop.example/a?b=1&c='2'");
        check(" HTTP://shop.example ", "HTTP://shop.example");
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "https://",
            "https://a b",
            "https://a\"onerror=",
            "ftp://a.b",
            "https:// ",
            "",
        ] {
            check(bad, "");
        }
    }

    #[test]
    fn names_that_carry_a_message_are_dropped() {
        let check = |input: &str, expected: bool| assert_eq!(looks_like_a_name(input), expected, "{input:?}");
        for good in ["Zoë", "Jean-Luc", "O'Neil", "J. R.", "J.R.", "Мария", "王", "Anna Maria von und zu Hohenstein"] {
            check(good, true);
        }
        for bad in ["", "Win at evil.com", "https://evil.example", "www evil", "a@b", "Jo\nBcc: x", "{{ link }}", "<b>", &"x".repeat(61)] {
            check(bad, false);
        }
    }

    #[test]
    fn a_value_in_a_url_attribute_can_not_become_a_scheme() {
        let html = to_html(&format!("<a title=\"a>b\" href=\"{}\">{}</a>", text("javascript:x"), text("a: <b>")));
        assert_eq!(html, "<a title=\"a>b\" href=\"javascript x\">a&#58; &lt;b&gt;</a>");
    }

    #[test]
    fn a_header_line_stays_one_line() {
        let line = to_line(&format!("{}\r\nBcc: x\u{0}", text("a\r\nb\u{202E}c")));
        assert_eq!(line, "a bc Bcc: x");
        assert_eq!(to_line(&"ü".repeat(400)).chars().count(), 255);
    }
}
