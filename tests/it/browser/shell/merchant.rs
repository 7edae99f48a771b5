//! A merchant at work: the figures, a cart's story, a delivery that couldn't be read, a campaign that must rest.

use crate::browser::world::World;
use comeback::domain::campaign::CampaignStatus;
use fantoccini::Locator;

/// Paid 50.00, of which 12.50 went back.
const NET: &str = "37.50";

#[tokio::test]
async fn the_owner_signs_in_and_sees_the_net_figure_its_definition_and_its_chart() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    assert_eq!(browser.text(".figure").await, format!("{NET} USD"));
    let definition = browser.see("section.headline details").await;
    assert!(definition.attr("open").await.expect("asked").is_none());
    browser.see("section.headline details summary").await.click().await.expect("clicked");
    assert!(browser.text("section.headline details[open] p").await.contains("less what went back"));
    assert!(browser.see("[data-chart] canvas").await.is_displayed().await.expect("asked"));
    let ink = "const c = document.querySelector('[data-chart] canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; \
        return d.filter((v, i) => i % 4 === 3 && v > 0).length;";
    assert!(browser.ask(ink).await.as_u64() > Some(1000), "the chart is empty");
    browser.is_content().await;
    browser.follow("All definitions").await;
    browser.see_heading("Recovered revenue").await;
    assert_eq!(browser.text("tfoot td[data-label=Net]").await, NET);
    assert_eq!(browser.text("tfoot td[data-label=Gross]").await, "50.00");
    assert_eq!(browser.text("tfoot td[data-label=Refunds]").await, "12.50");
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_page_that_breaks_its_policy_or_its_script_would_be_noticed() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.is_content().await;
    browser.ask("const s = document.createElement('script'); s.textContent = '1'; document.head.append(s); return 0;").await;
    let complaints = browser.complaints().await.join("\n");
    assert!(complaints.contains("security") && complaints.contains("Content Security Policy"), "{complaints}");
    browser.ask("return new Promise((done) => { setTimeout(() => { setTimeout(done, 0); throw new Error('broken'); }, 0); });").await;
    let complaints = browser.complaints().await.join("\n");
    assert!(complaints.contains("javascript") && complaints.contains("broken"), "{complaints}");
    world.end().await;
}

#[tokio::test]
async fn a_carts_page_tells_its_story_and_shows_the_mail_in_a_frame_that_can_do_nothing() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.follow("Carts").await;
    browser.see_heading("Carts").await;
    browser.follow("recovered").await;
    browser.see("tbody tr th a").await.click().await.expect("clicked");
    browser.see_heading("Cart").await;
    let told = browser.client.find_all(Locator::Css(".timeline code")).await.expect("a timeline");
    let mut kinds = Vec::new();
    for kind in told {
        kinds.push(kind.text().await.expect("text"));
    }
    for kind in ["message.sent", "click", "purchase", "credit"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind} in {kinds:?}");
    }
    assert!(browser.text("[aria-labelledby=credit]").await.contains(NET));
    assert!(browser.text("[aria-labelledby=items]").await.contains("Wool <b>hat</b>"), "a title is text, whatever it says");
    assert!(browser.client.find(Locator::Css("[aria-labelledby=items] td b, .item b")).await.is_err());
    browser.see(".nudge details summary").await.click().await.expect("opened");
    let frame = browser.see("iframe.mail").await;
    assert_eq!(frame.attr("sandbox").await.expect("asked").as_deref(), Some(""), "nothing is allowed");
    frame.enter_frame().await.expect("entered");
    assert!(browser.text("body").await.contains("Wool <b>hat</b>"), "the mail as it was sent");
    browser.client.enter_parent_frame().await.expect("left");
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_delivery_that_could_not_be_read_says_why_and_can_be_retried() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.follow("Tracking").await;
    browser.see_heading("Tracking").await;
    let listed = browser.text("ul.aside li").await;
    assert!(listed.contains("checkouts/update"), "{listed}");
    let reason = browser.text("ul.aside li > p + p").await;
    assert!(reason.contains("checkouts/update") && reason.contains("it is not JSON"), "{reason}");
    browser.press("Retry").await;
    browser.see(".notice[role=status]").await;
    assert!(browser.text("[aria-labelledby=set-aside]").await.contains("None"));
    world.rig.settle().await;
    browser.client.refresh().await.expect("again");
    assert_eq!(browser.text("ul.aside li > p + p").await, reason, "it still can't be read, and is not lost");
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_campaign_is_paused_and_resumed_by_a_button() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.follow("Campaigns").await;
    for (button, state, stored) in [("Pause", "paused", CampaignStatus::Paused), ("Resume", "published", CampaignStatus::Published)] {
        browser.press(button).await;
        browser.see_xpath(&format!("//span[contains(@class, 'badge')][.='{state}']")).await;
        let rows = comeback::db::campaigns::list(&world.rig.app.db, world.rig.shop.id).await.expect("campaigns");
        let status = rows.iter().find(|r| r.id == world.rig.campaign).map(|r| r.status);
        assert_eq!(status, Some(stored));
    }
    browser.is_content().await;
    world.end().await;
}
