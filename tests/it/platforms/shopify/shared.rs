//! What the shared fixtures mean, each read by a person from the payload; and that every one of them, whatever it is, can be given to every reader.

use super::told::told;
use super::{RECEIVED_AT, TOPICS, read_in, shared, shared_body, unwrapped};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The real purchase that a whole journey is known of.
const JOURNEY: &str =
    "checkout:f25117962ca5a0f0f78896f36ca232a2 cart:Z2NwLXVzLWNlbnRyYWwxOjAxSEtZOUJXMDdHVldNNjBSWlZZVkUxQ1o3 checkout_id:34309611520214";

fn check(file: &str, topic: &str, shop_currency: &str, expected: &[&str]) {
    let Some(body) = shared_body(file) else { return };
    let events = read_in(shop_currency, topic, &body).unwrap_or_else(|e| panic!("{file}: {e}"));
    assert_eq!(events.len(), 1, "{file}");
    assert_eq!(told(&events[0]), expected.join(" | "), "{file}");
}

fn refused(file: &str, topic: &str, where_and_why: &str) {
    let Some(body) = shared_body(file) else { return };
    let error = read_in("USD", topic, &body).expect_err(file).to_string();
    assert!(error.contains(where_and_why) && error.contains(topic), "{file}: {error}");
}

#[test]
fn real_carts() {
    let c1 = "cart | cart:c1-f880804cdbfc39c683dc9fad79ab940a | 2249.85 USD | 3x749.95";
    let times = ["begun 2023-12-11T04:40:09.792Z", "at 2023-12-11T04:44:14.751Z"];
    check("carts_update/3.json", "carts/update", "EUR", &[c1, times[0], times[1]]);
    check("carts_update/4.json", "carts/update", "EUR", &[c1, times[0], times[1]]);
    check(
        "carts_update/5.json",
        "carts/update",
        "EUR",
        &[
            "cart | cart:c1-3d906b8fc6190196853b56bd73e0591f | 600.00 USD | 1x600.00",
            "begun 2023-12-11T17:14:07.906Z",
            "at 2023-12-11T17:16:29.756Z",
        ],
    );
    check(
        "carts_update/6.json",
        "carts/update",
        "USD",
        &[
            "cart | cart:Z2NwLXVzLWNlbnRyYWwxOjAxSEtZMllEN0NZTkEwRVo3QlpHMkUyMEo4 | 2009.85 INR | 2x629.95 1x749.95",
            "begun 2024-01-12T05:40:01.64Z | at 2024-01-13T10:00:09.104Z",
        ],
    );
    // No line names a currency: the shop's.
    check(
        "carts_create/5.json",
        "carts/create",
        "INR",
        &[
            "cart | cart:Z2NwLXVzLWNlbnRyYWwxOjAxSEtZOUJXMDdHVldNNjBSWlZZVkUxQ1o3 | 749.95 INR | 1x749.95",
            "begun 2024-01-12T07:32:14.142Z | at 2024-01-12T07:32:14.142Z",
        ],
    );
}

