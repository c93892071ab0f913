//! Waiting for the head of a response, and responses that need no scrape.

use std::convert::Infallible;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::{Response, StatusCode};
use tokio::sync::oneshot;

use super::body::Body;

/// Resolves to the response as soon as its first chunk is ready.
///
/// Dropping it ends the scrape at the next step that the thread can stop at.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture(State);

#[derive(Debug)]
enum State {
    Ready(Option<Response<Body>>),
    Waiting(oneshot::Receiver<Response<Body>>),
}

impl ResponseFuture {
    pub(super) fn ready(response: Response<Body>) -> Self {
        Self(State::Ready(Some(response)))
    }

    pub(super) fn waiting(response: oneshot::Receiver<Response<Body>>) -> Self {
        Self(State::Waiting(response))
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(response) => {
                let response = response
                    .take()
                    .expect("a future is not polled after its end");
                Poll::Ready(Ok(response))
            }
            State::Waiting(response) => Pin::new(response).poll(cx).map(|response| {
                // The thread has panicked, or its runtime shuts down.
                Ok(response.unwrap_or_else(|_| failed("the scrape broke off")))
            }),
        }
    }
}

/// Answers 200 with metrics in the body.
pub(super) fn metrics(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let content_type = HeaderValue::from_static(promfmt::TEXT_CONTENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Answers 500 with the errors of a scrape.
pub(super) fn failed(errors: &str) -> Response<Body> {
    let text = format!("An error has occurred while serving metrics:\n\n{errors}\n");
    plain(StatusCode::INTERNAL_SERVER_ERROR, text)
}

/// Answers 503 to a scrape beyond the limit.
pub(super) fn too_many(limit: NonZeroUsize) -> Response<Body> {
    let text = format!("Limit of concurrent requests reached ({limit}), try again later.\n");
    plain(StatusCode::SERVICE_UNAVAILABLE, text)
}

/// Answers 405 to methods that do not ask for metrics.
pub(super) fn method_not_allowed() -> Response<Body> {
    let mut response = plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "Method Not Allowed\n".to_owned(),
    );
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// Answers with a line of text, under the headers of Go's `http.Error`.
fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::full(Bytes::from(text), None));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
