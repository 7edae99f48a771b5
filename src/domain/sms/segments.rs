//! Into how many parts a text is cut, as carriers bill it and Twilio's calculator counts it.
//!
//! After 3GPP TS 23.040, section 9.2.3.24: 140 octets a part; of a text of several, each part begins with a header of 6 octets that says which it is.

use super::gsm7::septets;
use unicode_segmentation::UnicodeSegmentation as _;

/// How a text is written on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Encoding {
    /// Seven bits a character, an alphabet of 137.
    #[serde(rename = "GSM-7")]
    Gsm7,
    /// Sixteen bits, every script: as soon as one character is not of the alphabet.
    #[serde(rename = "UCS-2")]
    Ucs2,
}

impl Encoding {
    /// As carriers and providers call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        }
    }

    /// How many units fit into a text of one part.
    pub fn single(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// How many fit into each part of several, beside the header.
    pub fn part(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    fn units(self, text: &str) -> usize {
        match self {
            Self::Gsm7 => text.chars().filter_map(septets).sum(),
            Self::Ucs2 => text.encode_utf16().count(),
        }
    }
}

impl std::str::FromStr for Encoding {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Gsm7, Self::Ucs2];
        all.into_iter().find(|e| e.as_str() == text).ok_or_else(|| format!("{text:?} is not an encoding of texts"))
    }
}

/// How long a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// How it is written.
    pub encoding: Encoding,
    /// Parts that are billed; none for an empty text.
    pub segments: usize,
    /// As people count them: septets, or what is read as one character.
    pub characters: usize,
    /// Septets, or UTF-16 units.
    pub units: usize,
    /// So many units fit in before there is one more part.
    pub left: usize,
}

/// A character that isn't of the 7-bit alphabet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Offending {
    /// What is read as one character.
    pub character: String,
    /// How often it stands in the text.
    pub count: usize,
}

fn encoding(text: &str) -> Encoding {
    if text.chars().all(|c| septets(c).is_some()) { Encoding::Gsm7 } else { Encoding::Ucs2 }
}

/// How long a text is, and how many parts it is billed as.
pub fn measure(text: &str) -> Measure {
    let encoding = encoding(text);
    let units = encoding.units(text);
    let parts = cut(text, encoding);
    let room = if parts.len() > 1 { encoding.part() } else { encoding.single() };
    let last = parts.last().map_or(0, |part| encoding.units(part));
    let characters = match encoding {
        Encoding::Gsm7 => units,
        Encoding::Ucs2 => graphemes(text).count(),
    };
    Measure { encoding, segments: parts.len(), characters, units, left: room.saturating_sub(last) }
}

/// The parts of a text. Put together again they are the text; none is longer than a part can be, and none begins within a character, as far as one fits
/// into a part at all.
pub fn split(text: &str) -> Vec<&str> {
    cut(text, encoding(text))
}

fn cut(text: &str, encoding: Encoding) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    if encoding.units(text) <= encoding.single() {
        return vec![text];
    }
    let (mut parts, mut begin, mut at, mut used) = (Vec::new(), 0, 0, 0);
    for piece in pieces(text, encoding) {
        let units = encoding.units(piece);
        if used + units > encoding.part() {
            parts.extend(text.get(begin..at));
            (begin, used) = (at, 0);
        }
        (at, used) = (at + piece.len(), used + units);
    }
    parts.extend(text.get(begin..));
    parts
}

/// What is never cut: what is read as one character; of one that is longer than a part, its code points.
fn pieces(text: &str, encoding: Encoding) -> impl Iterator<Item = &str> {
    graphemes(text).flat_map(move |whole| {
        let parts: Vec<&str> =
            if encoding.units(whole) > encoding.part() { whole.split("").filter(|c| !c.is_empty()).collect() } else { vec![whole] };
        parts
    })
}

/// What is read as one character; a carriage return and a line feed are two, as in Twilio's calculator.
fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true).flat_map(|one| match one {
        "\r\n" => ["\r", "\n"].into_iter().take(2),
        one => [one, ""].into_iter().take(1),
    })
}

/// What makes a text take sixteen bits a character, each once, in the order in which it first stands there.
pub fn offending(text: &str) -> Vec<Offending> {
    let mut found: Vec<Offending> = Vec::new();
    for one in graphemes(text).filter(|one| one.chars().any(|c| septets(c).is_none())) {
        match found.iter_mut().find(|known| known.character == one) {
            Some(known) => known.count += 1,
            None => found.push(Offending { character: one.to_owned(), count: 1 }),
        }
    }
    found
}

