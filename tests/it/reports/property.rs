//! Sums that are kept as things change are those that are counted from the beginning, after whatever happened in whatever order.

use super::{PERSON, minutes, planted};
use crate::support::rig::{Rig, both};
use crate::support::shopper::{Shopper, with};
use comeback::app::links::{Given, Opened, Program, open};
use comeback::app::{ingest, plan, rollups, send};
use comeback::db::Db;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

const STEPS: usize = 70;
const SHOPPERS: u64 = 5;

/// Numbers that come out the same on every run (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn shopper(n: u64) -> Shopper {
    let names = ["Jo", "Ann", "Kim", "Pat", "Eva"];
    let number = i64::try_from(n).expect("small");
    let currency = if n == 4 { "EUR" } else { "USD" };
    Shopper { currency, ..Shopper::new(names[usize::try_from(n).expect("small") % names.len()], number + 1) }
}

/// Something happens in the store, to one of its shoppers.
pub async fn happens(rig: &Rig, dice: &mut Dice, key: usize) {
    let (one, now) = (shopper(dice.below(SHOPPERS)), rig.app.now());
    let again = one.again(i64::try_from(20 + dice.below(3)).expect("small"));
    let one = if dice.below(3) == 0 { again } else { one };
    let (topic, body) = match dice.below(9) {
        0 => ("carts/update", one.cart(now)),
        1 | 2 => ("checkouts/update", one.checkout(now)),
        3 => ("checkouts/update", one.anonymous(now)),
        4 => ("checkouts/update", with(one.checkout(now), json!({"cart_token": null, "customer_locale": "fr-CA"}))),
        5 => ("orders/create", one.order(now)),
        6 => ("orders/cancelled", with(one.order(now), json!({"cancelled_at": now}))),
        7 => ("refunds/create", one.refund(i64::try_from(key).expect("small"), "10.00", now)),
        _ if dice.below(4) == 0 => (
            "customers/redact",
            json!({"shop_domain": rig.shop.domain, "customer": {"id": one.customer, "email": one.email, "phone": one.phone}}),
        ),
        _ => ("checkouts/update", with(one.checkout(now), json!({"email": shopper(dice.below(SHOPPERS)).email}))),
    };
    rig.post(topic, &format!("step-{key}"), &body.to_string()).await.expect("accepted");
}

/// A worker does a little, or is killed at it.
pub async fn works(rig: &Rig, dice: &mut Dice) {
    match dice.below(7) {
        0 | 1 => drop(ingest::apply_due(&rig.app).await.expect("applied")),
        2 => drop(plan::plan_due(&rig.app).await.expect("planned")),
        3 => drop(send::send_due(&rig.app).await.expect("sent")),
        4 => {
            let _ = tokio::time::timeout(Duration::from_micros(200 + dice.below(20_000)), rollups::count_due(&rig.app)).await;
        }
        5 => drop(rollups::count_due(&rig.app).await.expect("counted")),
        _ if rig.mails.count() > 0 => {
            let (token, _) = rig.links();
            let _ = open(&rig.app, &Opened { link: Given::Token(&token), by: Program::named(PERSON) }).await;
        }
        _ => rig.clock.advance(minutes(30)),
    }
}

pub async fn texts(rig: &Rig, sql: &str) -> Vec<String> {
    let id = if rig.engine == "sqlite" { "LOWER(HEX(ID))" } else { "REPLACE(CAST(ID AS TEXT), '-', '')" };
    let sql = sqlx::AssertSqlSafe(
        sql.replace("CAMPAIGN", &id.replace("ID", "campaign_id"))
            .replace("CONTACT", &id.replace("ID", "contact_id"))
            .replace("CART", &id.replace("ID", "cart_id")),
    );
    match &rig.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
    }
    .expect("rows")
}

/// Everything that is counted, as lines of text.
async fn counted(rig: &Rig) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT CAMPAIGN || ' ' || dimension || ' ' || grain || ' ' || day || ' ' || value || ' ' || currency || ' ' || bucket || ': ' || carts || ' ' || abandoned
            || ' ' || nudged || ' ' || messages || ' ' || delivered || ' ' || clicked || ' ' || bought || ' ' || recovered || ' ' || orders || ' ' || gross_minor
            || ' ' || refunds_minor || ' ' || net_minor || ' ' || discount_minor || ' ' || cost_micros || ' ' || left_minor FROM rollups
            WHERE carts <> 0 OR orders <> 0 OR gross_minor <> 0 OR net_minor <> 0 OR cost_micros <> 0 OR left_minor <> 0 OR recovered <> 0",
        "SELECT basis || ' ' || grain || ' ' || span || ' ' || currency || ' ' || day || ': ' || buyers || ' ' || again || ' ' || orders || ' ' || net_minor
            FROM rollup_buyers WHERE buyers <> 0 OR net_minor <> 0",
        "SELECT CART || ' ' || day || ' ' || tags || ' ' || fact FROM report_carts",
        "SELECT CONTACT || ' ' || fact FROM report_buyers",
    ] {
        all.extend(texts(rig, sql).await);
    }
    all.sort_unstable();
    all
}

#[tokio::test]
async fn sums_kept_as_things_change_are_those_counted_from_the_beginning() {
    for seed in 1..=4 {
        both(|rig| async move {
            let mut dice = Dice(seed);
            for step in 0..STEPS {
                if dice.below(2) == 0 {
                    happens(&rig, &mut dice, step).await;
                } else {
                    works(&rig, &mut dice).await;
                }
                if step == STEPS / 2 && seed % 2 == 0 {
                    planted(&rig, "UPDATE shops SET timezone = 'Asia/Tokyo'").await;
                }
                rig.clock.advance(SignedDuration::from_secs(i64::try_from(dice.below(1800)).expect("small")));
            }
            rig.settle().await;
            let kept = counted(&rig).await;
            for table in ["report_states", "report_carts", "report_buyers", "report_labels", "rollups", "rollup_buyers"] {
                planted(&rig, &format!("DELETE FROM {table}")).await;
            }
            rig.settle().await;
            assert!(kept.len() > 100, "seed {seed}: something was counted");
            assert_eq!(kept, counted(&rig).await, "{}: seed {seed}", rig.engine);
            rig
        })
        .await;
    }
}
