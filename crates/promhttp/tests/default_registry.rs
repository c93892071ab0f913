//! The handler of the default registry. The only test of its process, because that registry is global.

mod support;

use http::StatusCode;
use support::get;

#[test]
fn it_serves_its_own_metrics_and_those_of_the_process() {
    let first = get(&promhttp::handler());
    // A second handler shares them all.
    let second = get(&promhttp::handler());

    assert_eq!(
        (first.status, second.status),
        (StatusCode::OK, StatusCode::OK)
    );
    assert!(
        first
            .text
            .contains("promhttp_metric_handler_requests_total{code=\"200\"} 0\n")
    );
    assert!(
        second
            .text
            .contains("promhttp_metric_handler_requests_total{code=\"200\"} 1\n")
    );
    let process = second
        .text
        .lines()
        .filter(|line| line.starts_with("# TYPE process_"))
        .count();
    let expected = if cfg!(all(feature = "process", target_os = "linux")) {
        9
    } else {
        0
    };
    assert_eq!(process, expected, "{}", second.text);
}
