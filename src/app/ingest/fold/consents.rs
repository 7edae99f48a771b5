//! Folding what people say about being written to: into what stands, and into the ledger that proves it.

use super::{Source, Workset};
use crate::domain::consent::{Answers, Cause, Consent, Entry, Method, Request, RequestState};
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use crate::domain::ids::{ContactId, DeliveryId};
use jiff::Timestamp;
use std::borrow::Cow;
use uuid::Uuid;

/// What is to be saved of consents beside what stands.
#[derive(Default)]
pub struct Said {
    /// Rows of the ledger.
    pub entries: Vec<Entry>,
    /// Requests that were answered, how, and when.
    pub answered: Vec<(Uuid, RequestState, Timestamp)>,
    /// Words after which somebody may have to be asked to confirm.
    pub wishes: Vec<Wished>,
    /// Addresses that somebody took off themselves, and put back on themselves.
    pub back: Vec<(ChannelKind, String, Timestamp)>,
    /// The delivery whose words are counted, and how many there were.
    counted: Option<(DeliveryId, i64)>,
}

/// A word after which somebody may have to be asked.
pub struct Wished {
    /// Whose.
    pub contact: ContactId,
    /// The word.
    pub seen: ConsentSeen,
    /// The delivery that told it.
    pub delivery: DeliveryId,
    /// Which of its words.
    pub place: i64,
}

impl Said {
    /// The place of the next word of a delivery.
    fn place(&mut self, delivery: DeliveryId) -> i64 {
        let place = self.counted.filter(|(of, _)| *of == delivery).map_or(0, |(_, count)| count);
        self.counted = Some((delivery, place + 1));
        place
    }

    /// Two contacts are one.
    pub(super) fn merge(&mut self, from: ContactId, into: ContactId) {
        self.entries.iter_mut().filter(|e| e.contact_id == from).for_each(|e| e.contact_id = into);
        self.wishes.iter_mut().filter(|w| w.contact == from).for_each(|w| w.contact = into);
    }
}

impl Workset<'_> {
    /// Requests of the contacts that are held.
    pub fn hold_requests(&mut self, rows: Vec<Request>) {
        self.requests = rows;
    }

    /// One word about a channel. What a page's script says of somebody is nobody's word: it is kept, and stands for nothing until they confirm it.
    pub(in crate::app::ingest) fn apply_consent(&mut self, source: &Source<'_>, seen: &ConsentSeen) {
        let Some(contact) = self.contact_for(source, &seen.identities) else { return };
        let place = self.said.place(source.delivery);
        let seen = self.as_an_answer(contact, seen);
        let cause = (Cause::Delivery(source.delivery.0), place);
        self.said.entries.push(Entry::new(contact, cause, &seen, source.received_at));
        if seen.state != ConsentState::Unsubscribed {
            self.said.wishes.push(Wished { contact, seen: seen.clone().into_owned(), delivery: source.delivery, place });
        }
        if seen.method == Method::Claim {
            return;
        }
        let key = (contact, seen.channel);
        let said = Consent::from(seen.as_ref());
        let joined = match self.consents.remove(&key) {
            Some(known) => known.join(said),
            None => said,
        };
        self.consents.insert(key, joined);
        self.changed.consents.insert(key);
    }

    /// The word in the light of what the person was asked: a yes from the address that was asked confirms it, and says yes to the words that were asked.
    fn as_an_answer<'a>(&mut self, contact: ContactId, seen: &'a ConsentSeen) -> Cow<'a, ConsentSeen> {
        let at_address = |r: &Request| seen.address().is_some_and(|a| a.value() == r.address);
        let open: Vec<Request> = self.requests.iter().filter(|r| r.contact_id == contact || at_address(r)).cloned().collect();
        let (id, state) = match Answers::of(seen, &open) {
            Answers::Yes(id) => (id, RequestState::Confirmed),
            Answers::No(id) => (id, RequestState::Declined),
            Answers::Nothing => {
                if seen.method == Method::Page && seen.state == ConsentState::Subscribed {
                    self.comes_back(seen);
                }
                return Cow::Borrowed(seen);
            }
        };
        self.said.answered.push((id, state, seen.at));
        let Some(request) = self.requests.iter_mut().find(|r| r.id == id) else { return Cow::Borrowed(seen) };
        request.state = state;
        if state == RequestState::Declined {
            return Cow::Borrowed(seen);
        }
        let shown = seen.shown.clone().unwrap_or_else(|| request.shown.clone());
        let proof = seen.proof.clone().unwrap_or_else(|| format!("request {id}"));
        let answer = ConsentSeen { method: Method::DoubleOptIn, shown: Some(shown), proof: Some(proof), ..seen.clone() };
        self.comes_back(&answer);
        Cow::Owned(answer)
    }

    fn comes_back(&mut self, seen: &ConsentSeen) {
        self.said.back.extend(seen.address().map(|a| (seen.channel, a.value().to_owned(), seen.at)));
    }
}
