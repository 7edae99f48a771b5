//! Prism, which holds every request against a vendor's own OpenAPI description before it reaches our stand-in: <https://github.com/stoplightio/prism>.

use super::tools::{self, Program};
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::sync::mpsc;

/// How often another port is tried: somebody else may take the one that was free a moment ago.
const TRIES_MAX: usize = 3;
const WRITES_WITHIN: Duration = Duration::from_secs(30);
const READY_WITHIN: Duration = Duration::from_secs(180);

/// A validating proxy; it stops when dropped.
pub struct Prism {
    url: String,
    _process: Program,
    lines: tokio::sync::Mutex<mpsc::UnboundedReceiver<String>>,
}

impl Prism {
    /// Starts one in front of `upstream`: what breaks the description is answered with 4xx and never reaches it. None, said loudly, where Prism or the
    /// description is absent.
    pub async fn proxy(description: &Path, upstream: &str) -> Option<Self> {
        let program = tools::program("prism/node_modules/.bin/prism")?;
        if !description.is_file() {
            eprintln!("WEAKENED: {} is not there, so requests are not held against it", description.display());
            return None;
        }
        for _ in 0..TRIES_MAX {
            if let Some(prism) = start(&program, description, upstream).await {
                return Some(prism);
            }
        }
        panic!("prism did not start on {}", description.display());
    }

    /// Where to send requests.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// What it has found wrong since it was asked last.
    pub async fn violations(&self) -> Vec<String> {
        let mut lines = self.lines.lock().await;
        std::iter::from_fn(|| lines.try_recv().ok()).filter(|line| is_violation(line)).collect()
    }

    /// The next thing that it finds wrong: it answers first and writes afterwards.
    pub async fn next_violation(&self) -> Option<String> {
        let mut lines = self.lines.lock().await;
        let found = async {
            loop {
                match lines.recv().await {
                    Some(line) if is_violation(&line) => return Some(line),
                    Some(_) => {}
                    None => return None,
                }
            }
        };
        tokio::time::timeout(WRITES_WITHIN, found).await.ok().flatten()
    }
}

fn is_violation(line: &str) -> bool {
    line.contains("Violation: request") || line.contains("UNPROCESSABLE_ENTITY")
}

async fn start(program: &Path, description: &Path, upstream: &str) -> Option<Prism> {
    let port = tools::free_port();
    let process = Command::new(program)
        .args(["proxy", "--host", "127.0.0.1", "--port", &port.to_string(), "--errors"])
        .arg(description)
        .arg(upstream)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut process = Program(process.expect("prism starts"));
    let (tell, mut lines) = mpsc::unbounded_channel();
    pass_on(process.0.stdout.take()?, tell.clone());
    pass_on(process.0.stderr.take()?, tell);
    let listening = async {
        while let Some(line) = lines.recv().await {
            if line.contains("Prism is listening") {
                return true;
            }
        }
        false
    };
    let ready = tokio::time::timeout(READY_WITHIN, listening).await.unwrap_or(false);
    ready.then(|| Prism { url: format!("http://127.0.0.1:{port}"), _process: process, lines: tokio::sync::Mutex::new(lines) })
}

/// Line by line, until the program ends.
fn pass_on(from: impl Read + Send + 'static, tell: mpsc::UnboundedSender<String>) {
    std::thread::spawn(move || BufReader::new(from).lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
}
