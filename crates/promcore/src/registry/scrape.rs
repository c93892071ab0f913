use std::collections::BTreeSet;
use std::fmt;
use std::iter::from_fn;
use std::sync::Arc;

use super::families::Family;
use super::gather::Gathered;
use super::opts::ScrapeOpts;
use super::plan::Plan;
use crate::demands::Escape;
use crate::error::Error;
use crate::sink::{Flow, Sink};

/// The result of a scrape: everything that can fail is done, and the rest can be written.
///
/// Instruments are read while they are written; other collectors have already been called.
/// It holds no lock and may be kept, written several times, or dropped at any time.
/// It replaces Go's `TransactionalGatherer`, but needs no call when it is done, because there is no tree to reuse.
/// Clones share the result.
///
/// # Examples
///
/// A server that must choose its status first checks the errors, then writes:
///
/// ```
/// use promcore::{Counter, FamilyHead, Flow, Gatherer, Registry, Series, Sink};
///
/// # struct Body(Vec<String>);
/// # impl Sink for Body {
/// #     fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
/// #         self.0.push(family.name.to_owned());
/// #         Flow::Continue(())
/// #     }
/// #     fn series(&mut self, _: &Series<'_>) -> Flow {
/// #         Flow::Continue(())
/// #     }
/// # }
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
///
/// let scrape = registry.scrape();
/// let status = if scrape.errors().is_empty() { 200 } else { 500 };
/// # let mut body = Body(Vec::new());
/// let _ = scrape.write(&mut body); // Any sink, such as an encoder of promfmt.
/// assert_eq!((status, body.0), (200, vec!["jobs_total".to_owned()]));
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "TransactionalGatherer")]
#[derive(Clone)]
pub struct Scrape {
    pub(super) plan: Arc<Plan>,
    /// The positions of the plan's families that are not written, or are in `more`.
    moved: BTreeSet<usize>,
    /// All other families, sorted by name.
    pub(super) more: Vec<Family>,
    pub(super) errors: Vec<Error>,
    /// The escaping that is known to keep names unique, if any.
    pub(super) unique_for: Option<Escape>,
}

impl Scrape {
    /// Makes a scrape from the plan's families, without those at the positions `moved`, and more families, sorted by name; collected families without metrics are dropped.
    pub(super) fn new(
        plan: Arc<Plan>,
        moved: BTreeSet<usize>,
        mut more: Vec<Family>,
        errors: Vec<Error>,
    ) -> Self {
        more.retain(|family| !matches!(family, Family::Checked(it) if it.metrics.is_empty()));
        Self {
            plan,
            moved,
            more,
            errors,
            unique_for: None,
        }
    }

    /// Makes a scrape without families.
    pub(super) fn failed(error: Error) -> Self {
        Self::new(Arc::default(), BTreeSet::new(), Vec::new(), vec![error])
    }

    /// Drops the families that were [not requested](ScrapeOpts::names).
    #[must_use]
    pub fn only(mut self, opts: &ScrapeOpts) -> Self {
        if let Some(names) = &opts.names {
            let is_wanted = |family: &Family| names.contains(family.name());
            let alone = self.plan.alone.iter().enumerate();
            let unwanted = alone.filter(|(_, family)| !is_wanted(family));
            self.moved.extend(unwanted.map(|(at, _)| at));
            self.more.retain(is_wanted);
        }
        self
    }

    /// Returns all families, sorted by name.
    fn families(&self) -> impl Iterator<Item = &Family> {
        let alone = self.plan.alone.iter().enumerate();
        let alone = alone.filter(|(at, _)| !self.moved.contains(at));
        let mut alone = alone.map(|(_, family)| family).peekable();
        let mut more = self.more.iter().peekable();
        from_fn(move || match (alone.peek(), more.peek()) {
            (Some(a), Some(b)) if b.name() < a.name() => more.next(),
            (Some(_), _) => alone.next(),
            (None, _) => more.next(),
        })
    }

    /// Returns what was left out, and why.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// Returns whether there are no metrics to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.families().all(Family::is_empty)
    }

    /// Writes all families to `sink`, sorted by name.
    ///
    /// Metrics that do not meet the [demands](Sink::demands) of the sink are left out; call [`fit`](Self::fit) before to learn which.
    /// No lock is held, so the sink may be slow.
    ///
    /// # Panics
    ///
    /// If a custom [`Clock`](crate::Clock) panics while an instrument is read; [`into_gathered`](Self::into_gathered) leaves out the family instead, and reports the panic.
    pub fn write(&self, sink: &mut dyn Sink) -> Flow {
        let demands = sink.demands();
        if self.fits(&demands) {
            self.write_all(sink)
        } else {
            self.clone().fit(&demands).write_all(sink)
        }
    }

    fn write_all(&self, sink: &mut dyn Sink) -> Flow {
        self.families().try_for_each(|family| family.write(sink))
    }

    /// Returns all metrics as plain data.
    #[must_use]
    pub fn into_gathered(self) -> Gathered {
        let (all, mut errors) = self.into_parts();
        let mut families = Vec::new();
        for family in all {
            match family.read() {
                Ok(family) => families.extend(family),
                Err(error) => errors.push(error),
            }
        }
        Gathered { families, errors }
    }

    /// Returns all families, sorted by name, and all errors.
    pub(super) fn into_parts(self) -> (impl Iterator<Item = Family>, Vec<Error>) {
        let Self { plan, moved, .. } = self;
        let mut alone = 0;
        let mut more = self.more.into_iter().peekable();
        let families = from_fn(move || {
            while moved.contains(&alone) {
                alone += 1;
            }
            match (plan.alone.get(alone), more.peek()) {
                (Some(a), Some(b)) if b.name() < a.name() => more.next(),
                (Some(a), _) => {
                    alone += 1;
                    Some(a.clone())
                }
                (None, _) => more.next(),
            }
        });
        (families, self.errors)
    }
}

impl From<Gathered> for Scrape {
    fn from(gathered: Gathered) -> Self {
        let families = gathered.families.into_iter().map(Arc::new);
        let mut families: Vec<Family> = families.map(Family::Checked).collect();
        families.sort_by(|a, b| a.name().cmp(b.name()));
        Self::new(Arc::default(), BTreeSet::new(), families, gathered.errors)
    }
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrape")
            .field("families", &self.families().collect::<Vec<_>>())
            .field("errors", &self.errors)
            .finish()
    }
}
