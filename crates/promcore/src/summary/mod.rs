//! Summaries: how they count observations, and which quantiles they remember.

mod opts; // What can be chosen.
mod ring; // Values that wait.
mod sketches; // Where observations land, if there are objectives.
mod stream; // Quantiles of many values.
mod windows; // Values of different ages.

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

/// Counts observations, such as durations or sizes, and remembers quantiles of the latest ones.
///
/// A handle on one metric: clones count together.
/// Every scrape sees quantiles, count and sum of the same observations; before there are any, and when all are too old, the quantiles are NaN.
///
/// Quantiles of several summaries cannot be combined, and are not those of any other time: where that matters, prefer a [`Histogram`](crate::Histogram), which is quicker as well.
/// A summary with objectives keeps up to 500 observations for each thread and 600 for each age, which is some 50 KiB in all, and for the worst orders of values, 400 KiB for each age; one without has count and sum only, and costs as little as a histogram of one bucket.
///
/// Follows `prometheus/summary.go` of client_golang 1.24.1; a label named `quantile` is refused when the summary is made, and so are objectives that are no quantiles.
/// The first 16 384 observations of each age get Go's quantiles to the last digit; beyond that they are within the same errors, but may be other observations.
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
    /// Counts `value`, in the unit that the name ends with.
    ///
    /// With objectives, one observation in some hundred takes longer than the others, to take them in.
    /// A thread that observes often looks at the clock for one of 64 observations, see [`max_age`](SummaryOpts::max_age).
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

    /// Returns what was counted so far.
    #[must_use]
    pub fn snapshot(&self) -> SummaryValue {
        let (block, at) = self.series.block();
        let mut scratch = Scratch::default();
        block.cells.read_into(at, &mut scratch);
        scratch.value.created = Some(block.created(at));
        scratch.value
    }
}

/// What all series of a summary have in common.
#[derive(Debug)]
pub struct SummaryShape {
    objectives: Vec<Objective>,
    ages: Ages,
    buffer: usize,
    clock: Arc<dyn Clock>,
    /// For how long a thread may do without the clock, in nanoseconds; none if it must always ask.
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

/// What it takes to read a summary.
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
        Self(match shape.objectives.is_empty() {
            true => Kind::Plain(Stripes::new(len, 1)),
            false => Kind::Sketched(Sketches::new(len, shape)),
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
