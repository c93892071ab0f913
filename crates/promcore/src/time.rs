//! Timestamps and clocks.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time, with nanosecond precision.
///
/// # Examples
///
/// ```
/// use promcore::Timestamp;
///
/// let created = Timestamp::from_unix_nanos(1_700_000_000_123_000_000);
/// assert_eq!(created.unix_millis(), 1_700_000_000_123);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a timestamp from nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Returns the nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_nanos(self) -> i64 {
        self.0
    }

    /// Returns the milliseconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Returns the seconds since the Unix epoch, rounded as in Go: the nanoseconds are first converted to a float, then divided.
    #[must_use]
    pub const fn unix_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Returns the timestamp `duration` later, or the last representable one.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let nanos = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(nanos))
    }

    /// Returns the time elapsed since `earlier`, or zero if `earlier` is later.
    #[must_use]
    pub fn saturating_since(self, earlier: Self) -> Duration {
        let nanos = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
    }
}

impl From<Timestamp> for SystemTime {
    /// Converts a timestamp.
    ///
    /// # Panics
    ///
    /// If the system's time cannot represent the timestamp.
    fn from(time: Timestamp) -> Self {
        let distance = Duration::from_nanos(time.0.unsigned_abs());
        if time.0 < 0 {
            UNIX_EPOCH - distance
        } else {
            UNIX_EPOCH + distance
        }
    }
}

impl From<SystemTime> for Timestamp {
    /// Converts a system time; times outside the years 1677 to 2262 become the first or last representable timestamp.
    fn from(time: SystemTime) -> Self {
        let nanos = |d: Duration| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(since) => nanos(since),
            Err(before) => -nanos(before.duration()),
        })
    }
}

/// Tells instruments the time, for creation times, exemplars and ages.
///
/// Programs use [`SystemClock`], the default; tests that check times use a [`ManualClock`].
/// A clock may be read by many threads concurrently, and for every observation, so it should be quick.
/// It is never called under a lock of this crate.
///
/// # Examples
///
/// A test with its own clock checks the creation time of a counter:
///
/// ```
/// use std::sync::Arc;
///
/// use promcore::{Counter, CounterOpts, Gatherer, ManualClock, MetricValue, Registry, Timestamp};
///
/// let start = Timestamp::from_unix_nanos(1_700_000_000_000_000_000);
/// let clock = Arc::new(ManualClock::new(start));
/// let jobs = Counter::with_opts(CounterOpts::new("jobs_total", "Jobs done.").clock(clock))?;
/// let registry = Registry::new();
/// registry.register(jobs)?;
///
/// let MetricValue::Counter(value) = &registry.gather().families[0].metrics[0].value else {
///     panic!("it is a counter");
/// };
/// assert_eq!(value.created, Some(start));
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Returns whether time advances without being set, so that a thread may rely on a recent reading.
    ///
    /// If so, a frequently observed summary with objectives reads the clock for only one in up to 64 observations.
    /// By default, as for clocks that tests set, it reads the clock each time.
    fn runs_by_itself(&self) -> bool {
        false
    }
}

/// The clock of the operating system.
///
/// # Examples
///
/// ```
/// use promcore::{Clock, SystemClock};
///
/// assert!(SystemClock::default().now().unix_seconds() > 1.7e9);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    fn runs_by_itself(&self) -> bool {
        true
    }
}

/// A clock that moves only when it is told to.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use promcore::{Clock, ManualClock, Timestamp};
///
/// let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(0)));
/// clock.advance(Duration::from_millis(5));
/// assert_eq!(clock.now().unix_millis(), 5);
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// Makes a clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by);
    }

    /// Sets the clock, which may move it backwards.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns a shared handle on the clock of the operating system.
pub(crate) fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b17_times_before_the_epoch_and_far_away_are_times_too() {
        let before = UNIX_EPOCH - Duration::from_nanos(1);
        assert_eq!(Timestamp::from(before).unix_nanos(), -1);
        assert_eq!(SystemTime::from(Timestamp::from(before)), before);
        assert_eq!(Timestamp::from(before).unix_millis(), -1);
        let far = UNIX_EPOCH + Duration::from_secs(20_000_000_000);
        assert_eq!(Timestamp::from(far).unix_nanos(), i64::MAX);
        let last = Timestamp::from_unix_nanos(i64::MAX);
        assert_eq!(last.saturating_add(Duration::MAX), last);
        let first = Timestamp::from_unix_nanos(i64::MIN);
        assert_eq!(last.saturating_since(first), Duration::from_nanos(u64::MAX));
        assert_eq!(first.saturating_since(last), Duration::ZERO);
    }

    #[test]
    fn seconds_are_rounded_as_in_go() {
        let time = Timestamp::from_unix_nanos(1_700_000_000_123_000_000);
        assert_eq!(time.unix_seconds(), 1_700_000_000.123_000_1);
        assert_eq!(
            SystemTime::from(time),
            UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
        );
    }
}
