//! The plain-text part of a mail, from its HTML: each link's whole address stands after its words, and what isn't shown isn't said.
//!
//! What comes of a piece of text never depends on its letters, only on where it stands: so an outline can be laid out once for all values.

use super::outline::{self, IN_ADDRESS, IN_ATTRIBUTE};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

const RULE: &str = "----------------------------------------";
const VOID: [&str; 14] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// HTML as text, before its lines are tidied.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LaidOut {
    /// The text.
    pub text: String,
    /// What each link says and where it leads, where one of them holds a token.
    pub links: Vec<(String, String)>,
}

/// The HTML as text.
pub fn from_html(html: &str) -> String {
    tidy(&lay_out(html).text)
}

/// The HTML as text, with its tokens.
pub fn lay_out(html: &str) -> LaidOut {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Sink(RefCell::default()), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().done
}

/// At most one empty line in a row, none at the ends, no blanks around a line.
pub fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len() + 1);
    let mut gap = 0;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            gap = 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if gap > 0 { "\n\n" } else { "\n" });
        }
        gap = 0;
        tidied.push_str(line);
    }
    tidied.push('\n');
    tidied
}

/// Appends text with each run of blanks as one.
pub fn collapse(out: &mut String, text: impl Iterator<Item = char>) {
    let mut blank = false;
    for c in text {
        if is_blank(c) {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        out.push(c);
    }
}

/// What HTML calls white space: other kinds of blanks are shown.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}')
}

/// What parts two pieces of text; the greatest between them holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Blank,
    Cell,
    Line,
    Paragraph,
}

#[derive(Default)]
struct Layout {
    done: LaidOut,
    gap: Gap,
    /// An element that isn't shown, and how many of its name are open within.
    hidden: Option<(String, usize)>,
    /// Where the open link's words start, and its address.
    link: Option<(usize, String)>,
    /// What parts each open table from what is around it, and whether it lays out rather than tabulates.
    tables: Vec<(Gap, bool)>,
    /// The next table is a column's.
    in_column: bool,
    /// The number of the last item, in lists that number theirs.
    lists: Vec<Option<usize>>,
}

