//! Handlers that do what a case says.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower_service::Service;

use crate::corpus::Inner;

/// Answers what a case says.
#[derive(Clone)]
pub(crate) struct Script {
    response: Response<Full<Bytes>>,
}

impl Script {
    /// Does what `inner` says, unless a response of ours cannot be like that.
    pub(crate) fn new(inner: &Inner) -> Result<Self, &'static str> {
        if !inner.write_header_after_body.is_empty() || inner.write_header.len() > 1 {
            return Err("a response with several heads");
        }
        if inner.flush_first && !inner.write_header.is_empty() {
            return Err("a response with several heads");
        }
        if inner.panic.is_some() || !inner.headers.is_empty() {
            return Err("a handler that panics or has headers");
        }
        let mut response = Response::new(Full::from(inner.body_chunks.concat()));
        if let Some(code) = inner.write_header.first() {
            let code = StatusCode::from_u16(*code).map_err(|_| "a status that is none")?;
            *response.status_mut() = code;
        }
        Ok(Self { response })
    }
}

impl<B> Service<Request<B>> for Script {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(self.response.clone()))
    }
}
