//! `comeback shop`: adding, listing and changing stores.

use super::{ACTOR, CliError, messages, out, policy, reconcile, secret_from_stdin, shop_access, shop_attribution, shop_channels, start};
use crate::app::shops::{self, NewShop};
use crate::app::{App, AppError, stores, track};
use crate::config::Config;
use crate::db;
use crate::db::shops::Shop as ShopRow;
use crate::domain::ids::ShopId;
use crate::domain::money::Currency;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Shop {
    /// Add a store, with starter templates and a campaign in draft
    Add(Box<Add>),
    /// List the stores
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one store
    Show(Which),
    /// Let its messages wait
    Pause(Which),
    /// Let them go on
    Resume(Which),
    /// Take no more deliveries of it, and send nothing more; its history stays
    Remove(Which),
    /// Add a webhook secret, for rotation
    Secret(Secret),
    /// Show or set what holds over all of its campaigns: limits, consent by country, tags, fakes, test mode
    Policy(policy::Policy),
    /// Show or choose by which attribution model its headlines are told
    Attribution(shop_attribution::Attribution),
    /// Show or set senders of texts, characters, and prices of messages
    Messages(messages::Messages),
    /// Show or set what counts as revenue: with tax and shipping, or without
    Money(reconcile::CountedAs),
    /// Show or set the store's own domain for links in messages
    LinkDomain(messages::LinkDomain),
    /// Let Comeback ask the store for prices and stock, and make discounts; without a choice: show whether it still may
    Access(shop_access::Access),
    /// Show or change by whom its messages leave: its own providers, or the installation's
    Channels(shop_channels::Channels),
    /// Show or change the domains of its pages, beside the one on its platform: from them its pages may tell what happens on them
    Domains(Domains),
}

/// A store to add.
#[derive(Debug, Args)]
pub struct Add {
    /// The software that it runs on
    #[arg(long, default_value = "shopify")]
    platform: String,
    /// On its platform, such as acme.myshopify.com
    #[arg(long)]
    domain: String,
    /// As shoppers know it
    #[arg(long)]
    name: String,
    /// In which its orders are counted, such as USD
    #[arg(long)]
    currency: Currency,
    /// Such as America/New_York
    #[arg(long)]
    timezone: String,
    /// Of its templates
    #[arg(long, default_value = "en")]
    language: String,
    #[command(flatten)]
    secret: GivenSecret,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// A webhook secret, from one place.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct GivenSecret {
    /// With which the platform signs; other users of this machine may see it here
    #[arg(long, value_name = "SECRET")]
    webhook_secret: Option<String>,
    /// Read it from stdin
    #[arg(long)]
    webhook_secret_stdin: bool,
}

