//! Vecs: metrics of one name that differ in their labels.

mod index; // From a hash to a number, without a lock.
mod instrument; // What makes an instrument out of cells.
mod key; // Label values as words.
mod labels; // The labels of a table's series.
mod levels; // A list that grows without moving what it holds.
mod pages; // Series in the order of their labels, ready to be written.
mod table; // The series of a vec.
mod writing; // All series into a sink.

#[cfg(all(test, loom))]
mod loom_table;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use self::instrument::Instrument;
pub(crate) use self::instrument::{Parts, instrument, sealed};
pub(crate) use self::labels::{LabelStore, SeriesLabels};
pub(crate) use self::pages::{Change, Texts};
use self::table::Table;
use self::writing::Writing;
use crate::collector::{Collector, Trusted, collect_trusted, sealed::Sealed};
use crate::constant::ConstMetric;
use crate::counter::Counter;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::MetricType;
use crate::gauge::Gauge;
use crate::histogram::Histogram;
use crate::series::{Borrowed, Cells, Series};
use crate::sink::{FamilyHead, Flow, Sink};

/// A [`MetricVec`] of counters with `N` labels.
pub type CounterVec<const N: usize> = MetricVec<Counter, Positional<N>>;
/// A [`MetricVec`] of gauges with `N` labels.
pub type GaugeVec<const N: usize> = MetricVec<Gauge, Positional<N>>;
/// A [`MetricVec`] of histograms with `N` labels.
pub type HistogramVec<const N: usize> = MetricVec<Histogram, Positional<N>>;

/// A [`MetricVec`] of counters whose label names are known at run time only.
pub type DynCounterVec = MetricVec<Counter, Dynamic>;
/// A [`MetricVec`] of gauges whose label names are known at run time only.
pub type DynGaugeVec = MetricVec<Gauge, Dynamic>;
/// A [`MetricVec`] of histograms whose label names are known at run time only.
pub type DynHistogramVec = MetricVec<Histogram, Dynamic>;

/// Labels that are given as `N` values in the order of their names: a wrong number of them does not compile.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Positional<const N: usize>;

/// Labels whose names and number are known at run time only.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Dynamic;

/// Metrics of one name that differ in the values of their labels.
///
/// A handle on one table of series: clones have the same series.
/// Looking a series up takes no lock and no allocation, compares the labels in full, and makes the series if it is not there yet; series are exposed from then on.
///
/// Follows `prometheus/vec.go` of client_golang 1.24.1, with the number of labels in the type.
///
/// # Examples
///
/// ```
/// use promcore::CounterVec;
///
/// let requests = CounterVec::new("http_requests_total", "Requests answered.", ["code", "method"])?;
/// requests.with(["200", "GET"]).inc();
///
/// let not_found = requests.with(["404", "GET"]).into_owned(); // To keep.
/// not_found.inc();
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// A value too few does not compile:
///
/// ```compile_fail
/// # let requests = promcore::CounterVec::new("http_requests_total", "Requests.", ["code", "method"]).unwrap();
/// requests.with(["200"]).inc();
/// ```
pub struct MetricVec<M: Instrument, L> {
    table: Arc<Table<M::Cells>>,
    labels: PhantomData<fn() -> L>,
}

impl<M: Instrument, const N: usize> MetricVec<M, Positional<N>> {
    /// Makes a vec with a name, a help text, and the names of its labels.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is not valid; [`Error::ReservedLabel`] for histograms with a label `le`.
    pub fn new(
        name: impl Into<String>,
        help: impl Into<String>,
        labels: [&str; N],
    ) -> Result<Self, Error> {
        Self::with_opts((name.into(), help.into()), labels)
    }

    /// Makes a vec of options and the names of its labels.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and whatever the options of the single metric can have wrong.
    pub fn with_opts(opts: impl Into<M::Opts>, labels: [&str; N]) -> Result<Self, Error> {
        Self::of_parts(opts.into(), labels.map(str::to_owned).into())
    }

    /// Returns the metric with these label values, to use at once.
    ///
    /// To keep it, ask for [`into_owned`](Counter::into_owned).
    /// Asking is enough to expose the metric, with nothing counted yet.
    ///
    /// # Panics
    ///
    /// If there are more than 4 294 967 294 metrics, or more than 32 GiB of label values.
    #[doc(alias = "WithLabelValues")]
    #[expect(
        clippy::must_use_candidate,
        reason = "asking for a metric is enough to expose it"
    )]
    #[inline]
    pub fn with(&self, values: [&str; N]) -> M::Handle<Borrowed<'_>> {
        let values = self.table.labels.sorted(values);
        M::handle(Series::borrowed(self.table.get(values.iter().copied())))
    }
}

