//! Native histograms: exponential buckets, added as needed.

pub(crate) mod cells; // Where observations land.
mod counts; // What was counted.
mod exemplars; // A few exemplars, spread over the values.
mod front; // Lock-free counts.
mod opts; // Options.
mod scale; // The buckets of values.
mod window; // The counts of the buckets in use.

#[cfg(all(test, loom))]
mod loom_native;

use std::time::Duration;

use self::counts::Resolution;
use self::exemplars::Limits as ExemplarLimits;
use self::scale::schema_of;
use crate::error::Error;
use crate::histogram::buckets::Buckets;
use crate::sync::Arc;
use crate::time::Clock;

/// The default zero threshold: 2^-128.
const DEFAULT_ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39;

/// The options for native buckets.
#[derive(Clone, Debug)]
pub(crate) struct NativeOpts {
    pub(crate) factor: f64,
    pub(crate) zero_threshold: f64,
    pub(crate) limits: Limits,
    pub(crate) exemplars: ExemplarLimits,
}

/// The maximum number of buckets, and how to reduce it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// 0 for no limit.
    pub(crate) max_buckets: u32,
    pub(crate) min_reset_duration: Option<Duration>,
    pub(crate) max_zero_threshold: f64,
}

/// What all series of a native histogram share.
#[derive(Debug)]
pub(crate) struct NativeShape {
    pub(crate) buckets: Buckets,
    pub(crate) resolution: Resolution,
    pub(crate) limits: Limits,
    pub(crate) exemplars: ExemplarLimits,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Default for NativeOpts {
    fn default() -> Self {
        Self {
            factor: 0.0,
            zero_threshold: DEFAULT_ZERO_THRESHOLD,
            limits: Limits {
                max_buckets: 0,
                min_reset_duration: None,
                max_zero_threshold: 0.0,
            },
            exemplars: ExemplarLimits {
                most: 10,
                ttl: Duration::from_secs(5 * 60),
            },
        }
    }
}

impl NativeOpts {
    /// Returns whether there are native buckets.
    pub(crate) fn is_on(&self) -> bool {
        self.factor > 1.0
    }

    /// Validates the options; returns `None` if there are no native buckets.
    pub(crate) fn shape(
        &self,
        buckets: &Buckets,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<Arc<NativeShape>>, Error> {
        let numbers = [
            // A negative factor means no native buckets.
            ("bucket factor", self.factor.abs()),
            ("zero threshold", self.zero_threshold),
            ("largest zero threshold", self.limits.max_zero_threshold),
        ];
        let is_wrong = |value: f64| value.is_nan() || value < 0.0;
        if let Some(&(option, value)) = numbers.iter().find(|&&(_, value)| is_wrong(value)) {
            return Err(Error::NativeOption { option, value });
        }
        Ok(self.is_on().then(|| {
            Arc::new(NativeShape {
                buckets: buckets.clone(),
                resolution: Resolution {
                    schema: schema_of(self.factor),
                    zero_threshold: self.zero_threshold,
                },
                limits: self.limits,
                exemplars: self.exemplars,
                clock: Arc::clone(clock),
            })
        }))
    }
}
