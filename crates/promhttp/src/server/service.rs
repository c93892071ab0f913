use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::body::InstrumentedHandlerBody;
use super::future::InstrumentedHandlerFuture;
use super::watch::{Shared, Watch};
use crate::instrument::Labels;

/// A service whose requests are measured; made by [`InstrumentHandler`](crate::InstrumentHandler).
#[derive(Debug)]
pub struct InstrumentedHandler<S, L = ()> {
    service: S,
    shared: Arc<Shared<L>>,
}

impl<S, L> InstrumentedHandler<S, L> {
    pub(super) fn new(service: S, shared: Arc<Shared<L>>) -> Self {
        Self { service, shared }
    }
}

impl<S, L, B, R> Service<Request<B>> for InstrumentedHandler<S, L>
where
    S: Service<Request<B>, Response = Response<R>>,
    L: Labels,
    B: Body,
    R: Body,
{
    type Response = Response<InstrumentedHandlerBody<R, L>>;
    type Error = S::Error;
    type Future = InstrumentedHandlerFuture<S::Future, L>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // If the service panics, dropping this decrements the gauge.
        let watch = Watch::new(&self.shared, &request);
        let future = self.service.call(request);
        InstrumentedHandlerFuture::new(future, watch)
    }
}

impl<S: Clone, L> Clone for InstrumentedHandler<S, L> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}
