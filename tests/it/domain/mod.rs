//! Rules over whole lives of carts, and over calendars, clocks and places.

mod attribution;
mod cart;
mod holidays;
mod law;
mod order;
mod replies;
mod schedule;
mod stats;
mod texts;
mod whereabouts;
mod worth;

/// A file of the shared reference material; none, loudly, where it is absent.
fn shared(file: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "where the reference material is is no setting of the program")]
    let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::PathBuf::from(root).join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is absent; set COMEBACK_SHARED to run the tests over shared material", path.display());
    }
    text
}
