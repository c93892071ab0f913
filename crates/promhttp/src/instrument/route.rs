use axum::extract::MatchedPath;

use super::head::RequestHead;
use super::labels::Labels;

/// A label with the axum route that a request matched, such as `/users/{id}`.
///
/// Requests that matched no route are `unmatched`: clients choose paths freely, so a series per path would be unlimited.
/// Routes are only visible inside the router, so add the layer with `Router::layer` or `Router::route_layer`, not around the router.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use promcore::CounterVec;
/// use promhttp::{InstrumentHandler, InstrumentHandlerOpts, MatchedRoute};
///
/// let requests = CounterVec::new("http_requests_total", "Requests.", ["code", "route"])?;
/// let opts = InstrumentHandlerOpts::new().counter(requests).labels(MatchedRoute::new("route"));
/// let users: Router = Router::new()
///     .route("/users/{id}", get(|| async { "hello" }))
///     .layer(InstrumentHandler::new(opts)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MatchedRoute {
    name: String,
}

impl MatchedRoute {
    /// Makes a label with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

impl Labels for MatchedRoute {
    const LEN: usize = 1;
    type Values = Option<MatchedPath>;

    fn names(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn of_request(&self, request: RequestHead<'_>) -> Option<MatchedPath> {
        request.extensions.get().cloned()
    }

    fn value<'a>(&'a self, path: &'a Option<MatchedPath>, _label: usize) -> &'a str {
        path.as_ref().map_or("unmatched", MatchedPath::as_str)
    }
}
