//! One conversation with an SMTP server, stage by stage, so that it is always known how far it had come.
//!
//! lettre's transport would send in one call, but then a lost answer can't be told from a lost connection, and its sockets wait for
//! Nagle's algorithm and the peer's delayed acknowledgement: 40 ms a mail.

use super::replies::{Reply, Stage};
use super::smtp::{Security, Server, SmtpOptions};
use lettre::address::Envelope;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::error::Error as _;
use std::iter;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{error::Elapsed, timeout};

/// A conversation that ended before its goal.
#[derive(Debug)]
pub struct Failure {
    /// How far it had come.
    pub stage: Stage,
    /// Why.
    pub cause: Cause,
}

/// Why a conversation ended.
#[derive(Debug)]
pub enum Cause {
    /// The server said no.
    Reply(Reply),
    /// The connection failed, was cut or fell silent.
    Lost(String),
    /// The settings ask for what the server doesn't offer.
    Settings(&'static str),
    /// The server can't carry this mail.
    Unsupported(&'static str),
}

/// An open conversation, past its greeting.
pub struct Session {
    connection: AsyncSmtpConnection,
    command_wait: Duration,
    answer_wait: Duration,
}

impl Session {
    /// Connects, greets, encrypts and logs in.
    ///
    /// # Errors
    /// `Failure` at `Connect` or `Auth`: nothing was sent.
    pub async fn open(server: &Server, options: &SmtpOptions) -> Result<Self, Failure> {
        let connection = connect(server, options).await.map_err(|cause| Failure { stage: Stage::Connect, cause })?;
        let mut session = Self { connection, command_wait: options.command, answer_wait: options.answer };
        session.encrypt(server).await.map_err(|cause| Failure { stage: Stage::Connect, cause })?;
        session.log_in(server).await.map_err(|cause| Failure { stage: Stage::Auth, cause })?;
        Ok(session)
    }

    async fn encrypt(&mut self, server: &Server) -> Result<(), Cause> {
        let wanted = matches!(server.security, Security::Required | Security::Opportunistic);
        if wanted && self.connection.can_starttls() {
            let name = ClientId::default();
            let upgrade = self.connection.starttls(server.tls.clone(), &name);
            return within(self.command_wait, upgrade).await.map(drop);
        }
        if server.security == Security::Required {
            return Err(Cause::Settings("the mail server doesn't offer STARTTLS, which the settings require"));
        }
        Ok(())
    }

    async fn log_in(&mut self, server: &Server) -> Result<(), Cause> {
        let Some(credentials) = &server.credentials else { return Ok(()) };
        if !self.connection.is_encrypted() && !server.is_loopback && server.security != Security::None {
            return Err(Cause::Settings("the mail server offers no encryption, and a password is not sent in the clear; use smtps://"));
        }
        let auth = self.connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
        within(self.command_wait, auth).await.map(drop)
    }

    /// Announces the sender. Apart from the other stages, since a kept session shows only here that it has died.
    ///
    /// # Errors
    /// `Failure` at `Mail`: nothing was sent.
    pub async fn mail(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Failure> {
        let info = self.connection.server_info();
        let mut parameters = Vec::new();
        let addresses = envelope.from().into_iter().chain(envelope.to());
        if addresses.map(AsRef::<str>::as_ref).any(|address| !address.is_ascii()) {
            if !info.supports_feature(Extension::SmtpUtfEight) {
                let cause = Cause::Unsupported("the mail server can't carry addresses with letters outside ASCII (SMTPUTF8)");
                return Err(Failure { stage: Stage::Mail, cause });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() && info.supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let command = Mail::new(envelope.from().cloned(), parameters);
        let answer = within(self.command_wait, self.connection.command(command)).await;
        answer.map(drop).map_err(|cause| Failure { stage: Stage::Mail, cause })
    }

    /// Names the recipient and hands over the message.
    ///
    /// # Errors
    /// `Failure`: at `Dot`, a lost connection leaves open whether the message was taken.
    pub async fn deliver(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Failure> {
        for to in envelope.to() {
            let answer = within(self.command_wait, self.connection.command(Rcpt::new(to.clone(), vec![]))).await;
            answer.map_err(|cause| Failure { stage: Stage::Rcpt, cause })?;
        }
        let answer = within(self.command_wait, self.connection.command(Data)).await;
        answer.map_err(|cause| Failure { stage: Stage::Data, cause })?;
        // lettre asks for the next chunk, hears that there is none, and only then writes the dot.
        let dotted = AtomicBool::new(false);
        let end = iter::from_fn(|| {
            dotted.store(true, Ordering::Release);
            None
        });
        let answer = within(self.answer_wait, self.connection.message_iter(iter::once(bytes).chain(end))).await;
        answer.map(drop).map_err(|cause| {
            let stage = if dotted.load(Ordering::Acquire) { Stage::Dot } else { Stage::Data };
            Failure { stage, cause }
        })
    }

    /// Forgets a refused message, so that the session can carry another. False if the session is of no more use.
    pub async fn reset(&mut self) -> bool {
        within(self.command_wait, self.connection.command("RSET\r\n")).await.is_ok()
    }

    /// Asks for a sign of life, then says goodbye.
    ///
    /// # Errors
    /// `Failure` at `Mail`.
    pub async fn check(mut self) -> Result<(), Failure> {
        let answer = within(self.command_wait, self.connection.command("NOOP\r\n")).await;
        answer.map_err(|cause| Failure { stage: Stage::Mail, cause })?;
        // The answer to goodbye doesn't matter.
        let _ = within(self.command_wait, self.connection.quit()).await;
        Ok(())
    }
}

async fn connect(server: &Server, options: &SmtpOptions) -> Result<AsyncSmtpConnection, Cause> {
    let address = (server.host.as_str(), server.port);
    let name = ClientId::default();
    if server.security == Security::Implicit {
        // lettre takes a stream of ours only without TLS, so this one keeps Nagle's algorithm: slower by a round trip, to a server that is far anyway.
        let encrypted = AsyncSmtpConnection::connect_tokio1(address, Some(options.connect), &name, Some(server.tls.clone()), None);
        return within(options.connect + options.command, encrypted).await;
    }
    let stream = match timeout(options.connect, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(Cause::Lost(error.kind().to_string())),
        Err(Elapsed { .. }) => return Err(silent(options.connect)),
    };
    stream.set_nodelay(true).map_err(|error| Cause::Lost(error.kind().to_string()))?;
    within(options.command, AsyncSmtpConnection::connect_with_transport(Box::new(stream), &name)).await
}

/// Awaits an answer for so long.
async fn within<T>(limit: Duration, answer: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Cause> {
    match timeout(limit, answer).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(cause(&error)),
        Err(Elapsed { .. }) => Err(silent(limit)),
    }
}

fn silent(limit: Duration) -> Cause {
    Cause::Lost(format!("no answer within {} s", limit.as_secs_f32()))
}

/// What lettre's error says, without the server's words unless they are a reply.
fn cause(error: &SmtpError) -> Cause {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return Cause::Reply(Reply { code: code.into(), text });
    }
    if error.is_client() {
        return Cause::Settings("the mail server offers no way to log in that we know (PLAIN, LOGIN)");
    }
    let io = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    Cause::Lost(match io {
        Some(io) => io.kind().to_string(),
        None if error.is_tls() => "the encrypted connection could not be made; check the certificate's name".to_owned(),
        None => "the connection was closed, or the answer is not SMTP".to_owned(),
    })
}
