//! Where a shopper's link leads.

use comeback::domain::cart::{Cart, apply};
use comeback::domain::event::{Event, Item, Person, Token};
use comeback::domain::money::Currency;
use comeback::domain::visit::{Act, Teller, Tracked};
use comeback::platforms::shopify::Shopify;
use comeback::platforms::{Platform, ReadContext, ReturnLink};
use serde_json::{Value, json};

const SHOP: &str = "acme.myshopify.com";

fn cart(topic: &str, body: &Value) -> Cart {
    let context =
        ReadContext { topic, received_at: super::instant("2026-06-01T00:00:00Z"), triggered_at: None, shop_currency: Currency::USD };
    let events: Vec<Event> = Shopify.read(&context, body.to_string().as_bytes()).expect("events");
    events.iter().fold(None, |cart, event| apply(cart, event).0).expect("cart")
}

fn with_url(url: &str) -> Cart {
    cart("checkouts/update", &json!({"token": "t", "abandoned_checkout_url": url}))
}

fn utm() -> Vec<(&'static str, String)> {
    vec![("utm_source", "comeback".to_owned()), ("utm_campaign", "Back & again".to_owned())]
}

fn link<'a>(discount_code: Option<&'a str>, utm: &'a [(&'static str, String)]) -> ReturnLink<'a> {
    ReturnLink { shop_domain: SHOP, own_domains: &[], marker: "aB3dE5", discount_code, utm }
}

#[test]
fn the_recovery_url_is_kept_with_its_key_and_gets_the_utm_parameters() {
    let cart = with_url("https://acme.myshopify.com/1/checkouts/ac/c1/en/recover?key=k%2B1&locale=de-DE&utm_source=old");
    assert_eq!(
        Shopify.return_url(&cart, &link(None, &utm())).as_deref(),
        Some(
            "https://acme.myshopify.com/1/checkouts/ac/c1/en/recover?key=k%2B1&locale=de-DE&utm_source=comeback&utm_campaign=Back+%26+again"
        )
    );
    assert_eq!(
        Shopify.return_url(&with_url("https://shop.acme.com/1/checkouts/ac/c1/recover?key=k#x"), &link(None, &[])).as_deref(),
        Some("https://shop.acme.com/1/checkouts/ac/c1/recover?key=k")
    );
}

#[test]
fn a_code_is_applied_on_the_way_and_the_way_stays_on_the_same_host() {
    let cart = with_url("https://shop.acme.com/1/checkouts/ac/c1/recover?key=k&locale=en");
    assert_eq!(
        Shopify.return_url(&cart, &link(Some("10 % OFF/?"), &[])).as_deref(),
        Some("https://shop.acme.com/discount/10%20%25%20OFF%2F%3F?redirect=%2F1%2Fcheckouts%2Fac%2Fc1%2Frecover%3Fkey%3Dk%26locale%3Den")
    );
}

#[test]
fn a_url_that_must_not_be_followed_is_not() {
    for url in [
        "javascript:alert(1)",
        "http://acme.myshopify.com/1/checkouts/ac/c1/recover",
        "https://other.myshopify.com/1/checkouts/ac/c1/recover",
        "https://acme.myshopify.com@evil.example/checkouts/ac/c1",
        "https://u:p@shop.acme.com/checkouts/ac/c1",
        "https://127.0.0.1/checkouts/ac/c1",
        "https://[::1]/checkouts/ac/c1",
        "https://localhost/checkouts/ac/c1",
        "https://shop.acme.com:8443/checkouts/ac/c1",
        "//shop.acme.com/checkouts/ac/c1",
        "data:text/html,x",
        "not a url",
    ] {
        assert_eq!(Shopify.return_url(&with_url(url), &link(None, &[])), None, "{url}");
    }
}

#[test]
fn without_a_recovery_url_a_permalink_makes_a_new_cart_that_carries_our_marker() {
    let body = json!({"token": "c1", "line_items": [
        {"variant_id": 51_000_000_000_001_i64, "quantity": 2, "price": "1.00"},
        {"variant_id": "51000000000002", "quantity": 1},
        {"variant_id": "gid://shopify/ProductVariant/3", "quantity": 1},
        {"variant_id": 4, "quantity": 0},
        {"variant_id": null, "quantity": 1},
    ]});
    let cart = cart("carts/update", &body);
    assert_eq!(
        Shopify.return_url(&cart, &link(Some("BACK10"), &utm())).as_deref(),
        Some(
            "https://acme.myshopify.com/cart/51000000000001:2,51000000000002:1?attributes%5B_comeback%5D=aB3dE5&discount=BACK10&utm_source=comeback&utm_campaign=Back+%26+again"
        )
    );
    let bare = ReturnLink { shop_domain: SHOP, ..ReturnLink::default() };
    assert_eq!(Shopify.return_url(&cart, &bare).as_deref(), Some("https://acme.myshopify.com/cart/51000000000001:2,51000000000002:1"));
    for nowhere in ["", "evil.example/x?", "a b", "acme.myshopify.com:1"] {
        assert_eq!(Shopify.return_url(&cart, &ReturnLink { shop_domain: nowhere, ..ReturnLink::default() }), None, "{nowhere:?}");
    }
}

