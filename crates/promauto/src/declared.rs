//! Metrics in statics.

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use promcore::__private::Declaration;
use promcore::{Collector, Error, Observer, Registry, default_registry};

/// The type of a static that [`metrics!`](crate::metrics) declares; it dereferences to the metric.
///
/// Once the metric is made, an access costs a load and a branch.
///
/// It is an [`Observer`] if its metric is; elsewhere, pass `&*NAME`, or a clone of it to keep.
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
    /// The result of making and registering it.
    outcome: OnceLock<Result<(), Error>>,
    make: fn() -> Result<T, Error>,
    name: &'static str,
    file: &'static str,
    line: u32,
}

thread_local! {
    /// The addresses of the metrics that this thread is making, each needed by the one before.
    static MAKING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl<T> Declared<T> {
    /// Declares a metric with the path of its static, its file and line, and its constructor.
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
    /// Makes the metric on the first access.
    #[cold]
    #[track_caller]
    fn first(&self) -> &T {
        // The default registry registers all declarations on systems where it can find them.
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
        // Not set before: this runs once.
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

/// Marks a metric as being made, until it is dropped.
struct Making;

impl Making {
    /// Starts to make a metric; returns `None` if that needs the metric itself, which would never end.
    fn start<T>(declared: &Declared<T>) -> Option<Self> {
        let address = std::ptr::from_ref(declared).addr();
        let start = |all: &RefCell<Vec<usize>>| {
            let is_new = !all.borrow().contains(&address);
            if is_new {
                all.borrow_mut().push(address);
            }
            is_new
        };
        // The thread local is gone when the thread is ending.
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

    /// As on systems where declarations are not collected: this static is not among them.
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
