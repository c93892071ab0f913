//! What the server tells about its requests: how many, and how long they took.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use promcore::{CounterVec, Histogram};

/// The instruments; a clone is a handle on the same ones.
#[derive(Clone)]
pub(crate) struct HttpMetrics {
    requests: CounterVec<2>,
    duration: Histogram,
}

impl HttpMetrics {
    /// Makes the instruments and registers them with the default registry.
    pub(crate) fn new() -> Self {
        Self {
            requests: promauto::counter_vec(
                "myapp_http_requests_total",
                "HTTP requests answered, by status code and method.",
                ["code", "method"],
            ),
            duration: promauto::histogram(
                "myapp_http_request_duration_seconds",
                "Time from a request to its response, in seconds.",
            ),
        }
    }
}

/// Watches one request. It is an axum middleware.
pub(crate) async fn track(
    State(metrics): State<HttpMetrics>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = method_label(request.method());

    let response = next.run(request).await;

    metrics.duration.observe(start.elapsed().as_secs_f64());
    metrics
        .requests
        .with([response.status().as_str(), method])
        .inc();
    response
}

/// Clients can make up methods, and each label value is a series: the unknown ones share one.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "get",
        "HEAD" => "head",
        "POST" => "post",
        "PUT" => "put",
        "PATCH" => "patch",
        "DELETE" => "delete",
        "OPTIONS" => "options",
        _ => "unknown",
    }
}
