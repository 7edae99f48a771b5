//! Connecting a store by installing an app: what to copy, the app's id and secret, the way to the platform and back, and what was granted.

use super::connection::{self, Connection};
use crate::app::access::Role;
use crate::app::install::{self, InstallError, Shown};
use crate::app::{AppError, install::Offer};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_as;
use crate::words::{Rich, find, heard, say};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// A scope, and what it is for.
pub struct Grant {
    pub scope: &'static str,
    pub purpose: Rich,
}

/// What the store granted, and what it didn't.
pub struct Granted {
    pub since: When,
    pub looked: Option<When>,
    pub granted: Vec<Grant>,
    pub missing: Vec<Grant>,
    pub topics: usize,
    /// With why.
    pub refused: Vec<(String, Rich)>,
}

/// The part of the page that it is done on.
pub struct Install {
    pub app_url: String,
    pub back_url: String,
    pub scopes: String,
    pub domain: String,
    /// Once it was entered.
    pub client_id: Option<String>,
    pub granted: Option<Granted>,
    /// The app was removed in the store.
    pub removed: bool,
    /// What the last try came to.
    pub fault: Option<String>,
    /// What went wrong last, as the store had it.
    pub problem: Option<Rich>,
    /// What is wrong with what was entered.
    pub form_problem: Option<Rich>,
    pub save: String,
    pub begin: String,
    pub look: String,
}

impl Install {
    /// Is there anything left to set up in the platform's administration? Else the steps are folded away.
    pub fn is_new(&self) -> bool {
        self.client_id.is_none() || self.form_problem.is_some()
    }
}

fn grants(of: &[(&'static str, &'static str)]) -> Vec<Grant> {
    of.iter().map(|(scope, purpose)| Grant { scope, purpose: heard_as(&format!("settings-grant-{scope}"), purpose) }).collect()
}

fn granted(app: &Shown, shop: &Shop) -> Option<Granted> {
    let zone = shop.zone();
    let why = |(topic, why): &(String, String)| (topic.to_lowercase(), heard(why));
    app.installed_at.filter(|_| shop.uninstalled_at.is_none()).map(|at| Granted {
        since: format::when(at, &zone),
        looked: app.looked_at.map(|at| format::when(at, &zone)),
        granted: grants(&app.granted),
        missing: grants(&app.missing),
        topics: app.topics.len(),
        refused: app.refused.iter().map(why).collect(),
    })
}

/// As it stands; none where nothing can be installed.
pub async fn view(signed: &Signed, shop: &Shop) -> Result<Option<Install>, PageError> {
    let Some(Offer { scopes, app }) = install::offer(&signed.app, shop).await? else { return Ok(None) };
    Ok(Some(Install {
        app_url: install::app_url(&signed.app, shop),
        back_url: install::back_url(&signed.app),
        scopes: scopes.iter().map(|(scope, _)| *scope).collect::<Vec<_>>().join(","),
        domain: shop.domain.clone(),
        granted: app.as_ref().and_then(|app| granted(app, shop)),
        removed: shop.uninstalled_at.is_some() && app.is_some(),
        fault: find(&format!("settings-install-fault-{}", signed.query.get("install"))),
        problem: app.as_ref().and_then(|app| app.problem.as_deref()).map(heard),
        client_id: app.map(|app| app.client_id),
        form_problem: None,
        save: signed.href("/settings/connection/app"),
        begin: signed.href("/settings/connection/install"),
        look: signed.href("/settings/connection/look"),
    }))
}

