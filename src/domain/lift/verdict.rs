//! What may be said of a comparison, in words: nothing before it is known, and harm as plainly as success.

use super::compare::{Lift, Split, Sureness};
use crate::domain::stats::{ALPHA, Interval, as_f64};
use serde::Serialize;

/// Fewer on a side, and nothing is said.
pub const SHOPPERS_MIN: u64 = 100;
/// Fewer orders that are to be expected on the smaller side, and nothing is said: large numbers are what the intervals rest on.
pub const ORDERS_MIN: f64 = 10.0;
/// The same before anything is said of money: most carts are small and few are large, and a side that got none of the large ones looks surer than it is.
pub const ORDERS_MIN_NET: f64 = 50.0;
/// A campaign that changes less than this part of what is bought anyway counts as having no effect.
pub const WORTH_SEEING: f64 = 0.2;
/// Longer than this is never.
pub const WAIT_MAX_DAYS: f64 = 3.0 * 365.0;

/// What may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody is there to compare with, or nobody who was written to.
    NotCompared,
    /// Shoppers were not split as was meant: no comparison holds.
    Withheld,
    /// It can't be told yet.
    NotEnoughData,
    /// There is enough data to have seen one that matters, and there is none to see.
    NoEffect,
    /// More was bought because of it.
    Caused,
    /// Less was bought because of it.
    Harm,
}

impl Verdict {
    /// As the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotCompared => "not_compared",
            Self::Withheld => "withheld",
            Self::NotEnoughData => "not_enough_data",
            Self::NoEffect => "no_effect",
            Self::Caused => "caused",
            Self::Harm => "harm",
        }
    }

    /// For people, where no figure stands beside it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotCompared => "nobody to compare with",
            Self::Withheld => "no verdict: shoppers were not split as meant",
            Self::NotEnoughData => "not enough data yet",
            Self::NoEffect => "no effect seen",
            Self::Caused => "caused more",
            Self::Harm => "harm seen",
        }
    }
}

/// What may be said of orders, and of their net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdicts {
    /// Of orders.
    pub orders: Verdict,
    /// Of their net.
    pub net: Verdict,
}

impl Verdicts {
    /// The same of both.
    pub fn both(verdict: Verdict) -> Self {
        Self { orders: verdict, net: verdict }
    }
}

/// Judges a comparison.
pub fn judge(lift: &Lift, split: Option<Split>, alpha: f64) -> Verdicts {
    if lift.compared == 0 {
        return Verdicts::both(Verdict::NotCompared);
    }
    if split.is_some_and(Split::is_off) {
        return Verdicts::both(Verdict::Withheld);
    }
    let (share, revenue) = lift.anyway.unwrap_or_default();
    let if_enough = |least: f64, verdict: Verdict| if is_enough(lift, least) { verdict } else { Verdict::NotEnoughData };
    Verdicts {
        orders: if_enough(ORDERS_MIN, of(lift.conversion.anytime, lift.sureness, share, alpha)),
        net: if_enough(ORDERS_MIN_NET, of(lift.revenue.anytime, lift.revenue_sureness, revenue, alpha)),
    }
}

/// Are there enough for intervals that rest on large numbers? What is expected counts, not what was seen: a side on which chance let nobody buy proves nothing.
fn is_enough(lift: &Lift, least: f64) -> bool {
    let smaller = lift.treated.shoppers.min(lift.held.shoppers);
    let both = as_f64(lift.treated.shoppers + lift.held.shoppers);
    let expected = as_f64(lift.treated.converted + lift.held.converted) / both * as_f64(smaller);
    smaller >= SHOPPERS_MIN && expected >= least
}

fn of(interval: Option<Interval>, sureness: Option<Sureness>, anyway: f64, alpha: f64) -> Verdict {
    let Some(interval) = interval else { return Verdict::NotEnoughData };
    let seen = sureness.and_then(|s| s.smallest_effect(1.0, alpha)).is_some_and(|smallest| smallest <= WORTH_SEEING * anyway.abs());
    match interval {
        i if i.low > 0.0 => Verdict::Caused,
        i if i.high < 0.0 => Verdict::Harm,
        _ if seen => Verdict::NoEffect,
        _ => Verdict::NotEnoughData,
    }
}

/// How long until it can be told, at the present pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wait {
    /// It is told.
    Over,
    /// So many days until the first shoppers can be compared at all.
    Begins(i64),
    /// So many days more, if what was seen so far is what there is.
    Days(f64),
    /// Longer than anybody waits, if what was seen so far is what there is; or nothing was seen that could be told.
    Never,
}

/// How long until an effect as great as the one seen so far is told from none with a probability of 0.8, after so many days' shoppers have been counted.
pub fn wait(verdict: Verdict, (effect, sureness): (Option<f64>, Option<Sureness>), days: f64) -> Wait {
    let (Some(effect), Some(sureness)) = (effect, sureness) else { return Wait::Never };
    if matches!(verdict, Verdict::Caused | Verdict::Harm | Verdict::NoEffect) {
        return Wait::Over;
    }
    let told = |times: f64| sureness.smallest_effect(times, ALPHA).is_some_and(|smallest| smallest <= effect.abs());
    let most = 1.0 + WAIT_MAX_DAYS / days.max(1.0);
    if verdict != Verdict::NotEnoughData || !told(most) {
        return Wait::Never;
    }
    let times = crate::domain::stats::distribution::bisect((1.0, most), |times| !told(times));
    Wait::Days(((times - 1.0) * days.max(1.0)).max(1.0))
}

impl Wait {
    /// `about 6 weeks more at this pace`.
    pub fn words(self) -> String {
        match self {
            Self::Over => String::new(),
            Self::Begins(1) => "the first shoppers can be compared from tomorrow on".to_owned(),
            Self::Begins(days) => format!("the first shoppers can be compared in {days} days"),
            Self::Never => "at this pace it can't be told within three years, if what is seen so far is all there is".to_owned(),
            Self::Days(days) if days < 14.0 => format!("about {days:.0} days more at this pace"),
            Self::Days(days) if days < 120.0 => format!("about {:.0} weeks more at this pace", days / 7.0),
            Self::Days(days) => format!("about {:.0} months more at this pace", days / 30.4),
        }
    }
}
