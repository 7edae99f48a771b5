//! A store's own providers: which, with which settings, and whether a message arrives.

use super::nav::{Subject, subjects};
use crate::app::AppError;
use crate::app::access::Role;
use crate::app::own_channels::{self, Chosen, Field, InUse, PROVIDERS, Provider, Values, callback_url};
use crate::domain::event::ChannelKind;
use crate::web::pages::shell::format;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_text;
use crate::words::{Rich, heard, heard_word, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

/// A kind of message in the list.
struct Line {
    word: String,
    provider: Option<String>,
    own: bool,
    broken: bool,
    callback: Option<String>,
    /// Where it is changed; none for who may not.
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/settings/channels.html")]
struct Channels {
    frame: Frame,
    nav: Vec<Subject>,
    channels: Vec<Line>,
    sender_domain: String,
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
    nav: Vec<Subject>,
    /// Back to the guided way, for those who came from there.
    start: Option<String>,
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
    problem: Option<Rich>,
    /// What came of a test message, and whether it was taken.
    tried: Option<(Rich, bool)>,
    action: String,
    give_up: String,
    test: String,
    back: String,
}

impl Page {
    /// What a provider calls it, as its own pages do.
    fn label(input: &Input) -> Rich {
        heard_word(input.field.label)
    }

    fn help(input: &Input) -> Rich {
        heard_word(input.field.help)
    }
}

/// Every kind of message, and by whom it leaves.
pub async fn list(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let owner = signed.may(Role::Owner);
    let line = |one: InUse| Line {
        word: format::channel(one.kind),
        provider: one.provider.as_deref().map(title),
        own: one.own,
        broken: one.broken,
        callback: one.callback,
        href: owner.then(|| signed.href(&format!("/settings/channels/{}", one.kind.as_str()))),
    };
    respond::page(&Channels {
        frame: Frame::new(&signed, "/settings", say("settings-nav-channels").to_string()),
        nav: subjects(&signed, "/settings/channels"),
        channels: own_channels::in_use(&signed.app, shop.id).await?.into_iter().map(line).collect(),
        sender_domain: signed.href("/settings/sender-domain"),
    })
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
    let from_start = signed.query.get("from") == "start";
    let kept = |path: &str| signed.href(&if from_start { format!("{path}?from=start") } else { path.to_owned() });
    let choice = |p: &&'static Provider| Choice {
        title: p.title,
        href: signed.href(&format!("{at}?provider={}{}", p.name, if from_start { "&from=start" } else { "" })),
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
        action: kept(&at),
        give_up: signed.href(&format!("{at}/give-up")),
        test: kept(&format!("{at}/test")),
        back: signed.href("/settings/channels"),
        nav: subjects(signed, "/settings/channels"),
        start: from_start.then(|| signed.href("/start#channel")),
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
        Ok(()) if signed.query.get("from") == "start" => {
            Ok(respond::see_other(&signed.href(&format!("/settings/channels/{}?from=start&done=channel#test", kind.as_str()))))
        }
        Ok(()) => Ok(respond::see_other(&signed.href("/settings/channels?done=channel"))),
        Err(AppError::Invalid(problem)) => {
            let mut page = view(signed, kind).await?;
            page.inputs = provider.fields.iter().map(|field| entered(field, &values, &page.inputs)).collect();
            (page.title, page.name, page.problem) = (provider.title, provider.name, Some(heard(&problem)));
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
    Ok(respond::see_other(&signed.href("/settings/channels?done=channel")))
}

/// Sends a test message, and says what came of it.
pub async fn test(posted: Posted, path: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (signed, kind) = (&posted.signed, kind(&path)?);
    let to = posted.fields.get("to");
    let mut page = view(signed, kind).await?;
    page.tried = Some(match own_channels::test_send(&signed.app, signed.shop()?.id, kind, to, &signed.actor()).await {
        Ok(tried) => match (tried.outcome, tried.reason) {
            (_, None) => (say("settings-channel-taken").with("provider", heard_text(page.title)).rich(), true),
            ("unknown", Some(reason)) => {
                (say("settings-channel-perhaps").with("reason", heard_text(reason.trim_end_matches('.'))).rich(), false)
            }
            (_, Some(reason)) => (heard(&reason), false),
        },
        Err(AppError::Invalid(problem) | AppError::Conflict(problem)) => (heard(&problem), false),
        Err(error) => return Err(error.into()),
    });
    respond::page(&page)
}
