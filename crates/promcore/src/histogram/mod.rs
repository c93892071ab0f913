//! Histograms: counting observations, and reading a consistent state of them.

mod buckets; // Upper bounds.
mod native; // Exponential buckets.
mod opts; // Options.
mod search; // Finding the bucket of a value.

use std::fmt;
use std::sync::Arc;

use self::buckets::Buckets;
pub use self::buckets::{
    DEFAULT_BUCKETS, exponential_buckets, exponential_buckets_range, linear_buckets,
};
use self::native::NativeShape;
use self::native::cells::Natives;
pub use self::opts::HistogramOpts;
use crate::block::Block;
use crate::cell::examples::Examples;
use crate::cell::stripes::{Observation, Stripes, Totals};
use crate::error::Error;
use crate::exemplar::Exemplar;
use crate::family::{Bucket, HistogramValue, MetricType};
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::sync::AtomicU32;
use crate::time::Timestamp;
use crate::vec::{Parts, instrument};

/// Counts observations, such as durations or sizes, in buckets.
///
/// A `Histogram` is a handle on one metric: clones share its counts.
/// In every scrape, buckets, count and sum cover the same observations.
///
/// Follows `prometheus/histogram.go` of client_golang 1.24.1; the constructor refuses a label named `le` and bounds that are NaN.
///
/// # Examples
///
/// ```
/// use promcore::{Histogram, HistogramOpts};
///
/// let sizes = Histogram::with_opts(
///     HistogramOpts::new("reply_size_bytes", "Sizes of replies.").buckets([100.0, 1_000.0]),
/// )?;
/// sizes.observe(250.0);
/// assert_eq!(sizes.snapshot().count, 1);
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// A thousand temperatures of a pond, in buckets of five degrees:
///
/// ```
/// use promcore::{Histogram, HistogramOpts, linear_buckets};
///
/// let opts = HistogramOpts::new("pond_temperature_celsius", "The temperature of the frog pond.");
/// let pond = Histogram::with_opts(opts.buckets(linear_buckets(20.0, 5.0, 5)?))?;
/// for i in 0..1_000 {
///     let swing = f64::sin(f64::from(i) * 0.1);
///     pond.observe(30.0 + (120.0 * swing).floor() / 10.0);
/// }
/// let counted = pond.snapshot();
/// let counts: Vec<u64> = counted.buckets.iter().map(|b| b.cumulative_count).collect();
/// assert_eq!((counted.count, counts), (1_000, vec![192, 366, 501, 638, 816]));
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewHistogram")]
pub struct Histogram<H: Hold = Owned> {
    series: Series<HistogramCells, H>,
}

instrument!(Histogram, HistogramOpts, HistogramCells);

impl<H: Hold> Histogram<H> {
    /// Records `value`, in the metric's unit.
    ///
    /// NaN falls into no bucket that has an upper bound, and makes the sum NaN.
    #[inline]
    pub fn observe(&self, value: f64) {
        let (block, at) = self.series.block();
        let cells = &block.cells;
        if let Some(bucket) = cells.buckets.quick(value)
            && cells.stripes.quick(at, bucket, value)
        {
            return;
        }
        observe_slowly(block, at, value);
    }

    /// Records `value` as `times` equal observations, of which a scrape sees all or none.
    ///
    /// The sum grows by `value * times`. If `times` is 0, nothing is recorded.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Histogram;
    ///
    /// let waits = Histogram::new("batch_wait_seconds", "Time that jobs waited for their batch.")?;
    /// waits.observe_n(0.25, 40);
    /// assert_eq!((waits.snapshot().count, waits.snapshot().sum), (40, 10.0));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    pub fn observe_n(&self, value: f64, times: u64) {
        if times > 0 {
            let (block, at) = self.series.block();
            observe_times(block, at, value, times);
        }
    }

    /// Records `value`, with `labels` as an exemplar, such as the trace ID of a request.
    ///
    /// The latest exemplar of each bucket is exposed with the bucket; with [native](HistogramOpts::native_max_exemplars) buckets, some exemplars spread over the range of values are exposed as well.
    /// An exemplar without labels is allowed.
    /// Unlike [`observe`](Self::observe), this takes a lock and allocates; recording an exemplar now and then is enough.
    ///
    /// # Panics
    ///
    /// If the labels are invalid or too long; nothing is recorded then. See [`try_observe_with_exemplar`](Self::try_observe_with_exemplar).
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Histogram;
    ///
    /// let seconds = Histogram::new("reply_seconds", "Time to answer.")?;
    /// seconds.observe_with_exemplar(0.3, [("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
    /// let bucket = &seconds.snapshot().buckets[6];
    /// assert_eq!((bucket.upper_bound, bucket.exemplar.is_some()), (0.5, true));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "ObserveWithExemplar")]
    #[track_caller]
    pub fn observe_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        value: f64,
        labels: impl IntoIterator<Item = (K, V)>,
    ) {
        if let Err(error) = self.try_observe_with_exemplar(value, labels) {
            panic!("{error}");
        }
    }

    /// Records `value`, with `labels` as an exemplar, unless they are invalid.
    ///
    /// # Errors
    ///
    /// The errors of [`Exemplar::try_new`] for invalid labels; nothing is recorded then.
    pub fn try_observe_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        value: f64,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), Error> {
        let (block, at) = self.series.block();
        let exemplar = Exemplar::try_new(labels, value, Some(block.clock().now()))?;
        self.observe(value);
        block.cells.note(at, exemplar);
        Ok(())
    }

    /// Returns the current buckets, count and sum.
    #[must_use]
    pub fn snapshot(&self) -> HistogramValue {
        let (block, at) = self.series.block();
        let mut scratch = Scratch::default();
        block
            .cells
            .read_into(at, Some(block.created(at)), &mut scratch);
        scratch.value
    }
}

