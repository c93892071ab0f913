//! Native histograms: buckets that grow exponentially, as many as it takes.

pub(crate) mod cells; // Where observations land.
mod counts; // What was counted.
mod exemplars; // A few of them, spread.
mod front; // Counts without a lock.
mod opts; // What can be chosen.
mod scale; // Buckets of values.
mod window; // Counts of the buckets in use.

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

/// What values count as 0 unless an option says otherwise: 2^-128.
const DEFAULT_ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39;

/// What the options say about native buckets.
#[derive(Clone, Debug)]
pub(crate) struct NativeOpts {
    pub(crate) factor: f64,
    pub(crate) zero_threshold: f64,
    pub(crate) limits: Limits,
    pub(crate) exemplars: ExemplarLimits,
}

/// How many buckets there may be, and what is done about more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// 0 for any number.
    pub(crate) max_buckets: u32,
    pub(crate) min_reset_duration: Option<Duration>,
    pub(crate) max_zero_threshold: f64,
}

/// What all series of a native histogram have in common.
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
    /// Says whether there are to be native buckets at all.
    pub(crate) fn is_on(&self) -> bool {
        self.factor > 1.0
    }

    /// Returns what the options say, if there are to be native buckets, beside the classic ones.
    pub(crate) fn shape(
        &self,
        buckets: &Buckets,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<Arc<NativeShape>>, Error> {
        let numbers = [
            // A negative factor is none.
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
