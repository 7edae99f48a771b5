//! A store's settings, one page a subject.

mod audit;
mod channels;
mod connection;
mod data;
mod domains;
mod index;
mod install;
mod messages;
mod money;
pub mod nav;
mod policy;
mod policy_form;
mod sender_domain;
mod stores;
mod tokens;
mod webhook;
mod webhooks;

pub use connection::{Steps, secret_faults, steps};
pub use money::basis_words;
pub use stores::{NewStore, add as add_store};

use crate::app::access::Role::{Editor, Owner, Viewer};
use crate::app::install::BACK;
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::{Installation, Own, Public, Store};
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/settings", (Viewer, Store), || get().to(index::show)),
    Page::get("/settings/stores", (Viewer, Store), || get().to(stores::show)),
    Page::get("/settings/stores/new", (Owner, Installation), || get().to(stores::form)),
    Page::post("/settings/stores", (Owner, Installation), || post().to(stores::create)),
    Page::post("/settings/store/name", (Owner, Store), || post().to(stores::rename)),
    Page::post("/settings/store/status", (Owner, Store), || post().to(stores::set_status)),
    Page::get("/settings/connection", (Viewer, Store), || get().to(connection::show)),
    Page::post("/settings/connection/secret", (Owner, Store), || post().to(connection::add_secret)),
    Page::post("/settings/connection/access", (Owner, Store), || post().to(connection::give_access)),
    Page::post("/settings/connection/access/remove", (Owner, Store), || post().to(connection::remove_access)),
    Page::get("/settings/connection/of", (Viewer, Own), || get().to(install::of)),
    Page::post("/settings/connection/app", (Owner, Store), || post().to(install::set_app)),
    Page::post("/settings/connection/install", (Owner, Store), || post().to(install::begin)),
    Page::get(BACK, (Owner, Store), || get().to(install::finish)),
    Page::post("/settings/connection/look", (Owner, Store), || post().to(install::look)),
    Page::get("/connect/{platform}", (Viewer, Public), || get().to(install::open)),
    Page::get("/settings/channels", (Viewer, Store), || get().to(channels::list)),
    Page::get("/settings/channels/{kind}", (Owner, Store), || get().to(channels::show)),
    Page::post("/settings/channels/{kind}", (Owner, Store), || post().to(channels::save)),
    Page::post("/settings/channels/{kind}/give-up", (Owner, Store), || post().to(channels::give_up)),
    Page::post("/settings/channels/{kind}/test", (Owner, Store), || post().to(channels::test)),
    Page::get("/settings/sender-domain", (Viewer, Store), || get().to(sender_domain::show)),
    Page::get("/settings/policy", (Viewer, Store), || get().to(policy::show)),
    Page::post("/settings/policy", (Editor, Store), || post().to(policy::save)),
    Page::get("/settings/messages", (Viewer, Store), || get().to(messages::show)),
    Page::post("/settings/messages", (Editor, Store), || post().to(messages::save)),
    Page::get("/settings/money", (Viewer, Store), || get().to(money::show)),
    Page::post("/settings/money", (Editor, Store), || post().to(money::save)),
    Page::get("/settings/domains", (Viewer, Store), || get().to(domains::show)),
    Page::post("/settings/domains", (Editor, Store), || post().to(domains::save)),
    Page::post("/settings/link-domain", (Owner, Store), || post().to(domains::set_link_domain)),
    Page::get("/settings/tokens", (Viewer, Store), || get().to(tokens::show)),
    Page::post("/settings/tokens", (Owner, Store), || post().to(tokens::create)),
    Page::post("/settings/tokens/{id}/revoke", (Owner, Store), || post().to(tokens::revoke)),
    Page::get("/settings/webhooks", (Owner, Store), || get().to(webhooks::show)),
    Page::post("/settings/webhooks", (Owner, Store), || post().to(webhooks::add)),
    Page::get("/settings/webhooks/{id}", (Owner, Store), || get().to(webhook::show)),
    Page::post("/settings/webhooks/{id}", (Owner, Store), || post().to(webhook::change)),
    Page::post("/settings/webhooks/{id}/test", (Owner, Store), || post().to(webhook::test)),
    Page::post("/settings/webhooks/{id}/secret", (Owner, Store), || post().to(webhook::renew)),
    Page::post("/settings/webhooks/{id}/switch", (Owner, Store), || post().to(webhook::switch)),
    Page::post("/settings/webhooks/{id}/remove", (Owner, Store), || post().to(webhook::remove)),
    Page::get("/settings/webhooks/{id}/events/{event}", (Owner, Store), || get().to(webhook::event)),
    Page::post("/settings/webhooks/{id}/events/{event}/again", (Owner, Store), || post().to(webhook::again)),
    Page::get("/settings/data", (Viewer, Store), || get().to(data::show)),
    Page::post("/settings/data/retention", (Owner, Store), || post().to(data::keep)),
    Page::post("/settings/data/erase", (Owner, Store), || post().to(data::look_up)),
    Page::post("/settings/data/erase/confirm", (Owner, Store), || post().to(data::erase)),
    Page::post("/settings/data/exports", (Owner, Store), || post().to(data::export)),
    Page::post("/settings/data/imports", (Owner, Store), || post().to(data::import)),
    Page::get("/settings/data/files/{id}", (Owner, Store), || get().to(data::download)),
    Page::post("/settings/data/files/{id}/cancel", (Owner, Store), || post().to(data::cancel)),
    Page::get("/settings/audit", (Owner, Store), || get().to(audit::show)),
];
