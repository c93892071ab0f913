use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::Registry;
use super::check::Checked;
use super::collect::collect_each;
use super::families::Family;
use super::group::open_groups;
use super::opts::ScrapeOpts;
use super::plan::Plan;
use super::scrape::Scrape;
use crate::error::Error;
use crate::family::MetricFamily;
use crate::sink::Sink;

/// The result of gathering; partial results are normal, so there may be both families and errors.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Desc, DescOpts, Gatherer, Registry, collector_fn};
///
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// let desc = Desc::new(DescOpts::new("sensor_celsius", "Temperature."))?;
/// registry.register(collector_fn(vec![desc], |_| panic!("no sensor")))?;
///
/// let gathered = registry.gather();
/// assert_eq!(gathered.families[0].name, "jobs_total"); // It does not suffer from the other.
/// let message = r#"collector of ["sensor_celsius"] panicked: no sensor"#;
/// assert_eq!(gathered.errors[0].to_string(), message);
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Gathered {
    /// The families to expose, sorted by name.
    pub families: Vec<MetricFamily>,
    /// What was left out, and why.
    pub errors: Vec<Error>,
}

impl Gathered {
    /// Makes a result from families and errors.
    #[must_use]
    pub fn new(families: Vec<MetricFamily>, errors: Vec<Error>) -> Self {
        Self { families, errors }
    }
}

/// Provides metrics to scrape.
///
/// A [`Registry`] is a gatherer; others may add to or remove from the result of another gatherer.
/// It may be scraped by many threads concurrently.
///
/// # Examples
///
/// A gatherer that is empty until the program is ready; see [`gatherer_fn`] for closures.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use promcore::{Counter, Gathered, Gatherer, Registry, Scrape};
///
/// struct OnceReady {
///     registry: Registry,
///     is_ready: AtomicBool,
/// }
///
/// impl Gatherer for OnceReady {
///     fn scrape(&self) -> Scrape {
///         match self.is_ready.load(Ordering::Acquire) {
///             true => self.registry.scrape(),
///             false => Gathered::default().into(),
///         }
///     }
/// }
///
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// let gatherer = OnceReady { registry, is_ready: AtomicBool::new(false) };
/// assert!(gatherer.gather().families.is_empty());
/// gatherer.is_ready.store(true, Ordering::Release);
/// assert_eq!(gatherer.gather().families.len(), 1);
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait Gatherer: Send + Sync {
    /// Performs everything in a scrape that can fail, and returns the result for writing.
    ///
    /// This waits for collectors: call it where blocking is allowed.
    fn scrape(&self) -> Scrape;

    /// Scrapes with options.
    ///
    /// By default this performs a whole [`scrape`](Self::scrape), ignores the deadline, and drops the families that were not requested.
    ///
    /// A [`Registry`] returns in time: collectors that are late are missing and are reported as [`Error::CollectorTimeout`].
    /// They keep running, and no scrape with a deadline starts them again before they finish.
    /// Such a scrape waits for them until its deadline, unless they have already been running for longer than that wait, and then reports [`Error::CollectorBusy`].
    /// Collectors that only describe other families are not called, so metrics that a collector did not describe are missing as well.
    fn scrape_with(&self, opts: &ScrapeOpts) -> Scrape {
        self.scrape().only(opts)
    }

    /// Returns all metrics as plain data.
    fn gather(&self) -> Gathered {
        self.scrape().into_gathered()
    }

    /// Writes all metrics to `sink`, and returns what was left out.
    #[must_use = "families may have been left out"]
    fn gather_into(&self, sink: &mut dyn Sink) -> Vec<Error> {
        let scrape = self.scrape().fit(&sink.demands());
        // The sink itself knows that it broke off.
        let _ = scrape.write(sink);
        scrape.errors().to_vec()
    }
}

const _: Option<&dyn Gatherer> = None; // Must stay object safe.

macro_rules! forward {
    ($pointer:ty) => {
        impl<T: Gatherer + ?Sized> Gatherer for $pointer {
            fn scrape(&self) -> Scrape {
                (**self).scrape()
            }

            fn scrape_with(&self, opts: &ScrapeOpts) -> Scrape {
                (**self).scrape_with(opts)
            }
        }
    };
}

forward!(&T);
forward!(Arc<T>);
forward!(Box<T>);

impl Gatherer for Registry {
    /// Checks instruments first, then the metrics of other collectors, each in the order of registration.
    ///
    /// Slow collectors run in parallel.
    fn scrape(&self) -> Scrape {
        self.scrape_with(&ScrapeOpts::new())
    }

    fn scrape_with(&self, opts: &ScrapeOpts) -> Scrape {
        // The plan is used without the lock, so that collectors may use the registry.
        let plan = self.plan().only(opts);
        let mut checked = Checked::new(Arc::clone(&plan));
        for instrument in &plan.related {
            checked.trust(Family::Trusted(Arc::clone(instrument)));
        }
        let mut others = Cow::Borrowed(&plan.others);
        if !plan.groups.is_empty() {
            open_groups(
                &plan,
                opts,
                &mut vec![self.address()],
                &mut checked,
                others.to_mut(),
            );
        }
        collect_each(&others, opts.deadline, |collector, outcome| {
            // Unchecked collectors need not describe their metrics.
            let described = plan.described.as_ref();
            let described = described.filter(|_| !collector.is_unchecked());
            match outcome {
                Ok(metrics) => {
                    for metric in metrics {
                        checked.add(metric, described);
                    }
                }
                Err(error) => checked.fail(error),
            }
        });
        checked.finish().only(opts)
    }
}

impl Registry {
    /// Returns the plan of a scrape.
    pub(super) fn plan(&self) -> Arc<Plan> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = &state.plan {
            return Arc::clone(plan);
        }
        drop(state);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.plan()
    }
}

/// Makes a gatherer from a closure that returns a [`Scrape`] or [`Gathered`].
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Gathered, Gatherer, Registry, gatherer_fn};
///
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// registry.register(Counter::new("secrets_total", "Secrets told.")?)?;
///
/// let discreet = gatherer_fn(move || {
///     let Gathered { mut families, errors, .. } = registry.gather();
///     families.retain(|family| family.name != "secrets_total");
///     Gathered::new(families, errors)
/// });
/// assert_eq!(discreet.gather().families.len(), 1);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "GathererFunc")]
pub fn gatherer_fn<F, S>(scrape: F) -> GathererFn<F>
where
    F: Fn() -> S + Send + Sync,
    S: Into<Scrape>,
{
    GathererFn { scrape }
}

/// A closure as a [`Gatherer`]; see [`gatherer_fn`].
pub struct GathererFn<F> {
    scrape: F,
}

impl<F> fmt::Debug for GathererFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GathererFn").finish_non_exhaustive()
    }
}

impl<F, S> Gatherer for GathererFn<F>
where
    F: Fn() -> S + Send + Sync,
    S: Into<Scrape>,
{
    fn scrape(&self) -> Scrape {
        (self.scrape)().into()
    }
}

/// Returns the message of a panic.
pub(super) fn panic_message(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("something other than text").to_owned();
    // Dropping the payload is user code, too: if it panics, the second payload is leaked.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        Box::leak(again);
    }
    text
}
