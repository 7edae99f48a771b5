//! What is asked of each vendor.

use super::{SENDER, VENDORS, refused, served};
use crate::channels::{Kind, email_message, kind, mail};
use crate::support::mail_api::{MailApi, Vendor};
use comeback::channels::{Belongs, EmailMessage, Fault, Message, Outcome, Picture};
use serde_json::{Value, json};

const KEY: &str = "0190a1b2-0000-7000-8000-000000000001";
const MESSAGE_ID: &str = "<0190a1b2-0000-7000-8000-000000000001@fernandfog.example>";
const CAMPAIGN: &str = "0190a1b2-0000-7000-8000-0000000000c1";

/// A mail of a campaign, with letters beyond ASCII where people write.
fn reminder() -> EmailMessage {
    let belongs = Belongs { shop: "0190a1b2-0000-7000-8000-0000000000a1".to_owned(), campaign: Some(CAMPAIGN.to_owned()), step: Some(1) };
    EmailMessage {
        to_name: Some("Jo Doé".to_owned()),
        subject: "Schön, dass Sie da waren 🛒".to_owned(),
        html: "<p>Zoë & Co: <a href=\"https://shop.example/r/token?a=b&amp;c=d\">50 % --=_x</a></p>\r\n".to_owned(),
        text: "Zoë & Co: https://shop.example/r/token?a=b&c=d\n--x\n".to_owned(),
        belongs: Some(belongs),
        ..mail()
    }
}

async fn asked(vendor: Vendor, mail: EmailMessage) -> (MailApi, Value, Outcome) {
    let (server, channel) = served(vendor).await;
    let outcome = channel.send(&Message::Email(mail)).await;
    assert_eq!(server.violations(), Vec::<String>::new(), "{vendor:?}");
    assert_eq!(kind(&outcome), Kind::Accepted, "{vendor:?}: {outcome:?}");
    let body = server.taken().pop().expect("a mail").body;
    (server, body, outcome)
}

#[tokio::test]
async fn sendgrid_is_asked_for_a_mail_with_everything_of_its_own_switched_off() {
    let mail = reminder();
    let (_server, body, outcome) = asked(Vendor::SendGrid, mail.clone()).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("id-1".to_owned()) });
    let to = json!({"to": [{"email": "jo.doe@example.com", "name": "Jo Doé"}], "custom_args": {"comeback_message": KEY}});
    assert_eq!(body["personalizations"], json!([to]));
    assert_eq!(body["from"], json!({"email": SENDER, "name": "Fern & Fog"}));
    assert_eq!(body["subject"], json!(mail.subject));
    let parts = json!([{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}]);
    assert_eq!(body["content"], parts, "the plain part first");
    assert_eq!(body["headers"]["Message-ID"], MESSAGE_ID);
    assert_eq!(body["headers"]["List-Unsubscribe"], "<https://comeback.example/u/token>");
    assert_eq!(body["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert_eq!(body["categories"], json!([CAMPAIGN]));
    let off = |name: &str| assert_eq!(body["tracking_settings"][name]["enable"], false, "{name}");
    ["click_tracking", "open_tracking", "subscription_tracking", "ganalytics"].into_iter().for_each(off);
    assert_eq!(body["tracking_settings"]["click_tracking"]["enable_text"], false);
    assert!(body.get("send_at").is_none() && body.get("asm").is_none() && body.get("mail_settings").is_none(), "never put off or filtered");
}

#[tokio::test]
async fn postmark_is_asked_for_a_mail_on_the_marketing_stream_without_tracking() {
    let mail = reminder();
    let (_server, body, outcome) = asked(Vendor::Postmark, mail.clone()).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("id-1".to_owned()) });
    assert_eq!(body["From"], "\"Fern & Fog\" <hello@fernandfog.example>");
    assert_eq!(body["To"], "=?utf-8?B?Sm8gRG/DqQ==?= <jo.doe@example.com>");
    assert_eq!((&body["Subject"], &body["TextBody"], &body["HtmlBody"]), (&json!(mail.subject), &json!(mail.text), &json!(mail.html)));
    assert_eq!((&body["TrackOpens"], &body["TrackLinks"], &body["MessageStream"]), (&json!(false), &json!("None"), &json!("broadcast")));
    assert_eq!((&body["Metadata"], &body["Tag"]), (&json!({"comeback_message": KEY}), &json!(CAMPAIGN)));
    let headers = body["Headers"].as_array().expect("headers");
    let header = |name: &str| headers.iter().find(|h| h["Name"] == name).map(|h| h["Value"].clone());
    assert_eq!(header("Message-ID"), Some(json!(MESSAGE_ID)));
    assert_eq!(header("X-PM-KeepID"), Some(json!("true")));
    assert_eq!(header("List-Unsubscribe"), Some(json!("<https://comeback.example/u/token>")));
    assert_eq!(header("List-Unsubscribe-Post"), Some(json!("List-Unsubscribe=One-Click")));
}

