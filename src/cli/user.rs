//! `comeback user`: people who may sign in.

use super::{CliError, out, secret_from_stdin, shop, start};
use crate::app::access::{Role, save_user, set_password, set_role};
use crate::app::team::{INVITATION_LASTS, Invite};
use crate::app::{App, digest, factors, team};
use crate::config::Config;
use crate::db;
use crate::db::access::{PlaceRow, UserRow};
use crate::domain::contact::Email;
use crate::domain::digest::Rhythm;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a person
    Add(Add),
    /// Invite a person, who chooses their own password: prints a link that is good once and for seven days
    Invite(Invitation),
    /// List everyone
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a person and end their sessions
    Remove {
        /// Their address
        #[arg(long)]
        email: Email,
    },
    /// Say what a person is in one store, beside what they may be in every store
    Role(InStore),
    /// Say which figures a person gets by mail, or list what they get
    Digest(DigestWish),
    /// Take away a person's second factors, which they have lost, and end their sessions
    ResetFactors {
        /// Their address
        #[arg(long)]
        email: Email,
    },
    /// Give a person another password and end their sessions
    Password {
        /// Their address
        #[arg(long)]
        email: Email,
        /// Read the password from stdin: the only way, so that it stands in no history
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

/// A person to add.
#[derive(Debug, Args)]
pub struct Add {
    /// By which they sign in
    #[arg(long)]
    email: Email,
    /// owner, editor or viewer
    #[arg(long)]
    role: Role,
    /// The only store that they see, by id or domain; without it, all of them
    #[arg(long)]
    shop: Option<String>,
    /// Read the password from stdin: the only way, so that it stands in no history
    #[arg(long, required = true)]
    password_stdin: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// A person to invite.
#[derive(Debug, Args)]
pub struct Invitation {
    /// Their address
    email: Email,
    /// owner, editor or viewer
    #[arg(long)]
    role: Role,
    /// The only store that they are to see, by id or domain; without it, all of them
    #[arg(long)]
    shop: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What a person is in one store.
#[derive(Debug, Args)]
pub struct InStore {
    /// Their address
    #[arg(long)]
    email: Email,
    /// The store, by id or domain
    #[arg(long)]
    shop: String,
    #[command(flatten)]
    is: Is,
}

/// A role, or none.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Is {
    /// owner, editor or viewer
    #[arg(long)]
    role: Option<Role>,
    /// Nothing in this store
    #[arg(long)]
    none: bool,
}

/// What a person gets by mail.
#[derive(Debug, Args)]
pub struct DigestWish {
    /// Their address
    #[arg(long)]
    email: Email,
    /// Of which store, by id or domain
    #[arg(long)]
    shop: String,
    /// on or off: every Monday the week before
    #[arg(long)]
    weekly: Option<OnOff>,
    /// on or off: on the first the month before
    #[arg(long)]
    monthly: Option<OnOff>,
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnOff {
    /// From now on
    On,
    /// No more
    Off,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, command: User) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    match command {
        User::Add(new) => add(&app, new).await?,
        User::Invite(invitation) => invite(&app, invitation).await?,
        User::List { json } => list(&app, json).await?,
        User::Remove { email } => remove(&app, &email).await?,
        User::Role(is) => role(&app, &is).await?,
        User::Digest(wish) => wishes(&app, &wish).await?,
        User::ResetFactors { email } => reset_factors(&app, &email).await?,
        User::Password { email, .. } => password(&app, &email).await?,
    }
    app.db.close().await;
    Ok(())
}

async fn add(app: &App, new: Add) -> Result<(), CliError> {
    if db::access::user_by_email(&app.db, new.email.as_str()).await?.is_some() {
        return Err(CliError::Failed(
            "there is a person with that address already; `comeback user password` changes their password".into(),
        ));
    }
    let only_shop = match &new.shop {
        Some(text) => Some(shop::find(app, text).await?.id),
        None => None,
    };
    let person = save_user(app, &new.email, new.role, only_shop, &secret_from_stdin("password")?).await?;
    if new.json {
        return out::json(&json!({"id": person.id, "email": person.email, "role": new.role, "shop_id": only_shop}));
    }
    out::line(&format!("Added. They sign in at {}/login.", app.config.public_url));
    Ok(())
}

async fn invite(app: &App, asked: Invitation) -> Result<(), CliError> {
    let shop = match &asked.shop {
        Some(text) => Some(shop::find(app, text).await?),
        None => None,
    };
    let members = team::members(app).await?;
    let known = members.iter().find(|m| m.user.email == asked.email.as_str());
    let is = known.and_then(|m| shop.as_ref().map_or(m.everywhere, |shop| m.role_in(shop.id)));
    if is >= Some(asked.role) {
        return Err(CliError::Failed("they are that already; `comeback user list` shows everyone".into()));
    }
    let wanted = Invite { email: asked.email.clone(), role: asked.role, shop: shop.map(|shop| shop.id) };
    let link = format!("{}/invitations/{}", app.config.public_url, team::invite_by(app, &wanted, None).await?);
    if asked.json {
        return out::json(&json!({"email": asked.email.as_str(), "role": asked.role, "shop_id": wanted.shop, "link": link}));
    }
    out::line(&format!("Give this link to {}. It is good once, for {} days:", asked.email.as_str(), INVITATION_LASTS.as_hours() / 24));
    out::line(&link);
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<(), CliError> {
    let mut people = Vec::new();
    for user in db::access::users(&app.db).await? {
        let places = db::access::places_of(&app.db, user.id).await?;
        let secured = factors::of(app, user.id).await?.any();
        people.push((user, places, secured));
    }
    if json {
        return out::json(&people.iter().map(shown).collect::<Vec<_>>());
    }
    if people.is_empty() {
        out::line("There is nobody yet: `comeback user add` adds a person.");
        return Ok(());
    }
    let row = |(user, places, secured): &(UserRow, Vec<PlaceRow>, bool)| {
        let everywhere = user.only_shop.is_none().then(|| format!("all: {}", user.role));
        let stores: Vec<String> = everywhere.into_iter().chain(places.iter().map(|p| format!("{}: {}", p.shop_id, p.role))).collect();
        vec![user.id.to_string(), user.email.clone(), stores.join(", "), if *secured { "on" } else { "off" }.to_owned()]
    };
    out::table(&["ID", "E-MAIL", "ROLES", "SECOND FACTOR"], &people.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

/// `role` is what they are in every store, and with `shop_id` in that one; `stores` says what they are in single stores.
fn shown((user, places, secured): &(UserRow, Vec<PlaceRow>, bool)) -> Value {
    let stores: Vec<Value> = places.iter().map(|p| json!({"shop_id": p.shop_id, "role": p.role})).collect();
    json!({"id": user.id, "email": user.email, "role": user.role, "shop_id": user.only_shop, "stores": stores, "second_factor": secured})
}

async fn role(app: &App, asked: &InStore) -> Result<(), CliError> {
    let user = known(app, &asked.email).await?.id;
    let shop = shop::find(app, &asked.shop).await?;
    set_role(app, (shop.id, user), asked.is.role, "cli").await?;
    out::line(&format!("In {} they are {} from now on.", shop.name, asked.is.role.map_or("nothing of their own", Role::as_str)));
    Ok(())
}

async fn known(app: &App, email: &Email) -> Result<UserRow, CliError> {
    let user = db::access::user_by_email(&app.db, email.as_str()).await?;
    user.ok_or_else(|| CliError::Failed("there is nobody with that address; `comeback user list` shows everyone".into()))
}

async fn remove(app: &App, email: &Email) -> Result<(), CliError> {
    let user = known(app, email).await?;
    team::remove(app, user.id, "cli").await?;
    out::line("Removed, and signed out everywhere.");
    Ok(())
}

async fn reset_factors(app: &App, email: &Email) -> Result<(), CliError> {
    let user = known(app, email).await?;
    factors::reset(app, user.id, "cli").await?;
    out::line(
        "Their second factors are gone, and they are signed out everywhere. They sign in with their password alone until they set up another.",
    );
    Ok(())
}

async fn wishes(app: &App, asked: &DigestWish) -> Result<(), CliError> {
    let user = known(app, &asked.email).await?.id;
    let shop = shop::find(app, &asked.shop).await?;
    for (rhythm, wanted) in [(Rhythm::Weekly, asked.weekly), (Rhythm::Monthly, asked.monthly)] {
        if let Some(wanted) = wanted {
            digest::set_wish(app, shop.id, (user, rhythm), wanted == OnOff::On).await?;
        }
    }
    let all = db::digests::wishes(&app.db, shop.id).await?;
    for rhythm in Rhythm::ALL {
        let gets = all.iter().any(|w| w.user == user && w.rhythm == rhythm);
        out::line(&format!("{}: {}", rhythm.as_str(), if gets { "on" } else { "off" }));
    }
    Ok(())
}

async fn password(app: &App, email: &Email) -> Result<(), CliError> {
    let user = known(app, email).await?;
    set_password(app, user.id, &secret_from_stdin("password")?).await?;
    out::line("The password is changed, and they are signed out everywhere.");
    Ok(())
}
