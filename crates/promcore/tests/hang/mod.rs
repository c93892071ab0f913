//! Tests that would hang instead of failing.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Runs `act` in a thread; the test fails if that takes too long.
pub(crate) fn without_hanging(act: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        act();
        done.send(()).unwrap();
    });
    // A thread that panicked has dropped the sender; joining it passes its panic on.
    let outcome = is_done.recv_timeout(Duration::from_secs(30));
    assert_ne!(outcome, Err(mpsc::RecvTimeoutError::Timeout), "it hangs");
    thread.join().unwrap();
}
