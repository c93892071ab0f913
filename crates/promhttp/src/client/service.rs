use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::call::{Call, Shared};
use super::error_kind::{ErrorKind, IoErrorKind};
use super::future::InstrumentedClientFuture;
use crate::instrument::Labels;

/// A client whose calls are measured; made by [`InstrumentClient`](crate::InstrumentClient).
#[derive(Debug)]
pub struct InstrumentedClient<S, L = (), K = IoErrorKind> {
    service: S,
    shared: Arc<Shared<L>>,
    error_kind: Arc<K>,
}

impl<S, L, K> InstrumentedClient<S, L, K> {
    pub(super) fn new(service: S, shared: Arc<Shared<L>>, error_kind: Arc<K>) -> Self {
        Self {
            service,
            shared,
            error_kind,
        }
    }
}

impl<S, L, K, B, R> Service<Request<B>> for InstrumentedClient<S, L, K>
where
    S: Service<Request<B>, Response = Response<R>>,
    L: Labels,
    K: ErrorKind<S::Error>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = InstrumentedClientFuture<S::Future, L, K>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let call = Call::new(&self.shared, &request);
        let future = self.service.call(request);
        InstrumentedClientFuture::new(future, call, Arc::clone(&self.error_kind))
    }
}

impl<S: Clone, L, K> Clone for InstrumentedClient<S, L, K> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            shared: Arc::clone(&self.shared),
            error_kind: Arc::clone(&self.error_kind),
        }
    }
}
