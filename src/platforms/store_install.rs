//! How an app of the merchant's own is installed in a store, whatever it runs on: the store's page asks its owner, and its answer is a code for a token.

use super::store_api::{StoreError, StoreLine};
use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

/// What a platform's call carries in its query, decoded.
pub type Query<'a> = [(&'a str, &'a str)];

/// An installation that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct InstallAsk<'a> {
    /// The app's own id, which is public.
    pub client_id: &'a str,
    /// Where the platform sends the merchant's browser afterwards.
    pub back: &'a str,
    /// Comes back with it, so that the answer is known to be to this.
    pub state: &'a str,
}

/// What the merchant granted.
#[derive(Debug, Clone)]
pub struct StoreGrant {
    /// Stays valid until the app is removed.
    pub token: SecretString,
    /// What it may do, in the platform's words.
    pub scopes: Vec<String>,
}

/// Why what came back is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstallFault {
    /// The platform did not sign it with the app's secret.
    #[error("it is not signed with the app's secret")]
    Forged,
    /// It was signed too long ago, or in the future.
    #[error("it was signed too long ago")]
    Stale,
    /// It is about another store.
    #[error("it is about another store")]
    Foreign,
}

/// How a platform has apps installed.
#[async_trait]
pub trait StoreInstall: Send + Sync {
    /// What is asked for, and what each is for.
    fn scopes(&self) -> &'static [(&'static str, &'static str)];

    /// Could a store have this domain? Strict: a browser is sent there.
    fn is_domain(&self, domain: &str) -> bool;

    /// The store's page on which its owner decides.
    ///
    /// # Errors
    /// `Address` for a domain that no store has.
    fn page(&self, line: &StoreLine, domain: &str, ask: &InstallAsk<'_>) -> Result<String, StoreError>;

    /// Checks that a call is the platform's, signed with the app's secret, about this store, and of now.
    ///
    /// # Errors
    /// Which of these it is not.
    fn check(&self, query: &Query<'_>, domain: &str, secret_and_now: (&SecretString, Timestamp)) -> Result<(), InstallFault>;

    /// Exchanges the code for a token.
    ///
    /// # Errors
    /// Any but `Refused`, `Denied` and `Misunderstood`.
    async fn exchange(&self, line: &StoreLine, domain: &str, app: (&str, &SecretString), code: &str) -> Result<StoreGrant, StoreError>;
}
