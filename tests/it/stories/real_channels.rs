//! The same stories over a real SMTP conversation and against Twilio's own description of its API.

use crate::support::replay::assert_equal;
use crate::support::rig::{BEGIN, Rig, TestClock, app_on};
use crate::support::shopper::Shopper;
use crate::support::smtp::{At, Fault, SmtpServer};
use crate::support::twilio::{ACCOUNT, Answer, TOKEN, TwilioServer};
use comeback::channels::Channel;
use comeback::channels::email::{Smtp, SmtpOptions};
use comeback::channels::sms::{Twilio, TwilioSettings};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;

/// A world whose messages go over the wire.
pub(super) struct Wired {
    pub rig: Rig,
    pub smtp: SmtpServer,
    pub twilio: TwilioServer,
}

async fn wired(engine: &'static str) -> Wired {
    let clock = TestClock::at(BEGIN);
    let (smtp, twilio) = (SmtpServer::start().await, TwilioServer::start().await);
    let options = SmtpOptions { answer: Duration::from_millis(400), command: Duration::from_millis(400), ..SmtpOptions::default() };
    let mail = Smtp::with_options(&smtp.url(), "hello@acme.example", options).expect("a channel");
    let settings = TwilioSettings {
        account_sid: ACCOUNT.into(),
        auth_token: secrecy::SecretString::from(TOKEN),
        old_auth_token: None,
        from: "+15005550006".into(),
        base_url: twilio.url(),
    };
    let text = Twilio::with_time_limit(settings, Duration::from_millis(600)).expect("a channel");
    let channels: Vec<Arc<dyn Channel>> = vec![Arc::new(mail), Arc::new(text)];
    let (app, folder) = app_on(engine, &clock, channels).await;
    Wired { rig: Rig::around(engine, app, clock, folder).await, smtp, twilio }
}

/// Jo's mail is due in this very moment.
async fn due(world: &Wired) {
    let rig = &world.rig;
    rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(10)).await;
    rig.clock.advance(SignedDuration::from_hours(1));
}

/// Tells a story on both engines; at its end everything holds.
pub(super) async fn both_wired<F, Fut>(story: F)
where
    F: Fn(Wired) -> Fut,
    Fut: std::future::Future<Output = Wired>,
{
    for engine in ["sqlite", "postgres"] {
        let world = story(wired(engine).await).await;
        world.rig.at_rest().await;
        assert_equal(&world.rig).await;
        assert_eq!(world.twilio.violations(), Vec::<String>::new(), "{engine}");
    }
}

#[tokio::test]
async fn the_mail_and_the_text_arrive_as_their_standards_want_them() {
    both_wired(|world| async move {
        due(&world).await;
        world.rig.settle().await;
        let mails = world.smtp.messages();
        assert_eq!(mails.len(), 1);
        let raw = String::from_utf8_lossy(&mails[0].data).into_owned();
        let mail = mail_parser::MessageParser::default().parse(&mails[0].data).expect("a mail");
        let nudge = world.rig.nudges().await.into_iter().find(|n| n.step == 0).expect("a nudge");
        assert_eq!(mail.message_id(), Some(format!("{}@acme.example", nudge.id).as_str()));
        assert!(raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{raw}");
        assert!(mail.body_text(0).is_some_and(|t| t.contains("/r/")) && mail.body_html(0).is_some_and(|h| h.contains("/r/")));
        world.rig.pass(SignedDuration::from_hours(23)).await;
        let texts = world.twilio.messages();
        assert_eq!((texts.len(), texts[0].get("To")), (1, Some("+12125551001")));
        world
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_refuses_hangs_or_drops_loses_nothing_and_doubles_nothing() {
    both_wired(|world| async move {
        due(&world).await;
        for (at, fault) in [
            (At::Connect, Fault::Reply("421 4.3.2 not now".into())),
            (At::Mail, Fault::Reply("451 4.7.1 greylisted".into())),
            (At::Rcpt, Fault::Cut),
            (At::Data, Fault::Hang),
        ] {
            world.smtp.once(at, fault);
            world.rig.settle().await;
            assert_eq!((world.smtp.messages().len(), world.rig.nudge_states().await[0].1), (0, "scheduled"), "{at:?}");
            world.rig.pass(SignedDuration::from_mins(20)).await;
            if !world.smtp.messages().is_empty() {
                break;
            }
        }
        world.rig.pass(SignedDuration::from_mins(60)).await;
        assert_eq!((world.smtp.messages().len(), world.rig.nudge_states().await[0].1), (1, "sent"));
        world
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_takes_the_mail_and_drops_the_line_is_not_asked_again() {
    both_wired(|world| async move {
        due(&world).await;
        world.smtp.once(At::Dot, Fault::Cut);
        world.rig.settle().await;
        assert_eq!(world.rig.nudge_states().await[0].1, "unknown");
        world.rig.pass(SignedDuration::from_hours(5)).await;
        assert_eq!(world.smtp.attempts(), 1);
        world
    })
    .await;
}

#[tokio::test]
async fn twilio_that_is_busy_is_tried_again_and_one_that_never_answers_is_asked_what_came_of_it() {
    both_wired(|world| async move {
        due(&world).await;
        world.rig.settle().await;
        world.twilio.next(Answer::Error(429, 20429, vec![("Retry-After", "30")]));
        world.rig.pass(SignedDuration::from_hours(22) + SignedDuration::from_mins(50)).await;
        assert_eq!(world.twilio.messages().len(), 0);
        world.twilio.next(Answer::Error(429, 20429, vec![("Retry-After", "30")]));
        world.twilio.next(Answer::Hang);
        world.rig.pass(SignedDuration::from_hours(3)).await;
        let text = world.rig.nudges().await.into_iter().find(|n| n.step == 1).expect("a text");
        assert_eq!((text.state.as_str(), text.reason.as_deref()), ("sent", Some("provider_has_it")));
        assert_eq!(world.twilio.messages().len(), 1);
        world
    })
    .await;
}
