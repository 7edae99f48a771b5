//! What rules say, in the reader's language. Reasons, faults and definitions are made in English, where nobody knows who will read them: they are stored, given to programs and printed. For a page
//! they are recognised by the patterns of the English catalogue (its keys that begin with `heard-`), and said anew by the same key in the reader's language.
//!
//! The name of a hole says how it is read and written: `at` an instant, `day` a date, `wait` a length of time, `count` a whole number, `figure` a decimal, `money` an amount; `why` is heard
//! itself, `whys` and `wordlist` are several such; `told` is what somebody else said, such as a mail server, which is heard if it can be and else stays as it came, marked. Anything else is
//! kept as it is.

use super::{Language, Rich, find, plain, say, written};
use crate::domain::duration::Length;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern as Tree, PatternElement, VariantKey};
use fluent_syntax::unicode::unescape_unicode_to_string;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::LazyLock;

/// With which keys begin.
const PREFIX: &str = "heard-";

/// As a sentence, with a capital at its beginning and a full stop at its end; what isn't recognised is marked as English for those who read another language.
pub fn heard(text: &str) -> Rich {
    as_sentence(&hear(text))
}

/// The same as a text, where nothing can be marked.
pub fn heard_sentence(text: &str) -> String {
    written::sentence(&hear(text).plain)
}

/// The same, of a label or a word: its beginning and end stay as they are.
pub fn heard_word(text: &str) -> Rich {
    Rich::of(hear(text).html)
}

/// A label or a word as a text.
pub fn heard_text(text: &str) -> String {
    hear(text).plain
}

/// What the reader's language says by a key of its own, else the stored text.
pub fn heard_as(key: &str, stored: &str) -> Rich {
    find(key).map_or_else(|| heard(stored), |own| plain(&own))
}

/// Several, one after the other.
pub fn heard_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Rich {
    Rich::of(texts.into_iter().map(|text| heard(text).to_string()).collect::<Vec<_>>().join(" "))
}

/// Is everything in this sentence recognised?
pub fn is_understood(text: &str) -> bool {
    hear(text).left == 0
}

fn hear(text: &str) -> Heard {
    Ears { memory: HashMap::new() }.hear(text.trim())
}

fn as_sentence(heard: &Heard) -> Rich {
    // What isn't recognised may stand first: then a mark does.
    let begin = if heard.html.starts_with('<') { heard.html.find('>').map_or(0, |end| end + 1) } else { 0 };
    let (mark, text) = heard.html.split_at(begin);
    Rich::of(format!("{mark}{}{}", written::capital(text), written::stop(&heard.plain)))
}

/// A sentence as it is said: without marks, as HTML, and how much of it was not recognised.
#[derive(Debug, Clone, Default)]
struct Heard {
    plain: String,
    html: String,
    left: usize,
}

impl Heard {
    /// As it came, which counts as not recognised if there are words in it: a number or a code is of no language.
    fn unknown(text: &str) -> Self {
        let left = if text.contains(char::is_alphabetic) && !is_code(text) { text.len() } else { 0 };
        let html = super::plain(text).to_string();
        let marked = left > 0 && super::look().language != Language::fallback();
        let html = if marked { format!("<span lang=\"{}\">{html}</span>", Language::fallback().tag()) } else { html };
        Self { plain: text.to_owned(), html, left }
    }

    fn kept(text: &str) -> Self {
        Self { plain: text.to_owned(), html: super::plain(text).to_string(), left: 0 }
    }

    fn joined(parts: Vec<Self>, by: &str) -> Self {
        let left = parts.iter().map(|p| p.left).sum();
        let (plain, html): (Vec<String>, Vec<String>) = parts.into_iter().map(|p| (p.plain, p.html)).unzip();
        Self { plain: plain.join(by), html: html.join(by), left }
    }
}

