//! A template, and what its pages say.

use crate::pages::support::{Answer, PASSWORD, World};
use comeback::app::access::{Role, save_user, sign_in};
use comeback::db;
use comeback::db::shops::Shop;
use comeback::db::templates::TemplateRow;
use comeback::domain::event::ChannelKind;
use comeback::domain::template::TemplateSource;
use scraper::{Html, Selector};

/// The English mail of a new store.
pub async fn mail(world: &World, shop: &Shop) -> TemplateRow {
    one(world, shop, ("cart-reminder", ChannelKind::Email, "en")).await
}

pub async fn one(world: &World, shop: &Shop, (key, channel, language): (&str, ChannelKind, &str)) -> TemplateRow {
    let rows = db::templates::list(&world.app.db, shop.id).await.expect("templates");
    rows.into_iter().find(|t| t.key == key && t.channel == channel && t.language == language).expect("a starter")
}

pub async fn again(world: &World, row: &TemplateRow, shop: &Shop) -> TemplateRow {
    db::templates::get(&world.app.db, shop.id, row.id).await.expect("asked").expect("a template")
}

pub fn source(row: &TemplateRow) -> TemplateSource {
    serde_json::from_str(&row.source).expect("a text")
}

/// Another editor, with a session of their own.
pub async fn colleague(world: &World) -> String {
    let email = "colleague@comeback.example";
    save_user(&world.app, &email.parse().expect("an address"), Role::Editor, None, PASSWORD).await.expect("user");
    sign_in(&world.app, email, PASSWORD).await.expect("database").expect("session")
}

/// The text of everything that a selector finds, with single blanks.
pub fn text(page: &Answer, selector: &str) -> String {
    let document = Html::parse_document(&page.body);
    let found: String = document.select(&Selector::parse(selector).expect("selector")).flat_map(|e| e.text().chain([" "])).collect();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn count(page: &Answer, selector: &str) -> usize {
    Html::parse_document(&page.body).select(&Selector::parse(selector).expect("selector")).count()
}

/// The fields of a page's form as a browser would send them.
pub fn fields(page: &Answer, form: &str) -> Vec<(String, String)> {
    let document = Html::parse_document(&page.body);
    let inputs = Selector::parse(&format!("{form} input[name], {form} textarea[name], {form} select[name]")).expect("selector");
    let chosen = Selector::parse("option[selected]").expect("selector");
    let first = Selector::parse("option").expect("selector");
    let mut sent = Vec::new();
    for field in document.select(&inputs) {
        let value = match field.value().name() {
            "textarea" => {
                let text: String = field.text().collect();
                text.strip_prefix('\n').unwrap_or(&text).to_owned()
            }
            "select" => {
                field.select(&chosen).chain(field.select(&first)).next().and_then(|o| o.attr("value")).unwrap_or_default().to_owned()
            }
            _ if matches!(field.attr("type"), Some("radio" | "checkbox")) && field.attr("checked").is_none() => continue,
            _ => field.attr("value").unwrap_or_default().to_owned(),
        };
        sent.push((field.attr("name").unwrap_or_default().to_owned(), value));
    }
    sent.retain(|(name, _)| name != "csrf");
    sent
}

/// The same with one field changed or added.
pub fn with(mut fields: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    match fields.iter_mut().find(|f| f.0 == name) {
        Some(field) => value.clone_into(&mut field.1),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
    fields
}

/// Sends them as one of our pages would.
pub async fn send(world: &World, session: &str, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    world.post(session, path, &fields).await
}
