//! The pages of a campaign: nothing is lost by editing, faults stand beside their fields, and what it would do is shown.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{Answer, World, assert_secured};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::trials;
use comeback::db;
use comeback::db::campaigns::CampaignRow;
use comeback::db::shops::Shop;
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::ids::CampaignId;
use scraper::{ElementRef, Html, Selector};
use serde_json::json;

pub fn select(css: &str) -> Selector {
    Selector::parse(css).expect("selector")
}

pub fn text(page: &Answer, css: &str) -> String {
    let document = Html::parse_document(&page.body);
    let found: String = document.select(&select(css)).flat_map(|e| e.text().chain([" "])).collect();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn count(page: &Answer, css: &str) -> usize {
    Html::parse_document(&page.body).select(&select(css)).count()
}

/// What a browser would send of the form that nobody touched.
pub fn fields(page: &Answer) -> Vec<(String, String)> {
    let document = Html::parse_document(&page.body);
    let form = document.select(&select("form.editor")).next().expect("the form");
    let name = |e: &ElementRef<'_>| e.value().attr("name").map(str::to_owned);
    let of_input = |e: ElementRef<'_>| {
        let ticks = e.value().attr("type") == Some("checkbox");
        let value = if ticks { "on" } else { e.value().attr("value").unwrap_or_default() };
        name(&e).filter(|_| !ticks || e.value().attr("checked").is_some()).map(|n| (n, value.to_owned()))
    };
    let of_select = |e: ElementRef<'_>| {
        let options: Vec<ElementRef<'_>> = e.select(&select("option")).collect();
        let chosen = options.iter().find(|o| o.value().attr("selected").is_some()).or(options.first()).expect("an option");
        name(&e).map(|n| (n, chosen.value().attr("value").unwrap_or_default().to_owned()))
    };
    let (inputs, choices) = (select("input"), select("select"));
    let all = form.select(&inputs).filter_map(of_input).chain(form.select(&choices).filter_map(of_select));
    all.filter(|(n, _)| n != "csrf").collect()
}

