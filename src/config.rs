//! Settings: defaults, then a file, then the environment. The only reader of files and environment variables.

use crate::domain::duration::Length;
use crate::domain::event::ChannelKind;
use crate::domain::flow::Limits;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const DEFAULTS: &str = include_str!("../config/default.toml");
const PREFIX: &str = "COMEBACK_";
/// The one variable that isn't ours: every Rust program's operators know it.
const LOG_FILTER: &str = "RUST_LOG";

/// With which `email.url` may begin.
const EMAIL_SCHEMES: [&str; 6] = ["smtp://", "smtps://", "sendgrid://", "postmark://", "mailgun://", "ses://"];
/// A canary takes seconds, and the next must not begin before it is through.
const CANARY_MIN: Length = Length::minutes(1);

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen: `127.0.0.1:8080`.
    pub bind: std::net::SocketAddr,
    /// With which links in messages start; without a slash at its end.
    pub public_url: String,
    /// `sqlite://...` or `postgres://...`; holds a password, so it isn't shown.
    pub database_url: SecretString,
    /// 32 bytes; none where it is to be found beside the SQLite file.
    pub secret_key: Option<[u8; 32]>,
    /// The mail provider, with its password.
    pub email_url: Option<SecretString>,
    /// The sender of mails.
    pub email_from: Option<String>,
    /// The provider of texts.
    pub sms: Option<SmsConfig>,
    /// How fast and how many messages leave by the program's own senders.
    pub sending: BTreeMap<ChannelKind, Limits>,
    /// By which every Shopify store's Admin API is called, in place of the store's own domain; `{shop}` in it stands for that.
    pub shopify_base_url: Option<String>,
    /// The longest wait before a due nudge is noticed.
    pub tick: Length,
    /// How long a worker may hold a nudge.
    pub lease: Length,
    /// How often a canary goes the whole way in every store; none: never.
    pub canary_every: Option<Length>,
    /// Are owners told of alarms by e-mail?
    pub watch_mail: bool,
    /// Logs as JSON.
    pub log_json: bool,
    /// Which logs are kept, in `tracing`'s directives (`RUST_LOG`): `info,comeback=debug`.
    pub log_filter: Option<String>,
    /// Who may read the metrics from elsewhere.
    pub metrics_token: Option<SecretString>,
}

/// The provider of texts.
#[derive(Debug, Clone)]
pub struct SmsConfig {
    /// `twilio`.
    pub provider: String,
    /// The account.
    pub account_sid: String,
    /// Its secret.
    pub auth_token: SecretString,
    /// The sender.
    pub from: String,
    /// Of the API.
    pub base_url: String,
}

/// Every fault in the settings, a line each: where it stands, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings can't be used:\n{}", .0.iter().fold(String::new(), |mut text, f| { let _ = writeln!(text, "  - {f}"); text }))]
pub struct ConfigError(pub Vec<String>);

/// A setting's value and where it was found.
#[derive(Debug, Clone)]
struct Found {
    value: String,
    origin: String,
}

type Settings = BTreeMap<String, Found>;

