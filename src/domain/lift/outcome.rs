//! What became of a shopper who counts in a comparison: the same rule for those who were written to and those who were left alone.

use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, EnrolmentId, OrderId};
use crate::domain::money::Currency;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The comparison of a campaign's treated with its comparison group; texts of a step are compared under the step's number, from 0.
pub const WHOLE: i64 = -1;

/// A cart of a shopper in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// Ours.
    pub enrolment: EnrolmentId,
    /// In which.
    pub campaign: CampaignId,
    /// Which cart.
    pub cart: CartId,
    /// On which side.
    pub arm: Arm,
    /// So many of a hundred were to be left alone by the version by which it entered.
    pub percent: u8,
    /// When it was made.
    pub at: Timestamp,
    /// From when it counts; none: no message left, or would have.
    pub counted_at: Option<Timestamp>,
    /// Steps of it that compared texts and came to be sent.
    pub reached: Vec<Reached>,
}

/// A step that compared texts and came to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// From 0.
    pub step: i64,
    /// The text that the shopper's lot named.
    pub variant: String,
    /// The texts and their weights, as drawn from.
    pub split: String,
    /// When it was first decided that it leaves.
    pub at: Timestamp,
}

/// An order of a shopper, or of one of their carts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// Ours.
    pub id: OrderId,
    /// When it was placed.
    pub at: Timestamp,
    /// Of its net.
    pub currency: Option<Currency>,
    /// What stayed, in minor units.
    pub net_minor: i64,
    /// By the person; else only by a token of a cart of theirs.
    pub own: bool,
    /// The carts whose tokens it carries.
    pub carts: BTreeSet<CartId>,
}

/// How a store counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counting {
    /// The store's.
    pub currency: Currency,
    /// Orders count for so long.
    pub horizon: SignedDuration,
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Of which enrolment.
    pub enrolment: EnrolmentId,
    /// In which campaign.
    pub campaign: CampaignId,
    /// [`WHOLE`], or a step.
    pub step: i64,
    /// The split under which the lot was drawn.
    pub stratum: String,
    /// The side, or the text.
    pub arm: String,
    /// From when they count.
    pub at: Timestamp,
    /// Did they order in time?
    pub converted: bool,
    /// Also in another currency than the store's?
    pub elsewhere: bool,
    /// Net of what they ordered in time, in the store's currency.
    pub net_minor: i64,
    /// Net of what they had bought before.
    pub before_minor: i64,
}

/// What became of one shopper, in each campaign. They count once in a campaign, with the first of their carts that counts: whether and how somebody comes back a
/// second time follows from what happened the first time, so that later carts of the two sides are not alike.
pub fn outcomes(entered: &[Entered], bought: &[Bought], counting: Counting) -> Vec<Outcome> {
    let mut of_campaign: BTreeMap<CampaignId, Vec<&Entered>> = BTreeMap::new();
    for one in entered {
        of_campaign.entry(one.campaign).or_default().push(one);
    }
    of_campaign.values().flat_map(|all| of_one_campaign(all, bought, counting)).collect()
}

fn of_one_campaign(all: &[&Entered], bought: &[Bought], counting: Counting) -> Vec<Outcome> {
    // The lot was drawn when they first entered, by the split of that time.
    let drawn = all.iter().min_by_key(|e| (e.at, e.cart));
    let counted = all.iter().filter_map(|e| Some((e.counted_at?, e))).min_by_key(|(at, e)| (*at, e.at, e.cart));
    let (Some(drawn), Some((at, first))) = (drawn, counted) else { return Vec::new() };
    let outcome = |step: i64, (stratum, arm): (String, String), at: Timestamp| {
        let theirs = || bought.iter().filter(|b| b.own || b.carts.contains(&first.cart));
        let after: Vec<&Bought> = theirs().filter(|b| is_within(b.at, at, counting.horizon)).collect();
        let in_currency = |b: &&Bought| b.currency == Some(counting.currency);
        let net = |orders: &mut dyn Iterator<Item = &Bought>| orders.map(|b| b.net_minor).fold(0, i64::saturating_add);
        Outcome {
            enrolment: first.enrolment,
            campaign: first.campaign,
            step,
            stratum,
            arm,
            at,
            converted: !after.is_empty(),
            elsewhere: after.iter().any(|b| !in_currency(b)),
            net_minor: net(&mut after.iter().copied().filter(|b| in_currency(b))),
            before_minor: net(&mut theirs().filter(|b| b.at.as_second() < at.as_second()).filter(in_currency)),
        }
    };
    let whole = outcome(WHOLE, (drawn.percent.to_string(), first.arm.as_str().to_owned()), at);
    let steps = first.reached.iter().map(|r| outcome(r.step, (r.split.clone(), r.variant.clone()), r.at));
    std::iter::once(whole).chain(steps).collect()
}

