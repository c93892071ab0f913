//! Wrappers that add labels or a prefix to metrics.

mod addition; // What is added, and how it changes descriptors.
mod collector; // Collectors with an addition.
mod sink; // Rewriting series on their way to a sink.

use std::fmt;
use std::sync::Arc;

pub(crate) use self::addition::Addition;
pub use self::collector::WrappedCollector;
pub(crate) use self::collector::{layers, unwrapped, wrapped};
use crate::collector::{Collector, collector_fn};
use crate::error::Error;
use crate::registry::{Registerer, describe};

/// Returns a registerer that adds labels to all metrics of the collectors registered through it.
///
/// The labels become constant labels. A collector with a metric that already has one of them cannot be registered.
/// Wrapped collectors are checked against all others in the registry, and [`AlreadyRegistered`](crate::AlreadyRegistered) holds the collector without the addition.
/// To unregister a collector, use this registerer or one that adds the same labels.
///
/// Use it for labels of some collectors; labels of all metrics of a program are better added by the server.
/// Built-in instruments are still written directly from their cells.
///
/// Follows `prometheus/wrap.go` of client_golang 1.24.1.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Error, Gatherer, Registerer, Registry, wrap_registerer_with};
///
/// /// Makes the metrics of a database pool.
/// fn pool(registerer: &impl Registerer) -> Result<Counter, Error> {
///     let connections = Counter::new("pool_connections_total", "Connections made.")?;
///     registerer.register(connections.clone())?;
///     Ok(connections)
/// }
///
/// let registry = Registry::new();
/// let users = pool(&wrap_registerer_with([("db", "users")], &registry))?;
/// let orders = pool(&wrap_registerer_with([("db", "orders")], &registry))?;
/// assert_eq!(registry.gather().families[0].metrics.len(), 2);
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "WrapRegistererWith")]
pub fn wrap_registerer_with<K: Into<String>, V: Into<String>, R: Registerer>(
    labels: impl IntoIterator<Item = (K, V)>,
    registerer: R,
) -> WrappedRegisterer<R> {
    WrappedRegisterer {
        addition: Arc::new(Addition::labels(labels)),
        registerer,
    }
}

/// Returns a registerer that prepends `prefix` to the names of all metrics of the collectors registered through it.
///
/// No separator is added, so most prefixes end with an underscore.
/// Names with the same meaning in all programs, such as those of the process metrics, should not get a prefix.
///
/// Otherwise it behaves as [`wrap_registerer_with`].
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Gatherer, Registerer, Registry, wrap_registerer_with_prefix};
///
/// let registry = Registry::new();
/// let shop = wrap_registerer_with_prefix("shop_", &registry);
/// shop.register(Counter::new("orders_total", "Orders.")?)?;
/// assert_eq!(registry.gather().families[0].name, "shop_orders_total");
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "WrapRegistererWithPrefix")]
pub fn wrap_registerer_with_prefix<R: Registerer>(
    prefix: impl Into<String>,
    registerer: R,
) -> WrappedRegisterer<R> {
    WrappedRegisterer {
        addition: Arc::new(Addition::prefix(prefix)),
        registerer,
    }
}

/// Returns a collector that adds labels to all metrics of `collector`.
///
/// Use it for metrics that are registered and unregistered together, such as those of a library that never unregisters its own: let the library use a separate registry, and register that registry with labels.
///
/// Otherwise it behaves as [`wrap_registerer_with`].
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Error, Gatherer, Registry, wrap_collector_with};
///
/// /// Makes the metrics of a tenant, which stay registered.
/// fn tenant(registry: &Registry) -> Result<(), Error> {
///     registry.register(Counter::new("requests_total", "Requests answered.")?)
/// }
///
/// let registry = Registry::new();
/// for name in ["acme", "initech"] {
///     let own = Registry::new();
///     tenant(&own)?;
///     registry.register(wrap_collector_with([("tenant", name)], own.clone()))?;
///     if name == "initech" {
///         registry.unregister(&wrap_collector_with([("tenant", name)], own)); // It has left.
///     }
/// }
/// assert_eq!(registry.gather().families[0].metrics.len(), 1);
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "WrapCollectorWith")]
pub fn wrap_collector_with<K: Into<String>, V: Into<String>>(
    labels: impl IntoIterator<Item = (K, V)>,
    collector: impl Collector,
) -> WrappedCollector {
    let addition = Addition::labels(labels);
    WrappedCollector::new(Arc::new(collector), Arc::new(addition))
}

/// Returns a collector that prepends `prefix` to the names of all metrics of `collector`.
///
/// See [`wrap_registerer_with_prefix`] for prefixes, and [`wrap_collector_with`] for when to wrap a collector.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Registry, wrap_collector_with_prefix};
///
/// let jobs = Counter::new("jobs_total", "Jobs done.")?;
/// Registry::new().register(wrap_collector_with_prefix("batch_", jobs.clone()))?;
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "WrapCollectorWithPrefix")]
pub fn wrap_collector_with_prefix(
    prefix: impl Into<String>,
    collector: impl Collector,
) -> WrappedCollector {
    let addition = Addition::prefix(prefix);
    WrappedCollector::new(Arc::new(collector), Arc::new(addition))
}

/// Registers collectors with additional labels or a prefix; see [`wrap_registerer_with`] and [`wrap_registerer_with_prefix`].
#[derive(Clone)]
pub struct WrappedRegisterer<R> {
    addition: Arc<Addition>,
    registerer: R,
}

impl<R> fmt::Debug for WrappedRegisterer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("WrappedRegisterer");
        debug
            .field("addition", &self.addition)
            .finish_non_exhaustive()
    }
}

impl<R: Registerer> Registerer for WrappedRegisterer<R> {
    fn register_shared(&self, collector: Arc<dyn Collector>) -> Result<(), Error> {
        let wrapped = WrappedCollector::new(collector, Arc::clone(&self.addition));
        self.registerer.register_shared(Arc::new(wrapped))
    }

    fn unregister(&self, collector: &dyn Collector) -> bool {
        let Ok(descs) = describe(collector) else {
            return false;
        };
        let wrapped = descs.iter().map(|desc| self.addition.to_desc(desc));
        // Only the descriptors matter.
        let same = collector_fn(wrapped.collect(), |_| {});
        self.registerer.unregister(&same)
    }
}
