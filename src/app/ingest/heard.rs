//! The part of a batch that speaks of messages after they left: what providers told of them, and what people wrote back.

use super::fold::{Source, Workset};
use crate::app::service::{self, New, Purpose};
use crate::app::{App, AppError, attribute, explain, receipts};
use crate::db::receipts::{NewReceipt, Nudged};
use crate::db::replies::NewReply;
use crate::db::{self, DbError, Tx};
use crate::domain::consent::{Method, Request};
use crate::domain::contact::Identity;
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState, Event};
use crate::domain::ids::{ContactId, NudgeId, ShopId};
use crate::domain::receipt::{Fate, Ground, REPLIED, ReceiptSeen, ReplySeen, STOPPED_EVERYWHERE, Said};
use crate::domain::reply::{self, Meant, Reading, answers};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A confirmation is sent within this long, or not at all: later it is no answer any more (47 CFR 64.1200(a)(12)).
const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_mins(5);
/// The same of an answer to HELP.
const HELP_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Receipts and replies of a batch, with the nudges that they are about.
#[derive(Default)]
pub struct Heard {
    nudges: HashMap<NudgeId, Nudged>,
    receipts: Vec<NewReceipt>,
    /// Keys that are no nudge's: of messages that are no reminders.
    others: Vec<(Uuid, Fate, Option<String>)>,
    replies: Vec<Replied>,
}

/// A reply, and what follows from it.
struct Replied {
    new: NewReply,
    reading: Reading,
    writer: Option<Identity>,
}

/// The key, where it can be one of ours.
fn key_of(seen: &ReceiptSeen) -> Option<Uuid> {
    seen.key.as_deref().and_then(|key| Uuid::parse_str(key).ok())
}

impl Heard {
    /// Loads the nudges that a batch tells of.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    pub async fn load(tx: &mut Tx, shop: ShopId, events: &[Event]) -> Result<Self, DbError> {
        let seen = || events.iter().filter_map(|event| if let Event::Receipt(seen) = event { Some(&**seen) } else { None });
        let mut heard = Self::default();
        let keys: BTreeSet<Uuid> = seen().filter_map(key_of).collect();
        if !keys.is_empty() {
            heard.hold(db::receipts::nudges(tx, shop, &keys.into_iter().collect::<Vec<_>>()).await?);
        }
        let ids: BTreeSet<&str> = seen().filter(|s| key_of(s).is_none()).filter_map(|s| s.provider_id.as_deref()).collect();
        if !ids.is_empty() {
            let ids: Vec<&str> = ids.into_iter().collect();
            heard.hold(db::receipts::nudges_by_provider_id(tx, shop, &ids).await?);
            if seen().any(|s| heard.nudge(s).is_none()) {
                db::receipts::add_waiting(tx, shop).await?;
                heard.hold(db::receipts::nudges_by_provider_id(tx, shop, &ids).await?);
            }
        }
        Ok(heard)
    }

    fn hold(&mut self, nudges: Vec<Nudged>) {
        self.nudges.extend(nudges.into_iter().map(|n| (n.id, n)));
    }

    /// Which nudge a receipt is about: by our key, else by what its provider calls it.
    fn nudge(&self, seen: &ReceiptSeen) -> Option<&Nudged> {
        let by_provider =
            |n: &&Nudged| n.provider.as_ref() == Some(&seen.provider) && n.provider_id.is_some() && n.provider_id == seen.provider_id;
        match key_of(seen) {
            Some(key) => self.nudges.get(&NudgeId(key)),
            None => self.nudges.values().find(by_provider),
        }
    }

    /// To whom the message of a receipt went.
    fn recipient(&self, seen: &ReceiptSeen) -> Option<&str> {
        self.nudge(seen).filter(|n| n.channel == seen.channel).and_then(|n| n.handed_to.as_deref())
    }

    /// Who is named: writers, and those who want no more.
    pub fn identities(&self, events: &[Event]) -> Vec<Identity> {
        let named = |event: &Event| match event {
            Event::Reply(seen) => seen.writer(),
            Event::Receipt(seen) if seen.fate.withdraws() => Identity::at(seen.channel, self.recipient(seen)?),
            _ => None,
        };
        events.iter().filter_map(named).collect()
    }
}