#[tokio::test]
async fn mailgun_is_asked_for_a_mail_without_tracking_and_at_once() {
    let mail = reminder();
    let (_server, body, outcome) = asked(Vendor::Mailgun, mail.clone()).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("id-1@mg.fernandfog.example".to_owned()) });
    assert_eq!((&body["from"], &body["subject"]), (&json!("\"Fern & Fog\" <hello@fernandfog.example>"), &json!(mail.subject)));
    assert_eq!((&body["text"], &body["html"]), (&json!(mail.text), &json!(mail.html)), "byte for byte, whatever boundary it holds");
    for name in ["o:tracking", "o:tracking-clicks", "o:tracking-opens"] {
        assert_eq!(body[name], "no", "{name}");
    }
    assert_eq!((&body["v:comeback_message"], &body["o:tag"]), (&json!(KEY), &json!(CAMPAIGN)));
    assert_eq!(body["h:Message-Id"], MESSAGE_ID);
    assert_eq!(body["h:List-Unsubscribe"], "<https://comeback.example/u/token>");
    let names: Vec<&String> = body.as_object().expect("a form").keys().collect();
    assert!(!names.iter().any(|name| name.contains("deliver") || name.contains("time")), "never put off: {names:?}");
}

#[tokio::test]
async fn ses_is_asked_for_a_simple_mail_with_headers_and_tags() {
    let mail = reminder();
    let (_server, body, outcome) = asked(Vendor::Ses, mail.clone()).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("id-1".to_owned()) });
    assert_eq!(body["FromEmailAddress"], "\"Fern & Fog\" <hello@fernandfog.example>");
    assert_eq!(body["Destination"], json!({"ToAddresses": ["=?utf-8?B?Sm8gRG/DqQ==?= <jo.doe@example.com>"]}));
    let simple = &body["Content"]["Simple"];
    let text = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
    assert_eq!(simple["Subject"], text(&mail.subject));
    assert_eq!(simple["Body"], json!({"Text": text(&mail.text), "Html": text(&mail.html)}));
    let headers = simple["Headers"].as_array().expect("headers");
    let names: Vec<&str> = headers.iter().filter_map(|h| h["Name"].as_str()).collect();
    assert!(names.contains(&"List-Unsubscribe") && names.contains(&"List-Unsubscribe-Post"), "{names:?}");
    // Amazon sets these itself, and refuses or doubles ours.
    assert!(!names.iter().any(|name| ["Message-ID", "Date", "Feedback-ID", "Subject"].contains(name)), "{names:?}");
    assert_eq!(body["EmailTags"][0], json!({"Name": "comeback_message", "Value": KEY}));
    assert!(body.get("ConfigurationSetName").is_none());
}

#[tokio::test]
async fn what_the_vendor_knows_it_by_is_fixed_before_it_leaves_and_kept_for_a_repeat() {
    for vendor in VENDORS {
        let (server, channel) = served(vendor).await;
        let fixed = channel.reference(KEY);
        if vendor == Vendor::Ses {
            assert_eq!(fixed, None, "Amazon makes its own");
            continue;
        }
        assert_eq!(fixed.map(|id| format!("<{id}>")).as_deref(), Some(MESSAGE_ID));
        let again = EmailMessage { reference: Some("earlier@old.example".to_owned()), ..mail() };
        channel.send(&Message::Email(again)).await;
        let body = server.taken().pop().expect("a mail").body.to_string();
        assert!(body.contains("<earlier@old.example>") && !body.contains(MESSAGE_ID), "{vendor:?}: {body}");
        for hostile in ["no-domain", "a@b>\r\nBcc: x@y.zz", "@x", "a@"] {
            let bad = EmailMessage { reference: Some(hostile.to_owned()), ..mail() };
            assert_eq!(kind(&channel.send(&Message::Email(bad)).await), refused(Fault::Content), "{vendor:?} {hostile:?}");
        }
    }
}

