use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::Arc;

use super::gather::panic_message;
use super::plan::Plan;
use super::register::Registered;
use super::scrape::Scrape;
use crate::error::Error;
use crate::family::{MetricFamily, MetricType, Tree};
use crate::sink::{FamilyHead, Flow, Lines, Series, Sink};

/// A family that can be written.
#[derive(Clone)]
pub(super) enum Family {
    /// Collected and checked, and shared by the clones of a scrape.
    Checked(Arc<MetricFamily>),
    /// A built-in instrument, which is read while it is written.
    Trusted(Arc<Registered>),
    /// Several instruments, one after the other.
    Joined(Arc<[Arc<Registered>]>),
}

impl Family {
    pub(super) fn name(&self) -> &str {
        self.head().name
    }

    pub(super) fn head(&self) -> FamilyHead<'_> {
        if let Self::Checked(family) = self {
            return family.head();
        }
        let family = self.instruments().first().and_then(|it| it.family.as_ref());
        let (desc, kind) = family.expect("there is an instrument");
        FamilyHead::of(desc, *kind)
    }

    /// Returns the instruments that are still to be read.
    pub(super) fn instruments(&self) -> &[Arc<Registered>] {
        match self {
            Self::Checked(_) => &[],
            Self::Trusted(instrument) => slice::from_ref(instrument),
            Self::Joined(instruments) => instruments,
        }
    }

    pub(super) fn write(&self, sink: &mut dyn Sink) -> Flow {
        match self {
            Self::Checked(family) => family.write(sink),
            Self::Trusted(instrument) => instrument.write(sink),
            Self::Joined(instruments) => {
                let mut joining = Joining {
                    sink,
                    has_begun: false,
                };
                let mut instruments = instruments.iter();
                instruments.try_for_each(|it| it.write(&mut joining))
            }
        }
    }

    /// Returns whether there are no metrics, without reading one.
    pub(super) fn is_empty(&self) -> bool {
        self.write(&mut Nothing).is_continue()
    }

    /// Reads the whole family, if it has metrics; if reading panics, the family is lost.
    pub(super) fn read(self) -> Result<Option<MetricFamily>, Error> {
        if let Self::Checked(family) = self {
            return Ok(Some(Arc::unwrap_or_clone(family)));
        }
        let mut tree = Tree::default();
        // A tree never breaks.
        let read = || _ = self.write(&mut tree);
        catch_unwind(AssertUnwindSafe(read)).map_err(|panic| Error::CollectorPanic {
            collector: self.instruments()[0].names(),
            message: panic_message(panic),
        })?;
        Ok(tree.0.pop())
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A sink that joins several families with the same head.
struct Joining<'a> {
    sink: &'a mut dyn Sink,
    has_begun: bool,
}

impl Sink for Joining<'_> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        if self.has_begun {
            return Flow::Continue(());
        }
        self.has_begun = true;
        self.sink.family(family)
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        self.sink.series(series)
    }

    fn lines(&mut self, lines: Lines<'_>) -> Option<Flow> {
        self.sink.lines(lines)
    }

    fn wants_created(&self) -> bool {
        self.sink.wants_created()
    }
}

/// A sink that breaks at the first family.
struct Nothing;

impl Sink for Nothing {
    fn family(&mut self, _: &FamilyHead<'_>) -> Flow {
        Flow::Break(())
    }

    fn series(&mut self, _: &Series<'_>) -> Flow {
        Flow::Break(())
    }
}

/// Families by name, with Go's rules for conflicting names.
#[derive(Default)]
pub(super) struct Families {
    /// The plan, whose families come first.
    plan: Arc<Plan>,
    /// The positions of the plan's families that were taken out.
    moved: BTreeSet<usize>,
    /// All other families.
    more: BTreeMap<String, Family>,
}

impl Families {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        Self {
            plan,
            ..Self::default()
        }
    }

    /// Adds a family whose name is new and checked.
    pub(super) fn insert(&mut self, family: Family) {
        self.more.insert(family.name().to_owned(), family);
    }

    fn find(&self, name: &str) -> Option<&Family> {
        self.more.get(name).or_else(|| {
            let at = self.plan.find(name)?;
            (!self.moved.contains(&at)).then(|| &self.plan.alone[at])
        })
    }

    fn take(&mut self, name: &str) -> Option<Family> {
        self.more.remove(name).or_else(|| {
            let at = self.plan.find(name)?;
            let was_here = self.moved.insert(at);
            was_here.then(|| self.plan.alone[at].clone())
        })
    }

    /// Returns whether the family `name` exists and will be written.
    ///
    /// An empty vec is removed, so that it cannot get metrics before it is written.
    pub(super) fn has(&mut self, name: &str) -> bool {
        match self.find(name) {
            None => false,
            Some(Family::Checked(_)) => true,
            Some(family) => {
                let is_empty = family.is_empty();
                if is_empty {
                    self.take(name);
                }
                !is_empty
            }
        }
    }

    /// Returns the family `name` for additions, reading it if that is not done yet.
    pub(super) fn open(&mut self, name: &str) -> Result<Option<&mut MetricFamily>, Error> {
        if !matches!(self.more.get(name), Some(Family::Checked(_))) {
            let Some(family) = self.take(name) else {
                return Ok(None);
            };
            let Some(family) = family.read()? else {
                return Ok(None);
            };
            self.insert(Family::Checked(Arc::new(family)));
        }
        match self.more.get_mut(name) {
            Some(Family::Checked(family)) => Ok(Some(Arc::make_mut(family))),
            _ => Ok(None),
        }
    }

    /// Refuses a family whose name equals that of a part of another, or the reverse.
    pub(super) fn check_suffixes(&mut self, name: &str, kind: MetricType) -> Result<(), Error> {
        let collision = |kind: MetricType, other: &str| Error::SuffixCollision {
            metric: name.to_owned(),
            kind: kind.as_str(),
            other: other.to_owned(),
        };
        for suffix in ["_count", "_sum", "_bucket"] {
            if let Some(whole) = name.strip_suffix(suffix)
                && let Some(kind) = self.find(whole).map(|family| family.head().kind)
                && parts_of(kind).contains(&suffix)
                && self.has(whole)
            {
                return Err(collision(kind, whole));
            }
        }
        for suffix in parts_of(kind) {
            let part = format!("{name}{suffix}");
            if self.has(&part) {
                return Err(collision(kind, &part));
            }
        }
        Ok(())
    }

    /// Returns the families to expose, with the errors of the others.
    pub(super) fn into_scrape(self, errors: Vec<Error>) -> Scrape {
        Scrape::new(
            self.plan,
            self.moved,
            self.more.into_values().collect(),
            errors,
        )
    }

    /// Returns all families that were read.
    pub(super) fn checked(&mut self) -> impl Iterator<Item = &mut MetricFamily> {
        self.more.values_mut().filter_map(|family| match family {
            Family::Checked(family) => Some(Arc::make_mut(family)),
            Family::Trusted(_) | Family::Joined(_) => None,
        })
    }
}

/// Returns the suffixes of the parts that a metric of this type is written in.
pub(super) fn parts_of(kind: MetricType) -> &'static [&'static str] {
    match kind {
        MetricType::GaugeHistogram | MetricType::Histogram => &["_count", "_sum", "_bucket"],
        MetricType::Summary => &["_count", "_sum"],
        MetricType::Counter | MetricType::Gauge | MetricType::Untyped => &[],
    }
}
