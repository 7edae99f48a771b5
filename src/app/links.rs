//! Shoppers' links: the click is recorded with what it was, and leads back to the cart, never anywhere else.

use super::preferences::About;
use super::{App, AppError, outbound, receipts, send};
use crate::db;
use crate::db::carts::CartRow;
use crate::db::nudges::LinkTarget;
use crate::db::shops::Shop;
use crate::db::touches::{CLICK, NewTouch, PREFERENCES};
use crate::domain::cart::{CartState, SaturatingInstant};
use crate::domain::clicks::networks::scanner;
use crate::domain::clicks::{Asked, Judged, judge};
use crate::domain::event::ChannelKind;
use crate::domain::link::{LinkError, Purpose};
use crate::domain::nudge::LINK_LIFETIME;
use crate::platforms::{self, ReturnLink};
use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;
use std::sync::LazyLock;

/// Previewers that the list of robots leaves out: they open links on behalf of a chat, before anybody reads it.
const PREVIEWERS: [&str; 5] = ["whatsapp/", "viber", "^signal", "google-safety", "microsoft office"];

static BOTS: LazyLock<isbot::Bots> = LazyLock::new(|| {
    let mut bots = isbot::Bots::default();
    bots.append(&PREVIEWERS);
    bots
});

/// What a shopper's program asked for.
#[derive(Debug, Clone)]
pub struct Opened<'a> {
    /// The signed token, or the short code.
    pub link: Given<'a>,
    /// Who asks.
    pub by: Program<'a>,
}

/// The program that asks for a link, as far as its request tells. Its address is looked at and not kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Program<'a> {
    /// As it calls itself.
    pub user_agent: Option<&'a str>,
    /// It asked for the head only: a previewer.
    pub head: bool,
    /// It says that it fetches ahead.
    pub ahead: bool,
    /// From where it asks.
    pub address: Option<IpAddr>,
}

impl<'a> Program<'a> {
    /// One that calls itself so, and of which nothing else is known.
    pub fn named(user_agent: &'a str) -> Self {
        Self { user_agent: Some(user_agent), ..Self::default() }
    }

    fn judged(&self, channel: ChannelKind, ago: Option<SignedDuration>) -> Judged {
        judge(&Asked {
            head: self.head,
            agent: self.user_agent,
            robot: self.user_agent.is_some_and(is_robot),
            ahead: self.ahead,
            network: self.address.and_then(|address| scanner(&address.to_canonical().to_string())),
            sent: ago.map(|ago| (channel, ago)),
        })
    }
}

