//! Pushes to a gateway on loopback, with the default client.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::error::Error as _;
use std::net::TcpListener;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use promcore::{
    ConstMetric, Counter, CounterVec, Desc, DescOpts, Gathered, Registry, collector_fn, gatherer_fn,
};
use promfmt::Format;
use prompush::{Error, Pusher, Retry};
use support::{ACCEPTED, Gateway, Received, Reply};

/// A pusher of one counter, in text format.
fn pusher(url: &str) -> Pusher {
    let rows = Counter::new("rows_total", "Rows.").unwrap();
    rows.add(3.0);
    Pusher::new(url, "import")
        .collector(rows)
        .format(Format::TEXT)
}

const ROWS: &str = "# HELP rows_total Rows.\n# TYPE rows_total counter\nrows_total 3\n";

/// Pushes to a gateway with these replies, with up to two retries.
fn push(replies: &[Reply]) -> (Result<(), Error>, Vec<Received>) {
    let gateway = Gateway::start(replies);
    let quick = Retry::new(2).pause(Duration::from_millis(1));
    let result = pusher(&gateway.url()).retry(quick).push_blocking();
    (result, gateway.received())
}

#[test]
fn push_replaces_and_add_joins_and_delete_deletes() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let pusher = pusher(&gateway.url())
        .grouping("path", "/var/tmp")
        .grouping("a b", "c d");
    pusher.push_blocking().unwrap();
    pusher.add_blocking().unwrap();
    pusher.delete_blocking().unwrap();

    let path = "/metrics/job/import/a%20b/c%20d/path@base64/L3Zhci90bXA";
    let received = gateway.received();
    for (request, method) in received.iter().zip(["PUT", "POST", "DELETE"]) {
        assert_eq!(request.line, format!("{method} {path} HTTP/1.1"));
        let agent = request.header("user-agent").unwrap();
        assert!(agent.starts_with("prompush/"), "{agent}");
    }
    for request in &received[..2] {
        assert_eq!(request.text(), ROWS);
        let content_type = "text/plain; version=0.0.4; charset=utf-8";
        assert_eq!(request.header("content-type"), Some(content_type));
        assert_eq!(request.header("content-length"), Some("63"));
    }
    assert_eq!((received.len(), received[2].text()), (3, ""));
    assert_eq!(received[2].header("content-type"), None);
}

#[test]
fn protobuf_is_the_default() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let rows = Counter::new("rows_total", "Rows.").unwrap();
    let pusher = Pusher::new(&gateway.url(), "import").collector(rows);
    pusher.push_blocking().unwrap();
    let request = gateway.only();
    let content_type = "application/vnd.google.protobuf; \
                        proto=io.prometheus.client.MetricFamily; encoding=delimited";
    assert_eq!(request.header("content-type"), Some(content_type));
    assert_eq!(request.body[1..13], *b"\x0a\x0arows_total");
}

#[test]
fn gatherers_are_merged_with_collectors() {
    let registry = Registry::new();
    let files = Counter::new("files_total", "Files.").unwrap();
    registry.register(files).unwrap();
    let gateway = Gateway::start(&[ACCEPTED]);
    let pusher = pusher(&gateway.url()).gatherer(registry);
    pusher.push_blocking().unwrap();
    let files = "# HELP files_total Files.\n# TYPE files_total counter\nfiles_total 0\n";
    assert_eq!(gateway.only().text(), format!("{files}{ROWS}"));
}

#[test]
fn openmetrics_comes_with_its_end() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let pusher = pusher(&gateway.url()).format(Format::OPEN_METRICS);
    pusher.push_blocking().unwrap();
    let expected = "# HELP rows Rows.\n# TYPE rows counter\nrows_total 3.0\n# EOF\n";
    assert_eq!(gateway.only().text(), expected);
}

#[test]
fn headers_and_credentials_are_sent() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let header = |name, value| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    let headers = [header("x-scope", "a"), header("content-type", "foo/bar")];
    let url = gateway.url().replace("http://", "http://user:secret@");
    let pusher = pusher(&url).headers(HeaderMap::from_iter(headers));
    pusher.push_blocking().unwrap();
    pusher.basic_auth("other", "p:w").push_blocking().unwrap();

    let received = gateway.received();
    let header = |at: usize, name| received[at].header(name);
    assert_eq!(header(0, "x-scope"), Some("a"));
    let content_type = "text/plain; version=0.0.4; charset=utf-8";
    assert_eq!(header(0, "content-type"), Some(content_type));
    assert_eq!(header(0, "authorization"), Some("Basic dXNlcjpzZWNyZXQ="));
    assert_eq!(header(1, "authorization"), Some("Basic b3RoZXI6cDp3"));
}

