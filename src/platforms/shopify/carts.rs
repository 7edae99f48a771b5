//! Bodies of `carts/*` and `checkouts/*`.

use super::json::{Fault, Node};
use super::{lines, person};
use crate::domain::arrival::{Arrival, Came};
use crate::domain::bots::Clues;
use crate::domain::event::{CartDeleted, CartSeen, Event, Person, Stage, Token};
use crate::platforms::ReadContext;
use jiff::Timestamp;

/// Sources of checkouts that no shopper began: staff at a till or in the admin, and subscriptions that renew themselves.
const NOT_SHOPPERS: [&str; 4] = ["pos", "iphone", "android", "shopify_draft_order"];

/// A cart: what is in it, and nothing of whose it is.
pub fn cart(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let token = body.key("token").or_else(|| body.key("id")).ok_or_else(|| body.fault("token", "the cart has no token"))?;
    let seen_at = body.when(&["updated_at", "created_at"], context)?;
    Ok(Event::Cart(Box::new(CartSeen {
        stage: Stage::Cart,
        tokens: vec![Token::Cart(token)],
        seen_at,
        started_at: body.time("created_at")?.map_or(seen_at, |t| t.min(seen_at)),
        completed_at: None,
        items: lines::of_cart(body, context.shop_currency),
        value: lines::worth(body, context.shop_currency),
        recovery_url: None,
        discount_codes: Vec::new(),
        person: Person::default(),
        email_opt_in: None,
        sms_opt_in: None,
        source: None,
        not_by_shopper: false,
        told: None,
        arrival: None,
        clues: Clues::default(),
    })))
}

/// A checkout. Its amounts are in `presentment_currency`, although `currency` names the shop's.
pub fn checkout(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let recovery_url = body.text("abandoned_checkout_url");
    let mut tokens = tokens(body);
    if !tokens.iter().any(|t| matches!(t, Token::Cart(_))) {
        tokens.extend(recovery_url.as_deref().and_then(cart_token_in).map(Token::Cart));
    }
    if tokens.is_empty() {
        return Err(body.fault("token", "the checkout has neither a token nor a cart token nor an id"));
    }
    let shops = body.currency("currency")?.unwrap_or(context.shop_currency);
    let currency = body.currency("presentment_currency")?.unwrap_or(shops);
    let seen_at = body.when(&["updated_at", "created_at"], context)?;
    let source = body.text("source_name");
    Ok(Event::Cart(Box::new(CartSeen {
        stage: Stage::Checkout,
        tokens,
        seen_at,
        started_at: body.time("created_at")?.map_or(seen_at, |t| t.min(seen_at)),
        completed_at: body.time("completed_at")?.map(|t| t.min(context.received_at)),
        items: lines::priced_in(body, currency),
        value: body.total("total_price", currency)?,
        recovery_url,
        discount_codes: lines::discount_codes(body),
        person: person::buyer(body),
        email_opt_in: body.flag("buyer_accepts_marketing"),
        sms_opt_in: body.flag("buyer_accepts_sms_marketing"),
        not_by_shopper: source.as_deref().is_some_and(by_staff_or_machine),
        source,
        told: None,
        arrival: arrival(body, body.time("created_at")?.map_or(seen_at, |t| t.min(seen_at))),
        clues: clues(body),
    })))
}

/// A checkout that is gone. Since API version 2026-04 it names its cart but no longer its own token.
pub fn deleted(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let tokens = tokens(body);
    if tokens.is_empty() {
        return Err(body.fault("cart_token", "the deleted checkout has neither a token nor a cart token nor an id"));
    }
    Ok(Event::CartDeleted(CartDeleted { tokens, seen_at: body.when(&[], context)? }))
}

/// Was it made at a till, as a draft, or by a subscription?
pub fn by_staff_or_machine(source: &str) -> bool {
    NOT_SHOPPERS.contains(&source) || source.starts_with("subscription_contract")
}

