//! The channels of canaries: they take a message, put it together as it would go over the wire, and deliver it to nobody.

use super::{Channel, Fault, Message, Outcome, email};
use crate::domain::event::ChannelKind;
use async_trait::async_trait;
use std::sync::Arc;

/// The canary's address: no such domain can be (RFC 2606, section 2).
pub const EMAIL: &str = "canary@canary.invalid";
/// The canary's number, of those that the United Kingdom keeps for drama: nobody has it, and no carrier's rule of America holds for it.
pub const PHONE: &str = "+447700900123";
/// From whom its mails seem to come.
const SENDER: &str = "Comeback <canary@canary.invalid>";

/// Delivers to nobody.
pub struct Nobody(ChannelKind);

/// The canary's channel of a kind.
pub fn to_nobody(kind: ChannelKind) -> Arc<Nobody> {
    Arc::new(Nobody(kind))
}

#[async_trait]
impl Channel for Nobody {
    fn name(&self) -> &'static str {
        "canary"
    }

    fn kind(&self) -> ChannelKind {
        self.0
    }

    async fn send(&self, message: &Message) -> Outcome {
        match message {
            Message::Email(mail) => match email::can_be_written(mail, SENDER) {
                Ok(()) => Outcome::Accepted { provider_id: None },
                Err(reason) => Outcome::Refused { reason, fault: Fault::Content },
            },
            Message::Sms(text) if text.body.trim().is_empty() => {
                Outcome::Refused { reason: "the text is empty".into(), fault: Fault::Content }
            }
            Message::Sms(_) | Message::WhatsApp(_) => Outcome::Accepted { provider_id: None },
        }
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}