/// One way in which a sentence of the English catalogue can be written.
#[derive(Debug)]
struct Pattern {
    key: &'static str,
    parts: Vec<Part>,
    /// What a form such as `one` says of its number without writing it.
    counted: Option<(&'static str, i64)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Hole(&'static str),
}

/// The ones that say most by themselves first, so that the special is tried before the general.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let mut all: Vec<Pattern> = super::texts(Language::fallback()).iter().flat_map(|text| patterns(text)).collect();
    all.sort_by_key(|p| {
        std::cmp::Reverse(p.parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 }).sum::<usize>())
    });
    all
});

fn patterns(catalogue: &'static str) -> Vec<Pattern> {
    // A catalogue that can't be read whole is found by the tests; what can be read of it is used.
    let resource = fluent_syntax::parser::parse(catalogue).unwrap_or_else(|(readable, _)| readable);
    let messages = resource.body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) if message.id.name.starts_with(PREFIX) => Some((message.id.name, message.value?)),
        _ => None,
    });
    messages
        .flat_map(|(key, tree)| forms(&tree).into_iter().map(move |(parts, counted)| Pattern { key, parts: tidied(parts), counted }))
        .filter(says_something)
        .collect()
}

/// A lone hole would recognise everything.
fn says_something(pattern: &Pattern) -> bool {
    pattern.parts.iter().any(|part| matches!(part, Part::Text(_)))
}

type Form = (Vec<Part>, Option<(&'static str, i64)>);

/// Each form of a sentence: one, or as many as its number has.
fn forms(tree: &Tree<&'static str>) -> Vec<Form> {
    let mut all: Vec<Form> = vec![(Vec::new(), None)];
    for element in &tree.elements {
        match element {
            PatternElement::TextElement { value } => all.iter_mut().for_each(|form| form.0.push(Part::Text((*value).to_owned()))),
            PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => {
                let text = unescape_unicode_to_string(value).into_owned();
                all.iter_mut().for_each(|form| form.0.push(Part::Text(text.clone())));
            }
            PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
                all.iter_mut().for_each(|form| form.0.push(Part::Hole(id.name)));
            }
            PatternElement::Placeable {
                expression: Expression::Select { selector: InlineExpression::VariableReference { id }, variants },
            } => {
                let chosen = variants.iter().flat_map(|variant| {
                    let number = match variant.key {
                        VariantKey::Identifier { name: "one" } => Some(1),
                        VariantKey::NumberLiteral { value } => value.parse().ok(),
                        VariantKey::Identifier { .. } => None,
                    };
                    forms(&variant.value).into_iter().map(move |(parts, _)| (parts, number))
                });
                let chosen: Vec<(Vec<Part>, Option<i64>)> = chosen.collect();
                let with = |form: &Form| -> Vec<Form> {
                    let joined = |(parts, number): &(Vec<Part>, Option<i64>)| {
                        let written = parts.contains(&Part::Hole(id.name));
                        let counted = number.filter(|_| !written).map(|number| (id.name, number));
                        ([form.0.clone(), parts.clone()].concat(), counted.or(form.1))
                    };
                    chosen.iter().map(joined).collect()
                };
                all = all.iter().flat_map(with).collect();
            }
            PatternElement::Placeable { .. } => {}
        }
    }
    all
}

/// Texts that stand side by side as one, without the full stop at the end.
fn tidied(parts: Vec<Part>) -> Vec<Part> {
    let mut tidy: Vec<Part> = Vec::new();
    for part in parts {
        match (tidy.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => tidy.push(part),
        }
    }
    if let Some(Part::Text(last)) = tidy.last_mut()
        && let Some(stopped) = last.strip_suffix('.')
    {
        *last = stopped.to_owned();
    }
    tidy.retain(|part| *part != Part::Text(String::new()));
    tidy
}

/// Holes by their names, with what stands in them.
type Filled<'t> = Vec<(&'static str, &'t str)>;

/// Is told of each way to fill the holes, and says whether that will do.
type Enough<'e, 't> = dyn FnMut(&[(&'static str, &'t str)]) -> bool + 'e;

/// Every way in which a text fits a pattern, until one is enough.
fn fits<'t>(parts: &'static [Part], text: &'t str, filled: &mut Filled<'t>, enough: &mut Enough<'_, 't>) -> bool {
    match parts {
        [] => text.is_empty() && enough(filled),
        [Part::Text(literal), rest @ ..] => text.strip_prefix(literal.as_str()).is_some_and(|after| fits(rest, after, filled, enough)),
        [Part::Hole(name), rest @ ..] => {
            let mut put = |inside: &'t str, after: &'t str, filled: &mut Filled<'t>| {
                if inside.is_empty() || !Kind::of(name).accepts(inside) {
                    return false;
                }
                filled.push((name, inside));
                let found = fits(rest, after, filled, enough);
                filled.pop();
                found
            };
            match rest.first() {
                Some(Part::Text(literal)) => {
                    let places: Vec<usize> = text.match_indices(literal.as_str()).map(|(at, _)| at).collect();
                    places.into_iter().any(|at| put(&text[..at], &text[at..], filled))
                }
                // Where one of two holes side by side ends can't be known: the tests let no such pattern in.
                Some(Part::Hole(_)) => false,
                None => put(text, "", filled),
            }
        }
    }
}

