//! Gauges.

use std::fmt;

use crate::cell::gauge::Values;
use crate::error::Error;
use crate::family::MetricType;
use crate::opts::GaugeOpts;
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::sync::AtomicU32;
use crate::time::Timestamp;
use crate::variable_label::VariableLabel;
use crate::vec::{Parts, instrument};

/// Reports a current amount: a value that goes up and down.
///
/// A `Gauge` is a handle on one metric: clones share its value.
/// Threads that increment and decrement it concurrently, as for requests in flight, do not slow each other down.
/// [`set`](Self::set) is one atomic store; on a gauge that is also incremented or decremented often, it takes a lock.
///
/// Follows `prometheus/gauge.go` of client_golang 1.24.1.
///
/// # Examples
///
/// ```
/// use promcore::Gauge;
///
/// let open = Gauge::new("connections_open", "Open connections.")?;
/// open.inc();
/// open.set(5.0);
/// open.sub(0.5);
/// assert_eq!(open.value(), 4.5);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewGauge")]
pub struct Gauge<H: Hold = Owned> {
    series: Series<Values, H>,
}

instrument!(Gauge, GaugeOpts, Values);

impl GaugeOpts {
    fn parts(self, labels: Vec<VariableLabel>) -> Result<Parts<Values>, Error> {
        self.common.parts(labels)
    }
}

impl<H: Hold> Gauge<H> {
    /// Sets the value, in the metric's unit.
    #[inline]
    pub fn set(&self, value: f64) {
        let (values, at) = self.series.cells();
        values.set(at, value);
    }

    /// Adds 1.
    #[inline]
    pub fn inc(&self) {
        self.add(1.0);
    }

    /// Subtracts 1.
    #[inline]
    pub fn dec(&self) {
        self.add(-1.0);
    }

    /// Adds `amount`, which may be negative.
    #[inline]
    pub fn add(&self, amount: f64) {
        let (values, at) = self.series.cells();
        values.add(at, amount);
    }

    /// Subtracts `amount`, which may be negative.
    #[inline]
    pub fn sub(&self, amount: f64) {
        self.add(-amount);
    }

    /// Sets the value to the current Unix time in seconds, according to the metric's [clock](GaugeOpts::clock).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use promcore::{Gauge, GaugeOpts, ManualClock, Timestamp};
    ///
    /// let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(1_500_000_000)));
    /// let opts = GaugeOpts::new("last_backup_timestamp_seconds", "When the last backup ended.");
    /// let last_backup = Gauge::with_opts(opts.clock(clock))?;
    /// last_backup.set_to_current_time();
    /// assert_eq!(last_backup.value(), 1.5);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "SetToCurrentTime")]
    pub fn set_to_current_time(&self) {
        let (block, _) = self.series.block();
        self.set(block.clock().now().unix_seconds());
    }

    /// Returns the current value.
    #[must_use]
    pub fn value(&self) -> f64 {
        let (values, at) = self.series.cells();
        values.value(at)
    }
}

impl Cells for Values {
    const LEN: usize = Self::LEN;
    const KIND: MetricType = MetricType::Gauge;
    type States = [AtomicU32; Self::LEN];
    type Shape = ();
    type Peek = f64;
    type Scratch = ();

    fn new(_len: usize, (): &()) -> Self {
        Self::new()
    }

    fn clear(&self, at: usize) {
        self.clear(at);
    }

    #[inline]
    fn peek(&self, at: usize) -> f64 {
        self.value(at)
    }

    fn numbers(peeks: &[f64]) -> Option<&[f64]> {
        Some(peeks)
    }

    #[inline]
    fn show<'a, R>(
        _cells: impl FnOnce() -> (&'a Self, usize),
        value: f64,
        _created: Option<Timestamp>,
        (): &mut (),
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R {
        show(Value::Gauge(value))
    }
}
