//! What a scrape writes into.

use std::ops::ControlFlow;

use crate::desc::Desc;
use crate::family::{
    CounterValue, Exemplar, HistogramValue, Metric, MetricType, MetricValue, SummaryValue,
};
use crate::labels::LabelPair;
use crate::time::Timestamp;
use crate::vec::SeriesLabels;

/// Whether to go on: `Break` once whoever reads has gone away.
pub type Flow = ControlFlow<()>;

/// Takes everything that is scraped, family by family.
///
/// Encoders are sinks, and so is whatever else looks at metrics once and in order.
/// Families come sorted by name, each before its series, which are sorted as in Go; no family comes twice, and none is empty.
/// After a `Break` nothing more comes.
pub trait Sink {
    /// Begins a family.
    fn family(&mut self, family: FamilyHead<'_>) -> Flow;

    /// Takes a series of the family that was begun last.
    fn series(&mut self, series: Series<'_>) -> Flow;
}

/// What is the same for all series of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever feeds a sink makes one")]
pub struct FamilyHead<'a> {
    /// The name.
    pub name: &'a str,
    /// What the metrics are about.
    pub help: &'a str,
    /// The unit, often empty.
    pub unit: &'a str,
    /// The type.
    pub kind: MetricType,
}

impl<'a> FamilyHead<'a> {
    pub(crate) fn of(desc: &'a Desc, kind: MetricType) -> Self {
        Self {
            name: desc.name(),
            help: desc.help(),
            unit: desc.unit(),
            kind,
        }
    }
}

/// A metric, lent to a sink.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever feeds a sink makes one")]
pub struct Series<'a> {
    /// The labels.
    pub labels: Labels<'a>,
    /// What the metric says.
    pub value: Value<'a>,
    /// When it said so, if it insists on a time: milliseconds since the Unix epoch.
    pub timestamp_ms: Option<i64>,
}

impl Series<'_> {
    /// Returns the metric as plain data.
    #[must_use]
    pub fn to_metric(&self) -> Metric {
        let mut metric = Metric::new(self.labels.to_pairs(), self.value.to_value());
        metric.timestamp_ms = self.timestamp_ms;
        metric
    }
}

/// What a metric says, lent to a sink.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A counter.
    #[non_exhaustive]
    Counter {
        /// The sum of all increments.
        value: f64,
        /// An example of an increment.
        exemplar: Option<&'a Exemplar>,
        /// When the counter started at 0.
        created: Option<Timestamp>,
    },
    /// A gauge.
    Gauge(f64),
    /// A histogram.
    Histogram(&'a HistogramValue),
    /// A summary.
    Summary(&'a SummaryValue),
    /// A value of unknown type.
    Untyped(f64),
}

impl Value<'_> {
    /// Returns the type of the value.
    #[must_use]
    pub const fn kind(&self) -> MetricType {
        match self {
            Self::Counter { .. } => MetricType::Counter,
            Self::Gauge(_) => MetricType::Gauge,
            Self::Histogram(_) => MetricType::Histogram,
            Self::Summary(_) => MetricType::Summary,
            Self::Untyped(_) => MetricType::Untyped,
        }
    }

    /// Returns the value as plain data.
    #[must_use]
    pub fn to_value(&self) -> MetricValue {
        match *self {
            Self::Counter {
                value,
                exemplar,
                created,
            } => MetricValue::Counter(CounterValue {
                value,
                exemplar: exemplar.cloned(),
                created,
            }),
            Self::Gauge(value) => MetricValue::Gauge(value),
            Self::Histogram(histogram) => MetricValue::Histogram(histogram.clone()),
            Self::Summary(summary) => MetricValue::Summary(summary.clone()),
            Self::Untyped(value) => MetricValue::Untyped(value),
        }
    }
}

/// The labels of a series, sorted by name.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Pairs(&'a [LabelPair]),
    Series(SeriesLabels<'a>),
}

impl<'a> Labels<'a> {
    /// Makes labels of pairs, which should be sorted by name.
    #[must_use]
    pub const fn pairs(pairs: &'a [LabelPair]) -> Self {
        Self(Source::Pairs(pairs))
    }

    pub(crate) const fn series(labels: SeriesLabels<'a>) -> Self {
        Self(Source::Series(labels))
    }

    /// Returns the labels as plain data.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<LabelPair> {
        match &self.0 {
            Source::Pairs(pairs) => pairs.to_vec(),
            Source::Series(labels) => labels.to_pairs(),
        }
    }

    /// Returns the labels as they stand in a line of text, if they do so in all text formats in the same way.
    ///
    /// They do, if they are a built-in instrument's, all their names are [legacy names](crate::is_legacy_label_name), and no value needs an escape.
    #[must_use]
    #[inline]
    pub fn rendered(&self) -> Option<RenderedLabels<'a>> {
        match self.0 {
            Source::Series(labels) if labels.are_plain() => Some(RenderedLabels(labels)),
            _ => None,
        }
    }
}

/// Labels as they stand in a line of text, without the closing brace: `{code="200",method="GET"`, or nothing at all.
#[derive(Clone, Copy, Debug)]
pub struct RenderedLabels<'a>(SeriesLabels<'a>);

impl RenderedLabels<'_> {
    /// Writes the labels to the beginning of `out` and returns their length, or nothing if `out` may be too short.
    ///
    /// What stood in `out` behind the labels may be overwritten with rubbish.
    #[must_use]
    #[inline]
    pub fn write(&self, out: &mut [u8]) -> Option<usize> {
        self.0.write(out)
    }
}