/// What is in a hole, by its name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Instant,
    Day,
    Wait,
    Count,
    Figure,
    Money,
    Heard,
    Told,
    Several(&'static str),
    Kept,
}

impl Kind {
    fn of(name: &str) -> Self {
        let is = |kind: &str| {
            name.strip_prefix(kind)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c == '_' || c == '-' || c.is_ascii_digit()))
        };
        match name {
            _ if is("at") => Self::Instant,
            _ if is("day") => Self::Day,
            _ if is("wait") => Self::Wait,
            _ if is("count") => Self::Count,
            _ if is("figure") => Self::Figure,
            _ if is("money") => Self::Money,
            _ if is("whys") => Self::Several("; "),
            _ if is("wordlist") => Self::Several(", "),
            _ if is("why") => Self::Heard,
            _ if is("told") => Self::Told,
            _ => Self::Kept,
        }
    }

    fn accepts(self, text: &str) -> bool {
        match self {
            Self::Instant => text.parse::<Timestamp>().is_ok(),
            Self::Day => text.parse::<Date>().is_ok() && text.len() == 10,
            Self::Wait => text.starts_with('P') && text.parse::<Length>().is_ok(),
            Self::Count => text.replace(',', "").parse::<i64>().is_ok(),
            Self::Figure => is_decimal(text),
            Self::Money => amount(text).is_some(),
            Self::Heard | Self::Told | Self::Several(_) | Self::Kept => true,
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '−']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.')
}

fn decimal(text: &str) -> String {
    written::grouped(&text.replace(',', "").replace('−', "-"))
}

/// `MessageRejected`, `invalid_request`, `error-404`, `/mail/send`: one word that nobody would write in a sentence.
fn is_code(text: &str) -> bool {
    let odd = |c: char| c.is_ascii_digit() || matches!(c, '_' | '/' | '@' | '=' | '{');
    let upper = text.chars().skip(1).any(char::is_uppercase);
    !text.contains(char::is_whitespace) && (upper || text.contains(odd))
}

/// A text that is a share or an amount. A number alone may be the number of something.
fn figure(text: &str) -> Option<String> {
    let number =
        amount(text).map_or_else(|| text.strip_suffix('%'), |(number, _)| Some(number)).filter(|number| is_decimal(number.trim_end()))?;
    Some(decimal(number) + &text[number.len()..])
}

/// An amount's number and its currency.
fn amount(text: &str) -> Option<(&str, &str)> {
    let (number, currency) = text.rsplit_once(' ')?;
    (is_decimal(number) && currency.len() == 3 && currency.chars().all(|c| c.is_ascii_uppercase())).then_some((number, currency))
}

