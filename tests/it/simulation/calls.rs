//! Calls into the program, one at a time: begun, held up at a provider, gone on with, or dead with their process.

use super::ask;
use super::provider::{Shared, stage};
use super::run::{Event, Run};
use super::time::{HOUR, MINUTE, Ms, SECOND};
use super::trap::Then;
use crate::support::rig;
use comeback::app::ingest::{self, Incoming, IntakeError};
use comeback::app::links::{self, Given, Leads, Opened, Program};
use comeback::app::{App, campaigns, plan, preferences, send};
use comeback::db::Db;
use comeback::domain::event::ChannelKind;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/// A call dies at one of its first so many writes.
const WRITES: u64 = 40;

/// What a worker does in one turn.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    apply: bool,
    plan: bool,
    send: bool,
}

impl Job {
    pub const ALL: Self = Self { apply: true, plan: true, send: true };
}

/// What a call ended with.
pub enum End {
    Accepted(Result<(), IntakeError>),
    Worked(Result<(), String>),
    Clicked(Result<Leads, String>),
    Unsubscribed(Result<(), String>),
    Paused(Result<(), String>),
}

/// What a call is for.
#[derive(Debug, Clone, Copy)]
pub enum For {
    Webhook(usize),
    Work,
    Click(usize),
    Unsubscribe(usize),
    Pause(bool),
}

type Running = Pin<Box<dyn Future<Output = End>>>;

/// A call that is under way.
pub struct Call {
    process: usize,
    purpose: For,
    running: Running,
}

enum Polled {
    Done(Box<End>),
    Parked(Ms),
    Died,
}

impl Run {
    async fn begin(&mut self, process: usize, purpose: For, running: Running) {
        self.call_ids += 1;
        self.go_on(self.call_ids, Call { process, purpose, running }, true).await;
    }

    pub async fn resume(&mut self, id: u64) {
        if let Some(call) = self.calls.remove(&id) {
            self.times.open(id);
            self.go_on(id, call, false).await;
        }
    }

    /// Polls a call until it ends, waits, or dies.
    async fn go_on(&mut self, id: u64, mut call: Call, first: bool) {
        if self.disk_full {
            self.keep_disk_full().await;
        }
        let hold = self.hold(call.purpose);
        self.times.enter(id, hold);
        let deadly = !self.calm && (first || matches!(call.purpose, For::Work)) && self.rng.chance(5);
        if deadly {
            let at = 1 + self.rng.below(1 + self.rng.clone().below(WRITES));
            self.trap.arm(u32::try_from(at).expect("a small number"));
        }
        let (times, trap) = (Arc::clone(&self.times), Arc::clone(&self.trap));
        let polled = std::future::poll_fn(|context| {
            if trap.sprung(context.waker()) {
                return Poll::Ready(Polled::Died);
            }
            match call.running.as_mut().poll(context) {
                Poll::Ready(end) => Poll::Ready(Polled::Done(Box::new(end))),
                Poll::Pending => times.parked().map_or(Poll::Pending, |until| Poll::Ready(Polled::Parked(until))),
            }
        })
        .await;
        self.trap.disarm();
        let held_up = !first && matches!(call.purpose, For::Work);
        match polled {
            Polled::Done(end) => {
                self.ended(call.process, call.purpose, *end).await;
                if held_up {
                    // Whoever comes back late must not undo what others settled meanwhile.
                    self.stays_settled().await;
                }
            }
            Polled::Parked(until) => self.parked(id, call, until),
            Polled::Died => {
                self.totals.deaths += 1;
                let then = if self.engine == "postgres" && self.rng.chance(50) { Then::Cut } else { Then::GoesOn };
                self.line(&format!("process {} dies in the middle of {:?} ({then:?})", call.process, call.purpose));
                let (process, purpose) = (call.process, call.purpose);
                drop(call);
                self.kill(process);
                self.trap.release(then);
                self.sane().await;
                self.dead(purpose);
            }
        }
    }

    /// How long the providers let the messages of this call wait.
    fn hold(&mut self, purpose: For) -> Option<Ms> {
        if self.calm || !matches!(purpose, For::Work) {
            return None;
        }
        match self.rng.below(100) {
            0..14 => Some(self.rng.between(20, 2 * SECOND)),
            14..22 => Some(self.rng.span(&[3 * SECOND, MINUTE, 5 * MINUTE, 2 * HOUR])),
            _ => None,
        }
    }

    fn parked(&mut self, id: u64, call: Call, until: Ms) {
        if matches!(call.purpose, For::Work) {
            self.totals.holds += 1;
            self.line(&format!("process {} waits for its provider, for {} ms", call.process, until - self.now()));
            self.rush(until);
            if self.rng.chance(12) {
                let when = self.rng.between(self.now(), until + 1);
                self.at(when, Event::Crash(call.process));
            }
        }
        self.calls.insert(id, call);
        self.at(until, Event::Resume(id));
    }

