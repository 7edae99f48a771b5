//! An invitation, as it is opened: a password to choose, or an account to sign in to.

use super::account::length_fault;
use super::login::{is_foreign, signed_in, whence};
use super::team::named;
use crate::app::App;
use crate::app::access::{PASSWORD_MAX, PASSWORD_MIN, is_password};
use crate::app::team::{self, Accepted, Opened};
use crate::clock::bytes;
use crate::db;
use crate::domain::ids::ShopId;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Visitor, is_own, visitor};
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// Who opens it, as far as it matters.
enum As {
    /// Somebody new, who chooses a password.
    New,
    /// Somebody with an account, who has to sign in first.
    Known,
    /// Who is invited, signed in; the token of their forms.
    Invited(String),
    /// Somebody else, signed in: their address, and the token of their forms.
    Other(String, String),
}

#[derive(Template)]
#[template(path = "pages/people/invitation.html")]
struct Page {
    assets: &'static str,
    title: Said,
    email: String,
    place: String,
    role: Said,
    who: As,
    action: String,
    password_min: usize,
    password_max: usize,
    fault: Option<Said>,
    again_fault: Option<Said>,
}

#[derive(Template)]
#[template(path = "pages/people/invitation_over.html")]
struct Over {
    assets: &'static str,
}

fn over() -> Result<HttpResponse, PageError> {
    respond::page_with(StatusCode::NOT_FOUND, &Over { assets: assets::version() })
}

async fn page(
    (app, token): (&App, &str),
    opened: Opened,
    visitor: Option<&Visitor>,
    (fault, again_fault): (Option<Said>, Option<Said>),
) -> Result<HttpResponse, PageError> {
    let Opened { invitation, is_known } = opened;
    let place = match invitation.only_shop {
        None => say("people-every-store").to_string(),
        Some(shop) => db::shops::get(&app.db, ShopId(shop)).await?.map(|s| s.name).unwrap_or_default(),
    };
    let csrf = |v: &Visitor| app.keys.csrf_token(v.session.as_bytes(), bytes(app.random.as_ref()));
    let path = format!("/invitations/{token}");
    let who = match visitor {
        Some(v) if v.person.email == invitation.email => As::Invited(csrf(v)),
        Some(v) => As::Other(v.person.email.clone(), csrf(v)),
        None if is_known => As::Known,
        None => As::New,
    };
    let status = if fault.is_some() || again_fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = Page {
        assets: assets::version(),
        title: say("people-join").with("place", &place),
        role: invitation.role.parse().map_or_else(|_| say("role-viewer"), named),
        email: invitation.email,
        place,
        who,
        action: path,
        password_min: PASSWORD_MIN,
        password_max: PASSWORD_MAX,
        fault,
        again_fault,
    };
    respond::page_with(status, &view)
}

/// The page.
pub async fn show(request: HttpRequest, app: Data<App>, token: Path<String>) -> Result<HttpResponse, PageError> {
    let visitor = visitor(&request).await?;
    match team::opened(&app, &token).await? {
        Some(opened) => page((&app, &token), opened, visitor.as_ref(), (None, None)).await,
        None => over(),
    }
}

/// Joins.
pub async fn join(request: HttpRequest, app: Data<App>, token: Path<String>, body: Bytes) -> Result<HttpResponse, PageError> {
    if is_foreign(&request) {
        return Err(PageError::Forged);
    }
    let fields = Fields::parse(&body);
    if let Some(visitor) = visitor(&request).await? {
        if !is_own(&fields, &app, visitor.session) {
            return Err(PageError::Forged);
        }
        return Ok(match team::accept(&app, &token, &visitor.person).await? {
            Accepted::Yes(_) => respond::see_other("/"),
            Accepted::Known | Accepted::Over => return over(),
        });
    }
    let Some(opened) = team::opened(&app, &token).await? else { return over() };
    let wanted = fields.raw("password");
    let faults = match (is_password(wanted), wanted == fields.raw("again")) {
        (false, _) => (Some(length_fault()), None),
        (true, false) => (None, Some(say("people-passwords-differ"))),
        (true, true) => (None, None),
    };
    if opened.is_known || faults.0.is_some() || faults.1.is_some() {
        return page((&app, &token), opened, None, faults).await;
    }
    match team::join(&app, &token, wanted, &whence(&request)).await? {
        Accepted::Yes(Some(secret)) => Ok(signed_in(&app, &secret, "/")),
        Accepted::Yes(None) | Accepted::Over => over(),
        // Somebody with that address has joined this moment: they are asked to sign in.
        Accepted::Known => Ok(respond::see_other(&format!("/invitations/{}", token.as_str()))),
    }
}
