//! The pages: for the people of a store, and for its shoppers. Rendered here, readable without scripts, safe against what strangers put into carts.

mod ads;
mod annotations;
mod assets;
mod attention;
mod attribution;
mod books;
mod campaign;
mod campaign_form;
mod campaign_json;
mod campaign_preview;
mod campaign_trial;
mod campaigns;
mod cart;
mod carts;
mod channels;
mod digest;
mod doubt;
mod fields;
mod format;
mod frame;
mod lift;
mod login;
mod messages;
mod money;
mod overview;
mod policy;
mod policy_form;
mod print;
mod problem;
mod report_frame;
mod report_pages;
mod report_table;
mod reports;
mod respond;
mod sender_domain;
mod settings;
pub mod shopper;
mod signed;
mod templates;
mod text_bill;
mod tracking;
mod trend;

pub use problem::not_found;

use crate::app::access::Role;
use actix_web::web::{ServiceConfig, get, post};

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
        .route("/", get().to(overview::show))
        .route("/alarms/{id}/dismiss", post().to(attention::dismiss))
        .route("/replies/{id}/reviewed", post().to(attention::reviewed))
        .route("/carts", get().to(carts::show))
        .route("/carts", post().to(carts::search))
        .route("/carts/{id}", get().to(cart::show))
        .route("/carts/{id}/fake", post().to(cart::say_fake))
        .route("/carts/{id}/messages/{nudge}", get().to(cart::message))
        .route("/carts/{id}/messages/{nudge}/settle", post().to(doubt::settle))
        .route("/campaigns", get().to(campaigns::show))
        .route("/campaigns", post().to(campaigns::create))
        .route("/campaigns/{id}", get().to(campaign::show))
        .route("/campaigns/{id}", post().to(campaign::save))
        .route("/campaigns/{id}/json", get().to(campaign_json::show))
        .route("/campaigns/{id}/json", post().to(campaign_json::save))
        .route("/campaigns/{id}/preview", get().to(campaign_preview::show))
        .route("/campaigns/{id}/preview/{step}", get().to(campaign_preview::mail))
        .route("/campaigns/{id}/trial", get().to(campaign_trial::show))
        .route("/campaigns/{id}/trial", post().to(campaign_trial::ask))
        .route("/campaigns/{id}/{act}", post().to(campaigns::act))
        .route("/templates", get().to(templates::list))
        .route("/templates/{id}", get().to(templates::show))
        .route("/templates/{id}", post().to(templates::save))
        .route("/templates/{id}/preview", get().to(templates::preview))
        .route("/templates/{id}/preview", post().to(templates::preview_draft))
        .route("/templates/{id}/measure", post().to(text_bill::measure))
        .route("/tracking", get().to(tracking::show))
        .route("/tracking/domains", post().to(tracking::set_domains))
        .route("/tracking/retry", post().to(tracking::retry))
        .route("/tracking/deliveries/{id}", get().to(tracking::raw))
        .route("/settings", get().to(settings::show))
        .route("/settings/channels/{kind}", get().to(channels::show))
        .route("/settings/channels/{kind}", post().to(channels::save))
        .route("/settings/channels/{kind}/give-up", post().to(channels::give_up))
        .route("/settings/channels/{kind}/test", post().to(channels::test))
        .route("/settings/sender-domain", get().to(sender_domain::show))
        .route("/settings/policy", post().to(policy::save))
        .route("/settings/messages", post().to(messages::save))
        .route("/settings/money", post().to(money::save))
        .route("/settings/link-domain", post().to(messages::set_link_domain))
        .route("/settings/tokens", post().to(settings::create_token))
        .route("/settings/tokens/{id}/revoke", post().to(settings::revoke_token))
        .configure(report_routes);
}

fn report_routes(cfg: &mut ServiceConfig) {
    cfg.route("/reports", get().to(reports::show))
        .route("/reports/recovered.csv", get().to(reports::csv))
        .route("/reports/attribution", get().to(attribution::show))
        .route("/reports/attribution/model", post().to(attribution::set_model))
        .route("/reports/books", get().to(books::show))
        .route("/reports/books", post().to(books::ask))
        .route("/reports/books/take-in", post().to(books::take_in))
        .route("/reports/lift", get().to(lift::show))
        .route("/reports/lift", post().to(lift::set_days))
        .route("/reports/funnel", get().to(report_pages::funnel))
        .route("/reports/performance", get().to(report_pages::performance))
        .route("/reports/buyers", get().to(report_pages::buyers))
        .route("/reports/cohorts", get().to(report_pages::cohorts))
        .route("/reports/recovered.parquet", get().to(reports::parquet))
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
