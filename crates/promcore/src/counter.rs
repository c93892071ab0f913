//! Counters.

use std::fmt;

use crate::cell::sum::Sums;
use crate::error::Error;
use crate::exemplar::Exemplar;
use crate::family::MetricType;
use crate::opts::CounterOpts;
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::sync::AtomicU32;
use crate::time::Timestamp;
use crate::variable_label::VariableLabel;
use crate::vec::{Parts, instrument};

/// Counts events or amounts: a value that starts at 0 and only goes up.
///
/// A `Counter` is a handle on one metric: clones share its value.
/// An increment is an atomic load and store on the thread's own shard, and never waits.
///
/// Follows `prometheus/counter.go` of client_golang 1.24.1: whole increments are counted separately from fractions, so that they stay exact beyond 2^53, and wrap at 2^64.
/// Unlike in Go, NaN is refused, because the sum would stay NaN; so is an increment whose exemplar is invalid.
///
/// # Examples
///
/// ```
/// use promcore::Counter;
///
/// let jobs = Counter::new("jobs_total", "Jobs done.")?;
/// jobs.inc();
/// jobs.add(2.5);
/// assert_eq!(jobs.value(), 3.5);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewCounter")]
pub struct Counter<H: Hold = Owned> {
    series: Series<Sums, H>,
}

instrument!(Counter, CounterOpts, Sums);

impl CounterOpts {
    fn parts(self, labels: Vec<VariableLabel>) -> Result<Parts<Sums>, Error> {
        self.common.parts(labels)
    }
}

impl<H: Hold> Counter<H> {
    /// Adds 1.
    #[inline]
    pub fn inc(&self) {
        let (sums, at) = self.series.cells();
        sums.add_whole(at, 1);
    }

    /// Adds `amount`, in the metric's unit.
    ///
    /// # Panics
    ///
    /// If `amount` is negative or NaN; see [`try_add`](Self::try_add).
    #[inline]
    #[track_caller]
    pub fn add(&self, amount: f64) {
        let (sums, at) = self.series.cells();
        if !sums.add(at, amount) {
            refuse(&Error::CounterDecrease(amount));
        }
    }

    /// Adds `amount`, in the metric's unit, unless it is negative or NaN.
    ///
    /// # Errors
    ///
    /// [`Error::CounterDecrease`] if `amount` is negative or NaN; the counter is unchanged.
    #[inline]
    pub fn try_add(&self, amount: f64) -> Result<(), Error> {
        let (sums, at) = self.series.cells();
        if sums.add(at, amount) {
            Ok(())
        } else {
            Err(Error::CounterDecrease(amount))
        }
    }

    /// Adds 1, with `labels` as an exemplar, such as the trace ID of a request.
    ///
    /// # Panics
    ///
    /// As for [`add_with_exemplar`](Self::add_with_exemplar).
    #[track_caller]
    pub fn inc_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) {
        self.add_with_exemplar(1.0, labels);
    }

    /// Adds `amount`, with `labels` as an exemplar, such as the trace ID of a request.
    ///
    /// The latest exemplar is exposed with the counter's value, along with the time it was recorded.
    /// An exemplar without labels is allowed.
    /// Unlike [`add`](Self::add), this takes a lock and allocates; recording an exemplar now and then is enough.
    ///
    /// # Panics
    ///
    /// If `amount` is negative or NaN, or the labels are invalid or too long; nothing is added then. See [`try_add_with_exemplar`](Self::try_add_with_exemplar).
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Counter;
    ///
    /// let sold = Counter::new("tickets_sold_total", "Tickets sold.")?;
    /// sold.add_with_exemplar(2.0, [("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
    /// assert_eq!(sold.value(), 2.0);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "AddWithExemplar")]
    #[track_caller]
    pub fn add_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        amount: f64,
        labels: impl IntoIterator<Item = (K, V)>,
    ) {
        if let Err(error) = self.try_add_with_exemplar(amount, labels) {
            refuse(&error);
        }
    }

    /// Adds `amount`, with `labels` as an exemplar, unless either is invalid.
    ///
    /// # Errors
    ///
    /// [`Error::CounterDecrease`] if `amount` is negative or NaN, and the errors of [`Exemplar::try_new`] for invalid labels; the counter and its exemplar are unchanged.
    pub fn try_add_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        amount: f64,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), Error> {
        if amount < 0.0 || amount.is_nan() {
            return Err(Error::CounterDecrease(amount));
        }
        let (block, at) = self.series.block();
        let exemplar = Exemplar::try_new(labels, amount, Some(block.clock().now()))?;
        block.cells.add(at, amount);
        block.cells.note(at, exemplar);
        Ok(())
    }

    /// Returns the current value.
    #[must_use]
    pub fn value(&self) -> f64 {
        let (sums, at) = self.series.cells();
        sums.value(at)
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn refuse(error: &Error) -> ! {
    panic!("{error}");
}

impl Cells for Sums {
    const LEN: usize = Self::LEN;
    const KIND: MetricType = MetricType::Counter;
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

    fn fetch(&self) -> u64 {
        self.fetch()
    }

    fn peek_all(&self, peeks: &mut Vec<f64>) {
        self.read_all(peeks);
    }

    fn numbers(peeks: &[f64]) -> Option<&[f64]> {
        Some(peeks)
    }

    fn may_have_exemplars(&self) -> bool {
        self.has_examples()
    }

    #[inline]
    fn show<'a, R>(
        cells: impl FnOnce() -> (&'a Self, usize),
        value: f64,
        created: Option<Timestamp>,
        (): &mut (),
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R {
        let (sums, at) = cells();
        // If there is an exemplar, the value is read after it: it must include the increment that the exemplar is of.
        let (exemplar, value) = match sums.example(at) {
            Some((exemplar, value)) => (Some(exemplar), value),
            None => (None, value),
        };
        show(Value::Counter {
            value,
            exemplar: exemplar.as_deref(),
            created,
        })
    }
}
