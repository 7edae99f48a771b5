//! What is in hand when something stops: a worker that sleeps through its lease, an order that comes while nobody can be asked, a transaction on a full disk.

use crate::support::postgres;
use crate::support::proxy::Proxy;
use crate::support::rig::{BEGIN, Rig, TestClock, app_at, app_on, both};
use crate::support::shopper::Shopper;
use async_trait::async_trait;
use comeback::app::ingest::IntakeError;
use comeback::app::{AppError, send};
use comeback::channels::{Channel, Message, Outcome};
use comeback::db::{Db, Tx};
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A provider that greets, takes its time, and only then is handed the message.
#[derive(Default)]
struct Slow {
    greeted: Notify,
    answers: Notify,
    handed_over: AtomicBool,
}

#[async_trait]
impl Channel for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, _: &Message) -> Outcome {
        self.greeted.notify_one();
        self.answers.notified().await;
        self.handed_over.store(true, Ordering::Release);
        Outcome::Accepted { provider_id: None }
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

/// Jo has left, and the mail is due in this very moment.
async fn due(rig: &Rig) {
    let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
    rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(10)).await;
    rig.clock.advance(SignedDuration::from_hours(1));
}

fn working(rig: &Rig) -> JoinHandle<Result<usize, AppError>> {
    let app = Arc::clone(&rig.app);
    tokio::spawn(async move { send::send_due(&app).await })
}

/// A worker is in the middle of handing over, and the world stops for so long. Was the message handed over, and what does its nudge say then?
async fn stopped_for(engine: &'static str, time: SignedDuration) -> (bool, &'static str) {
    let (clock, slow) = (TestClock::at(BEGIN), Arc::new(Slow::default()));
    let (app, folder) = app_on(engine, &clock, vec![slow.clone()]).await;
    let rig = Rig::around(engine, app, clock, folder).await;
    due(&rig).await;
    let worker = working(&rig);
    slow.greeted.notified().await;
    rig.clock.advance(time);
    slow.answers.notify_one();
    worker.await.expect("a worker").expect("sent");
    rig.at_rest().await;
    let state = rig.nudge_states().await[0].1;
    rig.app.db.close().await;
    (slow.handed_over.load(Ordering::Acquire), state)
}

#[tokio::test]
async fn a_worker_that_wakes_after_its_lease_hands_nothing_over() {
    for engine in ["sqlite", "postgres"] {
        assert_eq!(stopped_for(engine, SignedDuration::from_mins(2)).await, (true, "sent"), "{engine}: its lease stands");
        assert_eq!(stopped_for(engine, SignedDuration::from_mins(3)).await, (false, "unknown"), "{engine}: its lease is over");
    }
}

#[tokio::test]
async fn a_message_that_was_taken_while_the_database_was_away_is_recorded_when_it_is_back() {
    let (clock, slow) = (TestClock::at(BEGIN), Arc::new(Slow::default()));
    let proxy = Proxy::to(&postgres::database()).await;
    let rig = Rig::around("postgres", app_at(&proxy.url, &clock, vec![slow.clone()]).await, clock, None).await;
    due(&rig).await;
    let worker = working(&rig);
    slow.greeted.notified().await;
    proxy.cut();
    slow.answers.notify_one();
    // The worker has begun to record by then, and met the same refusal.
    while !slow.handed_over.load(Ordering::Acquire) {
        tokio::task::yield_now().await;
    }
    assert!(rig.app.db.begin().await.is_err(), "the database is away");
    proxy.mend();
    worker.await.expect("a worker").expect("sent");
    assert_eq!(rig.nudge_states().await[0].1, "sent");
    rig.at_rest().await;
}

/// Takes the nudges away, or brings them back: nobody can say whether one is in flight.
async fn rename(rig: &Rig, from: &str, to: &str) {
    let sql = sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"));
    match &rig.app.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.expect("renamed")),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.expect("renamed")),
    }
}

#[tokio::test]
async fn an_order_is_not_acknowledged_while_nobody_can_say_whether_a_message_is_in_flight() {
    both(|rig| async move {
        let order = Shopper::new("Jo", 1).order(rig.app.now()).to_string();
        rename(&rig, "nudges", "nudges_away").await;
        let refused = rig.post("orders/create", "order-1", &order).await;
        assert!(matches!(refused, Err(IntakeError::Unavailable(_))), "{refused:?}");
        rename(&rig, "nudges_away", "nudges").await;
        rig.post("orders/create", "order-1", &order).await.expect("the platform sends it again");
        let stored = comeback::db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 9).await.expect("listed");
        assert_eq!(stored.len(), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn after_sqlite_has_undone_a_transaction_by_itself_everything_goes_on_without_a_restart() {
    let rig = Rig::on("sqlite").await;
    let Tx::Sqlite(mut tx) = rig.app.db.begin().await.expect("begun") else { panic!("an SQLite transaction") };
    // As it does when the disk is full at a commit.
    let undone = sqlx::query("INSERT OR ROLLBACK INTO shops SELECT * FROM shops").execute(&mut *tx).await;
    assert!(undone.is_err_and(|e| e.to_string().contains("UNIQUE")));
    drop(tx);
    rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(rig.mails.count(), 1);
    rig.at_rest().await;
}
