//! The pages: for the people of a store, and for its shoppers. Rendered here, readable without scripts, safe against what strangers put into carts.

mod campaigns;
mod carts;
mod overview;
mod people;
mod reports;
mod settings;
mod shell;
pub mod shopper;
mod templates;
mod tracking;

pub use shell::problem::not_found;

use crate::app::access::Role;
use actix_web::web::{ServiceConfig, get, post};
use campaigns::{campaign, json, preview, trial};
use carts::{cart, doubt};
use overview::attention;
use people::login;
use reports::{ads, annotations, attribution, books, digest, lift, print, recovered};
use settings::{channels, messages, money, policy, sender_domain};
use shell::assets;
use templates::{editor, text_bill};

/// Who may ask for what. The pages' only check of roles reads this list, and refuses what isn't on it.
pub const ACCESS: &[(&str, &str, Role)] = &[
    ("GET", "/", Role::Viewer),
    ("POST", "/alarms/{id}/dismiss", Role::Editor),
    ("POST", "/replies/{id}/reviewed", Role::Editor),
    ("GET", "/carts", Role::Viewer),
    ("POST", "/carts", Role::Viewer),
    ("GET", "/carts/{id}", Role::Viewer),
    ("POST", "/carts/{id}/fake", Role::Editor),
    ("GET", "/carts/{id}/messages/{nudge}", Role::Viewer),
    ("POST", "/carts/{id}/messages/{nudge}/settle", Role::Editor),
    ("GET", "/campaigns", Role::Viewer),
    ("POST", "/campaigns", Role::Editor),
    ("GET", "/campaigns/{id}", Role::Viewer),
    ("GET", "/campaigns/{id}/json", Role::Viewer),
    ("POST", "/campaigns/{id}/json", Role::Editor),
    ("GET", "/campaigns/{id}/preview", Role::Viewer),
    ("GET", "/campaigns/{id}/preview/{step}", Role::Viewer),
    ("GET", "/campaigns/{id}/trial", Role::Viewer),
    ("POST", "/campaigns/{id}/trial", Role::Editor),
    ("POST", "/campaigns/{id}", Role::Editor),
    ("POST", "/campaigns/{id}/{act}", Role::Editor),
    ("GET", "/templates", Role::Viewer),
    ("GET", "/templates/{id}", Role::Viewer),
    ("POST", "/templates/{id}", Role::Editor),
    ("GET", "/templates/{id}/preview", Role::Viewer),
    ("POST", "/templates/{id}/preview", Role::Editor),
    ("POST", "/templates/{id}/measure", Role::Editor),
    ("GET", "/reports", Role::Viewer),
    ("GET", "/reports/recovered.csv", Role::Viewer),
    ("GET", "/reports/attribution", Role::Viewer),
    ("POST", "/reports/attribution/model", Role::Editor),
    ("GET", "/reports/books", Role::Viewer),
    ("POST", "/reports/books", Role::Editor),
    ("POST", "/reports/books/take-in", Role::Editor),
    ("GET", "/reports/lift", Role::Viewer),
    ("POST", "/reports/lift", Role::Editor),
    ("GET", "/reports/funnel", Role::Viewer),
    ("GET", "/reports/performance", Role::Viewer),
    ("GET", "/reports/buyers", Role::Viewer),
    ("GET", "/reports/cohorts", Role::Viewer),
    ("GET", "/reports/recovered.parquet", Role::Viewer),
    ("GET", "/reports/print", Role::Viewer),
    ("GET", "/reports/ads", Role::Viewer),
    ("GET", "/reports/ads.csv", Role::Viewer),
    ("GET", "/reports/annotations", Role::Viewer),
    ("POST", "/reports/annotations", Role::Editor),
    ("POST", "/reports/annotations/{id}/remove", Role::Editor),
    ("GET", "/reports/digest", Role::Viewer),
    ("GET", "/reports/digest/preview", Role::Viewer),
    ("POST", "/reports/digest", Role::Viewer),
    ("POST", "/reports/digest/send", Role::Viewer),
    ("GET", "/tracking", Role::Viewer),
    ("POST", "/tracking/domains", Role::Editor),
    ("POST", "/tracking/retry", Role::Editor),
    ("GET", "/tracking/deliveries/{id}", Role::Owner),
    ("GET", "/settings", Role::Viewer),
    ("GET", "/settings/channels/{kind}", Role::Owner),
    ("POST", "/settings/channels/{kind}", Role::Owner),
    ("POST", "/settings/channels/{kind}/give-up", Role::Owner),
    ("POST", "/settings/channels/{kind}/test", Role::Owner),
    ("GET", "/settings/sender-domain", Role::Viewer),
    ("POST", "/settings/policy", Role::Editor),
    ("POST", "/settings/messages", Role::Editor),
    ("POST", "/settings/money", Role::Editor),
    ("POST", "/settings/link-domain", Role::Owner),
    ("POST", "/settings/tokens", Role::Owner),
    ("POST", "/settings/tokens/{id}/revoke", Role::Owner),
];

