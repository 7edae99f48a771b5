//! The program as a whole: from start to ready on a fresh database, and its memory when idle.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const RUNS: usize = 5;

pub async fn measure() {
    let mut starts = Vec::new();
    let mut memory_mib = 0.0;
    for _ in 0..RUNS {
        let folder = tempfile::tempdir().expect("a folder");
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_comeback"))
            .arg("serve")
            .current_dir(folder.path())
            .env("COMEBACK_SERVER__BIND", format!("127.0.0.1:{port}"))
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        while !ready(port).await {
            assert!(begin.elapsed() < Duration::from_secs(20), "never ready");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        starts.push(begin.elapsed());
        tokio::time::sleep(Duration::from_secs(2)).await;
        memory_mib = resident_mib(child.id());
        let _ = child.kill();
        let _ = child.wait();
    }
    starts.sort_unstable();
    let median = starts[RUNS / 2].as_secs_f64() * 1e3;
    println!("| start to ready, fresh SQLite, median of {RUNS} | {median:.0} ms | aim: 150 ms | {:.2} |", median / 150.0);
    println!("| idle memory (resident) | {memory_mib:.1} MiB | aim: 40 MiB | {:.2} |", memory_mib / 40.0);
}

async fn ready(port: u16) -> bool {
    let Ok(mut line) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await else { return false };
    let mut answer = Vec::new();
    let asked = line.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    asked.is_ok() && line.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200")
}

fn resident_mib(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("its memory");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
    kib / 1024.0
}
