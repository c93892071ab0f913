use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;
use promcore::Observer;
use tower_layer::Layer;
use tower_service::Service;

/// Observes how long a part of a client's calls takes, such as finding an address or connecting: a tower layer around the resolver or the connector that does it.
///
/// - `hyper-util` takes resolvers and connectors that are tower services; a TLS connector is put around one for TCP, so that a layer on the inner one shows the time to connect, and one on the outer that with TLS.
/// - `reqwest` takes the layer itself, in `ClientBuilder::connector_layer`; there it shows the time for address, connection and TLS together.
///
/// Connections are used again, so there are fewer of these than calls; one that fails is not observed, as in Go.
/// How long the first byte takes is the [`duration`](crate::InstrumentClientOpts::duration) of calls.
///
/// Follows `InstrumentRoundTripperTrace` of `promhttp/instrument_client.go` as far as clients in Rust can be watched; times are those of the part itself, not since the call began.
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
#[derive(Clone, Debug)]
pub struct InstrumentPhase<O> {
    seconds: O,
}

impl<O: Observer> InstrumentPhase<O> {
    /// Observes seconds by a histogram, or whatever takes observations.
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

/// A service whose time is observed; made by [`InstrumentPhase`].
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
    /// Resolves to what an [`InstrumentedPhase`] comes to.
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
