//! What can be asked of a store about its orders: its books.

use super::store_api::StoreError;
use crate::domain::books::BookOrder;
use crate::domain::event::OrderSeen;
use async_trait::async_trait;
use jiff::Timestamp;

/// A page of a store's orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookPage {
    /// In the order in which they were placed.
    pub orders: Vec<BookOrder>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// A store's orders.
#[async_trait]
pub trait StoreBooks: Send + Sync {
    /// Orders placed from one instant to before another, page by page.
    ///
    /// # Errors
    /// Any but `Refused`; `Denied` without the scope to read orders, `NotOffered` where the platform keeps no books that can be asked for.
    async fn orders(&self, period: (Timestamp, Timestamp), after: Option<&str>) -> Result<BookPage, StoreError>;

    /// One order in full, as a webhook would tell it, by the platform's id; none where there is no such order.
    ///
    /// # Errors
    /// As `orders`.
    async fn order(&self, id: &str) -> Result<Option<OrderSeen>, StoreError>;
}
