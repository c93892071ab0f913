//! Looking up an existing metric does not allocate. The only test of its process, because it counts allocations.

use std::alloc::System;
use std::net::{IpAddr, Ipv6Addr};

use promcore::{CounterFamily, LabelSet, LabelValue};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[derive(Clone, Copy, LabelValue)]
enum Method {
    Get,
}

#[derive(LabelSet)]
struct Route<'a> {
    host: &'a str,
    path: String,
}

#[derive(LabelSet)]
struct Request<'a> {
    code: u16,
    size: i64,
    method: Option<Method>,
    none: Option<&'a str>,
    #[label(display)]
    peer: IpAddr,
    #[label(flatten)]
    route: Route<'a>,
}

#[test]
fn looking_up_takes_no_memory() {
    let requests = CounterFamily::<Request<'_>>::new("requests_total", "Requests.").unwrap();
    let request = Request {
        code: 404,
        size: i64::MIN,
        method: Some(Method::Get),
        none: None,
        peer: Ipv6Addr::LOCALHOST.into(),
        route: Route {
            host: "a",
            path: "/".repeat(1000),
        },
    };
    requests.with(&request).inc();
    let region = Region::new(ALLOCATOR);
    for _ in 0..100 {
        requests.with(&request).inc();
    }
    assert_eq!(region.change().allocations, 0);
    assert_eq!(requests.with(&request).value(), 101.0);
}
