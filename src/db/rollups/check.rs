//! Reading all that was counted, a row at a time, to compare it with what it was counted from.

use super::buyers::SumRow;
use crate::db::{DbError, Tx, from_json, word};
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::report::buyer;
use crate::domain::report::fact::Fact;
use crate::domain::report::figure::{Figure, Place};
use crate::domain::report::fingerprint::Fingerprint;
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

pub use crate::db::replay::snapshot;

/// Which of these carts or shoppers wait to be counted anew, themselves or by another cart that was merged into one of them.
///
/// # Errors
/// `Unavailable`.
pub async fn waiting_in(tx: &mut Tx, shop: ShopId, (kind, first, last): (super::Kind, Uuid, Uuid)) -> Result<Vec<Uuid>, DbError> {
    const CARTS: &str =
        "SELECT DISTINCT COALESCE(c.merged_into, c.id) FROM report_dirty d JOIN carts c ON c.shop_id = d.shop_id AND c.id = d.id
        WHERE d.shop_id = $1 AND d.kind = 'cart' AND COALESCE(c.merged_into, c.id) >= $2 AND COALESCE(c.merged_into, c.id) <= $3";
    const BUYERS: &str = "SELECT DISTINCT id FROM report_dirty WHERE shop_id = $1 AND kind = 'buyer' AND id >= $2 AND id <= $3";
    let sql = if kind == super::Kind::Cart { CARTS } else { BUYERS };
    Ok(on_tx!(tx, c => sqlx::query_scalar(sql).bind(shop.0).bind(first).bind(last).fetch_all(c).await?))
}

/// The fingerprint of what all carts' facts add up to.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn fold_facts(tx: &mut Tx, shop: ShopId) -> Result<Fingerprint, DbError> {
    const SQL: &str = "SELECT fact FROM report_carts WHERE shop_id = $1";
    let mut print = Fingerprint::default();
    on_tx!(tx, c => {
        let mut rows = sqlx::query_scalar::<_, String>(SQL).bind(shop.0).fetch(c);
        while let Some(text) = rows.try_next().await? {
            let fact: Fact = from_json("fact of a cart", &text)?;
            print.add_cart(fact.day, &fact.places());
        }
    });
    Ok(print)
}

/// The fingerprint of the sums over carts.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn fold_sums(tx: &mut Tx, shop: ShopId) -> Result<Fingerprint, DbError> {
    let figures = Figure::ALL.map(Figure::column).join(", ");
    let sql = format!("SELECT campaign_id, dimension, grain, day, value, currency, bucket, {figures} FROM rollups WHERE shop_id = $1");
    let mut print = Fingerprint::default();
    on_tx!(tx, c => {
        let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(shop.0).fetch(c);
        while let Some(row) = rows.try_next().await? {
            let (campaign, dimension, currency): (Uuid, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(5)?);
            let bucket: i64 = row.try_get(6)?;
            let place = Place {
                campaign: (!campaign.is_nil()).then_some(CampaignId(campaign)),
                dimension: word("dimension", &dimension)?,
                value: row.try_get(4)?,
                currency: if currency.is_empty() { None } else { Some(word("currency", &currency)?) },
                bucket: (bucket >= 0).then_some(bucket),
            };
            let mut sums = crate::domain::report::figure::Sums::default();
            for (i, figure) in Figure::ALL.into_iter().enumerate() {
                sums.add(figure, row.try_get(i + 7)?);
            }
            print.add((row.try_get(2)?, row.try_get(3)?), &place, &sums);
        }
    });
    Ok(print)
}

/// The fingerprints of what all buyers' facts add up to, and of the sums over buyers.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn fold_buyers(tx: &mut Tx, shop: ShopId) -> Result<(Fingerprint, Fingerprint), DbError> {
    const FACTS: &str = "SELECT fact FROM report_buyers WHERE shop_id = $1";
    const SUMS: &str = "SELECT basis, grain, span, currency, day, buyers, again, orders, net_minor FROM rollup_buyers WHERE shop_id = $1";
    let (mut facts, mut sums) = (Fingerprint::default(), Fingerprint::default());
    on_tx!(tx, c => {
        let mut rows = sqlx::query_scalar::<_, String>(FACTS).bind(shop.0).fetch(c);
        while let Some(text) = rows.try_next().await? {
            let fact: buyer::Fact = from_json("fact of a buyer", &text)?;
            fact.iter().for_each(|(place, sum)| facts.add_buyers(place, sum));
        }
    });
    on_tx!(tx, c => {
        let mut rows = sqlx::query_as::<_, SumRow>(SUMS).bind(shop.0).fetch(c);
        while let Some(row) = rows.try_next().await? {
            let (place, sum) = row.read()?;
            sums.add_buyers(&place, &sum);
        }
    });
    Ok((facts, sums))
}
