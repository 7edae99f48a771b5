//! Signature Version 4, by which Amazon knows who calls: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use crate::channels::http::hmac_sha256;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who calls, and what.
pub(super) struct Signer {
    /// The access key's id.
    pub access_key_id: String,
    /// The access key.
    pub secret_access_key: SecretString,
    /// `eu-west-1`
    pub region: String,
    /// `ses`
    pub service: &'static str,
}

/// A request as far as it is signed. Its path and query are plain ASCII that needs no encoding, and the query's names stand in their order.
pub(super) struct Request<'a> {
    pub method: &'a str,
    pub url: &'a Url,
    pub content_type: Option<&'a str>,
    pub body: &'a [u8],
    pub at: Timestamp,
}

impl Signer {
    /// The headers that it needs beside its content type: names and values.
    pub fn sign(&self, request: &Request) -> Vec<(&'static str, String)> {
        let stamp = request.at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = request.at.strftime("%Y%m%d").to_string();
        let host = host(request.url);
        let mut headers: Vec<(&str, &str)> = request.content_type.map(|kind| ("content-type", kind)).into_iter().collect();
        headers.extend([("host", host.as_str()), ("x-amz-date", stamp.as_str())]);
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let canonical_headers: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let canonical = format!(
            "{}\n{}\n{}\n{canonical_headers}\n{names}\n{}",
            request.method,
            request.url.path(),
            request.url.query().unwrap_or_default(),
            hex::encode(Sha256::digest(request.body))
        );
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let to_sign = format!("{ALGORITHM}\n{stamp}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
        let signature = hex::encode(hmac_sha256(&self.key(&day), &[to_sign.as_bytes()]));
        let credential = format!("{}/{scope}", self.access_key_id);
        let authorization = format!("{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}");
        vec![("x-amz-date", stamp), ("authorization", authorization)]
    }

    fn key(&self, day: &str) -> [u8; 32] {
        let secret = format!("AWS4{}", self.secret_access_key.expose_secret());
        let day = hmac_sha256(secret.as_bytes(), &[day.as_bytes()]);
        let region = hmac_sha256(&day, &[self.region.as_bytes()]);
        let service = hmac_sha256(&region, &[self.service.as_bytes()]);
        hmac_sha256(&service, &[b"aws4_request"])
    }
}

/// As it stands in the request's own header.
fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS's published example and test suite for Signature Version 4: key, time and expected signatures are theirs.
    #[test]
    fn signatures_are_those_of_the_published_examples() {
        let check = |(service, method, url, kind): (&'static str, &str, &str, Option<&str>), expected: &str| {
            let signer = Signer {
                access_key_id: "AKIDEXAMPLE".to_owned(),
                secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
                region: "us-east-1".to_owned(),
                service,
            };
            let at = "2015-08-30T12:36:00Z".parse().expect("an instant");
            let url = Url::parse(url).expect("a URL");
            let headers = signer.sign(&Request { method, url: &url, content_type: kind, body: b"", at });
            assert_eq!(headers.first().map(|(_, stamp)| stamp.as_str()), Some("20150830T123600Z"));
            let authorization = &headers.last().expect("headers").1;
            assert!(authorization.ends_with(&format!("Signature={expected}")), "{authorization}");
        };
        let form = Some("application/x-www-form-urlencoded; charset=utf-8");
        let list = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
        check(("iam", "GET", list, form), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
        let vanilla = "https://example.amazonaws.com/";
        check(("service", "GET", vanilla, None), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        check(("service", "POST", vanilla, None), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    }

    #[test]
    fn the_port_is_signed_as_it_is_sent() {
        assert_eq!(host(&Url::parse("https://email.eu-west-1.amazonaws.com/v2").expect("a URL")), "email.eu-west-1.amazonaws.com");
        assert_eq!(host(&Url::parse("http://127.0.0.1:5055/v2").expect("a URL")), "127.0.0.1:5055");
    }
}
