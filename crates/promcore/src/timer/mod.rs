//! Timers: measuring durations.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::labels::LabelPair;
use crate::observer::{ExemplarObserver, Observer};
use crate::time::{Clock, Timestamp};

/// Measures the time from its creation until it is dropped, and records it once, in seconds, with an [`Observer`].
///
/// A timer records however its scope is left: at the end, by an early return, or by a panic.
/// In a future, it also records when the future is cancelled.
/// To skip the observation on failure, call [`stop_and_discard`](Self::stop_and_discard); to record outcomes separately, see [By outcome](#by-outcome).
/// If the observer panics while the timer is dropped during a panic, the program aborts, as with any drop.
///
/// Follows `prometheus/timer.go` of client_golang 1.24.1, with drop in place of `defer`.
///
/// # Units
///
/// Seconds: the metric's name should end with `_seconds`.
///
/// # Examples
///
/// ```
/// use promcore::{Histogram, HistogramOpts, Timer, linear_buckets};
///
/// let requests = Histogram::with_opts(
///     HistogramOpts::new("example_request_duration_seconds", "Time that requests take.")
///         .buckets(linear_buckets(0.01, 0.01, 10)?),
/// )?;
/// {
///     let _timer = Timer::new(&requests);
///     // Do something here that takes time.
/// }
/// assert_eq!(requests.snapshot().count, 1);
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// ## With a gauge
///
/// A job that runs less often than it is scraped, such as a nightly one, needs no histogram:
///
/// ```
/// use promcore::{Gauge, Timer, observer_fn};
///
/// # fn work() -> Result<(), promcore::Error> { Ok(()) }
/// let last_run = Gauge::new("backup_duration_seconds", "Time that the last backup took.")?;
/// let timer = Timer::new(observer_fn(|seconds| last_run.set(seconds)));
/// work()?; // The time is recorded even if this fails.
/// let took = timer.observe_duration();
/// assert_eq!(last_run.value(), took.as_secs_f64());
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// ## By outcome
///
/// A closure may decide at the end which metric records the value.
/// Each label value adds a histogram.
///
/// ```
/// use std::cell::Cell;
///
/// use promcore::{HistogramVec, Timer, observer_fn};
///
/// let requests = HistogramVec::new(
///     "api_request_duration_seconds",
///     "Time to answer, by class of status.",
///     ["status_class"],
/// )?;
/// let status = Cell::new(500); // Until we know better.
/// let timer = Timer::new(observer_fn(|seconds| {
///     let class = match status.get() {
///         500.. => "5xx",
///         400.. => "4xx",
///         300.. => "3xx",
///         200.. => "2xx",
///         _ => "1xx",
///     };
///     requests.with([class]).observe(seconds);
/// }));
/// status.set(404);
/// drop(timer);
/// assert_eq!(requests.with(["4xx"]).snapshot().count, 1);
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a timer that is not kept records immediately"]
pub struct Timer<O: Observer> {
    started: Started,
    /// `None` once the time is recorded or discarded.
    observer: Option<O>,
}

#[derive(Debug)]
enum Started {
    /// On the monotonic clock.
    At(Instant),
    /// On a clock that a test controls.
    By(Arc<dyn Clock>, Timestamp),
}

impl<O: Observer> Timer<O> {
    /// Starts a timer.
    #[doc(alias = "NewTimer")]
    pub fn new(observer: O) -> Self {
        Self {
            started: Started::At(Instant::now()),
            observer: Some(observer),
        }
    }

    /// Starts a timer that reads `clock`, for tests that control the time.
    ///
    /// If the clock is set back, the elapsed time is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    ///
    /// use promcore::{Histogram, ManualClock, Timer, Timestamp};
    ///
    /// let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(0)));
    /// let seconds = Histogram::new("job_seconds", "Time that jobs take.")?;
    /// let timer = Timer::with_clock(&seconds, clock.clone());
    /// clock.advance(Duration::from_millis(250));
    /// drop(timer);
    /// assert_eq!(seconds.snapshot().sum, 0.25);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    pub fn with_clock(observer: O, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        Self {
            started: Started::By(clock, now),
            observer: Some(observer),
        }
    }

    /// Returns the elapsed time, without stopping the timer.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match &self.started {
            Started::At(start) => start.elapsed(),
            Started::By(clock, start) => clock.now().saturating_since(*start),
        }
    }

    /// Records the elapsed time, and returns it.
    pub fn observe_duration(mut self) -> Duration {
        self.stop()
    }

    /// Stops the timer without recording, and returns the elapsed time.
    pub fn stop_and_discard(mut self) -> Duration {
        self.observer = None;
        self.elapsed()
    }

    fn stop(&mut self) -> Duration {
        let elapsed = self.elapsed();
        if let Some(observer) = self.observer.take() {
            observer.observe(elapsed.as_secs_f64());
        }
        elapsed
    }
}

impl<O: ExemplarObserver> Timer<O> {
    /// Records the elapsed time, with `labels` as an exemplar, such as the trace ID of a request, and returns it.
    ///
    /// # Panics
    ///
    /// If the labels are invalid or too long; the time is recorded without them then. See [`try_observe_duration_with_exemplar`](Self::try_observe_duration_with_exemplar).
    #[track_caller]
    pub fn observe_duration_with_exemplar<K: Into<String>, V: Into<String>>(
        self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Duration {
        match self.try_observe_duration_with_exemplar(labels) {
            Ok(elapsed) => elapsed,
            Err(error) => panic!("{error}"),
        }
    }

    /// Records the elapsed time, with `labels` as an exemplar, and returns it.
    ///
    /// # Errors
    ///
    /// The errors of [`Exemplar::try_new`](crate::Exemplar::try_new) for invalid labels; the time is recorded without them then.
    pub fn try_observe_duration_with_exemplar<K: Into<String>, V: Into<String>>(
        mut self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Duration, Error> {
        let labels = labels.into_iter();
        let labels = labels.map(|(name, value)| LabelPair::new(name, value));
        let labels = labels.collect();
        let elapsed = self.elapsed();
        if let Some(observer) = self.observer.take() {
            let seconds = elapsed.as_secs_f64();
            observer
                .try_observe_with_exemplar(seconds, labels)
                .inspect_err(|_| observer.observe(seconds))?;
        }
        Ok(elapsed)
    }
}

impl<O: Observer> Drop for Timer<O> {
    fn drop(&mut self) {
        if self.observer.is_some() {
            self.stop();
        }
    }
}

#[cfg(test)]
mod tests;
