//! An application on a fresh SQLite file, people of every role, and a browser of sorts.

use crate::support::rig::TestClock;
use actix_web::body::to_bytes;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{Data, to};
use comeback::app::access::{Role, save_user, sign_in, signed_in};
use comeback::app::{App, Parts, shops};
use comeback::clock::SystemRandom;
use comeback::config::Config;
use comeback::db::Db;
use comeback::db::shops::Shop;
use comeback::domain::ids::ShopId;
use comeback::domain::money::Currency;
use comeback::web::pages;
use jiff::SignedDuration;
use std::sync::Arc;

pub const PASSWORD: &str = "correct horse battery";
pub const PUBLIC_URL: &str = "https://comeback.example";

pub struct World {
    pub app: Data<App>,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: actix_web::http::header::HeaderMap,
    pub bytes: Vec<u8>,
    /// As text.
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("a header in ASCII"))
    }
}

impl World {
    /// Without a store and without people.
    pub async fn empty() -> Self {
        Self::at(PUBLIC_URL).await
    }

    /// The same at another address.
    pub async fn at(public_url: &str) -> Self {
        Self::set(&[("COMEBACK_SERVER__PUBLIC_URL", public_url)]).await
    }

    /// With settings of its own, named as in the environment.
    pub async fn set(own: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let url = format!("sqlite://{}/test.db", folder.path().display());
        let usual = [("COMEBACK_SERVER__PUBLIC_URL", PUBLIC_URL), ("COMEBACK_DATABASE__URL", url.as_str())];
        let usual = usual.iter().filter(|(name, _)| own.iter().all(|(n, _)| n != name));
        let settings = own.iter().chain(usual).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>().into_iter();
        let config = Config::from_parts(None, settings).expect("config");
        let db = Db::connect(&url).await.expect("database");
        db.migrate().await.expect("schema");
        let clock = TestClock::at("2026-07-15T12:00:00Z");
        let app =
            App::new(Parts { db, clock: clock.clone(), random: Arc::new(SystemRandom), config, master_key: [7; 32], channels: Vec::new() });
        Self { app: Data::new(app), clock, _folder: folder }
    }

    /// Moves the clock.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// With one store.
    pub async fn with_shop() -> (Self, Shop) {
        let world = Self::empty().await;
        let shop = world.add_shop("acme", "Acme").await;
        (world, shop)
    }

    pub async fn add_shop(&self, domain: &str, name: &str) -> Shop {
        let new = shops::NewShop {
            platform: "shopify".into(),
            domain: format!("{domain}.myshopify.com"),
            name: name.into(),
            currency: Currency::USD,
            timezone: "America/New_York".into(),
            language: "en".into(),
            webhook_secret: "webhook-secret".into(),
        };
        shops::add(&self.app, new, "test").await.expect("shop")
    }

    /// Signs in a new person; the session's secret.
    pub async fn person(&self, role: Role, only_shop: Option<ShopId>) -> String {
        let email = format!("{}@comeback.example", role.as_str());
        save_user(&self.app, &email.parse().expect("address"), role, only_shop, PASSWORD).await.expect("user");
        sign_in(&self.app, &email, PASSWORD).await.expect("database").expect("session")
    }

    /// The token of a session's forms, as a page of it would have it.
    pub async fn form_token(&self, session: &str) -> String {
        let (_, session) = signed_in(&self.app, session).await.expect("database").expect("a session");
        self.app.keys.csrf_token(session.id.as_bytes(), [5; 32])
    }

    pub async fn ask(&self, request: TestRequest) -> Answer {
        let app = actix_web::App::new().app_data(self.app.clone()).configure(pages::routes).default_service(to(pages::not_found));
        let service = init_service(app).await;
        let response = call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.expect("body");
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned(), bytes: body.to_vec() }
    }

    pub async fn get(&self, session: Option<&str>, path: &str) -> Answer {
        self.ask(request(Method::GET, session, path)).await
    }

    /// Sends a form as one of our pages would.
    pub async fn post(&self, session: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token(session).await;
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.ask(request(Method::POST, Some(session), path).set_form(fields)).await
    }
}

pub fn request(method: Method, session: Option<&str>, path: &str) -> TestRequest {
    let request = TestRequest::default().method(method).uri(path);
    match session {
        Some(secret) => request.insert_header(("cookie", format!("other=1; comeback_session={secret}"))),
        None => request,
    }
}

/// Every answer of ours forbids what isn't ours.
pub fn assert_secured(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    assert!(policy.contains("frame-ancestors"), "{what}: {policy}");
    assert!(!policy.split("script-src").nth(1).unwrap_or("").split(';').next().unwrap_or("").contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
}