/// A text in stretches: what is of the 7-bit alphabet, and what isn't.
pub fn marked(text: &str) -> Vec<(String, bool)> {
    let mut stretches: Vec<(String, bool)> = Vec::new();
    for one in graphemes(text) {
        let dear = one.chars().any(|c| septets(c).is_none());
        match stretches.last_mut() {
            Some((stretch, same)) if *same == dear => stretch.push_str(one),
            _ => stretches.push((one.to_owned(), dear)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, encoding: Encoding, segments: usize, left: usize) {
        let found = measure(text);
        assert_eq!((found.encoding, found.segments, found.left), (encoding, segments, left), "{text:?}");
    }

    #[test]
    fn a_text_is_cut_where_its_parts_are_full() {
        check("", Encoding::Gsm7, 0, 160);
        check(&"a".repeat(160), Encoding::Gsm7, 1, 0);
        check(&"a".repeat(161), Encoding::Gsm7, 2, 145);
        check(&"a".repeat(306), Encoding::Gsm7, 2, 0);
        check(&"a".repeat(307), Encoding::Gsm7, 3, 152);
        check(&"ж".repeat(70), Encoding::Ucs2, 1, 0);
        check(&"ж".repeat(71), Encoding::Ucs2, 2, 63);
        check(&"ж".repeat(135), Encoding::Ucs2, 3, 66);
    }

    #[test]
    fn neither_an_escape_nor_an_emoji_is_torn_apart() {
        let euro = format!("{}€{}", "a".repeat(152), "b".repeat(10));
        assert_eq!(split(&euro).iter().map(|p| p.chars().count()).collect::<Vec<_>>(), [152, 11]);
        let flag = format!("{}🏳️\u{200d}🌈{}", "ж".repeat(64), "ж".repeat(10));
        assert_eq!(split(&flag).first().map(|p| p.chars().count()), Some(64), "the flag goes into the second part as a whole");
    }

    #[test]
    fn a_character_longer_than_a_part_is_cut_all_the_same() {
        let tower = format!("e{}", "\u{301}".repeat(200));
        let parts = split(&tower);
        assert_eq!(parts.concat(), tower);
        assert!(parts.iter().all(|p| p.encode_utf16().count() <= 67), "{}", parts.len());
    }

    #[test]
    fn the_characters_that_make_it_dear_are_named_once_each() {
        let found = offending("It’s “nice” 🏳️\u{200d}🌈, isn’t it? €");
        let named: Vec<(&str, usize)> = found.iter().map(|o| (o.character.as_str(), o.count)).collect();
        assert_eq!(named, [("’", 2), ("“", 1), ("”", 1), ("🏳️\u{200d}🌈", 1)]);
        assert!(offending("Return to it: [50 % off] {€}").is_empty());
        let stretches = marked("It’s “no”");
        let shown: Vec<(&str, bool)> = stretches.iter().map(|(text, dear)| (text.as_str(), *dear)).collect();
        assert_eq!(shown, [("It", false), ("’", true), ("s ", false), ("“", true), ("no", false), ("”", true)]);
    }

    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            6 => "[ -~]{0,40}",
            2 => "[€{}^~|\\[\\]]{0,12}",
            1 => "[éàÇ\r\n]{0,8}",
            1 => Just("🏳️\u{200d}🌈".to_owned()),
            1 => Just("👩\u{200d}👩\u{200d}👧\u{200d}👦".to_owned()),
            1 => "\\PC{0,6}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn parts_join_to_the_text_and_none_is_too_long(text in texts()) {
            let (parts, found) = (split(&text), measure(&text));
            prop_assert_eq!(parts.concat(), text.as_str());
            prop_assert_eq!(parts.len(), found.segments);
            let room = if parts.len() > 1 { found.encoding.part() } else { found.encoding.single() };
            for part in &parts {
                prop_assert!(!part.is_empty() && found.encoding.units(part) <= room, "{:?}", part);
            }
        }

        #[test]
        fn a_longer_text_never_has_fewer_parts(text in texts(), more in texts()) {
            let longer = measure(&[text.as_str(), more.as_str()].concat());
            prop_assert!(longer.segments >= measure(&text).segments);
        }

        #[test]
        fn what_is_left_is_what_fits(text in "[a-z]{0,400}") {
            let found = measure(&text);
            let filled = format!("{text}{}", "x".repeat(found.left));
            prop_assert_eq!(measure(&filled).segments, found.segments.max(1));
            prop_assert_eq!(measure(&format!("{filled}x")).segments, found.segments.max(1) + 1);
        }
    }
}
