//! The one outgoing HTTP client: time-outs, size limits, no redirects, no private addresses, nothing of the environment's.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::net::lookup_host;
use url::{Host, Url};

const CONNECT_WAIT: Duration = Duration::from_secs(10);
const TOTAL_WAIT: Duration = Duration::from_secs(30);
/// Answers of APIs are read up to this size, unless said otherwise.
pub const BODY_MAX: usize = 1024 * 1024;

/// Who chose the addresses that a client will call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The operator, in the configuration: may be a gateway on this machine or network.
    Anywhere,
    /// A merchant or a payload: public addresses only, so that nobody reaches into our network through us.
    PublicOnly,
}

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// For TCP and TLS.
    pub connect: Duration,
    /// From the call to the last byte of the answer.
    pub total: Duration,
    /// Which addresses it may call.
    pub reach: Reach,
}

impl HttpOptions {
    /// The usual limits.
    pub fn new(reach: Reach) -> Self {
        Self { connect: CONNECT_WAIT, total: TOTAL_WAIT, reach }
    }
}

/// Why a call was not made, or its answer not read.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The client can't be built.
    #[error("the HTTP client could not be set up: {0}")]
    Setup(#[source] reqwest::Error),
    /// The URL may not be called.
    #[error("the URL is not allowed: {0}; use a public https address")]
    Forbidden(&'static str),
    /// There was no answer.
    #[error("it can't be reached")]
    Unreached(#[source] reqwest::Error),
    /// It was answered with another status than 200.
    #[error("it is answered with status {0}")]
    Status(u16),
    /// The answer is too large.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The answer broke off.
    #[error("the answer broke off or took too long")]
    Broken(#[source] reqwest::Error),
}

/// Builds the client. Redirects are never followed: an API that moves is to be told of, and a redirect could lead inside. Proxies of the
/// environment are not used: a proxy would resolve names itself, past the guard against private addresses.
///
/// # Errors
/// `Setup`
pub fn client(options: &HttpOptions) -> Result<Client, HttpError> {
    static PROVIDER: Once = Once::new();
    // An error says that the program has already chosen a provider, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::aws_lc_rs::default_provider().install_default()));
    #[allow(clippy::disallowed_methods)] // the one place that builds a client
    let builder = Client::builder()
        .user_agent(concat!("Comeback/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect)
        .timeout(options.total)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false);
    let builder = match options.reach {
        Reach::Anywhere => builder,
        Reach::PublicOnly => builder.dns_resolver(Arc::new(PublicOnly)),
    };
    builder.build().map_err(HttpError::Setup)
}

/// Checks a URL that a merchant or a payload gave, before a `PublicOnly` client calls it: an address written as digits is never resolved.
///
/// # Errors
/// `Forbidden`
pub fn allowed(url: &Url) -> Result<(), HttpError> {
    if url.scheme() != "https" {
        return Err(HttpError::Forbidden("it is not https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HttpError::Forbidden("it carries a user name or password"));
    }
    let private = match url.host() {
        Some(Host::Ipv4(ip)) => !is_public(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => !is_public(IpAddr::V6(ip)),
        Some(Host::Domain(name)) => is_local_name(name),
        None => true,
    };
    if private { Err(HttpError::Forbidden("its host is on a private network")) } else { Ok(()) }
}

/// Reads a small text, once; bytes that are no UTF-8 are replaced.
///
/// # Errors
/// `Setup`, `Unreached`, `Status`, `TooLarge`, `Broken`
pub async fn get_text(options: &HttpOptions, url: &Url, max: usize) -> Result<String, HttpError> {
    Ok(String::from_utf8_lossy(&get_bytes(options, url, max).await?).into_owned())
}

/// Reads a small file, once.
///
/// # Errors
/// `Setup`, `Unreached`, `Status`, `TooLarge`, `Broken`
pub async fn get_bytes(options: &HttpOptions, url: &Url, max: usize) -> Result<Vec<u8>, HttpError> {
    let answer = client(options)?.get(url.clone()).send().await.map_err(|e| HttpError::Unreached(e.without_url()))?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(HttpError::Status(answer.status().as_u16()));
    }
    read_capped(answer, max).await
}

/// A caller that is kept, so that its connections are used again: posts texts and reads the beginning of each answer.
#[derive(Debug, Clone)]
pub struct Poster(Client);

/// An answer, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its status.
    pub status: u16,
    /// Its beginning; bytes that are no UTF-8 are replaced.
    pub body: String,
}

impl Poster {
    /// Makes it.
    ///
    /// # Errors
    /// `Setup`
    pub fn new(options: &HttpOptions) -> Result<Self, HttpError> {
        client(options).map(Self)
    }

    /// Posts JSON with these headers, and reads at most so many bytes of the answer, whatever its status.
    ///
    /// # Errors
    /// `Unreached`, without the URL
    pub async fn post_json(&self, url: &Url, headers: &[(&'static str, String)], body: String, max: usize) -> Result<Posted, HttpError> {
        let mut request = self.0.post(url.clone()).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = request.send().await.map_err(|e| HttpError::Unreached(e.without_url()))?;
        let status = answer.status().as_u16();
        let mut bytes = Vec::new();
        // What is broken off after the status is as good as an answer.
        while let Ok(Some(chunk)) = answer.chunk().await {
            bytes.extend_from_slice(&chunk);
            if bytes.len() >= max {
                bytes.truncate(max);
                break;
            }
        }
        Ok(Posted { status, body: String::from_utf8_lossy(&bytes).into_owned() })
    }
}

/// Is that a program on this very machine, by its name or number?
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Could a host that a merchant named be a public one? What its name leads to shows only when it is asked for ([`addresses`]).
pub fn may_be_public(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(ip)) => is_public(IpAddr::V4(ip)),
        Ok(Host::Ipv6(ip)) => is_public(IpAddr::V6(ip)),
        Ok(Host::Domain(name)) => !is_local_name(&name),
        // An IPv6 address without its brackets.
        Err(_) => host.parse().is_ok_and(is_public),
    }
}

/// Where a host is, as far as it may be called; nothing where all of its addresses are private. For conversations other than HTTP: what is connected to must be
/// one of these, so that a name can't change its address in between.
///
/// # Errors
/// When the name leads nowhere.
pub async fn addresses(host: &str, port: u16, reach: Reach) -> std::io::Result<Vec<SocketAddr>> {
    let found = lookup_host((host, port)).await?;
    Ok(found.filter(|address| reach == Reach::Anywhere || is_public(address.ip())).collect())
}

/// Reads an answer's body, up to `max` bytes.
///
/// # Errors
/// `TooLarge`, `Broken`
pub async fn read_capped(mut response: Response, max: usize) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| HttpError::Broken(e.without_url()))? {
        if body.len() + chunk.len() > max {
            return Err(HttpError::TooLarge(max));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Names that no public zone has (RFC 6761, RFC 6762, and usage).
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.') || [".localhost", ".local", ".internal", ".home.arpa", ".lan"].iter().any(|end| name.ends_with(end))
}

/// An address anyone on the internet can reach (IANA's special-purpose registries).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let special =
        ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_broadcast() || ip.is_documentation() || ip.is_multicast();
    let in_block = match ip.octets() {
        [0, ..] | [240..=255, ..] | [192, 0, 0, _] => true,
        [100, second, ..] => (64..128).contains(&second),
        [198, second, ..] => matches!(second, 18 | 19),
        _ => false,
    };
    !special && !in_block
}

/// Global unicast is 2000::/3; of it, tunnels that embed IPv4 addresses (2002::/16, 2001::/32) and documentation are left out.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        [0x2001, 0 | 0x0db8, ..] | [0x2002, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Resolves names to public addresses only. Checked here, at the moment of connecting, so that a name can't change its address in between.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = addresses(name.as_str(), 0, Reach::PublicOnly).await?;
            if found.is_empty() {
                let error: Box<dyn Error + Send + Sync> = Box::new(HttpError::Forbidden("its host has no public address"));
                return Err(error);
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_addresses_are_allowed() {
        let check = |url: &str, expected: bool| assert_eq!(allowed(&Url::parse(url).expect(url)).is_ok(), expected, "{url}");
        for good in
            ["https://example.com/a", "https://8.8.8.8/", "https://[2606:4700::1111]/", "https://100.63.0.1/", "https://172.32.0.1/"]
        {
            check(good, true);
        }
        let bad = [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://localhost/",
            "https://a.localhost./",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[2002:7f00:1::]/",
            "https://metadata.internal/",
            "https://intranet/",
            "https://u:p@example.com/",
            "ftp://example.com/",
        ];
        for url in bad {
            check(url, false);
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let client = client(&HttpOptions::new(Reach::PublicOnly)).expect("client");
        let error = client.get("https://localhost:9/").send().await.expect_err("refused");
        assert!(error.is_connect() && format!("{error:?}").contains("no public address"), "{error:?}");
    }

    #[tokio::test]
    async fn a_host_is_looked_for_where_it_may_be_called() {
        for inside in ["localhost", "127.0.0.1", "::1", "169.254.169.254"] {
            assert!(!may_be_public(inside), "{inside}");
            assert!(addresses(inside, 25, Reach::PublicOnly).await.expect("found").is_empty(), "{inside}");
            assert!(!addresses(inside, 25, Reach::Anywhere).await.expect("found").is_empty(), "{inside}");
        }
        // Spellings that the system's resolver takes for addresses.
        for inside in ["127.1", "2130706433", "0x7f.1", "10.0.0.1", "intranet", "mail.internal", ""] {
            assert!(!may_be_public(inside), "{inside}");
        }
        for outside in ["mail.example.com", "8.8.8.8", "2606:4700::1111"] {
            assert!(may_be_public(outside), "{outside}");
        }
    }

    /// Answers one request with these bytes, and gives the URL to ask.
    async fn answering(bytes: &'static [u8]) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            stream.write_all(bytes).await.expect("written");
        });
        url
    }

    #[tokio::test]
    async fn an_answer_is_read_to_its_limit_and_redirects_are_not_followed() {
        let client = client(&HttpOptions::new(Reach::Anywhere)).expect("client");
        let get = async |bytes| client.get(answering(bytes).await).send().await.expect("an answer");
        let five = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde";
        assert_eq!(read_capped(get(five).await, 5).await.expect("a body"), b"abcde");
        assert!(matches!(read_capped(get(five).await, 4).await, Err(HttpError::TooLarge(4))));
        let short = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabcde";
        assert!(matches!(read_capped(get(short).await, 9).await, Err(HttpError::Broken(_))));
        let moved = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(get(moved).await.status().as_u16(), 302);
    }
}
