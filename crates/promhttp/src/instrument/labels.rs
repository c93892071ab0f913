//! Labels beyond `code` and `method`.

use std::fmt;

use http::HeaderMap;

use super::head::{RequestHead, ResponseHead};

/// Labels of requests beyond `code` and `method`.
///
/// Most programs need no type of their own: there are options that take a closure for a label, and [`GrpcStatus`](crate::GrpcStatus).
/// A type is for several labels that are found out together, or for a value that is known late.
///
/// Every value is a series of each metric that has the label, so there must be few of them, whatever clients send: never a path as it was asked for, but the route that it matched.
///
/// The methods run where requests are served, so they should be quick; what they panic with goes to the server, as a panic of the service does.
///
/// # Examples
///
/// ```
/// use promhttp::{Labels, RequestHead};
///
/// /// Which version of HTTP, and whether there was a token.
/// struct Kind;
///
/// impl Labels for Kind {
///     const LEN: usize = 2;
///     type Values = [&'static str; 2];
///
///     fn names(&self) -> Vec<&str> {
///         vec!["version", "has_token"]
///     }
///
///     fn of_request(&self, request: RequestHead<'_>) -> [&'static str; 2] {
///         [
///             if request.version == http::Version::HTTP_2 { "2" } else { "1" },
///             if request.headers.contains_key("authorization") { "true" } else { "false" },
///         ]
///     }
///
///     fn value<'a>(&'a self, values: &'a [&'static str; 2], label: usize) -> &'a str {
///         values[label]
///     }
/// }
///
/// let requests = promcore::CounterVec::new("requests_total", "Requests.", ["version", "has_token"])?;
/// let opts = promhttp::InstrumentHandlerOpts::new().counter(requests).labels(Kind);
/// let layer = promhttp::InstrumentHandler::new(opts)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Labels: Send + Sync + 'static {
    /// How many labels there are, which labels that are added after these count on.
    const LEN: usize;

    /// Whether values are known only when the response body has ended; nothing is observed before then.
    const AT_END: bool = false;

    /// What is kept of a request until it has ended.
    type Values: Send + 'static;

    /// Returns the names of the labels.
    fn names(&self) -> Vec<&str>;

    /// Begins with what a request says.
    fn of_request(&self, request: RequestHead<'_>) -> Self::Values;

    /// Adds what the response says, if there is one.
    fn of_response(&self, values: &mut Self::Values, response: ResponseHead<'_>) {
        let _ = (values, response);
    }

    /// Adds what is known at the end of the response body, with its trailers if there are any; a body that is dropped or fails before has no end.
    fn of_end(&self, values: &mut Self::Values, trailers: Option<&HeaderMap>) {
        let _ = (values, trailers);
    }

    /// Returns the value of a label, which is the number of its name.
    fn value<'a>(&'a self, values: &'a Self::Values, label: usize) -> &'a str;
}

/// No labels.
impl Labels for () {
    const LEN: usize = 0;
    type Values = ();

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn of_request(&self, _request: RequestHead<'_>) {}

    fn value<'a>(&'a self, _values: &'a (), _label: usize) -> &'a str {
        ""
    }
}

/// The labels of both.
impl<A: Labels, B: Labels> Labels for (A, B) {
    const LEN: usize = A::LEN + B::LEN;
    const AT_END: bool = A::AT_END || B::AT_END;
    type Values = (A::Values, B::Values);

    #[track_caller]
    fn names(&self) -> Vec<&str> {
        let mut names = self.0.names();
        // Else values would go to labels of others.
        assert!(
            names.len() == A::LEN,
            "there are {} labels, but the names {names:?}",
            A::LEN
        );
        names.extend(self.1.names());
        names
    }

    fn of_request(&self, request: RequestHead<'_>) -> Self::Values {
        (self.0.of_request(request), self.1.of_request(request))
    }

    fn of_response(&self, values: &mut Self::Values, response: ResponseHead<'_>) {
        self.0.of_response(&mut values.0, response);
        self.1.of_response(&mut values.1, response);
    }

    fn of_end(&self, values: &mut Self::Values, trailers: Option<&HeaderMap>) {
        self.0.of_end(&mut values.0, trailers);
        self.1.of_end(&mut values.1, trailers);
    }

    fn value<'a>(&'a self, values: &'a Self::Values, label: usize) -> &'a str {
        match label.checked_sub(A::LEN) {
            None => self.0.value(&values.0, label),
            Some(label) => self.1.value(&values.1, label),
        }
    }
}

/// A label whose value a closure takes from the request.
///
/// Made by the options of the middleware, such as [`InstrumentHandlerOpts::label_from_request`](crate::InstrumentHandlerOpts::label_from_request).
#[derive(Clone)]
pub struct RequestLabel<F> {
    name: String,
    value: F,
}

impl<F> RequestLabel<F> {
    pub(crate) fn new(name: String, value: F) -> Self {
        Self { name, value }
    }
}

impl<F, V> Labels for RequestLabel<F>
where
    F: Fn(RequestHead<'_>) -> V + Send + Sync + 'static,
    V: AsRef<str> + Send + 'static,
{
    const LEN: usize = 1;
    type Values = V;

    fn names(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn of_request(&self, request: RequestHead<'_>) -> V {
        (self.value)(request)
    }

    fn value<'a>(&'a self, value: &'a V, _label: usize) -> &'a str {
        value.as_ref()
    }
}

/// A label whose value a closure takes from the response.
///
/// Made by the options of the middleware, such as [`InstrumentHandlerOpts::label_from_response`](crate::InstrumentHandlerOpts::label_from_response).
#[derive(Clone)]
pub struct ResponseLabel<F> {
    name: String,
    value: F,
}

impl<F> ResponseLabel<F> {
    pub(crate) fn new(name: String, value: F) -> Self {
        Self { name, value }
    }
}

impl<F, V> Labels for ResponseLabel<F>
where
    F: Fn(ResponseHead<'_>) -> V + Send + Sync + 'static,
    V: AsRef<str> + Send + 'static,
{
    const LEN: usize = 1;
    type Values = Option<V>;

    fn names(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn of_request(&self, _request: RequestHead<'_>) -> Option<V> {
        None
    }

    fn of_response(&self, value: &mut Option<V>, response: ResponseHead<'_>) {
        *value = Some((self.value)(response));
    }

    fn value<'a>(&'a self, value: &'a Option<V>, _label: usize) -> &'a str {
        value.as_ref().map_or("", AsRef::as_ref)
    }
}

impl<F> fmt::Debug for RequestLabel<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestLabel").field(&self.name).finish()
    }
}

impl<F> fmt::Debug for ResponseLabel<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResponseLabel").field(&self.name).finish()
    }
}
