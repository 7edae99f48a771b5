//! Settings: the stores and how to connect them, how messages leave, who is written to, programs' tokens, people.

use super::channels;
use super::messages;
use super::money;
use super::policy::{self, Section};
use crate::app::access::{self, Role, Scope};
use crate::app::stores::{self, ShownAccess};
use crate::db;
use crate::web::pages::overview::webhook_url;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use std::collections::HashMap;
use uuid::Uuid;

const NAME_MAX: usize = 80; // characters of a token's name

struct StoreLine {
    name: String,
    domain: String,
    currency: String,
    timezone: String,
    language: String,
    status: &'static str,
    url: String,
    access: Option<ShownAccess>,
}

struct TokenLine {
    name: String,
    scope: String,
    made: When,
    revoke: String,
}

struct UserLine {
    email: String,
    role: &'static str,
    store: String,
}

#[derive(Template)]
#[template(path = "pages/settings/settings.html")]
pub struct Settings {
    frame: Frame,
    stores: Vec<StoreLine>,
    url: Option<String>,
    is_local: bool,
    channels: Vec<channels::Line>,
    /// Where the sender's domain is looked at; none without a store.
    sender_domain: Option<String>,
    /// Where figures by mail are chosen; none without a store.
    digest: Option<String>,
    tokens: Vec<TokenLine>,
    token_action: String,
    /// Shown this once.
    new_token: Option<String>,
    users: Vec<UserLine>,
    policy: Option<Section>,
    messages: Option<messages::Section>,
    money: Option<money::Section>,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed, None).await?)
}

/// The page with a form that was just sent.
pub async fn with_policy(signed: &Signed, policy: Option<Section>) -> Result<Settings, PageError> {
    Ok(Settings { policy, ..view(signed, None).await? })
}

/// The page with the form about messages that was just sent.
pub async fn with_messages(signed: &Signed, messages: Option<messages::Section>) -> Result<Settings, PageError> {
    Ok(Settings { messages, ..view(signed, None).await? })
}

/// Makes a token and shows it this once.
pub async fn create_token(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let scope: Scope = posted.fields.parsed("scope", "Scope")?;
    let name: String = posted.fields.get("name").chars().take(NAME_MAX).collect();
    if name.is_empty() {
        return Err(PageError::Invalid("say what the token is for".into()));
    }
    let shop = signed.shop()?.id;
    let (_, token) = access::create_token(&signed.app, shop, (scope, &name), &signed.actor()).await?;
    respond::page(&view(signed, Some(token)).await?)
}

/// Makes a token invalid.
pub async fn revoke_token(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    access::revoke_token(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings?done=revoked#tokens")))
}

async fn view(signed: &Signed, new_token: Option<String>) -> Result<Settings, PageError> {
    let chosen = signed.shop().ok();
    let mut access = HashMap::new();
    for shop in &signed.shops {
        access.insert(shop.id, stores::shown(&signed.app.db, shop.id).await?);
    }
    let mut store = |s: &db::shops::Shop| StoreLine {
        name: s.name.clone(),
        domain: s.domain.clone(),
        currency: s.currency.code().to_owned(),
        timezone: s.timezone.clone(),
        language: s.language.clone(),
        status: if s.uninstalled_at.is_some() {
            "app removed"
        } else if s.status == "paused" {
            "paused"
        } else {
            "active"
        },
        url: webhook_url(signed, s),
        access: access.remove(&s.id).flatten(),
    };
    let url = &signed.app.config.public_url;
    Ok(Settings {
        frame: Frame::new(signed, "/settings", "Settings"),
        stores: signed.shops.iter().map(&mut store).collect(),
        url: chosen.map(|s| webhook_url(signed, s)),
        is_local: url.contains("//127.0.0.1") || url.contains("//localhost"),
        channels: channels::lines(signed).await?,
        sender_domain: chosen.map(|_| signed.href("/settings/sender-domain")),
        digest: chosen.map(|_| signed.href("/reports/digest")),
        tokens: tokens(signed).await?,
        token_action: signed.href("/settings/tokens"),
        new_token,
        users: if signed.may(Role::Owner) { users(signed).await? } else { Vec::new() },
        policy: policy::section(signed).await?,
        messages: messages::section(signed),
        money: money::section(signed).await?,
    })
}

async fn tokens(signed: &Signed) -> Result<Vec<TokenLine>, PageError> {
    let Ok(shop) = signed.shop() else { return Ok(Vec::new()) };
    let zone = format::zone(shop);
    let line = |t: db::access::TokenRow| TokenLine {
        name: t.name,
        scope: t.scope,
        made: format::when(Timestamp::from_millisecond(t.created_at).unwrap_or(Timestamp::UNIX_EPOCH), &zone),
        revoke: signed.href(&format!("/settings/tokens/{}/revoke", t.id)),
    };
    Ok(db::access::tokens(&signed.app.db, shop.id).await?.into_iter().map(line).collect())
}

/// The people who may see the store.
async fn users(signed: &Signed) -> Result<Vec<UserLine>, PageError> {
    let Ok(shop) = signed.shop() else { return Ok(Vec::new()) };
    let line = |(user, role): (db::access::UserRow, Role)| UserLine {
        store: if user.only_shop.is_none() { "every store".to_owned() } else { shop.name.clone() },
        email: user.email,
        role: role.as_str(),
    };
    Ok(access::people_in(&signed.app, shop.id).await?.into_iter().map(line).collect())
}
