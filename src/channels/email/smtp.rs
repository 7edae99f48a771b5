//! Mails over SMTP: kept sessions, bounded in number, and an outcome for every way in which a conversation can end.

use super::build::{self, Wire};
use super::replies::{self, SETTINGS_WAIT, Stage};
use super::session::{Cause, Failure, Session};
use crate::channels::settings::{Field, Provider};
use crate::channels::{Channel, Fault, Message, Outcome};
use crate::domain::event::ChannelKind;
use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use percent_encoding::percent_decode_str;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use url::Url;

const CONNECT_WAIT: Duration = Duration::from_secs(10);
const COMMAND_WAIT: Duration = Duration::from_secs(30);
const ANSWER_WAIT: Duration = Duration::from_secs(60); // servers scan a message before they answer its final dot
const SESSIONS_MAX: usize = 16; // at once, and kept
const IDLE_MAX: Duration = Duration::from_secs(30); // servers hang up on idle sessions, some after a minute

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "smtp",
    kind: ChannelKind::Email,
    title: "SMTP",
    fields: &[
        Field {
            name: "url",
            label: "Server",
            help: "Such as smtp://user:password@mail.example.com:587, or smtps:// for TLS from the start.",
            secret: true,
            required: true,
        },
        Field {
            name: "from",
            label: "Sender",
            help: "The address that mails come from, of a domain that you may send for.",
            secret: false,
            required: true,
        },
    ],
    from_url: Some(|url| Ok([("url", url)].into_iter().collect())),
    build: |values, _| Ok(Arc::new(Smtp::from_url(values.need("url")?, values.need("from")?)?)),
};

/// Limits of the conversations.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// For TCP.
    pub connect: Duration,
    /// For the answer to a command, and for the wait for a free session.
    pub command: Duration,
    /// For writing a message and the answer to its final dot.
    pub answer: Duration,
    /// How many conversations at once, and how many sessions are kept.
    pub sessions: usize,
    /// How long a session is kept unused.
    pub idle: Duration,
    /// Another certificate to trust, as PEM: a mail server's own authority. Beside it Mozilla's roots are trusted.
    pub root_pem: Option<String>,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        Self { connect: CONNECT_WAIT, command: COMMAND_WAIT, answer: ANSWER_WAIT, sessions: SESSIONS_MAX, idle: IDLE_MAX, root_pem: None }
    }
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS before anything is said.
    Implicit,
    /// STARTTLS, or no mail.
    Required,
    /// STARTTLS if the server offers it.
    Opportunistic,
    /// In the clear.
    None,
}

/// Whom to talk to.
pub struct Server {
    /// Name or address.
    pub host: String,
    /// 25, 465, 587, ...
    pub port: u16,
    /// How to encrypt.
    pub security: Security,
    /// The certificate's name and the roots to trust.
    pub tls: TlsParameters,
    /// How to log in, if at all.
    pub credentials: Option<Credentials>,
    /// On this machine.
    pub is_loopback: bool,
}

/// A mail server.
pub struct Smtp {
    server: Server,
    sender: Mailbox,
    options: SmtpOptions,
    slots: Semaphore,
    kept: Mutex<Vec<Kept>>,
}

/// A session that waits for its next mail.
struct Kept {
    session: Session,
    since: Instant,
}

impl Smtp {
    /// From the settings: `smtp://[user:password@]host[:port][?tls=required|opportunistic|none]` or `smtps://…`, and the sender's address.
    /// `smtp://` takes STARTTLS where it is offered, except on this machine.
    ///
    /// # Errors
    /// What is wrong with the settings, without password or address.
    pub fn from_url(url: &str, from: &str) -> Result<Self, String> {
        Self::with_options(url, from, SmtpOptions::default())
    }

    /// As `from_url`, with other limits.
    ///
    /// # Errors
    /// As `from_url`.
    pub fn with_options(url: &str, from: &str, options: SmtpOptions) -> Result<Self, String> {
        let server = server(url, options.root_pem.as_deref())?;
        let sender = build::mailbox(from)?;
        let slots = Semaphore::new(options.sessions.max(1));
        Ok(Self { server, sender, options, slots, kept: Mutex::new(Vec::new()) })
    }

    async fn converse(&self, wire: &Wire) -> Result<(), Failure> {
        let mut session = self.announced(wire).await?;
        let result = session.deliver(&wire.envelope, &wire.bytes).await;
        match &result {
            Ok(()) => self.keep(session),
            // The server has forgotten a message that it refused after the dot; before it, it must be told to.
            Err(Failure { stage: Stage::Dot, cause: Cause::Reply(reply) }) if reply.code != 421 => self.keep(session),
            Err(Failure { cause: Cause::Reply(reply), .. }) if reply.code != 421 => {
                if session.reset().await {
                    self.keep(session);
                }
            }
            Err(_) => {}
        }
        result
    }

