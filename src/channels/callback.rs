//! What providers tell us by calling us: a request as it came, and what it means.

use crate::domain::receipt::Told;
use jiff::Timestamp;

/// A provider's request, as it came.
#[derive(Debug, Clone)]
pub struct Callback {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole address that the provider called, as it knows it: it begins with the program's public address, and has the query.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Not a byte of it changed.
    pub body: Vec<u8>,
    /// When it came.
    pub at: Timestamp,
}

impl Callback {
    /// The first header of that name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// What a call meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// In the order in which they stand there; empty for a call that asks or tells nothing of a message.
    pub told: Vec<Told>,
    /// What the provider has to be answered, where it is more than "fine": as plain text.
    pub answer: Option<String>,
}

/// Why a call is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unheard {
    /// It isn't the provider who speaks, as far as we can tell: nothing of it is believed. Why, without personal data.
    #[error("{0}")]
    NotOurs(String),
    /// The provider speaks, and can't be understood. Why, without personal data.
    #[error("{0}")]
    Unreadable(String),
    /// It can't be checked now: the provider is to call again.
    #[error("{0}")]
    TryAgain(String),
}
