//! One template's text, by blocks: a card for each part of the mail, with what can be changed and done there. The same source as the code, changed in exactly
//! those places; it travels with the form, so that both are views of one text at any time.

use super::editor::{DraftNote, note};
use super::live::{Live, kept};
use super::one::{Acts, Head, Typed, find, written};
use super::view::{Choices, View};
use crate::app::access::Role;
use crate::db::templates::TemplateRow;
use crate::domain::event::ChannelKind;
use crate::domain::template::blocks::{self as rules, Act, Block, Change, Kind, Level, Piece, Refused, Unfit};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

/// So much of a block's text stands in its heading.
const SUMMARY: usize = 48; // characters

/// A field of a block.
struct Input {
    /// `b7-align`
    id: String,
    label: String,
    /// `lines`, `line`, `colour`, `align`
    kind: &'static str,
    value: String,
    hint: Option<String>,
}

/// Something that can be added.
struct Adding {
    value: &'static str,
    name: String,
}

/// A block, with the cards within it.
struct Card {
    number: usize,
    kind: &'static str,
    title: String,
    /// What it says, in short.
    summary: String,
    inputs: Vec<Input>,
    first: bool,
    last: bool,
    /// It can be taken by itself.
    movable: bool,
    after: Vec<Adding>,
    inside: Vec<Adding>,
    /// How deep it stands, from 0: at most 6 are told apart.
    depth: usize,
}

#[derive(Template)]
#[template(path = "pages/templates/blocks.html")]
struct BlocksPage {
    frame: Frame,
    head: Head,
    editable: bool,
    typed: Typed,
    text: String,
    acts: Acts,
    shown: String,
    draft: Option<DraftNote>,
    live: Live,
    choices: Choices,
    cards: Vec<Card>,
    unfit: Option<String>,
}

/// The blocks of what is being written.
pub async fn show(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let row = mail(&signed, *id).await?;
    let view = View::asked(&signed.query)?;
    let (typed, draft) = written(&signed, &row).await?;
    let live = Live::of(&signed, &row, &typed, &view, draft.as_ref().map(|d| d.changed_at)).await?;
    let draft = draft.map(|d| note(&signed, &row, (d.base, d.changed_at))).transpose()?;
    respond::page(&made(&signed, &row, typed, (live, &view, draft)).await?)
}

async fn mail(signed: &Signed, id: Uuid) -> Result<TemplateRow, PageError> {
    let row = find(signed, id).await?;
    if row.channel == ChannelKind::Email { Ok(row) } else { Err(PageError::NotFound("template with that id")) }
}

/// What a form says, whether it is of the code or of the blocks: what was typed into blocks is put into the text. Beside it, why something can't be.
pub fn typed(fields: &Fields, row: &TemplateRow) -> Result<(Typed, Option<String>), PageError> {
    let mut typed = Typed::sent(fields, row)?;
    let changes: Vec<Change> = fields.pairs().filter_map(|(name, value)| change(name, value)).collect();
    if changes.is_empty() {
        return Ok((typed, None));
    }
    match rules::change(&typed.source.body, &changes) {
        Ok(body) => {
            typed.source.body = body;
            Ok((typed, None))
        }
        Err(refused) => Ok((typed, Some(refusal(&refused)))),
    }
}

/// `b7-align` is the field `align` of block 7.
fn change(name: &str, value: &str) -> Option<Change> {
    let (number, field) = name.strip_prefix('b')?.split_once('-')?;
    Some(Change { number: number.parse().ok()?, field: field.to_owned(), value: value.to_owned() })
}

fn refusal(refused: &Refused) -> String {
    match refused {
        Refused::Unfit => say("templates-blocks-refused-unfit").to_string(),
        Refused::NotThere => say("templates-blocks-refused-gone").to_string(),
        Refused::Tears(number, _) => say("templates-blocks-refused-tears").with("number", *number).to_string(),
    }
}

/// Does what a button of a block asks for, keeps the text as a draft, and shows the blocks anew.
pub async fn go_on(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let row = mail(signed, *id).await?;
    let (mut typed, mut refused) = typed(fields, &row)?;
    let view = View::asked(fields)?;
    let asked = act(fields);
    let mut near = None;
    if let (Some(act), None) = (asked, &refused) {
        match rules::act(&typed.source.body, act, &say("templates-new-words").to_string()) {
            Ok(body) => {
                near = Some(after(&typed.source.body, &body, act));
                typed.source.body = body;
            }
            Err(why) => refused = Some(refusal(&why)),
        }
    }
    if refused.is_some() {
        return again(signed, &row, (typed, refused), &view).await;
    }
    kept(signed, &row, &typed).await?;
    let place = near.map_or_else(String::new, |number| format!("#b{number}"));
    Ok(respond::see_other(&view.href(signed, &format!("/templates/{}/blocks{place}", row.id))))
}

