//! `comeback shop attribution`: by which model a store's headlines are told, and how far it is while credits are being worked out anew.

use super::{ACTOR, CliError, out, shop};
use crate::app::{App, recompute};
use crate::domain::attribution::Model;
use clap::Args;
use serde_json::json;

/// Attribution of one store.
#[derive(Debug, Args)]
pub struct Attribution {
    /// Its id or domain
    shop: String,
    /// Tell headlines by this model, one that credits each order by itself
    #[arg(long)]
    model: Option<Model>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Sets what is asked for, and shows what holds.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(app: &App, command: &Attribution) -> Result<(), CliError> {
    let shop = shop::find(app, &command.shop).await?;
    if let Some(model) = command.model {
        recompute::set_model(app, shop.id, model, ACTOR).await?;
    }
    let model = command.model.unwrap_or(shop.credit_model);
    let anew = recompute::anew(app, shop.id).await?;
    if command.json {
        return out::json(&json!({"model": model, "anew": anew}));
    }
    out::line(&format!("Headlines are told by {}: {}", model.as_str(), model.definition().definition));
    if let Some(anew) = anew {
        out::line(&anew.words());
    }
    Ok(())
}
