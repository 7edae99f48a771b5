//! One's own account.

use super::with_codes;
use crate::pages::support::{PASSWORD, World, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::{Role, sign_in};
use comeback::domain::one_time_code::code;
use jiff::SignedDuration;
use scraper::{Html, Selector};

fn text(page: &str, css: &str) -> String {
    let html = Html::parse_document(page);
    html.select(&Selector::parse(css).expect("a selector")).next().map(|e| e.text().collect()).unwrap_or_default()
}

#[actix_web::test]
async fn people_choose_language_zone_and_colours_for_every_page() {
    let (world, _) = World::with_shop().await;
    let session = world.person(Role::Viewer, None).await;
    let plain = world.get(Some(&session), "/account").await;
    assert!(plain.body.contains("<html lang=\"en\">") && plain.body.contains("<option value=\"Europe/Berlin\">"), "{}", plain.body);
    let save = async |language: &str, zone: &str, colours: &str| {
        world.post(&session, "/account/look", &[("language", language), ("timezone", zone), ("colours", colours)]).await
    };
    assert_eq!(save("de", "europe/berlin", "dark").await.header("location"), "/account?done=look");
    let german = world.get(Some(&session), "/account?done=look").await;
    assert!(german.body.contains("<html lang=\"de\" data-theme=\"dark\">"), "{}", german.body);
    assert_eq!(text(&german.body, "h1").trim(), "Ihr Konto viewer@comeback.example");
    assert_eq!(text(&german.body, ".notice"), "Gespeichert.");
    let since = text(&german.body, "#sessions ~ .scroll tbody time");
    assert_eq!(since, "15. Juli 2026, 14:00", "noon in UTC is two o'clock in Berlin");
    let wrong = save("de", "Europe/Atlantis", "").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        text(&wrong.body, "#zone-fault").starts_with("Diese Zeitzone gibt es nicht") && wrong.body.contains("value=\"Europe/Atlantis\"")
    );
    save("klingon", "", "pink").await;
    let again = world.get(Some(&session), "/account").await;
    assert!(again.body.contains("<html lang=\"en\">"), "what isn't offered is as if nothing were chosen: {}", again.body);
}

#[actix_web::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_the_other_sessions() {
    let (world, _) = World::with_shop().await;
    let here = world.person(Role::Editor, None).await;
    let elsewhere = sign_in(&world.app, "editor@comeback.example", PASSWORD).await.expect("asked").expect("a session");
    let change = async |present: &str, wanted: &str, again: &str| {
        world.post(&here, "/account/password", &[("present", present), ("wanted", wanted), ("again", again)]).await
    };
    for (present, wanted, again, fault) in [
        (PASSWORD, "short", "short", "#wanted-fault"),
        (PASSWORD, "another horse battery", "another house battery", "#again-fault"),
        ("not the password", "another horse battery", "another horse battery", "#present-fault"),
    ] {
        let answer = change(present, wanted, again).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault}");
        assert_ne!(text(&answer.body, fault), "", "{fault}");
        assert!(!answer.body.contains("battery"), "no password stands on a page");
    }
    let list = world.get(Some(&here), "/account").await;
    assert!(list.body.contains("Sign out everywhere else"));
    assert_eq!(change(PASSWORD, "another horse battery", "another horse battery").await.header("location"), "/account?done=password");
    assert_eq!(world.get(Some(&here), "/").await.status, StatusCode::OK);
    assert_eq!(world.get(Some(&elsewhere), "/").await.status, StatusCode::SEE_OTHER);
    assert!(sign_in(&world.app, "editor@comeback.example", PASSWORD).await.expect("asked").is_none());
}

