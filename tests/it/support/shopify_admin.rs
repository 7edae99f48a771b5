//! A store's Admin API in this process: real HTTP, products that change, tokens that end, and every way in which Shopify says no.

use super::http_server::{Request, Response, Server, http};
use super::shopify_discounts::Discounts;
use super::shopify_install::{self, Installs};
use super::shopify_orders::{self, Recorded};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

/// An access token that stays valid.
pub const TOKEN: &str = "shpat_a_very_secret_token";
/// An app that may ask for tokens.
pub const CLIENT: (&str, &str) = ("c0ffee", "shpss_a_very_secret_client");
/// What a token of the app begins with.
const GRANTED: &str = "shpat_granted_very_secret_";
/// Variants and what comes with them may cost this much at once.
const COST_MAX: usize = 1000;
const COST_OF_VARIANT: usize = 17;

/// What the next question is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Points that are left, and that come back in a second.
    Throttled(u32, u32),
    /// An error in the body, by its code.
    Code(&'static str),
    /// This status.
    Status(u16),
    /// The question is taken, and the connection closed before the answer.
    Cut,
    /// What is asked is done, and the connection closed before the answer.
    DoneAndCut,
    /// The question is taken, and nothing is said.
    Hang,
}

/// Something that the store sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    pub title: String,
    pub price: String,
    pub available: bool,
    pub stock: i64,
    pub product_id: u64,
    pub product: String,
    pub status: &'static str,
    pub tags: Vec<String>,
    pub collections: Vec<String>,
    pub image: Option<String>,
}

impl Sold {
    /// A product with one variant, of which there are some.
    pub fn at(price: &str) -> Self {
        Self {
            title: "Default Title".into(),
            price: price.into(),
            available: true,
            stock: 5,
            product_id: 700,
            product: "Mug".into(),
            status: "ACTIVE",
            tags: Vec::new(),
            collections: Vec::new(),
            image: None,
        }
    }
}

/// A question as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The document's name for it.
    pub operation: String,
    pub variables: Value,
    pub path: String,
    pub shop: String,
}

pub struct State {
    pub sold: BTreeMap<u64, Sold>,
    pub currency: String,
    pub scopes: BTreeSet<String>,
    pub faults: VecDeque<Fault>,
    /// Those of one operation.
    pub faults_of: BTreeMap<String, VecDeque<Fault>>,
    /// Nothing is answered but this status.
    pub down: Option<u16>,
    pub discounts: Discounts,
    /// Its orders, by when they were placed.
    pub orders: Vec<Recorded>,
    pub asked: Vec<Asked>,
    pub installs: Installs,
    /// The version that it says it answers in.
    pub version: String,
    /// Tokens that were granted, and are valid.
    valid: BTreeSet<String>,
    /// How many tokens were granted.
    granted: usize,
    /// Whether it lets anybody in.
    installed: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            sold: BTreeMap::new(),
            currency: "USD".into(),
            scopes: ["read_orders", "read_products", "write_customers", "write_discounts"].map(str::to_owned).into(),
            faults: VecDeque::new(),
            faults_of: BTreeMap::new(),
            down: None,
            discounts: Discounts::default(),
            orders: Vec::new(),
            asked: Vec::new(),
            installs: Installs::default(),
            version: comeback::platforms::shopify::admin::API_VERSION.into(),
            valid: BTreeSet::from([TOKEN.to_owned()]),
            granted: 0,
            installed: true,
        }
    }
}

impl State {
    /// A token is valid from now on, and whoever asks for one may have it.
    pub fn let_in(&mut self, token: &str) {
        self.valid.insert(token.to_owned());
        self.installed = true;
    }
}

