//! The demo's story: who comes to the store, what they put into their cart, and how it ends. All of it follows from a seed; nothing here acts.

use crate::domain::event::ChannelKind;
use uuid::Uuid;

/// Between two of the first shoppers.
const FIRST_EVERY_MS: u64 = 600;
/// Between two of those that trickle in later.
const LATER_EVERY_MS: u64 = 4_000;
/// So many mobile numbers are kept for fiction.
const FICTION_NUMBERS: u32 = 1000;

/// A small generator of repeatable chance (Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `from` to before `to`.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.number() % to.saturating_sub(from).max(1)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.between(0, 100) < percent
    }

    /// One of a list.
    pub fn pick<T: Copy>(&mut self, first: T, rest: &[T]) -> T {
        let index = self.between(0, rest.len() as u64 + 1);
        usize::try_from(index).ok().and_then(|i| i.checked_sub(1)).and_then(|i| rest.get(i).copied()).unwrap_or(first)
    }

    /// 32 hexadecimal digits, as tokens are written.
    fn token(&mut self) -> String {
        format!("{:016x}{:016x}", self.number(), self.number())
    }
}

/// Something on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// The platform's id; its variant's is one more.
    pub id: u64,
    /// As shoppers see it.
    pub title: &'static str,
    /// The stock's name for it.
    pub sku: &'static str,
    /// In cents.
    pub price_minor: i64,
}

const fn product(id: u64, title: &'static str, sku: &'static str, price_minor: i64) -> Product {
    Product { id, title, sku, price_minor }
}

const TENT: Product = product(8_273_460_000_010, "Two-person trail tent", "TENT-2P", 21_900);
const PRODUCTS: [Product; 9] = [
    product(8_273_460_000_020, "Merino hiking socks", "SOCK-M", 1_850),
    product(8_273_460_000_030, "Enamel camp mug", "MUG-EN", 1_400),
    product(8_273_460_000_040, "Down sleeping bag", "BAG-DN", 18_900),
    product(8_273_460_000_050, "Head torch", "LAMP-HD", 3_995),
    product(8_273_460_000_060, "Waxed canvas backpack", "PACK-WX", 12_450),
    product(8_273_460_000_070, "Titanium spork & fork set", "FORK-TI", 1_999),
    product(8_273_460_000_080, "Rain shell, \"Petrel\"", "RAIN-PT", 14_900),
    product(8_273_460_000_090, "Trail running shoes", "SHOE-TR", 11_995),
    product(8_273_460_000_100, "Insulated bottle 750 ml", "BOTT-75", 2_950),
];

/// Where a shopper lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The town.
    pub city: &'static str,
    /// The part of the country.
    pub province: &'static str,
    /// Its code.
    pub province_code: &'static str,
    /// The postcode.
    pub zip: &'static str,
}

const fn place(city: &'static str, province: &'static str, province_code: &'static str, zip: &'static str) -> Place {
    Place { city, province, province_code, zip }
}

const LONDON: Place = place("London", "England", "ENG", "SW1A 1AA");
const PLACES: [Place; 7] = [
    place("Manchester", "England", "ENG", "M1 1AE"),
    place("Bristol", "England", "ENG", "BS1 4DJ"),
    place("Leeds", "England", "ENG", "LS1 1UR"),
    place("Edinburgh", "Scotland", "SCT", "EH1 1YZ"),
    place("Glasgow", "Scotland", "SCT", "G1 1XQ"),
    place("Cardiff", "Wales", "WLS", "CF10 1EP"),
    place("Belfast", "Northern Ireland", "NIR", "BT1 5GS"),
];

const FIRST_NAMES: [&str; 15] =
    ["Noor", "Mateo", "Ines", "Kofi", "Hana", "Lars", "Priya", "Tomás", "Zoë", "Emeka", "Freya", "Jun", "Leila", "Oskar", "Yara"];
const LAST_NAMES: [&str; 11] =
    ["Okafor", "Lindqvist", "O'Neill", "Marchetti", "Tanaka", "Haddad", "Novak", "Silva", "Brennan", "Kowalski", "Castillo"];

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The platform's id of the line.
    pub id: u64,
    /// What.
    pub product: Product,
    /// How many.
    pub quantity: i64,
}

