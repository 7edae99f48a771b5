//! Fake checkouts: robots that try stolen cards begin checkouts by the hundred. How likely one is such, from 0 to 100, and by which evidence.
//!
//! Points are given so that what an honest buyer shows in a rush (everybody wants the same thing, wallets fill forms in a moment) stays below what counts
//! as fake by default ([`super::policy::BLOCK_FROM`]): it takes a shared name, address or machine, or a made-up e-mail address, to get there.

mod mail;
mod trace;

pub use trace::{Clues, Marks, Seen, Sign, Trace};

use crate::domain::ids::CartId;
use crate::domain::money::Currency;
use crate::domain::policy::SCORE_MAX;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Checkouts that were begun up to this long before and after one are looked at with it: an hour in all.
pub const AROUND: SignedDuration = SignedDuration::from_mins(30);
/// A store's usual pace is taken from this long before.
pub const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Counting stops here: more says nothing more, and a flood must not slow down what comes in.
const COUNT_MAX: usize = 10;

/// As many others that hold the same single item are no coincidence, but may be a rush.
const SAME_ITEM_MIN: usize = 8;
const SAME_ITEM_POINTS: u8 = 15;
/// Those who try cards take the cheapest thing that there is, so that a card is not refused for its limit.
const SAME_CHEAPEST_POINTS: u8 = 30;
/// One person has two addresses at times; three in an hour have another reason.
const SHARED_MIN: usize = 3;
const SAME_NAME_POINTS: u8 = 20;
/// Families, dormitories and offices share one, too.
const SAME_ADDRESS_POINTS: u8 = 15;
const SAME_PHONE_POINTS: u8 = 25;
/// Behind one network address are whole offices and mobile networks: more is asked for than of a name.
const SAME_CLIENT_MIN: usize = 5;
const SAME_CLIENT_POINTS: u8 = 25;
const DISPOSABLE_POINTS: u8 = 25;
const GENERATED_POINTS: u8 = 20;
/// Wallets fill in a form in a moment, too.
const FAST_POINTS: u8 = 15;
const UNTRACED_POINTS: u8 = 10;
/// A rush looks the same, so this alone says little.
const BURST_POINTS: u8 = 10;
/// So many checkouts in an hour at least, and so many times the store's usual pace.
pub const BURST_MIN: usize = 30;
const BURST_TIMES: u64 = 5;

/// How likely a checkout is fake, and why: read with the cart, and stored with every decision about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotVerdict {
    /// From 0 to 100.
    pub score: u8,
    /// What speaks for it, the strongest first.
    pub reasons: Vec<Reason>,
    /// What somebody said by hand; goes before the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<bool>,
}

/// One thing that speaks for a fake checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable, for programs.
    pub rule: String,
    /// What it adds to the score.
    pub points: u8,
    /// In a sentence, for people; names nobody.
    pub why: String,
}

/// Everything that speaks for a fake checkout. The more of it, the higher the score, never the lower.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Other checkouts within the hour that hold the same single item and nothing else.
    pub same_item: usize,
    /// Nothing cheaper is in any checkout of the hour.
    pub cheapest: bool,
    /// E-mail addresses within the hour under the same name, this one's included.
    pub same_name: usize,
    /// The same for the postal address.
    pub same_address: usize,
    /// The same for the phone number.
    pub same_phone: usize,
    /// The same for the network address and browser.
    pub same_client: usize,
    /// The e-mail address is of a service that gives them out for minutes.
    pub disposable: bool,
    /// The e-mail address looks made up by a program.
    pub generated: bool,
    /// Address and e-mail address were there within seconds.
    pub fast: bool,
    /// The platform says of this one neither where it came from nor in which language.
    pub untraced: bool,
    /// Checkouts within the hour are many times the store's usual number.
    pub burst: bool,
}