/// The store; it stops answering when dropped.
pub struct ShopifyAdmin {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl ShopifyAdmin {
    /// Starts on a free port, with both scopes.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = Server::start(move |request| respond(&request, &shared)).await;
        Self { server, state }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Looks at, or changes, what the store holds.
    pub fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut lock(&self.state))
    }

    /// Sells this from now on.
    pub fn sell(&self, variant_id: u64, sold: Sold) {
        self.with(|s| s.sold.insert(variant_id, sold));
    }

    /// Changes what it sells.
    pub fn change(&self, variant_id: u64, change: impl FnOnce(&mut Sold)) {
        self.with(|s| change(s.sold.get_mut(&variant_id).expect("it is sold")));
    }

    /// Answers the next question so; others as usual.
    pub fn next(&self, fault: Fault) {
        self.with(|s| s.faults.push_back(fault));
    }

    /// Answers the next question of one name so; others as usual.
    pub fn next_of(&self, operation: &str, fault: Fault) {
        self.with(|s| s.faults_of.entry(operation.to_owned()).or_default().push_back(fault));
    }

    /// Every code that works.
    pub fn codes(&self) -> Vec<String> {
        self.with(|s| s.discounts.codes())
    }

    /// No token is valid any more; the app may ask for others.
    pub fn end_tokens(&self) {
        self.with(|s| s.valid.clear());
    }

    /// The app is gone: no token is valid, and none is granted.
    pub fn uninstall(&self) {
        self.with(|s| {
            s.valid.clear();
            s.installs.webhooks.clear();
            s.installed = false;
        });
    }

    /// How many tokens were granted.
    pub fn granted(&self) -> usize {
        self.with(|s| s.granted)
    }

    /// What was asked, without what was answered with a fault before it was read.
    pub fn asked(&self) -> Vec<Asked> {
        self.with(|s| s.asked.clone())
    }

    /// How often a document of that name was asked.
    pub fn times(&self, operation: &str) -> usize {
        self.asked().iter().filter(|a| a.operation == operation).count()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics while it holds the state")
}

fn respond(request: &Request, state: &Mutex<State>) -> Response {
    let mut state = lock(state);
    if request.path().starts_with("/admin/oauth/authorize?") {
        return Response::Text(shopify_install::page(request, &mut state));
    }
    if request.path() == "/admin/oauth/access_token" {
        return Response::Text(grant(request, &mut state));
    }
    if !request.path().ends_with("/graphql.json") {
        return Response::Text(http(404, "{\"errors\":\"Not Found\"}", &[]));
    }
    if !state.valid.contains(request.header("x-shopify-access-token")) {
        let text = "{\"errors\":\"[API] Invalid API key or access token (unrecognized login or wrong password)\"}";
        return Response::Text(http(401, text, &[]));
    }
    let Ok(body) = serde_json::from_str::<Value>(&request.body) else { return Response::Text(http(400, "{}", &[])) };
    let asked = Asked {
        operation: operation(body["query"].as_str().unwrap_or_default()),
        variables: body["variables"].clone(),
        path: request.path().to_owned(),
        shop: request.header("x-shopify-shop-domain").to_owned(),
    };
    state.asked.push(asked.clone());
    if let Some(status) = state.down {
        return Response::Text(http(status, "{}", &[]));
    }
    let of_its_own = state.faults_of.get_mut(&asked.operation).and_then(VecDeque::pop_front);
    match of_its_own.or_else(|| state.faults.pop_front()) {
        Some(Fault::Hang) => Response::Never,
        Some(Fault::Cut) => Response::Cut,
        Some(Fault::DoneAndCut) => {
            answer(&mut state, &asked);
            state.discounts.work();
            Response::Cut
        }
        Some(Fault::Status(status)) => Response::Text(http(status, "{\"errors\":\"no\"}", &[])),
        Some(Fault::Throttled(left, restored)) => Response::Text(graphql(&state, &error("THROTTLED", "Throttled"), (left, restored))),
        Some(Fault::Code(code)) => Response::Text(graphql(&state, &error(code, "it says why"), (2000, 100))),
        None => {
            let answer = answer(&mut state, &asked);
            Response::Text(graphql(&state, &answer, (1900, 100)))
        }
    }
}

/// A token for the app, in exchange for its secret.
fn grant(request: &Request, state: &mut State) -> String {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    if let Some(answer) = shopify_install::exchange(state, &form) {
        return answer;
    }
    let said = |key: &str| form.get(key).map_or("", String::as_str);
    if (said("client_id"), said("client_secret")) != CLIENT || said("grant_type") != "client_credentials" {
        return http(401, "{\"error\":\"invalid_client\"}", &[]);
    }
    if !state.installed {
        return http(400, "{\"error\":\"app_not_installed\"}", &[]);
    }
    state.granted += 1;
    let token = format!("{GRANTED}{}", state.granted);
    state.valid.insert(token.clone());
    http(200, &json!({"access_token": token, "scope": "read_products", "expires_in": 86_399}).to_string(), &[])
}

/// `ComebackVariants` of `query ComebackVariants(...)`.
fn operation(document: &str) -> String {
    document.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).nth(1).unwrap_or_default().to_owned()
}

