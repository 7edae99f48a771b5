//! A store's own providers: which, with which settings, and whether a message arrives.

use crate::app::AppError;
use crate::app::access::Role;
use crate::app::own_channels::{self, Chosen, Field, InUse, PROVIDERS, Provider, Values, callback_url};
use crate::domain::event::ChannelKind;
use crate::web::pages::shell::format;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

/// A kind of message on the page of settings.
pub struct Line {
    pub word: String,
    pub provider: Option<String>,
    pub own: bool,
    pub broken: bool,
    pub callback: Option<String>,
    /// Where it is changed; none for who may not.
    pub href: Option<String>,
}

struct Choice {
    title: &'static str,
    href: String,
    chosen: bool,
}

struct Input {
    field: Field,
    value: String,
    /// A secret that is kept if nothing is entered.
    kept: bool,
}

#[derive(Template)]
#[template(path = "pages/settings/channel.html")]
struct Page {
    frame: Frame,
    word: String,
    title: &'static str,
    name: &'static str,
    choices: Vec<Choice>,
    inputs: Vec<Input>,
    /// Where it is to call; none if it never does.
    callback: Option<String>,
    own: bool,
    works: bool,
    is_email: bool,
    problem: Option<String>,
    /// What came of a test message, and whether it was taken.
    tried: Option<(String, bool)>,
    action: String,
    give_up: String,
    test: String,
    back: String,
}

/// Every kind of message, for the page of settings.
pub async fn lines(signed: &Signed) -> Result<Vec<Line>, PageError> {
    let Ok(shop) = signed.shop() else { return Ok(Vec::new()) };
    let owner = signed.may(Role::Owner);
    let line = |one: InUse| Line {
        word: format::channel(one.kind),
        provider: one.provider.as_deref().map(title),
        own: one.own,
        broken: one.broken,
        callback: one.callback,
        href: owner.then(|| signed.href(&format!("/settings/channels/{}", one.kind.as_str()))),
    };
    Ok(own_channels::in_use(&signed.app, shop.id).await?.into_iter().map(line).collect())
}

fn title(provider: &str) -> String {
    own_channels::provider(provider).map_or(provider, |p| p.title).to_owned()
}

fn kind(path: &str) -> Result<ChannelKind, PageError> {
    path.parse().map_err(|_| PageError::NotFound("kind of message of that name"))
}

/// The form of one kind of message, for the provider that is asked for, else the one in use.
pub async fn show(signed: Signed, path: web::Path<String>) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed, kind(&path)?).await?)
}

async fn view(signed: &Signed, kind: ChannelKind) -> Result<Page, PageError> {
    let shop = signed.shop()?;
    let all = own_channels::in_use(&signed.app, shop.id).await?;
    let now = all.into_iter().find(|one| one.kind == kind).ok_or(PageError::Internal)?;
    let offered: Vec<&'static Provider> = PROVIDERS.iter().copied().filter(|p| p.kind == kind).collect();
    let asked = signed.query.get("provider");
    let wanted = if asked.is_empty() { now.provider.as_deref().unwrap_or_default() } else { asked };
    let provider = offered.iter().find(|p| p.name == wanted).or(offered.first()).ok_or(PageError::NotFound("provider of that kind"))?;
    let same = now.own && now.provider.as_deref() == Some(provider.name);
    let at = format!("/settings/channels/{}", kind.as_str());
    let choice = |p: &&'static Provider| Choice {
        title: p.title,
        href: signed.href(&format!("{at}?provider={}", p.name)),
        chosen: p.name == provider.name,
    };
    let input = |field: &Field| {
        let known = now.fields.iter().filter(|_| same).find(|f| f.field.name == field.name);
        Input {
            field: *field,
            value: known.and_then(|f| f.value.clone()).unwrap_or_default(),
            kept: field.secret && known.is_some_and(|f| f.is_set),
        }
    };
    Ok(Page {
        frame: Frame::new(signed, "/settings", format!("{}: {}", shop.name, format::channel(kind))),
        word: format::channel(kind),
        title: provider.title,
        name: provider.name,
        choices: offered.iter().map(choice).collect(),
        inputs: provider.fields.iter().map(input).collect(),
        callback: provider.calls_back().then(|| callback_url(&signed.app, shop.id, provider.name)),
        own: now.own,
        works: now.provider.is_some() && !now.broken,
        is_email: kind == ChannelKind::Email,
        problem: None,
        tried: None,
        action: signed.href(&at),
        give_up: signed.href(&format!("{at}/give-up")),
        test: signed.href(&format!("{at}/test")),
        back: signed.href("/settings#channels"),
    })
}

/// Keeps what the form says. A secret that is left empty stays as it is.
pub async fn save(posted: Posted, path: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (signed, kind) = (&posted.signed, kind(&path)?);
    let name = posted.fields.get("provider").to_owned();
    let provider = PROVIDERS.iter().find(|p| p.name == name && p.kind == kind).ok_or(PageError::NotFound("provider of that name"))?;
    let given = |f: &Field| Some((f.name, posted.fields.get(f.name).to_owned())).filter(|(_, value)| !value.is_empty());
    let values: Values = provider.fields.iter().filter_map(given).collect();
    let shop = signed.shop()?.id;
    match own_channels::choose(&signed.app, shop, kind, Chosen { provider: name, values: values.clone() }, &signed.actor()).await {
        Ok(()) => Ok(respond::see_other(&signed.href("/settings?done=channel#channels"))),
        Err(AppError::Invalid(problem)) => {
            let mut page = view(signed, kind).await?;
            page.inputs = provider.fields.iter().map(|field| entered(field, &values, &page.inputs)).collect();
            (page.title, page.name, page.problem) = (provider.title, provider.name, Some(format::sentence(&problem)));
            page.choices.iter_mut().for_each(|c| c.chosen = c.title == provider.title);
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// What was entered stays in the form; a secret has to be entered again, unless one is kept.
fn entered(field: &Field, values: &Values, before: &[Input]) -> Input {
    let value = if field.secret { String::new() } else { values.get(field.name).unwrap_or_default().to_owned() };
    Input { field: *field, value, kept: before.iter().any(|i| i.field.name == field.name && i.kept) }
}

/// The installation's provider takes over.
pub async fn give_up(posted: Posted, path: web::Path<String>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    own_channels::give_up(&signed.app, signed.shop()?.id, kind(&path)?, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings?done=channel#channels")))
}

/// Sends a test message, and says what came of it.
pub async fn test(posted: Posted, path: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (signed, kind) = (&posted.signed, kind(&path)?);
    let to = posted.fields.get("to");
    let mut page = view(signed, kind).await?;
    page.tried = Some(match own_channels::test_send(&signed.app, signed.shop()?.id, kind, to, &signed.actor()).await {
        Ok(tried) => match (tried.outcome, tried.reason) {
            (_, None) => (format!("{} has taken the message. Look whether it has arrived.", page.title), true),
            ("unknown", Some(reason)) => (format::sentence(&format!("it may have been sent: {reason}")), false),
            (_, Some(reason)) => (format::sentence(&reason), false),
        },
        Err(AppError::Invalid(problem) | AppError::Conflict(problem)) => (format::sentence(&problem), false),
        Err(error) => return Err(error.into()),
    });
    respond::page(&page)
}
