//! Who takes collectors, and the rule `freed-name`.

use std::fmt;
use std::sync::Arc;

use promcore::{
    Collector, Error, Registerer, Registry, wrap_registerer_with, wrap_registerer_with_prefix,
};

use crate::corpus::Wrap;
use crate::outcome::Rule;

/// A registerer, and what was unregistered from it: Go goes on to compare newcomers with that.
#[derive(Clone)]
pub(super) struct Haunted {
    registerer: Arc<dyn Registerer>,
    ghosts: Arc<dyn Registerer>,
    /// Whether nothing comes of all this, as with a nil registerer in Go.
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

    /// Registers a collector; what only Go refuses is undone.
    pub(super) fn register(
        &self,
        collector: &Arc<dyn Collector>,
        rules: &mut Vec<Rule>,
    ) -> Result<(), Error> {
        self.registerer.register_shared(Arc::clone(collector))?;
        match self.ghosts.register_shared(Arc::clone(collector)) {
            Err(error @ Error::InconsistentDescriptor { .. }) => {
                self.registerer.unregister(collector);
                rules.push(Rule::FreedName);
                Err(error)
            }
            Err(_) => Ok(()),
            Ok(()) => {
                self.ghosts.unregister(collector);
                Ok(())
            }
        }
    }

    /// Shares the registerer, for what keeps one.
    pub(super) fn registerer(&self) -> Arc<dyn Registerer> {
        Arc::clone(&self.registerer)
    }

    pub(super) fn unregister(&self, collector: &Arc<dyn Collector>) -> bool {
        let found = self.registerer.unregister(collector);
        if found {
            // It may be there already.
            let _ = self.ghosts.register_shared(Arc::clone(collector));
        }
        found
    }
}

impl fmt::Debug for Haunted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Haunted").finish_non_exhaustive()
    }
}
