//! What a scrape writes to.

use std::fmt;
use std::ops::ControlFlow;

use crate::demands::Demands;
use crate::desc::Desc;
use crate::exemplar::Exemplar;
use crate::family::{CounterValue, HistogramValue, Metric, MetricType, MetricValue, SummaryValue};
use crate::labels::{LabelPair, to_text};
use crate::time::Timestamp;
use crate::vec::Texts;

/// Whether to continue; `Break` once the reader has gone away.
pub type Flow = ControlFlow<()>;

/// Receives the result of a scrape, family by family.
///
/// Encoders are sinks; so is other code that reads metrics once and in order.
/// Families arrive sorted by name, each before its series, which are sorted as in Go; no family arrives twice, and none is empty.
/// Nothing arrives after a `Break`.
///
/// # Examples
///
/// A sink that looks for families with many series, without building a tree:
///
/// ```
/// use std::ops::ControlFlow;
///
/// use promcore::{FamilyHead, Flow, Gatherer, GaugeVec, Registry, Series, Sink};
///
/// #[derive(Default)]
/// struct Largest {
///     name: String,
///     series: usize,
/// }
///
/// impl Sink for Largest {
///     fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
///         self.name = family.name.to_owned();
///         self.series = 0;
///         ControlFlow::Continue(())
///     }
///
///     fn series(&mut self, _: &Series<'_>) -> Flow {
///         self.series += 1;
///         match self.series {
///             1_000.. => ControlFlow::Break(()), // We know enough.
///             _ => ControlFlow::Continue(()),
///         }
///     }
/// }
///
/// let registry = Registry::new();
/// let visits = GaugeVec::new("visits", "Visits, by who came.", ["user"])?;
/// registry.register(visits.clone())?;
/// for user in 0..2_000 {
///     visits.with([&user.to_string()]).inc();
/// }
///
/// let mut largest = Largest::default();
/// let left_out = registry.gather_into(&mut largest);
/// assert!(left_out.is_empty());
/// assert_eq!((largest.name.as_str(), largest.series), ("visits", 1_000));
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait Sink {
    /// Begins a family.
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow;

    /// Receives a series of the current family.
    fn series(&mut self, series: &Series<'_>) -> Flow;

    /// Returns whether the series of the current family should be passed to [`measure`](Self::measure) first.
    ///
    /// This is for formats in which lengths precede contents.
    fn measures(&self) -> bool {
        false
    }

    /// Called for every series before [`series`](Self::series), if the producer can iterate twice.
    ///
    /// The same series follow in the same order, with the same labels and creation times; values may change in between, and exemplars may appear or disappear.
    fn measure(&mut self, series: &Series<'_>) {
        let _ = series;
    }

    /// Receives many counters or gauges of the current family together, or returns `None` to receive them one by one.
    ///
    /// This is for text encoders, which need only [rendered](Labels::rendered) labels and values, and whose time depends on the number of calls.
    #[doc(hidden)]
    fn lines(&mut self, lines: Lines<'_>) -> Option<Flow> {
        let _ = lines;
        None
    }

    /// Returns what the sink requires of metrics; a scrape leaves out what does not meet it.
    fn demands(&self) -> Demands {
        Demands::new()
    }

    /// Returns whether creation times are needed; if not, they are not looked up.
    fn wants_created(&self) -> bool {
        true
    }
}

/// What all series of a family share.
///
/// See [`Sink`] for an example.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "made by code that feeds sinks")]
pub struct FamilyHead<'a> {
    /// The name.
    pub name: &'a str,
    /// The help text.
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

/// A metric as passed to a sink.
///
/// # Examples
///
/// ```
/// use promcore::{LabelPair, Labels, MetricValue, Series, Value};
///
/// let labels = [LabelPair::new("room", "kitchen")];
/// let series = Series { labels: Labels::pairs(&labels), value: Value::Gauge(21.5), timestamp_ms: None };
/// assert_eq!(series.to_metric().value, MetricValue::Gauge(21.5));
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by code that feeds sinks")]
pub struct Series<'a> {
    /// The labels.
    pub labels: Labels<'a>,
    /// The value.
    pub value: Value<'a>,
    /// The explicit timestamp, if any, in milliseconds since the Unix epoch.
    pub timestamp_ms: Option<i64>,
}

