//! Any report's table as pages show it: `templates/pages/reports/report_table.html` with a `table`.

use crate::domain::report::Definition;
use crate::domain::report::table::{Cell, Column, Line, Ratio, Table, Unit};
use crate::web::pages::shell::format;
use crate::web::pages::shell::signed::Signed;
use crate::words::heard::heard_text;
use crate::words::{figure_name, find, grouped, say};

/// More columns don't fit beside each other.
const COLUMNS_MAX: usize = 7;
/// More lines don't either, where lines become columns.
const LINES_MAX: usize = 5;
/// By these, lines are of a few sorts that every store has.
const OF_CLOSED_SETS: [&str; 6] = ["Channel", "Comparison group", "Device", "Evidence", "New or returning", "Worth of the cart"];
/// By these, lines are steps of campaigns.
const OF_STEPS: [&str; 4] = ["Step", "Step of a campaign", "Text", "Variant"];
/// Lines that no campaign has given its name.
const NAMELESS: [&str; 3] = ["All campaigns", "(no campaign)", "a deleted campaign"];
/// Columns of what stands in the addresses of advertisements.
const OF_ADDRESSES: [&str; 3] = ["source", "medium", "campaign"];

/// A cell.
pub struct CellView {
    /// Its column, for narrow screens.
    pub label: String,
    /// To the right?
    pub is_number: bool,
    /// What it holds.
    pub text: String,
    /// What it was worked out from, or how sure it is.
    pub small: String,
    /// How warm it is among the others, where that is shown.
    pub heat: Option<u8>,
}

/// A column.
pub struct ColumnView {
    /// Its heading.
    pub label: String,
    /// To the right?
    pub is_number: bool,
    /// Where the carts behind it are.
    pub carts: Option<String>,
}

/// A line.
pub struct LineView {
    pub label: String,
    pub carts: Option<String>,
    pub cells: Vec<CellView>,
}

/// A table.
pub struct TableView {
    pub by: String,
    pub columns: Vec<ColumnView>,
    pub lines: Vec<LineView>,
    pub totals: Vec<LineView>,
    pub notes: Vec<String>,
    pub definitions: Vec<DefinitionView>,
}

/// What a figure means.
pub struct DefinitionView {
    /// As its column is headed, where it is called by more than its key.
    pub name: Option<String>,
    /// As programs know it.
    pub figure: &'static str,
    /// What it counts, over what.
    pub definition: &'static str,
}

impl DefinitionView {
    /// Of figures of a report.
    pub fn all(report: &str, definitions: &[Definition]) -> Vec<Self> {
        let view = |d: &Definition| Self { name: figure_name(report, d.figure), figure: d.figure, definition: d.definition };
        definitions.iter().map(view).collect()
    }
}

impl TableView {
    /// For the page that is asked for: links keep its store.
    pub fn new(signed: &Signed, table: &Table) -> Self {
        let columns: Vec<ColumnView> =
            table.columns.iter().map(|c| ColumnView { label: column_name(table, c), is_number: is_number(c), carts: None }).collect();
        let view = |line: &Line| LineView {
            label: line_name(table, line),
            carts: line.carts.as_deref().map(|path| signed.href(path)),
            cells: table.columns.iter().zip(&columns).zip(&line.cells).map(|((of, view), cell)| self::cell(of, view, cell)).collect(),
        };
        Self {
            by: slugged("reports-by-", &table.by),
            lines: table.lines.iter().map(view).collect(),
            totals: table.totals.iter().map(view).collect(),
            columns,
            notes: table.notes.clone(),
            definitions: DefinitionView::all(table.name, &table.definitions),
        }
    }
}

impl TableView {
    /// The same, read from top to bottom: of few lines with more figures than fit beside each other.
    pub fn fitting(self) -> Self {
        // Without a line there is nothing to read either way, and the page says so.
        if self.lines.is_empty() || self.columns.len() <= COLUMNS_MAX || self.lines.len() + self.totals.len() > LINES_MAX {
            return self;
        }
        let mut columns = Vec::new();
        let mut lines: Vec<LineView> =
            self.columns.into_iter().map(|c| LineView { label: c.label, carts: None, cells: Vec::new() }).collect();
        for line in self.lines.into_iter().chain(self.totals) {
            for (turned, cell) in lines.iter_mut().zip(line.cells) {
                turned.cells.push(CellView { label: line.label.clone(), ..cell });
            }
            columns.push(ColumnView { label: line.label, is_number: true, carts: line.carts });
        }
        Self { by: String::new(), columns, lines, totals: Vec::new(), ..self }
    }
}

