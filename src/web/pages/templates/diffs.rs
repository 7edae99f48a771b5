//! Differences between two texts of a template, field by field, for people who see them and people who hear them.

use super::one::field_name;
use crate::domain::diff::{self, Kind, Part, Stretch};
use crate::domain::event::ChannelKind;
use crate::domain::template::TemplateSource;
use crate::words::say;

/// So many equal lines stay beside each difference.
const AROUND: usize = 3;

/// One line.
pub struct Line {
    /// `same`, `removed`, `added`
    pub kind: &'static str,
    /// Said before it: `Removed, line 3:`.
    pub said: String,
    /// As lists count: of the new text, else of the old.
    pub number: usize,
    pub parts: Vec<Part>,
}

/// Lines that are shown, or may be folded away.
pub struct Run {
    /// `12 lines that are the same`; none where they are shown.
    pub folded: Option<String>,
    pub lines: Vec<Line>,
}

/// The differences of one field.
pub struct Field {
    pub name: String,
    pub runs: Vec<Run>,
}

/// The fields of a text, with what each is called in forms.
pub fn fields(source: &TemplateSource) -> [(&'static str, &str); 3] {
    [("subject", &source.subject), ("body", &source.body), ("text", source.text.as_deref().unwrap_or_default())]
}

/// What differs, by field; nothing if they say the same.
pub fn between(channel: ChannelKind, old: &TemplateSource, new: &TemplateSource) -> Vec<Field> {
    let pairs = fields(old).into_iter().zip(fields(new));
    pairs.filter(|((_, a), (_, b))| a != b).map(|((name, a), (_, b))| field(channel, (name, a), b)).collect()
}

/// The differences of one field.
pub fn field(channel: ChannelKind, (name, old): (&str, &str), new: &str) -> Field {
    let runs = diff::folded(diff::lines(old, new), AROUND).into_iter().map(|stretch| match stretch {
        Stretch::Shown(lines) => Run { folded: None, lines: lines.into_iter().map(line).collect() },
        Stretch::Folded(lines) => Run {
            folded: Some(say("templates-same-lines").with("count", lines.len()).to_string()),
            lines: lines.into_iter().map(line).collect(),
        },
    });
    Field { name: field_name(channel, name), runs: runs.collect() }
}

fn line(line: diff::Line) -> Line {
    let (kind, key) = match line.kind {
        Kind::Same => ("same", "templates-line-same"),
        Kind::Removed => ("removed", "templates-line-removed"),
        Kind::Added => ("added", "templates-line-added"),
    };
    let number = line.new.or(line.old).unwrap_or_default();
    Line { kind, said: say(key).with("line", number).to_string(), number, parts: line.parts }
}
