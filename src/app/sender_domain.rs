//! The sender's domain in DNS: looked up within seconds, and judged by `domain::sender_domain`. What can't be looked up is said to be unknown, never missing.

use super::own_channels;
use super::{App, AppError};
use crate::channels::email::DkimSigner;
use crate::channels::settings::{Chosen, Values, of_mail};
use crate::config::Config;
use crate::db::shops::Shop;
use crate::domain::event::ChannelKind;
use crate::domain::sender_domain::{Answer, Finding, Records, Sender, Signing, dmarc_names, evaluate, spf_asks};
use futures_util::future::{join, join_all};
use hickory_resolver::ResolveError;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfigGroup, ResolverConfig, ResolverOpts};
use hickory_resolver::name_server::TokioConnectionProvider;
use hickory_resolver::proto::ProtoErrorKind;
use hickory_resolver::proto::op::ResponseCode;
use secrecy::ExposeSecret as _;
use std::collections::BTreeSet;
use std::time::Duration;

/// A DNS server answers within this time, or is asked once more.
const ATTEMPT_MAX: Duration = Duration::from_millis(1500);
const ATTEMPTS: usize = 2;
/// What isn't known by then is unknown.
const ALL_MAX: Duration = Duration::from_secs(8);
/// So many policies that an SPF policy refers to are looked up: it may ask DNS ten times, and more are counted as too many anyway.
const REFERRED_MAX: usize = 20;

/// By which address and provider a store's mails leave; none where no sender is set. Without a store: the program's own.
///
/// # Errors
/// `Keys` or `Invalid` when the store's own provider can't be read, `NotFound`, `Db`.
pub async fn sender_of(app: &App, shop: Option<&Shop>) -> Result<Option<Sender>, AppError> {
    let own = match shop {
        Some(shop) => own_channels::chosen(app, shop.id).await?.remove(&ChannelKind::Email),
        None => None,
    };
    Ok(own.as_ref().map_or_else(|| of_config(&app.config), of_chosen))
}

/// The sender of the program's own settings.
pub fn of_config(config: &Config) -> Option<Sender> {
    let from = config.email_from.as_deref()?;
    let chosen = config.email_url.as_ref().and_then(|url| of_mail(url.expose_secret(), from).ok()).map(|mut chosen| {
        chosen.values.extend(config.of_smtp());
        chosen
    });
    let unset = || Some(Sender { domain: domain_of(from)?, provider: None, host: None, signing: None });
    chosen.as_ref().map_or_else(unset, of_chosen)
}

fn of_chosen(chosen: &Chosen) -> Option<Sender> {
    let host =
        chosen.values.get("url").and_then(|url| url::Url::parse(url).ok()?.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()));
    let domain = domain_of(chosen.values.get("from")?)?;
    Some(Sender { domain, provider: Some(chosen.provider.clone()), host, signing: signing(&chosen.values) })
}

/// By which key mails are signed here, if they are.
fn signing(values: &Values) -> Option<Signing> {
    let (domain, selector) = (values.get("dkim_domain")?, values.get("dkim_selector")?);
    let (_, record) = DkimSigner::new(domain, selector, values.get("dkim_key")?).ok()?.record();
    let tag = |name: &str| {
        let mut tags = record.split(';').filter_map(|tag| tag.trim().split_once('='));
        tags.find(|(tag, _)| *tag == name).map(|(_, value)| value.to_owned())
    };
    Some(Signing { domain: domain.to_owned(), selector: selector.to_owned(), kind: tag("k")?, public_key: tag("p")? })
}

/// The domain of `shop@example.com` or `Shop <shop@example.com>`, in the letters that DNS knows.
fn domain_of(from: &str) -> Option<String> {
    let (_, domain) = from.trim().trim_end_matches('>').rsplit_once('@')?;
    url::Host::parse(domain.trim()).ok().map(|host| host.to_string())
}

/// Looks everything up that is to be known of a sender's domain, and says what is to be done. Takes seconds at most.
pub async fn look(config: &Config, sender: &Sender) -> Vec<Finding> {
    let dns = Dns::of(config);
    let records = tokio::time::timeout(ALL_MAX, dns.records(sender)).await;
    evaluate(sender, &records.unwrap_or_else(|_| unknown(sender)))
}

fn unknown(sender: &Sender) -> Records {
    Records {
        spf: Answer::Unknown,
        referred: Vec::new(),
        dkim: sender.signing.as_ref().map(|_| Answer::Unknown),
        dmarc: dmarc_names(&sender.domain).into_iter().map(|name| (name, Answer::Unknown)).collect(),
        mx: Answer::Unknown,
    }
}

/// Whom to ask; nobody where the system's own settings can't be read.
struct Dns(Option<TokioResolver>);