#[test]
fn real_checkouts() {
    // The shipping address is [], and there is no customer; `created_at` and `updated_at` have different offsets.
    check(
        "checkouts_create/7.json",
        "checkouts/create",
        "USD",
        &[
            "checkout",
            JOURNEY,
            "3008.18 INR | 2x629.95 2x749.95 | en-IN | mail no | texts no",
            "begun 2024-01-12T07:32:14Z | at 2024-01-12T07:35:33Z",
        ],
    );
    check(
        "checkouts_update/4.json",
        "checkouts/update",
        "USD",
        &[
            "checkout",
            JOURNEY,
            "3256.56 INR | 2x629.95 2x749.95 | email:buyer9378+tag@example.com | to buyer9378+tag@example.com Taylor en-IN IN-TS",
            "mail no | texts no | code FREESHIP2024 | begun 2024-01-12T07:32:14Z | at 2024-01-12T07:41:04Z",
        ],
    );
    // The shop's currency is EUR, the amounts are in PLN.
    check(
        "rest_checkouts/7.json",
        "checkouts/update",
        "EUR",
        &[
            "checkout | checkout:172be72bc5c7a479279f66b3bd3065ee cart:Z2NwLWV1cm9wZS13ZXN0NDowMUhRMkZER0ZNRlI0Wk5XNVgxV01DNUZaMQ checkout_id:43005066871121",
            "187.00 PLN | 1x67.00 1x120.00 | email:buyer5005@example.com customer:7676980527441",
            "to buyer5005@example.com Anna de-PL PL | mail no | begun 2024-02-20T08:57:07Z | at 2024-02-20T09:03:00Z",
        ],
    );
    refused("checkouts_update/3.json", "checkouts/update", "\"2024-09-16T03:50:1500:00\" is not a date, at $.created_at");
    check(
        "rest_checkouts/1.json",
        "checkouts/update",
        "EUR",
        &[
            "checkout | checkout:2a1ace52255252df566af0faaedfbfa7 cart:68778783ad298f1c80c3bafcddeea02f checkout_id:450789469",
            "409.94 USD | 1x199.00 1x199.00 | email:buyer8720@example.com customer:207119551",
            "to buyer8720@example.com to +15556251199 Dana US-KY | mail no | code TENOFF | begun 2012-10-12T11:05:27Z | at 2012-10-12T11:05:27Z",
        ],
    );
    check(
        "checkouts_delete/1.json",
        "checkouts/delete",
        "USD",
        &["deleted | cart:eeafa272cebfd4b22385bc4b645e762c checkout_id:981820079255243537", &format!("at {RECEIVED_AT}")],
    );
}

#[test]
fn real_orders_of_staff_and_apps() {
    let draft = |file: &str, rest: &[&str]| check(file, "orders/create", "EUR", rest);
    draft(
        "orders_create/6.json",
        &[
            "order 6198424240428 #1053 | 439.00 HKD | paid 439.00 HKD | net 439.00 HKD",
            "checkout:5275063760b864198fe377578e287c68 checkout_id:38569589309740",
            &prices("orders_create/6.json"),
            "zh-TW | code Alan Test 0123A | placed 2025-01-23T06:56:00Z | at 2025-01-23T06:56:01Z | needs proof",
        ],
    );
    draft(
        "orders_create/7.json",
        &[
            "order 6198432301356 #1054 | 394.00 HKD | paid 394.00 HKD | net 394.00 HKD",
            "checkout:71b7e0dc2452af022b31f8f6e702f1c8 checkout_id:38569595142444",
            &prices("orders_create/7.json"),
            "email:buyer3826@example.com customer:8658316394796 phone:+85294904646 | to buyer3826@example.com to +85294904646 Dana en HK",
            "code Alan Test 0123B | placed 2025-01-23T06:59:37Z | at 2025-01-23T06:59:38Z | needs proof",
        ],
    );
    // The number stands on the address only: nobody is recognised by it.
    draft(
        "orders_create/9.json",
        &[
            "order 6200360403244 #1070 | 304.00 HKD | paid 304.00 HKD | net 304.00 HKD",
            "checkout:213b73cfcfb647ab742d1b784d0f8ee1 checkout_id:38571940610348",
            &prices("orders_create/9.json"),
            "email:buyer3826@example.com customer:8658316394796 | to buyer3826@example.com to +85294298804 Dana en HK",
            "code 0124C | placed 2025-01-24T03:16:37Z | at 2025-01-24T03:16:38Z | needs proof",
        ],
    );
    draft(
        "orders_create/14.json",
        &[
            "order 5324830114101 #1010 | 2629.95 USD | paid 2629.95 USD | net 2629.95 USD",
            "checkout:2b9ba639fb81a1fb61a02be4c95459b5 checkout_id:36646099517750",
            &prices("orders_create/14.json"),
            &language("orders_create/14.json"),
            "placed 2023-03-24T16:37:26Z | at 2023-03-24T16:37:27Z | needs proof",
        ],
    );
    check(
        "orders_cancelled/3.json",
        "orders/cancelled",
        "EUR",
        &[
            "order 6198821716268 #1065 | 99.00 HKD | paid 99.00 HKD | net 0.00 HKD",
            "checkout:57d2c5c961eb18fbf1702534d0958c7b checkout_id:38569878290732",
            &prices("orders_cancelled/3.json"),
            "email:buyer3826@example.com customer:8658316394796 | to buyer3826@example.com to +85294298804 Dana en HK",
            "refund 982959849772 99.00 HKD | placed 2025-01-23T10:18:47Z | at 2025-01-24T02:57:18Z | cancelled | needs proof",
        ],
    );
    // Placed by an app (its number is the source); the discount has no code.
    check(
        "orders_cancelled/4.json",
        "orders/cancelled",
        "EUR",
        &[
            "order 5324790137142 #1009 | 1806.38 USD | paid 1806.38 USD | net 0.00 USD",
            "checkout:751db9e69c75eb563f4d9b052e8cc0f7 checkout_id:36646023004470",
            &prices("orders_cancelled/4.json"),
            "email:russel.winfield@example.com customer:6972527083830 phone:+16135550135 | to russel.winfield@example.com to +16135550135 Jamie en CA",
            "refund 945108681014 1806.38 USD | placed 2023-03-24T15:28:18Z | at 2023-03-24T22:08:18Z | cancelled | needs proof",
        ],
    );
    refused("orders_cancelled/2.json", "orders/cancelled", "the order has no id, at $.id");
}

