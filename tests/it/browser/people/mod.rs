//! People in a real browser: a second factor, a passkey, joining and leaving.

mod second;
mod team;

use crate::browser::driver::Browser;
use crate::browser::shell::accessible;
use crate::browser::world::{OWNER, PASSWORD, World};

/// Types into a field in place of what stands there.
pub async fn fill(browser: &Browser, css: &str, text: &str) {
    let field = browser.see(css).await;
    field.clear().await.expect("cleared");
    field.send_keys(text).await.expect("typed");
}

async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.goto("/login").await;
    fill(browser, "input[name=email]", email).await;
    fill(browser, "input[name=password]", password).await;
    browser.press("Sign in").await;
}

/// axe has nothing to say of the page that is open, nor does it go beyond a small screen.
pub async fn is_accessible(browser: &Browser) {
    if let Some(axe) = accessible::axe() {
        let found = accessible::found(browser, &axe).await;
        assert!(found.is_empty(), "{}: {found:#?}", browser.path().await);
    }
    browser.set_size(360, 740).await;
    let faults = crate::browser::shell::screens::faults(browser).await;
    assert!(faults.is_empty(), "{faults:#?}");
    browser.set_size(1280, 900).await;
}
