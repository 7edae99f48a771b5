//! What the pages show, and what comes of using them.

use crate::pages::seed::{End, Shopper, publish, set_aside, story};
use crate::pages::support::{Answer, World, assert_secured, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use comeback::app::restore;
use comeback::app::stores::{NewAccess, give_access};
use comeback::db;
use comeback::domain::campaign::CampaignSpec;
use flate2::read::GzDecoder;
use jiff::SignedDuration;
use scraper::{Html, Selector};
use std::io::Read as _;

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

/// The text of everything that a selector finds, with single blanks.
fn text(page: &Answer, selector: &str) -> String {
    let document = Html::parse_document(&page.body);
    let found: String = document.select(&Selector::parse(selector).expect("selector")).flat_map(|e| e.text().chain([" "])).collect();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn count(page: &Answer, selector: &str) -> usize {
    Html::parse_document(&page.body).select(&Selector::parse(selector).expect("selector")).count()
}

#[actix_web::test]
async fn before_anything_happened_every_page_says_so_and_what_to_do() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let check = async |path: &str, words: &[&str]| {
        let page = world.get(Some(&owner), path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let shown = text(&page, "main");
        for word in words {
            assert!(shown.contains(word), "{path}: {word:?} is missing in: {shown}");
        }
    };
    let url = format!("https://comeback.example/webhooks/shopify/{}", shop.id);
    let missing = ["No data yet", "No webhook has arrived", &url, "No campaign is published", "COMEBACK_EMAIL__URL"];
    check("/", &missing).await;
    check("/carts", &["No cart yet"]).await;
    check("/carts?state=lost", &["No cart here"]).await;
    check("/campaigns", &["Checkout recovery", "draft", "1 hour after", "24 hours after", "Publish"]).await;
    check("/reports", &["No data yet", "net", "Gross less refunds."]).await;
    let nothing = ["No data yet", "What was caused", "How long orders count", "chi-square"];
    check("/reports/lift", &nothing).await;
    check("/reports/funnel", &["No data yet", "Of the carts whose checkout was begun"]).await;
    check("/reports/performance", &["No data yet", "Gross less refunds."]).await;
    check("/reports/buyers", &["No data yet", "not cause and effect"]).await;
    check("/reports/cohorts", &["No data yet", "divided by all buyers"]).await;
    check("/tracking", &["No data yet", &url, "None: everything that was signed could be read."]).await;
    let access = "comeback shop access acme.myshopify.com";
    check("/settings", &["Connection", "Outbound webhooks", "The guided way to the first message"]).await;
    check("/settings/connection", &[&url, "no webhook has arrived yet", "none", access]).await;
    check("/settings/channels", &["not set up", "Messages wait."]).await;
    check("/settings/tokens", &["No program has a token"]).await;
    check("/settings/webhooks", &["None of your own programs is told anything."]).await;
    check("/settings/audit", &["Added the store"]).await;
    check("/settings/stores", &["Acme", "active", "USD, America/New_York, en"]).await;
}

#[actix_web::test]
async fn settings_say_whether_a_store_lets_comeback_ask_it_and_never_with_what() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let token = "shpat_a_very_secret_token";
    give_access(&world.app, shop.id, NewAccess::Token(token.into()), "test").await.expect("given");
    let page = world.get(Some(&owner), "/settings/connection").await;
    assert!(text(&page, "main").contains("Access to prices, stock and discounts") && !page.body.contains(token));
    assert!(!page.body.contains("not working") && !page.body.contains("comeback shop access"));
    let (now, held) = (world.app.now(), world.app.now() + SignedDuration::from_secs(10));
    assert!(db::shop_access::take_turn(&world.app.db, shop.id, now, held).await.expect("asked"));
    db::shop_access::end_turn(&world.app.db, shop.id, held, (Some("the <b>store</b> could not be reached"), now)).await.expect("noted");
    let page = world.get(Some(&owner), "/settings/connection").await;
    assert!(text(&page, "main").contains("not working") && text(&page, "main").contains("the <b>store</b> could not be reached"));
}

#[actix_web::test]
async fn a_store_that_stopped_and_webhooks_that_wait_need_attention() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    publish(&world, &shop).await;
    let waiting = set_aside(&world, &shop, "x").await;
    let mut tx = world.app.db.begin().await.expect("transaction");
    db::shops::set_status(&mut tx, shop.id, "paused").await.expect("paused");
    db::shops::set_uninstalled(&mut tx, shop.id, Some(world.app.now())).await.expect("uninstalled");
    db::deliveries::retry(&mut tx, shop.id, Some(waiting.0)).await.expect("retried");
    tx.commit().await.expect("commit");
    let shown = async || text(&world.get(Some(&viewer), "/").await, ".attention");
    let first = shown().await;
    for words in ["The store has removed the app.", "The store is paused.", "comeback shop resume", "No SMS provider is set up"] {
        assert!(first.contains(words), "{words:?} is missing in: {first}");
    }
    assert!(!first.contains("No campaign is published") && !first.contains("have been waiting"), "{first}");
    world.advance(jiff::SignedDuration::from_secs(61));
    assert!(shown().await.contains("Webhooks have been waiting since 15 Jul 2026, 08:00."));
}

