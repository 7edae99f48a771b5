//! What campaigns caused in a period: the treated against their comparison groups, campaign by campaign and over all.

use super::count::day_of;
use crate::app::files::Period;
use crate::app::{App, AppError};
use crate::db;
use crate::db::lift::days::Key;
use crate::db::shops::Shop;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::lift::compare::{DayCounts, Lift, Split, Stratum, compare, split};
use crate::domain::lift::outcome::WHOLE;
use crate::domain::lift::tally::Tally;
use crate::domain::lift::verdict::{Verdict, Verdicts, Wait, judge, wait};
use crate::domain::money::Currency;
use crate::domain::stats::ALPHA;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Whose.
    pub shop: ShopId,
    /// From the day of this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Only this.
    pub campaign: Option<CampaignId>,
}

impl Asked {
    /// For a file.
    pub fn period(&self) -> Period {
        Period { from: self.from, to: self.to }
    }
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Report {
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Of its amounts.
    pub currency: Currency,
    /// For so many days after they began to count, shoppers' orders are theirs.
    pub outcome_days: i64,
    /// A line per campaign in which somebody counted.
    pub lines: Vec<Line>,
    /// All together; none without a line.
    pub total: Option<Line>,
    /// Shoppers of whom something came in that isn't worked out yet.
    pub counting: i64,
}

/// One campaign, or all.
#[derive(Debug, Clone)]
pub struct Line {
    /// The campaign's id; `total`.
    pub key: String,
    /// For people.
    pub label: String,
    /// Whose days for ordering are over.
    pub lift: Lift,
    /// Whose aren't: treated, and left alone.
    pub pending: (i64, i64),
    /// Shoppers who also ordered in another currency.
    pub elsewhere: i64,
    /// Were shoppers split as was meant? All of the period are looked at. None where nobody was to be left alone.
    pub split: Option<Split>,
    /// What may be said.
    pub verdicts: Verdicts,
    /// How long until it can be, of orders and of their net.
    pub waits: (Wait, Wait),
}

/// The days of a report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    /// The first.
    pub from: i64,
    /// Before this one.
    pub to: i64,
    /// Of days before this one everybody's days for ordering are over.
    pub over: i64,
}

impl Days {
    pub(super) fn of(shop: &Shop, (from, to): (Timestamp, Timestamp), now: Timestamp, outcome_days: i64) -> Result<Self, AppError> {
        if to <= from {
            return Err(AppError::Invalid("the period ends before it begins: `to` must be later than `from`".into()));
        }
        let zone = shop.zone();
        let last = to.checked_sub(SignedDuration::from_millis(1)).unwrap_or(to);
        let since = now.checked_sub(SignedDuration::from_hours(24 * outcome_days)).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(Self { from: day_of(from, &zone), to: day_of(last, &zone) + 1, over: day_of(since, &zone) })
    }
}

