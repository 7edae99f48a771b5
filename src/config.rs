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
/// Who may carry texts, and what each needs; `channels::settings` has the rest.
pub const SMS_PROVIDERS: [(&str, &[&str]); 4] = [
    ("twilio", &["account_sid", "auth_token", "from"]),
    ("vonage", &["account_sid", "auth_token", "from"]),
    ("telnyx", &["auth_token", "from"]),
    ("gateway", &["base_url", "auth_token", "from"]),
];
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
    /// Where mails that can't be delivered go back to; none: to the sender.
    pub email_bounce_address: Option<String>,
    /// How mails are signed; none: by the mail server.
    pub dkim: Option<DkimConfig>,
    /// Of the sender, by post: `shop.address` in templates.
    pub postal_address: Option<String>,
    /// The DNS server that is asked about the sender's domain; none: the system's.
    pub dns_server: Option<std::net::SocketAddr>,
    /// The provider of texts.
    pub sms: Option<ChannelConfig>,
    /// The WhatsApp number.
    pub whatsapp: Option<ChannelConfig>,
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

/// How mails are signed.
#[derive(Debug, Clone)]
pub struct DkimConfig {
    /// For which domain.
    pub domain: String,
    /// Under which name its public key is published.
    pub selector: String,
    /// The private key, as PEM.
    pub key: SecretString,
}

/// A channel's provider and its settings.
#[derive(Clone)]
pub struct ChannelConfig {
    /// `twilio`.
    pub provider: String,
    /// Those that are set, by their names: `account_sid`. Some are secrets.
    pub values: Vec<(&'static str, SecretString)>,
}

impl ChannelConfig {
    /// A setting that has a value.
    pub fn get(&self, name: &str) -> Option<&SecretString> {
        self.values.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
}

impl std::fmt::Debug for ChannelConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.values.iter().map(|(name, _)| *name);
        f.debug_struct("ChannelConfig").field("provider", &self.provider).field("values", &names.collect::<Vec<_>>()).finish()
    }
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

