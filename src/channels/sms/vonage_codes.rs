//! What Vonage's numbers mean: the status of a text that is handed over, and the error of one that was not delivered.
//!
//! Source: Vonage's OpenAPI description of its SMS API (`x-errors`), and <https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts>.

use crate::channels::class::{self, Class};
use Class::{Busy, Content, Later, OptedOut, Recipient, Settings, Unknown};

/// Of a text that is handed over; 0 is success.
const STATUS: [(u32, Class); 19] = [
    (1, Busy),       // throttled
    (2, Content),    // a parameter is missing
    (3, Content),    // a parameter can't be read
    (4, Settings),   // credentials
    (5, Unknown),    // internal error while it was processed
    (6, Recipient),  // no such prefix
    (7, OptedOut),   // the number is barred from getting texts
    (8, Settings),   // account suspended
    (9, Settings),   // no credit
    (10, Busy),      // too many connections
    (11, Settings),  // account not made for this interface
    (12, Content),   // too long
    (14, Settings),  // signature
    (15, Settings),  // sender not allowed
    (22, Content),   // network code
    (23, Content),   // callback address
    (29, Settings),  // demo account, number not listed
    (32, Settings),  // signed, and with a secret
    (33, Recipient), // number given up
];

/// Of a text that was not delivered; 0 is none.
const DELIVERY: [(u32, Class); 22] = [
    (1, Later),     // unknown
    (2, Later),     // absent for now
    (3, Recipient), // absent for good
    (4, OptedOut),  // barred by its user
    (5, Later),     // number being ported
    (6, Content),   // taken for spam
    (7, Later),     // handset busy
    (8, Later),     // network
    (9, Recipient), // no such number
    (10, Content),  // not a possible text
    (11, Busy),     // no route
    (12, Later),    // can't be reached
    (13, Content),  // not for that age
    (14, Settings), // blocked by the carrier
    (15, Later),    // prepaid card without money
    (16, Busy),     // gateway's quota
    (50, Settings), // sender's company not registered
    (51, Settings), // sender not registered
    (52, Content),  // text not registered
    (53, OptedOut), // no consent known to the carrier
    (54, Settings), // regulation
    (99, Later),    // anything else
];

/// What a status means; none if it isn't known.
pub fn of_status(code: u32) -> Option<Class> {
    class::find(&STATUS, code)
}

/// What a failed delivery means; none if it isn't known.
pub fn of_delivery(code: u32) -> Option<Class> {
    class::find(&DELIVERY, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order_so_that_every_code_is_found() {
        assert!(STATUS.windows(2).all(|pair| pair[0].0 < pair[1].0) && DELIVERY.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!((of_status(0), of_status(1), of_status(33), of_status(34)), (None, Some(Busy), Some(Recipient), None));
        assert_eq!((of_delivery(0), of_delivery(3), of_delivery(99)), (None, Some(Recipient), Some(Later)));
    }
}
