//! Statics that are metrics.

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use promcore::__private::Declaration;
use promcore::{Collector, Error, Observer, Registry, default_registry};

/// A metric that [`metrics!`](crate::metrics) declares; it dereferences to the metric.
///
/// Once the metric is there, getting it takes a load and a branch.
///
/// It may be passed as an [`Observer`] where its metric may; elsewhere `&*NAME` is the metric itself, and a clone of that is a handle to keep.
///
/// # Examples
///
/// ```standalone_crate
/// use promcore::{Counter, Histogram, Timer};
///
/// promauto::metrics! {
///     /// Jobs that are done.
///     static JOBS: Counter = "jobs_total";
///     /// Time that a job takes.
///     static TOOK: Histogram = "job_duration_seconds";
/// }
///
/// fn count(jobs: &Counter) {
///     jobs.inc();
/// }
///
/// let timer = Timer::new(&TOOK);
/// count(&JOBS);
/// timer.observe_duration();
/// assert_eq!((JOBS.value(), TOOK.snapshot().count), (1.0, 1));
/// ```
pub struct Declared<T: 'static> {
    metric: OnceLock<T>,
    /// What came of making and registering it.
    outcome: OnceLock<Result<(), Error>>,
    make: fn() -> Result<T, Error>,
    name: &'static str,
    file: &'static str,
    line: u32,
}

thread_local! {
    /// The metrics that this thread is making, each for the one before, by their addresses.
    static MAKING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl<T> Declared<T> {
    /// Declares a metric: the path of its static, its place, and what makes it.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        (file, line): (&'static str, u32),
        make: fn() -> Result<T, Error>,
    ) -> Self {
        Self {
            metric: OnceLock::new(),
            outcome: OnceLock::new(),
            make,
            name,
            file,
            line,
        }
    }
}

impl<T: Collector + Clone> Declared<T> {
    /// Makes the metric, which nobody has touched before.
    #[cold]
    #[track_caller]
    fn first(&self) -> &T {
        // This registers everything that is declared, on systems where that can be found.
        let outcome = self.register(default_registry());
        match (self.metric.get(), outcome) {
            (Some(metric), _) => metric,
            (None, Err(error)) => panic!("the metric of {}: {}", self.place(), error.with_causes()),
            (None, Ok(())) => unreachable!("what was registered has been made"),
        }
    }

    fn make(&self, registry: &Registry) -> Result<(), Error> {
        let metric = (self.make)()?;
        registry.register(metric.clone())?;
        // Nobody else sets it.
        let _ = self.metric.set(metric);
        Ok(())
    }
}

impl<T: Collector + Clone> Declaration for Declared<T> {
    fn place(&self) -> String {
        format!("static {} ({}:{})", self.name, self.file, self.line)
    }

    fn register(&self, registry: &Registry) -> Result<(), Error> {
        if let Some(outcome) = self.outcome.get() {
            return outcome.clone();
        }
        let Some(_making) = Making::start(self) else {
            return Err(Error::custom("it is made of itself"));
        };
        let outcome = self.outcome.get_or_init(|| self.make(registry));
        outcome.clone()
    }
}

impl<T: Collector + Clone> Deref for Declared<T> {
    type Target = T;

    #[inline]
    #[track_caller]
    fn deref(&self) -> &T {
        match self.metric.get() {
            Some(metric) => metric,
            None => self.first(),
        }
    }
}

impl<T: Collector + Clone + Observer> Observer for Declared<T> {
    fn observe(&self, value: f64) {
        (**self).observe(value);
    }
}

impl<T> fmt::Debug for Declared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Declared").field(&self.name).finish()
    }
}

/// A metric that is being made, until it is dropped.
struct Making;

impl Making {
    /// Starts to make a metric, unless that is for the sake of the metric itself, which would never end.
    fn start<T>(declared: &Declared<T>) -> Option<Self> {
        let address = std::ptr::from_ref(declared).addr();
        let start = |all: &RefCell<Vec<usize>>| {
            let is_new = !all.borrow().contains(&address);
            if is_new {
                all.borrow_mut().push(address);
            }
            is_new
        };
        // A thread that is ending has forgotten what it makes.
        let is_new = MAKING.try_with(start).unwrap_or(true);
        is_new.then_some(Self)
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let _ = MAKING.try_with(|all| all.borrow_mut().pop());
    }
}

#[cfg(test)]
mod tests {
    use promcore::{Counter, Gatherer};

    use super::*;

    /// As on systems where nobody brings the declarations together: it is none of those.
    #[test]
    fn a_static_that_nobody_knows_of_is_registered_when_it_is_touched() {
        static ALONE: Declared<Counter> = Declared::new("ALONE", (file!(), line!()), || {
            Counter::new("alone_total", "Alone.")
        });
        assert!(default_registry().gather().families.is_empty());
        ALONE.inc();
        ALONE.inc();
        assert_eq!(default_registry().gather().families[0].name, "alone_total");
        assert_eq!(ALONE.value(), 2.0);
    }
}
