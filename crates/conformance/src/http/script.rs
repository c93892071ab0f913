//! Scripted handlers.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::panic::panic_any;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower_service::Service;

use crate::corpus::Inner;

/// Responds as a case says.
#[derive(Clone)]
pub(crate) struct Script {
    response: Response<Full<Bytes>>,
    /// Whether it writes several heads, which is impossible in our crates.
    pub(crate) is_unwritable: bool,
    /// The text of its panic, if it panics at the end.
    panic: Option<String>,
}

/// The status that clients of Go's server see, which is the first; its middleware uses the last one.
#[derive(Clone, Copy)]
pub(super) struct Sent(pub(super) StatusCode);

impl Script {
    /// Makes a script from `inner`, or returns what is not supported.
    pub(crate) fn new(inner: &Inner) -> Result<Self, &'static str> {
        let mut codes = Vec::new();
        codes.extend(inner.flush_first.then_some(200));
        codes.extend(&inner.write_header);
        if codes.is_empty() && !inner.body_chunks.is_empty() {
            codes.push(200);
        }
        codes.extend(&inner.write_header_after_body);
        let code = |code: Option<&u16>| {
            let code = StatusCode::from_u16(*code.unwrap_or(&200));
            code.map_err(|_| "a status that is none")
        };
        let (first, last) = (code(codes.first())?, code(codes.last())?);
        let mut response = Response::new(Full::from(inner.body_chunks.concat()));
        *response.status_mut() = last;
        response.extensions_mut().insert(Sent(first));
        for (name, value) in &inner.headers {
            let header = name.parse::<HeaderName>().ok().zip(value.parse().ok());
            let (name, value): (_, HeaderValue) = header.ok_or("a header that is none")?;
            response.headers_mut().insert(name, value);
        }
        Ok(Self {
            response,
            is_unwritable: codes.len() > 1,
            panic: inner.panic.clone(),
        })
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
        if let Some(text) = &self.panic {
            panic_any(text.clone());
        }
        ready(Ok(self.response.clone()))
    }
}
