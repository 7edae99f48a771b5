//! A merchant writes a campaign: a step with a condition and texts to compare, a look at what it would do, and out it goes.

use crate::browser::driver::Browser;
use crate::browser::shell::screens::faults;
use crate::browser::world::World;
use fantoccini::Locator;

/// Where pictures of the pages go, if somebody wants to look at them.
#[allow(clippy::disallowed_methods, reason = "whether somebody looks on is no setting of the program")]
fn pictures() -> Option<String> {
    std::env::var("COMEBACK_PICTURES").ok()
}

async fn picture(browser: &Browser, name: &str) {
    let Some(folder) = pictures() else { return };
    for width in [1280, 360] {
        browser.set_size(width, 900).await;
        let height = browser.ask("return document.documentElement.scrollHeight").await.as_u64().unwrap_or(900);
        browser.set_size(width, u32::try_from(height).unwrap_or(900).min(12_000)).await;
        let png = browser.client.screenshot().await.expect("a picture");
        std::fs::write(format!("{folder}/{name}-{width}.png"), png).expect("written");
    }
    browser.set_size(1280, 900).await;
}

/// Types into a field in the place of what is there.
async fn fill(browser: &Browser, name: &str, text: &str) {
    let field = browser.see(&format!("[name='{name}']")).await;
    field.clear().await.expect("cleared");
    field.send_keys(text).await.unwrap_or_else(|e| panic!("{name}: {e}"));
}

/// Adds a step at the end, and waits until it is there.
async fn add_last(browser: &Browser) {
    browser.see(".canvas > .join:last-of-type .act, .canvas > li.join .act").await;
    let buttons = browser.client.find_all(Locator::Css(".canvas > li.join .act")).await.expect("buttons");
    buttons.last().expect("a button").click().await.expect("pressed");
    browser.see("#step-3[open]").await;
}

async fn choose(browser: &Browser, name: &str, value: &str) {
    browser.see(&format!("select[name='{name}']")).await.select_by_value(value).await.unwrap_or_else(|e| panic!("{name}: {e}"));
}

#[tokio::test]
async fn a_step_with_a_condition_and_texts_to_compare_is_added_previewed_and_published() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.follow("Campaigns").await;
    picture(&browser, "campaigns").await;
    browser.press("E-mail and text recovery").await;
    browser.see_heading("E-mail and text recovery").await;
    add_last(&browser).await;
    fill(&browser, "step2.delay", "2d").await;
    choose(&browser, "step2.message", "email/checkout-reminder").await;
    browser.see("#step-3 details.more summary").await.click().await.expect("opened");
    choose(&browser, "step2.if0.kind", "value_at_least").await;
    fill(&browser, "step2.if0.value", "20").await;
    browser.see("#step-3 [value='text-add 2']").await.click().await.expect("pressed");
    fill(&browser, "step2.variant0.name", "Plain").await;
    fill(&browser, "step2.variant1.name", "Warm").await;
    fill(&browser, "step2.variant1.weight", "0").await;
    picture(&browser, "editor-step").await;
    browser.press("Save").await;
    browser.see(".notice[role=status]").await;
    picture(&browser, "editor").await;
    let rows = comeback::db::campaigns::list(&world.rig.app.db, world.rig.shop.id).await.expect("campaigns");
    let spec = &rows.iter().find(|r| r.spec.name == "E-mail and text recovery").expect("the campaign").spec;
    assert_eq!((spec.steps.len(), spec.steps[2].variants.len(), spec.steps[2].only_if.is_some()), (3, 2, true));
    browser.follow("Preview").await;
    browser.see_heading("Preview").await;
    let steps = browser.client.find_all(Locator::Css("section.card h2[id^=step-]")).await.expect("steps");
    assert_eq!(steps.len(), 3);
    assert!(browser.text("#step-3").await.contains("text Plain"));
    browser.see("iframe.mail").await.enter_frame().await.expect("entered");
    assert!(!browser.text("body").await.is_empty(), "the mail is shown");
    browser.client.enter_parent_frame().await.expect("left");
    picture(&browser, "preview").await;
    browser.is_content().await;
    browser.follow("E-mail and text recovery").await;
    browser.press("Publish").await;
    browser.see_xpath("//h1//span[contains(@class, 'badge')][.='published']").await;
    browser.follow("What would it have done?").await;
    browser.see_heading("What would it have done?").await;
    browser.press("What would this have done last month?").await;
    browser.see("#progress").await;
    picture(&browser, "trial-under-way").await;
    assert!(comeback::app::trials::run_next(&world.rig.app).await.expect("tried"));
    browser.client.refresh().await.expect("again");
    assert!(browser.text("[aria-labelledby=sums]").await.contains("would still wait"));
    picture(&browser, "trial").await;
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn everything_of_a_campaign_fits_a_small_screen_and_can_be_heard() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.set_size(360, 740).await;
    let mut found = Vec::new();
    for page in ["", "/preview", "/trial", "/json", "/versions"] {
        browser.goto(&format!("/campaigns/{}{page}", world.rig.campaign)).await;
        browser.see("main h1").await;
        browser.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; }); return 0;").await;
        found.extend(faults(&browser).await);
        if page.is_empty() {
            picture(&browser, "editor-open").await;
            browser.set_size(360, 740).await;
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    browser.is_content().await;
    world.end().await;
}