#[actix_web::test]
async fn a_restore_is_told_on_the_overview_for_a_week() {
    let (world, _) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let shown = async |session: &str| text(&world.get(Some(session), "/").await, ".attention");
    assert!(!shown(&viewer).await.contains("restored"));
    let since = world.app.now() - jiff::SignedDuration::from_hours(3);
    restore::record(&world.app, since, restore::How::Told).await.expect("recorded");
    restore::set_aside(&world.app).await.expect("set aside");
    let told = shown(&viewer).await;
    assert!(told.contains("The database was restored as of 15 Jul 2026, 05:00: nothing is known of the time until 15 Jul 2026, 08:00. No message is in doubt."), "{told}");
    world.advance(jiff::SignedDuration::from_hours(24 * 7 + 1));
    let editor = world.person(Role::Editor, None).await;
    assert!(!shown(&editor).await.contains("restored"));
}

#[actix_web::test]
async fn without_a_database_the_pages_say_so_and_ask_to_come_back() {
    let (world, _) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    world.app.db.close().await;
    let page = world.get(Some(&viewer), "/").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    assert!(text(&page, "main").contains("The database can't be reached"));
    assert_secured(&page, "503");
}

#[actix_web::test]
async fn without_any_store_the_pages_say_how_to_add_one() {
    let world = World::empty().await;
    let owner = world.person(Role::Owner, None).await;
    let page = world.get(Some(&owner), "/").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("comeback shop add"));
    assert_eq!(world.get(Some(&owner), "/settings").await.status, StatusCode::OK);
    let nowhere = world.get(Some(&owner), "/nowhere").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert_secured(&nowhere, "/nowhere");
}

#[actix_web::test]
async fn the_overview_says_net_beside_gross_refunds_and_orders() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    for (email, days_ago, end) in [
        ("a@shop.example", 1, End::Bought(123_400, 0)),
        ("b@shop.example", 3, End::Bought(50_000, 10_050)),
        ("c@shop.example", 5, End::Mailed),
        ("d@shop.example", 40, End::Bought(99_900, 0)),
        ("e@shop.example", 0, End::Open),
    ] {
        story(&world, &shop, campaign, &Shopper { email, title: "Lamp", days_ago, end }).await;
    }
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/").await;
    assert_eq!(text(&page, ".figure"), "1,633.50 USD");
    assert_eq!(text(&page, ".figures dt, .figures dd"), "Gross 1,734.00 Refunds 100.50 Orders 2 Messages 3");
    let funnel = text(&page, ".funnel .count");
    assert_eq!(funnel, "4 of 4 100 % 3 of 4 75 % 2 of 4 50 % 2 of 2 100 %");
    assert_eq!(count(&page, "[data-chart]"), 1);
    assert_eq!(count(&page, "[style]"), 0, "the policy forbids style attributes");
    let quarter = world.get(Some(&viewer), "/?days=90").await;
    assert_eq!(text(&quarter, ".figure"), "2,632.50 USD");
    let csv = world.get(Some(&viewer), "/reports/recovered.csv?by=campaign").await;
    assert!(csv.header("content-disposition").contains("attachment"));
    assert!(csv.body.contains(",Checkout recovery,USD,3,3,2,1734.00,100.50,1633.50,0.00"), "{}", csv.body);
}

