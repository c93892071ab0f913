use http::Request;
use promcore::{CounterVec, DynCounterVec, HistogramVec, MetricValue, SummaryVec};
use promhttp::{GrpcStatus, InstrumentHandler, InstrumentHandlerOpts, Labels};
use tower_layer::Layer as _;

use crate::script::{Script, Site, Step, answer, play, request};

#[track_caller]
fn check_error<L: Labels + std::fmt::Debug>(opts: InstrumentHandlerOpts<L>, expected: &str) {
    let error = InstrumentHandler::new(opts).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn labels_that_nothing_fills_are_refused_by_name() {
    let requests = || DynCounterVec::new("requests", "", ["code", "path", "method"]).unwrap();
    let new = InstrumentHandlerOpts::new;
    let unfilled = r#"nothing gives values to label "path" of metric "requests""#;
    check_error(new().counter(requests()), unfilled);
    let curried = requests().curry_with(&[("path", "/")]).unwrap();
    assert!(InstrumentHandler::counter(curried.clone()).is_ok());

    let unknown = |name| format!("none of the metrics has a label {name:?} to give values to");
    let path = |_: promhttp::RequestHead<'_>| "/";
    let route = new().counter(requests()).label_from_request("path", path);
    check_error(route.label_from_request("route", path), &unknown("route"));
    // A curried label cannot be added again.
    let path_again = new().counter(curried).label_from_request("path", path);
    check_error(path_again, &unknown("path"));
    check_error(new().label_from_request("path", path), &unknown("path"));

    let seconds = HistogramVec::new("seconds", "", ["user"]).unwrap();
    let unfilled = r#"nothing gives values to label "user" of metric "seconds""#;
    for error in [
        InstrumentHandler::duration(seconds.clone()).unwrap_err(),
        InstrumentHandler::time_to_write_header(seconds.clone()).unwrap_err(),
        InstrumentHandler::request_size(seconds.clone()).unwrap_err(),
        InstrumentHandler::response_size(seconds).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), unfilled);
    }
}

