//! The service that serves scrapes.

mod alarms; // Timeouts that fire even if the scrape hangs.
mod asked; // The parameters of a request.
pub(crate) mod body; // The response body: bounded chunks from the thread that encodes.
mod coalesce; // Scrapes that share a gather.
pub(crate) mod compression; // Content encodings.
pub(crate) mod future; // Waiting for the head of the response.
pub(crate) mod instrument; // Counts scrapes by status, and tracks those in flight.
mod limit; // Limits on concurrent scrapes.
mod metrics; // The handler's own metrics, registered once.
pub(crate) mod opts; // HandlerOpts, ErrorHandling.
mod query; // The names of families in a query.
mod respond; // The response, from the scrape or its timeout.
mod scrape; // Runs scrapes on threads that may block.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Request, Response};
use promcore::{Gatherer, default_registry};
use tower_service::Service;

use crate::Error;
use alarms::Alarms;
use asked::Asked;
use body::Body;
use coalesce::Queue;
use future::ResponseFuture;
use instrument::{InstrumentedMetricHandler, instrument_metric_handler};
use limit::{Limit, Permit};
use metrics::ErrorCounter;
use opts::HandlerOpts;
use respond::Responder;
use scrape::{Job, Scraper};

/// Serves the default registry, with the default options.
///
/// The handler is instrumented with [`instrument_metric_handler`]; several handlers share the metrics.
/// With the feature `process`, it also registers the process collector if the system supports it and none is registered yet.
///
/// # Panics
///
/// If the default registry holds other collectors under the names of the handler's metrics.
/// Use [`handler_for`] and [`instrument_metric_handler`] to get an error instead.
///
/// # Examples
///
/// ```
/// # use axum::Router;
/// let app: Router = Router::new().route_service("/metrics", promhttp::handler());
/// ```
#[doc(alias = "Handler")]
#[must_use]
#[track_caller]
pub fn handler() -> InstrumentedMetricHandler<MetricHandler> {
    let registry = default_registry();
    #[cfg(feature = "process")]
    metrics::register_process(registry);
    let handler = handler_for(registry, HandlerOpts::new())
        .and_then(|handler| instrument_metric_handler(registry, handler));
    match handler {
        Ok(handler) => handler,
        Err(Error::Register(cause)) => {
            panic!("cannot register the metrics of the handler: {cause}")
        }
        Err(error) => panic!("{error}"),
    }
}

/// Serves the metrics of `gatherer` with the given options.
///
/// The handler is not instrumented; [`instrument_metric_handler`] does that.
///
/// # Errors
///
/// [`Error::Register`] if [`HandlerOpts::registry`] refuses the handler's own metrics.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Registry};
/// use promhttp::{ErrorHandling, HandlerOpts};
///
/// let registry = Registry::new();
/// registry.register(Counter::new("requests_total", "Requests answered.")?)?;
///
/// let opts = HandlerOpts::new().error_handling(ErrorHandling::ContinueOnError).registry(&registry);
/// let handler = promhttp::handler_for(registry.clone(), opts)?;
/// let handler = promhttp::instrument_metric_handler(&registry, handler)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "HandlerFor")]
#[doc(alias = "HandlerForTransactional")]
pub fn handler_for(
    gatherer: impl Gatherer + 'static,
    opts: HandlerOpts,
) -> Result<MetricHandler, Error> {
    let errors = opts.registry.as_deref().map(ErrorCounter::register);
    let queue = opts.coalesce_gather.then(Queue::default);
    let scraper = Scraper {
        gatherer: Box::new(gatherer),
        errors: errors.transpose().map_err(Error::Register)?,
        queue,
        opts,
    };
    Ok(MetricHandler {
        alarms: Alarms::default(),
        limit: Limit::new(scraper.opts.max_requests_in_flight),
        scraper: Arc::new(scraper),
    })
}

/// Serves scrapes; made by [`handler_for`].
///
/// It accepts any request body and does not read it.
/// It serves GET and HEAD; other methods get status 405.
/// The service itself never fails: errors become the status of the response.
///
/// Follows `prometheus/promhttp/http.go` of client_golang 1.24, except that Go serves all methods alike and leaves streaming to the server's buffers.
///
/// # Examples
///
/// It works anywhere a tower service does; a test can call it directly:
///
/// ```
/// use http::Request;
/// use http_body_util::BodyExt;
/// use promcore::{Counter, Registry};
/// use promhttp::HandlerOpts;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// let handler = promhttp::handler_for(registry, HandlerOpts::new())?;
///
/// let response = handler.oneshot(Request::new(String::new())).await?;
/// assert_eq!(response.status(), 200);
/// let text = response.into_body().collect().await?.to_bytes();
/// assert!(text.ends_with(b"\njobs_total 0\n"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MetricHandler {
    alarms: Alarms,
    limit: Limit,
    scraper: Arc<Scraper>,
}

impl<B> Service<Request<B>> for MetricHandler {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let opts = &self.scraper.opts;
        let head_only = request.method() == Method::HEAD;
        let future = match Asked::read(&request, opts) {
            None => ResponseFuture::ready(future::method_not_allowed()),
            Some(asked) => match self.limit.enter() {
                Ok(permit) => self.start(asked, permit),
                Err(limit) => ResponseFuture::ready(future::too_many(limit)),
            },
        };
        future
            .head_only(head_only)
            .process_start_time(opts.process_start_time.clone())
    }
}

impl MetricHandler {
    /// Starts a scrape, now or when there is a place for it.
    fn start(&self, asked: Asked, permit: Permit) -> ResponseFuture {
        let timeout = self.scraper.opts.timeout;
        let (responder, response) = Responder::new(timeout, &self.alarms);
        let mut job = Job {
            asked,
            permit,
            responder,
        };
        let scraper = Arc::clone(&self.scraper);
        if job.permit.take_place() {
            scraper.answer(job);
            return ResponseFuture::waiting(None, response, scraper);
        }
        let start = async move {
            job.permit.wait_for_place().await;
            scraper.answer(job);
        };
        ResponseFuture::waiting(Some(Box::pin(start)), response, Arc::clone(&self.scraper))
    }
}

impl fmt::Debug for MetricHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricHandler")
            .field("limit", &self.limit)
            .field("opts", &self.scraper.opts)
            .finish_non_exhaustive()
    }
}
