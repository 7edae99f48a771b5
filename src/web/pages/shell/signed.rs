//! Who asks, for which store, and whether they may: the one place where pages check it.

use super::fields::Fields;
use super::problem::PageError;
use super::routes::{Page, Scope};
use crate::app::App;
use crate::app::access::{self, Person, Role};
use crate::clock::bytes;
use crate::db;
use crate::db::shops::Shop;
use crate::domain::digest::Days;
use crate::domain::ids::ShopId;
use crate::web::pages;
use crate::words::{self, say};
use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, web};
use futures_util::future::LocalBoxFuture;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The session's cookie.
pub const COOKIE: &str = "comeback_session";

/// A person who is signed in and may ask for this page.
pub struct Signed {
    /// Everything that use cases need.
    pub app: Data<App>,
    /// Who.
    pub person: Person,
    /// The stores that they may see, oldest first.
    pub shops: Vec<Shop>,
    /// The one that the page is about.
    chosen: Option<Shop>,
    /// What they are in it.
    pub role: Role,
    /// The token that this page's forms carry.
    pub csrf: String,
    /// Their session's id.
    pub session: Uuid,
    /// Have they proved lately who they are?
    is_proved: bool,
    /// The query, decoded.
    pub query: Fields,
}

impl Signed {
    /// The store that the page is about.
    ///
    /// # Errors
    /// `NoStore` while there is none.
    pub fn shop(&self) -> Result<&Shop, PageError> {
        self.chosen.as_ref().ok_or(PageError::NoStore)
    }

    /// When some days begin and end in that store's zone.
    ///
    /// # Errors
    /// `NoStore` while there is none, `Invalid` for days beyond the calendar.
    pub fn instants(&self, days: Days) -> Result<(Timestamp, Timestamp), PageError> {
        days.instants(&self.shop()?.zone()).ok_or_else(PageError::beyond)
    }

    /// May they do what needs this role, in the store that the page is about?
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// For what is dangerous: have they proved lately who they are? A page that leads to it asks before it shows itself, and whoever does it asks again.
    ///
    /// # Errors
    /// `Prove`: they are asked, and then come to `back`, a path of ours.
    pub fn proved(&self, back: &str) -> Result<(), PageError> {
        if self.is_proved { Ok(()) } else { Err(PageError::Prove(back.to_owned())) }
    }

    /// Where they prove who they are, if they haven't lately: for what stands in place of a form that would ask first.
    pub fn prove_first(&self, back: &str) -> Option<String> {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        (!self.is_proved).then(|| format!("/account/prove?next={back}"))
    }

    /// As the audit names them.
    pub fn actor(&self) -> String {
        self.person.id.to_string()
    }

    /// An address of the web app that keeps the chosen store.
    pub fn href(&self, path: &str) -> String {
        match &self.chosen {
            Some(shop) if self.shops.len() > 1 => {
                let (path, fragment) = path.split_once('#').map_or((path, String::new()), |(p, f)| (p, format!("#{f}")));
                let sign = if path.contains('?') { '&' } else { '?' };
                format!("{path}{sign}shop={}{fragment}", shop.id)
            }
            _ => path.to_owned(),
        }
    }
}

/// The page that a request is for, if one must be signed in for it.
fn asked(request: &HttpRequest) -> Option<&'static Page> {
    let pattern = request.match_pattern().unwrap_or_default();
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    pages::all().find(|p| p.method == method && p.path == pattern && p.scope != Scope::Public)
}

/// The only check of roles: what they are where it counts, if that is enough.
fn allowed(page: &Page, person: &Person, chosen: Option<ShopId>) -> Result<Role, PageError> {
    // Who sees no store at all may look at pages that say so.
    let here = chosen.map_or(person.everywhere.or(Some(Role::Viewer)), |shop| person.role_in(shop));
    let counts = match page.scope {
        Scope::Store => here,
        Scope::Installation => person.everywhere,
        Scope::Own | Scope::Public => Some(Role::Owner),
    };
    let enough = counts.is_some_and(|role| role >= page.role);
    here.filter(|_| enough).ok_or(PageError::Role(page.role))
}