/// `up-7`, `down-7`, `double-7`, `remove-7`; `after-7` and `inside-7` add what is chosen beside them.
fn act(fields: &Fields) -> Option<Act> {
    let (verb, number) = fields.get("act").split_once('-')?;
    let number: usize = number.parse().ok()?;
    let piece = || Piece::ALL.into_iter().find(|p| p.as_str() == fields.get(&format!("add-{verb}-{number}")));
    match verb {
        "up" => Some(Act::Up(number)),
        "down" => Some(Act::Down(number)),
        "double" => Some(Act::Duplicate(number)),
        "remove" => Some(Act::Remove(number)),
        "after" => Some(Act::AddAfter(number, piece()?)),
        "inside" => Some(Act::AddInside(number, piece()?)),
        _ => None,
    }
}

/// The number of the block that somebody will look for next.
fn after(before: &str, now: &str, act: Act) -> usize {
    let size = |source: &str, number| {
        let all = rules::blocks(source).unwrap_or_default();
        rules::find(&all, number).map_or(1, |block| rules::count(std::slice::from_ref(block)))
    };
    let all = |source: &str| rules::blocks(source).map_or(0, |all| rules::count(&all));
    match act {
        // The one that changes places with it stood as many numbers before it as it has blocks.
        Act::Up(number) => previous(before, number).unwrap_or(number),
        Act::Down(number) => {
            let below = number + size(before, number);
            number + size(before, below)
        }
        Act::Duplicate(number) | Act::AddAfter(number, _) => number + size(before, number),
        Act::AddInside(number, _) => number + size(now, number) - (all(now) - all(before)),
        Act::Remove(number) => number.min(all(now)).max(1),
    }
}

/// The number of the block before this one, beside it.
fn previous(source: &str, number: usize) -> Option<usize> {
    fn of(blocks: &[Block], number: usize) -> Option<usize> {
        match blocks.iter().position(|b| b.number == number) {
            Some(at) => blocks.get(at.checked_sub(1)?).map(|b| b.number),
            None => blocks.iter().find_map(|b| of(&b.children, number)),
        }
    }
    of(&rules::blocks(source).ok()?, number)
}

/// The page again, with what was typed and why it isn't taken in.
pub async fn again(
    signed: &Signed,
    row: &TemplateRow,
    (typed, refused): (Typed, Option<String>),
    view: &View,
) -> Result<HttpResponse, PageError> {
    let mut live = Live::of(signed, row, &typed, view, None).await?;
    live.refused = refused;
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &made(signed, row, typed, (live, view, None)).await?)
}

async fn made(
    signed: &Signed,
    row: &TemplateRow,
    typed: Typed,
    (live, view, draft): (Live, &View, Option<DraftNote>),
) -> Result<BlocksPage, PageError> {
    let (mut cards, mut unfit) = (Vec::new(), None);
    match rules::blocks(&typed.source.body) {
        Ok(all) => all_cards(&typed.source.body, (&all, &all), 0, &mut cards),
        Err(why) => unfit = Some(reason(&why)),
    }
    Ok(BlocksPage {
        frame: Frame::new(signed, "/templates", say("templates-blocks-of").with("key", &row.key).to_string()),
        head: Head::of(signed, row, "blocks"),
        editable: signed.may(Role::Editor),
        text: typed.source.text.clone().unwrap_or_default(),
        typed,
        acts: Acts::of(signed, row),
        shown: view.href(signed, &format!("/templates/{}/preview?numbers=yes", row.id)),
        draft,
        live,
        choices: view.choices(signed, row).await?,
        cards,
        unfit,
    })
}

fn reason(why: &Unfit) -> String {
    match why {
        Unfit::NoBody => say("templates-unfit-body").to_string(),
        Unfit::Open(line) => say("templates-unfit-open").with("line", *line).to_string(),
        Unfit::Stray(line) => say("templates-unfit-stray").with("line", *line).to_string(),
        Unfit::TooLarge => say("templates-unfit-large").to_string(),
    }
}

fn all_cards(source: &str, (all, siblings): (&[Block], &[Block]), depth: usize, cards: &mut Vec<Card>) {
    for (at, block) in siblings.iter().enumerate() {
        cards.push(card(source, all, block, (at == 0, at + 1 == siblings.len(), depth)));
        all_cards(source, (all, &block.children), depth + 1, cards);
    }
}

