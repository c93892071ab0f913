//! Vecs: metrics with the same name but different labels.

mod advance; // Memory for values read ahead by scrapes.
mod custom; // Vecs of custom metrics.
mod dense; // Series found by the number of their label set.
#[cfg(feature = "derive")]
pub(crate) mod derived; // Support for derived label sets.
mod dynamic; // Vecs with labels known at run time.
mod hash; // The hash for look-ups.
mod index; // A lock-free index from hashes to series.
mod instrument; // What turns cells into an instrument.
mod key; // Label values as words.
mod labels; // Labels of the series of a table.
mod levels; // A list that grows without moving what it holds.
mod pages; // Series sorted and rendered for scrapes.
mod positional; // Vecs with the number of labels in the type.
mod records; // Storage of label values.
mod roster; // The state under the table's lock.
mod table; // The series of a vec.
mod typed; // Vecs with a type of the program as labels.
mod value; // Types of label values.
mod view; // Curried and constrained labels.
mod writing; // Writing all series to a sink.

#[cfg(all(test, loom))]
mod loom_table;

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

pub use self::custom::{CustomMetric, CustomVec};
pub use self::dynamic::Dynamic;
pub use self::instrument::Instrument;
pub(crate) use self::instrument::{Parts, instrument, sealed};
pub(crate) use self::key::Window;
pub(crate) use self::labels::{LabelStore, SeriesLabels};
pub use self::pages::{Text, Texts};
pub use self::positional::Positional;
pub(crate) use self::records::{Chunk, END, are_together};
use self::table::Table;
pub use self::typed::{LabelSet, Typed};
pub use self::value::LabelValue;
use self::view::{View, Wanted};
use self::writing::Writing;
use crate::collector::{Collector, Trusted, collect_trusted, sealed::Sealed};
use crate::constant::ConstMetric;
use crate::counter::Counter;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::MetricType;
use crate::gauge::Gauge;
use crate::histogram::Histogram;
use crate::series::{Borrowed, Cells, Found, Series};
use crate::sink::{FamilyHead, Flow, Sink};
use crate::summary::Summary;
use crate::variable_label::VariableLabel;

/// A [`MetricVec`] of counters with `N` labels.
///
/// See [`MetricVec`] for an example.
#[doc(alias = "NewCounterVec")]
pub type CounterVec<const N: usize> = MetricVec<Counter, Positional<N>>;

/// A [`MetricVec`] of gauges with `N` labels.
///
/// See [`MetricVec`] for an example.
#[doc(alias = "NewGaugeVec")]
pub type GaugeVec<const N: usize> = MetricVec<Gauge, Positional<N>>;

/// A [`MetricVec`] of histograms with `N` labels.
///
/// # Examples
///
/// All series have the same buckets:
///
/// ```
/// use promcore::{HistogramOpts, HistogramVec};
///
/// let opts = HistogramOpts::new("rpc_seconds", "Time to answer a call.").buckets([0.01, 0.1]);
/// let seconds = HistogramVec::with_opts(opts, ["method"])?;
/// seconds.with(["get"]).observe(0.02);
/// assert_eq!(seconds.with(["get"]).snapshot().count, 1);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewHistogramVec")]
pub type HistogramVec<const N: usize> = MetricVec<Histogram, Positional<N>>;

/// A [`MetricVec`] of summaries with `N` labels.
///
/// # Examples
///
/// ```
/// use promcore::{SummaryOpts, SummaryVec};
///
/// let opts = SummaryOpts::new("rpc_seconds", "Time to answer a call.").objectives([(0.5, 0.05)]);
/// let seconds = SummaryVec::with_opts(opts, ["method"])?;
/// seconds.with(["get"]).observe(0.02);
/// assert_eq!(seconds.with(["get"]).snapshot().quantiles[0].value, 0.02);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewSummaryVec")]
pub type SummaryVec<const N: usize> = MetricVec<Summary, Positional<N>>;

/// A [`MetricVec`] of counters whose label names are only known at run time.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynCounterVec = MetricVec<Counter, Dynamic>;

