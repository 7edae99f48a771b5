//! Mails over SMTP: signed where there is a key, over kept sessions, with an outcome for every way in which a conversation can end.

use super::build::{self, Wire};
use super::dkim::Signer;
use super::pool::{Pool, Way};
use super::replies::{self, SETTINGS_WAIT, Stage};
use super::server::Server;
use super::session::{Cause, Failure, Session};
use crate::channels::settings::{Field, Provider, Values};
use crate::channels::{Channel, EmailMessage, Fault, Message, Outcome};
use crate::domain::event::ChannelKind;
use crate::http_client::Reach;
use async_trait::async_trait;
use lettre::message::Mailbox;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_WAIT: Duration = Duration::from_secs(10);
const COMMAND_WAIT: Duration = Duration::from_secs(30);
const ANSWER_WAIT: Duration = Duration::from_secs(60); // servers scan a message before they answer its final dot
const SESSIONS_MAX: usize = 16; // at once, and kept
const IDLE_MAX: Duration = Duration::from_secs(30); // servers hang up on idle sessions, some after a minute
/// Of the bounce address: with `+` and a key there is room for 64 before the `@` (RFC 5321, section 4.5.3.1.1).
const BOUNCE_LOCAL_MAX: usize = 27; // bytes
const LOCAL_MAX: usize = 64; // bytes before the `@`

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
            multiline: false,
        },
        Field {
            name: "from",
            label: "Sender",
            help: "The address that mails come from, of a domain that you may send for.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "bounce_address",
            label: "Bounce address",
            help: "Where mails that can't be delivered go back to, as bounces@example.com; each mail has its own, bounces+ID@example.com. \
                   Without one they go back to the sender.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "dkim_domain",
            label: "DKIM domain",
            help: "The domain that mails are signed for, the sender's own. Leave it empty if the server signs by itself.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "dkim_selector",
            label: "DKIM selector",
            help: "Under which name the public key is published: comeback1 for comeback1._domainkey.example.com.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "dkim_key",
            label: "DKIM key",
            help: "The private key as PEM; `comeback dkim make` makes one, and says what to publish.",
            secret: true,
            required: false,
            multiline: true,
        },
    ],
    from_url: Some(|url| Ok([("url", url)].into_iter().collect())),
    build: |values, origin| {
        let options = SmtpOptions {
            bounce_address: values.get("bounce_address").map(str::to_owned),
            dkim: dkim(values)?,
            reach: origin.reach(),
            ..SmtpOptions::default()
        };
        Ok(Arc::new(Smtp::with_options(values.need("url")?, values.need("from")?, options)?))
    },
};

/// All of it or nothing: a signature that was asked for must not be left out.
fn dkim(values: &Values) -> Result<Option<Arc<Signer>>, String> {
    let fields = ["dkim_domain", "dkim_selector", "dkim_key"].map(|name| values.get(name));
    match fields {
        [None, None, None] => Ok(None),
        [Some(domain), Some(selector), Some(key)] => Ok(Some(Arc::new(Signer::new(domain, selector, key)?))),
        _ => Err("a DKIM signature needs all three: dkim_domain, dkim_selector and dkim_key".to_owned()),
    }
}

/// How mails are sent.
#[derive(Clone)]
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
    /// Where undeliverable mails go back to; none: to the sender.
    pub bounce_address: Option<String>,
    /// Who signs.
    pub dkim: Option<Arc<Signer>>,
    /// Where the server's name may lead.
    pub reach: Reach,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        Self {
            connect: CONNECT_WAIT,
            command: COMMAND_WAIT,
            answer: ANSWER_WAIT,
            sessions: SESSIONS_MAX,
            idle: IDLE_MAX,
            root_pem: None,
            bounce_address: None,
            dkim: None,
            reach: Reach::Anywhere,
        }
    }
}

/// A mail server.
pub struct Smtp {
    server: Server,
    options: SmtpOptions,
    writer: Arc<Writer>,
    pool: Pool,
}

/// How this channel's mails look on the wire.
struct Writer {
    sender: Mailbox,
    /// Before and after the `@`.
    bounce: Option<(String, String)>,
    signer: Option<Arc<Signer>>,
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

    /// As `from_url`, with more said.
    ///
    /// # Errors
    /// As `from_url`.
    pub fn with_options(url: &str, from: &str, options: SmtpOptions) -> Result<Self, String> {
        let server = Server::from_url(url, options.root_pem.as_deref(), options.reach)?;
        let sender = build::mailbox(from)?;
        if let Some(signer) = &options.dkim {
            signer.aligned(sender.email.domain())?;
        }
        let bounce = options.bounce_address.as_deref().map(bounce).transpose()?;
        let pool = Pool::new(&server.host, server.port, options.sessions, options.idle);
        let writer = Arc::new(Writer { sender, bounce, signer: options.dkim.clone() });
        Ok(Self { server, options, writer, pool })
    }

