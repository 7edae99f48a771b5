//! Who is written to, as the page of settings and a cart's page show and take it.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{Answer, World};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::policies;
use comeback::domain::policy::{Basis, Policy};
use scraper::{Html, Selector};

/// The fields of the policy's form, as a browser would send them.
fn fields(page: &Answer) -> Vec<(String, String)> {
    let document = Html::parse_document(&page.body);
    let select = |css: &str| Selector::parse(css).expect("selector");
    let form = document.select(&select("form[action$='/settings/policy']")).next().expect("the form");
    let disabled = select("fieldset[disabled] input, fieldset[disabled] select, fieldset[disabled] textarea");
    let off: Vec<_> = form.select(&disabled).map(|e| e.id()).collect();
    let mut fields = Vec::new();
    for e in form.select(&select("input, select, textarea")).filter(|e| !off.contains(&e.id())) {
        let name = e.value().attr("name").expect("a name").to_owned();
        let checked = e.value().attr("type") != Some("checkbox") || e.value().attr("checked").is_some();
        let value = match e.value().name() {
            "select" => {
                e.select(&select("option[selected]")).next().or(e.select(&select("option")).next()).and_then(|o| o.value().attr("value"))
            }
            "textarea" => Some(""),
            _ if e.value().attr("type") == Some("checkbox") => Some("on"),
            _ => e.value().attr("value"),
        };
        if checked && name != "csrf" {
            fields.push((name, value.unwrap_or_default().to_owned()));
        }
    }
    fields
}

fn set<'a>(fields: &'a mut Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(&'a str, &'a str)> {
    for (name, value) in changes {
        match fields.iter_mut().find(|f| f.0 == *name) {
            Some(field) => (*value).clone_into(&mut field.1),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[actix_web::test]
async fn an_owner_sets_the_policy_by_its_form_and_is_told_what_is_wrong_without_losing_their_words() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let page = world.get(Some(&owner), "/settings/policy").await;
    let mut sent = fields(&page);
    let rule = [("rule0.countries", "de at"), ("rule0.channel", "email"), ("rule0.basis", "opt_out"), ("rule0.note", "a ground of mine")];
    let refused = world.post(&owner, "/settings/policy", &set(&mut sent, &rule)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Nothing was saved", "Rule 1.", "2002/58/EC", "a ground of mine"] {
        assert!(refused.body.contains(words), "{words} in {}", refused.body);
    }
    assert_eq!(policies::get(&world.app, shop.id).await.expect("a policy").1, None);
    let right = [("rule0.basis", "soft_opt_in"), ("tags", "partner, B2B"), ("cap0.max", "2"), ("block_from", "90")];
    let saved = world.post(&owner, "/settings/policy", &set(&mut sent, &right)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let (policy, row) = policies::get(&world.app, shop.id).await.expect("a policy");
    assert_eq!(row.map(|r| r.version), Some(1));
    assert_eq!((policy.excluded_tags, policy.caps[0].max, policy.bots.block_from), (vec!["partner".to_owned(), "B2B".into()], 2, Some(90)));
    assert_eq!((policy.consent[0].countries.join(" "), policy.consent[0].basis), ("DE AT".to_owned(), Basis::SoftOptIn));
    let shown = world.get(Some(&owner), saved.header("location").split('#').next().expect("a path")).await;
    assert!(shown.body.contains("Every message that is decided from now on follows it.") && shown.body.contains("Version 1"));
}

#[actix_web::test]
async fn an_editors_form_leaves_the_consent_rules_as_they_are_and_a_viewer_has_none() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let mut sent = fields(&world.get(Some(&owner), "/settings/policy").await);
    let rule = [
        ("rule0.countries", "DE"),
        ("rule0.basis", "soft_opt_in"),
        ("rule0.note", "a ground of mine"),
        ("test", "on"),
        ("allow", "me@example.com"),
    ];
    assert_eq!(world.post(&owner, "/settings/policy", &set(&mut sent, &rule)).await.status, StatusCode::SEE_OTHER);
    let editor = world.person(Role::Editor, None).await;
    let page = world.get(Some(&editor), "/settings/policy").await;
    assert!(page.body.contains("Only an owner can change these.") && page.body.contains("a ground of mine"));
    let mut sent = fields(&page);
    assert!(sent.iter().all(|f| !f.0.starts_with("rule")), "{sent:?}");
    let changes = [("tags", "partner"), ("allow", "me@example.com\nyou@example.com")];
    assert_eq!(world.post(&editor, "/settings/policy", &set(&mut sent, &changes)).await.status, StatusCode::SEE_OTHER);
    let (policy, _) = policies::get(&world.app, shop.id).await.expect("a policy");
    assert_eq!((policy.consent.len(), policy.excluded_tags), (1, vec!["partner".to_owned()]));
    assert_eq!(policy.test.map(|t| t.allow.len()), Some(2));
    let forged = set(&mut sent, &[("rules", "all"), ("table", "own")]);
    assert_eq!(world.post(&editor, "/settings/policy", &forged).await.status, StatusCode::FORBIDDEN);
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/settings/policy").await;
    assert!(!page.body.contains("me@example.com") && page.body.contains("partner"));
    assert!(fields(&page).is_empty(), "nothing to fill in");
}

#[actix_web::test]
async fn a_carts_page_says_what_speaks_for_a_robot_and_takes_a_persons_word() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let shopper = Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 2, end: End::Open };
    let path = format!("/carts/{}", story(&world, &shop, campaign, &shopper).await.cart);
    let editor = world.person(Role::Editor, None).await;
    let shown = async || world.get(Some(&editor), &path).await.body;
    assert!(shown().await.contains("Nothing speaks for a robot."));
    let said = world.post(&editor, &format!("{path}/fake"), &[("fake", "yes")]).await;
    assert_eq!((said.status, said.header("location")), (StatusCode::SEE_OTHER, format!("{path}?done=fake#fake").as_str()));
    let body = shown().await;
    assert!(body.contains("counts as fake") && body.contains("Marked as fake by hand") && body.contains("marked_fake"));
    assert!(!body.contains(">It is fake<") && body.contains(">It is not fake<"));
    assert_eq!(world.post(&editor, &format!("{path}/fake"), &[("fake", "no")]).await.status, StatusCode::SEE_OTHER);
    assert!(shown().await.contains("Marked as not fake by hand"));
    assert_eq!(world.post(&editor, &format!("{path}/fake"), &[("fake", "perhaps")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(policies::get(&world.app, shop.id).await.expect("a policy").0, Policy::default());
}
