//! Figures by mail: to whoever wants them, each once, whatever the workers live through.

use crate::support::rig::{BEGIN, Rig, TestClock, app_on, both};
use crate::support::shopper::Shopper;
use crate::support::smtp::SmtpServer;
use comeback::app::access::{Role, save_user};
use comeback::app::digest;
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::channels::email::Smtp;
use comeback::channels::{EmailMessage, Fault, Message, Outcome};
use comeback::db::digests::{self, Which, Wish};
use comeback::domain::digest::Rhythm;
use comeback::domain::ids::ShopId;
use jiff::SignedDuration;
use std::sync::Arc;
use uuid::Uuid;

const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn person(rig: &Rig, email: &str, role: Role, only: Option<ShopId>) -> Uuid {
    save_user(&rig.app, &email.parse().expect("an address"), role, only, "correct horse battery").await.expect("a person").id
}

async fn wants(rig: &Rig, user: Uuid, rhythm: Rhythm) {
    digest::set_wish(&rig.app, rig.shop.id, (user, rhythm), true).await.expect("wished");
}

/// Jo leaves, is reminded, comes back, pays 50.00 and gets 12.50 back.
async fn recovered(rig: &Rig) {
    let jo = Shopper::new("Jo", 1);
    rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(75)).await;
    let (token, _) = rig.links();
    let click = Opened { link: Given::Token(&token), by: Program::named(PERSON) };
    assert!(matches!(open(&rig.app, &click).await, Ok(Leads::To(_))));
    rig.clock.advance(SignedDuration::from_mins(3));
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
    rig.clock.advance(SignedDuration::from_mins(3));
    rig.tell("refunds/create", &jo.refund(77, "12.50", rig.app.now())).await;
}

fn at(rig: &Rig, instant: &str) {
    rig.clock.set(instant.parse().expect("an instant"));
}

/// Mails to the store's people.
fn to_people(rig: &Rig) -> Vec<EmailMessage> {
    let mails = rig.mails.all().into_iter().filter_map(|(_, message)| if let Message::Email(mail) = message { Some(mail) } else { None });
    mails.filter(|mail| mail.to.as_str().ends_with("@acme.example")).collect()
}

#[tokio::test]
async fn the_weeks_figures_come_once_on_monday_at_eight_and_equal_the_report() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        person(&rig, "editor@acme.example", Role::Editor, None).await;
        recovered(&rig).await;
        wants(&rig, owner, Rhythm::Weekly).await;
        // 2026-07-06 is a Monday; the store is in New York, four hours behind.
        at(&rig, "2026-07-06T11:59:00Z");
        assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0, "a minute early");
        at(&rig, "2026-07-06T12:00:00Z");
        assert_eq!(digest::send_due(&rig.app).await.expect("sent"), 1);
        for later in ["2026-07-06T12:01:00Z", "2026-07-08T12:00:00Z"] {
            at(&rig, later);
            assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0, "once");
        }
        let mails = to_people(&rig);
        assert_eq!(mails.len(), 1, "the editor wants none");
        let mail = &mails[0];
        assert_eq!(mail.to.as_str(), "owner@acme.example");
        assert_eq!(mail.subject, "Acme: 37.50 USD recovered, 29 Jun to 5 Jul 2026");
        let (orders, _, refunds, net) = rig.credited().await;
        assert_eq!((orders, refunds, net), (1, 1_250, 3_750), "as the report says");
        for line in [
            "Net recovered revenue: 37.50 USD (before: no data)",
            "Of this, caused by the messages: nobody to compare with",
            "Orders: 1 (before: 0)",
            "Refunds: 12.50 USD",
            "Carts abandoned: 100.0 % (1 of 1, few) (before: no data)",
            "Carts recovered: 100.0 % (1 of 1, few)",
            "Checkout recovery: 37.50 USD (1 credited)",
            "\nNet: Gross less refunds.",
        ] {
            assert!(mail.text.contains(line), "{line} in {}", mail.text);
        }
        assert!(!mail.text.contains("example.com") && !mail.html.contains("example.com"), "nothing of a shopper");
        assert!(mail.html.len() < 90_000, "mail programs cut at 102 kB: {}", mail.html.len());
        assert_eq!(mail.pictures.len(), 2);
        for picture in &mail.pictures {
            assert!(mail.html.contains(&format!("cid:{}", picture.name)) && picture.png.starts_with(b"\x89PNG"), "{}", picture.name);
            assert!(picture.png.len() < 60_000, "{} has {} bytes", picture.name, picture.png.len());
        }
        assert!(mail.html.contains("the best was 1 Jul with 37.50 USD"), "said to those who don't see it");
        rig
    })
    .await;
}

