//! Keeping journeys: what brought shoppers to their orders, and to carts that ended without one. Apart from intake, so that no webhook waits for it.

use super::{App, AppError};
use crate::db::candidates::{self, Ties};
use crate::db::carts::CartRow;
use crate::db::journeys::{self, Journey, Of};
use crate::db::orders::OrderRow;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::ad_cost::Utm;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, ContactId, OrderId, ShopId};
use crate::domain::journey::{Click, Known, LOOKBACK, Visit};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Orders or carts of one transaction.
const BATCH_MAX: i64 = 500;

/// Keeps the journeys of a batch of each store. How many; 0 when nothing is left to do.
///
/// # Errors
/// `Db`; what was kept before stays so, and the rest follows at the next call.
pub async fn keep_due(app: &App) -> Result<usize, AppError> {
    let mut kept = 0;
    for shop in journeys::shops_due(&app.db).await? {
        kept += keep_batch(app, shop).await?;
    }
    Ok(kept)
}

async fn keep_batch(app: &App, id: ShopId) -> Result<usize, AppError> {
    let shop = db::shops::get(&app.db, id).await?.ok_or(AppError::NotFound("store with that id"))?;
    let mut own = db::domains::of(&app.db, id).await?;
    own.push(shop.domain.clone());
    let mut tx = app.db.begin().await?;
    // Whoever folds orders or carts meanwhile would say again that they changed: one after the other.
    db::shops::lock_apply(&mut tx, id).await?;
    let orders = journeys::orders_due(&mut tx, id, BATCH_MAX).await?;
    let ended = journeys::carts_due(&mut tx, id, BATCH_MAX).await?;
    let back = journeys::carts_back(&mut tx, id, BATCH_MAX).await?;
    let ways = Ways::load(&mut tx, &shop, (&orders, &ended)).await?;
    let of_orders: Vec<Journey> = orders.iter().filter_map(|o| ways.of_order(o, &own)).collect();
    let of_carts: Vec<Journey> = ended.iter().filter_map(|c| ways.of_cart(c, &own)).collect();
    let order_ids: Vec<Uuid> = orders.iter().map(|o| o.id.0).collect();
    let cart_ids: Vec<Uuid> = ended.iter().map(|c| c.id.0).collect();
    journeys::replace(&mut tx, id, Of::Order, &order_ids, &of_orders).await?;
    journeys::replace(&mut tx, id, Of::Cart, &cart_ids, &of_carts).await?;
    journeys::replace(&mut tx, id, Of::Cart, &back, &[]).await?;
    journeys::mark(&mut tx, id, Of::Order, &order_ids, true).await?;
    journeys::mark(&mut tx, id, Of::Cart, &cart_ids, true).await?;
    journeys::mark(&mut tx, id, Of::Cart, &back, false).await?;
    tx.commit().await?;
    Ok(order_ids.len() + cart_ids.len() + back.len())
}

/// A person's click on a message of ours.
struct Clicked {
    at: Timestamp,
    channel: ChannelKind,
    campaign: CampaignId,
}

/// What is known of the ways of a batch's shoppers.
struct Ways {
    zone: TimeZone,
    currency: String,
    carts: HashMap<Uuid, CartRow>,
    carts_of: HashMap<OrderId, Vec<Uuid>>,
    of_contact: HashMap<ContactId, Vec<Uuid>>,
    clicked: HashMap<ContactId, Vec<Clicked>>,
    campaigns: HashMap<CampaignId, String>,
}

