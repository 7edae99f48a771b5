//! Every route of the API, in one list.

use super::input::BODY_MAX;
use super::once::once;
use super::problem::{Kind, Problem};
use super::{
    ad_costs, alarms, annotations, attribution, books, campaigns, carts, channels, consents, deliveries, events, lift, lists, messages,
    openapi, policy, preview, reports, sender_domain, suppressions, templates, webhooks,
};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, ResponseError as _, Route};

/// One method of one path.
struct Operation {
    method: Method,
    path: &'static str,
    route: fn() -> Route,
}

const fn get(path: &'static str, route: fn() -> Route) -> Operation {
    Operation { method: Method::GET, path, route }
}

const fn post(path: &'static str, route: fn() -> Route) -> Operation {
    Operation { method: Method::POST, path, route }
}

const fn put(path: &'static str, route: fn() -> Route) -> Operation {
    Operation { method: Method::PUT, path, route }
}

const fn delete(path: &'static str, route: fn() -> Route) -> Operation {
    Operation { method: Method::DELETE, path, route }
}

/// A POST that changes something is done once per idempotency key.
fn keyed(route: Route) -> Route {
    route.wrap(from_fn(once))
}

/// Paths of one resource stand together; literal ones before those with a parameter.
const OPERATIONS: &[Operation] = &[
    get("/shops", || web::get().to(lists::shops)),
    get("/shops/{id}/policy", || web::get().to(policy::get)),
    put("/shops/{id}/policy", || web::put().to(policy::set)),
    get("/shops/{id}/attribution", || web::get().to(attribution::get)),
    put("/shops/{id}/attribution", || web::put().to(attribution::set)),
    get("/providers", || web::get().to(channels::providers)),
    get("/shops/{id}/channels", || web::get().to(channels::list)),
    put("/shops/{id}/channels/{channel}", || web::put().to(channels::choose)),
    delete("/shops/{id}/channels/{channel}", || web::delete().to(channels::give_up)),
    post("/shops/{id}/channels/{channel}/test-send", || keyed(web::post().to(channels::test_send))),
    get("/shops/{id}/messages", || web::get().to(messages::get)),
    put("/shops/{id}/messages", || web::put().to(messages::set)),
    get("/shops/{id}/money", || web::get().to(books::money)),
    put("/shops/{id}/money", || web::put().to(books::set_money)),
    get("/campaigns", || web::get().to(campaigns::list)),
    post("/campaigns", || keyed(web::post().to(campaigns::create))),
    get("/campaigns/starters", || web::get().to(campaigns::starters)),
    post("/campaigns/preview", || web::post().to(preview::show)),
    post("/campaigns/validate", || web::post().to(campaigns::validate_spec)),
    get("/campaigns/{id}", || web::get().to(campaigns::get)),
    put("/campaigns/{id}", || web::put().to(campaigns::update)),
    post("/campaigns/{id}/publish", || keyed(web::post().to(campaigns::publish))),
    post("/campaigns/{id}/pause", || keyed(web::post().to(campaigns::pause))),
    post("/campaigns/{id}/resume", || keyed(web::post().to(campaigns::resume))),
    post("/campaigns/{id}/archive", || keyed(web::post().to(campaigns::archive))),
    post("/campaigns/{id}/clone", || keyed(web::post().to(campaigns::clone))),
    post("/campaigns/{id}/validate", || web::post().to(campaigns::validate)),
    get("/campaigns/{id}/assignment", || web::get().to(campaigns::assignment)),
    get("/campaigns/{id}/trial", || web::get().to(preview::told)),
    post("/campaigns/{id}/trial", || keyed(web::post().to(preview::ask))),
    get("/sender-domain", || web::get().to(sender_domain::show)),
    get("/templates", || web::get().to(templates::list)),
    post("/templates", || keyed(web::post().to(templates::create))),
    get("/templates/{id}", || web::get().to(templates::get)),
    put("/templates/{id}", || web::put().to(templates::update)),
    get("/templates/{id}/versions", || web::get().to(templates::versions)),
    post("/templates/{id}/preview", || web::post().to(templates::preview)),
    post("/templates/{id}/test-send", || keyed(web::post().to(templates::test_send))),
    get("/carts", || web::get().to(carts::list)),
    get("/carts/{id}", || web::get().to(carts::get)),
    post("/carts/{id}/fake", || keyed(web::post().to(carts::say_fake))),
    get("/nudges", || web::get().to(carts::nudges)),
    post("/nudges/{id}/settle", || keyed(web::post().to(carts::settle))),
    get("/orders", || web::get().to(lists::orders)),
    get("/contacts", || web::get().to(lists::contacts)),
    get("/contacts/{id}/consents", || web::get().to(consents::of_contact)),
    post("/consents", || keyed(web::post().to(consents::take))),
    get("/suppressions", || web::get().to(suppressions::list)),
    post("/suppressions", || keyed(web::post().to(suppressions::add))),
    post("/suppressions/bulk", || keyed(web::post().to(suppressions::add_all))),
    delete("/suppressions/{channel}/{address}", || web::delete().to(suppressions::remove)),
    get("/deliveries", || web::get().to(deliveries::list)),
    post("/deliveries/retry", || keyed(web::post().to(deliveries::retry_all))),
    get("/deliveries/{id}/body", || web::get().to(deliveries::body)),
    post("/deliveries/{id}/retry", || keyed(web::post().to(deliveries::retry))),
    post("/events", || keyed(web::post().to(events::take))),
    get("/reports/recovered", || web::get().to(reports::recovered)),
    get("/reports/attribution", || web::get().to(attribution::report)),
    get("/reports/reconciliation", || web::get().to(books::last)),
    post("/reports/reconciliation", || keyed(web::post().to(books::ask))),
    post("/reports/reconciliation/take-in", || keyed(web::post().to(books::take_in))),
    get("/reports/lift", || web::get().to(lift::lift)),
    get("/reports/experiments", || web::get().to(lift::experiments)),
    get("/reports/funnel", || web::get().to(reports::funnel)),
    get("/reports/performance", || web::get().to(reports::performance)),
    get("/reports/buyers", || web::get().to(reports::buyers)),
    get("/reports/cohorts", || web::get().to(reports::cohorts)),
    get("/reports/ad-costs", || web::get().to(ad_costs::report)),
    post("/ad-costs", || keyed(web::post().to(ad_costs::take))),
    get("/annotations", || web::get().to(annotations::list)),
    post("/annotations", || keyed(web::post().to(annotations::add))),
    put("/annotations/{id}", || web::put().to(annotations::change)),
    delete("/annotations/{id}", || web::delete().to(annotations::remove)),
    get("/alarms", || web::get().to(alarms::list)),
    get("/webhooks", || web::get().to(webhooks::list)),
    post("/webhooks", || keyed(web::post().to(webhooks::add))),
    get("/webhooks/{id}", || web::get().to(webhooks::get)),
    put("/webhooks/{id}", || web::put().to(webhooks::change)),
    delete("/webhooks/{id}", || web::delete().to(webhooks::remove)),
    post("/webhooks/{id}/secret", || keyed(web::post().to(webhooks::renew))),
    post("/webhooks/{id}/test", || keyed(web::post().to(webhooks::test))),
    get("/webhooks/{id}/deliveries", || web::get().to(webhooks::deliveries)),
    get("/webhooks/{id}/deliveries/{event}", || web::get().to(webhooks::delivery)),
    post("/webhooks/{id}/deliveries/{event}/redeliver", || keyed(web::post().to(webhooks::redeliver))),
    get("/audit", || web::get().to(lists::audit)),
    get("/openapi.json", || web::get().to(openapi::serve)),
];

/// Every route, as `(method, path)`, to be compared with the document.
pub fn operations() -> Vec<(String, &'static str)> {
    OPERATIONS.iter().map(|o| (o.method.to_string(), o.path)).collect()
}

/// Puts the routes into a scope, which stands at `/api/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.app_data(web::PayloadConfig::new(BODY_MAX));
    for of_path in OPERATIONS.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = of_path.first() else { continue };
        let allowed = of_path.iter().map(|o| o.method.as_str()).collect::<Vec<_>>().join(", ");
        let resource = of_path.iter().fold(web::resource(first.path), |resource, o| resource.route((o.route)()));
        cfg.service(resource.default_service(web::to(move || std::future::ready(other_method(&allowed)))));
    }
    cfg.default_service(web::to(|| {
        std::future::ready(Problem::new(Kind::NotFound, "there is no such path; /api/docs lists them").error_response())
    }));
}

fn other_method(allowed: &str) -> HttpResponse {
    Problem::method(allowed).error_response()
}