/// Works out the report.
///
/// # Errors
/// `NotFound` without that shop, `Invalid` for a period that ends before it begins, `Db`.
pub async fn lift(app: &App, asked: Asked) -> Result<Report, AppError> {
    let shop = db::shops::get(&app.db, asked.shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let outcome_days = db::lift::outcome_days_now(&app.db, shop.id).await?;
    let days = Days::of(&shop, (asked.from, asked.to), app.now(), outcome_days)?;
    let names: BTreeMap<CampaignId, String> =
        db::campaigns::list(&app.db, shop.id).await?.into_iter().map(|c| (c.id, c.spec.name)).collect();
    let mut of: BTreeMap<CampaignId, Vec<(Key, Tally)>> = BTreeMap::new();
    for (key, tally) in db::lift::days::of_period(&app.db, shop.id, (days.from, days.to), WHOLE..=WHOLE).await? {
        if asked.campaign.is_none_or(|id| id == key.campaign) {
            of.entry(key.campaign).or_default().push((key, tally));
        }
    }
    let decimals = shop.currency.decimals();
    let name = |id: &CampaignId| names.get(id).cloned().unwrap_or_else(|| "a deleted campaign".to_owned());
    let lines: Vec<Line> = of.iter().map(|(id, rows)| line((id.to_string(), name(id)), &[rows], days, decimals)).collect();
    let all: Vec<&Vec<(Key, Tally)>> = of.values().collect();
    let total = (!all.is_empty()).then(|| line(("total".into(), "All campaigns".into()), &all, days, decimals));
    let counting = db::lift::marked(&app.db, shop.id).await?;
    Ok(Report { from: asked.from, to: asked.to, currency: shop.currency, outcome_days, lines, total, counting })
}

/// One split of one campaign.
#[derive(Default)]
struct OneSplit {
    percent: f64,
    over: [Tally; 2],
    days: BTreeMap<i64, [i64; 2]>,
}

fn line((key, label): (String, String), campaigns: &[&Vec<(Key, Tally)>], days: Days, decimals: u32) -> Line {
    let mut splits: BTreeMap<(CampaignId, &str), OneSplit> = BTreeMap::new();
    let (mut pending, mut elsewhere) = ([0, 0], 0);
    for (key, tally) in campaigns.iter().flat_map(|rows| rows.iter()) {
        let side = usize::from(key.arm == Arm::Holdout.as_str());
        let one = splits.entry((key.campaign, &key.stratum)).or_default();
        one.percent = key.stratum.parse().unwrap_or_default();
        let today = one.days.entry(key.day).or_default();
        if let (Some(sum), Some(over), Some(waits)) = (today.get_mut(side), one.over.get_mut(side), pending.get_mut(side)) {
            *sum += tally.shoppers;
            if key.day < days.over {
                *over = over.plus(*tally);
                elsewhere += tally.elsewhere;
            } else {
                *waits += tally.shoppers;
            }
        }
    }
    let strata: Vec<Stratum> = splits
        .values()
        .map(|s| Stratum { share: 1.0 - s.percent / 100.0, treated: s.over[0].arm(decimals), held: s.over[1].arm(decimals) })
        .collect();
    let all_days: std::collections::BTreeSet<i64> = splits.values().flat_map(|s| s.days.keys().copied()).collect();
    let counts = |s: &OneSplit| -> Vec<DayCounts> {
        let day = |day: &i64| {
            let [treated, held] = s.days.get(day).copied().unwrap_or_default().map(|n| u64::try_from(n).unwrap_or_default());
            vec![(treated, 100.0 - s.percent), (held, s.percent)]
        };
        all_days.iter().map(day).collect()
    };
    let split = split(&splits.values().map(counts).collect::<Vec<_>>());
    let lift = compare(&strata, ALPHA);
    let verdicts = judge(&lift, split, ALPHA);
    // Both sides are there and wait for their days to be over: it isn't that nobody could be compared.
    let begins = all_days.range(days.over..).next().filter(|_| lift.compared == 0 && pending.iter().all(|n| *n > 0));
    if let Some(first) = begins {
        let wait = Wait::Begins(first + 1 - days.over);
        let (verdicts, waits) = (Verdicts::both(Verdict::NotEnoughData), (wait, wait));
        return Line { key, label, lift, pending: (pending[0], pending[1]), elsewhere, split, verdicts, waits };
    }
    let span = all_days.iter().filter(|d| **d < days.over);
    let span = span.clone().next_back().zip(span.clone().next()).map_or(0, |(last, first)| last - first + 1);
    let span = f64::from(i32::try_from(span).unwrap_or(i32::MAX));
    let waits = (
        wait(verdicts.orders, (lift.conversion.value(), lift.sureness), span),
        wait(verdicts.net, (lift.revenue.value(), lift.revenue_sureness), span),
    );
    Line { key, label, lift, pending: (pending[0], pending[1]), elsewhere, split, verdicts, waits }
}

/// What stands beside what is attributed, in the store's currency.
#[derive(Debug, Clone)]
pub struct Headline {
    /// Net that was caused.
    pub words: String,
    /// What it is over.
    pub over: String,
    /// What may be said.
    pub verdict: Verdict,
}

/// The headline of the overview.
pub fn headline(report: &Report) -> Headline {
    let Some(line) = &report.total else {
        let words = Verdict::NotEnoughData.words().to_owned();
        return Headline { words, over: "Nobody's first message has left in the period.".into(), verdict: Verdict::NotEnoughData };
    };
    let over = format!(
        "{} shoppers who were written to against {} who were left alone, whose {} days for ordering are over; {} more are waited for.",
        line.lift.treated.shoppers,
        line.lift.held.shoppers,
        report.outcome_days,
        line.pending.0 + line.pending.1
    );
    Headline { words: super::words::net(line, report.currency), over, verdict: line.verdicts.net }
}
