//! A channel that delivers to nobody: every mail and text stays in a bounded store in memory, for the demo to show and its shoppers to read.

use super::{Channel, Message, Outcome};
use crate::clock::Clock;
use crate::domain::event::ChannelKind;
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// So many messages are kept; the oldest go first.
const KEPT_MAX: usize = 500;

/// A message that was caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    /// From 1, in order of arrival.
    pub number: u64,
    /// When it came.
    pub at: Timestamp,
    /// A mail or a text.
    pub kind: ChannelKind,
    /// The address or number.
    pub to: String,
    /// Of a mail.
    pub subject: String,
    /// Of a mail; empty for a text.
    pub html: String,
    /// What is read.
    pub text: String,
}

/// The store.
pub struct Inbox {
    clock: Arc<dyn Clock>,
    kept: Mutex<(u64, VecDeque<Caught>)>,
    arrived: Notify,
}

impl Inbox {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::new((0, VecDeque::new())), arrived: Notify::new() }
    }

    fn kept(&self) -> MutexGuard<'_, (u64, VecDeque<Caught>)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, kind: ChannelKind, to: &str, (subject, html, text): (&str, &str, &str)) -> u64 {
        let mut kept = self.kept();
        kept.0 += 1;
        let number = kept.0;
        let caught = Caught {
            number,
            at: self.clock.now(),
            kind,
            to: to.to_owned(),
            subject: subject.to_owned(),
            html: html.to_owned(),
            text: text.to_owned(),
        };
        kept.1.push_back(caught);
        if kept.1.len() > KEPT_MAX {
            kept.1.pop_front();
        }
        drop(kept);
        self.arrived.notify_waiters();
        number
    }

    /// How many have come, those that are gone included.
    pub fn count(&self) -> u64 {
        self.kept().0
    }

    /// Newest first.
    pub fn list(&self) -> Vec<Caught> {
        self.kept().1.iter().rev().cloned().collect()
    }

    /// One message, if it is still there.
    pub fn get(&self, number: u64) -> Option<Caught> {
        self.kept().1.iter().find(|c| c.number == number).cloned()
    }

    /// Waits until a message of that kind has come for an address.
    pub async fn first_for(&self, kind: ChannelKind, to: &str) -> Caught {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            // Listens before it looks, so that nothing comes in between unnoticed.
            arrived.as_mut().enable();
            let found = self.kept().1.iter().find(|c| c.kind == kind && c.to == to).cloned();
            if let Some(found) = found {
                return found;
            }
            arrived.await;
        }
    }
}

/// One of the two channels into an inbox.
pub struct InboxChannel {
    inbox: Arc<Inbox>,
    kind: ChannelKind,
}

impl InboxChannel {
    /// For mails or for texts.
    pub fn new(inbox: Arc<Inbox>, kind: ChannelKind) -> Self {
        Self { inbox, kind }
    }
}

#[async_trait]
impl Channel for InboxChannel {
    fn name(&self) -> &'static str {
        "inbox"
    }

    fn kind(&self) -> ChannelKind {
        self.kind
    }

    async fn send(&self, message: &Message) -> Outcome {
        let number = match message {
            Message::Email(mail) => self.inbox.keep(ChannelKind::Email, mail.to.as_str(), (&mail.subject, &mail.html, &mail.text)),
            Message::Sms(text) => self.inbox.keep(ChannelKind::Sms, text.to.as_str(), ("", "", &text.body)),
            Message::WhatsApp(m) => self.inbox.keep(ChannelKind::WhatsApp, m.to.as_str(), (&m.template, "", &m.parameters.join("\n"))),
        };
        Outcome::Accepted { provider_id: Some(format!("inbox-{number}")) }
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::SmsMessage;
    use crate::clock::SystemClock;

    fn text(body: &str) -> Message {
        let to = "+12125550101".parse().expect("phone");
        Message::Sms(SmsMessage { key: "k".into(), to, from: None, body: body.into(), status_callback: None, valid_for: None })
    }

    #[tokio::test]
    async fn whoever_waits_for_a_message_gets_it_and_the_oldest_go_first() {
        let inbox = Arc::new(Inbox::new(Arc::new(SystemClock)));
        let channel = InboxChannel::new(Arc::clone(&inbox), ChannelKind::Sms);
        let one = text("one");
        let (caught, outcome) = tokio::join!(inbox.first_for(ChannelKind::Sms, "+12125550101"), channel.send(&one));
        assert_eq!((caught.number, caught.text.as_str()), (1, "one"));
        assert_eq!(outcome, Outcome::Accepted { provider_id: Some("inbox-1".into()) });
        for _ in 0..KEPT_MAX {
            channel.send(&text("more")).await;
        }
        assert_eq!((inbox.count(), inbox.list().len()), (KEPT_MAX as u64 + 1, KEPT_MAX));
        assert_eq!(inbox.get(1), None);
        assert_eq!(inbox.list().first().map(|c| c.number), Some(KEPT_MAX as u64 + 1));
    }
}
