//! The promises, as a plain model outside of the program: it knows what the platform was told ("acknowledged"), what the shoppers did, and what the providers
//! took, and nothing of the program's own tables.

use super::shoppers::{Meaning, Place};
use super::time::{DAY, HOUR, MINUTE, Ms, SECOND, stamp};
use super::world::{CAP, Limits};
use comeback::domain::event::ChannelKind;
use comeback::domain::experiment::{Arm, arm};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The processes' clocks, and what they clamp by them, are off by less than this.
pub const SLACK: Ms = 3 * MINUTE;
/// An acknowledgement waits for messages that are on their way, this long at least.
pub const FLIGHT: Ms = 2 * SECOND;

/// A cart as the promises see it.
#[derive(Debug, Clone)]
pub struct Known {
    pub begun: Ms,
    pub place: &'static Place,
    /// Every address that was given for it.
    pub addresses: BTreeSet<String>,
}

/// A message as it begins to leave.
#[derive(Debug, Clone)]
pub struct Handing {
    pub title: String,
    pub step: u32,
    pub channel: ChannelKind,
    pub to: String,
    /// What its process takes for the time.
    pub clock: Ms,
    /// How long the provider takes.
    pub hold: Ms,
}

/// Someone's word about being written to.
#[derive(Debug, Clone)]
struct Word {
    who: String,
    channel: ChannelKind,
    yes: bool,
    at: Ms,
}

