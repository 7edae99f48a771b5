//! Codes of an app, recovery codes, and limits of guessing: each once, and shared by all replicas.

use super::{PASSWORD, audited, half, person, session, session_id, with_codes};
use crate::support::rig::{Rig, app_with, both};
use comeback::app::access::{Role, signed_in};
use comeback::app::account::{Changed, change_password};
use comeback::app::factors::{self, begin_code, confirm_code, remove_code, renew_recovery};
use comeback::app::sign_in::{Proved, Second, Started, Whence, prove, second_by_code, start};
use comeback::domain::one_time_code::code;
use futures_util::future::join_all;
use jiff::SignedDuration;

async fn second(rig: &Rig, half: &str, code: &str) -> Second {
    second_by_code(&rig.app, half, code, &Whence::default()).await.expect("asked")
}

#[tokio::test]
async fn a_code_signs_in_once_even_where_two_use_it_at_the_same_moment() {
    both(|rig| async move {
        let jo = person(&rig, "jo@acme.example", Role::Editor, None).await;
        let (secret, _) = with_codes(&rig, &jo).await;
        let now = code(&secret, rig.app.now()).expect("a code");
        let halves = [half(&rig, &jo).await, half(&rig, &jo).await, half(&rig, &jo).await];
        let tried = join_all(halves.iter().map(|half| second(&rig, half, &now))).await;
        let signed: Vec<&String> = tried.iter().filter_map(|t| if let Second::Session(s) = t { Some(s) } else { None }).collect();
        assert_eq!(signed.len(), 1);
        assert!(tried.iter().all(|t| matches!(t, Second::Session(_) | Second::Refused)));
        assert_eq!(signed_in(&rig.app, signed[0]).await.expect("asked").expect("a session").0.id, jo.id);
        rig.clock.advance(SignedDuration::from_secs(30));
        let again = half(&rig, &jo).await;
        assert!(matches!(second(&rig, &again, &now).await, Second::Refused), "the clock would still allow it");
        let next = code(&secret, rig.app.now()).expect("a code");
        assert!(matches!(second(&rig, &again, &next).await, Second::Session(_)));
        assert!(matches!(second(&rig, &again, &next).await, Second::Over), "one sign-in, one session");
        rig
    })
    .await;
}

#[tokio::test]
async fn half_a_sign_in_opens_nothing_and_ends_by_itself() {
    both(|rig| async move {
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let (secret, _) = with_codes(&rig, &jo).await;
        let half = half(&rig, &jo).await;
        assert!(signed_in(&rig.app, &half).await.expect("asked").is_none(), "it is no session");
        rig.clock.advance(SignedDuration::from_mins(11));
        let late = code(&secret, rig.app.now()).expect("a code");
        assert!(matches!(second(&rig, &half, &late).await, Second::Over));
        assert!(matches!(second(&rig, "made up", &late).await, Second::Over));
        rig
    })
    .await;
}

