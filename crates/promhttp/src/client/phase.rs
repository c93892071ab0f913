use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;
use promcore::Observer;
use tower_layer::Layer;
use tower_service::Service;

/// Observes how long one phase of a client's calls takes, such as DNS resolution or connecting: a tower layer around the resolver or the connector.
///
/// - `hyper-util` takes resolvers and connectors that are tower services; since a TLS connector wraps a TCP connector, a layer on the inner one observes the TCP connect time, and a layer on the outer one includes TLS.
/// - `reqwest` takes the layer itself, in `ClientBuilder::connector_layer`; there it observes DNS resolution, connecting and TLS together.
///
/// Connections are reused, so there are fewer observations than calls; failures are not observed, as in Go.
/// For the time to the first byte, see the [`duration`](crate::InstrumentClientOpts::duration) of calls.
///
/// Follows `InstrumentRoundTripperTrace` of `promhttp/instrument_client.go` as far as Rust clients allow; times are durations of the phase itself, not since the start of the call.
///
/// # Examples
///
/// ```
/// use hyper_util::client::legacy::Client;
/// use hyper_util::client::legacy::connect::HttpConnector;
/// use hyper_util::client::legacy::connect::dns::GaiResolver;
/// use hyper_util::rt::TokioExecutor;
/// use promcore::HistogramVec;
/// use promhttp::InstrumentPhase;
/// use tower_layer::Layer;
///
/// let phases = HistogramVec::new("call_phase_seconds", "Time for parts of calls.", ["phase"])?;
/// let [dns, connect] = ["dns", "connect"].map(|phase| phases.with([phase]).into_owned());
///
/// let resolver = InstrumentPhase::new(dns).layer(GaiResolver::new());
/// let connector = HttpConnector::new_with_resolver(resolver);
/// let connector = InstrumentPhase::new(connect).layer(connector);
/// let client = Client::builder(TokioExecutor::new()).build::<_, String>(connector);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "InstrumentRoundTripperTrace")]
#[doc(alias = "InstrumentTrace")]
#[derive(Clone, Debug)]
pub struct InstrumentPhase<O> {
    seconds: O,
}

impl<O: Observer> InstrumentPhase<O> {
    /// Makes a layer that observes seconds with a histogram or any other observer.
    pub fn new(seconds: O) -> Self {
        Self { seconds }
    }
}

impl<S, O: Clone> Layer<S> for InstrumentPhase<O> {
    type Service = InstrumentedPhase<S, O>;

    fn layer(&self, service: S) -> Self::Service {
        InstrumentedPhase {
            service,
            seconds: self.seconds.clone(),
        }
    }
}

/// A service whose duration is observed; made by [`InstrumentPhase`].
#[derive(Clone, Debug)]
pub struct InstrumentedPhase<S, O> {
    service: S,
    seconds: O,
}

impl<S, O, T> Service<T> for InstrumentedPhase<S, O>
where
    S: Service<T>,
    O: Observer + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = InstrumentedPhaseFuture<S::Future, O>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, target: T) -> Self::Future {
        InstrumentedPhaseFuture {
            start: Instant::now(),
            seconds: self.seconds.clone(),
            future: self.service.call(target),
        }
    }
}

pin_project! {
    /// Resolves to the output of an [`InstrumentedPhase`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InstrumentedPhaseFuture<F, O> {
        #[pin]
        future: F,
        start: Instant,
        seconds: O,
    }
}

impl<F, O, T, E> Future for InstrumentedPhaseFuture<F, O>
where
    F: Future<Output = Result<T, E>>,
    O: Observer,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.future.poll(cx));
        if result.is_ok() {
            this.seconds.observe(this.start.elapsed().as_secs_f64());
        }
        Poll::Ready(result)
    }
}
