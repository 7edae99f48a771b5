//! Questions to the database that only a test asks: what is there, in the program's own words.

use comeback::db::Db;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// Asks either engine.
macro_rules! ask {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)*) => {
        match $db {
            comeback::db::Db::Sqlite { read, .. } => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(read).await,
            comeback::db::Db::Postgres(pool) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(pool).await,
        }
        .expect("the database answers")
    };
}
pub(super) use ask;

/// The body of a delivery, if it is there.
pub async fn body(db: &Db, key: &str) -> Option<Vec<u8>> {
    ask!(db, (Vec<u8>,), "SELECT body FROM deliveries WHERE delivery_key = $1", key).pop().map(|(body,)| body)
}

/// Every delivery by its key.
pub async fn bodies(db: &Db) -> BTreeMap<String, Vec<u8>> {
    ask!(db, (String, Vec<u8>), "SELECT delivery_key, body FROM deliveries").into_iter().collect()
}

/// When something is to be done next; none when nothing is.
pub async fn due(db: &Db, abandon_after: i64) -> Option<i64> {
    let waits: Vec<(Option<i64>,)> = ask!(
        db,
        (Option<i64>,),
        "SELECT MIN(CASE WHEN n.state = 'sending' THEN n.lease_until + 1 WHEN w.until > n.wake_at THEN w.until ELSE n.wake_at END)
            FROM nudges n LEFT JOIN (SELECT channel, CASE WHEN COALESCE(held_until, 0) > COALESCE(full_until, 0) THEN held_until ELSE full_until END AS until
                FROM send_ways) w ON w.channel = n.channel WHERE n.state IN ('scheduled', 'sending')
        UNION ALL SELECT MIN(active_at) + $1 FROM carts WHERE state = 'open' AND merged_into IS NULL
        UNION ALL SELECT MIN(received_at) FROM deliveries WHERE state = 'pending'",
        abandon_after
    );
    waits.into_iter().filter_map(|(at,)| at).min()
}

/// How many connections the server has that can be cut; none on SQLite.
pub async fn held_lines(db: &Db) -> u32 {
    let Db::Postgres(pool) = db else { return 0 };
    const SQL: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
    let count: i64 = sqlx::query_scalar(SQL).bind(super::world::HELD_LINE).fetch_one(pool).await.expect("the server answers");
    u32::try_from(count).expect("few connections")
}

/// What a fold comes to, by natural keys: the same for the same deliveries, however they came.
#[derive(Debug, PartialEq, Eq)]
pub struct Folded {
    pub carts: BTreeMap<String, (String, String)>,
    pub orders: BTreeMap<String, (String, String, i64)>,
    pub consents: BTreeMap<(String, String), (String, i64, String)>,
}

/// Reads it.
pub async fn folded(db: &Db) -> Folded {
    let mut people: BTreeMap<Uuid, String> = BTreeMap::new();
    for (id, kind, value) in ask!(db, (Uuid, String, String), "SELECT contact_id, kind, value FROM contact_identities ORDER BY kind, value")
    {
        write!(people.entry(id).or_default(), "{kind}:{value} ").expect("a text grows");
    }
    let who = |id: Option<Uuid>| id.map_or_else(String::new, |id| people.get(&id).cloned().unwrap_or_else(|| "nobody".into()));
    let carts = ask!(db, (String, Option<Uuid>), "SELECT facts, contact_id FROM carts WHERE merged_into IS NULL");
    let orders = ask!(db, (String, String, Option<Uuid>, i64), "SELECT platform_id, facts, contact_id, net_minor FROM orders");
    let consents = ask!(db, (Uuid, String, String, i64, String), "SELECT contact_id, channel, state, at, source FROM consents");
    Folded {
        carts: carts.into_iter().map(|(facts, contact)| (tokens(&facts), (facts, who(contact)))).collect(),
        orders: orders.into_iter().map(|(id, facts, contact, net)| (id, (facts, who(contact), net))).collect(),
        consents: consents.into_iter().map(|(id, channel, state, at, source)| ((who(Some(id)), channel), (state, at, source))).collect(),
    }
}

fn tokens(facts: &str) -> String {
    let facts: serde_json::Value = serde_json::from_str(facts).expect("facts");
    facts["tokens"].to_string()
}
