//! The options of client middleware.

use std::fmt;

use promcore::{DynCounterVec, Gauge, ObserverVec};

use crate::instrument::{Rules, rules_setters};

/// The options of an [`InstrumentClient`](crate::InstrumentClient): what it measures, and by which labels.
///
/// # Defaults
///
/// Nothing is measured; there are no labels beyond `code` and `method`, no extra methods and no exemplars; durations come from a monotonic clock.
///
/// # Examples
///
/// Counts calls by whether a cache answered them:
///
/// ```
/// use std::io;
///
/// use http::{Request, Response};
/// use promcore::CounterVec;
/// use promhttp::{InstrumentClient, InstrumentClientOpts};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let calls = CounterVec::new("calls_total", "Calls that were answered.", ["code", "cached"])?;
/// let opts = InstrumentClientOpts::new().counter(calls.clone()).label_from_response("cached", |response| {
///     if response.headers.contains_key("age") { "true" } else { "false" }
/// });
///
/// // In place of a real client.
/// let client = service_fn(|_: Request<String>| async {
///     Response::builder().header("age", "17").body(String::new()).map_err(io::Error::other)
/// });
/// let client = InstrumentClient::new(opts)?.layer(client);
/// client.oneshot(Request::new(String::new())).await?;
/// assert_eq!(calls.with(["200", "true"]).value(), 1.0);
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
#[must_use]
pub struct InstrumentClientOpts<L = ()> {
    pub(super) metrics: Metrics,
    pub(super) rules: Rules<L>,
}

/// What is measured.
#[derive(Default)]
pub(super) struct Metrics {
    pub(super) in_flight: Option<Gauge>,
    pub(super) counter: Option<DynCounterVec>,
    pub(super) duration: Option<Box<dyn ObserverVec>>,
    pub(super) errors: Option<DynCounterVec>,
}

impl InstrumentClientOpts {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<L> InstrumentClientOpts<L> {
    /// Tracks the number of calls that wait for the head of their response.
    #[doc(alias = "InstrumentRoundTripperInFlight")]
    pub fn in_flight(mut self, gauge: Gauge) -> Self {
        self.metrics.in_flight = Some(gauge);
        self
    }

    /// Counts calls that get a response.
    #[doc(alias = "InstrumentRoundTripperCounter")]
    pub fn counter(mut self, vec: impl Into<DynCounterVec>) -> Self {
        self.metrics.counter = Some(vec.into());
        self
    }

    /// Observes the time until the head of the response arrives, in seconds.
    #[doc(alias = "InstrumentRoundTripperDuration")]
    pub fn duration(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.duration = Some(Box::new(vec));
        self
    }

    /// Counts calls that get no response, which Go ignores; the label `code` holds the kind of error.
    ///
    /// A call that is dropped before its response, for example after a timeout of the caller, is `aborted`.
    /// The other kinds are those of [`IoErrorKind`](crate::IoErrorKind), or of the closure passed to [`InstrumentClient::error_kind`](crate::InstrumentClient::error_kind).
    pub fn errors(mut self, vec: impl Into<DynCounterVec>) -> Self {
        self.metrics.errors = Some(vec.into());
        self
    }
}

rules_setters!(InstrumentClientOpts);

impl<L: fmt::Debug> fmt::Debug for InstrumentClientOpts<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metrics = &self.metrics;
        let duration = metrics.duration.as_ref().map(|vec| vec.desc().clone());
        f.debug_struct("InstrumentClientOpts")
            .field("in_flight", &metrics.in_flight)
            .field("counter", &metrics.counter)
            .field("duration", &duration)
            .field("errors", &metrics.errors)
            .field("rules", &self.rules)
            .finish()
    }
}
