//! The 7-bit alphabet of texts.
//!
//! After 3GPP TS 23.038, section 6.2.1: the basic table, and the extension table that is reached by an escape.

/// The basic table without the escape and the line ends.
const BASIC: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz\
    ¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ";
/// What an escape stands before.
const EXTENSION: &str = "^{}\\[~]|€\u{c}";

/// How many septets a character takes: two where it needs the escape; none where the alphabet doesn't have it.
pub fn septets(c: char) -> Option<usize> {
    match c {
        ' '..='Z' | 'a'..='z' | '_' | '\n' | '\r' => Some(1),
        _ if EXTENSION.contains(c) => Some(2),
        _ if BASIC.contains(c) => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_a_hundred_and_twenty_seven_characters_and_ten_more_behind_the_escape() {
        let count = |wanted: usize| ('\0'..=char::MAX).filter(|c| septets(*c) == Some(wanted)).count();
        assert_eq!((count(1), count(2)), (127, 10));
    }

    #[test]
    fn what_looks_alike_is_told_apart() {
        let check = |text: &str, expected: Option<usize>| {
            text.chars().for_each(|c| assert_eq!(septets(c), expected, "{c:?}"));
        };
        check("@$_¤Ω", Some(1));
        check("Çéàñü\n", Some(1));
        check("€[]{}\\~|^\u{c}", Some(2));
        check("ç’`\t\u{a0}áíóú–", None);
    }
}
