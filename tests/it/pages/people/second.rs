//! The way in for who has a second factor.

use super::{cookie, token, with_codes};
use crate::pages::support::{Answer, PASSWORD, World, assert_secured, request};
use crate::support::authenticator::Authenticator;
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use comeback::domain::one_time_code::code;
use jiff::SignedDuration;
use serde_json::Value;

const SESSION: &str = "comeback_session";
const HALF: &str = "comeback_sign_in";

async fn password(world: &World, next: &str) -> Answer {
    let form = [("email", "owner@comeback.example"), ("password", PASSWORD), ("next", next)];
    world.ask(request(Method::POST, None, "/login").set_form(form)).await
}

/// Asks as a browser that holds half a sign-in.
async fn ask(world: &World, method: Method, half: &str, (path, form): (&str, &[(&str, &str)])) -> Answer {
    let request = request(method, None, path).insert_header(("cookie", format!("{HALF}={half}")));
    world.ask(request.set_form(form)).await
}

#[actix_web::test]
async fn a_password_leads_to_a_page_that_asks_for_a_code_and_the_code_to_where_one_wanted_to_go() {
    let (world, _) = World::with_shop().await;
    let session = world.person(Role::Owner, None).await;
    let (secret, _) = with_codes(&world, &session).await;
    let answer = password(&world, "/carts?state=open").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login/code?next=%2Fcarts%3Fstate%3Dopen"));
    assert_eq!(cookie(&answer, SESSION), "", "it is no session yet");
    let half = cookie(&answer, HALF);
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/login", "Max-Age=600"] {
        assert!(answer.header("set-cookie").contains(part), "{part}");
    }
    for path in ["/", "/carts", "/account", "/settings/team"] {
        let with_half = world.ask(request(Method::GET, Some(&half), path)).await;
        assert_eq!(with_half.status, StatusCode::SEE_OTHER, "{path}: half a sign-in is no session");
    }
    let page = ask(&world, Method::GET, &half, ("/login/code?next=/carts", &[])).await;
    assert_secured(&page, "the second page");
    assert!(page.body.contains("autocomplete=\"one-time-code\"") && page.body.contains("comeback user reset-factors"), "{}", page.body);
    let csrf = token(&page);
    let now = code(&secret, world.app.now()).expect("a code");
    let forged = ask(&world, Method::POST, &half, ("/login/code", &[("code", &now), ("csrf", "AAAA")])).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let wrong = ask(&world, Method::POST, &half, ("/login/code", &[("code", "12 34 56"), ("csrf", &csrf)])).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.body.contains("role=\"alert\""));
    let form = [("code", now.as_str()), ("csrf", csrf.as_str()), ("next", "/carts?state=open")];
    let right = ask(&world, Method::POST, &half, ("/login/code", &form)).await;
    assert_eq!((right.status, right.header("location")), (StatusCode::SEE_OTHER, "/carts?state=open"));
    assert_eq!(world.get(Some(&cookie(&right, SESSION)), "/carts").await.status, StatusCode::OK);
    let spent = ask(&world, Method::GET, &half, ("/login/code", &[])).await;
    assert_eq!(spent.header("location"), "/login");
}