#[tokio::test]
async fn a_mail_to_the_stores_people_has_no_way_to_unsubscribe_and_says_that_a_program_wrote_it() {
    for vendor in VENDORS {
        let (_server, body, _) = asked(vendor, EmailMessage { unsubscribe_url: None, html: String::new(), ..mail() }).await;
        let body = body.to_string();
        assert!(body.contains("Auto-Submitted") && !body.contains("List-Unsubscribe"), "{vendor:?}: {body}");
        assert!(!body.contains("HtmlBody") && !body.contains("\"Html\"") && !body.contains("text/html"), "no empty part: {vendor:?}");
    }
}

#[tokio::test]
async fn what_cannot_stand_in_a_mail_is_not_even_asked_for() {
    for vendor in VENDORS {
        let (server, channel) = served(vendor).await;
        for bad in [
            EmailMessage { subject: " \r\n ".to_owned(), ..mail() },
            EmailMessage { text: String::new(), html: " ".to_owned(), ..mail() },
            EmailMessage { unsubscribe_url: Some("javascript:alert(1)".to_owned()), ..mail() },
            EmailMessage { key: "a>\r\nBcc: x@y.z".to_owned(), ..mail() },
            EmailMessage { from: Some("nobody".to_owned()), ..mail() },
        ] {
            assert_eq!(kind(&channel.send(&Message::Email(bad.clone())).await), refused(Fault::Content), "{vendor:?} {bad:?}");
        }
        let smuggled = EmailMessage { subject: "Hi\r\nBcc: x@y.z".to_owned(), to_name: Some("Jo\r\nBcc: x@y.z".to_owned()), ..mail() };
        assert_eq!(kind(&channel.send(&Message::Email(smuggled)).await), Kind::Accepted);
        let body = server.taken().pop().expect("a mail").body.to_string();
        assert!(!body.contains("\\r\\nBcc"), "one line: {vendor:?} {body}");
        assert_eq!(server.taken().len(), 1);
    }
}

#[tokio::test]
async fn no_address_and_no_secret_stands_in_a_url() {
    for vendor in VENDORS {
        let (server, channel) = served(vendor).await;
        channel.send(&email_message()).await;
        channel.probe().await.expect("reached");
        for (path, ..) in server.requests() {
            let shown = path.to_lowercase();
            assert!(!shown.contains("jo") && !shown.contains("secret") && !shown.contains('@'), "{vendor:?}: {path}");
        }
    }
}

#[tokio::test]
async fn pictures_travel_inside_as_each_vendor_names_them() {
    use base64::Engine as _;
    let picture = Picture { name: "net.png".to_owned(), png: b"PNG bytes".to_vec() };
    let encoded = base64::engine::general_purpose::STANDARD.encode(&picture.png);
    for vendor in VENDORS {
        let mail = EmailMessage { html: "<img src=\"cid:net.png\" alt=\"Net\">".to_owned(), pictures: vec![picture.clone()], ..mail() };
        let (server, body, _) = asked(vendor, mail).await;
        match vendor {
            Vendor::SendGrid => assert_eq!(
                body["attachments"],
                json!([{"content": encoded, "type": "image/png", "filename": "net.png", "disposition": "inline", "content_id": "net.png"}])
            ),
            Vendor::Postmark => assert_eq!(
                body["Attachments"],
                json!([{"Name": "net.png", "Content": encoded, "ContentType": "image/png", "ContentID": "cid:net.png"}])
            ),
            Vendor::Mailgun => {
                assert_eq!(body["inline"], "PNG bytes");
                let sent = &server.requests()[0].2;
                assert!(sent.contains("name=\"inline\"; filename=\"net.png\"\r\nContent-Type: image/png\r\n"), "{sent}");
            }
            Vendor::Ses => {
                let attached = &body["Content"]["Simple"]["Attachments"][0];
                assert_eq!(
                    (&attached["RawContent"], &attached["ContentId"], &attached["ContentDisposition"]),
                    (&json!(encoded), &json!("net.png"), &json!("INLINE"))
                );
            }
        }
        let hostile = Picture { name: "a\r\nBcc: x@y.z".to_owned(), ..picture.clone() };
        let (_server, channel) = served(vendor).await;
        let refused = channel.send(&Message::Email(EmailMessage { pictures: vec![hostile], ..super::super::mail() })).await;
        assert_eq!(kind(&refused), Kind::Refused(Fault::Content), "{vendor:?}");
    }
}
