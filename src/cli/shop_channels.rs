//! `comeback shop channels`: by whom a store's messages leave.

use super::{ACTOR, CliError, out, secret_from_stdin, shop};
use crate::app::App;
use crate::app::own_channels::{self, InUse};
use crate::channels::settings::{Chosen, PROVIDERS, Values};
use crate::db::shops::Shop;
use crate::domain::event::ChannelKind;
use clap::Args;
use serde_json::{Value, json};

/// By whom a store's messages leave. Without a choice: show it.
#[derive(Debug, Args)]
pub struct Channels {
    /// The store's id or domain
    shop: String,
    /// Give it a provider of its own, whose settings are read from stdin as a JSON object; `--list` names providers and settings
    #[arg(long, value_name = "PROVIDER", conflicts_with_all = ["give_up", "list"])]
    set: Option<String>,
    /// Let the installation's provider take over for email, sms or whatsapp
    #[arg(long, value_name = "CHANNEL", conflicts_with = "list")]
    give_up: Option<ChannelKind>,
    /// List the providers and what each asks for
    #[arg(long)]
    list: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(app: &App, command: Channels) -> Result<(), CliError> {
    let store = shop::find(app, &command.shop).await?;
    if command.list {
        return list(command.json);
    }
    if let Some(name) = &command.set {
        set(app, &store, name).await?;
    }
    if let Some(kind) = command.give_up {
        own_channels::give_up(app, store.id, kind, ACTOR).await?;
    }
    let all = own_channels::in_use(app, store.id).await?;
    if command.json {
        return out::json(&all.iter().map(shape).collect::<Vec<_>>());
    }
    all.iter().for_each(|one| out::line(&line(one)));
    Ok(())
}

async fn set(app: &App, store: &Shop, name: &str) -> Result<(), CliError> {
    let provider = crate::channels::settings::provider(name);
    let provider = provider.ok_or_else(|| CliError::Usage(format!("{name:?} is no provider; --list names them")))?;
    let text = secret_from_stdin("JSON object of settings")?;
    // The parser's words could show a secret.
    let bad = |_| CliError::Usage("the settings on stdin are no JSON object of texts, such as {\"from\": \"shop@example.com\"}".into());
    let values: Values = serde_json::from_str(&text).map_err(bad)?;
    let chosen = Chosen { provider: provider.name.to_owned(), values };
    Ok(own_channels::choose(app, store.id, provider.kind, chosen, ACTOR).await?)
}

fn list(json: bool) -> Result<(), CliError> {
    if json {
        let field =
            |f: &crate::channels::settings::Field| json!({"name": f.name, "help": f.help, "secret": f.secret, "required": f.required});
        let all = PROVIDERS.iter().map(|p| {
            json!({"name": p.name, "channel": p.kind.as_str(), "title": p.title, "settings": p.fields.iter().map(field).collect::<Vec<_>>()})
        });
        return out::json(&all.collect::<Vec<_>>());
    }
    for p in PROVIDERS {
        out::line(&format!("{} ({}, {})", p.name, p.title, p.kind.as_str()));
        for f in p.fields {
            out::line(&format!("  {}{}  {}", f.name, if f.required { "" } else { " (optional)" }, f.help));
        }
    }
    Ok(())
}

fn shape(one: &InUse) -> Value {
    let settings: serde_json::Map<String, Value> =
        one.fields.iter().filter_map(|f| Some((f.field.name.to_owned(), Value::from(f.value.clone()?)))).collect();
    json!({"channel": one.kind.as_str(), "provider": one.provider, "own": one.own, "broken": one.broken, "settings": settings, "callback_url": one.callback})
}

fn line(one: &InUse) -> String {
    let whose = if one.own { "its own" } else { "the installation's" };
    match (&one.provider, one.broken) {
        (_, true) => format!("{}: {whose} settings can't be used; its messages wait", one.kind.as_str()),
        (Some(provider), _) => {
            let callback = one.callback.as_ref().map_or_else(String::new, |url| format!("; callbacks: {url}"));
            format!("{}: {provider}, {whose}{callback}", one.kind.as_str())
        }
        (None, _) => format!("{}: nobody is set up; its messages wait", one.kind.as_str()),
    }
}
