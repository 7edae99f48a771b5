//! Lists leave and come in beside everything else: whole, once, and whatever happens to the worker.

use super::{WHO, audited};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::AppError;
use comeback::app::erase::by_address;
use comeback::app::files::import::Brought;
use comeback::app::files::lists::{List, ListFormat};
use comeback::app::files::{jobs, work};
use comeback::db;
use comeback::db::file_jobs::{FileJob, Held, JobState, Reached};
use comeback::domain::event::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

async fn ask(rig: &Rig, list: List, format: ListFormat) -> Uuid {
    let period = (Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 55), rig.app.now() + SignedDuration::from_hours(1));
    jobs::ask_export(&rig.app, rig.shop.id, (list, format), period, WHO).await.expect("asked")
}

async fn bring(rig: &Rig, name: &str, text: &str) -> Uuid {
    jobs::ask_import(&rig.app, rig.shop.id, Brought::Suppressions, (name, text.as_bytes()), WHO).await.expect("asked")
}

async fn job(rig: &Rig, id: Uuid) -> FileJob {
    db::file_jobs::get(&rig.app.db, rig.shop.id, id).await.expect("asked").expect("a job")
}

/// Works until no file waits.
async fn work_all(rig: &Rig) {
    while work::run_next(&rig.app).await.expect("worked") {}
}

async fn made(rig: &Rig, id: Uuid) -> String {
    let job = jobs::open(&rig.app, rig.shop.id, id, WHO).await.expect("it is there");
    let (mut bytes, mut place) = (Vec::new(), 0);
    while let Some(part) = jobs::part(&rig.app, &job, place).await.expect("a part") {
        bytes.extend(part);
        place += 1;
    }
    assert_eq!(i64::try_from(bytes.len()), Ok(job.reached.bytes), "{}: as long as it says", rig.engine);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A worker takes the next file, and dies.
async fn taken_by_the_dead(rig: &Rig) -> FileJob {
    let mut tx = rig.app.db.begin().await.expect("begun");
    let now = rig.app.now();
    let job = db::file_jobs::take(&mut tx, "the dead", (now, now + SignedDuration::from_secs(60))).await.expect("asked").expect("a job");
    tx.commit().await.expect("taken");
    job
}

async fn forbidden(rig: &Rig) -> Vec<String> {
    let all = db::people::suppressions(&rig.app.db, rig.shop.id, (Timestamp::UNIX_EPOCH, 0), 2000).await.expect("suppressions");
    all.into_iter().map(|s| s.address).collect()
}

/// So many lines of addresses that must not be written to, one of them wrong.
fn addresses(count: usize) -> String {
    let lines = (0..count).map(|n| if n == 250 { "email,nonsense,x\n".to_owned() } else { format!("email,a{n}@example.com,asked\n") });
    std::iter::once("channel,address,reason\n".to_owned()).chain(lines).collect()
}

#[tokio::test]
async fn a_list_is_made_in_the_background_taken_along_and_deleted_after_a_day() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        let (people, carts) = (ask(&rig, List::Contacts, ListFormat::Csv).await, ask(&rig, List::Carts, ListFormat::Jsonl).await);
        let columns = ask(&rig, List::Carts, ListFormat::Parquet).await;
        assert_eq!(job(&rig, people).await.state, JobState::Waiting);
        assert!(matches!(jobs::open(&rig.app, rig.shop.id, people, WHO).await, Err(AppError::NotFound(_))), "{}: not yet", rig.engine);
        work_all(&rig).await;
        let text = made(&rig, people).await;
        assert!(
            text.starts_with("contact_id,email,") && text.contains("jo@example.com") && text.lines().count() == 2,
            "{}: {text}",
            rig.engine
        );
        let text = made(&rig, carts).await;
        let cart: serde_json::Value = serde_json::from_str(&text).expect("one line of JSON");
        assert_eq!(cart["cart_id"].as_str(), Some(rig.cart().await.id.to_string().as_str()));
        assert!(made(&rig, columns).await.starts_with("PAR1"));
        assert_eq!(audited(&rig, "file.download").await, ["contacts.csv", "carts.jsonl", "carts.parquet"]);

        rig.clock.advance(SignedDuration::from_hours(25));
        assert!(matches!(jobs::open(&rig.app, rig.shop.id, people, WHO).await, Err(AppError::NotFound(_))), "{}: over", rig.engine);
        assert_eq!(jobs::forget_old(&rig.app).await.expect("deleted"), 3);
        assert!(db::file_jobs::part(&rig.app.db, rig.shop.id, (people, 0)).await.expect("asked").is_none(), "{}: gone", rig.engine);
        assert_eq!(job(&rig, people).await.state, JobState::Done, "that there was one is told");
        rig.clock.advance(SignedDuration::from_hours(24 * 31));
        jobs::forget_old(&rig.app).await.expect("forgotten");
        assert!(db::file_jobs::list(&rig.app.db, rig.shop.id).await.expect("asked").is_empty());
        rig
    })
    .await;
}

