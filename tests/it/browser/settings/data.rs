//! A store's data: a list is made while one watches and taken along, one is brought, a shopper is erased by address.

use crate::browser::driver::Browser;
use crate::browser::shell::accessible;
use crate::browser::shell::screens::faults;
use crate::browser::world::World;
use comeback::app::files::work;
use comeback::db;

async fn is_accessible(browser: &Browser) {
    if let Some(axe) = accessible::axe() {
        let found = accessible::found(browser, &axe).await;
        assert!(found.is_empty(), "{found:#?}");
    }
    browser.set_size(360, 740).await;
    assert_eq!(faults(browser).await, Vec::<String>::new());
    browser.set_size(1280, 900).await;
}

#[tokio::test]
async fn a_list_is_made_while_one_watches_one_is_brought_and_a_shopper_is_erased() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.goto("/settings/data").await;
    browser.see_heading("Data").await;
    is_accessible(&browser).await;
    browser.see("select[name=list] option[value=contacts]").await.click().await.expect("chosen");
    browser.press("Make the file").await;
    browser.see_xpath("//*[contains(@class, 'badge') and normalize-space(.)='waits']").await;
    is_accessible(&browser).await;
    assert!(work::run_next(&world.rig.app).await.expect("worked"));
    // Nobody loads the page anew: it looks by itself.
    browser.see_xpath("//a[normalize-space(.)='Download contacts.csv']").await;

    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("no more.csv");
    std::fs::write(&list, "channel,address,reason\nemail,kim@example.com,asked\npigeon,x,y\n").expect("written");
    browser.see("select[name=what] option[value=suppressions]").await.click().await.expect("chosen");
    browser.see("input[type=file]").await.send_keys(&list.display().to_string()).await.expect("chosen");
    browser.press("Take it in").await;
    browser.see_xpath("//*[contains(@class, 'badge') and normalize-space(.)='waits']").await;
    assert!(work::run_next(&world.rig.app).await.expect("worked"));
    browser.see_xpath("//summary[normalize-space(.)='1 line was refused']").await.click().await.expect("opened");
    browser.see_xpath("//li[contains(., 'no more.csv line 3: channel:')]").await;
    is_accessible(&browser).await;

    browser.see("#address").await.send_keys("ann@example.com").await.expect("typed");
    browser.press("Look who that is").await;
    browser.see_xpath("//b[contains(., 'is a shopper of yours')]").await;
    assert!(!browser.path().await.contains("ann"), "an address is in no address");
    is_accessible(&browser).await;
    browser.press("Erase this shopper now").await;
    browser.see_xpath("//*[@role='status' and contains(., 'The shopper is erased')]").await;
    let left = db::people::contacts(&world.rig.app.db, world.rig.shop.id, None, 50).await.expect("contacts");
    assert_eq!(left.iter().filter(|c| c.erased_at.is_some()).count(), 1);
    assert!(!browser.text("#work").await.contains("Download"), "a list that names her is gone as well");
    browser.is_content().await;
    world.end().await;
}