/// One store.
#[derive(Debug, Args)]
pub struct Which {
    /// Its id or domain
    shop: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Another secret for a store.
#[derive(Debug, Args)]
pub struct Secret {
    /// Its id or domain
    shop: String,
    #[command(flatten)]
    given: GivenSecret,
    /// Make every older secret invalid
    #[arg(long)]
    revoke_others: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The domains of a store's pages.
#[derive(Debug, Args)]
pub struct Domains {
    /// Its id or domain
    shop: String,
    /// Add one, such as shop.example
    #[arg(long, value_name = "DOMAIN")]
    add: Vec<String>,
    /// Take one away
    #[arg(long, value_name = "DOMAIN")]
    remove: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl GivenSecret {
    fn read(self) -> Result<String, CliError> {
        self.webhook_secret.map_or_else(|| secret_from_stdin("webhook secret"), Ok)
    }
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, command: Shop) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    match command {
        Shop::Add(new) => add(&app, *new).await?,
        Shop::List { json } => list(&app, json).await?,
        Shop::Show(which) => {
            let shop = find(&app, &which.shop).await?;
            show(&app, &shop, which.json).await?;
        }
        Shop::Pause(which) => set(&app, &which, "paused").await?,
        Shop::Resume(which) => set(&app, &which, "active").await?,
        Shop::Remove(which) => set(&app, &which, "removed").await?,
        Shop::Secret(secret) => add_secret(&app, secret).await?,
        Shop::Domains(given) => domains(&app, given).await?,
        Shop::Policy(command) => policy::run(&app, &command).await?,
        Shop::Attribution(command) => shop_attribution::run(&app, &command).await?,
        Shop::Messages(command) => messages::run(&app, &command).await?,
        Shop::Money(command) => reconcile::counted_as(&app, command).await?,
        Shop::LinkDomain(command) => messages::link_domain(&app, command).await?,
        Shop::Access(access) => shop_access::run(&app, access).await?,
        Shop::Channels(channels) => shop_channels::run(&app, channels).await?,
    }
    app.db.close().await;
    Ok(())
}

/// The store with that id or domain.
///
/// # Errors
/// `Failed` when there is none.
pub async fn find(app: &App, text: &str) -> Result<ShopRow, CliError> {
    let found = match text.parse::<ShopId>() {
        Ok(id) => db::shops::get(&app.db, id).await?.filter(|s| s.canary_of.is_none()),
        Err(_) => db::shops::list(&app.db).await?.into_iter().find(|s| s.domain.eq_ignore_ascii_case(text)),
    };
    found.ok_or_else(|| CliError::Failed(format!("there is no store {text:?}; `comeback shop list` shows all of them")))
}

async fn add(app: &App, new: Add) -> Result<(), CliError> {
    let new_shop = NewShop {
        platform: new.platform,
        domain: new.domain,
        name: new.name,
        currency: new.currency,
        timezone: new.timezone,
        language: new.language,
        webhook_secret: new.secret.read()?,
    };
    let shop = shops::add(app, new_shop, ACTOR).await?;
    if new.json {
        return out::json(&as_json(app, &shop));
    }
    out::line(&format!("Added {} ({}), id {}.", shop.name, shop.domain, shop.id));
    out::line("");
    out::line("Next:");
    out::line(&format!("  1. Send the store's webhooks, every topic, as JSON, to {}", webhook_url(app, &shop)));
    out::line(&format!("  2. Add yourself: comeback user add --email YOU --role owner, then sign in at {}", app.config.public_url));
    out::line("  3. Look at the campaign \"Checkout recovery\", which is a draft, and publish it.");
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<(), CliError> {
    let shops = db::shops::list(&app.db).await?;
    if json {
        return out::json(&shops.iter().map(|s| as_json(app, s)).collect::<Vec<_>>());
    }
    if shops.is_empty() {
        out::line("There is no store yet: `comeback shop add` adds one.");
        return Ok(());
    }
    let row = |s: &ShopRow| vec![s.id.to_string(), s.platform.clone(), s.domain.clone(), s.name.clone(), status(s).to_owned()];
    out::table(&["ID", "PLATFORM", "DOMAIN", "NAME", "STATUS"], &shops.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

async fn show(app: &App, shop: &ShopRow, json: bool) -> Result<(), CliError> {
    let access = stores::shown(&app.db, shop.id).await?;
    if json {
        let mut value = as_json(app, shop);
        if let Value::Object(fields) = &mut value {
            fields.insert("access".into(), json!(access));
        }
        return out::json(&value);
    }
    let rows = [
        ("id", shop.id.to_string()),
        ("platform", shop.platform.clone()),
        ("domain", shop.domain.clone()),
        ("name", shop.name.clone()),
        ("currency", shop.currency.to_string()),
        ("time zone", shop.timezone.clone()),
        ("language", shop.language.clone()),
        ("status", status(shop).to_owned()),
        ("webhooks to", webhook_url(app, shop)),
        ("access", shop_access::in_words(access.as_ref())),
    ];
    rows.iter().for_each(|(what, value)| out::line(&format!("{what:<12}{value}")));
    Ok(())
}

async fn set(app: &App, which: &Which, to: &'static str) -> Result<(), CliError> {
    let shop = find(app, &which.shop).await?;
    shops::set_status(app, shop.id, to, ACTOR).await?;
    let shop = db::shops::get(&app.db, shop.id).await?.ok_or(AppError::NotFound("store with that id"))?;
    if which.json {
        return out::json(&as_json(app, &shop));
    }
    out::line(&format!("{} is {} now.", shop.name, status(&shop)));
    Ok(())
}

async fn add_secret(app: &App, command: Secret) -> Result<(), CliError> {
    let shop = find(app, &command.shop).await?;
    shops::add_secret(app, shop.id, &command.given.read()?, command.revoke_others, ACTOR).await?;
    if command.json {
        return out::json(&as_json(app, &shop));
    }
    let others =
        if command.revoke_others { "The older ones are invalid now." } else { "The older ones stay valid; --revoke-others ends them." };
    out::line(&format!("{} has a new webhook secret. {others}", shop.name));
    Ok(())
}

async fn domains(app: &App, given: Domains) -> Result<(), CliError> {
    let shop = find(app, &given.shop).await?;
    let mut domains = db::domains::of(&app.db, shop.id).await?;
    if !given.add.is_empty() || !given.remove.is_empty() {
        domains.retain(|d| !given.remove.iter().any(|r| r.trim().eq_ignore_ascii_case(d)));
        domains.extend(given.add);
        domains = track::set_domains(app, shop.id, &domains, ACTOR).await?;
    }
    if given.json {
        return out::json(&json!({ "platform_domain": shop.domain, "domains": domains }));
    }
    out::line(&shop.domain);
    domains.iter().for_each(|d| out::line(d));
    Ok(())
}

fn status(shop: &ShopRow) -> &str {
    if shop.uninstalled_at.is_some() { "uninstalled" } else { &shop.status }
}

fn webhook_url(app: &App, shop: &ShopRow) -> String {
    format!("{}/webhooks/{}/{}", app.config.public_url, shop.platform, shop.id)
}

fn as_json(app: &App, shop: &ShopRow) -> Value {
    let mut value = json!(shop);
    if let Value::Object(fields) = &mut value {
        fields.insert("webhook_url".into(), webhook_url(app, shop).into());
    }
    value
}
