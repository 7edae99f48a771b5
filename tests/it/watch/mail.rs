//! The owners are told once, reminded once a day, and told when it is over; and nobody else is.

use super::{live, minutes, seconds, sign_of_life};
use crate::support::rig::{BEGIN, Rig, TestClock, app_on, both, new_shop};
use crate::support::smtp::SmtpServer;
use comeback::app::access::{Role, save_user};
use comeback::app::shops;
use comeback::app::watch::Watcher;
use comeback::channels::email::Smtp;
use comeback::channels::{EmailMessage, Message};
use comeback::domain::ids::ShopId;
use jiff::SignedDuration;
use std::sync::Arc;

async fn person(rig: &Rig, email: &str, role: Role, only: Option<ShopId>) {
    save_user(&rig.app, &email.parse().expect("an address"), role, only, "correct horse battery").await.expect("a person");
}

fn mails(rig: &Rig) -> Vec<EmailMessage> {
    let mail = |(_, message)| match message {
        Message::Email(mail) => mail,
        other => panic!("{other:?} among the mails"),
    };
    rig.mails.all().into_iter().map(mail).collect()
}

/// Deliveries wait, since nobody works; the watch looks every minute.
async fn nobody_works(rig: &Rig, watcher: &Watcher, time: SignedDuration) {
    for _ in 0..time.as_mins() {
        rig.clock.advance(minutes(1));
        watcher.look(&rig.app).await.expect("a look");
    }
}

#[tokio::test]
async fn an_owner_is_told_once_reminded_after_a_day_and_told_when_it_is_over() {
    both(|rig| async move {
        person(&rig, "owner@acme.example", Role::Owner, None).await;
        person(&rig, "editor@acme.example", Role::Editor, None).await;
        let watcher = Watcher::new(&rig.app);
        live(&rig, &watcher, seconds(70), seconds(5)).await;
        assert_eq!(rig.mails.count(), 0, "nothing is wrong");
        rig.post("orders/create", "bad", "[]").await.expect("accepted");
        live(&rig, &watcher, minutes(60), minutes(1)).await;
        let told = mails(&rig);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].to.as_str(), told[0].subject.as_str()), ("owner@acme.example", "Acme: 1 new alarm"));
        let link = format!("http://127.0.0.1:8080/?shop={}", rig.shop.id);
        assert!(told[0].text.contains("NEW\n\n* Acme: 1 webhook is set aside.") && told[0].text.contains(&link), "{}", told[0].text);
        assert!(told[0].html.contains(&link) && told[0].unsubscribe_url.is_none());
        live(&rig, &watcher, SignedDuration::from_hours(23), minutes(30)).await;
        assert_eq!(rig.mails.count(), 1, "not again within a day");
        live(&rig, &watcher, minutes(90), minutes(10)).await;
        assert_eq!(mails(&rig).last().map(|m| m.subject.as_str()), Some("Acme: 1 alarm still stands"));
        let aside = comeback::db::deliveries::list(&rig.app.db, rig.shop.id, Some("set_aside"), None, 5).await.expect("deliveries");
        let mut tx = rig.app.db.begin().await.expect("transaction");
        comeback::db::deliveries::mark_applied(&mut tx, rig.shop.id, &[aside[0].id.0], (rig.app.new_id(), rig.app.now()))
            .await
            .expect("applied");
        tx.commit().await.expect("commit");
        live(&rig, &watcher, SignedDuration::from_hours(30), minutes(30)).await;
        let told = mails(&rig);
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[2].subject, "Acme: 1 alarm is over");
        // Mended after twenty-five and a half hours, and seen half an hour later.
        assert!(told[2].text.contains("OVER") && told[2].text.contains("lasted 26 hours"), "{}", told[2].text);
        rig
    })
    .await;
}

