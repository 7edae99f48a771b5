//! The sequence as a picture: what stands above, beside and beneath what, in words, around the form's own fields.

mod results;
mod step;

pub use results::{DidView, Results};
pub use step::{StepNode, length};

use super::form::{Act, Errors, Form, PathForm, StepForm, path_part, step_part};
use crate::domain::campaign::PATHS_MAX;
use crate::words::say;
use std::collections::BTreeSet;

/// Something that can be done to the picture.
pub struct Button {
    /// What it sends.
    pub act: String,
    /// What it says.
    pub text: String,
    /// What it is done to, for those who hear it without its place.
    pub of: String,
}

impl Button {
    fn new(act: Act, text: &str, of: impl ToString) -> Self {
        Self { act: act.to_string(), text: say(text).to_string(), of: of.to_string() }
    }
}

/// A path: for which carts it is.
pub struct PathNode {
    pub part: String,
    pub form: PathForm,
    /// What its carts are; empty: all that no path before it took.
    pub words: Vec<String>,
    pub open: bool,
    pub focus: bool,
    pub buttons: Vec<Button>,
}

/// The steps of one path, between steps that every path has.
pub struct Column {
    /// The path.
    pub name: String,
    /// There is no such path any more.
    pub missing: bool,
    pub steps: Vec<StepNode>,
    /// Adds a step at its end.
    pub add: Option<Button>,
}

/// What stands beneath what came before: one step for every cart, or the paths' own steps side by side.
pub struct Row {
    /// Adds a step for every cart before it.
    pub add: Option<Button>,
    pub step: Option<StepNode>,
    pub columns: Vec<Column>,
}

/// The picture.
pub struct Canvas {
    pub paths: Vec<PathNode>,
    /// Carts that no path is for get what is for every cart.
    pub others: bool,
    pub rows: Vec<Row>,
    /// Adds a step at the end.
    pub add: Option<Button>,
    pub add_path: Option<Button>,
    /// Whether the part in which the sequence begins is open, and is where one is.
    pub entry: (bool, bool),
    /// The same of the comparison group.
    pub holdout: (bool, bool),
    /// The same of what holds for all steps.
    pub rules: (bool, bool),
    /// The same of the end.
    pub end: (bool, bool),
    /// Steps are shown beside what they did.
    pub results: Option<Results>,
}

/// What the picture is made with.
pub struct Ground<'a> {
    pub errors: &'a Errors,
    /// May they change it?
    pub editable: bool,
    /// The part that was just acted on.
    pub part: &'a str,
    /// What steps did.
    pub results: Option<Results>,
}

impl Ground<'_> {
    /// Is a part open, and is it where one is?
    fn shown(&self, part: &str, fields: &[&str]) -> (bool, bool) {
        let focus = self.part == part;
        (focus || self.errors.keys().any(|at| fields.iter().any(|field| at == field || at.starts_with(&format!("{field}.")))), focus)
    }
}

impl Canvas {
    /// Of a form.
    pub fn new(form: &Form, ground: Ground<'_>) -> Self {
        let others = form.paths.last().is_some_and(|p| p.condition.asks());
        Self {
            rows: rows(form, &ground),
            add: ground.adds(form, form.steps.len(), None),
            add_path: (ground.editable && form.paths.len() < PATHS_MAX).then(|| {
                let text = if form.paths.is_empty() { "campaigns-branch" } else { "campaigns-add-path" };
                Button::new(Act::AddPath, text, "")
            }),
            others,
            paths: form.paths.iter().map(|p| path(p, form.paths.len(), &ground)).collect(),
            entry: ground.shown("entry", &["trigger", "abandon_after", "entry", "priority", "steps", "paths"]),
            holdout: ground.shown("holdout", &["holdout"]),
            rules: ground.shown("rules", &["quiet", "quiet_days", "guard_step", "guard_minimum", "guard_used"]),
            end: ground.shown("end", &["click_window"]),
            results: ground.results,
        }
    }
}

fn path(path: &PathForm, count: usize, ground: &Ground<'_>) -> PathNode {
    let (at, name) = (path.index, path.name.as_str());
    let part = path_part(at);
    let (open, focus) = ground.shown(&part, &[&format!("path{at}")]);
    let buttons = [
        (at > 0, Act::PathUp(at), "campaigns-earlier"),
        (at + 1 < count, Act::PathDown(at), "campaigns-later"),
        (true, Act::RemovePath(at), "campaigns-remove-path"),
    ];
    let buttons = buttons.into_iter().filter(|b| b.0 && ground.editable).map(|(_, act, text)| Button::new(act, text, name));
    PathNode { part, words: path.condition.phrases(), buttons: buttons.collect(), form: path.clone(), open, focus }
}

