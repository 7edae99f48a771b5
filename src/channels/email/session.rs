//! One conversation with an SMTP server, stage by stage, so that it is always known how far it had come.
//!
//! A client of our own, since three things must be ours: what was asked when an answer is lost, when the final dot leaves, and how much is said at once.

use super::build::Wire;
use super::line::Line;
use super::pool::Slot;
use super::replies::{Reply, Stage};
use super::server::{Security, Server};
use super::smtp::SmtpOptions;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use memchr::memmem;
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::{error::Elapsed, timeout};

const DOT: &[u8] = b".\r\n";
/// First digit of the answer that a command is done, and of the one that asks for more (RFC 5321, section 4.2.1).
const DONE: u16 = 2;
const GO_ON: u16 = 3;

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
    /// The settings ask for what can't be.
    Settings(&'static str),
    /// The server can't carry this mail.
    Unsupported(&'static str),
}

/// What a server offers (RFC 5321, section 4.1.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Offers {
    starttls: bool,
    /// Several commands may be sent before the first is answered (RFC 2920).
    pipelining: bool,
    /// RFC 6152.
    eight_bits: bool,
    /// RFC 6531.
    utf8: bool,
    /// RFC 1870; none where it doesn't say.
    size_max: Option<usize>,
    plain: bool,
    login: bool,
}

/// An open conversation, past its greeting.
pub struct Session {
    line: Line,
    offers: Offers,
    command_wait: Duration,
    answer_wait: Duration,
    carried: usize,
    /// The server may be waiting for something else than the next mail.
    is_over: bool,
    slot: Slot,
}

impl Session {
    /// Connects, greets, encrypts and logs in.
    ///
    /// # Errors
    /// `Failure` at `Connect` or `Auth`: nothing was sent.
    pub async fn open(server: &Server, options: &SmtpOptions, slot: Slot) -> Result<Self, Failure> {
        let line = connect(server, options).await.map_err(|cause| Failure { stage: Stage::Connect, cause })?;
        let (command_wait, answer_wait) = (options.command, options.answer);
        let mut session = Self { line, offers: Offers::default(), command_wait, answer_wait, carried: 0, is_over: false, slot };
        session.greet().await.map_err(|cause| Failure { stage: Stage::Connect, cause })?;
        let mut session = session.encrypt(server).await.map_err(|cause| Failure { stage: Stage::Connect, cause })?;
        session.log_in(server).await.map_err(|cause| Failure { stage: Stage::Auth, cause })?;
        Ok(session)
    }

    async fn greet(&mut self) -> Result<(), Cause> {
        self.heard(DONE).await?;
        self.hello().await
    }

    async fn hello(&mut self) -> Result<(), Cause> {
        let offered = self.ask(&format!("EHLO {}\r\n", own_name(self.line.own_ip())), DONE).await?;
        self.offers = Offers::read(&offered.text);
        Ok(())
    }

    async fn encrypt(mut self, server: &Server) -> Result<Self, Cause> {
        let wanted = matches!(server.security, Security::Required | Security::Opportunistic);
        if wanted && self.offers.starttls {
            self.ask("STARTTLS\r\n", DONE).await?;
            let line = within(self.command_wait, self.line.encrypt(server)).await?;
            let mut session = Self { line, ..self };
            // What was offered in the clear doesn't count any more (RFC 3207, section 4.2).
            session.hello().await?;
            return Ok(session);
        }
        if server.security == Security::Required {
            return Err(Cause::Settings("the mail server doesn't offer STARTTLS, which the settings require"));
        }
        Ok(self)
    }