fn wanted(request: &HttpRequest) -> String {
    // What a platform has signed is of use once and in its session: it is not carried along.
    if Fields::parse(request.query_string().as_bytes()).has("hmac") {
        return "/settings/connection".to_owned();
    }
    let after = request.uri().path_and_query().map_or("/", actix_web::http::uri::PathAndQuery::as_str);
    if request.method() == Method::GET { after.to_owned() } else { "/".to_owned() }
}

/// What the browser holds for our session.
fn session_secret(request: &HttpRequest) -> Option<String> {
    cookie(request, COOKIE)
}

/// What the browser holds under a name; none where that is nothing.
pub fn cookie(request: &HttpRequest, name: &str) -> Option<String> {
    let headers = request.headers().get_all(actix_web::http::header::COOKIE);
    let mut pairs = headers.filter_map(|h| h.to_str().ok()).flat_map(|h| h.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned)).filter(|secret| !secret.is_empty())
}

/// Somebody who is signed in, whatever they may.
pub struct Visitor {
    /// Everything that use cases need.
    pub app: Data<App>,
    /// Who.
    pub person: Person,
    /// The secret that their browser showed.
    pub secret: String,
    /// Their session's id.
    pub session: Uuid,
    /// Have they proved lately who they are?
    pub is_proved: bool,
}

/// The secret of a session that was changed while its request was answered; it leaves with the answer.
pub struct Renewed(pub String);

/// The cookie of a session.
pub fn session_cookie(app: &App, secret: &str, lasts: SignedDuration) -> String {
    secret_cookie(app, (COOKIE, "/"), secret, lasts)
}

/// A cookie below a path that holds a secret, which no script can read. RFC 6265, section 4.1: the secret is base64url, so that nothing in it has to be escaped.
pub fn secret_cookie(app: &App, (name, path): (&str, &str), secret: &str, lasts: SignedDuration) -> String {
    let secure = if app.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{name}={secret}; Path={path}; Max-Age={}; HttpOnly; SameSite=Lax{secure}", lasts.as_secs())
}

/// Who is signed in; none when nobody is.
pub async fn visitor(request: &HttpRequest) -> Result<Option<Visitor>, PageError> {
    let app = request.app_data::<Data<App>>().ok_or(PageError::Internal)?.clone();
    let Some(secret) = session_secret(request) else { return Ok(None) };
    let Some((person, session)) = access::signed_in(&app, &secret).await? else { return Ok(None) };
    words::settle(person.look.language.as_deref(), person.look.timezone.as_deref(), person.look.colours.as_deref());
    if let Some(renewed) = &session.renewed {
        request.extensions_mut().insert(Renewed(session_cookie(&app, renewed, session.lasts)));
    }
    Ok(Some(Visitor { app, person, secret, session: session.id, is_proved: session.proved }))
}

async fn signed(request: &HttpRequest) -> Result<Signed, PageError> {
    let Visitor { app, person, session, is_proved, .. } = visitor(request).await?.ok_or_else(|| PageError::SignIn(wanted(request)))?;
    let page = asked(request).ok_or(PageError::Role(Role::Owner))?;
    let query = Fields::parse(request.query_string().as_bytes());
    let shops: Vec<Shop> = db::shops::list(&app.db).await?.into_iter().filter(|s| person.role_in(s.id).is_some()).collect();
    let chosen = match query.get("shop") {
        "" => shops.first().cloned(),
        id => {
            // A platform that sends somebody here names the store as it knows it.
            let (id, domain): (Option<ShopId>, &str) = (id.parse().ok(), id);
            Some(shops.iter().find(|s| Some(s.id) == id || s.domain == domain).cloned().ok_or(PageError::NotFound("store with that id"))?)
        }
    };
    if let Some(shop) = &chosen {
        words::settle_store(shop.zone());
    }
    let role = allowed(page, &person, chosen.as_ref().map(|s| s.id))?;
    let csrf = app.keys.csrf_token(session.as_bytes(), bytes(app.random.as_ref()));
    Ok(Signed { app, person, shops, chosen, role, csrf, session, is_proved, query })
}

