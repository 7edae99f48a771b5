//! What was sent, as it looked; and to whom nothing may be.

use super::{Db, DbError, Tx, instant, json_texts, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{NudgeId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// A rendered nudge.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// Of which nudge.
    pub nudge_id: NudgeId,
    /// The address.
    pub recipient: String,
    /// Of a mail.
    pub subject: String,
    /// Of a mail.
    pub html: String,
    /// Of a mail or text.
    pub text: String,
    /// From which template.
    pub template_key: String,
    /// At which version.
    pub template_version: i64,
    /// When.
    pub rendered_at: Timestamp,
}

/// Keeps messages, each in the place of an earlier rendering of the same nudge.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, batch: &[&MessageRow]) -> Result<(), DbError> {
    const LITE: &str = "INSERT INTO messages (shop_id, nudge_id, recipient, subject, html, text, template_key, template_version, rendered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (shop_id, nudge_id) DO UPDATE SET recipient = excluded.recipient, subject = excluded.subject, html = excluded.html,
            text = excluded.text, template_key = excluded.template_key, template_version = excluded.template_version, rendered_at = excluded.rendered_at";
    const PG: &str = "INSERT INTO messages (shop_id, nudge_id, recipient, subject, html, text, template_key, template_version, rendered_at)
        SELECT $1, n, r, s, h, t, k, v, a
        FROM UNNEST($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[]) AS u (n, r, s, h, t, k, v, a)
        ON CONFLICT (shop_id, nudge_id) DO UPDATE SET recipient = excluded.recipient, subject = excluded.subject, html = excluded.html,
            text = excluded.text, template_key = excluded.template_key, template_version = excluded.template_version, rendered_at = excluded.rendered_at";
    if batch.is_empty() {
        return Ok(());
    }
    match tx {
        // In the same process one after the other costs less than writing them as JSON and reading that.
        Tx::Sqlite(tx) => {
            for m in batch {
                let insert = sqlx::query(LITE).bind(shop.0).bind(m.nudge_id.0).bind(&m.recipient).bind(&m.subject).bind(&m.html);
                let insert = insert.bind(&m.text).bind(&m.template_key).bind(m.template_version).bind(ms(m.rendered_at));
                insert.execute(&mut **tx).await?;
            }
        }
        Tx::Postgres(tx) => {
            let texts = |of: fn(&MessageRow) -> &str| batch.iter().map(|m| of(m)).collect::<Vec<_>>();
            sqlx::query(PG)
                .bind(shop.0)
                .bind(batch.iter().map(|m| m.nudge_id.0).collect::<Vec<_>>())
                .bind(texts(|m| &m.recipient))
                .bind(texts(|m| &m.subject))
                .bind(texts(|m| &m.html))
                .bind(texts(|m| &m.text))
                .bind(texts(|m| &m.template_key))
                .bind(batch.iter().map(|m| m.template_version).collect::<Vec<_>>())
                .bind(batch.iter().map(|m| ms(m.rendered_at)).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    nudge_id: Uuid,
    recipient: String,
    subject: String,
    html: String,
    text: String,
    template_key: String,
    template_version: i64,
    rendered_at: i64,
}

/// A nudge's message as it was sent.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId, nudge: NudgeId) -> Result<Option<MessageRow>, DbError> {
    const SQL: &str = "SELECT nudge_id, recipient, subject, html, text, template_key, template_version, rendered_at FROM messages
        WHERE shop_id = $1 AND nudge_id = $2";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    Ok(row.map(|r| MessageRow {
        nudge_id: NudgeId(r.nudge_id),
        recipient: r.recipient,
        subject: r.subject,
        html: r.html,
        text: r.text,
        template_key: r.template_key,
        template_version: r.template_version,
        rendered_at: instant(r.rendered_at),
    }))
}

/// Which of these addresses must not be written to: `(channel, address, reason)`.
///
/// # Errors
/// `Unavailable`.
pub async fn suppressed(tx: &mut Tx, shop: ShopId, addresses: &[&str]) -> Result<Vec<(String, String, String)>, DbError> {
    const LITE: &str = "SELECT channel, address, reason FROM suppressions WHERE shop_id = $1 AND channel IN ('email', 'sms')
        AND address IN (SELECT value FROM json_each($2))";
    const PG: &str =
        "SELECT channel, address, reason FROM suppressions WHERE shop_id = $1 AND channel IN ('email', 'sms') AND address = ANY($2)";
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(json_texts(addresses.iter().copied())).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(addresses).fetch_all(&mut **tx).await?,
    })
}

/// Forbids an address; the first reason stays.
///
/// # Errors
/// `Unavailable`.
pub async fn suppress(
    tx: &mut Tx,
    shop: ShopId,
    (channel, address): (ChannelKind, &str),
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO suppressions (shop_id, channel, address, reason, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (shop_id, channel, address) DO NOTHING";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(address).bind(reason).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Allows an address again.
///
/// # Errors
/// `Unavailable`.
pub async fn unsuppress(tx: &mut Tx, shop: ShopId, channel: ChannelKind, address: &str) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(address).execute(c).await?.rows_affected()) > 0)
}

/// Is an address forbidden, and why?
///
/// # Errors
/// `Unavailable`.
pub async fn suppression_of(db: &Db, shop: ShopId, channel: ChannelKind, address: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT reason FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(channel.as_str()).bind(address).fetch_optional(c).await?))
}
