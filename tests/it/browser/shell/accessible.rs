//! axe-core walks every page, on a phone and on a desk, light and dark, in both languages: it finds nothing.

use super::everything::{Visited, every_page};
use crate::browser::driver::Browser;
use crate::browser::world::World;
use crate::support::tools;
use serde_json::{Value, json};

/// Every rule of WCAG 2.2, A and AA, and what axe calls good practice. Frames are pages of their own; mails in them are merchants' words.
const RUN: &str = "const done = arguments[arguments.length - 1]; \
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']; \
    axe.run(document, { runOnly: tags, rules: { 'target-size': { enabled: true } }, iframes: false, resultTypes: ['violations'] }) \
        .then((r) => done(r.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.any.concat(n.all).map((c) => c.message).join(' ').slice(0, 160)).join(' | ')}`))) \
        .catch((e) => done([String(e)]));";

/// What axe finds on the page that is open.
pub async fn found(browser: &Browser, axe: &str) -> Vec<String> {
    browser.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; }); return 0;").await;
    browser.ask(axe).await;
    let found = browser.client.execute_async(RUN, Vec::new()).await.expect("axe ran");
    found.as_array().expect("a list").iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
}

/// What others said in English: a mail server, a parser, and the name of the channel of these stories.
const OF_OTHERS: [&str; 3] = ["550-5.7.26 https://", "EOF while parsing", "utbox"];

/// What our own rules say in English on the page that is open, when it is read in another language. Merchants' texts are in their own.
async fn left(browser: &Browser, language: &str) -> Vec<String> {
    let own = language.split('-').next().unwrap_or_default();
    assert_eq!(browser.ask("return document.documentElement.lang;").await, own);
    let marked = browser.ask("return [...document.querySelectorAll('main span[lang=en]')].map((e) => e.textContent.trim());").await;
    let marked = marked.as_array().expect("a list").iter().map(|v| v.as_str().unwrap_or_default().to_owned());
    marked.filter(|text| own != "en" && !OF_OTHERS.iter().any(|known| text.contains(known))).collect()
}

/// Its script, where the tests' needs are installed.
pub fn axe() -> Option<String> {
    let script = tools::program("axe/node_modules/axe-core/axe.min.js")?;
    Some(std::fs::read_to_string(script).expect("axe"))
}

/// Language, colours and size: each page is seen in both of each, though not in every combination.
const LOOKS: [(&str, &str, (u32, u32)); 2] = [("en-US", "light", (1280, 900)), ("de-DE", "dark", (360, 740))];

#[tokio::test]
async fn axe_finds_nothing_on_any_page_in_either_language_size_or_colour() {
    let Some(axe) = axe() else { return };
    let world = World::new().await;
    let browser = world.signed_in().await;
    let pages = every_page(&world, &browser).await;
    let mut faults = Vec::new();
    for (language, colours, (width, height)) in LOOKS {
        browser.set_size(width, height).await;
        browser.set_colours(colours).await;
        browser.set_language(language).await;
        for Visited { path, .. } in &pages {
            browser.goto(path).await;
            faults.extend(found(&browser, &axe).await.into_iter().map(|f| format!("{path} ({language}, {colours}, {width}): {f}")));
            if path.starts_with("/templates") {
                continue;
            }
            faults.extend(left(&browser, language).await.into_iter().map(|f| format!("{path} ({language}): {f:?} is left in English")));
        }
    }
    assert!(faults.is_empty(), "{} finding(s):\n{}", faults.len(), faults.join("\n"));
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn axe_finds_what_is_spoiled() {
    let Some(axe) = axe() else { return };
    let world = World::new().await;
    let browser = Browser::open(&world.base).await;
    browser.goto("/login").await;
    assert_eq!(found(&browser, &axe).await, Vec::<String>::new());
    browser.ask("document.querySelector('main').append(document.createElement('input'), new Image()); return 0;").await;
    let told = found(&browser, &axe).await.join("\n");
    assert!(told.contains("label") && told.contains("image-alt"), "{told}");
    world.end().await;
}

/// Shoppers' pages and those for whom nobody is signed in.
#[tokio::test]
async fn axe_finds_nothing_on_pages_of_strangers() {
    let Some(axe) = axe() else { return };
    let world = World::new().await;
    let browser = Browser::open(&world.base).await;
    let (link, preferences) = world.rig.links();
    let pages = ["/login".to_owned(), format!("/u/{preferences}"), "/r/forged".to_owned(), format!("/r/{link}x"), "/nowhere".to_owned()];
    let mut faults: Vec<Value> = Vec::new();
    for (language, colours, (width, height)) in LOOKS {
        browser.set_size(width, height).await;
        browser.set_colours(colours).await;
        browser.set_language(language).await;
        for path in &pages {
            browser.goto(path).await;
            faults.extend(found(&browser, &axe).await.into_iter().map(|f| json!([path, language, f])));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    world.end().await;
}
