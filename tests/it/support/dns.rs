//! A DNS server on this machine, for one domain's records: names it doesn't know are not there, and some fail.

use std::net::SocketAddr;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

const MX: u16 = 15;
const TXT: u16 = 16;
/// Response codes (RFC 1035, section 4.1.1).
const NO_ERROR: u8 = 0;
const SERVER_FAILURE: u8 = 2;
const NAME_ERROR: u8 = 3;

/// What stands under a name.
#[derive(Debug, Clone, Copy)]
pub enum Stands {
    /// One TXT record.
    Txt(&'static str, &'static str),
    /// A mail server.
    Mx(&'static str, &'static str),
    /// Nobody answers for the name.
    Failing(&'static str),
}

pub struct DnsServer {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl DnsServer {
    pub async fn start(records: &'static [Stands]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                if let Some(answer) = answer(&question[..length], records) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Self { address, task }
    }
}

/// The name and type that are asked for, and where the question ends.
fn asked(message: &[u8]) -> Option<(String, u16, usize)> {
    let mut at = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(message.get(at..at + length)?).to_lowercase());
        at += length;
    }
    Some((labels.join("."), u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]), at + 4))
}

fn answer(message: &[u8], records: &[Stands]) -> Option<Vec<u8>> {
    let (name, kind, end) = asked(message)?;
    let of_name = |stands: &&Stands| matches!(stands, Stands::Txt(n, _) | Stands::Mx(n, _) | Stands::Failing(n) if *n == name);
    let all: Vec<&Stands> = records.iter().filter(of_name).collect();
    let found: Vec<Vec<u8>> = all.iter().filter_map(|stands| data(stands, kind)).collect();
    let code = match all.as_slice() {
        [] => NAME_ERROR,
        [Stands::Failing(_), ..] => SERVER_FAILURE,
        _ => NO_ERROR,
    };
    let count = |n: usize| u16::try_from(n).expect("a few").to_be_bytes();
    let none = found.is_empty() && code != SERVER_FAILURE;
    let mut out = message[..2].to_vec();
    // An answer with authority, to a question that asked for recursion, which is there.
    out.extend([0x85, 0x80 | code, 0, 1]);
    out.extend(count(found.len()));
    out.extend(count(usize::from(none)));
    out.extend([0, 0]);
    out.extend(&message[12..end]);
    for data in found {
        out.extend(record(kind, &data));
    }
    if none {
        // Who says so: without it the answer that there is nothing counts for little (RFC 2308, section 2).
        out.extend(record(6, &[&[0_u8, 0][..], &[0, 0, 0, 60].repeat(5)].concat()));
    }
    Some(out)
}

/// A record of the name that was asked for.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = vec![0xC0, 12];
    out.extend(kind.to_be_bytes());
    out.extend([0, 1, 0, 0, 0, 60]);
    out.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
    out.extend(data);
    out
}

fn data(stands: &Stands, kind: u16) -> Option<Vec<u8>> {
    match stands {
        // Long texts come in strings of at most 255 bytes: here of 50, so that usual ones are split too.
        Stands::Txt(_, text) if kind == TXT => {
            Some(text.as_bytes().chunks(50).flat_map(|part| [&[u8::try_from(part.len()).expect("50")], part].concat()).collect())
        }
        Stands::Mx(_, host) if kind == MX => {
            let labels = host
                .split('.')
                .filter(|l| !l.is_empty())
                .flat_map(|label| [&[u8::try_from(label.len()).expect("a label")], label.as_bytes()].concat());
            Some([0, 10].into_iter().chain(labels).chain([0]).collect())
        }
        _ => None,
    }
}
