//! Which mail server, and how to talk to it: read from the settings.

use crate::http_client::{self, Reach};
use percent_encoding::percent_decode_str;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use std::net::IpAddr;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use url::Url;

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS before anything is said.
    Implicit,
    /// STARTTLS, or no mail.
    Required,
    /// STARTTLS if the server offers it.
    Opportunistic,
    /// In the clear.
    None,
}

/// How to log in.
#[derive(Clone)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// Their password.
    pub password: String,
}

/// Whom to talk to.
pub struct Server {
    /// Name or address.
    pub host: String,
    /// 25, 465, 587, ...
    pub port: u16,
    /// How to encrypt.
    pub security: Security,
    /// With the roots to trust. It remembers earlier conversations, so that the next begins sooner.
    pub tls: TlsConnector,
    /// The certificate's name.
    pub name: ServerName<'static>,
    /// How to log in, if at all.
    pub credentials: Option<Credentials>,
    /// On this machine.
    pub is_loopback: bool,
    /// Where its name may lead.
    pub reach: Reach,
}

impl Server {
    /// Reads `smtp://[user:password@]host[:port][?tls=required|opportunistic|none]` or `smtps://…`. `root_pem` is another certificate to trust.
    ///
    /// # Errors
    /// What is wrong and what to do, without the password.
    pub fn from_url(text: &str, root_pem: Option<&str>, reach: Reach) -> Result<Self, String> {
        let unreadable = "the e-mail URL can't be read; write it as smtp://user:password@mail.example.com:587";
        let url = Url::parse(text).map_err(|_| unreadable.to_owned())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(unreadable)?.trim_matches(['[', ']']).to_owned();
        let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let security = security(&url, is_loopback)?;
        let credentials = credentials(&url)?;
        if reach == Reach::PublicOnly {
            check_public(&host, security, credentials.is_some())?;
        }
        let port = url.port().unwrap_or(match (security, &credentials) {
            (Security::Implicit, _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        });
        let misnamed = |_| "the mail server's name can't stand in a certificate; check the e-mail URL".to_owned();
        let name = ServerName::try_from(host.clone()).map_err(misnamed)?;
        Ok(Self { host, port, security, tls: tls(root_pem)?, name, credentials, is_loopback, reach })
    }
}

/// What a store's people may not ask for: a way into our network, and a password that anybody on the way can read.
fn check_public(host: &str, security: Security, has_password: bool) -> Result<(), String> {
    if !http_client::may_be_public(host) {
        return Err("the mail server is on a private network; give the name of a public one".to_owned());
    }
    if security == Security::None && has_password {
        return Err("a password is not sent in the clear; leave out tls=none".to_owned());
    }
    Ok(())
}

fn tls(root_pem: Option<&str>) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = root_pem {
        let unreadable = "the certificate to trust can't be read; give it as PEM";
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| unreadable.to_owned())?;
        roots.add(certificate).map_err(|_| unreadable.to_owned())?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| "encrypted connections can't be set up".to_owned())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn security(url: &Url, is_loopback: bool) -> Result<Security, String> {
    let asked = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), asked.as_deref()) {
        ("smtps", None | Some("required")) => Ok(Security::Implicit),
        ("smtp", Some("required")) => Ok(Security::Required),
        ("smtp", Some("opportunistic")) => Ok(Security::Opportunistic),
        ("smtp", Some("none")) => Ok(Security::None),
        ("smtp", None) => Ok(if is_loopback { Security::None } else { Security::Opportunistic }),
        ("smtp" | "smtps", Some(_)) => {
            Err("the e-mail URL's tls is one of required, opportunistic, none (smtps:// is always encrypted)".to_owned())
        }
        _ => Err("the e-mail URL starts with smtp:// or smtps://".to_owned()),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, password) => {
            let unreadable = |_| "the e-mail URL's user or password is not UTF-8; percent-encode it".to_owned();
            let user = decoded(user).map_err(unreadable)?;
            let password = decoded(password.unwrap_or_default()).map_err(unreadable)?;
            if user.contains('\0') || password.contains('\0') {
                return Err("the e-mail URL's user or password has a letter that can't be sent".to_owned());
            }
            Ok(Some(Credentials { user, password }))
        }
    }
}
