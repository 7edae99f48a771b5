//! The end: nothing fails any more, time passes until nothing is left to do, and everything must have come out as it should.

use super::ask::{self, Folded, ask};
use super::calls::Job;
use super::provider::{Fate, stage};
use super::run::{Event, Run};
use super::shoppers::Cart;
use super::time::{DAY, Ms, SECOND, stamp};
use super::{oracle, world};
use crate::support::heard::understood;
use comeback::app::verify::Violation;
use comeback::app::{self, ingest};
use comeback::db::deliveries::NewDelivery;
use comeback::db::{self, Db};
use comeback::domain::experiment::{Arm, arm};
use comeback::domain::ids::DeliveryId;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// A world that does not come to rest within so many steps has a loop.
const STEPS_MAX: usize = 50_000;
/// A click counts for orders within this.
const CLICK_WINDOW: Ms = 5 * DAY;
/// Checks of `comeback verify` that compare instants of several clocks: they hold where clocks don't jump.
const CLOCK_CHECKS: [&str; 5] =
    ["not_after_the_purchase", "credit_of_a_sent_nudge", "nothing_sent_before_urgent_applied", "suppressed_gets_nothing", "leases_end"];
/// Checks of what is done in time: workers are down for hours here, and catch up.
const LATE_CHECKS: [&str; 2] = ["delivery_settled", "left_cart_noticed"];

/// What an order earns our messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credit {
    /// Nothing: nobody had clicked.
    None,
    /// What stayed of it.
    Cents(i64),
    /// It hangs on a click that may not have been recorded, or that fell on the edge of its window.
    NobodyKnows,
}

/// A nudge as stored.
type Nudge = (Uuid, Uuid, i64, String, Option<String>, String);

impl Run {
    pub async fn fill_disk(&mut self, full: bool) {
        if self.engine != "sqlite" || (full && self.calm) {
            return;
        }
        self.disk_full = full;
        if !full {
            // As large as the engine allows.
            self.limit_pages(4_294_967_294).await;
            self.trap.watch(&self.place.db).await;
        }
        self.line(if full { "the disk is full" } else { "there is room on the disk again" });
    }

    /// No larger than it is: asked for before every call, since a connection that was replaced knows nothing of it.
    pub async fn keep_disk_full(&self) {
        let Db::Sqlite { read, .. } = &self.place.db else { return };
        let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count").fetch_one(read).await.expect("a count");
        self.limit_pages(pages).await;
        self.trap.watch(&self.place.db).await;
    }

    async fn limit_pages(&self, most: i64) {
        let Db::Sqlite { write, .. } = &self.place.db else { return };
        sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"))).execute(write).await.expect("set");
    }

    pub fn jump(&mut self) {
        if self.calm {
            return;
        }
        let skew = self.rng.between(-100 * SECOND, 100 * SECOND);
        self.processes.iter().for_each(|p| p.clock.skew.store(skew, Ordering::Relaxed));
        self.line(&format!("the machine's clock jumps: it is off by {skew} ms"));
    }

    /// An acknowledged delivery is there from the moment of its acknowledgement.
    pub async fn is_stored(&mut self, n: usize) {
        let webhook = &self.webhooks[n];
        let stored = ask::body(&self.place.witness, &webhook.key).await;
        if stored.as_deref() != Some(webhook.body.as_bytes()) {
            let what = format!("{} is {}", webhook.key, if stored.is_some() { "changed" } else { "not there" });
            self.breaks("an acknowledged delivery is stored, unchanged", &what);
        }
    }

    /// Every acknowledged delivery is there, and what `comeback verify` asks holds.
    pub async fn verify(&mut self) {
        self.stays_settled().await;
        let stored = ask::bodies(&self.place.witness).await;
        let lost =
            self.acknowledged.iter().find(|(key, n)| stored.get(*key).map(Vec::as_slice) != Some(self.webhooks[**n].body.as_bytes()));
        if let Some((key, _)) = lost.map(|(key, n)| (key.clone(), *n)) {
            return self.breaks("an acknowledged delivery stays, unchanged", &key);
        }
        let Some((_, app)) = self.any_process() else { return };
        let (calm, jumps) = (self.calm, self.jumps);
        let excused = |found: &Violation| (!calm && LATE_CHECKS.contains(&found.check)) || (jumps && CLOCK_CHECKS.contains(&found.check));
        let mut broken = None;
        let mut tell = |found: Violation| {
            if broken.is_none() && !excused(&found) {
                broken = Some(found.to_string());
            }
        };
        app::verify::run(&app, &mut tell).await.expect("the database answers");
        if let Some(line) = broken {
            self.breaks("what `comeback verify` asks holds", &line);
        }
    }

