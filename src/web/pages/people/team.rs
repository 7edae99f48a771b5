//! The team: who is what where, and who is asked to join.

use crate::app::access::Role;
use crate::app::team::{self, INVITATION_LASTS, Invite, Mailed, Member};
use crate::db;
use crate::db::shops::Shop;
use crate::db::team::InvitationRow;
use crate::domain::contact::Email;
use crate::web::pages::settings::nav::{Subject, subjects};
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

const TEAM: &str = "/settings/team";
/// From the least to the most.
pub const ROLES: [Role; 3] = [Role::Viewer, Role::Editor, Role::Owner];

/// What somebody is somewhere: `every store: owner`, `Acme: editor`.
pub struct Place {
    pub place: String,
    pub role: Said,
}

struct MemberLine {
    email: String,
    me: bool,
    places: Vec<Place>,
    seen: Option<When>,
    secured: bool,
    href: String,
}

struct InvitationLine {
    email: String,
    place: String,
    role: Said,
    until: When,
    withdraw: String,
}

#[derive(Template)]
#[template(path = "pages/people/team.html")]
struct Team {
    frame: Frame,
    members: Vec<MemberLine>,
    invitations: Vec<InvitationLine>,
    invite: String,
    nav: Vec<Subject>,
}

/// A role to choose.
pub struct RoleChoice {
    pub value: &'static str,
    pub name: Said,
    pub chosen: bool,
}

/// All roles, one of them chosen.
pub fn roles(chosen: Option<Role>) -> Vec<RoleChoice> {
    let choice = |role: Role| RoleChoice { value: role.as_str(), name: named(role), chosen: chosen == Some(role) };
    ROLES.into_iter().map(choice).collect()
}

/// A role's name.
pub fn named(role: Role) -> Said {
    say(format!("role-{}", role.as_str()))
}

#[derive(Template)]
#[template(path = "pages/people/invite.html")]
struct InvitePage {
    frame: Frame,
    action: String,
    /// For who owns everything.
    everywhere: Option<String>,
    store: Option<String>,
    email: String,
    roles: Vec<RoleChoice>,
    days: i64,
    back: String,
    fault: Option<Said>,
}

#[derive(Template)]
#[template(path = "pages/people/invited.html")]
struct Invited {
    frame: Frame,
    what: Said,
    link: String,
    mailed: Said,
    back: String,
}

/// Do they own every store, and the installation itself?
pub fn owns_everything(signed: &Signed) -> bool {
    signed.person.everywhere == Some(Role::Owner)
}

/// The zone in which times are written that are no store's.
pub fn zone(signed: &Signed) -> TimeZone {
    signed.shop().map_or(TimeZone::UTC, Shop::zone)
}

/// What somebody is, as far as who asks may know: in stores that they see themselves.
pub fn places(signed: &Signed, member: &Member) -> Vec<Place> {
    let store = |shop: &Shop| {
        let role = member.places.iter().find(|(id, _)| *id == shop.id)?.1;
        Some(Place { place: shop.name.clone(), role: named(role) })
    };
    let everywhere = member.everywhere.map(|role| Place { place: say("people-every-store").to_string(), role: named(role) });
    everywhere.into_iter().chain(signed.shops.iter().filter(|s| may_know(signed, s)).filter_map(store)).collect()
}

/// Who is what in a store is known to its owners.
fn may_know(signed: &Signed, shop: &Shop) -> bool {
    signed.person.role_in(shop.id) == Some(Role::Owner)
}

/// Those of whom who asks may know: everybody, or who is something in the store that the page is about.
pub async fn known(signed: &Signed) -> Result<Vec<Member>, PageError> {
    let chosen = signed.shop().ok().map(|s| s.id);
    let all = team::members(&signed.app).await?;
    let here = |m: &Member| owns_everything(signed) || chosen.is_some_and(|shop| m.role_in(shop).is_some());
    Ok(all.into_iter().filter(here).collect())
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let zone = zone(&signed);
    let when = |ms: i64| format::when(Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH), &zone);
    let line = |m: Member| MemberLine {
        me: m.user.id == signed.person.id,
        places: places(&signed, &m),
        seen: m.seen_at.map(when),
        secured: m.secured,
        href: signed.href(&format!("{TEAM}/{}", m.user.id)),
        email: m.user.email,
    };
    let open = db::team::invitations(&signed.app.db, signed.app.now()).await?;
    let invitation = |i: InvitationRow| {
        let place = match i.only_shop {
            None => say("people-every-store").to_string(),
            Some(shop) => signed.shops.iter().find(|s| s.id.0 == shop)?.name.clone(),
        };
        let role = say(format!("role-{}", i.role));
        let withdraw = signed.href(&format!("{TEAM}/invitations/{}/withdraw", i.id));
        Some(InvitationLine { email: i.email, place, role, until: when(i.expires_at), withdraw })
    };
    let chosen = signed.shop().ok().map(|s| s.id.0);
    let page = Team {
        frame: Frame::new(&signed, "/settings", say("people-team").to_string()),
        members: known(&signed).await?.into_iter().map(line).collect(),
        invitations: open
            .into_iter()
            .filter(|i| owns_everything(&signed) || (i.only_shop.is_some() && i.only_shop == chosen))
            .filter_map(invitation)
            .collect(),
        invite: signed.href("/settings/team/invite"),
        nav: subjects(&signed, TEAM),
    };
    respond::page(&page)
}

