//! What orders' credits are worked out from, loaded for many orders at once: most have no touch, and cost next to nothing.

use crate::app::AppError;
use crate::db::candidates::{self, Candidate, Ties};
use crate::db::credit_runs::Former;
use crate::db::orders::OrderRow;
use crate::db::{self, Tx};
use crate::domain::attribution::{Evidence, ORDER_GRAIN, Touch};
use crate::domain::campaign::{Attribution, CampaignSpec};
use crate::domain::ids::{CampaignId, ContactId, NudgeId, OrderId, ShopId};
use crate::domain::order::Head;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// No campaign's window is longer than this.
const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Nudges, clicks, codes and campaigns that a set of orders may be tied to.
pub struct Ground {
    candidates: Vec<Candidate>,
    by_contact: HashMap<ContactId, Vec<usize>>,
    by_cart: HashMap<Uuid, Vec<usize>>,
    by_marker: HashMap<String, Vec<usize>>,
    by_id: HashMap<NudgeId, usize>,
    carts_of: HashMap<OrderId, Vec<Uuid>>,
    /// Codes of shoppers' own, in capitals.
    pub named: HashMap<String, NudgeId>,
    versions: HashMap<(CampaignId, i64), CampaignSpec>,
    present: HashMap<CampaignId, Attribution>,
}

/// A nudge that an order is tied to, and what its campaign asks of a touch.
pub struct Tied<'a> {
    /// Which.
    pub candidate: &'a Candidate,
    /// The order used a code that it carried.
    pub used_code: bool,
    /// The order carries its marker.
    pub marked: bool,
    /// The code for everybody that it carried.
    pub shared_code: Option<&'a str>,
    same_person: bool,
}