    /// One of those who are written to may just be buying.
    fn rush(&mut self, until: Ms) {
        let held = std::mem::take(&mut stage(&self.shared).held);
        if !held.is_empty() && self.rng.chance(35) {
            let title = self.rng.pick(&held).clone();
            let when = self.rng.between(self.now(), self.now() + (until - self.now()).min(SECOND));
            self.at(when, Event::Rush(title));
        }
    }

    /// A process is gone, with everything that it had in hand.
    fn kill(&mut self, process: usize) {
        let dead: Vec<u64> = self.calls.iter().filter(|(_, c)| c.process == process).map(|(id, _)| *id).collect();
        for id in dead {
            if let Some(call) = self.calls.remove(&id) {
                let purpose = call.purpose;
                drop(call);
                self.dead(purpose);
            }
        }
        self.processes[process].app = None;
        stage(&self.shared).oracle.work_is_over(process, false);
        let wait = self.rng.span(&[SECOND, MINUTE, 30 * MINUTE, 8 * HOUR]);
        self.soon(wait, Event::Boot(process));
    }

    /// What those notice who had called.
    fn dead(&mut self, purpose: For) {
        match purpose {
            For::Webhook(n) => self.retry(n),
            For::Click(n) => {
                self.doubtful.insert(n);
            }
            For::Unsubscribe(n) => self.soon(MINUTE, Event::Unsubscribe(n)),
            For::Pause(pause) => self.soon(MINUTE, Event::Pause(pause)),
            For::Work => {}
        }
    }

