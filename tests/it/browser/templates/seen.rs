//! What is written is seen at once: on a phone, in the dark, with a real cart; and a text is counted while it is typed.

use super::support::{subject, template, told, until};
use crate::browser::world::World;
use comeback::domain::event::ChannelKind;

#[tokio::test]
async fn a_mail_is_seen_while_it_is_written_on_a_phone_in_the_dark_and_with_a_real_cart() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Email).await;
    let browser = world.signed_in().await;
    browser.goto(&format!("/templates/{}", row.id)).await;
    browser.see(".code-editor .ace_content").await;
    let body = "const e = ace.edit(document.querySelector('.code-editor')); e.setValue(e.getValue().replaceAll('>{{ item.title }}', '>Seen: {{ item.title }}'), -1); return 0;";
    browser.ask(body).await;
    told(&browser, "Kept as your draft").await;
    browser.see("iframe[name=preview]").await.enter_frame().await.expect("entered");
    browser.see_xpath("//*[contains(text(), 'Seen: Stoneware mug')]").await;
    browser.client.enter_parent_frame().await.expect("left");
    browser.see("select[name=width]").await.select_by_value("phone").await.expect("chosen");
    browser.see("select[name=look]").await.select_by_value("dark").await.expect("chosen");
    until(&browser, "const s = document.querySelector('.screen'); return s.matches('.phone.dark') && Math.abs(s.getBoundingClientRect().width - 375) < 1;").await;
    let frame = browser.see("iframe[name=preview]").await;
    frame.enter_frame().await.expect("entered");
    browser.see_xpath("//*[contains(text(), 'Seen: Stoneware mug')]").await;
    let ground = browser.see(".page").await.css_value("background-color").await.expect("a colour");
    assert!(ground.contains("24, 24, 27"), "the starter's ground in the dark: {ground}");
    browser.client.enter_parent_frame().await.expect("left");
    let cart = browser.ask("return document.querySelector('select[name=cart]').options[1].value;").await;
    browser.see("select[name=cart]").await.select_by_value(cart.as_str().expect("an id")).await.expect("chosen");
    browser.see("iframe[name=preview]").await.enter_frame().await.expect("entered");
    browser.see_xpath("//*[contains(text(), 'Seen: Wool <b>hat</b>')]").await;
    browser.client.enter_parent_frame().await.expect("left");
    browser.see("select[name=language]").await.select_by_value("de").await.expect("chosen");
    told(&browser, "Whoever reads German gets another text").await;
    subject(&browser, "For {{ contact.first_name }}").await;
    told(&browser, "For Ann").await;
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_text_is_counted_while_it_is_typed_and_dear_letters_are_shown() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Sms).await;
    let browser = world.signed_in().await;
    browser.goto(&format!("/templates/{}", row.id)).await;
    told(&browser, "1 part").await;
    let field = browser.see("textarea[name=body]").await;
    field.send_keys(&" and one more word".repeat(6)).await.expect("typed");
    told(&browser, "2 parts").await;
    field.send_keys(" Ş").await.expect("typed");
    told(&browser, "16 bits a character").await;
    assert!(browser.text("#live mark").await.contains('Ş'));
    told(&browser, "to a number in US").await;
    browser.is_content().await;
    world.end().await;
}