/// What tells a shopper from a robot. Newer bodies leave the pages out; then nothing is known of them. Machines are named in few bodies.
fn clues(body: &Node<'_>) -> Clues {
    let address = [body.object("shipping_address"), body.object("billing_address")].into_iter().flatten().find_map(|a| {
        let street = a.text("address1")?;
        Some([Some(street), a.text("address2"), a.text("zip"), a.text("city")].into_iter().flatten().collect::<Vec<_>>().join(" "))
    });
    let details = body.object("client_details");
    let of_details = |key| details.as_ref().and_then(|d| d.text(key));
    // A browser alone is that of thousands.
    let ip = body.text("browser_ip").or_else(|| of_details("browser_ip"));
    let client = ip.map(|ip| [Some(ip), of_details("user_agent")].into_iter().flatten().collect::<Vec<_>>().join(" "));
    let pages = ["landing_site", "referring_site"];
    let told = pages.iter().any(|page| body.has(page));
    Clues { address, client, came_from: told.then(|| pages.iter().any(|page| body.text(page).is_some())) }
}

/// How the shopper came to the store: the first page of the session, and where from. Newer bodies leave both out.
pub fn arrival(body: &Node<'_>, at: Timestamp) -> Option<Box<Arrival>> {
    let (page, referrer) = (body.text("landing_site"), body.text("referring_site"));
    let agent = body.object("client_details").and_then(|d| d.text("user_agent"));
    let came = Came { page: page.as_deref(), referrer: referrer.as_deref(), agent: agent.as_deref() };
    Arrival::read(at, came, &[]).map(Box::new)
}

fn tokens(body: &Node<'_>) -> Vec<Token> {
    let found = [body.key("token").map(Token::Checkout), body.key("cart_token").map(Token::Cart), body.key("id").map(Token::CheckoutId)];
    found.into_iter().flatten().collect()
}

/// The cart token in a recovery URL such as `/1234/checkouts/ac/{cart token}/en/recover?key=...`.
fn cart_token_in(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/checkouts/ac/").or_else(|| url.split_once("/checkouts/cn/"))?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    rest.get(..end).filter(|t| !t.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cart_token_is_found_in_every_form_of_recovery_url() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(cart_token_in(url).as_deref(), expected, "{url}");
        check("https://a.myshopify.com/1/checkouts/ac/c1-00aa/recover?key=k", Some("c1-00aa"));
        check("https://a.example/1/checkouts/ac/Z2Nw_x/en/recover?key=k&locale=de-PL", Some("Z2Nw_x"));
        check("https://a.example/checkouts/cn/hWN1cg", Some("hWN1cg"));
        check("https://a.example/1/checkouts/0011/recover?key=k", None);
        check("https://a.example/1/checkouts/ac/?key=k", None);
        check("", None);
    }

    #[test]
    fn clues_are_read_where_a_body_has_them() {
        let check = |body: serde_json::Value, expected: Clues| assert_eq!(clues(&Node::root(&body).expect("object")), expected, "{body}");
        check(serde_json::json!({"shipping_address": []}), Clues::default());
        check(
            serde_json::json!({"shipping_address": {"address1": "1 High St", "address2": null, "zip": "12", "city": "Bern"}, "landing_site": "/", "referring_site": ""}),
            Clues { address: Some("1 High St 12 Bern".into()), client: None, came_from: Some(true) },
        );
        check(
            serde_json::json!({"billing_address": {"address1": "2 Low St"}, "landing_site": null, "browser_ip": "203.0.113.7", "client_details": {"user_agent": "curl"}}),
            Clues { address: Some("2 Low St".into()), client: Some("203.0.113.7 curl".into()), came_from: Some(false) },
        );
        check(serde_json::json!({"client_details": {"user_agent": "curl"}}), Clues::default());
    }

    #[test]
    fn tills_drafts_and_renewals_are_not_shoppers() {
        let check = |source: &str, expected| assert_eq!(by_staff_or_machine(source), expected, "{source}");
        check("web", false);
        check("checkout_one", false);
        check("16818700289", false);
        check("pos", true);
        check("shopify_draft_order", true);
        check("subscription_contract", true);
        check("subscription_contract_checkout_one", true);
    }
}