#[test]
fn a_code_with_a_comma_cannot_be_said_in_a_permalink() {
    let cart = cart("carts/update", &json!({"token": "c1", "line_items": [{"variant_id": 5}]}));
    let url = Shopify.return_url(&cart, &ReturnLink { shop_domain: SHOP, discount_code: Some("A,B"), ..ReturnLink::default() });
    assert_eq!(url.as_deref(), Some("https://acme.myshopify.com/cart/5:1"));
}

#[test]
fn a_deleted_checkout_is_offered_anew_and_an_empty_cart_leads_nowhere() {
    let seen = json!({"token": "t", "cart_token": "c", "abandoned_checkout_url": "https://acme.myshopify.com/1/checkouts/ac/c/recover?key=k",
        "updated_at": "2026-05-01T00:00:00Z", "line_items": [{"variant_id": 5, "quantity": 1}]});
    let alive = cart("checkouts/update", &seen);
    assert!(Shopify.return_url(&alive, &link(None, &[])).is_some_and(|url| url.contains("/recover")));
    let gone = alive.join(cart("checkouts/delete", &json!({"cart_token": "c"})));
    assert_eq!(
        Shopify.return_url(&gone, &ReturnLink { shop_domain: SHOP, ..ReturnLink::default() }).as_deref(),
        Some("https://acme.myshopify.com/cart/5:1")
    );
    assert_eq!(Shopify.return_url(&cart("carts/update", &json!({"token": "c1", "line_items": []})), &link(None, &[])), None);
}

/// A visit, as events tell of it.
fn visit(name: Act, urls: &[Option<&str>]) -> Cart {
    let item =
        |(n, url): (usize, Option<&str>)| Item { title: format!("P{n}"), quantity: 1, url: url.map(str::to_owned), ..Item::default() };
    let tracked = Tracked {
        event_id: "e".into(),
        name,
        at: super::instant("2026-06-01T00:00:00Z"),
        tokens: vec![Token::Visit("b:v".into())],
        contact: Person::default(),
        items: urls.iter().copied().enumerate().map(item).collect(),
        value: None,
        consents: Vec::new(),
        consent_source: None,
        consent_shown: None,
        arrival: None,
        claims: Vec::new(),
    };
    apply(None, &tracked.meaning(Teller::Store).remove(0)).0.expect("cart")
}

#[test]
fn what_was_only_looked_at_leads_to_its_own_page_and_never_out_of_the_store() {
    let own = ["shop.example".to_owned()];
    let leads = |urls: &[Option<&str>]| {
        let link = ReturnLink { own_domains: &own, ..link(None, &[]) };
        Shopify.return_url(&visit(Act::ViewItem, urls), &link).expect("somewhere")
    };
    assert_eq!(
        leads(&[Some("https://acme.myshopify.com/products/hat?variant=2#reviews")]),
        "https://acme.myshopify.com/products/hat?variant=2"
    );
    assert_eq!(leads(&[Some("https://shop.example/products/hat")]), "https://shop.example/products/hat");
    for elsewhere in [
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "http://shop.example/",
        "https://jo@shop.example/",
        "javascript:alert(1)",
    ] {
        assert_eq!(leads(&[Some(elsewhere)]), "https://acme.myshopify.com/", "{elsewhere}");
        assert_eq!(leads(&[Some(elsewhere), Some("https://shop.example/products/scarf")]), "https://shop.example/products/scarf");
    }
    assert_eq!(leads(&[None]), "https://acme.myshopify.com/");
    let code = ReturnLink { own_domains: &own, ..link(Some("TEN"), &[]) };
    let coded = Shopify.return_url(&visit(Act::ViewItem, &[Some("https://shop.example/products/hat?variant=2")]), &code);
    assert_eq!(coded.as_deref(), Some("https://shop.example/discount/TEN?redirect=%2Fproducts%2Fhat%3Fvariant%3D2"));
}

#[test]
fn a_cart_that_only_the_visit_tells_of_leads_to_the_browsers_own_cart() {
    let url = Shopify.return_url(&visit(Act::AddToCart, &[None]), &link(None, &utm()));
    assert_eq!(url.as_deref(), Some("https://acme.myshopify.com/cart?utm_source=comeback&utm_campaign=Back+%26+again"));
}
