//! Time and chance, handed in: the program uses the system's, tests and simulations their own.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use std::time::Duration;

/// Tells the time, and lets it pass.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Comes back after a while. A clock that makes its own time lets that pass, not the system's.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Gives random bytes.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The system's clock, in milliseconds: what is stored and what is in memory are the same.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that asks the system for the time
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// The system's randomness.
pub struct SystemRandom;

impl Random for SystemRandom {
    #[allow(clippy::disallowed_methods)] // the one place that asks the system for randomness
    fn fill(&self, buffer: &mut [u8]) {
        // An operating system without randomness can't keep any secret: there is nothing sensible to go on with.
        #[allow(clippy::expect_used)]
        getrandom::fill(buffer).expect("the operating system gives no random bytes");
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut buffer = [0; N];
    random.fill(&mut buffer);
    buffer
}