#[tokio::test]
async fn each_recovery_code_signs_in_once_and_new_ones_replace_the_old() {
    both(|rig| async move {
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let (_, codes) = with_codes(&rig, &jo).await;
        assert_eq!(codes.len(), 10);
        let typed = codes[3].to_uppercase().replace('-', " ");
        let (one, other) = (half(&rig, &jo).await, half(&rig, &jo).await);
        let tried = join_all([second(&rig, &one, &typed), second(&rig, &other, &typed)]).await;
        assert_eq!(tried.iter().filter(|t| matches!(t, Second::Session(_))).count(), 1);
        assert_eq!(factors::of(&rig.app, jo.id).await.expect("asked").recovery, 9);
        assert_eq!(audited(&rig).await[0], "person.recovery_code");
        let fresh = renew_recovery(&rig.app, &jo).await.expect("renewed");
        let again = half(&rig, &jo).await;
        assert!(matches!(second(&rig, &again, &codes[4]).await, Second::Refused), "of before");
        assert!(matches!(second(&rig, &again, &fresh[0]).await, Second::Session(_)));
        remove_code(&rig.app, &jo).await.expect("removed");
        let left = factors::of(&rig.app, jo.id).await.expect("asked");
        assert!(!left.any() && left.recovery == 0, "recovery codes go with what they recover");
        session(&rig, &jo).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn codes_can_not_be_guessed_by_asking_often_from_wherever_and_whichever_replica() {
    both(|rig| async move {
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let (secret, _) = with_codes(&rig, &jo).await;
        let replica = app_with(rig.app.db.clone(), "sqlite://again", &rig.clock, Vec::new());
        let halves = [half(&rig, &jo).await, half(&rig, &jo).await];
        let guess = async |i: usize| {
            let app = if i.is_multiple_of(2) { &rig.app } else { &replica };
            let from = Whence { address: Some(format!("192.0.2.{i}")), agent: None };
            second_by_code(app, &halves[i % 2], "000000", &from).await.expect("asked")
        };
        let tried = join_all((0..24).map(guess)).await;
        let refused = tried.iter().filter(|t| matches!(t, Second::Refused)).count();
        assert_eq!((refused, tried.iter().filter(|t| matches!(t, Second::TooMany)).count()), (10, 14));
        let right = code(&secret, rig.app.now()).expect("a code");
        assert!(matches!(second(&rig, &halves[0], &right).await, Second::TooMany), "also the right one has to wait");
        rig.clock.advance(SignedDuration::from_mins(16));
        let right = code(&secret, rig.app.now()).expect("a code");
        assert!(matches!(second(&rig, &half(&rig, &jo).await, &right).await, Second::Session(_)));
        rig
    })
    .await;
}

#[tokio::test]
async fn passwords_can_not_be_guessed_by_asking_two_replicas_at_once() {
    both(|rig| async move {
        person(&rig, "jo@acme.example", Role::Owner, None).await;
        let replica = app_with(rig.app.db.clone(), "sqlite://again", &rig.clock, Vec::new());
        let from = Whence { address: Some("192.0.2.7".into()), agent: None };
        let guess = async |i: usize| {
            let app = if i.is_multiple_of(2) { &rig.app } else { &replica };
            start(app, ("jo@acme.example", "wrong horse battery"), &from).await.expect("asked")
        };
        let tried = join_all((0..14).map(guess)).await;
        assert_eq!(tried.iter().filter(|t| matches!(t, Started::Refused)).count(), 10);
        assert!(matches!(start(&rig.app, ("jo@acme.example", PASSWORD), &from).await, Ok(Started::TooMany)));
        let elsewhere = Whence { address: Some("192.0.2.8".into()), agent: None };
        assert!(matches!(start(&rig.app, ("Jo@acme.example ", PASSWORD), &elsewhere).await, Ok(Started::Session(_))));
        rig.clock.advance(SignedDuration::from_mins(15));
        assert!(matches!(start(&rig.app, ("jo@acme.example", PASSWORD), &from).await, Ok(Started::Session(_))));
        rig
    })
    .await;
}

#[tokio::test]
async fn whoever_sets_up_a_factor_or_another_password_is_signed_out_elsewhere() {
    both(|rig| async move {
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let (here, elsewhere) = (session(&rig, &jo).await, session(&rig, &jo).await);
        let stands = async |secret: &str| signed_in(&rig.app, secret).await.expect("asked").is_some();
        let id = session_id(&rig, &here).await;
        assert_eq!(change_password(&rig.app, (&jo, id), ("not it at all", "another horse battery")).await.ok(), Some(Changed::Refused));
        assert!(stands(&elsewhere).await);
        assert_eq!(change_password(&rig.app, (&jo, id), (PASSWORD, "another horse battery")).await.ok(), Some(Changed::Yes));
        assert!(stands(&here).await && !stands(&elsewhere).await);
        assert!(matches!(start(&rig.app, (&jo.email, PASSWORD), &Whence::default()).await, Ok(Started::Refused)));
        let Ok(Started::Session(other)) = start(&rig.app, (&jo.email, "another horse battery"), &Whence::default()).await else {
            panic!("the new one is not taken");
        };
        begin_code(&rig.app, &jo).await.expect("begun");
        let secret = factors::unconfirmed(&rig.app, &jo).await.expect("asked").expect("a secret");
        let wrong = confirm_code(&rig.app, (&jo, id), "123456").await.expect("asked");
        assert_eq!(wrong, factors::Added::Refused);
        assert!(
            matches!(start(&rig.app, (&jo.email, "another horse battery"), &Whence::default()).await, Ok(Started::Session(_))),
            "not yet"
        );
        let first = code(&secret, rig.app.now()).expect("a code");
        confirm_code(&rig.app, (&jo, id), &first).await.expect("on");
        assert!(stands(&here).await && !stands(&other).await);
        assert!(begin_code(&rig.app, &jo).await.is_err(), "nobody replaces it without switching it off");
        let spent = prove(&rig.app, (&jo, id), ("another horse battery", &first)).await.expect("asked");
        assert_eq!(spent, Proved::Refused, "the code was taken");
        rig.clock.advance(SignedDuration::from_mins(1));
        let next = code(&secret, rig.app.now()).expect("a code");
        assert_eq!(prove(&rig.app, (&jo, id), (PASSWORD, &next)).await.ok(), Some(Proved::Refused), "the former password");
        assert_eq!(prove(&rig.app, (&jo, id), ("another horse battery", &next)).await.ok(), Some(Proved::Yes));
        assert_eq!(audited(&rig).await[..2], ["person.codes_on", "person.password"]);
        rig
    })
    .await;
}

#[tokio::test]
async fn who_has_lost_everything_gets_in_with_the_password_once_it_is_reset() {
    both(|rig| async move {
        let jo = person(&rig, "jo@acme.example", Role::Viewer, Some(rig.shop.id)).await;
        assert!(factors::reset(&rig.app, jo.id, "cli").await.is_err(), "there is nothing yet");
        let (secret, codes) = with_codes(&rig, &jo).await;
        let waiting = half(&rig, &jo).await;
        factors::reset(&rig.app, jo.id, "cli").await.expect("reset");
        assert_eq!(audited(&rig).await[0], "person.factors_reset");
        let now = code(&secret, rig.app.now()).expect("a code");
        assert!(matches!(second(&rig, &waiting, &now).await, Second::Over), "a sign-in that was under way has ended");
        session(&rig, &jo).await;
        assert_eq!(factors::of(&rig.app, jo.id).await.expect("asked").recovery, 0, "{codes:?} are gone");
        rig
    })
    .await;
}