impl Config {
    /// Reads defaults, the file if there is one, and the process's environment.
    ///
    /// # Errors
    /// All faults together.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let text = match file {
            Some(path) => {
                let problem = |e| ConfigError(vec![format!("{}: can't be read: {e}", path.display())]);
                Some((path.display().to_string(), std::fs::read_to_string(path).map_err(problem)?))
            }
            None => None,
        };
        #[allow(clippy::disallowed_methods)] // the one place that reads the environment
        let environment = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        Self::from_parts(text.as_ref().map(|(name, text)| (name.as_str(), text.as_str())), environment)
    }

    /// The same from given parts.
    ///
    /// # Errors
    /// All faults together.
    pub fn from_parts(file: Option<(&str, &str)>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut faults = Vec::new();
        let mut settings = Settings::new();
        let mut log_filter = None;
        merge_file(&mut settings, "default.toml", DEFAULTS, true, &mut faults);
        if let Some((name, text)) = file {
            merge_file(&mut settings, name, text, false, &mut faults);
        }
        for (name, value) in environment {
            if name == LOG_FILTER {
                log_filter = Some(value).filter(|v| !v.trim().is_empty());
            } else {
                merge_variable(&mut settings, &name, value, &mut faults);
            }
        }
        let config = Reader { settings: &settings, faults: &mut faults }.config();
        match config {
            Some(config) if faults.is_empty() => Ok(Config { log_filter, ..config }),
            _ => Err(ConfigError(faults)),
        }
    }

    /// Where the SQLite file is; none with PostgreSQL.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        use secrecy::ExposeSecret as _;
        let rest = self.database_url.expose_secret().strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest);
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// The file that keeps the secret key with SQLite: its path and, if it is there, its text.
    ///
    /// # Errors
    /// When it is there but can't be read.
    pub fn key_file(&self) -> std::io::Result<Option<(PathBuf, Option<String>)>> {
        let Some(database) = self.sqlite_path() else { return Ok(None) };
        let path = database.with_extension("key");
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, Some(text)))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Some((path, None))),
            Err(e) => Err(e),
        }
    }
}

fn merge_file(settings: &mut Settings, name: &str, text: &str, defines: bool, faults: &mut Vec<String>) {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(e) => return faults.push(format!("{name}: is not TOML: {}", e.to_string().trim())),
    };
    for (section, values) in table {
        let toml::Value::Table(values) = values else {
            faults.push(format!("{name}: `{section}` stands outside of a section such as [server]"));
            continue;
        };
        for (key, value) in values {
            let path = format!("{section}.{key}");
            if !defines && !settings.contains_key(&path) {
                faults.push(format!("{name}: there is no setting `{path}`{}", meant(settings, &path)));
                continue;
            }
            let value = match value {
                toml::Value::String(text) => text,
                other => other.to_string(),
            };
            settings.insert(path, Found { value, origin: name.to_owned() });
        }
    }
}

fn merge_variable(settings: &mut Settings, name: &str, value: String, faults: &mut Vec<String>) {
    // Only names of the form COMEBACK_SECTION__KEY are settings.
    let Some((section, key)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once("__")) else { return };
    let path = format!("{}.{}", section.to_lowercase(), key.to_lowercase());
    match settings.get_mut(&path) {
        Some(found) => *found = Found { value, origin: name.to_owned() },
        None => faults.push(format!("{name}: there is no setting `{path}`{}", meant(settings, &path))),
    }
}

/// `; did you mean ...?`, where a known setting is near.
fn meant(settings: &Settings, path: &str) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    let near = settings.keys().find(|known| known.ends_with(&format!(".{key}")) || known.starts_with(path));
    near.map_or_else(String::new, |known| format!("; did you mean `{known}`?"))
}

