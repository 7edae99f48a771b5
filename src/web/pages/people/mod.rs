//! Who the people are: signing in and out, their own account, the team.

mod account;
mod factors;
mod invitation;
mod login;
mod member;
mod passkey;
mod prove;
mod qr;
mod second;
mod team;

pub use login::signed_in;

use crate::app::access::Role::{Owner, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::{Installation, Own, Public, Store};
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/login", (Viewer, Public), || get().to(login::show)),
    Page::post("/login", (Viewer, Public), || post().to(login::sign_in)),
    Page::get("/login/code", (Viewer, Public), || get().to(second::show)),
    Page::post("/login/code", (Viewer, Public), || post().to(second::by_code)),
    Page::post("/login/code/ask", (Viewer, Public), || post().to(second::ask)),
    Page::post("/login/code/passkey", (Viewer, Public), || post().to(second::by_passkey)),
    Page::post("/login/ask", (Viewer, Public), || post().to(login::ask)),
    Page::post("/login/passkey", (Viewer, Public), || post().to(login::by_passkey)),
    Page::post("/logout", (Viewer, Public), || post().to(login::sign_out)),
    Page::get("/invitations/{token}", (Viewer, Public), || get().to(invitation::show)),
    Page::post("/invitations/{token}", (Viewer, Public), || post().to(invitation::join)),
    Page::get("/account", (Viewer, Own), || get().to(account::show)),
    Page::post("/account/look", (Viewer, Own), || post().to(account::set_look)),
    Page::post("/account/password", (Viewer, Own), || post().to(account::change_password)),
    Page::post("/account/sessions/end-others", (Viewer, Own), || post().to(account::end_others)),
    Page::post("/account/sessions/{id}/end", (Viewer, Own), || post().to(account::end_session)),
    Page::get("/account/prove", (Viewer, Own), || get().to(prove::show)),
    Page::post("/account/prove", (Viewer, Own), || post().to(prove::by_password)),
    Page::post("/account/prove/ask", (Viewer, Own), || post().to(prove::ask)),
    Page::post("/account/prove/passkey", (Viewer, Own), || post().to(prove::by_passkey)),
    Page::post("/account/code/begin", (Viewer, Own), || post().to(factors::begin_code)),
    Page::get("/account/code", (Viewer, Own), || get().to(factors::show_code)),
    Page::post("/account/code", (Viewer, Own), || post().to(factors::confirm_code)),
    Page::post("/account/code/off", (Viewer, Own), || post().to(factors::remove_code)),
    Page::post("/account/recovery", (Viewer, Own), || post().to(factors::renew_recovery)),
    Page::post("/account/passkeys/ask", (Viewer, Own), || post().to(factors::ask_passkey)),
    Page::post("/account/passkeys", (Viewer, Own), || post().to(factors::add_passkey)),
    Page::post("/account/passkeys/{id}/remove", (Viewer, Own), || post().to(factors::remove_passkey)),
    Page::get("/settings/team", (Owner, Store), || get().to(team::show)),
    Page::get("/settings/team/invite", (Owner, Store), || get().to(team::ask)),
    Page::post("/settings/team/invite", (Owner, Store), || post().to(team::invite)),
    Page::post("/settings/team/invite/everywhere", (Owner, Installation), || post().to(team::invite_everywhere)),
    Page::post("/settings/team/invitations/{id}/withdraw", (Owner, Store), || post().to(team::withdraw)),
    Page::get("/settings/team/{id}", (Owner, Store), || get().to(member::show)),
    Page::post("/settings/team/{id}/role", (Owner, Store), || post().to(member::set_role)),
    Page::post("/settings/team/{id}/leave", (Owner, Store), || post().to(member::leave)),
    Page::post("/settings/team/{id}/everywhere", (Owner, Installation), || post().to(member::set_everywhere)),
    Page::post("/settings/team/{id}/reset-factors", (Owner, Installation), || post().to(member::reset_factors)),
    Page::post("/settings/team/{id}/remove", (Owner, Installation), || post().to(member::remove)),
];
