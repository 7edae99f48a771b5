//! An event as somebody gives it, and what is made of it: checked once, into what is kept.

use super::{Act, Claimed, Teller, Tracked};
use crate::domain::arrival::{Arrival, Came};
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::{ChannelKind, ConsentState, Item, Person, Token};
use crate::domain::money::{Currency, Money};
use jiff::{SignedDuration, Timestamp};

/// Older events are refused: what they could begin is over.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Characters of an event's id.
const EVENT_ID_MAX: usize = 128;
/// Fewer can be guessed: another's event could be taken for a repeat of one that a stranger's browser made up.
const BROWSER_ID_MIN: usize = 16;
/// Characters of a visit's, cart's or checkout's name.
const NAME_MAX: usize = 128;
/// Products of one event.
const ITEMS_MAX: usize = 100;
/// Characters of a text; longer ones are cut.
const TEXT_MAX: usize = 250;
/// Characters of the words that somebody agreed to.
const SHOWN_MAX: usize = 2000;
/// Bytes of an address of a page or picture; longer ones are left out.
const URL_MAX: usize = 2048;
/// What scripts send for want of a value: taken for a name, it would make one visit of everybody's.
const NO_NAMES: [&str; 7] = ["undefined", "null", "none", "nan", "nil", "0", "unknown"];

/// An event as given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// The sender's name of it, by which a repeat is known.
    pub event_id: String,
    /// What, in GA4's names.
    pub name: String,
    /// When, RFC 3339; none: when it came.
    pub at: Option<String>,
    /// The browser's name.
    pub client_id: Option<String>,
    /// The visit's; none: the day's.
    pub session_id: Option<String>,
    /// As the platform names the cart.
    pub cart_token: Option<String>,
    /// As the platform names the checkout.
    pub checkout_token: Option<String>,
    /// Who.
    pub contact: GivenContact,
    /// Which products.
    pub items: Vec<GivenItem>,
    /// What they come to.
    pub value: Option<Amount>,
    /// Of prices without one; none: the store's.
    pub currency: Option<String>,
    /// `(email | sms, subscribed | unsubscribed | pending)`.
    pub consents: Vec<(String, String)>,
    /// Where and how that was said.
    pub consent_source: Option<String>,
    /// The words that they read when they agreed.
    pub consent_shown: Option<String>,
    /// The page's address.
    pub page_url: Option<String>,
    /// Where the visitor came from.
    pub referrer: Option<String>,
    /// How their browser calls itself.
    pub agent: Option<String>,
}

/// Who an event is about, as given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenContact {
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
    /// The platform's customer id.
    pub customer_id: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision without the country.
    pub province: Option<String>,
}

/// A product, as given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenItem {
    /// The platform's product id.
    pub product_id: Option<String>,
    /// The platform's variant id.
    pub variant_id: Option<String>,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// As the shopper saw it.
    pub title: Option<String>,
    /// `Blue / XL`.
    pub variant_title: Option<String>,
    /// For one.
    pub price: Option<Amount>,
    /// How many; none: one.
    pub quantity: Option<i64>,
    /// Its page.
    pub url: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
}

/// An amount of money, as given: a decimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// `19.99`.
    pub amount: String,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// Who listens, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Hearing<'a> {
    /// When it came.
    pub received_at: Timestamp,
    /// The store's currency.
    pub currency: Currency,
    /// Who tells.
    pub by: Teller,
    /// The store's own domains.
    pub domains: &'a [String],
}

