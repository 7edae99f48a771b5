//! What is taken of events as they are given, and what is not.

use super::*;
use crate::domain::event::{Event, Stage};

const NOW: &str = "2026-07-01T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("time")
}

fn given(name: &str) -> Given {
    let item = GivenItem { product_id: Some("91".into()), title: Some("Wool hat".into()), ..GivenItem::default() };
    Given {
        event_id: "0190-0000-0000-0001".into(),
        name: name.into(),
        client_id: Some("c.1".into()),
        session_id: Some("s1".into()),
        items: vec![item],
        ..Given::default()
    }
}

fn heard(given: &Given, by: Teller) -> Result<Tracked, String> {
    let domains = ["acme.myshopify.com".to_owned(), "shop.example".to_owned()];
    given.check(&Hearing { received_at: now(), currency: Currency::USD, by, domains: &domains })
}

fn refused(given: Given, by: Teller, field: &str) {
    let why = heard(&given, by).expect_err("refused");
    assert!(why.starts_with(field), "{why}");
}

#[test]
fn every_known_event_is_kept_as_it_was_and_means_what_ga4_means_by_it() {
    let stage = |name: &str| match heard(&given(name), Teller::Store).expect("taken").meaning(Teller::Store).remove(0) {
        Event::Cart(seen) => (seen.stage, seen.items.len(), seen.completed_at.is_some()),
        other => panic!("{other:?}"),
    };
    for act in Act::ALL {
        let tracked = heard(&given(act.as_str()), Teller::Store).expect("taken");
        let kept = serde_json::to_string(&tracked).expect("json");
        assert_eq!(serde_json::from_str::<Tracked>(&kept).expect("json"), tracked);
        assert_eq!(tracked.meaning(Teller::Store)[0].name(), act.as_str());
    }
    assert_eq!(stage("view_item"), (Stage::Browse, 1, false));
    assert_eq!(stage("view_item_list"), (Stage::Browse, 0, false), "a list is passed by, not looked at");
    assert_eq!(stage("add_to_cart"), (Stage::Cart, 1, false));
    assert_eq!(stage("begin_checkout"), (Stage::Checkout, 1, false));
    assert_eq!(stage("purchase"), (Stage::Browse, 0, true), "it ends the cart, and says nothing of what was in it");
}

#[test]
fn times_are_never_in_the_future_and_never_older_than_a_week() {
    let at = |text: &str| heard(&Given { at: Some(text.into()), ..given("view_item") }, Teller::Store).map(|t| t.at.to_string());
    assert_eq!(at("2026-07-01T11:59:00+00:00"), Ok("2026-07-01T11:59:00Z".into()));
    assert_eq!(at("2026-07-01T12:00:01Z"), Ok(NOW.into()));
    assert_eq!(at("2026-06-24T12:00:00Z"), Ok("2026-06-24T12:00:00Z".into()));
    assert!(at("2026-06-24T11:59:59Z").is_err() && at("yesterday").is_err());
    assert_eq!(heard(&given("view_item"), Teller::Store).map(|t| t.at), Ok(now()));
}

#[test]
fn a_visit_has_a_name_of_its_own_and_what_scripts_send_for_want_of_one_is_none() {
    let tokens = |client: &str, session: Option<&str>| {
        let given = Given { client_id: Some(client.into()), session_id: session.map(str::to_owned), ..given("view_item") };
        heard(&given, Teller::Store).map(|t| t.tokens)
    };
    assert_eq!(tokens("c.1", Some("s1")), Ok(vec![Token::Visit("c.1:s1".into())]));
    assert_eq!(tokens("c.1", None), Ok(vec![Token::Visit("c.1:2026-07-01".into())]));
    for bad in ["undefined", "NULL", "a:b", "a b", "é", &"x".repeat(200)] {
        assert!(tokens(bad, None).is_err() && tokens("c.1", Some(bad)).is_err(), "{bad}");
    }
    let both =
        Given { cart_token: Some("gid://shopify/Cart/c1-00?key=k".into()), checkout_token: Some("f251".into()), ..given("view_cart") };
    let named = [Token::Visit("c.1:s1".into()), Token::Cart("c1-00".into()), Token::Checkout("f251".into())];
    assert_eq!(heard(&both, Teller::Store).map(|t| t.tokens), Ok(named.to_vec()));
}

#[test]
fn what_is_missing_or_nonsense_is_refused_with_the_field_that_it_is() {
    let store = Teller::Store;
    refused(Given { event_id: String::new(), ..given("view_item") }, store, "event_id");
    refused(Given { event_id: "a b".into(), ..given("view_item") }, store, "event_id");
    refused(given("page_exploded"), store, "name");
    refused(Given { client_id: None, session_id: None, ..given("view_item") }, store, "visit");
    refused(Given { items: Vec::new(), ..given("add_to_cart") }, store, "items");
    refused(Given { items: vec![GivenItem::default()], ..given("view_item") }, store, "items");
    refused(Given { items: vec![GivenItem::default(); 101], ..given("view_cart") }, store, "items");
    refused(Given { currency: Some("ZZZ".into()), ..given("view_item") }, store, "currency");
    let person = |contact| Given { contact, ..given("identify") };
    refused(person(GivenContact { email: Some("jo".into()), ..GivenContact::default() }), store, "contact.email");
    refused(person(GivenContact { phone: Some("12".into()), ..GivenContact::default() }), store, "contact.phone");
    refused(Given { consents: vec![("email".into(), "subscribed".into())], ..given("identify") }, store, "consent");
    let jo = GivenContact { email: Some("jo@example.com".into()), ..GivenContact::default() };
    refused(Given { consents: vec![("fax".into(), "subscribed".into())], ..person(jo.clone()) }, store, "consent");
    refused(Given { consents: vec![("email".into(), "maybe".into())], ..person(jo) }, store, "consent");
}

