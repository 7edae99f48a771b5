//! Providers with a truth of their own: what they took, whatever they answered.

use super::oracle::{Handing, Oracle};
use super::rng::{hash, hash_text};
use super::time::{HOUR, Ms, SECOND, SimClock, Times};
use super::trace::Trace;
use async_trait::async_trait;
use comeback::channels::{Channel, Fault, Holds, Message, Outcome};
use comeback::clock::Clock as _;
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// What a provider took, for those who react to it.
#[derive(Debug, Clone)]
pub struct Taken {
    pub title: String,
    pub step: u32,
    pub channel: ChannelKind,
    pub to: String,
    /// Back to the cart: a token, or a short code.
    pub link: String,
    /// Out of the list, in mails.
    pub unsubscribe: Option<String>,
}

/// What everybody in one simulation shares.
pub struct Stage {
    pub oracle: Oracle,
    pub trace: Trace,
    /// Taken since the driver last looked.
    pub fresh: Vec<Taken>,
    /// By the program's key: what the provider knows of it.
    pub known: BTreeMap<String, Fate>,
    attempts: BTreeMap<(String, u32), u64>,
    /// Providers have no faults any more.
    pub kind: bool,
    pub seed: u64,
    pub unknown: u64,
    /// Of which carts messages were held up since the driver last looked.
    pub held: Vec<String>,
}

/// What a provider knows of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fate {
    pub attempts: u32,
    pub taken: u32,
    pub refused: bool,
}

pub type Shared = Arc<Mutex<Stage>>;

impl Stage {
    pub fn new(seed: u64) -> Shared {
        Arc::new(Mutex::new(Self {
            oracle: Oracle::default(),
            trace: Trace::default(),
            fresh: Vec::new(),
            known: BTreeMap::new(),
            attempts: BTreeMap::new(),
            kind: false,
            seed,
            unknown: 0,
            held: Vec::new(),
        }))
    }
}

pub fn stage(shared: &Shared) -> MutexGuard<'_, Stage> {
    shared.lock().expect("nobody panics on the stage")
}

/// A provider as one process sees it.
pub struct Provider {
    pub kind: ChannelKind,
    pub process: usize,
    pub shared: Shared,
    pub times: Arc<Times>,
    pub clock: Arc<SimClock>,
}

/// What will become of an attempt.
#[derive(Debug, Clone)]
struct Plan {
    takes: bool,
    outcome: Outcome,
}

fn plan(dice: u64) -> Plan {
    let taken = Outcome::Accepted { provider_id: Some("sim".into()) };
    let refused = |fault| Outcome::Refused { reason: "550 no".into(), fault };
    let lost = Outcome::Unknown { reason: "no answer".into() };
    let later = |after| Outcome::held("429 slow down", after);
    let (takes, outcome) = match dice % 100 {
        0..72 => (true, taken),
        72..77 => (false, later(None)),
        77..82 => (false, later(Some(SignedDuration::from_millis((10 * SECOND).max(Ms::try_from(dice % 7_200_000).unwrap_or(HOUR)))))),
        82..84 => (false, refused(Fault::Content)),
        84..86 => (false, refused(Fault::Recipient)),
        86 => (false, refused(Fault::OptedOut)),
        87..90 => (false, refused(Fault::Sender)),
        90..96 => (true, lost),
        _ => (false, lost),
    };
    Plan { takes, outcome }
}

/// A message that has begun to leave. Where its process dies first, the provider may have it all the same.
struct Flight {
    shared: Shared,
    handing: Handing,
    key: String,
    taken: Taken,
    plan: Plan,
    dice: u64,
    over: bool,
}

impl Flight {
    fn take(&mut self) {
        let mut stage = stage(&self.shared);
        stage.trace.line(&format!("provider takes step {} about {}", self.handing.step, self.handing.title));
        stage.oracle.takes(&self.handing);
        stage.known.entry(self.key.clone()).or_default().taken += 1;
        let taken = self.taken.clone();
        stage.fresh.push(taken);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let early = self.dice & (1 << 40) != 0;
        if !self.over && self.plan.takes && !early && self.dice & (1 << 41) != 0 {
            self.take();
        }
    }
}