/// Adds the pages and their assets. The application's data must hold `Data<App>`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/assets/{version}/{name}", get().to(assets::serve))
        .route("/login", get().to(login::show))
        .route("/login", post().to(login::sign_in))
        .route("/logout", post().to(login::sign_out))
        .route("/", get().to(overview::page::show))
        .route("/alarms/{id}/dismiss", post().to(attention::dismiss))
        .route("/replies/{id}/reviewed", post().to(attention::reviewed))
        .route("/carts", get().to(carts::list::show))
        .route("/carts", post().to(carts::list::search))
        .route("/carts/{id}", get().to(cart::show))
        .route("/carts/{id}/fake", post().to(cart::say_fake))
        .route("/carts/{id}/messages/{nudge}", get().to(cart::message))
        .route("/carts/{id}/messages/{nudge}/settle", post().to(doubt::settle))
        .route("/campaigns", get().to(campaigns::list::show))
        .route("/campaigns", post().to(campaigns::list::create))
        .route("/campaigns/{id}", get().to(campaign::show))
        .route("/campaigns/{id}", post().to(campaign::save))
        .route("/campaigns/{id}/json", get().to(json::show))
        .route("/campaigns/{id}/json", post().to(json::save))
        .route("/campaigns/{id}/preview", get().to(preview::show))
        .route("/campaigns/{id}/preview/{step}", get().to(preview::mail))
        .route("/campaigns/{id}/trial", get().to(trial::show))
        .route("/campaigns/{id}/trial", post().to(trial::ask))
        .route("/campaigns/{id}/{act}", post().to(campaigns::list::act))
        .route("/templates", get().to(editor::list))
        .route("/templates/{id}", get().to(editor::show))
        .route("/templates/{id}", post().to(editor::save))
        .route("/templates/{id}/preview", get().to(editor::preview))
        .route("/templates/{id}/preview", post().to(editor::preview_draft))
        .route("/templates/{id}/measure", post().to(text_bill::measure))
        .route("/tracking", get().to(tracking::page::show))
        .route("/tracking/domains", post().to(tracking::page::set_domains))
        .route("/tracking/retry", post().to(tracking::page::retry))
        .route("/tracking/deliveries/{id}", get().to(tracking::page::raw))
        .route("/settings", get().to(settings::page::show))
        .route("/settings/channels/{kind}", get().to(channels::show))
        .route("/settings/channels/{kind}", post().to(channels::save))
        .route("/settings/channels/{kind}/give-up", post().to(channels::give_up))
        .route("/settings/channels/{kind}/test", post().to(channels::test))
        .route("/settings/sender-domain", get().to(sender_domain::show))
        .route("/settings/policy", post().to(policy::save))
        .route("/settings/messages", post().to(messages::save))
        .route("/settings/money", post().to(money::save))
        .route("/settings/link-domain", post().to(messages::set_link_domain))
        .route("/settings/tokens", post().to(settings::page::create_token))
        .route("/settings/tokens/{id}/revoke", post().to(settings::page::revoke_token))
        .configure(report_routes);
}

fn report_routes(cfg: &mut ServiceConfig) {
    cfg.route("/reports", get().to(recovered::show))
        .route("/reports/recovered.csv", get().to(recovered::csv))
        .route("/reports/attribution", get().to(attribution::show))
        .route("/reports/attribution/model", post().to(attribution::set_model))
        .route("/reports/books", get().to(books::show))
        .route("/reports/books", post().to(books::ask))
        .route("/reports/books/take-in", post().to(books::take_in))
        .route("/reports/lift", get().to(lift::show))
        .route("/reports/lift", post().to(lift::set_days))
        .route("/reports/funnel", get().to(reports::pages::funnel))
        .route("/reports/performance", get().to(reports::pages::performance))
        .route("/reports/buyers", get().to(reports::pages::buyers))
        .route("/reports/cohorts", get().to(reports::pages::cohorts))
        .route("/reports/recovered.parquet", get().to(recovered::parquet))
        .route("/reports/print", get().to(print::show))
        .route("/reports/ads", get().to(ads::show))
        .route("/reports/ads.csv", get().to(ads::csv))
        .route("/reports/annotations", get().to(annotations::show))
        .route("/reports/annotations", post().to(annotations::add))
        .route("/reports/annotations/{id}/remove", post().to(annotations::remove))
        .route("/reports/digest", get().to(digest::show))
        .route("/reports/digest/preview", get().to(digest::preview))
        .route("/reports/digest", post().to(digest::save))
        .route("/reports/digest/send", post().to(digest::send));
}
