//! What was caused: shoppers who were written to against those who were left alone, or got another text.
//!
//! The unit of analysis is the unit that the lot was drawn for: a shopper in a campaign. Everybody counts on the side that they drew, from the moment at which
//! their first message left, or would have, whatever became of it (intention to treat).

pub mod compare;
pub mod outcome;
pub mod tally;
pub mod variants;
pub mod verdict;

use crate::domain::report::{Definition, define};
pub(crate) use crate::domain::stats::as_f64;

/// What the figures of the report on lift mean.
pub const DEFINITIONS: &[Definition] = &[
    define(
        "treated",
        "Shoppers whose first message of the campaign left in the period, whatever became of it. A shopper counts once in a campaign, with their first cart, on the side that their lot drew.",
    ),
    define("holdout", "Shoppers of the comparison group whose first message would have left in the period."),
    define("pending", "Of both, those whose days for ordering aren't over yet: they are in no comparison."),
    define(
        "orders",
        "Of a side, shoppers who ordered within the store's outcome days (14 unless set) from that moment on: paid, no test, not cancelled, no renewal of a subscription; any order of theirs, whatever brought them.",
    ),
    define(
        "revenue",
        "Net of those orders in the store's currency, by what went back until now, per shopper of the side, also of those who bought nothing.",
    ),
    define(
        "conversion_difference",
        "The share of the treated who ordered, less that of the comparison group. The interval of 95 % holds however often one looks (asymptotic confidence sequence); for whoever looks once beside it by Newcombe (1998, method 10).",
    ),
    define("relative_lift", "The two shares' ratio, less one; once by Katz's log interval."),
    define(
        "revenue_difference",
        "The treated's net per shopper less that of the comparison group, after what shoppers had spent before was taken out (CUPED); once by Welch.",
    ),
    define("incremental_orders", "The difference of the shares times the treated: orders that would not have been placed."),
    define("incremental_revenue", "The difference of net per shopper times the treated: what was caused."),
    define(
        "attributable_fraction",
        "The part of the treated's orders that was caused: 1 less the comparison group's share over theirs. The rest would have come anyway.",
    ),
    define(
        "holdout_cost",
        "What leaving the comparison group alone is estimated to have cost: the difference of net per shopper times their number.",
    ),
    define(
        "srm",
        "How often a fair split would look as far off as this one (sample ratio mismatch): by chi-square for a single look, and for whoever looks every day. Below 0.001 there is no verdict.",
    ),
    define(
        "verdict",
        "Caused or harm only when the interval that holds at every look leaves zero out. No effect seen: it holds zero, and a change of a fifth of what is bought anyway would have been seen with a probability of 0.8. Else: not enough data yet; also with fewer than 100 shoppers on a side, or fewer than 10 orders (50 where it is about money) to be expected on the smaller one.",
    ),
];