/// Reads typed values and notes every fault on the way.
struct Reader<'a> {
    settings: &'a Settings,
    faults: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn config(mut self) -> Option<Config> {
        let bind = self.parsed("server.bind", |v| v.parse().map_err(|_| "expected an address and port such as 127.0.0.1:8080".into()));
        let public_url = self.parsed("server.public_url", public_url);
        let database_url = self.parsed("database.url", database_url);
        let secret_key = self.optional("security.secret_key", |v| hex_key(v).map(Some)).flatten();
        let email_url = self.optional("email.url", |v| known_scheme(v, &EMAIL_SCHEMES));
        let email_from =
            self.optional("email.from", |v| v.parse::<crate::domain::contact::Email>().map(|_| v.to_owned()).map_err(|e| e.to_string()));
        let sms = self.sms();
        let sending = ChannelKind::ALL.into_iter().map(|kind| (kind, self.limits(kind))).collect();
        let shopify_base_url = self.optional("shopify.base_url", self::public_url);
        let tick = self.parsed("worker.tick", str::parse::<Length>);
        let lease = self.parsed("worker.lease", str::parse::<Length>);
        let canary_every = self.parsed("watch.canary", canary_every);
        let watch_mail = self.parsed("watch.mail", |v| v.parse().map_err(|_| "expected true or false".into()));
        let log_json = self.parsed("log.format", |v| match v {
            "text" => Ok(false),
            "json" => Ok(true),
            _ => Err("expected text or json".into()),
        });
        let metrics_token = self.optional("metrics.token", |v| Ok(SecretString::from(v)));
        if email_url.is_some() && email_from.is_none() && self.text("email.from").is_empty() {
            self.faults.push("email.from: is needed with email.url: the address that mails come from".into());
        }
        Some(Config {
            bind: bind?,
            public_url: public_url?,
            database_url: database_url?,
            secret_key,
            email_url,
            email_from,
            sms,
            sending,
            shopify_base_url,
            tick: tick?,
            lease: lease?,
            canary_every: canary_every?,
            watch_mail: watch_mail?,
            log_json: log_json?,
            log_filter: None,
            metrics_token,
        })
    }

    fn sms(&mut self) -> Option<SmsConfig> {
        let provider =
            self.optional("sms.provider", |v| if v == "twilio" { Ok(v.to_owned()) } else { Err("expected twilio, or nothing".into()) })?;
        for key in ["sms.account_sid", "sms.auth_token", "sms.from"] {
            if self.text(key).is_empty() {
                self.faults.push(format!("{key}: is needed with sms.provider"));
            }
        }
        let base_url = self.parsed("sms.base_url", public_url)?;
        Some(SmsConfig {
            provider,
            account_sid: self.text("sms.account_sid").to_owned(),
            auth_token: SecretString::from(self.text("sms.auth_token")),
            from: self.text("sms.from").to_owned(),
            base_url,
        })
    }

    fn limits(&mut self, kind: ChannelKind) -> Limits {
        let path = |name: &str| format!("sending.{}_{name}", kind.as_str());
        let number = |v: &str| v.parse::<u32>().map_err(|_| "expected a whole number of messages, such as 2000".to_owned());
        let limits = Limits {
            rate: self.optional(&path("rate"), str::parse),
            per_day: self.optional(&path("per_day"), number),
            warm_up: self.optional(&path("warm_up"), str::parse),
        };
        for (field, problem) in limits.faults() {
            let field = field.split('.').next().unwrap_or(field);
            self.faults.push(format!("{}: {problem}", path(field)));
        }
        limits
    }

    fn text(&self, path: &str) -> &str {
        self.settings.get(path).map_or("", |found| found.value.trim())
    }

    fn parsed<T>(&mut self, path: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let result = parse(self.text(path));
        let origin = self.settings.get(path).map_or("", |found| found.origin.as_str());
        // The value is not repeated: it may be a secret.
        result.map_err(|problem| self.faults.push(format!("{path} (from {origin}): {problem}"))).ok()
    }

    fn optional<T>(&mut self, path: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if self.text(path).is_empty() { None } else { self.parsed(path, parse) }
    }
}

