//! Who a body is about. Its own addresses count before the customer record's; a number on an address may be a gift recipient's, so it is written to where
//! there is no other, but nobody is recognised by it.

use super::json::Node;
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::Person;
use std::collections::BTreeSet;

/// No dialled number is longer; longer texts aren't given to the parser.
const PHONE_MAX: usize = 40;
/// A customer has at most 250 tags of at most 255 characters (Shopify's own limits).
const TAGS_MAX: usize = 250;
const TAG_LENGTH_MAX: usize = 255;

/// The buyer of a checkout or order.
pub fn buyer(body: &Node<'_>) -> Person {
    let customer = body.object("customer");
    let shipping = body.object("shipping_address");
    let billing = body.object("billing_address");
    let home = customer.as_ref().and_then(|c| c.object("default_address"));
    let place = [&shipping, &billing, &home].into_iter().flatten().find(|a| country(a).is_some());
    let country_code = place.and_then(country);

    let of_customer = |read: fn(&Node<'_>) -> Option<Email>| customer.as_ref().and_then(read);
    let emails = [email(body, "email"), email(body, "contact_email"), of_customer(|c| email(c, "email"))];
    let own = [phone(body, "sms_marketing_phone", country_code.as_deref()), phone(body, "phone", country_code.as_deref())];
    let of_record = customer.as_ref().and_then(|c| phone(c, "phone", country_code.as_deref()));
    let of_address = |address: &Option<Node<'_>>| {
        address.as_ref().and_then(|a| phone(a, "phone", country(a).or_else(|| country_code.clone()).as_deref()))
    };

    let mut person = Person {
        email: emails.iter().flatten().next().cloned(),
        phone: own
            .iter()
            .flatten()
            .next()
            .cloned()
            .or_else(|| of_address(&shipping))
            .or_else(|| of_address(&billing))
            .or_else(|| of_record.clone()),
        first_name: [&customer, &shipping, &billing].into_iter().flatten().find_map(|n| n.text("first_name")),
        last_name: [&customer, &shipping, &billing].into_iter().flatten().find_map(|n| n.text("last_name")),
        locale: body.text("customer_locale"),
        province: place.and_then(province),
        country: country_code,
        identities: Vec::new(),
        tags: customer.as_ref().and_then(tags),
        orders_count: customer.as_ref().and_then(orders_count),
    };
    identify(&mut person, emails.into_iter().flatten().map(Identity::Email));
    identify(&mut person, customer.as_ref().and_then(|c| c.key("id")).map(Identity::Customer));
    identify(&mut person, own.into_iter().flatten().chain(of_record).map(Identity::Phone));
    person
}

/// The person of a customer record.
pub fn customer(body: &Node<'_>) -> Person {
    let home = body.object("default_address").or_else(|| body.objects("addresses").into_iter().next());
    let country_code = home.as_ref().and_then(country);
    let own_phone = phone(body, "phone", country_code.as_deref());
    let mut person = Person {
        email: email(body, "email"),
        phone: own_phone.clone().or_else(|| home.as_ref().and_then(|a| phone(a, "phone", country_code.as_deref()))),
        first_name: body.text("first_name"),
        last_name: body.text("last_name"),
        locale: body.text("locale"),
        province: home.as_ref().and_then(province),
        country: country_code,
        identities: Vec::new(),
        tags: tags(body),
        orders_count: orders_count(body),
    };
    let email = person.email.clone();
    identify(&mut person, email.map(Identity::Email));
    identify(&mut person, body.key("id").map(Identity::Customer));
    identify(&mut person, own_phone.map(Identity::Phone));
    person
}

/// Customer id, address and number as a body names them; what doesn't parse names nobody.
pub fn identities(node: &Node<'_>, id: &str, email_key: &str, phone_key: &str) -> Vec<Identity> {
    let id = node.key(id).map(Identity::Customer);
    let email = email(node, email_key).map(Identity::Email);
    let phone = phone(node, phone_key, None).map(Identity::Phone);
    [id, email, phone].into_iter().flatten().collect()
}

fn identify(person: &mut Person, identities: impl IntoIterator<Item = Identity>) {
    for identity in identities {
        if !person.identities.contains(&identity) {
            person.identities.push(identity);
        }
    }
}

fn email(node: &Node<'_>, key: &str) -> Option<Email> {
    node.text(key)?.parse().ok()
}

