//! What stands around every page of the web app: navigation, the choice of the store, who is signed in.

use super::assets;
use super::format;
use super::signed::Signed;

/// A store to choose from.
pub struct Choice {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// One place to go.
pub struct Link {
    pub href: String,
    pub name: &'static str,
    pub here: bool,
}

/// The frame of a page.
pub struct Frame {
    pub assets: &'static str,
    pub title: String,
    /// The page of the main navigation that this one belongs to.
    pub here: &'static str,
    pub nav: Vec<Link>,
    pub email: String,
    pub role: &'static str,
    pub csrf: String,
    /// Of several; empty when there is one.
    pub shops: Vec<Choice>,
    pub shop_id: String,
    pub shop_name: String,
    /// What was just done.
    pub notice: Option<&'static str>,
    /// May they change campaigns and templates?
    pub editor: bool,
    /// May they do everything?
    pub owner: bool,
}

const NAV: [(&str, &str); 7] = [
    ("/", "Overview"),
    ("/carts", "Carts"),
    ("/campaigns", "Campaigns"),
    ("/templates", "Templates"),
    ("/reports", "Reports"),
    ("/tracking", "Tracking"),
    ("/settings", "Settings"),
];

impl Frame {
    /// The frame for a page below `here`.
    pub fn new(signed: &Signed, here: &'static str, title: impl Into<String>) -> Self {
        let chosen = signed.shop().ok();
        let choice = |s: &crate::db::shops::Shop| Choice {
            id: s.id.to_string(),
            name: s.name.clone(),
            chosen: chosen.is_some_and(|c| c.id == s.id),
        };
        Self {
            assets: assets::version(),
            title: title.into(),
            here,
            nav: NAV.iter().map(|(path, name)| Link { href: signed.href(path), name, here: *path == here }).collect(),
            email: signed.person.email.clone(),
            role: signed.role.as_str(),
            csrf: signed.csrf.clone(),
            shops: if signed.shops.len() > 1 { signed.shops.iter().map(choice).collect() } else { Vec::new() },
            shop_id: chosen.map(|s| s.id.to_string()).unwrap_or_default(),
            shop_name: chosen.map(|s| s.name.clone()).unwrap_or_default(),
            notice: format::notice(signed.query.get("done")),
            editor: signed.may(crate::app::access::Role::Editor),
            owner: signed.may(crate::app::access::Role::Owner),
        }
    }
}
