use std::sync::Arc;

use promcore::{DynCounterVec, Gauge, ObserverVec};
use tower_layer::Layer;

use super::call::Shared;
use super::error_kind::IoErrorKind;
use super::opts::{InstrumentClientOpts, Metrics};
use super::service::InstrumentedClient;
use crate::Error;
use crate::instrument::{Check, Labels, Stopwatch};

/// Measures the calls of a client: a tower layer around any service that takes HTTP requests.
///
/// Labels work as in [`InstrumentHandler`](crate::InstrumentHandler).
///
/// A call ends with the head of its response, as in Go; the response body is passed to the caller unchanged.
/// Calls without a response, which Go ignores, can be counted; see [`errors`](InstrumentClientOpts::errors).
/// If the service panics, the call leaves the gauge and is not observed.
///
/// For the parts of a call, such as connecting, see [`InstrumentPhase`](crate::InstrumentPhase).
///
/// Follows `promhttp/instrument_client.go` of client_golang 1.24.1.
///
/// # Examples
///
/// With the client of `hyper-util`:
///
/// ```
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use promcore::{CounterVec, HistogramVec};
/// use promhttp::{InstrumentClient, InstrumentClientOpts};
/// use tower_layer::Layer;
///
/// let calls = CounterVec::new("calls_total", "Calls that were answered.", ["code", "method"])?;
/// let errors = CounterVec::new("call_errors_total", "Calls that were not.", ["code"])?;
/// let seconds = HistogramVec::new("call_seconds", "Time to the answer.", ["method"])?;
///
/// let opts = InstrumentClientOpts::new().counter(calls).errors(errors).duration(seconds);
/// let client = Client::builder(TokioExecutor::new()).build_http::<String>();
/// let client = InstrumentClient::new(opts)?.layer(client);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With `reqwest`, whose requests and responses convert from and to those of `http`:
///
/// ```
/// # use promhttp::{InstrumentClient, InstrumentClientOpts};
/// # use tower_layer::Layer;
/// let client = reqwest::Client::new();
/// let call = tower::service_fn(move |request: http::Request<reqwest::Body>| {
///     let client = client.clone();
///     async move {
///         let response = client.execute(request.try_into()?).await?;
///         Ok::<_, reqwest::Error>(http::Response::<reqwest::Body>::from(response))
///     }
/// });
/// let client = InstrumentClient::new(InstrumentClientOpts::new())?
///     .error_kind(|error: &reqwest::Error| if error.is_timeout() { "timeout" } else { "other" })
///     .layer(call);
/// # Ok::<(), promhttp::Error>(())
/// ```
#[doc(alias = "RoundTripperFunc")]
#[derive(Debug)]
pub struct InstrumentClient<L = (), K = IoErrorKind> {
    shared: Arc<Shared<L>>,
    error_kind: Arc<K>,
}

impl InstrumentClient {
    /// Tracks the number of calls that wait for the head of their response.
    #[doc(alias = "InstrumentRoundTripperInFlight")]
    #[must_use]
    pub fn in_flight(gauge: Gauge) -> Self {
        let mut shared = Shared {
            in_flight: Some(gauge),
            ..Shared::default()
        };
        shared.rules.stopwatch = Stopwatch::Off;
        Self::of(shared)
    }

    /// Counts calls that get a response.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentRoundTripperCounter")]
    pub fn counter(vec: impl Into<DynCounterVec>) -> Result<Self, Error> {
        Self::new(InstrumentClientOpts::new().counter(vec))
    }

    /// Observes the time until the head of the response arrives, in seconds.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    #[doc(alias = "InstrumentRoundTripperDuration")]
    pub fn duration(vec: impl ObserverVec + 'static) -> Result<Self, Error> {
        Self::new(InstrumentClientOpts::new().duration(vec))
    }

    /// Counts calls that get no response.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if the vec has a label other than `code` and `method`.
    pub fn errors(vec: impl Into<DynCounterVec>) -> Result<Self, Error> {
        Self::new(InstrumentClientOpts::new().errors(vec))
    }
}

impl<L: Labels> InstrumentClient<L> {
    /// Makes a layer that measures what `opts` say.
    ///
    /// Labels that are only known [at the end](Labels::AT_END) of a response body do not compile.
    ///
    /// # Errors
    ///
    /// [`Error::UnfilledLabel`] if a vec has a label that is neither `code` nor `method` nor added by the options; [`Error::UnknownLabel`] if the options add a label that no vec has.
    ///
    /// # Panics
    ///
    /// If labels that are followed by others return a number of [`names`](Labels::names) other than [`Labels::LEN`].
    #[track_caller]
    pub fn new(opts: InstrumentClientOpts<L>) -> Result<Self, Error> {
        const { assert!(!L::AT_END, "a call ends with the head of its response") };
        let InstrumentClientOpts { metrics, mut rules } = opts;
        let Metrics {
            in_flight,
            counter,
            duration,
            errors,
        } = metrics;
        let mut check = Check::new(rules.labels.names());
        let counter = check.counter(counter)?;
        let duration = check.observer(duration)?;
        let errors = check.counter(errors)?;
        check.done()?;
        if duration.is_none() {
            rules.stopwatch = Stopwatch::Off;
        }
        Ok(Self::of(Shared {
            in_flight,
            counter,
            duration,
            errors,
            rules,
        }))
    }

    fn of(shared: Shared<L>) -> Self {
        Self {
            shared: Arc::new(shared),
            error_kind: Arc::default(),
        }
    }
}

impl<L, K> InstrumentClient<L, K> {
    /// Classifies errors with `error_kind`, a closure from an error of the client to a label value.
    #[must_use]
    pub fn error_kind<N>(self, error_kind: N) -> InstrumentClient<L, N> {
        InstrumentClient {
            shared: self.shared,
            error_kind: Arc::new(error_kind),
        }
    }
}

impl<S, L, K> Layer<S> for InstrumentClient<L, K> {
    type Service = InstrumentedClient<S, L, K>;

    fn layer(&self, service: S) -> Self::Service {
        let shared = Arc::clone(&self.shared);
        InstrumentedClient::new(service, shared, Arc::clone(&self.error_kind))
    }
}

impl<L, K> Clone for InstrumentClient<L, K> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            error_kind: Arc::clone(&self.error_kind),
        }
    }
}
