//! One of the team: what they are where, and the ways out.

use super::team::{Place, named};
use super::team::{RoleChoice, known, owns_everything, places, roles, zone};
use crate::app::access::Role;
use crate::app::team::Member;
use crate::app::{factors, team};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::Said;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use uuid::Uuid;

const TEAM: &str = "/settings/team";

/// What they are in the store that the page is about.
struct Here {
    store: String,
    role: Option<Said>,
    roles: Vec<RoleChoice>,
    action: String,
    leave: String,
}

/// What who owns everything may do beside.
struct Everywhere {
    is: bool,
    roles: Vec<RoleChoice>,
    action: String,
    reset: Option<String>,
    remove: String,
}

#[derive(Template)]
#[template(path = "pages/people/member.html")]
struct MemberPage {
    frame: Frame,
    email: String,
    me: bool,
    places: Vec<Place>,
    seen: Option<When>,
    secured: bool,
    here: Option<Here>,
    everywhere: Option<Everywhere>,
    back: String,
}

async fn member(signed: &Signed, id: Uuid) -> Result<Member, PageError> {
    known(signed).await?.into_iter().find(|m| m.user.id == id).ok_or(PageError::NotFound("person with that id"))
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let of = member(&signed, *id).await?;
    let path = format!("{TEAM}/{id}");
    signed.proved(&signed.href(&path))?;
    let here = signed.shop().ok().map(|shop| {
        let role = of.places.iter().find(|(store, _)| *store == shop.id).map(|p| p.1);
        Here {
            store: shop.name.clone(),
            role: role.map(named),
            roles: roles(role.or(Some(Role::Viewer))),
            action: signed.href(&format!("{path}/role")),
            leave: signed.href(&format!("{path}/leave")),
        }
    });
    let everywhere = owns_everything(&signed).then(|| Everywhere {
        is: of.everywhere.is_some(),
        roles: roles(of.everywhere),
        action: signed.href(&format!("{path}/everywhere")),
        reset: of.secured.then(|| signed.href(&format!("{path}/reset-factors"))),
        remove: signed.href(&format!("{path}/remove")),
    });
    let zone = zone(&signed);
    let page = MemberPage {
        frame: Frame::new(&signed, "/settings", of.user.email.clone()),
        me: of.user.id == signed.person.id,
        places: places(&signed, &of),
        seen: of.seen_at.map(|ms| format::when(Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH), &zone)),
        secured: of.secured,
        email: of.user.email,
        here,
        everywhere,
        back: signed.href(TEAM),
    };
    respond::page(&page)
}

/// Who it is about, and that who asks has proved themselves.
async fn meant(signed: &Signed, id: Uuid) -> Result<Uuid, PageError> {
    let of = member(signed, id).await?;
    signed.proved(&signed.href(&format!("{TEAM}/{id}")))?;
    Ok(of.user.id)
}

/// On to the team; or to the way in for who has just shut themselves out.
fn done(signed: &Signed, word: &str) -> HttpResponse {
    respond::see_other(&signed.href(&format!("{TEAM}?done={word}")))
}

/// Says what they are in the store.
pub async fn set_role(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let who = meant(signed, *id).await?;
    let role: Role = posted.fields.parsed("role", "Role")?;
    team::set_role(&signed.app, (signed.shop()?.id, who), Some(role), &signed.actor()).await?;
    Ok(done(signed, "role"))
}

/// From now on they are nothing in the store.
pub async fn leave(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let who = meant(signed, *id).await?;
    team::set_role(&signed.app, (signed.shop()?.id, who), None, &signed.actor()).await?;
    Ok(done(signed, "left"))
}

/// Says what they are in every store.
pub async fn set_everywhere(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let who = meant(signed, *id).await?;
    let role: Option<Role> = match posted.fields.get("role") {
        "none" => None,
        _ => Some(posted.fields.parsed("role", "Role")?),
    };
    team::set_everywhere(&signed.app, who, role, &signed.actor()).await?;
    Ok(done(signed, "role"))
}

/// Takes away their second factors.
pub async fn reset_factors(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let who = meant(signed, *id).await?;
    factors::reset(&signed.app, who, &signed.actor()).await?;
    Ok(done(signed, "factors-reset"))
}

/// Removes them.
pub async fn remove(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let who = meant(signed, *id).await?;
    team::remove(&signed.app, who, &signed.actor()).await?;
    Ok(done(signed, "removed"))
}
