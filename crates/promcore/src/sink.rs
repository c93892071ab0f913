//! What a scrape writes into.

use std::fmt;
use std::ops::ControlFlow;

use crate::demands::Demands;
use crate::desc::Desc;
use crate::exemplar::Exemplar;
use crate::family::{CounterValue, HistogramValue, Metric, MetricType, MetricValue, SummaryValue};
use crate::labels::{LabelPair, to_text};
use crate::time::Timestamp;
use crate::vec::Texts;

/// Whether to go on: `Break` once whoever reads has gone away.
pub type Flow = ControlFlow<()>;

/// Takes everything that is scraped, family by family.
///
/// Encoders are sinks, and so is whatever else looks at metrics once and in order.
/// Families come sorted by name, each before its series, which are sorted as in Go; no family comes twice, and none is empty.
/// After a `Break` nothing more comes.
///
/// # Examples
///
/// A sink that looks for families with many series, and builds no tree for that:
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

    /// Takes a series of the family that was begun last.
    fn series(&mut self, series: &Series<'_>) -> Flow;

    /// Says whether the series of the family that was begun last are to be [measured](Self::measure) before they come.
    ///
    /// This is for formats in which the length of something stands before it.
    fn measures(&self) -> bool {
        false
    }

    /// Measures a series of the family that was begun last, if whoever writes can show it twice: each of the family's series, before any of them comes.
    ///
    /// They come again in the same order, with the same labels and times of creation; meanwhile a value may change, and an exemplar come or go.
    fn measure(&mut self, series: &Series<'_>) {
        let _ = series;
    }

    /// Takes many counters or gauges of the family that was begun last; or leaves them, returns `None`, and gets them one by one.
    ///
    /// It is for encoders of text, which need nothing but labels [as text](Labels::rendered) and values, and whose time goes by the number of calls.
    #[doc(hidden)]
    fn lines(&mut self, lines: Lines<'_>) -> Option<Flow> {
        let _ = lines;
        None
    }

    /// Returns what the sink asks of metrics; a scrape leaves out what does not meet that.
    fn demands(&self) -> Demands {
        Demands::new()
    }

    /// Says whether it matters when a metric was made; if not, nobody needs to look it up.
    fn wants_created(&self) -> bool {
        true
    }
}

/// What is the same for all series of a family.
///
/// See [`Sink`] for an example.
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
    pub fn to_metric(self) -> Metric {
        let mut metric = Metric::new(self.labels.to_pairs(), self.value.to_value());
        metric.timestamp_ms = self.timestamp_ms;
        metric
    }
}

/// Many series of a family, each with its labels as text and its value.
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

    /// Returns the values, as many as there are texts.
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// Says whether some of the counters may have exemplars, which are to be had one by one only.
    #[must_use]
    pub fn may_have_exemplars(&self) -> bool {
        self.may_have_exemplars
    }
}

/// What a metric says, lent to a sink.
///
/// See [`Series`] for an example.
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

    /// Returns the value without the exemplar that a counter may have.
    #[must_use]
    pub fn without_exemplar(mut self) -> Self {
        if let Self::Counter { exemplar, .. } = &mut self {
            *exemplar = None;
        }
        self
    }

    /// Returns the value as plain data.
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

/// Labels that can be had as plain data.
pub(crate) trait ToPairs {
    fn to_pairs(&self) -> Vec<LabelPair>;
}

impl<'a> Labels<'a> {
    /// Makes labels of pairs, which should be sorted by name.
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

    /// Returns the labels as plain data, if that is what they are.
    #[must_use]
    pub const fn as_pairs(&self) -> Option<&'a [LabelPair]> {
        match self.0 {
            Source::Pairs(pairs) => Some(pairs),
            Source::Series { .. } => None,
        }
    }

    /// Returns the labels as plain data.
    #[must_use]
    pub fn to_pairs(self) -> Vec<LabelPair> {
        match self.0 {
            Source::Pairs(pairs) => pairs.to_vec(),
            Source::Series { pairs, .. } => pairs.to_pairs(),
        }
    }

    /// Returns the labels as they stand in a line of text, without the closing brace: `{code="200",method="GET"`, or nothing if there are none.
    ///
    /// Only built-in instruments have their labels in this form, and only if all names are [legacy names](crate::is_legacy_label_name): it is then right in all text formats.
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
