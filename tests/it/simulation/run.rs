//! One seed: events in the order of their time, one step of the program at a time, and after each the promises are held against what came of it.

use super::calls::{Call, Job};
use super::oracle::Known;
use super::provider::{Shared, Stage, Taken, stage};
use super::rng::Rng;
use super::shoppers::{Act, Cart, Meaning, Person, Post, buy, journey};
use super::time::{DAY, HOUR, MINUTE, Ms, SECOND, Times, stamp};
use super::trap::Trap;
use super::world::{self, Place, Process};
use comeback::app::App;
use comeback::db::shops::Shop;
use comeback::domain::ids::CampaignId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Beginnings on which days are short, long, and usual.
const BEGINNINGS: [&str; 4] = ["2026-07-01T16:00:00Z", "2026-03-02T05:00:00Z", "2026-10-20T11:00:00Z", "2026-12-25T22:00:00Z"];
/// How the platform tries again: eight times within four hours.
const RETRIES: [Ms; 8] = [10 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, HOUR, 100 * MINUTE];
const PROCESSES: usize = 2;

/// How large a simulation is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub shoppers: usize,
    pub days: Ms,
}

/// What happened in it.
#[derive(Debug, Default, Clone, Copy)]
pub struct Totals {
    pub shoppers: u64,
    pub deliveries: u64,
    pub messages: u64,
    pub deaths: u64,
    pub refusals: u64,
    pub holds: u64,
    pub unknown: u64,
    pub hours: u64,
    pub sum: u64,
}

/// A webhook on its way.
pub struct Webhook {
    pub key: String,
    pub topic: &'static str,
    pub body: String,
    pub meaning: Meaning,
    pub tries: usize,
    pub acknowledged: bool,
    /// The cart whose state a later webhook tells again, should this one be lost.
    cart: Option<usize>,
}

/// What happens next.
#[derive(Debug, Clone)]
pub enum Event {
    Acts(usize, usize, Act),
    /// The cart's shopper buys, and the webhooks are quick.
    Rush(String),
    Deliver(usize),
    Work(usize, Job, bool),
    Resume(u64),
    Crash(usize),
    Boot(usize),
    Pause(bool),
    DiskFull(bool),
    Jump,
    Click(usize),
    Unsubscribe(usize),
    Verify,
}

/// A broken promise.
#[derive(Debug, Clone)]
pub struct Broken {
    pub story: String,
}

/// A simulation under way.
pub struct Run {
    pub engine: &'static str,
    pub seed: u64,
    pub size: Size,
    pub rng: Rng,
    queue: BTreeMap<(Ms, u64), Event>,
    queued: u64,
    pub times: Arc<Times>,
    pub shared: Shared,
    pub trap: Arc<Trap>,
    pub place: Place,
    pub processes: Vec<Process>,
    pub calls: BTreeMap<u64, Call>,
    pub call_ids: u64,
    pub people: Vec<Person>,
    pub carts: Vec<Cart>,
    cart_of: BTreeMap<(usize, usize), usize>,
    pub webhooks: Vec<Webhook>,
    pub acknowledged: BTreeMap<String, usize>,
    pub taken: Vec<Taken>,
    /// Clicks that were recorded for sure: of which message, and when.
    pub clicks: Vec<(usize, Ms)>,
    /// Messages with a click of which nobody can say whether it was recorded.
    pub doubtful: BTreeSet<usize>,
    pub unsubscribed: BTreeSet<String>,
    /// Messages of which it was seen that they are settled, and how.
    pub settled: BTreeMap<Uuid, String>,
    pub shop: Shop,
    pub campaign: CampaignId,
    pub totals: Totals,
    /// From now on nothing fails any more.
    pub calm: bool,
    pub disk_full: bool,
    /// Clocks jump in this one.
    pub jumps: bool,
    pub broken: Option<Broken>,
    rushing: bool,
    begin: Ms,
}

