//! However a period is put together from days and months, it is the sum of its days.

use super::planted;
use super::property::Dice;
use crate::support::rig::both;
use comeback::db::rollups::{self, Asked, Found};
use comeback::domain::money::Currency;
use comeback::domain::report::days::{Days, number};
use comeback::domain::report::figure::{ByPlace, Dimension, Figure, Place, Sums};
use jiff::civil::date;
use std::collections::BTreeMap;

const DAYS: i64 = 200;
const PERIODS: usize = 60;

/// What a line is of, and what its figures are.
type Read = BTreeMap<(String, Option<Currency>, Option<i64>), [i64; Figure::ALL.len()]>;

/// A few of a day's counts, amounts and lengths of time.
fn day(dice: &mut Dice) -> ByPlace {
    let mut places = ByPlace::new();
    for _ in 0..dice.below(4) {
        let (currency, bucket) = match dice.below(4) {
            0 => (None, None),
            1 => (None, Some(i64::try_from(dice.below(3)).expect("small"))),
            2 => (Some(Currency::USD), None),
            _ => (Some("EUR".parse().expect("a currency")), None),
        };
        let mut sums = Sums::default();
        for figure in Figure::ALL {
            let fits = if bucket.is_some() { figure == Figure::Recovered } else { figure.is_amount() == currency.is_some() };
            sums.add(figure, if fits { i64::try_from(dice.below(50)).expect("small") } else { 0 });
        }
        let place = Place { campaign: None, dimension: Dimension::Product, value: dice.below(3).to_string(), currency, bucket };
        places.entry(place).or_default().join(&sums, 1);
    }
    places
}

fn by_hand(all: &BTreeMap<i64, ByPlace>, days: Days) -> Read {
    let mut sums: BTreeMap<_, Sums> = BTreeMap::new();
    for (place, found) in all.range(days.first..days.end).flat_map(|(_, places)| places) {
        sums.entry((place.value.clone(), place.currency, place.bucket)).or_default().join(found, 1);
    }
    sums.into_iter().filter(|(_, sums)| !sums.is_zero()).map(|(line, sums)| (line, sums.columns())).collect()
}

#[tokio::test]
async fn a_period_read_is_the_sum_of_its_days() {
    both(|rig| async move {
        let mut dice = Dice(7);
        let first = number(date(2025, 11, 18));
        let all: BTreeMap<i64, ByPlace> = (first..first + DAYS).map(|d| (d, day(&mut dice))).collect();
        let mut tx = rig.app.db.begin().await.expect("begun");
        rollups::add(&mut tx, rig.shop.id, &all).await.expect("added");
        tx.commit().await.expect("committed");
        let mut below = |n: i64| i64::try_from(dice.below(u64::try_from(n).expect("some"))).expect("small");
        for _ in 0..PERIODS {
            let from = first + below(DAYS);
            let days = Days { first: from, end: from + 1 + below(first + DAYS - from) };
            let asked = Asked { shop: rig.shop.id, campaign: None, dimension: Dimension::Product, days, daily: false };
            let found = rollups::read(&rig.app.db, asked).await.expect("read").into_iter();
            let read: Read = found.map(|Found { value, currency, bucket, sums }| ((value, currency, bucket), sums.columns())).collect();
            assert_eq!(read, by_hand(&all, days), "{days:?}");
        }
        planted(&rig, "DELETE FROM rollups").await;
        rig
    })
    .await;
}
