use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use super::call::Call;
use super::error_kind::{ErrorKind, IoErrorKind};
use crate::instrument::Labels;

pin_project! {
    /// Resolves to the response of an [`InstrumentedClient`](crate::InstrumentedClient).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InstrumentedClientFuture<F, L: Labels = (), K = IoErrorKind> {
        #[pin]
        future: F,
        call: Option<Call<L>>,
        error_kind: Arc<K>,
    }
}

impl<F, L: Labels, K> InstrumentedClientFuture<F, L, K> {
    pub(super) fn new(future: F, mut call: Call<L>, error_kind: Arc<K>) -> Self {
        call.leave();
        Self {
            future,
            call: Some(call),
            error_kind,
        }
    }
}

impl<F, L, K, R, E> Future for InstrumentedClientFuture<F, L, K>
where
    F: Future<Output = Result<Response<R>, E>>,
    L: Labels,
    K: ErrorKind<E>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(call) = this.call {
            call.enter();
        }
        let polled = this.future.poll(cx);
        if polled.is_pending()
            && let Some(call) = this.call
        {
            call.leave();
        }
        let result = ready!(polled);
        if let Some(mut call) = this.call.take() {
            match &result {
                Ok(response) => call.answered(response),
                Err(error) => call.failed(this.error_kind.kind(error)),
            }
            call.leave();
        }
        Poll::Ready(result)
    }
}
