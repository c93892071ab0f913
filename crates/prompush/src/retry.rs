//! Trying again.

use std::time::Duration;

/// Says how often a push is tried again that failed for a while, as far as one can tell.
///
/// That is one whose error [is transient](crate::Error::is_transient).
/// A push may be tried again without harm: what arrives twice replaces itself.
///
/// # Defaults
///
/// A second before the first new attempt, twice as long before each further one, and at most 30
/// seconds.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
///
/// use prompush::{Pusher, Retry};
///
/// let retry = Retry::new(5).pause(Duration::from_millis(200));
/// Pusher::new("push:9091", "nightly").retry(retry).push_blocking()?;
/// # Ok::<(), prompush::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Retry {
    retries: u32,
    pause: Duration,
    max_pause: Duration,
}

impl Retry {
    /// Tries `retries` times more after the first attempt; 0 never tries again.
    pub const fn new(retries: u32) -> Self {
        Self {
            retries,
            pause: Duration::from_secs(1),
            max_pause: Duration::from_secs(30),
        }
    }

    /// Sets the pause before the first new attempt; it doubles with each.
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Sets the longest pause between two attempts.
    pub const fn max_pause(mut self, max_pause: Duration) -> Self {
        self.max_pause = max_pause;
        self
    }

    /// Returns the pauses, one before each new attempt.
    pub(crate) fn pauses(self) -> impl Iterator<Item = Duration> {
        (0..self.retries).map(move |number| {
            let factor = 1_u32.checked_shl(number).unwrap_or(u32::MAX);
            self.pause.saturating_mul(factor).min(self.max_pause)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let seconds = |retry: Retry| retry.pauses().map(|it| it.as_secs()).collect::<Vec<_>>();
        assert_eq!(seconds(Retry::new(7)), [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(seconds(Retry::new(0)), [0; 0]);
        let retry = Retry::new(3)
            .pause(Duration::from_secs(5))
            .max_pause(Duration::from_secs(7));
        assert_eq!(seconds(retry), [5, 7, 7]);
        let last = Retry::new(100).pauses().last();
        assert_eq!(last, Some(Duration::from_secs(30)));
    }
}
