use std::collections::BTreeSet;
use std::sync::Arc;

use super::families::{Family, parts_of};
use super::fit::is_legacy;
use super::opts::ScrapeOpts;
use super::register::{Identity, Registered};
use crate::desc::Desc;
use crate::labels::LabelPair;

/// What a scrape does with the collectors of a registry, worked out when collectors are added or removed, so that a scrape need not look at each of them.
#[derive(Default)]
pub(super) struct Plan {
    /// The families that cannot conflict, sorted by name; they are written without further checks.
    pub(super) alone: Vec<Family>,
    /// Whether no name among these ever needs escaping.
    pub(super) is_legacy: bool,
    /// The instruments that must be checked against others, in the order of registration.
    pub(super) related: Vec<Arc<Registered>>,
    /// The nested registries, which every scrape opens; none in a pedantic registry.
    pub(super) groups: Vec<Arc<Registered>>,
    /// All other collectors, in the order of registration.
    pub(super) others: Vec<Arc<Registered>>,
    /// The descriptors that may be collected, if the registry is pedantic.
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
                instruments.push(registered);
            } else if registered.group.is_some() && described.is_none() {
                groups.push(registered);
            } else {
                others.push(registered);
            }
        }
        let mut by_name = instruments.clone();
        by_name.sort_by(|a, b| name(a).cmp(name(b)));
        let mut related = parts(&by_name);
        let mut alone = Vec::new();
        for namesakes in by_name.chunk_by(|a, b| name(a) == name(b)) {
            let namesake = name(&namesakes[0]);
            if related.contains(namesake) {
                continue;
            }
            match joined(namesakes) {
                Some(family) => alone.push(family),
                None => _ = related.insert(namesake.to_owned()),
            }
        }
        instruments.retain(|instrument| related.contains(name(instrument)));
        let related = instruments;
        Self {
            is_legacy: alone.iter().all(is_legacy),
            alone,
            related,
            groups,
            others,
            described,
        }
    }

    /// Returns the part of the plan for the requested families.
    ///
    /// Instruments that must be checked against others are kept, whatever their names.
    pub(super) fn only(self: Arc<Self>, opts: &ScrapeOpts) -> Arc<Self> {
        let Some(names) = &opts.names else {
            return self;
        };
        let alone = names.iter().filter_map(|name| self.find(name));
        Arc::new(Self {
            alone: alone.map(|at| self.alone[at].clone()).collect(),
            is_legacy: self.is_legacy,
            related: self.related.clone(),
            groups: self.groups.clone(),
            others: self
                .others
                .iter()
                .filter(|it| it.may_have(names))
                .cloned()
                .collect(),
            described: self.described.clone(),
        })
    }

    /// Returns all instruments.
    pub(super) fn instruments(&self) -> impl Iterator<Item = &Arc<Registered>> {
        let alone = self.alone.iter().flat_map(Family::instruments);
        alone.chain(&self.related)
    }

    /// Finds a family in `alone`.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.alone
            .binary_search_by(|family| family.name().cmp(name))
            .ok()
    }
}

fn name(instrument: &Registered) -> &str {
    let (desc, _) = instrument.family.as_ref().expect("it is an instrument");
    desc.name()
}

/// Returns the names that equal those of parts of other instruments, and the names of the latter.
fn parts(by_name: &[Arc<Registered>]) -> BTreeSet<String> {
    let mut related = BTreeSet::new();
    for (desc, kind) in by_name.iter().filter_map(|it| it.family.as_ref()) {
        for suffix in parts_of(*kind) {
            let part = format!("{}{suffix}", desc.name());
            if by_name.binary_search_by(|it| name(it).cmp(&part)).is_ok() {
                related.insert(part);
                related.insert(desc.name().to_owned());
            }
        }
    }
    related
}

/// Returns instruments with the same name as one family, if their metrics are sorted when one instrument is written after the other.
///
/// This is so if they differ in constant labels before the first variable one, as single metrics always do.
fn joined(namesakes: &[Arc<Registered>]) -> Option<Family> {
    if let [alone] = namesakes {
        return Some(Family::Trusted(Arc::clone(alone)));
    }
    let family = |it: &Registered| it.family.clone().expect("it is an instrument");
    let of_one_kind = namesakes
        .windows(2)
        .all(|two| family(&two[0]).1 == family(&two[1]).1);
    let mut ordered: Vec<(Vec<LabelPair>, &Arc<Registered>)> = namesakes
        .iter()
        .map(|it| (first_labels(&family(it).0), it))
        .collect();
    ordered.sort_by(|a, b| a.0.cmp(&b.0));
    let differ = ordered.windows(2).all(|two| two[0].0 != two[1].0);
    (of_one_kind && differ).then(|| {
        let ordered = ordered.into_iter().map(|(_, it)| Arc::clone(it));
        Family::Joined(ordered.collect())
    })
}

/// Returns the constant labels before the first variable one.
fn first_labels(desc: &Desc) -> Vec<LabelPair> {
    let first = desc.variable_labels().iter().min();
    let constant = desc.const_labels().iter();
    let before = constant.take_while(|label| first.is_none_or(|first| label.name < *first));
    before.cloned().collect()
}