impl Evidence {
    /// The score, and what it consists of.
    pub fn verdict(&self) -> BotVerdict {
        let many = self.same_item >= SAME_ITEM_MIN;
        let rows = [
            (
                many && self.cheapest,
                "same_cheapest_item",
                SAME_CHEAPEST_POINTS,
                "at least 8 others within the hour hold the same single item, the cheapest of all",
            ),
            (many && !self.cheapest, "same_item", SAME_ITEM_POINTS, "at least 8 others within the hour hold the same single item"),
            (
                self.same_phone >= SHARED_MIN,
                "same_phone",
                SAME_PHONE_POINTS,
                "the same phone number came with 3 or more e-mail addresses within the hour",
            ),
            (
                self.same_client >= SAME_CLIENT_MIN,
                "same_client",
                SAME_CLIENT_POINTS,
                "the same machine came with 5 or more e-mail addresses within the hour",
            ),
            (
                self.disposable,
                "disposable_email",
                DISPOSABLE_POINTS,
                "the e-mail address is of a service that gives out addresses for minutes",
            ),
            (
                self.same_name >= SHARED_MIN,
                "same_name",
                SAME_NAME_POINTS,
                "the same name came with 3 or more e-mail addresses within the hour",
            ),
            (self.generated, "generated_email", GENERATED_POINTS, "the e-mail address looks made up by a program"),
            (
                self.same_address >= SHARED_MIN,
                "same_address",
                SAME_ADDRESS_POINTS,
                "the same postal address came with 3 or more e-mail addresses within the hour",
            ),
            (self.fast, "filled_in_seconds", FAST_POINTS, "the form was filled in within seconds, by nobody whom the store knows"),
            (self.untraced, "no_trace", UNTRACED_POINTS, "neither a page that they came from nor a language is known"),
            (self.burst, "burst", BURST_POINTS, "checkouts within the hour are many times the store's usual number"),
        ];
        let told = rows.into_iter().filter(|row| row.0);
        let mut reasons: Vec<Reason> = told.map(|(_, rule, points, why)| Reason { rule: rule.into(), points, why: why.into() }).collect();
        reasons.sort_by_key(|r| std::cmp::Reverse(r.points));
        let sum = reasons.iter().fold(0_u8, |sum, r| sum.saturating_add(r.points));
        BotVerdict { score: sum.min(SCORE_MAX), reasons, by_hand: None }
    }
}

/// A store's pace before a time: so many checkouts in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many checkouts were begun.
    pub checkouts: u64,
    /// In how long; none while the store is too young to have a pace.
    pub within: Option<SignedDuration>,
}

impl Pace {
    fn is_exceeded_by(self, in_an_hour: usize) -> bool {
        let Some(hours) = self.within.and_then(|w| u64::try_from(w.as_secs()).ok()).map(|s| s.div_ceil(3600).max(1)) else { return false };
        let now = u64::try_from(in_an_hour).unwrap_or(u64::MAX);
        in_an_hour >= BURST_MIN && now.saturating_mul(hours) >= self.checkouts.saturating_mul(BURST_TIMES)
    }
}

/// Checkouts near each other in time, indexed by what they share.
pub struct Neighbours<'a> {
    seen: &'a BTreeMap<CartId, Seen>,
    by_sign: HashMap<&'a Sign, Vec<CartId>>,
    times: Vec<Timestamp>,
    cheapest: BTreeMap<Currency, i64>,
    pace: Option<Pace>,
}

impl<'a> Neighbours<'a> {
    /// Of these.
    pub fn of(seen: &'a BTreeMap<CartId, Seen>) -> Self {
        let mut by_sign: HashMap<&Sign, Vec<CartId>> = HashMap::new();
        let mut cheapest: BTreeMap<Currency, i64> = BTreeMap::new();
        for (id, one) in seen {
            one.trace.signs.iter().for_each(|sign| by_sign.entry(sign).or_default().push(*id));
            if let Some(price) = one.trace.cheapest {
                cheapest.entry(price.currency).and_modify(|least| *least = (*least).min(price.minor)).or_insert(price.minor);
            }
        }
        let mut times: Vec<Timestamp> = seen.values().map(|s| s.begun_at).collect();
        times.sort_unstable();
        Self { seen, by_sign, times, cheapest, pace: None }
    }