impl Given {
    /// Checks it. From a browser nothing is taken that could speak for another: of the person the e-mail address alone, no agreement but as a wish to be
    /// asked, no purchase, and no words or pictures that could make the store's mail somebody else's.
    ///
    /// # Errors
    /// Why it is refused, for the sender; holds nothing personal.
    pub fn check(&self, hearing: &Hearing<'_>) -> Result<Tracked, String> {
        let event_id = self.checked_id(hearing.by)?;
        let name: Act = self.name.parse().map_err(|e| format!("name: {e}"))?;
        if name == Act::Purchase && hearing.by == Teller::Browser {
            return Err("name: a purchase is told by the store's server or its platform, never by a browser".into());
        }
        let at = self.instant(hearing.received_at)?;
        let tokens = self.tokens(at)?;
        let contact = self.person(hearing.by)?;
        let consents = self.consents()?;
        let claims = if hearing.by == Teller::Browser { self.claims(&consents)? } else { Vec::new() };
        let consents = if hearing.by == Teller::Store { consents } else { Vec::new() };
        if tokens.is_empty() && contact.identities.is_empty() {
            return Err("visit.client_id, cart_token, checkout_token or a contact is needed: else nobody knows what it is about".into());
        }
        if !consents.is_empty() && contact.identities.is_empty() {
            return Err("consent: say in `contact` whose it is".into());
        }
        let currency = match &self.currency {
            Some(code) => code.parse().map_err(|_| "currency: that is not an ISO 4217 code".to_owned())?,
            None => hearing.currency,
        };
        let items = self.items(hearing, currency)?;
        if items.is_empty() && name.needs_items() {
            return Err(format!("items: {} is about products; give at least one with a name or an id", name.as_str()));
        }
        let value = self.value.as_ref().and_then(|v| money(v, currency));
        let consent_source = self.consent_source.as_deref().filter(|_| !consents.is_empty()).and_then(text);
        let consent_shown = self.consent_shown.as_deref().filter(|_| !consents.is_empty() || !claims.is_empty());
        let consent_shown = consent_shown.map(shown).transpose()?;
        Ok(Tracked {
            event_id,
            name,
            at,
            tokens,
            contact,
            items,
            value,
            consents,
            consent_source,
            consent_shown,
            arrival: self.arrival(at, hearing),
            claims,
        })
    }

    fn arrival(&self, at: Timestamp, hearing: &Hearing<'_>) -> Option<Box<Arrival>> {
        let short = |url: &Option<String>| url.as_deref().is_none_or(|u| u.len() <= URL_MAX);
        let came = Came { page: self.page_url.as_deref(), referrer: self.referrer.as_deref(), agent: self.agent.as_deref() };
        let known = short(&self.page_url) && short(&self.referrer);
        Arrival::read(at, came, hearing.domains).filter(|_| known).map(Box::new)
    }

