//! `comeback demo`: the whole program on a throw-away database, with a simulated store that sends really signed webhooks over HTTP, shoppers who abandon and
//! come back, and an inbox that catches every message.

mod live;
pub mod payloads;
pub mod story;

use super::serve::{Role as Part, Running, listen, signalled};
use super::{CliError, out};
use crate::app::access::{self, Role};
use crate::app::campaigns::{self, Act};
use crate::app::shops::{self, NewShop};
use crate::app::{App, Parts};
use crate::channels::Channel;
use crate::channels::inbox::{Inbox, InboxChannel};
use crate::clock::{Random, SystemClock, SystemRandom, bytes};
use crate::config::Config;
use crate::db::campaigns::CampaignRow;
use crate::db::{self, Db};
use crate::domain::campaign::{CampaignSpec, CampaignStatus, Step};
use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::money::Currency;
use crate::web;
use clap::Args;
use jiff::SignedDuration;
use secrecy::SecretString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ACTOR: &str = "demo";
const OWNER: &str = "demo@example.com";
/// At a speed of 1: a newcomer sees the first recovered order within a quarter of a minute.
const ABANDON_AFTER_MS: i64 = 2_000;
const MAIL_AFTER_MS: i64 = 3_000;
const TEXT_AFTER_MS: i64 = 8_000;
/// The scheduler counts in whole seconds.
const TICK: SignedDuration = SignedDuration::from_secs(1);
const HOLDOUT_PERCENT: u8 = 10;

/// How the demo runs.
#[derive(Debug, Args)]
pub struct Demo {
    /// So many times faster
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    speed: u32,
    /// So many shoppers come soon after each other; then one comes now and then
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=800))]
    shoppers: u32,
    /// The same seed tells the same story
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to listen, in place of server.bind
    #[arg(long, value_name = "ADDR")]
    bind: Option<SocketAddr>,
}

/// A folder that goes when the demo ends.
struct Folder(PathBuf);