#[test]
fn nothing_is_sent_if_something_is_wrong() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let url = gateway.url();
    let check = |pusher: Pusher, is_early: bool, expected: &str| {
        let error = pusher.push_blocking().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        let early = pusher.error().map(ToString::to_string);
        assert_eq!(early, is_early.then_some(error));
        assert_eq!(gateway.received(), []);
    };
    check(Pusher::new(&url, ""), true, "the job has no name");
    let wrong = Pusher::new("x:port", "j");
    check(wrong, true, "\"x:port\" is not valid");
    let wrong = pusher(&url).grouping("", "x");
    check(wrong, true, "grouping label name \"\" is not valid");
    let again = Counter::new("rows_total", "Rows.").unwrap();
    let wrong = pusher(&url).collector(again);
    check(wrong, true, "cannot register the collector");
    let panicking = collector_fn(Vec::new(), |_| panic!("on purpose"));
    let wrong = pusher(&url).collector(panicking);
    check(wrong, false, "panicked: on purpose");
    let desc = Desc::new(DescOpts::new("fan_speed_rpm", "Speed.")).unwrap();
    let broken = collector_fn(Vec::new(), move |sink| {
        sink(ConstMetric::invalid(
            &desc,
            promcore::Error::custom("no fan"),
        ));
    });
    let wrong = pusher(&url).collector(broken);
    check(wrong, false, "cannot be collected: no fan");
    let panicking = gatherer_fn(|| -> Gathered { panic!("on purpose") });
    let wrong = pusher(&url).gatherer(panicking);
    check(wrong, false, "the gatherer panicked: on purpose");
}

#[test]
fn labels_of_the_group_are_refused_in_metrics() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let check = |label: &'static str, clashes: bool| {
        let runs = CounterVec::new("runs_total", "Runs.", [label]).unwrap();
        runs.with(["x"]).inc();
        let pusher = pusher(&gateway.url()).collector(runs).grouping("zone", "y");
        let error = pusher.push_blocking().err().map(|error| error.to_string());
        let expected =
            format!("metric \"runs_total\" has the label {label:?} itself, which the group sets");
        assert_eq!(error, clashes.then_some(expected));
        assert_eq!(gateway.received().is_empty(), clashes);
    };
    check("zone", true);
    check("job", true);
    check("area", false);
}

#[test]
fn an_answer_that_refuses_is_shown() {
    let (result, received) = push(&[Reply::With("400 Bad Request", "no such\nthing\n")]);
    let host = received[0].header("host").unwrap();
    let expected =
        format!("PUT http://{host}/metrics/job/import was answered 400: \"no such\\nthing\"");
    assert_eq!(result.unwrap_err().to_string(), expected);
    assert_eq!(received.len(), 1, "such an answer will not change");
}

#[test]
fn only_the_beginning_of_an_answer_is_read() {
    let long = "x".repeat(10_000_000).leak();
    let (result, _) = push(&[Reply::With("400 Bad Request", long)]);
    let Err(Error::Status { body, .. }) = result else {
        panic!("{result:?}");
    };
    assert_eq!(body.len(), prompush::ANSWER_LIMIT);
}

#[test]
fn the_status_counts_even_if_the_rest_of_an_answer_is_lost() {
    let (result, received) = push(&[Reply::BreakOff("400 Bad Request", "no such")]);
    let Err(Error::Status { status, body, .. }) = result else {
        panic!("{result:?}");
    };
    assert_eq!((status.as_u16(), body.as_str()), (400, "no such"));
    assert_eq!(received.len(), 1, "such an answer will not change");

    for reply in [Reply::BreakOff("200 OK", ""), Reply::Stall("202 Accepted")] {
        let (result, received) = push(&[reply]);
        result.unwrap();
        assert_eq!(received.len(), 1, "{reply:?}");
    }
}

