//! The two commands that go on until they are told to stop.

use super::program::Program;
use comeback::http_client::{HttpOptions, Reach, client};
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command};

/// The demo tells every five seconds; by then something must have happened.
const LINES_MAX: usize = 24;

pub struct Running(pub Child);

impl Running {
    /// Tells it to stop. Its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().expect("kill");
        assert!(told.success());
        self.0.wait().expect("an end").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// Reads lines until one is what is looked for.
pub fn until<T>(from: &mut BufReader<impl Read>, look: impl Fn(&str) -> Option<T>) -> T {
    let mut seen = String::new();
    for _ in 0..LINES_MAX {
        let mut line = String::new();
        if from.read_line(&mut line).expect("a line") == 0 {
            break;
        }
        if let Some(found) = look(&line) {
            return found;
        }
        seen.push_str(&line);
    }
    panic!("it never came:\n{seen}");
}

async fn get(url: String) -> (u16, String) {
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let answer = http.get(url).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test]
async fn a_server_makes_its_database_answers_and_ends_cleanly() {
    for role in ["all", "web", "worker"] {
        let program = Program::new();
        let base = format!("127.0.0.1:{}", free_port());
        let mut running = Running(program.command(&["serve", "--bind", &base, "--role", role]).spawn().expect("the program"));
        let mut log = BufReader::new(running.0.stderr.take().expect("stderr"));
        until(&mut log, |line| line.contains("serving").then_some(()));
        assert_eq!(get(format!("http://{base}/readyz")).await, (200, "ready\n".into()), "{role}");
        // A worker has no such door.
        let expected = if role == "worker" { 404 } else { 401 };
        let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
        let refused = http.post(format!("http://{base}/webhooks/shopify/nobody")).body("{}").send().await.expect("an answer");
        assert_eq!(refused.status().as_u16(), expected, "{role}");
        let second = program.run(&["serve", "--bind", &base]);
        assert_eq!(second.code, 1);
        assert!(second.err.contains("--bind"), "{}", second.err);
        assert_eq!(running.stop(), Some(0), "{role}");
    }
}

#[tokio::test]
async fn the_demo_recovers_revenue_before_a_newcomer_looks_away() {
    let program = Program::new();
    let temporary = program.path("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    let mut command = program.command(&["demo", "--bind", "127.0.0.1:0", "--speed", "10", "--shoppers", "30"]);
    command.env("TMPDIR", &temporary);
    let mut running = Running(command.spawn().expect("the program"));
    let mut told = BufReader::new(running.0.stdout.take().expect("stdout"));
    let base = until(&mut told, |line| Some(line.trim().strip_prefix("Dashboard")?.trim().trim_end_matches('/').to_owned()));
    let recovered = until(&mut told, |line| {
        let (before, _) = line.split_once(" recovered: ")?;
        before.rsplit(' ').next()?.parse::<u32>().ok().filter(|n| *n > 0)
    });
    assert!(recovered > 0);
    let (status, list) = get(format!("{base}/demo/inbox")).await;
    assert!(status == 200 && list.contains("@example.com"), "{list}");
    let (status, mail) = get(format!("{base}/demo/inbox/1/body")).await;
    assert!(status == 200 && mail.contains(&format!("{base}/r/")), "{mail}");
    assert_eq!(running.stop(), Some(0));
    assert_eq!(std::fs::read_dir(&temporary).expect("a folder").count(), 0, "nothing is left");
}
