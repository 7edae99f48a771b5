//! Reads a mail's MJML and Liquid into blocks. It reads no more than it must: what it doesn't know is code.

use super::{Attribute, Block, Kind};
use std::ops::Range;

const DEPTH_MAX: usize = 40; // nested blocks: deeper ones are left to the code
const BLOCKS_MAX: usize = 400; // a page with more forms helps nobody

/// Why a text can't be shown as blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// There is no `<mj-body>`.
    NoBody,
    /// What opens on this line isn't closed within what is around it: a tag or a condition.
    Open(usize),
    /// What closes on this line was never opened within what is around it.
    Stray(usize),
    /// It has too many blocks, or they are nested too deep.
    TooLarge,
}

/// The blocks of a mail's body.
///
/// # Errors
/// Why it can't be shown so.
pub fn blocks(source: &str) -> Result<Vec<Block>, Unfit> {
    let at = source.find("<mj-body").ok_or(Unfit::NoBody)?;
    let tag = tag_at(source, at).filter(|tag| !tag.closed).ok_or(Unfit::NoBody)?;
    let mut reader = Reader { source, at: tag.span.end, read: 0 };
    let (children, end) = reader.children(0)?;
    match end {
        End::Close("mj-body", _) => {}
        End::Close(_, at) | End::Liquid(_, at) => return Err(Unfit::Stray(line_of(source, at))),
        End::Text => return Err(Unfit::Open(line_of(source, at))),
    }
    let mut blocks = children;
    let mut next = 1;
    number(&mut blocks, &mut next);
    Ok(blocks)
}

fn number(blocks: &mut [Block], next: &mut usize) {
    for block in blocks {
        block.number = *next;
        *next += 1;
        number(&mut block.children, next);
    }
}

fn line_of(source: &str, at: usize) -> usize {
    1 + source.bytes().take(at).filter(|b| *b == b'\n').count()
}

/// A tag of markup: `<name …>`, `<name … />` or `</name>`.
struct Tag<'a> {
    name: &'a str,
    span: Range<usize>,
    attributes: Vec<Attribute>,
    /// After its name and attributes.
    attributes_end: usize,
    /// `<name … />`
    closed: bool,
    /// `</name>`
    closes: bool,
}

/// A tag of Liquid: `{% name rest %}`.
struct LiquidTag<'a> {
    name: &'a str,
    rest: Range<usize>,
    span: Range<usize>,
}

