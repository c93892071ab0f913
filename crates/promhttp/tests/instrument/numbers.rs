use http::{Request, Version};
use promcore::{HistogramVec, SummaryVec};
use promhttp::{InstrumentHandler, InstrumentHandlerOpts};
use tower_layer::Layer as _;

use crate::script::{Script, Site, Step, answer, play, request};
use Step::{Data, Second, Trailers};

#[test]
fn durations_end_with_the_body_and_the_head_has_its_own() {
    let site = Site::new();
    let body = [
        Second,
        Data("hello"),
        Second,
        Data(" world"),
        Trailers("a", "b"),
    ];
    let mut script = Script::new(&site, &body);
    script.before = vec![Second];
    script.status = 201;
    play(site.service(script), request("PUT"));
    site.check(
        r#"
        in_flight 0
        requests{code="201",method="put"} 1
        seconds_count{code="201",method="put"} 1
        seconds_sum{code="201",method="put"} 3
        head_count{code="201"} 1
        head_sum{code="201"} 1
        asked_count 1
        asked_sum 12
        sent_count{method="put"} 1
        sent_sum{method="put"} 11
        "#,
    );
}

#[track_caller]
fn check_size(request: Request<String>, expected: f64) {
    let sizes = SummaryVec::new("sizes", "", [""; 0]).unwrap();
    answer(
        InstrumentHandlerOpts::new().request_size(sizes.clone()),
        request,
    );
    assert_eq!(sizes.with([]).snapshot().sum, expected);
}

/// As computed in Go.
#[test]
fn the_size_of_a_request_is_that_of_its_parts() {
    let get = |uri: &str| Request::builder().uri(uri);
    let empty = String::new;
    // `/`, `GET`, `HTTP/1.1`.
    check_size(get("/").body(empty()).unwrap(), 12.0);
    check_size(get("/path?a=b").body(empty()).unwrap(), 20.0);
    check_size(get("/é").body(empty()).unwrap(), 18.0);
    // The header `host` counts without its name.
    let with_host = get("/").header("host", "example.com");
    check_size(with_host.body(empty()).unwrap(), 23.0);
    // The name of a header counts once, however many values it has.
    let with_headers = get("/").header("accept", "*/*").header("accept", "a/b");
    check_size(with_headers.body(empty()).unwrap(), 12.0 + 12.0);
    // The URL as sent to a proxy, and its host again.
    let absolute = get("http://example.com/path?x=1");
    check_size(absolute.body(empty()).unwrap(), 49.0);
    // Later versions send the host separately.
    let second = get("http://example.com/path?x=1").version(Version::HTTP_2);
    check_size(second.body(empty()).unwrap(), 9.0 + 3.0 + 8.0 + 11.0);
    check_size(get("/").body("12345".to_owned()).unwrap(), 17.0);
}

#[test]
fn a_body_of_unknown_length_counts_as_the_header_says() {
    let sizes = SummaryVec::new("sizes", "", [""; 0]).unwrap();
    let layer = InstrumentHandler::request_size(sizes.clone()).unwrap();
    let with_length = Request::post("/").header("content-length", "100");
    play(
        layer.layer(crate::script::Ok200),
        with_length.body(Unknown).unwrap(),
    );
    assert_eq!(sizes.with([]).snapshot().sum, 13.0 + 17.0 + 100.0);
    for odd in [
        "",
        "-1",
        "many",
        "99999999999999999999",
        "18446744073709551615",
    ] {
        let with_odd = Request::post("/").header("content-length", odd);
        play(
            layer.layer(crate::script::Ok200),
            with_odd.body(Unknown).unwrap(),
        );
    }
    assert_eq!(sizes.with([]).snapshot().count, 6);
}

/// A body of unknown length.
struct Unknown;

impl http_body::Body for Unknown {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Ready(None)
    }
}

#[test]
fn nobody_looks_at_a_clock_unless_something_is_timed() {
    #[derive(Debug)]
    struct Broken;
    impl promcore::Clock for Broken {
        fn now(&self) -> promcore::Timestamp {
            panic!("the clock is broken");
        }
    }
    let sizes = SummaryVec::new("sizes", "", [""; 0]).unwrap();
    let opts = InstrumentHandlerOpts::new().clock(std::sync::Arc::new(Broken));
    answer(opts.response_size(sizes.clone()), request("GET"));
    assert_eq!(sizes.with([]).snapshot().count, 1);
}

/// Each of the six metrics alone, as in Go.
#[test]
fn each_metric_has_a_layer_of_its_own() {
    let histogram = || HistogramVec::new("m", "", ["code"]).unwrap();
    let count = |histogram: &HistogramVec<1>| {
        let snapshot = histogram.with(["200"]).snapshot();
        (snapshot.count, snapshot.sum)
    };
    let check = |layer: InstrumentHandler| {
        play(layer.layer(crate::script::Ok200), request("GET"));
    };

    let requests = promcore::CounterVec::new("requests", "", ["code"]).unwrap();
    check(InstrumentHandler::counter(requests.clone()).unwrap());
    assert_eq!(requests.with(["200"]).value(), 1.0);

    let gauge = promcore::Gauge::new("in_flight", "").unwrap();
    check(InstrumentHandler::in_flight(gauge.clone()));
    assert_eq!(gauge.value(), 0.0);

    let seconds = histogram();
    check(InstrumentHandler::duration(seconds.clone()).unwrap());
    assert_eq!(count(&seconds).0, 1);

    let head = histogram();
    check(InstrumentHandler::time_to_write_header(head.clone()).unwrap());
    assert_eq!(count(&head).0, 1);

    let asked = histogram();
    check(InstrumentHandler::request_size(asked.clone()).unwrap());
    assert_eq!(count(&asked), (1, 12.0));

    let sent = histogram();
    check(InstrumentHandler::response_size(sent.clone()).unwrap());
    assert_eq!(count(&sent), (1, 0.0));
}