impl Workset<'_> {
    /// Folds a receipt.
    pub(super) fn apply_receipt(&mut self, source: &Source<'_>, seen: &ReceiptSeen) {
        let nudge = self.heard.nudge(seen).map(|n| n.id);
        let recipient = self.heard.recipient(seen).map(str::to_owned);
        if let (None, Some(key)) = (nudge, key_of(seen)) {
            self.heard.others.push((key, seen.fate, seen.reason.clone()));
        }
        if let Some(who) = recipient.as_deref().filter(|_| seen.fate.withdraws()).and_then(|to| Identity::at(seen.channel, to)) {
            let source_text = format!("receipt by {}: {}", seen.provider, seen.fate.words());
            self.say(source, (who, seen.channel), (ConsentState::Unsubscribed, seen.at), source_text);
        }
        self.heard.receipts.push(NewReceipt {
            id: source.delivery.0,
            nudge,
            channel: seen.channel,
            provider: seen.provider.clone(),
            provider_id: seen.provider_id.clone(),
            recipient,
            fate: seen.fate,
            reason: seen.reason.clone(),
            at: seen.at,
        });
    }

    /// Folds a reply.
    pub(super) fn apply_reply(&mut self, source: &Source<'_>, seen: &ReplySeen) {
        let writer = seen.writer();
        let asks = |r: &Request| r.is_open(seen.at) && r.channel == seen.channel && writer.as_ref().is_some_and(|w| w.value() == r.address);
        let reading = reply::answer(&seen.text, self.requests.iter().filter(|r| asks(r)).map(|r| r.shown.as_str()));
        let state = match reading.meant {
            Meant::Stop { .. } | Meant::No => Some(ConsentState::Unsubscribed),
            Meant::Start | Meant::Yes => Some(ConsentState::Subscribed),
            Meant::Doubtful | Meant::Help | Meant::Other => None,
        };
        if let (Some(writer), Some(state)) = (&writer, state) {
            let words = format!("{REPLIED}{}", reading.because.unwrap_or_default().to_uppercase());
            for channel in reach(seen.channel, reading.meant) {
                self.say(source, (writer.clone(), channel), (state, seen.at), words.clone());
            }
        }
        let owner = writer.as_ref().and_then(|w| self.owners.get(w).copied());
        let summary = format!("{} by {}", reading.meant.words(), seen.channel.as_str());
        self.note(source, (None, owner, None), seen.at, "reply", summary);
        let sender = writer.as_ref().map_or_else(|| seen.from.clone(), |w| w.value().to_owned());
        let new = NewReply {
            id: source.delivery.0,
            channel: seen.channel,
            provider: seen.provider.clone(),
            sender,
            body: seen.text.clone(),
            meant: reading.meant,
            because: reading.because,
            at: seen.at,
        };
        self.heard.replies.push(Replied { new, reading, writer });
    }

    fn say(&mut self, source: &Source<'_>, (who, channel): (Identity, ChannelKind), (state, at): (ConsentState, Timestamp), words: String) {
        let said =
            ConsentSeen { identities: vec![who], channel, state, at, source: words, method: Method::Reply, shown: None, proof: None };
        self.apply_consent(source, &said);
    }

    fn owner(&self, channel: ChannelKind, address: &str) -> Option<ContactId> {
        self.owners.get(&Identity::at(channel, address)?).copied()
    }
}

/// Of which channels a reply speaks. Who stops WhatsApp messages stops texts to the same number, too: they are one phone.
fn reach(by: ChannelKind, meant: Meant) -> Vec<ChannelKind> {
    match (meant, by) {
        (Meant::Stop { everywhere: true }, _) => ChannelKind::ALL.to_vec(),
        (Meant::Stop { .. } | Meant::Doubtful | Meant::Start, ChannelKind::WhatsApp) => vec![ChannelKind::WhatsApp, ChannelKind::Sms],
        _ => vec![by],
    }
}

