use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::Registry;
use super::collect::Pace;
use super::fit::is_legacy_desc;
use super::gather::panic_message;
use super::group::Group;
use crate::collector::{Collector, Trusted};
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::MetricType;
use crate::sink::{Flow, Sink};
use crate::wrap::{Addition, wrapped};

/// The identity of a descriptor: the name and the values of the constant labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity(String, Vec<String>);

impl Identity {
    pub(super) fn of(desc: &Desc) -> Self {
        let values = desc.const_labels().iter().map(|label| label.value.clone());
        Self(desc.name().to_owned(), values.collect())
    }
}

/// How a collector described itself, up to the first invalid descriptor.
struct Description {
    identities: BTreeSet<Identity>,
    /// One for each identity.
    descs: Vec<Desc>,
    /// The first descriptor that is invalid by itself or conflicts with an earlier one, and the error.
    fault: Option<(Desc, Error)>,
}

/// A collector and its description.
pub(super) struct Registered {
    pub(super) collector: Arc<dyn Collector>,
    pub(super) identities: BTreeSet<Identity>,
    /// One for each identity.
    pub(super) descs: Vec<Desc>,
    /// The descriptor that prevents registration in any registry, and the error.
    pub(super) fault: Option<(Desc, Error)>,
    /// The family that a built-in instrument writes.
    pub(super) family: Option<(Desc, MetricType)>,
    /// Whether it is an instrument whose names never need escaping.
    pub(super) is_legacy: bool,
    /// The registry behind the collector, if it is one.
    pub(super) group: Option<Group>,
    pub(super) pace: Pace,
}

impl Registered {
    /// Asks a collector to describe itself, and checks the description on its own.
    fn new(collector: Arc<dyn Collector>) -> Result<Self, Error> {
        let description = Description::of(&*collector)?;
        Ok(Self::described(collector, description))
    }

    /// Applies more additions to the collector.
    pub(super) fn wrapped(&self, additions: &[Arc<Addition>]) -> Self {
        let collector = wrapped(Arc::clone(&self.collector), additions);
        // Invalid descriptors are reported when the metrics are collected.
        let descs = describe(&*collector).unwrap_or_default();
        let description = Description {
            identities: BTreeSet::new(),
            descs,
            fault: None,
        };
        Self::described(collector, description)
    }

    fn described(collector: Arc<dyn Collector>, description: Description) -> Self {
        let family = |family: &dyn Trusted| (family.desc().clone(), family.kind());
        let family = collector.as_trusted().map(family);
        Self {
            is_legacy: family
                .as_ref()
                .is_some_and(|(desc, _)| is_legacy_desc(desc)),
            family,
            group: Group::of(&*collector),
            collector,
            identities: description.identities,
            descs: description.descs,
            fault: description.fault,
            pace: Pace::default(),
        }
    }

    /// Writes the metrics of a built-in instrument.
    pub(super) fn write(&self, sink: &mut dyn Sink) -> Flow {
        let instrument = self.collector.as_trusted();
        instrument.map_or(Flow::Continue(()), |it| it.write(sink))
    }

    /// Collects all metrics. If the collector panics, the metrics it already sent are discarded too.
    pub(super) fn collect(&self) -> Result<Vec<ConstMetric>, Error> {
        let mut metrics = Vec::new();
        catch_unwind(AssertUnwindSafe(|| {
            self.collector.collect(&mut |metric| metrics.push(metric));
        }))
        .map_err(|panic| Error::CollectorPanic {
            collector: self.names(),
            message: panic_message(panic),
        })?;
        Ok(metrics)
    }

    pub(super) fn is_unchecked(&self) -> bool {
        self.descs.is_empty()
    }

    /// Returns whether it may have metrics with one of these names.
    ///
    /// A nested registry may have new collectors since it described itself.
    pub(super) fn may_have(&self, names: &BTreeSet<String>) -> bool {
        let is_wanted = |desc: &Desc| names.contains(desc.name());
        self.is_unchecked() || self.group.is_some() || self.descs.iter().any(is_wanted)
    }

