//! Codes of an app from setting it up to losing it, and passkeys of Chromium's own authenticator.

use super::{OWNER, PASSWORD, World, fill, is_accessible, sign_in};
use crate::browser::driver::Browser;
use comeback::domain::one_time_code::code;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn an_app_is_set_up_asked_for_and_replaced_by_a_recovery_code_when_it_is_lost() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.goto("/account").await;
    is_accessible(&browser).await;
    browser.press("Set up an app").await;
    browser.see_heading("Codes from an app").await;
    is_accessible(&browser).await;
    let secret = browser.text("#secret").await.replace(' ', "");
    let now = || code(&secret, world.rig.app.now()).expect("a code");
    fill(&browser, "input[name=code]", &now()).await;
    browser.press("Switch it on").await;
    browser.see_heading("Recovery codes").await;
    is_accessible(&browser).await;
    let recovery = browser.text(".codes code").await;
    browser.goto("/").await;
    browser.press("Sign out").await;
    browser.see_heading("Sign in").await;

    sign_in(&browser, OWNER, PASSWORD).await;
    browser.see_heading("One more step").await;
    is_accessible(&browser).await;
    let spent = now();
    fill(&browser, "input[inputmode=numeric]", &spent).await;
    browser.press("Sign in").await;
    browser.see("p[role=alert].bad").await;
    world.rig.clock.advance(SignedDuration::from_secs(30));
    let next = now();
    fill(&browser, "input[inputmode=numeric]", &next).await;
    browser.press("Sign in").await;
    browser.see_heading("Overview").await;
    browser.press("Sign out").await;
    browser.see_heading("Sign in").await;

    for (typed, taken) in [(next.as_str(), false), (recovery.as_str(), true), (recovery.as_str(), false)] {
        sign_in(&browser, OWNER, PASSWORD).await;
        browser.see_heading("One more step").await;
        browser.see("details summary").await.click().await.expect("opened");
        fill(&browser, "details input[name=code]", typed).await;
        browser.see("details button").await.click().await.expect("sent");
        if taken {
            browser.see_heading("Overview").await;
            browser.press("Sign out").await;
            browser.see_heading("Sign in").await;
        } else {
            browser.see("p[role=alert].bad").await;
        }
    }
    let complaints = browser.complaints().await;
    // A refused code is an answer of 401, which the browser writes down.
    assert!(complaints.iter().all(|c| c.contains("401")), "{complaints:#?}");
    world.end().await;
}

/// Chromium makes an authenticator that is built in, and whose owner always agrees.
async fn with_authenticator(browser: &Browser) {
    let device = json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "isUserConsenting": true,
    });
    browser.command("webauthn/authenticator", device).await;
}

#[tokio::test]
async fn a_passkey_is_made_proves_and_signs_in() {
    let world = World::at_localhost().await;
    let browser = world.signed_in().await;
    with_authenticator(&browser).await;
    browser.goto("/account").await;
    fill(&browser, "form[data-passkey=create] input[name=name]", "Desk").await;
    browser.press("Add a passkey").await;
    browser.see_heading("Recovery codes").await;
    browser.follow("I have kept them").await;
    browser.see_xpath("//li//b[.='Desk']").await;
    is_accessible(&browser).await;

    world.rig.clock.advance(SignedDuration::from_mins(20));
    browser.goto("/settings/team/invite").await;
    browser.see_heading("Is it you?").await;
    is_accessible(&browser).await;
    browser.press("Prove it with a passkey").await;
    browser.see_heading("Invite somebody").await;
    browser.press("Sign out").await;

    browser.see_heading("Sign in").await;
    browser.press("Sign in with a passkey").await;
    browser.see_heading("Overview").await;
    browser.press("Sign out").await;
    browser.see_heading("Sign in").await;
    sign_in(&browser, OWNER, PASSWORD).await;
    browser.see_heading("One more step").await;
    browser.press("Sign in with a passkey").await;
    browser.see_heading("Overview").await;

    browser.goto("/account").await;
    browser.see_xpath("//summary[normalize-space(.)='Remove']").await.click().await.expect("opened");
    browser.press("Yes, remove it").await;
    browser.see(".notice").await;
    browser.press("Sign out").await;
    browser.see_heading("Sign in").await;
    browser.press("Sign in with a passkey").await;
    browser.see("p[role=alert].bad").await;
    let complaints = browser.complaints().await;
    assert!(complaints.iter().all(|c| c.contains("401")), "{complaints:#?}");
    world.end().await;
}

#[tokio::test]
async fn without_scripts_codes_work_and_passkeys_say_what_they_need() {
    let world = World::new().await;
    let browser = Browser::without_scripts(&world.base).await;
    sign_in(&browser, OWNER, PASSWORD).await;
    browser.see_heading("Overview").await;
    browser.goto("/account").await;
    assert!(browser.text("main").await.contains("Passkeys can't be used here"), "the address is a number");
    browser.press("Set up an app").await;
    let secret = browser.text("#secret").await.replace(' ', "");
    fill(&browser, "input[name=code]", &code(&secret, world.rig.app.now()).expect("a code")).await;
    browser.press("Switch it on").await;
    browser.see_heading("Recovery codes").await;
    browser.is_content().await;
    world.end().await;
}
