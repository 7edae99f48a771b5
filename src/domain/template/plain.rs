//! The plain-text part of a mail, from its HTML: each link's whole address stands after its words.

use super::TemplateError;
use html2text::config;
use html2text::render::TextDecorator;

const WIDTH: usize = 5000; // characters to a line, more than the longest URL: a link must never be cut by a line end
const RULE: &str = "----------------------------------------";

/// The HTML as text.
///
/// # Errors
/// `Mjml` if the HTML can't be laid out as text.
pub fn from_html(html: &str) -> Result<String, TemplateError> {
    let laid_out = config::with_decorator(Words::default())
        .raw_mode(true)
        .no_link_wrapping()
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH)
        .map_err(|e| TemplateError::Mjml(format!("no plain text could be made of it ({e}); write the text part yourself")))?;
    Ok(without_gaps(&laid_out))
}

/// At most one empty line in a row, none at the ends, no trailing space, short rules.
fn without_gaps(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        let is_rule = !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '─'));
        let line = if is_rule { RULE } else { line };
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// Words only: no stars, no numbered footnotes, pictures by their description.
#[derive(Clone, Default)]
struct Words {
    link: String,
}

impl TextDecorator for Words {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        url.clone_into(&mut self.link);
        (String::new(), ())
    }
    fn decorate_link_end(&mut self) -> String {
        format!(": {}", std::mem::take(&mut self.link))
    }
    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) {}
    fn decorate_preformat_cont(&self) {}
    fn decorate_image(&mut self, _: &str, _: &str) -> (String, ()) {
        (String::new(), ())
    }
    fn header_prefix(&self, _: usize) -> String {
        String::new()
    }
    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }
    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }
    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        Self::default()
    }
}
