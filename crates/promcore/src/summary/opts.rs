//! Summary options.

use std::time::Duration;

use crate::error::Error;
use crate::opts::{Common, common_setters};
use crate::summary::stream::Objective;
use crate::summary::windows::Ages;
use crate::summary::{SummaryCells, SummaryShape};
use crate::sync::Arc;
use crate::variable_label::VariableLabel;
use crate::vec::Parts;

/// Options of a [`Summary`](crate::Summary) or [`SummaryVec`](crate::SummaryVec).
///
/// # Defaults
///
/// No objectives, and therefore no quantiles; with objectives, a maximum age of 10 minutes, 5 age buckets, and a buffer of 500 observations per thread; no namespace, subsystem, unit or constant labels; the system's clock.
///
/// # Examples
///
/// The median and the 99th percentile of the last minute:
///
/// ```
/// use std::time::Duration;
///
/// use promcore::{Summary, SummaryOpts};
///
/// let latency = Summary::with_opts(
///     SummaryOpts::new("rpc_latency_seconds", "Time to answer a call.")
///         .objectives([(0.5, 0.05), (0.99, 0.001)])
///         .max_age(Duration::from_secs(60)),
/// )?;
/// for millis in 1..=1_000 {
///     latency.observe(f64::from(millis) / 1e3);
/// }
/// let median = &latency.snapshot().quantiles[0];
/// assert!((0.45..=0.55).contains(&median.value)); // Its rank may be wrong by 0.05.
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SummaryOpts {
    common: Common,
    objectives: Vec<Objective>,
    ages: Ages,
    buffer: usize,
}

/// The largest buffer of a thread: buffers take memory for each series, and larger ones are no faster.
const MAX_WAITING: usize = 1 << 16;

impl SummaryOpts {
    /// Starts from a name and a help text.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            common: Common::new(name.into(), help.into()),
            objectives: Vec::new(),
            ages: Ages {
                max_age: Duration::from_secs(10 * 60),
                buckets: 5,
            },
            buffer: 500,
        }
    }

    /// Sets the quantiles to expose, each with the allowed error of its rank: `(0.99, 0.001)` gives a value between the quantiles 0.989 and 0.991.
    pub fn objectives(mut self, objectives: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let objectives = objectives.into_iter();
        self.objectives = objectives
            .map(|(quantile, error)| Objective { quantile, error })
            .collect();
        self
    }

    /// Sets how long an observation counts for the quantiles; count and sum always include it.
    ///
    /// An observation counts for at least this time, less one [age bucket](Self::age_buckets).
    /// While observations come fast, a thread reads the clock for one in 64 of them, so some expire late, by about a thousandth of an age bucket.
    /// Up to 63 observations that a thread made just before it paused may expire later still: when the thread continues or the summary is read.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.ages.max_age = max_age;
        self
    }

    /// Sets the number of age buckets, that is, in how many steps observations expire; 0 means the default.
    pub fn age_buckets(mut self, buckets: u32) -> Self {
        if buckets > 0 {
            self.ages.buckets = buckets;
        }
        self
    }

    /// Sets how many observations a thread buffers before they are merged, 65 536 at most; 0 means the default.
    ///
    /// A larger buffer makes the average observation slightly faster, and scrapes slower.
    pub fn buf_cap(mut self, observations: usize) -> Self {
        if observations > 0 {
            self.buffer = observations.min(MAX_WAITING);
        }
        self
    }

    pub(super) fn parts(
        mut self,
        labels: Vec<VariableLabel>,
    ) -> Result<Parts<SummaryCells>, Error> {
        let desc = self.common.desc(labels)?;
        desc.check_reserved("quantile")?;
        if self.ages.max_age.is_zero() {
            return Err(Error::SummaryMaxAge(self.ages.max_age));
        }
        let is_right = |objective: &Objective| {
            (0.0..=1.0).contains(&objective.quantile) && objective.error >= 0.0
        };
        if let Some(wrong) = self
            .objectives
            .iter()
            .find(|objective| !is_right(objective))
        {
            return Err(Error::SummaryObjective {
                quantile: wrong.quantile,
                error: wrong.error,
            });
        }
        self.objectives
            .sort_by(|a, b| a.quantile.total_cmp(&b.quantile));
        // As in a map, the last objective for a quantile wins.
        let mut objectives: Vec<Objective> = Vec::with_capacity(self.objectives.len());
        for objective in self.objectives {
            match objectives.last_mut() {
                Some(last) if last.quantile == objective.quantile => *last = objective,
                _ => objectives.push(objective),
            }
        }
        let clock = &self.common.clock;
        let shape = SummaryShape {
            objectives,
            ages: self.ages,
            buffer: self.buffer,
            clock: Arc::clone(clock),
            patience: clock.runs_by_itself().then(|| self.ages.moment()),
        };
        Ok(Parts {
            desc,
            shape: Arc::new(shape),
            clock: self.common.clock,
        })
    }
}

common_setters!(SummaryOpts);