impl Folder {
    fn make(random: &dyn Random) -> Result<Self, CliError> {
        let path = std::env::temp_dir().join(format!("comeback-demo-{}", hex::encode(bytes::<6>(random))));
        std::fs::create_dir(&path).map_err(|e| CliError::Failed(format!("the demo's folder {} can't be made: {e}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "the demo's folder could not be removed");
        }
    }
}

/// Runs until SIGTERM or SIGINT; then everything is thrown away.
///
/// # Errors
/// When it can't start.
pub async fn run(config: Config, demo: Demo) -> Result<(), CliError> {
    let listener = listen(demo.bind.unwrap_or(config.bind))?;
    let address = listener.local_addr().map_err(|e| CliError::Failed(format!("the address that was taken can't be told: {e}")))?;
    let folder = Folder::make(&SystemRandom)?;
    let inbox = Arc::new(Inbox::new(Arc::new(SystemClock)));
    let app = Arc::new(throw_away(settings(config, address, &folder.0), &inbox).await?);
    let (shop, secret) = furnish(&app, &demo).await?;
    let password = hex::encode(bytes::<8>(&SystemRandom));
    let owner = OWNER.parse().map_err(|_| CliError::Failed("the demo's owner has no address".into()))?;
    access::save_user(&app, &owner, Role::Owner, None, &password).await?;
    let for_pages = Arc::clone(&inbox);
    let routes = move |config: &mut actix_web::web::ServiceConfig| {
        web::inbox::routes(config, &for_pages);
        web::routes(config);
    };
    let running = Running::start(&app, listener, Part::All, routes).await?;
    greet(&app, &demo, &password);
    let store = live::Store::new(&app, inbox, (shop, secret))?;
    let plot = live::Plot { seed: demo.seed, shoppers: demo.shoppers, speed: u64::from(demo.speed) };
    tokio::select! {
        stopped = signalled() => stopped?,
        () = live::play(Arc::new(store), plot) => {}
    }
    running.stop().await;
    app.db.close().await;
    out::line("The demo is over, and its database is gone.");
    Ok(())
}

/// The user's settings, but for what must not touch the world: database, key, providers.
fn settings(config: Config, address: SocketAddr, folder: &Path) -> Config {
    let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    Config {
        public_url: format!("http://{}", SocketAddr::new(host, address.port())),
        database_url: SecretString::from(format!("sqlite://{}", folder.join("demo.db").display())),
        secret_key: None,
        email_url: None,
        email_from: None,
        sms: None,
        tick: Length(TICK),
        ..config
    }
}

fn length(ms: i64, speed: u32) -> Length {
    Length(SignedDuration::from_millis((ms / i64::from(speed)).max(1)))
}

async fn throw_away(config: Config, inbox: &Arc<Inbox>) -> Result<App, CliError> {
    use secrecy::ExposeSecret as _;
    let db = Db::connect(config.database_url.expose_secret()).await?;
    db.migrate().await?;
    let channel = |kind| Arc::new(InboxChannel::new(Arc::clone(inbox), kind)) as Arc<dyn Channel>;
    let channels = vec![channel(ChannelKind::Email), channel(ChannelKind::Sms)];
    let master_key = bytes::<32>(&SystemRandom);
    Ok(App::new(Parts { db, clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), config, master_key, channels }))
}

/// The store and its campaign.
async fn furnish(app: &App, demo: &Demo) -> Result<(ShopId, String), CliError> {
    let secret = hex::encode(bytes::<20>(app.random.as_ref()));
    let currency: Currency = payloads::CURRENCY.parse().map_err(|e| CliError::Failed(format!("the demo's currency: {e}")))?;
    let new = NewShop {
        platform: "shopify".into(),
        domain: payloads::DOMAIN.into(),
        name: "Alder & Pine".into(),
        currency,
        timezone: "Europe/London".into(),
        language: "en".into(),
        webhook_secret: secret.clone(),
    };
    let shop = shops::add(app, new, ACTOR).await?;
    let now = app.now();
    let campaign = CampaignRow {
        id: CampaignId(story::campaign_id(demo.seed)),
        status: CampaignStatus::Draft,
        version: 0,
        spec: campaign(demo.speed),
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.db.begin().await?;
    db::campaigns::save(&mut tx, shop.id, &campaign).await?;
    tx.commit().await?;
    let published = campaigns::act(app, shop.id, campaign.id, Act::Publish, ACTOR).await;
    published.map_err(|e| CliError::Failed(format!("the demo's campaign can't be published: {e}")))?;
    Ok((shop.id, secret))
}

fn campaign(speed: u32) -> CampaignSpec {
    let step = |ms, channel, template: &str| Step::new(length(ms, speed), channel, template);
    CampaignSpec {
        name: "Checkout recovery, in fast motion".into(),
        abandon_after: length(ABANDON_AFTER_MS, speed),
        holdout_percent: HOLDOUT_PERCENT,
        steps: vec![step(MAIL_AFTER_MS, ChannelKind::Email, "checkout-reminder"), step(TEXT_AFTER_MS, ChannelKind::Sms, "checkout-text")],
        // A real campaign keeps them. Here, whoever tries the demo in the evening would see nothing.
        quiet_hours: None,
        ..CampaignSpec::starter()
    }
}

fn greet(app: &App, demo: &Demo, password: &str) {
    let url = &app.config.public_url;
    out::line("Comeback demo: a simulated store, with shoppers who leave their carts and come back. Nothing leaves this machine.");
    out::line("");
    out::line(&format!("  Dashboard  {url}/"));
    out::line(&format!("  Sign in    {OWNER}  password  {password}"));
    out::line(&format!("  Inbox      {url}/demo/inbox  (every e-mail and text)"));
    out::line("");
    let seconds = |ms| length(ms, demo.speed).0.as_secs_f64();
    out::line(&format!("{} shoppers come first (seed {}, speed {}), then one now and then.", demo.shoppers, demo.seed, demo.speed));
    out::line(&format!(
        "A cart counts as abandoned after {} s; an e-mail leaves {} s later, a text {} s later. One shopper in ten gets none, for comparison.",
        seconds(ABANDON_AFTER_MS),
        seconds(MAIL_AFTER_MS),
        seconds(TEXT_AFTER_MS)
    ));
    out::line("Stop with ctrl-c; the database goes with it.");
    out::line("");
}
