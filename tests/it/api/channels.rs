//! Stores' own providers, over the API.

use super::Client;
use crate::support::rig::{both, new_shop};
use comeback::app::access::Scope;
use comeback::app::shops;
use comeback::db;
use comeback::domain::event::ChannelKind;
use serde_json::{Value, json};

const PASSWORD: &str = "hunter2-of-the-mail-server";

fn mail(server: &str) -> Value {
    json!({"provider": "smtp", "settings": {"url": format!("smtp://shop:{PASSWORD}@{server}:587"), "from": "shop@fern.example"}})
}

fn of<'a>(all: &'a Value, channel: &str) -> &'a Value {
    all.as_array().expect("a list").iter().find(|c| c["channel"] == channel).expect("the channel")
}

#[actix_web::test]
async fn a_store_gets_a_provider_of_its_own_whose_secrets_are_kept_and_never_told() {
    both(|rig| async move {
        let admin = Client::new(&rig, Scope::Admin).await;
        let (list, path) = (format!("/shops/{}/channels", rig.shop.id), format!("/shops/{}/channels/email", rig.shop.id));
        let before = admin.get(&list).await.with(200);
        assert_eq!((&of(&before, "email")["provider"], &of(&before, "email")["own"]), (&json!("outbox"), &json!(false)));
        let set = admin.put(&path, mail("mail.fern.example")).await.with(200);
        assert_eq!((&set["provider"], &set["own"], &set["broken"]), (&json!("smtp"), &json!(true), &json!(false)));
        assert_eq!(set["settings"], json!({"from": "shop@fern.example"}));
        assert_eq!(set["callback_url"], json!(null), "a mail server calls nobody back");
        assert!(!admin.get(&list).await.text.contains(PASSWORD));
        let shop = db::shops::get(&rig.app.db, rig.shop.id).await.expect("shops").expect("the shop");
        assert_eq!(rig.app.channel_for(&shop, ChannelKind::Email).map(|c| c.name()), Some("smtp"));
        assert_eq!(
            rig.app.channel_for(&shop, ChannelKind::Sms).map(|c| c.name()),
            Some("outbox"),
            "what isn't chosen is the installation's"
        );
        let sealed = shop.channels.expect("something sealed");
        assert!(!sealed.windows(7).any(|w| w == b"hunter2"), "the password lies open in the database");
        // The secret is left out: it stays; another sender comes.
        let again = json!({"provider": "smtp", "settings": {"from": "hello@fern.example"}});
        assert_eq!(admin.put(&path, again).await.with(200)["settings"], json!({"from": "hello@fern.example"}));
        admin.delete(&path).await.with(204);
        assert_eq!(of(&admin.get(&list).await.with(200), "email")["provider"], "outbox");
        admin.delete(&path).await.problem(404);
        let acts: Vec<Value> = admin.all("/audit", 50).await.into_iter().take(3).map(|a| a["action"].clone()).collect();
        assert_eq!(acts, ["channel.give_up", "channel.choose", "channel.choose"]);
        rig
    })
    .await;
}

#[actix_web::test]
async fn settings_that_make_no_sense_are_refused_with_a_remedy_and_nothing_changes() {
    both(|rig| async move {
        let admin = Client::new(&rig, Scope::Admin).await;
        let path = |channel: &str| format!("/shops/{}/channels/{channel}", rig.shop.id);
        let check = async |channel: &str, body: Value, says: &str| {
            let problem = admin.put(&path(channel), body).await.problem(422);
            let text = problem.to_string();
            assert!(text.contains(says) && !text.contains("hunter2"), "{says}: {text}");
        };
        check("email", json!({"provider": "pigeon", "settings": {}}), "no provider of email").await;
        check("sms", mail("mail.fern.example"), "no provider of sms").await;
        check("email", json!({"provider": "smtp", "settings": {"from": "shop@fern.example"}}), "needs Server").await;
        check("email", json!({"provider": "smtp", "settings": {"url": "hunter2", "from": "shop@fern.example"}}), "smtp://").await;
        check("email", json!({"provider": "smtp", "settings": {"colour": "hunter2"}}), "no setting").await;
        admin.put(&path("pigeon"), mail("mail.fern.example")).await.problem(400);
        assert_eq!(of(&admin.get(&format!("/shops/{}/channels", rig.shop.id)).await.with(200), "email")["own"], false);
        rig
    })
    .await;
}

#[actix_web::test]
async fn only_admins_of_the_store_choose_and_every_provider_says_what_it_asks_for() {
    both(|rig| async move {
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "test").await.expect("a shop");
        let (write, admin) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Admin).await);
        write.put(&format!("/shops/{}/channels/email", rig.shop.id), mail("mail.fern.example")).await.problem(403);
        admin.put(&format!("/shops/{}/channels/email", other.id), mail("mail.fern.example")).await.problem(404);
        admin.get(&format!("/shops/{}/channels", other.id)).await.problem(404);
        let providers = write.get("/providers").await.with(200);
        let twilio = providers.as_array().expect("providers").iter().find(|p| p["name"] == "twilio").expect("Twilio").clone();
        assert_eq!(twilio["channel"], "sms");
        assert!(twilio["settings"].as_array().expect("settings").iter().any(|f| f["name"] == "auth_token" && f["secret"] == true));
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_test_message_goes_by_the_channel_in_use_and_never_to_whom_must_not_be_written() {
    both(|rig| async move {
        let admin = Client::new(&rig, Scope::Admin).await;
        let path = format!("/shops/{}/channels/sms/test-send", rig.shop.id);
        let told = admin.post(&path, json!({"to": "+14155552671"})).await.with(200);
        assert_eq!((told["outcome"].as_str(), rig.texts.count()), (Some("accepted"), 1));
        admin.post(&path, json!({"to": "nobody"})).await.problem(422);
        admin.post("/suppressions", json!({"channel": "sms", "address": "+14155552671"})).await.with(201);
        admin.post(&path, json!({"to": "+14155552671"})).await.problem(409);
        admin.post(&format!("/shops/{}/channels/whatsapp/test-send", rig.shop.id), json!({"to": "+14155552671"})).await.problem(409);
        assert_eq!(rig.texts.count(), 1);
        rig
    })
    .await;
}

#[actix_web::test]
async fn what_was_sealed_with_another_key_is_not_replaced_by_another_sender() {
    both(|rig| async move {
        let mut tx = rig.app.db.begin().await.expect("a transaction");
        db::shops::set_channels(&mut tx, rig.shop.id, Some(b"sealed by somebody else")).await.expect("set");
        tx.commit().await.expect("committed");
        let shop = db::shops::get(&rig.app.db, rig.shop.id).await.expect("shops").expect("the shop");
        assert!(rig.app.channel_for(&shop, ChannelKind::Email).is_none());
        let admin = Client::new(&rig, Scope::Admin).await;
        let all = admin.get(&format!("/shops/{}/channels", rig.shop.id)).await.with(200);
        assert_eq!((&of(&all, "email")["broken"], &of(&all, "email")["own"]), (&json!(true), &json!(true)));
        rig
    })
    .await;
}
