//! Settings of the HTTP providers.

use super::{VENDORS, made, values};
use crate::support::mail_api::Vendor;
use comeback::channels::settings::{Chosen, Origin};
use comeback::http_client::{HttpOptions, Reach};

fn name(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::SendGrid => "sendgrid",
        Vendor::Postmark => "postmark",
        Vendor::Mailgun => "mailgun",
        Vendor::Ses => "ses",
    }
}

#[tokio::test]
async fn a_store_may_name_public_addresses_only() {
    for vendor in VENDORS {
        let chosen = |base: &str| Chosen { provider: name(vendor).to_owned(), values: values(vendor, base) };
        assert!(chosen("http://127.0.0.1:9").build(Origin::Operator).is_ok(), "{vendor:?}: a gateway of the operator's own");
        for inside in ["http://127.0.0.1:9", "https://127.0.0.1", "https://169.254.169.254", "https://intranet", "http://example.com"] {
            let problem = chosen(inside).build(Origin::Store).err().unwrap_or_default();
            assert!(problem.contains("not allowed"), "{vendor:?} {inside}: {problem:?}");
        }
        let made = chosen("https://gateway.example").build(Origin::Store).expect("public");
        assert_eq!(made.name(), name(vendor));
    }
}

#[tokio::test]
async fn what_is_wrong_with_settings_is_said_at_once_and_without_a_secret() {
    let cases = [
        (Vendor::SendGrid, "webhook_public_key", "hunter2", "verification key can't be read"),
        (Vendor::SendGrid, "region", "hunter2", "region is eu"),
        (Vendor::SendGrid, "from", "hunter2", "sender's address can't be read"),
        (Vendor::Postmark, "server_token", "hunter2 \n x", "server token has letters"),
        (Vendor::Mailgun, "region", "hunter2", "region is us or eu"),
        (Vendor::Mailgun, "domain", "hunter2/../x", "domain can't be read"),
        (Vendor::Ses, "region", "evil.example/", "region can't be read"),
        (Vendor::Ses, "access_key_id", "hunter2/x", "access key ID can't be read"),
        (Vendor::Ses, "topic_arn", "arn:aws:sqs:eu-west-1:1:hunter2", "topic's ARN can't be read"),
        (Vendor::Ses, "base_url", "ftp://hunter2", "address can't be read"),
    ];
    for (vendor, field, value, part) in cases {
        let mut values = values(vendor, "https://gateway.example");
        values.set(field, value);
        let problem = made(vendor, &values, &HttpOptions::new(Reach::Anywhere)).err().unwrap_or_default();
        assert!(problem.contains(part) && !problem.contains("hunter2"), "{vendor:?} {field}: {problem:?}");
    }
}
