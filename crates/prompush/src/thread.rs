//! Runs work on other threads, independent of the caller's runtime.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::oneshot;

use crate::Error;

/// Runs blocking work on a new thread; returns `None` if it panics.
pub(crate) async fn offload<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Option<T>, Error> {
    let (done, result) = oneshot::channel();
    spawn(move || {
        // Fails only if the push was dropped.
        let _ = done.send(work());
    })?;
    Ok(result.await.ok())
}

/// Waits for `delay`.
pub(crate) async fn pause(delay: Duration) -> Result<(), Error> {
    let (asleep, awoken) = mpsc::channel::<Infallible>();
    let (wake, woken) = oneshot::channel();
    // There may be no runtime with a timer, so each pause has a thread.
    spawn(move || {
        // Ends early when `asleep` is dropped.
        let _ = awoken.recv_timeout(delay);
        let _: Result<(), ()> = wake.send(());
    })?;
    let _ = woken.await;
    drop(asleep);
    Ok(())
}

/// Waits for `work`, for at most `limit`.
pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = T>,
) -> Result<Option<T>, Error> {
    let mut work = pin!(work);
    let mut end = pin!(pause(limit));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Ok(Some(done))),
        Poll::Pending => end.as_mut().poll(cx).map_ok(|()| None),
    })
    .await
}

/// Waits for `work` on a new thread with its own runtime, so it works inside any runtime.
///
/// A panic in `work` is resumed in the caller.
pub(crate) fn block_on<T: Send>(
    work: impl Future<Output = Result<T, Error>> + Send,
) -> Result<T, Error> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("prompush".to_owned());
        let thread = thread.spawn_scoped(scope, || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(refused)?;
            let result = runtime.block_on(work);
            // Does not wait for work that a timeout abandoned, such as DNS resolution.
            runtime.shutdown_background();
            result
        });
        let joined = thread.map_err(refused)?.join();
        joined.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = thread::Builder::new().name("prompush".to_owned());
    thread.spawn(work).map(drop).map_err(refused)
}

fn refused(error: io::Error) -> Error {
    Error::Thread(Arc::new(error))
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_takes_too_long_is_left() {
        let left = block_on(within(Duration::from_millis(1), pending::<()>()));
        assert_eq!(left.unwrap(), None);
        let start = Instant::now();
        let done = block_on(within(Duration::from_secs(3600), ready(7)));
        assert_eq!(done.unwrap(), Some(7));
        assert!(start.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn work_that_panics_leaves_nothing() {
        let result = block_on(offload(|| panic!("on purpose")));
        assert_eq!(result.unwrap(), None::<()>);
        assert_eq!(block_on(offload(|| 7)).unwrap(), Some(7));
    }

    #[test]
    fn a_panic_goes_on_in_the_caller() {
        let panic = std::panic::catch_unwind(|| {
            let _: Result<(), _> = block_on(async { panic!("on purpose") });
        });
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"on purpose"));
    }
}