#[tokio::test]
async fn two_workers_send_it_once_and_who_wants_none_any_more_gets_none() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        let other = person(&rig, "other@acme.example", Role::Owner, None).await;
        let elsewhere = person(&rig, "elsewhere@acme.example", Role::Owner, None).await;
        for user in [owner, other, elsewhere] {
            wants(&rig, user, Rhythm::Weekly).await;
        }
        digest::set_wish(&rig.app, rig.shop.id, (other, Rhythm::Weekly), false).await.expect("no more");
        // Since then she sees another store only.
        person(&rig, "elsewhere@acme.example", Role::Owner, Some(ShopId(Uuid::from_u128(9)))).await;
        at(&rig, "2026-07-06T12:00:00Z");
        let (first, second) = tokio::join!(digest::send_due(&rig.app), digest::send_due(&rig.app));
        assert_eq!(first.expect("sent") + second.expect("sent"), 1);
        let to: Vec<String> = to_people(&rig).iter().map(|m| m.to.as_str().to_owned()).collect();
        assert_eq!(to, ["owner@acme.example"]);
        rig
    })
    .await;
}

/// What a worker did before it was killed.
async fn dies(rig: &Rig, which: Which, handed_over: bool) {
    let now = rig.app.now();
    let lease = ("the dead", now, now + SignedDuration::from_mins(5));
    let mut tx = rig.app.db.begin().await.expect("transaction");
    assert!(digests::claim(&mut tx, rig.shop.id, which, lease).await.expect("claimed"));
    assert!(!handed_over || digests::hand_over(&mut tx, rig.shop.id, which, lease).await.expect("noted"));
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn a_worker_killed_before_it_hands_over_is_replaced_and_one_killed_after_it_is_not() {
    both(|rig| async move {
        let before = person(&rig, "before@acme.example", Role::Owner, None).await;
        let after = person(&rig, "after@acme.example", Role::Owner, None).await;
        wants(&rig, before, Rhythm::Weekly).await;
        wants(&rig, after, Rhythm::Weekly).await;
        at(&rig, "2026-07-06T12:00:00Z");
        let which = |user| Which { user, rhythm: Rhythm::Weekly, first: "2026-06-29".parse().expect("a day") };
        dies(&rig, which(before), false).await;
        dies(&rig, which(after), true).await;
        assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0, "both are in hand");
        rig.clock.advance(SignedDuration::from_mins(6));
        assert_eq!(digest::send_due(&rig.app).await.expect("sent"), 1);
        rig.clock.advance(SignedDuration::from_mins(6));
        assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0);
        let to: Vec<String> = to_people(&rig).iter().map(|m| m.to.as_str().to_owned()).collect();
        assert_eq!(to, ["before@acme.example"], "what may have left is not sent again");
        let standing = async |user| digests::standing(&rig.app.db, rig.shop.id, which(user)).await.expect("asked").expect("a row").state;
        assert_eq!((standing(before).await.as_str(), standing(after).await.as_str()), ("sent", "unknown"));
        rig
    })
    .await;
}

#[tokio::test]
async fn what_a_provider_puts_off_is_tried_again_and_what_it_refuses_is_not() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        wants(&rig, owner, Rhythm::Monthly).await;
        at(&rig, "2026-08-01T12:00:00Z");
        rig.mails.answer_next(Outcome::later("busy", None));
        assert_eq!(digest::send_due(&rig.app).await.expect("tried"), 0);
        rig.clock.advance(SignedDuration::from_mins(14));
        assert_eq!((digest::send_due(&rig.app).await.expect("looked"), to_people(&rig).len()), (0, 1), "not before a rest");
        rig.clock.advance(SignedDuration::from_mins(2));
        rig.mails.answer_next(Outcome::refused("no such mailbox", Fault::Recipient));
        assert_eq!(digest::send_due(&rig.app).await.expect("tried"), 0);
        rig.clock.advance(SignedDuration::from_hours(2));
        assert_eq!((digest::send_due(&rig.app).await.expect("looked"), to_people(&rig).len()), (0, 2), "not again");
        let mails = to_people(&rig);
        assert_eq!(mails[0].key, mails[1].key, "a provider knows it again");
        assert!(mails[0].subject.ends_with("1 to 31 Jul 2026"), "{}", mails[0].subject);
        rig
    })
    .await;
}