#[test]
fn real_orders_in_currencies_with_other_decimals_or_letters() {
    let yen = [
        (
            "9",
            "4216043012249-fake #1003",
            "23600",
            "7de71474a4346f779b08ed51f20fb836 checkout_id:23036686270617",
            "09:46:02Z | at 2021-11-19T09:46:03Z",
        ),
        (
            "10",
            "4216042061977 #1002",
            "14319",
            "297ef0b0988561543c053a064ec80d40 checkout_id:23036680601753",
            "09:44:45Z | at 2021-11-19T09:44:46Z",
        ),
        (
            "11",
            "4216041013401 #1001",
            "5900",
            "8003b512d7ed9a521ed45f3f447739b1 checkout_id:23036675817625",
            "09:43:41Z | at 2021-11-19T09:43:42Z",
        ),
    ];
    for (number, name, amount, token, times) in yen {
        let file = format!("rest_orders/{number}.json");
        let money = format!("{amount} JPY | paid {amount} JPY | net {amount} JPY");
        let (token, times) = (format!("checkout:{token}"), format!("placed 2021-11-19T{times} | needs proof"));
        check(&file, "orders/create", "USD", &[&format!("order {name}"), &money, &token, &prices(&file), &times]);
    }
    check(
        "rest_orders/12.json",
        "orders/updated",
        "EUR",
        &[
            "order 100500 #1166X01 | 2147.58 PLN | paid 2147.58 PLN | net 2147.58 PLN",
            "checkout:9229956ed8e00ade9d0c5a42abf2d654 checkout_id:38943405572388",
            &prices("rest_orders/12.json"),
            "email:buyer8263@example.com customer:6670178025000 phone:+48122095098 phone:+48177461457",
            "to buyer8263@example.com to +48122095098 José pl PL | placed 2024-10-08T12:03:31Z | at 2024-10-08T12:07:59Z | needs proof",
        ],
    );
    // An empty cart token is none.
    check(
        "rest_orders/5.json",
        "orders/updated",
        "EUR",
        &[
            "order 2519540498587 #1004 | 5.85 ILS | paid 5.85 ILS | net 0.00 ILS | checkout:2bb27220f14c31abb8bfd518f220b827 checkout_id:14308071375003",
            &prices("rest_orders/5.json"),
            "email:buyer2861@example.com customer:3766920380571 | to buyer2861@example.com דוד en IL",
            "refund 672261111963 5.85 ILS | placed 2020-06-24T12:43:31Z | at 2020-06-25T22:27:28Z",
        ],
    );
}