fn rows(form: &Form, ground: &Ground<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(step) = form.steps.get(at) {
        let add = ground.adds(form, at, None);
        if step.path.is_empty() {
            let step = Some(step::node(form, step, ground));
            // The step has the button of its place itself.
            rows.push(Row { add: None, step, columns: Vec::new() });
            at += 1;
            continue;
        }
        let end = form.steps.iter().skip(at).position(|s| s.path.is_empty()).map_or(form.steps.len(), |further| at + further);
        rows.push(Row { add, step: None, columns: columns(form, (at, end), ground) });
        at = end;
    }
    if !form.paths.is_empty() && rows.iter().all(|r| r.columns.is_empty()) {
        let end = form.steps.len();
        rows.push(Row { add: None, step: None, columns: columns(form, (end, end), ground) });
    }
    rows
}

/// The steps from one place to before another, by their paths.
fn columns(form: &Form, (from, to): (usize, usize), ground: &Ground<'_>) -> Vec<Column> {
    let run: Vec<&StepForm> = form.steps.iter().take(to).skip(from).collect();
    let known: Vec<&str> = form.paths.iter().map(|p| p.name.as_str()).collect();
    let missing: BTreeSet<&str> = run.iter().map(|s| s.path.as_str()).filter(|name| !known.contains(name)).collect();
    let column = |name: &str, place: Option<usize>| Column {
        name: name.to_owned(),
        missing: place.is_none(),
        steps: run.iter().filter(|s| s.path == name).map(|s| step::node(form, s, ground)).collect(),
        add: place.and_then(|p| ground.adds(form, to, Some((p, name)))),
    };
    let there = known.iter().enumerate().map(|(i, name)| column(name, Some(i)));
    there.chain(missing.iter().map(|name| column(name, None))).collect()
}

impl Ground<'_> {
    /// The button that adds a step at a place, on a path or on all.
    fn adds(&self, form: &Form, at: usize, path: Option<(usize, &str)>) -> Option<Button> {
        let of = match path {
            None => say("campaigns-add-step-at").with("step", at + 1),
            Some((_, name)) => say("campaigns-add-step-on").with("step", at + 1).with("path", name),
        };
        (self.editable && form.has_room()).then(|| Button::new(Act::AddStep(at, path.map(|p| p.0)), "campaigns-add-step", of))
    }

    fn opens_step(&self, at: usize) -> (bool, bool) {
        self.shown(&step_part(at), &[&format!("step{at}")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::{CampaignSpec, Path, Step};
    use crate::domain::duration::Length;
    use crate::domain::event::ChannelKind;
    use crate::domain::money::Currency;

    /// The picture in a line: steps by their numbers, columns in brackets.
    fn drawn(paths: &[&str], steps: &[&str]) -> String {
        let mut spec = CampaignSpec::starter();
        spec.paths = paths.iter().map(|p| Path { name: (*p).into(), only_if: None }).collect();
        let step = |path: &&str| Step {
            path: Some((*path).to_owned()).filter(|p| !p.is_empty()),
            ..Step::new(Length::hours(1), ChannelKind::Email, "checkout-reminder")
        };
        spec.steps = steps.iter().map(step).collect();
        let form = Form::of(&spec, Currency::USD);
        let ground = Ground { errors: &Errors::new(), editable: true, part: "", results: None };
        let canvas = Canvas::new(&form, ground);
        let numbers = |steps: &[StepNode]| steps.iter().map(|s| s.form.number().to_string()).collect::<Vec<_>>().join(" ");
        let row = |row: &Row| match &row.step {
            Some(step) => step.form.number().to_string(),
            None => {
                format!("[{}]", row.columns.iter().map(|c| format!("{}: {}", c.name, numbers(&c.steps))).collect::<Vec<_>>().join(" | "))
            }
        };
        canvas.rows.iter().map(row).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_is_for_every_cart_stands_alone_and_paths_stand_side_by_side() {
        assert_eq!(drawn(&[], &["", ""]), "1, 2");
        assert_eq!(drawn(&["big", "rest"], &["", "big", "rest", "big", ""]), "1, [big: 2 4 | rest: 3], 5");
        assert_eq!(drawn(&["big", "rest"], &["big", "", "rest"]), "[big: 1 | rest: ], 2, [big:  | rest: 3]");
        assert_eq!(drawn(&["big"], &["lost"]), "[big:  | lost: 1]", "what is on no path is shown as well");
        assert_eq!(drawn(&["big"], &[""]), "1, [big: ]", "a path without a step has a place to put one");
    }
}
