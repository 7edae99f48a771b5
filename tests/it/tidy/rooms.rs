//! Who may import whom, and what must never stand in which room: the table of the architecture, as data.

use super::source::{Finding, Kind, Named, Source, Token, paths};

/// What a room may do.
struct Room {
    name: &'static str,
    /// Rooms that it may name beside itself.
    may_import: &'static [&'static str],
    /// Crates and paths that it must not name.
    never: &'static [&'static str],
}

const EVERY_ROOM: &[&str] = &[
    "app",
    "channels",
    "cli",
    "clock",
    "config",
    "db",
    "destinations",
    "domain",
    "http_client",
    "platforms",
    "telemetry",
    "web",
    "words",
    "worker",
];

const WEB_SERVER: &str = "actix_web";
/// What reaches outside, or differs from run to run. `domain` is the same answer for the same arguments, always.
const IMPURE: &[&str] = &[
    WEB_SERVER,
    "actix_rt",
    "askama",
    "async_trait",
    "futures_util",
    "getrandom",
    "lettre",
    "log",
    "metrics",
    "rand",
    "reqwest",
    "tokio",
    "tokio_util",
    "tracing",
    "std::env",
    "std::fs",
    // `std::io::Write` into memory is how libraries take a sink; these are the ways out of the program.
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];
const NO_SERVER: &[&str] = &[WEB_SERVER, "askama"];

#[rustfmt::skip]
const ROOMS: &[Room] = &[
    Room { name: "domain", may_import: &[], never: IMPURE },
    Room { name: "db", may_import: &["clock", "domain"], never: &[WEB_SERVER, "askama", "lettre", "reqwest"] },
    Room { name: "platforms", may_import: &["clock", "domain", "http_client"], never: NO_SERVER },
    Room { name: "channels", may_import: &["clock", "domain", "http_client"], never: NO_SERVER },
    Room { name: "destinations", may_import: &["clock", "domain", "http_client"], never: NO_SERVER },
    Room {
        name: "app",
        may_import: &["channels", "clock", "config", "db", "destinations", "domain", "http_client", "platforms", "telemetry", "words"],
        never: &[WEB_SERVER, "askama", "lettre", "reqwest"],
    },
    Room { name: "web", may_import: &["app", "clock", "config", "db", "domain", "telemetry", "words"], never: &["lettre", "reqwest"] },
    Room { name: "words", may_import: &["domain"], never: &[WEB_SERVER, "lettre", "reqwest"] },
    Room { name: "worker", may_import: &["app", "clock", "config", "telemetry"], never: &[WEB_SERVER, "askama", "lettre", "reqwest"] },
    Room { name: "clock", may_import: &["domain"], never: NO_SERVER },
    Room { name: "config", may_import: &["domain"], never: NO_SERVER },
    Room { name: "telemetry", may_import: &["clock"], never: &["askama"] },
    Room { name: "http_client", may_import: &["clock"], never: NO_SERVER },
    Room { name: "cli", may_import: EVERY_ROOM, never: &[] },
    Room { name: "main", may_import: EVERY_ROOM, never: &[] },
    Room { name: "lib", may_import: EVERY_ROOM, never: &[] },
];

/// Checks one file of `src` against the table.
pub fn check(source: &Source) -> Vec<Finding> {
    let finding = |line, rule, what| Finding { path: source.path.clone(), line, rule, what };
    let Some(name) = source.room() else { return Vec::new() };
    let Some(room) = ROOMS.iter().find(|r| r.name == name) else {
        let what =
            format!("`{name}` is not a room of this house: move the file into one, or add the room to the table in tests/it/tidy/rooms.rs");
        return vec![finding(1, "rooms", what)];
    };
    let tokens = source.program_tokens();
    let named = paths(&tokens);
    let mut found: Vec<Finding> = imports(source, room, &named).into_iter().map(|(line, what)| finding(line, "imports", what)).collect();
    found.extend(never(room, &named).into_iter().map(|(line, what)| finding(line, "never", what)));
    found.extend(words(room, &tokens).into_iter().map(|(line, what)| finding(line, "never", what)));
    found
}

/// Paths into other rooms.
fn imports(source: &Source, room: &Room, named: &[Named]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for path in named {
        let Some(target) = room_of(source, &path.segments) else { continue };
        if target != room.name && !room.may_import.contains(&target.as_str()) {
            let allowed = if room.may_import.is_empty() { "nothing else".to_owned() } else { room.may_import.join(", ") };
            let name = room.name;
            let what = format!(
                "`{name}` must not import `{target}` (it may import {allowed}): pass what is needed as an argument, or move the code"
            );
            found.push((path.line, what));
        }
    }
    found
}

/// The room that a path leads into; none for paths to other crates and to local names.
fn room_of(source: &Source, segments: &[String]) -> Option<String> {
    let first = segments.first()?;
    if matches!(first.as_str(), "crate" | "comeback") {
        return segments.get(1).filter(|s| EVERY_ROOM.contains(&s.as_str()) || first == "crate").cloned();
    }
    let ups = segments.iter().take_while(|s| *s == "super").count();
    let module = source.module();
    // Only a path that climbs to the root can leave its room; what it names there may also be an inline module's own.
    (ups > 0 && ups >= module.len()).then(|| segments.get(ups).cloned()).flatten().filter(|s| EVERY_ROOM.contains(&s.as_str()))
}

fn never(room: &Room, named: &[Named]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for path in named {
        let begins = |banned: &str| banned.split("::").enumerate().all(|(i, part)| path.segments.get(i).is_some_and(|s| s == part));
        if let Some(banned) = room.never.iter().find(|b| begins(b)) {
            found.push((path.line, format!("`{banned}` must not stand in `{}`: {}", room.name, advice(room.name))));
        }
        if room.name != "db" && begins("sqlx") {
            found.push((path.line, "`sqlx` may stand in `db` only: write a function there, one per statement, and call it".into()));
        }
    }
    found
}

fn advice(room: &str) -> &'static str {
    match room {
        "domain" => "rules are pure; take the value as an argument, and act on the decision in `app`",
        "app" => {
            "a use case knows no web server and no provider's wire format; those live in `web`, `platforms`, `channels`, `destinations`"
        }
        "db" => "rows live here, and nothing else",
        _ => "see the table of rooms in docs/architecture.md",
    }
}

/// Keywords and calls that no path shows.
fn words(room: &Room, tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Word) {
        let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
        if room.name == "domain" && matches!(token.text.as_str(), "async" | "await") {
            found.push((token.line, format!("`{}` must not stand in `domain`: {}", token.text, advice("domain"))));
        }
        let called = i > 0 && text(i - 1) == "." && text(i + 1) == "(";
        if room.name == "web" && token.text == "begin" && called {
            found.push((token.line, "`web` must not open a transaction: only `app` writes; add a use case there and call it".into()));
        }
    }
    found
}
