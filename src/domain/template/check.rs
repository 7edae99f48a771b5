//! What is wrong with a template, said to the merchant while they write it: the same rules as when it is sent, and a few that only matter beforehand.

use super::scan::{self, Found, Piece};
use super::size::{ENCODED_ADVISED, ENCODED_MAX, encoded_len};
use super::vocabulary::{OF_ITEM, VARIABLES};
use super::{RenderContext, RenderItem, TemplateError, TemplateSource, language, render_email, render_sms, values, whatsapp};
use crate::domain::event::ChannelKind;

/// Variables that hold others.
const HOLDERS: [&str; 2] = ["cart", "shop"];
const KEYWORDS: [&str; 13] =
    ["and", "or", "contains", "true", "false", "nil", "null", "empty", "blank", "in", "limit", "offset", "reversed"];
const SAMPLE_LINK: &str = "https://shop.example/r/sample-link";
const SAMPLE_UNSUBSCRIBE: &str = "https://shop.example/u/sample-unsubscribe";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `subject`, `body` or `text`.
    pub field: String,
    /// From 1, where it can be told.
    pub line: Option<usize>,
    /// What, and what to do.
    pub problem: String,
}

/// What is to be said of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What keeps it from being saved and sent.
    pub problems: Vec<Problem>,
    /// What should be looked at, and keeps it from nothing.
    pub warnings: Vec<Problem>,
    /// The size of its HTML on its way, with the sample cart; none for texts, and where it can't be rendered. In bytes.
    pub encoded_bytes: Option<usize>,
}

/// Everything that is wrong with a template; nothing if it can be sent.
pub fn check(kind: ChannelKind, source: &TemplateSource) -> Vec<Problem> {
    look(kind, source).problems
}

/// Everything that is to be said of a template.
pub fn look(kind: ChannelKind, source: &TemplateSource) -> Checked {
    let fields = [("subject", Some(&source.subject)), ("body", Some(&source.body)), ("text", source.text.as_ref())];
    let mut problems: Vec<Problem> =
        fields.into_iter().filter_map(|(field, text)| text.map(|t| check_liquid(field, t))).flatten().collect();
    if kind == ChannelKind::Email {
        problems.extend(scan::safe_places(&source.body).err().map(|fault| at_line("body", fault)));
    }
    if !problems.is_empty() {
        return Checked { problems, ..Checked::default() };
    }
    match kind {
        ChannelKind::Email => check_email(source),
        ChannelKind::Sms => Checked { problems: check_sms(source), ..Checked::default() },
        ChannelKind::WhatsApp => Checked { problems: whatsapp::check(source), ..Checked::default() },
    }
}

fn check_email(source: &TemplateSource) -> Checked {
    let mail = match render_email(source, &sample()) {
        Ok(mail) => mail,
        Err(error) => return Checked { problems: vec![whole("body", error.to_string())], ..Checked::default() },
    };
    let mut problems = Vec::new();
    if mail.subject.is_empty() {
        problems.push(whole("subject", "the subject is empty; write one".to_owned()));
    }
    // A text part made of the HTML misses what the HTML misses: once told is enough.
    let own_text = source.text.as_ref().map(|_| ("text", &mail.text));
    for (field, part) in [("body", &mail.html)].into_iter().chain(own_text) {
        if !part.contains(SAMPLE_LINK) {
            problems.push(whole(
                field,
                "the link back to the cart is missing; add {{ link }}, in MJML best as <mj-button href=\"{{ link }}\">".to_owned(),
            ));
        }
        if !part.contains(SAMPLE_UNSUBSCRIBE) {
            problems.push(whole(field, "the unsubscribe link is missing, and the law asks for it; add {{ unsubscribe_url }}".to_owned()));
        }
    }
    let size = encoded_len(&mail.html);
    let (too_large, warnings) = check_size(size);
    problems.extend(too_large);
    Checked { problems, warnings, encoded_bytes: Some(size) }
}

