//! What the API answers, field by field, and how it comes from what is stored.

mod alarms;
mod annotations;
mod attribution;
mod books;
mod campaigns;
mod channels;
mod conditions;
mod consents;
mod events;
mod lift;
mod messages;
mod policy;
mod preview;
mod results;
mod sender_domain;
mod settings;
mod shoppers;
mod tables;
mod webhooks;

pub use alarms::*;
pub use annotations::*;
pub use attribution::*;
pub use books::*;
pub use campaigns::*;
pub use channels::*;
pub use conditions::*;
pub use consents::*;
pub use events::*;
pub use lift::*;
pub use messages::*;
pub use policy::*;
pub use preview::*;
pub use results::*;
pub use sender_domain::*;
pub use settings::*;
pub use shoppers::*;
pub use tables::*;
pub use webhooks::*;

use super::input::{Cursor, write_cursor};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// At most `limit` of them.
    pub items: Vec<T>,
    /// To be sent as `cursor` for the page after; null on the last.
    #[schema(required = true)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Of rows read one beyond the limit: that one tells that there is a page after.
    pub fn of<R, C: Cursor>(mut rows: Vec<R>, limit: i64, place: impl Fn(&R) -> C, shape: impl Fn(R) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| write_cursor(&place(row))) } else { None };
        Self { items: rows.into_iter().map(shape).collect(), next }
    }
}

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyShape {
    /// A decimal with exactly the currency's digits.
    #[schema(examples("19.99"))]
    pub amount: String,
    /// ISO 4217.
    #[schema(examples("USD"))]
    pub currency: String,
}
