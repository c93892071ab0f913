//! The options of server middleware.

use std::fmt;

use promcore::{DynCounterVec, Gauge, ObserverVec};

use crate::instrument::{Rules, rules_setters};

/// The options of an [`InstrumentHandler`](crate::InstrumentHandler): what it measures, and by which labels.
///
/// The program makes and registers the metrics, and chooses their names and buckets.
/// Their labels may be `code` and `method`, in any order, and those that are added here.
///
/// # Defaults
///
/// Nothing is measured; there are no labels beyond `code` and `method`, no extra methods and no exemplars; durations come from a monotonic clock.
///
/// # Examples
///
/// Counts requests by kind of client, with trace IDs as exemplars:
///
/// ```
/// use std::convert::Infallible;
///
/// use http::{Request, Response};
/// use promcore::{CounterVec, HistogramVec};
/// use promhttp::{InstrumentHandler, InstrumentHandlerOpts};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let requests = CounterVec::new("requests_total", "Requests.", ["code", "method", "client"])?;
/// let sizes = HistogramVec::new("response_size_bytes", "Size of responses.", ["code"])?;
/// let opts = InstrumentHandlerOpts::new()
///     .counter(requests.clone())
///     .response_size(sizes)
///     .extra_methods(["PURGE"])
///     .label_from_request("client", |request| {
///         if request.headers.contains_key("x-app-version") { "app" } else { "browser" }
///     })
///     .exemplar_from_request(|request| {
///         let trace = request.headers.get("x-trace-id")?.to_str().ok()?;
///         Some([("trace_id", trace.to_owned())])
///     });
///
/// let hello = service_fn(|_: Request<String>| async {
///     Ok::<_, Infallible>(Response::new("hello".to_owned()))
/// });
/// let service = InstrumentHandler::new(opts)?.layer(hello);
/// let request = Request::builder().method("PURGE").header("x-app-version", "7");
/// drop(service.oneshot(request.body(String::new())?).await?);
/// assert_eq!(requests.with(["200", "purge", "app"]).value(), 1.0);
/// # Ok(())
/// # }
/// ```
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
    /// Tracks the number of requests that are being served: from the call until the response body has ended or is dropped, or until the request is cancelled.
    #[doc(alias = "InstrumentHandlerInFlight")]
    pub fn in_flight(mut self, gauge: Gauge) -> Self {
        self.metrics.in_flight = Some(gauge);
        self
    }

    /// Counts requests when they end.
    #[doc(alias = "InstrumentHandlerCounter")]
    pub fn counter(mut self, vec: impl Into<DynCounterVec>) -> Self {
        self.metrics.counter = Some(vec.into());
        self
    }

    /// Observes the time until the response body has ended, in seconds.
    #[doc(alias = "InstrumentHandlerDuration")]
    pub fn duration(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.duration = Some(Box::new(vec));
        self
    }

    /// Observes the time until the head of the response is ready, in seconds.
    #[doc(alias = "InstrumentHandlerTimeToWriteHeader")]
    pub fn time_to_write_header(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.time_to_write_header = Some(Box::new(vec));
        self
    }

    /// Observes the approximate size of requests, in bytes: the head, and the announced length of the body.
    #[doc(alias = "InstrumentHandlerRequestSize")]
    pub fn request_size(mut self, vec: impl ObserverVec + 'static) -> Self {
        self.metrics.request_size = Some(Box::new(vec));
        self
    }

    /// Observes the size of response bodies, in bytes: what was read from this layer, before any compression in outer layers.
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
