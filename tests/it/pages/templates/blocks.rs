//! A mail by blocks: the same source as the code, changed in just those places.

use super::support::{again, count, fields, mail, one, send, source, text, with};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::domain::event::ChannelKind;
use comeback::domain::template::blocks::{Kind, blocks, find};

/// The number of the first text that says this.
fn number_of(body: &str, words: &str) -> usize {
    let all = blocks(body).expect("fits");
    let number = (1..200).find(|n| find(&all, *n).is_some_and(|b| b.kind == Kind::Text && b.field(body, "text").contains(words)));
    number.expect("a text that says so")
}

#[actix_web::test]
async fn a_text_is_changed_in_its_block_and_nothing_else_in_the_source() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let page = world.get(Some(&editor), &format!("{path}/blocks")).await;
    let number = number_of(&source(&row).body, "We saved your cart");
    let form = fields(&page, "#editor");
    let same = send(&world, &editor, &path, &form).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER);
    assert_eq!(again(&world, &row, &shop).await.version, 1, "a form that nobody touched changes nothing");
    let field = format!("b{number}-text");
    let typed = with(form, &field, "We kept your cart & more.");
    let told = send(&world, &editor, &format!("{path}/live"), &typed).await;
    assert!(text(&told, "p[role=status]").contains("Kept as your draft"), "{}", told.body);
    let code = fields(&world.get(Some(&editor), &path).await, "#editor");
    let body =
        source(&row).body.replace("We saved your cart, so you can pick up right where you left off.", "We kept your cart &amp; more.");
    assert!(code.contains(&("body".into(), body.clone())), "code and blocks are views of one text");
    let saved = send(&world, &editor, &path, &typed).await;
    assert!(saved.header("location").contains("/blocks?done=template"), "{}", text(&saved, ".attention"));
    assert_eq!(source(&again(&world, &row, &shop).await).body, body);
}

#[actix_web::test]
async fn blocks_are_added_moved_and_removed_and_the_draft_follows() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}/blocks", row.id);
    let number = number_of(&source(&row).body, "We saved your cart");
    let act = async |act: String, add: &str| {
        let form = fields(&world.get(Some(&editor), &path).await, "#editor");
        let form = with(with(form, &format!("add-{act}"), add), "act", &act);
        let answer = send(&world, &editor, &path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text(&answer, ".notice"));
        answer.header("location").to_owned()
    };
    let added = act(format!("after-{number}"), "button").await;
    assert!(added.ends_with(&format!("#b{}", number + 1)), "{added}");
    let moved = act(format!("up-{}", number + 1), "").await;
    assert!(moved.ends_with(&format!("#b{number}")), "{moved}");
    let page = world.get(Some(&editor), &path).await;
    assert!(text(&page, &format!("#b{number} summary")).contains("Button New text"), "{}", text(&page, &format!("#b{number}")));
    act(format!("remove-{number}"), "").await;
    let body = fields(&world.get(Some(&editor), &format!("/templates/{}", row.id)).await, "#editor");
    assert!(body.contains(&("body".into(), source(&row).body)), "there and back is nothing");
    assert_eq!(again(&world, &row, &shop).await.version, 1);
}

#[actix_web::test]
async fn what_can_not_be_a_block_is_said_with_its_line_and_left_to_the_code() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let form = fields(&world.get(Some(&editor), &path).await, "#editor");
    let torn = with(form, "body", "<mjml><mj-body>\n{% if link %}<mj-section>{% endif %}</mj-section></mj-body></mjml>");
    send(&world, &editor, &format!("{path}/live"), &torn).await;
    let page = world.get(Some(&editor), &format!("{path}/blocks")).await;
    assert!(text(&page, "[role=alert]").contains("What closes on line 2"), "{}", text(&page, "main"));
    assert_eq!(count(&page, "#editor"), 0);
    let text_message = one(&world, &shop, ("checkout-text", ChannelKind::Sms, "en")).await;
    assert_eq!(world.get(Some(&editor), &format!("/templates/{}/blocks", text_message.id)).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn what_would_tear_up_the_mail_is_refused_and_stays_in_its_field() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let number = number_of(&source(&row).body, "We saved your cart");
    let form = fields(&world.get(Some(&editor), &format!("{path}/blocks")).await, "#editor");
    let torn = with(form, &format!("b{number}-text"), "</mj-text>");
    for end in ["", "/blocks", "/draft"] {
        let refused = send(&world, &editor, &format!("{path}{end}"), &torn).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{end}");
        assert!(text(&refused, ".notice.bad").contains(&format!("block {number}")), "{end}: {}", text(&refused, "#live"));
    }
    assert_eq!(again(&world, &row, &shop).await.version, 1);
}

/// A remark for those who read the source, of marks that take three bytes each in a form.
fn remark(length: usize) -> String {
    format!("{{% comment %}}{}{{% endcomment %}}", "<&>".repeat(length / 3))
}

#[actix_web::test]
async fn a_mail_as_large_as_one_may_be_is_saved_by_blocks_and_by_code_and_a_larger_one_is_told_why_not() {
    const MOST: usize = 100 * 1024;
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let body = source(&row).body;
    let large = |length: usize| format!("{}{body}", remark(length - body.len() - remark(0).len()));
    let code = fields(&world.get(Some(&editor), &path).await, "#editor");
    let text_of_all = large(MOST - 200);
    assert!((MOST - 210..MOST).contains(&text_of_all.len()), "{}", text_of_all.len());
    let saved = send(&world, &editor, &path, &with(code.clone(), "body", &text_of_all)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", text(&saved, ".attention"));
    assert_eq!(again(&world, &row, &shop).await.version, 2);
    let form = fields(&world.get(Some(&editor), &format!("{path}/blocks")).await, "#editor");
    let number = number_of(&text_of_all, "We saved your cart");
    let saved = send(&world, &editor, &path, &with(form, &format!("b{number}-text"), "We kept your cart.")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", text(&saved, ".attention"));
    let kept = again(&world, &row, &shop).await;
    assert!(kept.version == 3 && source(&kept).body.contains("We kept your cart."));
    let code = fields(&world.get(Some(&editor), &path).await, "#editor");
    let over = send(&world, &editor, &path, &with(code.clone(), "body", &large(MOST + 100))).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&over, "main").contains("larger than 100 KB"), "{}", text(&over, "main"));
    let far = send(&world, &editor, &path, &with(code, "body", &large(20 * MOST))).await;
    assert_eq!(far.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&far, "main").contains("larger than 2048 KB; shorten it"), "{}", far.body);
    assert_eq!(again(&world, &row, &shop).await.version, 3);
}