fn check_size(size: usize) -> (Option<Problem>, Vec<Problem>) {
    let [kb, advised, max] = [size, ENCODED_ADVISED, ENCODED_MAX].map(|bytes| bytes / 1024);
    if size > ENCODED_MAX {
        let text = format!("the mail has {kb} KB of HTML as it travels, and Gmail cuts mails off at {max} KB; shorten it to {advised} KB");
        return (Some(whole("body", text)), Vec::new());
    }
    let text =
        format!("the mail has {kb} KB of HTML as it travels, and Gmail cuts mails off at about {max} KB; a longer cart may reach that");
    (None, if size > ENCODED_ADVISED { vec![whole("body", text)] } else { Vec::new() })
}

fn check_sms(source: &TemplateSource) -> Vec<Problem> {
    let text = match render_sms(source, &sample()) {
        Ok(text) => text,
        Err(error) => return vec![whole("body", error.to_string())],
    };
    let mut problems = Vec::new();
    if !text.contains(SAMPLE_LINK) {
        problems.push(whole("body", "the link back to the cart is missing; add {{ link }}".to_owned()));
    }
    if !text.to_uppercase().contains("STOP") && !text.contains(SAMPLE_UNSUBSCRIBE) {
        problems
            .push(whole("body", "the text doesn't say how to opt out; add \"Reply STOP to opt out\" or {{ unsubscribe_url }}".to_owned()));
    }
    problems
}

/// The Liquid of one field: limits, syntax, names.
fn check_liquid(field: &str, text: &str) -> Vec<Problem> {
    if let Err(fault) = scan::within_limits(text) {
        return vec![at_line(field, fault)];
    }
    if let Err(error) = language::parse(&values::without_marks(text)) {
        return vec![liquid_problem(field, text, &error)];
    }
    let found = scan::pieces(text).unwrap_or_default();
    let locals = locals(&found);
    let uses = found.iter().flat_map(|f| paths(f.piece).into_iter().map(|path| (f.line, path)));
    uses.filter_map(|(line, path)| {
        let problem = unknown(&path, &locals)?;
        Some(Problem { field: field.to_owned(), line: Some(line), problem })
    })
    .collect()
}

/// Liquid tells the line of most faults; an unknown filter's is where its name stands.
fn liquid_problem(field: &str, text: &str, error: &TemplateError) -> Problem {
    let message = error.to_string();
    let told = message.split_once("line ").and_then(|(_, rest)| rest.split(':').next()?.parse().ok());
    let name = message.split_once("requested filter=").and_then(|(_, rest)| rest.split(';').next());
    let found = name.and_then(|name| text.lines().position(|line| line.contains(name))).map(|i| i + 1);
    Problem { field: field.to_owned(), line: told.or(found), problem: message }
}

/// Names that the template makes itself, and whether they stand for an item of the cart.
fn locals<'a>(found: &[Found<'a>]) -> Vec<(&'a str, bool)> {
    let mut locals = vec![("forloop", false)];
    for Found { piece, .. } in found {
        match piece {
            Piece::Tag("assign", rest) => locals.extend(rest.split('=').next().map(|name| (name.trim(), false))),
            Piece::Tag("capture", rest) => locals.push((rest.trim(), false)),
            Piece::Tag("for", rest) => {
                locals.extend(rest.split_once(" in ").map(|(name, list)| (name.trim(), list.trim().starts_with("cart.items"))));
            }
            _ => {}
        }
    }
    locals
}

