use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::Registry;
use super::check::panic_message;
use crate::collector::Collector;
use crate::desc::Desc;
use crate::error::{AlreadyRegistered, Error};

/// What makes descriptors the same: the name and the values of the constant labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity(String, Vec<String>);

impl Identity {
    fn of(desc: &Desc) -> Self {
        let values = desc.const_labels().iter().map(|label| label.value.clone());
        Self(desc.name().to_owned(), values.collect())
    }
}

/// A collector and what it described itself with.
pub(super) struct Registered {
    identities: BTreeSet<Identity>,
    descs: Vec<Desc>,
    pub(super) collector: Arc<dyn Collector>,
}

impl Registered {
    /// Returns the names of the collector's metrics, for a person to read.
    pub(super) fn names(&self) -> String {
        let names: BTreeSet<&str> = self.descs.iter().map(Desc::name).collect();
        match names.is_empty() {
            true => "without descriptors".to_owned(),
            false => format!("of {:?}", names.into_iter().collect::<Vec<_>>()),
        }
    }
}

/// Who is registered.
#[derive(Default)]
pub(super) struct State {
    pub(super) collectors: Vec<Arc<Registered>>,
    /// One of the descriptors of each name, and how many there are.
    names: BTreeMap<String, (Desc, usize)>,
}

impl State {
    /// Checks a newcomer against everybody who is there.
    fn check(&self, new: &Registered) -> Result<(), Error> {
        let mut duplicate = None;
        for desc in &new.descs {
            let Some((first, _)) = self.names.get(desc.name()) else {
                continue;
            };
            if let Some(different) = desc.difference(first) {
                let desc = desc.to_string();
                return Err(Error::InconsistentDescriptor { desc, different });
            }
            let identity = Identity::of(desc);
            let mut others = self.collectors.iter();
            if others.any(|other| other.identities.contains(&identity)) {
                duplicate.get_or_insert(desc);
            }
        }
        let Some(duplicate) = duplicate else {
            return Ok(());
        };
        let mut others = self.collectors.iter();
        match others.find(|other| other.identities == new.identities) {
            Some(same) => {
                let existing = Arc::clone(&same.collector);
                let already = AlreadyRegistered::new(new.names(), existing);
                Err(Error::AlreadyRegistered(already))
            }
            None => Err(Error::DuplicateDescriptor {
                desc: duplicate.to_string(),
            }),
        }
    }

    fn add(&mut self, new: Registered) {
        for desc in &new.descs {
            let first = || (desc.clone(), 0);
            self.names
                .entry(desc.name().to_owned())
                .or_insert_with(first)
                .1 += 1;
        }
        self.collectors.push(Arc::new(new));
    }

    fn remove(&mut self, identities: &BTreeSet<Identity>) -> bool {
        let mut all = self.collectors.iter();
        let Some(at) = all.position(|known| known.identities == *identities) else {
            return false;
        };
        for desc in &self.collectors.remove(at).descs {
            if let Some((_, count)) = self.names.get_mut(desc.name()) {
                *count -= 1;
                if *count == 0 {
                    self.names.remove(desc.name());
                }
            }
        }
        true
    }
}

impl Registry {
    /// Adds a collector, from which every scrape collects from then on.
    ///
    /// To keep using an instrument, register a clone of its handle.
    /// A collector that describes nothing is added unchecked, see [`Collector::describe`].
    ///
    /// # Errors
    ///
    /// The collector is not added, and the error says why: [`Error::AlreadyRegistered`] if a collector with the same descriptors is there, which the error then holds; [`Error::DuplicateDescriptor`] if only some of them are; [`Error::InconsistentDescriptor`] or [`Error::InconsistentDescriptorInCollector`] if the help text, the unit or the label names differ from others under the same name; [`Error::CollectorPanic`] if the collector panics; otherwise the error that one of its descriptors stands for.
    pub fn register(&self, collector: impl Collector) -> Result<(), Error> {
        let new = described(Arc::new(collector))?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if !new.descs.is_empty() {
            state.check(&new)?;
        }
        state.add(new);
        Ok(())
    }

    /// Removes the collector with the same descriptors as `collector`, and says whether there was one.
    ///
    /// Unchecked collectors cannot be removed.
    pub fn unregister(&self, collector: &dyn Collector) -> bool {
        let mut identities = BTreeSet::new();
        collector.describe(&mut |desc| _ = identities.insert(Identity::of(desc)));
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        !identities.is_empty() && state.remove(&identities)
    }
}

/// Asks a collector to describe itself, and checks the description by itself.
fn described(collector: Arc<dyn Collector>) -> Result<Registered, Error> {
    let mut all = Vec::new();
    catch_unwind(AssertUnwindSafe(|| {
        collector.describe(&mut |desc| all.push(desc.clone()));
    }))
    .map_err(|panic| Error::CollectorPanic {
        collector: "that was to be registered".to_owned(),
        message: panic_message(&*panic),
    })?;
    let mut new = Registered {
        identities: BTreeSet::new(),
        descs: Vec::new(),
        collector,
    };
    for desc in all {
        if let Some(error) = desc.error() {
            return Err(error.clone());
        }
        let mut others = new.descs.iter().filter(|other| other.name() == desc.name());
        if let Some(different) = others.find_map(|other| desc.difference(other)) {
            let desc = desc.to_string();
            return Err(Error::InconsistentDescriptorInCollector { desc, different });
        }
        if new.identities.insert(Identity::of(&desc)) {
            new.descs.push(desc);
        }
    }
    Ok(new)
}
