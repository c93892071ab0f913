use std::any::Any;
use std::fmt;

use crate::collector::Collector;
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::{Metric, MetricType, MetricValue};
use crate::opts::GaugeOpts;
use crate::series::{Cells, Found, Hold, Series};
use crate::sink::{ToPairs, Value};
use crate::sync::{Arc, AtomicU32, Mutex, lock};
use crate::time::Timestamp;
use crate::variable_label::VariableLabel;
use crate::vec::{Dynamic, Instrument, MetricVec, Parts, sealed};

/// A custom metric for a [`CustomVec`].
///
/// A metric that is removed from its vec is dropped once nothing else holds it.
///
/// See [`CustomVec`] for an example.
pub trait CustomMetric: Send + Sync + 'static {
    /// Returns the current value; it may be called at any time and by many threads concurrently, but never under a lock of this crate.
    ///
    /// All metrics of a vec must return values of the same type.
    fn value(&self) -> MetricValue;
}

/// Custom metrics with the same name that differ in their labels.
///
/// It looks up, creates, removes and exposes them as a [`MetricVec`] does, with label names known at run time.
///
/// Follows `MetricVec` of `prometheus/vec.go` of client_golang 1.24.1.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use promcore::{CustomMetric, CustomVec, Gatherer, GaugeOpts, MetricValue, Registry};
///
/// /// The largest value that was seen.
/// #[derive(Default)]
/// struct Largest(AtomicU64);
///
/// impl CustomMetric for Largest {
///     fn value(&self) -> MetricValue {
///         MetricValue::Gauge(self.0.load(Ordering::Relaxed) as f64)
///     }
/// }
///
/// let opts = GaugeOpts::new("largest_reply_size_bytes", "Size of the largest reply.");
/// let largest = CustomVec::new(opts, ["handler"], |_labels| Largest::default())?;
/// let registry = Registry::new();
/// registry.register(largest.clone())?;
///
/// largest.try_with_label_values(&["shop"])?.0.fetch_max(512, Ordering::Relaxed);
/// assert_eq!(registry.gather().families[0].metrics[0].value, MetricValue::Gauge(512.0));
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewMetricVec")]
pub struct CustomVec<T: CustomMetric> {
    vec: MetricVec<Custom<T>, Dynamic>,
    make: Arc<Make<T>>,
}

/// Makes a metric from its label values.
type Make<T> = dyn Fn(&[&str]) -> T + Send + Sync;

impl<T: CustomMetric> CustomVec<T> {
    /// Makes a vec from options, the names of its labels, and a function that makes a metric from label values.
    ///
    /// The type of the options does not matter: the metrics' own values are exposed.
    /// The function is not called under a lock of this crate; if two metrics are made for the same labels concurrently, one is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is invalid.
    pub fn new<L: Into<VariableLabel>>(
        opts: impl Into<GaugeOpts>,
        labels: impl IntoIterator<Item = L>,
        make: impl Fn(&[&str]) -> T + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Ok(Self {
            vec: MetricVec::<Custom<T>, Dynamic>::with_opts(opts, labels)?,
            make: Arc::new(make),
        })
    }

    /// Returns the descriptor that all metrics share.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        self.vec.desc()
    }

    /// Returns the metric with these label values, in the order of the label names, creating it if it is missing.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer values than labels.
    pub fn try_with_label_values(&self, values: &[&str]) -> Result<Arc<T>, Error> {
        self.desc().check_cardinality(self.vec.given(), values)?;
        Ok(self.get(values))
    }

    /// Returns the metric with these labels, in any order, creating it if it is missing.
    ///
    /// # Errors
    ///
    /// As for [`MetricVec::try_with`].
    pub fn try_with(&self, labels: &[(&str, &str)]) -> Result<Arc<T>, Error> {
        Ok(self.get(&self.vec.in_order(labels)?))
    }

    fn get(&self, values: &[&str]) -> Arc<T> {
        let table = &self.vec.table;
        self.vec.fill(values, |values| {
            loop {
                if let Some(metric) = table.find_any(values).and_then(metric_of) {
                    return metric;
                }
                let made = Arc::new((self.make)(values));
                let put = |cells: &Places<T>, at| cells.put(at, Arc::clone(&made));
                // There is none if the series was removed immediately.
                if let Some(metric) = metric_of(table.get_prepared(values, put)) {
                    return metric;
                }
            }
        })
    }

    /// Removes the metric with these label values, in the order of the label names, and returns whether there was one.
    #[expect(clippy::must_use_candidate, reason = "it matters that it is gone")]
    pub fn remove_label_values(&self, values: &[&str]) -> bool {
        self.vec.remove_label_values(values)
    }

    /// Removes all metrics that have these labels among their labels, as [`MetricVec::remove_partial_match`] does.
    #[expect(clippy::must_use_candidate, reason = "it matters that it is gone")]
    pub fn remove_partial_match(&self, labels: &[(&str, &str)]) -> usize {
        self.vec.remove_partial_match(labels)
    }

    /// Removes all metrics.
    pub fn reset(&self) {
        self.vec.reset();
    }

    /// Returns a curried vec with fixed values for some labels, as [`MetricVec::curry_with`] does.
    ///
    /// # Errors
    ///
    /// As for [`MetricVec::curry_with`].
    pub fn curry_with(&self, labels: &[(&str, &str)]) -> Result<Self, Error> {
        Ok(Self {
            vec: self.vec.curry_with(labels)?,
            make: Arc::clone(&self.make),
        })
    }
}

