//! Asks the providers now and then whether they are there, on the canary's schedule; nothing is sent.

use super::before;
use crate::app::{App, AppError};
use crate::db;
use crate::db::watch::Looked;
use crate::domain::event::ChannelKind;
use jiff::SignedDuration;

/// A provider that didn't answer is asked again this soon.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// As the result is kept.
pub fn name(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "probe:email",
        ChannelKind::Sms => "probe:sms",
        ChannelKind::WhatsApp => "probe:whatsapp",
    }
}

/// Is this provider asked at all?
pub fn asks(app: &App, channel: ChannelKind) -> bool {
    app.config.canary_every.is_some() && app.channel(channel).is_some()
}

/// Asks every provider whose turn it is.
///
/// # Errors
/// `Db`.
pub async fn all(app: &App) -> Result<(), AppError> {
    let Some(every) = app.config.canary_every else { return Ok(()) };
    for kind in ChannelKind::ALL {
        let Some(channel) = app.channel(kind) else { continue };
        let last = db::watch::result(&app.db, name(kind)).await?;
        let failures = last.as_ref().map_or(0, |l| l.count);
        let wait = if failures > 0 { every.0.min(AGAIN_AFTER) } else { every.0 };
        if last.is_some_and(|l| l.at > before(app.now(), wait)) {
            continue;
        }
        let looked = match channel.probe().await {
            Ok(()) => Looked { at: app.now(), count: 0, detail: String::new() },
            Err(problem) => Looked { at: app.now(), count: failures + 1, detail: problem },
        };
        let mut tx = app.db.begin().await?;
        db::watch::save_result(&mut tx, name(kind), &looked).await?;
        tx.commit().await?;
    }
    Ok(())
}
