//! Every main page on a small screen, and for those who hear pages rather than see them.

use crate::browser::driver::Browser;
use crate::browser::world::World;

/// How far beyond the window the page goes, in pixels, and what sticks out.
const BEYOND: &str = "const over = document.documentElement.scrollWidth - innerWidth; \
    const wide = [...document.body.querySelectorAll('*')].filter((e) => !e.closest('nav, .scroll') && e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3); \
    return innerWidth !== 360 ? `the window is ${innerWidth} wide` : over > 0 ? `${over} px: ${wide.map((e) => e.outerHTML.slice(0, 80)).join(' | ')}` : '';";

/// What somebody who hears the page would miss.
const MISSING: &str = "const missing = []; const all = (css) => [...document.querySelectorAll(css)]; \
    if (all('h1').length !== 1) missing.push(`${all('h1').length} headings of the first rank`); \
    if (!document.title.trim()) missing.push('a title'); \
    if (!document.documentElement.lang) missing.push('a language'); \
    if (all('main').length !== 1) missing.push('one main part'); \
    const named = (e) => (e.getAttribute('aria-label') || '').trim() || [...(e.labels || [])].some((l) => l.textContent.trim()); \
    for (const e of all('input:not([type=hidden]), select, textarea')) if (!named(e)) missing.push(`a label of ${e.outerHTML.slice(0, 80)}`); \
    for (const e of all('button, a[href]')) if (!named(e) && !e.textContent.trim()) missing.push(`a name of ${e.outerHTML.slice(0, 80)}`); \
    for (const e of all('img')) if (!e.hasAttribute('alt')) missing.push(`what ${e.src} shows`); \
    for (const e of all('iframe')) if (!e.title) missing.push('the title of a frame'); \
    const ids = all('[id]').map((e) => e.id); if (new Set(ids).size !== ids.length) missing.push('ids that are unique'); \
    return missing.join('; ');";

pub async fn faults(browser: &Browser) -> Vec<String> {
    let mut faults = Vec::new();
    for (what, script) in [("goes beyond the screen by", BEYOND), ("lacks", MISSING)] {
        let found = browser.ask(script).await;
        let found = found.as_str().expect("text");
        if !found.is_empty() {
            faults.push(format!("{} {what} {found}", browser.path().await));
        }
    }
    faults
}

/// The address of the first page that a list leads to.
async fn first(browser: &Browser, list: &str, css: &str) -> String {
    browser.goto(list).await;
    let href = browser.see(css).await.attr("href").await.expect("asked").expect("an address");
    assert!(href.starts_with(list), "{href}");
    href
}

#[tokio::test]
async fn every_main_page_fits_a_small_screen_and_can_be_heard() {
    let world = World::new().await;
    let stranger = Browser::open(&world.base).await;
    stranger.set_size(360, 740).await;
    stranger.goto("/login").await;
    stranger.see_heading("Sign in").await;
    let mut found = faults(&stranger).await;
    let (_, token) = world.rig.links();
    stranger.goto(&format!("/u/{token}")).await;
    stranger.see("article form").await;
    found.extend(faults(&stranger).await);
    let browser = world.signed_in().await;
    browser.set_size(360, 740).await;
    let cart = first(&browser, "/carts", "tbody th a").await;
    let campaign = first(&browser, "/campaigns", ".campaign h2 a").await;
    let template = first(&browser, "/templates", "tbody th a").await;
    let pages = [
        "/",
        "/carts",
        &cart,
        "/campaigns",
        &campaign,
        "/templates",
        &template,
        "/reports",
        "/reports/books",
        "/reports/attribution",
        "/reports/lift",
        "/reports/funnel",
        "/reports/performance?compare=before",
        "/reports/performance?by=product",
        "/reports/buyers",
        "/reports/cohorts",
        "/carts?reached=abandoned",
        "/reports/ads",
        "/reports/annotations",
        "/reports/digest",
        "/reports/print",
        "/tracking",
        "/tracking?topic=orders%2Fcreate",
        "/carts?why=quiet_hours&min=10&begun_from=2026-06-01",
        "/?from=2026-06-01&to=2026-07-31&compare=before",
        "/settings",
        "/settings/stores",
        "/settings/stores/new",
        "/settings/connection",
        "/settings/channels",
        "/settings/policy",
        "/settings/messages",
        "/settings/domains",
        "/settings/money",
        "/settings/tokens",
        "/settings/webhooks",
        "/settings/audit",
        "/start",
        "/settings/channels/email",
        "/settings/channels/sms",
    ];
    for page in pages {
        browser.goto(page).await;
        browser.see("main h1").await;
        browser.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; }); return 0;").await;
        found.extend(faults(&browser).await);
    }
    assert!(found.is_empty(), "{found:#?}");
    browser.is_content().await;
    stranger.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_page_that_is_too_wide_or_leaves_a_field_without_a_name_would_be_noticed() {
    let world = World::new().await;
    let browser = Browser::open(&world.base).await;
    browser.set_size(360, 740).await;
    browser.goto("/login").await;
    let spoil = "const e = document.createElement('p'); e.textContent = 'x'.repeat(200); e.className = 'brand'; const i = document.createElement('input'); \
        document.querySelector('main').append(e, i, document.createElement('h1')); return 0;";
    browser.ask(spoil).await;
    let found = faults(&browser).await.join("\n");
    for fault in ["goes beyond the screen", "2 headings", "a label of"] {
        assert!(found.contains(fault), "{fault} in {found}");
    }
    world.end().await;
}
