use std::any::Any;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use super::Registry;
use super::check::Checked;
use super::families::Family;
use super::opts::ScrapeOpts;
use super::plan::Plan;
use super::register::Registered;
use crate::collector::Collector;
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;
use crate::wrap::{Addition, layers};

/// A registry among the collectors of another one, with what is added to its metrics.
pub(super) struct Group {
    registry: Registry,
    /// The first first.
    additions: Vec<Arc<Addition>>,
    /// The registry's plan when it was opened last, and what became of it.
    known: Mutex<Option<(Arc<Plan>, Arc<Plan>)>>,
}

impl Group {
    /// Returns the registry that a collector stands for, if it does.
    pub(super) fn of(collector: &dyn Collector) -> Option<Self> {
        let (additions, inner) = layers(collector);
        let inner: &dyn Any = inner;
        Some(Self {
            registry: inner.downcast_ref::<Registry>()?.clone(),
            additions,
            known: Mutex::default(),
        })
    }

    /// Returns what a scrape of the group does; the additions are made once for each plan of the registry.
    fn plan(&self) -> Arc<Plan> {
        let plan = self.registry.plan();
        if self.additions.is_empty() {
            return plan;
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((same, wrapped)) if Arc::ptr_eq(same, &plan) => return Arc::clone(wrapped),
            _ => drop(known),
        }
        let others = plan.groups.iter().chain(&plan.others);
        let wrap = |it: &Arc<Registered>| Arc::new(it.wrapped(&self.additions));
        let wrapped: Vec<_> = plan.instruments().chain(others).map(wrap).collect();
        let wrapped = Arc::new(Plan::new(wrapped.iter(), None));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let former = known.replace((plan, Arc::clone(&wrapped)));
        // The lock goes before collectors that nobody else has, since dropping them runs users' code.
        drop(known);
        drop(former);
        wrapped
    }
}

impl Registry {
    /// Returns a number that no other registry has, as long as there is a clone of this one.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.state).addr()
    }

    fn collectors(&self) -> Vec<Arc<Registered>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.collectors.values().cloned().collect()
    }
}

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

/// Adds what the registries among the collectors of a plan have: instruments, which are left to be read when they are written, and `others`.
///
/// The `path` has the registries that led here, each of which may be opened once: otherwise there would be no end.
pub(super) fn open_groups(
    plan: &Plan,
    opts: &ScrapeOpts,
    path: &mut Vec<usize>,
    checked: &mut Checked,
    others: &mut Vec<Arc<Registered>>,
) {
    for group in plan.groups.iter().filter_map(|it| it.group.as_ref()) {
        let address = group.registry.address();
        if path.contains(&address) {
            checked.fail(Error::RegistryCycle);
            continue;
        }
        let plan = group.plan().only(opts);
        let related = plan.related.iter().cloned().map(Family::Trusted);
        for family in plan.alone.iter().cloned().chain(related) {
            checked.trust(family);
        }
        others.extend(plan.others.iter().cloned());
        path.push(address);
        open_groups(&plan, opts, path, checked, others);
        path.pop();
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
        let address = registry.address();
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
