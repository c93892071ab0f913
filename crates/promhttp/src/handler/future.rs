//! Waiting for the head of a response, and responses that need no scrape.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};
use promfmt::Format;
use tokio::sync::oneshot;

use super::asked::Asked;
use super::body::Body;
use super::compression::Compression;
use super::opts::HandlerOpts;
use super::scrape::Scraper;

/// The header that says when the process started.
static PROCESS_START_TIME: HeaderName = HeaderName::from_static("process-start-time-unix");

/// Resolves to the response as soon as its first chunk is ready.
///
/// Dropping it stops the scrape at the next point where its thread can stop.
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture {
    state: State,
    /// Added to every response.
    process_start_time: Option<HeaderValue>,
    /// Whether the request is a HEAD.
    head_only: bool,
}

enum State {
    Ready(Option<Response<Body>>),
    Waiting {
        /// What has to happen before the scrape starts, if anything.
        start: Option<Start>,
        response: oneshot::Receiver<Response<Body>>,
        scraper: Arc<Scraper>,
    },
}

/// Waits until a scrape may start, and starts it.
pub(super) type Start = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

impl ResponseFuture {
    pub(super) fn ready(response: Response<Body>) -> Self {
        Self::new(State::Ready(Some(response)))
    }

    /// Waits for the response of a scrape, which `start` starts unless it is running already.
    pub(super) fn waiting(
        start: Option<Start>,
        response: oneshot::Receiver<Response<Body>>,
        scraper: Arc<Scraper>,
    ) -> Self {
        Self::new(State::Waiting {
            start,
            response,
            scraper,
        })
    }

    fn new(state: State) -> Self {
        Self {
            state,
            process_start_time: None,
            head_only: false,
        }
    }

    pub(super) fn head_only(mut self, head_only: bool) -> Self {
        self.head_only = head_only;
        self
    }

    pub(super) fn process_start_time(mut self, time: Option<HeaderValue>) -> Self {
        self.process_start_time = time;
        self
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut response = match &mut self.state {
            State::Ready(response) => response
                .take()
                .expect("a future is not polled after completion"),
            State::Waiting {
                start, response, ..
            } => {
                if let Some(starting) = start
                    && starting.as_mut().poll(cx).is_ready()
                {
                    *start = None;
                }
                // An error if the thread panicked or its runtime shuts down.
                ready!(Pin::new(response).poll(cx))
                    .unwrap_or_else(|_| failed("the scrape broke off"))
            }
        };
        if let Some(time) = self.process_start_time.take() {
            response.headers_mut().insert(&PROCESS_START_TIME, time);
        }
        if self.head_only {
            // Some servers send any body, even for HEAD, as hyper does in HTTP/2.
            *response.body_mut() = Body::headless();
        }
        Poll::Ready(Ok(response))
    }
}

impl Drop for ResponseFuture {
    /// Cancels a scrape that is still queued, so that it does not keep its permit.
    fn drop(&mut self) {
        if let State::Waiting {
            response, scraper, ..
        } = &mut self.state
        {
            response.close();
            scraper.forget_unwanted();
        }
    }
}

/// The contents of the head of a response with metrics.
#[derive(Debug)]
pub(super) struct Head {
    format: Format,
    compression: Compression,
    /// The value of the `Vary` header.
    varies_by: &'static str,
}

impl Head {
    pub(super) fn of(asked: &Asked, opts: &HandlerOpts) -> Self {
        Self {
            format: asked.format,
            compression: asked.compression,
            varies_by: if opts.compresses() {
                "Accept, Accept-Encoding"
            } else {
                "Accept"
            },
        }
    }
}

/// Returns a response with status 200 and metrics in the body.
pub(super) fn metrics(head: &Head, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(head.format.content_type()),
    );
    if head.compression != Compression::Identity {
        let encoding = HeaderValue::from_static(head.compression.as_str());
        headers.insert(CONTENT_ENCODING, encoding);
    }
    headers.insert(VARY, HeaderValue::from_static(head.varies_by));
    response
}

/// Returns a response with status 500 and the errors of a scrape.
pub(super) fn failed(errors: &str) -> Response<Body> {
    let text = format!("An error has occurred while serving metrics:\n\n{errors}\n");
    plain(StatusCode::INTERNAL_SERVER_ERROR, text)
}

/// Returns a response with status 503 for a scrape beyond the limit.
pub(super) fn too_many(limit: NonZeroUsize) -> Response<Body> {
    let text = format!("Limit of concurrent requests reached ({limit}), try again later.\n");
    plain(StatusCode::SERVICE_UNAVAILABLE, text)
}

/// Returns a response with status 503 for a scrape that timed out.
pub(super) fn timed_out(timeout: Duration) -> Response<Body> {
    let text = format!("Exceeded configured timeout of {}.\n", go_duration(timeout));
    plain(StatusCode::SERVICE_UNAVAILABLE, text)
}

/// Formats a duration as Go does, which, unlike Rust, uses minutes and hours.
fn go_duration(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    if minutes == 0 {
        return format!("{duration:?}");
    }
    let seconds = (duration - Duration::from_secs(minutes * 60)).as_secs_f64();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// Returns a response with status 405, for methods other than GET and HEAD.
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

/// Returns a response with a line of text and the headers of Go's `http.Error`.
fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::full(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_in_go() {
        let check = |millis, expected| {
            assert_eq!(go_duration(Duration::from_millis(millis)), expected);
        };
        check(20, "20ms");
        check(1_500, "1.5s");
        check(59_999, "59.999s");
        check(60_000, "1m0s");
        check(90_001, "1m30.001s");
        check(3_600_000, "1h0m0s");
        check(90_061_500, "25h1m1.5s");
    }
}
