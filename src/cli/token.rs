//! `comeback token`: tokens for programs that use the API.

use super::{ACTOR, CliError, out, shop, start};
use crate::app::access::{Scope, create_token, revoke_token};
use crate::app::{App, AppError};
use crate::config::Config;
use crate::db;
use crate::db::access::TokenRow;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token; it is shown this once
    Create(Create),
    /// List a store's tokens, without the tokens themselves
    List {
        /// The store's id or domain
        #[arg(long)]
        shop: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a token invalid
    Revoke {
        /// The store's id or domain
        #[arg(long)]
        shop: String,
        /// The token's id, from `token list`
        id: Uuid,
    },
}

/// A token to make.
#[derive(Debug, Args)]
pub struct Create {
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// read, write or admin
    #[arg(long)]
    scope: Scope,
    /// What it is for
    #[arg(long, default_value = "made on the command line")]
    name: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, command: Token) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    match command {
        Token::Create(new) => create(&app, new).await?,
        Token::List { shop, json } => list(&app, &shop, json).await?,
        Token::Revoke { shop, id } => revoke(&app, &shop, id).await?,
    }
    app.db.close().await;
    Ok(())
}

async fn create(app: &App, new: Create) -> Result<(), CliError> {
    let shop = shop::find(app, &new.shop).await?;
    let (row, token) = create_token(app, shop.id, (new.scope, &new.name), ACTOR).await?;
    if new.json {
        let mut value = shown(&row);
        if let Value::Object(fields) = &mut value {
            fields.insert("token".into(), token.into());
        }
        return out::json(&value);
    }
    out::line(&token);
    out::line("");
    out::line("Keep it safe: it is not shown again. Send it as `Authorization: Bearer <token>`.");
    Ok(())
}

async fn list(app: &App, shop: &str, json: bool) -> Result<(), CliError> {
    let shop = shop::find(app, shop).await?;
    let tokens = db::access::tokens(&app.db, shop.id).await?;
    if json {
        return out::json(&tokens.iter().map(shown).collect::<Vec<_>>());
    }
    if tokens.is_empty() {
        out::line("This store has no tokens: `comeback token create` makes one.");
        return Ok(());
    }
    let row = |t: &TokenRow| vec![t.id.to_string(), t.scope.clone(), created(t).to_string(), t.name.clone()];
    out::table(&["ID", "SCOPE", "CREATED", "NAME"], &tokens.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

async fn revoke(app: &App, shop: &str, id: Uuid) -> Result<(), CliError> {
    let shop = shop::find(app, shop).await?;
    match revoke_token(app, shop.id, id, ACTOR).await {
        Err(AppError::NotFound(_)) => {
            Err(CliError::Failed("the store has no valid token with that id; `comeback token list` shows them".into()))
        }
        done => {
            done?;
            out::line("Revoked.");
            Ok(())
        }
    }
}

fn created(t: &TokenRow) -> Timestamp {
    Timestamp::from_millisecond(t.created_at).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn shown(t: &TokenRow) -> Value {
    json!({"id": t.id, "shop_id": t.shop_id, "scope": t.scope, "name": t.name, "created_at": created(t)})
}