impl Ways {
    async fn load(tx: &mut Tx, shop: &Shop, (orders, ended): (&[OrderRow], &[CartRow])) -> Result<Self, AppError> {
        let ordered = orders.iter().filter_map(|o| o.facts.head.as_ref().map(|h| h.created_at));
        let since = ordered.chain(ended.iter().map(|c| c.facts.started_at)).min().and_then(|at| at.checked_sub(LOOKBACK).ok());
        let of_orders = orders.iter().filter_map(|o| o.contact_id);
        let contacts: BTreeSet<Uuid> = of_orders.chain(ended.iter().filter_map(|c| c.contact_id)).map(|c| c.0).collect();
        let contacts: Vec<Uuid> = contacts.into_iter().collect();
        let order_ids: Vec<Uuid> = orders.iter().map(|o| o.id.0).collect();
        let carts_of = if order_ids.is_empty() { HashMap::new() } else { candidates::carts_of(tx, shop.id, &order_ids).await? };
        let named: BTreeSet<Uuid> = carts_of.values().flatten().copied().collect();
        let mut carts: HashMap<Uuid, CartRow> = HashMap::new();
        if !contacts.is_empty() {
            let found = db::carts::by_contacts(tx, shop.id, &contacts, since.unwrap_or(Timestamp::UNIX_EPOCH)).await?;
            carts.extend(found.into_iter().map(|c| (c.id.0, c)));
        }
        if !named.is_empty() {
            let found = db::carts::load(tx, shop.id, &named.into_iter().collect::<Vec<_>>()).await?;
            carts.extend(found.into_iter().map(|c| (c.id.0, c)));
        }
        let ties = Ties { contacts, ..Ties::default() };
        let mut clicked: HashMap<ContactId, Vec<Clicked>> = HashMap::new();
        for c in candidates::of(tx, shop.id, &ties).await? {
            let clicks = c.clicked_at.iter().map(|at| Clicked { at: *at, channel: c.channel, campaign: c.campaign_id });
            clicked.entry(c.contact_id).or_default().extend(clicks);
        }
        let named = if clicked.is_empty() { Vec::new() } else { db::campaigns::all_versions(tx, shop.id).await? };
        let mut of_contact: HashMap<ContactId, Vec<Uuid>> = HashMap::new();
        for (id, cart) in &carts {
            cart.contact_id.into_iter().for_each(|c| of_contact.entry(c).or_default().push(*id));
        }
        Ok(Self {
            zone: shop.zone(),
            currency: shop.currency.code().to_owned(),
            carts,
            carts_of,
            of_contact,
            clicked,
            campaigns: named.into_iter().filter(|v| v.3).map(|(id, _, spec, _)| (id, spec.name)).collect(),
        })
    }

    /// The journey of an order that was paid; none of another.
    fn of_order(&self, order: &OrderRow, own: &[String]) -> Option<Journey> {
        let head = order.facts.head.as_ref()?;
        let worth = order.worth().filter(|w| w.gross_minor > 0)?;
        let of_tokens = self.carts_of.get(&order.id).into_iter().flatten();
        let of_person = order.contact_id.and_then(|c| self.of_contact.get(&c)).into_iter().flatten();
        let carts: BTreeSet<Uuid> = of_tokens.chain(of_person).copied().collect();
        let found: Vec<&CartRow> =
            carts.iter().filter_map(|id| self.carts.get(id)).filter(|c| c.facts.started_at <= head.created_at).collect();
        let way = self.way((head.created_at, order.contact_id), &found, order.facts.arrival.as_deref(), own);
        let currency = head.total.currency.code().to_owned();
        Some(self.journey((order.id.0, head.created_at), way, (currency, worth.net_minor)))
    }

    /// The journey of a cart that ended without an order. Visits of nobody known in which nothing was put into a cart are none.
    fn of_cart(&self, cart: &CartRow, own: &[String]) -> Option<Journey> {
        if cart.contact_id.is_none() && cart.facts.stage() == crate::domain::event::Stage::Browse {
            return None;
        }
        let ended_at = cart.facts.active_at;
        let way = self.way((ended_at, cart.contact_id), &[cart], None, own);
        let value = cart.facts.snapshot().and_then(|s| s.value);
        let currency = value.map_or_else(|| self.currency.clone(), |v| v.currency.code().to_owned());
        Some(self.journey((cart.id.0, ended_at), way, (currency, 0)))
    }

    fn way(
        &self,
        (ended_at, contact): (Timestamp, Option<ContactId>),
        carts: &[&CartRow],
        of_order: Option<&crate::domain::arrival::Arrival>,
        own: &[String],
    ) -> Way {
        let visits: Vec<Visit<'_>> =
            carts.iter().map(|c| Visit { started_at: c.facts.started_at, arrivals: c.facts.arrivals.as_deref() }).collect();
        let name = |c: CampaignId| self.campaigns.get(&c).map_or("a deleted campaign", String::as_str);
        let clicked = contact.and_then(|c| self.clicked.get(&c)).into_iter().flatten();
        let clicks: Vec<Click<'_>> = clicked.map(|c| Click { at: c.at, channel: c.channel, campaign: name(c.campaign) }).collect();
        let known = Known { ended_at, visits: &visits, of_order, clicks: &clicks, own };
        (known.paths(), known.last_utm())
    }

    fn journey(
        &self,
        (id, ended_at): (Uuid, Timestamp),
        ((path, campaign_path), last_utm): Way,
        (currency, value_minor): (String, i64),
    ) -> Journey {
        Journey { id, ended_at, day: day_of(ended_at, &self.zone), path, campaign_path, last_utm, currency, value_minor }
    }
}

/// The path by channel and by campaign, and the advertisement that they last came by.
type Way = ((String, String), Option<Utm>);

/// Which of the store's days, since 1970.
pub fn day_of(at: Timestamp, zone: &TimeZone) -> i64 {
    let day = at.to_zoned(zone.clone()).date();
    day.since(date(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()))
}
