//! The little that a push needs of an HTTP client.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::SendError;

/// The beginning of an answer is enough: more than so many bytes of it are not shown.
pub const ANSWER_LIMIT: usize = 512;

/// The answer to a request, once it is there.
///
/// Returned by [`HttpSend::send`].
pub type SendFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, SendError>> + Send + 'a>>;

/// Sends requests to a Pushgateway.
///
/// With the feature `reqwest`, a `reqwest::Client` does; [`http_send_fn`] makes one of a closure
/// around any other client.
///
/// - Whatever the status of the answer, it is an answer and no error.
/// - Redirects that would turn the method into another are answers as well, so that nobody takes
///   a page for a push.
/// - Bytes of an answer beyond [`ANSWER_LIMIT`] may be left out, and had better be.
/// - A push that waits too long drops the future, so there is no need to watch the time.
///
/// See [`http_send_fn`] for an example.
#[doc(alias = "HTTPDoer")]
pub trait HttpSend: Send + Sync {
    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    ///
    /// [`SendError`] if there is no answer.
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_>;
}

const _: Option<&dyn HttpSend> = None; // Stays usable as an object.

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

/// Makes a client of a closure.
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
///     // Here the request goes to a client of the program's own.
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

/// A closure as a client, see [`http_send_fn`].
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
        // Called only when polled, so that a client may count on the runtime it is polled in.
        Box::pin(async move { (self.send)(request).await })
    }
}
