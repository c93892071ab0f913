//! Constant metrics, which collectors make for each scrape.

mod check; // Validation.
mod exemplars; // Adding exemplars.

use self::check::check;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::{CounterValue, HistogramValue, Metric, MetricValue, SummaryValue};
use crate::labels::LabelPair;

/// A metric with a fixed value, made by a [`Collector`](crate::Collector) during a scrape.
///
/// The [`Desc`] holds what all metrics of the family share; the last argument holds the values of its variable labels, in the same order.
///
/// Follows `prometheus/value.go` and `prometheus/metric.go` of client_golang 1.24.1, with a constructor for each type.
/// Buckets and quantiles that occur twice are refused, because a server could not tell them apart; so are bounds that are NaN.
///
/// # Examples
///
/// ```
/// use promcore::{ConstMetric, Desc, DescOpts};
///
/// let free = Desc::new(DescOpts::new("disk_free_bytes", "Free space.").variable_labels(["device"]))?;
/// let metric = ConstMetric::gauge(&free, 1e9, &["sda"])?;
/// assert_eq!(metric.metric()?.labels[0].value, "sda");
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConstMetric {
    desc: Desc,
    metric: Result<Metric, Error>,
}

impl ConstMetric {
    /// Makes a counter from a number, or from a [`CounterValue`] to set its creation time.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer values than variable labels; the error of an [invalid](Desc::invalid) `desc`; the errors of [`Exemplar::try_new`](crate::Exemplar::try_new) for an invalid exemplar.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, CounterValue, Desc, DescOpts, MetricValue, Timestamp};
    ///
    /// let desc = Desc::new(DescOpts::new("http_requests_total", "Requests.").variable_labels(["code"]))?;
    /// let since = Timestamp::from_unix_nanos(1_257_894_000_000_000_000);
    /// let value = CounterValue::new(47.0).created(since);
    /// let metric = ConstMetric::counter(&desc, value.clone(), &["200"])?;
    /// assert_eq!(metric.metric()?.value, MetricValue::Counter(value));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewConstMetric")]
    #[doc(alias = "NewConstMetricWithCreatedTimestamp")]
    pub fn counter(
        desc: &Desc,
        value: impl Into<CounterValue>,
        labels: &[&str],
    ) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Counter(value.into()), labels)
    }

    /// Makes a gauge.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    #[doc(alias = "NewConstMetric")]
    pub fn gauge(desc: &Desc, value: f64, labels: &[&str]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Gauge(value), labels)
    }

    /// Makes a metric of unknown type.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    #[doc(alias = "NewConstMetric")]
    pub fn untyped(desc: &Desc, value: f64, labels: &[&str]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Untyped(value), labels)
    }

    /// Makes a histogram with buckets, native buckets, or both.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter); [`Error::BucketOrder`] if a bound occurs twice or is NaN, [`Error::NativeSchema`] and [`Error::NativeCount`] if native buckets have an invalid schema or do not add up.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, HistogramValue, NativeValue};
    ///
    /// let desc = Desc::new(DescOpts::new("reply_seconds", "Time to answer.").variable_labels(["code"]))?;
    /// let value = HistogramValue::new(10, 4.5).buckets([(0.25, 4), (0.5, 9)]);
    /// let classic = ConstMetric::histogram(&desc, value, &["200"])?;
    ///
    /// // Six observations up to 1, three up to 2, and one so small that it counts as 0.
    /// let native = NativeValue::new(0).zero(1e-6, 1).positive([(0, 6), (1, 3)]);
    /// let value = HistogramValue::new(10, 4.5).native(native);
    /// let native = ConstMetric::histogram(&desc, value, &["404"])?;
    /// assert_ne!(classic.metric()?, native.metric()?);
    ///
    /// // More observations in a bucket than in total.
    /// let wrong = NativeValue::new(0).positive([(0, 7)]);
    /// let value = HistogramValue::new(6, 4.5).native(wrong);
    /// assert!(ConstMetric::histogram(&desc, value, &["500"]).is_err());
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewConstHistogram")]
    #[doc(alias = "NewConstHistogramWithCreatedTimestamp")]
    #[doc(alias = "NewConstNativeHistogram")]
    pub fn histogram(desc: &Desc, value: HistogramValue, labels: &[&str]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Histogram(value), labels)
    }

    /// Makes a summary.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter); [`Error::QuantileOrder`] if a rank occurs twice.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, MetricValue, SummaryValue};
    ///
    /// let desc = Desc::new(DescOpts::new("reply_seconds", "Time to answer."))?;
    /// let value = SummaryValue::new(4_711, 403.34).quantiles([(0.5, 0.042), (0.9, 0.323)]);
    /// let metric = ConstMetric::summary(&desc, value.clone(), &[])?;
    /// assert_eq!(metric.metric()?.value, MetricValue::Summary(value));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewConstSummary")]
    #[doc(alias = "NewConstSummaryWithCreatedTimestamp")]
    pub fn summary(desc: &Desc, value: SummaryValue, labels: &[&str]) -> Result<Self, Error> {
        Self::new(desc, MetricValue::Summary(value), labels)
    }

    /// Makes a metric that stands for `error`, which scrapes report as the source of [`Error::InvalidMetric`].
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, Error, Gatherer, Registry, collector_fn};
    ///
    /// let desc = Desc::new(DescOpts::new("fan_speed_rpm", "Speed of the fan."))?;
    /// let registry = Registry::new();
    /// registry.register(collector_fn(vec![desc.clone()], move |sink| {
    ///     sink(ConstMetric::invalid(&desc, Error::custom("the fan does not answer")));
    /// }))?;
    ///
    /// let gathered = registry.gather();
    /// assert!(gathered.families.is_empty());
    /// assert!(matches!(gathered.errors[0], Error::InvalidMetric { .. }));
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "NewInvalidMetric")]
    #[must_use]
    pub fn invalid(desc: &Desc, error: Error) -> Self {
        Self {
            desc: desc.clone(),
            metric: Err(error),
        }
    }

    fn new(desc: &Desc, mut value: MetricValue, labels: &[&str]) -> Result<Self, Error> {
        let labels = desc.label_pairs(labels)?;
        check(&mut value)?;
        Ok(Self::made(desc, Metric::new(labels, value)))
    }

    /// Makes a metric whose labels are known to match `desc`.
    pub(crate) fn made(desc: &Desc, metric: Metric) -> Self {
        Self {
            desc: desc.clone(),
            metric: Ok(metric),
        }
    }

    /// Sets an explicit timestamp, in milliseconds since the Unix epoch.
    ///
    /// By default, Prometheus then does not mark the metric as stale when it disappears.
    /// Use it for values that were measured elsewhere at that time and reported late.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts};
    ///
    /// let desc = Desc::new(DescOpts::new("temperature_kelvin", "Temperature.").variable_labels(["location"]))?;
    /// // The sensor reports a value and the time when it was measured.
    /// let metric = ConstMetric::gauge(&desc, 298.15, &["outside"])?.timestamp_ms(1_257_894_000_012);
    /// assert_eq!(metric.metric()?.timestamp_ms, Some(1_257_894_000_012));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewMetricWithTimestamp")]
    #[must_use]
    pub fn timestamp_ms(mut self, timestamp: i64) -> Self {
        if let Ok(metric) = &mut self.metric {
            metric.timestamp_ms = Some(timestamp);
        }
        self
    }

    /// Replaces the descriptor, and adds labels that the metric does not have yet.
    pub(crate) fn with_labels(self, desc: Desc, labels: &[LabelPair]) -> Self {
        let metric = self.metric.map(|mut metric| {
            metric.labels.extend_from_slice(labels);
            metric.labels.sort_by(|a, b| a.name.cmp(&b.name));
            metric
        });
        Self { desc, metric }
    }

    /// Returns the metric's descriptor.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        &self.desc
    }

    /// Returns what a scrape reads, before it is checked against other metrics.
    ///
    /// # Errors
    ///
    /// The error that the metric [stands for](Self::invalid).
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, MetricValue};
    ///
    /// let desc = Desc::new(DescOpts::new("disk_free_bytes", "Free space."))?;
    /// let metric = ConstMetric::gauge(&desc, 1e9, &[])?;
    /// assert_eq!(metric.metric()?.value, MetricValue::Gauge(1e9));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "Write")]
    pub fn metric(&self) -> Result<&Metric, Error> {
        self.metric.as_ref().map_err(Error::clone)
    }

    pub(crate) fn into_parts(self) -> (Desc, Result<Metric, Error>) {
        (self.desc, self.metric)
    }
}
