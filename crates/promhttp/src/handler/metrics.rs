//! The handler's own metrics, registered once and then shared.

use std::sync::Arc;

use promcore::{Collector, CounterVec, Error, Gauge, Registerer};

/// Registers `collector`, or returns the one of the same type that is already registered.
pub(crate) fn register_or_reuse<C: Collector + Clone>(
    registry: &dyn Registerer,
    collector: C,
) -> Result<C, Error> {
    match registry.register_shared(Arc::new(collector.clone())) {
        Ok(()) => Ok(collector),
        Err(Error::AlreadyRegistered(there)) => match there.existing_as::<C>() {
            Some(existing) => Ok(existing.clone()),
            None => Err(Error::AlreadyRegistered(there)),
        },
        Err(error) => Err(error),
    }
}

/// Registers the process collector if the system supports it and none is registered yet.
#[cfg(feature = "process")]
pub(crate) fn register_process(registry: &promcore::Registry) {
    use promcollectors::{ProcessCollector, ProcessCollectorOpts};

    // Process metrics are optional: failing to register them must not stop the handler.
    if let Ok(process) = ProcessCollector::new(ProcessCollectorOpts::new()) {
        let _ = registry.register(process);
    }
}

/// Counts errors by cause.
#[derive(Debug, Clone)]
pub(crate) struct ErrorCounter(CounterVec<1>);

impl ErrorCounter {
    pub(crate) fn register(registry: &dyn Registerer) -> Result<Self, Error> {
        let errors = CounterVec::new(
            "promhttp_metric_handler_errors_total",
            "Total number of internal errors encountered by the promhttp metric handler.",
            ["cause"],
        )?;
        let errors = register_or_reuse(registry, errors)?;
        for cause in ["gathering", "encoding"] {
            errors.with([cause]);
        }
        Ok(Self(errors))
    }

    pub(crate) fn gathering(&self) {
        self.0.with(["gathering"]).inc();
    }

    pub(crate) fn encoding(&self) {
        self.0.with(["encoding"]).inc();
    }
}

/// Counts scrapes by status, and tracks those in flight.
#[derive(Debug, Clone)]
pub(crate) struct RequestMetrics {
    in_flight: Gauge,
    requests: CounterVec<1>,
}

impl RequestMetrics {
    pub(crate) fn register(registry: &dyn Registerer) -> Result<Self, Error> {
        let requests = CounterVec::new(
            "promhttp_metric_handler_requests_total",
            "Total number of scrapes by HTTP status code.",
            ["code"],
        )?;
        let requests = register_or_reuse(registry, requests)?;
        for code in ["200", "500", "503"] {
            requests.with([code]);
        }
        let in_flight = Gauge::new(
            "promhttp_metric_handler_requests_in_flight",
            "Current number of scrapes being served.",
        )?;
        let in_flight = register_or_reuse(registry, in_flight)?;
        Ok(Self {
            in_flight,
            requests,
        })
    }

    /// Notes the start of a scrape, which ends when the result is dropped.
    pub(crate) fn start(&self) -> InFlight {
        self.in_flight.inc();
        InFlight {
            metrics: self.clone(),
            code: None,
        }
    }

    fn count(&self, code: http::StatusCode) {
        match code.as_u16() {
            100..=599 => self.requests.with([code.as_str()]).inc(),
            _ => self.requests.with(["unknown"]).inc(),
        }
    }
}

/// A scrape in progress. Dropping it decrements the gauge, even if the client has disconnected.
#[derive(Debug)]
pub(crate) struct InFlight {
    metrics: RequestMetrics,
    code: Option<http::StatusCode>,
}

impl InFlight {
    /// Notes the status, which is counted at the end; a scrape without one is not counted.
    pub(crate) fn answered(&mut self, code: http::StatusCode) {
        self.code = Some(code);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
        if let Some(code) = self.code {
            self.metrics.count(code);
        }
    }
}
