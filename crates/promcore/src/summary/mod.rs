//! Summaries: counting observations, and estimating quantiles.

mod opts; // Options.
mod ring; // Buffered values.
mod sketches; // Storage of observations if there are objectives.
mod stream; // Quantiles of a stream of values.
mod windows; // Streams of different ages.

#[cfg(all(test, loom))]
mod loom_summary;

use std::fmt;

pub use self::opts::SummaryOpts;
use self::sketches::Sketches;
use self::stream::Objective;
use self::windows::Ages;
use crate::cell::stripes::{Stripes, Totals};
use crate::error::Error;
use crate::family::{MetricType, SummaryValue};
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::sync::{Arc, AtomicU32};
use crate::time::{Clock, Timestamp};
use crate::vec::{Parts, instrument};

/// Counts observations, such as durations or sizes, and estimates quantiles of recent ones.
///
/// A `Summary` is a handle on one metric: clones share its counts.
/// In every scrape, quantiles, count and sum cover the same observations; quantiles are NaN if there are no recent observations.
///
/// Quantiles of several summaries cannot be aggregated, nor computed for other periods: where that matters, prefer a [`Histogram`](crate::Histogram), which is faster as well.
/// A summary with objectives keeps up to 500 observations per thread and 600 per age bucket, about 50 KiB in all; for the worst orders of values, an age bucket takes up to 400 KiB.
/// One without objectives has only count and sum, and costs as little as a histogram with one bucket.
///
/// Follows `prometheus/summary.go` of client_golang 1.24.1; the constructor refuses a label named `quantile` and objectives that are not quantiles.
/// For the first 16 384 observations of each age bucket, the quantiles equal Go's exactly; after that they are within the same error bounds, but may be other observations.
///
/// # Examples
///
/// ```
/// use promcore::{Summary, SummaryOpts};
///
/// let seconds = Summary::with_opts(
///     SummaryOpts::new("reply_seconds", "Time to answer.").objectives([(0.5, 0.05), (0.99, 0.001)]),
/// )?;
/// (1..=100).for_each(|n| seconds.observe(f64::from(n)));
/// let value = seconds.snapshot();
/// assert_eq!((value.count, value.quantiles[1].value), (100, 99.0));
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewSummary")]
pub struct Summary<H: Hold = Owned> {
    series: Series<SummaryCells, H>,
}

instrument!(Summary, SummaryOpts, SummaryCells);

impl<H: Hold> Summary<H> {
    /// Records `value`, in the metric's unit.
    ///
    /// With objectives, one in several hundred observations takes longer than the others, because it merges the buffered ones.
    /// A thread that observes often reads the clock for one in 64 observations, see [`max_age`](SummaryOpts::max_age).
    #[inline]
    pub fn observe(&self, value: f64) {
        let (cells, at) = self.series.cells();
        match &cells.0 {
            Kind::Plain(stripes) => {
                if !stripes.quick(at, 0, value) {
                    stripes.observe_slowly(at, 0, value);
                }
            }
            Kind::Sketched(sketches) => {
                let block = self.series.block().0;
                sketches.observe(at, value, || block.created(at));
            }
        }
    }

    /// Returns the current quantiles, count and sum.
    #[must_use]
    pub fn snapshot(&self) -> SummaryValue {
        let (block, at) = self.series.block();
        let mut scratch = Scratch::default();
        block.cells.read_into(at, &mut scratch);
        scratch.value.created = Some(block.created(at));
        scratch.value
    }
}

/// What all series of a summary share.
#[derive(Debug)]
pub struct SummaryShape {
    objectives: Vec<Objective>,
    ages: Ages,
    buffer: usize,
    clock: Arc<dyn Clock>,
    /// How long a thread may go without reading the clock, in nanoseconds; `None` if it must always read it.
    patience: Option<i64>,
}

/// A block of summaries.
#[derive(Debug)]
pub struct SummaryCells(Kind);

#[derive(Debug)]
enum Kind {
    /// Without objectives.
    Plain(Stripes),
    Sketched(Sketches),
}

/// Buffers for reading a summary.
#[derive(Debug, Default)]
pub struct Scratch {
    totals: Totals,
    stripe: Totals,
    value: SummaryValue,
}

impl SummaryCells {
    fn read_into(&self, at: usize, scratch: &mut Scratch) {
        let Scratch {
            totals,
            stripe,
            value,
        } = scratch;
        match &self.0 {
            Kind::Plain(stripes) => {
                stripes.read(at, totals, stripe);
                value.count = totals.buckets.iter().sum();
                value.sum = totals.sum;
            }
            Kind::Sketched(sketches) => sketches.read(at, value),
        }
    }
}

impl Cells for SummaryCells {
    const LEN: usize = 8;
    const KIND: MetricType = MetricType::Summary;
    type States = [AtomicU32; Self::LEN];
    type Shape = Arc<SummaryShape>;
    type Peek = ();
    type Scratch = Scratch;

    fn new(len: usize, shape: &Arc<SummaryShape>) -> Self {
        Self(if shape.objectives.is_empty() {
            Kind::Plain(Stripes::new(len, 1))
        } else {
            Kind::Sketched(Sketches::new(len, shape))
        })
    }

    fn clear(&self, at: usize) {
        match &self.0 {
            Kind::Plain(stripes) => stripes.clear(at),
            Kind::Sketched(sketches) => sketches.clear(at),
        }
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
        cells.read_into(at, scratch);
        scratch.value.created = created;
        show(Value::Summary(&scratch.value))
    }
}
