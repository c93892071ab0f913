//! No scrape leaves a thread behind. The only test of its process, because it counts threads.
#![cfg(target_os = "linux")]

mod support;

use http::Method;
use promhttp::{HandlerOpts, handler_for};
use support::{block_on, eventually, registry_with, request, threads};
use tower_service::Service;

#[test]
fn clients_that_hang_up_leave_no_thread() {
    let mut handler = handler_for(registry_with(20_000), HandlerOpts::new()).unwrap();

    let bodies: Vec<_> = (0..8)
        .map(|_| {
            block_on(handler.call(request(Method::GET)))
                .unwrap()
                .into_body()
        })
        .collect();
    // Each body is longer than two chunks, so its thread waits for the client.
    assert_eq!(threads(), 8);

    drop(bodies);
    eventually("the threads have ended", || threads() == 0);
}
