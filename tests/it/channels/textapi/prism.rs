//! The same requests through Prism, which knows the vendors' descriptions as they are published.

use super::{channel, message, whatsapp};
use crate::channels::{Kind, kind, sms, sms_message};
use crate::support::prism::Prism;
use crate::support::text_api::{TOKEN, TextApi, Vendor};
use crate::support::tools::shared;
use crate::support::twilio::TwilioServer;
use comeback::channels::{Channel as _, Message, WhatsAppMessage};
use comeback::http_client::{HttpOptions, Reach, client};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A description of one path alone, which stands where the vendor serves it: Prism leaves out the path in a server's address.
fn one_path(folder: &Path, file: &str, (path, served): (&str, &str)) -> Option<PathBuf> {
    let text = std::fs::read_to_string(shared(file)).ok()?;
    let mut spec: Value = serde_json::from_str(&text).expect("JSON");
    spec["paths"] = json!({served: spec["paths"][path]});
    spec["servers"] = json!([{"url": "http://127.0.0.1"}]);
    // What the stand-in answers is ours: only what it is asked is held against the description.
    let methods = spec["paths"][served].as_object_mut().into_iter().flatten();
    for responses in methods.filter_map(|(_, method)| method.get_mut("responses")) {
        for (_, response) in responses.as_object_mut().into_iter().flatten() {
            *response = json!({"description": "whatever it is"});
        }
    }
    let target = folder.join("one_path.json");
    std::fs::write(&target, spec.to_string()).expect("written");
    Some(target)
}

#[tokio::test]
async fn a_text_to_twilio_passes_prism() {
    let server = TwilioServer::start().await;
    let Some(prism) = Prism::proxy(&shared("specs/twilio/twilio_api_v2010.json"), &server.url()).await else { return };
    let outcome = comeback::channels::sms::Twilio::new(sms::settings(&prism.url())).expect("settings").send(&sms_message()).await;
    assert_eq!((kind(&outcome), prism.violations().await, server.messages().len()), (Kind::Accepted, Vec::new(), 1));
}

#[tokio::test]
async fn texts_to_vonage_and_telnyx_pass_prism() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        (Vendor::Vonage, "specs/vonage/sms.json", ("/{format}", "/sms/{format}")),
        (Vendor::Telnyx, "specs/telnyx/telnyx.json", ("/messages", "/v2/messages")),
    ];
    for (vendor, file, path) in cases {
        let api = TextApi::start(vendor).await;
        let Some(spec) = one_path(folder.path(), file, path) else { continue };
        let Some(prism) = Prism::proxy(&spec, &api.url()).await else { continue };
        let outcome = super::patient(vendor, &prism.url()).send(&message(vendor)).await;
        assert_eq!((kind(&outcome), prism.violations().await, api.taken().len()), (Kind::Accepted, Vec::new(), 1), "{vendor:?}");
    }
}

/// Meta's description fits its marketing endpoint only, which takes the same template; its rule for a button's index refuses its own example.
#[tokio::test]
async fn a_template_to_whatsapp_passes_prism() {
    let api = TextApi::start(Vendor::WhatsApp).await;
    let plain = WhatsAppMessage { link_code: String::new(), ..whatsapp() };
    channel(Vendor::WhatsApp, &api.url()).send(&Message::WhatsApp(plain)).await;
    let mut body = api.taken().remove(0).body;
    body.as_object_mut().expect("an object").remove("biz_opaque_callback_data");
    let Some(prism) = Prism::proxy(&shared("specs/meta/business-messaging-api_v23.0.yaml"), &api.url()).await else { return };
    let post = |body: Value| {
        let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
        http.post(format!("{}/v23.0/106540352242922/marketing_messages", prism.url())).bearer_auth(TOKEN).json(&body).send()
    };
    post(body.clone()).await.expect("an answer");
    assert_eq!(prism.violations().await, Vec::<String>::new());
    body["template"]["language"].as_object_mut().expect("an object").remove("policy");
    assert!(post(body).await.expect("an answer").status().is_client_error());
}
