//! The two engines behind one type: where to connect, how to begin, how to run one statement on either.

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::str::FromStr;
use std::time::Duration;

/// How long a caller waits for a connection before the database counts as unavailable.
const ACQUIRE_MAX: Duration = Duration::from_secs(4);
/// How long SQLite waits for another process (a command line) that is writing.
const BUSY_MAX: Duration = Duration::from_secs(4);
const SQLITE_READERS: u32 = 4;
/// Prepared statements per connection: intake alone has one for every number of rows.
const STATEMENTS_KEPT: usize = 200;
const POSTGRES_CONNECTIONS: u32 = 16;

/// Why the database didn't do it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It can't be reached, is full, or refused the commit: nothing was changed, and it may work later.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A statement was refused: a bug, or a schema that doesn't fit.
    #[error("the database refused a statement: {0}")]
    Refused(#[source] sqlx::Error),
    /// A row that can't be understood.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
    /// The address isn't one.
    #[error("{0}")]
    BadUrl(String),
    /// The schema is not this program's.
    #[error("the database's schema doesn't fit this program: {0}; run `comeback migrate`")]
    Schema(String),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let refused = match &error {
            // SQLite: 5 busy, 6 locked, 10 I/O, 13 full, 14 can't open. PostgreSQL: classes 08, 53, 57, 58 are about the server, not the statement.
            sqlx::Error::Database(e) => match e.code().as_deref() {
                Some(code) if code.len() == 5 => !["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class)),
                Some(code) => !matches!(code.parse::<u32>().map(|c| c & 0xff), Ok(5 | 6 | 10 | 13 | 14)),
                None => true,
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => true,
            _ => false,
        };
        if refused { Self::Refused(error) } else { Self::Unavailable(error) }
    }
}

/// Where rows live.
#[derive(Clone, Debug)]
pub enum Db {
    /// Embedded: one writer, a few readers.
    Sqlite {
        /// The only connection that writes.
        write: SqlitePool,
        /// Connections that read.
        read: SqlitePool,
    },
    /// A server, possibly shared by several replicas, possibly Citus.
    Postgres(PgPool),
}

/// An open transaction that may write.
pub enum Tx {
    /// SQLite's.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// PostgreSQL's.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Runs one body, written once, on whichever engine's pool: for reads outside a transaction.
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { read: $c, .. } => $body,
            $crate::db::Db::Postgres($c) => $body,
        }
    };
}

/// Runs one body, written once, on whichever engine's transaction.
macro_rules! on_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

