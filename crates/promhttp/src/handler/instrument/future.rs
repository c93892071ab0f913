//! Carries the scrape from the call to the response.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use super::InstrumentedMetricHandlerBody;
use crate::handler::metrics::InFlight;

pin_project! {
    /// Resolves to the response of [`InstrumentedMetricHandler`](crate::InstrumentedMetricHandler).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InstrumentedMetricHandlerFuture<F> {
        #[pin]
        future: F,
        scrape: Option<InFlight>,
    }
}

impl<F> InstrumentedMetricHandlerFuture<F> {
    pub(super) fn new(future: F, scrape: InFlight) -> Self {
        Self {
            future,
            scrape: Some(scrape),
        }
    }
}

impl<F, R, E> Future for InstrumentedMetricHandlerFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: http_body::Body,
{
    type Output = Result<Response<InstrumentedMetricHandlerBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.future.poll(cx));
        let mut scrape = this.scrape.take();
        Poll::Ready(response.map(|response| {
            if let Some(scrape) = &mut scrape {
                scrape.answered(response.status());
            }
            response.map(|body| InstrumentedMetricHandlerBody::new(body, scrape))
        }))
    }
}
