//! Collectors: sources of metrics.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::family::{MetricType, Tree};
use crate::sink::{Flow, Sink};

/// Provides metrics to every scrape.
///
/// All instruments are collectors.
/// Implement it to expose values counted elsewhere, such as by the operating system or a database: make the metrics in [`collect`](Self::collect), from the values at that moment.
/// A collector that contains instruments passes them on: `self.requests.collect(sink)`.
///
/// Both methods may be called at any time and by many threads concurrently, but never under a lock of this crate: a collector may use instruments and registries freely.
/// Scrapes with a deadline call them on threads without an async runtime: a collector that needs one keeps a handle to it, such as `tokio::runtime::Handle`.
/// If it panics, all its metrics are missing from that scrape and the panic is reported.
/// It must not wait for another collector, because collectors may run one after the other.
/// Slow collectors run in parallel with others, and are left out of scrapes whose [deadline](crate::ScrapeOpts::deadline) they miss.
///
/// Follows `prometheus/collector.go` of client_golang 1.24.1, with closures for channels.
///
/// # Examples
///
/// ```
/// use promcore::{
///     Collector, ConstMetric, Desc, DescOpts, Error, Gatherer, Registerer, Registry,
///     wrap_registerer_with,
/// };
///
/// /// Manages the machines of a zone, and exposes what these know about themselves.
/// struct ClusterManager {
///     oom_crashes: Desc,
///     ram_usage: Desc,
/// }
///
/// impl ClusterManager {
///     fn new() -> Result<Self, Error> {
///         let oom_crashes = DescOpts::new("oom_crashes_total", "Crashes for want of memory.");
///         let ram_usage = DescOpts::new("ram_usage_bytes", "Memory in use.").unit("bytes");
///         Ok(Self {
///             oom_crashes: Desc::new(oom_crashes.variable_labels(["host"]))?,
///             ram_usage: Desc::new(ram_usage.variable_labels(["host"]))?,
///         })
///     }
///
///     /// Asks each machine for its crashes and its memory, which takes a while.
///     fn ask_machines(&self) -> [(&'static str, f64, f64); 2] {
///         [("foo.example.org", 42.0, 6e9), ("bar.example.org", 2001.0, 3e9)]
///     }
/// }
///
/// impl Collector for ClusterManager {
///     fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
///         sink(&self.oom_crashes);
///         sink(&self.ram_usage);
///     }
///
///     fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
///         for (host, crashes, bytes) in self.ask_machines() {
///             for metric in [
///                 ConstMetric::counter(&self.oom_crashes, crashes, &[host]),
///                 ConstMetric::gauge(&self.ram_usage, bytes, &[host]),
///             ] {
///                 sink(metric.expect("there is one label"));
///             }
///         }
///     }
/// }
///
/// let registry = Registry::pedantic(); // To find mistakes in the collector.
/// for zone in ["db", "ca"] {
///     wrap_registerer_with([("zone", zone)], &registry).register(ClusterManager::new()?)?;
/// }
/// let gathered = registry.gather();
/// assert!(gathered.errors.is_empty());
/// assert_eq!(gathered.families[0].name, "oom_crashes_total");
/// assert_eq!(gathered.families[0].metrics.len(), 4); // Two machines in each of two zones.
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collector",
    label = "does not implement `Collector`",
    note = "handles on series are borrowed from their vec: register the vec, or take an owned handle with `into_owned`"
)]
pub trait Collector: Any + Send + Sync {
    /// Passes every descriptor that its metrics may have to `sink`, the same ones each time.
    ///
    /// A collector without descriptors is *unchecked*: it may be registered many times, and conflicts are only found by scrapes.
    fn describe(&self, sink: &mut dyn FnMut(&Desc));

    /// Passes every current metric to `sink`.
    fn collect(&self, sink: &mut dyn FnMut(ConstMetric));

    /// Returns the single family of a built-in instrument, which needs no checks and can be written directly from its cells.
    #[doc(hidden)]
    fn as_trusted(&self) -> Option<&dyn Trusted> {
        None
    }
}

/// A family that is valid by construction.
#[doc(hidden)]
pub trait Trusted: sealed::Sealed {
    /// Returns the descriptor of all metrics.
    fn desc(&self) -> &Desc;

    /// Returns the type of all metrics.
    fn kind(&self) -> MetricType;

    /// Writes the family; nothing if it has no metrics.
    fn write(&self, sink: &mut dyn Sink) -> Flow;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Passes the metrics of a family that needs no checks to `sink`, one by one.
pub(crate) fn collect_trusted(family: &dyn Trusted, sink: &mut dyn FnMut(ConstMetric)) {
    let mut tree = Tree::default();
    // A tree never breaks.
    let _ = family.write(&mut tree);
    for metric in tree.0.into_iter().flat_map(|family| family.metrics) {
        sink(ConstMetric::made(family.desc(), metric));
    }
}

macro_rules! forward {
    ($pointer:ty) => {
        impl<T: Collector + ?Sized> Collector for $pointer {
            fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
                (**self).describe(sink);
            }

            fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
                (**self).collect(sink);
            }

            fn as_trusted(&self) -> Option<&dyn Trusted> {
                (**self).as_trusted()
            }
        }
    };
}

forward!(Arc<T>);
forward!(Box<T>);

/// Makes a collector from descriptors and a closure that collects.
///
/// Without descriptors, the collector is unchecked; see [`Collector::describe`].
///
/// # Examples
///
/// ```
/// use promcore::{ConstMetric, Desc, DescOpts, Gatherer, Registry, collector_fn};
///
/// let cores = Desc::new(DescOpts::new("cpu_cores", "Cores that may be used."))?;
/// let registry = Registry::new();
/// registry.register(collector_fn(vec![cores.clone()], move |sink| {
///     if let Ok(n) = std::thread::available_parallelism() {
///         sink(ConstMetric::gauge(&cores, n.get() as f64, &[]).expect("there are no labels"));
///     }
/// }))?;
/// assert!(registry.gather().errors.is_empty());
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "CollectorFunc")]
pub fn collector_fn<F>(descs: Vec<Desc>, collect: F) -> CollectorFn<F>
where
    F: Fn(&mut dyn FnMut(ConstMetric)) + Send + Sync + 'static,
{
    CollectorFn { descs, collect }
}

/// A closure as a [`Collector`]; see [`collector_fn`].
pub struct CollectorFn<F> {
    descs: Vec<Desc>,
    collect: F,
}

impl<F> fmt::Debug for CollectorFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectorFn")
            .field("descs", &self.descs)
            .finish_non_exhaustive()
    }
}

impl<F> Collector for CollectorFn<F>
where
    F: Fn(&mut dyn FnMut(ConstMetric)) + Send + Sync + 'static,
{
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        self.descs.iter().for_each(sink);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        (self.collect)(sink);
    }
}

const _: Option<&dyn Collector> = None; // Must stay object safe.
