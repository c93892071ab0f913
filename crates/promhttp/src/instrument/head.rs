use http::{Extensions, HeaderMap, Method, Request, Response, StatusCode, Uri, Version};

/// The head of a request, for closures that return label values and exemplars.
///
/// See [`InstrumentHandlerOpts`](crate::InstrumentHandlerOpts) for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestHead<'a> {
    /// The method, such as `GET`.
    pub method: &'a Method,
    /// The URI; as a label it would have an unlimited number of values.
    pub uri: &'a Uri,
    /// The HTTP version.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The extensions, which other middleware may have set.
    pub extensions: &'a Extensions,
}

impl<'a> RequestHead<'a> {
    pub(crate) fn of<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }
}

/// The head of a response, for closures that return label values and exemplars.
///
/// See [`InstrumentClientOpts`](crate::InstrumentClientOpts) for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResponseHead<'a> {
    /// The status, such as 200.
    pub status: StatusCode,
    /// The HTTP version.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The extensions, which the service or inner middleware may have set.
    pub extensions: &'a Extensions,
}

impl<'a> ResponseHead<'a> {
    pub(crate) fn of<B>(response: &'a Response<B>) -> Self {
        Self {
            status: response.status(),
            version: response.version(),
            headers: response.headers(),
            extensions: response.extensions(),
        }
    }
}