    async fn log_in(&mut self, server: &Server) -> Result<(), Cause> {
        let Some(credentials) = &server.credentials else { return Ok(()) };
        if !self.line.is_encrypted() && !server.is_loopback && server.security != Security::None {
            return Err(Cause::Settings("the mail server offers no encryption, and a password is not sent in the clear; use smtps://"));
        }
        let (user, password) = (&credentials.user, &credentials.password);
        if self.offers.plain {
            let secret = BASE64.encode(format!("\0{user}\0{password}"));
            return self.ask(&format!("AUTH PLAIN {secret}\r\n"), DONE).await.map(drop);
        }
        if self.offers.login {
            self.ask("AUTH LOGIN\r\n", GO_ON).await?;
            self.ask(&format!("{}\r\n", BASE64.encode(user)), GO_ON).await?;
            return self.ask(&format!("{}\r\n", BASE64.encode(password)), DONE).await.map(drop);
        }
        Err(Cause::Settings("the mail server offers no way to log in that we know (PLAIN, LOGIN)"))
    }

    /// Hands over a mail.
    ///
    /// # Errors
    /// `Failure`: a kept session shows at `Mail` that it has died; at `Dot`, a lost connection leaves open whether the mail was taken.
    pub async fn deliver(&mut self, wire: &Wire) -> Result<(), Failure> {
        let result = self.converse(wire).await;
        match &result {
            Ok(()) => self.carried += 1,
            Err(Failure { cause: Cause::Lost(_), .. }) => self.is_over = true,
            Err(Failure { cause: Cause::Reply(reply), .. }) if reply.code == 421 => self.is_over = true,
            Err(_) => {}
        }
        result
    }

    async fn converse(&mut self, wire: &Wire) -> Result<(), Failure> {
        let mail = self.mail_command(wire).map_err(|cause| Failure { stage: Stage::Mail, cause })?;
        let rcpt = format!("RCPT TO:<{}>\r\n", wire.recipient);
        let commands = [(Stage::Mail, mail.as_str()), (Stage::Rcpt, &rcpt), (Stage::Data, "DATA\r\n")];
        if self.offers.pipelining {
            self.all_at_once(commands).await?;
        } else {
            self.one_by_one(commands).await?;
        }
        self.message(&wire.bytes).await
    }

    fn mail_command(&self, wire: &Wire) -> Result<String, Cause> {
        if !is_path(&wire.return_path) || !is_path(&wire.recipient) {
            return Err(Cause::Unsupported("an address of the mail can't be said to a mail server"));
        }
        if self.offers.size_max.is_some_and(|max| wire.bytes.len() > max) {
            return Err(Cause::Unsupported("the mail is larger than the mail server takes"));
        }
        let mut command = format!("MAIL FROM:<{}>", wire.return_path);
        if !wire.return_path.is_ascii() || !wire.recipient.is_ascii() {
            if !self.offers.utf8 {
                return Err(Cause::Unsupported("the mail server can't carry addresses with letters outside ASCII (SMTPUTF8)"));
            }
            command.push_str(" SMTPUTF8");
        }
        if self.offers.eight_bits && !wire.bytes.is_ascii() {
            command.push_str(" BODY=8BITMIME");
        }
        command.push_str("\r\n");
        Ok(command)
    }

    async fn one_by_one(&mut self, commands: [(Stage, &str); 3]) -> Result<(), Failure> {
        for (stage, command) in commands {
            let refused = match self.ask(command, expected(stage)).await {
                Ok(_) => continue,
                Err(cause) => Failure { stage, cause },
            };
            self.forget(&refused).await;
            return Err(refused);
        }
        Ok(())
    }

    /// The commands in one write (RFC 2920). All of their answers are read, whatever the first ones say; the first refusal counts.
    async fn all_at_once(&mut self, commands: [(Stage, &str); 3]) -> Result<(), Failure> {
        let group: String = commands.iter().map(|(_, command)| *command).collect();
        self.say(group.as_bytes()).await.map_err(|cause| Failure { stage: Stage::Mail, cause })?;
        let mut refused: Option<Failure> = None;
        for (stage, _) in commands {
            match self.heard(expected(stage)).await {
                // A mail without a recipient was begun: only hanging up ends it without one.
                Ok(_) if stage == Stage::Data && refused.is_some() => self.is_over = true,
                Ok(_) => {}
                Err(cause @ Cause::Lost(_)) => {
                    self.is_over = true;
                    return Err(refused.unwrap_or(Failure { stage, cause }));
                }
                Err(cause) => refused = refused.or(Some(Failure { stage, cause })),
            }
        }
        let Some(refused) = refused else { return Ok(()) };
        self.forget(&refused).await;
        Err(refused)
    }