/// One sentence in the making: what its parts mean is found once.
struct Ears<'t> {
    memory: HashMap<&'t str, Heard>,
}

impl<'t> Ears<'t> {
    fn hear(&mut self, text: &'t str) -> Heard {
        if let Some(known) = self.memory.get(text) {
            return known.clone();
        }
        let best = self.best(text);
        self.memory.insert(text, best.clone());
        best
    }

    fn best(&mut self, text: &'t str) -> Heard {
        let bare = text.strip_suffix('.').unwrap_or(text);
        let mut best = figure(text).map_or_else(|| Heard::unknown(text), |figure| Heard::kept(&figure));
        for pattern in PATTERNS.iter() {
            if best.left == 0 {
                break;
            }
            fits(&pattern.parts, bare, &mut Vec::new(), &mut |filled| {
                let said = self.said(pattern, filled, text.len() > bare.len());
                if said.left < best.left {
                    best = said;
                }
                best.left == 0
            });
        }
        best
    }

    fn said(&mut self, pattern: &'static Pattern, filled: &[(&'static str, &'t str)], stopped: bool) -> Heard {
        let mut said = say(pattern.key);
        let mut holes = Vec::new();
        if let Some((name, number)) = pattern.counted {
            said = said.with(name, number);
        }
        for (name, inside) in filled {
            let kind = Kind::of(name);
            if let (Kind::Count, Ok(number)) = (kind, inside.replace(',', "").parse::<i64>()) {
                said = said.with(name, number);
                continue;
            }
            said = said.with(name, mark(holes.len()));
            holes.push(self.filled(kind, inside));
        }
        let text = said.to_string();
        let mut plain = match (text.strip_suffix('.'), stopped) {
            (Some(bare), false) => bare.to_owned(),
            (None, true) => text + ".",
            _ => text,
        };
        let mut html = super::plain(&plain).to_string();
        for (i, hole) in holes.iter().enumerate() {
            plain = plain.replace(&mark(i), &hole.plain);
            html = html.replace(&mark(i), &hole.html);
        }
        Heard { plain, html, left: holes.iter().map(|h| h.left).sum() }
    }

    fn filled(&mut self, kind: Kind, inside: &'t str) -> Heard {
        match kind {
            Kind::Heard => self.hear(inside),
            Kind::Told => Heard { left: 0, ..self.hear(inside) },
            Kind::Several(by) => {
                let one = self.hear(inside);
                if one.left == 0 || !inside.contains(by) {
                    return one;
                }
                let several = Heard::joined(inside.split(by).map(|part| self.hear(part)).collect(), by);
                if several.left < one.left { several } else { one }
            }
            Kind::Instant => {
                let zone = super::look().store_zone.unwrap_or(TimeZone::UTC);
                Heard::kept(&inside.parse().map_or_else(|_| inside.to_owned(), |at| written::instant(at, &zone)))
            }
            Kind::Day => Heard::kept(&inside.parse().map_or_else(|_| inside.to_owned(), written::day)),
            Kind::Wait => Heard::kept(&inside.parse().map_or_else(|_| inside.to_owned(), written::length)),
            Kind::Figure => Heard::kept(&decimal(inside)),
            Kind::Money => Heard::kept(&figure(inside).unwrap_or_else(|| inside.to_owned())),
            Kind::Count | Kind::Kept => Heard::kept(inside),
        }
    }
}

