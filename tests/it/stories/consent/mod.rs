//! What people say about being written to: kept with its proof, asked for, confirmed, taken back, and told to the platform.

mod confirm;
mod ledger;
mod lists;
mod written_back;

use crate::support::rig::Rig;
use comeback::app::consents::{self, Given};
use comeback::app::track::Fate;
use comeback::db;
use comeback::domain::consent::{Consent, Entry, Method};
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// The whole ledger, oldest word first.
async fn ledger(rig: &Rig) -> Vec<Entry> {
    let mut entries = db::consent_ledger::page(&rig.app.db, rig.shop.id, None, 1000).await.expect("read");
    entries.sort_by_key(|e| (e.at, e.channel, e.place));
    entries
}

/// What stands, by channel, of the only contact.
async fn standing(rig: &Rig) -> Vec<(ChannelKind, Consent)> {
    let contacts = db::people::contacts(&rig.app.db, rig.shop.id, None, 10).await.expect("read");
    assert_eq!(contacts.len(), 1, "{}: one contact", rig.engine);
    contacts.into_iter().next().map(|c| c.consents).unwrap_or_default()
}

async fn state(rig: &Rig, channel: ChannelKind) -> &'static str {
    standing(rig).await.iter().find(|(of, _)| *of == channel).map_or("none", |(_, c)| c.state.as_str())
}

/// What a program of the store's says; the world reacts.
async fn says(rig: &Rig, given: Given) -> Fate {
    let taken = consents::take(&rig.app, &rig.shop, Method::Api, vec![given]).await.expect("taken");
    rig.settle().await;
    taken.into_iter().next().expect("an answer")
}

fn by_mail(state: &str, email: &str) -> Given {
    Given { channel: "email".into(), state: state.into(), email: Some(email.into()), ..Given::default() }
}

fn by_text(state: &str, phone: &str) -> Given {
    Given { channel: "sms".into(), state: state.into(), phone: Some(phone.into()), ..Given::default() }
}
