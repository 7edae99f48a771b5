//! A small HTTP server for stand-ins of other people's APIs.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request, with its body as text.
pub struct Request {
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// Names in lower case.
    pub fn headers(&self) -> Vec<(String, String)> {
        self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
    }

    /// `/path` of `POST /path HTTP/1.1`.
    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

/// What a request is answered with.
pub enum Response {
    /// This.
    Text(String),
    /// The connection is closed.
    Cut,
    /// Nothing, ever.
    Never,
}

type Respond = dyn Fn(Request) -> Response + Send + Sync;

/// The server; it stops when dropped.
pub struct Server {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts on a free port.
    pub async fn start(respond: impl Fn(Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let respond: std::sync::Arc<Respond> = std::sync::Arc::new(respond);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, respond.clone()));
            }
        });
        Self { port, task }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

async fn serve(stream: TcpStream, respond: std::sync::Arc<Respond>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let response = match respond(request) {
            Response::Text(text) => text,
            Response::Cut => return,
            Response::Never => std::future::pending().await,
        };
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok()?;
        match header.trim_end().split_once(": ") {
            Some((key, value)) => headers.push((key.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let mut request = Request { line: line.trim_end().to_owned(), headers, body: String::new() };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}

/// A response with a JSON body.
pub fn http(status: u16, body: &str, headers: &[(&str, &str)]) -> String {
    let more = headers.iter().fold(String::new(), |more, (name, value)| format!("{more}{name}: {value}\r\n"));
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n{more}\r\n{body}",
        body.len()
    )
}