fn invite_page(
    signed: &Signed,
    status: StatusCode,
    (email, role): (&str, Option<Role>),
    fault: Option<Said>,
) -> Result<HttpResponse, PageError> {
    let page = InvitePage {
        frame: Frame::new(signed, "/settings", say("people-invite").to_string()),
        action: signed.href("/settings/team/invite"),
        everywhere: owns_everything(signed).then(|| signed.href("/settings/team/invite/everywhere")),
        store: signed.shop().ok().map(|s| s.name.clone()),
        email: email.to_owned(),
        roles: roles(role.or(Some(Role::Viewer))),
        days: days(),
        back: signed.href(TEAM),
        fault,
    };
    respond::page_with(status, &page)
}

/// Whom to invite?
pub async fn ask(signed: Signed) -> Result<HttpResponse, PageError> {
    signed.proved(&signed.href("/settings/team/invite"))?;
    invite_page(&signed, StatusCode::OK, ("", None), None)
}

/// Invites somebody to the store.
pub async fn invite(posted: Posted) -> Result<HttpResponse, PageError> {
    let shop = posted.signed.shop()?.clone();
    to(&posted, Some(&shop)).await
}

/// Invites somebody to every store.
pub async fn invite_everywhere(posted: Posted) -> Result<HttpResponse, PageError> {
    to(&posted, None).await
}

async fn to(posted: &Posted, shop: Option<&Shop>) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    signed.proved(&signed.href("/settings/team/invite"))?;
    let role: Option<Role> = fields.get("role").parse().ok();
    let again = |key: &str| invite_page(signed, StatusCode::UNPROCESSABLE_ENTITY, (fields.get("email"), role), Some(say(key)));
    let Ok(email) = fields.get("email").parse::<Email>() else { return again("people-bad-address") };
    let Some(role) = role else { return again("people-no-role") };
    let members = team::members(&signed.app).await?;
    let is = members.iter().find(|m| m.user.email == email.as_str()).and_then(|m| shop.map_or(m.everywhere, |s| m.role_in(s.id)));
    if is >= Some(role) {
        return again("people-is-already");
    }
    let wanted = Invite { email: email.clone(), role, shop: shop.map(|s| s.id) };
    let token = team::invite(&signed.app, &wanted, &signed.person).await?;
    let link = format!("{}/invitations/{token}", signed.app.config.public_url);
    let place = shop.map_or_else(|| say("people-every-store").to_string(), |s| s.name.clone());
    let mailed = mail(signed, (shop, &email), (&place, &link)).await;
    let invited = Invited {
        frame: Frame::new(signed, "/settings", say("people-invite").to_string()),
        what: say("people-invited").with("email", email.as_str()).with("place", place).with("role", named(role)).with("days", days()),
        link,
        mailed: say(match mailed {
            Mailed::Yes => "people-mailed",
            Mailed::Failed => "people-mail-failed",
            Mailed::NoChannel => "people-no-mail",
        }),
        back: signed.href(TEAM),
    };
    respond::page(&invited)
}

fn days() -> i64 {
    INVITATION_LASTS.as_hours() / 24
}

async fn mail(signed: &Signed, (shop, email): (Option<&Shop>, &Email), (place, link): (&str, &str)) -> Mailed {
    let by = signed.person.email.as_str();
    let subject = say("people-mail-subject").with("place", place).to_string();
    let begin = say("people-mail-text").with("by", by).with("place", place);
    let end = say("people-mail-end").with("days", days());
    team::send_invitation(&signed.app, shop, email, (&subject, &format!("{begin}\n\n{link}\n\n{end}"))).await
}

/// Withdraws an invitation.
pub async fn withdraw(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let shop = if owns_everything(signed) { None } else { Some(signed.shop()?.id) };
    team::withdraw(&signed.app, *id, shop, &signed.actor()).await?;
    let back = signed.href(&format!("{TEAM}?done=withdrawn"));
    Ok(respond::see_other(&back))
}