    /// Has the server forget a mail that was refused before its content, so that the session can carry another.
    async fn forget(&mut self, refused: &Failure) {
        let hangs_up = matches!(&refused.cause, Cause::Reply(reply) if reply.code == 421);
        if matches!(refused.cause, Cause::Reply(_)) && !hangs_up && !self.is_over {
            self.is_over = self.ask("RSET\r\n", DONE).await.is_err();
        }
    }

    /// The content with its final dot, and the answer to it.
    async fn message(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let content = stuffed(bytes);
        // From here on the server may see a whole message.
        let whole_from = content.len().saturating_sub(DOT.len());
        let mut taken = 0;
        let written = within(self.answer_wait, self.line.write(&content, &mut taken)).await;
        let stage = if taken > whole_from { Stage::Dot } else { Stage::Data };
        written.map_err(|cause| Failure { stage, cause })?;
        let answer = within(self.answer_wait, self.line.reply()).await.and_then(|reply| of_class(reply, DONE));
        answer.map(drop).map_err(|cause| Failure { stage: Stage::Dot, cause })
    }

    async fn ask(&mut self, command: &str, class: u16) -> Result<Reply, Cause> {
        self.say(command.as_bytes()).await?;
        self.heard(class).await
    }

    async fn say(&mut self, bytes: &[u8]) -> Result<(), Cause> {
        within(self.command_wait, self.line.write(bytes, &mut 0)).await
    }

    async fn heard(&mut self, class: u16) -> Result<Reply, Cause> {
        within(self.command_wait, self.line.reply()).await.and_then(|reply| of_class(reply, class))
    }

    /// How many mails it has carried; none if it can't carry another.
    pub fn carried(&self) -> Option<usize> {
        (!self.is_over).then_some(self.carried)
    }

    /// Asks for a sign of life, then says goodbye.
    ///
    /// # Errors
    /// `Failure` at `Mail`.
    pub async fn check(mut self) -> Result<(), Failure> {
        self.ask("NOOP\r\n", DONE).await.map_err(|cause| Failure { stage: Stage::Mail, cause })?;
        self.quit().await;
        Ok(())
    }

    /// Says goodbye. The answer doesn't matter.
    pub async fn quit(mut self) {
        let _ = self.ask("QUIT\r\n", DONE).await;
    }

    /// Takes its place among those that talk to the server.
    pub fn give_up_slot(&mut self) -> Option<Slot> {
        self.slot.pass_on()
    }
}

impl Offers {
    fn read(text: &str) -> Self {
        let mut offers = Self::default();
        for line in text.lines().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next().unwrap_or_default() {
                "STARTTLS" => offers.starttls = true,
                "PIPELINING" => offers.pipelining = true,
                "8BITMIME" => offers.eight_bits = true,
                "SMTPUTF8" => offers.utf8 = true,
                "SIZE" => offers.size_max = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0),
                "AUTH" => words.for_each(|way| match way {
                    "PLAIN" => offers.plain = true,
                    "LOGIN" => offers.login = true,
                    _ => {}
                }),
                _ => {}
            }
        }
        offers
    }
}

async fn connect(server: &Server, options: &SmtpOptions) -> Result<Line, Cause> {
    let line = within(options.connect, Line::connect(server, options.connect)).await?;
    let line = line.ok_or(Cause::Settings("the mail server has no public address"))?;
    if server.security == Security::Implicit { within(options.command, line.encrypt(server)).await } else { Ok(line) }
}