    /// In a store of that pace, where it was asked for.
    #[must_use]
    pub fn at_pace(self, pace: Option<Pace>) -> Self {
        Self { pace, ..self }
    }

    /// The most that were begun within an hour around any of these.
    pub fn busiest(&self) -> usize {
        self.times.iter().map(|at| self.in_the_hour(*at)).max().unwrap_or_default()
    }

    fn in_the_hour(&self, at: Timestamp) -> usize {
        let from = self.times.partition_point(|t| at.duration_since(*t) > AROUND);
        let to = self.times.partition_point(|t| t.duration_since(at) <= AROUND);
        to.saturating_sub(from)
    }

    /// These, and whatever shares something with one of them and was begun near any of them: of whom more may be known now.
    pub fn concerned(&self, fresh: &BTreeSet<CartId>) -> Vec<CartId> {
        let of_fresh: Vec<&Seen> = fresh.iter().filter_map(|id| self.seen.get(id)).collect();
        let shared: HashSet<&Sign> = of_fresh.iter().flat_map(|s| s.trace.shared()).collect();
        let mut times: Vec<Timestamp> = of_fresh.iter().map(|s| s.begun_at).collect();
        times.sort_unstable();
        let is_near = |at: Timestamp| {
            let next = times.partition_point(|t| at.duration_since(*t) > AROUND);
            times.get(next).is_some_and(|t| t.duration_since(at) <= AROUND)
        };
        let is = |id: &CartId, s: &Seen| fresh.contains(id) || (is_near(s.begun_at) && s.trace.shared().any(|sign| shared.contains(sign)));
        self.seen.iter().filter(|(id, s)| is(id, s)).map(|(id, _)| *id).collect()
    }

    /// What speaks against one of them.
    pub fn evidence(&self, id: CartId) -> Evidence {
        let Some(own) = self.seen.get(&id) else { return Evidence::default() };
        let shared = |kind| own.trace.of_kind(kind).map(|sign| self.mails_with(own, sign)).max().unwrap_or_default();
        let item = own.trace.of_kind(trace::ITEM).next();
        let marks = own.trace.shows;
        Evidence {
            same_item: item.map_or(0, |sign| self.others_with(id, own, sign).take(COUNT_MAX).count()),
            cheapest: own.trace.cheapest.is_some_and(|p| self.cheapest.get(&p.currency).is_some_and(|least| p.minor <= *least)),
            same_name: shared(trace::NAME),
            same_address: shared(trace::ADDRESS),
            same_phone: shared(trace::PHONE),
            same_client: shared(trace::CLIENT),
            disposable: marks.disposable,
            generated: marks.generated,
            fast: marks.fast,
            untraced: marks.untraced,
            burst: self.pace.is_some_and(|pace| pace.is_exceeded_by(self.in_the_hour(own.begun_at))),
        }
    }

    fn others_with(&self, id: CartId, own: &Seen, sign: &Sign) -> impl Iterator<Item = &'a Seen> {
        let others = self.by_sign.get(sign).into_iter().flatten().filter(move |other| **other != id);
        let at = own.begun_at;
        others.filter_map(|other| self.seen.get(other)).filter(move |other| other.begun_at.duration_since(at).abs() <= AROUND)
    }

    /// How many e-mail addresses came with a sign within the hour.
    fn mails_with(&self, own: &Seen, sign: &Sign) -> usize {
        let at = own.begun_at;
        let near = self.by_sign.get(sign).into_iter().flatten().filter_map(|id| self.seen.get(id));
        let mut mails = BTreeSet::new();
        for other in near.filter(|other| other.begun_at.duration_since(at).abs() <= AROUND) {
            mails.extend(other.trace.of_kind(trace::MAIL));
            if mails.len() >= COUNT_MAX {
                break;
            }
        }
        mails.len()
    }
}

#[cfg(test)]
mod tests;
