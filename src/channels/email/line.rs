//! The line to a mail server: a socket, in the clear or encrypted, and replies read from it.

use super::replies::Reply;
use super::server::Server;
use crate::http_client;
use std::io::{Error, ErrorKind, Result};
use std::net::IpAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

const CHUNK: usize = 4 * 1024; // bytes read at once: replies are short
const REPLY_MAX: usize = 16 * 1024; // bytes of one reply, all lines together
const ADDRESSES_MAX: usize = 4; // of a server's, tried one after the other

/// An open connection.
pub struct Line {
    stream: Stream,
    unread: Vec<u8>,
}

enum Stream {
    Clear(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl Line {
    /// Connects, to one address after the other. None where the server has no address that may be called.
    ///
    /// # Errors
    /// Of the last attempt.
    pub async fn connect(server: &Server, limit: Duration) -> Result<Option<Self>> {
        let found = http_client::addresses(&server.host, server.port, server.reach).await?;
        let count = u32::try_from(found.len().clamp(1, ADDRESSES_MAX)).unwrap_or(1);
        let mut problem = None;
        for address in found.into_iter().take(ADDRESSES_MAX) {
            match timeout(limit / count, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Each write is a whole command or message: there is nothing to wait for (Nagle's algorithm would, for 40 ms).
                    stream.set_nodelay(true)?;
                    return Ok(Some(Self { stream: Stream::Clear(stream), unread: Vec::new() }));
                }
                Ok(Err(error)) => problem = Some(error),
                Err(_) => problem = Some(ErrorKind::TimedOut.into()),
            }
        }
        problem.map_or(Ok(None), Err)
    }

    /// Goes on encrypted. What came unencrypted before must have been read: it could have been slipped in.
    ///
    /// # Errors
    /// When no encrypted connection comes about.
    pub async fn encrypt(self, server: &Server) -> Result<Self> {
        let Stream::Clear(stream) = self.stream else { return Ok(self) };
        if !self.unread.is_empty() {
            return Err(Error::new(ErrorKind::InvalidData, "something was said between STARTTLS and encryption"));
        }
        let stream = server.tls.connect(server.name.clone(), stream).await?;
        Ok(Self { stream: Stream::Encrypted(Box::new(stream)), unread: Vec::new() })
    }

    /// Is it?
    pub fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Encrypted(_))
    }

    /// Our own end's address.
    pub fn own_ip(&self) -> Option<IpAddr> {
        let stream = match &self.stream {
            Stream::Clear(stream) => stream,
            Stream::Encrypted(stream) => stream.get_ref().0,
        };
        stream.local_addr().ok().map(|address| address.ip())
    }

    /// Writes all of it. `taken` counts, also when it ends early: what isn't counted has not left.
    ///
    /// # Errors
    /// The connection's.
    pub async fn write(&mut self, bytes: &[u8], taken: &mut usize) -> Result<()> {
        while let Some(rest) = bytes.get(*taken..).filter(|rest| !rest.is_empty()) {
            let count = match &mut self.stream {
                Stream::Clear(stream) => stream.write(rest).await?,
                Stream::Encrypted(stream) => stream.write(rest).await?,
            };
            if count == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            *taken += count;
        }
        match &mut self.stream {
            // A plain socket holds nothing back.
            Stream::Clear(_) => Ok(()),
            Stream::Encrypted(stream) => stream.flush().await,
        }
    }

    /// The next reply, whole.
    ///
    /// # Errors
    /// The connection's; `InvalidData` for what isn't SMTP.
    pub async fn reply(&mut self) -> Result<Reply> {
        loop {
            if let Some((reply, length)) = read_reply(&self.unread)? {
                self.unread.drain(..length);
                return Ok(reply);
            }
            if self.unread.len() >= REPLY_MAX {
                return Err(ErrorKind::InvalidData.into());
            }
            self.unread.reserve(CHUNK);
            let count = match &mut self.stream {
                Stream::Clear(stream) => stream.read_buf(&mut self.unread).await?,
                Stream::Encrypted(stream) => stream.read_buf(&mut self.unread).await?,
            };
            if count == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// The first reply and its length, if all of it is there (RFC 5321, section 4.2).
fn read_reply(bytes: &[u8]) -> Result<Option<(Reply, usize)>> {
    let (mut text, mut length) = (String::new(), 0);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if !line.ends_with(b"\n") {
            return Ok(None);
        }
        length += line.len();
        let line = line.trim_ascii_end();
        let code = line.get(..3).and_then(|code| std::str::from_utf8(code).ok()).and_then(|code| code.parse::<u16>().ok());
        let code = code.filter(|code| (200..600).contains(code)).ok_or(ErrorKind::InvalidData)?;
        let (goes_on, words) = match line.get(3..) {
            Some([b'-', words @ ..]) => (true, words),
            Some([b' ', words @ ..]) => (false, words),
            Some([]) => (false, [].as_slice()),
            _ => return Err(ErrorKind::InvalidData.into()),
        };
        text.push_str(&String::from_utf8_lossy(words));
        if !goes_on {
            return Ok(Some((Reply { code, text }, length)));
        }
        text.push('\n');
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_client::Reach;
    use tokio::net::TcpListener;

    /// What a name leads to shows only when it is asked for: this one could pass for a public one until then.
    #[tokio::test]
    async fn a_stores_server_whose_name_leads_inside_is_not_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://localhost:{}", listener.local_addr().expect("an address").port());
        let mut server = Server::from_url(&url, None, Reach::Anywhere).expect("settings");
        let limit = Duration::from_secs(5);
        assert!(Line::connect(&server, limit).await.expect("connected").is_some());
        server.reach = Reach::PublicOnly;
        assert!(Line::connect(&server, limit).await.expect("looked up").is_none());
    }

    #[test]
    fn replies_are_read_line_by_line_and_only_whole() {
        let check = |bytes: &str, expected: Option<(u16, &str, usize)>| {
            let found = read_reply(bytes.as_bytes()).expect("SMTP").map(|(reply, length)| (reply.code, reply.text, length));
            assert_eq!(found, expected.map(|(code, text, length)| (code, text.to_owned(), length)), "{bytes:?}");
        };
        check("", None);
        check("250 ok", None);
        check("250 ok\r\n", Some((250, "ok", 8)));
        check("250 ok\n354 go\r\n", Some((250, "ok", 7)));
        check("250\r\n", Some((250, "", 5)));
        check("250-a\r\n250-b\r\n", None);
        check("250-a\r\n250-b\r\n250 c\r\n", Some((250, "a\nb\nc", 21)));
        for bad in ["what\r\n", "25\r\n", "999 x\r\n", "250x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "250-a\r\nb\r\n"] {
            assert!(read_reply(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
