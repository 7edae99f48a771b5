//! Typographic characters as the 7-bit alphabet has them: one curly apostrophe more than doubles what a text costs.
//!
//! The characters are those that Twilio's calculator replaces (github.com/TwilioDevEd/message-segment-calculator, MIT), by the same ones; but blanks of any width
//! become one, where the calculator writes up to seven.

use super::gsm7::septets;
use std::borrow::Cow;

/// What stands for which characters.
const REPLACED: [(&str, &str); 36] = [
    ("\"", "«»“”„‟ʺˮ❝❞〝〞"),
    ("'", "‘’‛`´ʹʻʼʽˈˊˋ\u{313}\u{314}❛❜\u{fe10}\u{fe11}"),
    ("-", "–—―‐•⁃⎼⎽﹣"),
    ("...", "…"),
    ("!!", "‼"),
    (
        " ",
        "\t\u{80}\u{8d}\u{90}\u{9b}\u{9f}\u{a0}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}",
    ),
    ("", "\0\u{3}\u{4}\u{10}\u{11}\u{12}\u{13}\u{14}\u{17}\u{19}\u{200b}\u{200c}\u{2060}\u{feff}"),
    ("1/4", "¼"),
    ("1/2", "½"),
    ("3/4", "¾"),
    ("/", "÷\u{337}\u{338}⁄∕⧸"),
    ("\\", "\u{20e5}⧵⧹﹨"),
    ("_", "\u{332}‗"),
    ("|", "\u{20d2}\u{20d3}∣⎜⎟⎸⎹⏐"),
    ("@", "﹫"),
    ("$", "﹩"),
    ("!", "ǃ︕﹗"),
    ("#", "﹟"),
    ("%", "﹪"),
    ("&", "﹠"),
    (",", "\u{326}‚、﹐﹑､"),
    ("(", "❨❪⟮⦅﹙"),
    (")", "❩❫⟯⦆﹚"),
    ("*", "⁎∗⊛✢✣✤✥✱✲✳✺✻✼✽❃❉❊❋⧆﹡"),
    ("+", "˖﹢"),
    (".", "。﹒｡"),
    (":", "ː˸⦂꞉︓"),
    (";", "⁏︔﹔"),
    ("<", "‹﹤"),
    (">", "›﹥"),
    ("=", "\u{347}꞊﹦"),
    ("?", "︖﹖"),
    ("^", "ˆ\u{302}\u{1dcd}"),
    ("{", "❴﹛"),
    ("}", "❵﹜"),
    ("~", "˜˷\u{303}\u{330}\u{334}∼"),
];
const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ";
const THEIR_CAPITALS: &str = "ABCDEFGHIJKLMNOPRSTUVWYZ";
/// Wide characters stand in the order of ASCII, from its exclamation mark on; small letters and the backtick are no typographic ones.
const WIDE: &str =
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0{|}~";
const WIDE_FROM: u32 = 0xFF01;

/// Letters written as two code points that the alphabet has as one.
const COMPOSED: [(char, char, &str); 17] = [
    ('a', '\u{300}', "à"),
    ('e', '\u{300}', "è"),
    ('i', '\u{300}', "ì"),
    ('o', '\u{300}', "ò"),
    ('u', '\u{300}', "ù"),
    ('e', '\u{301}', "é"),
    ('E', '\u{301}', "É"),
    ('a', '\u{308}', "ä"),
    ('o', '\u{308}', "ö"),
    ('u', '\u{308}', "ü"),
    ('A', '\u{308}', "Ä"),
    ('O', '\u{308}', "Ö"),
    ('U', '\u{308}', "Ü"),
    ('n', '\u{303}', "ñ"),
    ('N', '\u{303}', "Ñ"),
    ('a', '\u{30a}', "å"),
    ('A', '\u{30a}', "Å"),
];
/// What may stand right behind an address without being of it.
const CLOSERS: &[char] = &['“', '”', '’', '‘', '»', '›', '…', '。', '`', '❞', '〞', '﹚', '❩'];

