//! The registry: who is asked when somebody scrapes.

mod already; // Who is there already.
mod check; // What collectors must not send.
mod collect; // Collectors side by side, and in time.
#[cfg(feature = "statics")]
pub(crate) mod declared; // Metrics that are there from the start.
mod families; // Which families may stand together.
mod fit; // What a format cannot carry.
mod gather; // From collectors to a scrape.
mod gatherers; // Several gatherers as one.
mod global; // The registry that is there from the start.
mod group; // A registry as a collector of others.
mod metric; // What a single metric must not be.
mod opts; // What a scrape looks for, and how long.
mod plan; // What a scrape does with those who are there.
mod register; // Who may come in.
mod registerer; // Who takes collectors.
mod scrape; // What was found, ready to be written.
mod state; // Who is there.

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

/// Knows collectors, and collects from all of them when somebody scrapes.
///
/// A handle on one registry: clones have the same collectors.
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
/// A registry is also a collector, so that metrics can come and go together:
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
    /// Makes a registry without collectors.
    #[doc(alias = "NewRegistry")]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a registry that takes collectors at their word: what one collects must be what some collector has described, with just the labels that its descriptor says.
    ///
    /// For tests of collectors; unchecked ones, which describe nothing, stay free.
    /// Built-in instruments are always as they say.
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
    ///     sink(ConstMetric::gauge(&collected, 1.0, &[""; 0]).expect("there are no labels"));
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