#[test]
fn a_browser_names_nobody_but_an_address_gives_no_agreement_and_buys_nothing() {
    let contact = GivenContact {
        email: Some("Jo@Example.com".into()),
        phone: Some("+14155552671".into()),
        customer_id: Some("7".into()),
        first_name: Some("Win a prize".into()),
        ..GivenContact::default()
    };
    let said = Given { contact, consents: vec![("email".into(), "subscribed".into())], ..given("identify") };
    let tracked = heard(&said, Teller::Browser).expect("taken");
    let email: Email = "jo@example.com".parse().expect("an address");
    assert_eq!(tracked.contact, Person { identities: vec![Identity::Email(email.clone())], email: Some(email), ..Person::default() });
    assert!(tracked.consents.is_empty() && !tracked.is_urgent());
    refused(given("purchase"), Teller::Browser, "name");
    refused(Given { event_id: "order-1001".into(), ..given("view_item") }, Teller::Browser, "event_id");
    let store = heard(&said, Teller::Store).expect("taken");
    assert_eq!((store.contact.identities.len(), store.consents.len()), (3, 1));
}

#[test]
fn nothing_that_a_browser_says_can_make_the_stores_mail_somebody_elses() {
    let item = |title: &str, url: &str, image_url: &str| GivenItem {
        product_id: Some("1".into()),
        title: Some(title.into()),
        url: Some(url.into()),
        image_url: Some(image_url.into()),
        ..GivenItem::default()
    };
    let first = |given: GivenItem, by| heard(&Given { items: vec![given], ..self::given("view_item") }, by).expect("taken").items.remove(0);
    let (page, picture) = ("https://shop.example/products/hat", "https://shop.example/cdn/hat.jpg");
    let good = first(item("Hat no. 5 (v. 2.0)", page, picture), Teller::Browser);
    assert_eq!((good.title.as_str(), good.url.as_deref(), good.image_url.as_deref()), ("Hat no. 5 (v. 2.0)", Some(page), Some(picture)));
    for bad in ["Prize at evil.example", "https://evil.example", "www.evil", "call me@evil"] {
        assert_eq!(first(item(bad, page, picture), Teller::Browser).title, "", "{bad}");
    }
    for bad in [
        "https://evil.example/x",
        "http://shop.example/x",
        "https://jo@shop.example/x",
        "javascript:alert(1)",
        "https://shop.example:444/x",
    ] {
        let item = first(item("Hat", bad, bad), Teller::Browser);
        assert_eq!((item.url, item.image_url), (None, None), "{bad}");
    }
    let from_server = first(item("Hat", "https://evil.example/x", "https://cdn.example/hat.jpg"), Teller::Store);
    assert_eq!(
        (from_server.url, from_server.image_url.as_deref()),
        (None, Some("https://cdn.example/hat.jpg")),
        "a page is always the store's own"
    );
}

#[test]
fn the_page_that_a_product_is_looked_at_on_is_the_products() {
    let looked = Given { page_url: Some("https://shop.example/products/hat?variant=2".into()), ..given("view_item") };
    let url = |given: &Given| heard(given, Teller::Browser).expect("taken").items[0].url.clone();
    assert_eq!(url(&looked).as_deref(), Some("https://shop.example/products/hat?variant=2"));
    assert_eq!(url(&Given { name: "add_to_cart".into(), ..looked.clone() }), None);
    assert_eq!(url(&Given { page_url: Some("https://elsewhere.example/".into()), ..looked }), None);
}

#[test]
fn prices_are_exact_in_their_own_currency_or_the_stores() {
    let price = |amount: &str, currency: Option<&str>| {
        let price = Some(Amount { amount: amount.into(), currency: currency.map(str::to_owned) });
        let item = GivenItem { title: Some("Hat".into()), price, ..GivenItem::default() };
        heard(&Given { items: vec![item], ..given("view_item") }, Teller::Store).expect("taken").items[0].unit_price.map(|p| p.to_string())
    };
    assert_eq!(price("19.99", None).as_deref(), Some("19.99 USD"));
    assert_eq!(price("2000", Some("JPY")).as_deref(), Some("2000 JPY"));
    assert_eq!((price("-1", None), price("ten", None), price("1", Some("ZZZ"))), (None, None, None));
}

#[test]
fn only_what_may_forbid_a_message_is_urgent() {
    let contact = GivenContact { email: Some("jo@example.com".into()), ..GivenContact::default() };
    let urgent = |name: &str, consent: Option<&str>| {
        let consents = consent.map(|c| ("email".to_owned(), c.to_owned())).into_iter().collect();
        heard(&Given { contact: contact.clone(), consents, ..given(name) }, Teller::Store).expect("taken").is_urgent()
    };
    assert!(urgent("purchase", None) && urgent("identify", Some("unsubscribed")) && urgent("view_item", Some("pending")));
    assert!(!urgent("begin_checkout", None) && !urgent("identify", Some("subscribed")));
}
