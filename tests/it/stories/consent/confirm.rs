//! Double opt-in: asked once, answered from the address itself, and until then nothing is sent.

use super::{by_mail, by_text, hours, ledger, says, state};
use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use comeback::app::consents::{self, ConfirmError, Given};
use comeback::app::policies::{self, By};
use comeback::app::service;
use comeback::app::track::{self, Fate};
use comeback::channels::Message;
use comeback::db;
use comeback::domain::consent::{Method, RequestState};
use comeback::domain::contact::Identity;
use comeback::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use comeback::domain::link::LinkError;
use comeback::domain::policy::{Policy, Table};
use comeback::domain::visit::{Given as Event, GivenContact, Teller};
use jiff::SignedDuration;

async fn set(rig: &Rig, policy: Policy) {
    policies::set(&rig.app, rig.shop.id, policy, By { actor: "story", is_owner: true }).await.expect("set");
}

fn strict() -> Policy {
    Policy { consent_table: Table::Strict, ..Policy::default() }
}

/// Sends the questions that wait. The token in the last mail.
async fn asked_by_mail(rig: &Rig) -> String {
    service::send_due(&rig.app).await.expect("sent");
    let all = rig.mails.all();
    let Some((_, Message::Email(mail))) = all.last() else { panic!("no mail was sent") };
    let (_, rest) = mail.text.split_once("/c/").unwrap_or_else(|| panic!("no question in: {}", mail.text));
    rest.split_whitespace().next().expect("a token").to_owned()
}

fn reply(rig: &Rig, phone: &str, state: ConsentState) -> ConsentSeen {
    ConsentSeen {
        identities: vec![Identity::Phone(phone.parse().expect("a number"))],
        channel: ChannelKind::Sms,
        state,
        at: rig.app.now(),
        source: "reply: YES".into(),
        method: Method::Reply,
        shown: None,
        proof: None,
    }
}

#[tokio::test]
async fn under_strict_rules_a_tick_is_asked_to_be_confirmed_and_nothing_leaves_before() {
    both(|rig| async move {
        set(&rig, strict()).await;
        let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        let token = asked_by_mail(&rig).await;
        // Seen again, it is not asked again.
        rig.clock.advance(SignedDuration::from_mins(1));
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        service::send_due(&rig.app).await.expect("sent");
        assert_eq!(rig.mails.count(), 1);
        // Opening the link shows the question, and changes nothing.
        for _ in 0..2 {
            let shown = consents::asked(&rig.app, &token).await.expect("a question");
            assert!(shown.open && !shown.is_confirmed() && shown.masked() == "j•••@example.com");
        }
        let answered = consents::answer(&rig.app, &token).await.expect("answered");
        assert!(answered.is_confirmed());
        assert!(consents::answer(&rig.app, &token).await.expect("again").is_confirmed());
        let confirmed: Vec<_> = ledger(&rig).await.into_iter().filter(|e| e.method == Method::DoubleOptIn).collect();
        assert_eq!(confirmed.len(), 1);
        assert!(confirmed[0].shown.as_deref().is_some_and(|s| s.contains("Acme") && s.contains("cart")), "{confirmed:?}");
        rig.pass(hours(2)).await;
        assert_eq!(rig.mails.count(), 2, "the reminder leaves");
        rig
    })
    .await;
}

