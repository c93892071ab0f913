use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::already::AlreadyRegistered;
use super::plan::Plan;
use super::register::{Identity, Registered};
use crate::desc::Desc;
use crate::error::Error;
use crate::wrap::unwrapped;

/// The registered collectors.
#[derive(Default)]
pub(super) struct State {
    /// The collectors in the order of registration, by consecutive numbers.
    pub(super) collectors: BTreeMap<u64, Arc<Registered>>,
    next: u64,
    /// The number of the collector that each descriptor belongs to.
    owners: BTreeMap<Identity, u64>,
    /// For each name, one of its descriptors and their number.
    names: BTreeMap<String, (Desc, usize)>,
    /// The plan of a scrape, if one was made since the last change.
    pub(super) plan: Option<Arc<Plan>>,
    is_pedantic: bool,
}

impl State {
    pub(super) fn pedantic() -> Self {
        Self {
            is_pedantic: true,
            ..Self::default()
        }
    }

    /// Adds a collector, unless it conflicts with others.
    pub(super) fn add(&mut self, new: &Arc<Registered>) -> Result<(), Error> {
        self.check(new)?;
        let number = self.next;
        self.next += 1;
        for desc in &new.descs {
            let first = || (desc.clone(), 0);
            let name = self.names.entry(desc.name().to_owned());
            name.or_insert_with(first).1 += 1;
        }
        let owned = new.identities.iter().map(|it| (it.clone(), number));
        self.owners.extend(owned);
        self.collectors.insert(number, Arc::clone(new));
        self.plan = None;
        Ok(())
    }

    /// Checks a collector against all others, one descriptor after the other as in Go.
    fn check(&self, new: &Registered) -> Result<(), Error> {
        let mut duplicate = None;
        for desc in &new.descs {
            self.check_consistency(desc)?;
            if let Some(owner) = self.owners.get(&Identity::of(desc)) {
                // Go reports the last one.
                duplicate = Some((desc, &self.collectors[owner]));
            }
        }
        if let Some((desc, error)) = &new.fault {
            self.check_consistency(desc)?;
            return Err(error.clone());
        }
        match duplicate {
            None => Ok(()),
            Some((_, same)) if same.identities == new.identities => {
                let existing = Arc::clone(unwrapped(&same.collector));
                let already = AlreadyRegistered::new(new.names(), existing);
                Err(Error::AlreadyRegistered(already))
            }
            Some((desc, _)) => Err(Error::DuplicateDescriptor {
                desc: desc.to_string(),
            }),
        }
    }

    /// Checks a descriptor against others with the same name.
    fn check_consistency(&self, desc: &Desc) -> Result<(), Error> {
        let first = self.names.get(desc.name());
        match first.and_then(|(first, _)| desc.difference(first)) {
            None => Ok(()),
            Some(different) => Err(Error::InconsistentDescriptor {
                desc: desc.to_string(),
                different,
            }),
        }
    }

    /// Removes and returns the collector with exactly these descriptors.
    pub(super) fn remove(&mut self, identities: &BTreeSet<Identity>) -> Option<Arc<Registered>> {
        let number = *self.owners.get(identities.first()?)?;
        if self.collectors[&number].identities != *identities {
            return None;
        }
        for identity in identities {
            self.owners.remove(identity);
        }
        let removed = self.collectors.remove(&number);
        for desc in removed.iter().flat_map(|it| &it.descs) {
            if let Some((_, count)) = self.names.get_mut(desc.name()) {
                *count -= 1;
                if *count == 0 {
                    self.names.remove(desc.name());
                }
            }
        }
        self.plan = None;
        removed
    }

    /// Returns the plan of a scrape, making it if necessary.
    pub(super) fn plan(&mut self) -> Arc<Plan> {
        let make = || {
            let described = || self.owners.keys().cloned().collect();
            let described = self.is_pedantic.then(described);
            Arc::new(Plan::new(self.collectors.values(), described))
        };
        Arc::clone(self.plan.get_or_insert_with(make))
    }
}