    /// What came of a message is not undone: nothing that is settled waits again.
    pub async fn stays_settled(&mut self) {
        let nudges = ask!(&self.place.witness, (Uuid, String), "SELECT id, state FROM nudges ORDER BY id");
        for (id, state) in nudges {
            let waits = matches!(state.as_str(), "scheduled" | "sending");
            if let Some(before) = self.settled.get(&id).filter(|_| waits) {
                let what = format!("a message that was {before} is {state}");
                return self.breaks("what is settled stays settled", &what);
            }
            if !waits {
                self.settled.insert(id, state);
            }
        }
    }

    /// No more faults; everything that is left is done.
    pub async fn come_to_rest(&mut self) {
        self.calm = true;
        stage(&self.shared).kind = true;
        self.line("from here on nothing fails");
        self.fill_disk(false).await;
        self.processes.iter().for_each(|p| p.clock.skew.store(0, Ordering::Relaxed));
        (0..self.processes.len()).for_each(|n| self.boot(n));
        let now = self.now();
        self.at(now, Event::Pause(false));
        for _ in 0..STEPS_MAX {
            if self.broken.is_some() {
                return;
            }
            let due = ask::due(&self.place.witness, self.shop.abandon_after_ms).await;
            let event = self.next();
            match (event, due) {
                (None, None) => return self.outcome().await,
                (Some((at, event)), due) if due.is_none_or(|due| at <= due.max(self.now())) => {
                    let over =
                        matches!(event, Event::Work(_, _, true) | Event::Crash(_) | Event::Pause(true) | Event::DiskFull(_) | Event::Jump);
                    if !over {
                        self.step(at, event).await;
                    }
                }
                (event, Some(due)) => {
                    if let Some((at, event)) = event {
                        self.at(at, event);
                    }
                    let at = due.max(self.now() + SECOND);
                    self.step(at, Event::Work(0, Job::ALL, false)).await;
                }
                (Some(_), None) => {}
            }
        }
        self.breaks("the world comes to rest", "there is always something left to do");
    }

    /// What must be true of everything together.
    async fn outcome(&mut self) {
        self.verify().await;
        if self.broken.is_none() {
            self.check_nudges().await;
        }
        if self.broken.is_none() {
            self.check_carts().await;
        }
        if self.broken.is_none() {
            self.check_credits().await;
        }
        if self.broken.is_none() {
            self.check_fold().await;
        }
        if self.broken.is_none() {
            self.check_words().await;
        }
    }

    /// Whatever was decided, people read why in their language.
    async fn check_words(&mut self) {
        let said: Vec<(String,)> = ask!(&self.place.witness, (String,), "SELECT DISTINCT why FROM decisions ORDER BY why");
        if let Some((why,)) = said.iter().find(|(why,)| !understood(why)) {
            self.breaks("what a rule says is recognised by a pattern of locales/en/heard_*.ftl", why);
        }
    }

    /// The provider's truth and ours.
    async fn check_nudges(&mut self) {
        let nudges: Vec<Nudge> = ask!(
            &self.place.witness,
            Nudge,
            "SELECT n.id, n.cart_id, n.step, n.state, n.reason, c.facts FROM nudges n JOIN carts c ON c.shop_id = n.shop_id AND c.id = n.cart_id ORDER BY n.id"
        );
        let known = stage(&self.shared).known.clone();
        for nudge in nudges {
            let fate = known.get(&nudge.0.to_string()).copied().unwrap_or_default();
            let fits = match nudge.3.as_str() {
                "sent" => fate.taken == 1,
                "failed" => fate.refused && fate.taken == 0,
                "cancelled" => fate.taken == 0 && self.cancelled_rightly(&nudge),
                "unknown" => fate.taken <= 1,
                _ => false,
            };
            if !fits {
                let Fate { attempts, taken, refused } = fate;
                let what = format!(
                    "step {} of {} is {} ({}); its provider saw {attempts} attempt(s), took {taken}, refused: {refused}",
                    nudge.2 + 1,
                    self.title_of(&nudge.5),
                    nudge.3,
                    nudge.4.as_deref().unwrap_or("-")
                );
                return self.breaks("what is recorded of a message is what became of it, and none is lost", &what);
            }
        }
    }

    fn title_of(&self, facts: &str) -> String {
        let found = self.carts.iter().find(|c| facts.contains(&format!("\"{}\"", c.title)));
        found.map_or_else(|| "an unknown cart".into(), |c| c.title.clone())
    }

