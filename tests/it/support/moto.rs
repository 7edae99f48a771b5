//! moto, which stands in for Amazon's services: <https://github.com/getmoto/moto>.

use super::tools::{self, Program};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;

const READY_WITHIN: Duration = Duration::from_secs(180);

/// The server; it stops when dropped.
pub struct Moto {
    url: String,
    _process: Program,
}

impl Moto {
    /// Starts one; none, said loudly, where moto is absent.
    pub async fn start() -> Option<Self> {
        let program = tools::program("python/bin/moto_server")?;
        let port = tools::free_port();
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let listening = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(READY_WITHIN, listening).await.expect("moto listens");
        Some(Self { url: format!("http://127.0.0.1:{port}"), _process: Program(process) })
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }
}
