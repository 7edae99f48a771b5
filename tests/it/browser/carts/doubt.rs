//! A mail whose answer never came: found from the overview, and settled by a button.

use crate::browser::shell::screens::faults;
use crate::browser::world::World;
use crate::support::shopper::Shopper;
use comeback::channels::Outcome;
use jiff::SignedDuration;

/// Bob's mail was handed over, and nobody knows what came of it.
async fn doubtful() -> World {
    let world = World::new().await;
    let rig = &world.rig;
    let bob = Shopper { accepts_texts: false, ..Shopper::new("Bob", 3) };
    rig.tell("checkouts/create", &bob.checkout(rig.app.now())).await;
    rig.mails.answer_next(Outcome::Unknown { reason: "no answer after the final dot".into() });
    rig.pass(SignedDuration::from_mins(10)).await;
    rig.pass(SignedDuration::from_mins(60)).await;
    world
}

#[tokio::test]
async fn a_message_in_doubt_is_found_from_the_overview_and_settled_by_a_button_on_any_screen() {
    let world = doubtful().await;
    let browser = world.signed_in().await;
    browser.set_size(1280, 900).await;
    assert!(browser.text(".attention").await.contains("1 message has an unknown outcome."));
    browser.follow("Show the carts").await;
    browser.see_heading("Carts").await;
    browser.see("tbody tr th a").await.click().await.expect("clicked");
    browser.see_heading("Cart").await;
    let shown = browser.text("[aria-labelledby=messages]").await;
    assert!(shown.contains("no answer came back") && shown.contains("reaches the shopper twice"), "{shown}");
    browser.set_size(360, 740).await;
    assert_eq!(faults(&browser).await, Vec::<String>::new());
    browser.press("It did not arrive: send it").await;
    browser.see(".notice[role=status]").await;
    assert!(browser.text(".notice").await.contains("The message is due again"));
    assert!(!browser.text("[aria-labelledby=messages]").await.contains("It arrived"));
    let before = world.rig.mails.count();
    world.rig.settle().await;
    assert_eq!(world.rig.mails.count(), before + 1);
    browser.is_content().await;
    browser.goto("/").await;
    browser.see_heading("Overview").await;
    let attention = browser.client.find_all(fantoccini::Locator::Css(".attention")).await.expect("asked");
    for part in attention {
        assert!(!part.text().await.expect("text").contains("unknown outcome"));
    }
    world.end().await;
}
