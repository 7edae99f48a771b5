//! What Telnyx's error codes mean, of requests and of deliveries alike. An unknown one is judged by the HTTP status or the delivery's status alone.
//!
//! Source: <https://developers.telnyx.com/docs/messaging/messages/error-codes>, <https://developers.telnyx.com/development/api-fundamentals/api-errors>.

use crate::channels::class::{self, Class};
use Class::{Busy, Content, Later, OptedOut, Recipient, Settings, Tomorrow, Unknown};

/// In the order of the codes.
const CODES: [(u32, Class); 51] = [
    (10001, Settings),  // our number is not active
    (10007, Unknown),   // unexpected error
    (10008, Unknown),   // time-out
    (10009, Settings),  // key
    (10010, Settings),  // not allowed
    (10011, Busy),      // too many requests
    (10016, Recipient), // the number is not in E.164
    (20100, Settings),  // no credit
    (40001, Recipient), // landline, or no route to it
    (40002, Content),   // taken for spam
    (40003, Settings),  // the sender is blocked as a spammer
    (40004, Later),     // the recipient's carrier refuses
    (40005, Later),     // expired on its way
    (40006, Later),     // the recipient's carrier is down
    (40007, Later),     // carrier's protocol
    (40008, Later),     // not deliverable
    (40009, Content),   // text
    (40010, Settings),  // sender not registered (10DLC)
    (40011, Busy),      // rate limit
    (40012, Recipient), // no such number
    (40013, Settings),  // no such sender
    (40014, Busy),      // expired in our queue there
    (40015, Content),   // taken for spam by Telnyx
    (40016, Tomorrow),  // daily cap at T-Mobile
    (40017, Content),   // taken for spam by AT&T
    (40018, Tomorrow),  // cap at AT&T
    (40100, Settings),  // sender not set up for messages
    (40150, Settings),  // toll-free sender not verified
    (40300, OptedOut),  // STOP
    (40301, Content),   // type of message
    (40302, Content),   // too long
    (40304, Content),   // contradictory content
    (40305, Settings),  // sender
    (40306, Settings),  // name as sender not set up
    (40308, Settings),  // sender can't do this
    (40309, Settings),  // region not switched on
    (40310, Recipient), // not a number
    (40311, Settings),  // messaging profile's secret
    (40312, Settings),  // messaging profile switched off
    (40313, Settings),  // messaging profile's secret missing
    (40314, Settings),  // messages switched off for the account
    (40315, Settings),  // sender unhealthy
    (40316, Content),   // no text
    (40318, Busy),      // queue full
    (40319, Content),   // type and numbers don't go together
    (40320, Busy),      // sender not usable for a while
    (40321, Settings),  // no usable number in the messaging profile
    (40322, Content),   // blocked for what it says
    (40328, Content),   // message too large for the carrier
    (40331, Settings),  // sender not allowed for this purpose
    (40333, Tomorrow),  // the messaging profile's spending limit
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
        assert_eq!((class(40300), class(40333), class(10001), class(1)), (Some(OptedOut), Some(Tomorrow), Some(Settings), None));
    }
}
