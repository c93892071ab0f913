//! Registerers, and the rule `freed-name`.

use std::fmt;
use std::sync::Arc;

use promcore::{
    Collector, Error, Registerer, Registry, collector_fn, wrap_registerer_with,
    wrap_registerer_with_prefix,
};

use crate::corpus::Wrap;
use crate::outcome::Rule;

/// A registerer, and the descriptors of everything that was ever registered with it, which Go still compares with new ones.
#[derive(Clone)]
pub(super) struct Haunted {
    registerer: Arc<dyn Registerer>,
    ghosts: Arc<dyn Registerer>,
    /// Whether it does nothing, like a nil registerer in Go.
    pub(super) is_nil: bool,
}

impl Haunted {
    pub(super) fn new(registry: &Registry) -> Self {
        Self {
            registerer: Arc::new(registry.clone()),
            ghosts: Arc::new(Registry::new()),
            is_nil: false,
        }
    }

    pub(super) fn nil() -> Self {
        let nothing: Arc<dyn Registerer> = Arc::new(None::<Registry>);
        Self {
            registerer: Arc::clone(&nothing),
            ghosts: nothing,
            is_nil: true,
        }
    }

    pub(super) fn wrapped(&self, op: &Wrap) -> Self {
        let wrap = |it: &Arc<dyn Registerer>| -> Arc<dyn Registerer> {
            match &op.prefix {
                Some(prefix) => Arc::new(wrap_registerer_with_prefix(prefix, Arc::clone(it))),
                None => Arc::new(wrap_registerer_with(op.label_map.clone(), Arc::clone(it))),
            }
        };
        Self {
            registerer: wrap(&self.registerer),
            ghosts: wrap(&self.ghosts),
            is_nil: self.is_nil,
        }
    }

    /// Registers a collector, and unregisters it again if only Go refuses it.
    pub(super) fn register(
        &self,
        collector: &Arc<dyn Collector>,
        rules: &mut Vec<Rule>,
    ) -> Result<(), Error> {
        let registered = self.registerer.register_shared(Arc::clone(collector));
        if let Err(Error::AlreadyRegistered(_) | Error::DuplicateDescriptor { .. }) | Ok(()) =
            &registered
        {
            match self.remember(collector) {
                Ok(new) if registered.is_err() => self.forget(new),
                Ok(_) => {}
                Err(error) => {
                    if registered.is_ok() {
                        self.registerer.unregister(collector);
                    }
                    rules.push(Rule::FreedName);
                    return Err(error);
                }
            }
        }
        registered
    }

    /// Keeps each descriptor of a collector permanently, unless Go would refuse one, and returns the new ones.
    fn remember(&self, collector: &Arc<dyn Collector>) -> Result<Vec<Arc<dyn Collector>>, Error> {
        let mut descs = Vec::new();
        collector.describe(&mut |desc| descs.push(desc.clone()));
        let mut new = Vec::new();
        for desc in descs {
            let ghost: Arc<dyn Collector> = Arc::new(collector_fn(vec![desc], |_| {}));
            match self.ghosts.register_shared(Arc::clone(&ghost)) {
                Ok(()) => new.push(ghost),
                Err(error @ Error::InconsistentDescriptor { .. }) => {
                    self.forget(new);
                    return Err(error);
                }
                // It is already there.
                Err(_) => {}
            }
        }
        Ok(new)
    }

    fn forget(&self, ghosts: Vec<Arc<dyn Collector>>) {
        for ghost in ghosts {
            self.ghosts.unregister(&ghost);
        }
    }

    /// Returns a shared registerer.
    pub(super) fn registerer(&self) -> Arc<dyn Registerer> {
        Arc::clone(&self.registerer)
    }

    pub(super) fn unregister(&self, collector: &Arc<dyn Collector>) -> bool {
        self.registerer.unregister(collector)
    }
}

impl fmt::Debug for Haunted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Haunted").finish_non_exhaustive()
    }
}