    /// Until every connection is back, and nothing is open on it. Other programs and tasks are waited for here, never the program under test.
    async fn sane(&self) {
        match &self.place.db {
            Db::Sqlite { .. } => {
                let tx = self.place.db.begin().await.expect("the connection can be used again");
                tx.rollback().await.expect("undone");
            }
            Db::Postgres(pool) => {
                while pool.num_idle() < usize::try_from(pool.size()).expect("few connections")
                    || ask::held_lines(&self.place.witness).await > pool.size()
                {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            }
        }
    }

    pub fn crash(&mut self, process: usize) {
        if !self.calm && self.processes[process].app.is_some() {
            self.totals.deaths += 1;
            self.line(&format!("process {process} is killed"));
            self.kill(process);
        }
    }

    pub fn boot(&mut self, process: usize) {
        if self.processes[process].app.is_none() {
            self.line(&format!("process {process} starts"));
            self.processes[process].boot(process, &self.place, (&self.shared, &self.times));
            self.soon(SECOND, Event::Work(process, Job::ALL, true));
        }
    }

    pub async fn deliver(&mut self, n: usize) {
        let lost = !self.calm && self.rng.chance(2);
        let Some((process, app)) = self.any_process().filter(|_| !lost) else { return self.retry(n) };
        let webhook = &self.webhooks[n];
        stage(&self.shared).oracle.sent(&webhook.meaning);
        self.line(&format!("{} {} to process {process}", webhook.key, webhook.topic));
        let body = webhook.body.clone().into_bytes();
        let headers = rig::headers(webhook.topic, &webhook.key, &self.shop.domain, &body);
        let incoming = Incoming { platform: "shopify".into(), shop: None, headers, body };
        let running = Box::pin(async move { End::Accepted(ingest::accept(&app, incoming).await) });
        self.begin(process, For::Webhook(n), running).await;
    }

    pub async fn work(&mut self, process: usize, job: Job, again: bool) {
        let Some(app) = self.processes[process].app.clone() else { return };
        if again {
            let wait = self.rng.span(&[30 * SECOND, 4 * MINUTE, 15 * MINUTE, 40 * MINUTE]);
            let next = Job { apply: self.rng.chance(80), plan: self.rng.chance(80), send: self.rng.chance(80) };
            self.soon(wait, Event::Work(process, next, true));
        }
        if self.calls.values().any(|c| c.process == process && matches!(c.purpose, For::Work)) {
            return;
        }
        let shared = Arc::clone(&self.shared);
        self.begin(process, For::Work, Box::pin(async move { End::Worked(turn(&app, job, &shared).await) })).await;
    }

    pub async fn click(&mut self, n: usize) {
        let Some((process, app)) = self.any_process() else { return };
        let taken = self.taken[n].clone();
        self.line(&format!("a click on step {} about {}", taken.step, taken.title));
        let running = Box::pin(async move {
            let link = if taken.channel == ChannelKind::Email { Given::Token(&taken.link) } else { Given::Code(&taken.link) };
            let opened = Opened { link, by: Program::named(BROWSER) };
            End::Clicked(links::open(&app, &opened).await.map_err(|e| e.to_string()))
        });
        self.begin(process, For::Click(n), running).await;
    }

    pub async fn unsubscribe(&mut self, n: usize) {
        let Some((process, app)) = self.any_process() else { return self.soon(MINUTE, Event::Unsubscribe(n)) };
        let taken = self.taken[n].clone();
        self.line(&format!("{} unsubscribes", taken.to));
        let token = taken.unsubscribe.unwrap_or_default();
        let running = Box::pin(async move {
            let about = preferences::about(&app, &token).await.map_err(|e| e.to_string());
            let done = match about {
                Ok(about) => preferences::unsubscribe(&app, &about, false, "simulation").await.map_err(|e| e.to_string()),
                Err(problem) => Err(problem),
            };
            End::Unsubscribed(done)
        });
        self.begin(process, For::Unsubscribe(n), running).await;
    }

    pub async fn pause(&mut self, pause: bool) {
        let Some((process, app)) = self.any_process() else { return self.soon(MINUTE, Event::Pause(pause)) };
        let (shop, campaign) = (self.shop.id, self.campaign);
        let act = if pause { campaigns::Act::Pause } else { campaigns::Act::Resume };
        if !pause {
            stage(&self.shared).oracle.paused = false;
        }
        self.line(if pause { "the merchant pauses the campaign" } else { "the merchant resumes the campaign" });
        let running = Box::pin(async move {
            End::Paused(campaigns::act(&app, shop, campaign, act, "simulation").await.map(drop).map_err(|e| format!("{e:?}")))
        });
        self.begin(process, For::Pause(pause), running).await;
    }

    async fn ended(&mut self, process: usize, purpose: For, end: End) {
        if let End::Worked(worked) = &end {
            stage(&self.shared).oracle.work_is_over(process, worked.is_ok());
        }
        match (purpose, end) {
            (For::Webhook(n), End::Accepted(answer)) => self.answered(process, n, answer).await,
            (For::Work, End::Worked(Err(problem))) => self.failed("work is done", &problem),
            (For::Click(n), End::Clicked(Ok(Leads::To(_) | Leads::Nowhere(links::DeadEnd::Bought, _)))) if !self.disk_full => {
                let skew = self.processes[process].clock.skew.load(Ordering::Relaxed);
                self.clicks.push((n, self.now() + skew));
            }
            (For::Click(n), End::Clicked(_)) => {
                self.doubtful.insert(n);
            }
            (For::Unsubscribe(n), End::Unsubscribed(Ok(()))) => {
                let taken = self.taken[n].clone();
                stage(&self.shared).oracle.unsubscribed(&taken.to, taken.channel);
                self.unsubscribed.insert(taken.title);
            }
            (For::Unsubscribe(n), End::Unsubscribed(Err(problem))) => {
                self.failed("an unsubscription counts", &problem);
                self.soon(10 * MINUTE, Event::Unsubscribe(n));
            }
            (For::Pause(true), End::Paused(Ok(()))) => stage(&self.shared).oracle.paused = true,
            (For::Pause(pause), End::Paused(Err(problem))) => {
                self.failed("a campaign is paused and resumed", &problem);
                self.soon(10 * MINUTE, Event::Pause(pause));
            }
            _ => {}
        }
    }

    /// Something failed: it must have had a reason.
    fn failed(&mut self, rule: &str, problem: &str) {
        self.totals.refusals += 1;
        self.line(&format!("failed: {problem}"));
        if !self.disk_full {
            self.breaks(rule, problem);
        }
    }

    async fn answered(&mut self, process: usize, n: usize, answer: Result<(), IntakeError>) {
        self.totals.deliveries += 1;
        match answer {
            Ok(()) if !self.calm && self.rng.chance(2) => {
                self.line("the answer is lost");
                self.retry(n);
            }
            Ok(()) => {
                self.line(&format!("{} is acknowledged", self.webhooks[n].key));
                self.webhooks[n].acknowledged = true;
                self.acknowledged.insert(self.webhooks[n].key.clone(), n);
                let meaning = self.webhooks[n].meaning.clone();
                stage(&self.shared).oracle.acknowledged(&meaning);
                self.is_stored(n).await;
                if self.rng.chance(60) {
                    let wait = self.rng.between(20, 15 * SECOND);
                    // Applying and sending are two workers: either may be the first to wake.
                    let apply = self.rng.chance(65);
                    let job = Job { apply, plan: false, send: !apply || self.rng.chance(30) };
                    self.soon(wait, Event::Work(process, job, false));
                }
                if !self.calm && self.rng.chance(15) {
                    let wait = self.rng.span(&[SECOND, HOUR, 48 * HOUR]);
                    self.soon(wait, Event::Deliver(n));
                }
            }
            Err(IntakeError::Unavailable(problem)) => {
                // How long a commit may take is the one thing that the system's clock says: a machine that is too busy is no broken promise.
                if !problem.contains("takes too long") {
                    self.failed("what can be stored is accepted", &problem);
                }
                self.retry(n);
            }
            Err(problem) => self.breaks("what the platform signed is accepted", &problem.to_string()),
        }
    }
}

/// One turn of a worker.
async fn turn(app: &App, job: Job, shared: &Shared) -> Result<(), String> {
    let text = |e: comeback::app::AppError| e.to_string();
    let mut done = Ok(());
    if job.apply {
        match ingest::apply_due(app).await {
            Ok(_) => stage(shared).oracle.applied(),
            Err(problem) => done = Err(text(problem)),
        }
    }
    if job.plan {
        done = done.and(plan::plan_due(app).await.map(drop).map_err(text));
        done = done.and(plan::give_up_old(app).await.map(drop).map_err(text));
    }
    if job.send {
        done = done.and(send::send_due(app).await.map(drop).map_err(text));
    }
    done
}
