//! For previews: what a message that nobody plans would be decided on, and how it would look. Nothing is written, nothing leaves.

use super::codes::Own;
use super::ground::Ground;
use super::{Ready, render};
use crate::app::{App, AppError};
use crate::db::Tx;
use crate::db::contexts::NudgeContext;
use crate::db::messages::MessageRow;
use crate::db::nudges::Lease;
use crate::db::shops::Shop;
use crate::domain::cap::Got;
use crate::domain::nudge::Inputs;
use jiff::Timestamp;

/// Everything that the rules would look at as of an instant, had the shopper got these messages as well.
///
/// # Errors
/// `Db`.
pub async fn inputs_at(
    app: &App,
    tx: &mut Tx,
    shop: &Shop,
    context: &NudgeContext,
    (now, got): (Timestamp, &[Got]),
) -> Result<Inputs, AppError> {
    let nobodys = Lease { by: String::new(), until: now };
    let mut ground = Ground::load(app, tx, (shop, &nobodys), (std::slice::from_ref(context), now)).await?;
    got.iter().for_each(|got| ground.got(context.contact_id, *got));
    Ok(ground.inputs(context))
}

/// How the message would look, with a code of the shopper's own that works until an instant; or why it can't be made.
///
/// # Errors
/// `Db`.
pub async fn rendered(
    app: &App,
    shop: &Shop,
    context: NudgeContext,
    own_code: Option<(&str, Timestamp)>,
) -> Result<Result<MessageRow, String>, AppError> {
    let code = own_code.map(|(code, ends_at)| Own { code: code.to_owned(), ends_at });
    let ready = [Ready { context, reference: None, code }];
    let templates = render::Templates::load(app, shop, &ready).await?;
    let [one] = &ready;
    Ok(render::message(app, shop, &templates, one).map(|(_, row)| row))
}
