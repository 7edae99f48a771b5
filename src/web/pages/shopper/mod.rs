//! Pages for shoppers: where a link leads nowhere any more, and what they want to hear of. No cookies, no scripts, in their language.

mod words;

use crate::app::preferences::Choice;
use crate::domain::event::ChannelKind;
use crate::web::pages::shell::assets;
use crate::web::pages::shell::respond;
use crate::words::{Said, say, speaking};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// Why a link doesn't lead back to a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindPage {
    /// Its time is over.
    Expired,
    /// It was not made by us, or was altered on its way.
    Forged,
    /// The cart was bought: nothing to come back to.
    AlreadyBought,
    /// The store deleted the cart, or it is too old.
    CartGone,
    /// Not now: the store or our database can't be reached.
    Unavailable,
}

impl KindPage {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Expired, Self::Forged, Self::AlreadyBought, Self::CartGone, Self::Unavailable];

    fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Forged => "forged",
            Self::AlreadyBought => "bought",
            Self::CartGone => "gone",
            Self::Unavailable => "unavailable",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::AlreadyBought => StatusCode::OK,
            Self::Forged => StatusCode::NOT_FOUND,
            Self::Expired | Self::CartGone => StatusCode::GONE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The store as its shoppers know it.
#[derive(Debug, Clone, Copy)]
pub struct Store<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its home page; shown only when it is https.
    pub url: Option<&'a str>,
    /// The address of a style sheet with its colour.
    pub sheet: Option<&'a str>,
    /// The address of its logo, at our own.
    pub logo: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "pages/shopper/shopper.html")]
struct Kind<'a> {
    assets: &'static str,
    title: Said,
    text: Said,
    store: Option<Store<'a>>,
    home: Option<&'a str>,
}

fn home(store: Option<Store<'_>>) -> Option<&str> {
    store.and_then(|s| s.url).filter(|u| u.starts_with("https://"))
}

/// A kind page. `language` is an `Accept-Language` header, or a tag such as `de-AT`.
pub fn kind_page(kind: KindPage, store: Option<Store<'_>>, language: &str) -> HttpResponse {
    let of = |part: &str| say(format!("shopper-{}-{part}", kind.as_str()));
    let page = Kind { assets: assets::version(), title: of("title"), text: of("text"), store, home: home(store) };
    speaking(words::language(language), || respond::shopper(kind.status(), &page))
}

/// What the preferences page says and asks.
#[derive(Debug, Clone, Copy)]
pub struct Preferences<'a> {
    /// Whose.
    pub store: Store<'a>,
    /// To whom, masked: `j•••@example.com`.
    pub address: &'a str,
    /// By which channel they were written to.
    pub channel: ChannelKind,
    /// Where the form is sent: `/u/{token}`. It has the field `scope` with `channel` or `all`, `off` or `on` with a channel.
    pub action: &'a str,
    /// Each channel as they have it.
    pub choices: &'a [Choice],
}

impl Preferences<'_> {
    /// They don't hear from the store by the channel of the link any more.
    fn is_off(&self) -> bool {
        self.choices.iter().any(|c| c.channel == self.channel && !c.on)
    }
}

#[derive(Template)]
#[template(path = "pages/shopper/preferences.html")]
struct PreferencesPage<'a> {
    assets: &'static str,
    p: Preferences<'a>,
    home: Option<&'a str>,
    done: bool,
}

fn preferences_page(p: Preferences<'_>, language: &str, done: bool) -> HttpResponse {
    let page = PreferencesPage { assets: assets::version(), p, home: home(Some(p.store)), done };
    speaking(words::language(language), || respond::shopper(StatusCode::OK, &page))
}

/// What a shopper wants to hear of, with a form to turn each channel off or on again.
pub fn preferences(p: Preferences<'_>, language: &str) -> HttpResponse {
    preferences_page(p, language, false)
}

/// After they have chosen.
pub fn unsubscribed(p: Preferences<'_>, language: &str) -> HttpResponse {
    preferences_page(p, language, true)
}

/// The language, of those that the pages speak, that an `Accept-Language` header asks for.
pub fn language_of(accept: &str) -> &'static str {
    words::of(accept)
}

/// What is to be confirmed.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// By whom it is asked.
    pub store: Store<'a>,
    /// Of whom, masked.
    pub address: &'a str,
    /// The words that are confirmed.
    pub asked: &'a str,
    /// Where the form is sent: `/c/{token}`.
    pub action: &'a str,
    /// It can still be confirmed.
    pub open: bool,
    /// It was.
    pub confirmed: bool,
}

#[derive(Template)]
#[template(path = "pages/shopper/confirm.html")]
struct QuestionPage<'a> {
    assets: &'static str,
    q: Question<'a>,
    home: Option<&'a str>,
}

/// Asks to confirm an address, or says that it was.
pub fn question(q: Question<'_>, language: &str) -> HttpResponse {
    if !q.open && !q.confirmed {
        return kind_page(KindPage::Expired, Some(q.store), language);
    }
    let page = QuestionPage { assets: assets::version(), q, home: home(Some(q.store)) };
    speaking(words::language(language), || respond::shopper(StatusCode::OK, &page))
}
