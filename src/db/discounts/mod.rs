//! Codes of shoppers' own: pools, codes, who was given one, which orders used them, and whose turn it is to ask the platform.

mod codes;
mod given;
mod pools;
mod turns;

pub use codes::{
    Held, Leaving, additions, all_deleted, arrived, deleted, deletions, end_of, fail, forget, held, insert, is_used, leaving, lost,
    mark_leaving, of_addition, resend, set_addition, set_deletion, set_sent, unsent,
};
pub use given::{
    Carried, Given, Key, Spare, distrust, due_soon, give, give_back, give_up, given_since, nudges_of, of_nudges, set_uses, spare, works,
};
pub use pools::{NewPool, PoolRow, PoolState, begin_again, made, open, open_pools, problem, refused, set_asked, set_gone};
pub use turns::{TurnRow, end_turn, shops_to_ask, take_turn, turn};