impl Ground {
    /// Loads it, in a few statements.
    ///
    /// # Errors
    /// `Db`.
    pub async fn load(tx: &mut Tx, shop: ShopId, orders: &[&OrderRow]) -> Result<Self, AppError> {
        let paid: Vec<&OrderRow> = orders.iter().copied().filter(|o| o.worth().is_some_and(|w| w.gross_minor > 0)).collect();
        let codes: BTreeSet<String> =
            paid.iter().filter_map(|o| o.facts.head.as_ref()).flat_map(|h| h.discount_codes.iter().cloned()).collect();
        let named = db::discounts::nudges_of(tx, shop, &codes.into_iter().collect::<Vec<_>>()).await?;
        let paid_ids: Vec<Uuid> = paid.iter().map(|o| o.id.0).collect();
        let carts_of = if paid_ids.is_empty() { HashMap::new() } else { candidates::carts_of(tx, shop, &paid_ids).await? };
        let unique = |ids: BTreeSet<Uuid>| ids.into_iter().collect::<Vec<_>>();
        let ties = Ties {
            contacts: unique(paid.iter().filter_map(|o| buyer(o)).map(|c| c.0).collect()),
            carts: unique(carts_of.values().flatten().copied().collect()),
            markers: paid.iter().filter_map(|o| o.facts.marker.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            named: unique(named.iter().map(|(_, nudge)| nudge.0).collect()),
        };
        let candidates = candidates::of(tx, shop, &ties).await?;
        let versions = if candidates.is_empty() { Vec::new() } else { db::campaigns::all_versions(tx, shop).await? };
        let present = versions.iter().filter(|v| v.3).map(|(id, _, spec, _)| (*id, spec.attribution.clone())).collect();
        let mut ground = Self {
            candidates: Vec::new(),
            by_contact: HashMap::new(),
            by_cart: HashMap::new(),
            by_marker: HashMap::new(),
            by_id: HashMap::new(),
            carts_of,
            named: named.into_iter().map(|(code, nudge)| (code.to_ascii_uppercase(), nudge)).collect(),
            versions: versions.into_iter().map(|(id, version, spec, _)| ((id, version), spec)).collect(),
            present,
        };
        ground.hold(candidates);
        Ok(ground)
    }

    fn hold(&mut self, candidates: Vec<Candidate>) {
        for (i, c) in candidates.iter().enumerate() {
            self.by_contact.entry(c.contact_id).or_default().push(i);
            self.by_cart.entry(c.living_cart).or_default().push(i);
            self.by_marker.entry(c.short_code.clone()).or_default().push(i);
            self.by_id.insert(c.nudge_id, i);
        }
        self.candidates = candidates;
    }

    /// The nudges that an order is tied to, in the order of their ids.
    pub fn tied<'a>(&'a self, order: &OrderRow, head: &Head) -> Vec<Tied<'a>> {
        if order.worth().is_none_or(|w| w.gross_minor <= 0) {
            return Vec::new();
        }
        let marker = order.facts.marker.as_deref();
        let named: BTreeSet<NudgeId> =
            head.discount_codes.iter().filter_map(|code| self.named.get(&code.to_ascii_uppercase())).copied().collect();
        let of_person = buyer(order).and_then(|c| self.by_contact.get(&c)).into_iter().flatten();
        let of_carts = self.carts_of.get(&order.id).into_iter().flatten().filter_map(|cart| self.by_cart.get(cart)).flatten();
        let of_marker = marker.and_then(|m| self.by_marker.get(m)).into_iter().flatten();
        let places: BTreeSet<usize> =
            of_person.chain(of_carts).chain(of_marker).chain(named.iter().filter_map(|n| self.by_id.get(n))).copied().collect();
        let since = head.created_at.checked_sub(LONGEST_WINDOW).unwrap_or(Timestamp::UNIX_EPOCH);
        let old_or_in_hand = |c: &&Candidate| c.sent_at < since || (c.sending && clicks(c, head).next().is_none());
        let found = places.into_iter().filter_map(|i| self.candidates.get(i)).filter(|c| !old_or_in_hand(c));
        found.map(|candidate| self.tie(candidate, (order, head), (marker, &named))).collect()
    }

    fn tie<'a>(
        &'a self,
        candidate: &'a Candidate,
        (order, head): (&OrderRow, &Head),
        (marker, named): (Option<&str>, &BTreeSet<NudgeId>),
    ) -> Tied<'a> {
        let spec = self.versions.get(&(candidate.campaign_id, candidate.version));
        let step = usize::try_from(candidate.step).ok();
        let shared_code = spec.zip(step).and_then(|(s, i)| s.steps.get(i)).and_then(|s| s.code_for(candidate.variant.as_deref()));
        let used_shared = shared_code.is_some_and(|code| head.discount_codes.iter().any(|used| used.eq_ignore_ascii_case(code)));
        Tied {
            candidate,
            used_code: used_shared || named.contains(&candidate.nudge_id),
            marked: marker == Some(candidate.short_code.as_str()),
            shared_code,
            same_person: buyer(order) == Some(candidate.contact_id),
        }
    }

    /// What a campaign asks of a touch: as it is published now, or as it was before.
    fn attribution(&self, campaign: CampaignId, former: &Former) -> Attribution {
        former.get(&campaign).or_else(|| self.present.get(&campaign)).cloned().unwrap_or_default()
    }

    /// The touches by which a nudge may have earned or influenced an order: of each nudge those of its best evidence that falls into its window.
    pub fn touches(&self, tied: &Tied<'_>, head: &Head, former: &Former) -> Vec<Touch> {
        let c = tied.candidate;
        let rules = self.attribution(c.campaign_id, former);
        let click_window = rules.click_window.0;
        let touch = |at, evidence, window| Touch { nudge_id: c.nudge_id, campaign_id: c.campaign_id, at, evidence, window };
        let seen = rules.view_window.zip(c.delivered_at.filter(|_| !c.sending && !c.unknown));
        let classes: [Vec<Touch>; 5] = [
            clicks(c, head).map(|at| touch(at, Evidence::Link, click_window)).collect(),
            tied.used_code.then(|| touch(c.sent_at, Evidence::Code, click_window)).into_iter().collect(),
            tied.marked.then(|| touch(c.sent_at, Evidence::Marker, click_window)).into_iter().collect(),
            seen.map(|(window, at)| touch(at, Evidence::View, window.0)).into_iter().collect(),
            (tied.same_person && !c.sending && !c.doubted)
                .then(|| touch(c.sent_at, Evidence::PersonInWindow, click_window))
                .into_iter()
                .collect(),
        ];
        let counting = |touches: Vec<Touch>| touches.into_iter().filter(|t| t.counts_for(head.created_at)).collect::<Vec<_>>();
        classes.into_iter().map(counting).find(|of_class| !of_class.is_empty()).unwrap_or_default()
    }
}

impl Tied<'_> {
    /// What shows that its message arrived, whenever that was.
    pub fn proof(&self, head: &Head) -> Option<Evidence> {
        let clicked = clicks(self.candidate, head).next().is_some();
        let classes = [(clicked, Evidence::Link), (self.used_code, Evidence::Code), (self.marked, Evidence::Marker)];
        classes.into_iter().find(|(is, _)| *is).map(|(_, evidence)| evidence)
    }
}

/// Who bought. What staff or a machine ordered proves nothing by the person alone.
fn buyer(order: &OrderRow) -> Option<ContactId> {
    order.contact_id.filter(|_| order.facts.head.as_ref().is_some_and(|h| !h.not_by_shopper))
}

/// When a nudge's link was opened before an order.
fn clicks<'a>(c: &'a Candidate, head: &Head) -> impl Iterator<Item = Timestamp> + 'a {
    let before = head.created_at.checked_add(ORDER_GRAIN).unwrap_or(head.created_at);
    c.clicked_at.iter().copied().filter(move |at| *at < before)
}
