//! The carts behind a figure.

use crate::db::lists::{CART_COLUMNS, CartListRow, ListedCart};
use crate::db::{Db, DbError, ms};
use crate::domain::cart::CartState;
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::report::days::Days;
use crate::domain::report::fact::tag;
use crate::domain::report::figure::{Dimension, Reached};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// Which carts a figure counts.
#[derive(Debug, Clone, Default)]
pub struct CartsOf {
    /// Begun on these days.
    pub days: Option<Days>,
    /// That had to do with this campaign.
    pub campaign: Option<CampaignId>,
    /// That came this far, by what the campaign did where there is one.
    pub reached: Vec<Reached>,
    /// With these values; an empty one is unknown.
    pub values: Vec<(Dimension, String)>,
    /// In this state now.
    pub state: Option<CartState>,
    /// After this one in the list: its day, when it was begun, and its id.
    pub after: Option<(i64, Timestamp, Uuid)>,
}

impl CartsOf {
    /// Does it ask for nothing that only reports know?
    pub fn is_any(&self) -> bool {
        self.days.is_none() && self.campaign.is_none() && self.reached.is_empty() && self.values.is_empty()
    }

    /// The tags that a cart must have.
    fn tags(&self) -> Vec<String> {
        let values = self.values.iter().map(|(dimension, value)| {
            let of_campaign = self.campaign.filter(|_| matches!(dimension, Dimension::Channel | Dimension::Arm));
            format!("{}|", tag(of_campaign, *dimension, value))
        });
        let campaign = self.campaign.map(|c| format!("{}|", tag(None, Dimension::Campaign, &c.to_string())));
        values.chain(campaign).collect()
    }

    /// How far it must have come, as a pattern of `LIKE`.
    fn pattern(&self) -> Option<String> {
        let word = Reached::word(&self.reached).replace('.', "_");
        (!self.reached.is_empty()).then(|| format!("%{}|%", tag(self.campaign, Dimension::Reached, &word)))
    }
}

/// A cart, with its place in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The day on which it was begun.
    pub day: i64,
    /// The cart.
    pub cart: ListedCart,
}

/// The carts that a figure counts, those begun last first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn carts(db: &Db, shop: ShopId, of: &CartsOf, most: i64) -> Result<Vec<Row>, DbError> {
    let find = match db {
        Db::Sqlite { .. } => "INSTR",
        Db::Postgres(_) => "STRPOS",
    };
    let (tags, pattern) = (of.tags(), of.pattern());
    let mut sql = format!(
        "SELECT f.day, {CART_COLUMNS} FROM report_carts f JOIN carts c ON c.shop_id = f.shop_id AND c.id = f.cart_id
        WHERE f.shop_id = $1 AND f.day >= $2 AND f.day < $3 AND ($4 IS NULL OR c.state = $4)
            AND ($5 IS NULL OR (f.day, f.started_at, f.cart_id) < ($5, $6, $7)) AND ($8 IS NULL OR f.tags LIKE $8)"
    );
    for i in 0..tags.len() {
        sql.push_str(&format!(" AND {find}(f.tags, ${}) > 0", i + 10));
    }
    sql.push_str(" ORDER BY f.day DESC, f.started_at DESC, f.cart_id DESC LIMIT $9");
    let days = of.days.unwrap_or(Days { first: i64::MIN, end: i64::MAX });
    let (day, at, id) = of.after.map_or((None, None, None), |(day, at, id)| (Some(day), Some(ms(at)), Some(id)));
    let state = of.state.map(CartState::as_str);
    let rows: Vec<ListRow> = on_db!(db, c => {
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(shop.0).bind(days.first).bind(days.end).bind(state).bind(day).bind(at).bind(id)
            .bind(pattern).bind(most);
        for tag in tags {
            query = query.bind(tag);
        }
        query.fetch_all(c).await?
    });
    rows.into_iter().map(|r| Ok(Row { day: r.day, cart: r.cart.try_into()? })).collect()
}

#[derive(sqlx::FromRow)]
struct ListRow {
    day: i64,
    #[sqlx(flatten)]
    cart: CartListRow,
}