    /// What a mail server is set up with beside its address and the sender.
    pub fn of_smtp(&self) -> impl Iterator<Item = (&'static str, &str)> {
        use secrecy::ExposeSecret as _;
        let bounce = self.email_bounce_address.as_deref().map(|address| ("bounce_address", address));
        let dkim = self
            .dkim
            .as_ref()
            .map(|dkim| [("dkim_domain", dkim.domain.as_str()), ("dkim_selector", &dkim.selector), ("dkim_key", dkim.key.expose_secret())]);
        bounce.into_iter().chain(dkim.into_iter().flatten())
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
        let email_bounce_address = self.optional("email.bounce_address", |v| {
            v.parse::<crate::domain::contact::Email>().map(|_| v.to_owned()).map_err(|e| e.to_string())
        });
        let dkim = self.dkim();
        let postal_address = self.optional("email.postal_address", |v| Ok(v.to_owned()));
        let dns_server = self.optional("dns.server", |v| v.parse().map_err(|_| "expected an address and port such as 9.9.9.9:53".into()));
        let sms = self.sms();
        let whatsapp = self.whatsapp();
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
            email_bounce_address,
            dkim,
            postal_address,
            dns_server,
            sms,
            whatsapp,
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

    fn dkim(&mut self) -> Option<DkimConfig> {
        let found = ["dkim_domain", "dkim_selector", "dkim_key", "dkim_key_file"].map(|key| self.text(&format!("email.{key}")).to_owned());
        if found.iter().all(String::is_empty) {
            return None;
        }
        let [domain, selector, key, file] = found;
        for (name, value) in [("domain", &domain), ("selector", &selector)] {
            if value.is_empty() {
                self.faults.push(format!("email.dkim_{name}: is needed for mails to be signed, beside the key"));
            }
        }
        if key.is_empty() == file.is_empty() {
            self.faults.push("email.dkim_key_file: expected either this or email.dkim_key; `comeback dkim make` makes a key".into());
            return None;
        }
        let key = if file.is_empty() { key } else { self.parsed("email.dkim_key_file", key_text)? };
        Some(DkimConfig { domain, selector, key: SecretString::from(key) })
    }

    fn sms(&mut self) -> Option<ChannelConfig> {
        let names = || SMS_PROVIDERS.map(|(name, _)| name).join(", ");
        let known =
            |v: &str| SMS_PROVIDERS.into_iter().find(|(name, _)| *name == v).ok_or_else(|| format!("expected {}, or nothing", names()));
        let (provider, needed) = self.optional("sms.provider", known)?;
        self.needed("sms", "sms.provider", needed);
        self.address("sms.base_url");
        let names = ["account_sid", "auth_token", "old_auth_token", "from", "base_url", "callback_key"];
        Some(ChannelConfig { provider: provider.to_owned(), values: self.set("sms", &names) })
    }

    fn whatsapp(&mut self) -> Option<ChannelConfig> {
        if self.text("whatsapp.phone_number_id").is_empty() {
            return None;
        }
        self.needed("whatsapp", "whatsapp.phone_number_id", &["access_token"]);
        self.address("whatsapp.base_url");
        let names = ["phone_number_id", "access_token", "app_secret", "verify_token", "api_version", "base_url"];
        Some(ChannelConfig { provider: "whatsapp".to_owned(), values: self.set("whatsapp", &names) })
    }

    fn needed(&mut self, section: &str, by: &str, names: &[&str]) {
        for name in names {
            if self.text(&format!("{section}.{name}")).is_empty() {
                self.faults.push(format!("{section}.{name}: is needed with {by}"));
            }
        }
    }

    fn address(&mut self, path: &str) {
        self.optional(path, public_url);
    }

    /// The settings of a section that have a value.
    fn set(&self, section: &str, names: &[&'static str]) -> Vec<(&'static str, SecretString)> {
        let value = |name: &&'static str| (*name, self.text(&format!("{section}.{name}")));
        names.iter().map(value).filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, SecretString::from(text))).collect()
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

fn key_text(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("the file can't be read: {e}"))
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
    use secrecy::ExposeSecret as _;

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
    fn each_carrier_of_texts_asks_for_what_it_needs() {
        let faults = |provider: &str| load("", &[("COMEBACK_SMS__PROVIDER", provider)]).err().map(|e| e.to_string()).unwrap_or_default();
        let check = |provider: &str, missing: &[&str]| {
            let said = faults(provider);
            for name in ["account_sid", "auth_token", "from", "base_url"] {
                assert_eq!(said.contains(&format!("sms.{name}:")), missing.contains(&name), "{provider} {name}: {said}");
            }
        };
        check("twilio", &["account_sid", "auth_token", "from"]);
        check("vonage", &["account_sid", "auth_token", "from"]);
        check("telnyx", &["auth_token", "from"]);
        check("gateway", &["base_url", "auth_token", "from"]);
        assert!(faults("pigeon").contains("expected twilio, vonage, telnyx, gateway"));
    }

    #[test]
    fn whatsapp_is_set_up_by_its_number_and_no_secret_is_shown() {
        assert!(load("", &[]).is_ok_and(|c| c.whatsapp.is_none() && c.sms.is_none()));
        let number = ("COMEBACK_WHATSAPP__PHONE_NUMBER_ID", "106540352242922");
        assert!(load("", &[number]).is_err_and(|e| e.to_string().contains("whatsapp.access_token")));
        let config = load("", &[number, ("COMEBACK_WHATSAPP__ACCESS_TOKEN", "hunter2")]).expect("config");
        let whatsapp = config.whatsapp.as_ref().expect("WhatsApp");
        assert_eq!(whatsapp.values.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["phone_number_id", "access_token"]);
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn mails_are_signed_with_all_that_it_takes_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("dkim.pem");
        std::fs::write(&file, "the key").expect("written");
        let file = file.display().to_string();
        let all = [("COMEBACK_EMAIL__DKIM_DOMAIN", "a.example"), ("COMEBACK_EMAIL__DKIM_SELECTOR", "s1")];
        let with = |more: &[(&str, &str)]| load("", &[all.as_slice(), more].concat());
        assert!(load("", &[]).expect("config").dkim.is_none());
        for more in [("COMEBACK_EMAIL__DKIM_KEY", "the key"), ("COMEBACK_EMAIL__DKIM_KEY_FILE", &file)] {
            let dkim = with(&[more]).expect("config").dkim.expect("signed");
            assert_eq!((dkim.domain.as_str(), dkim.selector.as_str(), dkim.key.expose_secret()), ("a.example", "s1", "the key"));
        }
        let missing = format!("{file}.old");
        for (more, part) in [
            (vec![], "email.dkim_key_file"),
            (vec![("COMEBACK_EMAIL__DKIM_KEY", "x"), ("COMEBACK_EMAIL__DKIM_KEY_FILE", &file)], "either"),
            (vec![("COMEBACK_EMAIL__DKIM_KEY_FILE", missing.as_str())], "can't be read"),
            (vec![("COMEBACK_EMAIL__DKIM_KEY", "x"), ("COMEBACK_EMAIL__DKIM_SELECTOR", "")], "email.dkim_selector"),
        ] {
            assert!(with(&more).is_err_and(|faults| faults.to_string().contains(part)), "{part}");
        }
        assert!(load("", &[("COMEBACK_EMAIL__BOUNCE_ADDRESS", "nobody")]).is_err());
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