impl Line {
    /// In cents.
    pub fn total_minor(&self) -> i64 {
        self.product.price_minor * self.quantity
    }
}

/// How a shopper's visit ends, unless somebody stops them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Buys without leaving.
    BuysAtOnce,
    /// Leaves, and whatever is sent is not even opened.
    Leaves,
    /// Leaves, and comes back without having opened anything: nobody's merit.
    ReturnsAlone,
    /// Leaves, opens the link of a message, looks, and leaves for good.
    LooksAgain,
    /// Leaves, opens the link of a message, and buys.
    Returns(ChannelKind),
}

/// Somebody who comes to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shopper {
    /// From 0.
    pub index: u32,
    /// Given name.
    pub first_name: &'static str,
    /// Family name.
    pub last_name: &'static str,
    /// Theirs alone.
    pub email: String,
    /// Theirs alone; none once the numbers kept for fiction are used up.
    pub phone: Option<String>,
    /// Where they live.
    pub place: Place,
    /// What they want, in order.
    pub lines: Vec<Line>,
    /// They agree to mails.
    pub mails_wanted: bool,
    /// They agree to texts.
    pub texts_wanted: bool,
    /// How it ends.
    pub ending: Ending,
    /// Their mail provider opens every link before they see it.
    pub scanned: bool,
    /// After buying, they send the first line back.
    pub refunds: bool,
    /// The platform's tokens and ids.
    pub tokens: Tokens,
    /// The rest of their chances: how long they think.
    chance: SplitMix64,
}

/// By what the platform knows a shopper, their cart and their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Of the cart.
    pub cart: String,
    /// Of the checkout.
    pub checkout: String,
    /// In the recovery link.
    pub key: String,
    /// The customer.
    pub customer_id: u64,
    /// The order, if one comes.
    pub order_id: u64,
}

impl PartialEq for SplitMix64 {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for SplitMix64 {}

impl Shopper {
    /// What the cart is worth, in cents.
    pub fn total_minor(&self) -> i64 {
        self.lines.iter().map(Line::total_minor).sum()
    }

    /// What goes back, in cents, if something does.
    pub fn refund_minor(&self) -> i64 {
        self.lines.first().filter(|_| self.refunds).map_or(0, Line::total_minor)
    }
}

/// A webhook of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Webhook {
    /// `carts/create`.
    Cart,
    /// `checkouts/create`: nobody's yet.
    CheckoutBegun,
    /// `checkouts/update`, with who they are.
    ContactGiven,
    /// `orders/create`.
    OrderCreated,
    /// `orders/paid`.
    OrderPaid,
    /// `refunds/create`.
    Refunded,
}

/// Who opens a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// The shopper, by their browser.
    Person,
    /// A mail provider's scanner, that says what it is.
    Scanner,
    /// A program that asks for the head only.
    Previewer,
}

/// One thing that happens, after the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Time passes, in milliseconds.
    Wait(u64),
    /// The store tells of something.
    Tell(Webhook),
    /// Until a message of this kind has come; if none does, the rest doesn't happen.
    Await(ChannelKind),
    /// The link of that message is opened.
    Open(Visitor),
}

/// The campaign's id: who is in the comparison group follows from it, so it must be the same on every run.
pub fn campaign_id(seed: u64) -> Uuid {
    let mut chance = SplitMix64::new(seed ^ 0xC0FF_EE00);
    Uuid::from_u64_pair(chance.number(), chance.number())
}

