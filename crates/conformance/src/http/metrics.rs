//! The handler of metrics, with its options.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use promcore::{Gatherer, Registerer, Timestamp};
use promhttp::{Compression, Error, ErrorHandling, HandlerOpts};

use super::answer;
use super::gatherer::{Gate, Slow, Told, Whole};
use super::service::Handler;
use crate::corpus;

/// A handler of metrics, with its test state.
#[derive(Clone)]
pub(crate) struct MetricsHandler {
    pub(crate) handler: Handler,
    log: Arc<Mutex<Vec<String>>>,
    /// Blocks another request.
    gate: Option<Gate>,
    whole: Whole,
    units: Option<Arc<AtomicBool>>,
    /// Whether Go panics where we respond with an error.
    pub(crate) panics: bool,
    /// Whether an encoding is offered that we do not support.
    pub(crate) offers_unknown: bool,
}

impl MetricsHandler {
    /// Makes a handler; `is_merged` means that the gatherer merges others.
    pub(crate) fn new(
        gatherer: Arc<dyn Gatherer>,
        is_merged: bool,
        registry: Option<Arc<dyn Registerer>>,
        opts: &corpus::HandlerOpts,
    ) -> Result<Self, Error> {
        let log = Arc::<Mutex<Vec<String>>>::default();
        let gate = opts.busy_gatherer.then(Gate::default);
        let whole = Whole::new(opts.error_handling.as_deref() == Some("continue"));
        let units = is_merged.then(Arc::default);
        let gatherer = Slow {
            gatherer,
            delay: Duration::from_millis(opts.slow_gatherer_ms),
            gate: gate.clone(),
            whole: whole.clone(),
            units: units.clone(),
        };
        let lines = Arc::clone(&log);
        let mut options = options(opts);
        if opts.error_log {
            options = options.error_log(move |line| locked(&lines).push(line.to_owned()));
        }
        if let Some(registry) = registry {
            options = options.registry(&registry);
        }
        let handler = promhttp::handler_for(gatherer, options)?;
        let offered = opts.offered_compressions.iter();
        Ok(Self {
            handler: Handler::new(handler),
            log,
            gate,
            whole,
            units,
            panics: opts.error_handling.as_deref() == Some("panic"),
            offers_unknown: offered.into_iter().any(|name| compression(name).is_none()),
        })
    }

    /// Returns the log since the last call.
    pub(crate) fn log(&self) -> Vec<String> {
        mem::take(&mut *locked(&self.log))
    }

    /// Returns which errors the last response had, and resets it.
    pub(crate) fn told(&self) -> Told {
        self.whole.replace(Told::IfThere)
    }

    /// The rule `unit-kept`: reports whether units that Go loses were dropped since the last call.
    pub(crate) fn lost_units(&self) -> bool {
        let lost = self.units.as_ref();
        lost.is_some_and(|lost| lost.swap(false, Ordering::Relaxed))
    }

    /// Runs `work` while requests for some families always or never get the errors of others.
    pub(crate) fn while_told<T>(&self, told: Told, work: impl FnOnce() -> T) -> T {
        self.whole.replace(told);
        let done = work();
        self.whole.replace(Told::IfThere);
        done
    }

    /// Runs `work` while another request to `handler`, which wraps this one, is gathering, if the options say so.
    pub(crate) fn while_busy<T>(&self, handler: &Handler, work: impl FnOnce() -> T) -> T {
        let Some(gate) = &self.gate else {
            return work();
        };
        let other = handler.clone();
        let other = thread::spawn(move || answer::send(&other, http::Request::default()));
        gate.wait_for_the_first();
        let done = work();
        gate.open();
        // Its result does not matter.
        let _ = other.join();
        done
    }
}

impl std::fmt::Debug for MetricsHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsHandler").finish_non_exhaustive()
    }
}

fn options(opts: &corpus::HandlerOpts) -> HandlerOpts {
    let mut options = HandlerOpts::new()
        .coalesce_gather(opts.coalesce_gather)
        .open_metrics(opts.enable_open_metrics)
        .open_metrics_created_samples(opts.enable_open_metrics_text_created_samples)
        .max_requests_in_flight(opts.max_requests_in_flight.try_into().unwrap_or(0))
        .timeout(Duration::from_millis(
            opts.timeout_ms.try_into().unwrap_or(0),
        ));
    if opts.error_handling.as_deref() == Some("continue") {
        options = options.error_handling(ErrorHandling::ContinueOnError);
    }
    if let Some(millis) = opts.process_start_time_ms {
        options = options.process_start_time(Timestamp::from_unix_nanos(millis * 1_000_000));
    }
    // As in Go, an empty list means the default compressions.
    if opts.disable_compression {
        options.offered_compressions([])
    } else if opts.offered_compressions.is_empty() {
        options
    } else {
        let offered = opts.offered_compressions.iter();
        options.offered_compressions(offered.filter_map(|name| compression(name)))
    }
}

fn compression(name: &str) -> Option<Compression> {
    let mut all = Compression::ALL.iter().copied();
    all.find(|it| it.as_str() == name)
}

fn locked(log: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
