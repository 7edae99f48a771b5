//! What a gateway tells us in our own interface: how texts fared, and what people answer.

use super::gateway::Gateway;
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use jiff::Timestamp;
use serde::Deserialize;

const CODE_MAX: usize = 60; // characters of a gateway's own code

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Call {
    Status {
        key: Option<String>,
        id: Option<String>,
        #[serde(flatten)]
        status: Status,
    },
    Reply {
        from: String,
        to: String,
        #[serde(default)]
        text: String,
        at: Option<Timestamp>,
    },
}

/// What became of a text.
#[derive(Debug, Deserialize)]
pub(super) struct Status {
    status: Fate,
    code: Option<String>,
    at: Option<Timestamp>,
}

impl Status {
    pub(super) fn fate(&self) -> Fate {
        self.status
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// As our interface writes it.
    pub(super) fn word(&self) -> String {
        serde_json::to_value(self.status).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The gateway's code, where it is one and no sentence: that could name somebody.
    fn reason(&self) -> Option<String> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
        let is_code = |code: &&String| (1..=CODE_MAX).contains(&code.len()) && code.chars().all(fits) && !looks_like_a_number(code);
        self.code.as_ref().filter(is_code).cloned()
    }
}

fn looks_like_a_number(code: &str) -> bool {
    code.chars().filter(char::is_ascii_digit).count() > 6
}

impl Gateway {
    /// What a call says, once it is sure that the gateway makes it.
    pub(super) fn heard(&self, call: &Callback) -> Result<Heard, Unheard> {
        let secret = self
            .secret()
            .ok_or_else(|| Unheard::NotOurs("no signing secret is set, so that no call of the gateway's can be believed".to_owned()))?;
        let event_id = secret.check(call)?.to_owned();
        let said = serde_json::from_slice(&call.body).map_err(|_| Unheard::Unreadable("the call is none of the interface's".to_owned()))?;
        let (channel, provider) = (ChannelKind::Sms, "gateway".to_owned());
        let told = match said {
            Call::Status { key: None, id: None, .. } => return Err(Unheard::Unreadable("the call names no message".to_owned())),
            Call::Status { key, id, status } => Told::Receipt(ReceiptSeen {
                channel,
                provider,
                event_id,
                key,
                provider_id: id,
                fate: status.fate(),
                reason: status.reason(),
                at: status.at().unwrap_or(call.at),
            }),
            Call::Reply { from, to, text, at } => {
                Told::Reply(ReplySeen { channel, provider, event_id, from, to, text, at: at.unwrap_or(call.at) })
            }
        };
        Ok(Heard { told: vec![told], answer: None })
    }
}
