//! What commands begin with: database, secret key, channels, and the app made of them.

use super::CliError;
use crate::app::{App, Parts};
use crate::channels::Channel;
use crate::channels::settings::{self, Chosen, Origin};
use crate::clock::{Random, SystemClock, SystemRandom, bytes};
use crate::config::{Config, hex_key};
use crate::db::{self, Db, DbError};
use secrecy::ExposeSecret as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// What to do with a schema that doesn't fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Bring it up to date.
    Migrate,
    /// SQLite's is ours alone: bring it up to date. PostgreSQL's may be shared: refuse.
    Usual,
}

/// Connects, makes sure of the schema and the key, and puts the app together.
///
/// # Errors
/// `Usage` for settings that can't be used, `Failed` for what can't be reached.
pub async fn app(config: Config, schema: Schema) -> Result<App, CliError> {
    let channels = channels(&config)?;
    let (db, master_key) = database(&config, schema).await?;
    Ok(App::new(Parts { db, clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), config, master_key, channels }))
}

/// Connects, makes sure of the schema, and finds the key.
async fn database(config: &Config, schema: Schema) -> Result<(Db, [u8; 32]), CliError> {
    let db = Db::connect(config.database_url.expose_secret()).await?;
    let fits = db.check_schema().await;
    let migrates = schema == Schema::Migrate || matches!(db, Db::Sqlite { .. });
    match fits {
        Err(DbError::Schema(_)) if migrates => db.migrate().await?,
        other => other?,
    }
    let key = match config.secret_key {
        Some(key) => key,
        None => key_beside(config, &db).await?,
    };
    Ok((db, key))
}

/// `comeback migrate`.
///
/// # Errors
/// What can't be reached or doesn't fit.
pub async fn migrate(config: &Config) -> Result<(), CliError> {
    let db = Db::connect(config.database_url.expose_secret()).await?;
    db.migrate().await?;
    db.check_schema().await?;
    super::out::line(&format!("The {} database is up to date.", db.engine()));
    db.close().await;
    Ok(())
}

/// The key in the file beside the SQLite database; made when there is none yet.
async fn key_beside(config: &Config, db: &Db) -> Result<[u8; 32], CliError> {
    let unreadable = |e: std::io::Error| CliError::Failed(format!("the key file beside the database can't be read: {e}"));
    let Some((path, text)) = config.key_file().map_err(unreadable)? else {
        let text = "security.secret_key is needed with PostgreSQL, the same for every replica: make one with `openssl rand -hex 32`, keep it safe, \
            and set COMEBACK_SECURITY__SECRET_KEY";
        return Err(CliError::Usage(text.into()));
    };
    let text = match text {
        Some(text) => text,
        // Another key would not open what is sealed already: only a database without stores may get a new one.
        None if !db::shops::list(db).await?.is_empty() => {
            return Err(CliError::Failed(format!(
                "the database holds stores, but their key file {} is missing: put it back from your backup, or set COMEBACK_SECURITY__SECRET_KEY to the key",
                path.display()
            )));
        }
        None => {
            make_key(&path, &SystemRandom).map_err(|e| CliError::Failed(format!("the key file {} can't be made: {e}", path.display())))?
        }
    };
    hex_key(&text).map_err(|e| CliError::Failed(format!("the key file {} can't be used: {e}", path.display())))
}

/// Makes a key file that only its owner can read. It appears whole or not at all, and never replaces another: of two that start at once, both read the one that came first.
fn make_key(path: &Path, random: &dyn Random) -> std::io::Result<String> {
    let text = format!("{}\n", hex::encode(bytes::<32>(random)));
    let draft = path.with_extension(format!("key.{}", hex::encode(bytes::<8>(random))));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    match written {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(e),
        _ => std::fs::read_to_string(path),
    }
}

/// The channels that the settings name.
///
/// # Errors
/// `Usage` when a channel can't be made of its settings.
pub fn channels(config: &Config) -> Result<Vec<Arc<dyn Channel>>, CliError> {
    let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
    if let (Some(url), Some(from)) = (&config.email_url, &config.email_from) {
        let mails = settings::of_mail(url.expose_secret(), from).and_then(|mut chosen| {
            chosen.values.extend(config.of_smtp());
            chosen.build(Origin::Operator)
        });
        channels.push(mails.map_err(|e| CliError::Usage(format!("email.url: {e}")))?);
    }
    for (section, of) in [("sms", &config.sms), ("whatsapp", &config.whatsapp)] {
        let Some(of) = of else { continue };
        let values = of.values.iter().map(|(name, value)| (*name, value.expose_secret())).collect();
        let chosen = Chosen { provider: of.provider.clone(), values };
        channels.push(chosen.build(Origin::Operator).map_err(|e| CliError::Usage(format!("{section}: {e}")))?);
    }
    Ok(channels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SMS_PROVIDERS;

    /// The two tables are in two rooms, since settings are read before there is a channel.
    #[test]
    fn the_settings_know_every_carrier_of_texts_and_what_it_needs() {
        let carriers: Vec<_> = settings::PROVIDERS.iter().filter(|p| p.kind == crate::domain::event::ChannelKind::Sms).collect();
        assert_eq!(carriers.iter().map(|p| p.name).collect::<Vec<_>>(), SMS_PROVIDERS.map(|(name, _)| name));
        for (provider, (_, needed)) in carriers.iter().zip(SMS_PROVIDERS) {
            let mut required: Vec<&str> = provider.fields.iter().filter(|f| f.required).map(|f| f.name).collect();
            let mut needed = needed.to_vec();
            required.sort_unstable();
            needed.sort_unstable();
            assert_eq!(required, needed, "{}", provider.name);
        }
    }

    #[test]
    fn a_key_file_is_whole_private_and_never_replaced() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("comeback.key");
        let first = make_key(&path, &SystemRandom).expect("key");
        assert!(hex_key(&first).is_ok());
        assert_eq!(make_key(&path, &SystemRandom).expect("the same key"), first);
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 1, "no draft is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).expect("file").permissions().mode() & 0o777, 0o600);
        }
    }
}
