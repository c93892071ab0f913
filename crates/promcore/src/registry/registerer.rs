use std::sync::Arc;

use super::Registry;
use crate::collector::Collector;
use crate::error::Error;

/// Accepts collectors for registration.
///
/// A [`Registry`] is one; others pass collectors on to a registry, possibly wrapped.
/// Libraries take an `&impl Registerer`, whichever it is; those that keep a `dyn Registerer` call [`register_shared`](Self::register_shared).
///
/// `None` accepts every collector and keeps none, like a nil registerer in Go: for programs that need no metrics.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Error, Registerer, Registry};
///
/// /// Makes the metrics of a library.
/// fn metrics(registerer: &impl Registerer) -> Result<Counter, Error> {
///     let jobs = Counter::new("jobs_total", "Jobs done.")?;
///     registerer.register(jobs.clone())?;
///     Ok(jobs)
/// }
///
/// metrics(&Registry::new())?.inc();
/// metrics(&None::<Registry>)?.inc();
/// # Ok::<(), Error>(())
/// ```
pub trait Registerer: Send + Sync {
    /// Adds a collector that may also be held elsewhere.
    ///
    /// # Errors
    ///
    /// As for [`Registry::register`].
    fn register_shared(&self, collector: Arc<dyn Collector>) -> Result<(), Error>;

    /// Removes the collector with the same descriptors as `collector`, and returns whether there was one.
    fn unregister(&self, collector: &dyn Collector) -> bool;

    /// Adds a collector.
    ///
    /// # Errors
    ///
    /// As for [`Registry::register`].
    fn register(&self, collector: impl Collector) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.register_shared(Arc::new(collector))
    }
}

const _: Option<&dyn Registerer> = None; // Must stay object safe.

impl Registerer for Registry {
    fn register_shared(&self, collector: Arc<dyn Collector>) -> Result<(), Error> {
        self.add(collector)
    }

    fn unregister(&self, collector: &dyn Collector) -> bool {
        Self::unregister(self, collector)
    }
}

impl<T: Registerer> Registerer for Option<T> {
    fn register_shared(&self, collector: Arc<dyn Collector>) -> Result<(), Error> {
        self.as_ref()
            .map_or(Ok(()), |registerer| registerer.register_shared(collector))
    }

    fn unregister(&self, collector: &dyn Collector) -> bool {
        self.as_ref()
            .is_some_and(|registerer| registerer.unregister(collector))
    }
}

macro_rules! forward {
    ($pointer:ty) => {
        impl<T: Registerer + ?Sized> Registerer for $pointer {
            fn register_shared(&self, collector: Arc<dyn Collector>) -> Result<(), Error> {
                (**self).register_shared(collector)
            }

            fn unregister(&self, collector: &dyn Collector) -> bool {
                (**self).unregister(collector)
            }
        }
    };
}

forward!(&T);
forward!(Arc<T>);
forward!(Box<T>);
