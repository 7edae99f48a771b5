//! The script on a store's page, in a real browser: nothing before the visitor agrees, then what they look at and put into the cart.

use crate::browser::driver::Browser;
use crate::support::rig::Rig;
use comeback::app::track;
use comeback::db::{carts, deliveries};
use comeback::web;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Looks at the database are so far apart, and there are so many of them.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// A product's page as themes make them, and one that isn't a product's.
fn page(path: &str, shop: &str, pixel: &str) -> String {
    let product = r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Wool hat","sku":"HAT-1","productID":"91",
        "url":"/products/hat","offers":{"@type":"Offer","price":"20.00","priceCurrency":"USD"}}</script>"#;
    let form = r#"<iframe name="nowhere" hidden></iframe><form action="/cart/add" method="post" target="nowhere"><input type="hidden" name="id" value="41"><input name="quantity" value="2"><button>Add to cart</button></form>"#;
    let body = if path.starts_with("/products/") { format!("{product}<h1>Wool hat</h1>{form}") } else { "<h1>About us</h1>".to_owned() };
    format!(
        "<!doctype html><html lang=en><head><title>Shop</title><link rel=icon href='data:,'><script>window.comeback=window.comeback||function(){{(comeback.q=comeback.q||[]).push(arguments)}};comeback('config','{shop}')</script>\
        <script async src='{pixel}/pixel.js'></script></head><body>{body}</body></html>"
    )
}

/// A store's own server, at an address of its own.
async fn store(shop: String, pixel: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let (shop, pixel) = (shop.clone(), pixel.clone());
            tokio::spawn(async move {
                let mut asked = vec![0; 16 << 10];
                let read = line.read(&mut asked).await.unwrap_or(0);
                let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
                let path = asked.split(' ').nth(1).unwrap_or("/").to_owned();
                let body = page(&path, &shop, &pixel);
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = line.write_all(format!("{head}{body}").as_bytes()).await;
            });
        }
    });
    base
}

struct Shop {
    rig: Rig,
    browser: Browser,
}

impl Shop {
    async fn open() -> Self {
        let rig = Rig::on("sqlite").await;
        // The browser's clock is its own: what is older than a week would be refused.
        rig.clock.set(comeback::clock::Clock::now(&comeback::clock::SystemClock));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let pixel = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(web::serve(Arc::clone(&rig.app), listener).expect("a server"));
        let base = store(rig.shop.id.to_string(), pixel).await;
        let host = base.trim_start_matches("http://").to_owned();
        // A developer's own machine is served without a certificate.
        track::set_domains(&rig.app, rig.shop.id, std::slice::from_ref(&base), "story").await.expect("set");
        assert_eq!(comeback::db::domains::of(&rig.app.db, rig.shop.id).await.expect("asked"), [host]);
        // A headless browser says so, and is taken for the robot that it is.
        let browser = Browser::of_a_shopper(&base).await;
        Self { rig, browser }
    }

