//! Middleware within axum's router.
#![cfg(feature = "axum")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use promcore::CounterVec;
use promhttp::{InstrumentHandler, InstrumentHandlerOpts, MatchedRoute};
use support::block_on;
use tower_service::Service;

/// Requests these paths from an app, and returns the counter of its routes.
fn routes_of(
    build: impl Fn(InstrumentHandler<((), MatchedRoute)>) -> Router,
    asked: &[&str],
) -> CounterVec<2> {
    let requests = CounterVec::new("requests", "", ["code", "route"]).unwrap();
    let opts = InstrumentHandlerOpts::new()
        .counter(requests.clone())
        .labels(MatchedRoute::new("route"));
    let mut app = build(InstrumentHandler::new(opts).unwrap());
    for path in asked {
        let request = Request::get(*path).body(Body::empty()).unwrap();
        let response = block_on(app.call(request)).unwrap();
        block_on(axum::body::to_bytes(response.into_body(), usize::MAX)).unwrap();
    }
    requests
}

/// B2: a million unknown paths share one series.
#[test]
fn b2_requests_that_match_no_route_share_a_value() {
    let app = |layer| {
        let api = Router::new().route("/items/{item}", get(|| async {}));
        Router::new()
            .route("/users/{id}", get(|| async { "hello" }))
            .nest("/api", api)
            .layer(layer)
    };
    let asked = [
        "/users/1",
        "/users/2",
        "/api/items/7",
        "/made-up/1",
        "/made-up/2",
        "/api/made-up",
    ];
    let requests = routes_of(app, &asked);
    let count = |code, route| requests.with([code, route]).value();
    assert_eq!(count("200", "/users/{id}"), 2.0);
    assert_eq!(count("200", "/api/items/{item}"), 1.0);
    assert_eq!(count("404", "unmatched"), 3.0, "{requests:?}");
}

#[test]
fn a_layer_of_routes_alone_leaves_the_others_out() {
    let app = |layer| {
        let app = Router::new().route("/users/{id}", get(|| async { "hello" }));
        app.route_layer(layer)
    };
    let requests = routes_of(app, &["/users/1", "/made-up"]);
    assert_eq!(requests.with(["200", "/users/{id}"]).value(), 1.0);
    assert_eq!(requests.with(["404", "unmatched"]).value(), 0.0);
}
