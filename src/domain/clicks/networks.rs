//! From where mail scanners open links: `config/click_networks.toml`.

use ipnet::IpNet;
use serde::Deserialize;
use std::str::FromStr as _;
use std::sync::LazyLock;

const FILE: &str = include_str!("../../../config/click_networks.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    network: Vec<Network>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
    whose: String,
    ranges: Vec<IpNet>,
    // For whoever reads the file.
    #[serde(rename = "confidence")]
    _confidence: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "read")]
    _read: String,
}

/// A file that can't be read knows no scanner: a test reads it.
static NETWORKS: LazyLock<Vec<Network>> = LazyLock::new(|| toml::from_str::<File>(FILE).map(|f| f.network).unwrap_or_default());

/// Whose scanner has this address, if one does. Given in its text form; an IPv4 address that came by IPv6 counts as itself.
pub fn scanner(address: &str) -> Option<&'static str> {
    let address = address.trim_start_matches("::ffff:");
    let bits = if address.contains(':') { 128 } else { 32 };
    let address = IpNet::from_str(&format!("{address}/{bits}")).ok()?;
    NETWORKS.iter().find(|n| n.ranges.iter().any(|range| range.contains(&address))).map(|n| n.whose.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanners_are_known_by_their_address_and_nobody_else_is() {
        let check = |address: &str, whose: Option<&str>| {
            assert_eq!(scanner(address), whose, "{address}");
        };
        check("40.94.20.1", Some("Microsoft Defender for Office 365"));
        check("::ffff:40.107.218.12", Some("Microsoft Defender for Office 365"));
        check("2a01:111:f403:c000::1", Some("Microsoft Defender for Office 365"));
        check("209.222.87.255", Some("Barracuda Email Gateway Defense"));
        check("209.222.88.0", None);
        check("67.231.152.7", Some("Proofpoint"));
        check("203.0.113.7", None);
        check("127.0.0.1", None);
    }
}
