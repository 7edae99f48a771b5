//! The access token: given, or asked for with the app's own id and secret and renewed before it ends.

use super::answer::word_in;
use crate::http_client;
use crate::platforms::store_api::{StoreAccess, StoreError, StoreLine};
use crate::platforms::store_install::StoreGrant;
use jiff::{SignedDuration, Timestamp};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

/// A token is renewed when it has less than this left.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);
/// A token that says no end of its own lasts for a day (Shopify's client credentials grant), less an hour.
const LASTS: SignedDuration = SignedDuration::from_hours(23);
const ANSWER_MAX: usize = 64 * 1024; // bytes

/// What lets us in now.
pub struct Tokens {
    access: StoreAccess,
    /// Locked while a token is asked for, so that many questions at once ask for one token.
    held: Mutex<Option<Held>>,
}

struct Held {
    token: SecretString,
    ends_at: Timestamp,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<i64>,
    scope: Option<String>,
}

impl Tokens {
    /// Nothing is asked for yet.
    pub fn new(access: StoreAccess) -> Self {
        Self { access, held: Mutex::new(None) }
    }

    /// A token that lasts for a while yet; `url` is where it is asked for.
    ///
    /// # Errors
    /// When none is granted: `AccessRefused`, `Unreachable`, `Unanswered`, `Throttled`, `Address`, `Inactive`.
    pub async fn now(&self, line: &StoreLine, url: &str) -> Result<SecretString, StoreError> {
        let (id, secret) = match &self.access {
            StoreAccess::Token(token) => return Ok(token.clone()),
            StoreAccess::Client { id, secret } => (id, secret),
        };
        let mut held = self.held.lock().await;
        let now = line.clock.now();
        if let Some(held) = held.as_ref().filter(|h| now + RENEW_BEFORE < h.ends_at) {
            return Ok(held.token.clone());
        }
        let granted = grant(line, url, (id, secret)).await?;
        let lasts = granted.expires_in.filter(|s| *s > 0).map_or(LASTS, SignedDuration::from_secs);
        let token = SecretString::from(granted.access_token);
        let ends_at = now.checked_add(lasts).unwrap_or(now);
        *held = Some(Held { token: token.clone(), ends_at });
        Ok(token)
    }

    /// The store refused this token before its end. Is there another to be had?
    pub async fn refused(&self, token: &SecretString) -> bool {
        let mut held = self.held.lock().await;
        // Another question may have renewed it meanwhile.
        if held.as_ref().is_some_and(|h| h.token.expose_secret() == token.expose_secret()) {
            *held = None;
        }
        matches!(self.access, StoreAccess::Client { .. })
    }
}

/// Exchanges the code that an installation ends with for a token that stays valid: <https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant>.
/// Apps of one merchant are given such; those for everybody only tokens that end within the hour.
///
/// # Errors
/// As [`Tokens::now`]; `Unanswered` for a token that ends.
pub async fn exchange(line: &StoreLine, domain: &str, app: (&str, &SecretString), code: &str) -> Result<StoreGrant, StoreError> {
    let url = format!("{}/admin/oauth/access_token", super::client::base(line, domain)?);
    let (id, secret) = app;
    let form = [("client_id", id), ("client_secret", secret.expose_secret()), ("code", code)];
    let granted = answered(line.client.post(url).form(&form)).await?;
    if granted.expires_in.is_some() {
        let why = "it grants tokens that end within hours, as to apps for every store; choose custom distribution for the app in Shopify";
        return Err(StoreError::Unanswered(why.into()));
    }
    let scopes = granted.scope.unwrap_or_default().split([',', ' ']).filter(|s| !s.is_empty()).map(str::to_owned).collect();
    Ok(StoreGrant { token: SecretString::from(granted.access_token), scopes })
}

/// Asks for a token: <https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant>
async fn grant(line: &StoreLine, url: &str, (id, secret): (&str, &SecretString)) -> Result<Granted, StoreError> {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.expose_secret())];
    answered(line.client.post(url).form(&form)).await
}

/// What a store answers to who asks for a token.
async fn answered(asked: RequestBuilder) -> Result<Granted, StoreError> {
    let response = asked.send().await.map_err(|error| super::client::unanswered(&error))?;
    let status = response.status().as_u16();
    let body = http_client::read_capped(response, ANSWER_MAX).await.map_err(|error| StoreError::Unanswered(error.to_string()))?;
    match status {
        200..=299 => serde_json::from_slice(&body).map_err(|_| StoreError::Unanswered("what it granted holds no token".into())),
        300..=399 => {
            Err(StoreError::Address(format!("it leads elsewhere ({status}); use the store's own address, such as acme.myshopify.com")))
        }
        429 | 430 => Err(StoreError::Throttled(std::time::Duration::ZERO)),
        404 | 402 | 423 => Err(StoreError::Inactive(status.to_string())),
        400..=499 => Err(StoreError::AccessRefused(format!("{status}{}", word_in(&body)))),
        _ => Err(StoreError::Unanswered(format!("it answered {status}"))),
    }
}
