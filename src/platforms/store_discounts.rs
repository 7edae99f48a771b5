//! What can be asked of a store about discounts: made, filled with codes, looked at, and cleared away.
//!
//! Codes are made by whoever asks, not by the store: whatever becomes of a question, what is at the store can be looked up by them.

use super::store_api::StoreError;
use crate::domain::campaign::OfferValue;
use crate::domain::money::Money;
use async_trait::async_trait;
use jiff::Timestamp;

/// Codes in one question.
pub const CODES_MAX: usize = 100;

/// A discount to be made, with the first of its codes. Each code is for one use, once per customer, and not to be combined with other discounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDiscount {
    /// As the merchant sees it among their discounts; no other discount is called so.
    pub title: String,
    /// Its first code.
    pub code: String,
    /// What it takes off; an amount is in the store's currency.
    pub value: OfferValue,
    /// Only for carts worth at least this, in the store's currency.
    pub minimum: Option<Money>,
    /// From when on its codes work.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

/// A discount at the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscountSeen {
    /// The platform's id of it.
    pub id: String,
    /// As the merchant sees it.
    pub title: String,
    /// The platform's id of the code that was asked about, where it tells.
    pub code_id: Option<String>,
}

/// A code at the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeSeen {
    /// The platform's id of it.
    pub id: String,
    /// As shoppers type it.
    pub code: String,
    /// How often it was used, by what the store has counted so far.
    pub uses: i64,
}

/// A page of a discount's codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodePage {
    /// The codes.
    pub codes: Vec<CodeSeen>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// What became of codes that were to be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addition {
    /// The store is through with it.
    pub done: bool,
    /// Codes that are there now: the platform's id, and the code.
    pub made: Vec<(String, String)>,
    /// Codes that the store didn't add, and why not.
    pub refused: Vec<(String, String)>,
}

/// A store's discounts.
#[async_trait]
pub trait StoreDiscounts: Send + Sync {
    /// Makes a discount. One that fails without an answer may have been made: `discount_of` its first code tells.
    ///
    /// # Errors
    /// Any; `Refused` with the code `TAKEN` where the code is there already.
    async fn make_discount(&self, new: &NewDiscount) -> Result<DiscountSeen, StoreError>;

    /// The discount that a code belongs to, if there is such a code.
    ///
    /// # Errors
    /// Any but `Refused`.
    async fn discount_of(&self, code: &str) -> Result<Option<DiscountSeen>, StoreError>;

    /// Begins to add codes to a discount, at most `CODES_MAX`. By what to ask for the outcome.
    ///
    /// # Errors
    /// Any. Without an answer they may be added: `codes` tells.
    async fn add_codes(&self, discount: &str, codes: &[String]) -> Result<String, StoreError>;

    /// What became of an addition by now; none where the store knows no such addition any more.
    ///
    /// # Errors
    /// Any but `Refused`.
    async fn addition(&self, id: &str) -> Result<Option<Addition>, StoreError>;

    /// The codes of a discount, page by page; none where the discount is gone.
    ///
    /// # Errors
    /// Any but `Refused`.
    async fn codes(&self, discount: &str, after: Option<&str>) -> Result<CodePage, StoreError>;

    /// Begins to delete codes of a discount, by the platform's ids, at most `CODES_MAX`. By what to ask whether it is done; none where it is.
    ///
    /// # Errors
    /// Any.
    async fn delete_codes(&self, discount: &str, ids: &[String]) -> Result<Option<String>, StoreError>;

    /// Is a deletion done?
    ///
    /// # Errors
    /// Any but `Refused`.
    async fn is_deleted(&self, deletion: &str) -> Result<bool, StoreError>;

    /// Deletes a discount with all its codes.
    ///
    /// # Errors
    /// Any.
    async fn delete_discount(&self, discount: &str) -> Result<(), StoreError>;
}
