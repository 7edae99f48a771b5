//! Pages of people: signing in with a second factor, one's own account, the team.

mod account;
mod second;
mod team;

use crate::pages::support::{Answer, World};
use comeback::app::access::signed_in;
use comeback::app::factors::{Added, begin_code, confirm_code, unconfirmed};
use comeback::domain::one_time_code::code;
use jiff::SignedDuration;

/// The secret that an answer sets under a name; empty when it sets none.
fn cookie(answer: &Answer, name: &str) -> String {
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
    cookie.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).unwrap_or_default().to_owned()
}

/// The form token that stands on a page.
fn token(answer: &Answer) -> String {
    let (_, after) = answer.body.split_once("name=\"csrf\" value=\"").expect("a form");
    after.split('"').next().expect("a token").to_owned()
}

/// Sets up an app that makes codes for whoever's session this is: its secret, and the recovery codes.
async fn with_codes(world: &World, session: &str) -> (String, Vec<String>) {
    let (person, session) = signed_in(&world.app, session).await.expect("asked").expect("a session");
    begin_code(&world.app, &person).await.expect("begun");
    let secret = unconfirmed(&world.app, &person).await.expect("asked").expect("a secret");
    let first = code(&secret, world.app.now()).expect("a code");
    let Added::Yes(codes) = confirm_code(&world.app, (&person, session.id), &first).await.expect("asked") else { panic!("refused") };
    world.advance(SignedDuration::from_mins(1));
    (secret, codes)
}
