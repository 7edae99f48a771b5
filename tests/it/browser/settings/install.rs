//! Installing an app, in a browser that goes to the store and back.

use crate::browser::people::{fill, is_accessible};
use crate::browser::world::World;
use crate::support::shopify_admin::{CLIENT, ShopifyAdmin};
use comeback::db;

#[tokio::test]
async fn a_store_is_connected_by_installing_an_app_in_the_browser() {
    let store = ShopifyAdmin::start().await;
    let world = World::beside(&store.url()).await;
    store.with(|s| s.installs.now = Some(world.rig.app.now()));
    let owner = world.signed_in().await;
    owner.goto("/settings/connection").await;
    is_accessible(&owner).await;
    fill(&owner, "#install ~ details input[name=client_id]", CLIENT.0).await;
    fill(&owner, "#install ~ details input[name=secret]", CLIENT.1).await;
    owner.see("#install ~ details form button").await.click().await.expect("saved");
    owner.see_xpath("//*[@role='status'][contains(., 'Now install it in Shopify.')]").await;
    is_accessible(&owner).await;
    owner.press("Install in Shopify").await;
    owner.see_xpath("//*[@role='status'][contains(., 'Installed.')]").await;
    owner.see_xpath("//*[contains(., 'The store sends webhooks about 25 topics.')]").await;
    assert!(!owner.client.current_url().await.expect("asked").as_str().contains("code="), "what was secret is gone from the address");
    is_accessible(&owner).await;
    owner.set_size(360, 800).await;
    is_accessible(&owner).await;
    assert!(db::shop_access::get(&world.rig.app.db, world.rig.shop.id).await.expect("asked").is_some());
    world.end().await;
}