fn card(source: &str, all: &[Block], block: &Block, (first, last, depth): (bool, bool, usize)) -> Card {
    let adding = |level: Level| {
        let add = |piece: &Piece| Adding { value: piece.as_str(), name: say(format!("templates-piece-{}", piece.as_str())).to_string() };
        rules::pieces(level).iter().map(add).collect::<Vec<_>>()
    };
    let movable = block.kind != Kind::Branch;
    let holds = matches!(block.kind, Kind::Wrapper | Kind::Section | Kind::Group | Kind::Column | Kind::Branch);
    Card {
        number: block.number,
        kind: block.kind.as_str(),
        title: title(block),
        summary: summary(source, block),
        inputs: block.kind.fields().iter().filter(|field| has(block, field)).map(|field| input(source, block, field)).collect(),
        first,
        last,
        movable,
        after: if movable { adding(Level::around(all, block.number)) } else { Vec::new() },
        inside: if holds { adding(Level::inside(all, block)) } else { Vec::new() },
        depth: depth.min(6),
    }
}

/// A branch without a condition has none to change, and an element that is closed at once no text.
fn has(block: &Block, field: &str) -> bool {
    match field {
        "when" => block.when.is_some(),
        "text" => block.inner.is_some(),
        _ => true,
    }
}

fn title(block: &Block) -> String {
    match (block.kind, &block.when) {
        (Kind::Branch, None) => say("templates-block-else").to_string(),
        (kind, _) => say(format!("templates-block-{}", kind.as_str())).to_string(),
    }
}

/// The beginning of what it says, without marks.
fn summary(source: &str, block: &Block) -> String {
    let said = match block.kind {
        Kind::Text | Kind::Button => block.field(source, "text"),
        Kind::Image => Some(block.field(source, "alt")).filter(|alt| !alt.is_empty()).unwrap_or_else(|| block.field(source, "src")),
        Kind::Branch => block.field(source, "when"),
        Kind::Code => block.field(source, "code"),
        _ => "",
    };
    let plain = if block.kind == Kind::Code { said.to_owned() } else { without_tags(said) };
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= SUMMARY { words } else { words.chars().take(SUMMARY).chain(['…']).collect() }
}

fn without_tags(text: &str) -> String {
    let mut inside = false;
    let mut plain = String::new();
    for c in text.chars() {
        inside = inside || c == '<';
        if !inside {
            plain.push(c);
        }
        inside = inside && c != '>';
    }
    plain
}

fn input(source: &str, block: &Block, field: &str) -> Input {
    let kind = match field {
        "text" | "code" => "lines",
        "align" => "align",
        "color" | "background-color" | "border-color" => "colour",
        _ => "line",
    };
    let hint = match field {
        "text" => Some("templates-hint-text"),
        "when" if block.kind == Kind::Branch => Some("templates-hint-when"),
        _ => None,
    };
    Input {
        id: format!("b{}-{field}", block.number),
        label: say(format!("templates-field-{field}")).to_string(),
        kind,
        value: block.field(source, field).to_owned(),
        hint: hint.map(|key| say(key).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "<mj-body><mj-section><mj-column><mj-text>Hello <b>you</b></mj-text><mj-divider /></mj-column></mj-section>\
        <mj-section><mj-column></mj-column></mj-section></mj-body>";

    #[test]
    fn after_an_act_the_block_that_it_was_done_to_is_found_again() {
        let check = |act: Act, expected: usize| {
            let now = rules::act(MAIL, act, "x").expect("done");
            assert_eq!(after(MAIL, &now, act), expected, "{act:?}\n{now}");
        };
        // section 1, column 2, text 3, divider 4, section 5, column 6
        check(Act::Down(3), 4);
        check(Act::Up(4), 3);
        check(Act::Down(1), 3);
        check(Act::Up(5), 1);
        check(Act::Duplicate(1), 5);
        check(Act::AddAfter(3, Piece::Spacer), 4);
        check(Act::AddInside(2, Piece::Spacer), 5);
        check(Act::AddInside(6, Piece::Text), 7);
        check(Act::Remove(6), 5);
        check(Act::Remove(1), 1);
    }

    #[test]
    fn a_heading_says_the_beginning_of_the_text_without_its_marks() {
        let all = rules::blocks(MAIL).expect("fits");
        assert_eq!(summary(MAIL, rules::find(&all, 3).expect("a text")), "Hello you");
        assert_eq!(summary(MAIL, rules::find(&all, 4).expect("a line")), "");
    }

    #[test]
    fn fields_and_buttons_name_their_block() {
        assert_eq!(change("b7-background-color", "x"), Some(Change { number: 7, field: "background-color".into(), value: "x".into() }));
        assert!(change("body", "x").is_none() && change("base", "1").is_none() && change("bx-y", "1").is_none());
        let asked = |form: &str| act(&Fields::parse(form.as_bytes()));
        assert_eq!(asked("act=up-7"), Some(Act::Up(7)));
        assert_eq!(asked("act=after-7&add-after-7=button&add-inside-7=text"), Some(Act::AddAfter(7, Piece::Button)));
        assert_eq!(asked("act=after-7"), None);
        assert_eq!(asked("act=save"), None);
    }
}
