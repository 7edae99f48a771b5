//! `comeback openapi`: prints the description of the API.

use super::{CliError, out};
use crate::web::api::openapi;

/// Prints it as JSON.
///
/// # Errors
/// When it can't be written as JSON.
pub fn run() -> Result<(), CliError> {
    out::json(&openapi::document())
}
