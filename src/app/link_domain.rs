//! A store's own domain for links in messages: set, seen to lead here, and only then used.

use super::access::audit;
use super::{App, AppError};
use crate::config::Config;
use crate::db;
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use crate::http_client::{self, HttpOptions, Reach};
use std::time::Duration;
use url::{Host, Url};

/// Where this program says who it is.
pub const PATH: &str = "/.well-known/comeback";
/// A name that is longer doesn't exist (RFC 1035, section 2.3.4).
const DOMAIN_MAX: usize = 253;
/// What is read of the answer.
const ANSWER_MAX: usize = 1024;
const WAIT: Duration = Duration::from_secs(10);

/// What links in a store's messages begin with: its own domain once that was seen to lead here, else this program's address.
pub fn base(app: &App, shop: &Shop) -> String {
    match (&shop.link_domain, shop.link_domain_seen_at) {
        (Some(domain), Some(_)) => format!("https://{domain}"),
        _ => app.config.public_url.clone(),
    }
}

/// What this program answers at [`PATH`]: whoever reads it through a domain knows that the domain leads here. No secret.
pub fn answer(app: &App) -> String {
    format!("comeback {}\n", app.keys.site)
}

/// Sets the domain of a store's links, or takes it away. It is used once [`check`] has seen it lead here.
///
/// # Errors
/// `Invalid` for what is no domain, `Conflict` when another store has it, `NotFound`, `Db`.
pub async fn set(app: &App, shop: ShopId, domain: Option<&str>, actor: &str) -> Result<Shop, AppError> {
    let domain = domain.map(|text| read(&app.config, text)).transpose()?;
    let mut tx = app.db.begin().await?;
    let row = db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    if row.link_domain == domain {
        return Ok(row);
    }
    if let Some(domain) = &domain
        && db::shops::by_link_domain(&mut tx, domain).await?.is_some()
    {
        return Err(AppError::Conflict(format!("{domain} is the link domain of another store; each store has its own")));
    }
    db::shops::set_link_domain(&mut tx, shop, domain.as_deref()).await?;
    audit(app, &mut tx, shop, actor, ("link_domain.set", domain.as_deref().unwrap_or("none"))).await?;
    tx.commit().await?;
    Ok(Shop { link_domain: domain, link_domain_seen_at: None, ..row })
}

/// Does the domain lead here? Asks it, and notes it if so. The store then.
///
/// # Errors
/// `Conflict` with what is wrong and what to do, `NotFound` without a domain, `Db`.
pub async fn check(app: &App, shop: ShopId) -> Result<Shop, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let domain = row.link_domain.clone().ok_or(AppError::NotFound("link domain of that store"))?;
    confirm(app, row, &ask(&domain).await.map_err(AppError::Conflict)?).await
}

/// Notes that a domain leads here, of what it answered at [`PATH`].
///
/// # Errors
/// As [`check`].
pub async fn confirm(app: &App, shop: Shop, answered: &str) -> Result<Shop, AppError> {
    let Some(domain) = shop.link_domain.clone() else { return Err(AppError::NotFound("link domain of that store")) };
    leads_here(&app.keys.site, &domain, answered).map_err(AppError::Conflict)?;
    let at = app.now();
    let mut tx = app.db.begin().await?;
    db::shops::link_domain_seen(&mut tx, shop.id, (&domain, at)).await?;
    tx.commit().await?;
    Ok(Shop { link_domain_seen_at: Some(at), ..shop })
}

/// Looks whether a domain leads to the program with these keys; notes nothing.
///
/// # Errors
/// What is wrong and what to do.
pub async fn probe(site: &str, domain: &str) -> Result<(), String> {
    leads_here(site, domain, &ask(domain).await?)
}

fn leads_here(site: &str, domain: &str, answered: &str) -> Result<(), String> {
    if answered.trim() == format!("comeback {site}") {
        return Ok(());
    }
    Err(format!("{domain} answers, but it doesn't lead to this program: point its DNS record and its proxy here, then check again"))
}

async fn ask(domain: &str) -> Result<String, String> {
    let remedy = "point its DNS record here, and give it a certificate";
    let failed = |error: http_client::HttpError| format!("https://{domain}{PATH} can't be read: {error}; {remedy}");
    let url = Url::parse(&format!("https://{domain}{PATH}")).map_err(|_| format!("{domain} is not a domain"))?;
    http_client::allowed(&url).map_err(failed)?;
    let options = HttpOptions { connect: WAIT, total: WAIT, reach: Reach::PublicOnly };
    http_client::get_text(&options, &url, ANSWER_MAX).await.map_err(failed)
}

/// A domain as people write it.
fn read(config: &Config, text: &str) -> Result<String, AppError> {
    let invalid = || AppError::Invalid(format!("{text:?} is not a domain; expected something like go.shop.example"));
    let bare = text.trim().trim_start_matches("https://").trim_end_matches('/');
    let host = match Host::parse(bare) {
        Ok(Host::Domain(host)) if host.contains('.') && host.len() <= DOMAIN_MAX => host,
        _ => return Err(invalid()),
    };
    let label_ok = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !host.split('.').all(label_ok) {
        return Err(invalid());
    }
    let own = Url::parse(&config.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    if own.as_deref() == Some(host.as_str()) {
        return Err(AppError::Invalid(format!(
            "{host} is this program's own address: links begin with it as long as a store has no link domain"
        )));
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_as_people_write_them() {
        let config = Config::from_parts(None, [("COMEBACK_SERVER__PUBLIC_URL".to_owned(), "https://cb.example".to_owned())].into_iter())
            .expect("config");
        let check = |text: &str, expected: Option<&str>| assert_eq!(read(&config, text).ok().as_deref(), expected, "{text}");
        check("go.shop.example", Some("go.shop.example"));
        check(" https://GO.Shop.example/ ", Some("go.shop.example"));
        check("bücher.example", Some("xn--bcher-kva.example"));
        for bad in ["", "shop", "1.2.3.4", "go.shop.example/x", "go.shop.example:8080", "go_shop.example", "cb.example", "a b.example"] {
            check(bad, None);
        }
    }

    #[test]
    fn only_this_program_is_believed() {
        assert!(leads_here("abc", "go.shop.example", "comeback abc\n").is_ok());
        for other in ["", "comeback abd", "<html>", "comeback"] {
            assert!(leads_here("abc", "go.shop.example", other).is_err_and(|e| e.contains("go.shop.example")), "{other}");
        }
    }
}
