//! Metrics whose values come from closures.

use std::fmt;
use std::sync::Arc;

use crate::collector::Collector;
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::{CounterValue, Metric, MetricValue};
use crate::opts::{Common, CounterOpts, GaugeOpts, UntypedOpts};

/// A metric whose value comes from a closure at each scrape; made by [`counter_fn`], [`gauge_fn`] or [`untyped_fn`].
///
/// A scrape waits for the closure, and concurrent scrapes may call it at the same time.
/// No lock is held meanwhile, so the closure may use metrics and registries freely.
/// If it panics, the metric is missing from that scrape and the panic is reported.
/// The metric has no creation time, because it is not known when the count started.
///
/// Follows `valueFunc` in `prometheus/value.go` of client_golang 1.24.1; there a panic ends the program.
///
/// See these functions for examples.
#[doc(alias = "CounterFunc")]
#[doc(alias = "GaugeFunc")]
#[doc(alias = "UntypedFunc")]
#[derive(Clone)]
pub struct ValueFn {
    desc: Desc,
    value: Arc<dyn Fn() -> MetricValue + Send + Sync>,
}

/// Makes a counter whose value comes from a closure; the value must never go down.
///
/// # Errors
///
/// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is invalid.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use promcore::{Registry, counter_fn};
///
/// static HITS: AtomicU64 = AtomicU64::new(0); // Counted elsewhere.
///
/// let hits = counter_fn(("cache_hits_total", "Hits of the cache."), || {
///     HITS.load(Ordering::Relaxed) as f64
/// })?;
/// Registry::new().register(hits)?;
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewCounterFunc")]
pub fn counter_fn(
    opts: impl Into<CounterOpts>,
    value: impl Fn() -> f64 + Send + Sync + 'static,
) -> Result<ValueFn, Error> {
    ValueFn::new(&opts.into().common, move || {
        MetricValue::Counter(CounterValue::new(value()))
    })
}

/// Makes a gauge whose value comes from a closure.
///
/// # Errors
///
/// As for [`counter_fn`].
///
/// # Examples
///
/// ```
/// use promcore::{Gatherer, Registry, gauge_fn};
///
/// let cores = gauge_fn(("cpu_cores", "Cores that may be used."), || {
///     std::thread::available_parallelism().map_or(f64::NAN, |n| n.get() as f64)
/// })?;
/// let registry = Registry::new();
/// registry.register(cores)?;
/// assert_eq!(registry.gather().families[0].name, "cpu_cores");
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// Several gauges may share a name if their constant labels differ:
///
/// ```
/// use promcore::{Gatherer, GaugeOpts, Registry, gauge_fn};
///
/// # struct Database;
/// # impl Database { fn open(&self) -> f64 { 1.0 } }
/// # let (primary, replica) = (Database, Database);
/// let opts = |destination| {
///     GaugeOpts::new("connections_open", "Connections to the database.")
///         .namespace("db")
///         .const_label("destination", destination)
/// };
/// let registry = Registry::new();
/// registry.register(gauge_fn(opts("primary"), move || primary.open())?)?;
/// registry.register(gauge_fn(opts("replica"), move || replica.open())?)?;
/// assert_eq!(registry.gather().families[0].metrics.len(), 2);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewGaugeFunc")]
pub fn gauge_fn(
    opts: impl Into<GaugeOpts>,
    value: impl Fn() -> f64 + Send + Sync + 'static,
) -> Result<ValueFn, Error> {
    ValueFn::new(&opts.into().common, move || MetricValue::Gauge(value()))
}

/// Makes a metric of unknown type whose value comes from a closure, to mirror a value of another system.
///
/// Unlike in Go, the unit of the options is used.
///
/// # Errors
///
/// As for [`counter_fn`].
///
/// # Examples
///
/// ```
/// use promcore::{Gatherer, MetricType, Registry, untyped_fn};
///
/// let fields = [("eth0_rx", 17.0)]; // From a device that does not say what its numbers are.
/// let registry = Registry::new();
/// registry.register(untyped_fn(("device_eth0_rx", "Field eth0_rx of the device."), move || fields[0].1)?)?;
/// assert_eq!(registry.gather().families[0].kind, MetricType::Untyped);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "NewUntypedFunc")]
pub fn untyped_fn(
    opts: impl Into<UntypedOpts>,
    value: impl Fn() -> f64 + Send + Sync + 'static,
) -> Result<ValueFn, Error> {
    ValueFn::new(&opts.into().common, move || MetricValue::Untyped(value()))
}

impl ValueFn {
    fn new(
        common: &Common,
        value: impl Fn() -> MetricValue + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Ok(Self {
            desc: common.desc(Vec::new())?,
            value: Arc::new(value),
        })
    }

    /// Returns the metric's descriptor.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        &self.desc
    }
}

impl Collector for ValueFn {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        sink(&self.desc);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        let labels = self.desc.const_labels().to_vec();
        let metric = Metric::new(labels, (self.value)());
        sink(ConstMetric::made(&self.desc, metric));
    }
}

/// Omits the value, because reading it would run the closure.
impl fmt::Debug for ValueFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ValueFn").field(&self.desc).finish()
    }
}
