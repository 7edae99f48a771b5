//! `comeback shop access`: with what a store lets Comeback ask it for things.

use super::{ACTOR, CliError, out, secret_from_stdin, shop};
use crate::app::App;
use crate::app::stores::{self, NewAccess, Probed, ShownAccess};
use crate::db::shops::Shop;
use crate::platforms::store_api::StoreError;
use clap::Args;
use serde_json::json;

/// Access to a store's data.
#[derive(Debug, Args)]
pub struct Access {
    /// The store's id or domain
    shop: String,
    #[command(flatten)]
    given: Given,
    /// Of the app, whose secret is read from stdin
    #[arg(long, value_name = "ID", requires = "client_secret_stdin")]
    client_id: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What to do. None: show what there is, and ask the store whether it still holds.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Given {
    /// Read an access token from stdin
    #[arg(long)]
    token_stdin: bool,
    /// Read the app's client secret from stdin
    #[arg(long, requires = "client_id")]
    client_secret_stdin: bool,
    /// Forget the access
    #[arg(long)]
    remove: bool,
    /// Whether opt-outs that are learned here are told to the platform; they are, where the scope is there
    #[arg(long, value_name = "on|off")]
    tell_opt_outs: Option<Switch>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    On,
    Off,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do; `Found` when the store refuses the access.
pub async fn run(app: &App, command: Access) -> Result<(), CliError> {
    let store = shop::find(app, &command.shop).await?;
    let Given { token_stdin, client_secret_stdin, remove, tell_opt_outs } = command.given;
    if let Some(tell) = tell_opt_outs {
        let tell = tell == Switch::On;
        stores::set_tell_opt_outs(app, store.id, tell, ACTOR).await?;
        let text = format!("{} is {} of opt-outs.", store.name, if tell { "told" } else { "not told" });
        return told(command.json, &json!({"tell_opt_outs": tell}), &text);
    }
    if remove {
        stores::remove_access(app, store.id, ACTOR).await?;
        return told(command.json, &json!({"access": null}), &format!("Comeback has no access to {} any more.", store.name));
    }
    let new = match command.client_id {
        Some(id) if client_secret_stdin => Some(NewAccess::Client { id, secret: secret_from_stdin("client secret")? }),
        _ if token_stdin => Some(NewAccess::Token(secret_from_stdin("access token")?)),
        _ => None,
    };
    if let Some(new) = new {
        stores::give_access(app, store.id, new, ACTOR).await?;
    }
    let probed = stores::probe((&app.db, &app.config), &app.keys, &app.clock, &store).await?;
    let Some(probed) = probed else {
        let hint = "Comeback has no access to it: its shoppers get the prices of the moment they left. Give it some with --token-stdin, or --client-id and --client-secret-stdin.";
        return told(command.json, &json!({"access": null}), hint);
    };
    asked(&store, probed, command.json)
}

fn asked(store: &Shop, probed: Result<Probed, StoreError>, json: bool) -> Result<(), CliError> {
    match probed {
        Ok(Probed { seen, missing }) => {
            let missing: Vec<String> = missing.iter().map(|(scope, purpose)| format!("{scope} ({purpose})")).collect();
            let lacks = if missing.is_empty() {
                "It has every scope it has use for.".into()
            } else {
                format!("Missing scopes: {}.", missing.join("; "))
            };
            let value = json!({"access": {"answers": true, "store": seen.name, "scopes": seen.scopes, "missing": missing}});
            told(json, &value, &format!("{} lets Comeback in. {lacks}", seen.name))
        }
        Err(error) => {
            told(
                json,
                &json!({"access": {"answers": false, "problem": error.to_string()}}),
                &format!("The access to {} is kept, but: {error}.", store.name),
            )?;
            Err(CliError::Found)
        }
    }
}

fn told(json: bool, value: &serde_json::Value, text: &str) -> Result<(), CliError> {
    if json {
        return out::json(value);
    }
    out::line(text);
    Ok(())
}

/// As `shop show` tells it.
pub fn in_words(access: Option<&ShownAccess>) -> String {
    match access {
        None => "none".into(),
        Some(ShownAccess { client_id: Some(id), given_at, .. }) => format!("client id {id}, given at {given_at}"),
        Some(ShownAccess { given_at, .. }) => format!("access token, given at {given_at}"),
    }
}
