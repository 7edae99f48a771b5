//! What open pages learn as it happens: that something came, and that the program stops. And how many of them listen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

/// Streams of one person: as many windows as one looks at, and no more connections than browsers open to a server.
const OF_PERSON_MAX: usize = 4;
/// Streams of this process.
const OF_PROCESS_MAX: usize = 100;
/// A listener that is behind by more is told once: it asks for everything that is new anyway.
const NEWS_KEPT: usize = 1;

/// Who listens, and by what they are woken.
#[derive(Debug)]
pub struct Live {
    news: broadcast::Sender<()>,
    closing: watch::Sender<bool>,
    seats: Seats,
}

/// How many streams each person has open.
type Seats = Arc<Mutex<HashMap<Uuid, usize>>>;

impl Default for Live {
    fn default() -> Self {
        Self { news: broadcast::Sender::new(NEWS_KEPT), closing: watch::Sender::new(false), seats: Seats::default() }
    }
}

impl Live {
    /// Something came that an open page may show. Other processes find it when they next look.
    pub fn ring(&self) {
        // Nobody may be listening.
        let _ = self.news.send(());
    }

    /// The program stops: every stream ends at once, so that nothing waits for them.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Takes a seat for a person; none when they have too many, everybody together has, or the program stops.
    pub fn listen(&self, person: Uuid) -> Option<Listener> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let (of_person, of_all) = (seats.get(&person).copied().unwrap_or_default(), seats.values().sum::<usize>());
        if of_person >= OF_PERSON_MAX || of_all >= OF_PROCESS_MAX || *self.closing.borrow() {
            return None;
        }
        seats.insert(person, of_person + 1);
        let seat = Seat { seats: Arc::clone(&self.seats), person };
        Some(Listener { news: self.news.subscribe(), closing: self.closing.subscribe(), _seat: seat })
    }
}

/// Given back when its stream ends, however it ends.
#[derive(Debug)]
struct Seat {
    seats: Seats,
    person: Uuid,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = seats.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                seats.remove(&self.person);
            }
        }
    }
}

/// What woke a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Something came.
    News,
    /// The program stops.
    Closing,
}

/// An open stream's ear.
#[derive(Debug)]
pub struct Listener {
    news: broadcast::Receiver<()>,
    closing: watch::Receiver<bool>,
    _seat: Seat,
}

impl Listener {
    /// Waits until something comes or the program stops. May be dropped while it waits: nothing is lost by it.
    pub async fn woken(&mut self) -> Woken {
        tokio::select! {
            biased;
            _ = self.closing.wait_for(|closing| *closing) => Woken::Closing,
            told = self.news.recv() => match told {
                // Who missed some is told once.
                Ok(()) | Err(broadcast::error::RecvError::Lagged(_)) => Woken::News,
                Err(broadcast::error::RecvError::Closed) => Woken::Closing,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_limited_by_person_and_in_all_and_are_given_back() {
        let live = Live::default();
        let person = |n: usize| Uuid::from_u128(n as u128);
        let mut held: Vec<Listener> = (0..OF_PERSON_MAX).filter_map(|_| live.listen(person(0))).collect();
        assert_eq!(held.len(), OF_PERSON_MAX);
        assert!(live.listen(person(0)).is_none(), "one too many of theirs");
        held.pop();
        assert!(
            live.listen(person(0)).is_some_and(|l| {
                held.push(l);
                true
            }),
            "one was given back"
        );
        held.extend((1..=OF_PROCESS_MAX).filter_map(|n| live.listen(person(n))));
        assert_eq!(held.len(), OF_PROCESS_MAX, "all together");
        held.clear();
        assert!(live.listen(person(0)).is_some() && live.seats.lock().expect("seats").is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn a_bell_wakes_everybody_and_the_end_goes_before_news() {
        let live = Live::default();
        let (mut one, mut two) = (live.listen(Uuid::nil()).expect("a seat"), live.listen(Uuid::nil()).expect("a seat"));
        live.ring();
        live.ring();
        assert_eq!((one.woken().await, two.woken().await), (Woken::News, Woken::News));
        live.ring();
        live.close();
        assert_eq!((one.woken().await, two.woken().await), (Woken::Closing, Woken::Closing));
        assert!(live.listen(Uuid::nil()).is_none(), "nobody begins to listen any more");
    }
}
