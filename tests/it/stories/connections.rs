//! Connections that come back to their pool in the middle of something: whoever gets them next must not suffer for it.

use crate::support::postgres;
use crate::support::proxy::Held;
use crate::support::rig::{BEGIN, Rig, TestClock, app_at};
use crate::support::shopper::Shopper;
use comeback::app::ingest;
use comeback::db::{self, Db};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn whoever_goes_away_while_a_transaction_begins_takes_no_acknowledged_delivery_along() {
    let armed = Arc::new(AtomicBool::new(false));
    let (held, mut is_held) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let (trap, may_go_on) = (Arc::clone(&armed), Mutex::new(may_go_on));
    let database = postgres::database();
    let line = Held::to(&database, move || {
        if trap.swap(false, Ordering::SeqCst) {
            held.send(()).expect("the story listens");
            may_go_on.lock().expect("one line").recv().expect("the story goes on");
        }
        true
    });
    let clock = TestClock::at(BEGIN);
    let app = app_at(&line.url, &clock, Vec::new()).await;
    let rig = Rig::around("postgres", app, clock, None).await;
    let Db::Postgres(pool) = &rig.app.db else { panic!("PostgreSQL") };
    // Connections that come back are looked after before they can be taken again: what the line holds must be the BEGIN.
    while pool.num_idle() < pool.size() as usize {
        tokio::task::yield_now().await;
    }
    armed.store(true, Ordering::SeqCst);
    tokio::select! {
        _ = rig.app.db.begin() => panic!("the line holds it"),
        _ = is_held.recv() => {}
    }
    go_on.send(()).expect("the line waits");
    rig.post("checkouts/update", "k", &Shopper::new("Jo", 1).checkout(rig.app.now()).to_string()).await.expect("accepted");
    let witness = Db::connect(&database).await.expect("another connection");
    assert_eq!(db::deliveries::list(&witness, rig.shop.id, None, None, 10).await.expect("listed").len(), 1, "it is committed");
}

#[tokio::test]
async fn once_a_full_disk_has_room_again_work_goes_on() {
    let rig = Rig::on("sqlite").await;
    for n in 0..40 {
        let body = Shopper::new("Jo", n).checkout(rig.app.now()).to_string();
        rig.post("checkouts/update", &format!("key-{n}"), &body).await.expect("accepted");
    }
    let Db::Sqlite { write, .. } = &rig.app.db else { panic!("SQLite") };
    let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count").fetch_one(write).await.expect("a count");
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 1))).execute(write).await.expect("set");
    assert!(ingest::apply_due(&rig.app).await.is_err(), "there is no room");
    sqlx::query("PRAGMA max_page_count = 4294967294").execute(write).await.expect("set");
    assert_eq!(ingest::apply_due(&rig.app).await.expect("there is room"), 40);
    rig.at_rest().await;
}
