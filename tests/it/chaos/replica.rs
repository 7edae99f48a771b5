//! One process of the program, and what can be done to it.

use super::world::World;
use comeback::http_client::{HttpOptions, Reach, client};
use std::fs::OpenOptions;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// By then it is ready, or never will be.
const START_WAIT: Duration = Duration::from_secs(60);
/// By then it has ended after it was told to.
const STOP_WAIT: Duration = Duration::from_secs(90);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Whoever may write no more is told so by an error, as on a full disk, and not ended by a signal.
const TOLD_OF_LIMITS: &str = "trap '' XFSZ; exec \"$0\" \"$@\"";

pub struct Replica {
    pub port: u16,
    pub started: Instant,
    child: Child,
}

impl Replica {
    pub fn start(world: &World, port: u16) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(world.place.folder.join("log")).expect("a log");
        let mut command =
            world.command("sh", &["-c", TOLD_OF_LIMITS, env!("CARGO_BIN_EXE_comeback"), "serve", "--bind", &format!("127.0.0.1:{port}")]);
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("the program");
        Self { port, started: Instant::now(), child }
    }

    /// Waits until it says that it is ready. False if it has ended instead, or takes too long.
    pub async fn is_ready_soon(&mut self) -> bool {
        let mut options = HttpOptions::new(Reach::Anywhere);
        options.total = Duration::from_secs(2);
        let http = client(&options).expect("a client");
        let begin = Instant::now();
        while begin.elapsed() < START_WAIT && !self.has_ended() {
            let answer = http.get(format!("http://127.0.0.1:{}/readyz", self.port)).send().await;
            if answer.is_ok_and(|a| a.status().is_success()) {
                return true;
            }
            sleep(PAUSE).await;
        }
        false
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("asked").is_some()
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("an end");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success(), "{name}: the process is gone");
    }

    /// Its process, for tools.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to end, as an operator does. Its exit code; none if it did not end by itself.
    pub async fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        let ended = async {
            loop {
                if let Some(status) = self.child.try_wait().expect("asked") {
                    return status.code();
                }
                sleep(PAUSE).await;
            }
        };
        timeout(STOP_WAIT, ended).await.ok().flatten()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
