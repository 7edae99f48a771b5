//! The platform's books: its orders against ours, to the last minor unit, with each difference explained.
//!
//! What is compared is what stayed of each payment, whatever a store counts as revenue: the books know no basis.

mod compare;
mod table;

pub use compare::compare;
pub use table::{DEFINITIONS, table};

use crate::domain::money::{Currency, Money};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An order as the platform's books have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookOrder {
    /// The platform's id, where the books tell it.
    pub platform_id: Option<String>,
    /// `#1001`.
    pub name: String,
    /// When it was placed.
    pub created_at: Timestamp,
    /// What it comes to before returns.
    pub total: Money,
    /// What was received before anything went back.
    pub received: Money,
    /// What went back.
    pub refunded: Money,
    /// The same refund by refund; none where the books tell the sum alone.
    pub refunds: Option<Vec<BookRefund>>,
    /// A test; none where the books don't say.
    pub test: Option<bool>,
    /// Was cancelled.
    pub cancelled: bool,
    /// Was changed after it was placed; none where the books don't say.
    pub edited: Option<bool>,
}

/// A refund as the books have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookRefund {
    /// The platform's id.
    pub id: String,
    /// What went back.
    pub amount: Money,
}

impl BookOrder {
    /// What stayed; nothing of a test.
    pub fn kept_minor(&self) -> i64 {
        if self.test == Some(true) { 0 } else { self.received.minor.saturating_sub(self.refunded.minor) }
    }
}

/// What lies behind a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The books have an order that never came here.
    NotKnownHere,
    /// An order here that the books don't have.
    NotInBooks,
    /// The books have a refund that never came here.
    RefundNotKnownHere,
    /// A refund here that the books don't have.
    RefundNotInBooks,
    /// It was edited, and one side has the state before.
    Edited,
    /// It was cancelled: here that takes all of it away.
    Cancelled,
    /// A test on one side.
    Test,
    /// The two sides have it in different currencies.
    Currency,
    /// Charged back: the books of orders don't know of it.
    Chargeback,
    /// Another amount, and nothing that is known says why.
    Amount,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::NotKnownHere,
        Self::NotInBooks,
        Self::RefundNotKnownHere,
        Self::RefundNotInBooks,
        Self::Edited,
        Self::Cancelled,
        Self::Test,
        Self::Currency,
        Self::Chargeback,
        Self::Amount,
    ];

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotKnownHere => "Not known here",
            Self::NotInBooks => "Not in the books",
            Self::RefundNotKnownHere => "Refund not known here",
            Self::RefundNotInBooks => "Refund not in the books",
            Self::Edited => "Edited",
            Self::Cancelled => "Cancelled",
            Self::Test => "Test order",
            Self::Currency => "Another currency",
            Self::Chargeback => "Chargeback",
            Self::Amount => "Another amount",
        }
    }

    /// Is it known why?
    pub fn is_explained(self) -> bool {
        self != Self::Amount
    }
}

/// One difference of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What lies behind it.
    pub kind: Kind,
    /// The platform's id of the order, where it is known.
    pub platform_id: Option<String>,
    /// `#1001`.
    pub name: String,
    /// What stayed of the order here; none where it isn't known here.
    pub ours: Option<Money>,
    /// What stayed of it by the books; none where they don't have it.
    pub theirs: Option<Money>,
    /// How much of "here less books" this is.
    pub amount: Money,
    /// Why, in a sentence.
    pub why: String,
    /// The books are ahead: what they say of the order can be taken in.
    pub can_take_in: bool,
}

/// All orders of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Never added to another.
    pub currency: Currency,
    /// Orders here.
    pub orders_ours: u64,
    /// Orders in the books.
    pub orders_theirs: u64,
    /// Orders that both have with the same amount.
    pub orders_agree: u64,
    /// What stayed, here.
    pub ours: Money,
    /// What stayed, by the books.
    pub theirs: Money,
    /// Here less books.
    pub difference: Money,
    /// As much of it is explained.
    pub explained: Money,
    /// And as much is not.
    pub unexplained: Money,
}

/// What a comparison came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// By currency.
    pub sums: Vec<Sums>,
    /// Order by order, those that need somebody first; as many as are listed.
    pub differences: Vec<Difference>,
    /// How many there are.
    pub differences_count: u64,
    /// How many of them nothing explains.
    pub unexplained_count: u64,
    /// How many could be put right by taking in what the books say.
    pub can_take_in_count: u64,
}