/// Keeps the app's id and secret.
pub async fn set_app(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let given = (fields.get("client_id"), fields.get("secret"));
    match install::set_app(&signed.app, signed.shop()?, given, &signed.actor()).await {
        Ok(()) => Ok(respond::see_other(&signed.href("/settings/connection?done=app#install"))),
        Err(AppError::Invalid(text)) => {
            let mut page: Connection = connection::view(signed).await?;
            if let Some(install) = &mut page.install {
                install.form_problem = Some(heard(&text));
                install.client_id = Some(given.0.to_owned());
            }
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "pages/settings/install_go.html")]
struct Go {
    frame: Frame,
    to: String,
    domain: String,
    back: String,
}

fn faulty(signed: &Signed, word: &str) -> HttpResponse {
    respond::see_other(&signed.href(&format!("/settings/connection?install={word}#install")))
}

/// Leads to the store's page on which its owner decides.
pub async fn begin(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let shop = signed.shop()?;
    let to = match install::begin(&signed.app, shop, signed.session).await {
        Ok(to) => to,
        Err(AppError::NotFound(_) | AppError::Invalid(_)) => return Ok(faulty(signed, "app")),
        Err(error) => return Err(error.into()),
    };
    let frame = Frame::new(signed, "/settings", say("settings-install-go").to_string());
    let page = Go { frame, to: to.clone(), domain: shop.domain.clone(), back: signed.href("/settings/connection#install") };
    respond::leading(&page, &to)
}

/// Takes what comes back, and leads on at once: what stands in this address is secret.
pub async fn finish(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let query: Vec<(&str, &str)> = signed.query.pairs().collect();
    let word = match install::finish(&signed.app, shop, (signed.session, &signed.actor()), &query).await {
        Ok(()) => {
            let live = db::campaigns::list(&signed.app.db, shop.id).await?.iter().any(|c| c.status == CampaignStatus::Published);
            let from = if live { "" } else { "&from=start" };
            return Ok(respond::see_other(&signed.href(&format!("/settings/connection?done=installed{from}#install"))));
        }
        Err(InstallError::App(AppError::NotFound(_) | AppError::Invalid(_))) => "app",
        Err(InstallError::App(error)) => return Err(error.into()),
        Err(InstallError::Called(_)) => "call",
        Err(InstallError::State) => "state",
        Err(InstallError::Denied) => "denied",
        Err(InstallError::Store) => "store",
    };
    Ok(faulty(&signed, word))
}

/// Asks the store again what it grants and sends.
pub async fn look(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    install::look(&signed.app, signed.shop()?.id).await?;
    Ok(respond::see_other(&signed.href("/settings/connection?done=looked#install")))
}

/// The app's own address, as the platform opens it: whoever opens it signs in first, and then finds the store. Since nothing is done, nothing has to be believed.
pub async fn open(request: HttpRequest, platform: web::Path<String>) -> Result<HttpResponse, PageError> {
    let query = Fields::parse(request.query_string().as_bytes());
    let domain = query.get("shop").to_lowercase();
    if !install::is_domain(&platform, &domain) {
        return Err(PageError::NotFound("store with that address"));
    }
    Ok(respond::see_other(&format!("/settings/connection/of?domain={domain}")))
}

/// On to the store with a domain: to its overview, or to what is left to do; or to where it is added.
pub async fn of(signed: Signed) -> Result<HttpResponse, PageError> {
    let domain = signed.query.get("domain");
    let Some(shop) = signed.shops.iter().find(|shop| shop.domain == domain) else {
        let may_add = signed.person.everywhere == Some(Role::Owner) && !domain.is_empty();
        let domain: String = url::form_urlencoded::byte_serialize(domain.as_bytes()).collect();
        return if may_add {
            Ok(respond::see_other(&format!("/settings/stores/new?domain={domain}")))
        } else {
            Err(PageError::NotFound("store with that address"))
        };
    };
    let app = install::offer(&signed.app, shop).await?.and_then(|offer| offer.app);
    let is_there = shop.uninstalled_at.is_none() && app.is_some_and(|app| app.installed_at.is_some());
    let to = if is_there { format!("/?shop={}", shop.id) } else { format!("/settings/connection?shop={}#install", shop.id) };
    Ok(respond::see_other(&to))
}
