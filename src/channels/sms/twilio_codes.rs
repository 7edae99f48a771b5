//! What Twilio's error codes mean for us, as data: Twilio refines its codes, so an unknown one is judged by the HTTP status alone.
//!
//! Source: <https://www.twilio.com/docs/api/errors>.

use crate::channels::class::{self, Class};
use Class::{Busy, Content, Later, OptedOut, Recipient, Settings, Tomorrow, Unknown};

/// In the order of the codes.
const CODES: [(u32, Class); 48] = [
    (20003, Settings),  // permission denied
    (20404, Settings),  // no such account
    (20429, Busy),      // too many requests, not processed
    (20500, Unknown),   // internal error
    (20503, Unknown),   // unavailable
    (21211, Recipient), // not a number
    (21214, Recipient), // can't be reached
    (21217, Recipient), // not valid
    (21268, Recipient), // premium rate
    (21408, Settings),  // country not enabled
    (21601, Settings),  // the sender can't do SMS
    (21602, Content),   // no body
    (21603, Content),   // no sender
    (21604, Content),   // no recipient
    (21606, Settings),  // the sender can't reach this destination
    (21608, Settings),  // trial account, number not verified
    (21609, Content),   // status callback not valid
    (21610, OptedOut),  // STOP
    (21611, Busy),      // the sender's queue is full
    (21612, Recipient), // not reachable from this sender
    (21614, Recipient), // not a mobile number
    (21617, Content),   // over 1600 characters
    (21620, Content),   // media URL not valid
    (21703, Settings),  // messaging service has no number available
    (21704, Settings),  // messaging service has no numbers
    (21705, Settings),  // messaging service not valid
    (30001, Busy),      // queue overflow
    (30002, Settings),  // account suspended
    (30003, Later),     // handset off
    (30004, Recipient), // blocked
    (30005, Recipient), // unknown handset
    (30006, Recipient), // landline
    (30007, Content),   // filtered by the carrier
    (30008, Later),     // unknown error
    (30010, Settings),  // price over the limit
    (30017, Later),     // congestion
    (30018, Settings),  // sender not registered
    (30019, Content),   // too large for the carrier
    (30022, Busy),      // rate limit of the registration
    (30023, Tomorrow),  // daily cap
    (30024, Settings),  // sender not provisioned
    (30027, Tomorrow),  // daily cap of a carrier
    (30032, Settings),  // toll-free number not verified
    (30033, Settings),  // registration suspended
    (30034, Settings),  // number not registered
    (30035, Busy),      // number still being set up
    (30410, Unknown),   // the carrier didn't answer
    (30450, Recipient), // delivery blocked
];

/// What a code means; none if it isn't known.
pub fn class(code: u32) -> Option<Class> {
    class::find(&CODES, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_that_every_code_is_found() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(class(21610), Some(OptedOut));
        assert_eq!((class(20003), class(30450), class(1)), (Some(Settings), Some(Recipient), None));
    }

    #[test]
    fn the_table_agrees_with_the_shared_vectors() {
        #[allow(clippy::disallowed_methods)] // where the reference tables are is no setting of the program
        let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        let Ok(text) = std::fs::read_to_string(format!("{root}/vectors/twilio_error_classes.json")) else {
            eprintln!("SKIPPED: the shared vectors are not there");
            return;
        };
        let vectors: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let rows = vectors["codes"].as_array().expect("codes");
        let mut checked = 0;
        for row in rows {
            let code = u32::try_from(row[0].as_u64().expect("code")).expect("code");
            // Codes of WhatsApp (63…) and of registration notices are not answers to sending a text.
            if code >= 60_000 || code == 30517 {
                continue;
            }
            let expected = match row[2].as_str().expect("class") {
                "recipient_permanent" | "recipient_permanent_for_sender" => Recipient,
                "suppress_sms_for_sender" => OptedOut,
                "config" => Settings,
                "bug" | "content_or_sender_do_not_retry" => Content,
                "retry" | "retry_later" | "transient_limited" => {
                    assert!(matches!(class(code), Some(Later | Busy)), "{code}");
                    checked += 1;
                    continue;
                }
                "retry_next_day" => Tomorrow,
                "ambiguous" => Unknown,
                _ => continue,
            };
            assert_eq!(class(code), Some(expected), "{code}");
            checked += 1;
        }
        assert!(checked > 40, "only {checked} rows were read");
    }
}
