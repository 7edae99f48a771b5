//! What Amazon SES tells: events of a configuration set (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>) and the
//! older notifications of an identity, which say the same under another name.

use super::bounces;
use super::letter::KEY_NAME;
use super::sns::Notice;
use crate::channels::Unheard;
use crate::channels::http::plain_word;
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, Told};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;

/// An event, as far as it is used: addresses and servers' words are left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(alias = "notificationType", default)]
    event_type: String,
    #[serde(default)]
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
    delivery: Option<At>,
    subscription: Option<Subscription>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: Option<String>,
    timestamp: Option<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    #[serde(default)]
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
    #[serde(default)]
    bounced_recipients: Vec<Bounced>,
    timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Bounced {
    status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complaint_sub_type: Option<String>,
    complaint_feedback_type: Option<String>,
    timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
struct At {
    timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subscription {
    timestamp: Option<String>,
    new_topic_preferences: Option<Preferences>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Preferences {
    #[serde(default)]
    unsubscribe_all: bool,
    #[serde(default)]
    topic_subscription_status: Vec<TopicStatus>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TopicStatus {
    #[serde(default)]
    subscription_status: String,
}

/// What it means; none for opens and clicks, since ours are counted by our own links and opens are not people, and for what is no event of a mail.
///
/// # Errors
/// `Unreadable`
pub(super) fn told(notice: &Notice, heard_at: Timestamp) -> Result<Option<Told>, Unheard> {
    // SES says once that a configuration set now publishes to the topic, in plain words.
    if !notice.message.trim_start().starts_with('{') {
        return Ok(None);
    }
    let event: Event =
        serde_json::from_str(&notice.message).map_err(|_| Unheard::Unreadable("the event of Amazon SES can't be read".to_owned()))?;
    let key = event.mail.tags.get(KEY_NAME).and_then(|values| values.first()).cloned();
    let (Some((fate, at)), Some(message_id)) = (fate(&event), event.mail.message_id.clone()) else { return Ok(None) };
    Ok(Some(Told::Receipt(ReceiptSeen {
        channel: ChannelKind::Email,
        provider: super::SES.name.to_owned(),
        event_id: notice.id.clone(),
        key,
        provider_id: Some(message_id),
        fate,
        reason: reason(&event),
        at: at.and_then(|at| at.parse().ok()).unwrap_or(heard_at),
    })))
}

fn fate(event: &Event) -> Option<(Fate, Option<&str>)> {
    let mailed = event.mail.timestamp.as_deref();
    match event.event_type.as_str() {
        // A delay is tried again by Amazon.
        "Send" => Some((Fate::Accepted, mailed)),
        "DeliveryDelay" => Some((Fate::Accepted, None)),
        "Delivery" => Some((Fate::Delivered, event.delivery.as_ref().and_then(|d| d.timestamp.as_deref()))),
        "Reject" | "Rendering Failure" => Some((Fate::Blocked, mailed)),
        "Bounce" => event.bounce.as_ref().map(|bounce| (bounced(bounce), bounce.timestamp.as_deref())),
        "Complaint" => event.complaint.as_ref().and_then(|c| Some((complained(c)?, c.timestamp.as_deref()))),
        "Subscription" => event.subscription.as_ref().filter(|s| opted_out(s)).map(|s| (Fate::OptedOut, s.timestamp.as_deref())),
        _ => None,
    }
}

/// By its types: <https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types>.
fn bounced(bounce: &Bounce) -> Fate {
    let by_status = bounce.bounced_recipients.iter().filter_map(|r| r.status.as_deref()).find_map(bounces::by_status);
    match (bounce.bounce_type.as_str(), bounce.bounce_sub_type.as_str()) {
        ("Permanent", "Suppressed" | "OnAccountSuppressionList" | "UnsubscribedRecipient") => Fate::Suppressed,
        ("Permanent", "NoEmail") => Fate::HardBounce,
        ("Permanent", _) => by_status.unwrap_or(Fate::HardBounce),
        (_, "ContentRejected" | "AttachmentRejected" | "MessageTooLarge") => Fate::Blocked,
        // "Transient", or a server that said nothing that can be read.
        _ => by_status.filter(|fate| *fate == Fate::Blocked).unwrap_or(Fate::SoftBounce),
    }
}

/// None for somebody who says that it is no spam.
fn complained(complaint: &Complaint) -> Option<Fate> {
    match (complaint.complaint_sub_type.as_deref(), complaint.complaint_feedback_type.as_deref()) {
        (Some("OnAccountSuppressionList"), _) => Some(Fate::Suppressed),
        (_, Some("not-spam")) => None,
        _ => Some(Fate::Complained),
    }
}

fn opted_out(subscription: &Subscription) -> bool {
    let Some(now) = &subscription.new_topic_preferences else { return false };
    now.unsubscribe_all || now.topic_subscription_status.iter().any(|topic| topic.subscription_status.eq_ignore_ascii_case("OptOut"))
}

fn reason(event: &Event) -> Option<String> {
    let words = match (&event.bounce, &event.complaint) {
        (Some(bounce), _) => vec![plain_word(&bounce.bounce_type), plain_word(&bounce.bounce_sub_type)],
        (None, Some(complaint)) => {
            vec![
                complaint.complaint_sub_type.as_deref().and_then(plain_word),
                complaint.complaint_feedback_type.as_deref().and_then(plain_word),
            ]
        }
        (None, None) => Vec::new(),
    };
    let words: Vec<&str> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
