//! Shoppers: who they are, where they live, what they do, and the webhooks that the platform makes of it.

use super::rng::Rng;
use super::time::{DAY, HOUR, MINUTE, Ms, SECOND, stamp};
use crate::support::shopper::{Shopper, with};
use comeback::domain::event::ChannelKind;
use serde_json::{Value, json};

/// Where somebody lives.
#[derive(Debug)]
pub struct Place {
    pub country: &'static str,
    pub province: &'static str,
    pub zone: &'static str,
    /// With which every number there begins, and how many digits follow.
    dial: (&'static str, usize),
    /// In the North American plan.
    pub nanp: bool,
}

const fn place(country: &'static str, province: &'static str, zone: &'static str, dial: (&'static str, usize), nanp: bool) -> Place {
    Place { country, province, zone, dial, nanp }
}

const PLACES: [Place; 5] = [
    place("US", "NY", "America/New_York", ("+1212555", 4), true),
    place("US", "CA", "America/Los_Angeles", ("+1415555", 4), true),
    place("DE", "BE", "Europe/Berlin", ("+49151", 8), false),
    place("JP", "JP-13", "Asia/Tokyo", ("+819012", 6), false),
    place("GB", "ENG", "Europe/London", ("+447400", 6), false),
];

/// What every cart costs, in cents.
pub const PRICE: i64 = 5000;
const PRICE_TEXT: &str = "50.00";

/// One shopper.
#[derive(Debug, Clone)]
pub struct Person {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub customer: Option<i64>,
    pub place: &'static Place,
    pub mail: bool,
    pub texts: bool,
}

impl Person {
    pub fn new(n: usize, rng: &mut Rng) -> Self {
        let place = rng.pick(&PLACES);
        let (start, digits) = place.dial;
        let mut person = Self {
            email: rng.chance(92).then(|| format!("shopper{n}@example.com")),
            phone: rng.chance(80).then(|| format!("{start}{:0digits$}", 1000 + n)),
            customer: rng.chance(70).then(|| 7_000_000_000_000 + i64::try_from(n).expect("few shoppers")),
            place,
            mail: rng.chance(85),
            texts: rng.chance(75),
        };
        if person.email.is_none() && rng.chance(80) {
            person.phone = Some(format!("{start}{:0digits$}", 1000 + n));
        }
        person
    }

    /// What a body names them by.
    pub fn identities(&self) -> Vec<String> {
        let customer = self.customer.map(|id| format!("customer:{id}"));
        let email = self.email.as_ref().map(|e| format!("email:{e}"));
        let phone = self.phone.as_ref().map(|p| format!("phone:{p}"));
        [customer, email, phone].into_iter().flatten().collect()
    }
}

/// What became of a cart's order.
#[derive(Debug, Clone)]
pub struct Bought {
    pub at: Ms,
    pub paid: bool,
    pub cancelled: Option<Ms>,
    pub refunds: Vec<(i64, i64, Ms)>,
    pub by_staff: bool,
    pub identities: Vec<String>,
    /// The buyer as the order names them: they may have given another address than before.
    buyer: Person,
}

impl Bought {
    /// What stayed of it, in cents.
    pub fn net(&self) -> i64 {
        let back: i64 = self.refunds.iter().map(|(_, cents, _)| cents).sum();
        if self.cancelled.is_some() || !self.paid { 0 } else { (PRICE - back).max(0) }
    }
}

/// One cart of a shopper.
#[derive(Debug, Clone)]
pub struct Cart {
    /// The only thing in it, by which a message says which cart it is about.
    pub title: String,
    pub n: usize,
    pub person: usize,
    pub begun: Ms,
    /// Everybody that a body of it named, in the order of telling.
    pub named: Vec<Person>,
    pub bought: Option<Bought>,
    pub reached_checkout: bool,
    pub completed: bool,
}

/// What a shopper, or the store's staff, does.
#[derive(Debug, Clone)]
pub enum Act {
    /// Puts something in the cart.
    Fill,
    /// Opens the checkout; nobody is known yet.
    Anonymous,
    /// Says who they are, or changes something.
    Checkout,
    /// The same under another address.
    OtherAddress,
    /// Orders; pays at once or later.
    Order {
        pay_later: bool,
        by_staff: bool,
        other_address: bool,
    },
    Pay,
    Refund(i64),
    Cancel,
    Consent(ChannelKind, bool),
}

