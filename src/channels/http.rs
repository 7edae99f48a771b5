//! What providers that are called over HTTP have in common: what a status, a silence or a broken line means for a message, and how their calls to us are
//! told from anybody else's.

use super::{Callback, Outcome, Unheard};
use crate::http_client::{self, Reach};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use url::{Url, form_urlencoded};

const WORD_MAX: usize = 40; // bytes of a provider's word for a class of refusals
/// Answers to a hand-over are short.
pub const ANSWER_MAX: usize = 64 * 1024; // bytes
/// Whatever a provider asks for, it is tried again within a day.
pub const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(24);
/// How long to wait when it is the settings that must change: nothing is lost meanwhile.
pub const SETTINGS_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// Who is called, and with what, for the words of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// `Postmark`
    pub provider: &'static str,
    /// `mail` or `text`.
    pub what: &'static str,
    /// Where people put its settings right: `the e-mail settings and the Postmark server`.
    pub settings: &'static str,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; empty where it broke off or was too long to be read.
    pub body: Vec<u8>,
}

impl Answered {
    /// The body as JSON; none where it is none.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// When the provider asked to be tried again.
    pub fn retry_after(&self) -> Option<SignedDuration> {
        retry_after(&self.headers)
    }
}

impl Called {
    /// Makes the call.
    ///
    /// # Errors
    /// What became of the message where there was no answer: only a connection that was never made is sure to have sent nothing.
    pub async fn call(self, request: RequestBuilder) -> Result<Answered, Outcome> {
        let response = request.send().await.map_err(|error| self.unanswered(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = http_client::read_capped(response, ANSWER_MAX).await.unwrap_or_default();
        Ok(Answered { status, headers, body })
    }

    fn unanswered(self, error: &reqwest::Error) -> Outcome {
        let Self { provider, what, .. } = self;
        if error.is_connect() || error.is_builder() {
            return Outcome::held(format!("{provider} could not be reached"), None);
        }
        let how = if error.is_timeout() { "gave no answer in time" } else { "broke off before its answer" };
        Outcome::unknown(format!("{provider} was handed the {what} and {how}"))
    }

    /// `Postmark answered 422 with error 406`: the status, and the provider's own code where it is known to name nobody.
    pub fn reason(self, status: u16, code: Option<&str>) -> String {
        match code {
            Some(code) => format!("{} answered {status} with error {code}", self.provider),
            None => format!("{} answered {status}", self.provider),
        }
    }

    /// It is the settings or the account that must change, whatever the message.
    pub fn settings(self, reason: &str) -> Outcome {
        Outcome::held(format!("{reason}; check {}", self.settings), Some(SETTINGS_WAIT))
    }

    /// What a status means by itself, where it has one meaning with every provider; none for success and for refusals whose reason is in the body.
    pub fn by_status(self, answer: &Answered, reason: &str) -> Option<Outcome> {
        match answer.status {
            200..=299 => None,
            429 => Some(Outcome::held(reason, answer.retry_after())),
            401..=403 => Some(self.settings(reason)),
            // Neither a redirect, which is never followed, nor a path, method or type that is not understood reaches the queue of messages.
            300..=399 | 404 | 405 | 407 | 415 => Some(self.settings(reason)),
            // Somebody in between gave up waiting.
            408 | 499 => Some(self.maybe_sent(reason)),
            400..=499 => None,
            _ => Some(self.maybe_sent(reason)),
        }
    }

    /// The answer doesn't say whether it left.
    pub fn maybe_sent(self, reason: &str) -> Outcome {
        Outcome::unknown(format!("{reason}, so the {} may have been sent", self.what))
    }

    /// Asks with settings' credentials for something that sends nothing.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub async fn probe(self, request: RequestBuilder) -> Result<(), String> {
        let Self { provider, settings, .. } = self;
        let response = request
            .send()
            .await
            .map_err(|_| format!("{provider} could not be reached; check the network and the address in {settings}"))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                Err(format!("{provider} refuses these settings ({}); check {settings}", response.status().as_u16()))
            }
            status => Err(format!("{provider} answered {}; try again later", status.as_u16())),
        }
    }
}

/// Where a provider is: its own address, or that of a gateway that somebody chose, without a slash at its end. What a store's people choose is public.
///
/// # Errors
/// What is wrong with it.
pub fn base_url(text: &str, reach: Reach) -> Result<Url, String> {
    let unreadable = || "the address can't be read; leave it empty, or write it as https://api.example.com".to_owned();
    let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| unreadable())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.query().is_some() || url.fragment().is_some() {
        return Err(unreadable());
    }
    match reach {
        Reach::Anywhere => {}
        Reach::PublicOnly => http_client::allowed(&url).map_err(|error| error.to_string())?,
    }
    Ok(url)
}

/// A path below it.
pub fn below(base: &Url, path: &str) -> String {
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}

/// A path below it, with a query. Ids only: addresses of requests end up in logs, ours and theirs.
pub fn asking(base: &Url, path: &str, query: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{}?{query}", below(base, path))
}

