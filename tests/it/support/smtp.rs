//! A mail server in this process: a real conversation over a real socket, with faults on demand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Where a fault strikes: instead of the server's usual answer at that point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The greeting.
    Connect,
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// Within the message, before its final dot.
    Content,
    /// After the final dot.
    Dot,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This reply, `550 5.1.1 no such user`.
    Reply(String),
    /// The connection is closed.
    Cut,
    /// Nothing more is said.
    Hang,
    /// The usual answer, so much later. After the final dot the message is taken at once; only the answer is late.
    Late(Duration),
    /// After the final dot: the message is taken, and the connection closed without an answer.
    TakenAndCut,
}

/// Says what goes wrong at each point, or nothing, for as long as the server lives.
pub type Mood = Arc<dyn Fn(At) -> Option<Fault> + Send + Sync>;

/// How the server is reached.
#[derive(Clone)]
pub enum Tls {
    /// In the clear, STARTTLS not offered.
    None,
    /// STARTTLS is offered.
    Offered(TlsAcceptor),
    /// From the start.
    Implicit(TlsAcceptor),
}

/// A new certificate for `localhost`: what a server needs, and what a client must trust.
pub fn certificate() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a key that fits");
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

/// A mail that was accepted.
#[derive(Debug, Clone)]
pub struct Received {
    /// Whether it came encrypted.
    pub encrypted: bool,
    pub from: String,
    pub to: Vec<String>,
    /// As it came, dots unstuffed.
    pub data: Vec<u8>,
    /// When its content was asked for, in answer to DATA.
    pub begun: Instant,
}

#[derive(Default)]
struct State {
    /// Beside what is always offered.
    offers: Vec<&'static str>,
    open: usize,
    most_open: usize,
    pipelined: usize,
    quits: usize,
    mood: Option<Mood>,
    rules: VecDeque<(At, Fault, bool)>,
    messages: Vec<Received>,
    attempts: usize,
    connections: usize,
}

/// The server; it stops when dropped.
pub struct SmtpServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpServer {
    /// Starts on a free port, in the clear.
    pub async fn start() -> Self {
        Self::start_with(Tls::None).await
    }

    /// Starts on a free port.
    pub async fn start_with(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            // Conversations end with the server.
            let mut conversations = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                // Answers are written one by one: the second must not wait for the first to be acknowledged.
                stream.set_nodelay(true).expect("nodelay");
                {
                    let mut state = lock(&shared);
                    state.connections += 1;
                    state.open += 1;
                    state.most_open = state.most_open.max(state.open);
                }
                let (tls, shared) = (tls.clone(), shared.clone());
                conversations.spawn(async move {
                    hold(stream, tls, shared.clone()).await;
                    lock(&shared).open -= 1;
                });
            }
        });
        Self { port, state, task }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Offers an extension in its answers to EHLO: `PIPELINING`, `SMTPUTF8`, `SIZE 1000`.
    pub fn offer(&self, extension: &'static str) {
        lock(&self.state).offers.push(extension);
    }

    /// A fault from now on, every time.
    pub fn always(&self, at: At, fault: Fault) {
        lock(&self.state).rules.push_back((at, fault, false));
    }

    /// A fault, the next time only.
    pub fn once(&self, at: At, fault: Fault) {
        lock(&self.state).rules.push_back((at, fault, true));
    }

    /// What happens from now on wherever no rule strikes.
    pub fn set_mood(&self, mood: Mood) {
        lock(&self.state).mood = Some(mood);
    }

    pub fn clear_rules(&self) {
        lock(&self.state).rules.clear();
    }

    /// What was accepted so far.
    pub fn messages(&self) -> Vec<Received> {
        lock(&self.state).messages.clone()
    }

    /// How many mails were begun with MAIL.
    pub fn attempts(&self) -> usize {
        lock(&self.state).attempts
    }

    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// The most connections at once.
    pub fn most_open(&self) -> usize {
        lock(&self.state).most_open
    }

    /// Connections that are open now.
    pub fn open(&self) -> usize {
        lock(&self.state).open
    }

    /// How often more had come when MAIL was read.
    pub fn pipelined(&self) -> usize {
        lock(&self.state).pipelined
    }

    /// How many said goodbye.
    pub fn quits(&self) -> usize {
        lock(&self.state).quits
    }
}

/// The URL of a port on which nobody listens.
pub async fn refusing_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("smtp://127.0.0.1:{}", listener.local_addr().expect("an address").port())
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics while it holds the state")
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn hold(stream: TcpStream, tls: Tls, state: Arc<Mutex<State>>) {
    match tls {
        Tls::None => Conversation::new(Box::new(stream), None, false, state).run().await,
        Tls::Offered(acceptor) => Conversation::new(Box::new(stream), Some(acceptor), false, state).run().await,
        Tls::Implicit(acceptor) => {
            // A client that doesn't trust the certificate hangs up here.
            if let Ok(stream) = acceptor.accept(stream).await {
                Conversation::new(Box::new(stream), None, true, state).run().await;
            }
        }
    }
}

struct Conversation {
    stream: BufReader<Box<dyn Stream>>,
    offered: Option<TlsAcceptor>,
    encrypted: bool,
    state: Arc<Mutex<State>>,
    from: String,
    to: Vec<String>,
    /// When the last answer was given.
    said_at: Instant,
}

/// The conversation is over.
struct Over;

impl Conversation {
    fn new(stream: Box<dyn Stream>, offered: Option<TlsAcceptor>, encrypted: bool, state: Arc<Mutex<State>>) -> Self {
        Self { stream: BufReader::new(stream), offered, encrypted, state, from: String::new(), to: Vec::new(), said_at: Instant::now() }
    }

