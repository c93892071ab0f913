use std::collections::BTreeSet;
use std::sync::Arc;

use super::families::{Family, parts_of};
use super::register::{Identity, Registered};

/// What a scrape does with the collectors of a registry, worked out when they come or go, so that a scrape need not look at each of them.
#[derive(Default)]
pub(super) struct Plan {
    /// The instruments that have nothing to do with each other, sorted by name: they are written, and that is all.
    pub(super) alone: Vec<Family>,
    /// The instruments whose names make them families or rivals of others, in the order of their registration.
    pub(super) related: Vec<Arc<Registered>>,
    /// The registries that are collectors of this one, to be opened in each scrape, unless metrics must be as described.
    pub(super) groups: Vec<Arc<Registered>>,
    /// All other collectors, in the order of their registration.
    pub(super) others: Vec<Arc<Registered>>,
    /// What may be collected, if the registry is pedantic.
    pub(super) described: Option<BTreeSet<Identity>>,
}

impl Plan {
    pub(super) fn new<'a>(
        collectors: impl Iterator<Item = &'a Arc<Registered>>,
        described: Option<BTreeSet<Identity>>,
    ) -> Self {
        let (mut instruments, mut groups, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for registered in collectors.cloned() {
            if registered.family.is_some() {
                instruments.push(Family::Trusted(registered));
            } else if registered.group.is_some() && described.is_none() {
                groups.push(registered);
            } else {
                others.push(registered);
            }
        }
        let relatives = relatives(&instruments);
        let (mut alone, mut related) = (Vec::new(), Vec::new());
        for family in instruments {
            let is_related = relatives.contains(family.name());
            match family {
                Family::Trusted(registered) if is_related => related.push(registered),
                family => alone.push(family),
            }
        }
        alone.sort_by(|a, b| a.name().cmp(b.name()));
        Self {
            alone,
            related,
            groups,
            others,
            described,
        }
    }

    /// Lends all instruments.
    pub(super) fn instruments(&self) -> impl Iterator<Item = &Arc<Registered>> {
        let alone = self.alone.iter().filter_map(|family| match family {
            Family::Trusted(registered) => Some(registered),
            Family::Checked(_) => None,
        });
        alone.chain(&self.related)
    }

    /// Finds an instrument that is alone.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.alone
            .binary_search_by(|family| family.name().cmp(name))
            .ok()
    }
}

/// Returns the names that several instruments have, and those that look like parts of others, with these.
fn relatives(instruments: &[Family]) -> BTreeSet<String> {
    let mut sorted: Vec<&Family> = instruments.iter().collect();
    sorted.sort_by(|a, b| a.name().cmp(b.name()));
    let namesakes = sorted
        .windows(2)
        .filter(|two| two[0].name() == two[1].name());
    let mut relatives: BTreeSet<String> = namesakes.map(|two| two[0].name().to_owned()).collect();
    for family in &sorted {
        for suffix in parts_of(family.head().kind) {
            let part = format!("{}{suffix}", family.name());
            if sorted.binary_search_by(|it| it.name().cmp(&part)).is_ok() {
                relatives.insert(part);
                relatives.insert(family.name().to_owned());
            }
        }
    }
    relatives
}
