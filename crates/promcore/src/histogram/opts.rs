//! Histogram options.

use crate::error::Error;
use crate::histogram::buckets::{Buckets, DEFAULT_BUCKETS};
use crate::histogram::native::NativeOpts;
use crate::histogram::{HistogramCells, HistogramShape};
use crate::opts::{Common, common_setters};
use crate::variable_label::VariableLabel;
use crate::vec::Parts;

/// Options of a [`Histogram`](crate::Histogram) or [`HistogramVec`](crate::HistogramVec).
///
/// # Defaults
///
/// The [`DEFAULT_BUCKETS`]; no namespace, subsystem, unit or constant labels; the system's clock.
///
/// Native buckets are off; [`native_bucket_factor`](Self::native_bucket_factor) turns them on, and documents the other defaults.
///
/// # Examples
///
/// Buckets around a latency target, here 300 milliseconds:
///
/// ```
/// use promcore::{Histogram, HistogramOpts};
///
/// let latency = Histogram::with_opts(
///     HistogramOpts::new("http_latency_seconds", "Time to answer a request.")
///         .namespace("shop")
///         .unit("seconds")
///         .buckets([0.1, 0.2, 0.3, 0.6, 1.2]),
/// )?;
/// latency.observe(0.25);
/// assert_eq!(latency.snapshot().buckets[2].cumulative_count, 1); // Up to 0.3 seconds.
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct HistogramOpts {
    common: Common,
    buckets: Vec<f64>,
    pub(super) native: NativeOpts,
}

impl HistogramOpts {
    /// Starts from a name and a help text.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            common: Common::new(name.into(), help.into()),
            buckets: Vec::new(),
            native: NativeOpts::default(),
        }
    }

    /// Sets the inclusive upper bounds of the buckets, in increasing order.
    ///
    /// There is always a last bucket for larger values.
    /// Without bounds, the [`DEFAULT_BUCKETS`] are used, or no classic buckets if there are [native](Self::native_bucket_factor) ones.
    pub fn buckets(mut self, bounds: impl IntoIterator<Item = f64>) -> Self {
        self.buckets = bounds.into_iter().collect();
        self
    }

    pub(super) fn parts(self, labels: Vec<VariableLabel>) -> Result<Parts<HistogramCells>, Error> {
        let desc = self.common.desc(labels)?;
        desc.check_reserved("le")?;
        let bounds = if self.buckets.is_empty() && !self.native.is_on() {
            DEFAULT_BUCKETS.to_vec()
        } else {
            self.buckets
        };
        let buckets = Buckets::new(bounds)?;
        let native = self.native.shape(&buckets, &self.common.clock)?;
        Ok(Parts {
            desc,
            shape: HistogramShape { buckets, native },
            clock: self.common.clock,
        })
    }
}

common_setters!(HistogramOpts);
