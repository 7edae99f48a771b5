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
