//! A shop in a small world: the real program on a real database, a clock that is moved, and channels that remember.

use super::heard::assert_understood;
use super::postgres;
use async_trait::async_trait;
use comeback::app::campaigns::moving;
use comeback::app::ingest::{self, Incoming, IntakeError};
use comeback::app::shops::NewShop;
use comeback::app::{
    self, App, Parts, campaigns, discounts, journeys, lift, money, plan, recompute, reconcile, rollups, send, service, shops,
};
use comeback::channels::{Callback, Channel, Heard, Message, Outcome, Unheard};
use comeback::clock::{Clock, Random};
use comeback::config::Config;
use comeback::db::Db;
use comeback::db::lists::{CartFilter, ListedCart, ListedNudge, NudgeFilter};
use comeback::db::shops::Shop;
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::CampaignId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// With which the stories' provider signs what it tells.
pub const OUTBOX_SIGNATURE: &str = "of the outbox";
/// The secret with which the stories' platform signs.
pub const SECRET: &str = "shpss_of_the_stories";
/// Noon in New York, on a Wednesday: nobody's quiet time.
pub const BEGIN: &str = "2026-07-01T16:00:00Z";
/// Time passes in steps of at most this.
const STEP: SignedDuration = SignedDuration::from_mins(30);
/// A world in which this many rounds bring no rest has a loop.
const ROUNDS_MAX: usize = 50;

/// A clock that stands until it is moved.
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    pub fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(text.parse().expect("an instant"))))
    }

    pub fn advance(&self, by: SignedDuration) {
        *self.0.lock().expect("clock") += by;
    }

    pub fn set(&self, to: Timestamp) {
        *self.0.lock().expect("clock") = to;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("clock")
    }
}

/// Chance that comes out the same on every run.
pub struct TestRandom(Mutex<u64>);

impl TestRandom {
    pub fn seeded(seed: u64) -> Arc<Self> {
        Arc::new(Self(Mutex::new(seed)))
    }
}

impl Random for TestRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().expect("random");
        for byte in buffer {
            // SplitMix64 (Steele, Lea, Flood 2014).
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z >> 56) as u8;
        }
    }
}

/// A channel that takes everything and remembers it, unless told otherwise.
pub struct Outbox {
    kind: ChannelKind,
    clock: Arc<TestClock>,
    sent: Mutex<Vec<(Timestamp, Message)>>,
    answers: Mutex<VecDeque<Outcome>>,
}

impl Outbox {
    fn new(kind: ChannelKind, clock: &Arc<TestClock>) -> Arc<Self> {
        Arc::new(Self { kind, clock: Arc::clone(clock), sent: Mutex::default(), answers: Mutex::default() })
    }

    /// What it answers next, in place of "accepted".
    pub fn answer_next(&self, outcome: Outcome) {
        self.answers.lock().expect("answers").push_back(outcome);
    }

    /// Everything that was handed over, with its time.
    pub fn all(&self) -> Vec<(Timestamp, Message)> {
        self.sent.lock().expect("sent").clone()
    }

    pub fn count(&self) -> usize {
        self.all().len()
    }
}

#[async_trait]
impl Channel for Outbox {
    fn name(&self) -> &'static str {
        "outbox"
    }

    fn kind(&self) -> ChannelKind {
        self.kind
    }

    async fn send(&self, message: &Message) -> Outcome {
        self.sent.lock().expect("sent").push((self.clock.now(), message.clone()));
        let next = self.answers.lock().expect("answers").pop_front();
        next.unwrap_or(Outcome::Accepted { provider_id: None })
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        match call.header("x-signature") {
            Some(OUTBOX_SIGNATURE) => {}
            Some("not yet") => return Err(Unheard::TryAgain("its key could not be fetched".into())),
            _ => return Err(Unheard::NotOurs("it is not signed".into())),
        }
        let told = serde_json::from_slice(&call.body).map_err(|_| Unheard::Unreadable("it is no list of what was told".into()))?;
        Ok(Heard { told, answer: call.url.ends_with("?answer=me").then(|| "here you are".to_owned()) })
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The world of one story.
pub struct Rig {
    pub engine: &'static str,
    pub app: Arc<App>,
    pub clock: Arc<TestClock>,
    pub mails: Arc<Outbox>,
    pub texts: Arc<Outbox>,
    pub shop: Shop,
    pub campaign: CampaignId,
    _folder: Option<tempfile::TempDir>,
}

/// Tells a story on both engines. At its end nothing waits that is due, and every invariant holds.
pub async fn both<F, Fut>(story: F)
where
    F: Fn(Rig) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        eprintln!("-- on {engine}");
        let rig = story(Rig::on(engine).await).await;
        rig.at_rest().await;
        rig.app.db.close().await;
    }
}

