//! May we write? What a person said about a channel, joined from every event in any order.

mod ask;
mod entry;
mod words;

pub use ask::{ASK_WITHIN, Answers, OPEN_FOR, Request, RequestState, Wish, request_id};
pub use entry::{Cause, Entry};
pub use words::names_carts;

use crate::domain::event::{ConsentSeen, ConsentState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// By what act somebody agreed or took it back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The platform tells it, and not how.
    #[default]
    Platform,
    /// They ticked a box or sent a form.
    Checkbox,
    /// They answered a message that asked them to confirm, from the address that it is about.
    DoubleOptIn,
    /// They wrote back, or told their mail provider.
    Reply,
    /// On the page that a link in a message leads to, or by a mail program's own button.
    Page,
    /// A program of the store's says so.
    Api,
    /// A list that the store brought along says so.
    Import,
    /// A script on the store's pages says so: whoever ran it may have typed anybody's address.
    Claim,
}

impl Method {
    /// Every one.
    pub const ALL: [Self; 8] =
        [Self::Platform, Self::Checkbox, Self::DoubleOptIn, Self::Reply, Self::Page, Self::Api, Self::Import, Self::Claim];

    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Checkbox => "checkbox",
            Self::DoubleOptIn => "double_opt_in",
            Self::Reply => "reply",
            Self::Page => "page",
            Self::Api => "api",
            Self::Import => "import",
            Self::Claim => "claim",
        }
    }

    /// Did the person do it themselves, from their own address? Then it goes before an earlier no of theirs, and nothing is left to be confirmed.
    pub fn is_own_act(self) -> bool {
        matches!(self, Self::DoubleOptIn | Self::Reply | Self::Page)
    }
}

impl std::str::FromStr for Method {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|m| m.as_str() == text).ok_or_else(|| format!("{text:?} is not a method; expected one of {}", names()))
    }
}

/// What stands for one contact on one channel, and its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What they said last.
    pub state: ConsentState,
    /// When they said it.
    pub at: Timestamp,
    /// Where it was collected.
    pub source: String,
    /// When they last confirmed it from their own address (double opt-in).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// When they last confirmed words that name reminders of carts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_at: Option<Timestamp>,
    /// When they last said no: what was confirmed before doesn't count any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
}

impl From<&ConsentSeen> for Consent {
    fn from(seen: &ConsentSeen) -> Self {
        // As stored, so that what is joined in memory and what is read back are the same.
        let at = Timestamp::from_millisecond(seen.at.as_millisecond()).unwrap_or(seen.at);
        let confirms = seen.state == ConsentState::Subscribed && seen.method == Method::DoubleOptIn;
        Self {
            state: seen.state,
            at,
            source: seen.source.clone(),
            confirmed_at: confirms.then_some(at),
            named_at: (confirms && seen.shown.as_deref().is_some_and(names_carts)).then_some(at),
            withdrawn_at: (seen.state == ConsentState::Unsubscribed).then_some(at),
        }
    }
}

impl Consent {
    /// A plain word, by no act that confirms anything.
    pub fn plain(state: ConsentState, at: Timestamp, source: impl Into<String>) -> Self {
        let withdrawn_at = (state == ConsentState::Unsubscribed).then_some(at);
        Self { state, at, source: source.into(), confirmed_at: None, named_at: None, withdrawn_at }
    }

