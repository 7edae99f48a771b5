//! What shoppers see when a link leads nowhere, and where they unsubscribe.

use actix_web::HttpResponse;
use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use comeback::web::pages::shopper::{KindPage, Preferences, Store, kind_page, preferences, unsubscribed};

async fn body(response: HttpResponse) -> String {
    String::from_utf8(to_bytes(response.into_body()).await.expect("body").to_vec()).expect("UTF-8")
}

const STORE: Store<'_> = Store { name: "Acme <b>", url: Some("https://acme.example") };

#[actix_web::test]
async fn kind_pages_speak_the_shoppers_language_and_lead_home() {
    let check = async |kind: KindPage, language: &str, status: StatusCode, words: &str| {
        let response = kind_page(kind, Some(STORE), language);
        assert_eq!(response.status(), status);
        for (header, value) in [("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex"), ("x-content-type-options", "nosniff")] {
            assert_eq!(response.headers().get(header).and_then(|v| v.to_str().ok()), Some(value));
        }
        let policy = response.headers().get("content-security-policy").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        assert!(response.headers().get("set-cookie").is_none());
        let body = body(response).await;
        assert!(body.contains(words) && body.contains("https://acme.example"), "{body}");
        assert!(body.contains("Acme &#60;b&#62;") && !body.contains("<script"), "{body}");
    };
    check(KindPage::Expired, "en-GB,en;q=0.9", StatusCode::GONE, "This link has expired").await;
    check(KindPage::Forged, "de-AT", StatusCode::NOT_FOUND, "Dieser Link funktioniert nicht").await;
    check(KindPage::AlreadyBought, "fr", StatusCode::OK, "Vous avez déjà commandé").await;
    check(KindPage::CartGone, "es-MX", StatusCode::GONE, "Este carrito ya no existe").await;
    check(KindPage::Unavailable, "ja", StatusCode::SERVICE_UNAVAILABLE, "One moment, please").await;
}

#[actix_web::test]
async fn a_home_page_that_is_not_https_is_no_link() {
    for url in [None, Some("http://acme.example"), Some("javascript:alert(1)")] {
        let page = body(kind_page(KindPage::Forged, Some(Store { name: "Acme", url }), "en")).await;
        assert!(!page.contains("href=\"http") && !page.contains("javascript:"), "{page}");
    }
    assert!(!body(kind_page(KindPage::Forged, None, "en")).await.contains("brand"));
}

#[actix_web::test]
async fn the_preferences_page_offers_to_stop_this_channel_or_everything_and_shows_no_address() {
    let p = Preferences { store: STORE, address: "j•••@example.com", is_email: true, action: "/u/token", unsubscribed: false };
    let page = body(preferences(p, "en")).await;
    for part in
        ["j•••@example.com", "method=\"post\" action=\"/u/token\"", "value=\"channel\"", "value=\"all\"", "No more reminders by e-mail"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let text = body(preferences(Preferences { is_email: false, ..p }, "de")).await;
    assert!(text.contains("Keine Erinnerungen per SMS mehr"));
    let already = body(preferences(Preferences { unsubscribed: true, ..p }, "en")).await;
    assert!(!already.contains("value=\"channel\"") && already.contains("value=\"all\""));
    let done = body(unsubscribed(p, "en")).await;
    assert!(done.contains("Done") && !done.contains("<form"), "{done}");
}
