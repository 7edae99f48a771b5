//! Where else figures are: the links at the top of the pages of reports.

use super::signed::Signed;

/// `(address, name, is it here)`.
pub type More = Vec<(String, &'static str, bool)>;

const PLACES: [(&str, &str); 4] = [
    ("/reports", "Recovered revenue"),
    ("/reports/ads", "Advertising"),
    ("/reports/annotations", "Notes"),
    ("/reports/digest", "By e-mail"),
];

/// The links, for the page at `here`.
pub fn more(signed: &Signed, here: &str) -> More {
    PLACES.iter().map(|(path, name)| (signed.href(path), *name, *path == here)).collect()
}
