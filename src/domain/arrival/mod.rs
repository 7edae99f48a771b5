//! How somebody came to the store: what the address of the page that they came to says, where they came from, and on what device. Nothing that names a person,
//! and of an address no more than the path, three UTM parameters and which network's click id was there.

mod channel;
mod device;

pub use channel::{Channel, PAYMENT_HOSTS};
pub use device::Device;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Characters of a path, a UTM parameter or a host; longer ones are cut.
const TEXT_MAX: usize = 100;
/// Arrivals that are kept of a cart beside its first: the latest.
const LATEST_MAX: usize = 20;
/// As our own links are marked.
const OWN_SOURCE: &str = "comeback";
/// Parameters that ad networks put on links, and whose they are.
const CLICK_IDS: [(&str, &str); 9] = [
    ("gclid", "google"),
    ("gbraid", "google"),
    ("wbraid", "google"),
    ("dclid", "google"),
    ("msclkid", "bing"),
    ("ttclid", "tiktok"),
    ("twclid", "twitter"),
    ("li_fat_id", "linkedin"),
    ("fbclid", "facebook"),
];

/// How somebody came to the store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Arrival {
    /// When.
    pub at: Timestamp,
    /// The path of the page, without its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_path: Option<String>,
    /// `utm_source`, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utm_source: Option<String>,
    /// `utm_medium`, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utm_medium: Option<String>,
    /// `utm_campaign`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utm_campaign: Option<String>,
    /// Of which network a click id was on the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clicked_ad_of: Option<String>,
    /// The host that they came from, where that is neither the store nor a payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer_host: Option<String>,
    /// On what.
    #[serde(default, skip_serializing_if = "Device::is_unknown")]
    pub device: Device,
}

/// An address as somebody came to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Came<'a> {
    /// The page, whole or from its path on.
    pub page: Option<&'a str>,
    /// Where from.
    pub referrer: Option<&'a str>,
    /// How their program calls itself; not kept.
    pub agent: Option<&'a str>,
}

impl Arrival {
    /// What an address says of an arrival; none of a page that was come to from within the store, from a payment provider, or without an address. `own` are the
    /// hosts of the store's pages.
    pub fn read(at: Timestamp, came: Came<'_>, own: &[String]) -> Option<Self> {
        let (path, query) = parts(came.page?)?;
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let of = |name: &str| pairs.iter().find(|(n, _)| n == name).and_then(|(_, value)| text(value));
        let ad = CLICK_IDS.iter().find(|(name, _)| pairs.iter().any(|(n, v)| n == name && !v.is_empty())).map(|(_, of)| (*of).to_owned());
        let lower = |name: &str| of(name).map(|t| t.to_lowercase());
        let host = came.referrer.and_then(host_of);
        let (source, medium, campaign) = (lower("utm_source"), lower("utm_medium"), of("utm_campaign"));
        let is_marked = source.is_some() || medium.is_some() || campaign.is_some() || ad.is_some();
        let from_within = host.as_deref().is_some_and(|h| is_own(h, own) || channel::is_payment(h));
        if from_within && !is_marked {
            return None;
        }
        Some(Self {
            at,
            landing_path: text(&path),
            utm_source: source,
            utm_medium: medium,
            utm_campaign: campaign,
            clicked_ad_of: ad,
            referrer_host: host.filter(|_| !from_within),
            device: came.agent.map_or(Device::Unknown, Device::of),
        })
    }

    /// It says where from.
    pub fn is_sourced(&self) -> bool {
        self.utm_source.is_some()
            || self.utm_medium.is_some()
            || self.utm_campaign.is_some()
            || self.clicked_ad_of.is_some()
            || self.referrer_host.is_some()
    }

    /// It came by a link of one of our messages: the click on it is known by itself.
    pub fn is_ours(&self) -> bool {
        self.utm_source.as_deref() == Some(OWN_SOURCE)
    }

    /// By which channel, in the words of GA4's default groups.
    pub fn channel(&self) -> Channel {
        Channel::of(self)
    }

    /// Where from, as a campaign's touch is named: `google / spring sale`.
    pub fn source(&self) -> String {
        let source = self.utm_source.as_deref().or(self.clicked_ad_of.as_deref()).or(self.referrer_host.as_deref());
        let named: Vec<&str> = [source, self.utm_campaign.as_deref()].into_iter().flatten().collect();
        named.join(" / ")
    }
}

/// How somebody came to a cart, as often as they did: a join, so that neither order nor repetition matters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrivals {
    /// The first and the latest that say where from.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    sourced: BTreeSet<Arrival>,
    /// The first that doesn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plain: Option<Arrival>,
}

impl Arrivals {
    /// Adds one.
    pub fn add(&mut self, arrival: Arrival) {
        if arrival.is_sourced() {
            self.sourced.insert(arrival);
            self.bound();
        } else if self.plain.as_ref().is_none_or(|known| arrival < *known) {
            self.plain = Some(arrival);
        }
    }

    /// Those of two carts that turn out to be one.
    pub fn join(&mut self, other: Self) {
        self.sourced.extend(other.sourced);
        self.bound();
        other.plain.into_iter().for_each(|a| self.add(a));
    }

    /// The first and the latest of a union are among the first and the latest of its parts: what is left out is left out in any order.
    fn bound(&mut self) {
        while self.sourced.len() > LATEST_MAX + 1 {
            let second = self.sourced.iter().nth(1).cloned();
            if let Some(second) = second {
                self.sourced.remove(&second);
            }
        }
    }