/// What a webhook tells, as far as the promises are concerned.
#[derive(Debug, Clone, Default)]
pub struct Meaning {
    /// Which cart it is about.
    pub cart: Option<String>,
    /// Whom it names.
    pub identities: Vec<String>,
    /// It ends its cart.
    pub ends: bool,
    /// It is an order, placed then.
    pub ordered: Option<Ms>,
    /// What the person says about being written to, and when they said so.
    pub consents: Vec<(ChannelKind, bool, Ms)>,
}

/// A webhook that the platform is about to send.
#[derive(Debug, Clone)]
pub struct Post {
    pub topic: &'static str,
    pub body: Value,
    pub meaning: Meaning,
}

/// What a shopper does, and when: seeded.
pub fn journey(rng: &mut Rng, from: Ms, days: Ms) -> Vec<(Ms, usize, Act)> {
    let mut acts = Vec::new();
    let carts = if rng.chance(25) { 2 } else { 1 };
    let mut at = from + rng.between(0, days * DAY);
    for cart in 0..carts {
        if rng.chance(60) {
            acts.push((at, cart, Act::Fill));
            at += rng.span(&[SECOND, MINUTE, 10 * MINUTE]);
        }
        if rng.chance(50) {
            acts.push((at, cart, Act::Anonymous));
            at += rng.span(&[5 * SECOND, MINUTE, 5 * MINUTE]);
        }
        if rng.chance(94) {
            acts.push((at, cart, Act::Checkout));
            while rng.chance(35) {
                at += rng.span(&[10 * SECOND, 2 * MINUTE, 30 * MINUTE, 8 * HOUR]);
                acts.push((at, cart, if rng.chance(12) { Act::OtherAddress } else { Act::Checkout }));
            }
            say(rng, at, cart, &mut acts);
            if rng.chance(38) {
                buy(rng, at + rng.clone().span(&[10 * SECOND, 5 * MINUTE, 68 * MINUTE, 85 * MINUTE, 30 * HOUR, 4 * DAY]), cart, &mut acts);
            }
        }
        at += rng.span(&[2 * MINUTE, 2 * HOUR, 20 * HOUR, 3 * DAY]);
    }
    acts
}

fn say(rng: &mut Rng, at: Ms, cart: usize, acts: &mut Vec<(Ms, usize, Act)>) {
    if rng.chance(35) {
        let channel = if rng.chance(60) { ChannelKind::Email } else { ChannelKind::Sms };
        // Often about when the first reminder is due.
        let when = at + rng.span(&[7 * MINUTE, 68 * MINUTE, 85 * MINUTE, 30 * HOUR]);
        acts.push((when, cart, Act::Consent(channel, rng.chance(20))));
        if rng.chance(25) {
            acts.push((when + rng.span(&[10 * MINUTE, 5 * HOUR, DAY]), cart, Act::Consent(channel, true)));
        }
    }
}

/// An order, and what becomes of it.
pub fn buy(rng: &mut Rng, at: Ms, cart: usize, acts: &mut Vec<(Ms, usize, Act)>) {
    let pay_later = rng.chance(20);
    acts.push((at, cart, Act::Order { pay_later, by_staff: rng.chance(7), other_address: rng.chance(7) }));
    if pay_later {
        acts.push((at + rng.span(&[MINUTE, HOUR, 2 * DAY]), cart, Act::Pay));
    }
    let mut later = at + 10 * MINUTE;
    while rng.chance(22) {
        later += rng.span(&[MINUTE, 10 * HOUR, 3 * DAY]);
        acts.push((later, cart, Act::Refund(rng.between(100, 3000))));
    }
    if rng.chance(8) {
        acts.push((later + rng.span(&[MINUTE, 10 * HOUR, 2 * DAY]), cart, Act::Cancel));
    }
}

impl Cart {
    pub fn new(n: usize, person: usize, begun: Ms) -> Self {
        Self { title: format!("Lamp-{n}-x"), n, person, begun, named: Vec::new(), bought: None, reached_checkout: false, completed: false }
    }

    /// As part of the platform's ids.
    pub fn number(&self) -> i64 {
        i64::try_from(self.n).expect("few carts")
    }

