//! Every figure's one definition. Pages, API, command line and docs all take their words from here.

pub mod buyer;
pub mod change;
pub mod csv;
pub mod cut;
pub mod days;
pub mod fact;
pub mod figure;
pub mod fingerprint;
pub mod flat;
pub mod reports;
pub mod spans;
pub mod table;

use serde::{Deserialize, Serialize};

/// The definition of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// As reports name it.
    pub figure: &'static str,
    /// What it counts, over what.
    pub definition: &'static str,
}

pub(crate) const fn define(figure: &'static str, definition: &'static str) -> Definition {
    Definition { figure, definition }
}

/// The figures of the report on recovered revenue.
pub const RECOVERED: &[Definition] = &[
    define("nudges", "Messages that a provider took in the period, also those of which the provider's answer never came."),
    define(
        "carts_abandoned",
        "Carts that entered a campaign in the period: abandoned, and with a contact to write to. Includes the comparison group, which gets no message.",
    ),
    define(
        "orders",
        "Orders placed in the period that are credited to a nudge: the shopper opened its link, or used its code, or the order carries its marker, within the campaign's window before the order. An order is credited once.",
    ),
    define(
        "gross",
        "What was paid for those orders before anything went back, in the store's currency: after discounts, without gift cards sold, and with tax and shipping unless the store's settings leave them out. Test orders and unpaid orders count as zero.",
    ),
    define(
        "refunds",
        "What went back for those orders by now, of what counts as gross: successful refund payments, chargebacks that are open or lost, and the whole order when it was cancelled.",
    ),
    define("net", "Gross less refunds."),
    define(
        "cost",
        "What the codes of its messages took off the orders counted here, by what the orders themselves say, in the store's currency; nothing for orders that were cancelled. And what the period's messages cost, by the prices that held when each left, in the currency of those prices.",
    ),
    define(
        "contribution",
        "Net less cost. Net is what was paid, so what codes took off is missing from it already and is taken off once more here as the price of the sale: a floor of what was earned, not an estimate. No data where some of the messages cost in another currency than the orders: currencies are never added up.",
    ),
    define(
        "clicks",
        "Messages whose link a person opened in a quarter of an hour of the period. Previewers, scanners and prefetchers are left out: by the name that a program gives itself, by asking for the head only, by fetching ahead, by a scanner's address, by opening all links of a message at once.",
    ),
    define("clicks_raw", "Openings of messages' links in the period, by whomever."),
];

/// How the report on recovered revenue is broken down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A row per campaign.
    #[default]
    Campaign,
    /// A row per step of each campaign.
    Step,
    /// A row per channel.
    Channel,
    /// A row per day in the store's zone.
    Day,
}

impl By {
    /// Every breakdown.
    pub const ALL: [Self; 4] = [Self::Campaign, Self::Step, Self::Channel, Self::Day];

    /// As the API takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Step => "step",
            Self::Channel => "channel",
            Self::Day => "day",
        }
    }
}

impl std::str::FromStr for By {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|b| b.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a breakdown; expected one of {}", names()))
    }
}