#[tokio::test]
async fn who_asks_late_gets_the_next_one_and_what_is_long_past_is_left_out() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        at(&rig, "2026-07-06T12:30:00Z");
        wants(&rig, owner, Rhythm::Weekly).await;
        assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0, "this week's was due before");
        at(&rig, "2026-07-17T12:00:00Z");
        assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0, "four days late");
        // Winter time has begun the day before: eight o'clock is an hour later by the sun.
        at(&rig, "2026-11-02T12:30:00Z");
        assert_eq!(digest::send_due(&rig.app).await.expect("looked"), 0, "half past seven");
        at(&rig, "2026-11-02T13:00:00Z");
        assert_eq!(digest::send_due(&rig.app).await.expect("sent"), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn everybody_reads_theirs_in_their_own_language() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        let german = person(&rig, "chefin@acme.example", Role::Owner, None).await;
        let mut tx = rig.app.db.begin().await.expect("transaction");
        comeback::db::team::set_look(&mut tx, german, (Some("de"), None, None)).await.expect("chosen");
        tx.commit().await.expect("commit");
        recovered(&rig).await;
        wants(&rig, owner, Rhythm::Weekly).await;
        wants(&rig, german, Rhythm::Weekly).await;
        at(&rig, "2026-07-06T12:00:00Z");
        assert_eq!(digest::send_due(&rig.app).await.expect("sent"), 2);
        let mails = to_people(&rig);
        let of = |to: &str| mails.iter().find(|mail| mail.to.as_str() == to).expect("a mail");
        assert!(of("owner@acme.example").html.contains("<html lang=\"en\">"));
        let mail = of("chefin@acme.example");
        assert_eq!(mail.subject, "Acme: 37,50 USD zurückgewonnen, 29. Juni bis 5. Juli 2026");
        for line in [
            "Zurückgewonnener Umsatz, netto: 37,50 USD (davor: keine Daten)",
            "Davon durch die Nachrichten bewirkt: niemand zum Vergleichen",
            "Verlassene Warenkörbe: 100,0 % (1 von 1, wenige) (davor: keine Daten)",
            "Checkout recovery: 37,50 USD (1 zugeschrieben)",
            "Tage gelten in der Zeitzone America/New_York",
            "\nAbbruchrate: ",
            "\nDurch die Nachrichten bewirkt: ",
        ] {
            assert!(mail.text.contains(line), "{line} in {}", mail.text);
        }
        assert!(mail.html.contains("<html lang=\"de\">") && !mail.html.contains("<span lang=\"en\">"), "{}", mail.html);
        assert!(mail.html.contains("der 1. Juli mit 37,50 USD"), "{}", mail.html);
        rig
    })
    .await;
}

#[tokio::test]
async fn it_goes_over_the_wire_with_its_pictures_inside() {
    let clock = TestClock::at(BEGIN);
    let smtp = SmtpServer::start().await;
    let channel = Smtp::from_url(&smtp.url(), "hello@acme.example").expect("a channel");
    let (app, folder) = app_on("sqlite", &clock, vec![Arc::new(channel)]).await;
    let rig = Rig::around("sqlite", app, clock, folder).await;
    let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
    let mut tx = rig.app.db.begin().await.expect("transaction");
    let wish = Wish { user: owner, rhythm: Rhythm::Weekly, since: rig.app.now() };
    assert!(digests::wish(&mut tx, rig.shop.id, wish).await.expect("wished"));
    tx.commit().await.expect("commit");
    at(&rig, "2026-07-06T12:00:00Z");
    assert_eq!(digest::send_due(&rig.app).await.expect("sent"), 1);
    digest::send_now(&rig.app, &rig.shop, owner, Rhythm::Monthly).await.expect("sent at once");
    let received = smtp.messages();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].to, ["owner@acme.example"]);
    let mail = mail_parser::MessageParser::default().parse(&received[0].data).expect("a mail");
    let text = String::from_utf8_lossy(&received[0].data).into_owned();
    assert!(
        text.contains("Auto-Submitted: auto-generated") && text.contains("multipart/related"),
        "a program's mail, a page with its pictures"
    );
    let pictures: Vec<_> = mail.parts.iter().filter(|part| is_png(part)).collect();
    assert_eq!(pictures.len(), 2);
    for picture in pictures {
        assert!(picture.contents().starts_with(b"\x89PNG"));
    }
    let html = mail.body_html(0).expect("a page");
    assert!(html.contains("cid:net-per-day.png") && text.contains("Content-ID: <net-per-day.png>"));
    assert!(mail.body_text(0).expect("a text").contains("Net recovered revenue: no data"));
}

fn is_png(part: &mail_parser::MessagePart<'_>) -> bool {
    use mail_parser::MimeHeaders as _;
    part.content_type().and_then(|t| t.subtype()) == Some("png")
}
