//! What kind of device a browser runs on, by how it calls itself.

use serde::{Deserialize, Serialize};

/// A kind of device. An iPad that asks for desktop pages calls itself a Mac, and counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// Nobody said.
    #[default]
    Unknown,
    /// In a hand.
    Phone,
    /// In two.
    Tablet,
    /// On a desk.
    Desktop,
}

impl Device {
    /// As stored and as programs read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
        }
    }

    /// By the name that a browser gives itself.
    pub fn of(agent: &str) -> Self {
        let agent = agent.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| agent.contains(w));
        if has(&["ipad", "tablet", "kindle", "silk/", "playbook"]) || (has(&["android"]) && !has(&["mobile"])) {
            Self::Tablet
        } else if has(&["iphone", "ipod", "mobile", "windows phone", "opera mini"]) {
            Self::Phone
        } else if has(&["windows nt", "macintosh", "x11", "linux", "cros"]) {
            Self::Desktop
        } else {
            Self::Unknown
        }
    }

    /// Nobody said.
    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_what_browsers_call_themselves() {
        let check = |agent: &str, expected| assert_eq!(Device::of(agent), expected, "{agent}");
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1",
            Device::Phone,
        );
        check("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1", Device::Tablet);
        check("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/137.0.0.0 Mobile Safari/537.36", Device::Phone);
        check("Mozilla/5.0 (Linux; Android 13; SM-X710) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36", Device::Tablet);
        check("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36", Device::Desktop);
        check("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", Device::Desktop);
        check("curl/8.5.0", Device::Unknown);
        check("", Device::Unknown);
    }
}
