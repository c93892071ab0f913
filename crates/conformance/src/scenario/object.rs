//! The objects of a scenario.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use promcore::{
    Collector, Counter, Desc, DynCounterVec, DynGaugeVec, DynHistogramVec, DynSummaryVec, Error,
    Gatherer, Gatherers, Gauge, Histogram, Registry, Summary, ValueFn, WrappedCollector,
};

use super::registerer::Haunted;
use super::sent::{Custom, Sent};
use crate::http::{Handler, MetricsHandler};

/// An object of a scenario.
///
/// Instruments are shared, so that the collector that a registry reports as existing is identified by its address.
#[derive(Clone, Debug)]
pub(super) enum Object {
    Registry(Registry, Haunted),
    Registerer(Haunted),
    Gatherers(Arc<Gatherers>),
    Counter(Arc<Counter>),
    Gauge(Arc<Gauge>),
    Histogram(Arc<Histogram>),
    Summary(Arc<Summary>),
    /// With the bits of what the function returns.
    Func(Arc<ValueFn>, Arc<AtomicU64>),
    CounterVec(Arc<DynCounterVec>),
    GaugeVec(Arc<DynGaugeVec>),
    HistogramVec(Arc<DynHistogramVec>),
    SummaryVec(Arc<DynSummaryVec>),
    Collector(Arc<Custom>),
    Wrapped(Arc<WrappedCollector>),
    Desc(Desc),
    /// With the inner handler of metrics, if there is one.
    Handler(Handler, Option<MetricsHandler>),
    Metric(Sent),
    /// A vec that cannot make children, and the error it returns instead.
    Barren(Arc<DynCounterVec>, Error),
    /// Its creation failed, as in Go.
    Failed,
}

impl Object {
    pub(super) fn registry(is_pedantic: bool) -> Self {
        let registry = if is_pedantic {
            Registry::pedantic()
        } else {
            Registry::new()
        };
        let haunted = Haunted::new(&registry);
        Self::Registry(registry, haunted)
    }

    /// Returns the object as a gatherer, if it is one.
    pub(super) fn gatherer(&self) -> Option<&dyn Gatherer> {
        match self {
            Self::Registry(it, _) => Some(it),
            Self::Gatherers(it) => Some(it),
            _ => None,
        }
    }

    /// Returns the object as a gatherer that may outlive it, if it is one.
    pub(super) fn shared_gatherer(&self) -> Option<Arc<dyn Gatherer>> {
        match self {
            Self::Registry(it, _) => Some(Arc::new(it.clone())),
            Self::Gatherers(it) => Some(Arc::clone(it) as Arc<_>),
            _ => None,
        }
    }

    /// Returns the object as a collector, if it is one.
    pub(super) fn collector(&self) -> Option<Arc<dyn Collector>> {
        Some(match self {
            Self::Registry(it, _) => Arc::new(it.clone()),
            Self::Counter(it) => shared(it),
            Self::Gauge(it) => shared(it),
            Self::Histogram(it) => shared(it),
            Self::Summary(it) => shared(it),
            Self::Func(it, _) => shared(it),
            Self::CounterVec(it) | Self::Barren(it, _) => shared(it),
            Self::GaugeVec(it) => shared(it),
            Self::HistogramVec(it) => shared(it),
            Self::SummaryVec(it) => shared(it),
            Self::Collector(it) => shared(it),
            Self::Wrapped(it) => Arc::clone(it) as Arc<_>,
            _ => return None,
        })
    }

    /// Reports whether the object is an instrument with one metric.
    pub(super) const fn is_metric(&self) -> bool {
        matches!(
            self,
            Self::Counter(_) | Self::Gauge(_) | Self::Histogram(_) | Self::Func(..)
        )
    }

    /// Reports whether `error` carries this collector as the existing one.
    fn is_existing_in(&self, error: &Error) -> bool {
        match self {
            Self::Counter(it) => is_existing(it, error),
            Self::Gauge(it) => is_existing(it, error),
            Self::Histogram(it) => is_existing(it, error),
            Self::Summary(it) => is_existing(it, error),
            Self::Func(it, _) => is_existing(it, error),
            Self::CounterVec(it) | Self::Barren(it, _) => is_existing(it, error),
            Self::GaugeVec(it) => is_existing(it, error),
            Self::HistogramVec(it) => is_existing(it, error),
            Self::SummaryVec(it) => is_existing(it, error),
            Self::Collector(it) => is_existing(it, error),
            _ => false,
        }
    }
}

/// Wraps a shared object once more, to keep its own address.
fn shared<T: Collector>(it: &Arc<T>) -> Arc<dyn Collector> {
    Arc::new(Arc::clone(it))
}

fn is_existing<T: Collector>(collector: &Arc<T>, error: &Error) -> bool {
    let Error::AlreadyRegistered(registered) = error else {
        return false;
    };
    let existing = registered.existing_as::<Arc<T>>();
    existing.is_some_and(|existing| Arc::ptr_eq(existing, collector))
}

/// Finds the ID of the collector that `error` carries.
pub(super) fn existing_id(objects: &HashMap<String, Object>, error: &Error) -> Option<String> {
    let mut found = objects
        .iter()
        .filter(|(_, object)| object.is_existing_in(error));
    found.next().map(|(id, _)| id.clone())
}