/// What ended a list of blocks.
enum End<'a> {
    Close(&'a str, usize),
    Liquid(&'a str, usize),
    Text,
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    /// Blocks so far.
    read: usize,
}

impl<'a> Reader<'a> {
    /// Blocks up to what closes the one around them; the reader then stands before that.
    fn children(&mut self, depth: usize) -> Result<(Vec<Block>, End<'a>), Unfit> {
        let mut found = Vec::new();
        loop {
            let Some(at) = self.source.get(self.at..).and_then(|rest| rest.find(['<', '{'])).map(|i| self.at + i) else {
                return Ok((found, End::Text));
            };
            let rest = self.source.get(at..).unwrap_or_default();
            if rest.starts_with("<!--") {
                self.at = at + rest.find("-->").ok_or_else(|| Unfit::Open(line_of(self.source, at)))? + 3;
            } else if rest.starts_with("{{") {
                self.at = at + liquid_len(rest).ok_or_else(|| Unfit::Open(line_of(self.source, at)))?;
            } else if rest.starts_with("{%") {
                let tag = liquid_at(self.source, at).ok_or_else(|| Unfit::Open(line_of(self.source, at)))?;
                if matches!(tag.name, "elsif" | "else" | "endif" | "endunless" | "endfor") {
                    self.at = at;
                    return Ok((found, End::Liquid(tag.name, at)));
                }
                found.push(self.liquid(tag, depth)?);
            } else if let Some(tag) = tag_at(self.source, at) {
                if tag.closes {
                    self.at = at;
                    return Ok((found, End::Close(tag.name, at)));
                }
                found.push(self.element(tag, depth)?);
            } else {
                self.at = at + 1;
            }
        }
    }

    fn count(&mut self, depth: usize) -> Result<(), Unfit> {
        self.read += 1;
        if depth > DEPTH_MAX || self.read > BLOCKS_MAX { Err(Unfit::TooLarge) } else { Ok(()) }
    }

    fn element(&mut self, tag: Tag<'a>, depth: usize) -> Result<Block, Unfit> {
        self.count(depth)?;
        let (kind, source) = (kind_of(tag.name), self.source);
        let open = || Unfit::Open(line_of(source, tag.span.start));
        let block = |span: Range<usize>, inner: Option<Range<usize>>, children: Vec<Block>| Block {
            number: 0,
            kind,
            span,
            inner,
            attributes: tag.attributes.clone(),
            attributes_end: Some(tag.attributes_end),
            when: None,
            children,
        };
        if tag.closed {
            self.at = tag.span.end;
            return Ok(block(tag.span.clone(), None, Vec::new()));
        }
        if !matches!(kind, Kind::Wrapper | Kind::Section | Kind::Group | Kind::Column) {
            let close = close_of(self.source, tag.name, tag.span.end).ok_or_else(open)?;
            let inner = tag.span.end..close.start;
            if !is_balanced(self.source.get(inner.clone()).unwrap_or_default()) {
                return Err(open());
            }
            self.at = close.end;
            return Ok(block(tag.span.start..close.end, Some(inner), Vec::new()));
        }
        self.at = tag.span.end;
        let (children, end) = self.children(depth + 1)?;
        match end {
            End::Close(name, at) if name == tag.name => {
                let close = tag_at(self.source, at).map_or(at, |close| close.span.end);
                self.at = close;
                Ok(block(tag.span.start..close, Some(tag.span.end..at), children))
            }
            End::Close(_, at) | End::Liquid(_, at) => Err(Unfit::Stray(line_of(self.source, at))),
            End::Text => Err(open()),
        }
    }

    fn liquid(&mut self, tag: LiquidTag<'a>, depth: usize) -> Result<Block, Unfit> {
        self.count(depth)?;
        let start = tag.span.start;
        let open = Unfit::Open(line_of(self.source, start));
        let (kind, last) = match tag.name {
            "if" => (Kind::Condition, "endif"),
            "unless" => (Kind::Condition, "endunless"),
            "for" => (Kind::Loop, "endfor"),
            "comment" | "raw" | "capture" | "case" => {
                let end = liquid_end(self.source, tag.name, tag.span.end).ok_or(open)?;
                self.at = end;
                return Ok(plain(Kind::Code, start..end));
            }
            _ => {
                self.at = tag.span.end;
                return Ok(plain(Kind::Code, tag.span));
            }
        };
        let mut whole = plain(kind, start..start);
        let mut branch = tag;
        loop {
            self.count(depth + 1)?;
            self.at = branch.span.end;
            let (children, end) = self.children(depth + 2)?;
            let End::Liquid(name, at) = end else { return Err(open) };
            let when = (branch.name != "else").then(|| branch.rest.clone());
            let next = liquid_at(self.source, at).ok_or_else(|| Unfit::Open(line_of(self.source, at)))?;
            whole.children.push(Block { inner: Some(branch.span.end..at), when, children, ..plain(Kind::Branch, branch.span.start..at) });
            if name == last {
                self.at = next.span.end;
                whole.span = start..next.span.end;
                return Ok(whole);
            }
            if !matches!(name, "elsif" | "else") {
                return Err(Unfit::Stray(line_of(self.source, at)));
            }
            branch = next;
        }
    }
}

fn plain(kind: Kind, span: Range<usize>) -> Block {
    Block { number: 0, kind, span, inner: None, attributes: Vec::new(), attributes_end: None, when: None, children: Vec::new() }
}

fn kind_of(name: &str) -> Kind {
    match name {
        "mj-wrapper" => Kind::Wrapper,
        "mj-section" => Kind::Section,
        "mj-group" => Kind::Group,
        "mj-column" => Kind::Column,
        "mj-text" => Kind::Text,
        "mj-button" => Kind::Button,
        "mj-image" => Kind::Image,
        "mj-divider" => Kind::Divider,
        "mj-spacer" => Kind::Spacer,
        _ => Kind::Code,
    }
}

/// How long the piece of Liquid at the start of `text` is, with its braces; quoted text may hold the closing ones.
fn liquid_len(text: &str) -> Option<usize> {
    let close = if text.starts_with("{{") { "}}" } else { "%}" };
    let mut quote = None;
    for (i, c) in text.char_indices().skip(2) {
        match quote {
            Some(q) if q == c => quote = None,
            Some(_) => {}
            None if text.get(i..).is_some_and(|rest| rest.starts_with(close)) => return Some(i + 2),
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
    }
    None
}

fn liquid_at(source: &str, at: usize) -> Option<LiquidTag<'_>> {
    let text = source.get(at..)?;
    let length = liquid_len(text)?;
    let inner = text.get(2..length - 2)?;
    let body = inner.trim_start_matches('-').trim_start();
    let start = at + 2 + (inner.len() - body.len());
    let name = body.get(..body.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(body.len()))?;
    let rest = body.get(name.len()..)?.trim_end().trim_end_matches('-');
    let lead = rest.len() - rest.trim_start().len();
    let from = start + name.len() + lead;
    Some(LiquidTag { name, rest: from..from + rest.trim().len(), span: at..at + length })
}

/// Where the block of Liquid that was opened before `at` ends.
fn liquid_end(source: &str, name: &str, mut at: usize) -> Option<usize> {
    let end = format!("end{name}");
    let mut depth = 1_usize;
    while let Some(next) = source.get(at..)?.find("{%").map(|i| at + i) {
        let tag = liquid_at(source, next)?;
        depth = if tag.name == end { depth - 1 } else { depth + usize::from(tag.name == name) };
        at = tag.span.end;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Does every block of Liquid in it end in it, and none from outside?
fn is_balanced(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find("{%")).map(|i| at + i) {
        let Some(tag) = liquid_at(text, next) else { return false };
        at = tag.span.end;
        match tag.name {
            "if" | "unless" | "for" | "case" | "capture" => open.push(tag.name),
            "comment" | "raw" => match liquid_end(text, tag.name, at) {
                Some(end) => at = end,
                None => return false,
            },
            "elsif" | "else" | "when" if open.is_empty() => return false,
            name => {
                if let Some(closes) = name.strip_prefix("end")
                    && open.pop() != Some(closes)
                {
                    return false;
                }
            }
        }
    }
    open.is_empty()
}

/// Where an element is closed that was opened before `at`; elements of that name may stand in it.
fn close_of(source: &str, name: &str, mut at: usize) -> Option<Range<usize>> {
    let mut depth = 1_usize;
    loop {
        let next = at + source.get(at..)?.find(['<', '{'])?;
        let rest = source.get(next..)?;
        if rest.starts_with("{{") || rest.starts_with("{%") {
            at = next + liquid_len(rest)?;
        } else if rest.starts_with("<!--") {
            at = next + rest.find("-->")? + 3;
        } else if let Some(tag) = tag_at(source, next).filter(|tag| tag.name == name) {
            at = tag.span.end;
            if tag.closes {
                depth -= 1;
            } else if !tag.closed {
                depth += 1;
            }
            if depth == 0 {
                return Some(tag.span);
            }
        } else {
            at = next + 1;
        }
    }
}

/// The tag that starts at `at`; none where `<` means something else.
fn tag_at(source: &str, at: usize) -> Option<Tag<'_>> {
    let after = source.get(at..)?.strip_prefix('<')?;
    let (closes, body) = after.strip_prefix('/').map_or((false, after), |rest| (true, rest));
    let name = body.get(..body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(body.len()))?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut place = at + 1 + usize::from(closes) + name.len();
    let (mut attributes, mut attributes_end) = (Vec::new(), place);
    loop {
        let rest = source.get(place..)?;
        let c = rest.chars().next()?;
        if rest.starts_with("/>") {
            return Some(Tag { name, span: at..place + 2, attributes, attributes_end, closed: true, closes });
        } else if c == '>' {
            return Some(Tag { name, span: at..place + 1, attributes, attributes_end, closed: false, closes });
        } else if rest.starts_with("{%") || rest.starts_with("{{") {
            place += liquid_len(rest)?;
            attributes_end = place;
        } else if c.is_whitespace() || c == '/' || c == '=' {
            place += c.len_utf8();
        } else if c == '"' || c == '\'' {
            place = quoted(source, place)?.end + 1;
            attributes_end = place;
        } else {
            let length = rest.find(|c: char| c.is_whitespace() || "=/><\"'{".contains(c)).unwrap_or(rest.len()).max(c.len_utf8());
            let attribute = attribute(source, place, length);
            place = attribute.as_ref().map_or(place + length, |a| a.whole.end);
            attributes_end = place;
            attributes.extend(attribute);
        }
    }
}

/// `name = "value"` at `at`, whose name has this length; none for one without a quoted value.
fn attribute(source: &str, at: usize, length: usize) -> Option<Attribute> {
    let name = source.get(at..at + length)?;
    let after = source.get(at + length..)?;
    let rest = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = at + length + (after.len() - rest.len());
    let value = quoted(source, quote)?;
    Some(Attribute { name: name.to_owned(), whole: at..value.end + 1, value })
}

/// What stands between the quote at `at` and the next one outside of Liquid.
fn quoted(source: &str, at: usize) -> Option<Range<usize>> {
    let quote = source.get(at..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut place = at + 1;
    loop {
        let rest = source.get(place..)?;
        let c = rest.chars().next()?;
        if c == quote {
            return Some(at + 1..place);
        }
        place += if rest.starts_with("{{") || rest.starts_with("{%") { liquid_len(rest)? } else { c.len_utf8() };
    }
}
