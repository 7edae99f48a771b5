//! Each of them under the contract of all channels.

use super::{channel, message};
use crate::channels::contract::{Rig, Situation};
use crate::channels::{email_message, whatsapp_free};
use crate::support::text_api::{Answer, TextApi, Vendor};
use async_trait::async_trait;
use comeback::channels::{Channel, Message};
use serde_json::{Value, json};

struct TextRig(TextApi, Box<dyn Channel>);

#[async_trait]
impl Rig for TextRig {
    fn channel(&self) -> &dyn Channel {
        self.1.as_ref()
    }
    fn message(&self) -> Message {
        message(self.0.vendor)
    }
    fn other_message(&self) -> Message {
        if self.0.vendor == Vendor::WhatsApp { email_message() } else { whatsapp_free() }
    }
    fn arrange(&self, situation: Situation) {
        let vendor = self.0.vendor;
        match situation {
            Situation::Well => {}
            Situation::RefusesTheRecipient => self.0.next(refuses_the_recipient(vendor)),
            Situation::Busy => self.0.next(busy(vendor)),
            Situation::BadCredentials => self.0.next(bad_credentials(vendor)),
            Situation::TakesItAndHangs => self.0.next(Answer::Hang),
            Situation::TakesItAndCuts => self.0.next(Answer::Cut),
        }
    }
    fn arrived(&self) -> Vec<String> {
        assert_eq!(self.0.violations(), Vec::<String>::new());
        let name = |body: &Value| match self.0.vendor {
            Vendor::Vonage => body["client-ref"].to_string(),
            Vendor::Telnyx => body["text"].to_string(),
            Vendor::Gateway => body["key"].to_string(),
            Vendor::WhatsApp => body["biz_opaque_callback_data"].to_string(),
        };
        self.0.taken().iter().map(|taken| name(&taken.body)).collect()
    }
    async fn unreachable(&self) -> Box<dyn Channel> {
        channel(self.0.vendor, "http://127.0.0.1:1")
    }
}

pub async fn rigs() -> Vec<Box<dyn Rig>> {
    let mut rigs: Vec<Box<dyn Rig>> = Vec::new();
    for vendor in Vendor::ALL {
        let api = TextApi::start(vendor).await;
        let channel = channel(vendor, &api.url());
        rigs.push(Box::new(TextRig(api, channel)));
    }
    rigs
}

/// As Vonage refuses: with a 200.
pub fn vonage(status: &str) -> Answer {
    let words = "jo.doe@example.com, +14155552671";
    Answer::Said(200, json!({"message-count": "1", "messages": [{"status": status, "error-text": words}]}), vec![])
}

pub fn telnyx(status: u16, code: &str) -> Answer {
    Answer::Said(status, json!({"errors": [{"code": code, "title": "No", "detail": "+14155552671 jo.doe@example.com"}]}), vec![])
}

pub fn gateway(status: u16, code: &str) -> Answer {
    Answer::Said(status, json!({"error": {"code": code, "message": "+14155552671"}}), vec![])
}

pub fn meta(status: u16, code: u32) -> Answer {
    let words = "(#1) 4155552671 jo.doe@example.com";
    Answer::Said(status, json!({"error": {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "x"}}), vec![])
}

fn refuses_the_recipient(vendor: Vendor) -> Answer {
    match vendor {
        Vendor::Vonage => vonage("33"),
        Vendor::Telnyx => telnyx(422, "40310"),
        Vendor::Gateway => gateway(422, "recipient"),
        Vendor::WhatsApp => meta(400, 131_026),
    }
}

fn busy(vendor: Vendor) -> Answer {
    match vendor {
        Vendor::Vonage => vonage("1"),
        Vendor::Telnyx => Answer::Said(429, json!({"errors": [{"code": "10011"}]}), vec![("Retry-After", "7")]),
        Vendor::Gateway => Answer::Said(503, json!({}), vec![("Retry-After", "7")]),
        Vendor::WhatsApp => meta(429, 130_429),
    }
}

fn bad_credentials(vendor: Vendor) -> Answer {
    match vendor {
        Vendor::Vonage => vonage("4"),
        Vendor::Telnyx => telnyx(401, "10009"),
        Vendor::Gateway => gateway(403, "no"),
        Vendor::WhatsApp => meta(401, 190),
    }
}
