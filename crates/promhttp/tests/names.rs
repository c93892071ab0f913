//! Requests that select families.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use promcore::{ConstMetric, Counter, Desc, DescOpts, Registry, collector_fn};
use promhttp::{ErrorHandling, HandlerOpts, handler_for};
use support::get_with;

/// A registry with two counters, and a collector that counts its collections.
fn registry() -> (Registry, Arc<AtomicUsize>) {
    let (registry, asked) = (Registry::new(), Arc::new(AtomicUsize::new(0)));
    for name in ["a_total", "b_total"] {
        registry.register(Counter::new(name, "").unwrap()).unwrap();
    }
    let desc = Desc::new(DescOpts::new("slow", "")).unwrap();
    let counting = Arc::clone(&asked);
    let slow = collector_fn(vec![desc.clone()], move |sink| {
        counting.fetch_add(1, Ordering::SeqCst);
        sink(ConstMetric::gauge(&desc, 1.0, &[]).unwrap());
    });
    registry.register(slow).unwrap();
    (registry, asked)
}

#[test]
fn nobody_is_asked_for_families_that_are_not_wanted() {
    let (registry, asked) = registry();
    let handler = handler_for(registry, HandlerOpts::new()).unwrap();

    let only = get_with(&handler, "/metrics?name[]=b_total&name[]=c_total", &[]);
    assert_eq!(
        only.text,
        "# HELP b_total \n# TYPE b_total counter\nb_total 0\n"
    );
    let none = get_with(&handler, "/metrics?name[]", &[]);
    assert_eq!((none.status, none.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(asked.load(Ordering::SeqCst), 0);

    let all = get_with(&handler, "/metrics?name=a_total", &[]);
    assert_eq!(all.text.matches("# TYPE").count(), 3);
    let slow = get_with(&handler, "/metrics?name%5B%5D=slow", &[]);
    assert!(slow.text.ends_with("\nslow 1\n"), "{}", slow.text);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn what_is_wrong_elsewhere_is_of_no_concern() {
    let (registry, _) = registry();
    let desc = Desc::new(DescOpts::new("bad", "")).unwrap();
    let bad = collector_fn(vec![desc], |_| panic!("no values today"));
    registry.register(bad).unwrap();
    let status = |error_handling, uri| {
        let opts = HandlerOpts::new().error_handling(error_handling);
        let handler = handler_for(registry.clone(), opts).unwrap();
        get_with(&handler, uri, &[]).status
    };

    for handling in [
        ErrorHandling::HttpErrorOnError,
        ErrorHandling::ContinueOnError,
    ] {
        assert_eq!(status(handling, "/metrics?name[]=slow"), StatusCode::OK);
        let only_bad = status(handling, "/metrics?name[]=bad");
        assert_eq!(only_bad, StatusCode::INTERNAL_SERVER_ERROR);
    }
}
