//! What Meta's error codes mean for a WhatsApp message. An unknown one is judged by the HTTP status alone.
//!
//! Source: <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>.

use crate::channels::class::{self, Class};
use Class::{Busy, Content, Later, OptedOut, Recipient, Settings, Spared, Unknown};

/// In the order of the codes.
const CODES: [(u32, Class); 42] = [
    (0, Settings),        // the access token can't be checked
    (1, Unknown),         // unknown to Meta
    (2, Busy),            // Meta's service is down or overloaded
    (3, Settings),        // the app lacks the capability
    (4, Busy),            // the app's calls
    (10, Settings),       // permission
    (33, Settings),       // the number has been deleted
    (100, Content),       // a parameter
    (190, Settings),      // the access token has expired
    (200, Settings),      // permission
    (368, Settings),      // blocked for breaking policies
    (80007, Busy),        // the business account's calls
    (130_403, Settings),  // the account may not
    (130_429, Busy),      // throughput
    (130_472, Content),   // the recipient is part of an experiment without such messages
    (130_497, Content),   // the business may not write to that country
    (131_000, Unknown),   // something went wrong
    (131_005, Settings),  // permission
    (131_008, Content),   // a parameter is missing
    (131_009, Content),   // a parameter's value
    (131_016, Busy),      // service down
    (131_021, Recipient), // the recipient is the sender
    (131_026, Recipient), // not on WhatsApp, or can't get such messages
    (131_030, Settings),  // test number, recipient not listed
    (131_031, Settings),  // account locked
    (131_037, Settings),  // the display name isn't approved
    (131_042, Settings),  // payment
    (131_045, Settings),  // number not registered
    (131_047, Content),   // more than a day since the recipient wrote, and this is no template
    (131_048, Busy),      // too much of what this number sent was blocked or reported
    (131_049, Spared),    // the recipient got enough marketing messages
    (131_050, OptedOut),  // the recipient stopped this business's marketing messages
    (131_051, Content),   // type of message
    (131_056, Later),     // too many messages to this recipient at once
    (131_057, Busy),      // account in maintenance
    (132_000, Content),   // number of the template's parameters
    (132_001, Content),   // no such template in that language
    (132_005, Content),   // too long with its parameters
    (132_007, Content),   // breaks a policy
    (132_012, Content),   // form of a parameter
    (132_015, Spared),    // template paused for its quality
    (132_016, Content),   // template switched off
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
        assert_eq!((class(131_050), class(0), class(132_016), class(5)), (Some(OptedOut), Some(Settings), Some(Content), None));
    }
}