/// Platforms date orders to the whole second: one within the second from which a shopper counts came after it.
fn is_within(order: Timestamp, from: Timestamp, horizon: SignedDuration) -> bool {
    order.as_second() >= from.as_second() && order.duration_since(from) <= horizon
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const FROM: &str = "2026-07-01T16:00:00.500Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn entered(number: u128, made: &str, counted: Option<&str>) -> Entered {
        Entered {
            enrolment: EnrolmentId(Uuid::from_u128(number)),
            campaign: CampaignId(Uuid::nil()),
            cart: CartId(Uuid::from_u128(number)),
            arm: Arm::Treated,
            percent: u8::try_from(number).expect("small"),
            at: at(made),
            counted_at: counted.map(at),
            reached: Vec::new(),
        }
    }

    fn bought(placed: &str, net_minor: i64) -> Bought {
        let id = OrderId(Uuid::from_u128(u128::from(net_minor.unsigned_abs())));
        Bought { id, at: at(placed), currency: Some(Currency::USD), net_minor, own: true, carts: BTreeSet::new() }
    }

    fn check(orders: &[Bought], expected: (bool, i64, i64)) {
        let counting = Counting { currency: Currency::USD, horizon: SignedDuration::from_hours(24 * 14) };
        let all = outcomes(&[entered(1, "2026-07-01T14:00:00Z", Some(FROM))], orders, counting);
        let got: Vec<_> = all.iter().map(|o| (o.converted, o.net_minor, o.before_minor)).collect();
        assert_eq!(got, [expected], "{orders:?}");
    }

    #[test]
    fn orders_count_from_the_second_on_and_until_the_horizon_is_over() {
        check(&[], (false, 0, 0));
        check(&[bought("2026-07-01T16:00:00Z", 500)], (true, 500, 0));
        check(&[bought("2026-07-01T15:59:59Z", 500)], (false, 0, 500));
        check(&[bought("2026-07-15T16:00:00Z", 500)], (true, 500, 0));
        check(&[bought("2026-07-15T16:00:01Z", 500)], (false, 0, 0));
        check(
            &[bought("2026-07-02T16:00:00Z", 500), bought("2026-07-03T16:00:00Z", 70), bought("2026-05-03T16:00:00Z", 9)],
            (true, 570, 9),
        );
        let abroad = Bought { currency: "EUR".parse().ok(), ..bought("2026-07-02T16:00:00Z", 500) };
        check(&[abroad], (true, 0, 0));
        let anothers = Bought { own: false, ..bought("2026-07-02T16:00:00Z", 500) };
        check(std::slice::from_ref(&anothers), (false, 0, 0));
        let of_the_cart = Bought { carts: BTreeSet::from([CartId(Uuid::from_u128(1))]), ..anothers };
        check(&[of_the_cart], (true, 500, 0));
    }

    #[test]
    fn a_shopper_counts_once_with_the_first_cart_that_counts_and_by_the_split_of_their_lot() {
        let all = [
            entered(3, "2026-07-05T00:00:00Z", Some("2026-07-05T02:00:00Z")),
            entered(1, "2026-07-01T00:00:00Z", None),
            entered(2, "2026-07-03T00:00:00Z", Some("2026-07-03T02:00:00Z")),
        ];
        let counting = Counting { currency: Currency::USD, horizon: SignedDuration::from_hours(24) };
        let got = outcomes(&all, &[], counting);
        let got: Vec<_> = got.iter().map(|o| (o.enrolment.0.as_u128(), o.stratum.as_str())).collect();
        assert_eq!(got, [(2, "1")]);
    }
}
