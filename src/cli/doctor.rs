//! `comeback doctor`: is everything as it must be, and if not, what to do?

use super::{CliError, out, start};
use crate::app::AppError;
use crate::app::keys::Keys;
use crate::app::watch::{self, Checked, Seen};
use crate::app::{link_domain, sender_domain, stores};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, hex_key};
use crate::db::flow::{PROGRAM, Way};
use crate::db::shops::Shop;
use crate::db::{self, Db, DbError};
use crate::domain::campaign::CampaignStatus;
use crate::domain::event::ChannelKind;
use crate::domain::sender_domain as dns;
use crate::domain::watch::Kind;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use std::sync::Arc;

/// Deliveries are applied within seconds.
const LAG_MAX: SignedDuration = SignedDuration::from_mins(1);
/// A store without any webhook for this long is very quiet, or cut off.
const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// The nightly check may be this old.
const NIGHTLY_MAX: SignedDuration = SignedDuration::from_hours(48);
const SET_ASIDE_SHOWN: i64 = 100;

/// How to answer.
#[derive(Debug, Args)]
pub struct Doctor {
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: String,
    verdict: Verdict,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

fn ok(check: impl Into<String>, found: impl Into<String>) -> Finding {
    Finding { check: check.into(), verdict: Verdict::Ok, found: found.into(), remedy: None }
}

fn warn(check: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { check: check.into(), verdict: Verdict::Warn, found: found.into(), remedy: Some(remedy.into()) }
}

fn fail(check: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Fail, ..warn(check, found, remedy) }
}

/// Looks at everything, changes nothing.
///
/// # Errors
/// `Found` when something is wrong.
pub async fn run(config: Config, command: Doctor) -> Result<(), CliError> {
    let findings = look(&config).await;
    if command.json {
        out::json(&findings)?;
    } else {
        print(&findings);
    }
    if findings.iter().any(|f| f.verdict == Verdict::Fail) { Err(CliError::Found) } else { Ok(()) }
}

