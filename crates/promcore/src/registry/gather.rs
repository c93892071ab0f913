use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::Registry;
use super::check::{Checked, panic_message};
use super::register::Registered;
use super::scrape::Scrape;
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
    /// Checks instruments first, then what other collectors send, each in the order of their registration.
    fn scrape(&self) -> Scrape {
        let collectors = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state.collectors.clone()
        };
        // The lock is gone: from here on collectors may do as they like.
        let mut checked = Checked::default();
        let mut others = Vec::new();
        for registered in &collectors {
            match registered.collector.as_trusted() {
                Some(family) => checked.trust(&registered.collector, family),
                None => others.push(registered),
            }
        }
        for other in others {
            collect(other, &mut checked);
        }
        checked.finish()
    }
}

/// Collects from one collector into `checked`.
fn collect(registered: &Registered, checked: &mut Checked) {
    let mut metrics = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        registered
            .collector
            .collect(&mut |metric| metrics.push(metric));
    }));
    match outcome {
        Ok(()) => metrics.into_iter().for_each(|metric| checked.add(metric)),
        // What it sent before is half of the truth, so that it goes too.
        Err(panic) => checked.fail(Error::CollectorPanic {
            collector: registered.names(),
            message: panic_message(&*panic),
        }),
    }
}
