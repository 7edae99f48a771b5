//! Stores added, named and paused in the browser, how they are connected, and who may.

use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::db;

const NEW: [(&str, &str); 6] = [
    ("name", "Fern & Co"),
    ("platform", "shopify"),
    ("domain", "https://Fern.myshopify.com/"),
    ("currency", "eur"),
    ("timezone", "Europe/Berlin"),
    ("language", "de"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |(name, value): (&'a str, &'a str)| (name, changes.iter().find(|c| c.0 == name).map_or(value, |c| c.1));
    NEW.into_iter().map(changed).collect()
}

#[actix_web::test]
async fn an_owner_adds_another_store_and_connects_it_by_pasting_its_secret() {
    let (world, _) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    assert_eq!(world.get(Some(&owner), "/settings/stores/new").await.status, StatusCode::OK);
    for (field, value) in
        [("currency", "euros"), ("timezone", "Berlin"), ("domain", "fern"), ("name", " "), ("language", "xx"), ("platform", "magento")]
    {
        let refused = world.post(&owner, "/settings/stores", &with(&[(field, value)])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(
            refused.body.contains("role=\"alert\"") && refused.body.contains("Fern &#38; Co") == (field != "name"),
            "{field}: {}",
            refused.body
        );
    }
    let added = world.post(&owner, "/settings/stores", &with(&[])).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let to = added.header("location").to_owned();
    assert!(to.starts_with("/settings/connection?done=store-added&shop="), "{to}");
    let page = world.get(Some(&owner), &to).await;
    assert!(page.body.contains("every webhook is refused") && page.body.contains("Cart creation"), "{}", page.body);
    let shop = db::shops::by_domain(&world.app.db, "shopify", "fern.myshopify.com").await.expect("asked").expect("a shop");
    assert_eq!((shop.currency.code(), shop.language.as_str()), ("EUR", "de"));
    let secret = format!("/settings/connection/secret?shop={}", shop.id);
    assert_eq!(world.post(&owner, &secret, &[("secret", "short")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.post(&owner, &secret, &[("secret", "first-of-the-store")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post(&owner, &secret, &[("secret", "second-of-the-store")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(db::shops::secrets(&world.app.db, shop.id).await.expect("secrets").len(), 2, "the first is valid until it is replaced");
    let replaced = [("secret", "second-of-the-store"), ("replaces", "on")];
    assert_eq!(world.post(&owner, &secret, &replaced).await.status, StatusCode::SEE_OTHER);
    assert_eq!(db::shops::secrets(&world.app.db, shop.id).await.expect("secrets").len(), 1);
    let page = world.get(Some(&owner), &format!("/settings/connection?shop={}", shop.id)).await;
    assert!(!page.body.contains("of-the-store") && !page.body.contains("every webhook is refused"));
    let again = world.post(&owner, "/settings/stores", &with(&[])).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("is there already"), "{}", again.body);
}

#[actix_web::test]
async fn a_store_is_renamed_paused_and_goes_on_and_only_its_owners_may() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, Some(shop.id)).await;
    let get = async || db::shops::get(&world.app.db, shop.id).await.expect("asked").expect("a shop");
    assert_eq!(world.post(&owner, "/settings/store/name", &[("name", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.post(&owner, "/settings/store/name", &[("name", "Acme & Sons")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(get().await.name, "Acme & Sons");
    assert_eq!(world.post(&owner, "/settings/store/status", &[("status", "removed")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.post(&owner, "/settings/store/status", &[("status", "paused")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(get().await.status, "paused");
    assert!(world.get(Some(&owner), "/settings/stores").await.body.contains("Let it go on"));
    assert_eq!(world.post(&owner, "/settings/store/status", &[("status", "active")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(get().await.status, "active");
    let added = world.post(&owner, "/settings/stores", &NEW).await;
    assert_eq!(added.status, StatusCode::FORBIDDEN, "who is for one store adds none");
    assert!(!world.get(Some(&owner), "/settings/stores").await.body.contains("/settings/stores/new"));
}