fn is_number(column: &Column) -> bool {
    column.unit != Unit::Text
}

fn cell(column: &Column, view: &ColumnView, cell: &Cell) -> CellView {
    let (text, small) = shown(column, cell);
    CellView { label: view.label.clone(), is_number: view.is_number, text, small, heat: None }
}

/// A column's heading, in the reader's language where there are words for it.
pub fn column_name(table: &Table, column: &Column) -> String {
    figure_name(table.name, column.key).unwrap_or_else(|| slugged("reports-model-", column.label))
}

/// What a line stands for: as it is called, but for those that every store has.
pub fn line_name(table: &Table, line: &Line) -> String {
    let own = match line.key.as_str() {
        "total" if line.label == "Total" => find("reports-total"),
        "total" if line.label == "All orders" => find("reports-all-orders"),
        key if table.name == "funnel" => find(&format!("reports-reached-{key}")),
        key if line.label == format!("All in {key}") => Some(say("reports-all-in").with("currency", key).to_string()),
        _ if line.label == "unknown" || OF_CLOSED_SETS.contains(&table.by.as_str()) => Some(slugged("reports-line-", &line.label)),
        _ if table.by == "Channel and campaign" => line.label.split_once(": ").map_or_else(
            || Some(slugged("reports-line-", &line.label)),
            |(channel, campaign)| Some(format!("{}: {campaign}", slugged("reports-line-", channel))),
        ),
        key if key == "others" || table.name == "buyers" || NAMELESS.contains(&line.label.as_str()) => Some(heard_text(&line.label)),
        _ if OF_STEPS.contains(&table.by.as_str()) => step_name(&line.label),
        _ => None,
    };
    own.unwrap_or_else(|| line.label.clone())
}

/// Steps of campaigns are called `Recovery, step 2`, `Recovery, step 2 (e-mail)` or `Recovery, step 2, text B`.
fn step_name(label: &str) -> Option<String> {
    let (campaign, rest) = label.rsplit_once(", step ")?;
    let said = |key: &str, step: &str| say(key).with("campaign", campaign).with("step", step);
    if let Some((step, text)) = rest.split_once(", text ") {
        return Some(said("reports-line-text", step).with("text", text).to_string());
    }
    if let Some((step, channel)) = rest.split_once(" (") {
        let channel = slugged("reports-line-", channel.trim_end_matches(')'));
        return Some(said("reports-line-step-by", step).with("channel", channel).to_string());
    }
    Some(said("reports-line-step", rest).to_string())
}

/// One of a closed set of English words by what they say; as they are, where there are no others.
pub fn slugged(area: &str, english: &str) -> String {
    let plain: String = english.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let slug = plain.split_whitespace().collect::<Vec<_>>().join("-");
    find(&format!("{area}{slug}")).unwrap_or_else(|| heard_text(english))
}

/// A cell in words: what it holds, and what that was worked out from or how sure it is.
pub fn shown(column: &Column, cell: &Cell) -> (String, String) {
    match (column.unit, cell) {
        (_, Cell::None) => (say("reports-no-data").to_string(), String::new()),
        (_, Cell::Text(text)) if OF_ADDRESSES.contains(&column.key) => (text.clone(), String::new()),
        (_, Cell::Text(text)) => (slugged("reports-said-", text), String::new()),
        (Unit::Seconds, Cell::Count(seconds)) => (span(*seconds), String::new()),
        (_, Cell::Count(count)) => (grouped(&count.to_string()), String::new()),
        (_, Cell::Money(money)) => (format::money(*money), String::new()),
        (_, Cell::Ratio(ratio)) => of(*ratio),
        (_, Cell::Number(number)) => (decimal(*number, 2), String::new()),
        (_, Cell::Estimate(i)) => {
            let range = say("reports-range").with("low", decimal(i.low, 2)).with("high", decimal(i.high, 2));
            (decimal(i.estimate, 2), range.to_string())
        }
    }
}

