use std::pin::pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body::Body as _;
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::script::{Broken, Script, Site, Step, poll, poll_body, request};
use Step::{Data, Trailers, Wait};

/// B16: the middleware passes on everything of a body: hints, frames, trailers, and its end.
#[test]
fn b16_the_middleware_hides_nothing_of_a_body() {
    let site = Site::new();
    let steps = [Data("abc"), Wait, Data("de"), Trailers("grpc-status", "0")];
    let mut service = site.service(Script::new(&site, &steps));
    let Poll::Ready(Ok(response)) = poll(pin!(service.call(request("GET")))) else {
        panic!("the script answers at once");
    };
    let mut body = Box::pin(response.into_body());
    assert_eq!(body.size_hint().exact(), Some(5));
    assert!(!body.is_end_stream());

    let frame = poll_body(body.as_mut());
    let Poll::Ready(Some(Ok(frame))) = frame else {
        panic!("{frame:?}")
    };
    assert_eq!(frame.into_data().unwrap(), Bytes::from_static(b"abc"));
    assert_eq!(body.size_hint().exact(), Some(2));

    assert!(poll_body(body.as_mut()).is_pending());
    assert!(matches!(poll_body(body.as_mut()), Poll::Ready(Some(Ok(_)))));
    assert!(!body.is_end_stream());

    let frame = poll_body(body.as_mut());
    let Poll::Ready(Some(Ok(frame))) = frame else {
        panic!("{frame:?}")
    };
    assert_eq!(frame.into_trailers().unwrap()["grpc-status"], "0");
    assert!(body.is_end_stream());
    // The trailers are the end, whether the server polls again or not.
    site.check_in_flight(0.0);
    assert!(matches!(poll_body(body.as_mut()), Poll::Ready(None)));
}

/// B16: several layers count a request once each.
#[test]
fn b16_each_layer_counts_a_request_once() {
    let (outer, inner) = (Site::new(), Site::new());
    let layer = promhttp::InstrumentHandler::new(outer.opts()).unwrap();
    let service = inner.service(Script::new(&inner, &[Data("ab")]));
    crate::script::play(layer.layer(service), request("POST"));
    for site in [outer, inner] {
        site.check(
            r#"
            in_flight 0
            requests{code="200",method="post"} 1
            seconds_count{code="200",method="post"} 1
            seconds_sum{code="200",method="post"} 0
            head_count{code="200"} 1
            head_sum{code="200"} 0
            asked_count 1
            asked_sum 13
            sent_count{method="post"} 1
            sent_sum{method="post"} 2
            "#,
        );
    }
}

#[test]
fn a_body_without_frames_ends_the_request_with_its_head() {
    let site = Site::new();
    let mut service = site.service(Script::new(&site, &[]));
    let Poll::Ready(Ok(response)) = poll(pin!(service.call(request("HEAD")))) else {
        panic!("the script answers at once");
    };
    site.check_in_flight(0.0);
    assert!(response.body().is_end_stream());
}

/// The extensions hold what a server and a client need for an upgrade.
#[test]
fn an_upgrade_goes_through_and_ends_the_request() {
    #[derive(Clone, Debug, PartialEq)]
    struct OnUpgrade;

    let site = Site::new();
    let upgrade = tower::service_fn(async |request: http::Request<String>| {
        assert_eq!(request.extensions().get(), Some(&OnUpgrade));
        let mut response = Response::new(String::new());
        *response.status_mut() = http::StatusCode::SWITCHING_PROTOCOLS;
        response.extensions_mut().insert(OnUpgrade);
        Ok::<_, std::convert::Infallible>(response)
    });
    let layer = promhttp::InstrumentHandler::new(site.opts()).unwrap();
    let mut request = request("GET");
    request.extensions_mut().insert(OnUpgrade);
    let mut service = layer.layer(upgrade);
    let Poll::Ready(Ok(response)) = poll(pin!(service.call(request))) else {
        panic!("it answers at once");
    };
    assert_eq!(response.extensions().get(), Some(&OnUpgrade));
    site.check_in_flight(0.0);
    let shown = crate::script::shown(&site.registry);
    assert!(shown.contains(&r#"requests{code="101",method="get"} 1"#.to_owned()));
}

/// A service that fails unless it was polled for readiness before each call.
#[derive(Default)]
struct Choosy {
    is_ready: bool,
}

impl tower_service::Service<http::Request<String>> for Choosy {
    type Response = Response<String>;
    type Error = Broken;
    type Future = std::future::Ready<Result<Self::Response, Broken>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        if std::mem::replace(&mut self.is_ready, true) {
            Poll::Ready(Err(Broken))
        } else {
            Poll::Ready(Ok(()))
        }
    }

    fn call(&mut self, _request: http::Request<String>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "it was not ready");
        std::future::ready(Ok(Response::new(String::new())))
    }
}

/// The readiness of a service does not extend to its clones, so the middleware must not call a clone.
#[track_caller]
fn check_ready<S: tower_service::Service<http::Request<String>, Error = Broken>>(mut service: S) {
    let cx = &mut Context::from_waker(std::task::Waker::noop());
    for _ in 0..2 {
        assert_eq!(service.poll_ready(cx), Poll::Ready(Ok(())));
        assert!(poll(pin!(service.call(request("GET")))).is_ready());
    }
    assert_eq!(service.poll_ready(cx), Poll::Ready(Ok(())));
    assert_eq!(service.poll_ready(cx), Poll::Ready(Err(Broken)));
}

#[test]
fn the_service_that_is_ready_is_the_one_that_is_called() {
    let gauge = || promcore::Gauge::new("in_flight", "").unwrap();
    let server = promhttp::InstrumentHandler::in_flight(gauge());
    check_ready(server.layer(Choosy::default()));
    let client = promhttp::InstrumentClient::in_flight(gauge()).error_kind(|_: &Broken| "broken");
    check_ready(client.layer(Choosy::default()));
    let seconds = promcore::Histogram::new("seconds", "").unwrap();
    check_ready(promhttp::InstrumentPhase::new(seconds).layer(Choosy::default()));
    let registry = promcore::Registry::new();
    check_ready(promhttp::instrument_metric_handler(&registry, Choosy::default()).unwrap());
}
