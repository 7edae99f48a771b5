//! The page of a store's data: who is erased, what leaves and comes in as a file, how long things are kept.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{Answer, World, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use comeback::app::files::jobs::UPLOAD_MAX;
use comeback::app::files::work;
use comeback::app::retention;
use comeback::db;
use comeback::domain::retention::Kept;

const PAGE: &str = "/settings/data";

/// Sends a form with a file, as a browser does.
async fn upload(world: &World, session: &str, what: &str, (name, bytes): (&str, &[u8])) -> Answer {
    let token = world.form_token(session).await;
    let field = |name: &str, value: &str| format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let mut body = (field("csrf", &token) + &field("what", what)).into_bytes();
    body.extend(format!("--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b0undary--\r\n");
    let asked = request(Method::POST, Some(session), "/settings/data/imports")
        .insert_header(("content-type", "multipart/form-data; boundary=b0undary"))
        .set_payload(body);
    world.ask(asked).await
}

async fn work_all(world: &World) {
    while work::run_next(&world.app).await.expect("worked") {}
}

#[actix_web::test]
async fn an_owner_erases_a_shopper_by_address_and_nobody_else_is_offered_it() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let ann = Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 2, end: End::Bought(9_900, 900) };
    story(&world, &shop, campaign, &ann).await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), PAGE).await;
    assert!(page.status == StatusCode::OK && page.body.contains("How long things are kept"), "{}", page.body);
    for hidden in ["Erase a shopper", "Take a list along", "Bring a list"] {
        assert!(!page.body.contains(hidden), "{hidden} is shown to a viewer");
    }
    let editor = world.person(Role::Editor, None).await;
    let refused = world.post(&editor, "/settings/data/erase", &[("address", "ann@shop.example")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let owner = world.person(Role::Owner, None).await;
    let wrong = world.post(&owner, "/settings/data/erase", &[("address", "ann at shop")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("neither an e-mail address nor a phone number") && wrong.body.contains("value=\"ann at shop\""));
    let nobody = world.post(&owner, "/settings/data/erase", &[("address", "bob@shop.example")]).await;
    assert!(nobody.status == StatusCode::OK && nobody.body.contains("There is nothing to erase"), "{}", nobody.body);
    let found = world.post(&owner, "/settings/data/erase", &[("address", " Ann@shop.example")]).await;
    for words in ["is a shopper of yours", "1 cart, 1 message that was sent, 1 order.", "Erase this shopper now"] {
        assert!(found.body.contains(words), "{words} in {}", found.body);
    }
    let erased = world.post(&owner, "/settings/data/erase/confirm", &[("address", "ann@shop.example")]).await;
    assert_eq!((erased.status, erased.header("location")), (StatusCode::SEE_OTHER, "/settings/data?done=data-erased"));
    let twice = world.post(&owner, "/settings/data/erase/confirm", &[("address", "ann@shop.example")]).await;
    assert!(twice.status == StatusCode::NOT_FOUND && twice.body.contains("Nothing was erased"), "{}", twice.body);
    let audit = db::access::audit_list(&world.app.db, shop.id, None, 20).await.expect("audit");
    let told: Vec<&str> = audit.iter().filter(|a| a.action == "shopper.erase").map(|a| a.detail.as_str()).collect();
    assert!(told.len() == 1 && !told[0].contains('@'), "{told:?}");
}

#[actix_web::test]
async fn a_list_is_asked_for_shown_while_it_waits_and_downloaded_by_owners_of_this_store_alone() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let ann = Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 2, end: End::Bought(9_900, 900) };
    story(&world, &shop, campaign, &ann).await;
    let owner = world.person(Role::Owner, Some(shop.id)).await;
    let asked = [("list", "contacts"), ("format", "parquet"), ("from", "2026-07-01"), ("to", "2026-07-15")];
    let wrong = world.post(&owner, "/settings/data/exports", &asked).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("lists of people leave as CSV"), "{}", wrong.body);
    assert!(wrong.body.contains("<option value=\"parquet\" selected>") && wrong.body.contains("value=\"2026-07-01\""), "as it was typed");
    let asked = [("list", "contacts"), ("format", "csv"), ("from", "2026-07-01"), ("to", "2026-07-15")];
    let asked = world.post(&owner, "/settings/data/exports", &asked).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let waiting = world.get(Some(&owner), PAGE).await;
    assert!(waiting.body.contains("data-hx-trigger=\"every 2s\"") && waiting.body.contains("Break off"), "{}", waiting.body);
    work_all(&world).await;
    let page = world.get(Some(&owner), PAGE).await;
    assert!(page.body.contains("Download contacts.csv") && !page.body.contains("every 2s"), "{}", page.body);
    let id = db::file_jobs::list(&world.app.db, shop.id).await.expect("files")[0].id;
    let path = format!("/settings/data/files/{id}");
    let file = world.get(Some(&owner), &path).await;
    assert!(file.body.starts_with("contact_id,email,") && file.body.contains("ann@shop.example"), "{}", file.body);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"contacts-2026-07-15.csv\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let other = world.add_shop("other", "Other").await;
    let stranger = world.person(Role::Owner, Some(other.id)).await;
    assert_eq!(world.get(Some(&stranger), &path).await.status, StatusCode::NOT_FOUND, "another store's owner");
    let editor = world.person(Role::Editor, None).await;
    assert_eq!(world.get(Some(&editor), &path).await.status, StatusCode::FORBIDDEN);
    let owner = world.person(Role::Owner, None).await;
    assert_eq!(world.get(Some(&owner), &path).await.status, StatusCode::OK);
    world.advance(jiff::SignedDuration::from_hours(25));
    assert_eq!(world.get(Some(&owner), &path).await.status, StatusCode::NOT_FOUND, "after a day");
}

