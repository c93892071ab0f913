//! Histograms: how they count observations, and how a scrape reads them whole.

mod buckets; // Upper bounds.
mod search; // The bucket of a value.

use std::fmt;
use std::sync::Arc;

use self::buckets::Buckets;
pub use self::buckets::{
    DEFAULT_BUCKETS, exponential_buckets, exponential_buckets_range, linear_buckets,
};
use crate::cell::stripes::{Stripes, Totals};
use crate::error::Error;
use crate::family::{Bucket, HistogramValue, MetricType};
use crate::opts::{Common, common_setters};
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::time::Timestamp;
use crate::variable_label::VariableLabel;
use crate::vec::{Parts, instrument};

/// Options of a [`Histogram`] or [`HistogramVec`](crate::HistogramVec).
///
/// # Defaults
///
/// The [`DEFAULT_BUCKETS`]; no namespace, subsystem, unit or constant labels; the system's clock.
#[derive(Clone, Debug)]
#[must_use]
pub struct HistogramOpts {
    common: Common,
    buckets: Vec<f64>,
}

impl HistogramOpts {
    /// Starts with the name and the help text.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            common: Common::new(name.into(), help.into()),
            buckets: Vec::new(),
        }
    }

    /// Sets the upper bounds of the buckets, in increasing order and each inclusive.
    ///
    /// A last bucket for everything larger is always there.
    /// No bounds at all mean the [`DEFAULT_BUCKETS`].
    pub fn buckets(mut self, bounds: impl IntoIterator<Item = f64>) -> Self {
        self.buckets = bounds.into_iter().collect();
        self
    }

    fn parts(self, labels: Vec<VariableLabel>) -> Result<Parts<HistogramCells>, Error> {
        let desc = self.common.desc(labels)?;
        desc.check_reserved("le")?;
        let bounds = match self.buckets.is_empty() {
            true => DEFAULT_BUCKETS.to_vec(),
            false => self.buckets,
        };
        Ok(Parts {
            desc,
            shape: Arc::new(Buckets::new(bounds)?),
            clock: self.common.clock,
        })
    }
}

common_setters!(HistogramOpts);

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
        let (cells, at) = self.series.cells();
        cells.stripes.observe(at, cells.buckets.find(value), value);
    }

    /// Returns what was counted so far.
    #[must_use]
    pub fn snapshot(&self) -> HistogramValue {
        let (block, at) = self.series.block();
        let mut scratch = Scratch::default();
        block
            .cells
            .read_into(at, Some(block.birth(at)), &mut scratch);
        scratch.value
    }
}

/// A block of histograms.
#[derive(Debug)]
pub struct HistogramCells {
    buckets: Arc<Buckets>,
    stripes: Stripes,
}

/// What it takes to read a histogram.
#[derive(Debug, Default)]
pub struct Scratch {
    totals: Totals,
    stripe: Totals,
    value: HistogramValue,
}

impl HistogramCells {
    fn read_into(&self, at: usize, created: Option<Timestamp>, scratch: &mut Scratch) {
        let Scratch {
            totals,
            stripe,
            value,
        } = scratch;
        self.stripes.read(at, totals, stripe);
        let mut count = 0_u64;
        value.buckets.clear();
        for (&upper_bound, in_bucket) in self.buckets.bounds.iter().zip(&totals.buckets) {
            count = count.wrapping_add(*in_bucket);
            value.buckets.push(Bucket::new(upper_bound, count));
        }
        let larger = totals.buckets.last().expect("there is a last bucket");
        value.count = count.wrapping_add(*larger);
        value.sum = totals.sum;
        value.created = created;
    }
}

impl Cells for HistogramCells {
    const LEN: usize = 8;
    const KIND: MetricType = MetricType::Histogram;
    type Shape = Arc<Buckets>;
    type Peek = ();
    type Scratch = Scratch;

    fn new(len: usize, buckets: &Arc<Buckets>) -> Self {
        Self {
            buckets: Arc::clone(buckets),
            stripes: Stripes::new(len, buckets.bounds.len() + 1),
        }
    }

    fn clear(&self, at: usize) {
        self.stripes.clear(at);
    }

    fn peek(&self, _at: usize) {}

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
