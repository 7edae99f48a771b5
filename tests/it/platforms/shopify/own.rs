//! Our own deliveries, with invented values: one of each family, and one for each trap.

use super::told::told;
use super::{RECEIVED_AT, instant, read_in};
use comeback::platforms::shopify::Shopify;
use comeback::platforms::{Platform, PlatformError, ReadContext};
use serde_json::{Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/shopify");
const TOKENS: &str = "checkout:aa00bb11cc22dd33ee44ff5566778899 cart:c1-00ff11ee22dd33cc44bb55aa66997788";
const BUYER: &str = "email:mira.okafor@example.com email:mira@work.example.com customer:9007199254740993";

fn fixture(name: &str) -> Value {
    let text = std::fs::read(format!("{FOLDER}/{name}.json")).unwrap_or_else(|e| panic!("{name}: {e}"));
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn line(name: &str) -> String {
    let fixture = fixture(name);
    let text = |key: &str| fixture[key].as_str().expect(key).to_owned();
    let events =
        read_in(&text("shop_currency"), &text("topic"), fixture["body"].to_string().as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(events.len(), 1, "{name}");
    told(&events[0])
}

fn check(name: &str, expected: &[&str]) {
    assert_eq!(line(name), expected.join(" | "), "{name}");
}

fn has(name: &str, parts: &[&str]) {
    let line = line(name);
    for part in parts {
        assert!(line.contains(part), "{name}: {part:?} is not in {line}");
    }
}

#[test]
fn every_fixture_here_has_an_expectation() {
    let source = include_str!("own.rs");
    for entry in std::fs::read_dir(FOLDER).expect("folder") {
        let name = entry.expect("entry").path().file_stem().expect("name").to_string_lossy().into_owned();
        assert!(source.contains(&format!("\"{name}\"")), "{name}.json is read by no test");
    }
}

#[test]
fn carts() {
    check(
        "cart",
        &[
            "cart | cart:c1-00ff11ee22dd33cc44bb55aa66997788 | 49.10 EUR | 2x24.50 1x5.00",
            "begun 2026-05-04T10:00:00.25Z | at 2026-05-04T10:02:00.75Z",
        ],
    );
    check(
        "cart_without_currency",
        &["cart | cart:hWN1cgNMicmfHS0VKe0sUGHq | 3.750 KWD | 3x1.250", "begun 2026-05-04T10:00:00Z | at 2026-05-04T10:00:00Z"],
    );
    check("cart_emptied", &["cart | cart:c1-empty | begun 2026-05-04T10:00:00Z | at 2026-05-04T10:09:00Z"]);
}

#[test]
fn checkouts() {
    check(
        "checkout_first_create",
        &["checkout", TOKENS, "49.00 USD | 2x24.50 | en-US | mail no | texts no | begun 2026-05-04T10:03:00Z | at 2026-05-04T10:03:20Z"],
    );
    check(
        "checkout_with_buyer",
        &[
            "checkout",
            TOKENS,
            "56.40 USD | 2x24.50",
            "email:mira.okafor@example.com email:mira@work.example.com customer:9007199254740993 phone:+15035550188 phone:+15035550177",
            "to mira.okafor@example.com to +15035550188 Mira en-US US-OR | mail yes | texts yes | code SPRING",
            "begun 2026-05-04T10:03:00Z | at 2026-05-04T10:05:00Z",
        ],
    );
    has("checkout_presentment", &["| 8200 JPY | 2x4100 |"]);
    has("checkout_without_presentment", &["| 61.00 CHF | 2x24.50 |"]);
    has("checkout_cart_token_in_url", &["checkout | checkout:aa00bb11cc22dd33ee44ff5566778899 cart:hWN1cgNMicmfHS0VKe0sUGHq |"]);
    has("checkout_old_with_id", &[&format!("{TOKENS} checkout_id:34309611520999 |"), "completed 2026-05-04T10:10:00Z"]);
    has("checkout_by_staff", &["checkout | checkout:aa00bb11cc22dd33ee44ff5566778899 |", "not by a shopper"]);
    has("checkout_gift", &["| email:giver@example.com | to giver@example.com to +15035550142 Mira en-US US-OR |"]);
    has("checkout_protected_data", &["| customer:gone | en-US US-OR |"]);
    let received = format!("at {RECEIVED_AT}");
    check("checkout_deleted", &["deleted | cart:c1-00ff11ee22dd33cc44bb55aa66997788 checkout_id:981820079255243999", &received]);
    check("checkout_deleted_old", &["deleted | checkout:aa00bb11cc22dd33ee44ff5566778899 checkout_id:34309611520999", &received]);
}

#[test]
fn orders() {
    check(
        "order_paid",
        &[
            "order 5364772370001 #1042 | 56.40 USD | paid 56.40 USD | net 56.40 USD",
            TOKENS,
            "2x24.50",
            BUYER,
            "to mira.okafor@example.com to +15035550142 Mira en-US US-OR | code SPRING",
            "placed 2026-05-04T10:12:00Z | at 2026-05-04T10:12:02Z",
        ],
    );
    // 26 of 52 EUR went back, which is half of 56.40 USD; the pending half is not gone yet.
    has("order_two_currencies", &["| 56.40 USD | seen as 52.00 EUR | paid 56.40 USD | net 28.20 USD |", "| refund 88001 26.00 EUR |"]);
    has("order_refunded_and_cancelled", &["| paid 56.40 USD | net 0.00 USD |", "| refund 88002 56.40 USD |", "cancelled"]);
    has("order_partially_paid", &["| 56.40 USD | paid 40.00 USD | net 40.00 USD |"]);
    has("order_pending", &["| 56.40 USD | paid 0.00 USD | net 0.00 USD |"]);
    has(
        "order_old_with_ids_as_text",
        &["order 5364772370001 ", "| checkout:aa00bb11cc22dd33ee44ff5566778899 checkout_id:34309611520999 |"],
    );
    has("order_with_marker", &["| checkout:other cart:other |", "| marker aB3dE5gH7jK |"]);
    check(
        "order_draft",
        &[
            "order 5364772370001 #1042 | 56.40 HKD | paid 56.40 HKD | net 56.40 HKD | 2x24.50",
            "placed 2026-05-04T10:12:00Z | at 2026-05-04T10:12:02Z | needs proof",
        ],
    );
    has("order_renewal", &["| needs proof | renewal"]);
    has("order_of_an_app", &[TOKENS, "| needs proof"]);
    has("order_test_notification", &["| net 0.00 USD |", "| test"]);
    check("order_edited", &["noted"]);
    check("refund", &["refund 88003 of 5364772370001 12.25 USD | at 2026-05-06T09:00:00Z"]);
    check("refund_without_money", &["refund 88004 of 5364772370001 0 JPY | at 2026-05-06T09:00:00Z"]);
}

#[test]
fn customers_and_what_they_said() {
    let who = "email:mira@work.example.com customer:9007199254740993 phone:+15035550188";
    let contact = ["contact", who, "to mira@work.example.com to +15035550188 Mira US-OR", "at 2026-05-04T10:12:00Z"].join(" | ");
    check("customer", &[&contact]);
    // The second consent has no date: it is as old as the record, or it would undo what was said since.
    check(
        "customer_old_with_consents",
        &[
            &contact,
            "email subscribed since 2026-05-02T09:00:00Z (shopify customers/create, single_opt_in)",
            "sms unsubscribed since 2026-05-01T09:00:00Z (shopify customers/create, single_opt_in, collected from SHOPIFY)",
        ],
    );
    check("customers_merged", &["9007199254740999 became 9007199254740993"]);
    check("customers_merge_failed", &["noted"]);
    check("customer_deleted", &["noted"]);
    check(
        "sms_consent",
        &[
            "sms subscribed since 2026-05-04T10:05:00Z (shopify customers_marketing_consent/update, single_opt_in, collected from SHOPIFY)",
            "customer:9007199254740993 phone:+15035550188",
        ],
    );
    check(
        "email_consent_taken_back",
        &[
            "email unsubscribed since 2026-05-07T10:00:00Z (shopify customers_email_marketing_consent/update, confirmed_opt_in)",
            "customer:9007199254740993 email:mira@work.example.com",
        ],
    );
    check(
        "email_consent_redacted",
        &["email unsubscribed since 2026-05-08T10:00:00Z (shopify customers_email_marketing_consent/update)", "customer:9007199254740993"],
    );
    check("email_consent_never_asked", &["noted"]);
    check(
        "whatsapp_consent",
        &[
            "whatsapp subscribed since 2026-11-01T00:00:00Z (shopify customers_whats_app_marketing_consent/update)",
            "customer:9007199254740993 phone:+15035550188",
        ],
    );
}

#[test]
fn the_shop_and_the_law() {
    check("discount", &["noted"]);
    check("uninstalled", &["uninstalled"]);
    check("redact_customer", &["erase", "customer:9007199254740993 email:mira@work.example.com phone:+15035550188"]);
    check("data_request", &["data request", "customer:9007199254740993 email:mira@work.example.com"]);
    check("redact_shop", &["erase_shop"]);
}

#[test]
fn products_say_what_can_be_bought_and_only_as_far_as_they_know() {
    let apron = [
        "product 7001 Linen apron on sale tags gift,kitchen variants 9007199254740993,9007199254740994,9007199254740995",
        "variant 9007199254740993 39.90 EUR sold out stock 0",
        "variant 9007199254740994 39.90 EUR sellable stock -3",
        // No price that can be read, and whether stock is counted isn't said.
        "variant 9007199254740995 stock 0",
        "at 2026-09-30T08:00:00Z",
    ];
    check("product", &apron);
    check("product_draft", &["product 7002 Plan not on sale no tags", "at 2026-09-30T08:00:00Z"]);
    let received = format!("at {RECEIVED_AT}");
    check("product_deleted", &["product 7001 not on sale", &received]);
    check("variant_out_of_stock", &["variant 9007199254740993 39.90 EUR sold out stock 0", &received]);
    check("variant_sold_without_stock", &["variant 9007199254740994 39.90 EUR sellable stock -1", &received]);
    check("variant_in_stock", &["variant 9007199254740993 35.00 EUR sellable stock 12", &received]);
}

#[test]
fn bodies_that_cannot_be_believed_are_refused_with_what_and_where() {
    let check = |topic: &str, body: &str, expected: &str| match read_in("USD", topic, body.as_bytes()) {
        Err(PlatformError::Unreadable(text)) => {
            assert!(text.contains(expected) && text.contains(topic) && text.contains("retried"), "{expected:?} is not in {text}");
        }
        other => panic!("{topic} {body}: {other:?}"),
    };
    let with = |name: &str, key: &str, value: Value| {
        let mut body = fixture(name)["body"].take();
        body[key] = value;
        body.to_string()
    };
    check("orders/create", "", "it is not JSON: EOF while parsing a value at line 1 column 0");
    check("orders/create", "{\"id\": 1,\n \"x\": }", "at line 2 column 7");
    check("orders/create", "[]", "an object is expected, at $");
    check("nobody/knows", "null", "an object is expected, at $");
    check("checkouts/update", &format!("{{\"a\":{}", "[".repeat(200_000)), "recursion limit exceeded at line 1 column");
    check(
        "checkouts/update",
        &with("checkout_with_buyer", "presentment_currency", json!("ZZZ")),
        "\"ZZZ\" is not an ISO 4217 currency code, at $.presentment_currency",
    );
    check("checkouts/update", &with("checkout_with_buyer", "total_price", json!("-1.00")), "a total can't be negative, at $.total_price");
    check(
        "checkouts/update",
        &with("checkout_with_buyer", "updated_at", json!("2026-02-30T00:00:00Z")),
        "\"2026-02-30T00:00:00Z\" is not a date, at $.updated_at",
    );
    check("checkouts/update", &with("checkout_with_buyer", "created_at", json!(5)), "a date is expected as a text, at $.created_at");
    check("checkouts/update", "{\"token\": \"\"}", "at $.token");
    check("checkouts/delete", "{}", "at $.cart_token");
    check("carts/update", "{}", "the cart has no token, at $.token");
    check("orders/create", &with("order_paid", "currency", json!("EURO")), "\"EURO\" is not an ISO 4217 currency code, at $.currency");
    check("orders/create", &with("order_paid", "total_price", json!("-0.01")), "a total can't be negative, at $.total_price");
    check("orders/create", &with("order_paid", "total_price", Value::Null), "the order has no total, at $.total_price");
    check("orders/create", &with("order_paid", "cancelled_at", json!("mira@example.com")), "that is not a date, at $.cancelled_at");
    let refunds =
        json!([{"id": 1}, {"id": 2, "transactions": [{"kind": "refund", "status": "success", "amount": "x", "currency": "USD"}]}]);
    check(
        "orders/create",
        &with("order_paid", "refunds", refunds),
        "that is not an amount of money, at $.refunds[1].transactions[0].amount",
    );
    check("refunds/create", "{\"id\": 1}", "the refund names no order, at $.order_id");
    check("customers/update", "{}", "at $.id");
    check("customers/redact", "{\"customer\": {}}", "the demand names nobody, at $.customer");
    check("customers_marketing_consent/update", "{\"sms_marketing_consent\": {\"state\": \"subscribed\"}}", "at $.sms_marketing_consent");
    assert!(matches!(read_in("USD", "orders/create", b"{\"note\": \"\xff\"}"), Err(PlatformError::Unreadable(_))));
}

#[test]
fn nothing_is_dated_later_than_it_came_and_the_trigger_time_stands_in() {
    let at = |body: &str, triggered: Option<&str>| {
        let context = ReadContext {
            topic: "checkouts/update",
            received_at: instant("2026-06-01T00:00:00Z"),
            triggered_at: triggered.map(instant),
            shop_currency: "USD".parse().expect("currency"),
        };
        told(&Shopify.read(&context, body.as_bytes()).expect(body)[0])
    };
    assert_eq!(
        at(
            r#"{"token":"t","updated_at":"2030-01-01T00:00:00Z","created_at":"2029-01-01T00:00:00Z","completed_at":"2030-01-01T00:00:00Z"}"#,
            None
        ),
        "checkout | checkout:t | begun 2026-06-01T00:00:00Z | at 2026-06-01T00:00:00Z | completed 2026-06-01T00:00:00Z"
    );
    assert_eq!(
        at(r#"{"token":"t"}"#, Some("2026-05-01T00:00:00Z")),
        "checkout | checkout:t | begun 2026-05-01T00:00:00Z | at 2026-05-01T00:00:00Z"
    );
    assert_eq!(at(r#"{"token":"t"}"#, None), "checkout | checkout:t | begun 2026-06-01T00:00:00Z | at 2026-06-01T00:00:00Z");
}

#[test]
fn the_same_topic_in_graphql_spelling_means_the_same() {
    let body = fixture("order_paid")["body"].to_string();
    assert_eq!(read_in("USD", "ORDERS_CREATE", body.as_bytes()), read_in("USD", "orders/create", body.as_bytes()));
}
