//! Links back: to the product that was looked at; to a cart by the kept recovery URL, which restores the very same checkout, else a cart permalink, which makes a new cart.
//!
//! A recovery URL comes from a signed body, but is still only followed over https, to a named host, and never to another shop on Shopify.

use crate::domain::cart::Cart;
use crate::domain::event::{Item, Stage};
use crate::platforms::ReturnLink;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

/// At most this many lines in a permalink, so that no browser or proxy finds it too long.
const LINES_MAX: usize = 50;
/// What may stand in a code or a redirect target as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where the shopper's link leads.
pub fn return_url(cart: &Cart, link: &ReturnLink<'_>) -> Option<String> {
    if cart.stage() == Stage::Browse {
        return looked_at(&cart.snapshot()?.items, link).map(String::from);
    }
    // A deleted checkout can't be restored, but what was in it can be offered anew.
    let standing = cart.recovery_url.as_ref().filter(|kept| cart.deleted_at.is_none_or(|gone| gone < kept.at));
    let recovery = standing.and_then(|kept| recovery(&kept.value, link));
    let offered = recovery.or_else(|| permalink(&cart.snapshot()?.items, link));
    // Of a cart that only the visit tells of there may be no variants: the browser in which it was filled shows it all the same.
    let only_told = cart.cart.is_none() && cart.checkout.is_none();
    let shown = || with_additions(of_store("/cart", link.shop_domain).filter(|_| only_told)?, link);
    offered.or_else(shown).map(String::from)
}

/// The page of the product that was looked at last, else the store's front page. The pages' addresses come from scripts: only the store's own are followed.
fn looked_at(items: &[Item], link: &ReturnLink<'_>) -> Option<Url> {
    let own = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        let known = host.eq_ignore_ascii_case(link.shop_domain.trim()) || link.own_domains.iter().any(|d| d == host);
        known && url.scheme() == "https" && url.port().is_none() && url.username().is_empty() && url.password().is_none()
    };
    let page = items.iter().find_map(|i| Url::parse(i.url.as_deref()?).ok().filter(own));
    with_additions(page.or_else(|| of_store("/", link.shop_domain))?, link)
}

/// A page of the store.
fn of_store(path: &str, shop_domain: &str) -> Option<Url> {
    let domain = shop_domain.trim();
    let mut url =
        Url::parse(&format!("https://{domain}/")).ok().filter(|url| url.host_str().is_some_and(|h| h.eq_ignore_ascii_case(domain)))?;
    url.set_path(path);
    Some(url)
}

fn recovery(kept: &str, link: &ReturnLink<'_>) -> Option<Url> {
    with_additions(Url::parse(kept).ok().filter(|url| may_be_followed(url, link.shop_domain))?, link)
}

fn with_additions(mut url: Url, link: &ReturnLink<'_>) -> Option<Url> {
    url.set_fragment(None);
    add_utm(&mut url, link);
    let Some(code) = code(link) else { return Some(url) };
    // The documented way to apply a code to a session; it goes on to a path of the same host only.
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut through = url.clone();
    through.set_path(&format!("/discount/{}", utf8_percent_encode(code, PLAIN)));
    through.set_query(Some(&format!("redirect={}", utf8_percent_encode(&target, PLAIN))));
    Some(through)
}

fn may_be_followed(url: &Url, shop_domain: &str) -> bool {
    let Some(Host::Domain(host)) = url.host() else { return false };
    let on_shopify = host.ends_with(".myshopify.com");
    let plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty() && url.password().is_none();
    plain && host.contains('.') && (!on_shopify || host.eq_ignore_ascii_case(shop_domain.trim()))
}

/// Parameters of the same names that the URL already had are replaced; the others, such as `key` and `locale`, stay as they were.
fn add_utm(url: &mut Url, link: &ReturnLink<'_>) {
    if link.utm.is_empty() {
        return;
    }
    let ours = |pair: &str| link.utm.iter().any(|(name, _)| pair.split('=').next() == Some(*name));
    let kept: Vec<&str> = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !ours(pair)).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    url.query_pairs_mut().extend_pairs(link.utm);
}

/// `/cart/{variant}:{quantity},...`: goes straight to a new checkout. The marker tells the order to be ours, since its tokens are new.
fn permalink(items: &[Item], link: &ReturnLink<'_>) -> Option<Url> {
    let lines: Vec<String> = items.iter().filter_map(line).take(LINES_MAX).collect();
    if lines.is_empty() {
        return None;
    }
    let mut url = of_store(&format!("/cart/{}", lines.join(",")), link.shop_domain)?;
    {
        let mut query = url.query_pairs_mut();
        if !link.marker.is_empty() {
            query.append_pair("attributes[_comeback]", link.marker);
        }
        // A comma separates codes in a permalink, so a code that has one can't be said.
        if let Some(code) = code(link).filter(|c| !c.contains(',')) {
            query.append_pair("discount", code);
        }
        query.extend_pairs(link.utm);
    }
    if url.query() == Some("") {
        url.set_query(None);
    }
    Some(url)
}

fn line(item: &Item) -> Option<String> {
    let variant = item.variant_id.as_deref().filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()))?;
    (item.quantity > 0).then(|| format!("{variant}:{}", item.quantity))
}

fn code<'a>(link: &ReturnLink<'a>) -> Option<&'a str> {
    link.discount_code.map(str::trim).filter(|c| !c.is_empty())
}
