use std::sync::Arc;

use promcore::{DynCounterVec, Gauge, ObserverVec};
use tower_layer::Layer;

use super::opts::{InstrumentHandlerOpts, Metrics};
use super::service::InstrumentedHandler;
use super::watch::Shared;
use crate::Error;
use crate::instrument::{Check, Labels, Stopwatch};

/// Measures the requests that a server answers: a tower layer around a service of any kind of bodies.
///
/// One layer can measure everything there is, in one pass; see [`InstrumentHandlerOpts`].
/// The constructors other than [`new`](Self::new) are for layers that measure one thing, by `code` and `method`.
///
/// # Labels
///
/// - `code` is the status of the response. Statuses outside 100–599 are `unknown`; a request without a response is `error` if the service failed, and `aborted` if it was given up, as when the client hung up.
/// - `method` is in lower case; methods that are not known are `unknown`, since a client could make up any number. See [`extra_methods`](InstrumentHandlerOpts::extra_methods).
/// - Others are what the options say they are.
///
/// A vec whose other labels are curried may be given as well.
///
/// # When
///
/// A request ends when its response body has ended or is dropped, or when it is given up before there was a response.
/// The gauge of requests in flight goes down then, whatever happens; everything else is observed then, but for the time to the head.
/// In Go, a handler returns when it has written the body, which is the same moment: a service here returns before, and its body may take longer than all the rest.
/// Like there, a request whose service panics is not observed.
///
/// A protocol upgrade ends the request: what follows is not HTTP.
///
/// # Cost
///
/// A look-up for each vec, one more load and store each, and two looks at the clock if something is timed; no allocation and no lock, unless there are exemplars, or a closure makes a `String`.
///
/// Follows `promhttp/instrument_server.go` of client_golang 1.24.1.
/// Unlike there, requests that are given up are observed too, and a request that is closed early does not stay in the gauge.
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
    /// Tells how many requests are being served.
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
    /// [`Error::UnfilledLabel`] if the vec has other labels than `code` and `method`.
    #[doc(alias = "InstrumentHandlerCounter")]
    pub fn counter(vec: impl Into<DynCounterVec>) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().counter(vec))
    }

    /// Observes how long requests take, in seconds.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has other labels than `code` and `method`.
    #[doc(alias = "InstrumentHandlerDuration")]
    pub fn duration(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().duration(vec))
    }

    /// Observes how long it takes until there is the head of a response, in seconds.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has other labels than `code` and `method`.
    #[doc(alias = "InstrumentHandlerTimeToWriteHeader")]
    pub fn time_to_write_header(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().time_to_write_header(vec))
    }

    /// Observes the approximate size of requests, in bytes.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has other labels than `code` and `method`.
    #[doc(alias = "InstrumentHandlerRequestSize")]
    pub fn request_size(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().request_size(vec))
    }

    /// Observes the size of response bodies, in bytes.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has other labels than `code` and `method`.
    #[doc(alias = "InstrumentHandlerResponseSize")]
    pub fn response_size(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentHandlerOpts::new().response_size(vec))
    }
}

impl<L: Labels> InstrumentHandler<L> {
    /// Measures what the options say.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if a vec has a label that is neither `code` nor `method` nor among those of the options; [`Error::UnknownLabel`] if no vec has a label that the options give values for.
    ///
    /// # Panics
    ///
    /// If labels that others follow are not as many as [`Labels::LEN`] says.
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
