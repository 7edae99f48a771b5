//! Moving a sequence that runs to another version of its campaign: what becomes of each step. Steps are known by their place.

use super::CampaignSpec;
use crate::domain::nudge::NudgeState;
use std::collections::{BTreeMap, BTreeSet};

/// The rule by which a message is cancelled because its step is gone, or was passed by.
pub const MOVED: &str = "moved";

/// A step's message as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing {
    /// Where it is in its life.
    pub state: NudgeState,
    /// It was cancelled because an earlier version didn't have its step.
    pub by_a_move: bool,
}

/// What becomes of a step's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It waits as the new version says.
    Again,
    /// The new version doesn't have it.
    Cancel,
    /// It is new, and still to come.
    Insert,
    /// It is new, and the sequence is past it.
    Passed,
}

/// The path of a cart in another version: the same, unless there is none of that name any more. `chosen` says which it takes then.
pub fn path_in<'a>(spec: &'a CampaignSpec, path: Option<&str>, chosen: impl FnOnce() -> Option<&'a str>) -> Option<&'a str> {
    let kept = path.and_then(|name| spec.paths.iter().find(|p| p.name == name));
    match kept {
        Some(path) => Some(&path.name),
        None if spec.paths.is_empty() => None,
        None => chosen(),
    }
}

/// What becomes of every step: by the steps of a cart's path in the new version, and by its messages as they are. What isn't named stays as it is: what left,
/// what is in somebody's hands, what was decided for good.
pub fn changes(steps: &BTreeSet<usize>, existing: &BTreeMap<usize, Existing>) -> Vec<(usize, Change)> {
    // What failed or may have left has had its turn as well; what was only cancelled has not.
    let had_its_turn = |e: &Existing| !matches!(e.state, NudgeState::Scheduled | NudgeState::Cancelled);
    let last = existing.iter().filter(|(_, e)| had_its_turn(e)).map(|(step, _)| *step).max();
    let to_come = |step: usize| last.is_none_or(|last| step > last);
    let all: BTreeSet<usize> = steps.iter().chain(existing.keys()).copied().collect();
    let change = |step: usize| match existing.get(&step) {
        Some(e) if e.state == NudgeState::Scheduled => Some(if steps.contains(&step) { Change::Again } else { Change::Cancel }),
        Some(e) if e.by_a_move && steps.contains(&step) && to_come(step) => Some(Change::Again),
        Some(_) => None,
        None => Some(if to_come(step) { Change::Insert } else { Change::Passed }),
    };
    all.into_iter().filter_map(|step| Some((step, change(step)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::{Path, Step};
    use crate::domain::duration::Length;
    use crate::domain::event::ChannelKind;
    use proptest::prelude::*;

    fn existing(states: &[NudgeState]) -> BTreeMap<usize, Existing> {
        states.iter().copied().enumerate().map(|(i, state)| (i, Existing { state, by_a_move: false })).collect()
    }

    fn check(steps: &[usize], states: &[NudgeState], expected: &[(usize, Change)]) {
        assert_eq!(changes(&steps.iter().copied().collect(), &existing(states)), expected, "{steps:?} {states:?}");
    }

    #[test]
    fn what_waits_follows_the_new_version_and_what_left_stays() {
        use NudgeState::{Cancelled, Scheduled, Sending, Sent};
        check(&[0, 1], &[Scheduled, Scheduled], &[(0, Change::Again), (1, Change::Again)]);
        check(&[0, 1], &[Sent, Scheduled], &[(1, Change::Again)]);
        check(&[0], &[Sent, Scheduled], &[(1, Change::Cancel)]);
        check(&[0, 1, 2], &[Sending, Scheduled], &[(1, Change::Again), (2, Change::Insert)]);
        check(&[0, 1], &[Cancelled, Scheduled], &[(1, Change::Again)]);
    }

    #[test]
    fn a_new_step_before_the_last_that_left_is_passed_by() {
        let mut had = existing(&[NudgeState::Sent]);
        had.insert(2, Existing { state: NudgeState::Sent, by_a_move: false });
        had.insert(3, Existing { state: NudgeState::Scheduled, by_a_move: false });
        assert_eq!(changes(&[0, 1, 2, 3].into(), &had), [(1, Change::Passed), (3, Change::Again)]);
    }

    #[test]
    fn a_step_that_a_move_took_out_comes_back_with_a_version_that_has_it() {
        let mut had = existing(&[NudgeState::Scheduled]);
        had.insert(1, Existing { state: NudgeState::Cancelled, by_a_move: true });
        assert_eq!(changes(&[0, 1].into(), &had), [(0, Change::Again), (1, Change::Again)]);
        had.insert(2, Existing { state: NudgeState::Sent, by_a_move: false });
        assert_eq!(changes(&[0, 1, 2].into(), &had), [(0, Change::Again)], "it was passed by");
    }

    #[test]
    fn a_path_is_kept_as_long_as_there_is_one_of_its_name() {
        let mut spec = CampaignSpec::starter();
        assert_eq!(path_in(&spec, Some("big"), || panic!("nothing to choose from")), None);
        spec.paths = vec![Path { name: "small".into(), only_if: None }];
        assert_eq!(path_in(&spec, Some("small"), || panic!("kept")), Some("small"));
        assert_eq!(path_in(&spec, Some("big"), || Some("small")), Some("small"));
        spec.steps.push(Step::new(Length::hours(48), ChannelKind::Email, "checkout-reminder"));
    }

    fn a_state() -> impl Strategy<Value = NudgeState> {
        proptest::sample::select(NudgeState::ALL.to_vec())
    }

    proptest! {
        /// Nothing that left, or may have, is ever touched; nothing that waits is forgotten; and a second move to the same version changes no more than the first.
        #[test]
        fn a_move_touches_only_what_waits(steps in proptest::collection::btree_set(0usize..8, 0..8), states in proptest::collection::vec((a_state(), any::<bool>()), 0..8)) {
            let had: BTreeMap<usize, Existing> = states.into_iter().enumerate()
                .map(|(i, (state, by))| (i, Existing { state, by_a_move: by && state == NudgeState::Cancelled })).collect();
            let done = changes(&steps, &had);
            let mut now = had.clone();
            for (step, change) in &done {
                let before = had.get(step).map(|e| e.state);
                prop_assert!(matches!(before, None | Some(NudgeState::Scheduled | NudgeState::Cancelled)), "{before:?}");
                let (state, by_a_move) = match change {
                    Change::Again | Change::Insert => (NudgeState::Scheduled, false),
                    Change::Cancel | Change::Passed => (NudgeState::Cancelled, true),
                };
                now.insert(*step, Existing { state, by_a_move });
            }
            prop_assert!(steps.iter().all(|s| now.contains_key(s)), "every step is planned");
            let waiting = |all: &BTreeMap<usize, Existing>| all.iter().filter(|(_, e)| e.state == NudgeState::Scheduled).map(|(s, _)| *s).collect::<Vec<_>>();
            prop_assert!(waiting(&now).iter().all(|s| steps.contains(s)));
            for (step, change) in changes(&steps, &now) {
                prop_assert_eq!(change, Change::Again, "step {}", step);
            }
        }
    }
}
