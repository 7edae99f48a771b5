//! What somebody means who writes back: to stop, to begin again, to have help. A pure reading of a text, by tables with their sources.
//!
//! Words that a law or the carriers name are taken when they are the whole message. Beyond them the US rule is "any reasonable means": whatever a reasonable
//! person would take for a wish to be left alone (47 CFR 64.1200(a)(10), in force since 2025-04-11). So natural phrases are taken too; and what may be such a wish, or
//! may not be, is treated as one until a person has looked at it.

pub mod answers;
mod phrases;
mod words;

use phrases::{DOUBTS, EVERYWHERE, PHRASES};
use words::{ALONE, FILLERS, IDIOMS_AFTER, IDIOMS_BEFORE, NEGATIONS, STRONG, YES_WHERE_NAMED};

/// Longer messages are read so far: nobody hides a wish to stop behind more.
const READ_MAX: usize = 2000; // characters
/// In a message of so many words a word of opting out at its beginning or end is the message.
const SHORT_MAX: usize = 4;
/// In longer ones of up to so many words it may be; beyond, a phrase must say so.
const LONGISH_MAX: usize = 12;

/// What somebody means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Write no more.
    Stop {
        /// By no channel at all.
        everywhere: bool,
    },
    /// Write again.
    Start,
    /// Yes, to the question whether they may be written to.
    Yes,
    /// No, to that question.
    No,
    /// Who is this, and how does it stop?
    Help,
    /// Perhaps to stop: treated as that, until a person has looked at it.
    Doubtful,
    /// Anything else.
    Other,
}

impl Meant {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Stop { everywhere: false },
        Self::Stop { everywhere: true },
        Self::Start,
        Self::Yes,
        Self::No,
        Self::Help,
        Self::Doubtful,
        Self::Other,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop { everywhere: false } => "stop",
            Self::Stop { everywhere: true } => "stop_everywhere",
            Self::Start => "start",
            Self::Yes => "yes",
            Self::No => "no",
            Self::Help => "help",
            Self::Doubtful => "doubtful",
            Self::Other => "other",
        }
    }

    /// It says whether its writer may be written to.
    pub fn is_about_writing(self) -> bool {
        !matches!(self, Self::No | Self::Help | Self::Other)
    }

    /// For whoever reads the story.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stop { everywhere: false } => "asked to stop",
            Self::Stop { everywhere: true } => "asked to stop everything",
            Self::Start => "asked to begin again",
            Self::Yes => "said yes",
            Self::No => "said no",
            Self::Help => "asked for help",
            Self::Doubtful => "may have asked to stop: nothing is sent until somebody has looked at it",
            Self::Other => "wrote back",
        }
    }
}

impl std::str::FromStr for Meant {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|m| m.as_str() == text).ok_or_else(|| format!("{text:?} is not what a reply can mean"))
    }
}

/// How a reply is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What it means.
    pub meant: Meant,
    /// The words of our tables that say so, in their plain form: nothing that the writer wrote beside them.
    pub because: Option<&'static str>,
    /// In which language those are, where only one has them.
    pub language: Option<&'static str>,
}

const OTHER: Reading = Reading { meant: Meant::Other, because: None, language: None };

/// A word or phrase of a table, in its plain form, and its language; empty: several have it.
type Entry = (&'static str, &'static str);

fn reading(meant: Meant, (because, language): Entry) -> Reading {
    Reading { meant, because: Some(because), language: Some(language).filter(|l| !l.is_empty()) }
}

/// What a reply means to whoever was asked these questions, and has answered none of them.
pub fn answer<'a>(text: &str, questions: impl IntoIterator<Item = &'a str>) -> Reading {
    let questions: Vec<Vec<String>> = questions.into_iter().map(plain).collect();
    let named = |word: &str| questions.iter().flatten().any(|w| w == word);
    match read(text, !questions.is_empty()) {
        Reading { meant: Meant::Yes, because: Some(word), .. } if YES_WHERE_NAMED.contains(&word) && !named(word) => OTHER,
        found => found,
    }
}