/// The shopper of an index. The same seed and index: the same shopper, however many there are.
pub fn shopper(seed: u64, index: u32) -> Shopper {
    let mut chance = SplitMix64::new(SplitMix64::new(seed.wrapping_add(u64::from(index) << 32)).number());
    let first_name = chance.pick("Amara", &FIRST_NAMES);
    let last_name = chance.pick("Reyes", &LAST_NAMES);
    let place = chance.pick(LONDON, &PLACES);
    let lines = lines(&mut chance, index);
    let mails_wanted = chance.percent(88);
    let texts_wanted = chance.percent(45);
    let ending = ending(&mut chance, mails_wanted, texts_wanted);
    Shopper {
        index,
        first_name,
        last_name,
        email: format!("{}.{index}@example.com", plain(first_name)),
        phone: phone(index),
        place,
        lines,
        mails_wanted,
        texts_wanted,
        ending,
        scanned: chance.percent(25),
        refunds: chance.percent(15),
        tokens: Tokens {
            cart: chance.token(),
            checkout: chance.token(),
            key: chance.token(),
            customer_id: 7_100_000_000_000 + u64::from(index),
            order_id: 5_300_000_000_000 + u64::from(index),
        },
        chance,
    }
}

fn lines(chance: &mut SplitMix64, index: u32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for n in 0..chance.between(1, 4) {
        let product = chance.pick(TENT, &PRODUCTS);
        let quantity = if chance.percent(80) { 1 } else { 2 };
        if lines.iter().all(|l| l.product.id != product.id) {
            lines.push(Line { id: 13_340_000_000_000 + u64::from(index) * 10 + n, product, quantity });
        }
    }
    lines
}

fn ending(chance: &mut SplitMix64, mails_wanted: bool, texts_wanted: bool) -> Ending {
    match chance.between(0, 100) {
        0..15 => Ending::BuysAtOnce,
        15..25 => Ending::ReturnsAlone,
        25..35 if mails_wanted => Ending::LooksAgain,
        35..70 if mails_wanted => Ending::Returns(ChannelKind::Email),
        35..85 if texts_wanted => Ending::Returns(ChannelKind::Sms),
        _ => Ending::Leaves,
    }
}

/// An address's local part: ASCII letters of the name.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase()
}

/// A number that no two shoppers share, of the range that Ofcom keeps for fiction; none once they are used up. British, since no law sets hours for texts
/// there: a demo has to go on at any time of the day.
fn phone(index: u32) -> Option<String> {
    (index < FICTION_NUMBERS).then(|| format!("+447700900{index:03}"))
}

/// When a shopper comes, in milliseconds from the start: `first` of them soon after each other, then a trickle.
pub fn arrives_ms(index: u32, first: u32) -> u64 {
    let soon = u64::from(index.min(first)) * FIRST_EVERY_MS;
    soon + u64::from(index.saturating_sub(first)) * LATER_EVERY_MS
}

/// What happens, from a shopper's arrival on.
pub fn script(shopper: &Shopper) -> Vec<Step> {
    let mut chance = shopper.chance.clone();
    let mut think = |from, to| Step::Wait(chance.between(from, to));
    let mut steps = vec![
        Step::Tell(Webhook::Cart),
        think(300, 800),
        Step::Tell(Webhook::CheckoutBegun),
        think(400, 1_000),
        Step::Tell(Webhook::ContactGiven),
    ];
    match shopper.ending {
        Ending::BuysAtOnce => steps.push(think(600, 1_500)),
        Ending::ReturnsAlone => steps.push(think(6_000, 11_000)),
        Ending::Leaves if shopper.scanned && shopper.mails_wanted => {
            steps.extend([Step::Await(ChannelKind::Email), Step::Wait(50), Step::Open(Visitor::Scanner)]);
            return steps;
        }
        Ending::Leaves => return steps,
        Ending::LooksAgain => {
            steps.extend([Step::Await(ChannelKind::Email), think(1_000, 4_000), Step::Open(Visitor::Person)]);
            return steps;
        }
        Ending::Returns(kind) => {
            steps.push(Step::Await(kind));
            if shopper.scanned {
                let machine = if kind == ChannelKind::Email { Visitor::Scanner } else { Visitor::Previewer };
                steps.extend([Step::Wait(50), Step::Open(machine)]);
            }
            steps.extend([think(1_000, 4_000), Step::Open(Visitor::Person), think(900, 2_500)]);
        }
    }
    steps.extend([Step::Tell(Webhook::OrderCreated), think(100, 400), Step::Tell(Webhook::OrderPaid)]);
    if shopper.refunds {
        steps.extend([think(4_000, 8_000), Step::Tell(Webhook::Refunded)]);
    }
    steps
}