fn phone(node: &Node<'_>, key: &str, country: Option<&str>) -> Option<Phone> {
    let text = node.text(key).filter(|t| t.len() <= PHONE_MAX)?;
    Phone::parse(&text, country).ok()
}

/// The merchant's tags of a customer record: a text with commas, empty for none. API versions since 2025-01 don't have the field, which says nothing.
fn tags(customer: &Node<'_>) -> Option<BTreeSet<String>> {
    let text = customer.get("tags")?.as_str()?.replace('\0', "");
    let tags = text.split(',').map(str::trim).filter(|t| !t.is_empty() && t.chars().count() <= TAG_LENGTH_MAX);
    Some(tags.take(TAGS_MAX).map(str::to_owned).collect())
}

fn orders_count(customer: &Node<'_>) -> Option<u64> {
    u64::try_from(customer.count("orders_count")?).ok()
}

fn country(address: &Node<'_>) -> Option<String> {
    let code = address.text("country_code")?;
    (code.len() == 2 && code.chars().all(|c| c.is_ascii_alphabetic())).then(|| code.to_ascii_uppercase())
}

/// ISO 3166-2 has one to three letters or digits after the country.
fn province(address: &Node<'_>) -> Option<String> {
    let code = address.text("province_code")?;
    (code.len() <= 3 && code.chars().all(|c| c.is_ascii_alphanumeric())).then(|| code.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(identities: &[Identity]) -> Vec<String> {
        identities.iter().map(|i| format!("{} {}", i.kind(), i.value())).collect()
    }

    #[test]
    fn an_address_phone_is_written_to_but_recognises_nobody() {
        let body = json!({"email": "A@example.com", "phone": null, "shipping_address": {"phone": "(415) 555-2671", "country_code": "US", "province_code": "CA"},
            "customer": {"id": 7, "email": "b@example.com", "first_name": "Bo"}});
        let person = buyer(&Node::root(&body).expect("object"));
        assert_eq!(person.phone.as_ref().map(Phone::as_str), Some("+14155552671"));
        assert_eq!(shown(&person.identities), ["email a@example.com", "email b@example.com", "customer 7"]);
        assert_eq!(person.email.as_ref().map(Email::as_str), Some("a@example.com"));
        assert_eq!((person.country.as_deref(), person.province.as_deref()), (Some("US"), Some("CA")));
        assert_eq!(person.first_name.as_deref(), Some("Bo"));
    }

    #[test]
    fn the_number_given_for_texts_counts_first_and_is_read_in_the_buyers_country() {
        let body = json!({"email": "", "phone": "+442071838750", "sms_marketing_phone": "07400 123456", "shipping_address": [], "billing_address": {"country_code": "gb"}});
        let person = buyer(&Node::root(&body).expect("object"));
        assert_eq!(person.phone.as_ref().map(Phone::as_str), Some("+447400123456"));
        assert_eq!(shown(&person.identities), ["phone +447400123456", "phone +442071838750"]);
        assert_eq!(person.email, None);
    }

    #[test]
    fn tags_and_orders_are_read_where_a_body_has_them() {
        let check = |record: serde_json::Value, tags: Option<&[&str]>, orders: Option<u64>| {
            let expected = tags.map(|t| t.iter().map(|&t| t.to_owned()).collect::<BTreeSet<_>>());
            let person = customer(&Node::root(&record).expect("object"));
            assert_eq!((person.tags, person.orders_count), (expected.clone(), orders), "{record}");
            let body = json!({"customer": record});
            assert_eq!(buyer(&Node::root(&body).expect("object")).tags, expected);
        };
        check(json!({"id": 1, "tags": "VIP, Wholesale ,, VIP", "orders_count": 3}), Some(&["VIP", "Wholesale"]), Some(3));
        check(json!({"id": 1, "tags": "", "orders_count": "0"}), Some(&[]), Some(0));
        check(json!({"id": 1}), None, None);
        check(json!({"id": 1, "tags": null, "orders_count": -1}), None, None);
        check(json!({"id": 1, "tags": ["a"], "orders_count": "many"}), None, None);
        assert_eq!(buyer(&Node::root(&json!({"email": "a@example.com"})).expect("object")).tags, None);
    }

    #[test]
    fn nonsense_names_nobody() {
        let body = json!({"email": "not an address", "phone": "call me", "customer": {"id": null, "email": ["x"]}, "shipping_address": {"country_code": "example string"}});
        assert_eq!(buyer(&Node::root(&body).expect("object")), Person::default());
    }
}
