//! What the buttons in the picture of a sequence do to its form: add, move, copy and remove steps, texts and paths. Nothing is stored by it.

use super::steps::{StepForm, VariantForm};
use super::{Conditions, Form, PathForm, number};
use crate::domain::campaign::{LONGEST_DELAY, PATHS_MAX, STEPS_MAX, VARIANTS_MAX};
use crate::domain::duration::Length;
use crate::web::pages::shell::format;
use crate::words::say;
use std::fmt;
use std::str::FromStr;

/// A step that is added comes so long after the one before it.
const USUAL_WAIT: Length = Length::hours(24);
/// The first step comes so long after the cart was left.
const FIRST_WAIT: &str = "1h";

/// What a button does; places count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Puts a new step at a place, on a path or on all.
    AddStep(usize, Option<usize>),
    /// Lets a step change places with the one before it.
    StepUp(usize),
    /// The same with the one after it.
    StepDown(usize),
    /// Puts the same step once more after it.
    CopyStep(usize),
    /// Takes a step out.
    RemoveStep(usize),
    /// Gives a step one more text to compare, or the first two.
    AddText(usize),
    /// Takes one of a step's texts out.
    RemoveText(usize, usize),
    /// Adds a path before the one that takes all others, or the first two.
    AddPath,
    /// Lets a path be asked before the one before it.
    PathUp(usize),
    /// The same the other way.
    PathDown(usize),
    /// Takes a path out, with its steps.
    RemovePath(usize),
}

/// What an act came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// The part of the picture to look at now, by its id.
    pub part: String,
    /// In a sentence.
    pub told: String,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddStep(at, None) => write!(f, "step-add {at}"),
            Self::AddStep(at, Some(path)) => write!(f, "step-add {at} {path}"),
            Self::StepUp(at) => write!(f, "step-up {at}"),
            Self::StepDown(at) => write!(f, "step-down {at}"),
            Self::CopyStep(at) => write!(f, "step-copy {at}"),
            Self::RemoveStep(at) => write!(f, "step-remove {at}"),
            Self::AddText(at) => write!(f, "text-add {at}"),
            Self::RemoveText(at, text) => write!(f, "text-remove {at} {text}"),
            Self::AddPath => f.write_str("path-add"),
            Self::PathUp(at) => write!(f, "path-up {at}"),
            Self::PathDown(at) => write!(f, "path-down {at}"),
            Self::RemovePath(at) => write!(f, "path-remove {at}"),
        }
    }
}

impl FromStr for Act {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || format!("{text:?} is nothing that can be done to a sequence");
        let mut words = text.split(' ');
        let what = words.next().unwrap_or_default();
        let numbers: Vec<usize> = words.map(str::parse).collect::<Result<_, _>>().map_err(|_| unknown())?;
        Ok(match (what, numbers.as_slice()) {
            ("step-add", [at]) => Self::AddStep(*at, None),
            ("step-add", [at, path]) => Self::AddStep(*at, Some(*path)),
            ("step-up", [at]) => Self::StepUp(*at),
            ("step-down", [at]) => Self::StepDown(*at),
            ("step-copy", [at]) => Self::CopyStep(*at),
            ("step-remove", [at]) => Self::RemoveStep(*at),
            ("text-add", [at]) => Self::AddText(*at),
            ("text-remove", [at, text]) => Self::RemoveText(*at, *text),
            ("path-add", []) => Self::AddPath,
            ("path-up", [at]) => Self::PathUp(*at),
            ("path-down", [at]) => Self::PathDown(*at),
            ("path-remove", [at]) => Self::RemovePath(*at),
            _ => return Err(unknown()),
        })
    }
}

/// The id of a step's part of the picture.
pub fn step_part(at: usize) -> String {
    format!("step-{}", at + 1)
}

/// The id of a path's.
pub fn path_part(at: usize) -> String {
    format!("path-{}", at + 1)
}

impl Form {
    /// Does it. None where it can't be done: there is no such place, or no room.
    pub fn act(&mut self, act: Act) -> Option<Acted> {
        let acted = match act {
            Act::AddStep(at, path) => self.add_step(at, path),
            Act::StepUp(at) => self.before(at).and_then(|other| self.exchange(at, other)),
            Act::StepDown(at) => self.after(at).and_then(|other| self.exchange(at, other)),
            Act::CopyStep(at) => self.copy_step(at),
            Act::RemoveStep(at) => self.remove_step(at),
            Act::AddText(at) => self.add_text(at),
            Act::RemoveText(at, text) => self.remove_text(at, text),
            Act::AddPath => self.add_path(),
            Act::PathUp(at) => at.checked_sub(1).and_then(|other| self.exchange_paths(at, other)),
            Act::PathDown(at) => self.exchange_paths(at, at + 1),
            Act::RemovePath(at) => self.remove_path(at),
        };
        let steps = std::mem::take(&mut self.steps);
        self.steps = steps.into_iter().enumerate().map(|(i, s)| s.at_index(i)).collect();
        number(&mut self.paths);
        acted
    }

    /// Is there room for another step?
    pub fn has_room(&self) -> bool {
        self.steps.len() < STEPS_MAX
    }

    /// The step that a cart gets before this one.
    pub fn before(&self, at: usize) -> Option<usize> {
        let here = self.steps.get(at)?;
        self.steps.iter().take(at).rposition(|s| s.meets(here))
    }

    /// The step that a cart gets after this one.
    pub fn after(&self, at: usize) -> Option<usize> {
        let here = self.steps.get(at)?;
        self.steps.iter().skip(at + 1).position(|s| s.meets(here)).map(|further| at + 1 + further)
    }

