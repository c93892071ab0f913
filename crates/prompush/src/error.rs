//! The errors of a push.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};

/// The reason why a push failed, with its address but never with credentials.
///
/// # Examples
///
/// ```
/// # use bytes::Bytes;
/// # use http::{Request, Response, StatusCode};
/// # use prompush::{SendError, http_send_fn};
/// use prompush::{Error, Pusher};
///
/// # let client = http_send_fn(|_: Request<Bytes>| async move {
/// #     let mut answer = Response::new(Bytes::from("text format parsing error"));
/// #     *answer.status_mut() = StatusCode::BAD_REQUEST;
/// #     Ok::<_, SendError>(answer)
/// # });
/// let pusher = Pusher::new("push:9091", "nightly");
/// # let pusher = pusher.client(client);
/// match pusher.push_blocking() {
///     Ok(()) => println!("pushed"),
///     Err(error) if error.is_transient() => println!("try again later: {error}"),
///     Err(Error::Status { status, body, .. }) => {
///         assert_eq!((status.as_u16(), body.as_str()), (400, "text format parsing error"));
///     }
///     Err(error) => println!("the job is set up wrongly: {error}"),
/// }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The job name is empty; every grouping key needs one.
    #[error("the job has no name")]
    EmptyJob,
    /// The metrics could not be encoded in the chosen format; nothing was sent.
    #[error("cannot encode the metrics")]
    Encode(#[source] Arc<io::Error>),
    /// Gathering had errors; nothing was sent.
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// A metric has a label of the grouping key; remove it from one of the two.
    #[error("metric {metric:?} has the label {label:?} itself, which the group sets")]
    GroupingLabel {
        /// The metric's name.
        metric: String,
        /// The label that both have, such as `job`, which every grouping key has.
        label: String,
    },
    /// A label name of the grouping key is empty.
    #[error("grouping label name {0:?} is not valid")]
    InvalidGroupingName(String),
    /// The address of the Pushgateway is not a valid HTTP URL.
    #[error("Pushgateway address {url:?} is not valid: {reason}")]
    InvalidUrl {
        /// The address, without credentials.
        url: String,
        /// Why it is not valid.
        reason: &'static str,
    },
    /// No client is set, and the crate was built without one; see [`Pusher::client`](crate::Pusher::client).
    #[error("there is no HTTP client to push with")]
    NoClient,
    /// The pusher's registry refused a collector.
    #[error("cannot register the collector")]
    Register(#[source] promcore::Error),
    /// The request could not be sent, or there was no response; the Pushgateway is probably down.
    #[error("cannot {method} {url}")]
    Send {
        /// The method.
        method: Method,
        /// The URL, without credentials.
        url: String,
        /// The error of the client.
        #[source]
        error: SendError,
    },
    /// The Pushgateway refused the request; its response says why.
    #[error("{method} {url} was answered {}: {body:?}", status.as_u16())]
    Status {
        /// The method.
        method: Method,
        /// The URL, without credentials.
        url: String,
        /// The status of the response.
        status: StatusCode,
        /// The beginning of the response body.
        body: String,
    },
    /// The system could not start a thread for the push.
    #[error("cannot start a thread")]
    Thread(#[source] Arc<io::Error>),
    /// There was no response in time; the metrics may or may not have arrived.
    #[error("{method} {url} was not answered within {after:?}")]
    Timeout {
        /// The method.
        method: Method,
        /// The URL, without credentials.
        url: String,
        /// How long the push waited.
        after: Duration,
    },
}

impl Error {
    /// Reports whether the same push may succeed later, because the Pushgateway was unreachable, too slow or too busy.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Send { .. } | Self::Timeout { .. } => true,
            Self::Status { status, .. } => {
                status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(status)
            }
            _ => false,
        }
    }
}

/// The error of an HTTP client that could not send a request.
///
/// See [`http_send_fn`](crate::http_send_fn) for an example.
#[derive(Clone)]
pub struct SendError(Arc<dyn StdError + Send + Sync>);

impl SendError {
    /// Wraps the error of a client, or a text.
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }
}

impl fmt::Debug for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Error {
        Error::Status {
            method: Method::PUT,
            url: "http://push:9091/metrics/job/j".to_owned(),
            status: StatusCode::from_u16(status).unwrap(),
            body: "text format parsing error\n".to_owned(),
        }
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        for (code, transient) in [
            (400, false),
            (404, false),
            (408, true),
            (429, true),
            (503, true),
        ] {
            assert_eq!(status(code).is_transient(), transient, "{code}");
        }
        assert!(!Error::EmptyJob.is_transient());
    }

    #[test]
    fn messages_show_where_and_what() {
        let expected = "PUT http://push:9091/metrics/job/j was answered 400: \
                        \"text format parsing error\\n\"";
        assert_eq!(status(400).to_string(), expected);
        let clash = Error::GroupingLabel {
            metric: "rows_total".to_owned(),
            label: "zone".to_owned(),
        };
        let expected = "metric \"rows_total\" has the label \"zone\" itself, which the group sets";
        assert_eq!(clash.to_string(), expected);
        let gather = Error::Gather(vec![
            promcore::Error::custom("a"),
            promcore::Error::custom("b"),
        ]);
        assert_eq!(gather.to_string(), "cannot gather all metrics: a; b");
    }

    #[test]
    fn a_client_error_keeps_its_cause() {
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, SendError::new("refused"));
        let error = Error::Send {
            method: Method::PUT,
            url: "http://push:9091".to_owned(),
            error: SendError::new(refused),
        };
        assert_eq!(error.to_string(), "cannot PUT http://push:9091");
        assert_eq!(error.source().unwrap().to_string(), "refused");
    }
}