/// A [`MetricVec`] of gauges whose label names are only known at run time.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynGaugeVec = MetricVec<Gauge, Dynamic>;

/// A [`MetricVec`] of histograms whose label names are only known at run time.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynHistogramVec = MetricVec<Histogram, Dynamic>;

/// A [`MetricVec`] of summaries whose label names are only known at run time.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynSummaryVec = MetricVec<Summary, Dynamic>;

/// A [`MetricVec`] of counters whose labels are a [`LabelSet`].
///
/// See [`LabelSet`] for an example.
pub type CounterFamily<S> = MetricVec<Counter, Typed<S>>;

/// A [`MetricVec`] of gauges whose labels are a [`LabelSet`].
///
/// See [`LabelSet`] for an example.
pub type GaugeFamily<S> = MetricVec<Gauge, Typed<S>>;

/// A [`MetricVec`] of histograms whose labels are a [`LabelSet`].
///
/// See [`LabelSet`] for an example.
pub type HistogramFamily<S> = MetricVec<Histogram, Typed<S>>;

/// A [`MetricVec`] of summaries whose labels are a [`LabelSet`].
///
/// See [`LabelSet`] for an example.
pub type SummaryFamily<S> = MetricVec<Summary, Typed<S>>;

/// Metrics with the same name that differ in the values of their labels.
///
/// A `MetricVec` is a handle on a table of series: clones share the same series.
/// Looking up an existing series takes no lock, does not allocate, and compares the labels in full; a missing series is created.
/// A series is exposed from its first look-up until it is removed.
///
/// Removal is final: remaining handles on the series still work, but their values are not exposed, even if a series with the same labels is created again.
/// Until the first removal from a vec, borrowed handles cost nothing; the handles of series created after it are counted, which takes two locked instructions for each look-up.
/// The memory of such a series is reused once it is removed and no handle remains; that of series created before the first removal is not reused.
///
/// For metrics of other types, see [`CustomVec`].
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
/// A missing value does not compile:
///
/// ```compile_fail
/// # let requests = promcore::CounterVec::new("http_requests_total", "Requests.", ["code", "method"]).unwrap();
/// requests.with(["200"]).inc();
/// ```
pub struct MetricVec<M: Instrument, L> {
    table: Arc<Table<M::Cells>>,
    /// What is added to the given values; nothing for most vecs.
    view: Option<Arc<View>>,
    labels: PhantomData<fn() -> L>,
}

// As for a series; constraints run before the table is used.
impl<M: Instrument, L> UnwindSafe for MetricVec<M, L> {}
impl<M: Instrument, L> RefUnwindSafe for MetricVec<M, L> {}

impl<M: Instrument, L> MetricVec<M, L> {
    /// Makes a vec; if there are at most `dense` different label sets, they have numbers.
    fn of_parts(opts: M::Opts, labels: Vec<VariableLabel>, dense: usize) -> Result<Self, Error> {
        let view = View::of(&labels).map(Arc::new);
        let Parts { desc, shape, clock } = M::parts(opts, labels)?;
        Ok(Self {
            table: Arc::new(Table::new(&desc, shape, clock, dense)),
            view,
            labels: PhantomData,
        })
    }

    fn curried<T>(&self, labels: &[(&str, &str)]) -> Result<MetricVec<M, T>, Error> {
        let view = View::curried(self.view.as_deref(), self.desc(), labels)?;
        Ok(MetricVec {
            table: Arc::clone(&self.table),
            view: Some(Arc::new(view)),
            labels: PhantomData,
        })
    }

    /// Returns the same vec with another kind of labels.
    fn with_other_labels<T>(self) -> MetricVec<M, T> {
        MetricVec {
            table: self.table,
            view: self.view,
            labels: PhantomData,
        }
    }

    /// Returns the number of values that look-ups take.
    fn given(&self) -> usize {
        let all = self.desc().variable_labels().len();
        self.view.as_ref().map_or(all, |view| view.given())
    }

