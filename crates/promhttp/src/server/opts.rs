//! What is measured of the requests to a server.

use std::fmt;

use promcore::{DynCounterVec, Gauge, ObserverVec};

use crate::instrument::{Rules, rules_setters};

/// Says what an [`InstrumentHandler`](crate::InstrumentHandler) measures, and by which labels.
///
/// The metrics are the program's: it names, registers and curries them, and chooses buckets.
/// Labels may be `code` and `method`, in any order, and those that are added here.
///
/// # Defaults
///
/// Nothing is measured; there are no labels beyond `code` and `method`, no extra methods and no exemplars; durations go by a clock that only goes forward.
#[derive(Default)]
#[must_use]
pub struct InstrumentHandlerOpts<L = ()> {
    pub(super) metrics: Metrics,
    pub(super) rules: Rules<L>,
}

/// What is measured.
#[derive(Default)]
pub(super) struct Metrics {
    pub(super) in_flight: Option<Gauge>,
    pub(super) counter: Option<DynCounterVec>,
    pub(super) duration: Option<Box<dyn ObserverVec>>,
    pub(super) time_to_write_header: Option<Box<dyn ObserverVec>>,
    pub(super) request_size: Option<Box<dyn ObserverVec>>,
    pub(super) response_size: Option<Box<dyn ObserverVec>>,
}

impl InstrumentHandlerOpts {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<L> InstrumentHandlerOpts<L> {
    /// Tells how many requests are being served: from their call until their response body has ended or is dropped, or until they are given up.
    #[doc(alias = "InstrumentHandlerInFlight")]
    pub fn in_flight(mut self, gauge: Gauge) -> Self {
        self.metrics.in_flight = Some(gauge);
        self
    }

    /// Counts requests when they have ended.
    #[doc(alias = "InstrumentHandlerCounter")]
    pub fn counter(mut self, vec: impl Into<DynCounterVec>) -> Self {
        self.metrics.counter = Some(vec.into());
        self
    }

    /// Observes how long requests take until their response body has ended, in seconds.
    #[doc(alias = "InstrumentHandlerDuration")]
    pub fn duration(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.duration = Some(Box::new(vec));
        self
    }

    /// Observes how long it takes until there is the head of a response, in seconds.
    #[doc(alias = "InstrumentHandlerTimeToWriteHeader")]
    pub fn time_to_write_header(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.time_to_write_header = Some(Box::new(vec));
        self
    }

    /// Observes the approximate size of requests, in bytes: what the head has, and the body as long as it is said to be.
    #[doc(alias = "InstrumentHandlerRequestSize")]
    pub fn request_size(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.request_size = Some(Box::new(vec));
        self
    }

    /// Observes the size of response bodies, in bytes: what the server took of them, before any encoding further out.
    #[doc(alias = "InstrumentHandlerResponseSize")]
    pub fn response_size(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.response_size = Some(Box::new(vec));
        self
    }
}

rules_setters!(InstrumentHandlerOpts);

impl<L: fmt::Debug> fmt::Debug for InstrumentHandlerOpts<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metrics = &self.metrics;
        let name = |vec: &Option<Box<dyn ObserverVec>>| vec.as_ref().map(|vec| vec.desc().clone());
        f.debug_struct("InstrumentHandlerOpts")
            .field("in_flight", &metrics.in_flight)
            .field("counter", &metrics.counter)
            .field("duration", &name(&metrics.duration))
            .field("time_to_write_header", &name(&metrics.time_to_write_header))
            .field("request_size", &name(&metrics.request_size))
            .field("response_size", &name(&metrics.response_size))
            .field("rules", &self.rules)
            .finish()
    }
}
