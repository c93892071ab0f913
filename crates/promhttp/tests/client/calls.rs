use std::convert::Infallible;
use std::future::{Future, Pending, Ready, pending, ready};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response};
use promcore::{CounterVec, Gauge, HistogramVec, ManualClock, Timestamp};
use promhttp::{ErrorKind, InstrumentClient, InstrumentClientOpts, IoErrorKind};
use tower_layer::Layer;
use tower_service::Service;

struct Metrics {
    in_flight: Gauge,
    calls: CounterVec<2>,
    errors: CounterVec<2>,
    seconds: HistogramVec<1>,
    clock: Arc<ManualClock>,
}

impl Metrics {
    fn new() -> Self {
        Self {
            in_flight: Gauge::new("in_flight", "").unwrap(),
            calls: CounterVec::new("calls", "", ["code", "method"]).unwrap(),
            errors: CounterVec::new("errors", "", ["method", "code"]).unwrap(),
            seconds: HistogramVec::new("seconds", "", ["code"]).unwrap(),
            clock: Arc::new(ManualClock::new(Timestamp::from_unix_nanos(0))),
        }
    }

    fn layer(&self) -> InstrumentClient {
        let opts = InstrumentClientOpts::new()
            .in_flight(self.in_flight.clone())
            .counter(self.calls.clone())
            .errors(self.errors.clone())
            .duration(self.seconds.clone())
            .clock(self.clock.clone());
        InstrumentClient::new(opts).unwrap()
    }
}

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn get() -> Request<()> {
    Request::get("http://localhost/").body(()).unwrap()
}

#[test]
fn a_call_that_is_answered_is_counted_and_timed_until_its_head() {
    let metrics = Metrics::new();
    let clock = Arc::clone(&metrics.clock);
    let in_flight = metrics.in_flight.clone();
    let answer = tower::service_fn(move |_: Request<()>| {
        assert_eq!(in_flight.value(), 1.0);
        clock.advance(Duration::from_secs(2));
        ready(Ok::<_, Infallible>(Response::new("the body is as it was")))
    });
    let mut client = metrics.layer().layer(answer);
    let Poll::Ready(Ok(response)) = poll(client.call(get())) else {
        panic!("it is answered");
    };
    assert_eq!(response.into_body(), "the body is as it was");
    assert_eq!(metrics.in_flight.value(), 0.0);
    assert_eq!(metrics.calls.with(["200", "get"]).value(), 1.0);
    let seconds = metrics.seconds.with(["200"]).snapshot();
    assert_eq!((seconds.count, seconds.sum), (1, 2.0));
}

/// Unlike in Go, errors are counted.
#[test]
fn a_call_that_fails_is_counted_by_the_kind_of_error() {
    let metrics = Metrics::new();
    let refuse = tower::service_fn(|_: Request<()>| -> Ready<Result<Response<()>, io::Error>> {
        ready(Err(io::ErrorKind::ConnectionRefused.into()))
    });
    let mut client = metrics.layer().layer(refuse);
    assert!(matches!(poll(client.call(get())), Poll::Ready(Err(_))));
    let mut client = metrics
        .layer()
        .error_kind(|_: &io::Error| "mine")
        .layer(refuse);
    assert!(matches!(poll(client.call(get())), Poll::Ready(Err(_))));
    assert_eq!(metrics.in_flight.value(), 0.0);
    assert_eq!(metrics.errors.with(["get", "refused"]).value(), 1.0);
    assert_eq!(metrics.errors.with(["get", "mine"]).value(), 1.0);
    assert_eq!(metrics.seconds.with(["refused"]).snapshot().count, 0);
}

/// B1: callers that stop waiting drop their calls.
#[test]
fn b1_a_call_that_is_given_up_leaves_the_gauge_and_is_aborted() {
    let metrics = Metrics::new();
    let never = tower::service_fn(|_: Request<()>| pending::<Result<Response<()>, Infallible>>());
    let mut client = metrics.layer().layer(never);
    for polls in 0..3 {
        let mut call = Box::pin(client.call(get()));
        for _ in 0..polls {
            assert!(poll(call.as_mut()).is_pending());
        }
        assert_eq!(metrics.in_flight.value(), 1.0);
        drop(call);
        assert_eq!(metrics.in_flight.value(), 0.0);
    }
    assert_eq!(metrics.errors.with(["get", "aborted"]).value(), 3.0);
}

#[test]
fn a_client_that_panics_leaves_the_gauge() {
    let metrics = Metrics::new();
    let panics = tower::service_fn(
        |_: Request<()>| -> Pending<Result<Response<()>, Infallible>> {
            panic!("the client panics")
        },
    );
    let mut client = metrics.layer().layer(panics);
    let panic = catch_unwind(AssertUnwindSafe(|| drop(client.call(get())))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the client panics"));
    assert_eq!(metrics.in_flight.value(), 0.0);
    assert_eq!(metrics.errors.with(["get", "aborted"]).value(), 0.0);
}

#[test]
fn labels_are_checked_as_those_of_servers_are() {
    let calls = CounterVec::new("calls", "", ["code", "host"]).unwrap();
    let unfilled = r#"nothing gives values to label "host" of metric "calls""#;
    for error in [
        InstrumentClient::counter(calls.clone()).unwrap_err(),
        InstrumentClient::errors(calls.clone()).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), unfilled);
    }
    let seconds = HistogramVec::new("seconds", "", ["host"]).unwrap();
    assert!(InstrumentClient::duration(seconds).is_err());

    let opts = InstrumentClientOpts::new()
        .counter(calls.clone())
        .label_from_request("host", |_| "api");
    let answer = tower::service_fn(|_: Request<()>| ready(Ok::<_, io::Error>(Response::new(()))));
    let mut client = InstrumentClient::new(opts).unwrap().layer(answer);
    assert!(poll(client.call(get())).is_ready());
    assert_eq!(calls.with(["200", "api"]).value(), 1.0);
}

#[test]
fn kinds_of_errors_are_those_of_the_error_behind_them() {
    #[derive(Debug, thiserror::Error)]
    #[error("the call failed")]
    struct Outer(#[source] io::Error);

    let check = |kind: io::ErrorKind, expected| {
        assert_eq!(IoErrorKind::default().kind(&Outer(kind.into())), expected);
        let wrapped = io::Error::other(Outer(kind.into()));
        assert_eq!(IoErrorKind::default().kind(&wrapped), expected);
    };
    check(io::ErrorKind::TimedOut, "timeout");
    check(io::ErrorKind::ConnectionRefused, "refused");
    check(io::ErrorKind::BrokenPipe, "reset");
    check(io::ErrorKind::HostUnreachable, "unreachable");
    check(io::ErrorKind::UnexpectedEof, "closed");
    check(io::ErrorKind::InvalidData, "other");
    let boxed: Box<dyn std::error::Error + Send + Sync> =
        Outer(io::ErrorKind::ConnectionReset.into()).into();
    assert_eq!(IoErrorKind::of(boxed.as_ref()), "reset");
    let none: Result<u8, _> = "x".parse::<u8>();
    assert_eq!(IoErrorKind::default().kind(&none.unwrap_err()), "other");
}
