//! What people read: sentences by their key, in the language of who asks, out of `locales`. The language belongs to the request, so that nothing has to carry it along.

pub mod heard;
pub mod written;

pub use heard::{heard, heard_word};
pub use written::grouped;

use askama::filters::{Escaper as _, Html, HtmlSafe};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::parse_accepted_languages;
use jiff::tz::TimeZone;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::sync::LazyLock;

/// Each language's tag and its catalogues; `build.rs` makes the list of the folders in `locales`.
const CATALOGUES: &[(&str, &[&str])] = include!(concat!(env!("OUT_DIR"), "/locales.rs"));
/// What the web app speaks. The other languages are those of shoppers' pages alone.
pub const OF_PEOPLE: [&str; 2] = ["en", "de"];
/// Every key is in it.
const FALLBACK: &str = "en";

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<Bundle>> = LazyLock::new(|| CATALOGUES.iter().map(|(tag, texts)| bundle(tag, texts)).collect());

fn bundle(tag: &str, texts: &[&str]) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    // Marks around holes are for texts of mixed direction: all of our languages are written from left to right.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string())),
        _ => None,
    }));
    for text in texts {
        // A catalogue that can't be read is found by the tests; what can be read of it is used.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// A language's catalogues, as they are written.
pub fn texts(language: Language) -> &'static [&'static str] {
    CATALOGUES.get(language.0).map_or(&[], |c| c.1)
}

/// A language that there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// By its tag, as in `de` or `de-AT`; none when there are no words in it.
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        CATALOGUES.iter().position(|c| c.0.eq_ignore_ascii_case(primary)).map(Self)
    }

    /// The one that every key is in.
    pub fn fallback() -> Self {
        Self::of(FALLBACK).unwrap_or(Self(0))
    }

    /// As HTML names it.
    pub fn tag(self) -> &'static str {
        CATALOGUES.get(self.0).map_or(FALLBACK, |c| c.0)
    }
}

/// How somebody wants pages to be.
#[derive(Debug, Clone)]
pub struct Look {
    /// What they read.
    pub language: Language,
    /// Where they are; none: where the store is.
    pub zone: Option<TimeZone>,
    /// Where the store is that they look at, if they look at one.
    pub store_zone: Option<TimeZone>,
    /// `light` or `dark`; none: as their system has it.
    pub colours: Option<&'static str>,
}

impl Default for Look {
    fn default() -> Self {
        Self { language: Language::fallback(), zone: None, store_zone: None, colours: None }
    }
}

impl Look {
    /// As somebody chose it: a language's tag, a zone's name, `light` or `dark`. What they didn't choose, or what isn't there, is as for everybody.
    pub fn of(language: Option<&str>, zone: Option<&str>, colours: Option<&str>) -> Self {
        Self {
            language: language.and_then(Language::of).unwrap_or_else(Language::fallback),
            zone: zone.and_then(|name| TimeZone::get(name).ok()),
            store_zone: None,
            colours: colours.and_then(|wanted| ["light", "dark"].into_iter().find(|c| *c == wanted)),
        }
    }
}

tokio::task_local! {
    static LOOK: RefCell<Look>;
}

/// Answers a request for somebody whose browser asks for these languages (as in the header `Accept-Language`), until it is known who they are.
pub async fn within<F: Future>(wanted: &str, answering: F) -> F::Output {
    LOOK.scope(RefCell::new(Look { language: asked(wanted), ..Look::default() }), answering).await
}

/// Does something in a language, such as making a page for a shopper.
pub fn speaking<T>(language: Language, act: impl FnOnce() -> T) -> T {
    LOOK.sync_scope(RefCell::new(Look { language, ..Look::default() }), act)
}

/// Does something for somebody who wants pages so, after their request was answered.
pub async fn looking<F: Future>(look: Look, act: F) -> F::Output {
    LOOK.scope(RefCell::new(look), act).await
}

/// From here on this request is of somebody who wants pages so; what they didn't choose stays as it was.
pub fn settle(language: Option<&str>, zone: Option<&str>, colours: Option<&str>) {
    // Outside of a request there is nothing to settle.
    let _ = LOOK.try_with(|look| {
        let mut look = look.borrow_mut();
        let chosen = Look::of(language, zone, colours);
        if language.and_then(Language::of).is_some() {
            look.language = chosen.language;
        }
        (look.zone, look.colours) = (chosen.zone, chosen.colours);
    });
}

/// From here on this request is about a store in this zone.
pub fn settle_store(zone: TimeZone) {
    // Outside of a request there is nothing to settle.
    let _ = LOOK.try_with(|look| look.borrow_mut().store_zone = Some(zone));
}

/// How the one who asks wants pages to be.
pub fn look() -> Look {
    LOOK.try_with(|look| look.borrow().clone()).unwrap_or_default()
}

fn language() -> Language {
    LOOK.try_with(|look| look.borrow().language).unwrap_or_else(|_| Language::fallback())
}

/// The first of the languages that a browser asks for in which the web app can speak.
fn asked(wanted: &str) -> Language {
    let mut tags = parse_accepted_languages(wanted).into_iter().map(|tag| tag.language.as_str().to_owned());
    tags.find(|tag| OF_PEOPLE.contains(&tag.as_str())).and_then(|tag| Language::of(&tag)).unwrap_or_else(Language::fallback)
}

