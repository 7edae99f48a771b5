//! Installing an app in a Shopify store: the authorization code grant, with tokens that stay valid.
//! <https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant>

use super::admin;
use crate::platforms::store_api::{StoreError, StoreLine};
use crate::platforms::store_install::{InstallAsk, InstallFault, Query, StoreGrant, StoreInstall};
use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use url::form_urlencoded::Serializer;

/// Shopify's own libraries believe a call for so long.
const SIGNED_WITHIN: SignedDuration = SignedDuration::from_secs(90);
/// What the domain of every store ends with.
const DOMAIN_END: &str = ".myshopify.com";
/// Of what stands before that: a label of a domain name (RFC 1035, section 2.3.4).
const NAME_MAX: usize = 63; // characters

/// What is asked for: what Comeback asks the store for, and what it is told about.
const SCOPES: [(&str, &str); 6] = [
    admin::SCOPES[0],
    admin::SCOPES[1],
    admin::SCOPES[2],
    admin::SCOPES[3],
    ("read_customer_merge", "shoppers whom Shopify merges stay one person"),
    ("read_shopify_payments_disputes", "charged-back payments leave the figures"),
];

/// Has apps installed.
pub struct Installer;

#[async_trait]
impl StoreInstall for Installer {
    fn scopes(&self) -> &'static [(&'static str, &'static str)] {
        &SCOPES
    }

    fn is_domain(&self, domain: &str) -> bool {
        let Some(name) = domain.strip_suffix(DOMAIN_END) else { return false };
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (1..=NAME_MAX).contains(&name.len()) && plain && !name.starts_with('-')
    }

    fn page(&self, line: &StoreLine, domain: &str, ask: &InstallAsk<'_>) -> Result<String, StoreError> {
        if !self.is_domain(domain) {
            return Err(StoreError::Address("a store's own address ends in .myshopify.com".into()));
        }
        let scopes = SCOPES.map(|(scope, _)| scope).join(",");
        let pairs = [("client_id", ask.client_id), ("scope", &scopes), ("redirect_uri", ask.back), ("state", ask.state)];
        let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
        Ok(format!("{}/admin/oauth/authorize?{query}", admin::base(line, domain)?))
    }

    fn check(&self, query: &Query<'_>, domain: &str, (secret, now): (&SecretString, Timestamp)) -> Result<(), InstallFault> {
        let said = |name: &str| query.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| *value);
        let given = hex::decode(said("hmac")).map_err(|_| InstallFault::Forged)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map_err(|_| InstallFault::Forged)?;
        mac.update(signed(query).as_bytes());
        mac.verify_slice(&given).map_err(|_| InstallFault::Forged)?;
        if said("shop") != domain {
            return Err(InstallFault::Foreign);
        }
        let at = said("timestamp").parse().ok().and_then(|s| Timestamp::from_second(s).ok()).ok_or(InstallFault::Stale)?;
        if now.duration_since(at).abs() > SIGNED_WITHIN { Err(InstallFault::Stale) } else { Ok(()) }
    }

    async fn exchange(&self, line: &StoreLine, domain: &str, app: (&str, &SecretString), code: &str) -> Result<StoreGrant, StoreError> {
        if !self.is_domain(domain) {
            return Err(StoreError::Address("a store's own address ends in .myshopify.com".into()));
        }
        admin::exchange(line, domain, app, code).await
    }
}

/// What is signed of a query: all but the signature, by name, encoded as in a query.
fn signed(query: &Query<'_>) -> String {
    let mut pairs: Vec<&(&str, &str)> = query.iter().filter(|(name, _)| *name != "hmac" && *name != "signature").collect();
    pairs.sort_by_key(|(name, _)| *name);
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signed elsewhere: `printf 'code=abc&shop=acme.myshopify.com&state=s-1&timestamp=1767225600' | openssl dgst -sha256 -hmac hush`.
    const HMAC: &str = "6e247f829aef2bf7df4f2c5c0ace3c837fbeba29431752816c248fa95ae89063";

    fn call<'a>(changed: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
        let plain = [("timestamp", "1767225600"), ("shop", "acme.myshopify.com"), ("hmac", HMAC), ("state", "s-1"), ("code", "abc")];
        plain.into_iter().map(|(n, v)| if n == changed.0 { changed } else { (n, v) }).collect()
    }

    fn check(query: &[(&str, &str)], domain: &str, at: i64, secret: &str) -> Result<(), InstallFault> {
        let now = Timestamp::from_second(at).expect("a time");
        Installer.check(query, domain, (&SecretString::from(secret), now))
    }

    #[test]
    fn a_call_is_believed_that_shopify_signed_now_for_this_store() {
        let (acme, now) = ("acme.myshopify.com", 1_767_225_600);
        assert_eq!(check(&call(("", "")), acme, now, "hush"), Ok(()));
        assert_eq!(check(&call(("", "")), acme, now + 90, "hush"), Ok(()));
        assert_eq!(check(&call(("", "")), acme, now + 91, "hush"), Err(InstallFault::Stale));
        assert_eq!(check(&call(("", "")), acme, now - 91, "hush"), Err(InstallFault::Stale));
        assert_eq!(check(&call(("", "")), "other.myshopify.com", now, "hush"), Err(InstallFault::Foreign));
        assert_eq!(check(&call(("", "")), acme, now, "hash"), Err(InstallFault::Forged));
        for changed in
            [("code", "abd"), ("shop", "other.myshopify.com"), ("state", "s-2"), ("timestamp", "1767225601"), ("hmac", ""), ("hmac", "zz")]
        {
            assert_eq!(check(&call(changed), acme, now, "hush"), Err(InstallFault::Forged), "{changed:?}");
        }
        let more = [call(("", "")), vec![("extra", "1")]].concat();
        assert_eq!(check(&more, acme, now, "hush"), Err(InstallFault::Forged));
        assert_eq!(check(&[], acme, now, "hush"), Err(InstallFault::Forged));
    }

    #[test]
    fn a_browser_is_sent_to_stores_of_shopify_alone() {
        let check = |domain: &str, expected: bool| assert_eq!(Installer.is_domain(domain), expected, "{domain:?}");
        check("acme.myshopify.com", true);
        check("acme-2.myshopify.com", true);
        check("2acme.myshopify.com", true);
        for other in [
            "",
            ".myshopify.com",
            "myshopify.com",
            "-a.myshopify.com",
            "a.b.myshopify.com",
            "a.myshopify.com.evil.example",
            "evil.example/a.myshopify.com",
            "evil.example#.myshopify.com",
            "a@evil.myshopify.com",
            "a\n.myshopify.com",
            "ä.myshopify.com",
            "a.myshopify.com/",
            "evilmyshopify.com",
        ] {
            check(other, false);
        }
        check(&format!("{}.myshopify.com", "a".repeat(64)), false);
    }
}
