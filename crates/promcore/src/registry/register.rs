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

/// What makes descriptors the same: the name and the values of the constant labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity(String, Vec<String>);

impl Identity {
    pub(super) fn of(desc: &Desc) -> Self {
        let values = desc.const_labels().iter().map(|label| label.value.clone());
        Self(desc.name().to_owned(), values.collect())
    }
}

/// What a collector said about itself, up to the first descriptor that is wrong.
struct Description {
    identities: BTreeSet<Identity>,
    /// One for each identity.
    descs: Vec<Desc>,
    /// The descriptor that is wrong by itself or beside those before it, and why.
    fault: Option<(Desc, Error)>,
}

/// A collector and what it described itself with.
pub(super) struct Registered {
    pub(super) collector: Arc<dyn Collector>,
    pub(super) identities: BTreeSet<Identity>,
    /// One for each identity.
    pub(super) descs: Vec<Desc>,
    /// What keeps the collector out of every registry: a descriptor, and what is wrong with it.
    pub(super) fault: Option<(Desc, Error)>,
    /// What a built-in instrument writes.
    pub(super) family: Option<(Desc, MetricType)>,
    /// Whether it is an instrument of which no name has to be escaped for anybody.
    pub(super) is_legacy: bool,
    /// The registry that the collector stands for, if it does.
    pub(super) group: Option<Group>,
    pub(super) pace: Pace,
}

impl Registered {
    /// Asks a collector to describe itself, and checks the description by itself.
    fn new(collector: Arc<dyn Collector>) -> Result<Self, Error> {
        let description = Description::of(&*collector)?;
        Ok(Self::described(collector, description))
    }

    /// Adds something to the collector, once more.
    pub(super) fn wrapped(&self, additions: &[Arc<Addition>]) -> Self {
        let collector = wrapped(Arc::clone(&self.collector), additions);
        // What is wrong with them shows when the metrics are collected.
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

    /// Collects all metrics; if the collector panics, what it sent before is half of the truth, so that it goes too.
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

    /// Says whether it may have metrics of one of these names.
    ///
    /// A registry among the collectors may have got others since it was asked.
    pub(super) fn may_have(&self, names: &BTreeSet<String>) -> bool {
        let is_wanted = |desc: &Desc| names.contains(desc.name());
        self.is_unchecked() || self.group.is_some() || self.descs.iter().any(is_wanted)
    }

    /// Returns the names of the collector's metrics, for a person to read.
    pub(super) fn names(&self) -> String {
        let names: BTreeSet<&str> = self.descs.iter().map(Desc::name).collect();
        match names.is_empty() {
            true => "without descriptors".to_owned(),
            false => format!("of {:?}", names.into_iter().collect::<Vec<_>>()),
        }
    }
}

impl Registry {
    /// Adds a collector, from which every scrape collects from then on.
    ///
    /// To keep using an instrument, register a clone of its handle.
    /// Whoever would rather use the collector that is there already finds out [how](crate::AlreadyRegistered::existing_as).
    /// A collector that describes nothing is added unchecked, see [`Collector::describe`].
    ///
    /// # Errors
    ///
    /// The collector is not added, and the error says why: [`Error::AlreadyRegistered`] if a collector with the same descriptors is there, which the error then holds; [`Error::DuplicateDescriptor`] if only some of them are; [`Error::InconsistentDescriptor`] or [`Error::InconsistentDescriptorInCollector`] if the help text, the unit or the label names differ from others under the same name; [`Error::CollectorPanic`] if the collector panics; otherwise the error that one of its descriptors stands for.
    #[doc(alias = "MustRegister")]
    pub fn register(&self, collector: impl Collector) -> Result<(), Error> {
        self.add(Arc::new(collector))
    }

    pub(super) fn add(&self, collector: Arc<dyn Collector>) -> Result<(), Error> {
        // If it is refused, it goes when the lock has gone, since dropping it runs users' code.
        let new = Arc::new(Registered::new(collector)?);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.add(&new)
    }

    /// Removes the collector with the same descriptors as `collector`, and says whether there was one.
    ///
    /// Unchecked collectors cannot be removed.
    pub fn unregister(&self, collector: &dyn Collector) -> bool {
        let Ok(descs) = describe(collector) else {
            return false;
        };
        // As in Go, whether they could be registered does not matter.
        let valid = descs.iter().filter(|desc| desc.error().is_none());
        let identities = valid.map(Identity::of).collect();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let removed = state.remove(&identities);
        // The lock goes before the collector, since dropping that runs users' code.
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
        // What all others of a name must be like.
        let mut firsts = BTreeMap::<String, Desc>::new();
        let mut fault = None;
        for desc in describe(collector)? {
            if let Some(error) = fault_of(&desc, firsts.get(desc.name())) {
                // Whatever comes behind it is not looked at, as in Go, so that the first of several mistakes is named.
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

/// Says what is wrong with a descriptor by itself, or beside the first of its name that its collector has sent.
fn fault_of(desc: &Desc, first: Option<&Desc>) -> Option<Error> {
    if let Some(error) = desc.error() {
        return Some(error.clone());
    }
    let different = desc.difference(first?)?;
    let desc = desc.to_string();
    Some(Error::InconsistentDescriptorInCollector { desc, different })
}