impl<M: Instrument> MetricVec<M, Dynamic> {
    /// Makes a vec with a name, a help text, and the names of its labels.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is not valid; [`Error::ReservedLabel`] for histograms with a label `le`.
    pub fn new<T: Into<String>>(
        name: impl Into<String>,
        help: impl Into<String>,
        labels: impl IntoIterator<Item = T>,
    ) -> Result<Self, Error> {
        Self::with_opts((name.into(), help.into()), labels)
    }

    /// Makes a vec of options and the names of its labels.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and whatever the options of the single metric can have wrong.
    pub fn with_opts<T: Into<String>>(
        opts: impl Into<M::Opts>,
        labels: impl IntoIterator<Item = T>,
    ) -> Result<Self, Error> {
        Self::of_parts(opts.into(), labels.into_iter().map(Into::into).collect())
    }

    /// Returns the metric with these label values, given in the order of the names.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer values than labels.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::DynGaugeVec;
    ///
    /// let names = ["disk".to_owned(), "host".to_owned()]; // From a file, say.
    /// let free = DynGaugeVec::new("free_bytes", "Free space.", names)?;
    /// free.try_with_label_values(&["sda", "alpha"])?.set(1e9);
    /// assert!(free.try_with_label_values(&["sda"]).is_err());
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "GetMetricWithLabelValues")]
    pub fn try_with_label_values(
        &self,
        values: &[impl AsRef<str>],
    ) -> Result<M::Handle<Borrowed<'_>>, Error> {
        self.table.desc().check_cardinality(values)?;
        Ok(self.get(|label| values[label].as_ref()))
    }

    /// Returns the metric with these labels, given in any order.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer labels than the vec has, [`Error::MissingLabel`] if one of the vec's labels is not among them.
    #[doc(alias = "GetMetricWith")]
    pub fn try_with(
        &self,
        labels: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> Result<M::Handle<Borrowed<'_>>, Error> {
        let desc = self.table.desc();
        if labels.len() != desc.variable_labels().len() {
            let values: Vec<&str> = labels.iter().map(|(_, value)| value.as_ref()).collect();
            desc.check_cardinality(&values)?;
        }
        let value = |name: &String| {
            let label = labels.iter().find(|(given, _)| given.as_ref() == name);
            label
                .map(|(_, value)| value.as_ref())
                .ok_or_else(|| Error::MissingLabel {
                    metric: desc.name().to_owned(),
                    label: name.clone(),
                })
        };
        let values: Vec<&str> = desc
            .variable_labels()
            .iter()
            .map(value)
            .collect::<Result<_, _>>()?;
        Ok(self.get(|label| values[label]))
    }

    fn get<'a>(&self, value: impl Fn(usize) -> &'a str + Copy) -> M::Handle<Borrowed<'_>> {
        M::handle(Series::borrowed(
            self.table.get(self.table.labels.by_name(value)),
        ))
    }
}

impl<M: Instrument, L> MetricVec<M, L> {
    fn of_parts(opts: M::Opts, labels: Vec<String>) -> Result<Self, Error> {
        let Parts { desc, shape, clock } = M::parts(opts, labels)?;
        Ok(Self {
            table: Arc::new(Table::new(&desc, shape, clock)),
            labels: PhantomData,
        })
    }

    /// Returns what all metrics of the vec have in common.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        self.table.desc()
    }
}

impl<M: Instrument, L> Clone for MetricVec<M, L> {
    fn clone(&self) -> Self {
        Self {
            table: Arc::clone(&self.table),
            labels: PhantomData,
        }
    }
}

impl<M: Instrument, L> fmt::Debug for MetricVec<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MetricVec").field(&self.table).finish()
    }
}

impl<M: Instrument, L: 'static> Collector for MetricVec<M, L> {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        sink(self.table.desc());
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        collect_trusted(self, sink);
    }

    fn as_trusted(&self) -> Option<&dyn Trusted> {
        Some(self)
    }
}

impl<M: Instrument, L: 'static> Sealed for MetricVec<M, L> {}

impl<M: Instrument, L: 'static> Trusted for MetricVec<M, L> {
    fn desc(&self) -> &Desc {
        self.table.desc()
    }

    fn kind(&self) -> MetricType {
        M::Cells::KIND
    }

    fn write(&self, sink: &mut dyn Sink) -> Flow {
        let pages = self.table.pages();
        if pages.is_empty() {
            return Flow::Continue(());
        }
        sink.family(&FamilyHead::of(self.table.desc(), M::Cells::KIND))?;
        Writing::of(&self.table).write(&pages, sink)
    }
}