    /// A mail as it goes over the wire.
    async fn written(&self, mail: &EmailMessage) -> Result<Wire, Outcome> {
        if !self.writer.signer.as_ref().is_some_and(|signer| signer.is_slow()) {
            return self.writer.write(mail);
        }
        // Many mails are sent side by side by one task, and a slow signature would hold up the others.
        let (writer, mail) = (Arc::clone(&self.writer), mail.clone());
        let written = tokio::spawn(async move { writer.write(&mail) }).await;
        written.unwrap_or_else(|_| Err(Outcome::held("the mail could not be signed", None)))
    }

    async fn converse(&self, wire: &Wire) -> Result<(), Failure> {
        let busy = || Failure { stage: Stage::Connect, cause: Cause::Lost("all conversations with it are busy".to_owned()) };
        let way = self.pool.way(self.options.command).await.ok_or_else(busy)?;
        let slot = match way {
            Way::New(slot) => slot,
            Way::Kept(mut session) => {
                let result = session.deliver(wire).await;
                if !has_died(&result) {
                    self.pool.keep(session);
                    return result;
                }
                // It had died unnoticed: a new one takes its place, once.
                let Some(slot) = session.give_up_slot() else { return result };
                slot
            }
        };
        let mut session = Session::open(&self.server, &self.options, slot).await?;
        let result = session.deliver(wire).await;
        self.pool.keep(session);
        result
    }
}

/// Did a kept session show at its first command that nobody listens any more? Nothing was handed over then.
fn has_died(result: &Result<(), Failure>) -> bool {
    match result {
        Err(Failure { stage: Stage::Mail, cause: Cause::Lost(_) }) => true,
        Err(Failure { stage: Stage::Mail, cause: Cause::Reply(reply) }) => reply.code == 421,
        _ => false,
    }
}

/// Before and after the `@`.
fn bounce(text: &str) -> Result<(String, String), String> {
    let address = build::mailbox(text).map_err(|_| "the bounce address can't be read; write it as bounces@example.com".to_owned())?.email;
    if !address.user().is_ascii() || address.user().len() > BOUNCE_LOCAL_MAX {
        return Err(format!("the bounce address may have at most {BOUNCE_LOCAL_MAX} plain letters before its @: a key is added to each"));
    }
    Ok((address.user().to_owned(), address.domain().to_owned()))
}

impl Writer {
    fn write(&self, mail: &EmailMessage) -> Result<Wire, Outcome> {
        let mut wire = build::build(mail, &self.sender).map_err(|reason| Outcome::refused(reason, Fault::Content))?;
        if let Some(signer) = &self.signer {
            let domain = wire.return_path.rsplit_once('@').map_or("", |(_, domain)| domain);
            let signature = signer.aligned(domain).and_then(|()| signer.sign(&wire.bytes, mail.date));
            let signature = signature.map_err(|reason| Outcome::refused(reason, Fault::Sender))?;
            wire.bytes.splice(..0, signature);
        }
        if let Some((local, domain)) = &self.bounce {
            // The key has been checked: it stands in the Message-ID, too.
            let own = format!("{local}+{}", mail.key);
            let before = if own.len() <= LOCAL_MAX { &own } else { local };
            wire.return_path = format!("{before}@{domain}");
        }
        Ok(wire)
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
        Some(build::message_id(key, &self.writer.sender))
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Email(mail) = message else {
            return super::not_a_mail();
        };
        let wire = match self.written(mail).await {
            Ok(wire) => wire,
            Err(outcome) => return outcome,
        };
        let Some(_turn) = self.pool.turn(self.options.command).await else {
            return Outcome::held("all conversations with the mail server are busy", None);
        };
        match self.converse(&wire).await {
            Ok(()) => Outcome::Accepted { provider_id: Some(wire.message_id) },
            Err(failure) => outcome(failure, mail.to.as_str()),
        }
    }

    async fn probe(&self) -> Result<(), String> {
        let slot = match self.pool.way(self.options.command).await {
            Some(Way::New(slot)) => Some(slot),
            // Whether one can connect now is the question.
            Some(Way::Kept(mut session)) => session.give_up_slot(),
            None => None,
        };
        let slot = slot.ok_or("all conversations with the mail server are busy")?;
        let checked = match Session::open(&self.server, &self.options, slot).await {
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
