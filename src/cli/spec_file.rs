//! A campaign in a file: JSON, as the API takes it.

use super::CliError;
use crate::domain::campaign::{CampaignSpec, Fault};
use std::path::Path;

/// A campaign's file is small.
const FILE_MAX: u64 = 1 << 20;

/// Reads a campaign; `-` is stdin.
///
/// # Errors
/// `Usage` when it can't be read.
pub fn read(file: &Path) -> Result<CampaignSpec, CliError> {
    use std::io::Read as _;
    let unreadable = |e: &dyn std::fmt::Display| CliError::Usage(format!("the campaign in {} can't be read: {e}", file.display()));
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(FILE_MAX).read_to_string(&mut text).map_err(|e| unreadable(&e))?;
    } else {
        std::fs::File::open(file).and_then(|f| f.take(FILE_MAX).read_to_string(&mut text)).map_err(|e| unreadable(&e))?;
    }
    serde_json::from_str(&text).map_err(|e| unreadable(&e))
}

/// What is wrong with a campaign, a line each.
pub fn told(faults: &[Fault]) -> String {
    faults.iter().map(|f| format!("{}: {}", f.at, f.problem)).collect::<Vec<_>>().join("\n")
}