impl Run {
    /// Puts everything in its place.
    pub async fn new(engine: &'static str, seed: u64, size: Size, trace: bool) -> Self {
        let mut rng = Rng::new(seed);
        let begin = rng.pick(&BEGINNINGS).parse::<jiff::Timestamp>().expect("an instant").as_millisecond();
        let times = Arc::new(Times::default());
        times.set(begin);
        let shared = Stage::new(seed);
        stage(&shared).trace.now = begin;
        stage(&shared).trace.all = trace;
        let trap = Arc::new(Trap::default());
        let place = world::place(engine, &trap).await;
        let mut processes: Vec<Process> = (0..PROCESSES).map(|_| Process::new(&times)).collect();
        for (n, process) in processes.iter_mut().enumerate() {
            process.boot(n, &place, (&shared, &times));
        }
        let (shop, campaign) = world::furnish(processes[0].app.as_ref().expect("it runs")).await;
        {
            let oracle = &mut stage(&shared).oracle;
            (oracle.campaign, oracle.holdout_percent) = (campaign.0, world::HOLDOUT_PERCENT);
            oracle.limits = world::limits(seed);
        }
        let mut run = Self {
            engine,
            seed,
            size,
            rng,
            queue: BTreeMap::new(),
            queued: 0,
            times,
            shared,
            trap,
            place,
            processes,
            calls: BTreeMap::new(),
            call_ids: 0,
            people: Vec::new(),
            carts: Vec::new(),
            cart_of: BTreeMap::new(),
            webhooks: Vec::new(),
            acknowledged: BTreeMap::new(),
            taken: Vec::new(),
            clicks: Vec::new(),
            doubtful: BTreeSet::new(),
            unsubscribed: BTreeSet::new(),
            settled: BTreeMap::new(),
            shop,
            campaign,
            totals: Totals::default(),
            calm: false,
            disk_full: false,
            jumps: seed % 2 == 1,
            broken: None,
            rushing: false,
            begin,
        };
        run.schedule();
        run
    }

    /// What is known to come before the first step.
    fn schedule(&mut self) {
        let begin = self.begin;
        for n in 0..self.size.shoppers {
            let person = Person::new(n, &mut self.rng);
            self.people.push(person);
            for (at, cart, act) in journey(&mut self.rng, begin, self.size.days) {
                self.at(at, Event::Acts(n, cart, act));
            }
        }
        for day in 1..=self.size.days + 5 {
            self.at(begin + day * DAY, Event::Verify);
            for process in 0..PROCESSES {
                if self.rng.chance(30) {
                    let when = begin + day * DAY + self.rng.between(0, DAY);
                    self.at(when, Event::Crash(process));
                }
            }
            if self.rng.chance(20) {
                let when = begin + day * DAY + self.rng.between(0, DAY);
                let until = when + self.rng.span(&[MINUTE, 3 * HOUR, 15 * HOUR]);
                self.at(when, Event::Pause(true));
                self.at(until, Event::Pause(false));
            }
            if self.engine == "sqlite" && self.rng.chance(25) {
                let when = begin + day * DAY + self.rng.between(0, DAY);
                let until = when + self.rng.span(&[MINUTE, 20 * MINUTE, 3 * HOUR]);
                self.at(when, Event::DiskFull(true));
                self.at(until, Event::DiskFull(false));
            }
            if self.jumps && self.rng.chance(40) {
                let when = begin + day * DAY + self.rng.between(0, DAY);
                self.at(when, Event::Jump);
            }
        }
        for process in 0..PROCESSES {
            self.at(begin, Event::Work(process, Job::ALL, true));
        }
    }

    pub fn now(&self) -> Ms {
        self.times.now()
    }

    pub fn at(&mut self, at: Ms, event: Event) {
        self.queued += 1;
        self.queue.insert((at, self.queued), event);
    }

    pub fn soon(&mut self, wait: Ms, event: Event) {
        self.at(self.now() + wait, event);
    }

    pub fn line(&self, what: &str) {
        stage(&self.shared).trace.line(what);
    }

