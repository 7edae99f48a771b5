//! Passkeys: registered, signed in with, never answered twice, refused when there may be a copy.

use super::{audited, half, person, session, session_id};
use crate::support::authenticator::Authenticator;
use crate::support::rig::Rig;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use comeback::app::access::{Person, Role, signed_in};
use comeback::app::factors::{self, Added, add_passkey, begin_passkey};
use comeback::app::sign_in::{
    Proved, Question, Second, Whence, ask_after_password, ask_again, ask_anybody, by_passkey, prove_by_passkey, second_by_passkey,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

const ORIGIN: &str = "https://cb.example";

async fn rig_on(engine: &'static str) -> Rig {
    eprintln!("-- on {engine}");
    Rig::set(engine, &[("COMEBACK_SERVER__PUBLIC_URL", ORIGIN)]).await
}

fn asked(question: &Question) -> Value {
    json!({"challenge": URL_SAFE_NO_PAD.encode(&question.challenge), "rpId": question.party.id})
}

/// A device with a passkey of somebody, and their session.
async fn registered(rig: &Rig, person: &Person) -> (Authenticator, Uuid, Vec<String>) {
    let id = session_id(rig, &session(rig, person).await).await;
    let mut device = Authenticator::at(ORIGIN);
    let question = begin_passkey(&rig.app, (person, id)).await.expect("asked");
    let user = json!({"id": URL_SAFE_NO_PAD.encode(person.id.as_bytes())});
    let options = json!({"challenge": URL_SAFE_NO_PAD.encode(&question.challenge), "rp": {"id": question.party.id}, "user": user});
    let told = device.create(&options);
    let Added::Yes(codes) = add_passkey(&rig.app, (person, id), ("Desk", &told)).await.expect("added") else { panic!("refused") };
    let again = add_passkey(&rig.app, (person, id), ("Desk", &told)).await.expect("asked");
    assert_eq!(again, Added::Refused, "the question is answered");
    (device, id, codes)
}

#[tokio::test]
async fn a_passkey_signs_in_by_itself_and_each_question_has_one_answer() {
    for engine in ["sqlite", "postgres"] {
        let rig = rig_on(engine).await;
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let (mut device, _, codes) = registered(&rig, &jo).await;
        assert_eq!(codes.len(), 10, "the first factor comes with recovery codes");
        let from = Whence::default();
        let (secret, question) = ask_anybody(&rig.app, &from).await.expect("asked").expect("allowed");
        assert!(question.credentials.is_empty(), "a stranger learns nothing");
        let told = device.get(&asked(&question));
        let Ok(Second::Session(session)) = by_passkey(&rig.app, &secret, &told, &from).await else { panic!("refused") };
        assert_eq!(signed_in(&rig.app, &session).await.expect("asked").expect("a session").0.id, jo.id);
        assert!(matches!(by_passkey(&rig.app, &secret, &told, &from).await, Ok(Second::Over)), "the same answer");
        let (other, _) = ask_anybody(&rig.app, &from).await.expect("asked").expect("allowed");
        assert!(matches!(by_passkey(&rig.app, &other, &told, &from).await, Ok(Second::Refused)), "an answer to another question");
        let (late, question) = ask_anybody(&rig.app, &from).await.expect("asked").expect("allowed");
        rig.clock.advance(SignedDuration::from_mins(11));
        assert!(matches!(by_passkey(&rig.app, &late, &device.get(&asked(&question)), &from).await, Ok(Second::Over)));
        rig.at_rest().await;
    }
}

#[tokio::test]
async fn after_the_password_a_passkey_of_that_person_is_asked_for_and_no_other() {
    for engine in ["sqlite", "postgres"] {
        let rig = rig_on(engine).await;
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let al = person(&rig, "al@acme.example", Role::Viewer, None).await;
        let (mut device, id, _) = registered(&rig, &jo).await;
        let from = Whence::default();
        let waiting = half(&rig, &jo).await;
        let question = ask_after_password(&rig.app, &waiting).await.expect("asked").expect("under way");
        assert_eq!(question.credentials.len(), 1);
        let told = device.get(&asked(&question));
        assert!(matches!(
            second_by_passkey(&rig.app, &waiting, &told.replace("\"signature\":\"", "\"signature\":\"AAAA"), &from).await,
            Ok(Second::Refused)
        ));
        assert!(matches!(second_by_passkey(&rig.app, &waiting, &told, &from).await, Ok(Second::Over)), "that question was answered");
        let question = ask_after_password(&rig.app, &waiting).await.expect("asked").expect("under way");
        let told = device.get(&asked(&question));
        assert!(matches!(second_by_passkey(&rig.app, &waiting, &told, &from).await, Ok(Second::Session(_))));
        let of_al = session_id(&rig, &session(&rig, &al).await).await;
        let question = ask_again(&rig.app, (&al, of_al), "prove").await.expect("asked");
        let told = device.get(&asked(&question));
        assert_eq!(prove_by_passkey(&rig.app, (&al, of_al), &told).await.ok(), Some(Proved::Refused), "Jo's device is not Al");
        let question = ask_again(&rig.app, (&jo, id), "prove").await.expect("asked");
        assert_eq!(prove_by_passkey(&rig.app, (&jo, id), &device.get(&asked(&question))).await.ok(), Some(Proved::Yes));
        rig.at_rest().await;
    }
}

#[tokio::test]
async fn a_copy_of_a_passkey_is_refused_and_told_and_a_removed_one_is_nobodys() {
    for engine in ["sqlite", "postgres"] {
        let rig = rig_on(engine).await;
        let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
        let (mut device, _, _) = registered(&rig, &jo).await;
        let from = Whence::default();
        let (secret, question) = ask_anybody(&rig.app, &from).await.expect("asked").expect("allowed");
        assert!(matches!(by_passkey(&rig.app, &secret, &device.get(&asked(&question)), &from).await, Ok(Second::Session(_))));
        device.counter -= 1;
        let (secret, question) = ask_anybody(&rig.app, &from).await.expect("asked").expect("allowed");
        assert!(matches!(by_passkey(&rig.app, &secret, &device.get(&asked(&question)), &from).await, Ok(Second::Refused)));
        assert_eq!(audited(&rig).await[0], "person.passkey_copied");
        let kept = comeback::db::factors::passkeys(&rig.app.db, jo.id).await.expect("asked");
        factors::remove_passkey(&rig.app, &jo, kept[0].id).await.expect("removed");
        device.counter += 5;
        let (secret, question) = ask_anybody(&rig.app, &from).await.expect("asked").expect("allowed");
        assert!(matches!(by_passkey(&rig.app, &secret, &device.get(&asked(&question)), &from).await, Ok(Second::Refused)));
        session(&rig, &jo).await;
        rig.at_rest().await;
    }
}

#[tokio::test]
async fn where_the_address_is_a_number_there_are_no_passkeys() {
    let rig = Rig::on("sqlite").await;
    let jo = person(&rig, "jo@acme.example", Role::Owner, None).await;
    let id = session_id(&rig, &session(&rig, &jo).await).await;
    assert!(begin_passkey(&rig.app, (&jo, id)).await.is_err());
    assert!(ask_anybody(&rig.app, &Whence::default()).await.is_err());
}