fn replacement(c: char) -> Option<&'static str> {
    let wide = u32::from(c).checked_sub(WIDE_FROM).and_then(|at| usize::try_from(at).ok()).and_then(|at| WIDE.get(at..=at));
    if let Some(ascii) = wide.filter(|ascii| *ascii != "\0") {
        return Some(ascii);
    }
    if let Some(at) = SMALL_CAPITALS.chars().position(|small| small == c) {
        return THEIR_CAPITALS.get(at..at + 1);
    }
    REPLACED.iter().find(|(_, from)| from.contains(c)).map(|(to, _)| *to)
}

/// A text with its typographic characters replaced, if it fits the 7-bit alphabet then. Otherwise nothing would be gained, and it stays as it is. Addresses
/// stay as they are in any case.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| septets(c).is_some()) {
        return text.into();
    }
    let mut made = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let (before, link, after) = around_link(word);
        replace_in(before, &mut made);
        made.push_str(link);
        replace_in(after, &mut made);
    }
    if made.chars().all(|c| septets(c).is_some()) { made.into() } else { text.into() }
}

/// A word as what stands before an address, the address, and what stands behind it.
fn around_link(word: &str) -> (&str, &str, &str) {
    let lower = word.to_ascii_lowercase();
    let Some(at) = ["https://", "http://"].iter().find_map(|begin| lower.find(begin)) else { return (word, "", "") };
    let (before, rest) = word.split_at_checked(at).unwrap_or((word, ""));
    let link = rest.trim_end_matches(char::is_whitespace).trim_end_matches(CLOSERS);
    (before, link, rest.get(link.len()..).unwrap_or_default())
}

fn replace_in(text: &str, made: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let composed = chars.peek().and_then(|mark| COMPOSED.iter().find(|(letter, m, _)| *letter == c && m == mark));
        if let Some((_, _, whole)) = composed {
            chars.next();
            made.push_str(whole);
        } else if septets(c).is_some() {
            made.push(c);
        } else {
            // A mark that the alphabet doesn't have on that letter stays: a tilde beside it would be another word.
            match replacement(c).filter(|_| !(is_mark(c) && made.ends_with(char::is_alphabetic))) {
                Some(plain) => made.push_str(plain),
                None => made.push(c),
            }
        }
    }
}

/// A mark that is written onto the letter before it.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(plain(text), expected, "{text:?}");
    }

    #[test]
    fn typographic_characters_become_plain_ones() {
        check("It’s “here” – 50\u{a0}% off… ½ price", "It's \"here\" - 50 % off... 1/2 price");
        check("Zero\u{200b}width\u{feff} and\u{2009}thin", "Zerowidth and thin");
        check("ＳＡＬＥ！ ＃１", "SALE! #1");
        check("ʏᴇꜱ", "YES");
        check("Ça reste “à voir”", "Ça reste \"à voir\"");
    }

    #[test]
    fn what_would_not_fit_the_alphabet_anyway_stays_as_it_was_written() {
        check("“Şapka” 🛒 …", "“Şapka” 🛒 …");
        check("c’est reçu", "c’est reçu");
    }

    #[test]
    fn letters_of_two_code_points_are_put_together_and_never_misspelt() {
        check("cafe\u{301} man\u{303}ana", "café mañana");
        check("a\u{303}o “x”", "a\u{303}o “x”");
    }

    #[test]
    fn a_link_is_never_touched() {
        check("Back: “https://go.shop.example/s/Q1w2” now", "Back: \"https://go.shop.example/s/Q1w2\" now");
        // Its own dash and backtick stay; so the text is not of the alphabet, and stays as a whole.
        check("‘x’ HTTPS://a.example/–/ ok", "‘x’ HTTPS://a.example/–/ ok");
        check("‘x’ https://a.example/a`b ok", "‘x’ https://a.example/a`b ok");
        check("It’s https://a.example/s/Q1w2-e_3.~", "It's https://a.example/s/Q1w2-e_3.~");
    }
}
