use crate::exemplar::Exemplar;
use crate::family::{FloatCounts, NativeValue};
use crate::sink::Value;
use crate::time::Timestamp;

/// The value of a metric.
///
/// See [`MetricFamily`](crate::MetricFamily) for an example that reads values, and [`CustomMetric`](crate::CustomMetric) for one that makes them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetricValue {
    /// A counter's value.
    Counter(CounterValue),
    /// A gauge's value.
    Gauge(f64),
    /// A histogram whose counts go up and down.
    GaugeHistogram(HistogramValue),
    /// A histogram.
    Histogram(HistogramValue),
    /// A summary.
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

    /// Returns the value as a sink receives it.
    #[must_use]
    pub fn as_view(&self) -> Value<'_> {
        match self {
            Self::Counter(counter) => Value::Counter {
                value: counter.value,
                exemplar: counter.exemplar.as_ref(),
                created: counter.created,
            },
            Self::Gauge(value) => Value::Gauge(*value),
            Self::GaugeHistogram(histogram) => Value::GaugeHistogram(histogram),
            Self::Histogram(histogram) => Value::Histogram(histogram),
            Self::Summary(summary) => Value::Summary(summary),
            Self::Untyped(value) => Value::Untyped(*value),
        }
    }
}

/// The value of a counter.
///
/// # Examples
///
/// A counter that was started elsewhere, at a known time:
///
/// ```
/// use promcore::{ConstMetric, CounterValue, Desc, DescOpts, Timestamp};
///
/// let desc = Desc::new(DescOpts::new("device_reads_total", "Reads since the device was plugged in."))?;
/// let plugged_in = Timestamp::from_unix_nanos(1_700_000_000_000_000_000);
/// let value = CounterValue::new(4_711.0).created(plugged_in);
/// let metric = ConstMetric::counter(&desc, value, &[])?;
/// # assert_eq!(metric.metric()?.value, promcore::MetricValue::Counter(CounterValue::new(4_711.0).created(plugged_in)));
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CounterValue {
    /// The sum of all increments.
    pub value: f64,
    /// An exemplar of an increment.
    pub exemplar: Option<Exemplar>,
    /// When the counter started from 0.
    pub created: Option<Timestamp>,
}

impl CounterValue {
    /// Makes a value without an exemplar or creation time.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }

    /// Sets when the counter started from 0.
    #[must_use]
    pub fn created(mut self, created: Timestamp) -> Self {
        self.created = Some(created);
        self
    }
}

impl From<f64> for CounterValue {
    fn from(value: f64) -> Self {
        Self::new(value)
    }
}

/// The value of a histogram.
///
/// See [`ConstMetric::histogram`](crate::ConstMetric::histogram) for how a collector makes one.
///
/// # Examples
///
/// ```
/// let latency = promcore::Histogram::new("latency_seconds", "Time to answer.")?;
/// latency.observe(0.02);
/// latency.observe(0.04);
///
/// let value = latency.snapshot();
/// assert_eq!(value.count, 2);
/// assert_eq!(value.sum / value.count as f64, 0.03); // The mean, in seconds.
/// let fast = value.buckets.iter().find(|bucket| bucket.upper_bound == 0.025);
/// assert_eq!(fast.map(|bucket| bucket.cumulative_count), Some(1));
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HistogramValue {
    /// The number of observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
    /// The buckets, sorted by upper bound; the `+Inf` bucket is left out unless it has an exemplar.
    pub buckets: Vec<Bucket>,
    /// The native buckets, if the histogram has any.
    pub native: Option<Box<NativeValue>>,
    /// Fractional counts, if there are any; the integer fields then hold them rounded down.
    pub float: Option<Box<FloatCounts>>,
    /// When the histogram started empty.
    pub created: Option<Timestamp>,
}

impl HistogramValue {
    /// Makes a value without buckets from the number and sum of observations.
    #[must_use]
    pub fn new(count: u64, sum: f64) -> Self {
        Self {
            count,
            sum,
            ..Self::default()
        }
    }

    /// Sets the buckets: each upper bound, with the number of observations that are not larger.
    ///
    /// Buckets may be in any order; the `+Inf` bucket may be omitted.
    #[must_use]
    pub fn buckets(mut self, buckets: impl IntoIterator<Item = (f64, u64)>) -> Self {
        let buckets = buckets.into_iter();
        self.buckets = buckets
            .map(|(upper_bound, count)| Bucket::new(upper_bound, count))
            .collect();
        self.buckets
            .sort_by(|a, b| a.upper_bound.total_cmp(&b.upper_bound));
        self
    }

    /// Sets the native buckets.
    #[must_use]
    pub fn native(mut self, native: NativeValue) -> Self {
        self.native = Some(Box::new(native));
        self
    }

    /// Sets when the histogram started empty.
    #[must_use]
    pub fn created(mut self, created: Timestamp) -> Self {
        self.created = Some(created);
        self
    }
}

/// A bucket of a histogram.
///
/// See [`HistogramValue`] for an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bucket {
    /// The inclusive upper bound.
    pub upper_bound: f64,
    /// The number of observations not larger than `upper_bound`.
    pub cumulative_count: u64,
    /// An exemplar of an observation in this bucket but not in the previous one.
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

/// The value of a summary.
///
/// See [`ConstMetric::summary`](crate::ConstMetric::summary) for how a collector makes one.
///
/// # Examples
///
/// ```
/// use promcore::SummaryValue;
///
/// let value = SummaryValue::new(4_711, 403.34).quantiles([(0.9, 0.323), (0.5, 0.042)]);
/// assert_eq!(value.quantiles[0].quantile, 0.5); // They are sorted.
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SummaryValue {
    /// The number of observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
    /// The quantiles of recent observations, sorted.
    pub quantiles: Vec<Quantile>,
    /// When the summary started empty.
    pub created: Option<Timestamp>,
}

impl SummaryValue {
    /// Makes a value without quantiles from the number and sum of observations.
    #[must_use]
    pub fn new(count: u64, sum: f64) -> Self {
        Self {
            count,
            sum,
            ..Self::default()
        }
    }

    /// Sets the quantiles: each rank from 0 to 1 with its value, in any order.
    #[must_use]
    pub fn quantiles(mut self, quantiles: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let quantiles = quantiles.into_iter();
        self.quantiles = quantiles
            .map(|(rank, value)| Quantile::new(rank, value))
            .collect();
        self.quantiles
            .sort_by(|a, b| a.quantile.total_cmp(&b.quantile));
        self
    }

    /// Sets when the summary started empty.
    #[must_use]
    pub fn created(mut self, created: Timestamp) -> Self {
        self.created = Some(created);
        self
    }
}

/// A quantile of observations.
///
/// See [`SummaryValue`] for an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quantile {
    /// The rank, from 0 to 1.
    pub quantile: f64,
    /// The value at that rank; NaN if there were no recent observations.
    pub value: f64,
}

impl Quantile {
    /// Makes a quantile.
    #[must_use]
    pub fn new(quantile: f64, value: f64) -> Self {
        Self { quantile, value }
    }
}
