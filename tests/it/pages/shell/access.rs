//! Who may ask for what: every route, every role, and forms that aren't ours.

use crate::pages::seed::{End, Shopper, publish, set_aside, story};
use crate::pages::support::{Answer, PASSWORD, World, assert_secured, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::{Role, Scope, create_token, set_role};
use comeback::db;
use comeback::web::pages::{self, Page, Scope as Of};
use jiff::SignedDuration;

/// A route with ids of things that are there.
struct Paths {
    cart: String,
    nudge: String,
    campaign: String,
    template: String,
    delivery: String,
    token: String,
}

impl Paths {
    async fn of(world: &World, shop: &db::shops::Shop) -> Self {
        let campaign = publish(world, shop).await;
        let shopper = Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 2, end: End::Bought(9_900, 900) };
        let left = story(world, shop, campaign, &shopper).await;
        let template = db::templates::list(&world.app.db, shop.id).await.expect("templates")[0].id;
        let token = create_token(&world.app, shop.id, (Scope::Read, "export"), "story").await.expect("token").0.id;
        let delivery = set_aside(world, shop, "not JSON").await;
        Self {
            cart: left.cart.to_string(),
            nudge: left.nudge.to_string(),
            campaign: campaign.to_string(),
            template: template.to_string(),
            delivery: delivery.to_string(),
            token: token.to_string(),
        }
    }

    fn fill(&self, pattern: &str) -> String {
        let id = match pattern.split('/').nth(1) {
            Some("carts") => &self.cart,
            Some("campaigns") => &self.campaign,
            Some("templates") => &self.template,
            Some("tracking") => &self.delivery,
            _ => &self.token,
        };
        pattern
            .replace("{id}", id)
            .replace("{nudge}", &self.nudge)
            .replace("{act}", "pause")
            .replace("{step}", "1")
            .replace("{event}", &self.token)
            .replace("{version}", "1")
    }
}

/// The pages that ask who one is.
fn of_somebody() -> impl Iterator<Item = &'static Page> {
    pages::all().filter(|p| p.scope != Of::Public)
}

#[test]
fn strangers_get_the_way_in_and_the_assets_and_no_route_stands_twice() {
    let public: Vec<String> = pages::all().filter(|p| p.scope == Of::Public).map(|p| format!("{} {}", p.method, p.path)).collect();
    let expected = [
        "GET /assets/{version}/{name}",
        "GET /login",
        "POST /login",
        "GET /login/code",
        "POST /login/code",
        "POST /login/code/ask",
        "POST /login/code/passkey",
        "POST /login/ask",
        "POST /login/passkey",
        "POST /logout",
        "GET /invitations/{token}",
        "POST /invitations/{token}",
        "GET /start/{secret}",
        "POST /start/{secret}",
        "GET /connect/{platform}",
    ];
    assert_eq!(public, expected);
    let mut routes: Vec<String> = pages::all().map(|p| format!("{} {}", p.method, p.path)).collect();
    let count = routes.len();
    routes.sort();
    routes.dedup();
    assert_eq!(routes.len(), count, "{routes:#?}");
}

#[actix_web::test]
async fn every_page_turns_strangers_away_and_shows_itself_to_those_who_may_only() {
    let (world, shop) = World::with_shop().await;
    let paths = Paths::of(&world, &shop).await;
    let mut sessions = Vec::new();
    for role in [Role::Viewer, Role::Editor, Role::Owner] {
        let session = world.person(role, None).await;
        let token = world.form_token(&session).await;
        sessions.push((role, session, token));
    }
    for Page { method, path: pattern, role: needed, .. } in of_somebody() {
        let path = paths.fill(pattern);
        let ask = |session: Option<&str>, token: &str| {
            let form = [("csrf", token), ("id", "all"), ("search", "ann@shop.example"), ("name", "x"), ("scope", "read")];
            request(method.clone(), session, &path).set_form(form)
        };
        let stranger = world.ask(ask(None, "")).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "{method} {path} as a stranger");
        assert!(stranger.header("location").starts_with("/login"), "{method} {path} as a stranger");
        assert_secured(&stranger, &path);
        for (role, session, token) in &sessions {
            let answer = world.ask(ask(Some(session), token)).await;
            let what = format!("{method} {path} as {role:?}: {}", answer.status);
            assert_secured(&answer, &what);
            if role < needed {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                assert!(answer.body.contains("You may not do that"), "{what}");
            } else {
                assert!(![403, 500, 503].contains(&answer.status.as_u16()), "{what}\n{}", answer.body);
                assert!(!answer.header("location").starts_with("/login"), "{what}");
            }
        }
    }
}