impl<T: CustomMetric> Clone for CustomVec<T> {
    fn clone(&self) -> Self {
        Self {
            vec: self.vec.clone(),
            make: Arc::clone(&self.make),
        }
    }
}

impl<T: CustomMetric> fmt::Debug for CustomVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomVec").field(&self.vec).finish()
    }
}

/// Not trusted, because the metrics are user code.
impl<T: CustomMetric> Collector for CustomVec<T> {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        sink(self.desc());
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        let scrape = self.vec.table.scrape();
        for &number in scrape.pages.iter().flat_map(|page| &page.numbers) {
            let (block, at) = self.vec.table.at(number);
            if let Some(metric) = block.cells.get(at) {
                let labels = block.labels(at).to_pairs();
                let metric = Metric::new(labels, metric.value());
                sink(ConstMetric::made(self.desc(), metric));
            }
        }
    }
}

/// Returns the metric of a series, unless it was removed.
fn metric_of<T: CustomMetric>(found: Found<'_, Places<T>>) -> Option<Arc<T>> {
    let series = Series::borrowed(found);
    let (cells, at) = series.cells();
    cells.get(at)
}

/// The instrument of a [`CustomVec`].
pub(crate) struct Custom<T>(std::marker::PhantomData<fn() -> T>);

impl<T: CustomMetric> Instrument for Custom<T> {}

impl<T: CustomMetric> sealed::Instrument for Custom<T> {
    type Cells = Places<T>;
    type Opts = GaugeOpts;
    type Handle<H: Hold> = Series<Places<T>, H>;

    fn parts(opts: GaugeOpts, labels: Vec<VariableLabel>) -> Result<Parts<Places<T>>, Error> {
        opts.common.parts(labels)
    }

    fn handle<H: Hold>(series: Series<Places<T>, H>) -> Series<Places<T>, H> {
        series
    }
}

/// The number of metrics in a block.
const LEN: usize = 8;

/// A block of custom metrics.
pub(crate) struct Places<T>(Box<[Mutex<Option<Arc<T>>>]>);

impl<T> Places<T> {
    fn get(&self, at: usize) -> Option<Arc<T>> {
        lock(&self.0[at]).clone()
    }

    fn put(&self, at: usize, metric: Arc<T>) {
        *lock(&self.0[at]) = Some(metric);
    }
}

impl<T> fmt::Debug for Places<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").finish_non_exhaustive()
    }
}

impl<T: CustomMetric> Cells for Places<T> {
    const LEN: usize = LEN;
    const KIND: MetricType = MetricType::Untyped;
    type States = [AtomicU32; LEN];
    type Shape = ();
    type Peek = ();
    type Scratch = ();

    fn new(len: usize, (): &()) -> Self {
        Self((0..len).map(|_| Mutex::new(None)).collect())
    }

    /// The metric was already taken out when the series was removed.
    fn clear(&self, _at: usize) {}

    fn take_out(&self, at: usize) -> Option<Arc<dyn Any + Send + Sync>> {
        let metric = lock(&self.0[at]).take()?;
        Some(metric)
    }

    fn peek(&self, _at: usize) {}

    fn show<'a, R>(
        cells: impl FnOnce() -> (&'a Self, usize),
        (): (),
        _created: Option<Timestamp>,
        (): &mut (),
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R {
        let (cells, at) = cells();
        match cells.get(at) {
            Some(metric) => show(metric.value().as_view()),
            None => show(Value::Untyped(f64::NAN)),
        }
    }
}
