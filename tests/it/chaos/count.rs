//! Counting afterwards: what was acknowledged, what was accepted by the mail server, and what the database says, held against each other.

use super::shoppers::{Ack, Street, Visit};
use super::table::Row;
use super::world::{DELAYS, World};
use crate::support::smtp::Received;
use comeback::db::Db;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// By then nothing is left to do.
const REST_WAIT: Duration = Duration::from_secs(180);
/// An acknowledgement that took this long has waited for a message in flight as long as it ever does.
const WAITED_OUT: Duration = Duration::from_millis(2400);

/// What a scenario came to: its line in the table, and what must not be.
pub struct Findings {
    pub row: Row,
    pub wrong: Vec<String>,
}

/// Reads on whichever engine.
macro_rules! rows {
    ($db:expr, $sql:expr) => {
        match $db {
            Db::Sqlite { read, .. } => sqlx::query_as($sql).fetch_all(read).await,
            Db::Postgres(pool) => sqlx::query_as($sql).fetch_all(pool).await,
        }
    };
}

/// What the database says of one nudge.
struct Nudge {
    cart: Uuid,
    step: i64,
    state: String,
    rule: String,
    /// When it was decided to send it, in milliseconds.
    decided_ms: Vec<i64>,
}

struct Stored {
    /// Bodies by the platform's id of the delivery.
    deliveries: HashMap<String, Vec<u8>>,
    nudges: HashMap<Uuid, Nudge>,
    /// Carts by their checkout's token.
    carts: HashMap<String, Uuid>,
}

/// Waits until nothing waits: deliveries are applied, carts planned, messages sent or given up. The program's own canary has time until its second message.
pub async fn rest(world: &World) -> Result<(), String> {
    const SQL: &str = "SELECT (SELECT COUNT(*) FROM deliveries WHERE state = 'pending'),
        (SELECT COUNT(*) FROM nudges WHERE state = 'scheduled' AND shop_id IN (SELECT id FROM shops WHERE canary_of IS NULL)),
        (SELECT COUNT(*) FROM nudges WHERE state = 'sending'),
        (SELECT COUNT(*) FROM carts WHERE state = 'open' AND shop_id IN (SELECT id FROM shops WHERE canary_of IS NULL))";
    let db = Db::connect(&world.place.url).await.map_err(|e| e.to_string())?;
    let begin = Instant::now();
    loop {
        let found: Result<Vec<(i64, i64, i64, i64)>, _> = rows!(&db, SQL);
        let left = found.map_err(|e| e.to_string())?;
        if left == [(0, 0, 0, 0)] {
            db.close().await;
            return Ok(());
        }
        if begin.elapsed() > REST_WAIT {
            return Err(format!("(deliveries pending, nudges scheduled, nudges sending, carts open) = {left:?} after {REST_WAIT:?}"));
        }
        sleep(Duration::from_millis(100)).await;
    }
}

async fn stored(world: &World) -> Stored {
    let db = Db::connect(&world.place.url).await.expect("the database");
    let deliveries: Vec<(String, Vec<u8>)> = rows!(&db, "SELECT delivery_key, body FROM deliveries").expect("deliveries");
    let nudges: Vec<(Uuid, Uuid, i64, String, Option<String>)> =
        rows!(&db, "SELECT id, cart_id, step, state, reason FROM nudges WHERE shop_id IN (SELECT id FROM shops WHERE canary_of IS NULL)")
            .expect("nudges");
    let decided: Vec<(Uuid, i64)> =
        rows!(&db, "SELECT nudge_id, at FROM decisions WHERE outcome = 'send' AND nudge_id IS NOT NULL").expect("decisions");
    let carts: Vec<(String, Uuid)> = rows!(&db, "SELECT token, cart_id FROM cart_tokens").expect("tokens");
    db.close().await;
    let nudge = |(id, cart, step, state, rule): (Uuid, Uuid, i64, String, Option<String>)| {
        (id, Nudge { cart, step, state, rule: rule.unwrap_or_default(), decided_ms: Vec::new() })
    };
    let mut nudges: HashMap<Uuid, Nudge> = nudges.into_iter().map(nudge).collect();
    for (id, at) in decided {
        if let Some(nudge) = nudges.get_mut(&id) {
            nudge.decided_ms.push(at);
        }
    }
    Stored { deliveries: deliveries.into_iter().collect(), nudges, carts: carts.into_iter().collect() }
}