#[tokio::test]
async fn who_does_not_confirm_gets_nothing_and_a_late_answer_counts_for_nothing() {
    both(|rig| async move {
        set(&rig, strict()).await;
        let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        let token = asked_by_mail(&rig).await;
        rig.pass(hours(24 * 7)).await;
        assert_eq!(rig.mails.count(), 1);
        assert!(matches!(consents::answer(&rig.app, &token).await, Err(ConfirmError::Link(LinkError::Expired))));
        assert!(ledger(&rig).await.iter().all(|e| e.method != Method::DoubleOptIn));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_text_to_north_america_waits_for_a_yes_from_its_number_under_the_standard_rules() {
    both(|rig| async move {
        set(&rig, Policy { consent_table: Table::Standard, ..Policy::default() }).await;
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        service::send_due(&rig.app).await.expect("sent");
        let texts = rig.texts.all();
        let [(_, Message::Sms(text))] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(text.body.contains("Reply YES") && text.body.contains("cart reminders") && text.body.contains("STOP"), "{}", text.body);
        assert_eq!(rig.mails.count(), 0, "mails need no confirmation there");
        rig.clock.advance(SignedDuration::from_mins(5));
        let yes = reply(&rig, "+12125551001", ConsentState::Subscribed);
        consents::keep(&rig.app, &rig.shop, vec![("reply 1".into(), yes)]).await.expect("kept");
        rig.settle().await;
        let last = ledger(&rig).await.pop().expect("a row");
        assert_eq!((last.method, last.shown.as_deref()), (Method::DoubleOptIn, Some(text.body.as_str())));
        rig.pass(hours(30)).await;
        assert_eq!(rig.texts.count(), 2, "the reminder leaves");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_tick_alone_sends_no_text_to_north_america_under_the_standard_rules() {
    both(|rig| async move {
        set(&rig, Policy { consent_table: Table::Standard, ..Policy::default() }).await;
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        rig.pass(hours(60)).await;
        assert_eq!((rig.mails.count(), rig.texts.count()), (1, 0));
        assert_eq!(rig.nudge_states().await.last(), Some(&("sms", "cancelled", "no_consent".to_owned())));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_no_declines_the_question_and_a_pending_word_asks_by_itself() {
    both(|rig| async move {
        assert_eq!(says(&rig, by_mail("pending", "jo@example.com")).await, Fate::Accepted);
        let token = asked_by_mail(&rig).await;
        assert_eq!(state(&rig, ChannelKind::Email).await, "pending");
        rig.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(says(&rig, by_mail("unsubscribed", "jo@example.com")).await, Fate::Accepted);
        let declined = consents::answer(&rig.app, &token).await.expect("shown");
        assert_eq!((declined.request.state, declined.open), (RequestState::Declined, false));
        assert_eq!(state(&rig, ChannelKind::Email).await, "unsubscribed");
        rig
    })
    .await;
}

/// What a script on a store's page says of a number that somebody typed.
async fn typed(rig: &Rig, n: usize, phone: &str) -> Fate {
    let site = track::site(&rig.app, rig.shop.id).await.expect("read").expect("a store");
    let given = Event {
        event_id: format!("typed-on-a-page-{n:04}"),
        name: "identify".into(),
        client_id: Some(format!("client{n}")),
        contact: GivenContact { phone: Some(phone.into()), ..GivenContact::default() },
        consents: vec![("sms".into(), "subscribed".into())],
        consent_shown: Some("Text me about my cart".into()),
        ..Event::default()
    };
    let answers = track::take(&rig.app, &site, Teller::Browser, vec![(None, Ok(given))]).await.expect("taken");
    rig.settle().await;
    answers.into_iter().next().expect("an answer").1
}

#[tokio::test]
async fn what_is_typed_on_a_page_is_a_claim_that_subscribes_nobody_and_asks_only_where_the_store_lets_it() {
    both(|rig| async move {
        assert_eq!(typed(&rig, 0, "+12125551001").await, Fate::Accepted);
        let claim = ledger(&rig).await.pop().expect("a row");
        assert_eq!((claim.method, claim.state), (Method::Claim, ConsentState::Pending));
        assert_eq!(claim.shown.as_deref(), Some("Text me about my cart"));
        assert_eq!(state(&rig, ChannelKind::Sms).await, "none", "a claim stands for nothing");
        service::send_due(&rig.app).await.expect("sent");
        assert_eq!(rig.texts.count(), 0, "pages may not ask unless the store says so");
        set(&rig, Policy { pages_may_ask: true, ..Policy::default() }).await;
        typed(&rig, 1, "+12125551001").await;
        service::send_due(&rig.app).await.expect("sent");
        assert_eq!((rig.texts.count(), state(&rig, ChannelKind::Sms).await), (1, "none"));
        let yes = reply(&rig, "+12125551001", ConsentState::Subscribed);
        consents::keep(&rig.app, &rig.shop, vec![("reply 1".into(), yes)]).await.expect("kept");
        rig.settle().await;
        assert_eq!(state(&rig, ChannelKind::Sms).await, "subscribed");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_claim_takes_nothing_from_who_agreed_or_said_no() {
    both(|rig| async move {
        assert_eq!(says(&rig, by_text("subscribed", "+12125551001")).await, Fate::Accepted);
        typed(&rig, 0, "+12125551001").await;
        assert_eq!(state(&rig, ChannelKind::Sms).await, "subscribed");
        rig.clock.advance(hours(1));
        assert_eq!(says(&rig, Given { id: Some("no".into()), ..by_text("unsubscribed", "+12125551001") }).await, Fate::Accepted);
        rig.clock.advance(hours(1));
        typed(&rig, 1, "+12125551001").await;
        assert_eq!(state(&rig, ChannelKind::Sms).await, "unsubscribed");
        rig
    })
    .await;
}

#[tokio::test]
async fn pages_bring_about_sixty_questions_an_hour_and_no_more() {
    let rig = Rig::on("sqlite").await;
    set(&rig, Policy { pages_may_ask: true, ..Policy::default() }).await;
    for n in 0..62 {
        typed(&rig, n, &format!("+1212555{:04}", 1000 + n)).await;
    }
    let mut tx = rig.app.db.look().await.expect("begun");
    let count = db::consent_requests::count_since(&mut tx, rig.shop.id, rig.app.now() - hours(1)).await.expect("counted");
    tx.rollback().await.expect("ended");
    assert_eq!(count, 60);
    rig.at_rest().await;
}
