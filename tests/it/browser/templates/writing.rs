//! A text is written: it is kept as a draft, faults are marked on their lines, two at once lose nothing, and an old version comes back.

use super::support::{colleague, is_content_but_for, now, source, strike, subject, template, told, until};
use crate::browser::driver::Browser;
use crate::browser::world::{OWNER, PASSWORD, World};
use comeback::domain::event::ChannelKind;
use fantoccini::key::Key;

#[tokio::test]
async fn what_was_being_written_is_there_again_after_the_window_was_closed() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Email).await;
    let path = format!("/templates/{}", row.id);
    let browser = world.signed_in().await;
    browser.goto(&path).await;
    browser.see(".code-editor .ace_content").await;
    subject(&browser, "Half a thought").await;
    told(&browser, "Kept as your draft").await;
    browser.is_content().await;
    drop(browser);
    let browser = world.signed_in().await;
    browser.goto(&path).await;
    browser.see(".draft").await;
    assert_eq!(browser.see("input[name=subject]").await.prop("value").await.expect("asked").as_deref(), Some("Half a thought"));
    assert_eq!(now(&world, &row).await.1.subject, source(&row).subject, "nobody gets it");
    browser.press("Discard it").await;
    browser.see(".notice[role=status]").await;
    assert_eq!(browser.see("input[name=subject]").await.prop("value").await.expect("asked"), Some(source(&row).subject));
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn two_who_save_at_once_see_both_and_put_them_together() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Email).await;
    let path = format!("/templates/{}", row.id);
    let (first, second) = (world.signed_in().await, colleague(&world).await);
    for browser in [&first, &second] {
        browser.goto(&path).await;
        browser.see(".code-editor .ace_content").await;
    }
    subject(&first, "By the first").await;
    first.press("Save").await;
    first.see_xpath("//h1[contains(., 'version 2')]").await;
    subject(&second, "By the second").await;
    second.press("Save").await;
    second.see_heading("Two of you changed this").await;
    let page = second.text("main").await;
    for words in ["By the first", "By the second", "owner@example.com saved version 2", "Nothing is lost"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    second.see("input[value=mine]").await.click().await.expect("chosen");
    second.press("Save both together").await;
    second.see_xpath("//h1[contains(., 'version 3')]").await;
    assert_eq!(
        now(&world, &row).await,
        (3, comeback::domain::template::TemplateSource { subject: "By the second".into(), ..source(&row) })
    );
    second.follow("Version 1").await;
    second.see_heading("Version 1 of checkout-reminder").await;
    second.press("Restore this text").await;
    second.see_xpath("//h1[contains(., 'version 4')]").await;
    assert_eq!(now(&world, &row).await, (4, source(&row)));
    second.follow("Versions").await;
    second.see_heading("What changed").await;
    assert!(second.text(".diff .removed").await.contains("By the second"));
    first.is_content().await;
    is_content_but_for(&second, 409).await;
    world.end().await;
}

/// Types at the end of the code.
async fn at_the_end(browser: &Browser) {
    browser
        .ask("const e = ace.edit(document.querySelector('.code-editor')); e.focus(); e.navigateFileEnd(); e.insert('\\n'); return 0;")
        .await;
}

#[tokio::test]
async fn variables_are_offered_and_broken_liquid_is_marked_on_its_line() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Email).await;
    let browser = world.signed_in().await;
    browser.goto(&format!("/templates/{}", row.id)).await;
    browser.see(".code-editor .ace_content").await;
    at_the_end(&browser).await;
    strike(&browser, "{{ cart.va".chars()).await;
    until(&browser, "return document.querySelector('.ace_autocomplete .ace_line')?.textContent.includes('cart.value');").await;
    strike(&browser, [Key::Enter.into()]).await;
    until(&browser, "return document.querySelector('textarea[name=body]').value.includes('{{ cart.value');").await;
    browser.ask("const e = ace.edit(document.querySelector('.code-editor')); e.setValue(e.getValue().replace(/\\{\\{ cart.value[^<]*$/, ''), 1); return 0;").await;
    at_the_end(&browser).await;
    browser.ask("ace.edit(document.querySelector('.code-editor')).insert('{{ shop.nam }}'); return 0;").await;
    told(&browser, "did you mean shop.name?").await;
    let line = browser.see("#live [data-field=body][data-line]").await.attr("data-line").await.expect("asked").expect("a line");
    until(&browser, &format!("return document.querySelector('.ace_gutter-cell.ace_error')?.textContent.trim().startsWith('{line}');"))
        .await;
    browser.press("Save").await;
    browser.see_xpath("//*[@id='live']//li[contains(., 'did you mean shop.name?')]").await;
    assert_eq!(now(&world, &row).await.0, 1, "what can't be sent isn't saved");
    is_content_but_for(&browser, 422).await;
    world.end().await;
}

#[tokio::test]
async fn without_scripts_a_text_is_kept_looked_at_and_saved_by_buttons() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Email).await;
    let browser = Browser::without_scripts(&world.base).await;
    browser.goto(&format!("/templates/{}", row.id)).await;
    browser.see("input[name=email]").await.send_keys(OWNER).await.expect("typed");
    browser.see("input[name=password]").await.send_keys(PASSWORD).await.expect("typed");
    browser.press("Sign in").await;
    subject(&browser, "Without scripts").await;
    browser.see("select[name=look]").await.select_by_value("dark").await.expect("chosen");
    browser.press("Show").await;
    browser.see(".screen.dark").await;
    assert!(browser.text("#live").await.contains("Without scripts"));
    browser.press("Save").await;
    browser.see_xpath("//h1[contains(., 'version 2')]").await;
    assert_eq!(now(&world, &row).await.1.subject, "Without scripts");
    world.end().await;
}