/// The two forms of a link.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// `/r/{token}`.
    Token(&'a str),
    /// `/s/{code}`.
    Code(&'a str),
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// To the cart.
    To(String),
    /// To a page that says why not: of which shop, and in which of the languages the shopper was written to.
    Nowhere(DeadEnd, Option<Box<Shop>>),
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadEnd {
    /// Too old.
    Expired,
    /// Not ours, or altered.
    Forged,
    /// The shopper has bought.
    Bought,
    /// The cart is gone.
    Gone,
}

/// Follows a link and records the click.
///
/// # Errors
/// `Db` when it can't be looked up; a click that can't be recorded is logged, and the shopper goes on.
pub async fn open(app: &App, opened: &Opened<'_>) -> Result<Leads, AppError> {
    let target = match opened.link {
        Given::Token(token) => match app.keys.links.read(token, Purpose::Return, app.now()) {
            Ok(link) => db::nudges::target(&app.db, link.shop_id, link.nudge_id).await?,
            Err(LinkError::Expired) => return Ok(Leads::Nowhere(DeadEnd::Expired, None)),
            Err(LinkError::Forged) => None,
        },
        Given::Code(code) => db::nudges::target_by_code(&app.db, code).await?,
    };
    let Some(target) = target else { return Ok(Leads::Nowhere(DeadEnd::Forged, None)) };
    let shop = db::shops::get(&app.db, target.shop_id).await?;
    let cart = db::carts::get(&app.db, target.shop_id, target.cart_id).await?;
    let (Some(shop), Some(cart)) = (shop.filter(|s| s.status != "removed"), cart) else { return Ok(Leads::Nowhere(DeadEnd::Gone, None)) };
    if target.sent_at.is_some_and(|sent| app.now() >= sent.saturating_add_lossy(LINK_LIFETIME)) {
        return Ok(Leads::Nowhere(DeadEnd::Expired, Some(Box::new(shop))));
    }
    if let Err(error) = record(app, &shop, &target, opened).await {
        tracing::error!(%error, nudge = %target.id, "a click could not be recorded");
    }
    let domains = db::domains::of(&app.db, shop.id).await?;
    let own = own_code(app, &target).await?;
    Ok(destination(&shop, &domains, &cart, &target, own.as_deref()))
}

/// The shopper's own code, as long as it works.
async fn own_code(app: &App, target: &LinkTarget) -> Result<Option<String>, AppError> {
    let step = usize::try_from(target.step).ok().and_then(|step| target.spec.steps.get(step));
    if step.is_none_or(|step| step.discount.is_none()) {
        return Ok(None);
    }
    Ok(db::discounts::works(&app.db, target.shop_id, target.id, app.now()).await?)
}

/// An opening of one of a message's links, with what it was.
fn touch(app: &App, target: &LinkTarget, by: &Program<'_>, (kind, at): (&'static str, Timestamp)) -> NewTouch {
    let Judged { human, why, signs } = by.judged(target.channel, target.sent_at.map(|sent| at.duration_since(sent)));
    NewTouch {
        id: app.new_id(),
        nudge_id: target.id,
        campaign_id: target.campaign_id,
        cart_id: target.cart_id,
        contact_id: target.contact_id,
        kind,
        at,
        human,
        why,
        signs,
    }
}

async fn record(app: &App, shop: &Shop, target: &LinkTarget, opened: &Opened<'_>) -> Result<(), AppError> {
    let now = app.now();
    let touch = touch(app, target, &opened.by, (CLICK, now));
    let human = touch.human;
    if shop.canary_of.is_none() {
        metrics::counter!(crate::telemetry::CLICKS, "human" => if human { "yes" } else { "no" }).increment(1);
    }
    let mut tx = app.db.begin().await?;
    db::touches::insert(&mut tx, target.shop_id, &touch).await?;
    if human {
        outbound::clicked(&mut tx, target.shop_id, &touch).await?;
        send::has_arrived(app, &mut tx, target.shop_id, (&[target.id.0], now), send::CLICKED).await?;
        receipts::counted(app, &mut tx, target.shop_id, target.id, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Notes that the page of preferences was opened: it changes nothing, and shows who opens every link there is.
pub async fn seen_preferences(app: &App, about: &About, by: &Program<'_>) {
    let (shop, written) = (about.shop.id, about.written());
    let noted = async {
        let Some(target) = db::nudges::target(&app.db, shop, written.nudge).await? else { return Ok(()) };
        let touch = NewTouch { human: false, ..touch(app, &target, by, (PREFERENCES, app.now())) };
        let mut tx = app.db.begin().await?;
        db::touches::insert(&mut tx, shop, &touch).await?;
        Ok::<(), AppError>(tx.commit().await?)
    };
    if let Err(error) = noted.await {
        tracing::error!(%error, nudge = %written.nudge, "an opening of the preferences could not be recorded");
    }
}

/// Does a program call itself a robot or a previewer?
pub fn is_robot(user_agent: &str) -> bool {
    BOTS.is_bot(user_agent)
}

fn destination(shop: &Shop, domains: &[String], cart: &CartRow, target: &LinkTarget, own_code: Option<&str>) -> Leads {
    let dead = |end| Leads::Nowhere(end, Some(Box::new(shop.clone())));
    match cart.state {
        CartState::Purchased | CartState::Recovered => return dead(DeadEnd::Bought),
        CartState::Erased | CartState::Invalid => return dead(DeadEnd::Gone),
        CartState::Open | CartState::Abandoned | CartState::Lost => {}
    }
    let medium = match target.channel {
        ChannelKind::Email => "email",
        ChannelKind::Sms => "sms",
        ChannelKind::WhatsApp => "whatsapp",
    };
    let step = usize::try_from(target.step).unwrap_or(usize::MAX);
    let utm = [
        ("utm_source", "comeback".to_owned()),
        ("utm_medium", medium.to_owned()),
        ("utm_campaign", slug(&target.spec.name)),
        ("utm_content", format!("step-{}", step.saturating_add(1))),
    ];
    let link = ReturnLink {
        shop_domain: &shop.domain,
        own_domains: domains,
        marker: &target.short_code,
        discount_code: own_code.or_else(|| target.spec.steps.get(step).and_then(|s| s.code_for(target.variant.as_deref()))),
        utm: &utm,
    };
    let url = platforms::by_name(&shop.platform).and_then(|p| p.return_url(&cart.facts, &link));
    url.map_or_else(|| dead(DeadEnd::Gone), Leads::To)
}

/// A campaign's name as analytics tools like it: `checkout-recovery`.
fn slug(name: &str) -> String {
    let words: Vec<String> = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(user_agent: Option<&str>, head: bool, human: bool) {
        let program = Program { user_agent, head, ..Program::default() };
        assert_eq!(program.judged(ChannelKind::Sms, None).human, human, "{user_agent:?} head: {head}");
    }

    #[test]
    fn previewers_and_robots_are_not_people() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        check(Some(phone), false, true);
        check(Some(phone), true, false);
        check(Some("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"), false, false);
        check(Some("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"), false, false);
        check(Some("WhatsApp/2.23.20.0"), false, false);
        check(Some("curl/8.5.0"), false, false);
        check(Some(""), false, false);
        check(None, false, false);
    }

    #[test]
    fn campaign_names_become_plain_words() {
        assert_eq!(slug("Checkout recovery: big carts!"), "checkout-recovery-big-carts");
    }
}
