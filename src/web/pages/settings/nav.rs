//! The subjects of the settings: what stands on top of each of their pages.

use crate::app::access::Role;
use crate::web::pages::shell::signed::Signed;
use crate::words::say;

/// A subject.
pub struct Subject {
    pub path: &'static str,
    pub href: String,
    pub name: String,
    /// What it is about.
    pub about: String,
    pub here: bool,
}

/// Where each stands, its word, and who sees it.
const SUBJECTS: [(&str, &str, Role); 14] = [
    ("/settings/stores", "stores", Role::Viewer),
    ("/settings/connection", "connection", Role::Viewer),
    ("/settings/channels", "channels", Role::Viewer),
    ("/settings/sender-domain", "sender", Role::Viewer),
    ("/settings/policy", "policy", Role::Viewer),
    ("/settings/messages", "messages", Role::Viewer),
    ("/settings/domains", "domains", Role::Viewer),
    ("/settings/money", "money", Role::Viewer),
    ("/reports/digest", "digest", Role::Viewer),
    ("/settings/team", "team", Role::Owner),
    ("/settings/tokens", "tokens", Role::Viewer),
    ("/settings/webhooks", "webhooks", Role::Owner),
    ("/settings/data", "data", Role::Viewer),
    ("/settings/audit", "audit", Role::Owner),
];

/// Every subject that they may see; none but the stores while there is no store.
pub fn subjects(signed: &Signed, here: &str) -> Vec<Subject> {
    let seen = SUBJECTS.iter().filter(|(path, _, role)| signed.may(*role) && (signed.shop().is_ok() || *path == "/settings/stores"));
    seen.map(|(path, word, _)| Subject {
        path,
        href: signed.href(path),
        name: say(format!("settings-nav-{word}")).to_string(),
        about: say(format!("settings-about-{word}")).to_string(),
        here: *path == here,
    })
    .collect()
}