/// Holds everything against everything. The processes have ended.
pub async fn count(world: &World, street: &Street, mut row: Row) -> Findings {
    let stored = stored(world).await;
    let acks = street.ledger.acks.lock().expect("acks").clone();
    let visits = street.ledger.visits.lock().expect("visits");
    let mut wrong = street.ledger.odd.lock().expect("odd").clone();
    row.engine = world.place.engine;
    row.deliveries = acks.len();
    row.repeats = street.ledger.repeats.load(Ordering::Relaxed);
    row.refused = street.ledger.refused.load(Ordering::Relaxed);
    count_deliveries(&stored, &acks, &mut row, &mut wrong);
    let messages = world.smtp.messages();
    row.messages = messages.len();
    let counter = Counter { world, stored: &stored, acks: &acks, visits: &visits };
    let sent = counter.messages(&messages, &mut row, &mut wrong);
    counter.nudges(&sent, &mut row, &mut wrong);
    let log = std::fs::read_to_string(world.place.folder.join("log")).unwrap_or_default();
    row.fenced = log.matches("was not recorded").count() + log.matches("left unsaid").count();
    wrong.extend(log.lines().filter(|l| l.contains("panicked")).map(str::to_owned));
    verify(world, &mut wrong);
    Findings { row, wrong }
}

/// What the program says of itself.
fn verify(world: &World, wrong: &mut Vec<String>) {
    let (code, said) = world.ask(&["verify"]);
    if code != Some(0) || !said.starts_with("Every invariant holds") {
        wrong.push(format!("verify ends with {code:?}: {said}"));
    }
}

fn count_deliveries(stored: &Stored, acks: &HashMap<String, Ack>, row: &mut Row, wrong: &mut Vec<String>) {
    for (key, ack) in acks {
        let kept = stored.deliveries.get(key);
        if kept.is_none_or(|body| body != ack.body.as_bytes()) {
            row.lost += 1;
            let how = if kept.is_none() { "is not there" } else { "is another than was sent" };
            wrong.push(format!("delivery {key} was acknowledged and {how}"));
        }
    }
}

struct Counter<'a> {
    world: &'a World,
    stored: &'a Stored,
    acks: &'a HashMap<String, Ack>,
    visits: &'a [Visit],
}

