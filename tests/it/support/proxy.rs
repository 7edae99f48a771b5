//! A line to the database that can be cut.

use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards connections to a database until it is cut.
pub struct Proxy {
    /// The database, by way of the proxy.
    pub url: String,
    up: Arc<watch::Sender<bool>>,
}

impl Proxy {
    /// Stands before the database of a URL of the form `postgres://user@127.0.0.1:port/name`.
    pub async fn to(database: &str) -> Self {
        let (head, rest) = database.split_once('@').expect("a user");
        let (host, name) = rest.split_once('/').expect("a name");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("{head}@{}/{name}", listener.local_addr().expect("an address"));
        let up = Arc::new(watch::Sender::new(true));
        tokio::spawn(forward(listener, host.to_owned(), Arc::clone(&up)));
        Self { url, up }
    }

    /// Breaks every connection, and refuses new ones.
    pub fn cut(&self) {
        self.up.send_replace(false);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.up.send_replace(true);
    }
}

async fn forward(listener: TcpListener, host: String, up: Arc<watch::Sender<bool>>) {
    while let Ok((mut from, _)) = listener.accept().await {
        let mut changed = up.subscribe();
        if !*changed.borrow() {
            continue;
        }
        let host = host.clone();
        tokio::spawn(async move {
            let Ok(mut to) = TcpStream::connect(host).await else { return };
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut from, &mut to) => {}
                _ = changed.wait_for(|up| !up) => {}
            }
        });
    }
}

/// A line to a PostgreSQL server on which every request can be held: `request` is asked before each is forwarded, and says whether it may be; a request that
/// may not breaks its connection. It works in threads of its own, so that `request` may take its time.
pub struct Held {
    /// The database, by way of the line.
    pub url: String,
}

impl Held {
    /// Stands before the database of a URL of the form `postgres://user@127.0.0.1:port/name`.
    pub fn to(database: &str, request: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let (head, rest) = database.split_once('@').expect("a user");
        let (host, name) = rest.split_once('/').expect("a name");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("{head}@{}/{name}", listener.local_addr().expect("an address"));
        let host = host.to_owned();
        let request = Arc::new(request);
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let Ok(server) = std::net::TcpStream::connect(&host) else { return };
                let (mut back_from, mut back_to) = (server.try_clone().expect("a socket"), client.try_clone().expect("a socket"));
                for stream in [&client, &server] {
                    stream.set_nodelay(true).expect("a socket");
                }
                let request = Arc::clone(&request);
                std::thread::spawn(move || {
                    let _ = forward_requests(&client, &server, &*request);
                    let _ = client.shutdown(std::net::Shutdown::Both);
                    let _ = server.shutdown(std::net::Shutdown::Both);
                });
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut back_from, &mut back_to);
                    let _ = back_to.shutdown(std::net::Shutdown::Both);
                });
            }
        });
        Self { url }
    }
}

/// Forwards messages as PostgreSQL frames them: a type, except for the first, and a length that counts itself. A simple query and a sync are what the server
/// acts upon (https://www.postgresql.org/docs/current/protocol-message-formats.html).
fn forward_requests(mut client: &std::net::TcpStream, mut server: &std::net::TcpStream, request: &dyn Fn() -> bool) -> std::io::Result<()> {
    use std::io::{Read as _, Write as _};
    let mut begun = false;
    loop {
        let mut frame = vec![0; if begun { 5 } else { 4 }];
        client.read_exact(&mut frame)?;
        let kind = if begun { frame[0] } else { 0 };
        let length: [u8; 4] = frame[frame.len() - 4..].try_into().expect("four bytes");
        let mut body = vec![0; usize::try_from(u32::from_be_bytes(length)).expect("a length").saturating_sub(4)];
        client.read_exact(&mut body)?;
        // The offer to encrypt comes before the first message, and has its shape.
        begun = begun || body.get(..4) != Some(&80_877_103_u32.to_be_bytes()[..]);
        if matches!(kind, b'Q' | b'S') && !request() {
            return Ok(());
        }
        frame.extend(body);
        server.write_all(&frame)?;
    }
}
