//! The world before its first step: a database, a shop, its campaign, and the processes of the program.

use super::provider::{Provider, Shared, stage};
use super::rng::hash;
use super::time::{SimClock, Times};
use crate::support::postgres;
use crate::support::proxy::Held;
use crate::support::rig::{TestRandom, new_shop};
use comeback::app::{App, Parts, campaigns, policies, shops, templates};
use comeback::channels::Channel;
use comeback::clock::Clock;
use comeback::config::Config;
use comeback::db::Db;
use comeback::db::shops::Shop;
use comeback::domain::campaign::{After, CampaignSpec, Fallback, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::CampaignId;
use comeback::domain::policy::{Cap, Policy};
use comeback::domain::template::TemplateSource;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;

/// How many of a hundred shoppers are left alone.
pub const HOLDOUT_PERCENT: u8 = 15;

/// How the connections that can be cut call themselves.
pub const HELD_LINE: &str = "held";

/// Where a simulation's rows live, and what is to be cleared away after it.
pub struct Place {
    pub db: Db,
    /// Another connection to the same rows, which sees what is committed and nothing else.
    pub witness: Db,
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

/// An empty, migrated database.
pub async fn place(engine: &str, trap: &Arc<super::trap::Trap>) -> Place {
    if engine == "sqlite" {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder");
        let url = format!("sqlite://{}/simulation.db", folder.path().display());
        let db = Db::connect(&url).await.expect("a database");
        db.migrate().await.expect("migrated");
        trap.watch(&db).await;
        return Place { witness: db.clone(), db, url, _folder: Some(folder) };
    }
    let url = postgres::database();
    let witness = Db::connect(&url).await.expect("a database");
    witness.migrate().await.expect("migrated");
    let trap = Arc::clone(trap);
    let line = Held::to(&url, move || trap.write() == super::trap::Then::GoesOn);
    // One connection, so that it is the same one in every run of a seed.
    let options = PgConnectOptions::from_str(&line.url).expect("a URL").application_name(HELD_LINE);
    let pool = PgPoolOptions::new().max_connections(1).test_before_acquire(false).connect_with(options).await.expect("a pool");
    Place { db: Db::Postgres(pool), witness, url: line.url, _folder: None }
}

/// One process of the program; gone while it is down.
pub struct Process {
    pub app: Option<Arc<App>>,
    pub clock: Arc<SimClock>,
    boots: u64,
}

impl Process {
    pub fn new(times: &Arc<Times>) -> Self {
        Self { app: None, clock: SimClock::new(times, 0), boots: 0 }
    }

    /// Starts it.
    pub fn boot(&mut self, n: usize, place: &Place, (shared, times): (&Shared, &Arc<Times>)) {
        self.boots += 1;
        let limits = limits(stage(shared).seed);
        let settings = limits.settings().into_iter().chain([("COMEBACK_DATABASE__URL".to_owned(), place.url.clone())]);
        let config = Config::from_parts(None, settings).expect("settings");
        let clock: Arc<dyn Clock> = self.clock.clone();
        let seed = hash(&[stage(shared).seed, n as u64, self.boots]);
        let channel = |kind| -> Arc<dyn Channel> {
            Arc::new(Provider { kind, process: n, shared: Arc::clone(shared), times: Arc::clone(times), clock: self.clock.clone() })
        };
        let channels = vec![channel(ChannelKind::Email), channel(ChannelKind::Sms)];
        let parts = Parts { db: place.db.clone(), clock, random: TestRandom::seeded(seed), config, master_key: [7; 32], channels };
        self.app = Some(Arc::new(App::new(parts)));
    }
}

/// What limits the senders in a simulation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Mails in an hour, and at once.
    pub rate: Option<(usize, usize)>,
    /// Mails in any 24 hours.
    pub per_day: Option<usize>,
}

/// Some seeds have limits, and some have none.
pub fn limits(seed: u64) -> Limits {
    match seed % 4 {
        1 => Limits { rate: Some((12, 3)), per_day: None },
        2 => Limits { rate: None, per_day: Some(8) },
        _ => Limits::default(),
    }
}

impl Limits {
    fn settings(self) -> Vec<(String, String)> {
        let rate = self.rate.map(|(hourly, burst)| ("COMEBACK_SENDING__EMAIL_RATE".to_owned(), format!("{hourly}/h burst {burst}")));
        let per_day = self.per_day.map(|most| ("COMEBACK_SENDING__EMAIL_PER_DAY".to_owned(), most.to_string()));
        rate.into_iter().chain(per_day).collect()
    }
}

/// A mail after an hour; a text after four, or a mail where that can't be; a mail three hours after that; a text after thirty.
fn spec() -> CampaignSpec {
    let step = |hours, channel, template: &str| Step::new(Length::hours(hours), channel, template);
    let instead = Fallback { channel: ChannelKind::Email, template: "sim-2".into() };
    CampaignSpec {
        holdout_percent: HOLDOUT_PERCENT,
        steps: vec![
            step(1, ChannelKind::Email, "sim-1"),
            Step { fallback: Some(instead), ..step(4, ChannelKind::Sms, "sim-2") },
            Step { after: After::PreviousSend, ..step(3, ChannelKind::Email, "sim-3") },
            step(30, ChannelKind::Sms, "sim-4"),
        ],
        ..CampaignSpec::starter()
    }
}

/// How often one address may be written to.
pub const CAP: (u32, i64) = (2, 10);

fn policy() -> Policy {
    Policy { caps: vec![Cap { channel: None, max: CAP.0, within: Length::hours(CAP.1) }], ..Policy::default() }
}

/// Every step has words of its own, so that the message says which it is.
fn source(step: usize, channel: ChannelKind) -> TemplateSource {
    let things = "{% for item in cart.items %} {{ item.title }} {% endfor %}";
    match channel {
        ChannelKind::Email => TemplateSource {
            subject: "Still there".into(),
            body: format!(
                "<mjml><mj-body><mj-section><mj-column><mj-text>STEP{step} {things} <a href=\"{{{{ link }}}}\">back</a> \
                 <a href=\"{{{{ unsubscribe_url }}}}\">no more</a></mj-text></mj-column></mj-section></mj-body></mjml>"
            ),
            text: Some(format!("STEP{step} {things} {{{{ link }}}} or {{{{ unsubscribe_url }}}} .")),
        },
        ChannelKind::Sms | ChannelKind::WhatsApp => TemplateSource {
            subject: String::new(),
            body: format!("{{{{ shop.name }}}}: STEP{step} {things} {{{{ link }}}} Reply STOP to opt out"),
            text: None,
        },
    }
}

/// The shop and its campaign, at work.
pub async fn furnish(app: &App) -> (Shop, CampaignId) {
    let shop = shops::add(app, new_shop("acme.myshopify.com"), "simulation").await.expect("a shop");
    let spec = spec();
    for (n, step) in spec.steps.iter().enumerate() {
        for (_, channel, template) in step.messages() {
            let new = templates::NewTemplate { key: template.to_owned(), channel, language: "en".into(), source: source(n + 1, channel) };
            if let Err(fault) = templates::create(app, shop.id, &new, "simulation").await {
                panic!("{template}: {fault:?}");
            }
        }
    }
    let by = policies::By { actor: "simulation", is_owner: true };
    policies::set(app, shop.id, policy(), by).await.expect("a policy");
    let made = campaigns::create(app, shop.id, spec, "simulation").await.expect("a campaign");
    campaigns::act(app, shop.id, made.id, campaigns::Act::Publish, "simulation").await.expect("published");
    (shop, made.id)
}
