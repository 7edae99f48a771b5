//! What stands around every page of the web app: navigation, the choice of the store, who is signed in.

use super::assets;
use super::format;
use super::signed::Signed;
use crate::db::shops::Shop;
use crate::words::{look, say};

/// A store to choose from.
pub struct Choice {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// One place to go.
pub struct Link {
    pub href: String,
    pub name: String,
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
    pub role: String,
    pub csrf: String,
    /// In which times are written.
    pub zone: String,
    /// Of several; empty when there is one.
    pub shops: Vec<Choice>,
    pub shop_id: String,
    pub shop_name: String,
    /// What was just done.
    pub notice: Option<String>,
    /// May they change campaigns and templates?
    pub editor: bool,
    /// May they do everything?
    pub owner: bool,
}

const NAV: [(&str, &str); 7] = [
    ("/", "nav-overview"),
    ("/carts", "nav-carts"),
    ("/campaigns", "nav-campaigns"),
    ("/templates", "nav-templates"),
    ("/reports", "nav-reports"),
    ("/tracking", "nav-tracking"),
    ("/settings", "nav-settings"),
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
            nav: NAV
                .iter()
                .map(|(path, name)| Link { href: signed.href(path), name: say(*name).to_string(), here: *path == here })
                .collect(),
            email: signed.person.email.clone(),
            role: say(format!("role-{}", signed.role.as_str())).to_string(),
            csrf: signed.csrf.clone(),
            zone: zone(signed),
            shops: if signed.shops.len() > 1 { signed.shops.iter().map(choice).collect() } else { Vec::new() },
            shop_id: chosen.map(|s| s.id.to_string()).unwrap_or_default(),
            shop_name: chosen.map(|s| s.name.clone()).unwrap_or_default(),
            notice: format::notice(signed.query.get("done")),
            editor: signed.may(crate::app::access::Role::Editor),
            owner: signed.may(crate::app::access::Role::Owner),
        }
    }
}

/// The name of the zone in which this person reads times.
fn zone(signed: &Signed) -> String {
    let zone = look().zone.or_else(|| signed.shop().ok().map(Shop::zone));
    zone.as_ref().and_then(|z| z.iana_name()).unwrap_or("UTC").to_owned()
}
