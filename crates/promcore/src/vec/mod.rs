//! Vecs: metrics of one name that differ in their labels.

mod advance; // Memory for values that scrapes read in advance.
mod custom; // Vecs of the program's own metrics.
mod dense; // Series by the numbers of their label sets.
#[cfg(feature = "derive")]
pub(crate) mod derived; // What derived label sets are made of.
mod dynamic; // Vecs whose labels are known at run time.
mod hash; // What series are looked up by.
mod index; // From a hash to a number, without a lock.
mod instrument; // What makes an instrument out of cells.
mod key; // Label values as words.
mod labels; // The labels of a table's series.
mod levels; // A list that grows without moving what it holds.
mod pages; // Series in the order of their labels, ready to be written.
mod positional; // Vecs whose number of labels is in the type.
mod records; // Where label values are kept.
mod roster; // Which series a table has, and what has become of them.
mod table; // The series of a vec.
mod typed; // Vecs whose labels are a type of the program.
mod value; // What such labels have as values.
mod view; // Labels that are curried or have constraints.
mod writing; // All series into a sink.

#[cfg(all(test, loom))]
mod loom_table;

use std::fmt;
use std::marker::PhantomData;
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
/// Buckets are the same for all series:
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

/// A [`MetricVec`] of counters whose label names are known at run time only.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynCounterVec = MetricVec<Counter, Dynamic>;

/// A [`MetricVec`] of gauges whose label names are known at run time only.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynGaugeVec = MetricVec<Gauge, Dynamic>;

/// A [`MetricVec`] of histograms whose label names are known at run time only.
///
/// See [`MetricVec::try_with_label_values`] for an example.
pub type DynHistogramVec = MetricVec<Histogram, Dynamic>;

/// A [`MetricVec`] of summaries whose label names are known at run time only.
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

/// Metrics of one name that differ in the values of their labels.
///
/// A handle on one table of series: clones have the same series.
/// Looking a series up takes no lock and no allocation, compares the labels in full, and makes the series if it is not there yet; series are exposed from then on, until they are removed.
///
/// A series that is removed is gone for good: handles on it that are still there may be used, but nobody sees what they count, also if a series with the same labels is made again.
/// As long as no series of a vec was ever removed, borrowed handles cost nothing; look-ups of series that are made later count their handles, which takes two locked instructions.
/// The place of such a series is used again once nobody holds it; those that were made before the first removal leave theirs empty.
///
/// Metrics that are no instruments of this crate have [`CustomVec`].
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
    /// What is added to the values that are given; nothing for most vecs.
    view: Option<Arc<View>>,
    labels: PhantomData<fn() -> L>,
}

impl<M: Instrument, L> MetricVec<M, L> {
    /// Makes a vec; if there are no more than `dense` different label sets, they have numbers.
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

    /// Returns the same vec with another way to say labels.
    fn with_other_labels<T>(self) -> MetricVec<M, T> {
        MetricVec {
            table: self.table,
            view: self.view,
            labels: PhantomData,
        }
    }

    /// Returns how many values have to be given.
    fn given(&self) -> usize {
        let all = self.desc().variable_labels().len();
        self.view.as_ref().map_or(all, |view| view.given())
    }

    /// Returns the names of the labels that look-ups have to give values for, in the order of the values: those that are not curried.
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

    /// Returns the metric with these values, if they are as many as have to be given.
    pub(crate) fn try_handle(&self, values: &[&str]) -> Result<M::Handle<Borrowed<'_>>, Error> {
        self.desc().check_cardinality(self.given(), values)?;
        Ok(M::handle(Series::borrowed(self.get(values))))
    }

    /// Returns the series with these values, which are as many as have to be given.
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

    /// Returns what all metrics of the vec have in common.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        self.table.desc()
    }

    /// Removes all metrics that have these labels, whatever their other labels, and returns how many these were.
    ///
    /// Without labels, all metrics are removed.
    /// A curried vec removes only metrics that have its labels, where Go's would forget about those.
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

    /// Removes all metrics of the vec, as in Go also if this is a curried one.
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