/// What fills a hole in a sentence.
#[derive(Debug, Clone)]
pub enum Hole {
    /// As it is.
    Text(String),
    /// Grouped by thousands; it also chooses between singular and plural.
    Number(f64),
}

impl From<&str> for Hole {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

macro_rules! holes {
    ($($text:ty),*; $($number:ty),*) => {
        $(impl From<$text> for Hole {
            fn from(text: $text) -> Self {
                Self::Text(text.to_string())
            }
        })*
        $(impl From<$number> for Hole {
            // Counts and shares of pages are far below 2^52.
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless)]
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }
        impl From<&$number> for Hole {
            fn from(number: &$number) -> Self {
                (*number).into()
            }
        })*
    };
}

holes!(String, &String, &&String, &&str, Said, &Said; i32, i64, u16, u32, u64, usize, f64);

/// A sentence: its key, and what fills its holes. Written out in the language of who asks.
#[derive(Debug, Clone)]
pub struct Said {
    key: String,
    holes: Vec<(&'static str, Hole)>,
    links: Vec<String>,
}

/// The sentence with this key.
pub fn say(key: impl Into<String>) -> Said {
    Said { key: key.into(), holes: Vec::new(), links: Vec::new() }
}

impl Said {
    /// Fills a hole.
    pub fn with(mut self, name: &'static str, value: impl Into<Hole>) -> Self {
        self.holes.push((name, value.into()));
        self
    }

    /// Where the next of the sentence's links leads: `<a>`, then `<a2>`.
    pub fn link(mut self, href: impl Into<String>) -> Self {
        self.links.push(href.into());
        self
    }

    /// The sentence as HTML: its own marks are kept, what fills its holes is escaped.
    pub fn rich(&self) -> Rich {
        let escaped = |hole: &Hole| match hole {
            Hole::Text(text) => Hole::Text(html(text)),
            number @ Hole::Number(_) => number.clone(),
        };
        let mut text = resolve(&self.key, &self.holes.iter().map(|(name, hole)| (*name, escaped(hole))).collect::<Vec<_>>());
        for (i, href) in self.links.iter().enumerate() {
            let name = if i == 0 { "a".to_owned() } else { format!("a{}", i + 1) };
            text = text.replace(&format!("<{name}>"), &format!("<a href=\"{}\">", html(href))).replace(&format!("</{name}>"), "</a>");
        }
        Rich(text)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&resolve(&self.key, &self.holes))
    }
}

/// HTML of our own making.
#[derive(Debug, Clone)]
pub struct Rich(String);

impl Rich {
    /// What is HTML already: everything in it that came from outside is escaped.
    pub fn of(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Rich {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Rich {}

/// A text in the language of who asks, with nothing marked up in it.
pub fn plain(text: &str) -> Rich {
    Rich(html(text))
}

/// The sentence with this key, if there is one.
pub fn find(key: &str) -> Option<String> {
    formatted(language(), key, &[]).or_else(|| formatted(Language::fallback(), key, &[]))
}

/// What people call a figure of a report, which programs know by its key; none where there are no words for it.
pub fn figure_name(report: &str, key: &str) -> Option<String> {
    find(&format!("column-{report}-{key}")).or_else(|| find(&format!("column-{key}")))
}

fn resolve(key: &str, holes: &[(&'static str, Hole)]) -> String {
    formatted(language(), key, holes).or_else(|| formatted(Language::fallback(), key, holes)).unwrap_or_else(|| key.to_owned())
}

fn formatted(language: Language, key: &str, holes: &[(&'static str, Hole)]) -> Option<String> {
    let bundle = BUNDLES.get(language.0)?;
    let pattern = bundle.get_message(key)?.value()?;
    let mut given = FluentArgs::new();
    for (name, hole) in holes {
        match hole {
            Hole::Text(text) => given.set(*name, text.as_str()),
            Hole::Number(number) => given.set(*name, *number),
        }
    }
    // A hole that nothing fills shows its name, which the tests find.
    Some(bundle.format_pattern(pattern, Some(&given), &mut Vec::new()).into_owned())
}

fn html(text: &str) -> String {
    let mut escaped = String::new();
    // Writing into memory doesn't fail.
    let _ = Html.write_escaped_str(&mut escaped, text);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_answered_in_the_first_of_its_languages_that_we_speak() {
        let check = |wanted: &str, tag: &str| assert_eq!(asked(wanted).tag(), tag, "{wanted}");
        check("de-AT,de;q=0.9,en;q=0.8", "de");
        check("fr,en-GB;q=0.9,de;q=0.1", "en");
        check("ja", "en");
        check("", "en");
        check("*;;=", "en");
    }

    #[test]
    fn what_fills_a_hole_is_escaped_and_the_sentence_keeps_its_marks() {
        let said = say("shell-needs-role").with("role", "<script>");
        assert!(said.to_string().contains("<script>"), "plain text is escaped where it is shown");
        assert!(said.rich().to_string().contains("&#60;script&#62;"), "{}", said.rich());
    }
}
