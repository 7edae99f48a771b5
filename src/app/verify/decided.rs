//! What only the rules themselves can tell: is every decision the one that its inputs ask for, and is every cart what its facts say?

use crate::db::verify::{Made, StoredCart};
use crate::domain::cart::CartState;
use crate::domain::nudge::{Inputs, decide};
use jiff::{SignedDuration, Timestamp};

/// A decision, made again from the inputs that were kept with it. What differs, if something does.
pub fn decided_otherwise(made: &Made) -> Option<String> {
    let Ok(inputs) = serde_json::from_str::<Inputs>(&made.inputs) else {
        return Some(format!("{} by {}: its inputs can't be read", made.outcome, made.rule));
    };
    let again = decide(&inputs);
    let outcome = again.verdict.as_str();
    let same = outcome == made.outcome && again.rule == made.rule;
    (!same).then(|| format!("{} by {}, but its inputs say {outcome} by {}", made.outcome, made.rule, again.rule))
}

/// A cart's state and time of activity, worked out again from its facts. What differs, if something does.
///
/// Open, abandoned and lost also depend on the time: until the planner has looked, a cart may still be what it was.
pub fn unlike_its_facts(cart: &StoredCart, now: Timestamp, abandon_after: SignedDuration) -> Option<String> {
    let Some(facts) = &cart.facts else { return Some(format!("{}: its facts can't be read", cart.state.as_str())) };
    let worked_out = facts.state(now, abandon_after, cart.recovered);
    let may_be: &[CartState] = match worked_out {
        CartState::Open | CartState::Abandoned => &[CartState::Open, CartState::Abandoned],
        CartState::Lost => &[CartState::Open, CartState::Abandoned, CartState::Lost],
        _ => &[worked_out],
    };
    if !may_be.contains(&cart.state) {
        return Some(format!("{}, but its facts say {}", cart.state.as_str(), worked_out.as_str()));
    }
    let same_time = facts.active_at.as_millisecond() == cart.active_at.as_millisecond();
    (!same_time).then(|| format!("active at {}, but its facts say {}", cart.active_at, facts.active_at))
}

/// Was a cart left, and nobody noticed? `settled_before`: whoever had left by then must have been noticed.
pub fn overlooked(cart: &StoredCart, settled_before: Timestamp, abandon_after: SignedDuration) -> bool {
    let left = |facts: &crate::domain::cart::Cart| facts.state(settled_before, abandon_after, cart.recovered) != CartState::Open;
    cart.state == CartState::Open && cart.facts.as_ref().is_some_and(left)
}