/// Stands for a hole's content until the sentence around it is escaped: a letter of nobody's alphabet.
fn mark(number: usize) -> String {
    format!("\u{E000}{number}\u{E001}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speaking;

    const QUIET: &str = "it is quiet time where the shopper is (Europe/Berlin, by address)";

    fn german<T>(act: impl FnOnce() -> T) -> T {
        speaking(Language::of("de").expect("German"), act)
    }

    #[test]
    fn each_hole_is_read_and_written_as_its_name_says() {
        let check = |name: &str, given: &str, english: Option<&str>, in_german: &str| {
            let filled = || Kind::of(name).accepts(given).then(|| Ears { memory: HashMap::new() }.filled(Kind::of(name), given).plain);
            assert_eq!(filled().as_deref(), english, "{name}: {given}");
            if english.is_some() {
                assert_eq!(german(filled).as_deref(), Some(in_german), "{name}: {given}");
            }
        };
        check("at", "2026-07-01T12:00:00Z", Some("1 Jul 2026, 12:00"), "1. Juli 2026, 12:00");
        check("at_due", "soon", None, "");
        check("day2", "2026-07-01", Some("1 Jul 2026"), "1. Juli 2026");
        check("day", "2026-07-01T12:00:00Z", None, "");
        check("wait", "PT1H", Some("1 hour"), "1 Stunde");
        check("wait", "1h", None, "");
        check("count", "12x", None, "");
        check("figure", "1234.50", Some("1,234.50"), "1.234,50");
        check("figure", "12.", None, "");
        check("money", "1,234.50 USD", Some("1,234.50 USD"), "1.234,50 USD");
        check("money", "12.50 usd", None, "");
        check("attempt", "2026-07-01T12:00:00Z", Some("2026-07-01T12:00:00Z"), "2026-07-01T12:00:00Z");
    }

    #[test]
    fn a_sentence_is_said_anew_whole_and_what_is_in_it_too() {
        let said = german(|| heard("text message: not sent: the shopper has bought: no reminder after a purchase").to_string());
        assert_eq!(said, "SMS: nicht gesendet: der Kunde hat gekauft: Nach einem Kauf gibt es keine Erinnerung.");
        assert_eq!(
            heard("the shopper has bought: no reminder after a purchase").to_string(),
            "The shopper has bought: no reminder after a purchase."
        );
        assert!(is_understood(QUIET) && german(|| !heard(QUIET).to_string().contains("quiet")), "{}", german(|| heard(QUIET).to_string()));
    }

    #[test]
    fn what_is_not_recognised_is_kept_escaped_and_marked_for_those_who_read_another_language() {
        assert_eq!(heard("a <b> of nobody").to_string(), "A &#60;b&#62; of nobody.");
        assert_eq!(german(|| heard("a <b> of nobody").to_string()), "<span lang=\"en\">A &#60;b&#62; of nobody</span>.");
        assert_eq!(german(|| heard_sentence("a <b> of nobody")), "A <b> of nobody.");
        let part = german(|| heard("text message: not sent: <i>nobody knows</i>").to_string());
        assert!(part.starts_with("SMS: ") && part.ends_with("<span lang=\"en\">&#60;i&#62;nobody knows&#60;/i&#62;</span>."), "{part}");
        assert!(!is_understood("text message: not sent: nobody knows") && is_understood("12.5%") && is_understood(""));
        for code in ["MessageRejected", "invalid_request", "USD", "steps[0].delay"] {
            assert!(is_understood(code), "{code}");
        }
        assert!(!is_understood("busy") && !is_understood("Busy"));
    }

    #[test]
    fn no_pattern_is_shadowed_by_another() {
        // Two patterns of the same fixed text would be told apart by chance.
        let mut seen: HashMap<String, &str> = HashMap::new();
        for pattern in PATTERNS.iter() {
            let kind = |name: &str| if Kind::of(name) == Kind::Kept { "\0" } else { "\u{1}" };
            let told = |part: &'static Part| if let Part::Hole(name) = part { kind(name) } else { "" };
            let text: String =
                pattern.parts.iter().map(|part| if let Part::Text(text) = part { text.as_str() } else { told(part) }).collect();
            if let Some(other) = seen.insert(text.clone(), pattern.key) {
                panic!("{other} and {} are both {text:?}", pattern.key);
            }
        }
    }
}