    async fn goto(&self, path: &str) {
        self.browser.goto(path).await;
        self.browser.see("h1").await;
        for _ in 0..LOOKS {
            if self.browser.ask("return !!(window.comeback && window.comeback.loaded)").await == Value::Bool(true) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the script was not loaded");
    }

    /// The names of the events that are kept, in order, once there are so many.
    async fn kept(&self, count: usize) -> Vec<String> {
        for _ in 0..LOOKS {
            let mut all = deliveries::list(&self.rig.app.db, self.rig.shop.id, None, None, 50).await.expect("listed");
            if all.len() >= count {
                all.reverse();
                let mut names = Vec::new();
                for one in all {
                    let body = deliveries::body(&self.rig.app.db, self.rig.shop.id, one.id.0).await.expect("asked").expect("a body");
                    let told: Value = serde_json::from_slice(&body).expect("JSON");
                    names.push(told["name"].as_str().expect("a name").to_owned());
                }
                return names;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{count} events did not come: {:#?}", self.browser.complaints().await);
    }

    async fn remembered(&self) -> Value {
        self.browser.ask("return Object.keys(localStorage).filter((k) => k.startsWith('comeback'))").await
    }
}

#[tokio::test]
async fn a_visitor_who_agrees_is_told_of_from_the_first_product_on_and_nothing_before() {
    let shop = Shop::open().await;
    shop.goto("/products/hat").await;
    assert_eq!(shop.remembered().await, serde_json::json!([]), "nothing is stored before they agree");
    shop.browser.ask("comeback('consent', true); return 0").await;
    assert_eq!(shop.kept(1).await, ["view_item"], "what they look at now counts");
    shop.browser.ask("comeback('identify', {email: 'jo@example.com'}); return 0").await;
    assert_eq!(shop.kept(2).await, ["view_item", "identify"]);
    shop.browser.press("Add to cart").await;
    assert_eq!(shop.kept(3).await.last().map(String::as_str), Some("add_to_cart"));
    shop.rig.settle().await;
    let carts = shop.rig.carts().await;
    assert_eq!(carts.len(), 1, "one visit");
    let cart = carts::get(&shop.rig.app.db, shop.rig.shop.id, carts[0].id).await.expect("asked").expect("a cart").facts;
    let line = &cart.snapshot().expect("a snapshot").items[0];
    assert_eq!((line.title.as_str(), line.variant_id.as_deref(), line.quantity), ("Wool hat", Some("41"), 2));
    let looked_at = &cart.viewed.as_ref().expect("a look").snapshot().items[0];
    assert_eq!(looked_at.unit_price.map(|p| p.to_string()).as_deref(), Some("20.00 USD"));
    assert!(looked_at.url.as_deref().is_some_and(|u| u.ends_with("/products/hat")), "{looked_at:?}");
    assert_eq!(cart.mail_to().map(comeback::domain::contact::Email::as_str), Some("jo@example.com"));
    shop.browser.is_content().await;
    // On another page the visit goes on, once they agreed there; taking it back forgets everything.
    shop.goto("/about").await;
    shop.browser.ask("comeback('consent', true); comeback('event', 'view_item_list', {}); return 0").await;
    assert_eq!(shop.kept(4).await.last().map(String::as_str), Some("view_item_list"));
    shop.rig.settle().await;
    assert_eq!(shop.rig.carts().await.len(), 1, "the same visit");
    shop.browser.ask("comeback('consent', false); comeback('event', 'view_item_list', {}); return 0").await;
    assert_eq!(shop.remembered().await, serde_json::json!([]));
    shop.goto("/about").await;
    assert_eq!(shop.kept(4).await.len(), 4, "nothing more is told");
    shop.rig.at_rest().await;
}

#[tokio::test]
async fn shopifys_banner_is_asked_and_followed() {
    let shop = Shop::open().await;
    shop.goto("/about").await;
    // The page's script again, on a page that has Shopify's banner.
    let banner = "delete window.comeback; window.Shopify = {customerPrivacy: {allowed: false, analyticsProcessingAllowed() { return this.allowed }, marketingAllowed() { return this.allowed }}}; \
        const old = document.querySelector('script[src]'); const shop = arguments[0]; \
        window.comeback = function () { (comeback.q = comeback.q || []).push(arguments) }; comeback('config', shop); \
        comeback('event', 'view_item', {items: [{title: 'Hat'}]}); \
        const s = document.createElement('script'); s.src = old.src; document.head.append(s); return 0";
    shop.browser.client.execute(banner, vec![Value::from(shop.rig.shop.id.to_string())]).await.expect("run");
    for _ in 0..LOOKS {
        if shop.browser.ask("return !!window.comeback.loaded").await == Value::Bool(true) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    assert_eq!(shop.remembered().await, serde_json::json!([]), "declined");
    shop.browser.ask("Shopify.customerPrivacy.allowed = true; document.dispatchEvent(new Event('visitorConsentCollected')); comeback('event', 'view_item', {items: [{title: 'Scarf'}]}); return 0").await;
    assert_eq!(shop.kept(1).await, ["view_item"], "what came before was declined, and is gone");
    shop.rig.at_rest().await;
}

#[tokio::test]
async fn a_custom_pixel_tells_what_shopify_tells_it_but_no_purchase() {
    let shop = Shop::open().await;
    shop.goto("/about").await;
    let pixel = "delete window.comeback; const old = document.querySelector('script[src]'); const shop = arguments[0]; let tell; \
        const api = {init: {customerPrivacy: {analyticsProcessingAllowed: true, marketingAllowed: true}, context: {document: {location: {href: location.href}}}}, \
            customerPrivacy: {subscribe() {}}, analytics: {subscribe(_, f) { window.tell = f; }}}; \
        window.comeback = function () { (comeback.q = comeback.q || []).push(arguments) }; comeback('config', shop, {shopify: api}); \
        const s = document.createElement('script'); s.src = old.src; document.head.append(s); return 0";
    shop.browser.client.execute(pixel, vec![Value::from(shop.rig.shop.id.to_string())]).await.expect("run");
    for _ in 0..LOOKS {
        if shop.browser.ask("return !!window.tell").await == Value::Bool(true) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let events = "const variant = {id: '41', title: 'Blue', sku: 'HAT-1', price: {amount: 20, currencyCode: 'USD'}, product: {id: '91', title: 'Wool hat'}}; \
        const at = new Date().toISOString(); const make = (name, data) => ({id: 'sh-00000000-0000-' + name, name, clientId: 'client-1', timestamp: at, data}); \
        tell(make('product_viewed', {productVariant: variant})); \
        tell(make('product_added_to_cart', {cartLine: {merchandise: variant, quantity: 3}})); \
        tell(make('checkout_started', {checkout: {token: 'f25117', email: 'jo@example.com', lineItems: [{variant, quantity: 3}]}})); \
        tell(make('checkout_completed', {checkout: {token: 'f25117', lineItems: [{variant, quantity: 3}]}})); return 0";
    shop.browser.ask(events).await;
    assert_eq!(shop.kept(3).await, ["view_item", "add_to_cart", "begin_checkout"]);
    shop.rig.settle().await;
    let cart = shop.rig.cart().await;
    let facts = carts::get(&shop.rig.app.db, shop.rig.shop.id, cart.id).await.expect("asked").expect("a cart").facts;
    let tokens: Vec<String> = facts.tokens.iter().map(|t| t.value().to_owned()).collect();
    assert!(tokens.iter().any(|t| t.starts_with("client-1:")) && tokens.contains(&"f25117".to_owned()), "{tokens:?}");
    assert_eq!(facts.snapshot().expect("a snapshot").items[0].quantity, 3);
    assert_eq!(cart.state.as_str(), "open");
    shop.rig.at_rest().await;
}