    /// The first of all.
    pub fn first(&self) -> Option<&Arrival> {
        let sourced = self.sourced.first();
        match (sourced, &self.plain) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b.as_ref()),
        }
    }

    /// Those that say where from, by time.
    pub fn sourced(&self) -> impl Iterator<Item = &Arrival> {
        self.sourced.iter()
    }

    /// The first that doesn't.
    pub fn plain(&self) -> Option<&Arrival> {
        self.plain.as_ref()
    }
}

/// The path and the query of an address, whole or from its path on.
fn parts(page: &str) -> Option<(String, String)> {
    let page = page.trim();
    if page.starts_with('/') {
        let without = page.split('#').next().unwrap_or_default();
        let (path, query) = without.split_once('?').unwrap_or((without, ""));
        return Some((path.to_owned(), query.to_owned()));
    }
    let url = url::Url::parse(page).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    Some((url.path().to_owned(), url.query().unwrap_or_default().to_owned()))
}

fn host_of(referrer: &str) -> Option<String> {
    let url = url::Url::parse(referrer.trim()).ok()?;
    let host = url.host_str()?.to_lowercase();
    text(host.strip_prefix("www.").unwrap_or(&host))
}

fn is_own(host: &str, own: &[String]) -> bool {
    let bare = |h: &str| h.strip_prefix("www.").unwrap_or(h).split(':').next().unwrap_or_default().to_owned();
    host.ends_with(".myshopify.com") || own.iter().any(|o| bare(o) == host)
}

/// Without control characters and what stands between a path's touches, and not too long. An address of a person has no place in it.
fn text(value: &str) -> Option<String> {
    let text: String = value.chars().filter(|c| !c.is_control() && *c != '>').take(TEXT_MAX).collect();
    Some(text.trim().to_owned()).filter(|t| !t.is_empty() && !t.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn came(page: &str, referrer: &str) -> Option<Arrival> {
        let own = ["shop.example".to_owned(), "acme.myshopify.com".to_owned()];
        let referrer = Some(referrer).filter(|r| !r.is_empty());
        Arrival::read(Timestamp::UNIX_EPOCH, Came { page: Some(page), referrer, agent: None }, &own)
    }

    #[test]
    fn an_address_says_where_somebody_came_from_and_nothing_else_of_it_is_kept() {
        let a = came(
            "https://shop.example/products/boots?utm_source=News&utm_medium=Email&utm_campaign=May&email=jo%40example.com&gclid=x#top",
            "",
        )
        .expect("one");
        assert_eq!(
            (a.landing_path.as_deref(), a.utm_source.as_deref(), a.utm_medium.as_deref()),
            (Some("/products/boots"), Some("news"), Some("email"))
        );
        assert_eq!((a.utm_campaign.as_deref(), a.clicked_ad_of.as_deref()), (Some("May"), Some("google")));
        assert!(!serde_json::to_string(&a).expect("JSON").contains("example.com"));
        assert_eq!(came("/?utm_source=jo%40example.com", "").expect("one").utm_source, None, "an address is no source");
        let b = came("/collections/all?page=2", "https://www.google.com/search?q=boots").expect("one");
        assert_eq!((b.landing_path.as_deref(), b.referrer_host.as_deref()), (Some("/collections/all"), Some("google.com")));
    }

    #[test]
    fn whoever_comes_from_the_store_itself_or_from_paying_does_not_arrive() {
        let check =
            |page: &str, referrer: &str, expected: bool| assert_eq!(came(page, referrer).is_some(), expected, "{page} from {referrer}");
        check("https://shop.example/a", "https://www.shop.example/b", false);
        check("https://shop.example/a", "https://acme.myshopify.com/b", false);
        check("https://shop.example/thanks", "https://www.paypal.com/checkoutnow", false);
        check("https://shop.example/a?utm_source=x", "https://shop.example/b", true);
        check("https://shop.example/a", "", true);
        check("not an address", "", false);
    }

    proptest! {
        #[test]
        fn any_order_and_repetition_of_arrivals_is_the_same(seconds in proptest::collection::vec((0i64..100, proptest::bool::ANY), 1..60), turn in 0usize..60, cut in 0usize..60) {
            let one = |(s, sourced): &(i64, bool)| Arrival {
                at: Timestamp::from_second(*s).expect("time"), landing_path: None, utm_source: sourced.then(|| "x".to_owned()), utm_medium: None,
                utm_campaign: None, clicked_ad_of: None, referrer_host: None, device: Device::Unknown,
            };
            let fold = |all: &[(i64, bool)]| all.iter().fold(Arrivals::default(), |mut a, s| { a.add(one(s)); a });
            let whole = fold(&seconds);
            let mut turned = seconds.clone();
            turned.rotate_left(turn % seconds.len());
            turned.extend_from_slice(&seconds);
            prop_assert_eq!(&fold(&turned), &whole);
            let (left, right) = seconds.split_at(cut % seconds.len());
            let mut joined = fold(right);
            joined.join(fold(left));
            prop_assert_eq!(&joined, &whole);
            prop_assert_eq!(whole.first().map(|a| a.at.as_second()), seconds.iter().map(|(s, _)| *s).min());
        }
    }
}
