use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use http::Response;
use tower_service::Service as _;

use crate::script::{Broken, Script, Site, Step, play, poll, poll_body, request};
use Step::{Data, Fail, Panic, Second, Trailers, Wait};

/// Polls a request `polls` times, drops it, and returns the actual number of polls.
fn give_up_after(polls: usize, site: &Site, script: Script) -> usize {
    let mut service = site.service(script);
    let mut future = Box::pin(service.call(request("GET")));
    site.check_in_flight(1.0);
    let mut done = 0;
    let body = loop {
        if done == polls {
            return done;
        }
        done += 1;
        match poll(future.as_mut()) {
            Poll::Pending => site.check_in_flight(1.0),
            Poll::Ready(result) => break result.unwrap().into_body(),
        }
    };
    drop(future);
    let mut body = Box::pin(body);
    while done < polls {
        site.check_in_flight(1.0);
        done += 1;
        if matches!(poll_body(body.as_mut()), Poll::Ready(None)) {
            break;
        }
        if http_body::Body::is_end_stream(&body) {
            // The last frame ends the request, before the body is dropped.
            site.check_in_flight(0.0);
            break;
        }
    }
    done
}

/// B1: whenever a request is cancelled, it leaves the gauge and is observed once.
#[test]
fn b1_a_request_dropped_at_any_await_point_leaves_the_gauge() {
    let polls_in_all = 9;
    for polls in 0..=polls_in_all {
        let site = Site::new();
        let mut script = Script::new(
            &site,
            &[Wait, Data("ab"), Wait, Data("c"), Wait, Trailers("a", "b")],
        );
        script.before = vec![Wait, Wait];
        assert_eq!(give_up_after(polls, &site, script), polls);
        let bytes = [0, 0, 0, 0, 0, 2, 2, 3, 3, 3][polls];
        site.check(&match polls {
            0..3 => r#"
                in_flight 0
                requests{code="aborted",method="get"} 1
                seconds_count{code="aborted",method="get"} 1
                seconds_sum{code="aborted",method="get"} 0
                asked_count 1
                asked_sum 12
                "#
            .to_owned(),
            _ => format!(
                r#"
                in_flight 0
                requests{{code="200",method="get"}} 1
                seconds_count{{code="200",method="get"}} 1
                seconds_sum{{code="200",method="get"}} 0
                head_count{{code="200"}} 1
                head_sum{{code="200"}} 0
                asked_count 1
                asked_sum 12
                sent_count{{method="get"}} 1
                sent_sum{{method="get"}} {bytes}
                "#
            ),
        });
    }
}

/// B1: when a client disconnects, the future of the whole connection is dropped.
#[test]
fn b1_requests_side_by_side_are_all_taken_off() {
    let site = Site::new();
    let mut script = Script::new(&site, &[]);
    script.before = vec![Wait; 3];
    let mut service = site.service(script);
    let futures: Vec<_> = (0..24).map(|_| service.call(request("GET"))).collect();
    site.check_in_flight(24.0);
    drop(futures);
    site.check_in_flight(0.0);
}

#[test]
fn the_time_until_it_is_given_up_is_that_of_a_request() {
    let site = Site::new();
    let mut script = Script::new(&site, &[]);
    script.before = vec![Second, Wait, Wait];
    give_up_after(1, &site, script);
    site.check(
        r#"
        in_flight 0
        requests{code="aborted",method="get"} 1
        seconds_count{code="aborted",method="get"} 1
        seconds_sum{code="aborted",method="get"} 1
        asked_count 1
        asked_sum 12
        "#,
    );
}

#[test]
fn a_service_that_fails_is_an_error_and_passes_it_on() {
    let site = Site::new();
    let mut script = Script::new(&site, &[]);
    script.before = vec![Fail];
    let mut service = site.service(script);
    let result = poll(pin!(service.call(request("GET"))));
    assert!(matches!(result, Poll::Ready(Err(Broken))));
    site.check(
        r#"
        in_flight 0
        requests{code="error",method="get"} 1
        seconds_count{code="error",method="get"} 1
        seconds_sum{code="error",method="get"} 0
        asked_count 1
        asked_sum 12
        "#,
    );
}

#[test]
fn a_body_that_fails_ends_the_request() {
    let site = Site::new();
    let script = Script::new(&site, &[Data("ab"), Fail, Data("c")]);
    let mut service = site.service(script);
    let Poll::Ready(Ok(response)) = poll(pin!(service.call(request("GET")))) else {
        panic!("the script answers at once");
    };
    let mut body = Box::pin(Response::into_body(response));
    assert!(matches!(poll_body(body.as_mut()), Poll::Ready(Some(Ok(_)))));
    site.check_in_flight(1.0);
    assert!(matches!(
        poll_body(body.as_mut()),
        Poll::Ready(Some(Err(Broken)))
    ));
    site.check_in_flight(0.0);
    let shown = crate::script::shown(&site.registry);
    assert!(shown.contains(&r#"sent_sum{method="get"} 2"#.to_owned()));
}

/// As in Go, only the gauge changes.
#[track_caller]
fn check_panic(site: &Site, run: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the service panics"));
    site.check("in_flight 0");
}

#[test]
fn a_service_that_panics_leaves_the_gauge_and_is_not_observed() {
    // During the call.
    let site = Site::new();
    let calls = tower::service_fn(
        |_: http::Request<String>| -> std::future::Ready<Result<Response<String>, Broken>> {
            panic!("the service panics")
        },
    );
    let layer = promhttp::InstrumentHandler::new(site.opts()).unwrap();
    check_panic(&site, || {
        drop(tower_layer::Layer::layer(&layer, calls).call(request("GET")));
    });

    // While its future is polled, and dropped by the caller that caught the panic.
    let site = Site::new();
    let mut script = Script::new(&site, &[]);
    script.before = vec![Wait, Panic];
    let mut service = site.service(script);
    let mut future = Box::pin(service.call(request("GET")));
    assert!(poll(future.as_mut()).is_pending());
    check_panic(&site, || {
        let mut future = future;
        let caught = catch_unwind(AssertUnwindSafe(|| drop(poll(future.as_mut()))));
        site.check_in_flight(1.0);
        drop(future);
        std::panic::resume_unwind(caught.unwrap_err());
    });
}

#[test]
fn a_body_that_panics_leaves_the_gauge() {
    let site = Site::new();
    let service = site.service(Script::new(&site, &[Data("ab"), Panic]));
    let panic = catch_unwind(AssertUnwindSafe(|| play(service, request("GET")))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the service panics"));
    // The head went out before.
    site.check(
        r#"
        in_flight 0
        head_count{code="200"} 1
        head_sum{code="200"} 0
        "#,
    );
}
