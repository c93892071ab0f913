//! Histograms: how they count observations, and how a scrape reads them whole.

mod buckets; // Upper bounds.
mod native; // Buckets that grow exponentially.
mod opts; // What can be chosen.
mod search; // The bucket of a value.

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
/// A handle on one metric: clones count together.
/// Every scrape sees buckets, count and sum of the same observations.
///
/// Follows `prometheus/histogram.go` of client_golang 1.24.1; a label named `le` is refused when the histogram is made, and so are bounds that are not numbers.
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
    /// Counts `value`, in the unit that the name ends with.
    ///
    /// NaN is counted in no bucket with a bound and makes the sum NaN.
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

    /// Counts `value` as often as `times` says, at once: a scrape sees all of these observations or none.
    ///
    /// The sum grows by `value * times`. No times at all do nothing.
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

    /// Counts `value`, and keeps `labels` as an example of what its bucket counted, such as the trace of a request.
    ///
    /// The latest exemplar of each bucket is exposed with it, and some spread over all values if there are [native](HistogramOpts::native_max_exemplars) buckets; no labels are an exemplar too.
    /// Unlike a plain observation this takes a lock and some memory: an exemplar now and then is as good as one each time.
    ///
    /// # Panics
    ///
    /// If the labels are not valid or too long; nothing is counted then. See [`try_observe_with_exemplar`](Self::try_observe_with_exemplar).
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

    /// Counts `value` and keeps `labels`, unless these are not right.
    ///
    /// # Errors
    ///
    /// What [`Exemplar::try_new`] says about the labels; nothing is counted then.
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

    /// Returns what was counted so far.
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
    /// Counts everything if it is there, and the stripes nothing.
    native: Option<Box<Natives>>,
    /// The latest exemplar of each classic bucket of each series.
    examples: Examples,
    len: usize,
}

/// What all series of a histogram have in common.
#[derive(Clone, Debug)]
pub struct HistogramShape {
    buckets: Buckets,
    native: Option<Arc<NativeShape>>,
}

/// What it takes to read a histogram.
#[derive(Debug, Default)]
pub struct Scratch {
    totals: Totals,
    stripe: Totals,
    examples: Vec<Option<Arc<Exemplar>>>,
    value: HistogramValue,
}

impl HistogramCells {
    /// Keeps an exemplar of what was counted before.
    fn note(&self, at: usize, exemplar: Exemplar) {
        let buckets = self.buckets.len();
        let place = at * buckets + self.buckets.find(exemplar.value);
        if let Some(native) = &self.native {
            native.add_exemplar(at, exemplar.clone());
        }
        self.examples.put(place, self.len * buckets, exemplar);
    }

    /// Reads the series `at`: exemplars first, so that none is ahead of what it is an example of.
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
        // What was read before is mostly of the same vec, so that there is little to make.
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

// Takes what the quick way has at hand, so that that one need not keep anything across a call.
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
