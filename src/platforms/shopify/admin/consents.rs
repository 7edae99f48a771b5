//! Telling Shopify that a customer opted out. <https://shopify.dev/docs/api/admin-graphql/latest/mutations/customerEmailMarketingConsentUpdate>

use super::client::{Admin, Question};
use crate::domain::event::ChannelKind;
use crate::platforms::store_api::{OptedOut, StoreError};
use jiff::{RoundMode, TimestampRound, Unit};
use serde_json::{Value, json};

/// Digits of a customer's id; what isn't one isn't asked about.
const ID_MAX: usize = 20;

pub const EMAIL: Question = Question {
    name: "email_opt_out",
    document: "mutation ComebackEmailOptOut($input: CustomerEmailMarketingConsentUpdateInput!) {
  customerEmailMarketingConsentUpdate(input: $input) { customer { id } userErrors { field code message } }
}",
};

pub const SMS: Question = Question {
    name: "sms_opt_out",
    document: "mutation ComebackSmsOptOut($input: CustomerSmsMarketingConsentUpdateInput!) {
  customerSmsMarketingConsentUpdate(input: $input) { customer { id } userErrors { field code message } }
}",
};

/// Tells it.
///
/// # Errors
/// Any.
pub async fn opted_out(admin: &Admin, out: &OptedOut) -> Result<(), StoreError> {
    let (question, field) = match out.channel {
        ChannelKind::Email => (&EMAIL, "emailMarketingConsent"),
        ChannelKind::Sms => (&SMS, "smsMarketingConsent"),
        ChannelKind::WhatsApp => return Err(StoreError::NotOffered),
    };
    let is_id = (1..=ID_MAX).contains(&out.customer_id.len()) && out.customer_id.bytes().all(|b| b.is_ascii_digit());
    if !is_id {
        return Err(StoreError::Misunderstood("the customer's id is none of Shopify's".into()));
    }
    admin.ask(question, json!({"input": input(out, field)})).await.map(|_| ())
}

/// In whole seconds and rounded down, so that Shopify's own word of it, which comes back as a webhook, is never later than ours.
fn input(out: &OptedOut, field: &str) -> Value {
    let seconds = TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Floor);
    let at = out.at.round(seconds).unwrap_or(out.at);
    let mut input = json!({"customerId": format!("gid://shopify/Customer/{}", out.customer_id)});
    input[field] = json!({"marketingState": "UNSUBSCRIBED", "consentUpdatedAt": at.to_string()});
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_an_opt_out_is_told_in_seconds_and_never_later_than_it_was() {
        let out = OptedOut { customer_id: "7".into(), channel: ChannelKind::Sms, at: "2026-07-01T12:00:00.999Z".parse().expect("time") };
        let input = input(&out, "smsMarketingConsent");
        assert_eq!(input["customerId"], "gid://shopify/Customer/7");
        assert_eq!(input["smsMarketingConsent"], json!({"marketingState": "UNSUBSCRIBED", "consentUpdatedAt": "2026-07-01T12:00:00Z"}));
    }
}
