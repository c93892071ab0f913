use crate::exemplar::Exemplar;
use crate::family::NativeValue;
use crate::sink::Value;
use crate::time::Timestamp;

/// What a metric says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetricValue {
    /// A counter's value.
    Counter(CounterValue),
    /// A gauge's value.
    Gauge(f64),
    /// A histogram's buckets.
    Histogram(HistogramValue),
    /// A summary's quantiles.
    Summary(SummaryValue),
    /// A value of unknown type.
    Untyped(f64),
}

impl MetricValue {
    /// Returns the type of the value.
    #[must_use]
    pub fn kind(&self) -> super::MetricType {
        self.as_view().kind()
    }

    /// Returns the value as a sink takes it.
    #[must_use]
    pub fn as_view(&self) -> Value<'_> {
        match self {
            Self::Counter(counter) => Value::Counter {
                value: counter.value,
                exemplar: counter.exemplar.as_ref(),
                created: counter.created,
            },
            Self::Gauge(value) => Value::Gauge(*value),
            Self::Histogram(histogram) => Value::Histogram(histogram),
            Self::Summary(summary) => Value::Summary(summary),
            Self::Untyped(value) => Value::Untyped(*value),
        }
    }
}

/// The value of a counter.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CounterValue {
    /// The sum of all increments.
    pub value: f64,
    /// An example of an increment.
    pub exemplar: Option<Exemplar>,
    /// When the counter started at 0.
    pub created: Option<Timestamp>,
}

impl CounterValue {
    /// Makes a value without an exemplar and a time of creation.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }
}

/// The buckets of a histogram.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HistogramValue {
    /// The number of all observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
    /// The buckets, sorted by upper bound; the last one, which has no bound and all observations, is left out unless it has an exemplar.
    pub buckets: Vec<Bucket>,
    /// The exponential buckets, if the histogram has any.
    pub native: Option<NativeValue>,
    /// When the histogram started empty.
    pub created: Option<Timestamp>,
}

/// A bucket of a histogram.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bucket {
    /// The largest value that the bucket counts.
    pub upper_bound: f64,
    /// How many observations were not larger than `upper_bound`.
    pub cumulative_count: u64,
    /// An example of an observation in this bucket and not in the one before.
    pub exemplar: Option<Exemplar>,
}

impl Bucket {
    /// Makes a bucket without an exemplar.
    #[must_use]
    pub fn new(upper_bound: f64, cumulative_count: u64) -> Self {
        Self {
            upper_bound,
            cumulative_count,
            exemplar: None,
        }
    }
}

/// The quantiles of a summary.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SummaryValue {
    /// The number of all observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
    /// The quantiles of the latest observations, sorted.
    pub quantiles: Vec<Quantile>,
    /// When the summary started empty.
    pub created: Option<Timestamp>,
}

/// A quantile of observations.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quantile {
    /// The rank, from 0 to 1.
    pub quantile: f64,
    /// The value of that rank; NaN if there were no observations lately.
    pub value: f64,
}

impl Quantile {
    /// Makes a quantile.
    #[must_use]
    pub fn new(quantile: f64, value: f64) -> Self {
        Self { quantile, value }
    }
}
