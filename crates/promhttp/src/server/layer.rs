use std::sync::Arc;

use promcore::{DynCounterVec, Gauge, ObserverVec};
use tower_layer::Layer;

use super::opts::{InstrumentHandlerOpts, Metrics};
use super::service::InstrumentedHandler;
use super::watch::Shared;
use crate::Error;
use crate::instrument::{Check, Labels, Stopwatch};

/// Measures the requests that a server handles: a tower layer around a service with any body types.
///
/// One layer can measure everything in one pass; see [`InstrumentHandlerOpts`].
/// The constructors other than [`new`](Self::new) make layers that measure one thing, by `code` and `method`.
///
/// # Labels
///
/// - `code` is the status of the response. Statuses outside 100–599 are `unknown`; a request without a response is `error` if the service failed, and `aborted` if it was cancelled, for example because the client disconnected.
/// - `method` is in lower case; methods other than the standard ones are `unknown`, since clients could invent any number. See [`extra_methods`](InstrumentHandlerOpts::extra_methods).
/// - Further labels are added by the options.
///
/// A vec may have more labels if they are curried.
///
/// # When
///
/// A request ends when its response body has ended or is dropped, or when it is cancelled before there is a response.
/// The gauge of requests in flight is then decremented, in every case, and everything but the time to the head is observed.
/// This is the moment at which a handler in Go returns, having written the body; a tower service returns earlier, and its body may take longer than all the rest.
/// As in Go, a request whose service panics is not observed.
///
/// A protocol upgrade ends the request, since what follows is not HTTP.
///
/// # Cost
///
/// Per request: a look-up in each vec with one update, and two clock reads if something is timed; no allocation and no lock, unless there are exemplars or a closure makes a `String`.
///
/// Follows `promhttp/instrument_server.go` of client_golang 1.24.1.
/// Unlike there, cancelled requests are observed too, and a request whose connection closes early does not stay in the gauge.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use promcore::{CounterVec, Gauge, HistogramVec};
/// use promhttp::{InstrumentHandler, InstrumentHandlerOpts};
///
/// let in_flight = Gauge::new("http_requests_in_flight", "Requests being served.")?;
/// let requests = CounterVec::new("http_requests_total", "Requests.", ["code", "method", "handler"])?;
/// let seconds = HistogramVec::new("http_request_seconds", "Time to answer.", ["method"])?;
///
/// let of_shop: CounterVec<2> = requests.curry_with([("handler", "shop")])?;
/// let opts = InstrumentHandlerOpts::new().in_flight(in_flight).counter(of_shop).duration(seconds);
/// let shop: Router = Router::new()
///     .route("/shop", get(|| async { "open" }))
///     .layer(InstrumentHandler::new(opts)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct InstrumentHandler<L = ()> {
    shared: Arc<Shared<L>>,
}

impl InstrumentHandler {
    /// Tracks the number of requests that are being served.
    #[doc(alias = "InstrumentHandlerInFlight")]
    #[must_use]
    pub fn in_flight(gauge: Gauge) -> Self {
        let mut shared = Shared {
            in_flight: Some(gauge),
            ..Shared::default()
        };
        shared.rules.stopwatch = Stopwatch::Off;
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Counts requests.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentHandlerCounter")]
    pub fn counter(vec: impl Into<DynCounterVec>) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().counter(vec))
    }

    /// Observes how long requests take, in seconds.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentHandlerDuration")]
    pub fn duration(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().duration(vec))
    }

    /// Observes the time until the head of the response is ready, in seconds.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentHandlerTimeToWriteHeader")]
    pub fn time_to_write_header(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().time_to_write_header(vec))
    }

    /// Observes the approximate size of requests, in bytes.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentHandlerRequestSize")]
    pub fn request_size(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().request_size(vec))
    }

    /// Observes the size of response bodies, in bytes.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentHandlerResponseSize")]
    pub fn response_size(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().response_size(vec))
    }
}

impl<L: Labels> InstrumentHandler<L> {
    /// Makes a layer that measures what `opts` say.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if a vec has a label that is neither `code` nor `method` nor added by the options; [`Error::UnknownLabel`] if the options add a label that no vec has.
    ///
    /// # Panics
    ///
    /// If labels that are followed by others return a number of [`names`](Labels::names) other than [`Labels::LEN`].
    #[track_caller]
    pub fn new(opts: InstrumentHandlerOpts<L>) -> Result<Self, Error> {
        let InstrumentHandlerOpts { metrics, mut rules } = opts;
        let Metrics {
            in_flight,
            counter,
            duration,
            time_to_write_header,
            request_size,
            response_size,
        } = metrics;
        let mut check = Check::new(rules.labels.names());
        let counter = check.counter(counter)?;
        let duration = check.observer(duration)?;
        let time_to_write_header = check.observer(time_to_write_header)?;
        let request_size = check.observer(request_size)?;
        let response_size = check.observer(response_size)?;
        check.done()?;
        if duration.is_none() && time_to_write_header.is_none() {
            rules.stopwatch = Stopwatch::Off;
        }
        let shared = Shared {
            in_flight,
            counter,
            duration,
            time_to_write_header,
            request_size,
            response_size,
            rules,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }
}

impl<S, L> Layer<S> for InstrumentHandler<L> {
    type Service = InstrumentedHandler<S, L>;

    fn layer(&self, service: S) -> Self::Service {
        InstrumentedHandler::new(service, Arc::clone(&self.shared))
    }
}

impl<L> Clone for InstrumentHandler<L> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}
