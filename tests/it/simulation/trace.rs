//! What happened, in lines: the last of them are shown when a promise is broken, and all of them together make the number by which two runs are compared.

use super::rng::{hash, hash_text};
use super::time::{Ms, stamp};
use std::collections::VecDeque;

/// How many lines are shown.
const SHOWN: usize = 40;

/// The story so far.
#[derive(Default)]
pub struct Trace {
    pub now: Ms,
    pub steps: u64,
    /// Every line is shown as it is told.
    pub all: bool,
    last: VecDeque<String>,
    sum: u64,
}

impl Trace {
    pub fn line(&mut self, what: &str) {
        self.sum = hash(&[self.sum, self.now.unsigned_abs(), hash_text(what)]);
        if self.all {
            eprintln!("{} {what}", stamp(self.now));
        }
        if self.last.len() == SHOWN {
            self.last.pop_front();
        }
        self.last.push_back(format!("{} {what}", stamp(self.now)));
    }

    /// The same for the same story.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    pub fn last(&self) -> String {
        self.last.iter().cloned().collect::<Vec<_>>().join("\n")
    }
}