    fn shopper(&self, person: &Person) -> Shopper {
        let n = self.number();
        Shopper {
            email: person.email.clone(),
            phone: person.phone.clone(),
            customer: person.customer.unwrap_or_default(),
            accepts_mail: person.mail,
            accepts_texts: person.texts,
            ..Shopper::new("Sim", n)
        }
    }

    /// A body with this cart's things and this person's places.
    fn dressed(&self, body: Value, person: &Person) -> Value {
        let n = 41_000_000_000_000_i64 + self.number();
        let items = json!([{"variant_id": n, "product_id": n, "title": self.title, "variant_title": null, "sku": "L", "quantity": 1,
            "price": PRICE_TEXT, "line_price": PRICE_TEXT, "properties": null}]);
        let address = json!({"first_name": "Sim", "last_name": "Story", "country_code": person.place.country, "province_code": person.place.province,
            "phone": person.phone});
        let known = body.get("customer").is_some();
        let mut body = with(body, json!({ "line_items": items }));
        if known {
            body = with(body, json!({"billing_address": address, "shipping_address": address}));
            if person.customer.is_none() {
                body = with(body, json!({ "customer": null }));
            }
        }
        body
    }

    fn about(&self, person: &Person) -> Meaning {
        Meaning { cart: Some(self.title.clone()), identities: person.identities(), ..Meaning::default() }
    }