impl Series<'_> {
    /// Converts the metric to plain data.
    #[must_use]
    pub fn to_metric(self) -> Metric {
        let mut metric = Metric::new(self.labels.to_pairs(), self.value.to_value());
        metric.timestamp_ms = self.timestamp_ms;
        metric
    }
}

/// Many series of a family, with their labels as text and their values.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    pub(crate) texts: Texts<'a>,
    pub(crate) values: &'a [f64],
    pub(crate) may_have_exemplars: bool,
}

impl<'a> Lines<'a> {
    /// Returns the labels of the series.
    #[must_use]
    pub fn texts(&self) -> Texts<'a> {
        self.texts.clone()
    }

    /// Returns the values, one for each text.
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// Returns whether some of the counters may have exemplars, which are only available one by one.
    #[must_use]
    pub fn may_have_exemplars(&self) -> bool {
        self.may_have_exemplars
    }
}

/// The value of a metric as passed to a sink.
///
/// See [`Series`] for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A counter.
    #[non_exhaustive]
    Counter {
        /// The current value.
        value: f64,
        /// An exemplar of an increment.
        exemplar: Option<&'a Exemplar>,
        /// When the counter started from 0.
        created: Option<Timestamp>,
    },
    /// A gauge.
    Gauge(f64),
    /// A histogram whose counts go up and down.
    GaugeHistogram(&'a HistogramValue),
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
            Self::GaugeHistogram(_) => MetricType::GaugeHistogram,
            Self::Histogram(_) => MetricType::Histogram,
            Self::Summary(_) => MetricType::Summary,
            Self::Untyped(_) => MetricType::Untyped,
        }
    }

    /// Returns the value without a counter's exemplar.
    #[must_use]
    pub fn without_exemplar(mut self) -> Self {
        if let Self::Counter { exemplar, .. } = &mut self {
            *exemplar = None;
        }
        self
    }

    /// Converts the value to plain data.
    #[must_use]
    pub fn to_value(self) -> MetricValue {
        match self {
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
            Self::GaugeHistogram(histogram) => MetricValue::GaugeHistogram(histogram.clone()),
            Self::Histogram(histogram) => MetricValue::Histogram(histogram.clone()),
            Self::Summary(summary) => MetricValue::Summary(summary.clone()),
            Self::Untyped(value) => MetricValue::Untyped(value),
        }
    }
}

/// The labels of a series, sorted by name.
///
/// See [`Series`] for an example.
#[derive(Clone, Copy)]
pub struct Labels<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Pairs(&'a [LabelPair]),
    Series {
        text: &'a [u8],
        is_legacy: bool,
        pairs: &'a dyn ToPairs,
    },
}

/// Labels that can be converted to plain data.
pub(crate) trait ToPairs {
    fn to_pairs(&self) -> Vec<LabelPair>;
}

impl<'a> Labels<'a> {
    /// Makes labels from pairs, which should be sorted by name.
    #[must_use]
    pub const fn pairs(pairs: &'a [LabelPair]) -> Self {
        Self(Source::Pairs(pairs))
    }

    pub(crate) fn series(text: &'a [u8], pairs: &'a dyn ToPairs, is_legacy: bool) -> Self {
        Self(Source::Series {
            text,
            is_legacy,
            pairs,
        })
    }

    /// Returns the labels as plain data, if they are stored that way.
    #[must_use]
    pub const fn as_pairs(&self) -> Option<&'a [LabelPair]> {
        match self.0 {
            Source::Pairs(pairs) => Some(pairs),
            Source::Series { .. } => None,
        }
    }

    /// Converts the labels to plain data.
    #[must_use]
    pub fn to_pairs(self) -> Vec<LabelPair> {
        match self.0 {
            Source::Pairs(pairs) => pairs.to_vec(),
            Source::Series { pairs, .. } => pairs.to_pairs(),
        }
    }

    /// Returns the labels as rendered in a line of text, without the closing brace: `{code="200",method="GET"`, or nothing if there are none.
    ///
    /// Only built-in instruments have rendered labels, and only if all names are [legacy names](crate::is_legacy_label_name): the text is then valid in all text formats.
    #[must_use]
    #[inline]
    pub fn rendered(&self) -> Option<&'a [u8]> {
        match self.0 {
            Source::Series {
                text, is_legacy, ..
            } if is_legacy => Some(text),
            _ => None,
        }
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_text(&self.to_pairs()))
    }
}