/// Seconds only: the form with a date needs a clock, and no provider uses it.
pub fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let seconds: u32 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(SignedDuration::from_secs(i64::from(seconds)).min(RETRY_AFTER_MAX))
}

/// A provider's own word for something, if it is one: short, and without a sign that stands in addresses and numbers' places.
pub fn plain_word(text: &str) -> Option<&str> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'_'));
    Some(text).filter(|text| plain && (1..=WORD_MAX).contains(&text.len()))
}

/// Are two secrets the same? Takes as long whichever byte differs.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// HMAC-SHA256 over the parts, one after the other.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Refuses a call whose stamp, in seconds, is further from its arrival than `tolerance`: it may have been recorded and played again.
///
/// # Errors
/// `NotOurs`
pub fn recent(call: &Callback, stamp: &str, tolerance: SignedDuration) -> Result<Timestamp, Unheard> {
    let at = stamp.trim().parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let at = at.ok_or_else(|| Unheard::NotOurs("the call's timestamp can't be read".to_owned()))?;
    if call.at.duration_since(at).abs() > tolerance {
        return Err(Unheard::NotOurs("the call's timestamp is too far from the time; check this machine's clock".to_owned()));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Holds;
    use reqwest::header::HeaderValue;

    const CALLED: Called = Called { provider: "Pigeon", what: "mail", settings: "the loft" };

    fn answered(status: u16, retry: Option<&'static str>) -> Answered {
        let headers = retry.map(|value| (RETRY_AFTER, HeaderValue::from_static(value))).into_iter().collect();
        Answered { status, headers, body: Vec::new() }
    }

    #[test]
    fn a_status_means_the_same_with_every_provider() {
        let check = |status: u16, expected: &str| {
            let said = match CALLED.by_status(&answered(status, None), "it said so") {
                None => "its body tells",
                Some(Outcome::Unknown { .. }) => "unknown",
                Some(Outcome::TryLater { after: None, holds: Holds::Channel, .. }) => "busy",
                Some(Outcome::TryLater { after: Some(SETTINGS_WAIT), holds: Holds::Channel, .. }) => "settings",
                Some(_) => "something else",
            };
            assert_eq!(said, expected, "{status}");
        };
        let table = [
            ("its body tells", vec![200, 202, 299, 400, 406, 413, 422]),
            ("settings", vec![301, 302, 307, 401, 402, 403, 404, 405, 415]),
            ("busy", vec![429]),
            ("unknown", vec![408, 500, 502, 503, 504, 600]),
        ];
        table.iter().for_each(|(expected, statuses)| statuses.iter().for_each(|status| check(*status, expected)));
    }

    #[test]
    fn a_wait_is_seconds_and_never_longer_than_a_day() {
        let check = |text: &'static str, seconds: Option<i64>| {
            assert_eq!(answered(429, Some(text)).retry_after().map(|after| after.as_secs()), seconds, "{text}");
        };
        check("7", Some(7));
        check("0", Some(0));
        check(" 30 ", Some(30));
        check("4294967295", Some(86_400));
        check("-1", None);
        check("Wed, 21 Oct 2026 07:28:00 GMT", None);
        assert_eq!(answered(429, None).retry_after(), None);
    }

    #[test]
    fn a_store_may_name_public_addresses_only() {
        let check = |text: &str, operator: bool, store: bool| {
            assert_eq!(base_url(text, Reach::Anywhere).is_ok(), operator, "{text}");
            assert_eq!(base_url(text, Reach::PublicOnly).is_ok(), store, "{text}");
        };
        check("https://api.example.com/", true, true);
        check("http://127.0.0.1:4010", true, false);
        check("https://10.0.0.7/mail", true, false);
        check("https://api.example.com/?x=1", false, false);
        check("ftp://api.example.com", false, false);
        check("api.example.com", false, false);
        let base = base_url("https://gate.example/mail/", Reach::Anywhere).expect("a URL");
        assert_eq!(below(&base, "/v3/send"), "https://gate.example/mail/v3/send");
    }

    #[test]
    fn a_stamp_is_believed_within_its_tolerance_only() {
        let at: Timestamp = "2026-07-01T12:00:00Z".parse().expect("an instant");
        let call = Callback { method: "POST".into(), url: String::new(), headers: Vec::new(), body: Vec::new(), at };
        let check = |stamp: i64, expected: bool| {
            assert_eq!(recent(&call, &stamp.to_string(), SignedDuration::from_mins(5)).is_ok(), expected, "{stamp}");
        };
        check(at.as_second(), true);
        check(at.as_second() - 300, true);
        check(at.as_second() - 301, false);
        check(at.as_second() + 301, false);
        check(i64::MAX, false);
        assert!(recent(&call, "noon", SignedDuration::from_mins(5)).is_err());
    }

    #[test]
    fn a_code_is_the_one_of_the_published_example() {
        // RFC 4231, section 4.3.
        let code = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex::encode(code), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert!(same(b"abc", b"abc") && !same(b"abc", b"abd") && !same(b"abc", b"ab"));
    }
}
