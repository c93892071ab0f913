//! The snapshot tree: what was gathered, as plain data.

mod float; // Counts that are not whole.
mod native; // Exponential buckets.
mod order; // Which metric comes first.
mod value; // What a metric says.

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
    /// Has buckets whose counts go up and down; only parsers and users' own collectors make these.
    GaugeHistogram,
    /// Counts observations in buckets.
    Histogram,
    /// Has quantiles of observations.
    Summary,
    /// May be anything.
    Untyped,
}

impl MetricType {
    /// Returns the label that the formats add to lines of such metrics, which no metric may have by itself.
    pub(crate) const fn reserved_label(self) -> Option<&'static str> {
        match self {
            Self::GaugeHistogram | Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge | Self::Untyped => None,
        }
    }

    /// Returns the name that the text formats have for the type.
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

/// All metrics of one name.
///
/// # Examples
///
/// Tests and tools look at what was gathered:
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
/// Others make families of what they know from elsewhere, and [pass them on](crate::gatherer_fn):
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
    /// The name of its metrics.
    pub name: String,
    /// What they are about.
    pub help: String,
    /// The unit of their values, often empty.
    pub unit: String,
    /// The type of their values.
    pub kind: MetricType,
    /// The metrics, sorted by label values.
    pub metrics: Vec<Metric>,
}

impl MetricFamily {
    /// Makes a family that has no metrics yet.
    pub fn new(name: impl Into<String>, help: impl Into<String>, kind: MetricType) -> Self {
        Self {
            name: name.into(),
            help: help.into(),
            unit: String::new(),
            kind,
            metrics: Vec::new(),
        }
    }

    /// Sorts the metrics as a registry does: by the number of their labels, then by label values, then by time.
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

    /// Writes the family into `sink`.
    ///
    /// As for every sink, `Break` means that it wants no more.
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

/// One metric at the time it was gathered.
///
/// See [`MetricFamily`] for examples.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// Its labels, sorted by name.
    pub labels: Vec<LabelPair>,
    /// What it says.
    pub value: MetricValue,
    /// When it said so, if it insists on a time: milliseconds since the Unix epoch.
    pub timestamp_ms: Option<i64>,
}

impl Metric {
    /// Makes a metric that leaves the time to whoever scrapes it.
    #[must_use]
    pub fn new(labels: Vec<LabelPair>, value: MetricValue) -> Self {
        Self {
            labels,
            value,
            timestamp_ms: None,
        }
    }
}

/// A sink that keeps everything as a tree.
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
