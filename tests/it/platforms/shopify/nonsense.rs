//! Nothing that anybody sends makes a reader panic, or quotes a person in an error.

use super::{TOPICS, read_in};
use comeback::platforms::shopify::Shopify;
use comeback::platforms::{Headers, Platform};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Names that the readers look for.
const KEYS: [&str; 52] = [
    "id",
    "token",
    "cart_token",
    "checkout_token",
    "checkout_id",
    "order_id",
    "email",
    "contact_email",
    "phone",
    "sms_marketing_phone",
    "currency",
    "presentment_currency",
    "total_price",
    "total_outstanding",
    "financial_status",
    "created_at",
    "updated_at",
    "completed_at",
    "cancelled_at",
    "processed_at",
    "line_items",
    "quantity",
    "price",
    "line_price",
    "price_set",
    "line_price_set",
    "total_price_set",
    "presentment_money",
    "amount",
    "currency_code",
    "refunds",
    "transactions",
    "kind",
    "status",
    "customer",
    "shipping_address",
    "billing_address",
    "default_address",
    "country_code",
    "note_attributes",
    "name",
    "value",
    "discount_codes",
    "email_marketing_consent",
    "product_id",
    "variants",
    "variant_gids",
    "inventory_quantity",
    "inventory_policy",
    "tags",
    "images",
    "title",
];

fn leaf() -> impl Strategy<Value = Value> {
    let known = prop_oneof![
        Just("USD"),
        Just("JPY"),
        Just("ZZZ"),
        Just("19.99"),
        Just("-1"),
        Just("1e9999"),
        Just("99999999999999999999999999999999999999"),
        Just("0.00000000000000000000000000000000000001"),
        Just("1e-30"),
        Just("9223372036854775807"),
        Just("2026-05-04T10:00:00+02:00"),
        Just("9999-12-31T23:59:59Z"),
        Just("-009999-01-01T00:00:00Z"),
        Just("2024-06-30T23:59:60Z"),
        Just("refund"),
        Just("success"),
        Just("paid"),
        Just("partially_paid"),
        Just("subscribed"),
        Just("+1 (415) 555-2671;ext=3"),
        Just("tel:+1-415;phone-context=x"),
        Just("+++"),
        Just("US"),
        Just("secret-person@example.com"),
        Just("_comeback"),
        Just("\u{0}"),
        Just("gid://shopify/Customer/"),
        Just("１２３４５６７８９０"),
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        known.prop_map(Value::from),
        "[-+() .0-9extEXT#*;,]{0,24}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    let key = prop_oneof![8 => proptest::sample::select(&KEYS[..]).prop_map(str::to_owned), 1 => any::<String>()];
    leaf().prop_recursive(5, 60, 8, move |inner| {
        let object = proptest::collection::vec((key.clone(), inner.clone()), 0..12)
            .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()));
        prop_oneof![1 => proptest::collection::vec(inner, 0..4).prop_map(Value::from), 4 => object]
    })
}

fn give_to_all(body: &[u8]) -> Result<(), TestCaseError> {
    for topic in TOPICS {
        let _ = Shopify.is_urgent(topic, body);
        if let Err(error) = read_in("USD", topic, body) {
            prop_assert!(!error.to_string().contains("secret-person"), "{}", error);
        }
    }
    let _ = Shopify.check_shop(body, "acme.myshopify.com");
    let headers = Headers::from([("x-shopify-hmac-sha256".to_owned(), "AAAA".to_owned())]);
    prop_assert!(Shopify.verify(&headers, body, &["s".to_owned()]).is_err());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        give_to_all(&body)?;
    }

    #[test]
    fn any_json(body in anything()) {
        give_to_all(body.to_string().as_bytes())?;
    }

    #[test]
    fn a_good_order_with_any_field_spoilt(key in proptest::sample::select(&KEYS[..]), value in anything()) {
        let mut body = json!({"id": 1, "token": "t", "total_price": "5.00", "order_id": 2, "customer": {"id": 3}, "line_items": [{"quantity": 1, "price": "5.00"}]});
        body[key] = value;
        give_to_all(body.to_string().as_bytes())?;
    }

    #[test]
    fn a_good_body_cut_anywhere(cut in 0..120_usize) {
        let body = br#"{"id":1,"token":"t","email":"secret-person@example.com","total_price":"5.00","shipping_address":[],"note":"stra\u00dfe"}"#;
        give_to_all(&body[..cut.min(body.len())])?;
    }
}
