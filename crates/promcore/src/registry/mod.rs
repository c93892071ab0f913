//! The registry: who is asked when somebody scrapes.

mod check; // What a scrape must not contain.
mod gather; // From collectors to a scrape.
mod global; // The registry that is there from the start.
mod register; // Who may come in.
mod scrape; // What was found, ready to be written.

use std::fmt;
use std::sync::{Arc, RwLock};

pub use self::gather::{Gathered, Gatherer};
pub use self::global::default_registry;
use self::register::State;
pub use self::scrape::Scrape;

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
#[derive(Clone, Default)]
pub struct Registry {
    state: Arc<RwLock<State>>,
}

impl Registry {
    /// Makes a registry without collectors.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}
