//! Double opt-in: when somebody is asked to confirm, and what their answer means.

use super::{Consent, Method};
use crate::domain::contact::Identity;
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use crate::domain::ids::ContactId;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A request to confirm is open for this long; then it is as if nobody had asked.
pub const OPEN_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Who agreed longer ago than this isn't asked to confirm it: a question out of the blue is a nuisance, and years of records may come at once.
pub const ASK_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// A request to confirm, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Follows from what it is for, so that a replay comes to the same.
    pub id: Uuid,
    /// Whose.
    pub contact_id: ContactId,
    /// By which channel they are asked, and will be written to.
    pub channel: ChannelKind,
    /// The address that is asked.
    pub address: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when an answer counts.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: RequestState,
    /// What they read and confirm.
    pub shown: String,
}

/// Where a request stands. Whether an open one has lapsed says its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// Asked.
    Open,
    /// They said yes.
    Confirmed,
    /// They said no, or took themselves off.
    Declined,
}

impl RequestState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
        }
    }
}

impl std::str::FromStr for RequestState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Open, Self::Confirmed, Self::Declined]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a state of a request"))
    }
}

impl Request {
    /// An answer counts now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == RequestState::Open && now < self.expires_at
    }
}

/// The id of the request that what a delivery says at this place leads to.
pub fn request_id(delivery: Uuid, place: i64) -> Uuid {
    let hash =
        Sha256::new().chain_update(b"consent request").chain_update(delivery.as_bytes()).chain_update(place.to_be_bytes()).finalize();
    let bytes: [u8; 16] = hash.first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What becomes of a word in the light of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// It answers nothing.
    Nothing,
    /// It confirms this request.
    Yes(Uuid),
    /// It declines this one.
    No(Uuid),
}

impl Answers {
    /// Which of the open requests of its channel and address a word answers. Only an own act can confirm; any no declines.
    pub fn of(seen: &ConsentSeen, open: &[Request]) -> Self {
        let about = |r: &&Request| {
            r.state == RequestState::Open
                && r.channel == seen.channel
                && r.asked_at <= seen.at
                && (seen.identities.iter().any(|i| i.value() == r.address && !matches!(i, Identity::Customer(_)))
                    || seen.state == ConsentState::Unsubscribed)
        };
        let Some(request) = open.iter().filter(about).max_by_key(|r| (r.asked_at, r.id)) else { return Self::Nothing };
        match seen.state {
            ConsentState::Unsubscribed => Self::No(request.id),
            ConsentState::Subscribed if seen.method.is_own_act() && seen.at < request.expires_at => Self::Yes(request.id),
            _ => Self::Nothing,
        }
    }
}

/// What is to be known before somebody is asked to confirm.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// What stands for them on the channel, with this word.
    pub standing: Option<&'a Consent>,
    /// The store's ground for their country asks for a confirmation; the words must name carts.
    pub demanded: Option<bool>,
    /// The address must not be written to.
    pub suppressed: bool,
    /// The store lets its pages ask.
    pub pages_may_ask: bool,
    /// They were asked already: until when that is open.
    pub open_until: Option<Timestamp>,
}

impl Wish<'_> {
    /// Is the person to be asked to confirm what was just said of them? A pending word asks by itself, one that the platform asks about itself doesn't; a yes
    /// asks where the store writes to nobody who hasn't confirmed.
    pub fn asks(&self, seen: &ConsentSeen, now: Timestamp) -> bool {
        let fresh = now.duration_since(seen.at) <= ASK_WITHIN;
        let open = self.open_until.is_some_and(|until| now < until);
        if !fresh || open || self.suppressed {
            return false;
        }
        let said_no = self.standing.is_some_and(|c| c.state == ConsentState::Unsubscribed && c.at >= seen.at);
        let done = self.standing.is_some_and(|c| c.is_confirmed(self.demanded.unwrap_or(false)));
        let asks = match (seen.state, seen.method) {
            (ConsentState::Unsubscribed, _) | (ConsentState::Pending, Method::Platform) => false,
            (ConsentState::Pending, Method::Claim) => self.pages_may_ask,
            (ConsentState::Pending, _) => true,
            (ConsentState::Subscribed, Method::Import) => false,
            (ConsentState::Subscribed, _) => self.demanded.is_some(),
        };
        asks && !said_no && !done
    }
}
