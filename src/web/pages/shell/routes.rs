//! One route of the pages: its address, who may ask for it, and who answers.

use crate::app::access::Role;
use actix_web::Route;
use actix_web::http::Method;

/// A form is no larger than this, unless its page says otherwise.
const FORM_USUAL: usize = 256 * 1024; // bytes

/// Whose page it is, and so which role counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Of one store: what one is there counts.
    Store,
    /// Of the whole installation: what one is in every store counts, and nobody comes in who is for single stores.
    Installation,
    /// Of the person themselves: everyone who is signed in has it.
    Own,
    /// Of everybody, signed in or not; no role is asked for.
    Public,
}

/// One method of one address.
pub struct Page {
    /// GET to look, POST to change.
    pub method: Method,
    /// With its parameters in braces.
    pub path: &'static str,
    /// What one must be at least.
    pub role: Role,
    /// Where one must be it.
    pub scope: Scope,
    /// Of a form: how much is read.
    pub form_max: usize,
    /// Who answers.
    pub route: fn() -> Route,
}

impl Page {
    /// A page to look at.
    pub const fn get(path: &'static str, (role, scope): (Role, Scope), route: fn() -> Route) -> Self {
        Self { method: Method::GET, path, role, scope, form_max: FORM_USUAL, route }
    }

    /// A form to send.
    pub const fn post(path: &'static str, (role, scope): (Role, Scope), route: fn() -> Route) -> Self {
        Self { method: Method::POST, path, role, scope, form_max: FORM_USUAL, route }
    }

    /// The same with a form of so many bytes.
    pub const fn taking(mut self, form_max: usize) -> Self {
        self.form_max = form_max;
        self
    }
}
