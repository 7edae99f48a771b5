//! The fields of a form, as browsers send them; several may have one name.

use super::problem::PageError;
use crate::words::heard::heard_text;
use crate::words::say;

/// The fields, in the order in which they stand in the form.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// Fields that were read in another way.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first field of that name, trimmed; empty when it isn't there.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first field of that name as it is.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str())
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|f| f.0.as_str())
    }

    /// All fields with their values as they are.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Is there a field of that name?
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|f| f.0 == name)
    }

    /// Is a box ticked? Of a form that says that it sent `all` of its fields, one that isn't there is not; of another it is as before.
    pub fn checked(&self, name: &str, before: bool) -> bool {
        if self.has(name) { self.get(name) == "on" } else { before && !self.has("all") }
    }

    /// A field's text as a value.
    ///
    /// # Errors
    /// `Invalid`, naming the field as people know it.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str, known_as: &str) -> Result<T, PageError> {
        self.get(name).parse().map_err(|_| {
            PageError::Invalid(say("shell-unread").with("field", heard_text(known_as)).with("given", self.get(name)).to_string())
        })
    }
}