#[async_trait]
impl Channel for Provider {
    fn name(&self) -> &'static str {
        "simulated"
    }

    fn kind(&self) -> ChannelKind {
        self.kind
    }

    async fn send(&self, message: &Message) -> Outcome {
        let mut flight = self.begin(message);
        let early = flight.dice & (1 << 40) != 0;
        if flight.plan.takes && early {
            flight.take();
        }
        self.times.gate().await;
        flight.over = true;
        if flight.plan.takes && !early {
            flight.take();
        }
        if let Outcome::TryLater { after: Some(after), holds: Holds::Channel, .. } = &flight.plan.outcome {
            let until = self.clock.now().as_millisecond() + Ms::try_from(after.as_millis()).expect("a pause");
            stage(&self.shared).oracle.asks_for_a_pause(self.process, self.kind, until);
        }
        flight.plan.outcome.clone()
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Provider {
    fn begin(&self, message: &Message) -> Flight {
        let (key, to, text, unsubscribe) = match message {
            Message::Email(m) => {
                (m.key.clone(), m.to.as_str().to_owned(), m.text.clone(), m.unsubscribe_url.as_deref().map(|url| after(url, "/u/")))
            }
            Message::Sms(m) => (m.key.clone(), m.to.as_str().to_owned(), m.body.clone(), None),
            Message::WhatsApp(_) => panic!("no campaign of the simulation sends by WhatsApp"),
        };
        let title = text.split_whitespace().find(|w| w.starts_with("Lamp-")).unwrap_or("nothing").to_owned();
        let step = text.split_whitespace().find_map(|w| w.strip_prefix("STEP")).and_then(|n| n.parse().ok()).unwrap_or(0);
        let link = after(&text, if self.kind == ChannelKind::Email { "/r/" } else { "/s/" });
        let hold = self.times.hold().unwrap_or(0);
        let clock = self.clock.now().as_millisecond();
        let handing = Handing { title: title.clone(), step, channel: self.kind, to: to.clone(), clock, hold };
        let mut stage = stage(&self.shared);
        let attempt = stage.attempts.entry((title.clone(), step)).or_default();
        *attempt += 1;
        let dice = hash(&[stage.seed, hash_text(&title), u64::from(step), stage.attempts[&(title.clone(), step)]]);
        let plan = if stage.kind { Plan { takes: true, ..plan(0) } } else { plan(dice) };
        stage.trace.line(&format!("process {} hands over step {step} about {title} ({})", self.process, said(&plan)));
        stage.oracle.begins(&handing);
        if hold > 0 {
            stage.held.push(title.clone());
        }
        stage.unknown += u64::from(matches!(plan.outcome, Outcome::Unknown { .. }));
        let fate = stage.known.entry(key.clone()).or_default();
        fate.attempts += 1;
        fate.refused |= matches!(&plan.outcome, Outcome::Refused { fault, .. } if *fault != Fault::Sender);
        drop(stage);
        let taken = Taken { title, step, channel: self.kind, to, link, unsubscribe };
        Flight { shared: Arc::clone(&self.shared), handing, key, taken, plan, dice, over: false }
    }
}

fn said(plan: &Plan) -> &'static str {
    match (&plan.outcome, plan.takes) {
        (Outcome::Accepted { .. }, _) => "taken",
        (Outcome::Refused { .. }, _) => "refused",
        (Outcome::TryLater { .. }, _) => "later",
        (Outcome::Unknown { .. }, true) => "taken, and the answer is lost",
        (Outcome::Unknown { .. }, false) => "lost on the way",
    }
}

/// The token that follows `path`.
fn after(text: &str, path: &str) -> String {
    let rest = text.split_once(path).map_or("", |(_, rest)| rest);
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect::<String>().trim_end_matches('.').to_owned()
}