impl Counter<'_> {
    /// Looks at every message that the mail server took. How many there were of each nudge.
    fn messages(&self, messages: &[Received], row: &mut Row, wrong: &mut Vec<String>) -> HashMap<Uuid, usize> {
        let orders: HashMap<&str, &Ack> =
            self.visits.iter().filter_map(|v| Some((v.tag.as_str(), self.acks.get(v.order_key.as_ref()?)?))).collect();
        let mut of_nudge: HashMap<Uuid, usize> = HashMap::new();
        let mut of_step: HashSet<(String, i64)> = HashSet::new();
        for message in messages {
            let (id, tag) = (nudge_of(message), tag_of(message));
            let Some((id, nudge)) = id.and_then(|id| Some((id, self.stored.nudges.get(&id)?))) else {
                wrong.push(format!("a message for {tag} is of no nudge that is known"));
                continue;
            };
            *of_nudge.entry(id).or_default() += 1;
            if of_nudge[&id] > 1 || !of_step.insert((tag.clone(), nudge.step)) {
                row.twice += 1;
                wrong.push(format!("step {} was sent to {tag} twice (nudge {id}, {})", nudge.step, nudge.state));
            }
            let begun_ms = self.world.wall_ms(message.begun);
            let decided = nudge.decided_ms.iter().copied().filter(|at| *at <= begun_ms).max();
            let lease_ms = i64::try_from(self.world.lease.as_millis()).expect("a short lease");
            let in_time = decided.is_some_and(|at| begun_ms <= at + lease_ms);
            if !in_time {
                row.late += 1;
                wrong.push(format!(
                    "{tag}, step {}: handed over at {begun_ms}, its lease is of {decided:?} (nudge {id}, {})",
                    nudge.step, nudge.state
                ));
            }
            let Some(order) = orders.get(tag.as_str()).filter(|order| message.begun > order.at) else { continue };
            // The one exception: the order's acknowledgement has waited for it as long as the platform lets it, and it was claimed before.
            if in_time && order.took >= WAITED_OUT && decided.is_some_and(|at| at <= self.world.wall_ms(order.at)) {
                row.overtaken += 1;
                continue;
            }
            row.after_purchase += 1;
            wrong.push(format!(
                "{tag}, step {}: handed over {:?} after its order was acknowledged (nudge {id})",
                nudge.step,
                message.begun - order.at
            ));
        }
        of_nudge
    }

    /// Looks at every nudge: what it says must fit what the mail server took, and nobody may be forgotten.
    fn nudges(&self, sent: &HashMap<Uuid, usize>, row: &mut Row, wrong: &mut Vec<String>) {
        let mut planned: HashMap<Uuid, HashSet<i64>> = HashMap::new();
        for (id, nudge) in &self.stored.nudges {
            planned.entry(nudge.cart).or_default().insert(nudge.step);
            let taken = sent.get(id).copied().unwrap_or_default();
            let fits = match nudge.state.as_str() {
                "sent" => taken == 1,
                "unknown" => {
                    row.unknown += 1;
                    row.unknown_taken += taken;
                    taken <= 1
                }
                "cancelled" => {
                    row.cancelled += 1;
                    taken == 0
                }
                _ => false,
            };
            if !fits {
                wrong.push(format!("nudge {id} is {} ({}), and {taken} messages of it were taken", nudge.state, nudge.rule));
            }
        }
        let unbought = self.visits.iter().filter(|v| v.order_key.is_none());
        for visit in unbought {
            let steps = self.stored.carts.get(&visit.checkout_token).and_then(|cart| planned.get(cart)).map_or(0, HashSet::len);
            if steps != DELAYS.len() {
                row.forgotten += 1;
                wrong.push(format!("{} has left, and {steps} messages were planned", visit.tag));
            }
        }
        for (id, nudge) in self.stored.nudges.iter().filter(|(_, n)| n.state == "cancelled" && n.rule != "purchased") {
            wrong.push(format!("nudge {id} was cancelled for a reason that none of these shoppers gave: {}", nudge.rule));
        }
    }
}

/// The nudge that a message's id names.
fn nudge_of(message: &Received) -> Option<Uuid> {
    let text = String::from_utf8_lossy(&message.data);
    let line = text.lines().find(|l| l.to_ascii_lowercase().starts_with("message-id:"))?;
    line.split_once('<')?.1.split_once('@')?.0.parse().ok()
}

/// The shopper whose things a message is about; they must be the one who gets it.
fn tag_of(message: &Received) -> String {
    let text = String::from_utf8_lossy(&message.data).replace("=\r\n", "");
    let tag = text.split_once("Hat zq").map(|(_, rest)| format!("zq{}", rest.chars().take_while(char::is_ascii_digit).collect::<String>()));
    let to = message.to.first().and_then(|to| to.split_once('@')).map(|(tag, _)| tag.to_owned());
    match (tag, to) {
        (Some(tag), Some(to)) if tag == to => tag,
        other => format!("somebody else's things: {other:?}"),
    }
}

/// The longest time from a start to the first message after it, among the starts that lived to see one.
pub fn longest_recovery(world: &World, starts: &[Instant]) -> Option<Duration> {
    let mut begun: Vec<Instant> = world.smtp.messages().iter().map(|m| m.begun).collect();
    begun.sort_unstable();
    let first_after = |start: &Instant, next: Option<&Instant>| {
        let first = *begun.get(begun.partition_point(|at| at < start))?;
        next.is_none_or(|next| first < *next).then(|| first - *start)
    };
    starts.iter().enumerate().filter_map(|(i, start)| first_after(start, starts.get(i + 1))).max()
}