struct Sink(RefCell<Layout>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut layout = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => layout.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                layout.start(&tag);
                return match &*tag.name {
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(tag) => layout.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Layout {
    fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        for c in text.chars() {
            if is_blank(c) {
                self.part(Gap::Blank);
            } else {
                self.flush();
                self.done.text.push(c);
            }
        }
    }

    /// Writes what parts the text to come from what is there.
    fn flush(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if !self.done.text.is_empty() {
            self.done.text.push_str(match gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Cell => " | ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth += usize::from(hidden == name && !tag.self_closing);
            return;
        }
        if !VOID.contains(&name) && is_hidden(tag) {
            self.hidden = Some((name.to_owned(), 1));
            return;
        }
        let in_column = self.in_column && !is_row(tag);
        self.in_column = in_column && matches!(name, "table" | "tbody" | "tr" | "td");
        match name {
            "br" | "tr" | "dt" | "dd" | "caption" | "option" => self.part(Gap::Line),
            "div" => {
                self.part(Gap::Line);
                self.in_column =
                    attribute(tag, "class").is_some_and(|class| class.contains("mj-column-") || class.contains("mj-outlook-group-fix"));
            }
            "table" => {
                let gap = if in_column { Gap::Line } else { Gap::Paragraph };
                self.tables.push((gap, attribute(tag, "role").is_some_and(|role| role == "presentation")));
                self.part(gap);
            }
            "td" | "th" => self.part(self.cell()),
            "ul" | "ol" => {
                self.part(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
                self.lists.push((name == "ol").then_some(0));
            }
            "li" => self.item(),
            "hr" => {
                self.part(Gap::Paragraph);
                self.flush();
                self.done.text.push_str(RULE);
                self.part(Gap::Paragraph);
            }
            "a" => self.open_link(tag),
            // Of pictures only those are said that a link consists of.
            "img" if self.link.is_some() => self.text(&attribute(tag, "alt").unwrap_or_default()),
            _ => self.part(block(name)),
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth -= usize::from(hidden == name);
            if *depth == 0 {
                self.hidden = None;
            }
            return;
        }
        match name {
            "div" | "tr" | "dt" | "dd" | "caption" => self.part(Gap::Line),
            "table" => {
                let gap = self.tables.pop().map_or(Gap::Line, |(gap, _)| gap);
                self.part(gap);
            }
            "td" | "th" => self.part(self.cell()),
            "ul" | "ol" => {
                self.lists.pop();
                self.part(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
            }
            "li" => self.part(Gap::Line),
            "a" => self.close_link(),
            _ => self.part(block(name)),
        }
    }

    /// What parts two cells of the innermost table.
    fn cell(&self) -> Gap {
        if self.tables.last().is_some_and(|(_, lays_out)| !lays_out) { Gap::Cell } else { Gap::Line }
    }

    fn item(&mut self) {
        self.part(Gap::Line);
        self.flush();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_owned(),
        };
        self.done.text.push_str(&mark);
    }

    fn open_link(&mut self, tag: &Tag) {
        self.close_link();
        let address = |c: char| match outline::slot(c) {
            Some((IN_ATTRIBUTE, number)) => outline::token(IN_ADDRESS, number).unwrap_or(c),
            _ => c,
        };
        let href: String = attribute(tag, "href").unwrap_or_default().chars().map(address).collect();
        self.link = Some(href).filter(|href| !href.is_empty()).map(|href| (self.done.text.len(), href));
    }

    /// Says where the link leads, unless its words say it already.
    fn close_link(&mut self) {
        let Some((start, address)) = self.link.take() else { return };
        let words = self.done.text.get(start..).unwrap_or_default().trim().to_owned();
        if words == address {
            return;
        }
        if words.is_empty() {
            self.flush();
        } else {
            self.done.text.push_str(": ");
        }
        self.done.text.push_str(&address);
        if [&words, &address].iter().any(|text| text.chars().any(|c| outline::slot(c).is_some())) {
            self.done.links.push((words, address));
        }
    }
}

/// Elements with a line or a paragraph of their own.
fn block(name: &str) -> Gap {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "dl" => Gap::Paragraph,
        "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "address" | "center" | "figure" | "figcaption"
        | "form" => Gap::Line,
        _ => Gap::None,
    }
}

/// A cell that MJML makes for an element, rather than for the padding of its column.
fn is_row(tag: &Tag) -> bool {
    &*tag.name == "td" && attribute(tag, "style").is_some_and(|style| style.contains("word-break"))
}

fn is_hidden(tag: &Tag) -> bool {
    let name: &str = &tag.name;
    let style = || attribute(tag, "style").unwrap_or_default().replace(is_blank, "").to_ascii_lowercase();
    matches!(name, "head" | "style" | "script" | "title" | "template" | "noscript")
        || attribute(tag, "hidden").is_some()
        || style().contains("display:none")
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(from_html(html).trim_end(), expected, "{html}");
    }

    #[test]
    fn text_is_laid_out_as_it_is_read() {
        check("<p>One\n  two</p><p>three<br>four</p>", "One two\n\nthree\nfour");
        check("<ul><li>a</li><li>b<ol><li>c<li>d</ol></li></ul>e", "- a\n- b\n1. c\n2. d\n\ne");
        check("a<hr>b", &format!("a\n\n{RULE}\n\nb"));
        check("<table><tr><td>Mug</td><td>2</td></tr><tr><td>Towel</td><td></td></tr></table>", "Mug | 2\nTowel");
        check("<table role=presentation><tr><td>Mug</td><td>2</td></tr></table>", "Mug\n2");
        check("&euro;&nbsp;5 &lt;b&gt; &#8211; caf&eacute;", "€\u{a0}5 <b> – café");
        check("", "");
    }

    #[test]
    fn what_is_not_shown_is_not_said() {
        check("<head><title>t</title><style>p{}</style></head><div style='DISPLAY: none'>pre<div>header</div></div>shown", "shown");
        check("<!--[if mso]><b>old</b><![endif]-->a<script>1<2</script><img src=x alt=picture>b<p hidden>c</p>", "ab");
        check("<div style=\"display:none\">never closed", "");
    }

    #[test]
    fn a_link_says_where_it_leads_once() {
        check("Go <a href='https://a.example/?b=1&amp;c=2'>back</a> now", "Go back: https://a.example/?b=1&c=2 now");
        check("<a href='https://a.example'> https://a.example </a>", "https://a.example");
        check("<a href='https://a.example'><img src=x alt='The shop'></a>", "The shop: https://a.example");
        check("<p>x</p><a href='https://a.example'><img src=x></a>", "x\n\nhttps://a.example");
        check("<a href='https://a.example'><div>word</div></a>after", "word: https://a.example\nafter");
        check("<a name=x>anchor</a> <a href=''>none</a>", "anchor none");
    }
}
