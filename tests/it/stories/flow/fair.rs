//! Stores beside each other: one with very many messages, one whose provider takes its time.

use super::{another, become_due, due, leave, senders, set};
use crate::support::rig::{BEGIN, Rig, TestClock, app_on};
use async_trait::async_trait;
use comeback::app::send;
use comeback::channels::{Channel, Message, Outcome};
use comeback::db::Tx;
use comeback::domain::event::ChannelKind;
use comeback::domain::policy::Policy;
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

const MANY: usize = 3_000;

/// Makes many of the one cart that is due, each with its own enrolment and message.
async fn multiply(rig: &Rig) {
    let ids = match rig.engine {
        "sqlite" => format!(
            "CREATE TEMP TABLE many_ids AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT randomblob(16) AS x FROM n"
        ),
        _ => format!("CREATE TEMP TABLE many_ids AS SELECT gen_random_uuid() AS x FROM generate_series(1, {MANY})"),
    };
    let mut all = vec![ids];
    let step = |table: &str, keys: &str, which: &str| {
        [
            format!("CREATE TEMP TABLE many AS SELECT t.*, i.x FROM {table} t, many_ids i WHERE {which}"),
            format!("UPDATE many SET {keys}"),
            "ALTER TABLE many DROP COLUMN x".to_owned(),
            format!("INSERT INTO {table} SELECT * FROM many"),
            "DROP TABLE many".to_owned(),
        ]
    };
    let shop = "t.shop_id = (SELECT id FROM shops WHERE domain = 'acme.myshopify.com')";
    all.extend(step("carts", "id = x", shop));
    all.extend(step("enrolments", "id = x, cart_id = x", shop));
    all.extend(step("nudges", "id = x, enrolment_id = x, cart_id = x", &format!("{shop} AND t.step = 0")));
    all.push("DROP TABLE many_ids".to_owned());
    let mut tx = rig.app.db.begin().await.expect("begun");
    for sql in all {
        let sql = AssertSqlSafe(sql);
        match &mut tx {
            Tx::Sqlite(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.expect("copied")),
            Tx::Postgres(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.expect("copied")),
        }
    }
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_store_with_very_many_due_messages_does_not_delay_the_ten_of_another() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        // All of them are to one person.
        set(&rig, rig.shop.id, Policy { caps: Vec::new(), ..Policy::default() }).await;
        let small = another(&rig, "small.myshopify.com", "Small").await;
        leave(&rig, &rig.shop, 1).await;
        for n in 0..10 {
            leave(&rig, &small, 10 + n).await;
        }
        become_due(&rig).await;
        // Last: while time passes, what is due leaves.
        multiply(&rig).await;
        send::send_due(&rig.app).await.expect("sent");
        let by = senders(&rig);
        let last = by.iter().rposition(|name| name == "Small").expect("they left");
        assert_eq!(by.iter().filter(|name| *name == "Small").count(), 10, "{engine}");
        assert!(last < 400, "{engine}: the last of the ten was number {last}");
        assert!(by.len() > 900, "{engine}: and the many go on: {}", by.len());
        rig.app.db.close().await;
    }
}

/// A provider that takes its time for one store's messages.
#[derive(Default)]
struct SlowForOne {
    asked: Notify,
    answers: Notify,
    others: AtomicUsize,
    other: Notify,
}

#[async_trait]
impl Channel for SlowForOne {
    fn name(&self) -> &'static str {
        "slow-for-one"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Email(mail) = message else { return Outcome::unknown("no mail") };
        if mail.from_name.as_deref() == Some("Acme") {
            self.asked.notify_one();
            self.answers.notified().await;
        } else {
            self.others.fetch_add(1, Ordering::SeqCst);
            self.other.notify_one();
        }
        Outcome::Accepted { provider_id: None }
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

#[tokio::test]
async fn a_provider_that_takes_its_time_for_one_store_holds_up_no_other_not_even_a_later_one() {
    for engine in ["sqlite", "postgres"] {
        let (clock, slow) = (TestClock::at(BEGIN), Arc::new(SlowForOne::default()));
        let (app, folder) = app_on(engine, &clock, vec![slow.clone()]).await;
        let rig = Rig::around(engine, app, clock, folder).await;
        let other = another(&rig, "other.myshopify.com", "Other").await;
        due(&rig, 1).await;
        let (stop, stopped) = oneshot::channel::<()>();
        let app = Arc::clone(&rig.app);
        let worker = tokio::spawn(async move {
            let stopped = async move { drop(stopped.await) };
            send::keep_sending(app, Duration::from_millis(5), stopped, |error| panic!("{error}")).await;
        });
        slow.asked.notified().await;
        // It is in hand and not answered: what another store's shopper left is planned and sent meanwhile.
        leave(&rig, &other, 7).await;
        comeback::app::ingest::apply_due(&rig.app).await.expect("applied");
        rig.clock.advance(jiff::SignedDuration::from_mins(11));
        comeback::app::plan::plan_due(&rig.app).await.expect("planned");
        rig.clock.advance(jiff::SignedDuration::from_mins(60));
        slow.other.notified().await;
        assert_eq!(slow.others.load(Ordering::SeqCst), 1, "{engine}");
        // On stopping, what is on its way is seen to its end.
        stop.send(()).expect("it runs");
        slow.answers.notify_one();
        worker.await.expect("a worker");
        assert!(!comeback::db::nudges::any_in_flight(&rig.app.db, rig.shop.id).await.expect("asked"), "{engine}");
        rig.app.db.close().await;
    }
}