    /// Runs it to its end. What happened, or what was broken.
    pub async fn finished(mut self) -> Result<Totals, Broken> {
        let last_act = self.begin + self.size.days * DAY + 5 * DAY;
        while self.broken.is_none() {
            let Some((&(at, n), _)) = self.queue.first_key_value() else { break };
            if at > last_act {
                break;
            }
            let event = self.queue.remove(&(at, n)).expect("the first");
            self.step(at, event).await;
        }
        if self.broken.is_none() {
            self.come_to_rest().await;
        }
        self.totals.shoppers = self.people.len() as u64;
        self.totals.hours = (self.now() - self.begin).unsigned_abs() / HOUR.unsigned_abs();
        let (sum, unknown) = {
            let stage = stage(&self.shared);
            (stage.trace.sum(), stage.unknown)
        };
        (self.totals.sum, self.totals.unknown) = (sum, unknown);
        self.calls.clear();
        self.processes.clear();
        self.place.db.close().await;
        self.broken.map_or(Ok(self.totals), Err)
    }

    /// One event, and what must hold after it.
    pub async fn step(&mut self, at: Ms, event: Event) {
        self.times.set(at.max(self.now()));
        {
            let mut stage = stage(&self.shared);
            stage.trace.now = self.times.now();
            stage.trace.steps += 1;
        }
        match event {
            Event::Acts(person, cart, act) => self.acts(person, cart, &act),
            Event::Rush(title) => self.rush_order(&title),
            Event::Deliver(webhook) => self.deliver(webhook).await,
            Event::Work(process, job, again) => self.work(process, job, again).await,
            Event::Resume(call) => self.resume(call).await,
            Event::Crash(process) => self.crash(process),
            Event::Boot(process) => self.boot(process),
            Event::Pause(pause) => self.pause(pause).await,
            Event::DiskFull(full) => self.fill_disk(full).await,
            Event::Jump => self.jump(),
            Event::Click(taken) => self.click(taken).await,
            Event::Unsubscribe(taken) => self.unsubscribe(taken).await,
            Event::Verify => self.verify().await,
        }
        self.react();
        let violation = stage(&self.shared).oracle.violations.first().cloned();
        if let Some((rule, what)) = violation {
            self.breaks(rule, &what);
        }
    }

    /// A promise is broken: the story, and how to see it again.
    pub fn breaks(&mut self, rule: &str, what: &str) {
        if self.broken.is_some() {
            return;
        }
        let stage = stage(&self.shared);
        let story = format!(
            "A promise is broken on {}: {rule}.\n{what}\nseed {}, step {}, at {}\n{}\nSee it again: make simulate SEED={} ENGINE={} SHOPPERS={} DAYS={}",
            self.engine,
            self.seed,
            stage.trace.steps,
            stamp(stage.trace.now),
            stage.trace.last(),
            self.seed,
            self.engine,
            self.size.shoppers,
            self.size.days,
        );
        drop(stage);
        self.broken = Some(Broken { story });
    }

    fn acts(&mut self, person: usize, nth: usize, act: &Act) {
        let now = self.now();
        let index = *self.cart_of.entry((person, nth)).or_insert_with(|| {
            let n = self.carts.len() + 1;
            self.carts.push(Cart::new(n, person, now));
            self.carts.len() - 1
        });
        let place = self.people[person].place;
        let posts = self.carts[index].act(act, &mut self.people, now);
        let cart = &self.carts[index];
        let addresses = cart.named.iter().flat_map(|p| [p.email.clone(), p.phone.clone()]).flatten().collect();
        let known = Known { begun: cart.begun, place, addresses };
        let title = cart.title.clone();
        stage(&self.shared).oracle.carts.insert(title.clone(), known);
        if !posts.is_empty() {
            self.line(&format!("shopper {person}, {title}: {act:?}"));
        }
        for post in posts {
            self.post(post, Some(index));
        }
    }

    fn rush_order(&mut self, title: &str) {
        let Some(cart) = self.carts.iter().position(|c| c.title == title) else { return };
        let (person, nth) = self.owner(cart);
        self.rushing = true;
        self.acts(person, nth, &Act::Order { pay_later: false, by_staff: false, other_address: false });
        self.rushing = false;
    }