/// What a reply means. `pending`: the writer was asked whether they may be written to, and has not answered. Without that a yes or no is no answer to it: who
/// says yes to a question of their own has not agreed to anything.
pub fn read(text: &str, pending: bool) -> Reading {
    let tokens = plain(text);
    let all: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let bare: Vec<&str> = without_fillers(&all);
    let found = [&all, &bare].into_iter().find_map(|words| alone(words));
    let found = found.or_else(|| phrase(&all, EVERYWHERE).map(|e| reading(Meant::Stop { everywhere: true }, e)));
    let found = found.or_else(|| phrase(&all, PHRASES).map(|e| reading(Meant::Stop { everywhere: false }, e)));
    let found = found.or_else(|| strong(&bare)).or_else(|| phrase(&all, DOUBTS).map(|e| reading(Meant::Doubtful, e)));
    match found.unwrap_or(OTHER) {
        Reading { meant: Meant::Yes | Meant::No, .. } if !pending => OTHER,
        found => found,
    }
}

/// The whole message is a word of the table, or such words one after the other (`STOP STOP`).
fn alone(tokens: &[&str]) -> Option<Reading> {
    let spelled = || tokens.len() > 2 && tokens.iter().all(|t| t.chars().count() == 1);
    let whole = if spelled() { tokens.concat() } else { tokens.join(" ") };
    let known = |text: &str| ALONE.iter().find(|(entry, _)| entry.0 == text).map(|(entry, meant)| reading(*meant, *entry));
    known(&whole).or_else(|| {
        let readings: Vec<Reading> = tokens.iter().map(|t| known(t)).collect::<Option<_>>()?;
        let (first, rest) = readings.split_first()?;
        rest.iter().all(|r| r.meant == first.meant).then_some(*first)
    })
}

/// A phrase of a table stands in the message, and isn't denied right before.
fn phrase(tokens: &[&str], table: &'static [Entry]) -> Option<Entry> {
    table.iter().copied().find(|(phrase, _)| {
        let words: Vec<&str> = phrase.split(' ').collect();
        let mut places = tokens.windows(words.len()).enumerate().filter(|(_, window)| *window == words.as_slice());
        places.any(|(at, _)| !denied(tokens, at))
    })
}

/// `don't stop`, `can't stop`, `don't ever stop`.
fn denied(tokens: &[&str], at: usize) -> bool {
    let before = tokens.get(..at).unwrap_or_default();
    let before: Vec<&str> = before.iter().copied().filter(|t| *t != "ever").collect();
    before.last().is_some_and(|last| NEGATIONS.contains(last))
}

/// A word that nobody writes without meaning it stands in the message.
fn strong(tokens: &[&str]) -> Option<Reading> {
    let found = tokens.iter().enumerate().find_map(|(at, token)| {
        let entry = STRONG.iter().find(|(word, _)| word == token)?;
        let before = at.checked_sub(1).and_then(|b| tokens.get(b));
        let idiom = tokens.get(at + 1).is_some_and(|next| IDIOMS_AFTER.contains(next)) || before.is_some_and(|b| IDIOMS_BEFORE.contains(b));
        (!idiom && !denied(tokens, at)).then_some((at, *entry))
    });
    let (at, entry) = found?;
    let at_an_end = at == 0 || at + 1 == tokens.len();
    match tokens.len() {
        ..=SHORT_MAX if at_an_end => Some(reading(Meant::Stop { everywhere: false }, entry)),
        ..=LONGISH_MAX => Some(reading(Meant::Doubtful, entry)),
        _ => None,
    }
}

fn without_fillers<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    let filler = |t: &&&str| FILLERS.contains(t);
    let from = tokens.iter().take_while(filler).count();
    let rest = tokens.get(from..).unwrap_or_default();
    let to = rest.len() - rest.iter().rev().take_while(filler).count();
    rest.get(..to).unwrap_or_default().to_vec()
}

/// The words of a text in their plain form: small letters and digits without marks; apostrophes are left out, everything else parts words.
fn plain(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars().take(READ_MAX).flat_map(char::to_lowercase) {
        let c = narrow(c);
        match (bare(c), words.last_mut()) {
            (Some(letters), Some(word)) => word.push_str(letters),
            (None, Some(word)) if c.is_alphanumeric() => word.push(c),
            (None, _) if joins(c) => {}
            _ => words.push(String::new()),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Full-width forms, as some keyboards write them, to plain ones.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_lowercase(),
        other => other,
    }
}

/// Stands inside of a word and says nothing: apostrophes, marks on letters, soft hyphens, what can't be seen.
fn joins(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | '\u{2bc}' | '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}')
}

/// A Latin letter without its mark.
fn bare(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' => "o",
        'ś' | 'š' => "s",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