/// The variables that a piece reads, as `cart.items`.
fn paths(piece: Piece<'_>) -> Vec<String> {
    let text = match piece {
        Piece::Output(text) | Piece::Tag("if" | "unless" | "elsif" | "case" | "when", text) => text,
        Piece::Tag("assign", text) => text.split_once('=').map_or("", |(_, value)| value),
        Piece::Tag("for", text) => text.split_once(" in ").map_or("", |(_, list)| list),
        Piece::Tag(..) => return Vec::new(),
    };
    let bare = without_strings(text);
    let mut paths = Vec::new();
    let mut before = ' ';
    for word in bare.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))) {
        let path = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-')));
        // A name after a bar is a filter, and one after a closing bracket a part of the path before it.
        let is_name = path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !KEYWORDS.contains(&path);
        if is_name && !matches!(before, '|' | ']') {
            paths.push(path.to_owned());
        }
        let end = word.chars().next_back().unwrap_or(' ');
        if !path.is_empty() || !end.is_whitespace() {
            before = if end.is_whitespace() || path.len() == word.len() { ' ' } else { end };
        }
    }
    paths
}

fn without_strings(text: &str) -> String {
    let mut quote = None;
    let outside = |c: char| match quote {
        Some(q) => {
            quote = (q != c).then_some(q);
            ' '
        }
        None if matches!(c, '"' | '\'') => {
            quote = Some(c);
            ' '
        }
        None => c,
    };
    text.chars().map(outside).collect()
}

/// What to say of a name that nothing stands behind.
fn unknown(path: &str, locals: &[(&str, bool)]) -> Option<String> {
    let (root, field) = path.split_once('.').unwrap_or((path, ""));
    if let Some((_, is_item)) = locals.iter().find(|(name, _)| *name == root) {
        let fields = || OF_ITEM.iter().filter_map(|name| name.strip_prefix("item."));
        let ok = !is_item || field.is_empty() || fields().any(|known| known == field);
        return (!ok).then(|| complain(path, fields().map(|f| format!("{root}.{f}"))));
    }
    let ok = VARIABLES.contains(&path) || HOLDERS.contains(&path) || path.starts_with("cart.items.");
    (!ok).then(|| complain(path, VARIABLES.iter().chain(&HOLDERS).map(|k| (*k).to_owned())))
}

fn complain(path: &str, known: impl Iterator<Item = String>) -> String {
    let known: Vec<String> = known.collect();
    match known.iter().min_by_key(|k| distance(path, k)).filter(|k| distance(path, k) <= 1 + path.len() / 3) {
        Some(nearest) => format!("there is no variable {path}; did you mean {nearest}?"),
        None => format!("there is no variable {path}; there are {}", known.join(", ")),
    }
}

/// Levenshtein's: how many letters must change.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let best = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn at_line(field: &str, fault: scan::Fault) -> Problem {
    Problem { field: field.to_owned(), line: Some(fault.line), problem: fault.problem }
}

fn whole(field: &str, problem: String) -> Problem {
    Problem { field: field.to_owned(), line: None, problem }
}

/// A cart to try a template on; previews show it too.
pub fn sample() -> RenderContext {
    let item = |title: &str, variant: Option<&str>, quantity, price: &str| RenderItem {
        title: title.to_owned(),
        variant_title: variant.map(str::to_owned),
        quantity,
        unit_price: Some(price.to_owned()),
        image_url: None,
    };
    RenderContext {
        shop_name: "Fern & Fog".to_owned(),
        shop_url: "https://shop.example".to_owned(),
        shop_address: Some("12 Moss Lane, Portland, OR 97201, USA".to_owned()),
        first_name: Some("Robin".to_owned()),
        last_name: Some("Hale".to_owned()),
        items: vec![item("Stoneware mug", Some("Moss"), 2, "18.00 USD"), item("Linen tea towel", None, 1, "12.50 USD")],
        cart_value: Some("48.50 USD".to_owned()),
        link: SAMPLE_LINK.to_owned(),
        unsubscribe_url: SAMPLE_UNSUBSCRIBE.to_owned(),
        discount_code: Some("COMEBACK10".to_owned()),
        discount_value: Some("10% off".to_owned()),
        discount_ends_at: Some("2026-07-04 14:00".to_owned()),
        locale: Some("en-US".to_owned()),
    }
}