#[test]
#[should_panic(expected = r#"there are 2 labels, but the names ["one"]"#)]
fn labels_that_miscount_are_refused_if_others_follow() {
    struct Miscounting;
    impl Labels for Miscounting {
        const LEN: usize = 2;
        type Values = ();

        fn names(&self) -> Vec<&str> {
            vec!["one"]
        }

        fn of_request(&self, _request: promhttp::RequestHead<'_>) {}

        fn value<'a>(&'a self, _values: &'a (), _label: usize) -> &'a str {
            ""
        }
    }
    let opts = InstrumentHandlerOpts::new().labels(Miscounting);
    let _ = InstrumentHandler::new(opts.label_from_request("two", |_| "2"));
}

/// B2: invented methods make no new label values.
#[test]
fn b2_methods_that_are_not_known_share_a_value() {
    let requests = CounterVec::new("requests", "", ["method"]).unwrap();
    let opts = || InstrumentHandlerOpts::new().counter(requests.clone());
    for i in 0..100 {
        answer(opts(), request(&format!("MADE-UP-{i}")));
    }
    assert_eq!(requests.with(["unknown"]).value(), 100.0);

    answer(opts().extra_methods(["PROPFIND"]), request("propfind"));
    assert_eq!(requests.with(["propfind"]).value(), 1.0);
}

#[test]
fn labels_come_from_requests_and_responses() {
    let names = ["api", "code", "cache", "method"];
    let requests = CounterVec::new("requests", "", names).unwrap();
    let seconds = HistogramVec::new("seconds", "", ["api"]).unwrap();
    let site = Site::new();
    let opts = InstrumentHandlerOpts::new()
        .counter(requests.clone())
        .duration(seconds.clone())
        .label_from_request("api", |request| {
            if request.headers.contains_key("x-beta") {
                "beta"
            } else {
                "stable"
            }
        })
        .label_from_response("cache", |response| {
            let cache = response.headers.get("x-cache");
            cache.map_or("none", |_| "hit").to_owned()
        });
    let layer = InstrumentHandler::new(opts).unwrap();
    let mut script = Script::new(&site, &[]);
    play(layer.layer(script.clone()), request("GET"));
    script.headers.push(("x-cache", "HIT from here"));
    let beta = Request::get("/")
        .header("x-beta", "1")
        .body(String::new())
        .unwrap();
    play(layer.layer(script.clone()), beta);
    assert_eq!(requests.with(["stable", "200", "none", "get"]).value(), 1.0);
    assert_eq!(requests.with(["beta", "200", "hit", "get"]).value(), 1.0);
    assert_eq!(seconds.with(["beta"]).snapshot().count, 1);

    // Without a response, the label is empty.
    script.before = vec![Step::Wait];
    drop(tower_service::Service::call(
        &mut layer.layer(script),
        request("GET"),
    ));
    assert_eq!(requests.with(["stable", "aborted", "", "get"]).value(), 1.0);
}

#[test]
fn the_last_label_of_a_name_counts_also_instead_of_the_code() {
    let requests = CounterVec::new("requests", "", ["code"]).unwrap();
    let opts = InstrumentHandlerOpts::new()
        .counter(requests.clone())
        .label_from_request("code", |_| "first")
        .label_from_request("code", |_| "last");
    answer(opts, request("GET"));
    assert_eq!(requests.with(["last"]).value(), 1.0);
}

#[test]
fn codes_that_are_not_known_share_a_value() {
    for (status, code) in [
        (100, "100"),
        (299, "299"),
        (599, "599"),
        (600, "unknown"),
        (999, "unknown"),
    ] {
        let site = Site::new();
        let requests = CounterVec::new("requests", "", ["code"]).unwrap();
        let mut script = Script::new(&site, &[]);
        script.status = status;
        let layer = InstrumentHandler::counter(requests.clone()).unwrap();
        play(layer.layer(script), request("GET"));
        assert_eq!(requests.with([code]).value(), 1.0, "{status}");
    }
}

#[track_caller]
fn check_grpc(headers: &[(&'static str, &'static str)], body: &[Step], expected: &str) {
    let site = Site::new();
    let calls = CounterVec::new("calls", "", ["grpc_code"]).unwrap();
    let head = HistogramVec::new("head", "", ["grpc_code"]).unwrap();
    let opts = InstrumentHandlerOpts::new()
        .counter(calls.clone())
        .time_to_write_header(head.clone())
        .clock(site.clock.clone())
        .labels(GrpcStatus::new("grpc_code"));
    let mut script = Script::new(&site, body);
    script.headers = headers.to_vec();
    play(
        InstrumentHandler::new(opts).unwrap().layer(script),
        request("POST"),
    );
    assert_eq!(calls.with([expected]).value(), 1.0, "{calls:?}");
    let head = head.with([expected]).snapshot();
    assert_eq!((head.count, head.sum), (1, 0.0));
}

#[test]
fn the_status_of_grpc_is_a_label() {
    use Step::{Data, Second, Trailers};
    let status = |code| Trailers("grpc-status", code);
    check_grpc(&[], &[Data("x"), Second, status("0")], "OK");
    check_grpc(&[], &[Second, status("5")], "NotFound");
    check_grpc(&[], &[status("16")], "Unauthenticated");
    check_grpc(&[], &[status("17")], "Unknown");
    check_grpc(&[], &[status("-1")], "Unknown");
    check_grpc(&[], &[Trailers("other", "1")], "Unknown");
    check_grpc(&[], &[Data("x")], "Unknown");
    check_grpc(&[("grpc-status", "14")], &[], "Unavailable");
    check_grpc(&[], &[Data("x"), Step::Fail], "Canceled");
}

#[test]
fn exemplars_come_from_requests_and_responses() {
    let requests = CounterVec::new("requests", "", ["code"]).unwrap();
    let seconds = HistogramVec::new("seconds", "", ["code"]).unwrap();
    let sizes = SummaryVec::new("sizes", "", ["code"]).unwrap();
    let registry = promcore::Registry::new();
    registry.register(requests.clone()).unwrap();
    let id = |headers: &http::HeaderMap| {
        let id = headers.get("x-trace")?.to_str().ok()?;
        Some([("trace_id", id.to_owned())])
    };
    let opts = InstrumentHandlerOpts::new()
        .counter(requests.clone())
        .duration(seconds.clone())
        .response_size(sizes.clone())
        .exemplar_from_request(move |request| id(request.headers))
        .exemplar_from_response(move |response| id(response.headers));
    let layer = InstrumentHandler::new(opts).unwrap();
    let exemplar = || {
        let metric = promcore::Gatherer::gather(&registry)
            .families
            .remove(0)
            .metrics
            .remove(0);
        let MetricValue::Counter(counter) = metric.value else {
            panic!("{metric:?}")
        };
        let labels = counter.exemplar.map(|exemplar| exemplar.labels.into_iter());
        labels.map(|mut labels| labels.next().map(|label| label.value))
    };
    let site = Site::new();
    let script = Script::new(&site, &[]);

    play(layer.layer(script.clone()), request("GET"));
    assert_eq!(exemplar(), None);

    let traced = |id: &str| {
        Request::get("/")
            .header("x-trace", id)
            .body(String::new())
            .unwrap()
    };
    play(layer.layer(script.clone()), traced("a"));
    assert_eq!(exemplar(), Some(Some("a".to_owned())));
    let buckets = seconds.with(["200"]).snapshot().buckets;
    assert!(buckets.iter().any(|bucket| bucket.exemplar.is_some()));

    // An exemplar that is too long is left out; the request is still counted.
    play(layer.layer(script.clone()), traced(&"x".repeat(200)));
    assert_eq!(exemplar(), Some(Some("a".to_owned())));

    let mut traced_within = script;
    traced_within.headers.push(("x-trace", "b"));
    play(layer.layer(traced_within), traced("a"));
    assert_eq!(exemplar(), Some(Some("b".to_owned())));

    assert_eq!(requests.with(["200"]).value(), 4.0);
    assert_eq!(seconds.with(["200"]).snapshot().count, 4);
    assert_eq!(sizes.with(["200"]).snapshot().count, 4);
}