    /// Is there a reason, in what the shoppers did, for a message that was not sent?
    fn cancelled_rightly(&self, nudge: &Nudge) -> bool {
        let title = self.title_of(&nudge.5);
        let Some(cart) = self.carts.iter().find(|c| c.title == title) else { return false };
        let theirs = |c: &&Cart| c.person == cart.person;
        let addresses = cart.named.iter().flat_map(|p| [p.email.clone(), p.phone.clone()]).flatten();
        let people = cart.named.iter().chain(&self.people[cart.person..=cart.person]);
        let refused = || stage(&self.shared).known.values().any(|fate| fate.refused);
        match nudge.4.as_deref().unwrap_or_default() {
            "purchased" => self.carts.iter().filter(theirs).any(|c| c.bought.is_some() || c.completed),
            "holdout" => {
                let mut addresses = addresses;
                addresses.any(|a| arm(self.campaign.0, &a, world::HOLDOUT_PERCENT) == Arm::Holdout)
            }
            "newer_cart" => self.carts.iter().filter(theirs).count() > 1,
            "no_address" => people.into_iter().any(|p| p.email.is_none() || p.phone.is_none()),
            "no_consent" => self.said_no(cart),
            "unsubscribed" | "suppressed" => !self.unsubscribed.is_empty() || refused(),
            // Where a sender may send only so much, what waits for it may become too late.
            "expired" => world::limits(self.seed).per_day.is_some() || world::limits(self.seed).rate.is_some(),
            "carrier_one_text" | "carrier_48_hours" => self.people[cart.person].place.nanp && nudge.2 % 2 == 1,
            _ => false,
        }
    }

    /// They never ticked a box, or took it back.
    fn said_no(&self, cart: &Cart) -> bool {
        let theirs = self.carts.iter().filter(|c| c.person == cart.person);
        let silent = theirs.flat_map(|c| &c.named).chain(&self.people[cart.person..=cart.person]).any(|p| !p.mail || !p.texts);
        silent
            || self.webhooks.iter().any(|w| w.meaning.consents.iter().any(|(_, yes, _)| !yes) && self.named_in(cart, &w.meaning.identities))
    }

    fn named_in(&self, cart: &Cart, identities: &[String]) -> bool {
        let own = self.people[cart.person].identities();
        identities.iter().any(|i| own.contains(i))
    }

