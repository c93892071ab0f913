//! Middleware does not allocate for a request.
//!
//! The only test of its process, because it counts the allocations of all threads.

use std::alloc::System;
use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use promcore::{CounterVec, Gauge, HistogramVec};
use promhttp::{GrpcStatus, InstrumentHandler, InstrumentHandlerOpts};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tower_layer::Layer;
use tower_service::Service;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[derive(Clone)]
struct Hello;

impl<B> Service<Request<B>> for Hello {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Full<Bytes>>, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Full::new(Bytes::from_static(b"hello")))))
    }
}

/// Serves a request as a server does, with a clone of the service.
fn serve<S, R>(service: &S)
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + Clone,
    R: Body,
{
    let cx = &mut Context::from_waker(Waker::noop());
    let call = service.clone().call(Request::new(Full::default()));
    let Poll::Ready(Ok(response)) = pin!(call).poll(cx) else {
        panic!("it answers at once");
    };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(cx) {
        assert!(frame.is_ok());
    }
}

#[test]
fn a_request_takes_no_memory() {
    let names = ["code", "method", "api", "grpc_code"];
    let histogram = |name| HistogramVec::new(name, "", names).unwrap();
    let requests = CounterVec::new("requests", "", names).unwrap();
    let all = InstrumentHandlerOpts::new()
        .in_flight(Gauge::new("in_flight", "").unwrap())
        .counter(requests.clone())
        .duration(histogram("seconds"))
        .time_to_write_header(histogram("head"))
        .request_size(histogram("asked"))
        .response_size(histogram("sent"))
        .label_from_request("api", |_| "v1")
        .labels(GrpcStatus::new("grpc_code"));
    let service = InstrumentHandler::new(all).unwrap().layer(Hello);
    // The first requests make the series and the state of this thread.
    (0..1_000).for_each(|_| serve(&service));

    let region = Region::new(ALLOCATOR);
    (0..1_000).for_each(|_| serve(&service));
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0));
    assert_eq!(
        requests.with(["200", "get", "v1", "Unknown"]).value(),
        2_000.0
    );
}
