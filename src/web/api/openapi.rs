//! The OpenAPI 3.1 document.

use super::problem::Problem;
use super::shapes::{AcquaintanceFields, ConditionFields};
use super::{
    ad_costs, alarms, annotations, attribution, books, campaigns, carts, channels, consents, deliveries, events, lift, lists, messages,
    policy, preview, reports, sender_domain, suppressions, templates, webhooks,
};
use actix_web::HttpResponse;
use actix_web::http::header;
use utoipa::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, PathItem, Ref, RefOr, Required, ResponseBuilder, Server, Type};

/// Of all that may go wrong, said once.
const PROBLEM: &str = "Problem";

#[derive(OpenApi)]
#[openapi(
    info(title = "Comeback", description = "Cart-abandonment recovery: campaigns, carts and their stories, and what was recovered."),
    paths(
        lists::shops,
        policy::get,
        policy::set,
        channels::providers,
        channels::list,
        channels::choose,
        channels::give_up,
        channels::test_send,
        messages::get,
        messages::set,
        campaigns::list,
        campaigns::create,
        campaigns::starters,
        campaigns::validate_spec,
        campaigns::get,
        campaigns::update,
        campaigns::publish,
        campaigns::pause,
        campaigns::resume,
        campaigns::archive,
        campaigns::clone,
        campaigns::validate,
        campaigns::assignment,
        preview::show,
        preview::ask,
        preview::told,
        sender_domain::show,
        templates::list,
        templates::create,
        templates::get,
        templates::update,
        templates::versions,
        templates::preview,
        templates::test_send,
        carts::list,
        carts::get,
        carts::say_fake,
        carts::nudges,
        carts::settle,
        lists::orders,
        lists::contacts,
        consents::of_contact,
        consents::take,
        suppressions::list,
        suppressions::add,
        suppressions::add_all,
        suppressions::remove,
        deliveries::list,
        deliveries::body,
        deliveries::retry,
        deliveries::retry_all,
        events::take,
        reports::recovered,
        attribution::report,
        attribution::get,
        attribution::set,
        books::money,
        books::set_money,
        books::last,
        books::ask,
        books::take_in,
        lift::lift,
        lift::experiments,
        reports::funnel,
        reports::performance,
        reports::buyers,
        reports::cohorts,
        ad_costs::report,
        ad_costs::take,
        annotations::list,
        annotations::add,
        annotations::change,
        annotations::remove,
        alarms::list,
        webhooks::list,
        webhooks::add,
        webhooks::get,
        webhooks::change,
        webhooks::remove,
        webhooks::renew,
        webhooks::test,
        webhooks::deliveries,
        webhooks::delivery,
        webhooks::redeliver,
        lists::audit,
        serve
    ),
    components(schemas(Problem, ConditionFields, AcquaintanceFields))
)]
struct Document;

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new("/api/v1")]);
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().add_security_scheme("token", token);
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            finish(path, &method, operation);
        }
    }
    document
}

fn operations_mut(item: &mut PathItem) -> Vec<(HttpMethod, &mut Operation)> {
    let all = [
        (HttpMethod::Get, item.get.as_mut()),
        (HttpMethod::Put, item.put.as_mut()),
        (HttpMethod::Post, item.post.as_mut()),
        (HttpMethod::Delete, item.delete.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation?))).collect()
}

/// What every operation has: a name of its own, problems, and for a POST its idempotency key.
fn finish(path: &str, method: &HttpMethod, operation: &mut Operation) {
    let word = match method {
        HttpMethod::Get => "get",
        HttpMethod::Put => "put",
        HttpMethod::Post => "post",
        _ => "delete",
    };
    let words = path.split(['/', '-', '.', '{', '}']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join("_");
    operation.operation_id = Some(format!("{word}_{words}"));
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM))).build();
    let response = ResponseBuilder::new().description("what went wrong (RFC 9457)").content("application/problem+json", problem).build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(response));
    let only_asks = ["/preview", "/validate"].iter().any(|end| path.ends_with(end));
    if *method == HttpMethod::Post && !only_asks {
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("a request that is sent again with the same key within 24 hours is done once, and answered the same"))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build();
        operation.parameters.get_or_insert_default().push(key.into());
    }
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "store", security(()), responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub async fn serve() -> HttpResponse {
    let json = document().to_json().unwrap_or_default();
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(json)
}