/// The campaign of the stories: a mail after an hour, a text after a day, nobody held out.
pub fn story_campaign() -> CampaignSpec {
    CampaignSpec { holdout_percent: 0, ..CampaignSpec::starter() }
}

impl Rig {
    /// A world with one shop and its campaign at work.
    pub async fn on(engine: &'static str) -> Self {
        Self::with(engine, story_campaign()).await
    }

    /// The same with settings of its own, named as in the environment.
    pub async fn set(engine: &'static str, settings: &[(&str, &str)]) -> Self {
        let clock = TestClock::at(BEGIN);
        let (mails, texts) = (Outbox::new(ChannelKind::Email, &clock), Outbox::new(ChannelKind::Sms, &clock));
        let channels: Vec<Arc<dyn Channel>> = vec![mails.clone(), texts.clone()];
        let (url, folder) = database_on(engine).await;
        let app = app_set(migrated(&url).await, (&url, settings), &clock, channels);
        let mut rig = Self::around(engine, app, clock, folder).await;
        (rig.mails, rig.texts) = (mails, texts);
        rig
    }

    /// The same with another campaign.
    pub async fn with(engine: &'static str, spec: CampaignSpec) -> Self {
        let rig = Self::set(engine, &[]).await;
        if spec != story_campaign() {
            campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("changed");
            campaigns::act(&rig.app, rig.shop.id, rig.campaign, campaigns::Act::Publish, "story").await.expect("published");
        }
        rig
    }

    /// A world around an app with channels of its own; the rig's outboxes stay empty.
    pub async fn around(engine: &'static str, app: Arc<App>, clock: Arc<TestClock>, folder: Option<tempfile::TempDir>) -> Self {
        let (mails, texts) = (Outbox::new(ChannelKind::Email, &clock), Outbox::new(ChannelKind::Sms, &clock));
        let shop = shops::add(&app, new_shop("acme.myshopify.com"), "story").await.expect("a shop");
        let made = campaigns::create(&app, shop.id, story_campaign(), "story").await.expect("a campaign");
        campaigns::act(&app, shop.id, made.id, campaigns::Act::Publish, "story").await.expect("published");
        Self { engine, app, clock, mails, texts, shop, campaign: made.id, _folder: folder }
    }

    /// The program after a restart: another process on the same database, with the same channels, and with settings.
    pub fn restarted(self, settings: &[(&str, &str)]) -> Self {
        let channels: Vec<Arc<dyn Channel>> = vec![self.mails.clone(), self.texts.clone()];
        let app = app_set(self.app.db.clone(), ("sqlite://again", settings), &self.clock, channels);
        Self { app, ..self }
    }

    /// Sends a webhook as the platform would. The answer.
    pub async fn post(&self, topic: &str, key: &str, body: &str) -> Result<(), IntakeError> {
        self.post_bytes(topic, key, body.as_bytes()).await
    }

    pub async fn post_bytes(&self, topic: &str, key: &str, body: &[u8]) -> Result<(), IntakeError> {
        let headers = headers(topic, key, &self.shop.domain, body);
        ingest::accept(&self.app, Incoming { platform: "shopify".into(), shop: None, headers, body: body.to_vec() }).await
    }

