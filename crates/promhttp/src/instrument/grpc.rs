use http::HeaderMap;

use super::head::{RequestHead, ResponseHead};
use super::labels::Labels;

/// A label with the status of gRPC calls, which is in the trailers of a response, or in its headers if it has no body.
///
/// The values are the names of the codes in grpc-go, such as `OK` and `NotFound`.
/// As in gRPC clients, a response without a valid code is `Unknown`; a call that ends without a complete response is `Canceled`.
///
/// Since the status comes last, the time to the head of the response is also observed at the end.
///
/// # Examples
///
/// ```
/// use promcore::CounterVec;
/// use promhttp::{GrpcStatus, InstrumentHandler, InstrumentHandlerOpts};
///
/// let calls = CounterVec::new("grpc_calls_total", "Calls by their status.", ["grpc_code"])?;
/// let opts = InstrumentHandlerOpts::new().counter(calls).labels(GrpcStatus::new("grpc_code"));
/// let layer = InstrumentHandler::new(opts)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct GrpcStatus {
    name: String,
}

impl GrpcStatus {
    /// Makes a label with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

/// The names of the codes, indexed by code.
const CODES: [&str; 17] = [
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
];

/// Returns the name of the code in headers or trailers, if there is one.
fn code(headers: &HeaderMap) -> Option<&'static str> {
    let code = headers.get("grpc-status")?.to_str().ok();
    let code = code.and_then(|code| code.parse::<usize>().ok());
    Some(code.and_then(|code| CODES.get(code)).unwrap_or(&"Unknown"))
}

impl Labels for GrpcStatus {
    const LEN: usize = 1;
    const AT_END: bool = true;
    type Values = Option<&'static str>;

    fn names(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn of_request(&self, _request: RequestHead<'_>) -> Self::Values {
        None
    }

    fn of_response(&self, value: &mut Self::Values, response: ResponseHead<'_>) {
        *value = code(response.headers);
    }

    fn of_end(&self, value: &mut Self::Values, trailers: Option<&HeaderMap>) {
        *value = trailers.and_then(code).or(*value).or(Some("Unknown"));
    }

    fn value<'a>(&'a self, value: &'a Self::Values, _label: usize) -> &'a str {
        value.unwrap_or("Canceled")
    }
}
