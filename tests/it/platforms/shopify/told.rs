//! What an event says, in one line, so that an expectation can be written by hand.

use comeback::domain::catalogue::{CatalogueSeen, ProductSeen, VariantSeen};
use comeback::domain::contact::Identity;
use comeback::domain::event::{CartSeen, ConsentSeen, ContactSeen, Event, Item, OrderSeen, Person, Token};
use comeback::domain::money::Money;
use comeback::domain::order::{Basis, Order};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// One line; what an event doesn't say is left out.
pub fn told(event: &Event) -> String {
    let parts = match event {
        Event::Cart(seen) => cart(seen),
        Event::CartDeleted(gone) => vec!["deleted".to_owned(), tokens(&gone.tokens), time("at", Some(gone.seen_at))],
        Event::Order(seen) => order(seen),
        Event::Refund(r) => vec![format!("refund {} of {} {}", r.refund_id, r.order_id, r.amount), time("at", Some(r.created_at))],
        Event::Contact(seen) => contact(seen),
        Event::ContactsMerged { kept, removed } => vec![format!("{removed} became {kept}")],
        Event::Consent(seen) => vec![consent(seen), who(&seen.identities)],
        Event::EraseContact { identities } => vec!["erase".to_owned(), who(identities)],
        Event::DataRequest { identities } => vec!["data request".to_owned(), who(identities)],
        Event::Product(seen) => catalogue(seen),
        other => vec![other.name().to_owned()],
    };
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" | ")
}

fn catalogue(seen: &CatalogueSeen) -> Vec<String> {
    let list = |what: &str, texts: &Option<BTreeSet<String>>| match texts {
        None => String::new(),
        Some(texts) if texts.is_empty() => format!("no {what}"),
        Some(texts) => format!("{what} {}", texts.iter().cloned().collect::<Vec<_>>().join(",")),
    };
    let product = |p: &ProductSeen| {
        let parts = [
            format!("product {}", p.product_id),
            p.title.clone().unwrap_or_default(),
            p.on_sale.map_or_else(String::new, |on| if on { "on sale".to_owned() } else { "not on sale".to_owned() }),
            list("tags", &p.tags),
            list("variants", &p.variant_ids),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let variant = |v: &VariantSeen| {
        let price = v.price.map_or_else(String::new, |p| format!(" {p}"));
        let sellable = v.sellable.map_or("", |yes| if yes { " sellable" } else { " sold out" });
        let stock = v.stock.map_or_else(String::new, |n| format!(" stock {n}"));
        format!("variant {}{price}{sellable}{stock}", v.variant_id)
    };
    seen.products.iter().map(product).chain(seen.variants.iter().map(variant)).chain([time("at", Some(seen.seen_at))]).collect()
}

fn cart(seen: &CartSeen) -> Vec<String> {
    vec![
        format!("{:?}", seen.stage).to_lowercase(),
        tokens(&seen.tokens),
        money("", seen.value),
        items(&seen.items),
        who(&seen.person.identities),
        reach(&seen.person),
        opt("mail", seen.email_opt_in),
        opt("texts", seen.sms_opt_in),
        codes(&seen.discount_codes),
        time("begun", Some(seen.started_at)),
        time("at", Some(seen.seen_at)),
        time("completed", seen.completed_at),
        flag("not by a shopper", seen.not_by_shopper),
    ]
}

fn order(seen: &OrderSeen) -> Vec<String> {
    let mut order = Order::new(&seen.order_id);
    order.join_seen(seen);
    let net = order.worth(Basis::default()).map(|w| Money::new(w.net_minor, seen.currency));
    vec![
        format!("order {} {}", seen.order_id, seen.name),
        money("", Some(seen.total)),
        money("seen as ", seen.presentment_total),
        money("paid ", Some(seen.paid)),
        money("net ", net),
        tokens(&seen.tokens),
        items(&seen.items),
        who(&seen.person.identities),
        reach(&seen.person),
        codes(&seen.discount_codes),
        seen.refunds.iter().map(|r| format!("refund {} {}", r.refund_id, r.amount)).collect::<Vec<_>>().join(" "),
        seen.marker.as_ref().map_or_else(String::new, |m| format!("marker {m}")),
        time("placed", Some(seen.created_at)),
        time("at", Some(seen.seen_at)),
        flag("test", seen.test),
        flag("cancelled", seen.cancelled_at.is_some()),
        flag("needs proof", seen.not_by_shopper),
        flag("renewal", seen.renewal),
    ]
}

fn contact(seen: &ContactSeen) -> Vec<String> {
    let consents = seen.consents.iter().map(consent);
    let mut parts = vec!["contact".to_owned(), who(&seen.person.identities), reach(&seen.person), time("at", Some(seen.seen_at))];
    parts.extend(consents);
    parts
}

fn consent(seen: &ConsentSeen) -> String {
    format!("{} {} since {} ({})", seen.channel.as_str(), seen.state.as_str(), seen.at, seen.source)
}

fn tokens(tokens: &[Token]) -> String {
    tokens.iter().map(|t| format!("{}:{}", t.kind(), t.value())).collect::<Vec<_>>().join(" ")
}

fn items(items: &[Item]) -> String {
    let line = |i: &Item| format!("{}x{}", i.quantity, i.unit_price.map_or_else(|| "?".to_owned(), |p| p.amount()));
    items.iter().map(line).collect::<Vec<_>>().join(" ")
}

fn who(identities: &[Identity]) -> String {
    identities.iter().map(|i| format!("{}:{}", i.kind(), i.value())).collect::<Vec<_>>().join(" ")
}

/// Where they are written to, their name, language and place.
fn reach(person: &Person) -> String {
    let email = person.email.as_ref().map(|e| format!("to {}", e.as_str()));
    let phone = person.phone.as_ref().map(|p| format!("to {}", p.as_str()));
    let place = person.country.as_ref().map(|c| person.province.as_ref().map_or_else(|| c.clone(), |p| format!("{c}-{p}")));
    let parts = [email, phone, person.first_name.clone(), person.locale.clone(), place];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn codes(codes: &[String]) -> String {
    codes.iter().map(|c| format!("code {c}")).collect::<Vec<_>>().join(" ")
}

fn money(label: &str, amount: Option<Money>) -> String {
    amount.map_or_else(String::new, |m| format!("{label}{m}"))
}

fn time(label: &str, at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| format!("{label} {at}"))
}

fn opt(label: &str, answer: Option<bool>) -> String {
    answer.map_or_else(String::new, |yes| format!("{label} {}", if yes { "yes" } else { "no" }))
}

fn flag(label: &str, set: bool) -> String {
    if set { label.to_owned() } else { String::new() }
}
