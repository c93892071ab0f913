//! Metrics that say one thing and are gone: what collectors make.

use crate::desc::Desc;
use crate::error::Error;
use crate::family::{CounterValue, Metric, MetricValue};

/// A metric with a value that does not change, made by a [`Collector`](crate::Collector) at the time of a scrape.
///
/// Follows `prometheus/value.go` and `prometheus/metric.go` of client_golang 1.24.1.
///
/// # Examples
///
/// ```
/// use promcore::{ConstMetric, Desc, DescOpts};
///
/// let free = Desc::new(DescOpts::new("disk_free_bytes", "Free space.").variable_labels(["device"]))?;
/// let metric = ConstMetric::gauge(&free, 1e9, &["sda"])?;
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConstMetric {
    desc: Desc,
    metric: Result<Metric, Error>,
}

impl ConstMetric {
    /// Makes a counter.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer values than variable labels; the error that `desc` stands for, if it does.
    #[doc(alias = "NewConstMetric")]
    pub fn counter(desc: &Desc, value: f64, labels: &[impl AsRef<str>]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Counter(CounterValue::new(value)), labels)
    }

    /// Makes a gauge.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    pub fn gauge(desc: &Desc, value: f64, labels: &[impl AsRef<str>]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Gauge(value), labels)
    }

    /// Makes a metric of unknown type.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    pub fn untyped(desc: &Desc, value: f64, labels: &[impl AsRef<str>]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Untyped(value), labels)
    }

    /// Makes a metric that stands for `error`, which the scrape then reports as the source of [`Error::InvalidMetric`].
    #[doc(alias = "NewInvalidMetric")]
    #[must_use]
    pub fn invalid(desc: &Desc, error: Error) -> Self {
        Self {
            desc: desc.clone(),
            metric: Err(error),
        }
    }

    fn new(desc: &Desc, value: MetricValue, labels: &[impl AsRef<str>]) -> Result<Self, Error> {
        let labels = desc.label_pairs(labels)?;
        Ok(Self::made(desc, Metric::new(labels, value)))
    }

    /// Makes a metric whose labels are known to fit.
    pub(crate) fn made(desc: &Desc, metric: Metric) -> Self {
        Self {
            desc: desc.clone(),
            metric: Ok(metric),
        }
    }

    /// Gives the metric a time of its own, in milliseconds since the Unix epoch.
    ///
    /// The server then no longer notices by itself when the metric ends.
    #[doc(alias = "NewMetricWithTimestamp")]
    #[must_use]
    pub fn timestamp_ms(mut self, timestamp: i64) -> Self {
        if let Ok(metric) = &mut self.metric {
            metric.timestamp_ms = Some(timestamp);
        }
        self
    }

    /// Returns the metric's descriptor.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        &self.desc
    }

    pub(crate) fn into_parts(self) -> (Desc, Result<Metric, Error>) {
        (self.desc, self.metric)
    }
}
