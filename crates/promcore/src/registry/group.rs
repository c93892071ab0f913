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

/// A nested registry, with the additions to its metrics.
pub(super) struct Group {
    registry: Registry,
    /// From the innermost to the outermost.
    additions: Vec<Arc<Addition>>,
    /// The registry's last plan, and the plan with the additions.
    known: Mutex<Option<(Arc<Plan>, Arc<Plan>)>>,
}

impl Group {
    /// Returns the registry behind a collector, if it is one.
    pub(super) fn of(collector: &dyn Collector) -> Option<Self> {
        let (additions, inner) = layers(collector);
        let inner: &dyn Any = inner;
        Some(Self {
            registry: inner.downcast_ref::<Registry>()?.clone(),
            additions,
            known: Mutex::default(),
        })
    }

    /// Returns the plan of the group; the additions are applied once for each plan of the registry.
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
        // The lock is released before collectors are dropped, because their drop is user code.
        drop(known);
        drop(former);
        wrapped
    }
}

impl Registry {
    /// Returns an address that is unique while a clone of this registry exists.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.state).addr()
    }

    fn collectors(&self) -> Vec<Arc<Registered>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.collectors.values().cloned().collect()
    }
}

/// Collects from all collectors of the registry, so that they are registered and unregistered together.
///
/// It describes itself with the descriptors of its current collectors; without any descriptors it is unchecked.
/// Later changes in the registry show in the next scrape.
/// If a collector panics, only its own metrics are missing.
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

/// Adds the contents of a plan's nested registries: instruments, which are read when they are written, and `others`.
///
/// `path` holds the registries that led here; each is opened only once, so that cycles end.
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
    /// The nested registries that this thread is collecting from.
    static COLLECTING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Marks a registry as being collected from until dropped.
struct Collecting;

impl Collecting {
    /// Starts collecting, unless the registry is being collected from already, which would never end.
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
