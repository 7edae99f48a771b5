//! Those who carry texts and WhatsApp messages, each against its own description: what is asked for, what their answers mean, and what they call back.

mod hear;
mod prism;
mod requests;
mod rig;

pub use rig::{meta, rigs};

use super::{PHONE, text};
use crate::support::rig::{BEGIN, TestClock};
use crate::support::text_api::{API_KEY, NUMBER_ID, TOKEN, Vendor};
use comeback::channels::sms::{Gateway, GatewaySettings, Telnyx, TelnyxSettings, Vonage, VonageSettings};
use comeback::channels::whatsapp::{WhatsApp, WhatsAppSettings};
use comeback::channels::{Channel, Message, WhatsAppMessage};
use std::time::Duration;

/// Loopback answers at once; a hanging server is given up on soon.
const LIMIT: Duration = Duration::from_secs(2);
/// With which the gateway and we sign: Standard Webhooks' own example.
pub const SIGNING: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub fn whatsapp() -> WhatsAppMessage {
    WhatsAppMessage {
        key: "0190a1b2-0000-7000-8000-000000000003".to_owned(),
        to: PHONE.parse().expect("a number"),
        template: "cart_reminder".to_owned(),
        language: "en_US".to_owned(),
        parameters: vec!["Jo".to_owned(), "Stoneware mug".to_owned()],
        link_code: "aB3x".to_owned(),
        valid_for: None,
    }
}

fn message(vendor: Vendor) -> Message {
    if vendor == Vendor::WhatsApp { Message::WhatsApp(whatsapp()) } else { Message::Sms(text()) }
}

fn channel(vendor: Vendor, base_url: &str) -> Box<dyn Channel> {
    within(vendor, base_url, LIMIT)
}

/// The same with time for a slow proxy in between.
fn patient(vendor: Vendor, base_url: &str) -> Box<dyn Channel> {
    within(vendor, base_url, Duration::from_secs(30))
}

fn within(vendor: Vendor, base_url: &str, limit: Duration) -> Box<dyn Channel> {
    let (base_url, token) = (base_url.to_owned(), secrecy::SecretString::from(TOKEN));
    let from = "+14155550100".to_owned();
    match vendor {
        Vendor::Vonage => {
            let signature_secret = Some("a-very-secret-signature".into());
            let settings = VonageSettings { api_key: API_KEY.to_owned(), api_secret: token, signature_secret, from, base_url };
            Box::new(Vonage::with_time_limit(settings, limit).expect("settings"))
        }
        Vendor::Telnyx => {
            let settings =
                TelnyxSettings { api_key: token, from, messaging_profile: None, public_key: Some(hear::TELNYX_KEY.to_owned()), base_url };
            Box::new(Telnyx::with_time_limit(settings, limit).expect("settings"))
        }
        Vendor::Gateway => {
            let settings = GatewaySettings { base_url, token, from, signing_secret: Some(SIGNING.into()) };
            Box::new(Gateway::with_time_limit(settings, limit, TestClock::at(BEGIN)).expect("settings"))
        }
        Vendor::WhatsApp => Box::new(WhatsApp::with_time_limit(whatsapp_settings(&base_url), limit).expect("settings")),
    }
}

pub fn whatsapp_settings(base_url: &str) -> WhatsAppSettings {
    WhatsAppSettings {
        phone_number_id: NUMBER_ID.to_owned(),
        access_token: TOKEN.into(),
        app_secret: Some("It's a Secret to Everybody".into()),
        verify_token: Some("a-very-secret-word".into()),
        api_version: "v23.0".to_owned(),
        base_url: base_url.to_owned(),
    }
}
