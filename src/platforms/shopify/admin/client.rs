//! Asks a store's Admin API: within its budget, with a token that holds, again only where nothing was done.

use super::API_VERSION;
use super::answer::{self, Answer};
use super::budget::Budget;
use super::token::Tokens;
use crate::http_client;
use crate::platforms::store_api::{StoreAccess, StoreError, StoreLine};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use url::Url;

/// A question that is throttled is asked this often at most.
const TRIES_MAX: u32 = 3;
/// The longest wait for the budget; a longer one is told to whoever asks.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// How long to wait when the store says that it is asked too often, and not how long.
const THROTTLED_WAIT: Duration = Duration::from_secs(1);
const ANSWER_MAX: usize = 4 << 20; // bytes

/// Something to ask.
pub struct Question {
    /// By which its cost is remembered.
    pub name: &'static str,
    /// GraphQL.
    pub document: &'static str,
}

/// A store's Admin API.
pub struct Admin {
    line: StoreLine,
    shop_domain: String,
    graphql_url: String,
    token_url: String,
    tokens: Tokens,
    meter: Mutex<Meter>,
}

/// What is left of the budget, and what each question cost last.
#[derive(Default)]
struct Meter {
    budget: Option<Budget>,
    costs: HashMap<&'static str, f64>,
    told_of_version: bool,
}

/// Where a store is: at its own domain, or where the operator says.
///
/// # Errors
/// `Address`.
pub fn base(line: &StoreLine, shop_domain: &str) -> Result<String, StoreError> {
    let base = match &line.base_url {
        Some(base) => base.replace("{shop}", shop_domain),
        None => format!("https://{shop_domain}"),
    };
    let url = Url::parse(&base).map_err(|_| StoreError::Address("it is not an address".into()))?;
    if line.base_url.is_none() {
        http_client::allowed(&url).map_err(|error| StoreError::Address(error.to_string()))?;
    }
    Ok(base)
}

impl Admin {
    /// Of a store.
    ///
    /// # Errors
    /// `Address`.
    pub fn new(line: StoreLine, shop_domain: &str, access: StoreAccess) -> Result<Self, StoreError> {
        let base = base(&line, shop_domain)?;
        Ok(Self {
            line,
            shop_domain: shop_domain.to_owned(),
            graphql_url: format!("{base}/admin/api/{API_VERSION}/graphql.json"),
            token_url: format!("{base}/admin/oauth/access_token"),
            tokens: Tokens::new(access),
            meter: Mutex::default(),
        })
    }

    /// When it is, as far as answers are concerned.
    pub fn now(&self) -> jiff::Timestamp {
        self.line.clock.now()
    }

    /// Asks, and gives the answer's `data`. Throttled, it waits and asks again, within its limits; with a token that has just ended, it asks for another. Nothing
    /// else is asked twice, since it may have been done.
    ///
    /// # Errors
    /// Any `StoreError` but `NotOffered`.
    pub async fn ask(&self, question: &Question, variables: Value) -> Result<Value, StoreError> {
        let body = json!({"query": question.document, "variables": variables}).to_string();
        let mut renewed = false;
        let mut tries = 0;
        loop {
            self.afford(question, tries).await?;
            tries += 1;
            let token = self.tokens.now(&self.line, &self.token_url).await?;
            match self.post(question, &body, &token).await {
                Err(StoreError::AccessRefused(_)) if !renewed && self.tokens.refused(&token).await => renewed = true,
                Err(StoreError::Throttled(_)) if tries < TRIES_MAX => {}
                Err(StoreError::Throttled(_)) => return Err(StoreError::Throttled(self.wait(question).max(THROTTLED_WAIT))),
                answered => return answered,
            }
        }
    }

    /// Waits until the budget allows the question; at once for the first.
    async fn afford(&self, question: &Question, tries: u32) -> Result<(), StoreError> {
        let known = self.wait(question);
        let wait = if tries > 0 && known.is_zero() && self.meter().budget.is_none() { THROTTLED_WAIT } else { known };
        if wait > WAIT_MAX {
            return Err(StoreError::Throttled(wait));
        }
        if !wait.is_zero() {
            self.line.clock.sleep(wait).await;
        }
        Ok(())
    }

    fn wait(&self, question: &Question) -> Duration {
        let now = self.now();
        let meter = self.meter();
        let cost = meter.costs.get(question.name).copied().unwrap_or_default();
        meter.budget.map_or(Duration::ZERO, |budget| budget.wait(cost, now))
    }

    async fn post(&self, question: &Question, body: &str, token: &SecretString) -> Result<Value, StoreError> {
        let request = self.line.client.post(&self.graphql_url).header("content-type", "application/json").body(body.to_owned());
        // A gateway in between has to know which store is meant.
        let request = if self.line.base_url.is_some() { request.header("x-shopify-shop-domain", &self.shop_domain) } else { request };
        let response = request.header("x-shopify-access-token", token.expose_secret()).send().await.map_err(|error| unanswered(&error))?;
        let status = response.status().as_u16();
        self.look_at_version(response.headers().get("x-shopify-api-version").and_then(|v| v.to_str().ok()));
        let body = http_client::read_capped(response, ANSWER_MAX).await.map_err(|error| StoreError::Unanswered(error.to_string()))?;
        let Answer { result, cost } = answer::read(status, &body);
        if let Some(cost) = cost {
            let now = self.now();
            let mut meter = self.meter();
            meter.budget = Budget::told(&cost, now).or(meter.budget);
            meter.costs.extend(cost.requested.map(|points| (question.name, points)));
        }
        result
    }

    /// A version that is no longer supported is answered by a newer one, which may mean other things.
    fn look_at_version(&self, answered: Option<&str>) {
        let mut meter = self.meter();
        if let Some(version) = answered.filter(|v| *v != API_VERSION && !meter.told_of_version) {
            meter.told_of_version = true;
            let version: String = version.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(20).collect();
            tracing::warn!(asked = API_VERSION, answered = %version, "the store answers in another version of its API: update Comeback");
        }
    }

    fn meter(&self) -> MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why no answer came. Says nothing of the URL.
pub fn unanswered(error: &reqwest::Error) -> StoreError {
    if error.is_connect() || error.is_builder() {
        StoreError::Unreachable
    } else if error.is_timeout() {
        StoreError::Unanswered("it took too long".into())
    } else {
        StoreError::Unanswered("the connection broke off".into())
    }
}