    /// What the platform says of an act at `at`; nothing where the act makes no sense.
    pub fn act(&mut self, act: &Act, people: &mut [Person], at: Ms) -> Vec<Post> {
        let person = people[self.person].clone();
        match act {
            Act::Fill if self.bought.is_none() => {
                let meaning = Meaning { cart: Some(self.title.clone()), ..Meaning::default() };
                vec![Post { topic: "carts/update", body: self.dressed(self.shopper(&person).cart(stamp(at)), &person), meaning }]
            }
            Act::Anonymous if self.bought.is_none() => {
                self.reached_checkout = true;
                let meaning = Meaning { cart: Some(self.title.clone()), ..Meaning::default() };
                let body = self.begun_then(self.shopper(&person).anonymous(stamp(at)));
                vec![Post { topic: "checkouts/create", body: self.dressed(body, &person), meaning }]
            }
            Act::Checkout if self.bought.is_none() => vec![self.checkout(&person, at, false)],
            Act::OtherAddress if self.bought.is_none() => {
                let mut other = self.named.last().cloned().unwrap_or(person);
                other.email = Some(format!("other{}@example.com", self.n));
                vec![self.checkout(&other, at, false)]
            }
            Act::Order { pay_later, by_staff, other_address } if self.bought.is_none() && self.reached_checkout => {
                self.order(&person, at, (*pay_later, *by_staff, *other_address))
            }
            Act::Pay if self.bought.as_ref().is_some_and(|b| !b.paid && b.cancelled.is_none()) => {
                self.changed("orders/paid", at, |b| b.paid = true)
            }
            Act::Cancel => self.changed("orders/cancelled", at, |b| b.cancelled = Some(at)),
            Act::Refund(cents) => self.refund(*cents, at),
            Act::Consent(channel, yes) => consent(&mut people[self.person], *channel, *yes, at).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn begun_then(&self, body: Value) -> Value {
        with(body, json!({ "created_at": stamp(self.begun) }))
    }

    fn checkout(&mut self, person: &Person, at: Ms, completed: bool) -> Post {
        self.reached_checkout = true;
        self.named.push(person.clone());
        let mut body = self.begun_then(self.shopper(person).checkout(stamp(at)));
        if completed {
            self.completed = true;
            body = with(body, json!({ "completed_at": stamp(at) }));
        }
        let mut meaning = Meaning { ends: completed, ..self.about(person) };
        if !meaning.identities.is_empty() {
            let ticked = [(ChannelKind::Email, person.mail), (ChannelKind::Sms, person.texts)];
            meaning.consents = ticked.into_iter().filter(|(_, yes)| *yes).map(|(channel, yes)| (channel, yes, at)).collect();
        }
        Post { topic: "checkouts/update", body: self.dressed(body, person), meaning }
    }

    fn order(&mut self, person: &Person, at: Ms, (pay_later, by_staff, other_address): (bool, bool, bool)) -> Vec<Post> {
        let mut posts = Vec::new();
        let mut buyer = self.named.last().cloned().unwrap_or_else(|| person.clone());
        if other_address {
            // At work, as a guest: nothing but the tokens says that it is the same cart.
            buyer = Person { email: Some(format!("work{}@example.com", self.n)), phone: None, customer: None, ..buyer };
        } else if self.n.is_multiple_of(3) && !self.named.is_empty() {
            posts.push(self.checkout(&buyer.clone(), at, true));
        }
        let identities = buyer.identities();
        self.bought = Some(Bought { at, paid: !pay_later, cancelled: None, refunds: Vec::new(), by_staff, identities, buyer });
        posts.push(self.told("orders/create", at));
        if !pay_later {
            posts.push(self.told("orders/paid", at));
        }
        posts
    }

    fn changed(&mut self, topic: &'static str, at: Ms, change: impl FnOnce(&mut Bought)) -> Vec<Post> {
        let Some(bought) = self.bought.as_mut().filter(|b| b.cancelled.is_none()) else { return Vec::new() };
        change(bought);
        vec![self.told(topic, at), self.told("orders/updated", at)]
    }

    fn refund(&mut self, cents: i64, at: Ms) -> Vec<Post> {
        let n = self.number();
        let Some(bought) = self.bought.as_mut().filter(|b| b.paid && b.cancelled.is_none()) else { return Vec::new() };
        let id = 9_000_000 + n * 1000 + i64::try_from(bought.refunds.len()).expect("few refunds") * 10;
        bought.refunds.push((id, cents, at));
        let buyer = bought.buyer.clone();
        let alone = self.shopper(&buyer).refund(id, &money(cents), stamp(at));
        vec![Post { topic: "refunds/create", body: alone, meaning: Meaning::default() }, self.told("orders/updated", at)]
    }

    /// The order as it is now.
    pub fn told(&self, topic: &'static str, at: Ms) -> Post {
        let bought = self.bought.as_ref().expect("an order");
        let shopper = self.shopper(&bought.buyer);
        let refunds: Vec<Value> = bought.refunds.iter().map(|(id, cents, at)| shopper.refund(*id, &money(*cents), stamp(*at))).collect();
        let status = match (bought.paid, bought.refunds.is_empty()) {
            (false, _) => "pending",
            (true, true) => "paid",
            (true, false) => "partially_refunded",
        };
        let body = with(
            self.dressed(shopper.order(stamp(bought.at)), &bought.buyer),
            json!({"updated_at": stamp(at), "financial_status": status, "refunds": refunds, "cancelled_at": bought.cancelled.map(stamp),
                "total_outstanding": if bought.paid { "0.00" } else { PRICE_TEXT }, "source_name": if bought.by_staff { "shopify_draft_order" } else { "web" }}),
        );
        Post { topic, body, meaning: Meaning { ends: true, ordered: Some(bought.at), ..self.about(&bought.buyer) } }
    }
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The person tells the store, outside of any checkout.
fn consent(person: &mut Person, channel: ChannelKind, yes: bool, at: Ms) -> Option<Post> {
    let customer = person.customer?;
    let said =
        json!({"state": if yes { "subscribed" } else { "unsubscribed" }, "opt_in_level": "single_opt_in", "consent_updated_at": stamp(at)});
    let mut meaning =
        Meaning { consents: vec![(channel, yes, at)], identities: vec![format!("customer:{customer}")], ..Meaning::default() };
    let (topic, body) = match channel {
        ChannelKind::Email => {
            person.mail = yes;
            meaning.identities.extend(person.email.as_ref().map(|e| format!("email:{e}")));
            let body = json!({"customer_id": customer, "email_address": person.email, "email_marketing_consent": said});
            ("customers_email_marketing_consent/update", body)
        }
        ChannelKind::Sms | ChannelKind::WhatsApp => {
            person.texts = yes;
            meaning.identities.extend(person.phone.as_ref().map(|p| format!("phone:{p}")));
            ("customers_marketing_consent/update", json!({"id": customer, "phone": person.phone, "sms_marketing_consent": said}))
        }
    };
    Some(Post { topic, body, meaning })
}
