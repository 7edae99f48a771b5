//! The Liquid that merchants may write: tags and filters chosen so that a template ends, stays small and can't undo escaping.

use super::TemplateError;
use super::scan::{Found, Piece};
use liquid::model::{KString, Value, ValueView};
use liquid::{Object, Parser, ParserBuilder};
use liquid_core::parser::{BlockReflection, FilterArguments, FilterReflection, Language, ParameterReflection, ParseBlock, ParseFilter};
use liquid_core::parser::{TagBlock, TagTokenIter};
use liquid_core::runtime::{Expression, Renderable, Runtime, Template};
use liquid_core::{Error, Filter, Result};
use liquid_lib::stdlib;
use std::fmt;
use std::io::{self, Write};
use std::sync::LazyLock;

const OUTPUT_MAX: usize = 512 * 1024; // bytes that one template may render to
const VARIABLE_MAX: usize = 64 * 1024; // bytes that one captured or filtered text may have
const OUTPUT_USUAL: usize = 12 * 1024; // bytes
const MESSAGE_MAX: usize = 400; // characters
const MARK: &str = "comeback_value";
const MARK_FILTER: &str = " | comeback_value ";
/// Stands before a value in what [`parse_marking`]'s templates write. Neither values nor templates have it.
pub const SLOT_START: char = '\u{E010}';
/// Stands after such a value.
pub const SLOT_END: char = '\u{E011}';
const TRUNCATE_DEFAULT: usize = 50; // characters, as in Liquid

/// Every filter: its name and what it makes of a text and its arguments.
const FILTERS: [TextFilter; 15] = [
    TextFilter { name: "append", apply: |s, a| s.to_owned() + first(a) },
    TextFilter { name: "prepend", apply: |s, a| first(a).to_owned() + s },
    TextFilter { name: "default", apply: |s, a| if s.is_empty() { first(a).to_owned() } else { s.to_owned() } },
    TextFilter { name: "capitalize", apply: |s, _| capitalize(s) },
    TextFilter { name: "downcase", apply: |s, _| s.to_lowercase() },
    TextFilter { name: "upcase", apply: |s, _| s.to_uppercase() },
    TextFilter { name: "strip", apply: |s, _| s.trim().to_owned() },
    TextFilter { name: "lstrip", apply: |s, _| s.trim_start().to_owned() },
    TextFilter { name: "rstrip", apply: |s, _| s.trim_end().to_owned() },
    TextFilter { name: "strip_newlines", apply: |s, _| s.replace(['\r', '\n'], "") },
    TextFilter { name: "remove", apply: |s, a| if first(a).is_empty() { s.to_owned() } else { s.replace(first(a), "") } },
    TextFilter { name: "truncate", apply: truncate },
    // Values are escaped on their way out in any case: escaping here as well would show the entities.
    TextFilter { name: "escape", apply: |s, _| s.to_owned() },
    TextFilter { name: "escape_once", apply: |s, _| s.to_owned() },
    TextFilter { name: "h", apply: |s, _| s.to_owned() },
];

static PARSER: LazyLock<std::result::Result<Parser, String>> = LazyLock::new(|| builder().build().map_err(|error| error.to_string()));

/// Knows the filter that marks values besides, which merchants' templates don't have.
static MARKING_PARSER: LazyLock<std::result::Result<Parser, String>> =
    LazyLock::new(|| builder().filter(Mark).build().map_err(|error| error.to_string()));

fn builder() -> ParserBuilder {
    let builder = ParserBuilder::new()
        .tag(stdlib::AssignTag)
        .tag(stdlib::BreakTag)
        .tag(stdlib::ContinueTag)
        .block(stdlib::IfBlock)
        .block(stdlib::UnlessBlock)
        .block(stdlib::CaseBlock)
        .block(stdlib::ForBlock)
        .block(stdlib::CommentBlock)
        .block(stdlib::RawBlock)
        .block(CappedCapture);
    FILTERS.into_iter().fold(builder, ParserBuilder::filter)
}

/// The names of all filters.
pub fn filter_names() -> impl Iterator<Item = &'static str> {
    FILTERS.into_iter().map(|filter| filter.name)
}

/// Parses a template.
///
/// # Errors
/// What is wrong with it, in Liquid's words.
pub fn parse(source: &str) -> std::result::Result<liquid::Template, TemplateError> {
    parse_with(&PARSER, source)
}

