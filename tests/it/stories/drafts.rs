//! Texts that are being written, and two who save at once, on both engines.

use crate::support::rig::{Rig, both};
use comeback::app::access::{Role, save_user};
use comeback::app::drafts;
use comeback::app::templates::{Edit, TemplateFault, source, update};
use comeback::channels::Message;
use comeback::db;
use comeback::db::templates::TemplateRow;
use comeback::domain::event::ChannelKind;
use comeback::domain::template::TemplateSource;
use futures_util::future::join_all;
use jiff::SignedDuration;
use uuid::Uuid;

async fn template(rig: &Rig) -> TemplateRow {
    let rows = db::templates::by_key(&rig.app.db, rig.shop.id, "checkout-reminder", ChannelKind::Email).await.expect("templates");
    rows.into_iter().find(|t| t.language == "en").expect("a starter")
}

async fn person(rig: &Rig) -> Uuid {
    let address = "editor@example.com".parse().expect("an address");
    save_user(&rig.app, &address, Role::Editor, None, "correct horse battery").await.expect("a person");
    db::access::users(&rig.app.db).await.expect("people")[0].id
}

fn saying(row: &TemplateRow, subject: &str) -> TemplateSource {
    TemplateSource { subject: subject.to_owned(), ..source(row).expect("a text") }
}

#[tokio::test]
async fn of_many_who_save_on_top_of_one_version_one_is_first_and_the_others_are_told() {
    both(|rig| async move {
        let row = template(&rig).await;
        let save = |n: usize| {
            let edit = Edit { source: saying(&row, &format!("By number {n}")), base: Some(row.version) };
            let app = &rig.app;
            let (shop, id) = (rig.shop.id, row.id);
            async move { update(app, shop, id, edit, "story").await }
        };
        let told = join_all((0..8).map(save)).await;
        let saved = told.iter().filter(|t| t.is_ok()).count();
        let stale = told.iter().filter(|t| matches!(t, Err(TemplateFault::Stale(2)))).count();
        assert_eq!((saved, stale), (1, 7), "{}: {told:?}", rig.engine);
        let versions = db::templates::versions(&rig.app.db, rig.shop.id, row.id).await.expect("versions");
        assert_eq!(versions.iter().map(|v| v.0).collect::<Vec<_>>(), [2, 1], "{}", rig.engine);
        let without = update(&rig.app, rig.shop.id, row.id, saying(&row, "Whatever is in use"), "story").await.expect("saved");
        assert_eq!(without.version, 3, "who names no version replaces any");
        let same = Edit { source: saying(&row, "Whatever is in use"), base: Some(1) };
        assert_eq!(update(&rig.app, rig.shop.id, row.id, same, "story").await.expect("nothing to do").version, 3);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_kept_replaced_forgotten_and_never_sent() {
    both(|rig| async move {
        let (row, who) = (template(&rig).await, person(&rig).await);
        let (app, shop) = (&rig.app, rig.shop.id);
        for words in ["Half", "Half a thought"] {
            let kept = drafts::keep(app, shop, &row, who, (&saying(&row, words), row.version)).await.expect("kept");
            assert_eq!(kept, Some(app.now()));
        }
        let draft = drafts::of(app, shop, &row, who).await.expect("asked").expect("a draft");
        assert_eq!((draft.source.subject.as_str(), draft.base), ("Half a thought", 1));
        assert!(drafts::of(app, shop, &row, Uuid::from_u128(7)).await.expect("asked").is_none(), "it is nobody else's");
        let shopper = crate::support::shopper::Shopper::new("Jo", 1);
        rig.tell("checkouts/create", &shopper.checkout(app.now())).await;
        rig.pass(SignedDuration::from_mins(75)).await;
        let Some((_, Message::Email(mail))) = rig.mails.all().pop() else { panic!("a mail leaves") };
        assert!(!mail.subject.contains("Half"), "{}", mail.subject);
        drafts::keep(app, shop, &row, who, (&source(&row).expect("a text"), 1)).await.expect("nothing to keep");
        assert!(drafts::of(app, shop, &row, who).await.expect("asked").is_none());
        drafts::keep(app, shop, &row, who, (&saying(&row, "Old"), 1)).await.expect("kept");
        rig.clock.advance(SignedDuration::from_hours(24 * 91));
        let other = db::templates::list(&app.db, shop).await.expect("templates").into_iter().find(|t| t.id != row.id).expect("another");
        drafts::keep(app, shop, &other, who, (&saying(&other, "New"), 1)).await.expect("kept");
        assert!(drafts::of(app, shop, &row, who).await.expect("asked").is_none(), "a draft of three months ago is forgotten");
        let huge = TemplateSource { body: "x".repeat(500_000), ..source(&row).expect("a text") };
        assert!(drafts::keep(app, shop, &row, who, (&huge, 1)).await.is_err());
        rig
    })
    .await;
}
