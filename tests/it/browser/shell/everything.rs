//! Every page that there is, by the list of routes, with ids of things that are there.

use crate::browser::driver::Browser;
use crate::browser::world::World;
use actix_web::http::Method;
use comeback::app::outbound::endpoints::{self, Wanted};
use comeback::web::pages::{self, Scope};

/// A page that can be looked at.
pub struct Visited {
    /// Its address.
    pub path: String,
}

/// Where ids of a route's first part are found: the list, and what leads from there to one of its things.
const LISTS: [(&str, &str, &str); 3] =
    [("carts", "/carts", "tbody th a"), ("campaigns", "/campaigns", ".campaign h2 a"), ("templates", "/templates", "tbody th a")];

async fn id_of(browser: &Browser, (list, css): (&str, &str)) -> String {
    browser.goto(list).await;
    let href = browser.see(css).await.attr("href").await.expect("asked").expect("an address");
    href.trim_start_matches(list).trim_start_matches('/').split(['/', '?']).next().unwrap_or_default().to_owned()
}

/// One of the store's own programs, and an event that it is told.
async fn endpoint(world: &World) -> (String, String) {
    let (app, shop) = (&world.rig.app, world.rig.shop.id);
    let wanted = Wanted { url: "http://127.0.0.1:9/hook".into(), note: "Our warehouse".into(), kinds: Vec::new() };
    let id = endpoints::add(app, shop, &wanted, "story").await.expect("added").0.id;
    (id.to_string(), endpoints::test(app, shop, id, "story").await.expect("asked").to_string())
}

/// All pages of the web app, as its owner sees them: what is no page (a file, a picture, a mail in its frame) is left out.
pub async fn every_page(world: &World, browser: &Browser) -> Vec<Visited> {
    let mut ids = Vec::new();
    for (of, list, css) in LISTS {
        ids.push((of, id_of(browser, (list, css)).await));
    }
    let shop = world.rig.shop.id;
    let aside = comeback::db::deliveries::list(&world.rig.app.db, shop, Some("set_aside"), None, 1).await.expect("deliveries");
    ids.push(("tracking", aside.first().map(|d| d.id.to_string()).unwrap_or_default()));
    let (endpoint, event) = endpoint(world).await;
    ids.push(("settings", endpoint));
    let person =
        comeback::db::access::users(&world.rig.app.db).await.expect("people").first().map(|u| u.id.to_string()).unwrap_or_default();
    let mut visited: Vec<Visited> = Vec::new();
    for page in pages::all().filter(|p| p.method == Method::GET && p.scope != Scope::Public) {
        let first = page.path.split('/').nth(1).unwrap_or_default();
        let id = if page.path.starts_with("/settings/team/") {
            person.as_str()
        } else {
            ids.iter().find(|(of, _)| *of == first).map_or("", |(_, id)| id.as_str())
        };
        let path = page.path.replace("{id}", id).replace("{kind}", "email").replace("{step}", "1").replace("{event}", &event);
        if path.contains('{') || !is_page(browser, &path).await {
            continue;
        }
        visited.push(Visited { path });
    }
    assert!(visited.len() > 20, "{}", visited.len());
    // Of what was asked for to see whether it is a page; each page is visited, and complained of, on its own.
    browser.complaints().await;
    visited
}

/// Is it a whole page of the web app, rather than a part, a file, or something framed?
async fn is_page(browser: &Browser, path: &str) -> bool {
    let script = format!(
        "const done = arguments[arguments.length - 1]; fetch({}).then(async (r) => \
            done(r.ok && (r.headers.get('content-type') || '').startsWith('text/html') && (await r.text()).includes('<nav'))).catch(() => done(false));",
        serde_json::Value::from(path)
    );
    browser.client.execute_async(&script, Vec::new()).await.expect("asked").as_bool().unwrap_or_default()
}
