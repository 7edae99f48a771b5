//! How a text is billed, beside its editor: parts, what makes it dear, what it costs. Worked out by the server, for the page and while somebody writes.

use crate::app::texts::{self, CostRange, Look};
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::sms::{self, Measure};
use crate::domain::template::TemplateSource;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::{Rich, grouped, heard, say};

/// A stretch of a text.
pub struct Stretch {
    pub text: String,
    /// Not of the 7-bit alphabet.
    pub dear: bool,
}

/// How a text is billed.
pub struct Bill {
    /// `1 part`, `2 parts`
    pub parts: String,
    /// With the longest values, where that is more.
    pub longest: Option<String>,
    /// `GSM-7, 95 of 160 characters`
    pub length: String,
    pub is_dear: bool,
    /// The text part by part.
    pub shown: Vec<Vec<Stretch>>,
    /// `’ (twice)`
    pub offending: Vec<String>,
    pub notes: Vec<Rich>,
    pub cost: Option<String>,
}

impl Bill {
    fn of(look: Look) -> Self {
        let stretch = |(text, dear): (String, bool)| Stretch { text, dear };
        let dear = !look.offending.is_empty();
        let shown = |part: &&str| if dear { sms::marked(part) } else { vec![((*part).to_owned(), false)] };
        Self {
            parts: parts(look.measure.segments),
            longest: (look.longest.segments > look.measure.segments)
                .then(|| say("templates-longest").with("parts", parts(look.longest.segments)).to_string()),
            length: length(&look.measure),
            is_dear: dear,
            shown: sms::split(&look.body).iter().map(shown).map(|part| part.into_iter().map(stretch).collect()).collect(),
            offending: look.offending.iter().map(|o| named(&o.character, o.count)).collect(),
            notes: look.notes.iter().map(|note| heard(note)).collect(),
            cost: look.cost.as_ref().map(cost),
        }
    }
}

fn parts(count: usize) -> String {
    say("templates-parts").with("count", count).to_string()
}

fn length(m: &Measure) -> String {
    let room = if m.segments > 1 { m.encoding.part() } else { m.encoding.single() };
    let bits = match m.encoding {
        sms::Encoding::Gsm7 => 7,
        sms::Encoding::Ucs2 => 16,
    };
    let said = say("templates-length").with("characters", m.characters).with("bits", bits).with("encoding", m.encoding.as_str());
    said.with("left", m.left).with("room", room).to_string()
}

fn named(character: &str, count: usize) -> String {
    let codes: Vec<String> = character.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    say("templates-offending").with("character", character).with("codes", codes.join(" ")).with("count", count).to_string()
}

fn cost(c: &CostRange) -> String {
    let (least, most) = (grouped(&c.least.to_string()), grouped(&c.most.to_string()));
    let range = if least == most { least } else { say("templates-from-to").with("least", least).with("most", most).to_string() };
    let key = if c.table.starts_with("own") { "templates-cost-own" } else { "templates-cost-standard" };
    let said = say(key).with("range", range).with("currency", c.currency.to_string()).with("country", &c.country);
    // Both say by which prices; only the standard ones have a date.
    said.with("table", &c.table).to_string()
}

/// Of a text that is there, or being written; none for other channels, and where it can't be rendered.
pub fn bill(signed: &Signed, row: &TemplateRow, source: &TemplateSource) -> Result<Option<Bill>, PageError> {
    if row.channel != ChannelKind::Sms {
        return Ok(None);
    }
    Ok(texts::look(&signed.app, signed.shop()?, source, &row.language).ok().map(Bill::of))
}
