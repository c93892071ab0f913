//! Retries.

use std::time::Duration;

/// How often and when a push is retried after a [transient](crate::Error::is_transient) error.
///
/// Retrying is safe: a push that arrives twice replaces itself.
///
/// # Defaults
///
/// A pause of one second before the first retry, doubled before each further one, up to 30 seconds.
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
    /// Makes options with up to `retries` retries after the first attempt.
    pub const fn new(retries: u32) -> Self {
        Self {
            retries,
            pause: Duration::from_secs(1),
            max_pause: Duration::from_secs(30),
        }
    }

    /// Sets the pause before the first retry; it doubles before each further one.
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Sets the longest pause between two attempts.
    pub const fn max_pause(mut self, max_pause: Duration) -> Self {
        self.max_pause = max_pause;
        self
    }

    /// Returns the pauses before each retry.
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