#[tokio::test]
async fn a_list_whose_worker_died_is_made_anew_and_the_dead_one_adds_nothing() {
    both(|rig| async move {
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        let id = ask(&rig, List::Contacts, ListFormat::Csv).await;
        taken_by_the_dead(&rig).await;
        let held = Held { shop: rig.shop.id, id, holder: "the dead" };
        let mut tx = rig.app.db.begin().await.expect("begun");
        db::file_jobs::put_part(&mut tx, rig.shop.id, (id, 0), b"half of a ").await.expect("kept");
        tx.commit().await.expect("kept");
        assert!(!work::run_next(&rig.app).await.expect("looked"), "{}: it is held", rig.engine);
        rig.clock.advance(SignedDuration::from_secs(61));
        work_all(&rig).await;
        let text = made(&rig, id).await;
        assert!(text.starts_with("contact_id,") && text.lines().count() == 2, "{}: {text}", rig.engine);
        let mut tx = rig.app.db.begin().await.expect("begun");
        let until = rig.app.now() + SignedDuration::from_secs(60);
        assert!(!db::file_jobs::note(&mut tx, held, &Reached::default(), until).await.expect("asked"), "{}: not its own", rig.engine);
        assert!(!db::file_jobs::end(&mut tx, held, Some("late"), (rig.app.now(), None)).await.expect("asked"));
        tx.rollback().await.expect("nothing");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_file_is_taken_in_line_by_line_and_bad_lines_are_told() {
    both(|rig| async move {
        let id = bring(&rig, "C:\\lists\\no more.csv", &addresses(450)).await;
        work_all(&rig).await;
        let done = job(&rig, id).await;
        assert_eq!((done.state, done.name.as_str(), done.resumed), (JobState::Done, "no more.csv", false), "{}: {done:?}", rig.engine);
        assert_eq!((done.reached.done, done.reached.of_all), (450, Some(450)));
        assert_eq!((done.reached.taken, done.reached.known, done.reached.refused), (449, 0, 1));
        assert!(
            done.reached.faults.len() == 1 && done.reached.faults[0].starts_with("no more.csv line 252: address:"),
            "{:?}",
            done.reached.faults
        );
        assert_eq!(forbidden(&rig).await.len(), 449);
        assert!(
            db::file_jobs::part(&rig.app.db, rig.shop.id, (id, 0)).await.expect("asked").is_none(),
            "{}: what came is deleted",
            rig.engine
        );
        let again = bring(&rig, "no more.csv", &addresses(450)).await;
        work_all(&rig).await;
        let done = job(&rig, again).await;
        assert_eq!((done.reached.taken, done.reached.known, done.reached.refused), (0, 449, 1), "{}: twice is once", rig.engine);
        let broken = bring(&rig, "empty.csv", "\n\n").await;
        work_all(&rig).await;
        let failed = job(&rig, broken).await;
        assert!(failed.state == JobState::Failed && failed.problem.is_some_and(|why| why.contains("first line")), "{}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_file_whose_worker_died_on_the_way_is_taken_to_its_end_and_no_line_twice() {
    both(|rig| async move {
        let id = bring(&rig, "list.csv", &addresses(450)).await;
        let dead = taken_by_the_dead(&rig).await;
        // The dead one took the first portion in, and said so; and the second, without saying so any more.
        let lines = addresses(450);
        for (n, line) in lines.lines().skip(1).enumerate().take(400).filter(|(n, _)| *n != 250) {
            let address = line.split(',').nth(1).expect("an address");
            let mut tx = rig.app.db.begin().await.expect("begun");
            let new =
                db::messages::forbid(&mut tx, rig.shop.id, (ChannelKind::Email, address), "asked", rig.app.now()).await.expect("forbidden");
            assert!(new, "{n}");
            let asked = db::requests::Asked::Suppress { channel: ChannelKind::Email, address, reason: "asked" };
            db::requests::insert(&mut tx, rig.shop.id, (rig.app.new_id(), rig.app.now()), asked).await.expect("kept");
            tx.commit().await.expect("committed");
        }
        let held = Held { shop: rig.shop.id, id, holder: "the dead" };
        let reached = Reached { done: 200, of_all: Some(450), taken: 200, ..dead.reached };
        let mut tx = rig.app.db.begin().await.expect("begun");
        assert!(db::file_jobs::note(&mut tx, held, &reached, rig.app.now() + SignedDuration::from_secs(60)).await.expect("noted"));
        tx.commit().await.expect("committed");
        rig.clock.advance(SignedDuration::from_secs(61));
        work_all(&rig).await;
        let done = job(&rig, id).await;
        assert!(done.state == JobState::Done && done.resumed, "{}: {done:?}", rig.engine);
        assert_eq!((done.reached.done, done.reached.taken, done.reached.known, done.reached.refused), (450, 250, 199, 1), "{}", rig.engine);
        assert_eq!(forbidden(&rig).await.len(), 449, "{}: each once", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_is_broken_off_stops_and_only_so_many_files_are_under_way() {
    both(|rig| async move {
        let id = bring(&rig, "list.csv", &addresses(450)).await;
        taken_by_the_dead(&rig).await;
        jobs::cancel(&rig.app, rig.shop.id, id, WHO).await.expect("broken off");
        assert!(matches!(jobs::cancel(&rig.app, rig.shop.id, id, WHO).await, Err(AppError::Conflict(_))), "{}: once is enough", rig.engine);
        rig.clock.advance(SignedDuration::from_secs(61));
        work_all(&rig).await;
        assert_eq!((job(&rig, id).await.state, forbidden(&rig).await.len()), (JobState::Cancelled, 0), "{}", rig.engine);
        for _ in 0..5 {
            ask(&rig, List::Orders, ListFormat::Csv).await;
        }
        let refused = jobs::ask_import(&rig.app, rig.shop.id, Brought::Contacts, ("a.csv", b"email\n"), WHO).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{}: {refused:?}", rig.engine);
        let all = work_all(&rig);
        all.await;
        let too_long = vec![b'x'; jobs::UPLOAD_MAX + 1];
        let refused = jobs::ask_import(&rig.app, rig.shop.id, Brought::Contacts, ("a.csv", &too_long), WHO).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{}: {refused:?}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_file_that_may_name_somebody_who_is_erased_is_deleted_with_them() {
    both(|rig| async move {
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        let id = ask(&rig, List::Contacts, ListFormat::Csv).await;
        work_all(&rig).await;
        assert!(made(&rig, id).await.contains("jo@example.com"));
        by_address::erase(&rig.app, rig.shop.id, "jo@example.com", WHO).await.expect("erased");
        assert!(matches!(jobs::open(&rig.app, rig.shop.id, id, WHO).await, Err(AppError::NotFound(_))), "{}", rig.engine);
        assert!(db::file_jobs::part(&rig.app.db, rig.shop.id, (id, 0)).await.expect("asked").is_none());
        rig
    })
    .await;
}