pub fn with(mut fields: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        fields.retain(|f| f.0 != *name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

pub async fn send(world: &World, who: &str, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    world.post(who, path, &fields).await
}

pub async fn row(world: &World, shop: &Shop, id: CampaignId) -> CampaignRow {
    db::campaigns::get(&world.app.db, shop.id, id).await.expect("asked").expect("a campaign")
}

/// Everything that a campaign can say, also what the form doesn't show.
pub fn rich() -> CampaignSpec {
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    let any = json!({"any": [{"code_on_cart": true}, {"not": {"country": ["DE"]}}]});
    serde_json::from_value(json!({
        "name": "Everything \"quoted\" & <b>bold</b>", "trigger": "cart_abandoned", "abandon_after": "PT20M", "priority": 3, "holdout_percent": 5, "holdout_scope": "trigger",
        "only_if": {"all": [{"country": ["US", "CA"]}, any.clone(), {"value_at_least": usd("20.00")}, {"product_tag": ["a, b"]}]},
        "paths": [{"name": "big", "if": {"value_at_least": usd("150.00")}}, {"name": "rest"}],
        "steps": [
            {"delay": "PT1H", "channel": "email", "template": "checkout-reminder", "only_if": any, "variants": [
                {"name": "A", "weight": 2, "template": "checkout-reminder"}, {"name": "B", "weight": 1, "without_discount": true}],
                "discount": {"value": {"amount": {"amount": "5.00", "currency": "EUR"}}, "minimum": usd("50.00"), "valid_for": "PT36H", "required": true}},
            {"delay": "PT26H", "after": "previous_send", "at": "10:30", "expires_after": "PT12H", "channel": "sms", "template": "checkout-text", "path": "big",
                "fallback": {"channel": "email", "template": "checkout-reminder"}, "only_if": {"customer_tag": ["vip"]}},
            {"delay": "P4D", "channel": "email", "template": "gone", "path": "lost", "discount_code": "TEN"}],
        "quiet_hours": {"from": "20:00", "to": "09:15"}, "quiet_days": ["sunday", "monday"], "quiet_holidays": true,
        "discount_guards": {"from_step": 1, "minimum_value": usd("20.00"), "not_if_used_within": "P10D"},
        "attribution": {"model": "last_touch", "click_window": "P3D", "view_window": "P1D"}
    }))
    .expect("a campaign")
}

pub async fn made(world: &World, shop: &Shop, spec: CampaignSpec) -> CampaignId {
    comeback::app::campaigns::create(&world.app, shop.id, spec, "test").await.expect("made").id
}

#[actix_web::test]
async fn an_untouched_form_saves_every_field_as_it_was() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    for spec in [rich(), CampaignSpec::starter()] {
        let id = made(&world, &shop, spec.clone()).await;
        let path = format!("/campaigns/{id}");
        let page = world.get(Some(&editor), &path).await;
        let saved = send(&world, &editor, &path, &fields(&page)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", text(&saved, ".attention"));
        assert_eq!(row(&world, &shop, id).await.spec, spec);
    }
}

#[actix_web::test]
async fn an_edit_changes_what_was_edited_and_shows_what_rows_can_not_say() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let id = made(&world, &shop, rich()).await;
    let path = format!("/campaigns/{id}");
    let page = world.get(Some(&editor), &path).await;
    let kept = text(&page, ".kept");
    assert!(kept.contains("carts with a code or others than shoppers in DE") && kept.contains("a, b"), "{kept}");
    assert!(!page.body.contains("<b>bold</b>"), "a name is text");
    let new = [
        ("name", "Less"),
        ("entry0.kind", ""),
        ("step1.delay", "2d"),
        ("step3.delay", "5d"),
        ("step3.message", "email/checkout-reminder"),
        ("step3.if0.kind", "country"),
        ("step3.if0.value", "US"),
    ];
    assert_eq!(send(&world, &editor, &path, &with(fields(&page), &new)).await.status, StatusCode::SEE_OTHER);
    let spec = row(&world, &shop, id).await.spec;
    let mut expected = rich();
    expected.name = "Less".into();
    expected.steps[1].delay = "2d".parse().expect("length");
    let added = json!({"delay": "P5D", "channel": "email", "template": "checkout-reminder", "only_if": {"country": ["US"]}});
    expected.steps.push(serde_json::from_value(added).expect("a step"));
    let before = serde_json::to_value(&expected.only_if).expect("json");
    let after = json!({"all": [before["all"][2], before["all"][1], before["all"][3]]});
    expected.only_if = serde_json::from_value(after).expect("a condition");
    assert_eq!(spec, expected);
}

#[actix_web::test]
async fn faults_stand_beside_their_fields_and_name_the_step() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let id = made(&world, &shop, CampaignSpec::starter()).await;
    let path = format!("/campaigns/{id}");
    let page = world.get(Some(&editor), &path).await;
    let wrong = [
        ("step1.at", "25:00"),
        ("step0.discount", "percent"),
        ("step0.discount_value", "half"),
        ("entry0.kind", "country"),
        ("entry0.value", ""),
    ];
    let refused = send(&world, &editor, &path, &with(fields(&page), &wrong)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let listed = text(&refused, ".attention");
    for place in ["Step 2, time of day", "Step 1, discount", "Only for carts that"] {
        assert!(listed.contains(place), "{place} in {listed}");
    }
    assert!(text(&refused, "label:has([name='step1.at']) .fault").contains("time of day"));
    assert!(text(&refused, "label:has([name='step0.discount_value']) .fault").contains("1 to 100"));
    assert_eq!(count(&refused, "details.node.step[open]"), 2, "what is wrong is shown at once");
    assert_eq!(count(&refused, ".attention a[href='#step-2']"), 1, "and led to");
    assert_eq!(count(&refused, "[name='step0.discount_value'][value='half']"), 1, "what was typed is still there");
    assert_eq!(row(&world, &shop, id).await.spec, CampaignSpec::starter());
}

#[actix_web::test]
async fn whoever_saves_second_is_told_and_loses_nothing() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let id = made(&world, &shop, CampaignSpec::starter()).await;
    for path in [format!("/campaigns/{id}"), format!("/campaigns/{id}/json")] {
        let before = row(&world, &shop, id).await;
        let saved_at = before.updated_at.as_millisecond().to_string();
        world.advance(jiff::SignedDuration::from_secs(1));
        let other = CampaignSpec { name: "Theirs".into(), ..before.spec.clone() };
        comeback::app::campaigns::update(&world.app, shop.id, id, other, "other").await.expect("saved");
        let json = serde_json::to_string(&before.spec).expect("json");
        let late = world.post(&editor, &path, &[("saved_at", &saved_at), ("name", "Mine"), ("json", &json)]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{path}");
        assert!(text(&late, ".notice.bad").contains("Somebody saved"));
        assert_eq!(row(&world, &shop, id).await.spec.name, "Theirs");
    }
}

#[actix_web::test]
async fn the_whole_campaign_is_read_and_written_as_json() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let viewer = world.person(Role::Viewer, None).await;
    let id = made(&world, &shop, rich()).await;
    let path = format!("/campaigns/{id}/json");
    let page = world.get(Some(&viewer), &path).await;
    assert_eq!((count(&page, "textarea[readonly]"), count(&page, "form.card button")), (1, 0));
    let shown: CampaignSpec = serde_json::from_str(&text(&page, "textarea")).expect("a campaign");
    assert_eq!(shown, rich());
    let changed = CampaignSpec { name: "From JSON".into(), ..rich() };
    let body = serde_json::to_string(&changed).expect("json");
    assert_eq!(world.post(&editor, &path, &[("json", &body)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(row(&world, &shop, id).await.spec, changed);
    let bad = world.post(&editor, &path, &[("json", "{\"name\": \"x\", \"colour\": 1}")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        text(&bad, ".notice.bad").contains("colour") && bad.body.contains("&#34;colour&#34;") || bad.body.contains("&quot;colour&quot;")
    );
    assert_eq!(row(&world, &shop, id).await.spec, changed);
}

#[actix_web::test]
async fn campaigns_begin_from_starters_and_copies_and_say_when_the_draft_is_ahead() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let viewer = world.person(Role::Viewer, None).await;
    assert_eq!(count(&world.get(Some(&viewer), "/campaigns").await, "form[action='/campaigns']"), 0);
    assert_eq!(count(&world.get(Some(&editor), "/campaigns").await, "form[action='/campaigns']"), 3);
    let begun = world.post(&editor, "/campaigns", &[("starter", "high-value")]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post(&editor, "/campaigns", &[("starter", "pigeon")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let path = begun.header("location").split('?').next().expect("a path").to_owned();
    let page = world.get(Some(&editor), &path).await;
    assert!(text(&page, "h1").contains("Recovery of valuable carts"));
    let copied = world.post(&editor, &format!("{path}/clone"), &[]).await;
    let copy = world.get(Some(&editor), copied.header("location")).await;
    assert!(text(&copy, "h1").contains("(copy)") && text(&copy, ".notice").contains("copy"));
    world.post(&editor, &format!("{path}/publish"), &[]).await;
    let id: CampaignId = path.rsplit('/').next().expect("an id").parse().expect("an id");
    let spec = row(&world, &shop, id).await.spec;
    comeback::app::campaigns::update(&world.app, shop.id, id, CampaignSpec { holdout_percent: 33, ..spec }, "test").await.expect("saved");
    let list = world.get(Some(&viewer), "/campaigns").await;
    let told = text(&list, ".campaign");
    for words in ["the draft is ahead of it", "33 % of shoppers", "a checkout is left", "Only carts worth 150.00 USD or more", "10 % off"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    let moved = world.post(&editor, &format!("{path}/publish-and-move"), &[]).await;
    let page = world.get(Some(&editor), moved.header("location")).await;
    assert!(text(&page, ".notice").contains("about to be moved to version 2"), "{}", text(&page, ".notice"));
    while comeback::app::campaigns::moving::move_due(&world.app).await.expect("moved") > 0 {}
    assert!(!text(&world.get(Some(&editor), &path).await, ".notice").contains("moved"));
}

#[actix_web::test]
async fn a_preview_shows_times_reasons_and_mails_in_frames_that_can_do_nothing() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let id = publish(&world, &shop).await;
    let left = story(&world, &shop, id, &Shopper { email: "ann@shop.example", title: "<b>Lamp</b>", days_ago: 1, end: End::Mailed }).await;
    for cart in ["sample".to_owned(), left.cart.to_string()] {
        let path = format!("/campaigns/{id}/preview?cart={cart}&at=2026-07-15T12:00");
        let page = world.get(Some(&viewer), &path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(text(&page, ".facts").contains("America/New_York"), "{}", text(&page, ".facts"));
        assert!(!page.body.contains("<b>Lamp</b>"));
        let document = Html::parse_document(&page.body);
        let frame = document.select(&select("iframe.mail")).next().expect("a frame");
        assert_eq!(frame.value().attr("sandbox"), Some(""));
        let mail = world.get(Some(&viewer), frame.value().attr("src").expect("an address")).await;
        assert_eq!(mail.status, StatusCode::OK);
        assert_secured(&mail, "the mail");
        assert!(mail.header("content-security-policy").starts_with("sandbox;"));
        assert!(mail.body.contains("/r/…"));
    }
    let bad = world.get(Some(&viewer), &format!("/campaigns/{id}/preview?at=noon")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn a_trial_is_asked_for_watched_and_told() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let viewer = world.person(Role::Viewer, None).await;
    let id = publish(&world, &shop).await;
    let path = format!("/campaigns/{id}/trial");
    let never = world.get(Some(&viewer), &path).await;
    assert!(text(&never, "main").contains("not tried yet"));
    assert_eq!(count(&never, "main form"), 0, "a viewer asks for none");
    assert_eq!(count(&world.get(Some(&editor), &path).await, "main form"), 1);
    let asked = world.post(&editor, &path, &[("from", "2026-06-20"), ("to", "2026-07-15")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let waits = world.get(Some(&viewer), &path).await;
    assert!(text(&waits, "main").contains("Under way"));
    assert_eq!((count(&waits, "#work[data-hx-get]"), count(&waits, "script[src$='/htmx.js']"), count(&waits, "head noscript")), (1, 1, 1));
    assert_eq!(world.post(&editor, &path, &[]).await.status, StatusCode::CONFLICT);
    assert!(trials::run_next(&world.app).await.expect("tried"));
    let told = world.get(Some(&viewer), &path).await;
    let words = text(&told, "main");
    assert!(words.contains("0 messages to 0 carts") && words.contains("nothing is said about revenue"), "{words}");
    assert_eq!((count(&told, "#work"), count(&told, "[data-hx-get]"), count(&told, "head noscript")), (1, 0, 0));
}

#[actix_web::test]
async fn a_carts_page_says_which_campaign_it_is_in_and_on_which_side() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let id = publish(&world, &shop).await;
    let left = story(&world, &shop, id, &Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 1, end: End::Mailed }).await;
    let page = world.get(Some(&viewer), &format!("/carts/{}", left.cart)).await;
    let told = text(&page, "[aria-labelledby=campaigns]");
    assert!(told.contains("Checkout recovery") && told.contains("Delays count from"), "{told}");
}