impl Db {
    /// Opens `sqlite://path` (made if it isn't there) or `postgres://...`.
    ///
    /// # Errors
    /// `BadUrl`, or `Unavailable` when it can't be reached now.
    pub async fn connect(url: &str) -> Result<Self, DbError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let bad = |_| DbError::BadUrl("database.url can't be read; expected postgres://user:password@host:5432/name".into());
            let options = PgConnectOptions::from_str(url).map_err(bad)?.application_name("comeback");
            let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(ACQUIRE_MAX).test_before_acquire(false);
            Ok(Self::Postgres(pool.connect_with(options).await.map_err(DbError::Unavailable)?))
        } else {
            Err(DbError::BadUrl("database.url must begin with sqlite:// or postgres://".into()))
        }
    }

    /// Opens a SQLite file for work that can be done again from the beginning: nothing waits for the disk, so a power cut may leave it broken. Never for
    /// anything that was acknowledged.
    ///
    /// # Errors
    /// `BadUrl` when it can't be made, `Unavailable`.
    pub async fn throw_away(file: &std::path::Path) -> Result<Self, DbError> {
        Self::open_file(SqliteConnectOptions::new().filename(file), SqliteSynchronous::Off).await
    }

    async fn open_sqlite(url: &str) -> Result<Self, DbError> {
        let bad = |_| DbError::BadUrl("database.url can't be read; expected sqlite://path/to/file.db".into());
        // An acknowledged delivery must survive a power cut: FULL syncs the log at every commit.
        Self::open_file(SqliteConnectOptions::from_str(url).map_err(bad)?, SqliteSynchronous::Full).await
    }

    async fn open_file(options: SqliteConnectOptions, synchronous: SqliteSynchronous) -> Result<Self, DbError> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(BUSY_MAX)
            .statement_cache_capacity(STATEMENTS_KEPT);
        if let Some(folder) = options.get_filename().parent().filter(|f| !f.as_os_str().is_empty()) {
            let problem = |e| DbError::BadUrl(format!("the database's folder can't be made: {e}"));
            std::fs::create_dir_all(folder).map_err(problem)?;
        }
        keep_private(options.get_filename());
        let pool =
            || SqlitePoolOptions::new().acquire_timeout(ACQUIRE_MAX).test_before_acquire(false).idle_timeout(None).max_lifetime(None);
        let writer = pool().max_connections(1).min_connections(1).after_release(|connection, _| Box::pin(is_at_rest(connection)));
        let write = writer.connect_with(options.clone()).await.map_err(DbError::Unavailable)?;
        let read = pool().max_connections(SQLITE_READERS).min_connections(0).connect_with(options.read_only(true)).await;
        Ok(Self::Sqlite { write, read: read.map_err(DbError::Unavailable)? })
    }

    /// Begins a transaction that may write. On SQLite it is alone from here on.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => {
                // In a task of its own, which goes on when the caller is gone: a BEGIN that is dropped on its way leaves the connection inside of a
                // transaction that nobody ends, and whoever gets the connection next would store things in it that are never committed.
                let pool = pool.clone();
                let begun = tokio::spawn(async move { pool.begin().await }).await;
                Tx::Postgres(begun.map_err(|_| DbError::Unavailable(sqlx::Error::WorkerCrashed))??)
            }
        })
    }

    /// Begins a transaction that only reads, and keeps nobody from writing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn look(&self) -> Result<Tx, DbError> {
        match self {
            Self::Sqlite { read, .. } => Ok(Tx::Sqlite(read.begin().await?)),
            Self::Postgres(_) => self.begin().await,
        }
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// `Schema` when a landed migration was edited or the database is of a newer program; `Unavailable`.
    pub async fn migrate(&self) -> Result<(), DbError> {
        let done = match self {
            Self::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await,
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await,
        };
        done.map_err(|e| DbError::Schema(e.to_string()))
    }

    /// Fails unless every migration of this program has been applied.
    ///
    /// # Errors
    /// `Schema`, or `Unavailable`.
    pub async fn check_schema(&self) -> Result<(), DbError> {
        const SQL: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
        let newest = Self::newest_schema();
        let has: Result<i64, sqlx::Error> = on_db!(self, c => sqlx::query_scalar(SQL).fetch_one(c).await);
        match has.map_err(DbError::from) {
            Ok(version) if version >= newest => Ok(()),
            Ok(version) => Err(DbError::Schema(format!("it is at version {version}, this program needs {newest}"))),
            Err(DbError::Refused(_)) => Err(DbError::Schema("it has never been migrated".into())),
            Err(other) => Err(other),
        }
    }

    /// The version of the schema that this program brings a database to.
    pub fn newest_schema() -> i64 {
        sqlx::migrate!("migrations/sqlite").iter().map(|m| m.version).max().unwrap_or(0)
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Closes every connection after what is running has ended.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// May the writer be used again? SQLite undoes a transaction by itself when the disk is full, and sqlx, which counts transactions, would wait for its end
/// for ever: such a connection is closed, and another is opened in its place.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be on its way; the answer comes after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Makes the file before SQLite does, readable for its owner alone: it holds shoppers' data. SQLite gives its other files the same rights. A file that is
/// there, or can't be made, is left to SQLite.
fn keep_private(file: &std::path::Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
}

impl Tx {
    /// Makes everything done in it durable.
    ///
    /// # Errors
    /// `Unavailable`: then none of it happened, as far as anyone can tell.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Undoes everything done in it.
    ///
    /// # Errors
    /// `Unavailable`; it is undone all the same.
    pub async fn rollback(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
