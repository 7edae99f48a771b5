//! Those who sign in: what they prove with, how often they may try, who is on the team.

mod factors;
mod passkeys;
mod team;

use crate::support::rig::Rig;
use comeback::app::access::{Person, Role, save_user, signed_in};
use comeback::app::factors::{Added, begin_code, confirm_code, unconfirmed};
use comeback::app::sign_in::{Started, Whence, start};
use comeback::db;
use comeback::domain::ids::ShopId;
use comeback::domain::one_time_code::code;
use jiff::SignedDuration;
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";

async fn person(rig: &Rig, email: &str, role: Role, only: Option<ShopId>) -> Person {
    save_user(&rig.app, &email.parse().expect("an address"), role, only, PASSWORD).await.expect("a person")
}

/// Their session's secret, without a second factor.
async fn session(rig: &Rig, person: &Person) -> String {
    match start(&rig.app, (&person.email, PASSWORD), &Whence::default()).await.expect("asked") {
        Started::Session(secret) => secret,
        _ => panic!("the password was not enough"),
    }
}

async fn session_id(rig: &Rig, secret: &str) -> Uuid {
    signed_in(&rig.app, secret).await.expect("asked").expect("a session").1.id
}

/// The secret of a sign-in that waits for a second factor.
async fn half(rig: &Rig, person: &Person) -> String {
    match start(&rig.app, (&person.email, PASSWORD), &Whence::default()).await.expect("asked") {
        Started::Half(secret) => secret,
        _ => panic!("no second factor was asked for"),
    }
}

/// Sets up an app that makes codes: its secret, and the recovery codes.
async fn with_codes(rig: &Rig, person: &Person) -> (String, Vec<String>) {
    let id = session_id(rig, &session(rig, person).await).await;
    begin_code(&rig.app, person).await.expect("begun");
    let secret = unconfirmed(&rig.app, person).await.expect("asked").expect("a secret");
    let first = code(&secret, rig.app.now()).expect("a code");
    let Added::Yes(recovery) = confirm_code(&rig.app, (person, id), &first).await.expect("asked") else { panic!("refused") };
    // The code that confirmed it is taken: the next one is another half minute's.
    rig.clock.advance(SignedDuration::from_secs(60));
    (secret, recovery)
}

/// What was done, newest first.
async fn audited(rig: &Rig) -> Vec<String> {
    let list = db::access::audit_list(&rig.app.db, rig.shop.id, None, 100).await.expect("the audit");
    list.into_iter().map(|entry| entry.action).collect()
}
