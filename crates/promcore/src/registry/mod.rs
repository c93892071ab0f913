//! The registry, which collects from its collectors when it is scraped.

mod already; // The error for a collector that is already registered.
mod check; // Rules for collected metrics.
mod collect; // Collecting in parallel, with a deadline.
#[cfg(feature = "statics")]
pub(crate) mod declared; // Metrics declared as statics.
mod families; // Rules for the names of families.
mod fit; // Dropping what a format cannot represent.
mod gather; // From collectors to a scrape.
mod gatherers; // Several gatherers as one.
mod global; // The default registry.
mod group; // A registry as a collector of another.
mod metric; // Checks of single metrics.
mod opts; // Scrape options.
mod plan; // What a scrape does, worked out in advance.
mod register; // Registration.
mod registerer; // The trait for registration.
mod scrape; // The result of a scrape.
mod state; // The registered collectors.

use std::fmt;
use std::sync::{Arc, RwLock};

pub use self::already::AlreadyRegistered;
pub use self::gather::{Gathered, Gatherer, GathererFn, gatherer_fn};
pub use self::gatherers::Gatherers;
pub use self::global::default_registry;
pub use self::opts::ScrapeOpts;
pub(crate) use self::register::describe;
pub use self::registerer::Registerer;
pub use self::scrape::Scrape;
use self::state::State;

/// Holds collectors, and collects from all of them when it is scraped.
///
/// A `Registry` is a handle: clones share the same collectors.
///
/// Follows `prometheus/registry.go` of client_golang 1.24.1; descriptors are compared in full rather than by hash, collectors describe and collect while no lock is held, and unregistering a collector frees its names.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Gatherer, Registry};
///
/// let registry = Registry::new();
/// let jobs = Counter::new("jobs_total", "Jobs done.")?;
/// registry.register(jobs.clone())?;
/// jobs.inc();
/// assert_eq!(registry.gather().families[0].name, "jobs_total");
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// A registry is also a collector, so that metrics can be registered and unregistered together:
///
/// ```
/// use promcore::{Counter, Gatherer, Gauge, Registry};
///
/// let plugin = Registry::new();
/// plugin.register(Counter::new("plugin_calls_total", "Calls of the plugin.")?)?;
/// plugin.register(Gauge::new("plugin_memory_bytes", "Memory of the plugin.")?)?;
///
/// let registry = Registry::new();
/// registry.register(plugin.clone())?;
/// assert_eq!(registry.gather().families.len(), 2);
///
/// registry.unregister(&plugin); // It was unloaded.
/// assert!(registry.gather().families.is_empty());
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    state: Arc<RwLock<State>>,
}

impl Registry {
    /// Makes an empty registry.
    #[doc(alias = "NewRegistry")]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a registry that checks collected metrics against descriptions: some collector must have described each metric, and its labels must be exactly those of its descriptor.
    ///
    /// For tests of collectors; unchecked collectors are exempt.
    /// Built-in instruments always match their descriptors.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, Gatherer, Registry, collector_fn};
    ///
    /// let described = Desc::new(DescOpts::new("rooms_free", "Rooms that are free."))?;
    /// let collected = Desc::new(DescOpts::new("room_free", "Rooms that are free."))?;
    /// let registry = Registry::pedantic();
    /// registry.register(collector_fn(vec![described], move |sink| {
    ///     sink(ConstMetric::gauge(&collected, 1.0, &[]).expect("there are no labels"));
    /// }))?;
    /// assert!(registry.gather().errors[0].to_string().ends_with("was collected, but not described"));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewPedanticRegistry")]
    #[must_use]
    pub fn pedantic() -> Self {
        Self {
            state: Arc::new(RwLock::new(State::pedantic())),
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}