fn decimal(number: f64, digits: usize) -> String {
    grouped(&format!("{number:.digits$}"))
}

/// `15.0 %` and `12 of 80, 8.8 to 24.4 %`.
pub fn of(ratio: Ratio) -> (String, String) {
    let Some(i) = ratio.interval() else { return (say("reports-no-data").to_string(), String::new()) };
    let percent = |n: f64| decimal(n * 100.0, 1);
    let key = if ratio.is_small() { "reports-of-few" } else { "reports-of" };
    let small = say(key).with("part", ratio.numerator).with("whole", ratio.denominator);
    (format!("{} %", percent(i.estimate)), small.with("low", percent(i.low)).with("high", percent(i.high)).to_string())
}

/// `2 d 4 h`, `3 h 20 min`, `45 min`, `30 s`.
fn span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let said = match (days, hours, minutes) {
        (0, 0, 0) => say("reports-span-s").with("seconds", seconds),
        (0, 0, m) => say("reports-span-m").with("minutes", m),
        (0, h, m) => say("reports-span-h").with("hours", h).with("minutes", m),
        (d, h, _) => say("reports-span-d").with("days", d).with("hours", h),
    };
    said.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, speaking};

    #[test]
    fn steps_are_named_in_the_readers_language() {
        let check = |english: &str, german: &str| {
            assert_eq!(step_name(english).as_deref(), Some(english));
            let said = speaking(Language::of("de").expect("German"), || step_name(english));
            assert_eq!(said.as_deref(), Some(german));
        };
        check("Recovery, step 2", "Recovery, Schritt 2");
        check("Recovery, step 2 (e-mail)", "Recovery, Schritt 2 (E-Mail)");
        check("Recovery, step 2, text B", "Recovery, Schritt 2, Text B");
        assert_eq!(step_name("Recovery"), None);
    }

    #[test]
    fn ratios_show_their_parts_and_their_interval() {
        assert_eq!(of(Ratio::new(12, 80)), ("15.0 %".into(), "12 of 80, 8.8 to 24.4 %".into()));
        assert!(of(Ratio::new(1, 4)).1.ends_with(", few"));
        assert_eq!(of(Ratio::new(0, 0)).0, "no data");
    }

    fn of_size(columns: usize, lines: usize) -> TableView {
        let cell = |n: usize| CellView { label: format!("c{n}"), is_number: true, text: n.to_string(), small: String::new(), heat: None };
        let line = |n: usize| LineView { label: format!("l{n}"), carts: None, cells: (0..columns).map(cell).collect() };
        TableView {
            by: "By".into(),
            columns: (0..columns).map(|n| ColumnView { label: format!("c{n}"), is_number: true, carts: None }).collect(),
            lines: (1..lines).map(line).collect(),
            totals: vec![line(0)],
            notes: Vec::new(),
            definitions: Vec::new(),
        }
    }

    #[test]
    fn what_does_not_fit_from_left_to_right_is_read_from_top_to_bottom() {
        let turned = of_size(12, 3).fitting();
        assert_eq!(turned.columns.iter().map(|c| c.label.as_str()).collect::<Vec<_>>(), ["l1", "l2", "l0"]);
        assert_eq!((turned.lines.len(), turned.totals.len(), turned.lines[7].label.as_str()), (12, 0, "c7"));
        assert!(turned.lines[7].cells.iter().map(|c| (c.label.as_str(), c.text.as_str())).eq([("l1", "7"), ("l2", "7"), ("l0", "7")]));
        for (columns, lines) in [(7, 3), (12, 6), (12, 1)] {
            assert_eq!(of_size(columns, lines).fitting().columns.len(), columns);
        }
    }

    #[test]
    fn spans_are_told_in_two_units_at_most() {
        assert_eq!([30, 2700, 12_000, 187_200].map(span), ["30 s", "45 min", "3 h 20 min", "2 d 4 h"]);
    }
}
