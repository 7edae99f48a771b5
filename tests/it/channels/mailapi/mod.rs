//! Mails over providers' HTTP interfaces, held against the providers' own descriptions.

mod hear;
mod hear_ses;
mod look_up;
mod outcomes;
mod outside;
mod send;
mod settings;

use crate::support::mail_api::{DOMAIN, MailApi, SECRET, Vendor};
use comeback::channels::email::{Mailgun, Postmark, SendGrid, Ses, Trust};
use comeback::channels::settings::Values;
use comeback::channels::{Channel, Fault};
use comeback::http_client::{HttpOptions, Reach};
use std::time::Duration;

pub const VENDORS: [Vendor; 4] = [Vendor::SendGrid, Vendor::Postmark, Vendor::Mailgun, Vendor::Ses];
const SENDER: &str = "hello@fernandfog.example";

/// Loopback answers at once; a hanging server is given up on soon.
fn options() -> HttpOptions {
    HttpOptions { total: Duration::from_secs(2), ..HttpOptions::new(Reach::Anywhere) }
}

/// What a store's people enter.
fn values(vendor: Vendor, base_url: &str) -> Values {
    let own: &[(&str, &str)] = match vendor {
        Vendor::SendGrid => &[("api_key", SECRET)],
        Vendor::Postmark => &[("server_token", SECRET), ("webhook_password", "hunter2:and more")],
        Vendor::Mailgun => &[("api_key", SECRET), ("domain", DOMAIN)],
        Vendor::Ses => &[("access_key_id", "AKIDEXAMPLE"), ("secret_access_key", SECRET), ("region", "eu-west-1")],
    };
    own.iter().copied().chain([("from", SENDER), ("base_url", base_url)]).collect()
}

fn made(vendor: Vendor, values: &Values, options: &HttpOptions) -> Result<Box<dyn Channel>, String> {
    Ok(match vendor {
        Vendor::SendGrid => Box::new(SendGrid::new(values, options)?),
        Vendor::Postmark => Box::new(Postmark::new(values, options)?),
        Vendor::Mailgun => Box::new(Mailgun::new(values, options)?),
        Vendor::Ses => Box::new(Ses::new(values, options, Trust::amazon(options)?)?),
    })
}

pub fn channel(vendor: Vendor, base_url: &str) -> Box<dyn Channel> {
    made(vendor, &values(vendor, base_url), &options()).expect("settings")
}

async fn served(vendor: Vendor) -> (MailApi, Box<dyn Channel>) {
    let server = MailApi::start(vendor).await;
    let channel = channel(vendor, &server.url());
    (server, channel)
}

/// What names a mail that a vendor took: the key that it gives back, and the Message-ID where it is ours.
pub fn named(vendor: Vendor, body: &serde_json::Value) -> String {
    let (key, message_id) = match vendor {
        Vendor::SendGrid => (&body["personalizations"][0]["custom_args"]["comeback_message"], &body["headers"]["Message-ID"]),
        Vendor::Postmark => (&body["Metadata"]["comeback_message"], &body["Headers"]),
        Vendor::Mailgun => (&body["v:comeback_message"], &body["h:Message-Id"]),
        Vendor::Ses => (&body["EmailTags"][0]["Value"], &body["EmailTags"][0]["Name"]),
    };
    assert!(key.is_string() && !message_id.is_null(), "{body}");
    format!("{key} {message_id}")
}

/// In tables.
fn refused(fault: Fault) -> super::Kind {
    super::Kind::Refused(fault)
}
