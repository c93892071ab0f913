//! Compressed responses.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::StatusCode;
use http_body_util::BodyExt;
use promcore::Registry;
use promhttp::{Compression, HandlerOpts, MetricHandler, handler_for};
use support::{block_on, get, get_with, registry_with};
use tower_service::Service;

fn handler(series: usize, opts: HandlerOpts) -> MetricHandler {
    handler_for(registry_with(series), opts).unwrap()
}

#[track_caller]
fn check(opts: HandlerOpts, accepted: &str, encoding: Option<&str>, vary: &str) {
    let handler = handler(5_000, opts);
    let answer = get_with(&handler, "/metrics", &[("accept-encoding", accepted)]);

    assert_eq!(answer.status, StatusCode::OK);
    let found = answer.headers.get("content-encoding");
    assert_eq!(found.map(|it| it.to_str().unwrap()), encoding, "{accepted}");
    assert_eq!(answer.header("vary"), vary);
    assert!(answer.text == get(&handler).text, "the text is the same");
}

#[test]
fn b15_the_encoding_is_one_that_the_client_accepts() {
    let both = "Accept, Accept-Encoding";
    check(HandlerOpts::new(), "gzip", Some("gzip"), both);
    check(
        HandlerOpts::new(),
        "deflate, br;q=1.0, gzip;q=0.5",
        Some("gzip"),
        both,
    );
    check(HandlerOpts::new(), "br", None, both);
    check(HandlerOpts::new(), "*", None, both);
    check(HandlerOpts::new(), "gzip;q=0", None, both);
    check(HandlerOpts::new(), "", None, both);

    let gzip_first =
        || HandlerOpts::new().offered_compressions([Compression::Gzip, Compression::Identity]);
    check(gzip_first(), "*", Some("gzip"), both);
    let off = || HandlerOpts::new().offered_compressions([]);
    check(off(), "gzip", None, "Accept");
    let identity = || HandlerOpts::new().offered_compressions([Compression::Identity]);
    check(identity(), "gzip", None, "Accept");
}

#[cfg(feature = "zstd")]
#[test]
fn b15_zstd_is_offered_behind_gzip() {
    let both = "Accept, Accept-Encoding";
    check(HandlerOpts::new(), "zstd", Some("zstd"), both);
    check(HandlerOpts::new(), "gzip, zstd", Some("gzip"), both);
    check(HandlerOpts::new(), "gzip;q=0.9, zstd", Some("zstd"), both);
}

#[test]
fn nothing_at_all_is_compressed_as_well() {
    let handler = handler_for(Registry::new(), HandlerOpts::new()).unwrap();

    let answer = get_with(&handler, "/metrics", &[("accept-encoding", "gzip")]);

    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(answer.text, "");
}

#[test]
fn head_says_how_get_would_be_encoded() {
    let request = http::Request::head("/metrics").header("accept-encoding", "gzip");

    let mut handler = handler(3, HandlerOpts::new());
    let response = block_on(handler.call(request.body(()).unwrap())).unwrap();

    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["vary"], "Accept, Accept-Encoding");
    assert!(
        block_on(response.into_body().collect())
            .unwrap()
            .to_bytes()
            .is_empty()
    );
}

#[test]
fn errors_are_not_compressed() {
    let request = http::Request::post("/metrics").header("accept-encoding", "gzip");

    let mut handler = handler(3, HandlerOpts::new());
    let response = block_on(handler.call(request.body(()).unwrap())).unwrap();

    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(!response.headers().contains_key("content-encoding"));
}

/// Requests a compressed format, and checks the content type and the start of the response.
#[track_caller]
fn check_format(opts: HandlerOpts, accept: &str, content_type: &str, start: &str) {
    let headers = [("accept", accept), ("accept-encoding", "gzip")];
    let answer = get_with(&handler(3, opts), "/metrics", &headers);

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), content_type, "{accept}");
    assert_eq!(answer.header("content-encoding"), "gzip", "{accept}");
    assert!(answer.text.starts_with(start), "{}", answer.text);
}

#[test]
fn b15_the_type_is_the_one_that_the_client_asks_for() {
    let text = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
    let dots = "text/plain; version=0.0.4; charset=utf-8; escaping=dots";
    let total = "# HELP requests_total Requests answered.\n";
    for accept in [
        "",
        "*/*",
        "text/html",
        "text/plain;version=0.0.4",
        "nonsense",
    ] {
        check_format(HandlerOpts::new(), accept, text, total);
    }
    check_format(
        HandlerOpts::new(),
        "text/plain;escaping=dots",
        dots,
        "# HELP ",
    );

    let open_metrics = "application/openmetrics-text;version=1.0.0";
    check_format(HandlerOpts::new(), open_metrics, text, total);
    let content_type =
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
    let opts = HandlerOpts::new().open_metrics(true);
    check_format(opts, open_metrics, content_type, "# HELP requests Requests");

    let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                    encoding=compact-text";
    let content_type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; \
                        encoding=compact-text; escaping=underscores";
    let start = "name:\"requests_total\"";
    check_format(HandlerOpts::new(), protobuf, content_type, start);
}
