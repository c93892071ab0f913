//! Making a handler has no side effects. The only test of its process, because it counts threads and files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::time::Duration;

use promcore::Registry;
use promhttp::{HandlerOpts, handler_for, instrument_metric_handler};
use support::{eventually, get};

/// Returns the numbers of threads and open files of the process.
fn threads_and_files() -> (usize, usize) {
    let count = |folder: &str| fs::read_dir(folder).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

#[test]
fn b18_constructors_never_spawn_nor_open() {
    let before = threads_and_files();
    let registry = Registry::new();

    // There is neither a runtime nor a reactor.
    let opts = HandlerOpts::new()
        .coalesce_gather(true)
        .max_requests_in_flight(3)
        .registry(&registry)
        .timeout(Duration::from_secs(3_600));
    let handler = handler_for(registry.clone(), opts.clone()).unwrap();
    let handler = instrument_metric_handler(&registry, handler).unwrap();
    // Once more, with metrics that are already registered.
    let again = handler_for(registry.clone(), opts).unwrap();
    let again = instrument_metric_handler(&registry, again).unwrap();
    let (_default, _again) = (promhttp::handler(), promhttp::handler());
    assert_eq!(threads_and_files(), before);

    // Nothing stays behind either when a scrape ends before its timeout.
    assert!(get(&handler).text.contains("} 0\n"));
    assert!(get(&again).text.contains("} 1\n"));
    eventually("all threads have ended", || threads_and_files() == before);
}