/// A block of histograms.
#[derive(Debug)]
pub struct HistogramCells {
    buckets: Buckets,
    stripes: Stripes,
    /// If present, counts everything in place of `stripes`.
    native: Option<Box<Natives>>,
    /// The latest exemplar of each classic bucket of each series.
    examples: Examples,
    len: usize,
}

/// What all series of a histogram share.
#[derive(Clone, Debug)]
pub struct HistogramShape {
    buckets: Buckets,
    native: Option<Arc<NativeShape>>,
}

/// Buffers for reading a histogram.
#[derive(Debug, Default)]
pub struct Scratch {
    totals: Totals,
    stripe: Totals,
    examples: Vec<Option<Arc<Exemplar>>>,
    value: HistogramValue,
}

impl HistogramCells {
    /// Keeps an exemplar of an observation that was already counted.
    fn note(&self, at: usize, exemplar: Exemplar) {
        let buckets = self.buckets.len();
        let place = at * buckets + self.buckets.find(exemplar.value);
        if let Some(native) = &self.native {
            native.add_exemplar(at, exemplar.clone());
        }
        self.examples.put(place, self.len * buckets, exemplar);
    }

    /// Reads the series `at`: exemplars first, so that each is of an observation that the counts include.
    fn read_into(&self, at: usize, created: Option<Timestamp>, scratch: &mut Scratch) {
        let buckets = self.buckets.len();
        let examples = &mut scratch.examples;
        examples.clear();
        if !self.examples.is_empty() {
            let places = at * buckets..(at + 1) * buckets;
            examples.extend(places.map(|place| self.examples.get(place)));
        }
        self.read_counts(at, created, scratch);
        let value = &mut scratch.value;
        if let Some(Some(_)) = scratch.examples.last() {
            value.buckets.push(Bucket::new(f64::INFINITY, value.count));
        }
        for (bucket, example) in value.buckets.iter_mut().zip(&scratch.examples) {
            bucket.exemplar = example.as_deref().cloned();
        }
    }

    fn read_counts(&self, at: usize, created: Option<Timestamp>, scratch: &mut Scratch) {
        let Scratch {
            totals,
            stripe,
            value,
            ..
        } = scratch;
        value.created = created;
        if let Some(native) = &self.native {
            return native.read(at, value);
        }
        self.stripes.read(at, totals, stripe);
        let mut count = 0_u64;
        let bounds = &self.buckets.bounds;
        // The scratch was mostly used for the same vec before, so its buckets are reused.
        let new = || Bucket::new(f64::NAN, 0);
        value.buckets.resize_with(bounds.len(), new);
        let counts = bounds.iter().zip(&totals.buckets);
        for (bucket, (&upper_bound, in_bucket)) in value.buckets.iter_mut().zip(counts) {
            count = count.wrapping_add(*in_bucket);
            bucket.upper_bound = upper_bound;
            bucket.cumulative_count = count;
            bucket.exemplar = None;
        }
        let larger = totals.buckets.last().expect("there is a last bucket");
        value.count = count.wrapping_add(*larger);
        value.sum = totals.sum;
    }
}

// Takes the fast path's arguments, so that the fast path keeps nothing across a call.
#[cold]
#[inline(never)]
fn observe_slowly(block: &Block<HistogramCells>, at: usize, value: f64) {
    observe_times(block, at, value, 1);
}

#[inline]
fn observe_times(block: &Block<HistogramCells>, at: usize, value: f64, times: u64) {
    let cells = &block.cells;
    let observation = Observation {
        value,
        times,
        bucket: match cells.buckets.len() {
            1 => 0,
            _ => cells.buckets.find(value),
        },
    };
    match &cells.native {
        None => cells.stripes.observe(at, observation),
        Some(native) => native.observe(at, observation, || block.created(at)),
    }
}

impl Cells for HistogramCells {
    const LEN: usize = 8;
    const KIND: MetricType = MetricType::Histogram;
    type States = [AtomicU32; Self::LEN];
    type Shape = HistogramShape;
    type Peek = ();
    type Scratch = Scratch;

    fn new(len: usize, shape: &HistogramShape) -> Self {
        let HistogramShape { buckets, native } = shape;
        Self {
            buckets: buckets.clone(),
            stripes: Stripes::new(len, buckets.len()),
            native: native
                .as_ref()
                .map(|native| Box::new(Natives::new(len, native))),
            examples: Examples::new(),
            len,
        }
    }

    fn clear(&self, at: usize) {
        let buckets = self.buckets.len();
        (at * buckets..(at + 1) * buckets).for_each(|place| self.examples.clear(place));
        match &self.native {
            None => self.stripes.clear(at),
            Some(native) => native.clear(at),
        }
    }

    fn peek(&self, _at: usize) {}

    fn fetch_one<'a>(cells: impl FnOnce() -> (&'a Self, usize)) -> u64 {
        let (cells, at) = cells();
        cells.stripes.fetch(at)
    }

    fn show<'a, R>(
        cells: impl FnOnce() -> (&'a Self, usize),
        (): (),
        created: Option<Timestamp>,
        scratch: &mut Scratch,
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R {
        let (cells, at) = cells();
        cells.read_into(at, created, scratch);
        show(Value::Histogram(&scratch.value))
    }
}
