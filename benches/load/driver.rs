//! A generator of signed webhooks over kept connections, as lean as can be: it shares the processors with what it measures.

use super::SECRET;
use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// What a run came to.
pub struct Run {
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub bad: usize,
}

/// A request that is the same but for its numbers: its parts are signed anew each time.
#[derive(Clone)]
pub struct Template {
    pub path: String,
    /// The body with `@@` where the number stands in hexadecimal, and `7777777` where it stands in seven decimal digits.
    pub body: Arc<str>,
}

impl Template {
    fn request(&self) -> Vec<u8> {
        let n = NUMBER.fetch_add(1, Ordering::Relaxed);
        let body = self.body.replace("@@", &format!("{n:012x}")).replace("7777777", &format!("{:07}", n % 8_000_000 + 2_000_000));
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
        mac.update(body.as_bytes());
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        format!(
            "POST {} HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-Shopify-Topic: checkouts/create\r\n\
             X-Shopify-Shop-Domain: acme.myshopify.com\r\nX-Shopify-API-Version: 2026-07\r\nX-Shopify-Webhook-Id: 7d1c0a5e-0000-4000-8000-{n:012x}\r\n\
             X-Shopify-Hmac-Sha256: {signature}\r\n\r\n{body}",
            self.path,
            body.len()
        )
        .into_bytes()
    }
}

/// Posts from `connections` at once for a while; with a rate, each at its due time, whatever the answers do (an open loop).
pub async fn drive(address: std::net::SocketAddr, template: &Template, connections: usize, seconds: u64, rate: Option<f64>) -> Run {
    let begin = Instant::now();
    let end = begin + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..connections)
        .map(|i| {
            let template = template.clone();
            let gap = rate.map(|r| Duration::from_secs_f64(connections as f64 / r));
            let first = begin + gap.map_or(Duration::ZERO, |g| g.mul_f64(i as f64 / connections as f64));
            tokio::spawn(async move { one(address, &template, (first, end, gap)).await })
        })
        .collect();
    let mut latencies = Vec::new();
    let mut bad = 0;
    for task in tasks {
        let (mut some, failed) = task.await.expect("a connection");
        latencies.append(&mut some);
        bad += failed;
    }
    let took = begin.elapsed().as_secs_f64();
    latencies.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // an index, between nothing and the length
    let at = |q: f64| {
        latencies.get(((latencies.len() as f64 * q) as usize).min(latencies.len().saturating_sub(1))).map_or(0.0, |d| d.as_secs_f64() * 1e3)
    };
    Run { rate: latencies.len() as f64 / took, p50_ms: at(0.5), p99_ms: at(0.99), bad }
}

async fn one(
    address: std::net::SocketAddr,
    template: &Template,
    (first, end, gap): (Instant, Instant, Option<Duration>),
) -> (Vec<Duration>, usize) {
    let mut line = TcpStream::connect(address).await.expect("connected");
    line.set_nodelay(true).expect("nodelay");
    let (mut latencies, mut bad, mut due) = (Vec::new(), 0, first);
    let mut buffer = vec![0; 4096];
    loop {
        if gap.is_some() {
            tokio::time::sleep_until(due.into()).await;
        }
        let begun = if gap.is_some() { due } else { Instant::now() };
        if begun >= end {
            return (latencies, bad);
        }
        line.write_all(&template.request()).await.expect("written");
        let n = line.read(&mut buffer).await.expect("an answer");
        if buffer[..n].starts_with(b"HTTP/1.1 200") {
            latencies.push(begun.elapsed());
        } else {
            bad += 1;
        }
        due += gap.unwrap_or_default();
    }
}
