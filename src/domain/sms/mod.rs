//! The craft of texts: how they are billed, which characters make them dear, what they must say by country, and what they cost.

mod complete;
mod countries;
mod gsm7;
mod prices;
mod segments;
mod settings;
mod smart;

pub use complete::{Complete, Lacks, Wanted, complete, lacks};
pub use countries::{CountryRule, Instruction, country_of, rule};
pub use prices::{Charge, Price, PriceTable, standard_prices};
pub use segments::{Encoding, Measure, Offending, marked, measure, offending, split};
pub use settings::{MessageSettings, OwnPrices, Sender, SenderKind};
pub use smart::plain;