impl FromRequest for Signed {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { signed(&request).await })
    }
}

/// A form that a signed-in person sent from a page of their session.
pub struct Posted {
    /// Who.
    pub signed: Signed,
    /// What.
    pub fields: Fields,
}

/// Does the form carry the session's token?
pub fn is_own(fields: &Fields, app: &App, session: Uuid) -> bool {
    app.keys.csrf_fits(session.as_bytes(), fields.raw("csrf"))
}

/// What was sent, as far as the page takes it.
async fn body(request: &HttpRequest, sent: Result<web::Payload, actix_web::Error>) -> Result<Bytes, PageError> {
    let unread = || PageError::Invalid(say("shell-form-unread").to_string());
    let most = asked(request).map_or(0, |page| page.form_max);
    match sent.map_err(|_| unread())?.to_bytes_limited(most).await {
        Ok(read) => read.map_err(|_| unread()),
        Err(_) => Err(PageError::Invalid(say("shell-form-long").with("size", (most / 1024).to_string()).to_string())),
    }
}

impl FromRequest for Posted {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = web::Payload::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let signed = signed(&request).await?;
            let body = body(&request, sent.await).await?;
            let fields = Fields::parse(&body);
            if is_own(&fields, &signed.app, signed.session) { Ok(Self { signed, fields }) } else { Err(PageError::Forged) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::access::Role::{Editor, Owner, Viewer};
    use crate::db::access::LookRow;
    use std::collections::BTreeMap;

    fn person(everywhere: Option<Role>, places: &[(u128, Role)]) -> Person {
        let places: BTreeMap<ShopId, Role> = places.iter().map(|(shop, role)| (ShopId(Uuid::from_u128(*shop)), *role)).collect();
        Person { id: Uuid::nil(), email: "a@shop.example".into(), everywhere, places, look: LookRow::default() }
    }

    /// What they are on a page that needs a role; none: they may not see it.
    fn on(person: &Person, (needed, scope): (Role, Scope), shop: Option<u128>) -> Option<Role> {
        let page = Page::get("/", (needed, scope), actix_web::web::get);
        allowed(&page, person, shop.map(|id| ShopId(Uuid::from_u128(id)))).ok()
    }

    #[test]
    fn what_one_is_counts_where_one_is_it() {
        let two = person(None, &[(1, Owner), (2, Viewer)]);
        assert_eq!(on(&two, (Owner, Scope::Store), Some(1)), Some(Owner));
        assert_eq!(on(&two, (Editor, Scope::Store), Some(2)), None);
        assert_eq!(on(&two, (Viewer, Scope::Store), Some(2)), Some(Viewer));
        assert_eq!(on(&two, (Viewer, Scope::Store), Some(3)), None);
        let all = person(Some(Editor), &[(1, Owner), (2, Viewer)]);
        assert_eq!(on(&all, (Owner, Scope::Store), Some(1)), Some(Owner));
        assert_eq!(on(&all, (Editor, Scope::Store), Some(2)), Some(Editor), "the greater counts");
        assert_eq!(on(&all, (Owner, Scope::Store), Some(3)), None);
    }

    #[test]
    fn owners_of_single_stores_do_not_reach_the_installation() {
        let one = person(None, &[(1, Owner)]);
        assert_eq!(on(&one, (Viewer, Scope::Installation), Some(1)), None);
        assert_eq!(on(&one, (Owner, Scope::Own), Some(1)), Some(Owner));
        let editor = person(Some(Editor), &[(1, Owner)]);
        assert_eq!(on(&editor, (Owner, Scope::Installation), Some(1)), None);
        assert_eq!(on(&editor, (Editor, Scope::Installation), None), Some(Editor));
        let none = person(None, &[]);
        assert_eq!(on(&none, (Viewer, Scope::Store), None), Some(Viewer), "the page says that there is no store");
        assert_eq!(on(&none, (Editor, Scope::Store), None), None);
    }
}
