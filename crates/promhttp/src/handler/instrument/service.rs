//! Starts the scrape.

use std::task::{Context, Poll};

use http::{Request, Response};
use promcore::Registerer;
use tower_service::Service;

use super::{InstrumentedMetricHandlerBody, InstrumentedMetricHandlerFuture};
use crate::Error;
use crate::handler::metrics::RequestMetrics;

/// Counts the scrapes that `service` serves, and tracks those in flight.
///
/// Registers two families with `registry`, or reuses them if they are already registered:
///
/// - `promhttp_metric_handler_requests_total{code}`, incremented when the response has ended, so that a scrape does not include itself. The codes 200, 500 and 503 exist from the start; codes outside 100–599 are `unknown`.
/// - `promhttp_metric_handler_requests_in_flight`, which includes the current scrape.
///
/// A scrape ends when its response body has ended or is dropped.
/// A scrape that is cancelled before its response leaves the gauge and is not counted.
///
/// # Errors
///
/// [`Error::Register`] if the registry holds other collectors under these names.
///
/// # Examples
///
/// ```
/// use promhttp::HandlerOpts;
///
/// let registry = promcore::Registry::new();
/// let handler = promhttp::handler_for(registry.clone(), HandlerOpts::new())?;
/// let handler = promhttp::instrument_metric_handler(&registry, handler)?;
/// # Ok::<(), promhttp::Error>(())
/// ```
#[doc(alias = "InstrumentMetricHandler")]
pub fn instrument_metric_handler<S>(
    registry: &dyn Registerer,
    service: S,
) -> Result<InstrumentedMetricHandler<S>, Error> {
    Ok(InstrumentedMetricHandler {
        service,
        metrics: RequestMetrics::register(registry).map_err(Error::Register)?,
    })
}

/// A service whose scrapes are counted; made by [`instrument_metric_handler`].
#[derive(Debug, Clone)]
pub struct InstrumentedMetricHandler<S> {
    service: S,
    metrics: RequestMetrics,
}

impl<S, B, R> Service<Request<B>> for InstrumentedMetricHandler<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: http_body::Body,
{
    type Response = Response<InstrumentedMetricHandlerBody<R>>;
    type Error = S::Error;
    type Future = InstrumentedMetricHandlerFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // Before the call, because the scrape that it starts includes the gauge.
        let scrape = self.metrics.start();
        InstrumentedMetricHandlerFuture::new(self.service.call(request), scrape)
    }
}
