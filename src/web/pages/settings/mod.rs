//! A store's settings: channels, policy, messages, money, tokens.

mod channels;
mod messages;
mod money;
mod page;
mod policy;
mod policy_form;
mod sender_domain;

use crate::app::access::Role::{Editor, Owner, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/settings", (Viewer, Store), || get().to(page::show)),
    Page::get("/settings/channels/{kind}", (Owner, Store), || get().to(channels::show)),
    Page::post("/settings/channels/{kind}", (Owner, Store), || post().to(channels::save)),
    Page::post("/settings/channels/{kind}/give-up", (Owner, Store), || post().to(channels::give_up)),
    Page::post("/settings/channels/{kind}/test", (Owner, Store), || post().to(channels::test)),
    Page::get("/settings/sender-domain", (Viewer, Store), || get().to(sender_domain::show)),
    Page::post("/settings/policy", (Editor, Store), || post().to(policy::save)),
    Page::post("/settings/messages", (Editor, Store), || post().to(messages::save)),
    Page::post("/settings/money", (Editor, Store), || post().to(money::save)),
    Page::post("/settings/link-domain", (Owner, Store), || post().to(messages::set_link_domain)),
    Page::post("/settings/tokens", (Owner, Store), || post().to(page::create_token)),
    Page::post("/settings/tokens/{id}/revoke", (Owner, Store), || post().to(page::revoke_token)),
];