/// How we introduce ourselves: by our address, since a machine's own name is seldom one that others know (RFC 5321, section 4.1.4).
fn own_name(ip: Option<IpAddr>) -> String {
    match ip {
        Some(IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        Some(IpAddr::V4(ip)) => format!("[{ip}]"),
        None => "[127.0.0.1]".to_owned(),
    }
}

/// Does an address stay within its angle brackets?
fn is_path(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>'))
}

/// A message as it is sent: a dot at the beginning of a line is doubled, one alone ends it (RFC 5321, section 4.5.2).
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes;
    if rest.first() == Some(&b'.') {
        out.push(b'.');
    }
    // Our own mails have no such line: they go over in one piece.
    while let Some(at) = memmem::find(rest, b"\n.") {
        let (line, after) = rest.split_at(at + 1);
        out.extend_from_slice(line);
        out.push(b'.');
        rest = after;
    }
    out.extend_from_slice(rest);
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(DOT);
    out
}

/// The class of a good answer to a command of this stage.
fn expected(stage: Stage) -> u16 {
    if stage == Stage::Data { GO_ON } else { DONE }
}

/// A good answer of another class than the expected shows that the two don't talk of the same command any more.
fn of_class(reply: Reply, class: u16) -> Result<Reply, Cause> {
    match reply.code / 100 {
        found if found == class => Ok(reply),
        4 | 5 => Err(Cause::Reply(reply)),
        _ => Err(Cause::Lost("the answer doesn't fit what was asked".to_owned())),
    }
}

/// Awaits something for so long.
async fn within<T>(limit: Duration, answer: impl Future<Output = io::Result<T>>) -> Result<T, Cause> {
    match timeout(limit, answer).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Cause::Lost(said(&error))),
        Err(Elapsed { .. }) => Err(Cause::Lost(format!("no answer within {} s", limit.as_secs_f32()))),
    }
}

/// What an error says, without words of the server's.
fn said(error: &io::Error) -> String {
    if error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some() {
        return "the encrypted connection could not be made; check the certificate's name".to_owned();
    }
    match error.kind() {
        io::ErrorKind::InvalidData => "the answer is not SMTP".to_owned(),
        io::ErrorKind::UnexpectedEof => "the connection was closed".to_owned(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_offers_is_read_whatever_its_spelling() {
        let offers = Offers::read("mail.example\nPIPELINING\nsize 1000\nSTARTTLS\nAUTH=login plain\n8bitmime\nSMTPUTF8\nX");
        let all = Offers { starttls: true, pipelining: true, eight_bits: true, utf8: true, size_max: Some(1000), plain: true, login: true };
        assert_eq!(offers, all);
        assert_eq!(Offers::read("PIPELINING is my name\nSIZE 0\nAUTH CRAM-MD5"), Offers::default());
    }

    #[test]
    fn a_dot_ends_a_message_and_nothing_in_it_does() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b".a"), b"..a\r\n.\r\n");
        assert_eq!(stuffed(b""), b"\r\n.\r\n");
    }

    #[test]
    fn no_address_leaves_its_brackets() {
        assert!(is_path("jo.doe+a@example.com") && is_path("jürgen@example.com"));
        for bad in ["a@b.cd> SIZE=1", "a@b.cd>", "<a@b.cd", "a@b.cd\r\nDATA", "\"a b\"@c.de"] {
            assert!(!is_path(bad), "{bad:?}");
        }
    }

    #[test]
    fn we_introduce_ourselves_by_our_address() {
        assert_eq!(own_name("192.0.2.1".parse().ok()), "[192.0.2.1]");
        assert_eq!(own_name("2001:db8::1".parse().ok()), "[IPv6:2001:db8::1]");
        assert_eq!(own_name(None), "[127.0.0.1]");
    }
}