fn print(findings: &[Finding]) {
    for f in findings {
        let sign = match f.verdict {
            Verdict::Ok => "ok  ",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        out::line(&format!("{sign}  {}: {}", f.check, f.found));
        if let Some(remedy) = &f.remedy {
            out::line(&format!("      -> {remedy}"));
        }
    }
}

async fn look(config: &Config) -> Vec<Finding> {
    // Settings that can't be read never come here: they end with 2.
    let mut findings = vec![ok("configuration", "every setting can be read"), public_url(config)];
    findings.extend(channels(config).await);
    findings.extend(sender(config).await);
    match database(config).await {
        Ok((db, fine)) => {
            findings.push(fine);
            let keys = key(config);
            let problem = in_database((&db, config), keys.as_ref().ok(), &mut findings).await;
            if let Err(finding) = keys {
                findings.push(finding);
            }
            if let Err(error) = problem {
                findings.push(fail("database", error.to_string(), "look at the database's own log"));
            }
            db.close().await;
        }
        Err(finding) => findings.push(finding),
    }
    findings
}

fn public_url(config: &Config) -> Finding {
    let (check, url) = ("public address", &config.public_url);
    let local = ["http://127.", "http://localhost", "http://[::1]"].iter().any(|start| url.starts_with(start));
    let remedy = "set COMEBACK_SERVER__PUBLIC_URL to the https address by which shoppers and platforms reach Comeback";
    if local {
        warn(check, format!("{url} can be reached from this machine only"), remedy)
    } else if url.starts_with("https://") {
        ok(check, url)
    } else {
        fail(check, format!("{url} is not encrypted: platforms refuse it, and links could be read on the way"), remedy)
    }
}

async fn channels(config: &Config) -> Vec<Finding> {
    let channels = match start::channels(config) {
        Ok(channels) => channels,
        Err(error) => return vec![fail("channels", error.to_string(), "correct the setting")],
    };
    let mut findings = Vec::new();
    // Few stores write by WhatsApp: that it isn't set up is no finding.
    let by_whatsapp = config.whatsapp.is_some().then_some((ChannelKind::WhatsApp, "WhatsApp", "set COMEBACK_WHATSAPP__PHONE_NUMBER_ID"));
    for (kind, what, remedy) in [
        (ChannelKind::Email, "e-mail", "set COMEBACK_EMAIL__URL and COMEBACK_EMAIL__FROM"),
        (ChannelKind::Sms, "SMS", "set COMEBACK_SMS__PROVIDER and its account, if campaigns have text steps"),
    ]
    .into_iter()
    .chain(by_whatsapp)
    {
        findings.push(match channels.iter().find(|c| c.kind() == kind) {
            None => warn(what, "no provider is set up: its messages wait", remedy),
            Some(channel) => match channel.probe().await {
                Ok(()) => ok(what, format!("{} answers", channel.name())),
                Err(problem) => fail(what, problem, "correct the settings, or ask the provider"),
            },
        });
    }
    findings
}

/// The sender's domain in DNS, and the sender's address by post.
async fn sender(config: &Config) -> Vec<Finding> {
    let Some(sender) = sender_domain::of_config(config) else { return Vec::new() };
    let mut findings: Vec<Finding> = sender_domain::look(config, &sender).await.into_iter().map(|f| in_dns(&sender.domain, f)).collect();
    findings.push(match &config.postal_address {
        Some(_) => ok("address by post", "starter mails show it"),
        None => warn(
            "address by post",
            "none is set, and laws on marketing mails ask for the sender's in each of them",
            "set COMEBACK_EMAIL__POSTAL_ADDRESS, or write it into the templates",
        ),
    });
    findings
}

fn in_dns(domain: &str, finding: dns::Finding) -> Finding {
    let check = format!("{} of {domain}", finding.check.as_str());
    let record = finding.publish.map(|p| format!("{} {} {:?}", p.name, p.kind, p.value));
    let remedy = [finding.remedy, record].into_iter().flatten().collect::<Vec<_>>().join(": ");
    match finding.verdict {
        dns::Verdict::Good => ok(check, finding.found),
        dns::Verdict::Bad => fail(check, finding.found, remedy),
        dns::Verdict::Improve | dns::Verdict::Unknown => warn(check, finding.found, remedy),
    }
}

/// Connects without making a database that isn't there.
async fn database(config: &Config) -> Result<(Db, Finding), Finding> {
    let check = "database";
    if config.sqlite_path().is_some_and(|path| !path.exists()) {
        return Err(fail(check, "there is none yet at database.url", "run `comeback migrate` or `comeback serve`, which make it"));
    }
    let unreachable = |e: db::DbError| fail(check, e.to_string(), "check database.url, and that the server runs and lets this machine in");
    let db = Db::connect(config.database_url.expose_secret()).await.map_err(unreachable)?;
    match db.check_schema().await {
        Ok(()) => {
            let fine = ok(check, format!("{} answers, and its schema fits", db.engine()));
            Ok((db, fine))
        }
        Err(e) => Err(fail(check, e.to_string(), "run `comeback migrate`")),
    }
}

fn key(config: &Config) -> Result<Keys, Finding> {
    let check = "secret key";
    if let Some(key) = &config.secret_key {
        return Ok(Keys::derive(key));
    }
    let (path, text) = match config.key_file() {
        Ok(Some(found)) => found,
        Ok(None) => {
            return Err(fail(check, "there is none", "with PostgreSQL, set COMEBACK_SECURITY__SECRET_KEY, the same for every replica"));
        }
        Err(e) => return Err(fail(check, format!("its file can't be read: {e}"), "let the user that runs Comeback read it")),
    };
    let path = path.display();
    let Some(text) = text else {
        return Err(fail(check, format!("{path} is not there"), "put it back from a backup; on a new database `comeback serve` makes it"));
    };
    hex_key(&text).map(|key| Keys::derive(&key)).map_err(|e| fail(check, format!("{path} can't be used: {e}"), "put it back from a backup"))
}

/// Senders by which nothing leaves now, of whichever store.
async fn senders(db: &Db, now: Timestamp) -> Result<Vec<Finding>, DbError> {
    let finding = |way: Way| {
        let whose = if way.shop_id == PROGRAM { "the program's".to_owned() } else { format!("that of store {}", way.shop_id) };
        let (until, why) = match (way.breaker.hold.filter(|hold| hold.until > now), way.full.filter(|full| full.until > now)) {
            (Some(hold), _) => (hold.until, hold.why),
            (None, Some(full)) => (full.until, full.why),
            (None, None) => return ok("senders", format!("{whose} for {} is being tried with one message", way.channel.as_str())),
        };
        let remedy = "nothing is lost, it is tried then; if this lasts, look at the provider's own status";
        warn("senders", format!("{whose} for {} is held until {until}: {why}", way.channel.as_str()), remedy)
    };
    let shut = db::flow::shut(db, now).await?;
    let fine = || vec![ok("senders", "none is held")];
    Ok(if shut.is_empty() { fine() } else { shut.into_iter().map(finding).collect() })
}

async fn in_database((db, config): (&Db, &Config), keys: Option<&Keys>, findings: &mut Vec<Finding>) -> Result<(), AppError> {
    let now = SystemClock.now();
    findings.push(lag(db::deliveries::oldest_pending(db).await?, now));
    let users = db::access::users(db).await?;
    findings.push(match users.iter().filter(|u| u.role == "owner").count() {
        0 => warn("people", "there is no owner: nobody can sign in and change things", "run `comeback user add --role owner`"),
        owners => ok("people", format!("{} may sign in, {owners} of them as owner", users.len())),
    });
    let shops = db::shops::list(db).await?;
    if shops.is_empty() {
        findings.push(warn("stores", "there is none yet", "run `comeback shop add`"));
    }
    if let Some(keys) = keys {
        findings.push(sealed(db, keys, &shops).await?);
    }
    findings.extend(senders(db, now).await?);
    for shop in &shops {
        findings.push(freshness(db, shop, now).await?);
        findings.push(set_aside(db, shop).await?);
        if let Some(keys) = keys {
            findings.push(access((db, config), keys, shop).await?);
            findings.extend(links(keys, shop).await);
        }
        findings.push(campaigns(db, shop).await?);
        findings.push(canary((db, config), shop).await?);
        findings.extend(watch::standing(db, config, shop.id, now).await?.into_iter().filter(|s| !said(s)).map(|s| alarm(shop, s)));
    }
    findings.push(nightly(watch::last_check(db).await?, now));
    Ok(())
}

fn lag(oldest: Option<Timestamp>, now: Timestamp) -> Finding {
    let check = "queue";
    match oldest {
        None => ok(check, "nothing waits"),
        Some(at) if now.duration_since(at) <= LAG_MAX => ok(check, "what waits came within the last minute"),
        Some(at) => {
            fail(check, format!("deliveries have been waiting since {at}"), "is a process of role all or worker running? Look at its log")
        }
    }
}

/// Does the key open what is stored?
async fn sealed(db: &Db, keys: &Keys, shops: &[Shop]) -> Result<Finding, db::DbError> {
    let check = "secret key";
    for shop in shops {
        let secrets = db::shops::secrets(db, shop.id).await?;
        if secrets.iter().any(|sealed| keys.open(shop.id.0, sealed).is_err()) {
            let found = format!("it doesn't open the webhook secrets of {}: they were sealed with another", shop.domain);
            return Ok(fail(check, found, "put the former key back, or enter the secrets anew: `comeback shop secret --revoke-others`"));
        }
    }
    Ok(ok(check, if shops.is_empty() { "it is there" } else { "it opens every stored secret" }))
}

async fn freshness(db: &Db, shop: &Shop, now: Timestamp) -> Result<Finding, db::DbError> {
    let check = format!("webhooks of {}", shop.domain);
    let last = db::watch::last_delivery(db, shop.id).await?;
    let remedy = format!("in the platform's settings, send every topic to /webhooks/{}/{} of the public address", shop.platform, shop.id);
    Ok(match last {
        None => warn(check, "none has ever come", remedy),
        Some(at) if now.duration_since(at) > SILENCE_MAX => warn(check, format!("the last came at {at}"), remedy),
        Some(at) => ok(check, format!("the last came at {at}")),
    })
}

async fn set_aside(db: &Db, shop: &Shop) -> Result<Finding, db::DbError> {
    let check = format!("unreadable deliveries of {}", shop.domain);
    let found = db::deliveries::list(db, shop.id, Some("set_aside"), None, SET_ASIDE_SHOWN).await?;
    let (Some(newest), count) = (found.first(), found.len()) else { return Ok(ok(check, "none")) };
    let more = if i64::try_from(count).is_ok_and(|n| n >= SET_ASIDE_SHOWN) { " or more" } else { "" };
    let reason = newest.reason.as_deref().unwrap_or("no reason was kept");
    Ok(warn(
        check,
        format!("{count}{more} are set aside; the newest: {reason}"),
        "update Comeback, then retry them on the page of deliveries",
    ))
}

async fn campaigns(db: &Db, shop: &Shop) -> Result<Finding, db::DbError> {
    let check = format!("campaigns of {}", shop.domain);
    let all = db::campaigns::list(db, shop.id).await?;
    let published = all.iter().filter(|c| c.status == CampaignStatus::Published).count();
    Ok(match published {
        0 => warn(check, "none is published: nobody is written to", "look at the campaign, and publish it"),
        n => ok(check, format!("{n} published")),
    })
}

/// Does the store let us in, and with every scope?
async fn access(at: (&Db, &Config), keys: &Keys, shop: &Shop) -> Result<Finding, AppError> {
    let check = format!("access to {}", shop.domain);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // That the key doesn't open it is said above.
    let probed = match stores::probe(at, keys, &clock, shop).await {
        Err(AppError::Keys(error)) => {
            return Ok(fail(check, error.to_string(), "put the former key back, or give the access anew: `comeback shop access`"));
        }
        probed => probed?,
    };
    let list =
        |missing: &[(&str, &str)]| missing.iter().map(|(scope, purpose)| format!("{scope}: {purpose}")).collect::<Vec<_>>().join("; ");
    Ok(match probed {
        None => warn(
            check,
            "none was given: messages show the prices of the moment when shoppers left, and sold-out products",
            "run `comeback shop access`, as docs/operations.md tells",
        ),
        Some(Err(error)) => fail(check, error.to_string(), "messages leave all the same, with the prices that are known"),
        Some(Ok(probed)) if !probed.missing.is_empty() => {
            let remedy = "add the scopes to the app in the platform's settings, and install its new version";
            warn(check, format!("it answers, but scopes are missing: {}", list(&probed.missing)), remedy)
        }
        Some(Ok(probed)) => ok(check, format!("{} answers, and every scope is there", probed.seen.name)),
    })
}

/// Does the domain of the store's links lead here? None where it has none.
async fn links(keys: &Keys, shop: &Shop) -> Option<Finding> {
    let domain = shop.link_domain.as_deref()?;
    let check = format!("link domain of {}", shop.domain);
    let again = format!("comeback shop link-domain {} --check", shop.domain);
    Some(match (link_domain::probe(&keys.site, domain).await, shop.link_domain_seen_at) {
        (Ok(()), Some(_)) => ok(check, format!("{domain} leads here")),
        (Ok(()), None) => warn(check, format!("{domain} leads here, and is not used yet"), format!("run `{again}`")),
        (Err(problem), Some(_)) => {
            fail(check, problem, "until it does, links in messages lead nowhere; or take it away: `comeback shop link-domain --remove`")
        }
        (Err(problem), None) => warn(check, problem, format!("then run `{again}`; until then links begin with the program's own address")),
    })
}

/// Is it among the findings above?
fn said(seen: &Seen) -> bool {
    seen.finding.kind == Kind::SetAside
}

/// An alarm as a finding.
fn alarm(shop: &Shop, seen: Seen) -> Finding {
    let finding = seen.finding;
    let check = format!("alarm of {} ({})", shop.domain, finding.kind.as_str());
    let found = format!("{} Since {}", finding.what, finding.since);
    if finding.kind.is_bad() { fail(check, found, finding.fix) } else { warn(check, found, finding.fix) }
}

async fn canary((db, config): (&Db, &Config), shop: &Shop) -> Result<Finding, AppError> {
    let check = format!("canary of {}", shop.domain);
    if config.canary_every.is_none() {
        return Ok(warn(check, "it is turned off: nobody tries whether messages still leave", "set COMEBACK_WATCH__CANARY, such as to 1h"));
    }
    Ok(match watch::canary_health(db, shop.id).await? {
        Some(health) => ok(check, format!("it last came through at {}, within {} s", health.last_success_at, health.took.as_secs())),
        None => warn(check, "none has come through yet", "one goes once a campaign is published and `comeback serve` runs"),
    })
}

fn nightly(checked: Option<Checked>, now: Timestamp) -> Finding {
    let check = "nightly check";
    let remedy = "it runs at half past three UTC in every process of role all or worker; `comeback verify` does the same at any time";
    match checked {
        None => warn(check, "it has not run yet", remedy),
        Some(c) if c.violations > 0 => {
            let first = c.lines.lines().next().unwrap_or_default();
            fail(check, format!("{} found at {}; the first: {first}", c.violations, c.at), "run `comeback verify`, and report what it says")
        }
        Some(c) if now.duration_since(c.at) > NIGHTLY_MAX => warn(check, format!("it last ran at {}", c.at), remedy),
        Some(c) => ok(check, format!("every invariant held at {}", c.at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Verdict) {
        let config = Config::from_parts(None, [("COMEBACK_SERVER__PUBLIC_URL".to_owned(), url.to_owned())].into_iter()).expect("config");
        assert_eq!(public_url(&config).verdict, expected, "{url}");
    }

    #[test]
    fn only_an_encrypted_address_is_fit_for_the_world() {
        check("https://comeback.example.com", Verdict::Ok);
        check("http://127.0.0.1:8080", Verdict::Warn);
        check("http://comeback.example.com", Verdict::Fail);
    }

    #[test]
    fn a_queue_that_stands_still_is_found() {
        let now: Timestamp = "2026-07-01T12:00:00Z".parse().expect("time");
        let verdict = |oldest: Option<Timestamp>| lag(oldest, now).verdict;
        assert_eq!(verdict(None), Verdict::Ok);
        assert_eq!(verdict(Some(now - SignedDuration::from_secs(5))), Verdict::Ok);
        assert_eq!(verdict(Some(now - SignedDuration::from_mins(5))), Verdict::Fail);
    }
}