/// Keeps what was heard, and does what follows: nudges are what their receipts say, addresses are forbidden or allowed again, what waits for who wants no more
/// is cancelled, and who asked is answered.
///
/// # Errors
/// `Db`; then nothing is saved.
pub async fn save(app: &App, tx: &mut Tx, set: &mut Workset<'_>) -> Result<(), AppError> {
    let heard = std::mem::take(&mut set.heard);
    let mut addresses: BTreeSet<(ChannelKind, String)> = BTreeSet::new();
    let mut touched: BTreeSet<Uuid> = BTreeSet::new();
    let mut leaving: BTreeSet<(ContactId, ChannelKind)> = BTreeSet::new();
    for receipt in &heard.receipts {
        if !db::receipts::insert(tx, set.shop.id, receipt, set.now).await? {
            continue;
        }
        metrics::counter!(crate::telemetry::RECEIPTS, "channel" => receipt.channel.as_str(), "fate" => receipt.fate.as_str()).increment(1);
        touched.extend(receipt.nudge.map(|n| n.0));
        addresses.extend(receipt.recipient.clone().map(|to| (receipt.channel, to)));
        if receipt.fate.withdraws() {
            let owner = receipt.recipient.as_deref().and_then(|to| set.owner(receipt.channel, to));
            let written = receipt.nudge.and_then(|n| heard.nudges.get(&n)).map(|n| n.contact);
            leaving.extend(owner.into_iter().chain(written).map(|who| (who, receipt.channel)));
        }
    }
    for (key, fate, reason) in &heard.others {
        service::told(tx, set.shop.id, *key, (*fate, reason.as_deref())).await?;
    }
    // Seen as they are once whoever records them is done.
    let touched: Vec<Uuid> = touched.into_iter().collect();
    let mut written: BTreeSet<ContactId> = BTreeSet::new();
    for nudge in db::receipts::held(tx, set.shop.id, &touched).await? {
        if receipts::settle(app, tx, set.shop.id, &nudge, set.now).await? {
            written.insert(nudge.contact);
        }
    }
    // Whether a message arrived says what it may have had to do with an order.
    attribute::again_for(app, tx, set.shop, &written.into_iter().collect::<Vec<_>>(), set.now).await?;
    for (channel, address) in &addresses {
        receipts::weigh(tx, set.shop.id, (*channel, address), set.now).await?;
    }
    for replied in &heard.replies {
        leaving.extend(save_reply(app, tx, set, replied).await?);
    }
    for (contact, channel) in leaving {
        let cancelled = db::nudges::cancel_for_contact(tx, set.shop.id, contact, Some(channel), "unsubscribed").await?;
        explain::cancelled_rows(app, tx, set.shop.id, cancelled.into_iter(), ("unsubscribed", set.now)).await?;
    }
    Ok(())
}

/// Keeps a reply, and does what follows. Who wants no more, by which channels.
async fn save_reply(app: &App, tx: &mut Tx, set: &Workset<'_>, replied: &Replied) -> Result<Vec<(ContactId, ChannelKind)>, AppError> {
    let (shop, new, meant) = (set.shop, &replied.new, replied.reading.meant);
    let stopped_before = is_stopped(tx, shop.id, new).await?;
    if !db::replies::insert(tx, shop.id, new, set.now).await? {
        return Ok(Vec::new());
    }
    metrics::counter!(crate::telemetry::REPLIES, "channel" => new.channel.as_str(), "meant" => meant.as_str()).increment(1);
    let Some(writer) = &replied.writer else { return Ok(Vec::new()) };
    let owner = set.owners.get(writer).copied();
    let mut stopped = false;
    for channel in reach(new.channel, meant) {
        if Identity::at(channel, &new.sender).as_ref() == Some(writer) && meant.is_about_writing() {
            let ground = receipts::weigh(tx, shop.id, (channel, &new.sender), set.now).await?;
            stopped |= ground == Some(Ground::Stopped);
        }
    }
    if meant == (Meant::Stop { everywhere: true })
        && let Some(owner) = owner
    {
        stop_everywhere(tx, set, (owner, writer)).await?;
    }
    match meant {
        Meant::Stop { .. } if stopped && !stopped_before => answer(app, tx, set, replied, Purpose::OptedOut).await?,
        Meant::Help => answer(app, tx, set, replied, Purpose::Help).await?,
        _ => {}
    }
    let wants_no_more = matches!(meant, Meant::Stop { .. }) && (stopped || stopped_before);
    Ok(owner.filter(|_| wants_no_more).map(|o| reach(new.channel, meant).into_iter().map(|c| (o, c)).collect()).unwrap_or_default())
}

