//! Handlers of any kind.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, Version};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower_service::Service;

use super::script::Sent;
use crate::corpus;

type BoxError = Box<dyn Error + Send + Sync>;
pub(super) type Reply = Response<UnsyncBoxBody<Bytes, BoxError>>;
type Waiting = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// A handler, with or without middleware.
#[derive(Clone)]
pub(crate) struct Handler(Arc<dyn Fn(Request<Full<Bytes>>) -> Waiting + Send + Sync>);

impl Handler {
    pub(crate) fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self(Arc::new(move |request| {
            let response = service.clone().call(request);
            Box::pin(async move {
                let Ok(response) = response.await;
                response.map(|body| body.map_err(Into::into).boxed_unsync())
            })
        }))
    }

    /// Responds with the first of several heads, to which Go measures the time.
    pub(crate) fn with_first_head(self) -> Self {
        Self(Arc::new(move |request| {
            let reply = (self.0)(request);
            Box::pin(async move {
                let mut reply = reply.await;
                if let Some(Sent(status)) = reply.extensions().get().copied() {
                    *reply.status_mut() = status;
                }
                reply
            })
        }))
    }
}

impl Service<Request<Full<Bytes>>> for Handler {
    type Response = Reply;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        let reply = (self.0)(request);
        Box::pin(async move { Ok(reply.await) })
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").finish_non_exhaustive()
    }
}

/// The values in the context of a request.
#[derive(Clone)]
pub(crate) struct Ctx(pub(crate) BTreeMap<String, String>);

/// Returns a method that stands for an invalid one, and is unknown, too.
pub(crate) fn no_method() -> http::Result<Method> {
    Ok(Method::from_bytes(b"NONE")?)
}

/// Makes a request from its description in the corpus.
pub(crate) fn build(spec: &corpus::Request) -> http::Result<Request<Full<Bytes>>> {
    let method = match spec.method.as_str() {
        "" => Method::GET, // As in Go's requests.
        method => Method::from_bytes(method.as_bytes()).unwrap_or(no_method()?),
    };
    let mut request = Request::builder().method(method).uri(spec.url.as_str());
    if spec.proto.as_deref() == Some("HTTP/2.0") {
        request = request.version(Version::HTTP_2);
    }
    if let Some(host) = &spec.host {
        request = request.header("Host", host);
    }
    for (name, value) in &spec.headers {
        request = request.header(name, value);
    }
    let body = spec.body.clone().unwrap_or_default();
    let body = match spec.content_length {
        None => Bytes::from(body),
        // The body is not read, so only its length matters; a negative one means unknown.
        Some(length) => vec![b'x'; length.try_into().unwrap_or(0)].into(),
    };
    let request = request.extension(Ctx(spec.ctx.clone()));
    request.body(Full::new(body))
}