#[actix_web::test]
async fn who_has_no_sign_in_under_way_is_sent_to_its_beginning() {
    let (world, _) = World::with_shop().await;
    for (method, path) in [
        (Method::GET, "/login/code"),
        (Method::POST, "/login/code"),
        (Method::POST, "/login/code/ask"),
        (Method::POST, "/login/code/passkey"),
    ] {
        for half in ["", "made-up"] {
            let answer = ask(&world, method.clone(), half, (path, &[("csrf", "x")])).await;
            assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"), "{method} {path}");
        }
    }
    let foreign = request(Method::POST, None, "/login/ask").insert_header(("sec-fetch-site", "cross-site"));
    assert_eq!(world.ask(foreign).await.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn a_passkey_is_added_signs_in_and_proves_again() {
    let (world, _) = World::with_shop().await;
    let session = world.person(Role::Owner, None).await;
    let mut device = Authenticator::at("https://comeback.example");
    let options: Value = serde_json::from_str(&world.post(&session, "/account/passkeys/ask", &[]).await.body).expect("JSON");
    assert_eq!((&options["attestation"], &options["rp"]["id"]), (&"none".into(), &"comeback.example".into()));
    let told = device.create(&options);
    let added = world.post(&session, "/account/passkeys", &[("answer", &told), ("name", "Desk <b>")]).await;
    assert!(added.status == StatusCode::OK && added.body.contains("shown this once"), "{}", added.body);
    let account = world.get(Some(&session), "/account").await;
    assert!(account.body.contains("Desk &#60;b&#62;"), "{}", account.body);
    let again = world.post(&session, "/account/passkeys", &[("answer", &told)]).await;
    assert_eq!(again.header("location"), "/account?done=passkey-refused#factors");

    let asked = world.ask(request(Method::POST, None, "/login/ask")).await;
    assert_secured(&asked, "a question");
    let options: Value = serde_json::from_str(&asked.body).expect("JSON");
    let told = device.get(&options);
    let half = cookie(&asked, HALF);
    let signed = ask(&world, Method::POST, &half, ("/login/passkey", &[("answer", &told), ("next", "/carts")])).await;
    assert_eq!((signed.status, signed.header("location")), (StatusCode::SEE_OTHER, "/carts"));
    let new = cookie(&signed, SESSION);
    assert_eq!(world.get(Some(&new), "/carts").await.status, StatusCode::OK);
    let twice = ask(&world, Method::POST, &half, ("/login/passkey", &[("answer", &told)])).await;
    assert_eq!((twice.status, cookie(&twice, SESSION).as_str()), (StatusCode::UNAUTHORIZED, ""));

    world.advance(SignedDuration::from_mins(20));
    let asked = world.post(&new, "/account/recovery", &[]).await;
    assert_eq!(asked.header("location"), "/account/prove?next=%2Faccount");
    let options: Value = serde_json::from_str(&world.post(&new, "/account/prove/ask", &[]).await.body).expect("JSON");
    let told = device.get(&options);
    let proved = world.post(&new, "/account/prove/passkey", &[("answer", &told), ("next", "/account")]).await;
    assert_eq!((proved.status, proved.header("location")), (StatusCode::SEE_OTHER, "/account"));
    assert_eq!(world.post(&new, "/account/recovery", &[]).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn a_password_alone_is_not_enough_where_there_is_a_passkey() {
    let (world, _) = World::with_shop().await;
    let session = world.person(Role::Owner, None).await;
    let mut device = Authenticator::at("https://comeback.example");
    let options: Value = serde_json::from_str(&world.post(&session, "/account/passkeys/ask", &[]).await.body).expect("JSON");
    let told = device.create(&options);
    world.post(&session, "/account/passkeys", &[("answer", &told)]).await;
    let half = cookie(&password(&world, "").await, HALF);
    let page = ask(&world, Method::GET, &half, ("/login/code", &[])).await;
    assert!(page.body.contains("data-passkey=\"get\"") && !page.body.contains("one-time-code"), "{}", page.body);
    let csrf = token(&page);
    let asked = ask(&world, Method::POST, &half, ("/login/code/ask", &[("csrf", &csrf)])).await;
    let options: Value = serde_json::from_str(&asked.body).expect("JSON");
    assert_eq!(options["allowCredentials"].as_array().map(Vec::len), Some(1));
    let told = device.get(&options);
    let signed = ask(&world, Method::POST, &half, ("/login/code/passkey", &[("csrf", &csrf), ("answer", &told)])).await;
    assert_eq!((signed.status, signed.header("location")), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(world.get(Some(&cookie(&signed, SESSION)), "/").await.status, StatusCode::OK);
}
