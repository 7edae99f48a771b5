//! What replay reads and writes: a copy of what a store recorded, its order of events, and the rows of a rebuilt store.
//!
//! Two throw-away SQLite databases with the usual schema, whatever the engine of the live one: `given` holds what was recorded, `rebuilt` what follows from it.

mod copy;
mod lines;
mod past;
mod rebuilt;
mod script;
mod trial;

pub use copy::{Copied, copy_shop, snapshot};
pub use lines::{Kind, Line, beside_erased, for_each_pair};
pub use past::{forget_past, reaching_past};
pub use rebuilt::{
    Pairing, addressed, adopt_decided_nudges, adopt_nudges, by_other_rules, drop_skipped, events_of, give_up_by, handed_over, has_cart,
    lease, leased_by, leave_unscored, next_quiet, next_wake, prepare, record, rename_cart, rewind, skipped, take_skips, take_traces, touch,
    waiting,
};
pub use script::{Request, Step, audited, batch, build, decision, request, script, suppression};
pub use trial::{TrialRow, moments, sent_by_step, sent_in, still_waiting, trial_rows, trial_rules};
