use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::families::{Families, Family};
use super::gather::{Gatherer, panic_message};
use super::metric::{check_labels, drop_duplicates};
use super::opts::ScrapeOpts;
use super::scrape::Scrape;
use crate::error::Error;
use crate::family::{Metric, MetricFamily};

/// Scrapes several gatherers in order, and merges the results.
///
/// Families with the same name become one, in which each metric may occur only once.
/// Of conflicting families or metrics, the first is kept and the others are reported; errors of the gatherers themselves are reported as [`Error::Gatherer`], with their number.
/// An instrument's family that only one gatherer has is written directly from its cells, as in a scrape of that gatherer alone; other families are read and merged first.
///
/// Follows `Gatherers` in `prometheus/registry.go` of client_golang 1.24.1, but keeps units; if they differ, the first wins.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Gatherer, Gatherers, Registry};
///
/// let (ours, theirs) = (Registry::new(), Registry::new());
/// ours.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// theirs.register(Counter::new("cache_hits_total", "Hits of the cache.")?)?;
///
/// let both = Gatherers::new().gatherer(ours).gatherer(theirs);
/// let families = both.gather().families;
/// let names: Vec<_> = families.iter().map(|family| family.name.as_str()).collect();
/// assert_eq!(names, ["cache_hits_total", "jobs_total"]);
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct Gatherers {
    gatherers: Vec<Box<dyn Gatherer>>,
}

impl Gatherers {
    /// Starts without gatherers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a gatherer after the others.
    pub fn gatherer(mut self, gatherer: impl Gatherer + 'static) -> Self {
        self.gatherers.push(Box::new(gatherer));
        self
    }
}

impl<G: Gatherer + 'static> FromIterator<G> for Gatherers {
    fn from_iter<T: IntoIterator<Item = G>>(gatherers: T) -> Self {
        gatherers.into_iter().fold(Self::new(), Self::gatherer)
    }
}

impl fmt::Debug for Gatherers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gatherers({})", self.gatherers.len())
    }
}

impl Gatherer for Gatherers {
    fn scrape(&self) -> Scrape {
        self.scrape_with(&ScrapeOpts::new())
    }

    fn scrape_with(&self, opts: &ScrapeOpts) -> Scrape {
        let mut merged = Merged::default();
        for (number, gatherer) in (1..).zip(&self.gatherers) {
            let scrape = catch_unwind(AssertUnwindSafe(|| gatherer.scrape_with(opts)));
            let scrape = scrape.unwrap_or_else(|panic| {
                let message = panic_message(panic);
                Scrape::failed(Error::GathererPanic { message })
            });
            merged.add_all(number, scrape);
        }
        merged.finish()
    }
}

/// The merged results so far.
#[derive(Default)]
struct Merged {
    families: Families,
    errors: Vec<Error>,
}

impl Merged {
    fn add_all(&mut self, number: usize, scrape: Scrape) {
        let (families, errors) = scrape.into_parts();
        self.errors
            .extend(errors.into_iter().map(|error| Error::Gatherer {
                number,
                error: Box::new(error),
            }));
        for family in families {
            let added = if self.families.has(family.name()) {
                self.merge(family)
            } else {
                self.add_new(family)
            };
            self.errors.extend(added.err());
        }
    }

    /// Adds a family whose name is new; an instrument is read when it is written.
    fn add_new(&mut self, family: Family) -> Result<(), Error> {
        let head = family.head();
        match self.families.check_suffixes(head.name, head.kind) {
            Ok(()) => {}
            // An empty family is not written, so it does not collide.
            Err(_) if family.is_empty() => return Ok(()),
            Err(error) => return Err(error),
        }
        match family {
            Family::Checked(mut family) => {
                let whole = Arc::make_mut(&mut family);
                let metrics = std::mem::take(&mut whole.metrics);
                add_metrics(whole, metrics, &mut self.errors);
                self.families.insert(Family::Checked(family));
            }
            Family::Trusted(_) | Family::Joined(_) => self.families.insert(family),
        }
        Ok(())
    }

    /// Adds the metrics of a family to an existing one with the same name.
    fn merge(&mut self, family: Family) -> Result<(), Error> {
        let Some(family) = family.read()? else {
            return Ok(());
        };
        let Some(namesake) = self.families.open(&family.name)? else {
            return self.add_new(Family::Checked(Arc::new(family)));
        };
        check_fits(namesake, &family)?;
        if namesake.unit.is_empty() {
            namesake.unit = family.unit;
        }
        add_metrics(namesake, family.metrics, &mut self.errors);
        Ok(())
    }

    fn finish(mut self) -> Scrape {
        for family in self.families.checked() {
            drop_duplicates(family, &mut self.errors);
        }
        self.families.into_scrape(self.errors)
    }
}

/// Adds the metrics of a family from any source.
fn add_metrics(family: &mut MetricFamily, metrics: Vec<Metric>, errors: &mut Vec<Error>) {
    for mut metric in metrics {
        let checked = match metric.value.kind() {
            kind if kind != family.kind => Err(Error::InconsistentType {
                metric: family.name.clone(),
                expected: family.kind.as_str(),
                got: kind.as_str(),
            }),
            _ => check_labels(&family.name, &mut metric),
        };
        match checked {
            Ok(()) => family.metrics.push(metric),
            Err(error) => errors.push(error),
        }
    }
}

/// Refuses a family whose help text or type differs from those of the existing one.
fn check_fits(namesake: &MetricFamily, family: &MetricFamily) -> Result<(), Error> {
    if namesake.help != family.help {
        return Err(Error::InconsistentHelp {
            metric: family.name.clone(),
            expected: namesake.help.clone(),
            got: family.help.clone(),
        });
    }
    if namesake.kind != family.kind {
        return Err(Error::InconsistentFamily {
            family: family.name.clone(),
            expected: namesake.kind.as_str(),
            got: family.kind.as_str(),
        });
    }
    Ok(())
}