    /// Sends a webhook that must be accepted, and lets the world react.
    pub async fn tell(&self, topic: &str, body: &serde_json::Value) {
        let text = body.to_string();
        let key = format!("{topic}-{:x}", md5ish(&text));
        self.post(topic, &key, &text).await.expect("accepted");
        self.settle().await;
    }

    /// Lets time pass, and everything happen on the way when it is due, to the half hour.
    pub async fn pass(&self, time: SignedDuration) {
        let mut left = time;
        while left > SignedDuration::ZERO {
            let step = left.min(STEP);
            self.clock.advance(step);
            self.settle().await;
            left -= step;
        }
    }

    /// Works until nothing is left to do now.
    pub async fn settle(&self) {
        for _ in 0..ROUNDS_MAX {
            let applied = ingest::apply_due(&self.app).await.expect("applied");
            let planned = plan::plan_due(&self.app).await.expect("planned");
            let sent = send::send_due(&self.app).await.expect("sent");
            let asked = send::settle_unknown(&self.app).await.expect("settled");
            let kept = discounts::keep(&self.app).await.expect("kept");
            let served = service::send_due(&self.app).await.expect("served");
            let moved = moving::move_due(&self.app).await.expect("moved");
            let figures = self.figures().await;
            if applied + planned + sent + asked + kept + served + moved + figures == 0 {
                return;
            }
        }
        panic!("the world does not come to rest");
    }

    /// One portion of each work on figures that nothing else waits for.
    async fn figures(&self) -> usize {
        let credited = recompute::work_due(&self.app).await.expect("credited anew");
        let journeys = journeys::keep_due(&self.app).await.expect("journeys kept");
        let recounted = money::recount_due(&self.app).await.expect("worked out anew");
        let compared = usize::from(reconcile::run_next(&self.app).await.expect("compared"));
        let outcomes = lift::count::count_due(&self.app).await.expect("outcomes counted");
        let counted = rollups::count_due(&self.app).await.expect("counted");
        credited + journeys + recounted + compared + outcomes + counted
    }

    /// Nothing waits that is due, every invariant holds, and German merchants can read why.
    pub async fn at_rest(&self) {
        self.settle().await;
        let mut violations = Vec::new();
        app::verify::run(&self.app, &mut |violation| violations.push(violation.to_string())).await.expect("verified");
        assert!(violations.is_empty(), "{}: {violations:#?}", self.engine);
        assert_understood(self).await;
    }

    pub async fn carts(&self) -> Vec<ListedCart> {
        comeback::db::lists::carts(&self.app.db, self.shop.id, &CartFilter::default(), 200).await.expect("carts")
    }

    /// The only cart.
    pub async fn cart(&self) -> ListedCart {
        let mut carts = self.carts().await;
        assert_eq!(carts.len(), 1, "{}: one cart", self.engine);
        carts.remove(0)
    }

    pub async fn state(&self) -> &'static str {
        self.cart().await.state.as_str()
    }

    pub async fn nudges(&self) -> Vec<ListedNudge> {
        comeback::db::lists::nudges(&self.app.db, self.shop.id, &NudgeFilter::default(), 200).await.expect("nudges")
    }

    /// `(channel, state, last rule)` of every nudge, by step.
    pub async fn nudge_states(&self) -> Vec<(&'static str, &'static str, String)> {
        let mut nudges = self.nudges().await;
        nudges.sort_by_key(|n| (n.cart_id, n.step));
        let rule = |n: &ListedNudge| n.decision.as_ref().map_or_else(String::new, |d| d.rule.clone());
        nudges.iter().map(|n| (n.channel.as_str(), n.state.as_str(), rule(n))).collect()
    }

    /// `(orders, gross, refunds, net)` credited, in minor units.
    pub async fn credited(&self) -> (i64, i64, i64, i64) {
        let query = app::report::Query {
            shop: self.shop.id,
            from: Timestamp::UNIX_EPOCH,
            to: Timestamp::MAX,
            model: comeback::domain::attribution::Model::LastTouch,
            by: comeback::domain::report::By::Campaign,
        };
        let report = app::report::recovered(&self.app, query).await.expect("a report");
        let total = &report.totals[0];
        (total.orders, total.gross.minor, total.refunds.minor, total.net.minor)
    }

    /// The links in the last mail: back to the cart, and out of the list, as tokens.
    pub fn links(&self) -> (String, String) {
        let all = self.mails.all();
        let Some((_, Message::Email(mail))) = all.last() else { panic!("no mail was sent") };
        let token = |path: &str| {
            let start = mail.text.find(path).unwrap_or_else(|| panic!("{path} in: {}", mail.text)) + path.len();
            mail.text[start..]
                .split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
                .next()
                .expect("a token")
                .trim_end_matches('.')
                .to_owned()
        };
        (token("/r/"), token("/u/"))
    }
}