    /// Returns the names of the labels that look-ups take values for, in the order of the values: those that are not curried.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::CounterVec;
    ///
    /// let requests = CounterVec::new("http_requests_total", "Requests.", ["code", "handler", "method"])?;
    /// let of_shop: CounterVec<2> = requests.curry_with([("handler", "shop")])?;
    /// assert_eq!(of_shop.given_labels(), ["code", "method"]);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[must_use]
    pub fn given_labels(&self) -> Vec<&str> {
        let is_given = |label| !(self.view.as_ref()).is_some_and(|view| view.is_curried(label));
        let names = self.desc().variable_labels().iter().enumerate();
        let given = names.filter(|(label, _)| is_given(*label));
        given.map(|(_, name)| name.as_str()).collect()
    }

    /// Returns the metric with these values, if their number is right.
    pub(crate) fn try_handle(&self, values: &[&str]) -> Result<M::Handle<Borrowed<'_>>, Error> {
        self.desc().check_cardinality(self.given(), values)?;
        Ok(M::handle(Series::borrowed(self.get(values))))
    }

    /// Returns the series with these values, whose number must be right.
    fn get(&self, values: &[&str]) -> Found<'_, M::Cells> {
        self.fill(values, |values| self.table.get_any(values))
    }

    fn remove_values(&self, values: &[&str]) -> bool {
        self.fill(values, |values| self.table.remove(values))
    }

    /// Passes the values of all labels to `then`.
    fn fill<R>(&self, given: &[&str], then: impl FnOnce(&[&str]) -> R) -> R {
        match &self.view {
            None => then(given),
            Some(view) => view.fill(given, then),
        }
    }

    /// Returns the descriptor that all metrics share.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        self.table.desc()
    }

    /// Removes all metrics that have these labels among their labels, and returns the number of metrics removed.
    ///
    /// Without labels, all metrics are removed.
    /// A curried vec only removes metrics that have its curried labels; in Go, those labels are ignored.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::GaugeVec;
    ///
    /// let free = GaugeVec::new("disk_free_bytes", "Free space.", ["host", "disk"])?;
    /// free.with(["alpha", "sda"]).set(1e9);
    /// free.with(["alpha", "sdb"]).set(1e9);
    /// free.with(["beta", "sda"]).set(1e9);
    /// assert_eq!(free.remove_partial_match(&[("host", "alpha")]), 2);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "DeletePartialMatch")]
    #[expect(clippy::must_use_candidate, reason = "it matters that it is gone")]
    pub fn remove_partial_match(&self, labels: &[(&str, &str)]) -> usize {
        let desc = self.desc();
        let is_known = |(name, _): &(&str, &str)| desc.variable_label(name).is_some();
        if !labels.iter().all(is_known) {
            return 0;
        }
        let wanted: Vec<Wanted<'_>> = (desc.variable_labels().iter().enumerate())
            .map(|(label, name)| {
                let given = labels.iter().find(|(given, _)| given == name);
                let given = given.map(|&(_, value)| value);
                match &self.view {
                    Some(view) => view.wanted(label, given),
                    None => given.map_or(Wanted::All, |given| Wanted::This(given.into())),
                }
            })
            .collect();
        self.table.remove_all(|labels| {
            labels
                .values()
                .zip(&wanted)
                .all(|(value, wanted)| match wanted {
                    Wanted::All => true,
                    Wanted::This(wanted) => value.is(wanted),
                    Wanted::Nothing => false,
                })
        })
    }

    /// Removes all metrics of the vec, as in Go even if the vec is curried.
    #[doc(alias = "Reset")]
    pub fn reset(&self) {
        self.table.remove_all(|_| true);
    }
}

impl<M: Instrument, L> Clone for MetricVec<M, L> {
    fn clone(&self) -> Self {
        Self {
            table: Arc::clone(&self.table),
            view: self.view.clone(),
            labels: PhantomData,
        }
    }
}

impl<M: Instrument, L> fmt::Debug for MetricVec<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricVec")
            .field("table", &self.table)
            .field("view", &self.view)
            .finish()
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
        let scrape = self.table.scrape();
        if scrape.pages.is_empty() {
            return Flow::Continue(());
        }
        sink.family(&FamilyHead::of(self.table.desc(), M::Cells::KIND))?;
        Writing::of(&self.table).write(&scrape.pages, sink)
    }
}