/// What must hold, and what it is held against.
#[derive(Default)]
pub struct Oracle {
    pub carts: BTreeMap<String, Known>,
    pub campaign: Uuid,
    pub holdout_percent: u8,
    pub paused: bool,
    /// Who is the same person, by what the program must have applied.
    same: Same,
    /// The same, for what is acknowledged and not surely applied.
    waiting: Vec<Vec<String>>,
    bought: BTreeSet<String>,
    orders: Vec<(Ms, Vec<String>)>,
    words: Vec<Word>,
    /// What was ever on the wire, acknowledged or not: it may be known to the program.
    tried: Vec<Word>,
    tried_names: BTreeSet<Vec<String>>,
    suppressed: BTreeSet<(String, &'static str)>,
    taken: BTreeMap<(String, u32), u32>,
    texts: BTreeMap<String, u32>,
    /// When messages to an address were taken.
    got: BTreeMap<String, Vec<Ms>>,
    /// Until when a provider asked to be left alone, as far as the program must know it.
    held: BTreeMap<ChannelKind, Ms>,
    /// The same, heard by a process that may yet die of it.
    heard: Vec<(usize, ChannelKind, Ms)>,
    /// What limits the senders.
    pub limits: Limits,
    /// When mails began to leave, and when they were taken.
    begun: Vec<Ms>,
    mails: Vec<Ms>,
    pub violations: Vec<(&'static str, String)>,
}

/// A union-find over names.
#[derive(Default, Clone)]
pub struct Same(BTreeMap<String, String>);

impl Same {
    pub fn of(&self, name: &str) -> String {
        let mut name = name;
        while let Some(parent) = self.0.get(name) {
            name = parent;
        }
        name.to_owned()
    }

    pub fn unite(&mut self, names: &[String]) {
        for pair in names.windows(2) {
            let (a, b) = (self.of(&pair[0]), self.of(&pair[1]));
            if a != b {
                self.0.insert(a.clone().max(b.clone()), a.min(b));
            }
        }
    }
}

fn cart_name(title: &str) -> String {
    format!("cart:{title}")
}

fn words(meaning: &Meaning) -> Vec<Word> {
    let Some(who) = meaning.identities.first() else { return Vec::new() };
    meaning.consents.iter().map(|(channel, yes, at)| Word { who: who.clone(), channel: *channel, yes: *yes, at: *at }).collect()
}

impl Oracle {
    /// A webhook is on the wire.
    pub fn sent(&mut self, meaning: &Meaning) {
        self.tried.extend(words(meaning));
        let names = meaning.identities.iter().cloned().chain(meaning.cart.as_deref().map(cart_name));
        self.tried_names.insert(names.collect());
    }

    /// A webhook was acknowledged.
    pub fn acknowledged(&mut self, meaning: &Meaning) {
        let mut names = meaning.identities.clone();
        if let Some(at) = meaning.ordered {
            self.orders.push((at, names.clone()));
        }
        match &meaning.cart {
            Some(title) if meaning.ends => {
                self.bought.insert(title.clone());
            }
            Some(title) if !names.is_empty() => names.push(cart_name(title)),
            _ => {}
        }
        if meaning.ordered.is_some() || meaning.cart.is_none() {
            self.same.unite(&names);
        } else {
            self.waiting.push(names);
        }
        self.words.extend(words(meaning));
    }

    /// Everything that was acknowledged up to now is applied.
    pub fn applied(&mut self) {
        for names in std::mem::take(&mut self.waiting) {
            self.same.unite(&names);
        }
    }

    pub fn unsubscribed(&mut self, address: &str, channel: ChannelKind) {
        self.suppressed.insert((address.to_owned(), channel.as_str()));
    }

    /// A provider asks a process to be left alone until then.
    pub fn asks_for_a_pause(&mut self, process: usize, channel: ChannelKind, until: Ms) {
        self.heard.push((process, channel, until));
    }

    /// A process has done what it had in hand, or died of it: what it heard is known to all, or lost.
    pub fn work_is_over(&mut self, process: usize, done: bool) {
        let (mine, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.heard).into_iter().partition(|(of, ..)| *of == process);
        self.heard = others;
        for (_, channel, until) in mine.into_iter().filter(|_| done) {
            let held = self.held.entry(channel).or_default();
            *held = until.max(*held);
        }
    }

    /// The limits of the senders, as a message begins to leave.
    fn is_in_time(&mut self, m: &Handing, about: &str) {
        if self.held.get(&m.channel).is_some_and(|until| m.clock + SLACK < *until) {
            self.violated("none while the provider asked to be left alone", about.to_owned());
        }
        if m.channel != ChannelKind::Email {
            return;
        }
        self.begun.push(m.clock);
        if let Some((hourly, burst)) = self.limits.rate {
            let lately = self.begun.iter().filter(|at| (0..HOUR - 2 * SLACK).contains(&(m.clock - **at))).count();
            if lately > hourly + burst {
                self.violated("no faster than the sender's rate", format!("{about}: {lately} within an hour"));
            }
        }
    }

    fn violated(&mut self, rule: &'static str, what: String) {
        self.violations.push((rule, what));
    }

    /// A message begins to leave.
    pub fn begins(&mut self, m: &Handing) {
        let about = format!("step {} by {} about {} to {}", m.step, m.channel.as_str(), m.title, m.to);
        let Some(cart) = self.carts.get(&m.title).cloned() else { return self.violated("messages are about carts", about) };
        if let Some(why) = self.over(&m.title) {
            self.violated("never after the purchase was acknowledged", format!("{about}: {why}"));
        }
        if !cart.addresses.contains(&m.to) {
            self.violated("only to an address that was given for the cart", about.clone());
        }
        if self.suppressed.contains(&(m.to.clone(), m.channel.as_str())) {
            self.violated("none to whoever unsubscribed", about.clone());
        }
        if let Some(why) = self.not_agreed(&m.title, m.channel) {
            self.violated("none without consent", format!("{about}: {why}"));
        }
        let there = stamp(m.clock).to_zoned(TimeZone::get(cart.place.zone).expect("a zone"));
        if there.hour() >= 21 || there.hour() < 8 {
            self.violated("none in quiet hours where the shopper is", format!("{about}: it is {there}"));
        }
        // Whoever may be the same person has been on one side from their first cart on, whatever their address.
        if self.addresses_of(&m.title).iter().all(|a| arm(self.campaign, a, self.holdout_percent) == Arm::Holdout) {
            self.violated("none to the comparison group", about.clone());
        }
        if self.paused {
            self.violated("none while the campaign is paused", about.clone());
        }
        self.is_in_time(m, &about);
    }

    /// Every address of whoever may have left a cart.
    fn addresses_of(&self, title: &str) -> BTreeSet<&String> {
        let mut all = self.same.clone();
        self.tried_names.iter().for_each(|names| all.unite(names));
        let owner = all.of(&cart_name(title));
        let theirs = self.carts.iter().filter(|(other, _)| all.of(&cart_name(other)) == owner);
        theirs.flat_map(|(_, known)| &known.addresses).collect()
    }

    /// Why a cart's reminders are over, if they are.
    fn over(&self, title: &str) -> Option<String> {
        if self.bought.contains(title) {
            return Some("its own order".into());
        }
        let begun = self.carts.get(title)?.begun;
        let owner = self.same.of(&cart_name(title));
        let theirs = |names: &[String]| names.iter().any(|n| self.same.of(n) == owner);
        let order = self.orders.iter().find(|(at, names)| *at > begun + SLACK && theirs(names))?;
        Some(format!("an order of the same person of {}", stamp(order.0)))
    }

    /// Why a cart's shopper must not be written to, if they mustn't.
    fn not_agreed(&self, title: &str, channel: ChannelKind) -> Option<String> {
        let owner = self.same.of(&cart_name(title));
        let last_no = self.words.iter().filter(|w| !w.yes && w.channel == channel && self.same.of(&w.who) == owner).map(|w| w.at).max();
        // Whoever may be the same person may have said yes for them: what the program knows beyond what was acknowledged is in their favour here.
        let mut all = self.same.clone();
        self.tried_names.iter().for_each(|names| all.unite(names));
        let owner = all.of(&cart_name(title));
        let last_yes = self.tried.iter().filter(|w| w.yes && w.channel == channel && all.of(&w.who) == owner).map(|w| w.at).max();
        match (last_yes, last_no) {
            (None, None) => Some("they never agreed".into()),
            (yes, Some(no)) if yes.is_none_or(|yes| no > yes + SLACK) => Some(format!("they took it back at {}", stamp(no))),
            _ => None,
        }
    }

    /// A provider takes a message.
    pub fn takes(&mut self, m: &Handing) {
        let about = format!("step {} about {}", m.step, m.title);
        let times = self.taken.entry((m.title.clone(), m.step)).or_default();
        *times += 1;
        if *times > 1 {
            self.violated("at most one message per cart and step", about.clone());
        }
        if let Some(most) = self.limits.per_day.filter(|_| m.channel == ChannelKind::Email) {
            self.mails.push(m.clock);
            let lately = self.mails.iter().filter(|at| (**at - m.clock).abs() < DAY - 2 * SLACK && **at <= m.clock).count();
            if lately > most {
                self.violated("no more in a day than the sender may", format!("{about}: {lately} within a day"));
            }
        }
        let within = CAP.1 * HOUR - 2 * SLACK;
        let got = self.got.entry(m.to.clone()).or_default();
        got.push(m.clock);
        if got.iter().filter(|at| (**at - m.clock).abs() < within).count() > CAP.0 as usize {
            self.violated("no more to one address than the store allows", about.clone());
        }
        let nanp = self.carts.get(&m.title).is_some_and(|c| c.place.nanp);
        if m.channel == ChannelKind::Sms && nanp {
            let texts = self.texts.entry(m.title.clone()).or_default();
            *texts += 1;
            if *texts > 1 {
                self.violated("at most one text per cart in North America", about.clone());
            }
        }
        if m.hold <= FLIGHT && self.bought.contains(&m.title) {
            self.violated("an acknowledgement waits for what is on its way", about);
        }
    }

    /// Who is who, at the end.
    pub fn people(&mut self) -> Same {
        self.applied();
        self.same.clone()
    }
}
