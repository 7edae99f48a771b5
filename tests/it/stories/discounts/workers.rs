//! However many workers, and in whatever order they do what they do: no code twice, and none but one for a cart and step.

use super::{beside, campaign, code_in, ends, hours, leaves, minutes, shopper, ten_percent};
use crate::support::rig::Rig;
use comeback::app::send;
use comeback::channels::Message;
use comeback::db::Tx;
use comeback::db::discounts::{Given, Key, give, give_back, spare};
use comeback::db::lists::ListedNudge;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Chance that comes out the same on every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % (n as u64)).expect("small")
    }
}

#[tokio::test]
async fn many_workers_at_once_give_each_message_a_code_of_its_own() {
    for engine in ["sqlite", "postgres"] {
        let (rig, store) = beside(engine, campaign(ten_percent())).await;
        for n in 0..30 {
            let body = shopper(n).checkout(rig.app.now()).to_string();
            rig.post("checkouts/update", &format!("key-{n}"), &body).await.expect("accepted");
        }
        rig.pass(hours(23) + minutes(50)).await;
        rig.clock.advance(minutes(20));
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let app = Arc::clone(&rig.app);
                tokio::spawn(async move { send::send_due(&app).await.expect("sent") })
            })
            .collect();
        for worker in workers {
            worker.await.expect("a worker");
        }
        let codes: Vec<String> =
            rig.mails.all().iter().filter_map(|(_, m)| if let Message::Email(m) = m { code_in(m) } else { None }).collect();
        let distinct: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (30, 30), "{engine}: more than the least, since so many were due soon");
        assert!(codes.iter().all(|c| store.codes().contains(c)), "{engine}");
        ends(&rig).await;
    }
}

/// Two transactions that are open at the same time, each with nudges of its own, as leases have it.
struct Worker {
    tx: Option<Tx>,
    nudges: Vec<ListedNudge>,
    took: Vec<String>,
}

/// One seed: steps of two workers in any order. What was given, by nudge.
async fn interleaved(rig: &Rig, key: &Key, nudges: &[ListedNudge], seed: u64) -> BTreeMap<uuid::Uuid, String> {
    let mut dice = Dice(seed);
    let (now, shop) = (rig.app.now(), rig.shop.id);
    let promised = now + SignedDuration::from_hours(72);
    let mut waiting: Vec<ListedNudge> = nudges.to_vec();
    let mut workers: Vec<Worker> = (0..2).map(|_| Worker { tx: None, nudges: Vec::new(), took: Vec::new() }).collect();
    let mut given: BTreeMap<uuid::Uuid, String> = BTreeMap::new();
    for _ in 0..200 {
        let worker = &mut workers[dice.below(2)];
        match (worker.tx.take(), dice.below(3)) {
            (None, _) if waiting.is_empty() => {}
            (None, _) => {
                let mut tx = rig.app.db.begin().await.expect("begun");
                worker.nudges = waiting.split_off(waiting.len().saturating_sub(1 + dice.below(3)));
                let most = i64::try_from(worker.nudges.len()).expect("few");
                let held = spare(&mut tx, shop, key, promised, most).await.expect("held");
                worker.took = held.into_iter().map(|s| s.code).collect();
                worker.tx = Some(tx);
            }
            // It dies: what it did is undone, and its nudges wait again.
            (Some(tx), 0) => {
                tx.rollback().await.expect("undone");
                waiting.append(&mut worker.nudges);
            }
            (Some(mut tx), 1) => {
                let mut done = Vec::new();
                for (nudge, code) in worker.nudges.iter().zip(&worker.took) {
                    let new = Given { code: code.clone(), cart_id: nudge.cart_id, nudge_id: nudge.id, at: now, ends_at: promised };
                    assert!(give(&mut tx, shop, &new).await.expect("given"), "{code} was held");
                    done.push((nudge.id.0, code.clone()));
                }
                tx.commit().await.expect("kept");
                let left = worker.nudges.split_off(done.len());
                waiting.extend(left);
                given.extend(done);
            }
            (tx, _) => worker.tx = tx,
        }
    }
    for tx in workers.into_iter().filter_map(|w| w.tx) {
        tx.rollback().await.expect("undone");
    }
    given
}

#[tokio::test]
async fn no_interleaving_of_two_workers_gives_a_code_twice_or_two_codes_to_one_cart_and_step() {
    let (rig, _store) = beside("postgres", campaign(ten_percent())).await;
    for n in 0..12 {
        leaves(&rig, &shopper(n)).await;
    }
    rig.pass(hours(2)).await;
    let mut nudges = rig.nudges().await;
    nudges.retain(|n| n.step == 1);
    assert_eq!(nudges.len(), 12);
    let key = Key { campaign_id: rig.campaign, step: 1, offer: ten_percent() };
    for seed in 0..40 {
        let given = interleaved(&rig, &key, &nudges, seed).await;
        let distinct: std::collections::BTreeSet<&String> = given.values().collect();
        assert_eq!(distinct.len(), given.len(), "seed {seed}: {given:?}");
        let stored = super::count(&rig, "given").await;
        assert_eq!(stored, given.len(), "seed {seed}");
        take_back(&rig).await;
    }
    ends(&rig).await;
}

/// As if none of the messages had left: for the next seed.
async fn take_back(rig: &Rig) {
    let mut tx = rig.app.db.begin().await.expect("begun");
    assert_eq!(give_back(&mut tx, rig.shop.id).await.expect("asked"), 0, "their messages may still leave");
    tx.commit().await.expect("kept");
    let comeback::db::Db::Postgres(pool) = &rig.app.db else { panic!("on PostgreSQL") };
    let sql =
        "UPDATE discount_codes SET state = 'free', cart_id = NULL, nudge_id = NULL, given_at = NULL, ends_at = NULL WHERE state = 'given'";
    sqlx::query(sql).execute(pool).await.expect("taken back");
}
