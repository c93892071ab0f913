//! The overhead of middleware: an axum router with one route and an empty handler.

use std::future::Future as _;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Uri};
use axum::routing::get;
use axum_prometheus::BaseMetricLayer;
use http_body::Body as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use promcore::{CounterVec, Gauge, HistogramVec};
use promhttp::{InstrumentHandler, InstrumentHandlerOpts, MatchedRoute};
use tower_service::Service;

use super::HELP;
use crate::row::{Candidate, MakeOp, Op, Turn};

pub(crate) const REQUEST: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| serve(app().layer(all_six()))),
    Candidate::peer("axum-prometheus", || {
        let handle = peer();
        let serve = serve(app().layer(BaseMetricLayer::new()));
        Arc::new(move |turn: Turn| {
            serve(turn);
            // Without upkeep, its memory would grow by 16 bytes per request.
            handle.run_upkeep();
        })
    }),
    Candidate::base("no middleware", || serve(app())),
];

/// All six metrics, by code, method and route.
fn all_six() -> InstrumentHandler<((), MatchedRoute)> {
    let names = ["code", "method", "route"];
    let histogram = |name| HistogramVec::new(name, HELP, names).expect("the names are valid");
    let opts = InstrumentHandlerOpts::new()
        .in_flight(Gauge::new("in_flight", HELP).expect("the name is valid"))
        .counter(CounterVec::new("requests_total", HELP, names).expect("the names are valid"))
        .duration(histogram("duration_seconds"))
        .time_to_write_header(histogram("head_seconds"))
        .request_size(histogram("request_size_bytes"))
        .response_size(histogram("response_size_bytes"))
        .labels(MatchedRoute::new("route"));
    InstrumentHandler::new(opts).expect("all labels are filled")
}

/// The recorder of the process, with the default buckets of the peer.
fn peer() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let builder =
            PrometheusBuilder::new().set_buckets(axum_prometheus::utils::SECONDS_DURATION_BUCKETS);
        let recorder = builder.expect("there are buckets").build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).expect("no other recorder is installed");
        handle
    };
    HANDLE.get_or_init(install).clone()
}

fn app() -> Router {
    Router::new().route("/users/{id}", get(|| async {}))
}

/// Sends requests and reads the responses to their ends.
fn serve(app: Router) -> Op {
    let app = Mutex::new(app);
    Arc::new(move |turn: Turn| {
        let mut app = app.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let cx = &mut Context::from_waker(Waker::noop());
        for _ in 0..turn.calls {
            let mut request = Request::new(Body::empty());
            *request.uri_mut() = Uri::from_static("/users/42");
            let Poll::Ready(Ok(response)) = pin!(app.call(request)).poll(cx) else {
                panic!("the handler answers at once");
            };
            let mut body = pin!(response.into_body());
            while let Poll::Ready(Some(_)) = body.as_mut().poll_frame(cx) {}
        }
    })
}