#[actix_web::test]
async fn sessions_are_told_apart_and_ended_by_their_owner_alone() {
    let (world, _) = World::with_shop().await;
    let here = world.person(Role::Editor, None).await;
    let other = world.person(Role::Viewer, None).await;
    let form = [("email", "editor@comeback.example"), ("password", PASSWORD)];
    let phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
    let request = request(Method::POST, None, "/login").insert_header(("user-agent", phone));
    let from: std::net::SocketAddr = "192.0.2.7:5000".parse().expect("an address");
    let signed = world.ask(request.peer_addr(from).set_form(form)).await;
    let there = super::cookie(&signed, "comeback_session");
    let page = world.get(Some(&here), "/account").await;
    assert!(page.body.contains("Chrome, Android") && page.body.contains("192.0.2.7"), "{}", page.body);
    let (_, after) = page.body.split_once("action=\"/account/sessions/").expect("one to end");
    let end = format!("/account/sessions/{}", after.split('"').next().expect("an address"));
    assert_eq!(world.post(&other, &end, &[]).await.status, StatusCode::NOT_FOUND, "somebody else's");
    assert_eq!(world.get(Some(&there), "/").await.status, StatusCode::OK);
    assert_eq!(world.post(&here, &end, &[]).await.header("location"), "/account?done=session-ended#sessions");
    assert_eq!(world.get(Some(&there), "/").await.status, StatusCode::SEE_OTHER);
    let again = sign_in(&world.app, "editor@comeback.example", PASSWORD).await.expect("asked").expect("a session");
    world.post(&here, "/account/sessions/end-others", &[]).await;
    assert_eq!(world.get(Some(&again), "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get(Some(&here), "/").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn an_app_is_set_up_by_its_first_code_and_the_recovery_codes_are_shown_once() {
    let (world, _) = World::with_shop().await;
    let session = world.person(Role::Owner, None).await;
    assert_eq!(world.get(Some(&session), "/account/code").await.header("location"), "/account", "there is nothing to confirm");
    assert_eq!(world.post(&session, "/account/code/begin", &[]).await.header("location"), "/account/code");
    let page = world.get(Some(&session), "/account/code").await;
    assert!(page.body.contains("<svg class=\"qr\" role=\"img\"") && !page.body.contains("style="), "{}", page.body);
    let secret = text(&page.body, "#secret").replace(' ', "");
    assert_eq!(secret.len(), 32, "160 bits in base32");
    let wrong = world.post(&session, "/account/code", &[("code", "000000")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"code-fault\""), "{}", wrong.body);
    assert!(wrong.body.contains(&text(&page.body, "#secret")), "the same secret as before");
    let first = code(&secret, world.app.now()).expect("a code");
    let done = world.post(&session, "/account/code", &[("code", &first)]).await;
    let codes: Vec<&str> = done.body.split("<li><code>").skip(1).filter_map(|c| c.split('<').next()).collect();
    assert_eq!(codes.len(), 10, "{}", done.body);
    let account = world.get(Some(&session), "/account").await;
    assert!(account.body.contains("10 are left.") && codes.iter().all(|c| !account.body.contains(c)), "{}", account.body);
    assert!(!account.body.contains(&secret));
    assert_eq!(world.get(Some(&session), "/account/code").await.header("location"), "/account");
    assert_eq!(world.post(&session, "/account/code/begin", &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(world.post(&session, "/account/code/off", &[]).await.header("location"), "/account?done=code-off#factors");
}

#[actix_web::test]
async fn what_is_dangerous_asks_again_after_a_quarter_of_an_hour() {
    let (world, shop) = World::with_shop().await;
    let session = world.person(Role::Owner, None).await;
    let (secret, _) = with_codes(&world, &session).await;
    let who = comeback::db::access::users(&world.app.db).await.expect("people")[0].id;
    let member = format!("/settings/team/{who}");
    assert_eq!(world.get(Some(&session), &member).await.status, StatusCode::OK);
    world.advance(SignedDuration::from_mins(15));
    for path in [member.as_str(), "/settings/team/invite"] {
        let asked = world.get(Some(&session), path).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER);
        assert_eq!(asked.header("location"), format!("/account/prove?next={}", path.replace('/', "%2F")));
    }
    for path in [
        "/account/code/begin",
        "/account/code/off",
        "/account/recovery",
        "/account/passkeys/ask",
        "/settings/team/invite",
        &format!("{member}/remove"),
    ] {
        let asked = world.post(&session, path, &[("email", "new@comeback.example"), ("role", "owner")]).await;
        assert!(asked.header("location").starts_with("/account/prove?next="), "{path}: {}", asked.status);
    }
    assert!(comeback::db::team::invitations(&world.app.db, world.app.now()).await.expect("asked").is_empty());
    let page = world.get(Some(&session), "/account/prove?next=//evil.example").await;
    assert!(page.body.contains("name=\"next\" value=\"/\""), "{}", page.body);
    let now = code(&secret, world.app.now()).expect("a code");
    let prove = async |password: &str, code: &str| {
        world.post(&session, "/account/prove", &[("password", password), ("code", code), ("next", &member)]).await
    };
    assert_eq!(prove(PASSWORD, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(prove("not the password", &now).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(prove(PASSWORD, &now).await.header("location"), member);
    assert_eq!(world.get(Some(&session), &member).await.status, StatusCode::OK);
    assert!(!shop.name.is_empty());
}

#[actix_web::test]
async fn the_account_says_why_there_are_no_passkeys_and_offers_them_where_there_are() {
    let (world, _) = World::with_shop().await;
    let session = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&session), "/account").await;
    assert!(page.body.contains("data-passkey=\"create\"") && !page.body.contains("server.public_url"));
    assert!(world.get(None, "/login").await.body.contains("data-passkey=\"get\""));
    for (url, why) in [("http://127.0.0.1:8080", "is a number"), ("http://comeback.example", "over https alone")] {
        let world = World::at(url).await;
        world.add_shop("acme", "Acme").await;
        let session = world.person(Role::Viewer, None).await;
        let page = world.get(Some(&session), "/account").await;
        assert!(page.body.contains(why) && !page.body.contains("data-passkey"), "{}", page.body);
        assert!(!world.get(None, "/login").await.body.contains("data-passkey"));
        assert_eq!(world.post(&session, "/account/passkeys/ask", &[]).await.status, StatusCode::CONFLICT);
    }
}