/// Parses a template so that each value it writes outside of `capture` stands between [`SLOT_START`] and [`SLOT_END`]. `found` are its pieces.
///
/// # Errors
/// What is wrong with it, in Liquid's words.
pub fn parse_marking(source: &str, found: &[Found<'_>]) -> std::result::Result<liquid::Template, TemplateError> {
    let mut marked = String::with_capacity(source.len() + found.len() * MARK_FILTER.len());
    let mut done = 0;
    let mut captures = 0_usize;
    for Found { end, piece, .. } in found {
        match piece {
            // A value within a capture may still go through filters, which must see it as it is.
            Piece::Tag("capture", _) => captures += 1,
            Piece::Tag("endcapture", _) => captures = captures.saturating_sub(1),
            Piece::Output(_) if captures == 0 => {
                let text = source.get(done..*end).unwrap_or_default();
                let inner = text.strip_suffix("-}}").or_else(|| text.strip_suffix("}}")).unwrap_or(text);
                marked.extend([inner, MARK_FILTER, text.get(inner.len()..).unwrap_or_default()]);
                done = *end;
            }
            _ => {}
        }
    }
    marked.push_str(source.get(done..).unwrap_or_default());
    parse_with(&MARKING_PARSER, &marked)
}

fn parse_with(parser: &std::result::Result<Parser, String>, source: &str) -> std::result::Result<liquid::Template, TemplateError> {
    let parser = parser.as_ref().map_err(|e| TemplateError::Liquid(e.clone()))?;
    parser.parse(source).map_err(|e| TemplateError::Liquid(tidy(&e.to_string())))
}

/// Renders a template with its variables, to at most 512 KB.
///
/// # Errors
/// `TooLarge`, or what went wrong in Liquid's words.
pub fn render(template: &liquid::Template, globals: &Object) -> std::result::Result<String, TemplateError> {
    let mut out = CappedWriter { bytes: Vec::with_capacity(OUTPUT_USUAL), max: OUTPUT_MAX, full: false };
    match template.render_to(&mut out, globals) {
        _ if out.full => Err(TemplateError::TooLarge),
        Err(error) => Err(TemplateError::Liquid(tidy(&error.to_string()))),
        Ok(()) => String::from_utf8(out.bytes).map_err(|_| TemplateError::Liquid("it rendered something that is not text".into())),
    }
}

/// Liquid's messages are pictures of several lines, with an arrow to the place: the line and the words alone fit a sentence.
fn tidy(message: &str) -> String {
    let mut words = Vec::new();
    let mut place = None;
    for line in message.lines().map(str::trim) {
        let line = line.strip_prefix("liquid:").unwrap_or(line).trim();
        if let Some(arrow) = line.strip_prefix("--> ") {
            place = arrow.split(':').next();
        } else if !line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with('|') && !matches!(line, "" | "with:") {
            words.push(line.trim_start_matches("= "));
        }
    }
    let text = words.join("; ");
    let text: String = text.trim_end_matches('.').chars().take(MESSAGE_MAX).collect();
    place.map_or(text.clone(), |line| format!("line {line}: {text}"))
}

fn first(arguments: &[String]) -> &str {
    arguments.first().map_or("", String::as_str)
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn truncate(text: &str, arguments: &[String]) -> String {
    let max = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(TRUNCATE_DEFAULT);
    let ellipsis = arguments.get(1).map_or("...", String::as_str);
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(ellipsis.chars().count())).collect();
    kept + ellipsis
}

/// A writer that refuses, whole, what would make it too large.
struct CappedWriter {
    bytes: Vec<u8>,
    max: usize,
    full: bool,
}

impl Write for CappedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.max {
            self.full = true;
            return Err(io::Error::other("the template renders to more than its limit"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A filter on text. Ours rather than Liquid's, since some of those panic on odd arguments, loop without a bound or undo escaping.
#[derive(Clone, Copy)]
struct TextFilter {
    name: &'static str,
    apply: fn(&str, &[String]) -> String,
}

impl FilterReflection for TextFilter {
    fn name(&self) -> &str {
        self.name
    }
    fn description(&self) -> &'static str {
        ""
    }
    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
}

impl ParseFilter for TextFilter {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        Ok(Box::new(BoundFilter { filter: *self, arguments: arguments.positional.collect() }))
    }
    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

struct BoundFilter {
    filter: TextFilter,
    arguments: Vec<Expression>,
}

impl fmt::Debug for BoundFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.filter.name)
    }
}

impl fmt::Display for BoundFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.filter.name)
    }
}

impl Filter for BoundFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let evaluated = self.arguments.iter().map(|a| a.evaluate(runtime).map(|v| v.to_kstr().into_string()));
        let arguments = evaluated.collect::<Result<Vec<String>>>()?;
        let text = (self.filter.apply)(&input.to_kstr(), &arguments);
        if text.len() > VARIABLE_MAX {
            return Err(Error::with_msg(format!("the filter {} makes more than {VARIABLE_MAX} bytes", self.filter.name)));
        }
        Ok(Value::scalar(text))
    }
}

/// Puts a value between marks, written just as Liquid would write it.
#[derive(Debug, Clone, Copy)]
struct Mark;

impl FilterReflection for Mark {
    fn name(&self) -> &str {
        MARK
    }
    fn description(&self) -> &'static str {
        ""
    }
    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
}

impl ParseFilter for Mark {
    fn parse(&self, _: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        Ok(Box::new(*self))
    }
    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARK)
    }
}

impl Filter for Mark {
    fn evaluate(&self, input: &dyn ValueView, _: &dyn Runtime) -> Result<Value> {
        Ok(Value::scalar(format!("{SLOT_START}{}{SLOT_END}", input.render())))
    }
}

/// `capture`, with a limit: in a loop Liquid's own doubles without end.
#[derive(Clone, Copy)]
struct CappedCapture;

impl BlockReflection for CappedCapture {
    fn start_tag(&self) -> &'static str {
        "capture"
    }
    fn end_tag(&self) -> &'static str {
        "endcapture"
    }
    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseBlock for CappedCapture {
    fn parse(&self, mut arguments: TagTokenIter<'_>, mut tokens: TagBlock<'_, '_>, options: &Language) -> Result<Box<dyn Renderable>> {
        let id = arguments.expect_next("a name is expected")?.expect_identifier().into_result()?.to_owned();
        arguments.expect_nothing()?;
        let template = Template::new(tokens.parse_all(options)?);
        tokens.assert_empty();
        Ok(Box::new(Capture { id: id.into(), template }))
    }
    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

#[derive(Debug)]
struct Capture {
    id: KString,
    template: Template,
}

impl Renderable for Capture {
    fn render_to(&self, _: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let mut captured = CappedWriter { bytes: Vec::new(), max: VARIABLE_MAX, full: false };
        self.template.render_to(&mut captured, runtime)?;
        let text = String::from_utf8(captured.bytes).map_err(|_| Error::with_msg("captured something that is not text"))?;
        runtime.set_global(self.id.clone(), Value::scalar(text));
        Ok(())
    }
}