#[tokio::test]
async fn an_owner_is_told_in_their_language() {
    both(|rig| async move {
        person(&rig, "chefin@acme.example", Role::Owner, None).await;
        let owner = comeback::db::access::user_by_email(&rig.app.db, "chefin@acme.example").await.expect("asked").expect("a person");
        let mut tx = rig.app.db.begin().await.expect("transaction");
        comeback::db::team::set_look(&mut tx, owner.id, (Some("de"), None, None)).await.expect("chosen");
        tx.commit().await.expect("commit");
        let watcher = Watcher::new(&rig.app);
        live(&rig, &watcher, seconds(70), seconds(5)).await;
        rig.post("orders/create", "bad", "[]").await.expect("accepted");
        live(&rig, &watcher, minutes(60), minutes(1)).await;
        let told = mails(&rig);
        assert_eq!(told.iter().map(|m| m.subject.as_str()).collect::<Vec<_>>(), ["Acme: 1 neuer Alarm"]);
        assert!(
            told[0].text.contains("NEU\n\n* Acme: 1 Webhook ") && told[0].text.contains("Ein Alarm wird einmal gemeldet"),
            "{}",
            told[0].text
        );
        assert!(told[0].html.contains("<div lang=\"de\"") && !told[0].html.contains("Since"), "{}", told[0].html);
        rig
    })
    .await;
}

#[tokio::test]
async fn owners_are_told_of_their_own_stores_and_in_one_mail() {
    both(|rig| async move {
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "test").await.expect("a shop");
        person(&rig, "all@acme.example", Role::Owner, None).await;
        person(&rig, "first@acme.example", Role::Owner, Some(rig.shop.id)).await;
        person(&rig, "other@acme.example", Role::Owner, Some(other.id)).await;
        let watcher = Watcher::new(&rig.app);
        watcher.look(&rig.app).await.expect("a look");
        sign_of_life(&rig, "carts/update", 1).await;
        rig.post("carts/update", "two", "{}").await.expect("accepted");
        nobody_works(&rig, &watcher, minutes(20)).await;
        let told = mails(&rig);
        let to: Vec<&str> = told.iter().map(|m| m.to.as_str()).collect();
        assert!(to.contains(&"all@acme.example") && to.contains(&"first@acme.example") && !to.contains(&"other@acme.example"), "{to:?}");
        // The canary fails on the same worker, in the same run or the next: at most two mails each.
        assert!(told.len() <= 4, "{to:?}");
        rig.settle().await;
        rig
    })
    .await;
}

#[tokio::test]
async fn who_does_not_want_mails_gets_none_and_the_alarm_stands_all_the_same() {
    for engine in ["sqlite", "postgres"] {
        let rig = Rig::on(engine).await;
        person(&rig, "owner@acme.example", Role::Owner, None).await;
        let config = comeback::config::Config { watch_mail: false, ..rig.app.config.clone() };
        let quiet = comeback::app::App::new(comeback::app::Parts {
            db: rig.app.db.clone(),
            clock: rig.clock.clone(),
            random: crate::support::rig::TestRandom::seeded(5),
            config,
            master_key: [7; 32],
            channels: vec![rig.mails.clone()],
        });
        let watcher = Watcher::new(&quiet);
        rig.post("orders/create", "bad", "[]").await.expect("accepted");
        rig.settle().await;
        watcher.look(&quiet).await.expect("a look");
        assert_eq!((rig.mails.count(), super::active(&rig).await.len()), (0, 1));
    }
}

#[tokio::test]
async fn the_mail_goes_over_the_wire_as_a_programs_mail_without_a_shopper_in_it() {
    let clock = TestClock::at(BEGIN);
    let smtp = SmtpServer::start().await;
    let mail = Smtp::from_url(&smtp.url(), "hello@acme.example").expect("a channel");
    let (app, folder) = app_on("sqlite", &clock, vec![Arc::new(mail)]).await;
    let rig = Rig::around("sqlite", app, clock, folder).await;
    person(&rig, "owner@acme.example", Role::Owner, None).await;
    rig.post("orders/create", "bad", r#"{"id": 1, "email": "jo@example.com", "total_price": "oops"}"#).await.expect("accepted");
    rig.settle().await;
    Watcher::new(&rig.app).look(&rig.app).await.expect("a look");
    let received = smtp.messages();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].to, ["owner@acme.example"]);
    let text = String::from_utf8_lossy(&received[0].data).into_owned();
    for part in
        ["Auto-Submitted: auto-generated", "Subject: Acme: 1 new alarm", "From: Comeback <hello@acme.example>", "text/html", "text/plain"]
    {
        assert!(text.contains(part), "{part} is missing in: {text}");
    }
    assert!(!text.contains("List-Unsubscribe") && !text.contains("jo@"), "{text}");
}
