//! The options of summaries.

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
/// No objectives, and so no quantiles; with some, they are about the last 10 minutes, in 5 steps, and up to 500 observations of a thread wait to be taken in; no namespace, subsystem, unit or constant labels; the system's clock.
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

/// Most observations of a thread that wait: they take memory for each series, and more would be no quicker.
const MOST_WAITING: usize = 1 << 16;

impl SummaryOpts {
    /// Starts with the name and the help text.
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

    /// Sets the quantiles to be shown, each with by how much its rank may be wrong: `(0.99, 0.001)` is a value between the quantiles 0.989 and 0.991.
    pub fn objectives(mut self, objectives: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let objectives = objectives.into_iter();
        self.objectives = objectives
            .map(|(quantile, error)| Objective { quantile, error })
            .collect();
        self
    }

    /// Sets for how long an observation counts for the quantiles; count and sum never forget.
    ///
    /// No observation is forgotten before this time, less one of the [steps](Self::age_buckets).
    /// As a thread looks at the clock for one of 64 observations while these come fast, some are forgotten later than they should be: by a thousandth of a step, or, for up to 63 that it made just before it paused, by as long as it takes until it goes on or somebody looks.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.ages.max_age = max_age;
        self
    }

    /// Sets in how many steps observations are forgotten; none means the default.
    pub fn age_buckets(mut self, buckets: u32) -> Self {
        if buckets > 0 {
            self.ages.buckets = buckets;
        }
        self
    }

    /// Sets how many observations of a thread wait to be taken in together, 65 536 at most; none means the default.
    ///
    /// More of them make the average observation a bit quicker, and a scrape slower.
    pub fn buf_cap(mut self, observations: usize) -> Self {
        if observations > 0 {
            self.buffer = observations.min(MOST_WAITING);
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
        // As in a map, the last of two for the same quantile counts.
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