#[actix_web::test]
async fn what_strangers_write_into_carts_stays_text_and_who_they_are_stays_masked() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let shopper = Shopper { email: "secret.person@shop.example", title: HOSTILE, days_ago: 1, end: End::Bought(9_900, 0) };
    let left = story(&world, &shop, campaign, &shopper).await;
    set_aside(&world, &shop, HOSTILE).await;
    let viewer = world.person(Role::Viewer, None).await;
    let path = format!("/carts/{}", left.cart);
    for at in ["/", "/carts", &path, &format!("{path}?reveal=1"), "/tracking"] {
        let page = world.get(Some(&viewer), at).await;
        assert_eq!(page.status, StatusCode::OK, "{at}");
        assert_eq!(count(&page, "main script, main img[onerror], [onerror]"), 0, "{at}");
        assert!(!page.body.contains("secret.person@"), "{at}");
        assert!(!page.body.contains("javascript:"), "{at}");
        assert!(!page.body.contains("secret-token"), "{at}");
    }
    let page = world.get(Some(&viewer), &path).await;
    assert!(text(&page, "#content").contains("s•••@shop.example"));
    assert!(text(&page, ".item").contains("<script>alert(1)</script>"));
    assert!(text(&page, ".timeline").contains("Order #1001: 99.00 USD net credited to this cart's message"));
    let found = world.post(&viewer, "/carts", &[("search", "Secret.Person@shop.example")]).await;
    assert_eq!(count(&found, "tbody tr"), 1);
    let not_found = world.post(&viewer, "/carts", &[("search", "secret.person")]).await;
    assert!(text(&not_found, "main").contains("Nothing was found"));
}

#[actix_web::test]
async fn showing_a_shopper_is_for_editors_and_recorded() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let shopper = Shopper { email: "secret.person@shop.example", title: "Lamp", days_ago: 1, end: End::Mailed };
    let left = story(&world, &shop, campaign, &shopper).await;
    let editor = world.person(Role::Editor, None).await;
    let page = world.get(Some(&editor), &format!("/carts/{}?reveal=1", left.cart)).await;
    assert!(text(&page, "#content").contains("secret.person@shop.example"));
    let audit = db::access::audit_list(&world.app.db, shop.id, None, 10).await.expect("audit");
    assert!(audit.iter().any(|a| a.action == "cart.reveal" && a.detail == left.cart.to_string()));
    let framed = world.get(Some(&editor), &format!("/carts/{}/messages/{}", left.cart, left.nudge)).await;
    assert!(framed.header("content-security-policy").starts_with("sandbox;"));
    assert!(framed.body.contains("Your cart is waiting") && !framed.body.contains("secret-token"));
}

#[actix_web::test]
async fn carts_are_paged_without_leaving_one_out() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    for i in 0..53 {
        let email = format!("shopper{i}@shop.example");
        story(&world, &shop, campaign, &Shopper { email: &email, title: "Lamp", days_ago: i % 5, end: End::Open }).await;
    }
    let viewer = world.person(Role::Viewer, None).await;
    let first = world.get(Some(&viewer), "/carts?state=open").await;
    assert_eq!(count(&first, "tbody tr"), 50);
    let document = Html::parse_document(&first.body);
    let older = document.select(&Selector::parse(".more a").expect("selector")).next().and_then(|a| a.attr("href")).expect("older");
    let second = world.get(Some(&viewer), older).await;
    assert_eq!(count(&second, "tbody tr"), 3);
    assert_eq!(count(&second, ".more"), 0);
}

