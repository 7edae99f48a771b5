//! Having Shopify send its webhooks: those that are missing are asked for. <https://shopify.dev/docs/api/admin-graphql/latest/mutations/webhookSubscriptionCreate>

use super::client::{Admin, Question};
use crate::platforms::store_api::{Complaint, StoreError, Subscribed};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every topic that means something to us and can be asked for. That data be erased or handed out is told to apps by their settings alone.
pub const TOPICS: [&str; 28] = [
    "APP_UNINSTALLED",
    "CARTS_CREATE",
    "CARTS_UPDATE",
    "CHECKOUTS_CREATE",
    "CHECKOUTS_UPDATE",
    "CHECKOUTS_DELETE",
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
    "ORDERS_FULFILLED",
    "ORDERS_PARTIALLY_FULFILLED",
    "REFUNDS_CREATE",
    "DISPUTES_CREATE",
    "DISPUTES_UPDATE",
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "CUSTOMERS_ENABLE",
    "CUSTOMERS_DISABLE",
    "CUSTOMERS_MERGE",
    "CUSTOMERS_MARKETING_CONSENT_UPDATE",
    "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
    "CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE",
    "PRODUCTS_CREATE",
    "PRODUCTS_UPDATE",
    "PRODUCTS_DELETE",
    "VARIANTS_IN_STOCK",
    "VARIANTS_OUT_OF_STOCK",
];
/// So many are asked for at once.
const AT_ONCE: usize = 4;
/// Pages of what is there already: an app has a subscription or a few for each topic.
const PAGES_MAX: usize = 8;
/// What Shopify says of a topic that is sent to this address already.
const TAKEN: &str = "already been taken";

pub const THERE: Question = Question {
    name: "webhooks",
    document: "query ComebackWebhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) { nodes { topic uri } pageInfo { hasNextPage endCursor } }
}",
};

pub const SUBSCRIBE: Question = Question {
    name: "subscribe",
    document: "mutation ComebackSubscribe($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) { webhookSubscription { id } userErrors { field message } }
}",
};

/// Asks for what is missing.
///
/// # Errors
/// Any but `Refused` and `Denied`.
pub async fn subscribe(admin: &Admin, address: &str) -> Result<Subscribed, StoreError> {
    let there = there(admin, address).await?;
    let missing: Vec<&str> = TOPICS.into_iter().filter(|topic| !there.contains(*topic)).collect();
    let mut subscribed = Subscribed::default();
    for few in missing.chunks(AT_ONCE) {
        let answers = join_all(few.iter().map(|topic| one(admin, topic, address))).await;
        for (topic, answer) in few.iter().zip(answers) {
            if let Some(why) = answer? {
                subscribed.refused.push(((*topic).to_owned(), why));
            }
        }
    }
    let refused: BTreeSet<&str> = subscribed.refused.iter().map(|(topic, _)| topic.as_str()).collect();
    subscribed.topics = TOPICS.into_iter().filter(|topic| !refused.contains(topic)).map(str::to_owned).collect();
    Ok(subscribed)
}

/// The topics that are sent to the address already.
async fn there(admin: &Admin, address: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut topics = BTreeSet::new();
    let mut after = Value::Null;
    for _ in 0..PAGES_MAX {
        let data = admin.ask(&THERE, json!({"after": after})).await?;
        let page = &data["webhookSubscriptions"];
        let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        topics.extend(nodes.iter().filter(|n| n["uri"] == address).filter_map(|n| n["topic"].as_str().map(str::to_owned)));
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    Ok(topics)
}

/// Asks for one topic; why it is refused, if it is.
async fn one(admin: &Admin, topic: &str, address: &str) -> Result<Option<String>, StoreError> {
    let taken = |complaints: &[Complaint]| complaints.iter().all(|c| c.message.contains(TAKEN));
    match admin.ask(&SUBSCRIBE, json!({"topic": topic, "webhook": {"uri": address, "format": "JSON"}})).await {
        Ok(_) => Ok(None),
        Err(StoreError::Refused(complaints)) if taken(&complaints) => Ok(None),
        Err(error @ (StoreError::Refused(_) | StoreError::Denied(_))) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::shopify::topic::Topic;

    #[test]
    fn nothing_is_asked_for_that_means_nothing() {
        let nothing: Vec<&str> = TOPICS.into_iter().filter(|t| Topic::of(t) == Topic::Other).collect();
        assert_eq!(nothing, Vec::<&str>::new());
        assert_eq!(TOPICS.into_iter().collect::<BTreeSet<_>>().len(), TOPICS.len());
    }
}
