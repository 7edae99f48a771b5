//! How a text is billed, beside its editor: parts, what makes it dear, what it costs. Worked out by the server, for the page and while somebody writes.

use super::editor::{find, sent};
use crate::app::texts::{self, CostRange, Look};
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::sms::{self, Measure};
use crate::domain::template::TemplateSource;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

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
    pub notes: Vec<String>,
    pub cost: Option<String>,
}

impl Bill {
    fn of(look: Look) -> Self {
        let stretch = |(text, dear): (String, bool)| Stretch { text, dear };
        let dear = !look.offending.is_empty();
        let shown = |part: &&str| if dear { sms::marked(part) } else { vec![((*part).to_owned(), false)] };
        Self {
            parts: parts(look.measure.segments),
            longest: (look.longest.segments > look.measure.segments).then(|| parts(look.longest.segments)),
            length: length(&look.measure),
            is_dear: dear,
            shown: sms::split(&look.body).iter().map(shown).map(|part| part.into_iter().map(stretch).collect()).collect(),
            offending: look.offending.iter().map(|o| named(&o.character, o.count)).collect(),
            notes: look.notes,
            cost: look.cost.as_ref().map(cost),
        }
    }
}

fn parts(count: usize) -> String {
    if count == 1 { "1 part".to_owned() } else { format!("{count} parts") }
}

fn length(m: &Measure) -> String {
    let room = if m.segments > 1 { m.encoding.part() } else { m.encoding.single() };
    let bits = match m.encoding {
        sms::Encoding::Gsm7 => "7 bits",
        sms::Encoding::Ucs2 => "16 bits",
    };
    format!("{} characters of {bits} each ({}); {} left of {room} in the last part", m.characters, m.encoding.as_str(), m.left)
}

fn named(character: &str, count: usize) -> String {
    let codes: Vec<String> = character.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    let times = if count > 1 { format!(", {count} times") } else { String::new() };
    format!("{character} ({}{times})", codes.join(" "))
}

fn cost(c: &CostRange) -> String {
    let range = if c.least == c.most { c.least.to_string() } else { format!("{} to {}", c.least, c.most) };
    let by = if c.table.starts_with("own") {
        "by the store's own prices".to_owned()
    } else {
        format!("estimated by the standard prices of {}", c.table)
    };
    format!("{range} {} to a number in {}, {by}", c.currency, c.country)
}

/// Of a text that is there, or being written; none for other channels, and where it can't be rendered.
pub fn bill(signed: &Signed, row: &TemplateRow, source: &TemplateSource) -> Result<Option<Bill>, PageError> {
    if row.channel != ChannelKind::Sms {
        return Ok(None);
    }
    Ok(texts::look(&signed.app, signed.shop()?, source, &row.language).ok().map(Bill::of))
}

#[derive(Template)]
#[template(path = "pages/templates/text_bill.html")]
struct Part {
    bill: Option<Bill>,
}

/// What was written but not saved, as it would be billed: a part of the editor's page.
pub async fn measure(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = find(&posted.signed, *id).await?;
    let fields: &Fields = &posted.fields;
    respond::fragment(&Part { bill: bill(&posted.signed, &row, &sent(fields, row.channel))? })
}