    /// The later word wins. At the same instant the more cautious one does (`Unsubscribed`), and equal words are told apart by their source, so that
    /// the order of arrival never matters. What was confirmed and what was taken back are kept beside it, each by its latest time.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let rank = |c: &Self| (c.at, c.state, c.source.clone());
        let confirmed_at = self.confirmed_at.max(other.confirmed_at);
        let named_at = self.named_at.max(other.named_at);
        let withdrawn_at = self.withdrawn_at.max(other.withdrawn_at);
        let last = if rank(&other) > rank(&self) { other } else { self };
        Self { confirmed_at, named_at, withdrawn_at, ..last }
    }

    /// They agreed, and it stands.
    pub fn allows(&self) -> bool {
        self.state == ConsentState::Subscribed
    }

    /// They agreed, confirmed it since they last said no, and it stands. With `naming_carts` only words that name reminders of carts count.
    pub fn is_confirmed(&self, naming_carts: bool) -> bool {
        let confirmed = if naming_carts { self.named_at } else { self.confirmed_at };
        self.allows() && confirmed.is_some_and(|at| self.withdrawn_at.is_none_or(|no| at > no))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::ChannelKind;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("time")
    }

    fn consent(state: ConsentState, second: i64) -> Consent {
        Consent::plain(state, at(second), "test")
    }

    fn seen(state: ConsentState, method: Method, second: i64, shown: Option<&str>) -> ConsentSeen {
        let (source, shown) = (method.as_str().to_owned(), shown.map(str::to_owned));
        ConsentSeen { identities: Vec::new(), channel: ChannelKind::Sms, state, at: at(second), source, method, shown, proof: None }
    }

    #[test]
    fn the_later_word_wins_in_any_order_and_refusal_wins_a_tie() {
        use ConsentState::{Subscribed, Unsubscribed};
        let (yes, no) = (consent(Subscribed, 2), consent(Unsubscribed, 1));
        assert!(yes.clone().join(no.clone()).allows());
        assert!(no.join(yes.clone()).allows());
        let tie = consent(Unsubscribed, 2);
        assert!(!yes.clone().join(tie.clone()).allows());
        assert!(!tie.join(yes).allows());
    }

    #[test]
    fn a_confirmation_holds_until_a_no_and_not_beyond_it() {
        use ConsentState::{Subscribed, Unsubscribed};
        let join = |all: &[ConsentSeen]| all.iter().map(Consent::from).reduce(Consent::join).expect("some");
        let confirmed = seen(Subscribed, Method::DoubleOptIn, 2, Some("Reply YES for cart reminders"));
        let ticked = seen(Subscribed, Method::Checkbox, 3, None);
        assert!(join(&[confirmed.clone(), ticked.clone()]).is_confirmed(true), "a later tick takes nothing away");
        assert!(!join(std::slice::from_ref(&ticked)).is_confirmed(false), "a tick confirms nothing");
        let no = seen(Unsubscribed, Method::Reply, 4, None);
        let again = seen(Subscribed, Method::Checkbox, 5, None);
        let after = join(&[confirmed.clone(), no.clone(), again]);
        assert!(after.allows() && !after.is_confirmed(false), "what was confirmed before the no is gone");
        let plain = seen(Subscribed, Method::DoubleOptIn, 6, Some("Reply YES for our news"));
        let named = join(&[confirmed, no, plain]);
        assert!(named.is_confirmed(false) && !named.is_confirmed(true), "words that name no carts");
    }

    fn any_seen() -> impl Strategy<Value = ConsentSeen> {
        let state = prop_oneof![Just(ConsentState::Pending), Just(ConsentState::Subscribed), Just(ConsentState::Unsubscribed)];
        let shown = prop_oneof![Just(None), Just(Some("reminders of your cart")), Just(Some("news"))];
        (state, 0..Method::ALL.len(), 0i64..6, shown)
            .prop_map(|(state, method, second, shown)| seen(state, Method::ALL[method], second, shown))
    }

    proptest! {
        #[test]
        fn any_order_and_repetition_of_words_ends_in_the_same(words in proptest::collection::vec(any_seen(), 1..8), seed in any::<u64>()) {
            let join = |all: &[ConsentSeen]| all.iter().map(Consent::from).reduce(Consent::join).expect("some");
            let straight = join(&words);
            let mut mixed = words.clone();
            mixed.extend(words.iter().take(3).cloned());
            let length = mixed.len();
            for i in 0..length {
                mixed.swap(i, usize::try_from(seed.rotate_left(u32::try_from(i).unwrap_or(0)) % length as u64).unwrap_or(0));
            }
            prop_assert_eq!(&straight, &join(&mixed));
            // In any grouping, too: two contacts that turn out to be one have each been joined before.
            let (a, b) = mixed.split_at(length / 2);
            if !a.is_empty() {
                prop_assert_eq!(straight, join(b).join(join(a)));
            }
        }
    }
}