    /// The platform begins to send a webhook; or it is lost on the way, and reconciled hours later.
    fn post(&mut self, post: Post, cart: Option<usize>) {
        let n = self.webhooks.len();
        let webhook = Webhook {
            key: format!("webhook-{n}"),
            topic: post.topic,
            body: post.body.to_string(),
            meaning: post.meaning,
            tries: 0,
            acknowledged: false,
            cart,
        };
        self.webhooks.push(webhook);
        if !self.calm && self.rng.chance(3) {
            self.line(&format!("webhook-{n} is lost"));
            return self.reconcile(n);
        }
        let wait = match self.rng.below(100) {
            _ if self.rushing => self.rng.between(10, SECOND),
            0..70 => self.rng.between(100, 3 * SECOND),
            70..90 => self.rng.between(3 * SECOND, 5 * MINUTE),
            90..98 => self.rng.between(5 * MINUTE, 3 * HOUR),
            _ => self.rng.between(3 * HOUR, DAY),
        };
        self.soon(wait, Event::Deliver(n));
    }

    /// What was lost is told again, hours later, by another webhook.
    pub fn reconcile(&mut self, n: usize) {
        let lost = &self.webhooks[n];
        let (body, meaning, cart) = (lost.body.clone(), lost.meaning.clone(), lost.cart);
        let topic = lost.topic;
        let again = self.webhooks.len();
        let now = self.now();
        let bought = cart.filter(|_| topic.starts_with("orders/") || topic.starts_with("refunds/"));
        let told = bought.map(|c| self.carts[c].told("orders/updated", now));
        let (topic, body, meaning) = told.map_or((topic, body, meaning), |p| (p.topic, p.body.to_string(), p.meaning));
        let key = format!("webhook-{again}");
        self.webhooks.push(Webhook { key, topic, body, meaning, tries: 0, acknowledged: false, cart });
        let wait = self.rng.span(&[HOUR, 5 * HOUR, DAY]);
        self.soon(wait, Event::Deliver(again));
    }

    /// The platform tries again, until it gives up.
    pub fn retry(&mut self, n: usize) {
        let tries = self.webhooks[n].tries;
        match RETRIES.get(tries) {
            Some(&wait) => {
                self.webhooks[n].tries += 1;
                self.soon(wait, Event::Deliver(n));
            }
            None => self.reconcile(n),
        }
    }

    /// Shoppers react to what the providers brought them.
    fn react(&mut self) {
        let fresh = std::mem::take(&mut stage(&self.shared).fresh);
        for taken in fresh {
            self.totals.messages += 1;
            let n = self.taken.len();
            let cart = self.carts.iter().position(|c| c.title == taken.title);
            self.taken.push(taken);
            let Some(cart) = cart else { continue };
            if self.rng.chance(50) {
                let wait = self.rng.span(&[2 * SECOND, 2 * MINUTE, 3 * HOUR, 30 * HOUR]);
                self.soon(wait, Event::Click(n));
                if self.rng.chance(55) {
                    let (person, nth) = self.owner(cart);
                    let when = self.now() + wait + self.rng.span(&[20 * SECOND, 5 * MINUTE, 4 * HOUR, 4 * DAY]);
                    let mut acts = Vec::new();
                    buy(&mut self.rng, when, nth, &mut acts);
                    acts.into_iter().for_each(|(at, nth, act)| self.at(at, Event::Acts(person, nth, act)));
                }
            }
            if self.taken[n].unsubscribe.is_some() && self.rng.chance(10) {
                let wait = self.rng.span(&[5 * SECOND, HOUR, 30 * HOUR]);
                self.soon(wait, Event::Unsubscribe(n));
            }
        }
    }

    fn owner(&self, cart: usize) -> (usize, usize) {
        *self.cart_of.iter().find(|(_, c)| **c == cart).expect("every cart has an owner").0
    }

    /// A process that runs.
    pub fn any_process(&mut self) -> Option<(usize, Arc<App>)> {
        let running: Vec<usize> = (0..PROCESSES).filter(|n| self.processes[*n].app.is_some()).collect();
        if running.is_empty() {
            return None;
        }
        let n = *self.rng.pick(&running);
        self.processes[n].app.clone().map(|app| (n, app))
    }

    /// What still waits to happen, and when it does; none when nothing does.
    pub fn next(&mut self) -> Option<(Ms, Event)> {
        self.queue.pop_first().map(|((at, _), event)| (at, event))
    }
}
