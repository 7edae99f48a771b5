//! The words of shoppers' pages in ten languages, and which of them a browser asks for.

use crate::domain::template::LANGUAGES;
use crate::words::Language;

/// The language that an `Accept-Language` header (RFC 9110, section 12.5.4) or a tag asks for; English where none fits.
pub fn of(accept: &str) -> &'static str {
    let mut best: Option<(&'static str, f32)> = None;
    for part in accept.split(',') {
        let (tag, weight) = part.split_once(";q=").map_or((part, 1.0), |(tag, q)| (tag, q.trim().parse().unwrap_or(0.0)));
        let base = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let language = LANGUAGES.into_iter().find(|language| *language == base);
        if let Some(language) = language.filter(|_| weight > best.map_or(0.0, |b| b.1)) {
            best = Some((language, weight));
        }
    }
    best.map_or(LANGUAGES[0], |b| b.0)
}

/// The words of the language that is asked for.
pub fn language(accept: &str) -> Language {
    Language::of(of(accept)).unwrap_or_else(Language::fallback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{find, speaking};

    #[test]
    fn the_language_that_the_browser_prefers_is_spoken() {
        let check = |accept: &str, expected: &str| assert_eq!(of(accept), expected, "{accept:?}");
        check("", "en");
        check("de", "de");
        check("de-AT,de;q=0.9,en;q=0.8", "de");
        check("pt-BR,pt;q=0.9,es;q=0.5,en;q=0.4", "pt");
        check("fi-FI,fi;q=0.9,sv;q=0.8,en;q=0.7", "sv");
        check("en;q=0.3, fr;q=0.7", "fr");
        check("ja", "en");
        check("de;q=0, fr;q=0.1", "fr");
        check("de;q=x", "en");
        check("FR_ca", "fr");
    }

    #[test]
    fn every_language_of_the_starters_has_its_own_words() {
        const SENTENCES: [&str; 6] = [
            "shopper-expired-text",
            "shopper-gone-text",
            "shopper-why",
            "shopper-stop-email",
            "shopper-start-sms",
            "shopper-confirmed-text",
        ];
        let said = |tag: &str| {
            let words = Language::of(tag).expect("words in it");
            assert_eq!(words.tag(), tag);
            speaking(words, || SENTENCES.map(|key| find(key).expect("a sentence")))
        };
        for (n, language) in LANGUAGES.into_iter().enumerate() {
            for other in LANGUAGES.into_iter().skip(n + 1) {
                let same: Vec<_> = said(language).into_iter().zip(said(other)).filter(|(a, b)| a == b).collect();
                assert!(same.is_empty(), "{language} and {other}: {same:?}");
            }
        }
    }
}
