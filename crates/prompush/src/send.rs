//! The trait for HTTP clients.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::SendError;

/// The maximum number of bytes of a response body that errors show.
pub const ANSWER_LIMIT: usize = 512;

/// Resolves to the response to a request.
///
/// Returned by [`HttpSend::send`].
pub type SendFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, SendError>> + Send + 'a>>;

/// Sends requests to a Pushgateway.
///
/// With the feature `reqwest`, it is implemented for `reqwest::Client`; [`http_send_fn`] wraps any other client in a closure.
///
/// - A response of any status is returned as a response, not as an error.
/// - Redirects that would change the method are returned as well, not followed, so that a page is not mistaken for a successful push.
/// - Only the status decides: a body that is cut short is not an error, and the body of a success is not needed.
/// - The body should be cut off after [`ANSWER_LIMIT`] bytes.
/// - Timeouts are not needed: a push that waits too long drops the future.
///
/// See [`http_send_fn`] for an example.
#[doc(alias = "HTTPDoer")]
pub trait HttpSend: Send + Sync {
    /// Sends one request and waits for its response.
    ///
    /// # Errors
    ///
    /// [`SendError`] if there is no response.
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_>;
}

const _: Option<&dyn HttpSend> = None; // Must stay object safe.

macro_rules! forward {
    ($pointer:ty) => {
        impl<T: HttpSend + ?Sized> HttpSend for $pointer {
            fn send(&self, request: Request<Bytes>) -> SendFuture<'_> {
                (**self).send(request)
            }
        }
    };
}

forward!(&T);
forward!(Arc<T>);
forward!(Box<T>);

/// Makes a client from a closure.
///
/// # Examples
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// use prompush::{Pusher, SendError, http_send_fn};
///
/// let client = http_send_fn(|request: Request<Bytes>| async move {
///     assert_eq!(request.uri().path(), "/metrics/job/nightly");
///     // Send the request with a client here.
///     let mut answer = Response::new(Bytes::new());
///     *answer.status_mut() = StatusCode::ACCEPTED;
///     Ok::<_, SendError>(answer)
/// });
/// Pusher::new("push:9091", "nightly").client(client).push_blocking()?;
/// # Ok::<(), prompush::Error>(())
/// ```
pub fn http_send_fn<F, A>(send: F) -> HttpSendFn<F>
where
    F: Fn(Request<Bytes>) -> A + Send + Sync,
    A: Future<Output = Result<Response<Bytes>, SendError>> + Send,
{
    HttpSendFn { send }
}

/// A closure as a client; made by [`http_send_fn`].
pub struct HttpSendFn<F> {
    send: F,
}

impl<F> fmt::Debug for HttpSendFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSendFn").finish_non_exhaustive()
    }
}

impl<F, A> HttpSend for HttpSendFn<F>
where
    F: Fn(Request<Bytes>) -> A + Send + Sync,
    A: Future<Output = Result<Response<Bytes>, SendError>> + Send,
{
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_> {
        // Called only when polled, so that the client runs inside the runtime that polls it.
        Box::pin(async move { (self.send)(request).await })
    }
}