#[test]
fn real_orders_of_shoppers() {
    // Two currencies, and two addresses that differ.
    check(
        "orders_create/18.json",
        "orders/create",
        "USD",
        &[
            "order 6134457074006 #1104 | 124.36 USD | seen as 115.90 EUR | paid 124.36 USD | net 0.00 USD",
            "checkout:56d3b3c4f973db77c7519755016dc4c4 cart:Z2NwLWV1cm9wZS13ZXN0NDowMUhaNEYzN0cxRTI1WUU4TjBEUFY1REFZUA checkout_id:44541050323286",
            "1x45.01 1x79.35 | email:buyer5001@example.com email:buyer5002@example.com customer:7817370206550 | to buyer5001@example.com Alex en-NL NL",
            "placed 2024-06-24T11:55:18Z | at 2024-06-24T11:55:28Z | test",
        ],
    );
    let journey = |file: &str, topic: &str, tail: &str| {
        let who =
            "email:buyer9378+tag@example.com customer:6971943256278 | to buyer9378+tag@example.com Taylor en-IN IN-TS | code FREESHIP2024";
        let head = "order 5364772372694 #1005 | 3256.56 INR | paid 3256.56 INR | net 0.00 INR";
        check(file, topic, "USD", &[head, JOURNEY, "2x629.95 2x749.95", who, tail]);
    };
    journey("orders_create/17.json", "orders/create", "placed 2024-01-12T07:42:45Z | at 2024-01-12T07:42:47Z | test");
    let back = "refund 887837196502 3256.56 INR | placed 2024-01-12T07:42:45Z | at 2024-01-12T09:36:00Z | test | cancelled";
    journey("orders_cancelled/5.json", "orders/cancelled", back);
    journey("orders_updated/4.json", "orders/updated", back);
}

#[test]
fn real_orders_of_shoppers_that_were_refunded_in_part_or_say_little() {
    check(
        "orders_updated/3.json",
        "orders/updated",
        "USD",
        &[
            "order 5361237360854 #1001 | 4283.11 INR | paid 4283.11 INR | net 0.00 INR",
            "checkout:ace2dc91859e6a662cea01baf730a7b1 cart:Z2NwLXVzLWNlbnRyYWwxOjAxSEtLV01CRlNHMjBDS1NOU0pEM0hBNTUw checkout_id:34297127960790",
            &prices("orders_updated/3.json"),
            "email:buyer8988@example.com customer:6964838301910 | to buyer8988@example.com Dana en-IN IN-TS",
            "refund 887838146774 884.94 INR refund 887838310614 884.94 INR refund 887838376150 884.94 INR",
            "placed 2024-01-08T10:12:30Z | at 2024-01-12T09:10:23Z | test",
        ],
    );
    check(
        "orders_paid/3.json",
        "orders/paid",
        "EUR",
        &[
            "order 5665811235126 SBL1069 | 119.58 USD | paid 119.58 USD | net 0.00 USD",
            "checkout:8a9a5b398be8d47dade346d6be13549e cart:c1-56f2f58cedc8783d18eb7bceec2100e7 checkout_id:37189481267510",
            &prices("orders_paid/3.json"),
            &format!(
                "email:buyer9699+tag@example.com customer:7542816964918 | to buyer9699+tag@example.com Robin {} US-PA",
                language("orders_paid/3.json")
            ),
            "placed 2023-11-27T20:24:07Z | at 2023-11-27T20:24:10Z | test",
        ],
    );
    // No financial status: what isn't outstanding was paid.
    for (file, topic) in [("orders_paid/2.json", "orders/paid"), ("orders_updated/2.json", "orders/updated")] {
        let Some(body) = shared_body(file) else { return };
        let line = told(&read_in("EUR", topic, &body).expect(file)[0]);
        let head = "order 5778367414385 #1017 | 600.00 USD | paid 600.00 USD | net 600.00 USD | checkout:84ad78572dae52a8cbea7d55371afe89 \
                    cart:Z2NwLXVzLWVhc3QxOjAxSkJaTUVRSjgzNUJUN1BTNjEzRFdRUFFQ checkout_id:35550298931313 | ";
        assert!(line.starts_with(head), "{file}: {line}");
        assert!(line.contains("email:buyer9920@example.com customer:7358220173425"), "{file}: {line}");
    }
    check(
        "orders_fulfilled/2.json",
        "orders/fulfilled",
        "USD",
        &[
            "order 5361240244438 #1003 | 10.00 INR | paid 10.00 INR | net 0.00 INR",
            "checkout:11b83ca680f979566f0dae76cc75509c cart:Z2NwLXVzLWNlbnRyYWwxOjAxSEtNOUE2RFIwVDNSQkU4V0FYV1dYTUUx checkout_id:34297139527894",
            "1x10.00 | email:buyer6758@example.com customer:6964843905238 | to buyer6758@example.com Dana en-IN IN-TS",
            "placed 2024-01-08T10:19:26Z | at 2024-01-12T09:23:27Z | test",
        ],
    );
    check(
        "rest_orders/14.json",
        "orders/updated",
        "USD",
        &[
            "order 5182437124 #1001 | 470.00 EUR | paid 470.00 EUR | net 0.00 EUR",
            "checkout:165f3cd1201326cd3afde2c5532f3199 cart:8254e3dbc1f6aabd949894e7026c0ff0 checkout_id:15348202692",
            &prices("rest_orders/14.json"),
            "email:example@example.com customer:5701736836 | to example@example.com Sam en PL",
            "refund 225207300 150.00 EUR | placed 2017-06-15T15:52:28Z | at 2017-10-07T11:59:31Z | test",
        ],
    );
}