    /// Returns the names of the collector's metrics, for error messages.
    pub(super) fn names(&self) -> String {
        let names: BTreeSet<&str> = self.descs.iter().map(Desc::name).collect();
        if names.is_empty() {
            "without descriptors".to_owned()
        } else {
            format!("of {:?}", names.into_iter().collect::<Vec<_>>())
        }
    }
}

impl Registry {
    /// Adds a collector, which every later scrape collects from.
    ///
    /// To keep using an instrument, register a clone of its handle.
    /// To reuse the collector that is already registered, see [`existing_as`](crate::AlreadyRegistered::existing_as).
    /// A collector without descriptors is added unchecked, see [`Collector::describe`].
    ///
    /// # Errors
    ///
    /// If the collector cannot be added: [`Error::AlreadyRegistered`], which holds the existing collector, if one with the same descriptors is registered; [`Error::DuplicateDescriptor`] if only some of them are; [`Error::InconsistentDescriptor`] or [`Error::InconsistentDescriptorInCollector`] if the help text, unit or label names differ from others with the same name; [`Error::CollectorPanic`] if the collector panics; otherwise the error of an [invalid](Desc::invalid) descriptor.
    #[doc(alias = "MustRegister")]
    pub fn register(&self, collector: impl Collector) -> Result<(), Error> {
        self.add(Arc::new(collector))
    }

    pub(super) fn add(&self, collector: Arc<dyn Collector>) -> Result<(), Error> {
        // A refused collector is dropped after the lock is released, because its drop is user code.
        let new = Arc::new(Registered::new(collector)?);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.add(&new)
    }

    /// Removes the collector with the same descriptors as `collector`, and returns whether there was one.
    ///
    /// Unchecked collectors cannot be removed.
    pub fn unregister(&self, collector: &dyn Collector) -> bool {
        let Ok(descs) = describe(collector) else {
            return false;
        };
        // As in Go, invalid descriptors are ignored.
        let valid = descs.iter().filter(|desc| desc.error().is_none());
        let identities = valid.map(Identity::of).collect();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let removed = state.remove(&identities);
        // The lock is released before the collector is dropped, because its drop is user code.
        drop(state);
        removed.is_some()
    }
}

/// Asks a collector to describe itself.
pub(crate) fn describe(collector: &dyn Collector) -> Result<Vec<Desc>, Error> {
    let mut all = Vec::new();
    catch_unwind(AssertUnwindSafe(|| {
        collector.describe(&mut |desc| all.push(desc.clone()));
    }))
    .map_err(|panic| Error::CollectorPanic {
        collector: "that was to be registered".to_owned(),
        message: panic_message(panic),
    })?;
    Ok(all)
}

impl Description {
    /// Asks a collector to describe itself.
    fn of(collector: &dyn Collector) -> Result<Self, Error> {
        let (mut identities, mut descs) = (BTreeSet::new(), Vec::new());
        // The descriptors that later ones with the same name must match.
        let mut firsts = BTreeMap::<String, Desc>::new();
        let mut fault = None;
        for desc in describe(collector)? {
            if let Some(error) = fault_of(&desc, firsts.get(desc.name())) {
                // The rest is ignored, as in Go, so that the error is about the first mistake.
                fault = Some((desc, error));
                break;
            }
            let first = firsts.entry(desc.name().to_owned());
            first.or_insert_with(|| desc.clone());
            if identities.insert(Identity::of(&desc)) {
                descs.push(desc);
            }
        }
        Ok(Self {
            identities,
            descs,
            fault,
        })
    }
}

/// Returns why a descriptor is invalid, by itself or next to its collector's first one with the same name.
fn fault_of(desc: &Desc, first: Option<&Desc>) -> Option<Error> {
    if let Some(error) = desc.error() {
        return Some(error.clone());
    }
    let different = desc.difference(first?)?;
    let desc = desc.to_string();
    Some(Error::InconsistentDescriptorInCollector { desc, different })
}