async fn is_stopped(tx: &mut Tx, shop: ShopId, new: &NewReply) -> Result<bool, DbError> {
    let said = db::replies::said(tx, shop, new.channel, &new.sender).await?;
    Ok(said.iter().max().is_some_and(|(_, said)| *said == Said::Stop))
}

/// Every other address of somebody who wants nothing more by any channel.
async fn stop_everywhere(tx: &mut Tx, set: &Workset<'_>, (owner, writer): (ContactId, &Identity)) -> Result<(), DbError> {
    for identity in db::contacts::identities_in(tx, set.shop.id, owner).await? {
        let channels: &[ChannelKind] = match &identity {
            Identity::Email(_) => &[ChannelKind::Email],
            Identity::Phone(_) if identity != *writer => &[ChannelKind::Sms, ChannelKind::WhatsApp],
            Identity::Phone(_) | Identity::Customer(_) => &[],
        };
        for channel in channels {
            db::messages::suppress(tx, set.shop.id, (*channel, identity.value()), STOPPED_EVERYWHERE, set.now).await?;
        }
    }
    Ok(())
}

/// Answers a reply, unless its provider does.
async fn answer(app: &App, tx: &mut Tx, set: &Workset<'_>, replied: &Replied, purpose: Purpose) -> Result<(), AppError> {
    let (shop, new) = (set.shop, &replied.new);
    let channel = app.channel_for(shop, new.channel);
    // WhatsApp takes approved templates only, and shows who writes and how to stop it by itself.
    if new.channel == ChannelKind::WhatsApp || channel.is_some_and(|c| c.answers_keywords()) {
        return Ok(());
    }
    let language = language(set, replied);
    let by_text = new.channel.is_by_phone();
    let (text, within, dedupe) = match purpose {
        Purpose::Help => (answers::help(&language, &shop.name, &format!("https://{}", shop.domain)), HELP_WITHIN, helped(set, replied)),
        _ => (answers::opted_out(&language, &shop.name, by_text), CONFIRM_WITHIN, new.id.to_string()),
    };
    let subject = if by_text { "" } else { answers::subject(&language) };
    let send_by = set.now + within;
    let message = New { channel: new.channel, to: &new.sender, purpose, dedupe: &dedupe, subject, html: "", text: &text, send_by };
    service::queue(app, tx, shop.id, &message).await?;
    Ok(())
}

/// HELP is answered once an hour: two programs must not talk to each other for ever.
fn helped(set: &Workset<'_>, replied: &Replied) -> String {
    let hour = replied.new.at.as_second() / 3600;
    let who = replied.writer.as_ref().and_then(|w| set.owners.get(w)).map_or_else(|| replied.new.id.to_string(), ToString::to_string);
    format!("{who}:{hour}")
}

/// That of the word that was written, else the shopper's, else the store's.
fn language(set: &Workset<'_>, replied: &Replied) -> String {
    let owner = replied.writer.as_ref().and_then(|w| set.owners.get(w)).and_then(|o| set.contacts.get(o));
    let locale = owner.and_then(|o| o.facts.locale.as_ref()).map(|l| l.value.as_str());
    let spoken = replied.reading.language.or(locale).unwrap_or(&set.shop.language);
    spoken.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}
