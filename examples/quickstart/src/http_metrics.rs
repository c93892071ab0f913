//! The metrics of HTTP requests: their number and durations.

use promhttp::{InstrumentHandler, InstrumentHandlerOpts};

/// Makes the instruments, registers them with the default registry, and returns the middleware that updates them.
pub(crate) fn layer() -> InstrumentHandler {
    let opts = InstrumentHandlerOpts::new()
        .counter(promauto::counter_vec(
            "myapp_http_requests_total",
            "HTTP requests answered, by status code and method.",
            ["code", "method"],
        ))
        .duration(promauto::histogram(
            "myapp_http_request_duration_seconds",
            "Time from a request to the end of its response, in seconds.",
        ));
    InstrumentHandler::new(opts).expect("every request has a code and a method")
}