    fn checked_id(&self, by: Teller) -> Result<String, String> {
        let id = self.event_id.as_str();
        let least = if by == Teller::Browser { BROWSER_ID_MIN } else { 1 };
        if !(least..=EVENT_ID_MAX).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(format!("event_id: {least} to {EVENT_ID_MAX} visible ASCII characters are needed, such as a UUID"));
        }
        Ok(id.to_owned())
    }

    fn instant(&self, received_at: Timestamp) -> Result<Timestamp, String> {
        let Some(text) = &self.at else { return Ok(received_at) };
        let at: Timestamp = text.trim().parse().map_err(|_| "at: an instant such as 2026-07-01T12:00:00Z is needed".to_owned())?;
        if at < received_at - AGE_MAX {
            return Err("at: it is older than 7 days, and says nothing any more".into());
        }
        Ok(at.min(received_at))
    }

    fn tokens(&self, at: Timestamp) -> Result<Vec<Token>, String> {
        let mut tokens = Vec::new();
        let session = named("visit.session_id", self.session_id.as_deref(), visit_name)?;
        if let Some(client) = named("visit.client_id", self.client_id.as_deref(), visit_name)? {
            let session = session.unwrap_or_else(|| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
            tokens.push(Token::Visit(format!("{client}:{session}")));
        }
        tokens.extend(named("cart_token", self.cart_token.as_deref(), platforms_name)?.map(Token::Cart));
        tokens.extend(named("checkout_token", self.checkout_token.as_deref(), platforms_name)?.map(Token::Checkout));
        Ok(tokens)
    }

    fn person(&self, by: Teller) -> Result<Person, String> {
        let given = &self.contact;
        let email: Option<Email> = match said(given.email.as_deref()) {
            Some(text) => Some(text.parse().map_err(|_| "contact.email: that is not an e-mail address".to_owned())?),
            None => None,
        };
        if by == Teller::Browser {
            let identities = email.iter().cloned().map(Identity::Email).collect();
            return Ok(Person { identities, email, ..Person::default() });
        }
        let country = said(given.country.as_deref()).filter(|c| c.len() == 2).map(str::to_ascii_uppercase);
        let phone = match said(given.phone.as_deref()) {
            Some(text) => {
                let parsed = Phone::parse(text, country.as_deref());
                Some(parsed.map_err(|_| {
                    "contact.phone: that is not a phone number; give the international form, or contact.country with it".to_owned()
                })?)
            }
            None => None,
        };
        let customer = named("contact.customer_id", given.customer_id.as_deref(), platforms_name)?;
        let known = [customer.map(Identity::Customer), email.clone().map(Identity::Email), phone.clone().map(Identity::Phone)];
        Ok(Person {
            identities: known.into_iter().flatten().collect(),
            email,
            phone,
            first_name: given.first_name.as_deref().and_then(text),
            last_name: given.last_name.as_deref().and_then(text),
            locale: given.locale.as_deref().and_then(text),
            country,
            province: given.province.as_deref().and_then(text),
            ..Person::default()
        })
    }

    /// What a page's script says of an address that was typed there: only that somebody wants to be asked. A number is nobody's yet, and the visit's neither.
    fn claims(&self, consents: &[(ChannelKind, ConsentState)]) -> Result<Vec<Claimed>, String> {
        let wanted = consents.iter().filter(|(_, state)| *state != ConsentState::Unsubscribed).map(|(channel, _)| *channel);
        let claimed = |channel: ChannelKind| {
            let given = &self.contact;
            let (field, text) =
                if channel.is_by_phone() { ("contact.phone", given.phone.as_deref()) } else { ("contact.email", given.email.as_deref()) };
            let text = said(text).ok_or_else(|| format!("{field}: a consent for {} needs it", channel.as_str()))?;
            let wrong = |_| format!("{field}: that is no address of that kind");
            let address = if channel.is_by_phone() {
                Identity::Phone(Phone::parse(text, said(given.country.as_deref())).map_err(wrong)?)
            } else {
                Identity::Email(text.parse().map_err(wrong)?)
            };
            Ok(Claimed { channel, address })
        };
        wanted.map(claimed).collect()
    }

    fn consents(&self) -> Result<Vec<(ChannelKind, ConsentState)>, String> {
        let read = |(channel, state): &(String, String)| {
            let channel: ChannelKind = channel.parse().map_err(|e| format!("consent: {e}"))?;
            let state = state.parse().map_err(|_| "consent: expected \"subscribed\", \"unsubscribed\" or \"pending\"".to_owned())?;
            Ok((channel, state))
        };
        self.consents.iter().map(read).collect()
    }

    fn items(&self, hearing: &Hearing<'_>, currency: Currency) -> Result<Vec<Item>, String> {
        if self.items.len() > ITEMS_MAX {
            return Err(format!("items: at most {ITEMS_MAX} in one event"));
        }
        // A product's page is the page that it is looked at on.
        let page = self.page_url.as_deref().filter(|_| self.items.len() == 1 && self.name == Act::ViewItem.as_str());
        Ok(self.items.iter().filter_map(|i| item(i, (hearing, currency), page)).collect())
    }
}