impl Dns {
    fn of(config: &Config) -> Self {
        let builder = match config.dns_server {
            Some(server) => {
                let servers = NameServerConfigGroup::from_ips_clear(&[server.ip()], server.port(), true);
                let config = ResolverConfig::from_parts(None, Vec::new(), servers);
                Some(TokioResolver::builder_with_config(config, TokioConnectionProvider::default()))
            }
            None => {
                TokioResolver::builder_tokio().inspect_err(|error| tracing::warn!(%error, "the system's DNS settings can't be read")).ok()
            }
        };
        Self(builder.map(|mut builder| {
            let options: &mut ResolverOpts = builder.options_mut();
            (options.timeout, options.attempts) = (ATTEMPT_MAX, ATTEMPTS);
            builder.build()
        }))
    }

    async fn records(&self, sender: &Sender) -> Records {
        let domain = &sender.domain;
        let dkim = async {
            match &sender.signing {
                Some(signing) => Some(self.txt(&signing.name()).await),
                None => None,
            }
        };
        let dmarc = join_all(dmarc_names(domain).into_iter().map(|name| async move {
            let answer = self.txt(&name).await;
            (name, answer)
        }));
        let spf = async {
            let own = self.txt(domain).await;
            let referred = self.referred(domain, &own).await;
            (own, referred)
        };
        let (((spf, referred), mx), (dkim, dmarc)) = join(join(spf, self.mx(domain)), join(dkim, dmarc)).await;
        Records { spf, referred, dkim, dmarc, mx }
    }

    /// The policies that a policy refers to, and those that they refer to.
    async fn referred(&self, domain: &str, own: &Answer) -> Vec<(String, Answer)> {
        let mut found: Vec<(String, Answer)> = Vec::new();
        let mut seen = BTreeSet::from([domain.to_owned()]);
        let mut next = spf_asks(own);
        // A policy that includes itself needs its own answer once.
        if next.iter().any(|name| name == domain) {
            found.push((domain.to_owned(), own.clone()));
        }
        while !next.is_empty() {
            let room = REFERRED_MAX.saturating_sub(found.len());
            let fresh: Vec<String> = std::mem::take(&mut next).into_iter().filter(|name| seen.insert(name.clone())).take(room).collect();
            let answers = join_all(fresh.iter().map(|name| self.txt(name))).await;
            next = answers.iter().flat_map(spf_asks).collect();
            found.extend(fresh.into_iter().zip(answers));
        }
        found
    }

    async fn txt(&self, name: &str) -> Answer {
        let Some(resolver) = &self.0 else { return Answer::Unknown };
        match resolver.txt_lookup(absolute(name)).await {
            Ok(found) => {
                let texts = found.as_lookup().record_iter().filter_map(|record| record.data().as_txt());
                // One record may come in several strings, which are read as one (RFC 7208, section 3.3; RFC 6376, section 3.6.2.2).
                let whole = texts.map(|text| text.txt_data().iter().map(|part| String::from_utf8_lossy(part)).collect::<String>());
                Answer::Records(whole.collect())
            }
            Err(error) => none_or_unknown(&error),
        }
    }

    async fn mx(&self, name: &str) -> Answer {
        let Some(resolver) = &self.0 else { return Answer::Unknown };
        match resolver.mx_lookup(absolute(name)).await {
            Ok(found) => {
                let mut servers: Vec<(u16, String)> = found
                    .as_lookup()
                    .record_iter()
                    .filter_map(|record| record.data().as_mx())
                    .map(|mx| (mx.preference(), mx.exchange().to_ascii().trim_end_matches('.').to_owned()))
                    .collect();
                servers.sort();
                Answer::Records(servers.into_iter().map(|(_, server)| server).collect())
            }
            Err(error) => none_or_unknown(&error),
        }
    }
}

/// Without the final dot the system's search domains would be tried too.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

/// That a name isn't there, or has no such record, is an answer; all else is none.
fn none_or_unknown(error: &ResolveError) -> Answer {
    let Some(error) = error.proto() else { return Answer::Unknown };
    match error.kind() {
        ProtoErrorKind::NoRecordsFound { response_code: ResponseCode::NoError | ResponseCode::NXDomain, .. } => Answer::Records(Vec::new()),
        _ => Answer::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_read_from_the_settings() {
        let config = |url: &str, from: &str| {
            let settings = [("COMEBACK_EMAIL__URL", url), ("COMEBACK_EMAIL__FROM", from)].map(|(k, v)| (k.to_owned(), v.to_owned()));
            of_config(&Config::from_parts(None, settings.into_iter()).expect("config"))
        };
        let found = config("smtp://user:secret@mail.example.com:2525", "shop@Shop.Example").expect("a sender");
        assert_eq!(
            (found.domain.as_str(), found.provider.as_deref(), found.host.as_deref()),
            ("shop.example", Some("smtp"), Some("mail.example.com"))
        );
        assert_eq!(config("", ""), None);
        assert_eq!(domain_of("Shop <a@bücher.example>").as_deref(), Some("xn--bcher-kva.example"));
    }
}
