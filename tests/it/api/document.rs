//! The OpenAPI document: what it says is what is there.

use super::{Answer, Call, call};
use crate::support::rig::{Rig, both};
use comeback::web::api;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Holds an answer against what the document says of it.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let document = serde_json::to_value(api::document()).expect("json");
    let path = path.trim_start_matches("/api/v1").split('?').next().expect("a path");
    let schema = match operation(&document, method, path) {
        Some(operation) if answer.status.is_success() => {
            let status = answer.status.as_u16().to_string();
            let response = &operation["responses"][&status];
            assert!(response.is_object(), "{method} {path}: the document knows no {status}");
            let media = answer.header("content-type").split(';').next().unwrap_or_default();
            if !media.is_empty() && media != "application/json" {
                assert!(response["content"][media].is_object(), "{method} {path}: the document knows no {media}");
                return;
            }
            response["content"]["application/json"]["schema"].clone()
        }
        _ => json!({"$ref": "#/components/schemas/Problem"}),
    };
    if schema.is_null() {
        return;
    }
    let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": document["components"]});
    let validator = jsonschema::validator_for(&whole).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&answer.json()).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {path} answers what the document doesn't say: {faults:#?}\n{}", answer.text);
}

fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(|(w, p)| w.starts_with('{') || w == p)
    };
    let found = document["paths"].as_object()?.iter().find(|(template, _)| fits(template))?;
    found.1.get(method.to_lowercase())
}

#[test]
fn the_document_lists_every_route_and_no_other() {
    let document = serde_json::to_value(api::document()).expect("json");
    assert_eq!(document["openapi"], "3.1.0");
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        told.extend(methods.as_object().expect("methods").keys().map(|m| (m.to_uppercase(), path.clone())));
    }
    let there: BTreeSet<(String, String)> = api::operations().into_iter().map(|(m, p)| (m, p.to_owned())).collect();
    assert_eq!(told, there);
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(api::document()).expect("json");
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().expect("a name");
        assert!(document["components"]["schemas"][name].is_object(), "{name} is not there");
    }
    let ids: Vec<&str> = text.split("\"operationId\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{ids:?}");
    assert_eq!(ids.len(), api::operations().len());
}

#[actix_web::test]
async fn the_document_and_its_page_need_no_token_no_script_and_nothing_from_elsewhere() {
    let rig = Rig::on("sqlite").await;
    let get = |path| Call { method: "GET", path, headers: Vec::new(), body: Vec::new() };
    let document = call(&rig.app, get("/api/v1/openapi.json")).await.with(200);
    assert_eq!(document, serde_json::to_value(api::document()).expect("json"));
    let page = call(&rig.app, get("/api/docs")).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    for (method, path) in api::operations() {
        assert!(page.text.contains(&format!("<code>{path}</code>")), "{method} {path} is missing");
    }
    for never in ["<script", "style=", "<style", "onclick", "src="] {
        assert!(!page.text.contains(never), "{never}");
    }
    let html = scraper::Html::parse_document(&page.text);
    for link in html.select(&scraper::Selector::parse("a, link").expect("a selector")) {
        let href = link.value().attr("href").expect("an address");
        assert!(href.starts_with('/') || href.starts_with('#'), "{href}");
    }
    let style = call(&rig.app, get("/api/docs/style.css")).await;
    assert_eq!((style.status.as_u16(), style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(!style.text.contains("url("));
}

#[actix_web::test]
async fn the_contracts_campaign_fits_the_documents_shape() {
    both(|rig| async move {
        let document = serde_json::to_value(api::document()).expect("json");
        let whole = json!({"allOf": [{"$ref": "#/components/schemas/Campaign"}], "components": document["components"]});
        let validator = jsonschema::validator_for(&whole).expect("a schema");
        assert!(validator.is_valid(&super::campaign("Contract")));
        assert!(!validator.is_valid(&json!({"name": "No steps"})));
        rig
    })
    .await;
}
