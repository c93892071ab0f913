use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::Registry;
use super::check::{Checked, panic_message};
use super::register::Registered;
use super::scrape::{Family, Scrape};
use crate::collector::Collector;
use crate::error::Error;
use crate::family::MetricFamily;
use crate::sink::Sink;

/// What was gathered: partial results are normal, so families and errors come together.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Gathered {
    /// Families fit to expose, sorted by name.
    pub families: Vec<MetricFamily>,
    /// What was left out, and why.
    pub errors: Vec<Error>,
}

impl Gathered {
    /// Makes a result of families and errors.
    #[must_use]
    pub fn new(families: Vec<MetricFamily>, errors: Vec<Error>) -> Self {
        Self { families, errors }
    }
}

/// Who can be scraped.
///
/// A [`Registry`] can; others may add to what one has, or take away from it.
/// It may be scraped by many threads at once.
pub trait Gatherer: Send + Sync {
    /// Does everything of a scrape that can fail, and returns what was found.
    ///
    /// Time passes while collectors collect: call it where it may block.
    fn scrape(&self) -> Scrape;

    /// Returns everything as plain data.
    fn gather(&self) -> Gathered {
        self.scrape().into_gathered()
    }

    /// Writes everything into `sink`, and returns what was left out.
    fn gather_into(&self, sink: &mut dyn Sink) -> Vec<Error> {
        let scrape = self.scrape();
        // The sink knows best that it had enough.
        let _ = scrape.write(sink);
        scrape.errors().to_vec()
    }
}

const _: Option<&dyn Gatherer> = None; // Stays usable as an object.

macro_rules! forward {
    ($pointer:ty) => {
        impl<T: Gatherer + ?Sized> Gatherer for $pointer {
            fn scrape(&self) -> Scrape {
                (**self).scrape()
            }
        }
    };
}

forward!(&T);
forward!(Arc<T>);
forward!(Box<T>);

impl Gatherer for Registry {
    fn scrape(&self) -> Scrape {
        let collectors = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state.collectors.clone()
        };
        // The lock is gone: from here on collectors may do as they like.
        let (trusted, others) = split(collectors);
        let mut checked = Checked::default();
        for (_, collector) in &trusted {
            checked.expect(collector.as_trusted());
        }
        let mut trusted: BTreeMap<String, Arc<dyn Collector>> = trusted.into_iter().collect();
        for other in &others {
            collect(other, &mut trusted, &mut checked);
        }
        let (families, errors) = checked.finish();
        let families = families.into_iter().map(Family::Checked);
        let trusted = trusted
            .into_iter()
            .map(|(name, collector)| Family::Trusted(name, collector));
        Scrape::new(families.chain(trusted).collect(), errors)
    }
}

/// Separates families that can be written as they are from collectors whose metrics must be checked.
///
/// A built-in instrument is of the latter as well if it shares its name with another.
fn split(collectors: Vec<Registered>) -> (Vec<(String, Arc<dyn Collector>)>, Vec<Registered>) {
    let name = |registered: &Registered| {
        registered
            .collector
            .as_trusted()
            .map(|family| family.desc().name().to_owned())
    };
    let mut sharing: BTreeMap<String, usize> = BTreeMap::new();
    for name in collectors.iter().filter_map(name) {
        *sharing.entry(name).or_default() += 1;
    }
    let (mut trusted, mut others) = (Vec::new(), Vec::new());
    for registered in collectors {
        match name(&registered) {
            Some(name) if sharing[&name] == 1 => trusted.push((name, registered.collector)),
            _ => others.push(registered),
        }
    }
    (trusted, others)
}

/// Collects from one collector into `checked`.
fn collect(
    registered: &Registered,
    trusted: &mut BTreeMap<String, Arc<dyn Collector>>,
    checked: &mut Checked,
) {
    let mut metrics = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        registered
            .collector
            .collect(&mut |metric| metrics.push(metric));
    }));
    for metric in metrics {
        // A family of the same name is not to be trusted with it: it has to be checked together with this metric.
        if let Some(namesake) = trusted.remove(metric.desc().name()) {
            namesake.collect(&mut |metric| checked.add(metric));
        }
        checked.add(metric);
    }
    if let Err(panic) = outcome {
        checked.fail(Error::CollectorPanic {
            collector: registered.names(),
            message: panic_message(&*panic),
        });
    }
}
