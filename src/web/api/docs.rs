//! `/api/docs`: the OpenAPI document as a page, without scripts and without anything from elsewhere.

use super::openapi::document;
use super::problem::Kind;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use askama::Template;
use serde_json::Value;

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

#[derive(Template)]
#[template(path = "api/docs.html")]
struct Page {
    groups: Vec<Group>,
    schemas: Vec<Schema>,
    problems: Vec<(&'static str, u16, &'static str)>,
}

struct Group {
    name: String,
    operations: Vec<Shown>,
}

struct Shown {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Field>,
    takes: String,
    gives: String,
}

struct Schema {
    name: String,
    summary: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    about: String,
    required: bool,
}

/// Puts the page and its stylesheet into the application's root.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/api/docs", web::get().to(page)).route("/api/docs/style.css", web::get().to(style));
}

async fn style() -> impl Responder {
    let css = include_str!("../../../templates/api/docs.css");
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "max-age=3600"))
        .body(css)
}

async fn page() -> impl Responder {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let problems = Kind::ALL.iter().map(|kind| kind.about()).map(|(path, status, title)| (path, status.as_u16(), title)).collect();
    let page = Page { groups: groups(&document), schemas: schemas(&document), problems };
    match page.render() {
        Ok(html) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(html),
        Err(error) => {
            tracing::error!(error = %error, "the page of the API can't be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let name = text(&operation["tags"][0]);
            let at = groups.iter().position(|g| g.name == name).unwrap_or(groups.len());
            if at == groups.len() {
                groups.push(Group { name, operations: Vec::new() });
            }
            if let Some(group) = groups.get_mut(at) {
                group.operations.push(shown(path, method, operation));
            }
        }
    }
    groups
}

fn shown(path: &str, method: &str, operation: &Value) -> Shown {
    let summary = match operation["description"].as_str() {
        Some(more) => format!("{} {more}", text(&operation["summary"])),
        None => text(&operation["summary"]),
    };
    let content = operation["responses"].as_object().into_iter().flatten().find(|(status, _)| status.starts_with('2'));
    let gives = content.map(|(status, response)| match body(&response["content"]) {
        kind if kind.is_empty() => status.clone(),
        kind => format!("{status} {kind}"),
    });
    Shown {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary,
        parameters: operation["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        takes: body(&operation["requestBody"]["content"]),
        gives: gives.unwrap_or_default(),
    }
}

fn parameter(p: &Value) -> Field {
    Field {
        name: text(&p["name"]),
        kind: text(&p["in"]),
        about: text(&p["description"]),
        required: p["required"].as_bool().unwrap_or_default(),
    }
}

fn body(content: &Value) -> String {
    let first = content.as_object().into_iter().flatten().next();
    first.map(|(_, media)| kind(&media["schema"])).unwrap_or_default()
}

fn schemas(document: &Value) -> Vec<Schema> {
    let all = document["components"]["schemas"].as_object().into_iter().flatten();
    all.map(|(name, schema)| {
        // A schema that takes another one in is a list of parts, and so is one of which each value has one of several fields.
        let list = schema["allOf"].as_array().or_else(|| schema["oneOf"].as_array());
        let parts: Vec<&Value> = list.map_or_else(|| vec![schema], |parts| parts.iter().collect());
        let fields = parts.iter().flat_map(|part| fields(part)).collect();
        Schema { name: name.clone(), summary: text(&schema["description"]), fields }
    })
    .collect()
}

fn fields(schema: &Value) -> Vec<Field> {
    if schema["$ref"].is_string() {
        return vec![Field { name: "…".into(), kind: kind(schema), about: "and all of its fields".into(), required: true }];
    }
    let required = |name: &str| schema["required"].as_array().into_iter().flatten().any(|r| r == name);
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, p)| Field { name: name.clone(), kind: kind(p), about: text(&p["description"]), required: required(name) })
        .collect()
}

/// A type in a few words: `string`, `list of Cart`, `Money or null`.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let of_type = |t: &str| match t {
        "array" => format!("list of {}", kind(&schema["items"])),
        plain => {
            schema["format"].as_str().filter(|_| plain != "null").map_or_else(|| plain.to_owned(), |format| format!("{plain} ({format})"))
        }
    };
    match &schema["type"] {
        Value::String(t) => of_type(t),
        Value::Array(types) => types.iter().filter_map(Value::as_str).map(of_type).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
