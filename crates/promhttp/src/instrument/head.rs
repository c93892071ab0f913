use http::{Extensions, HeaderMap, Method, Request, Response, StatusCode, Uri, Version};

/// What a request says of itself before its body, for closures that name labels and exemplars.
///
/// See [`InstrumentHandlerOpts`](crate::InstrumentHandlerOpts) for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestHead<'a> {
    /// What is asked for, such as `GET`.
    pub method: &'a Method,
    /// What it is asked of; a label with it as its value would have any number of values.
    pub uri: &'a Uri,
    /// The version of HTTP.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// What other middleware found out about the request.
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

/// What a response says of itself before its body, for closures that name labels and exemplars.
///
/// See [`InstrumentClientOpts`](crate::InstrumentClientOpts) for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResponseHead<'a> {
    /// The status, such as 200.
    pub status: StatusCode,
    /// The version of HTTP.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// What the service, or middleware within, left about the response.
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