/// The lines' quantities and prices as they stand in the payload: copied from it here, since some orders have many.
fn prices(file: &str) -> String {
    let Some(body) = shared_body(file) else { return String::new() };
    let body: Value = serde_json::from_slice(&body).expect("json");
    let line = |l: &Value| format!("{}x{}", l["quantity"], l["price"].as_str().expect("price"));
    body["line_items"].as_array().expect("lines").iter().map(line).collect::<Vec<_>>().join(" ")
}

fn language(file: &str) -> String {
    let Some(body) = shared_body(file) else { return String::new() };
    let body: Value = serde_json::from_slice(&body).expect("json");
    body["customer_locale"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn test_notifications_never_count() {
    for file in ["orders_create/1.json", "orders_create/2.json", "orders_create/4.json", "orders_create/15.json", "orders_updated/1.json"] {
        let Some(body) = shared_body(file) else { return };
        let line = told(&read_in("USD", "orders/create", &body).expect(file)[0]);
        assert!(line.ends_with("test | cancelled") && line.contains("net 0.00"), "{file}: {line}");
    }
    // Somebody's editor put spaces into its dates.
    refused("orders_create/12.json", "orders/create", "\"2025-10-07T11: 28: 07-05: 00\" is not a date, at $.");
}

#[test]
fn real_refunds() {
    let check = |file: &str, expected: &str| check(file, "refunds/create", "USD", &[expected]);
    check("refunds_create/4.json", "refund 1002961240349 of 6273085767965 20 VND | at 2024-08-20T15:19:18Z");
    check("refunds_create/5.json", "refund 887837196502 of 5364772372694 3256.56 INR | at 2024-01-12T08:48:28Z");
    check("refunds_create/6.json", "refund 887837262038 of 5364786725078 884.94 INR | at 2024-01-12T08:49:48Z");
    // No transaction: no money moved.
    check("refunds_create/2.json", "refund 890088186047892319 of 820982911946154508 0.00 USD | at 2022-01-01T00:00:00Z");
    // Two transactions of 75.00 and 10.00 without a currency: the shop's.
    check(
        "_synthetic/refund_before_order/01_refunds_create.json",
        "refund 890088186047892319 of 820982911946154508 85.00 USD | at 2022-01-01T00:00:00Z",
    );
}

#[test]
fn real_customers() {
    let taylor = "contact | email:buyer9378+tag@example.com customer:6971943256278 | to buyer9378+tag@example.com Taylor";
    check("customers_create/6.json", "customers/create", "USD", &[taylor, "at 2024-01-12T07:42:44Z"]);
    check("customers_update/2.json", "customers/update", "USD", &[&format!("{taylor} IN-TS"), "at 2024-01-12T07:42:46Z"]);
    check(
        "customers_create/5.json",
        "customers/create",
        "USD",
        &["contact | email:buyer6935@example.com customer:6972943892790 | to buyer6935@example.com Morgan US-DE | at 2023-03-24T22:13:56Z"],
    );
    check(
        "rest_customers/1.json",
        "customers/update",
        "USD",
        &["contact | email:example@example.com customer:5701736836 | to example@example.com Sam PL | at 2017-06-25T11:35:51Z"],
    );
    check(
        "rest_customers/2.json",
        "customers/update",
        "USD",
        &[
            "contact | email:buyer3520@example.com customer:5667226244 phone:+624053306977 | to buyer3520@example.com to +624053306977 Lee HR | at 2017-06-05T02:57:02Z",
        ],
    );
}

#[test]
fn privacy_demands_and_everything_without_a_reader() {
    // The number has no country, and so names nobody.
    check("customers_redact/1.json", "customers/redact", "USD", &["erase | customer:191167 email:john@example.com"]);
    check("customers_data_request/1.json", "customers/data_request", "USD", &["data request | customer:191167 email:john@example.com"]);
    check("shop_redact/1.json", "shop/redact", "USD", &["erase_shop"]);
    check("app_uninstalled/1.json", "app/uninstalled", "USD", &["uninstalled"]);
    // This merge failed.
    check("customers_merge/1.json", "customers/merge", "USD", &["noted"]);
    for (file, topic) in [
        ("orders_edited/1.json", "orders/edited"),
        ("orders_delete/1.json", "orders/delete"),
        ("customers_delete/1.json", "customers/delete"),
        ("customers_whats_app_marketing_consent_update/1.json", "customers_whats_app_marketing_consent/update"),
        ("discounts_create/1.json", "discounts/create"),
    ] {
        check(file, topic, "USD", &["noted"]);
    }
}

#[test]
fn products_tell_what_they_cost_and_whether_there_are_any() {
    let product = [
        "product 788032119674292922 Example T-Shirt on sale tags example,mens,t-shirt variants 642667041472713922,757650484644203962",
        "variant 642667041472713922 19.99 USD sellable stock 75",
        "variant 757650484644203962 19.99 USD sellable stock 50",
        "at 2022-01-01T00:00:00Z",
    ];
    check("products_update/1.json", "products/update", "USD", &product);
    // Prices are in the store's currency, which the body doesn't name; free, and its stock isn't counted.
    let free = [
        "product 1071559748 Burton Custom Freestyle 151 tags \"Big Air\",Barnes & Noble,John's Fav variants 1070325219",
        "variant 1070325219 0.00 EUR sellable stock 1",
        "at 2017-09-22T18:48:44Z",
    ];
    check("rest_products/1.json", "products/create", "EUR", &free);
    // A change of stock doesn't move the variant's own date: it is as of when it came.
    let received = format!("at {RECEIVED_AT}");
    check("variants_in_stock/1.json", "variants/in_stock", "USD", &["variant 642667041472713922 19.99 USD sellable stock 75", &received]);
    check(
        "variants_out_of_stock/1.json",
        "variants/out_of_stock",
        "USD",
        &["variant 642667041472713922 19.99 USD sold out stock 0", &received],
    );
}

#[test]
fn synthetic_orders_keep_both_currencies_and_say_who_may_be_credited() {
    let check = |file: &str, shop: &str, expected: &[&str]| {
        let Some(body) = shared_body(file) else { return };
        let line = told(&read_in(shop, "orders/create", &body).expect(file)[0]);
        for part in expected {
            assert!(line.contains(part), "{file}: {part:?} is not in {line}");
        }
    };
    check(
        "_synthetic/presentment_eur/01_orders_create.json",
        "GBP",
        &["| 404.95 GBP | seen as 473.79 EUR | paid 404.95 GBP | net 404.95 GBP |"],
    );
    check("_synthetic/presentment_jpy/01_orders_create.json", "USD", &["| 404.95 USD | seen as 60742 JPY |"]);
    check("_synthetic/presentment_kwd/01_orders_create.json", "USD", &["| 404.95 USD | seen as 124.320 KWD |"]);
    check(
        "_synthetic/gift_card_order/01_orders_paid.json",
        "USD",
        // The first line is a gift card of 89.99 that was sold: what it pays for counts when it is spent.
        &["net 314.96 USD | checkout:bb22synthetic00000000000000000004 cart:synthcartgift |"],
    );
    check("_synthetic/pos_cash_order/01_orders_create.json", "USD", &["net 404.95 USD | 1x89.99", "needs proof"]);
    check("_synthetic/subscription_renewal/01_orders_create.json", "USD", &["needs proof | renewal"]);
    check("_synthetic/protected_data_not_approved/01_orders_create.json", "USD", &["| customer:603851970716743426 | en US-KY |"]);
}

#[test]
fn the_phone_only_checkout_is_written_to_by_text() {
    let file = "_synthetic/phone_only_checkout/01_checkouts_create.json";
    let Some(body) = shared_body(file) else { return };
    let line = told(&read_in("USD", "checkouts/create", &body).expect(file)[0]);
    for part in
        ["| 421.88 GBP |", "email:john@example.com customer:603851970716743426 phone:+447700900123 |", "to +447700900123 ", "texts yes"]
    {
        assert!(line.contains(part), "{part:?} is not in {line}");
    }
}

#[test]
fn every_fixture_can_be_given_to_every_reader() {
    let Some(folder) = shared() else { return };
    let files = json_files(&folder);
    assert!(files.len() > 200, "only {} files", files.len());
    for file in files {
        let bytes = std::fs::read(&file).expect("file");
        let body = unwrapped(serde_json::from_slice(&bytes).expect("json")).to_string();
        for topic in TOPICS {
            // Whether it fits is another matter; it must not panic, and an error must not quote what stands there.
            if let Err(error) = read_in("USD", topic, body.as_bytes()) {
                assert!(!error.to_string().contains('@'), "{}: {error}", file.display());
            }
        }
    }
}

#[test]
fn everything_real_fits_its_topic_but_for_what_was_cut_or_edited() {
    let Some(folder) = shared() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.csv")).expect("index");
    let broken = ["checkouts_update/3.json", "orders_cancelled/2.json", "orders_create/12.json"];
    let mut read = 0;
    for line in index.lines().skip(1) {
        let mut columns = line.split(',');
        let (Some(file), Some(_), Some(kind)) = (columns.next(), columns.next(), columns.next()) else { continue };
        let topic = match file.split('/').next().unwrap_or_default() {
            "rest_orders" => "orders/updated".to_owned(),
            "rest_checkouts" => "checkouts/update".to_owned(),
            "rest_customers" => "customers/update".to_owned(),
            name if TOPICS.iter().any(|t| t.replace('/', "_") == name) => {
                TOPICS.iter().find(|t| t.replace('/', "_") == name).expect("topic").to_string()
            }
            _ => continue,
        };
        if !folder.join(file).is_file()
            || broken.contains(&file)
            || !["real", "real_edited", "real_truncated", "test_notification", "docs_sample"].contains(&kind)
        {
            continue;
        }
        let body = shared_body(file).expect("body");
        if let Err(error) = read_in("USD", &topic, &body) {
            panic!("{file} as {topic}: {error}");
        }
        read += 1;
    }
    assert!(read > 60, "only {read} files");
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path());
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|e| e == "json") {
            files.push(path);
        }
    }
    files
}
