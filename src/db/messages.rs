//! What was sent, as it looked; and to whom nothing may be.

use super::{Db, DbError, Tx, instant, json_texts, ms, word};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{NudgeId, ShopId};
use crate::domain::sms::{Charge, Encoding};
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
    /// What it costs, where prices are known; kept apart, and longer.
    pub charge: Option<Charge>,
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
    #[sqlx(flatten)]
    cost: CostRow,
}

#[derive(sqlx::FromRow)]
struct CostRow {
    encoding: Option<String>,
    segments: Option<i64>,
    cost_micros: Option<i64>,
    currency: Option<String>,
    price_table: Option<String>,
}

impl CostRow {
    fn charge(self) -> Result<Option<Charge>, DbError> {
        let (Some(cost_micros), Some(currency), Some(table)) = (self.cost_micros, self.currency, self.price_table) else { return Ok(None) };
        let encoding = self.encoding.map(|text| word("encoding", &text)).transpose()?;
        Ok(Some(Charge { encoding, segments: self.segments, cost_micros, currency: word("currency", &currency)?, table }))
    }
}

/// Keeps what a message that left cost, in the place of what an earlier attempt would have.
///
/// # Errors
/// `Unavailable`.
pub async fn save_cost(tx: &mut Tx, shop: ShopId, nudge: NudgeId, charge: &Charge) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO message_costs (shop_id, nudge_id, encoding, segments, cost_micros, currency, price_table) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (shop_id, nudge_id) DO UPDATE SET encoding = excluded.encoding, segments = excluded.segments, cost_micros = excluded.cost_micros,
            currency = excluded.currency, price_table = excluded.price_table";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(nudge.0).bind(charge.encoding.map(Encoding::as_str)).bind(charge.segments).bind(charge.cost_micros)
        .bind(charge.currency.code()).bind(&charge.table).execute(c).await?.rows_affected());
    super::recovered::of_nudges(tx, shop, &[nudge.0]).await?;
    super::rollups::carts_of_nudges(tx, shop, &[nudge.0]).await
}

/// A nudge's message as it was sent.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId, nudge: NudgeId) -> Result<Option<MessageRow>, DbError> {
    const SQL: &str = "SELECT m.nudge_id, m.recipient, m.subject, m.html, m.text, m.template_key, m.template_version, m.rendered_at, c.encoding, c.segments,
            c.cost_micros, c.currency, c.price_table
        FROM messages m LEFT JOIN message_costs c ON c.shop_id = m.shop_id AND c.nudge_id = m.nudge_id WHERE m.shop_id = $1 AND m.nudge_id = $2";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(nudge.0).fetch_optional(c).await?);
    let made = |r: Row| {
        Ok(MessageRow {
            nudge_id: NudgeId(r.nudge_id),
            recipient: r.recipient,
            subject: r.subject,
            html: r.html,
            text: r.text,
            template_key: r.template_key,
            template_version: r.template_version,
            rendered_at: instant(r.rendered_at),
            charge: r.cost.charge()?,
        })
    };
    row.map(made).transpose()
}

/// Which of these addresses must not be written to: `(channel, address, reason)`.
///
/// # Errors
/// `Unavailable`.
pub async fn suppressed(tx: &mut Tx, shop: ShopId, addresses: &[&str]) -> Result<Vec<(String, String, String)>, DbError> {
    const LITE: &str = "SELECT channel, address, reason FROM suppressions WHERE shop_id = $1 AND channel IN ('email', 'sms', 'whatsapp')
        AND address IN (SELECT value FROM json_each($2))";
    const PG: &str = "SELECT channel, address, reason FROM suppressions WHERE shop_id = $1 AND channel IN ('email', 'sms', 'whatsapp') AND address = ANY($2)";
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
    forbid(tx, shop, (channel, address), reason, now).await.map(|_| ())
}

/// The same; was it allowed until now?
///
/// # Errors
/// `Unavailable`.
pub async fn forbid(
    tx: &mut Tx,
    shop: ShopId,
    (channel, address): (ChannelKind, &str),
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO suppressions (shop_id, channel, address, reason, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (shop_id, channel, address) DO NOTHING";
    let added = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(address).bind(reason).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(added > 0)
}

/// Allows an address again, whatever was told of it or said from it before.
///
/// # Errors
/// `Unavailable`.
pub async fn unsuppress(tx: &mut Tx, shop: ShopId, channel: ChannelKind, address: &str) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3";
    super::receipts::forgive(tx, shop, channel, address).await?;
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(address).execute(c).await?.rows_affected()) > 0)
}

/// Allows an address again that its owner took off by a link, and put back on since.
///
/// # Errors
/// `Unavailable`.
pub async fn lift_own(tx: &mut Tx, shop: ShopId, (channel, address): (ChannelKind, &str), at: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "DELETE FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3 AND reason = 'unsubscribed' AND created_at <= $4";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(address).bind(ms(at)).execute(c).await?.rows_affected());
    Ok(())
}

/// Is an address forbidden, and why?
///
/// # Errors
/// `Unavailable`.
pub async fn suppression_of(db: &Db, shop: ShopId, channel: ChannelKind, address: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT reason FROM suppressions WHERE shop_id = $1 AND channel = $2 AND address = $3";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(channel.as_str()).bind(address).fetch_optional(c).await?))
}