#[actix_web::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let (world, shop) = World::with_shop().await;
    let paths = Paths::of(&world, &shop).await;
    let owner = world.person(Role::Owner, None).await;
    let viewer = world.person(Role::Viewer, None).await;
    let of_another = world.form_token(&viewer).await;
    for Page { path: pattern, .. } in of_somebody().filter(|p| p.method == Method::POST) {
        for token in ["", "AAAA", of_another.as_str()] {
            let form = [("csrf", token), ("id", "all"), ("search", "x"), ("name", "x"), ("scope", "read")];
            let answer = world.ask(request(Method::POST, Some(&owner), &paths.fill(pattern)).set_form(form)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{pattern}");
            assert!(answer.body.contains("The form has expired"), "{pattern}");
        }
    }
    let campaign = &db::campaigns::list(&world.app.db, shop.id).await.expect("campaigns")[0];
    assert_eq!(campaign.status.as_str(), "published");
    assert_eq!(db::access::tokens(&world.app.db, shop.id).await.expect("tokens").len(), 1);
    let refused = world.ask(request(Method::POST, Some(&owner), "/logout")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(world.get(Some(&owner), "/").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn signing_in_gives_a_safe_cookie_and_signing_out_ends_the_session() {
    let (world, _) = World::with_shop().await;
    let login = world.get(None, "/login").await;
    assert!(login.body.contains("comeback user add"), "it says how to make the first person");
    world.person(Role::Owner, None).await;
    assert!(!world.get(None, "/login").await.body.contains("comeback user add"));
    let form = [("email", " Owner@comeback.example "), ("password", PASSWORD), ("next", "/carts?state=open")];
    let signed = world.ask(request(Method::POST, None, "/login").set_form(form)).await;
    assert_eq!((signed.status, signed.header("location")), (StatusCode::SEE_OTHER, "/carts?state=open"));
    let cookie = signed.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = cookie.split(';').next().and_then(|pair| pair.strip_prefix("comeback_session=")).expect("a session");
    assert_eq!(world.get(Some(session), "/carts").await.status, StatusCode::OK);
    let out = world.post(session, "/logout", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.get(Some(session), "/carts").await.status, StatusCode::SEE_OTHER);
}

/// The session's secret that an answer sets; empty when it sets none.
fn secret_set(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
    cookie.strip_prefix("comeback_session=").unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn a_sessions_secret_changes_every_day_and_the_former_ends_once_the_new_one_is_used() {
    let (world, _) = World::with_shop().await;
    let first = world.person(Role::Editor, None).await;
    let token = world.form_token(&first).await;
    world.advance(SignedDuration::from_hours(23));
    assert_eq!(secret_set(&world.get(Some(&first), "/carts").await), "");
    world.advance(SignedDuration::from_hours(2));
    let page = world.get(Some(&first), "/carts").await;
    let second = secret_set(&page);
    assert!(page.status == StatusCode::OK && second.len() == first.len() && second != first, "{second}");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=1119600"] {
        assert!(page.header("set-cookie").contains(part), "{part}: what is left of 14 days");
    }
    let under_way = world.get(Some(&first), "/carts").await;
    assert_eq!((under_way.status, secret_set(&under_way)), (StatusCode::OK, String::new()), "it left the browser before");
    let form = [("csrf", token.as_str()), ("search", "ann@shop.example")];
    let opened_yesterday = world.ask(request(Method::POST, Some(&second), "/carts").set_form(form)).await;
    assert_ne!(opened_yesterday.status, StatusCode::FORBIDDEN, "a form outlives the secret");
    world.advance(SignedDuration::from_mins(2));
    assert_eq!(world.get(Some(&second), "/carts").await.status, StatusCode::OK);
    assert_eq!(world.get(Some(&first), "/carts").await.status, StatusCode::SEE_OTHER, "the former secret has ended");
    world.advance(SignedDuration::from_hours(24 * 14));
    assert_eq!(world.get(Some(&second), "/carts").await.status, StatusCode::SEE_OTHER, "and so has the session");
}

#[actix_web::test]
async fn whoever_never_got_the_new_secret_gets_another_and_stays_signed_in() {
    let (world, _) = World::with_shop().await;
    let first = world.person(Role::Viewer, None).await;
    world.advance(SignedDuration::from_hours(25));
    let lost = secret_set(&world.get(Some(&first), "/carts").await);
    world.advance(SignedDuration::from_mins(2));
    let again = world.get(Some(&first), "/carts").await;
    let second = secret_set(&again);
    assert!(again.status == StatusCode::OK && !second.is_empty() && second != lost);
    assert_eq!(world.get(Some(&second), "/carts").await.status, StatusCode::OK);
    assert_eq!(world.get(Some(&lost), "/carts").await.status, StatusCode::SEE_OTHER);
    let out = world.post(&second, "/logout", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.get(Some(&second), "/carts").await.status, StatusCode::SEE_OTHER);
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_person_get_the_same_answer_and_guessing_ends() {
    let (world, _) = World::with_shop().await;
    world.person(Role::Viewer, None).await;
    let attempt = async |email: &str, password: &str| {
        let form = [("email", email), ("password", password)];
        world.ask(request(Method::POST, None, "/login").set_form(form)).await
    };
    let wrong = attempt("viewer@comeback.example", "not the password").await;
    let unknown = attempt("nobody@comeback.example", "not the password").await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert_eq!(wrong.body.replace("viewer@", ""), unknown.body.replace("nobody@", ""));
    for _ in 1..10 {
        assert_eq!(attempt("viewer@comeback.example", "not the password").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(attempt("viewer@comeback.example", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let foreign = request(Method::POST, None, "/login").insert_header(("sec-fetch-site", "cross-site"));
    assert_eq!(world.ask(foreign.set_form([("email", "a@b.example"), ("password", "x")])).await.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn who_is_bound_to_one_store_never_sees_another() {
    let (world, acme) = World::with_shop().await;
    let other = world.add_shop("other", "Otherwise").await;
    let bound = world.person(Role::Owner, Some(acme.id)).await;
    let home = world.get(Some(&bound), "/").await;
    assert!(home.body.contains("Acme") && !home.body.contains("Otherwise"));
    let path = format!("/carts?shop={}", other.id);
    assert_eq!(world.get(Some(&bound), &path).await.status, StatusCode::NOT_FOUND);
    assert!(!world.get(Some(&bound), "/settings").await.body.contains(&other.id.to_string()));
    let free = world.person(Role::Editor, None).await;
    let page = world.get(Some(&free), &path).await;
    assert!(page.body.contains(&format!("/campaigns?shop={}", other.id)), "links keep the chosen store");
    let campaign = db::campaigns::list(&world.app.db, acme.id).await.expect("campaigns")[0].id;
    let mixed = world.get(Some(&free), &format!("/campaigns/{campaign}?shop={}", other.id)).await;
    assert_eq!(mixed.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn an_owner_of_another_store_reaches_nothing_of_this_one_by_any_route() {
    let (world, acme) = World::with_shop().await;
    let paths = Paths::of(&world, &acme).await;
    let other = world.add_shop("other", "Otherwise").await;
    let session = world.person(Role::Owner, Some(other.id)).await;
    let token = world.form_token(&session).await;
    for Page { method, path: pattern, .. } in of_somebody() {
        let ask = |path: &str| {
            let form = [("csrf", token.as_str()), ("id", "all"), ("search", "ann@shop.example"), ("name", "x"), ("scope", "read")];
            request(method.clone(), Some(&session), path).set_form(form)
        };
        let path = paths.fill(pattern);
        let named = world.ask(ask(&format!("{path}?shop={}", acme.id))).await;
        assert_eq!(named.status, StatusCode::NOT_FOUND, "{method} {path} of the other store");
        let of_own = world.ask(ask(&path)).await;
        assert!(of_own.status.as_u16() < 500, "{method} {path}: {}", of_own.status);
        for word in ["Acme", "Lamp"] {
            assert!(!of_own.body.contains(word), "{method} {path} says {word}\n{}", of_own.body);
        }
    }
    let campaign = &db::campaigns::list(&world.app.db, acme.id).await.expect("campaigns")[0];
    assert_eq!(campaign.status.as_str(), "published");
    assert_eq!(db::access::tokens(&world.app.db, acme.id).await.expect("tokens").len(), 1);
    let aside = db::deliveries::list(&world.app.db, acme.id, Some("set_aside"), None, 5).await.expect("deliveries");
    assert_eq!(aside.len(), 1, "it was not retried");
}

#[actix_web::test]
async fn somebody_is_an_owner_here_a_viewer_there_and_nobody_elsewhere() {
    let (world, acme) = World::with_shop().await;
    let other = world.add_shop("other", "Otherwise").await;
    let third = world.add_shop("third", "Thirdly").await;
    let session = world.person(Role::Owner, Some(acme.id)).await;
    let who = db::access::users(&world.app.db).await.expect("people")[0].id;
    set_role(&world.app, (other.id, who), Some(Role::Viewer), "story").await.expect("set");
    let there = world.get(Some(&session), &format!("/settings?shop={}", other.id)).await;
    assert!(there.status == StatusCode::OK && !there.body.contains("/settings/audit"), "{}", there.body);
    assert_ne!(secret_set(&there), "", "with other rights comes another secret");
    let here = world.get(Some(&session), &format!("/settings?shop={}", acme.id)).await;
    assert!(here.body.contains("/settings/audit"), "{}", here.body);
    for (shop, expected) in [(acme.id, StatusCode::OK), (other.id, StatusCode::FORBIDDEN), (third.id, StatusCode::NOT_FOUND)] {
        let made = world.post(&session, &format!("/settings/tokens?shop={shop}"), &[("name", "x"), ("scope", "read")]).await;
        assert_eq!(made.status, expected, "{}", made.body);
    }
    set_role(&world.app, (other.id, who), None, "story").await.expect("set");
    assert_eq!(world.get(Some(&session), &format!("/carts?shop={}", other.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(Some(&session), "/carts").await.status, StatusCode::OK);
}