    fn add_step(&mut self, at: usize, path: Option<usize>) -> Option<Acted> {
        if !self.has_room() || at > self.steps.len() {
            return None;
        }
        let path = match path {
            Some(path) => self.paths.get(path)?.name.clone(),
            None => String::new(),
        };
        let mut new = StepForm { path, ..StepForm::empty(at, self.currency) };
        let before = self.steps.iter().take(at).rfind(|s| s.meets(&new));
        (new.delay, new.after) = match before {
            None => (FIRST_WAIT.to_owned(), new.after),
            Some(b) if b.after == "previous_send" => (format::short_length(USUAL_WAIT), b.after.clone()),
            Some(b) => (later(&b.delay), new.after),
        };
        if let Some(like) = before.or(self.steps.first()) {
            new.message.clone_from(&like.message);
        }
        self.steps.insert(at, new);
        Some(told(step_part(at), say("campaigns-added-step").with("step", at + 1)))
    }

    /// Two steps change places; when something is due at each place stays.
    fn exchange(&mut self, at: usize, other: usize) -> Option<Acted> {
        let (first, second) = (at.min(other), at.max(other));
        let (left, right) = self.steps.split_at_mut_checked(second)?;
        left.get_mut(first)?.exchange_times(right.first_mut()?);
        let step = self.steps.remove(at);
        self.steps.insert(other, step);
        Some(told(step_part(other), say("campaigns-moved-step").with("from", at + 1).with("to", other + 1)))
    }

    fn copy_step(&mut self, at: usize) -> Option<Acted> {
        let copy = self.steps.get(at).filter(|_| self.has_room())?.clone();
        self.steps.insert(at + 1, copy);
        Some(told(step_part(at + 1), say("campaigns-copied-step").with("from", at + 1).with("step", at + 2)))
    }

    fn remove_step(&mut self, at: usize) -> Option<Acted> {
        self.steps.get(at)?;
        self.steps.remove(at);
        let part = self.steps.len().checked_sub(1).map_or_else(|| "entry".to_owned(), |last| step_part(at.min(last)));
        Some(told(part, say("campaigns-removed-step").with("step", at + 1)))
    }

    fn add_text(&mut self, at: usize) -> Option<Acted> {
        let step = self.steps.get_mut(at).filter(|s| s.variants.len() < VARIANTS_MAX)?;
        for _ in 0..if step.variants.is_empty() { 2 } else { 1 } {
            let taken = |name: &str| step.variants.iter().any(|v| v.name == name);
            let name = ('A'..='Z').map(String::from).find(|name| !taken(name)).unwrap_or_default();
            step.variants.push(VariantForm { index: step.variants.len(), name, weight: "1".into(), ..VariantForm::default() });
        }
        Some(told(step_part(at), say("campaigns-added-text").with("step", at + 1)))
    }

    fn remove_text(&mut self, at: usize, text: usize) -> Option<Acted> {
        let step = self.steps.get_mut(at).filter(|s| text < s.variants.len())?;
        let gone = step.variants.remove(text);
        step.variants.iter_mut().enumerate().for_each(|(i, v)| v.index = i);
        Some(told(step_part(at), say("campaigns-removed-text").with("text", gone.name).with("step", at + 1)))
    }

    fn add_path(&mut self) -> Option<Acted> {
        if self.paths.len() >= PATHS_MAX {
            return None;
        }
        let is_rest = |p: &PathForm| !p.condition.asks();
        let at = if self.paths.last().is_some_and(is_rest) { self.paths.len() - 1 } else { self.paths.len() };
        let first = self.paths.is_empty();
        let name =
            (1..=PATHS_MAX + 1).map(|n: usize| say("campaigns-path-name").with("number", n).to_string()).find(|n| !self.knows_path(n))?;
        self.paths.insert(at, self.new_path(name));
        if first {
            self.paths.push(self.new_path(say("campaigns-path-rest").to_string()));
        }
        Some(told(path_part(at), say("campaigns-added-path")))
    }

    fn knows_path(&self, name: &str) -> bool {
        self.paths.iter().any(|p| p.name == name)
    }

    fn new_path(&self, name: String) -> PathForm {
        PathForm { index: 0, was: String::new(), called: name.clone(), name, condition: Conditions::of("", None, self.currency) }
    }

    fn exchange_paths(&mut self, at: usize, other: usize) -> Option<Acted> {
        if at.max(other) >= self.paths.len() {
            return None;
        }
        self.paths.swap(at, other);
        let name = self.paths.get(other)?.name.clone();
        Some(told(path_part(other), say("campaigns-moved-path").with("path", name)))
    }

    fn remove_path(&mut self, at: usize) -> Option<Acted> {
        self.paths.get(at)?;
        let gone = self.paths.remove(at);
        self.steps.retain(|s| s.path != gone.name);
        Some(told("entry".to_owned(), say("campaigns-removed-path").with("path", gone.name)))
    }
}

fn told(part: String, said: crate::words::Said) -> Acted {
    Acted { part, told: said.to_string() }
}

/// A day later, as people type it; what can't be read stays to be put right.
fn later(delay: &str) -> String {
    let sum = delay.parse::<Length>().ok().and_then(|d| d.0.checked_add(USUAL_WAIT.0)).map(Length);
    sum.map_or_else(|| format::short_length(USUAL_WAIT), |sum| format::short_length(sum.min(LONGEST_DELAY)))
}
