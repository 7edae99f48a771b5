//! How apps are installed in the store of this process: its page that asks the owner, codes, and webhooks that are asked for.

use super::http_server::{Request, http};
use super::shopify_admin::{CLIENT, State};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a code begins with.
pub const CODE: &str = "code-very-secret-";
/// What the token of an installation begins with.
pub const INSTALLED: &str = "shpat_installed_very_secret_";

/// What the store knows of installations.
#[derive(Default)]
pub struct Installs {
    /// What its clock says, where it signs.
    pub now: Option<Timestamp>,
    /// Its owner says no.
    pub denies: bool,
    /// Codes that were not exchanged yet.
    codes: Vec<String>,
    issued: usize,
    /// Which topic is sent where.
    pub webhooks: Vec<(String, String)>,
}

pub fn pairs(query: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Signs a query as Shopify does.
pub fn signed(pairs: &[(&str, &str)], secret: &str) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let message: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(message.join("&").as_bytes());
    let hmac = hex::encode(mac.finalize().into_bytes());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).append_pair("hmac", &hmac).finish()
}

/// The owner says yes, or no: where the browser is sent, with what the store says.
pub fn decide(state: &mut State, shop: &str, page: &BTreeMap<String, String>) -> String {
    assert_eq!(page["client_id"], CLIENT.0, "the app is known");
    assert!(page["scope"].contains("read_orders"), "{page:?}");
    let installs = &mut state.installs;
    if installs.denies {
        return format!("{}?error=access_denied&shop={shop}", page["redirect_uri"]);
    }
    installs.issued += 1;
    let code = format!("{CODE}{}", installs.issued);
    installs.codes.push(code.clone());
    let at = installs.now.expect("a time").as_second().to_string();
    let said = [("code", code.as_str()), ("host", "YWRtaW4"), ("shop", shop), ("state", &page["state"]), ("timestamp", &at)];
    format!("{}?{}", page["redirect_uri"], signed(&said, CLIENT.1))
}

/// The store's page, whose owner doesn't think for long.
pub fn page(request: &Request, state: &mut State) -> String {
    let query = request.path().split_once('?').map_or("", |(_, query)| query);
    let to = decide(state, "acme.myshopify.com", &pairs(query));
    http(302, "", &[("location", &to)])
}

/// A token in exchange for a code, which is good once.
pub fn exchange(state: &mut State, form: &BTreeMap<String, String>) -> Option<String> {
    let code = form.get("code")?;
    if form.get("client_secret").map(String::as_str) != Some(CLIENT.1) {
        return Some(http(401, "{\"error\":\"invalid_client\"}", &[]));
    }
    let Some(at) = state.installs.codes.iter().position(|known| known == code) else {
        return Some(http(400, "{\"error\":\"invalid_request\"}", &[]));
    };
    state.installs.codes.remove(at);
    let token = format!("{INSTALLED}{}", state.installs.issued);
    state.let_in(&token);
    let scopes: Vec<&str> = state.scopes.iter().map(String::as_str).collect();
    Some(http(200, &json!({"access_token": token, "scope": scopes.join(",")}).to_string(), &[]))
}

/// The scope without which a topic can't be asked for.
fn needs(topic: &str) -> Option<&'static str> {
    match topic.split('_').next().unwrap_or_default() {
        "APP" => None,
        "DISPUTES" => Some("read_shopify_payments_disputes"),
        "CUSTOMERS" if topic == "CUSTOMERS_MERGE" => Some("read_customer_merge"),
        "CUSTOMERS" => Some("write_customers"),
        "PRODUCTS" | "VARIANTS" => Some("read_products"),
        _ => Some("read_orders"),
    }
}

pub fn there(state: &State) -> Value {
    let nodes: Vec<Value> = state.installs.webhooks.iter().map(|(topic, uri)| json!({"topic": topic, "uri": uri})).collect();
    json!({"data": {"webhookSubscriptions": {"nodes": nodes, "pageInfo": {"hasNextPage": false, "endCursor": null}}}})
}

pub fn subscribe(state: &mut State, variables: &Value) -> Value {
    let asked = (variables["topic"].as_str().expect("a topic").to_owned(), variables["webhook"]["uri"].as_str().expect("a URI").to_owned());
    let complaint = match needs(&asked.0) {
        Some(scope) if !state.scopes.contains(scope) => Some("You cannot create a webhook subscription with the specified topic"),
        _ if state.installs.webhooks.contains(&asked) => Some("Address for this topic has already been taken"),
        _ => None,
    };
    let errors: Vec<Value> = complaint.iter().map(|why| json!({"field": ["webhookSubscription"], "message": why})).collect();
    if complaint.is_none() {
        state.installs.webhooks.push(asked);
    }
    json!({"data": {"webhookSubscriptionCreate": {"webhookSubscription": null, "userErrors": errors}}})
}