#[actix_web::test]
async fn a_file_is_brought_and_each_bad_line_is_told() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let none = world.post(&owner, "/settings/data/imports", &[("what", "suppressions")]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.body.contains("Choose a file that is not empty"), "{}", none.body);
    let long = upload(&world, &owner, "suppressions", ("a.csv", &vec![b'x'; UPLOAD_MAX + 1])).await;
    assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.body.contains("at most 10 MB"), "{}", long.status);
    let list = b"channel,address,reason\r\nemail,jo@example.com,asked\r\npigeon,x,y\r\n";
    let taken = upload(&world, &owner, "suppressions", ("no <b>more.csv", list)).await;
    assert_eq!((taken.status, taken.header("location")), (StatusCode::SEE_OTHER, "/settings/data?done=data-taken-in"), "{}", taken.body);
    work_all(&world).await;
    let page = world.get(Some(&owner), PAGE).await;
    for words in ["1 taken, 0 known before, 1 refused.", "1 line was refused", "line 3: channel:", "no &#60;b&#62;more"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let all = db::people::suppressions(&world.app.db, shop.id, (jiff::Timestamp::UNIX_EPOCH, 0), 9).await.expect("addresses");
    assert_eq!(all.iter().map(|s| s.address.as_str()).collect::<Vec<_>>(), ["jo@example.com"]);
    let token = world.form_token(&owner).await;
    let forged = request(Method::POST, Some(&owner), "/settings/data/imports")
        .insert_header(("content-type", "multipart/form-data; boundary=b"))
        .set_payload(format!("--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n{token}\r\n--b--"));
    assert_eq!(world.ask(forged).await.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn an_owner_sets_how_long_things_are_kept_and_sees_what_the_last_run_did() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let page = world.get(Some(&owner), PAGE).await;
    for words in ["36 months (usual)", "It has not run yet.", "Next run, at the earliest:"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let short = world.post(&owner, "/settings/data/retention", &[("raw", "1"), ("browser", "ever"), ("shoppers", "48")]).await;
    assert!(short.status == StatusCode::UNPROCESSABLE_ENTITY && short.body.contains("Nothing was saved"), "{}", short.body);
    assert!(short.body.contains("<option value=\"48\" selected>"), "as it was chosen");
    assert_eq!(retention::get(&world.app, shop.id).await.expect("asked").kept, Kept::default());
    let saved = world.post(&owner, "/settings/data/retention", &[("raw", "6"), ("browser", "ever"), ("shoppers", "48")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let kept = retention::get(&world.app, shop.id).await.expect("asked").kept;
    assert_eq!(kept, Kept { raw: Some(6), browser: None, shoppers: Some(48) });
    world.advance(jiff::SignedDuration::from_hours(24 * 8));
    while retention::work_due(&world.app).await.expect("worked") > 0 {}
    let page = world.get(Some(&owner), PAGE).await;
    assert!(page.body.contains("nothing was old enough."), "{}", page.body);
}
