//! The certificate that Amazon SNS signs with: it must be SNS's own, of now, and come from an authority that we trust.

use super::sns::Trust;
use crate::channels::Unheard;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, ServerName, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use std::time::Duration;
use url::Url;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};

const CHAIN_MAX: usize = 5; // certificates of one file
const ISSUER_URL_MAX: usize = 120; // bytes
/// RFC 5280, section 4.2.2.1: where the issuer's certificate is, as a URI.
const CA_ISSUERS: [u8; 11] = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02, 0x86];
/// `sha1WithRSAEncryption` (RFC 8017, appendix C), by which topics sign that were not told otherwise.
const SHA1_WITH_RSA: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05, 0x05, 0x00]);

/// Whoever holds the key of this certificate.
#[derive(Debug, Clone)]
pub(super) struct SignedBy(CertificateDer<'static>);

impl SignedBy {
    /// Of the first certificate in a file; nothing of it is checked.
    #[cfg(test)]
    pub fn of_pem(pem: &[u8]) -> Option<Self> {
        chain(pem).ok()?.into_iter().next().map(Self)
    }

    /// By version 1 (SHA-1) or 2 (SHA-256).
    pub fn signed(&self, version: &str, text: &[u8], signature: &[u8]) -> bool {
        let algorithm: &dyn SignatureVerificationAlgorithm = match version {
            "1" => &RsaSha1,
            "2" => webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA256,
            _ => return false,
        };
        EndEntityCert::try_from(&self.0).is_ok_and(|certificate| certificate.verify_signature(algorithm, text, signature).is_ok())
    }
}

/// For SNS's signatures of version 1 only; no certificate is believed by it.
#[derive(Debug)]
struct RsaSha1;

impl SignatureVerificationAlgorithm for RsaSha1 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, public_key);
        key.verify(message, signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        SHA1_WITH_RSA
    }
}

/// Checks a certificate that was fetched from one of SNS's hosts. Where the file doesn't hold the certificate of its issuer, that is fetched from where it
/// says: it needs no trust of its own, since it has to lead to an authority.
///
/// # Errors
/// `NotOurs`, `TryAgain`
pub(super) async fn signer(pem: &[u8], host: &str, now: Timestamp, trust: &Trust) -> Result<SignedBy, Unheard> {
    let mut chain = chain(pem)?;
    let leaf = chain.first().cloned().ok_or_else(|| not_ours("is none"))?;
    is_of_sns(&leaf, host)?;
    if !leads_to_authority(&chain, now, trust) {
        let issuer = issuer_url(&leaf).ok_or_else(|| not_ours("comes from no authority that is trusted"))?;
        let fetched =
            (trust.fetch)(issuer).await.map_err(|e| Unheard::TryAgain(format!("the certificate's issuer can't be fetched: {e}")))?;
        chain.push(CertificateDer::from(fetched));
        if !leads_to_authority(&chain, now, trust) {
            return Err(not_ours("has run out, or comes from no authority that is trusted"));
        }
    }
    Ok(SignedBy(leaf))
}

fn not_ours(what: &str) -> Unheard {
    Unheard::NotOurs(format!("the certificate that the call is signed with {what}"))
}

fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Unheard> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).take(CHAIN_MAX).collect();
    read.map_err(|_| not_ours("can't be read"))
}

fn is_of_sns(leaf: &CertificateDer, host: &str) -> Result<(), Unheard> {
    let certificate = EndEntityCert::try_from(leaf).map_err(|_| not_ours("can't be read"))?;
    let names = ["sns.amazonaws.com", "sns.amazonaws.com.cn", host];
    let fits = |name: &str| ServerName::try_from(name).is_ok_and(|name| certificate.verify_is_valid_for_subject_name(&name).is_ok());
    if names.into_iter().any(fits) { Ok(()) } else { Err(not_ours("is not Amazon SNS's")) }
}

fn leads_to_authority(chain: &[CertificateDer<'static>], now: Timestamp, trust: &Trust) -> bool {
    let Some((leaf, issuers)) = chain.split_first() else { return false };
    let Ok(certificate) = EndEntityCert::try_from(leaf) else { return false };
    let since_epoch = Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default());
    let time = UnixTime::since_unix_epoch(since_epoch);
    let usage = KeyUsage::server_auth();
    certificate.verify_for_usage(ALL_VERIFICATION_ALGS, &trust.anchors, issuers, time, usage, None, None).is_ok()
}

/// `http://crt.r2m01.amazontrust.com/r2m01.cer`, as it stands in the certificate. Without TLS, as everywhere: what is there is checked against its issuer.
fn issuer_url(leaf: &CertificateDer) -> Option<Url> {
    let at = leaf.windows(CA_ISSUERS.len()).position(|window| window == CA_ISSUERS)?;
    let rest = leaf.get(at + CA_ISSUERS.len()..)?;
    let (length, rest) = rest.split_first()?;
    let text = rest.get(..usize::from(*length)).filter(|text| text.len() <= ISSUER_URL_MAX)?;
    let url = Url::parse(std::str::from_utf8(text).ok()?).ok()?;
    let amazons = url.host_str()?.strip_suffix(".amazontrust.com")?.starts_with("crt.");
    (amazons && matches!(url.scheme(), "http" | "https") && url.port().is_none() && url.username().is_empty()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_fetched_from_amazons_authority_only() {
        let check = |url: &str, expected: bool| {
            let length = u8::try_from(url.len()).expect("a short one");
            let der = [b"\x30\x05junk".as_slice(), &CA_ISSUERS, &[length], url.as_bytes(), b"more"].concat();
            assert_eq!(issuer_url(&CertificateDer::from(der)).is_some(), expected, "{url}");
        };
        check("http://crt.r2m01.amazontrust.com/r2m01.cer", true);
        check("http://crt.sca1b.amazontrust.com/sca1b.crt", true);
        check("http://169.254.169.254/latest/meta-data", false);
        check("http://crt.r2m01.amazontrust.com.evil.example/x", false);
        check("http://crt.r2m01.amazontrust.com:8080/x", false);
        check("ftp://crt.r2m01.amazontrust.com/x", false);
        check("http://evil.amazontrust.com/x", false);
        assert!(issuer_url(&CertificateDer::from(CA_ISSUERS.to_vec())).is_none());
        assert!(issuer_url(&CertificateDer::from([CA_ISSUERS.as_slice(), &[200, b'h']].concat())).is_none());
    }
}
