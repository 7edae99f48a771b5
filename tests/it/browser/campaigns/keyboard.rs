//! A campaign is written with the keyboard alone: no pointer, and what is wrong is said where it is.

use crate::browser::driver::Browser;
use crate::browser::world::World;
use comeback::domain::campaign::CampaignSpec;
use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

/// So many presses of the tabulator lead everywhere.
const STOPS_MAX: usize = 250;

/// What has the focus: its field, what it sends, or what it says.
const FOCUSED: &str = "const e = document.activeElement; return [e.name || '', e.value || '', (e.textContent || '').replace(/\\s+/g, ' ').trim(), e.parentElement && e.parentElement.id || ''];";

struct Focus {
    name: String,
    value: String,
    words: String,
    part: String,
}

async fn focus(browser: &Browser) -> Focus {
    let told = browser.ask(FOCUSED).await;
    let text = |at: usize| told[at].as_str().unwrap_or_default().to_owned();
    Focus { name: text(0), value: text(1), words: text(2), part: text(3) }
}

/// Presses and lets go each key in turn, wherever the focus is.
async fn press(browser: &Browser, keys: impl IntoIterator<Item = char>) {
    let actions = keys
        .into_iter()
        .fold(KeyActions::new("keyboard".into()), |actions, value| actions.then(KeyAction::Down { value }).then(KeyAction::Up { value }));
    browser.client.perform_actions(actions).await.expect("pressed");
}

async fn enter(browser: &Browser) {
    press(browser, [Key::Enter.into()]).await;
}

/// Goes on with the tabulator until it is there.
async fn go(browser: &Browser, what: &str, is: impl Fn(&Focus) -> bool) {
    for _ in 0..STOPS_MAX {
        if is(&focus(browser).await) {
            return;
        }
        press(browser, [Key::Tab.into()]).await;
    }
    panic!("the tabulator doesn't lead to {what}");
}

async fn to_field(browser: &Browser, name: &str) {
    go(browser, name, |f| f.name == name).await;
}

/// Presses the button that sends this, and waits until the picture has a part open.
async fn act(browser: &Browser, sends: &str, opens: &str) {
    go(browser, sends, |f| f.name == "do" && f.value == sends).await;
    enter(browser).await;
    browser.see(&format!("#{opens}[open] > summary[autofocus]")).await;
    for _ in 0..200 {
        if focus(browser).await.part == opens {
            return;
        }
    }
    panic!("after {sends} the focus isn't on {opens}");
}

/// Types into the field: whoever comes by the tabulator types in the place of what is there.
async fn write(browser: &Browser, name: &str, text: &str) {
    to_field(browser, name).await;
    press(browser, text.chars()).await;
}

/// Opens a part of the picture.
async fn open(browser: &Browser, part: &str) {
    go(browser, part, |f| f.part == part).await;
    enter(browser).await;
}

async fn saved(world: &World) -> CampaignSpec {
    let rows = comeback::db::campaigns::list(&world.rig.app.db, world.rig.shop.id).await.expect("campaigns");
    rows.into_iter().find(|r| r.spec.name == "By keyboard").expect("the campaign").spec
}

#[tokio::test]
async fn a_campaign_is_built_published_and_compared_by_keyboard_alone() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.goto("/campaigns").await;
    go(&browser, "a starter", |f| f.words == "E-mail and text recovery").await;
    enter(&browser).await;
    browser.see("#builder").await;
    write(&browser, "name", "By keyboard").await;
    open(&browser, "holdout").await;
    write(&browser, "holdout", "20").await;
    act(&browser, "path-add", "path-1").await;
    to_field(&browser, "path0.if0.kind").await;
    press(&browser, [Key::Down.into()]).await;
    write(&browser, "path0.if0.value", "100").await;
    act(&browser, "step-add 2 0", "step-3").await;
    write(&browser, "step2.delay", "2d").await;
    act(&browser, "text-add 2", "step-3").await;
    write(&browser, "step2.variant1.weight", "none").await;
    // Whoever presses Enter in a field saves.
    enter(&browser).await;
    browser.see(".attention a[href='#step-3']").await;
    let wrong = browser.text("#step-3 .fault").await;
    assert!(wrong.contains("whole number"), "{wrong}");
    assert!(browser.ask("return document.querySelector('#step-3').open").await == true, "what is wrong is open");
    write(&browser, "step2.variant1.weight", "3").await;
    enter(&browser).await;
    browser.see(".notice[role=status]").await;
    let spec = saved(&world).await;
    assert_eq!((spec.holdout_percent, spec.paths.len(), spec.steps.len()), (20, 2, 3));
    assert_eq!(spec.steps[2].path.as_deref(), Some(spec.paths[0].name.as_str()));
    assert_eq!(spec.steps[2].variants.iter().map(|v| (v.name.as_str(), v.weight)).collect::<Vec<_>>(), [("A", 1), ("B", 3)]);
    assert!(!browser.text("#times").await.is_empty());
    follow(&browser, "Preview").await;
    browser.see_heading("Preview").await;
    browser.client.back().await.expect("back");
    browser.see("#builder").await;
    pressing(&browser, "Publish").await;
    browser.see_xpath("//h1//span[contains(@class, 'badge')][.='published']").await;
    open(&browser, "step-2").await;
    act(&browser, "step-up 1", "step-1").await;
    to_field(&browser, "step0.delay").await;
    enter(&browser).await;
    browser.see_xpath("//*[contains(@class, 'notice')][contains(., 'Changed since version 1')]").await;
    follow(&browser, "What changed").await;
    browser.see_heading("What changed").await;
    assert!(browser.text(".changes").await.contains('→'));
    browser.client.back().await.expect("back");
    pressing(&browser, "Pause").await;
    browser.see_xpath("//h1//span[contains(@class, 'badge')][.='paused']").await;
    browser.is_content().await;
    world.end().await;
}

async fn pressing(browser: &Browser, name: &str) {
    browser.see_xpath(&format!("//button[normalize-space(.)='{name}']")).await;
    go(browser, name, |f| f.words == name).await;
    enter(browser).await;
}

async fn follow(browser: &Browser, name: &str) {
    browser.see_xpath(&format!("//a[normalize-space(.)='{name}']")).await;
    go(browser, name, |f| f.words == name).await;
    enter(browser).await;
}

#[tokio::test]
async fn the_same_buttons_work_without_scripts() {
    let world = World::new().await;
    let browser = Browser::without_scripts(&world.base).await;
    browser.goto("/").await;
    browser.see("input[name=email]").await.send_keys(crate::browser::world::OWNER).await.expect("typed");
    browser.see("input[name=password]").await.send_keys(crate::browser::world::PASSWORD).await.expect("typed");
    browser.press("Sign in").await;
    browser.see_heading("Overview").await;
    browser.goto(&format!("/campaigns/{}", world.rig.campaign)).await;
    let before = browser.client.find_all(Locator::Css(".node.step")).await.expect("steps").len();
    browser.see(".canvas .join .act").await.click().await.expect("pressed");
    browser.see("#step-1[open]").await;
    browser.press("Save").await;
    browser.see(".notice[role=status]").await;
    let after = browser.client.find_all(Locator::Css(".node.step")).await.expect("steps").len();
    assert_eq!(after, before + 1);
    world.end().await;
}
