use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::InstrumentedHandlerBody;
use super::watch::Watch;
use crate::instrument::Labels;

pin_project! {
    /// Resolves to the response of an [`InstrumentedHandler`](crate::InstrumentedHandler).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InstrumentedHandlerFuture<F, L: Labels = ()> {
        #[pin]
        future: F,
        watch: Option<Watch<L>>,
    }
}

impl<F, L: Labels> InstrumentedHandlerFuture<F, L> {
    pub(super) fn new(future: F, mut watch: Watch<L>) -> Self {
        watch.leave();
        Self {
            future,
            watch: Some(watch),
        }
    }
}

impl<F, L, R, E> Future for InstrumentedHandlerFuture<F, L>
where
    F: Future<Output = Result<Response<R>, E>>,
    L: Labels,
    R: Body,
{
    type Output = Result<Response<InstrumentedHandlerBody<R, L>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(watch) = this.watch {
            watch.enter();
        }
        let polled = this.future.poll(cx);
        if polled.is_pending()
            && let Some(watch) = this.watch
        {
            watch.leave();
        }
        let result = ready!(polled);
        let mut watch = this.watch.take();
        if let Some(watch) = &mut watch {
            match &result {
                Ok(response) => watch.answered(response),
                Err(_) => watch.failed(),
            }
            watch.leave();
        }
        Poll::Ready(
            result.map(|response| response.map(|body| InstrumentedHandlerBody::new(body, watch))),
        )
    }
}
