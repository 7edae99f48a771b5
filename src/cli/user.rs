//! `comeback user`: people who may sign in.

use super::{CliError, out, secret_from_stdin, shop, start};
use crate::app::access::{Role, save_user};
use crate::app::{App, digest};
use crate::config::Config;
use crate::db;
use crate::db::access::UserRow;
use crate::domain::contact::Email;
use crate::domain::digest::Rhythm;
use crate::domain::ids::ShopId;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a person
    Add(Add),
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
    /// Say which figures a person gets by mail, or list what they get
    Digest(DigestWish),
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
        User::List { json } => list(&app, json).await?,
        User::Remove { email } => remove(&app, &email).await?,
        User::Digest(wish) => wishes(&app, &wish).await?,
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
        return out::json(&json!({"id": person.id, "email": person.email, "role": person.role, "shop_id": person.only_shop}));
    }
    out::line(&format!("Added. They sign in at {}/login.", app.config.public_url));
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<(), CliError> {
    let users = db::access::users(&app.db).await?;
    if json {
        let shown = |u: &UserRow| -> Value { json!({"id": u.id, "email": u.email, "role": u.role, "shop_id": u.only_shop}) };
        return out::json(&users.iter().map(shown).collect::<Vec<_>>());
    }
    if users.is_empty() {
        out::line("There is nobody yet: `comeback user add` adds a person.");
        return Ok(());
    }
    let row = |u: &UserRow| {
        let only = u.only_shop.map_or_else(|| "all".to_owned(), |id| id.to_string());
        vec![u.id.to_string(), u.email.clone(), u.role.clone(), only]
    };
    out::table(&["ID", "E-MAIL", "ROLE", "STORES"], &users.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

async fn known(app: &App, email: &Email) -> Result<UserRow, CliError> {
    let user = db::access::user_by_email(&app.db, email.as_str()).await?;
    user.ok_or_else(|| CliError::Failed("there is nobody with that address; `comeback user list` shows everyone".into()))
}

async fn remove(app: &App, email: &Email) -> Result<(), CliError> {
    let user = known(app, email).await?;
    let mut tx = app.db.begin().await?;
    db::access::remove_user(&mut tx, user.id).await?;
    tx.commit().await?;
    out::line("Removed, and signed out everywhere.");
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
    let role: Role = user.role.parse().map_err(CliError::Failed)?;
    save_user(app, email, role, user.only_shop.map(ShopId), &secret_from_stdin("password")?).await?;
    out::line("The password is changed, and they are signed out everywhere.");
    Ok(())
}