/// None of a product that has neither a name nor an id.
fn item(given: &GivenItem, (hearing, currency): (&Hearing<'_>, Currency), page: Option<&str>) -> Option<Item> {
    let from_browser = hearing.by == Teller::Browser;
    let own = |url: &&str| host_of(url).is_some_and(|host| hearing.domains.contains(&host));
    let address = |url: Option<&str>| said(url).filter(|u| u.len() <= URL_MAX && host_of(u).is_some()).map(str::to_owned);
    let words = |t: &Option<String>| t.as_deref().and_then(text).filter(|t| !from_browser || !is_an_invitation(t));
    let id = |t: &Option<String>| t.as_deref().and_then(platforms_name);
    let title = words(&given.title);
    let item = Item {
        variant_id: id(&given.variant_id),
        product_id: id(&given.product_id),
        title: title.unwrap_or_default(),
        variant_title: words(&given.variant_title),
        sku: given.sku.as_deref().and_then(text),
        quantity: given.quantity.unwrap_or(1).clamp(0, i64::from(i32::MAX)),
        unit_price: given.price.as_ref().and_then(|p| money(p, currency)),
        image_url: address(given.image_url.as_deref()).filter(|u| !from_browser || own(&u.as_str())),
        url: address(given.url.as_deref().or(page)).filter(|u| own(&u.as_str())),
    };
    let named = !item.title.is_empty() || item.product_id.is_some() || item.variant_id.is_some() || item.sku.is_some();
    named.then_some(item)
}

/// The host of an address of the web, in lower case, with its port where that isn't the usual one. Only https, but for a developer's own machine.
pub fn host_of(url: &str) -> Option<String> {
    let url = url::Url::parse(url.trim()).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    let at_home = matches!(host.as_str(), "localhost" | "127.0.0.1");
    let plain = url.username().is_empty() && url.password().is_none();
    if !plain || !(url.scheme() == "https" || url.scheme() == "http" && at_home) {
        return None;
    }
    Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

/// Words that call the reader elsewhere: no product's name, but what somebody may put in its place to have it mailed out.
fn is_an_invitation(text: &str) -> bool {
    let lower = text.to_lowercase();
    let domain = |part: &str| part.chars().take_while(|c| c.is_alphabetic()).count() >= 2;
    lower.contains("://") || lower.contains("www.") || lower.contains('@') || lower.split('.').skip(1).any(domain)
}

fn money(given: &Amount, usual: Currency) -> Option<Money> {
    let currency = given.currency.as_ref().map_or(Some(usual), |code| code.parse().ok())?;
    Money::parse(given.amount.trim(), currency).ok().filter(|m| m.minor >= 0)
}

/// A text that says something.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|t| !t.is_empty())
}

/// A text for people: no control characters (PostgreSQL can't store a NUL), not too long.
fn text(value: &str) -> Option<String> {
    let text: String = value.trim().chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect();
    said(Some(&text)).map(str::to_owned)
}

/// The words that somebody read, whole: what was cut proves nothing.
fn shown(value: &str) -> Result<String, String> {
    let text: String = value.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
    if text.chars().count() > SHOWN_MAX { Err(format!("consent.shown: at most {SHOWN_MAX} characters")) } else { Ok(text) }
}

/// A name that is given must be one.
fn named(field: &str, value: Option<&str>, read: fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    let Some(value) = said(value) else { return Ok(None) };
    let wrong = || format!("{field}: that can't be one; letters, digits, and .-_ are, up to {NAME_MAX}");
    read(value).map(Some).ok_or_else(wrong)
}

fn visit_name(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let no_name = NO_NAMES.iter().any(|n| text.eq_ignore_ascii_case(n));
    (text.len() <= NAME_MAX && text.bytes().all(plain) && !no_name).then(|| text.to_owned())
}

/// A platform's id or token: also as a part of a global id (`gid://shopify/Cart/c1?key=k` is `c1`).
fn platforms_name(text: &str) -> Option<String> {
    let text = text.trim();
    let tail = if text.starts_with("gid://") { text.rsplit('/').next().unwrap_or_default() } else { text };
    let name = tail.split('?').next().unwrap_or_default();
    let plain = |b: u8| b.is_ascii_graphic();
    let no_name = NO_NAMES.iter().any(|n| name.eq_ignore_ascii_case(n));
    ((1..=NAME_MAX).contains(&name.len()) && name.bytes().all(plain) && !no_name).then(|| name.to_owned())
}

#[cfg(test)]
#[path = "given_tests.rs"]
mod tests;
