use std::cell::RefCell;
use std::sync::{Arc, PoisonError};

use super::Registry;
use super::register::Registered;
use crate::collector::Collector;
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;

/// Stands for all collectors of the registry, so that they come and go together.
///
/// It describes what the collectors described that were there when it was asked, without those that are unchecked; a registry without collectors is unchecked itself.
/// What changes in the registry later shows in the next scrape.
/// A collector that panics loses its own metrics, and the others are there.
impl Collector for Registry {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        for registered in self.collectors() {
            registered.descs.iter().for_each(&mut *sink);
        }
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        let fail = |error: Error| ConstMetric::invalid(&Desc::invalid(error.clone()), error);
        let Some(_collecting) = Collecting::start(self) else {
            return sink(fail(Error::RegistryCycle));
        };
        for registered in self.collectors() {
            match registered.collect() {
                Ok(metrics) => metrics.into_iter().for_each(&mut *sink),
                Err(error) => sink(fail(error)),
            }
        }
    }
}

impl Registry {
    fn collectors(&self) -> Vec<Arc<Registered>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.collectors.values().cloned().collect()
    }
}

thread_local! {
    /// The registries that this thread collects from, each for the one before.
    static COLLECTING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Collects from a registry, until it is dropped.
struct Collecting;

impl Collecting {
    /// Starts to collect, unless that is for the sake of the registry itself, which would never end.
    fn start(registry: &Registry) -> Option<Self> {
        let address = Arc::as_ptr(&registry.state).addr();
        COLLECTING.with_borrow_mut(|all| {
            let is_new = !all.contains(&address);
            is_new.then(|| {
                all.push(address);
                Self
            })
        })
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        COLLECTING.with_borrow_mut(|all| _ = all.pop());
    }
}
