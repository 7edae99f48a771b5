//! The stores: which there are, another one, its name, and whether it is at rest.

use super::nav::{Subject, subjects};
use crate::app::AppError;
use crate::app::access::Role;
use crate::app::shops::{self, NewShop};
use crate::db::shops::Shop;
use crate::domain::money::Currency;
use crate::domain::template::LANGUAGES;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Rich, Said, heard, say};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// Languages in which there are starter templates.
/// Currencies that are offered; any other of ISO 4217 can be typed.
const CURRENCIES: [&str; 12] = ["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "DKK", "NOK", "PLN", "JPY", "NZD"];

/// A store in the list.
struct Line {
    name: String,
    domain: String,
    facts: String,
    status: Said,
    good: bool,
    chosen: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "pages/settings/stores.html")]
struct Stores {
    frame: Frame,
    nav: Vec<Subject>,
    stores: Vec<Line>,
    /// Of the chosen one, to be changed.
    name: Option<String>,
    paused: bool,
    uninstalled: bool,
    /// Where another is added; for owners of the installation.
    add: Option<String>,
    rename: String,
    set_status: String,
    problem: Option<Rich>,
}

/// A store to be added, as typed.
#[derive(Default)]
pub struct NewStore {
    pub name: String,
    pub platform: String,
    pub domain: String,
    pub currency: String,
    pub timezone: String,
    pub language: String,
    pub problem: Option<Rich>,
}

impl NewStore {
    /// To begin with.
    pub fn empty() -> Self {
        Self { platform: "shopify".into(), currency: "USD".into(), language: "en".into(), ..Self::default() }
    }

    fn sent(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            name: text("name"),
            platform: text("platform"),
            domain: text("domain"),
            currency: text("currency").to_uppercase(),
            timezone: text("timezone"),
            language: text("language"),
            problem: None,
        }
    }

    fn read(&self) -> Result<NewShop, AppError> {
        let currency: Currency = self.currency.parse().map_err(|e: crate::domain::money::MoneyError| AppError::Invalid(e.to_string()))?;
        if !LANGUAGES.contains(&self.language.as_str()) {
            return Err(AppError::Invalid("choose one of the languages that there are starter templates in".into()));
        }
        Ok(NewShop {
            platform: self.platform.clone(),
            domain: self.domain.clone(),
            name: self.name.clone(),
            currency,
            timezone: self.timezone.clone(),
            language: self.language.clone(),
            webhook_secret: String::new(),
        })
    }

    /// What can be chosen.
    pub fn platforms() -> Vec<&'static str> {
        shops::platforms()
    }

    /// What can be chosen.
    pub fn languages() -> [&'static str; 10] {
        LANGUAGES
    }

    /// A platform as people know it.
    pub fn platform_name(platform: &str) -> Said {
        say(format!("settings-platform-{platform}"))
    }

    /// A language as people know it.
    pub fn language_name(language: &str) -> Said {
        say(format!("settings-language-{language}"))
    }

    /// What is offered.
    pub fn currencies() -> [&'static str; 12] {
        CURRENCIES
    }

    /// Every zone, by its name.
    pub fn zones() -> Vec<String> {
        jiff::tz::db().available().map(|zone| zone.to_string()).filter(|zone| zone.contains('/')).collect()
    }
}

#[derive(Template)]
#[template(path = "pages/settings/store_new.html")]
struct Form {
    frame: Frame,
    nav: Vec<Subject>,
    store: NewStore,
    action: String,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed, None))
}

fn view(signed: &Signed, problem: Option<Rich>) -> Stores {
    let chosen = signed.shop().ok();
    Stores {
        frame: Frame::new(signed, "/settings", say("settings-nav-stores").to_string()),
        nav: subjects(signed, "/settings/stores"),
        stores: signed.shops.iter().map(|shop| line(shop, chosen)).collect(),
        name: chosen.filter(|_| signed.may(Role::Owner)).map(|shop| shop.name.clone()),
        paused: chosen.is_some_and(|shop| shop.status == "paused"),
        uninstalled: chosen.is_some_and(|shop| shop.uninstalled_at.is_some()),
        add: (signed.person.everywhere == Some(Role::Owner)).then(|| signed.href("/settings/stores/new")),
        rename: signed.href("/settings/store/name"),
        set_status: signed.href("/settings/store/status"),
        problem,
    }
}

fn line(shop: &Shop, chosen: Option<&Shop>) -> Line {
    let (status, good) = if shop.uninstalled_at.is_some() {
        ("settings-store-uninstalled", false)
    } else if shop.status == "paused" {
        ("settings-store-paused", false)
    } else {
        ("settings-store-active", true)
    };
    Line {
        name: shop.name.clone(),
        domain: shop.domain.clone(),
        facts: format!("{}, {}, {}", shop.currency, shop.timezone, shop.language),
        status: say(status),
        good,
        chosen: chosen.is_some_and(|c| c.id == shop.id),
        href: format!("/settings/stores?shop={}", shop.id),
    }
}

/// The form for another store.
pub async fn form(signed: Signed) -> Result<HttpResponse, PageError> {
    let domain = signed.query.get("domain").to_owned();
    respond::page(&new(&signed, NewStore { domain, ..NewStore::empty() }))
}

fn new(signed: &Signed, store: NewStore) -> Form {
    Form {
        frame: Frame::new(signed, "/settings", say("settings-store-new").to_string()),
        nav: subjects(signed, "/settings/stores"),
        store,
        action: signed.href("/settings/stores"),
    }
}

/// Adds the store that a form describes, or says what is wrong with it.
pub async fn add(posted: &Posted) -> Result<Result<Shop, NewStore>, PageError> {
    let store = NewStore::sent(&posted.fields);
    let added = match store.read() {
        Ok(new) => shops::add_unconnected(&posted.signed.app, new, &posted.signed.actor()).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(shop) => Ok(Ok(shop)),
        Err(AppError::Invalid(text) | AppError::Conflict(text)) => Ok(Err(NewStore { problem: Some(heard(&text)), ..store })),
        Err(error) => Err(error.into()),
    }
}

/// Adds another store; the next thing is to connect it.
pub async fn create(posted: Posted) -> Result<HttpResponse, PageError> {
    match add(&posted).await? {
        Ok(shop) => Ok(respond::see_other(&format!("/settings/connection?done=store-added&shop={}", shop.id))),
        Err(store) => respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &new(&posted.signed, store)),
    }
}

/// Gives the store another name.
pub async fn rename(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    match shops::rename(&signed.app, signed.shop()?.id, posted.fields.get("name"), &signed.actor()).await {
        Ok(()) => Ok(respond::see_other(&signed.href("/settings/stores?done=renamed"))),
        Err(AppError::Invalid(text)) => {
            let mut page = view(signed, Some(heard(&text)));
            page.name = Some(posted.fields.get("name").to_owned());
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Has the store rest, or go on.
pub async fn set_status(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let (status, done) = match posted.fields.get("status") {
        "paused" => ("paused", "store-paused"),
        "active" => ("active", "store-resumed"),
        _ => return Err(PageError::Invalid(say("settings-stores-choose").to_string())),
    };
    shops::set_status(&signed.app, signed.shop()?.id, status, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href(&format!("/settings/stores?done={done}"))))
}