/// An app on an engine, with an empty, migrated database.
pub async fn app_on(engine: &str, clock: &Arc<TestClock>, channels: Vec<Arc<dyn Channel>>) -> (Arc<App>, Option<tempfile::TempDir>) {
    let (url, folder) = database_on(engine).await;
    (app_at(&url, clock, channels).await, folder)
}

/// What all stories' databases are copies of: empty, but migrated, which takes as long as many a story.
static MIGRATED_SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();
static MIGRATED_POSTGRES: OnceCell<String> = OnceCell::const_new();

/// The URL of a database on an engine in which nothing is, migrated.
async fn database_on(engine: &str) -> (String, Option<tempfile::TempDir>) {
    if engine != "sqlite" {
        let template = MIGRATED_POSTGRES.get_or_init(|| async {
            let url = postgres::database();
            migrated(&url).await.close().await;
            url
        });
        return (postgres::copy_of(template.await), None);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("story.db");
    let url = format!("sqlite://{}", file.display());
    let template = MIGRATED_SQLITE.get_or_init(|| async {
        migrated(&url).await.close().await;
        std::fs::read(&file).expect("the migrated file")
    });
    std::fs::write(&file, template.await).expect("a copy");
    (url, Some(folder))
}

async fn migrated(url: &str) -> Db {
    let db = Db::connect(url).await.expect("a database");
    db.migrate().await.expect("migrated");
    db
}

/// An app on the database of a URL, which is migrated.
pub async fn app_at(url: &str, clock: &Arc<TestClock>, channels: Vec<Arc<dyn Channel>>) -> Arc<App> {
    app_with(migrated(url).await, url, clock, channels)
}

/// An app on a database that is there.
pub fn app_with(db: Db, url: &str, clock: &Arc<TestClock>, channels: Vec<Arc<dyn Channel>>) -> Arc<App> {
    app_set(db, (url, &[]), clock, channels)
}

/// An app on a database that is there, with settings, named as in the environment.
fn app_set(db: Db, (url, settings): (&str, &[(&str, &str)]), clock: &Arc<TestClock>, channels: Vec<Arc<dyn Channel>>) -> Arc<App> {
    let database = [("COMEBACK_DATABASE__URL", url)];
    let settings = settings.iter().chain(&database).map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    let config = Config::from_parts(None, settings).expect("settings");
    let random = TestRandom::seeded(1);
    let parts = Parts { db, clock: clock.clone(), random, config, master_key: [7; 32], channels };
    Arc::new(App::new(parts))
}

pub fn new_shop(domain: &str) -> NewShop {
    NewShop {
        platform: "shopify".into(),
        domain: domain.into(),
        name: "Acme".into(),
        currency: comeback::domain::money::Currency::USD,
        timezone: "America/New_York".into(),
        language: "en".into(),
        webhook_secret: SECRET.into(),
    }
}

/// The headers of a delivery, signed.
pub fn headers(topic: &str, key: &str, domain: &str, body: &[u8]) -> comeback::platforms::Headers {
    use base64::Engine as _;
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(body);
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    let pairs = [
        ("x-shopify-topic", topic),
        ("x-shopify-shop-domain", domain),
        ("x-shopify-webhook-id", key),
        ("x-shopify-api-version", "2026-07"),
        ("x-shopify-hmac-sha256", signature.as_str()),
    ];
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// A short name for a text, so that the same delivery has the same id.
fn md5ish(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