#[test]
fn which_answers_are_good_depends_on_the_method() {
    for (status, pushes, deletes) in [
        ("200 OK", true, false),
        ("202 Accepted", true, true),
        ("204 No Content", false, false),
    ] {
        let gateway = Gateway::start(&[Reply::With(status, "")]);
        let pusher = pusher(&gateway.url());
        assert_eq!(pusher.push_blocking().is_ok(), pushes, "{status}");
        assert_eq!(pusher.add_blocking().is_ok(), pushes, "{status}");
        assert_eq!(pusher.delete_blocking().is_ok(), deletes, "{status}");
    }
}

#[test]
fn a_redirect_is_followed_only_with_its_method() {
    let target = Gateway::start(&[ACCEPTED]);
    let there = |status: &str| {
        let status = format!("{status}\r\nlocation: {}/elsewhere", target.url());
        Reply::With(status.leak(), "")
    };
    let (result, _) = push(&[there("301 Moved Permanently")]);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("was answered 301"), "{error}");
    assert_eq!(target.received(), []);

    let (result, _) = push(&[there("308 Permanent Redirect")]);
    result.unwrap();
    let request = target.only();
    assert_eq!(request.line, "PUT /elsewhere HTTP/1.1");
    assert_eq!(request.text(), ROWS);
}

#[test]
fn what_may_pass_is_tried_again() {
    let busy = Reply::With("503 Service Unavailable", "");
    let (result, received) = push(&[busy, Reply::HangUp, ACCEPTED]);
    result.unwrap();
    assert_eq!(received.len(), 3);
    assert_eq!(received[0], received[2]);

    let (result, received) = push(&[busy]);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("was answered 503"), "{error}");
    assert_eq!(received.len(), 3, "one attempt and two retries");
}

#[test]
fn nothing_is_tried_again_unless_it_is_asked_for() {
    let gateway = Gateway::start(&[Reply::With("503 Service Unavailable", ""), ACCEPTED]);
    let error = pusher(&gateway.url()).push_blocking().unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(gateway.received().len(), 1);
}

#[test]
fn a_gateway_that_is_down_is_named_without_credentials() {
    // Bound and closed again, so that there is no server.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let pusher = pusher(&format!("http://user:secret@{address}"));
    let error = pusher.push_blocking().unwrap_err();
    let expected = format!("cannot PUT http://{address}/metrics/job/import");
    assert_eq!(error.to_string(), expected);

    let mut all = format!("{error:?} {pusher:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        all.push_str(&format!(": {error}"));
        cause = error.source();
    }
    assert!(all.contains("refused"), "{all}");
    assert!(!all.contains("secret"), "{all}");
    assert!(!all.contains("dXNlcjpzZWNyZXQ="), "{all}");
}

#[test]
fn a_gateway_that_does_not_answer_is_left() {
    let gateway = Gateway::start(&[Reply::Nothing]);
    let pusher = pusher(&gateway.url()).timeout(Duration::from_millis(250));
    let error = pusher.push_blocking().unwrap_err().to_string();
    let url = gateway.url();
    let expected = format!("PUT {url}/metrics/job/import was not answered within 250ms");
    assert_eq!(error, expected);
}

#[test]
fn a_collector_that_does_not_end_is_left() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let stuck = collector_fn(Vec::new(), |_| std::thread::park());
    let pusher = pusher(&gateway.url())
        .collector(stuck)
        .timeout(Duration::from_millis(50));
    let error = pusher.push_blocking().unwrap_err().to_string();
    assert!(error.contains("was not done in time"), "{error}");
    assert_eq!(gateway.received(), []);
}

#[test]
fn a_gatherer_that_does_not_end_is_left() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let (_release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let stuck = gatherer_fn(move || {
        let _ = wait.lock().unwrap().recv();
        Gathered::default()
    });
    let pusher = pusher(&gateway.url())
        .gatherer(stuck)
        .timeout(Duration::from_millis(50));
    let error = pusher.push_blocking().unwrap_err().to_string();
    let expected = "cannot gather all metrics: a gatherer was not done in time";
    assert_eq!(error, expected);
    assert_eq!(gateway.received(), []);
}

#[test]
fn a_push_of_nothing_empties_the_group() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let registry = promcore::default_registry();
    let pusher = Pusher::new(&gateway.url(), "j").gatherer(registry);
    pusher.push_blocking().unwrap();
    assert_eq!(gateway.only().line, "PUT /metrics/job/j HTTP/1.1");
    assert_eq!(gateway.only().body, []);
}
