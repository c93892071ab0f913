use std::fmt;
use std::sync::Arc;

use super::gather::Gathered;
use crate::collector::Collector;
use crate::error::Error;
use crate::family::{MetricFamily, Tree};
use crate::sink::{Flow, Sink};

/// What a scrape has found: everything that can fail has been done, and the rest can be written.
///
/// Families of instruments are read as they are written; those of other collectors have been collected.
#[derive(Debug)]
pub struct Scrape {
    families: Vec<Family>,
    errors: Vec<Error>,
}

/// A family that is fit to be written.
pub(super) enum Family {
    /// Collected and checked.
    Checked(MetricFamily),
    /// A built-in instrument's, to be read while it is written.
    Trusted(String, Arc<dyn Collector>),
}

impl Family {
    fn name(&self) -> &str {
        match self {
            Self::Checked(family) => &family.name,
            Self::Trusted(name, _) => name,
        }
    }

    fn write(&self, sink: &mut dyn Sink) -> Flow {
        match self {
            Self::Checked(family) => family.write(sink),
            Self::Trusted(_, collector) => collector
                .as_trusted()
                .map_or(Flow::Continue(()), |family| family.write(sink)),
        }
    }
}

impl Scrape {
    pub(super) fn new(mut families: Vec<Family>, errors: Vec<Error>) -> Self {
        families.sort_by(|a, b| a.name().cmp(b.name()));
        Self { families, errors }
    }

    /// Returns what was left out, and why.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// Says whether there is no family to write at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut nothing = Nothing;
        self.families
            .iter()
            .all(|family| family.write(&mut nothing).is_continue())
    }

    /// Writes all families that are fit to be exposed into `sink`, sorted by name.
    ///
    /// No lock is held meanwhile, so a sink may take its time.
    pub fn write(&self, sink: &mut dyn Sink) -> Flow {
        self.families
            .iter()
            .try_for_each(|family| family.write(sink))
    }

    /// Returns everything as plain data.
    #[must_use]
    pub fn into_gathered(self) -> Gathered {
        let mut tree = Tree::default();
        // A tree takes everything.
        let _ = self.write(&mut tree);
        Gathered {
            families: tree.0,
            errors: self.errors,
        }
    }
}

impl From<Gathered> for Scrape {
    fn from(gathered: Gathered) -> Self {
        let families = gathered.families.into_iter().map(Family::Checked);
        Self::new(families.collect(), gathered.errors)
    }
}

/// A sink that has enough of the first family.
pub(super) struct Nothing;

impl Sink for Nothing {
    fn family(&mut self, _: &crate::sink::FamilyHead<'_>) -> Flow {
        Flow::Break(())
    }

    fn series(&mut self, _: &crate::sink::Series<'_>) -> Flow {
        Flow::Break(())
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
