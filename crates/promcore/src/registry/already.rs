use std::fmt;
use std::sync::Arc;

use crate::collector::Collector;

/// The error for a collector with exactly the same descriptors as a registered one.
///
/// This is often no mistake: use the [existing](Self::existing) collector.
///
/// See [`existing_as`](Self::existing_as) for an example; `promauto::get_or_create` does the same in one call.
#[doc(alias = "AlreadyRegisteredError")]
#[derive(Clone, thiserror::Error)]
#[error("collector {names} is already registered")]
pub struct AlreadyRegistered {
    names: String,
    existing: Arc<dyn Collector>,
}

impl AlreadyRegistered {
    pub(crate) fn new(names: String, existing: Arc<dyn Collector>) -> Self {
        Self { names, existing }
    }

    /// Returns the existing collector.
    #[must_use]
    pub fn existing(&self) -> &Arc<dyn Collector> {
        &self.existing
    }

    /// Returns the existing collector, if it is a `T` or an `Arc` of one.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{Counter, Error, Registry};
    ///
    /// let registry = Registry::new();
    /// let first = Counter::new("jobs_total", "Jobs done.")?;
    /// registry.register(first.clone())?;
    ///
    /// let again = Counter::new("jobs_total", "Jobs done.")?;
    /// let jobs = match registry.register(again.clone()) {
    ///     Ok(()) => again,
    ///     Err(Error::AlreadyRegistered(already)) => {
    ///         already.existing_as::<Counter>().expect("it was a counter").clone()
    ///     }
    ///     Err(other) => return Err(other),
    /// };
    /// jobs.inc();
    /// assert_eq!(first.value(), 1.0);
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn existing_as<T: Collector>(&self) -> Option<&T> {
        let any: &dyn std::any::Any = &*self.existing;
        let shared = || any.downcast_ref::<Arc<T>>().map(|shared| &**shared);
        any.downcast_ref().or_else(shared)
    }
}

impl fmt::Debug for AlreadyRegistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlreadyRegistered")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
