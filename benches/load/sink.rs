//! A mail server that takes everything and keeps nothing, as lean as can be: it shares the processors with what it measures.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const END: &[u8] = b"\r\n.\r\n";

pub struct Sink {
    pub port: u16,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    mails: AtomicU64,
    bytes: AtomicU64,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::new(Taken::default());
        let shared = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taken = Arc::clone(&shared);
                // However a conversation ends, there is nothing left to do.
                tokio::spawn(async move { drop(converse(stream, &taken).await) });
            }
        });
        Self { port, taken }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn mails(&self) -> u64 {
        self.taken.mails.load(Ordering::Relaxed)
    }

    pub fn bytes(&self) -> u64 {
        self.taken.bytes.load(Ordering::Relaxed)
    }
}

async fn converse(mut stream: TcpStream, taken: &Taken) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    let (mut unread, mut answers) = (Vec::with_capacity(64 * 1024), Vec::new());
    // While a mail's content comes: how much of it was searched for its end.
    let mut searched: Option<usize> = None;
    loop {
        if stream.read_buf(&mut unread).await? == 0 {
            return Ok(());
        }
        while let Some(length) = step(&unread, &mut searched, &mut answers) {
            if searched.is_none() && answers.ends_with(b"queued\r\n") {
                taken.mails.fetch_add(1, Ordering::Relaxed);
                taken.bytes.fetch_add(length as u64, Ordering::Relaxed);
            }
            unread.drain(..length);
        }
        if !answers.is_empty() {
            stream.write_all(&answers).await?;
            answers.clear();
        }
    }
}

/// The length of what was read now: a command, or a mail's content. None if more must come first.
fn step(unread: &[u8], searched: &mut Option<usize>, answers: &mut Vec<u8>) -> Option<usize> {
    if let Some(from) = searched {
        let Some(at) = unread[*from..].windows(END.len()).position(|window| window == END) else {
            *from = unread.len().saturating_sub(END.len() - 1);
            return None;
        };
        let length = *from + at + END.len();
        *searched = None;
        answers.extend_from_slice(b"250 2.0.0 queued\r\n");
        return Some(length);
    }
    let length = unread.iter().position(|b| *b == b'\n')? + 1;
    let answer: &[u8] = match &unread[..length.min(4)] {
        b"EHLO" => b"250-sink\r\n250 PIPELINING\r\n",
        b"DATA" => {
            *searched = Some(0);
            b"354 go on\r\n"
        }
        b"QUIT" => b"221 2.0.0 bye\r\n",
        _ => b"250 2.0.0 ok\r\n",
    };
    answers.extend_from_slice(answer);
    Some(length)
}
