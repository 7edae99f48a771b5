//! A template's pages in a browser, and the keyboard.

use crate::browser::driver::Browser;
use crate::browser::world::{PASSWORD, World};
use comeback::app::access::{Role, save_user};
use comeback::db;
use comeback::db::templates::TemplateRow;
use comeback::domain::event::ChannelKind;
use comeback::domain::template::TemplateSource;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};

/// The English text that the store's campaign sends by this channel.
pub async fn template(world: &World, channel: ChannelKind) -> TemplateRow {
    let key = if channel == ChannelKind::Email { "checkout-reminder" } else { "checkout-text" };
    let rows = db::templates::by_key(&world.rig.app.db, world.rig.shop.id, key, channel).await.expect("templates");
    rows.into_iter().find(|t| t.language == "en").expect("a starter")
}

pub async fn now(world: &World, row: &TemplateRow) -> (i64, TemplateSource) {
    let now = db::templates::get(&world.rig.app.db, world.rig.shop.id, row.id).await.expect("asked").expect("a template");
    (now.version, serde_json::from_str(&now.source).expect("a text"))
}

pub fn source(row: &TemplateRow) -> TemplateSource {
    serde_json::from_str(&row.source).expect("a text")
}

/// A browser in which another editor has signed in.
pub async fn colleague(world: &World) -> Browser {
    let email = "colleague@example.com";
    save_user(&world.rig.app, &email.parse().expect("an address"), Role::Editor, None, PASSWORD).await.expect("an editor");
    let browser = Browser::open(&world.base).await;
    browser.goto("/").await;
    browser.see("input[name=email]").await.send_keys(email).await.expect("typed");
    browser.see("input[name=password]").await.send_keys(PASSWORD).await.expect("typed");
    browser.press("Sign in").await;
    browser.see_heading("Overview").await;
    browser
}

/// Another subject, typed.
pub async fn subject(browser: &Browser, words: &str) {
    let field = browser.see("input[name=subject]").await;
    field.clear().await.expect("cleared");
    field.send_keys(words).await.expect("typed");
}

/// Waits until the editor says this of what is written.
pub async fn told(browser: &Browser, words: &str) {
    browser.see_xpath(&format!("//*[@id='live'][contains(normalize-space(.), \"{words}\")]")).await;
}

/// Presses and lets go each key in turn, wherever the attention is.
pub async fn strike(browser: &Browser, keys: impl IntoIterator<Item = char>) {
    let actions = keys
        .into_iter()
        .fold(KeyActions::new("keyboard".into()), |actions, value| actions.then(KeyAction::Down { value }).then(KeyAction::Up { value }));
    browser.client.perform_actions(actions).await.expect("struck");
}

/// Waits until a script answers with true.
pub async fn until(browser: &Browser, script: &str) {
    let waiting = format!(
        "const done = arguments[arguments.length - 1]; const ask = () => {{ try {{ return (() => {{ {script} }})(); }} catch (e) {{ return false; }} }}; \
         const end = performance.now() + 15000; const look = () => ask() ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 50); look();"
    );
    let answer = browser.client.execute_async(&waiting, Vec::new()).await.expect("asked");
    assert_eq!(answer.as_bool(), Some(true), "on {}: never came true: {script}", browser.path().await);
}

/// The browser complained of nothing but an answer with this status, which it was meant to get.
pub async fn is_content_but_for(browser: &Browser, status: u16) {
    let complaints = browser.complaints().await;
    let (meant, other): (Vec<String>, Vec<String>) = complaints.into_iter().partition(|c| c.contains(&format!("status of {status}")));
    assert!(!meant.is_empty() && other.is_empty(), "on {}: {other:#?}", browser.path().await);
}
