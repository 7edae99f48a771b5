//! Death at a chosen point: the k-th write of a call holds still, its process is taken away, and only then does the write go on.

use comeback::db::Db;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::Waker;

/// What becomes of the write at which a process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It happens, and nobody learns of it.
    GoesOn,
    /// The line is cut: it never reached the database.
    Cut,
}

#[derive(Default)]
struct State {
    /// At which write from now on.
    left: Option<u32>,
    sprung: bool,
    then: Option<Then>,
    waker: Option<Waker>,
}

/// Waits for the k-th write.
#[derive(Default)]
pub struct Trap {
    state: Mutex<State>,
    released: Condvar,
}

impl Trap {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics in the trap")
    }

    pub fn arm(&self, at: u32) {
        let mut state = self.state();
        (state.left, state.sprung, state.then) = (Some(at), false, None);
    }

    pub fn disarm(&self) {
        self.state().left = None;
    }

    /// Has a process died in it? If not yet, wakes `waker` when one does.
    pub fn sprung(&self, waker: &Waker) -> bool {
        let mut state = self.state();
        state.waker = Some(waker.clone());
        state.sprung
    }

    /// Lets the write that is held go on.
    pub fn release(&self, then: Then) {
        let mut state = self.state();
        state.then = Some(then);
        drop(state);
        self.released.notify_all();
    }

    /// A write, on the database's side: comes back at once, or after the death of its process.
    pub fn write(&self) -> Then {
        let mut state = self.state();
        match state.left {
            None => return Then::GoesOn,
            Some(1) => state.left = None,
            Some(more) => {
                state.left = Some(more - 1);
                return Then::GoesOn;
            }
        }
        state.sprung = true;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
        while state.then.is_none() {
            state = self.released.wait(state).expect("nobody panics in the trap");
        }
        state.sprung = false;
        state.then.take().unwrap_or(Then::GoesOn)
    }

    /// On SQLite every changed row and every commit is a write.
    pub async fn watch(self: &Arc<Self>, db: &Db) {
        let Db::Sqlite { write, .. } = db else { return };
        let mut connection = write.acquire().await.expect("the writing connection");
        let mut handle = connection.lock_handle().await.expect("its handle");
        let (rows, commits) = (Arc::clone(self), Arc::clone(self));
        handle.set_update_hook(move |_| {
            rows.write();
        });
        handle.set_commit_hook(move || {
            commits.write();
            true
        });
    }
}