fn graphql(state: &State, answer: &Value, (left, restored): (u32, u32)) -> String {
    let mut answer = answer.clone();
    let status = json!({"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": f64::from(restored)});
    answer["extensions"] = json!({"cost": {"requestedQueryCost": 100, "actualQueryCost": 10, "throttleStatus": status}});
    http(200, &answer.to_string(), &[("x-shopify-api-version", state.version.as_str())])
}

fn error(code: &str, message: &str) -> Value {
    json!({"errors": [{"message": message, "locations": [{"line": 1, "column": 1}], "extensions": {"code": code}}]})
}

fn denied(scope: &str) -> Value {
    let mut denied = error("ACCESS_DENIED", &format!("Access denied for this field. Required access: `{scope}` access scope."));
    denied["errors"][0]["extensions"]["requiredAccess"] = format!("`{scope}` access scope.").into();
    denied["data"] = Value::Null;
    denied
}

/// What the store answers to what is asked of it.
fn answer(state: &mut State, asked: &Asked) -> Value {
    match asked.operation.as_str() {
        "ComebackAbout" => {
            let scopes: Vec<Value> = state.scopes.iter().map(|s| json!({"handle": s})).collect();
            json!({"data": {"shop": {"name": "Acme", "currencyCode": state.currency}, "currentAppInstallation": {"accessScopes": scopes}}})
        }
        "ComebackWebhooks" => shopify_install::there(state),
        "ComebackSubscribe" => shopify_install::subscribe(state, &asked.variables),
        "ComebackVariants" if !state.scopes.contains("read_products") => denied("read_products"),
        "ComebackVariants" => variants(state, &asked.variables),
        "ComebackEmailOptOut" | "ComebackSmsOptOut" if !state.scopes.contains("write_customers") => denied("write_customers"),
        "ComebackEmailOptOut" => {
            json!({"data": {"customerEmailMarketingConsentUpdate": {"customer": {"id": "gid://shopify/Customer/1"}, "userErrors": []}}})
        }
        "ComebackSmsOptOut" => {
            json!({"data": {"customerSmsMarketingConsentUpdate": {"customer": {"id": "gid://shopify/Customer/1"}, "userErrors": []}}})
        }
        "ComebackBooks" | "ComebackOrder" if !state.scopes.contains("read_orders") => denied("read_orders"),
        "ComebackBooks" | "ComebackOrder" => {
            shopify_orders::answer(&state.orders, &asked.operation, &asked.variables).expect("it is about orders")
        }
        about if about.contains("Discount") || about.contains("Codes") => {
            if !state.scopes.contains("write_discounts") {
                return denied("write_discounts");
            }
            let unknown = || error("undefinedField", &format!("the fake store knows no {about}"));
            state.discounts.answer(about, &asked.variables).unwrap_or_else(unknown)
        }
        other => error("undefinedField", &format!("the fake store knows no {other}")),
    }
}

fn variants(state: &State, variables: &Value) -> Value {
    let ids: Vec<&str> = variables["ids"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
    if ids.len() > 250 || ids.len() * COST_OF_VARIANT > COST_MAX {
        return error("MAX_COST_EXCEEDED", "Query cost exceeds the single query max cost limit of 1000");
    }
    let nodes: Vec<Value> = ids.iter().map(|gid| node(state, gid)).collect();
    json!({"data": {"shop": {"currencyCode": state.currency}, "nodes": nodes}})
}

fn node(state: &State, gid: &str) -> Value {
    let id: u64 = gid.strip_prefix("gid://shopify/ProductVariant/").and_then(|id| id.parse().ok()).expect("a variant's global id");
    let Some(sold) = state.sold.get(&id) else { return Value::Null };
    let picture = |url: &Option<String>| json!({"preview": {"image": url.as_ref().map(|url| json!({"url": url}))}});
    let handles: Vec<Value> = sold.collections.iter().map(|handle| json!({"handle": handle})).collect();
    json!({
        "id": gid, "title": sold.title, "price": sold.price, "availableForSale": sold.available, "inventoryQuantity": sold.stock,
        "media": {"nodes": []},
        "product": {"id": format!("gid://shopify/Product/{}", sold.product_id), "title": sold.product, "status": sold.status, "tags": sold.tags,
            "featuredMedia": picture(&sold.image), "collections": {"nodes": handles}},
    })
}