    /// A session that has taken MAIL. A kept one may have died unnoticed, which its answer to MAIL shows; then a new one is opened, once.
    async fn announced(&self, wire: &Wire) -> Result<Session, Failure> {
        if let Some(mut session) = self.take() {
            match session.mail(&wire.envelope, &wire.bytes).await {
                Ok(()) => return Ok(session),
                Err(Failure { cause: Cause::Lost(_), .. }) => {}
                Err(Failure { cause: Cause::Reply(reply), .. }) if reply.code == 421 => {}
                Err(failure) => return Err(failure),
            }
        }
        let mut session = Session::open(&self.server, &self.options).await?;
        session.mail(&wire.envelope, &wire.bytes).await?;
        Ok(session)
    }

    fn take(&self) -> Option<Session> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        kept.retain(|k| now.duration_since(k.since) < self.options.idle);
        kept.pop().map(|k| k.session)
    }

    fn keep(&self, session: Session) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < self.options.sessions {
            kept.push(Kept { session, since: Instant::now() });
        }
    }
}

#[async_trait]
impl Channel for Smtp {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn reference(&self, key: &str) -> Option<String> {
        Some(build::message_id(key, &self.sender))
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Email(mail) = message else {
            return Outcome::Refused { reason: "a text was handed to the e-mail channel".to_owned(), fault: Fault::Content };
        };
        let wire = match build::build(mail, &self.sender) {
            Ok(wire) => wire,
            Err(reason) => return Outcome::Refused { reason, fault: Fault::Content },
        };
        let Ok(Ok(_slot)) = timeout(self.options.command, self.slots.acquire()).await else {
            return Outcome::held("all conversations with the mail server are busy", None);
        };
        match self.converse(&wire).await {
            Ok(()) => Outcome::Accepted { provider_id: Some(wire.message_id) },
            Err(failure) => outcome(failure, mail.to.as_str()),
        }
    }

    async fn probe(&self) -> Result<(), String> {
        let checked = match Session::open(&self.server, &self.options).await {
            Ok(session) => session.check().await,
            Err(failure) => Err(failure),
        };
        checked.map_err(|failure| match outcome(failure, "") {
            Outcome::TryLater { reason, .. } | Outcome::Refused { reason, .. } | Outcome::Unknown { reason } => reason,
            Outcome::Accepted { .. } => "the mail server gave an answer that makes no sense".to_owned(),
        })
    }
}

/// What a failed conversation means for the mail.
fn outcome(failure: Failure, recipient: &str) -> Outcome {
    let Failure { stage, cause } = failure;
    match cause {
        Cause::Reply(reply) => replies::refused(stage, &reply, recipient),
        Cause::Lost(what) if stage == Stage::Dot => {
            Outcome::Unknown { reason: format!("the mail server was handed the mail and its answer was lost: {what}") }
        }
        Cause::Lost(what) => {
            let reason = format!("the mail server could not be reached or hung up before it had the mail: {what}");
            Outcome::held(reason, None)
        }
        Cause::Settings(what) => Outcome::held(format!("{what}; check the e-mail settings"), Some(SETTINGS_WAIT)),
        Cause::Unsupported(what) => Outcome::Refused { reason: what.to_owned(), fault: Fault::Content },
    }
}

fn server(text: &str, root_pem: Option<&str>) -> Result<Server, String> {
    let unreadable = "the e-mail URL can't be read; write it as smtp://user:password@mail.example.com:587";
    let url = Url::parse(text).map_err(|_| unreadable.to_owned())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(unreadable)?.trim_matches(['[', ']']).to_owned();
    let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let security = security(&url, is_loopback)?;
    let credentials = credentials(&url)?;
    let port = url.port().unwrap_or(match (security, &credentials) {
        (Security::Implicit, _) => 465,
        (_, Some(_)) => 587,
        (_, None) => 25,
    });
    let tls = tls(&host, root_pem)?;
    Ok(Server { host, port, security, tls, credentials, is_loopback })
}

fn tls(host: &str, root_pem: Option<&str>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = root_pem {
        let root =
            Certificate::from_pem(pem.as_bytes()).map_err(|_| "the certificate to trust can't be read; give it as PEM".to_owned())?;
        builder = builder.add_root_certificate(root);
    }
    builder.build().map_err(|_| "the mail server's name can't stand in a certificate; check the e-mail URL".to_owned())
}

fn security(url: &Url, is_loopback: bool) -> Result<Security, String> {
    let asked = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), asked.as_deref()) {
        ("smtps", None | Some("required")) => Ok(Security::Implicit),
        ("smtp", Some("required")) => Ok(Security::Required),
        ("smtp", Some("opportunistic")) => Ok(Security::Opportunistic),
        ("smtp", Some("none")) => Ok(Security::None),
        ("smtp", None) => Ok(if is_loopback { Security::None } else { Security::Opportunistic }),
        ("smtp" | "smtps", Some(_)) => {
            Err("the e-mail URL's tls is one of required, opportunistic, none (smtps:// is always encrypted)".to_owned())
        }
        _ => Err("the e-mail URL starts with smtp:// or smtps://".to_owned()),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, password) => {
            let unreadable = |_| "the e-mail URL's user or password is not UTF-8; percent-encode it".to_owned();
            let user = decoded(user).map_err(unreadable)?;
            let password = decoded(password.unwrap_or_default()).map_err(unreadable)?;
            Ok(Some(Credentials::new(user, password)))
        }
    }
}
