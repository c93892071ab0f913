//! Labels beyond `code` and `method`.

use std::fmt;

use http::HeaderMap;

use super::head::{RequestHead, ResponseHead};

/// Labels of requests beyond `code` and `method`.
///
/// Most programs do not implement this trait: the options take a closure per label, and there is [`GrpcStatus`](crate::GrpcStatus).
/// Implement it for several labels that are determined together, or for a value that is known late.
///
/// Every value makes a series of each metric with the label, so the number of values must stay small whatever clients send: use the route that matched, never the requested path.
///
/// The methods run while a request is served, so they should be fast; a panic in them propagates to the server like a panic of the service.
///
/// # Examples
///
/// ```
/// use promhttp::{Labels, RequestHead};
///
/// /// The HTTP version, and whether there was a token.
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
    /// The number of labels, on which labels that are added after these rely.
    const LEN: usize;

    /// Whether some values are only known at the end of the response body; nothing is observed before then.
    const AT_END: bool = false;

    /// The state that is kept for a request until it has ended.
    type Values: Send + 'static;

    /// Returns the names of the labels.
    fn names(&self) -> Vec<&str>;

    /// Returns the state for a new request.
    fn of_request(&self, request: RequestHead<'_>) -> Self::Values;

    /// Adds values from the head of the response; not called if there is none.
    fn of_response(&self, values: &mut Self::Values, response: ResponseHead<'_>) {
        let _ = (values, response);
    }

    /// Adds values at the end of the response body, with its trailers if it has any; not called if the body fails or is dropped before its end.
    fn of_end(&self, values: &mut Self::Values, trailers: Option<&HeaderMap>) {
        let _ = (values, trailers);
    }

    /// Returns the value of the label at index `label` of [`names`](Self::names).
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
        // Otherwise, values would end up in the wrong labels.
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
#[doc(alias = "LabelValueFromRequest")]
#[doc(alias = "LabelValueFromCtx")]
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
