//! The snapshot tree: gathered metrics as plain data.

mod float; // Fractional counts.
mod native; // Exponential buckets.
mod order; // The order of metrics.
mod value; // Values.

use std::ops::ControlFlow;

pub use self::float::FloatCounts;
pub use self::native::{BucketSpan, NativeBuckets, NativeValue};
pub(crate) use self::order::by_labels;
pub use self::value::{Bucket, CounterValue, HistogramValue, MetricValue, Quantile, SummaryValue};

use crate::labels::LabelPair;
use crate::sink::{FamilyHead, Flow, Labels, Series, Sink};

/// The type of all metrics of a family.
///
/// # Examples
///
/// ```
/// use promcore::MetricType;
///
/// assert_eq!(MetricType::Histogram.as_str(), "histogram");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricType {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Has buckets whose counts go up and down; only parsers and custom collectors make these.
    GaugeHistogram,
    /// Counts observations in buckets.
    Histogram,
    /// Has quantiles of observations.
    Summary,
    /// Of unknown type.
    Untyped,
}

impl MetricType {
    /// Returns the label that the formats add to such metrics, which no metric may have itself.
    pub(crate) const fn reserved_label(self) -> Option<&'static str> {
        match self {
            Self::GaugeHistogram | Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge | Self::Untyped => None,
        }
    }

    /// Returns the name of the type in the text formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Untyped => "untyped",
        }
    }
}

/// All metrics with the same name.
///
/// # Examples
///
/// Tests and tools read what was gathered:
///
/// ```
/// use promcore::{CounterVec, Gatherer, MetricValue, Registry};
///
/// let registry = Registry::new();
/// let requests = CounterVec::new("requests_total", "Requests.", ["code"])?;
/// registry.register(requests.clone())?;
/// requests.with(["200"]).add(2.0);
/// requests.with(["500"]).inc();
///
/// let family = &registry.gather().families[0];
/// let count = |value: &MetricValue| match value {
///     MetricValue::Counter(counter) => counter.value,
///     _ => 0.0,
/// };
/// let all: f64 = family.metrics.iter().map(|metric| count(&metric.value)).sum();
/// assert_eq!((family.name.as_str(), all), ("requests_total", 3.0));
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// Other code makes families from its own data, and [passes them on](crate::gatherer_fn):
///
/// ```
/// use promcore::{Gathered, Gatherer, LabelPair, Metric, MetricFamily, MetricType, MetricValue, gatherer_fn};
///
/// let sensors = gatherer_fn(|| {
///     let mut family = MetricFamily::new("room_celsius", "Temperature.", MetricType::Gauge);
///     let labels = vec![LabelPair::new("room", "kitchen")];
///     family.metrics.push(Metric::new(labels, MetricValue::Gauge(21.5)));
///     Gathered::new(vec![family], Vec::new())
/// });
/// assert_eq!(sensors.gather().families[0].metrics.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MetricFamily {
    /// The name shared by its metrics.
    pub name: String,
    /// The help text.
    pub help: String,
    /// The unit, often empty.
    pub unit: String,
    /// The type of its metrics.
    pub kind: MetricType,
    /// The metrics, sorted by label values.
    pub metrics: Vec<Metric>,
}

impl MetricFamily {
    /// Makes a family without metrics.
    pub fn new(name: impl Into<String>, help: impl Into<String>, kind: MetricType) -> Self {
        Self {
            name: name.into(),
            help: help.into(),
            unit: String::new(),
            kind,
            metrics: Vec::new(),
        }
    }

    /// Sorts the metrics as a registry does: by the number of labels, then by label values, then by timestamp.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{LabelPair, Metric, MetricFamily, MetricType, MetricValue};
    ///
    /// let mut family = MetricFamily::new("jobs", "Jobs that wait.", MetricType::Gauge);
    /// for queue in ["print", "mail"] {
    ///     let labels = vec![LabelPair::new("queue", queue)];
    ///     family.metrics.push(Metric::new(labels, MetricValue::Gauge(1.0)));
    /// }
    /// family.sort();
    /// assert_eq!(family.metrics[0].labels[0].value, "mail");
    /// ```
    pub fn sort(&mut self) {
        self.metrics.sort_by(by_labels);
    }

    pub(crate) fn head(&self) -> FamilyHead<'_> {
        FamilyHead {
            name: &self.name,
            help: &self.help,
            unit: &self.unit,
            kind: self.kind,
        }
    }

    /// Writes the family to `sink`.
    ///
    /// Returns `Break` if the sink does.
    pub fn write(&self, sink: &mut dyn Sink) -> Flow {
        sink.family(&self.head())?;
        self.metrics.iter().try_for_each(|metric| {
            sink.series(&Series {
                labels: Labels::pairs(&metric.labels),
                value: metric.value.as_view(),
                timestamp_ms: metric.timestamp_ms,
            })
        })
    }
}

/// A metric, as it was when gathered.
///
/// See [`MetricFamily`] for examples.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// Its labels, sorted by name.
    pub labels: Vec<LabelPair>,
    /// The value.
    pub value: MetricValue,
    /// The explicit timestamp, if any, in milliseconds since the Unix epoch.
    pub timestamp_ms: Option<i64>,
}

impl Metric {
    /// Makes a metric without an explicit timestamp.
    #[must_use]
    pub fn new(labels: Vec<LabelPair>, value: MetricValue) -> Self {
        Self {
            labels,
            value,
            timestamp_ms: None,
        }
    }
}

/// A sink that builds a tree of everything.
#[derive(Debug, Default)]
pub(crate) struct Tree(pub(crate) Vec<MetricFamily>);

impl Sink for Tree {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.0.push(MetricFamily {
            name: family.name.to_owned(),
            help: family.help.to_owned(),
            unit: family.unit.to_owned(),
            kind: family.kind,
            metrics: Vec::new(),
        });
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        let family = self.0.last_mut().expect("a family comes before its series");
        family.metrics.push(series.to_metric());
        ControlFlow::Continue(())
    }
}
