//! Identifiers: one type per thing, so that a cart's id can't be passed where a nudge's is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A merchant's store.
    ShopId,
    /// One webhook as received.
    DeliveryId,
    /// One shopper's cart and checkout over time.
    CartId,
    /// A shopper we can name.
    ContactId,
    /// A recovery sequence.
    CampaignId,
    /// One cart in one campaign.
    EnrolmentId,
    /// One step planned for one cart.
    NudgeId,
    /// An order as the platform tells it.
    OrderId,
}

/// A UUIDv7 (RFC 9562) from a time and ten random bytes, both given: ids sort by the time they were made.
pub fn new_v7(now: jiff::Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
