//! Marks on the time axis: made by people, and worked out from what the system did.

use super::access::audit;
use super::{App, AppError};
use crate::db;
use crate::db::annotations::{NoteRow, Published};
use crate::db::report::Period;
use crate::domain::annotation::{self, Kind, Mark};
use crate::domain::ids::ShopId;
use crate::domain::watch;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use uuid::Uuid;

/// The marks of a period, in the order of time.
///
/// # Errors
/// `Db`.
pub async fn list(app: &App, period: Period) -> Result<Vec<Mark>, AppError> {
    let mut marks = db::annotations::notes(&app.db, period).await?;
    let published = db::annotations::published(&app.db, period).await?;
    marks.extend(published.iter().flat_map(|p: &Published| annotation::published(p.at, (p.before.as_ref(), &p.spec), p.version)));
    let changed = db::annotations::texts_changed(&app.db, period).await?;
    marks.extend(changed.into_iter().map(|(at, key, channel, language)| {
        Mark::of_system(at, Kind::TemplateChanged, format!("Template {key} ({channel}, {language}) changed"))
    }));
    let campaigns = db::campaigns::list(&app.db, period.shop).await?;
    let names: HashMap<String, &str> = campaigns.iter().map(|c| (c.id.to_string(), c.spec.name.as_str())).collect();
    let done = db::annotations::done(&app.db, period).await?;
    marks.extend(done.into_iter().filter_map(|(at, action, detail)| annotation::done(at, &action, names.get(&detail).copied())));
    let policies = db::annotations::policies_set(&app.db, period).await?;
    marks.extend(policies.into_iter().filter_map(|at| annotation::done(at, "policy.set", None)));
    let zone = db::shops::get(&app.db, period.shop).await?.map_or(TimeZone::UTC, |shop| shop.zone());
    marks.extend(annotation::prices(&db::annotations::prices_changed(&app.db, period).await?, &zone));
    let alarms = db::annotations::alarms(&app.db, period).await?;
    marks.extend(
        alarms
            .into_iter()
            .filter(|(_, _, kind, _)| kind.parse().is_ok_and(watch::Kind::is_bad))
            .map(|(at, until, _, what)| Mark { until, ..Mark::of_system(at, Kind::Outage, what) }),
    );
    Ok(annotation::in_order(marks))
}

/// Makes a note.
///
/// # Errors
/// `Invalid` for a note that says nothing or too much, `Db`.
pub async fn add(app: &App, shop: ShopId, (at, note): (Timestamp, &str), actor: &str) -> Result<Mark, AppError> {
    save(app, shop, (app.new_id(), at, note), (actor, "annotation.add")).await
}

/// Changes a note.
///
/// # Errors
/// `NotFound`, `Invalid` for a note that says nothing or too much, `Db`.
pub async fn change(app: &App, shop: ShopId, (id, at, note): (Uuid, Timestamp, &str), actor: &str) -> Result<Mark, AppError> {
    db::annotations::get(&app.db, shop, id).await?.ok_or(AppError::NotFound("note with that id"))?;
    save(app, shop, (id, at, note), (actor, "annotation.change")).await
}

async fn save(app: &App, shop: ShopId, (id, at, note): (Uuid, Timestamp, &str), (actor, action): (&str, &str)) -> Result<Mark, AppError> {
    let note = annotation::note(note).map_err(AppError::Invalid)?;
    let row = NoteRow { id, at, note: note.clone(), made_by: actor.to_owned(), now: app.now() };
    let mut tx = app.db.begin().await?;
    db::annotations::save(&mut tx, shop, &row).await?;
    audit(app, &mut tx, shop, actor, (action, &id.to_string())).await?;
    tx.commit().await?;
    Ok(Mark { id: Some(id), at, until: None, kind: Kind::Note, note })
}

/// Removes a note.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn remove(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::annotations::remove(&mut tx, shop, id).await? {
        return Err(AppError::NotFound("note with that id"));
    }
    audit(app, &mut tx, shop, actor, ("annotation.remove", &id.to_string())).await?;
    Ok(tx.commit().await?)
}
