//! What shoppers see when a link leads nowhere, and where they unsubscribe.

use actix_web::HttpResponse;
use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use comeback::app::preferences::Choice;
use comeback::domain::event::ChannelKind;
use comeback::web::pages::shopper::{KindPage, Preferences, Question, Store, kind_page, preferences, question, unsubscribed};

async fn body(response: HttpResponse) -> String {
    String::from_utf8(to_bytes(response.into_body()).await.expect("body").to_vec()).expect("UTF-8")
}

const STORE: Store<'_> = Store { name: "Acme <b>", url: Some("https://acme.example"), sheet: None, logo: None };

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
    check(KindPage::Expired, "it-CH,it;q=0.9", StatusCode::GONE, "Questo link è scaduto").await;
    check(KindPage::Forged, "nl-BE", StatusCode::NOT_FOUND, "Deze link werkt niet").await;
    check(KindPage::AlreadyBought, "pt-BR", StatusCode::OK, "O seu pedido já foi feito").await;
    check(KindPage::CartGone, "pl", StatusCode::GONE, "Tego koszyka już nie ma").await;
    check(KindPage::Unavailable, "sv", StatusCode::SERVICE_UNAVAILABLE, "Ett ögonblick").await;
    check(KindPage::Expired, "da", StatusCode::GONE, "Linket er udløbet").await;
    check(KindPage::Unavailable, "ja", StatusCode::SERVICE_UNAVAILABLE, "One moment, please").await;
}

#[actix_web::test]
async fn a_home_page_that_is_not_https_is_no_link() {
    for url in [None, Some("http://acme.example"), Some("javascript:alert(1)")] {
        let page = body(kind_page(KindPage::Forged, Some(Store { name: "Acme", url, ..STORE }), "en")).await;
        assert!(!page.contains("href=\"http") && !page.contains("javascript:"), "{page}");
    }
    assert!(!body(kind_page(KindPage::Forged, None, "en")).await.contains("brand"));
}

#[actix_web::test]
async fn the_preferences_page_offers_to_stop_this_channel_or_everything_and_shows_no_address() {
    let mail = Choice { channel: ChannelKind::Email, masked: "j•••@example.com".into(), on: true, can_turn_on: false };
    let text = Choice { channel: ChannelKind::Sms, masked: "+1•••••2671".into(), ..mail.clone() };
    let choices = [mail.clone(), text.clone()];
    let p =
        Preferences { store: STORE, address: "j•••@example.com", channel: ChannelKind::Email, action: "/u/token", choices: &choices };
    let page = body(preferences(p, "en")).await;
    for part in [
        "j•••@example.com",
        "method=\"post\" action=\"/u/token\"",
        "name=\"scope\" value=\"channel\"",
        "name=\"off\" value=\"sms\"",
        "+1•••••2671",
        "value=\"all\"",
        "No more reminders by e-mail",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("name=\"on\"") && !page.contains("<script"), "{page}");
    let german = body(preferences(p, "de")).await;
    assert!(german.contains("Keine Erinnerungen per SMS mehr"));
    let off = [Choice { on: false, can_turn_on: true, ..mail.clone() }, Choice { on: false, ..text }];
    let already = body(preferences(Preferences { choices: &off, ..p }, "en")).await;
    assert!(!already.contains("value=\"channel\"") && already.contains("value=\"all\""));
    assert!(already.contains("name=\"on\" value=\"email\"") && !already.contains("name=\"on\" value=\"sms\""), "{already}");
    let done = body(unsubscribed(Preferences { choices: &off, ..p }, "en")).await;
    assert!(done.contains("Done") && done.contains("You won&#39;t get these messages any more"), "{done}");
    let back = body(unsubscribed(p, "en")).await;
    assert!(back.contains("Saved.") && !back.contains("You won&#39;t"), "{back}");
}

#[actix_web::test]
async fn a_question_is_shown_with_its_words_and_asked_by_a_form_alone() {
    let asked = "Yes, Acme <b> may remind me of my cart";
    let q = Question { store: STORE, address: "j•••@example.com", asked, action: "/c/token", open: true, confirmed: false };
    let page = body(question(q, "en")).await;
    assert!(page.contains("method=\"post\" action=\"/c/token\"") && page.contains("Acme &#60;b&#62; may remind me"), "{page}");
    let confirmed = body(question(Question { confirmed: true, open: false, ..q }, "de")).await;
    assert!(confirmed.contains("Vielen Dank") && !confirmed.contains("<form"), "{confirmed}");
    assert_eq!(question(Question { open: false, ..q }, "en").status(), StatusCode::GONE);
}