    /// Every cart that was left has its messages, or a reason why not.
    async fn check_carts(&mut self) {
        let silent: Vec<(String, String)> = ask!(
            &self.place.witness,
            (String, String),
            "SELECT c.facts, c.state FROM carts c WHERE c.merged_into IS NULL AND (c.state = 'open' OR (c.state = 'abandoned'
                AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.shop_id = c.shop_id AND e.cart_id = c.id)
                AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = c.shop_id AND d.cart_id = c.id AND d.outcome = 'not_planned')))"
        );
        if let Some((facts, state)) = silent.first() {
            let what = format!("{} is {state}, without a word", self.title_of(facts));
            self.breaks("every cart that was left is followed, or it is said why not", &what);
        }
        let aside: Vec<(String, Option<String>)> =
            ask!(&self.place.witness, (String, Option<String>), "SELECT topic, reason FROM deliveries WHERE state <> 'applied'");
        if let Some((topic, reason)) = aside.first() {
            self.breaks("every delivery is applied", &format!("{topic}: {}", reason.clone().unwrap_or_default()));
        }
    }

    /// Money, worked out from what the shoppers did.
    async fn check_credits(&mut self) {
        let credited: Vec<(String, i64)> = ask!(
            &self.place.witness,
            (String, i64),
            "SELECT o.platform_id, CAST(SUM(k.net_minor) AS BIGINT) FROM orders o JOIN credits k ON k.shop_id = o.shop_id AND k.order_id = o.id AND k.model = 'last_touch'
            GROUP BY o.platform_id ORDER BY o.platform_id"
        );
        let bought: Vec<Cart> = self.carts.iter().filter(|c| c.bought.is_some()).cloned().collect();
        for cart in bought {
            let id = (5_000_000_000_000 + cart.number()).to_string();
            let is = credited.iter().find(|(order, _)| *order == id).map_or(Credit::None, |(_, net)| Credit::Cents(*net));
            let must = self.credit_of(&cart);
            if is != must && must != Credit::NobodyKnows {
                let what = format!("the order of {} has credit {is:?}; it should have {must:?}", cart.title);
                return self.breaks("an order is credited exactly if its shopper had clicked, with what stayed of it", &what);
            }
        }
    }

    /// What an order must be credited with.
    fn credit_of(&mut self, cart: &Cart) -> Credit {
        let Some(bought) = cart.bought.clone() else { return Credit::None };
        let same = stage(&self.shared).oracle.people();
        let mut sure = false;
        let buyer = bought.identities.first().map(|i| same.of(i));
        let all: Vec<(usize, Option<Ms>)> =
            self.clicks.iter().map(|(n, at)| (*n, Some(*at))).chain(self.doubtful.iter().map(|n| (*n, None))).collect();
        for (n, at) in all {
            let title = &self.taken[n].title;
            let by_cart = *title == cart.title;
            let by_person = buyer == Some(same.of(&format!("cart:{title}")));
            let maybe = self.carts.iter().any(|c| c.title == *title && c.person == cart.person);
            let Some(at) = at else {
                if maybe {
                    return Credit::NobodyKnows;
                }
                continue;
            };
            let waited = bought.at - at;
            let edge = [0, CLICK_WINDOW].iter().any(|e| (waited - e).abs() < oracle::SLACK);
            let counts = waited > 0 && waited < CLICK_WINDOW;
            if (by_cart || (by_person && !bought.by_staff)) && counts && !edge {
                sure = true;
            } else if maybe && (edge || counts) {
                return Credit::NobodyKnows;
            }
        }
        if sure && bought.paid { Credit::Cents(bought.net()) } else { Credit::None }
    }

    /// The same deliveries, in another order and without faults, come to the same.
    async fn check_fold(&mut self) {
        let is = ask::folded(&self.place.witness).await;
        let must = self.folded_anew().await;
        let differs = difference(&is, &must);
        if let Some(what) = differs {
            self.breaks("any order of arrival ends in the same state", &what);
        }
    }

    async fn folded_anew(&self) -> Folded {
        type Row = (String, String, Option<String>, i64, bool, Vec<u8>);
        let mut rows: Vec<Row> = ask!(
            &self.place.witness,
            Row,
            "SELECT delivery_key, topic, api_version, received_at, urgent, body FROM deliveries ORDER BY delivery_key"
        );
        rows.sort_by(|a, b| (a.3, &a.0).cmp(&(b.3, &b.0)));
        let trap = Arc::new(super::trap::Trap::default());
        let place = world::place("sqlite", &trap).await;
        let mut process = world::Process::new(&self.times);
        process.boot(9, &place, (&self.shared, &self.times));
        let app = process.app.clone().expect("it runs");
        let (shop, _) = world::furnish(&app).await;
        for (key, topic, api_version, received_at, urgent, body) in rows {
            let delivery = NewDelivery {
                id: DeliveryId(app.new_id()),
                shop_id: shop.id,
                delivery_key: key,
                topic,
                api_version,
                event_id: None,
                triggered_at: None,
                received_at: stamp(received_at),
                urgent,
                body,
            };
            db::deliveries::store(&place.db, &[delivery], &BTreeSet::new()).await.expect("stored");
            ingest::apply_due(&app).await.expect("applied");
        }
        let folded = ask::folded(&place.db).await;
        place.db.close().await;
        folded
    }
}

/// Where two outcomes differ first.
fn difference(is: &Folded, must: &Folded) -> Option<String> {
    let carts: BTreeSet<_> = is.carts.keys().chain(must.carts.keys()).collect();
    let orders: BTreeSet<_> = is.orders.keys().chain(must.orders.keys()).collect();
    let consents: BTreeSet<_> = is.consents.keys().chain(must.consents.keys()).collect();
    let cart = carts.into_iter().find(|k| is.carts.get(*k) != must.carts.get(*k));
    let order = orders.into_iter().find(|k| is.orders.get(*k) != must.orders.get(*k));
    // Whoever unsubscribed by our own link told it to us, and to no webhook.
    let ours = |k: &&&(String, String)| is.consents.get(**k).is_none_or(|c| c.2 != "simulation");
    let consent = consents.iter().filter(ours).find(|k| is.consents.get(**k) != must.consents.get(**k));
    let cart = cart.map(|k| format!("cart {k}:\n  is   {:?}\n  must {:?}", is.carts.get(k), must.carts.get(k)));
    let order = order.map(|k| format!("order {k}:\n  is   {:?}\n  must {:?}", is.orders.get(k), must.orders.get(k)));
    let consent = consent.map(|k| format!("consent {k:?}:\n  is   {:?}\n  must {:?}", is.consents.get(*k), must.consents.get(*k)));
    cart.or(order).or(consent)
}
