//! Cancellation of a bridge.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

/// Stops a running bridge; clones stop the same one.
///
/// Async programs use [`Bridge::run_until`](crate::Bridge::run_until) instead.
///
/// # Examples
///
/// ```
/// use promcore::Registry;
/// use promgraphite::{Bridge, BridgeOpts, Cancellation};
///
/// let bridge = Bridge::new(BridgeOpts::new("graphite.example:2003").gatherer(Registry::new()))?;
/// let stop = Cancellation::new();
/// stop.cancel(); // Usually on another thread, with a clone.
/// bridge.run(&stop); // Returns after the last push, which has nothing to send here.
/// # Ok::<(), promgraphite::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancellation(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    is_cancelled: Mutex<bool>,
    changed: Condvar,
}

impl Cancellation {
    /// Makes a cancellation that is not cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the bridge; further calls do nothing.
    pub fn cancel(&self) {
        let is_cancelled = self.0.is_cancelled.lock();
        *is_cancelled.unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }

    /// Waits until `time` or until it is cancelled; reports whether it is.
    pub(crate) fn wait_until(&self, time: Instant) -> bool {
        let is_cancelled = self.0.is_cancelled.lock();
        let mut is_cancelled = is_cancelled.unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = time.saturating_duration_since(Instant::now());
            if *is_cancelled || left.is_zero() {
                return *is_cancelled;
            }
            let woken = self.0.changed.wait_timeout(is_cancelled, left);
            (is_cancelled, _) = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Cancels when it is dropped.
pub(crate) struct CancelOnDrop(pub(crate) Cancellation);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_waits_for_the_time_or_the_word() {
        let cancellation = Cancellation::new();
        assert!(!cancellation.wait_until(Instant::now()));
        assert!(!cancellation.wait_until(Instant::now() + Duration::from_millis(1)));
        drop(CancelOnDrop(cancellation.clone()));
        assert!(cancellation.wait_until(Instant::now() + Duration::from_secs(3600)));
    }
}