/// `1h`; `0` is never.
fn canary_every(text: &str) -> Result<Option<Length>, String> {
    if text == "0" {
        return Ok(None);
    }
    let every: Length = text.parse()?;
    match every {
        Length(length) if length.is_zero() => Ok(None),
        every if every < CANARY_MIN => Err("expected at least a minute, or 0 for never".into()),
        every => Ok(Some(every)),
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let bad = || "expected an address such as https://comeback.example.com".to_owned();
    let url = url::Url::parse(text).map_err(|_| bad())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && url.query().is_none() && url.fragment().is_none();
    if plain { Ok(text.trim_end_matches('/').to_owned()) } else { Err(bad()) }
}

fn database_url(text: &str) -> Result<SecretString, String> {
    known_scheme(text, &["sqlite:", "postgres://", "postgresql://"])
}

fn known_scheme(text: &str, schemes: &[&str]) -> Result<SecretString, String> {
    if schemes.iter().any(|s| text.starts_with(s)) {
        Ok(SecretString::from(text))
    } else {
        Err(format!("must begin with {}", schemes.join(" or ")))
    }
}

/// 32 bytes from 64 hexadecimal digits.
///
/// # Errors
/// What was expected.
pub fn hex_key(text: &str) -> Result<[u8; 32], String> {
    let bytes = hex::decode(text.trim()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
    bytes.ok_or_else(|| "expected 64 hexadecimal digits, such as `openssl rand -hex 32` prints".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment: Vec<_> = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::from_parts(Some(("my.toml", file)), environment.into_iter())
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let config = load("[server]\nbind = \"0.0.0.0:1\"\npublic_url = \"https://a.example/\"", &[("COMEBACK_SERVER__BIND", "0.0.0.0:2")])
            .expect("config");
        assert_eq!(config.bind.port(), 2);
        assert_eq!(config.public_url, "https://a.example");
        assert_eq!(config.tick, Length(jiff::SignedDuration::from_secs(1)));
        assert_eq!(config.sqlite_path(), Some(PathBuf::from("data/comeback.db")));
    }

    #[test]
    fn all_faults_are_reported_together_and_no_value_is_repeated() {
        let faults = load(
            "[server]\nbindd = \"x\"\n[email]\nurl = \"ftp://user:hunter2@host\"",
            &[
                ("COMEBACK_SECURITY__SECRET_KEY", "abc123secret"),
                ("COMEBACK_LOG__FORMAT", "xml"),
                ("COMEBACK_NOPE__X", "1"),
                ("COMEBACK_SMS__PROVIDER", "twilio"),
            ],
        )
        .expect_err("faults");
        let text = faults.to_string();
        for part in [
            "server.bindd",
            "email.url (from my.toml)",
            "security.secret_key",
            "log.format",
            "COMEBACK_NOPE__X",
            "sms.account_sid",
            "sms.auth_token",
        ] {
            assert!(text.contains(part), "{part} is missing in: {text}");
        }
        assert!(!text.contains("hunter2") && !text.contains("abc123secret"), "{text}");
    }

    #[test]
    fn a_canary_goes_every_hour_or_never_and_owners_are_told() {
        let config = |canary: &str| load("", &[("COMEBACK_WATCH__CANARY", canary), ("COMEBACK_WATCH__MAIL", "false")]);
        let usual = load("", &[]).expect("config");
        assert_eq!((usual.canary_every, usual.watch_mail), (Some(Length::hours(1)), true));
        assert_eq!(config("15m").map(|c| (c.canary_every, c.watch_mail)), Ok((Some(Length::minutes(15)), false)));
        assert_eq!(config("0").map(|c| c.canary_every), Ok(None));
        assert!(config("30s").is_err_and(|e| e.to_string().contains("watch.canary")));
        assert!(load("", &[("COMEBACK_WATCH__MAIL", "perhaps")]).is_err());
    }

    #[test]
    fn senders_have_limits_of_their_own() {
        let config =
            load("[sending]\nemail_rate = \"14/s\"\nemail_per_day = 2000", &[("COMEBACK_SENDING__EMAIL_WARM_UP", "2026-12-01: 50 100")]);
        let json = serde_json::to_string(&config.expect("config").sending[&ChannelKind::Email]).expect("json");
        assert_eq!(json, r#"{"rate":"14/s","per_day":2000,"warm_up":{"from":"2026-12-01","per_day":[50,100]}}"#);
        assert_eq!(load("", &[]).expect("config").sending[&ChannelKind::Sms], Limits::default());
        let faults =
            load("[sending]\nemail_rate = \"fast\"\nsms_per_day = \"0\"\nsms_warm_up = \"soon\"", &[]).expect_err("faults").to_string();
        for part in ["sending.email_rate", "sending.sms_per_day", "sending.sms_warm_up"] {
            assert!(faults.contains(part), "{part} is missing in: {faults}");
        }
    }

    #[test]
    fn names_without_a_section_are_not_settings() {
        assert!(load("", &[("COMEBACK_SHARED", "../shared")]).is_ok());
    }

    #[test]
    fn the_usual_variable_says_which_logs_are_kept() {
        assert_eq!(load("", &[("RUST_LOG", "debug")]).expect("config").log_filter.as_deref(), Some("debug"));
        assert_eq!(load("", &[("RUST_LOG", "")]).expect("config").log_filter, None);
    }
}
