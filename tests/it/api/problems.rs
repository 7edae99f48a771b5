//! Everything that can't be done is a problem of a stable kind.

use super::{Answer, Call, Client, call};
use crate::support::rig::{TestClock, app_on, both, new_shop};
use comeback::app::access::{Scope, create_token};
use comeback::app::shops;
use std::sync::Arc;

const NOWHERE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

async fn send(client: &Client, method: &str, path: &str, body: &[u8]) -> Answer {
    let bearer = format!("Bearer {}", client.token);
    let headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    call(&client.app, Call { method, path, headers, body: body.to_vec() }).await
}

async fn check(client: &Client, (method, path, body): (&str, &str, &str), expected: (u16, &str)) {
    let path = format!("/api/v1{path}");
    let problem = send(client, method, &path, body.as_bytes()).await.problem(expected.0);
    assert_eq!(problem["type"], format!("/problems/{}", expected.1), "{method} {path} {body}: {problem}");
    assert!(
        problem["title"].as_str().is_some_and(|t| !t.is_empty()) && problem["detail"].as_str().is_some_and(|d| !d.is_empty()),
        "{problem}"
    );
}

#[actix_web::test]
async fn whatever_cannot_be_read_or_found_is_named() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        let campaign = |rest: &str| format!("{{\"name\": \"x\", \"steps\": []{rest}}}");
        check(&c, ("GET", "/nothing", ""), (404, "not-found")).await;
        check(&c, ("GET", "/campaigns/x/y/z", ""), (404, "not-found")).await;
        check(&c, ("DELETE", "/campaigns", ""), (405, "method-not-allowed")).await;
        check(&c, ("PATCH", "/carts", ""), (405, "method-not-allowed")).await;
        check(&c, ("GET", "/campaigns/not-an-id", ""), (400, "invalid-parameter")).await;
        check(&c, ("GET", &format!("/carts/{NOWHERE}"), ""), (404, "not-found")).await;
        check(&c, ("GET", &format!("/templates/{NOWHERE}"), ""), (404, "not-found")).await;
        check(&c, ("GET", &format!("/deliveries/{NOWHERE}/body"), ""), (404, "not-found")).await;
        check(&c, ("POST", &format!("/campaigns/{NOWHERE}/publish"), "{}"), (404, "not-found")).await;
        check(&c, ("POST", "/campaigns", "{\"name\": "), (400, "malformed-request")).await;
        check(&c, ("POST", "/campaigns", "\u{fffd}"), (400, "malformed-request")).await;
        check(&c, ("POST", "/campaigns", &"[".repeat(100_000)), (400, "malformed-request")).await;
        check(&c, ("POST", "/campaigns", "[]"), (422, "invalid")).await;
        check(&c, ("POST", "/campaigns", &campaign(", \"colour\": \"red\"")), (422, "invalid")).await;
        check(&c, ("POST", "/campaigns", &campaign(", \"abandon_after\": \"soon\"")), (422, "invalid")).await;
        check(&c, ("POST", &format!("/campaigns/{}/pause", rig.campaign), "{\"now\": true}"), (422, "invalid")).await;
        check(&c, ("POST", "/suppressions", "{\"channel\": \"fax\", \"address\": \"1\"}"), (422, "invalid")).await;
        check(&c, ("POST", "/suppressions", "{\"channel\": \"sms\", \"address\": \"none\"}"), (422, "invalid")).await;
        check(&c, ("DELETE", "/suppressions/email/nobody@example.com", ""), (404, "not-found")).await;
        check(&c, ("DELETE", "/suppressions/fax/1", ""), (400, "invalid-parameter")).await;
        check(&c, ("DELETE", "/suppressions/email/%FF", ""), (400, "invalid-parameter")).await;
        check(&c, ("DELETE", "/suppressions/email/a%20b", ""), (400, "invalid-parameter")).await;
        for query in ["limit=0", "limit=201", "limit=many", "state=sleeping", "colour=red", "limit=1&limit=2"] {
            check(&c, ("GET", &format!("/carts?{query}"), ""), (400, "invalid-parameter")).await;
        }
        for query in ["cursor=", "cursor=x", "cursor=AAAA", "cursor=%00"] {
            check(&c, ("GET", &format!("/carts?{query}"), ""), (400, "invalid-cursor")).await;
        }
        for query in [
            "from=yesterday",
            "to=2026-02-30",
            "model=luck",
            "model=markov_1",
            "by=moon",
            "from=2026-02-02&to=2026-02-01",
            "from=2026-07-01T00:00:00",
        ] {
            check(&c, ("GET", &format!("/reports/recovered?{query}"), ""), (400, "invalid-parameter")).await;
        }
        check(&c, ("GET", "/deliveries?state=lost", ""), (400, "invalid-parameter")).await;
        check(&c, ("GET", "/nudges?campaign=x", ""), (400, "invalid-parameter")).await;
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_wrong_method_says_which_there_are() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        let answer = send(&c, "DELETE", "/api/v1/campaigns", b"").await;
        assert_eq!(answer.header("allow"), "GET, POST");
        rig
    })
    .await;
}

#[actix_web::test]
async fn bodies_end_at_one_mebibyte_and_must_be_json_by_their_own_word() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Admin).await;
        let body = |size: usize| format!("{{\"name\": \"{}\", \"steps\": []}}", "x".repeat(size)).into_bytes();
        send(&c, "POST", "/api/v1/campaigns", &body(1024 * 1024)).await.problem(413);
        send(&c, "POST", "/api/v1/campaigns", &body(1024 * 1000)).await.with(201);
        let bearer = format!("Bearer {}", c.token);
        for (kind, status) in [("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("application/json; charset=utf-8", 201)] {
            let headers = vec![("authorization", bearer.as_str()), ("content-type", kind)];
            let answer = call(&rig.app, Call { method: "POST", path: "/api/v1/campaigns", headers, body: body(1) }).await;
            assert_eq!(answer.status.as_u16(), status, "{kind}");
        }
        let headers = vec![("authorization", bearer.as_str()), ("idempotency-key", "big"), ("content-type", "application/json")];
        let answer = call(&rig.app, Call { method: "POST", path: "/api/v1/campaigns", headers, body: body(1024 * 1024) }).await;
        answer.problem(413);
        rig
    })
    .await;
}

#[actix_web::test]
async fn without_a_database_it_says_when_to_try_again() {
    for engine in ["sqlite", "postgres"] {
        let (app, _folder) = app_on(engine, &TestClock::at("2026-07-01T16:00:00Z"), Vec::new()).await;
        let shop = shops::add(&app, new_shop("acme.myshopify.com"), "test").await.expect("a shop");
        let (_, token) = create_token(&app, shop.id, (Scope::Admin, "test"), "story").await.expect("a token");
        let c = Client { app: Arc::clone(&app), token };
        c.get("/campaigns").await.with(200);
        app.db.close().await;
        let answer = c.get("/campaigns").await;
        assert_eq!(answer.header("retry-after"), "5", "{engine}");
        assert_eq!(answer.problem(503)["type"], "/problems/unavailable", "{engine}");
    }
}