#[actix_web::test]
async fn a_campaign_is_edited_published_paused_and_its_faults_are_named() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let id = db::campaigns::list(&world.app.db, shop.id).await.expect("campaigns")[0].id;
    let path = format!("/campaigns/{id}");
    let now = async || db::campaigns::list(&world.app.db, shop.id).await.expect("campaigns")[0].clone();
    let form = |delay: &'static str, message: &'static str| {
        [
            ("all", "1"),
            ("name", "Back again"),
            ("abandon_after", "15m"),
            ("holdout", "5"),
            ("click_window", "3d"),
            ("step0.delay", delay),
            ("step0.message", message),
        ]
    };
    let bad = world.post(&editor, &path, &form("tomorrow", "email/checkout-reminder")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&bad, ".attention").contains("Step 1, wait"), "{}", text(&bad, ".attention"));
    assert_eq!(now().await.spec, CampaignSpec::starter());
    let saved = world.post(&editor, &path, &form("2h", "sms/nothing")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!((now().await.spec.name.as_str(), now().await.spec.quiet_hours), ("Back again", None));
    let refused = world.post(&editor, &format!("{path}/publish"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&refused, ".attention").contains("Step 1, message. There is no sms template"), "{}", text(&refused, ".attention"));
    assert!(text(&world.get(Some(&editor), "/campaigns").await, ".fault").contains("Step 1"));
    world.post(&editor, &path, &form("2h", "email/checkout-reminder")).await;
    for (act, status) in [("publish", "published"), ("pause", "paused"), ("resume", "published"), ("archive", "archived")] {
        assert_eq!(world.post(&editor, &format!("{path}/{act}"), &[]).await.status, StatusCode::SEE_OTHER, "{act}");
        assert_eq!(now().await.status.as_str(), status);
    }
    let late = world.post(&editor, &format!("{path}/publish"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(world.post(&editor, &format!("{path}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_template_that_could_not_be_sent_is_not_saved_and_its_line_is_named() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let rows = db::templates::list(&world.app.db, shop.id).await.expect("templates");
    let sms = rows.iter().find(|t| t.key == "checkout-text" && t.language == "en").expect("template");
    let path = format!("/templates/{}", sms.id);
    let bad = world.post(&editor, &path, &[("body", "Hello\n{{ shop.nam }} {{ link }}")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&bad, ".attention").contains("Body, line 2."), "{}", text(&bad, ".attention"));
    assert!(bad.body.contains("shop.nam"), "what was written isn't lost");
    assert_eq!(db::templates::get(&world.app.db, shop.id, sms.id).await.expect("row").expect("template").version, 1);
    let body = "{{ shop.name }}: your cart {{ link }} Reply STOP to end.";
    let preview = world.post(&editor, &format!("{path}/preview"), &[("body", body)]).await;
    assert!(preview.body.contains("Acme: your cart") && preview.header("content-security-policy").starts_with("sandbox;"));
    let good = world.post(&editor, &path, &[("body", body)]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", text(&good, ".attention"));
    let page = world.get(Some(&editor), &path).await;
    assert!(text(&page, "h1").contains("version 2") && text(&page, ".plain").contains("by editor@comeback.example"));
}

#[actix_web::test]
async fn a_whatsapp_template_says_what_is_at_meta_and_shows_its_gaps_filled() {
    use comeback::app::templates::{NewTemplate, create};
    use comeback::domain::event::ChannelKind;
    use comeback::domain::template::TemplateSource;
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let source = TemplateSource { subject: "cart_reminder en_US".into(), body: "{{ shop.name }}".into(), text: None };
    let new = NewTemplate { key: "cart-whatsapp".into(), channel: ChannelKind::WhatsApp, language: "en".into(), source };
    let path = format!("/templates/{}", create(&world.app, shop.id, &new, "story").await.expect("a template").id);
    let page = world.get(Some(&editor), &path).await;
    assert!(text(&page, "form").contains("Approved template") && page.body.contains("cart_reminder en_US"), "{}", text(&page, "form"));
    let preview =
        world.post(&editor, &format!("{path}/preview"), &[("subject", "cart_reminder"), ("body", "{{ shop.name }}\nhello")]).await;
    assert!(
        preview.body.contains("{{1}} Acme") && preview.body.contains("{{2}} hello") && preview.body.contains("Button: "),
        "{}",
        preview.body
    );
    let bad = world.post(&editor, &path, &[("subject", "Cart reminder"), ("body", "{{ shop.name }}")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&bad, ".attention").contains("Approved template."), "{}", text(&bad, ".attention"));
    let empty = world.post(&editor, &path, &[("subject", "cart_reminder"), ("body", "{{ shop.name }}\n{{ contact.first_name }}")]).await;
    assert!(text(&empty, ".attention").contains("Values, line 2."), "{}", text(&empty, ".attention"));
    let good = world.post(&editor, &path, &[("subject", "cart_reminder de"), ("body", "{{ shop.name }}")]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", text(&good, ".attention"));
}

#[actix_web::test]
async fn deliveries_set_aside_are_retried_and_their_bytes_given_to_owners() {
    let (world, shop) = World::with_shop().await;
    let (one, _two) = (set_aside(&world, &shop, "not JSON").await, set_aside(&world, &shop, "not JSON either").await);
    let owner = world.person(Role::Owner, None).await;
    let page = world.get(Some(&owner), "/tracking").await;
    assert!(text(&page, "#content").contains("Set aside (2)") && text(&page, ".aside").contains("Not JSON either."));
    assert!(text(&world.get(Some(&owner), "/").await, ".attention").contains("2 webhooks are set aside."));
    let raw = world.get(Some(&owner), &format!("/tracking/deliveries/{one}")).await;
    assert_eq!((raw.body.as_str(), raw.header("content-type")), (r#"{"id": }"#, "application/octet-stream"));
    let id = one.to_string();
    assert!(world.post(&owner, "/tracking/retry", &[("id", &id)]).await.header("location").contains("done=retried"));
    assert!(world.post(&owner, "/tracking/retry", &[("id", &id)]).await.header("location").contains("done=nothing"));
    assert!(world.post(&owner, "/tracking/retry", &[("id", "all")]).await.header("location").contains("done=retried"));
    assert!(text(&world.get(Some(&owner), "/tracking").await, "main").contains("Set aside None"));
}

#[actix_web::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let made = world.post(&owner, "/settings/tokens", &[("name", HOSTILE), ("scope", "write")]).await;
    let token = text(&made, ".notice code");
    assert!(token.starts_with("cb_"), "{token}");
    assert_eq!(count(&made, "main script"), 0);
    assert!(!world.get(Some(&owner), "/settings/tokens").await.body.contains(&token));
    let id = db::access::tokens(&world.app.db, shop.id).await.expect("tokens")[0].id;
    let revoke = format!("/settings/tokens/{id}/revoke");
    assert_eq!(world.post(&owner, &revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post(&owner, &revoke, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post(&owner, "/settings/tokens", &[("name", "x"), ("scope", "god")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn assets_are_kept_for_good_under_their_own_hash_only() {
    let (world, _) = World::with_shop().await;
    let login = world.get(None, "/login").await;
    let document = Html::parse_document(&login.body);
    let sheets: Vec<&str> =
        document.select(&Selector::parse("link[rel=stylesheet]").expect("selector")).filter_map(|l| l.attr("href")).collect();
    assert_eq!(sheets.len(), 1);
    for sheet in sheets {
        let file = world.get(None, sheet).await;
        assert_eq!(file.status, StatusCode::OK, "{sheet}");
        assert!(file.header("cache-control").contains("immutable") && file.header("content-type").starts_with("text/css"));
    }
    assert_eq!(world.get(None, "/assets/old/app.css").await.header("cache-control"), "no-store");
    assert_eq!(world.get(None, "/assets/old/none.css").await.status, StatusCode::NOT_FOUND);
    let css = login.body.split('"').find(|address| address.ends_with("/app.css")).expect("a sheet").to_owned();
    for name in ["app.css", "app.js", "print.css", "icon.svg", "uplot.css", "uplot.js", "htmx.js"] {
        let file = world.get(None, &css.replace("app.css", name)).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert!(!file.body.contains("@import") && !file.body.contains("url(http"), "{name}: nothing is loaded from outside");
    }
}

#[actix_web::test]
async fn pages_styles_and_scripts_are_packed_for_those_who_can_unpack_them_and_files_are_not() {
    let (world, _) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let css = world.get(None, "/login").await.body.split('"').find(|a| a.ends_with("/app.css")).expect("a sheet").to_owned();
    for (path, begins, session) in [("/", "<!doctype html>", Some(viewer.as_str())), (css.as_str(), "@charset \"UTF-8\";/*!", None)] {
        let plain = world.get(session, path).await;
        assert!(plain.body.starts_with(begins) && plain.header("content-encoding").is_empty(), "{path}");
        let packed = world.ask(request(Method::GET, session, path).insert_header(("accept-encoding", "br, gzip"))).await;
        for answer in [&plain, &packed] {
            assert_eq!(answer.header("vary"), "Accept-Encoding", "{path}");
        }
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        // A page is short here, and its token, which is on it twice, is noise that nothing packs.
        assert!(packed.bytes.len() * 4 < plain.bytes.len() * 3, "{path}: {} of {}", packed.bytes.len(), plain.bytes.len());
        let mut unpacked = String::new();
        GzDecoder::new(packed.bytes.as_slice()).read_to_string(&mut unpacked).expect("gzip");
        assert!(unpacked.starts_with(begins), "{path}");
    }
    let file = request(Method::GET, Some(&viewer), "/reports/recovered.csv").insert_header(("accept-encoding", "gzip"));
    assert_eq!(world.ask(file).await.header("content-encoding"), "");
}

#[actix_web::test]
async fn the_domains_of_a_stores_pages_are_set_in_one_place_and_stand_beside_the_script_for_them() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let page = world.get(Some(&editor), "/tracking").await;
    let shown = text(&page, "#pixel ~ pre");
    assert!(shown.contains(&format!("comeback('config','{}')", shop.id)) && shown.contains("https://comeback.example/pixel.js"), "{shown}");
    assert!(page.body.contains("href=\"/settings/domains#pages\"") && text(&page, "textarea").is_empty(), "set in one place");
    let sent = world.post(&editor, "/settings/domains", &[("domains", "https://Shop.Example/\r\nwww.shop.example")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = world.get(Some(&editor), "/tracking").await;
    let said = text(&page, "#pixel ~ p");
    assert!(said.contains("acme.myshopify.com may tell") && said.contains("shop.example www.shop.example"), "{said}");
    let wrong = world.post(&editor, "/settings/domains", &[("domains", "not_a domain/with/path")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    assert_eq!(db::domains::of(&world.app.db, shop.id).await.expect("asked"), ["shop.example", "www.shop.example"]);
}
