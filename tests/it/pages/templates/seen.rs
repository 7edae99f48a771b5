//! How a message is looked at: whose cart, which language, which currency, which colours; and a test of it.

use super::support::{fields, mail, one, send, text, with};
use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::domain::event::ChannelKind;

#[actix_web::test]
async fn a_mail_is_seen_with_the_sample_or_a_real_cart_in_any_language_currency_and_colour() {
    let (world, shop) = World::with_shop().await;
    let (editor, viewer) = (world.person(Role::Editor, None).await, world.person(Role::Viewer, None).await);
    let campaign = publish(&world, &shop).await;
    let shopper = Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 2, end: End::Mailed };
    let cart = story(&world, &shop, campaign, &shopper).await.cart;
    let path = format!("/templates/{}", mail(&world, &shop).await.id);
    let preview = async |who: &str, query: &str| world.get(Some(who), &format!("{path}/preview?{query}")).await.body;
    assert!(preview(&editor, "").await.contains("48.50 USD"), "the sample, in the store's currency");
    assert!(preview(&editor, "currency=EUR").await.contains("48.50 EUR"));
    assert!(preview(&editor, "currency=JPY").await.contains("4850 JPY"));
    let light = preview(&editor, "").await;
    let dark = preview(&editor, "look=dark").await;
    assert!(light.contains("max-width: 0px") && dark.contains("min-width: 0px") && !dark.contains("prefers-color-scheme"), "{dark:.600}");
    let real = preview(&editor, &format!("cart={cart}")).await;
    assert!(real.contains("Lamp") && real.contains("99.00 USD") && !real.contains("Stoneware"), "{real}");
    // In this story the shopper's first name is the title.
    let (seen, masked) = (preview(&editor, &format!("cart={cart}")).await, preview(&viewer, &format!("cart={cart}")).await);
    assert!(seen.contains("Still thinking it over, Lamp?") && masked.contains("Still thinking it over?"), "viewers don't learn who it is");
    for (query, status) in [("cart=x", StatusCode::UNPROCESSABLE_ENTITY), ("currency=EURO", StatusCode::UNPROCESSABLE_ENTITY)] {
        assert_eq!(world.get(Some(&editor), &format!("{path}/preview?{query}")).await.status, status, "{query}");
    }
    let page = world.get(Some(&editor), &format!("{path}?language=de&look=dark&width=phone")).await;
    assert!(
        text(&page, "#live .notice").contains("Whoever reads German gets another text: the one in German."),
        "{}",
        text(&page, "#live")
    );
    assert!(page.body.contains("class=\"screen phone dark\"") && text(&page, "select[name=cart]").contains("99.00 USD"));
}

#[actix_web::test]
async fn a_shopper_sees_what_is_off_in_their_own_language() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let text = one(&world, &shop, ("checkout-text", ChannelKind::Sms, "en")).await;
    let body = "{{ discount_value }} {{ contact.locale }} {{ link }} STOP";
    let seen = async |language: &str| {
        let draft = [("body", body), ("language", language)];
        world.post(&editor, &format!("/templates/{}/live", text.id), &draft).await;
        world.get(Some(&editor), &format!("/templates/{}/preview?language={language}", text.id)).await.body
    };
    assert!(seen("de").await.contains("10\u{a0}% Rabatt de"));
    assert!(seen("nl").await.contains("10% korting nl"));
}

#[actix_web::test]
async fn a_test_says_why_it_was_not_sent_and_keeps_the_address() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let path = format!("/templates/{}", mail(&world, &shop).await.id);
    let refused = world.post(&editor, &format!("{path}/test"), &[("to", "me@example.com")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&refused, "#test-fault").contains("o email channel is set up"), "{}", text(&refused, "#test-fault"));
    assert!(refused.body.contains("value=\"me@example.com\""));
    let form = fields(&world.get(Some(&editor), &path).await, "#editor");
    send(&world, &editor, &format!("{path}/live"), &with(form, "body", "<mjml>")).await;
    let faulty = world.post(&editor, &format!("{path}/test"), &[("to", "me@example.com")]).await;
    assert!(text(&faulty, "#test-fault").len() > 10, "{}", faulty.body);
}
