//! Which language of a template a shopper gets.

/// Why it is this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is the shopper's own.
    Own,
    /// There is none in the shopper's own, or that isn't known: it is the store's.
    Stores,
    /// Nor in the store's: it is English.
    English,
    /// Nor in English: it is the first that there is.
    First,
}

/// Of the languages `there`, the place of the one that a shopper with this locale (`de-AT`) gets; none where there is no language at all.
pub fn language_for(there: &[&str], locale: Option<&str>, store: &str) -> Option<(usize, Because)> {
    let own = locale.and_then(|l| l.split(['-', '_']).next()).unwrap_or_default().to_lowercase();
    let wanted = [(own.as_str(), Because::Own), (store, Because::Stores), ("en", Because::English)];
    let found = wanted.into_iter().find_map(|(language, because)| Some((there.iter().position(|t| *t == language)?, because)));
    found.or_else(|| (!there.is_empty()).then_some((0, Because::First)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shopper_gets_their_own_language_then_the_stores_then_english_then_any() {
        let check = |there: &[&str], locale: Option<&str>, expected: Option<(usize, Because)>| {
            assert_eq!(language_for(there, locale, "fr"), expected, "{there:?} {locale:?}");
        };
        check(&["de", "en", "fr"], Some("de-AT"), Some((0, Because::Own)));
        check(&["de", "en", "fr"], Some("FR_ca"), Some((2, Because::Own)));
        check(&["de", "en", "fr"], Some("it"), Some((2, Because::Stores)));
        check(&["de", "en", "fr"], None, Some((2, Because::Stores)));
        check(&["de", "en"], Some("it"), Some((1, Because::English)));
        check(&["de", "es"], Some("it"), Some((0, Because::First)));
        check(&[], Some("it"), None);
    }
}