    async fn run(self) {
        // However it ended, there is nothing left to do.
        let _ = self.converse().await;
    }

    async fn converse(mut self) -> Result<(), Over> {
        self.answer(At::Connect, "220 test.example ESMTP").await?;
        loop {
            let line = self.line().await?;
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" => self.ehlo().await?,
                "STARTTLS" if self.offered.is_some() => self = self.starttls().await?,
                "AUTH" => self.answer(At::Auth, "235 2.7.0 welcome").await.map(drop)?,
                "MAIL" => self.mail(&line).await?,
                "RCPT" => self.rcpt(&line).await?,
                "DATA" => self.data().await?,
                "RSET" | "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => {
                    lock(&self.state).quits += 1;
                    return self.say("221 2.0.0 bye").await;
                }
                _ => self.say("500 5.5.1 what?").await?,
            }
        }
    }

    async fn ehlo(&mut self) -> Result<(), Over> {
        let starttls = if self.offered.is_some() { "250-STARTTLS\r\n" } else { "" };
        let offers: String = lock(&self.state).offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
        let usual = format!("250-test.example\r\n250-8BITMIME\r\n{starttls}{offers}250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES");
        self.answer(At::Ehlo, &usual).await.map(drop)
    }

    async fn starttls(mut self) -> Result<Self, Over> {
        let acceptor = self.offered.take().ok_or(Over)?;
        self.say("220 2.0.0 go ahead").await?;
        let stream = acceptor.accept(self.stream.into_inner()).await.map_err(|_| Over)?;
        Ok(Self { stream: BufReader::new(Box::new(stream)), offered: None, encrypted: true, ..self })
    }

    async fn mail(&mut self, line: &str) -> Result<(), Over> {
        {
            let mut state = lock(&self.state);
            state.attempts += 1;
            state.pipelined += usize::from(!self.stream.buffer().is_empty());
        }
        self.to.clear();
        self.from = path(line);
        self.answer(At::Mail, "250 2.1.0 ok").await.map(drop)
    }

    async fn rcpt(&mut self, line: &str) -> Result<(), Over> {
        if self.answer(At::Rcpt, "250 2.1.5 ok").await? {
            self.to.push(path(line));
        }
        Ok(())
    }

    async fn data(&mut self) -> Result<(), Over> {
        if self.to.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        if !self.answer(At::Data, "354 go ahead").await? {
            return Ok(());
        }
        let begun = self.said_at;
        let fault = self.fault(At::Content);
        if let Some(fault) = fault {
            // A little of it is read, as a server does that dies in between.
            let _ = self.stream.read_u8().await;
            self.suffer(fault).await?;
        }
        let mut data = Vec::new();
        loop {
            let line = self.raw_line().await?;
            match line.as_slice() {
                b".\r\n" => break,
                [b'.', rest @ ..] => data.extend_from_slice(rest),
                line => data.extend_from_slice(line),
            }
        }
        let received = Received { encrypted: self.encrypted, from: self.from.clone(), to: std::mem::take(&mut self.to), data, begun };
        let fault = self.fault(At::Dot);
        // Taken before it is said: whoever dies in between has sent it all the same.
        if matches!(fault, None | Some(Fault::Late(_) | Fault::TakenAndCut)) {
            lock(&self.state).messages.push(received);
        }
        self.answer_with(fault, "250 2.0.0 queued as 4F2A").await.map(drop)
    }

    fn fault(&self, at: At) -> Option<Fault> {
        let mut state = lock(&self.state);
        let Some(index) = state.rules.iter().position(|(place, _, _)| *place == at) else {
            let mood = state.mood.clone();
            drop(state);
            return mood.and_then(|mood| mood(at));
        };
        let (_, fault, once) = state.rules[index].clone();
        if once {
            state.rules.remove(index);
        }
        Some(fault)
    }

    /// Says what is usual here, or what a rule demands. False if that was a refusal.
    async fn answer(&mut self, at: At, usual: &str) -> Result<bool, Over> {
        let fault = self.fault(at);
        self.answer_with(fault, usual).await
    }

    async fn answer_with(&mut self, fault: Option<Fault>, usual: &str) -> Result<bool, Over> {
        match fault {
            None => self.say(usual).await.map(|()| true),
            Some(Fault::Late(wait)) => {
                tokio::time::sleep(wait).await;
                self.say(usual).await.map(|()| true)
            }
            Some(fault) => self.suffer(fault).await.map(|()| false),
        }
    }

    async fn suffer(&mut self, fault: Fault) -> Result<(), Over> {
        match fault {
            Fault::Reply(reply) => self.say(&reply).await,
            Fault::Cut | Fault::TakenAndCut => Err(Over),
            // Waited for where there is an answer to give; before the final dot there is none.
            Fault::Late(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Fault::Hang => std::future::pending().await,
        }
    }

    async fn say(&mut self, reply: &str) -> Result<(), Over> {
        self.said_at = Instant::now();
        self.stream.write_all(format!("{reply}\r\n").as_bytes()).await.map_err(|_| Over)?;
        self.stream.flush().await.map_err(|_| Over)
    }

    async fn line(&mut self) -> Result<String, Over> {
        let line = self.raw_line().await?;
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    async fn raw_line(&mut self) -> Result<Vec<u8>, Over> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await {
            Ok(length) if length > 0 => Ok(line),
            _ => Err(Over),
        }
    }
}

/// What is between the angle brackets.
fn path(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path.to_owned()).unwrap_or_default()
}
