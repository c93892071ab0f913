//! The same push inside runtimes, outside of them, and at the end of a job.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use promcore::Counter;
use prompush::{HttpSend, Pusher, SendError, http_send_fn};
use support::{ACCEPTED, Gateway, Reply};
use tokio::sync::oneshot;
use tokio::task;

fn pusher(gateway: &Gateway) -> Pusher {
    let rows = Counter::new("rows_total", "Rows.").unwrap();
    Pusher::new(&gateway.url(), "import").collector(rows)
}

#[test]
fn it_blocks_without_a_runtime() {
    let gateway = Gateway::start(&[ACCEPTED]);
    pusher(&gateway).push_blocking().unwrap();
    assert_eq!(gateway.received().len(), 1);
}

#[tokio::test]
async fn it_blocks_in_a_runtime_with_one_thread() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let pusher = pusher(&gateway);
    pusher.push_blocking().unwrap();
    pusher.push().await.unwrap();
    pusher.push_blocking().unwrap();
    assert_eq!(gateway.received().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_blocks_in_tasks_and_where_blocking_is_fine() {
    let gateway = Gateway::start(&[ACCEPTED]);
    let pusher = pusher(&gateway);
    let it = pusher.clone();
    let in_a_task = tokio::spawn(async move { it.push_blocking() });
    in_a_task.await.unwrap().unwrap();
    let it = pusher.clone();
    let beside = task::spawn_blocking(move || it.push_blocking());
    beside.await.unwrap().unwrap();
    let awaited = tokio::spawn(async move { pusher.push().await });
    awaited.await.unwrap().unwrap();
    assert_eq!(gateway.received().len(), 3);
}

/// A client that needs no runtime, and counts requests.
fn counting(sent: &Arc<AtomicUsize>) -> impl HttpSend + 'static {
    let sent = Arc::clone(sent);
    http_send_fn(move |_: Request<Bytes>| {
        // Relaxed: the end of the push orders it.
        sent.fetch_add(1, Ordering::Relaxed);
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = StatusCode::ACCEPTED;
        async { Ok::<_, SendError>(answer) }
    })
}

/// Polls a future until it is done, as the simplest runtime does.
fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    loop {
        match future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(done) => return done,
            Poll::Pending => thread::yield_now(),
        }
    }
}

#[test]
fn another_client_may_do_without_tokio() {
    let sent = Arc::new(AtomicUsize::new(0));
    let pusher = Pusher::new("push", "j").client(counting(&sent));
    finish(pusher.push()).unwrap();
    assert_eq!(sent.load(Ordering::Relaxed), 1);
}

#[test]
fn nothing_is_pushed_before_the_shutdown() {
    let sent = Arc::new(AtomicUsize::new(0));
    let pusher = Pusher::new("push", "j").client(counting(&sent));
    let (shut_down, shutdown) = oneshot::channel::<()>();
    let mut push = Box::pin(pusher.push_at_shutdown(async {
        let _ = shutdown.await;
    }));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(push.as_mut().poll(&mut cx).is_pending());
    assert_eq!(sent.load(Ordering::Relaxed), 0);
    shut_down.send(()).unwrap();
    finish(push).unwrap();
    assert_eq!(sent.load(Ordering::Relaxed), 1);
}

#[test]
fn a_job_that_ends_pushes_however_it_ends() {
    let gateway = Gateway::start(&[ACCEPTED]);
    drop(pusher(&gateway).push_on_drop());
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let _push = pusher(&gateway).add_on_drop();
        panic!("on purpose");
    }));
    assert!(panic.is_err());
    drop(pusher(&gateway).delete_on_drop());
    let received = gateway.received();
    let lines: Vec<_> = received.iter().map(|it| it.line.as_str()).collect();
    let expected = [
        "PUT /metrics/job/import HTTP/1.1",
        "POST /metrics/job/import HTTP/1.1",
        "DELETE /metrics/job/import HTTP/1.1",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_guard_may_be_dropped_in_a_runtime() {
    let gateway = Gateway::start(&[ACCEPTED]);
    drop(pusher(&gateway).push_on_drop());
    assert_eq!(gateway.received().len(), 1);
}

#[test]
fn a_guard_that_is_done_pushes_no_more() {
    let gateway = Gateway::start(&[ACCEPTED]);
    pusher(&gateway).push_on_drop().finish().unwrap();
    assert_eq!(gateway.received().len(), 1);
    pusher(&gateway).push_on_drop().cancel();
    assert_eq!(gateway.received().len(), 1);
}

#[test]
fn a_guard_reports_what_it_cannot_return() {
    let gateway = Gateway::start(&[Reply::With("400 Bad Request", "no")]);
    let (report, reported) = mpsc::channel();
    let push = pusher(&gateway).push_on_drop();
    drop(push.on_error(move |error| report.send(error.to_string()).unwrap()));
    let error = reported.recv().unwrap();
    assert!(error.ends_with("was answered 400: \"no\""), "{error}");

    let push = pusher(&gateway).push_on_drop();
    drop(push.on_error(|_| panic!("on purpose")));
    assert!(pusher(&gateway).push_on_drop().finish().is_err());
}
