//! The reports over carts and buyers: how they can be broken down, and what their figures mean.

use super::figure::Dimension;
use super::{Definition, define};

/// Lines beyond so many are put together as others.
pub const LINES_MAX: usize = 50;

/// How a report on performance is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakdown {
    /// A line per day on which carts were begun.
    Day,
    /// A line per value.
    Of(Dimension),
}

impl Default for Breakdown {
    fn default() -> Self {
        Self::Of(Dimension::Campaign)
    }
}

impl Breakdown {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        Dimension::OF_REPORTS.into_iter().map(Self::Of).chain([Self::Day])
    }

    /// As the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Of(dimension) => dimension.as_str(),
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Of(dimension) => dimension.label(),
        }
    }

    /// Which sums it is made of.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Day => Dimension::All,
            Self::Of(dimension) => dimension,
        }
    }
}

impl std::str::FromStr for Breakdown {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::all().map(Self::as_str).collect::<Vec<_>>().join(", ");
        Self::all().find(|b| b.as_str() == text).ok_or_else(|| format!("{text:?} is not a breakdown; expected one of {}", names()))
    }
}

const CARTS: Definition = define(
    "carts",
    "Carts begun on the days of the period, in the store's zone: with something in them, or visits that a campaign took up. A cart that turned out to be another counts once. Everything else in the line is what became of these very carts, whenever it happened.",
);
const ABANDONED: Definition =
    define("abandoned", "Of those carts: left for longer than the campaign waits, even if the shopper came back.");
const NUDGED: Definition = define("nudged", "Of those carts: with a message that a provider took, or of which its answer never came.");
const DELIVERED: Definition = define(
    "delivered",
    "Of those carts: with a message that its provider says arrived, or whose link a person opened. A mail server of one's own tells of no delivery.",
);
const CLICKED: Definition =
    define("clicked", "Of those carts: with a message whose link a person opened. Previewers, scanners and prefetchers are left out.");
const RECOVERED: Definition = define(
    "recovered",
    "Of those carts: bought, with an order that is credited to one of their messages by last touch, on a link, code or marker.",
);

/// What the funnel means.
pub const FUNNEL: &[Definition] = &[
    define(
        "carts",
        "Carts whose checkout was begun, of those begun on the days of the period in the store's zone, that also reached this step, at any time: neither the order of the steps nor those between them matter.",
    ),
    define("of_first", "Of the carts whose checkout was begun: how many reached this step."),
    define("of_before", "Of the carts that reached the step before: how many reached this one as well. With its 95 % interval (Wilson)."),
    define("identified", "There is somebody to write to: an address, a number or a customer of the store."),
    ABANDONED,
    NUDGED,
    DELIVERED,
    CLICKED,
    define("bought", "An order ended the cart, with a message or without."),
    RECOVERED,
    define(
        "change",
        "The share of the first step less that of the period before, in percentage points, with its 95 % interval (Newcombe).",
    ),
];

/// What the figures of performance mean.
pub const PERFORMANCE: &[Definition] = &[
    CARTS,
    ABANDONED,
    define("abandonment_rate", "Abandoned carts, of the carts."),
    define("left_behind", "What the shoppers would have paid for the abandoned carts, in the currency that they saw."),
    NUDGED,
    define("messages", "Messages that left for those carts."),
    DELIVERED,
    define(
        "click_rate",
        "Carts with a message whose link a person opened, of the carts with a message. Previewers, scanners and prefetchers are left out.",
    ),
    RECOVERED,
    define("recovery_rate", "Recovered carts, of the abandoned ones."),
    define("order_rate", "Recovered carts, of the carts with a message."),
    define("orders", "Orders credited to messages of those carts by last touch. An order is credited once."),
    define(
        "gross",
        "Paid for those orders before anything went back: after discounts, and with tax and shipping unless the store's settings leave them out.",
    ),
    define("refunds", "Gone back for those orders by now."),
    define("net", "Gross less refunds."),
    define("cost", "What the messages' codes took off those orders, and what the messages cost, in the currency of their prices."),
    define("average_order", "Net of those orders, per order."),
    define("per_recipient", "Net of those orders, per cart with a message."),
    define(
        "time_to_order",
        "From when the cart was left until the first order that is credited to its messages: a quarter of the recovered carts took less than the first figure, half less than the second, three quarters less than the third. Worked out from counts in classes of length, each a fifth wider than the one before, and exact to a tenth.",
    ),
    define(
        "change",
        "The recovery rate (of messages: the order rate) less that of the period before, of the same length, in percentage points with its 95 % interval (Newcombe).",
    ),
];

/// What the report on buyers means.
pub const BUYERS: &[Definition] = &[
    define("recovered", "Shoppers with an order that is credited to a message. They count from the first such order."),
    define("other", "Shoppers without one. They count from their first order."),
    define(
        "buyers",
        "Shoppers whose order, from which they count, was placed on the days of the period, and at least so many days ago: of the others it can't be known yet. Orders that were cancelled, all paid back or tests don't count. Whoever paid in two currencies stands in the lines of both.",
    ),
    define("repeat_rate", "Of them: how many ordered again within so many days."),
    define("orders_after", "Orders per buyer after the one that they count from, within so many days."),
    define("net_per_buyer", "What stayed of all orders within so many days, that one too, per buyer."),
    define(
        "comparison",
        "Two groups side by side, not cause and effect: whoever is recovered by a message differs from others in more than the message. What messages cause is told by the comparison group.",
    ),
];

/// What the report on cohorts means.
pub const COHORTS: &[Definition] = &[
    define(
        "buyers",
        "Shoppers whose first order (or first order credited to a message) was placed in the month. Orders that were cancelled, all paid back or tests don't count.",
    ),
    define("repeat_rate", "Of them: how many ordered again within 90 days. No data until 90 days have passed for all of them."),
    define(
        "month",
        "What stayed of their orders in that month and so many months later, divided by all buyers of the line, also those who bought nothing then. Month 0 is the month itself; the last one shown for a line may still be under way.",
    ),
];
