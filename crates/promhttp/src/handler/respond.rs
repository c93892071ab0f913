//! Who answers a request: the scrape, or its timeout if that comes first.

use std::convert::Infallible;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use http::Response;
use tokio::sync::oneshot;

use super::body::Body;
use super::future;

/// Takes the answer to a request, once.
pub(super) struct Responder {
    answer: Arc<Answer>,
    /// Tells the watch, if there is one, that it may end.
    _watched: Option<mpsc::Sender<Infallible>>,
}

/// The way to the client, until somebody has answered.
struct Answer(Mutex<Option<oneshot::Sender<Response<Body>>>>);

impl Answer {
    /// Takes the way, so that whoever does so first is the one who answers.
    fn take(&self) -> Option<oneshot::Sender<Response<Body>>> {
        let mut answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take()
    }

    fn send(&self, response: Response<Body>) -> bool {
        self.take()
            .is_some_and(|answer| answer.send(response).is_ok())
    }
}

impl Responder {
    /// Makes a responder; without an answer in time, there is one all the same.
    ///
    /// The time is watched by a thread, since there need not be any runtime.
    pub(super) fn new(timeout: Option<Duration>) -> (Self, oneshot::Receiver<Response<Body>>) {
        let (respond, response) = oneshot::channel();
        let answer = Arc::new(Answer(Mutex::new(Some(respond))));
        let watched = timeout.map(|timeout| watch(timeout, Arc::clone(&answer)));
        let responder = Self {
            answer,
            _watched: watched,
        };
        (responder, response)
    }

    /// Says whether nobody waits for the answer any more.
    pub(super) fn is_closed(&self) -> bool {
        let answer = self.answer.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    /// Answers, and says whether that was in time and anyone wants it.
    pub(super) fn respond(self, response: Response<Body>) -> bool {
        self.answer.send(response)
    }
}

/// Answers at the end of the timeout, unless the returned sender is dropped before.
fn watch(timeout: Duration, answer: Arc<Answer>) -> mpsc::Sender<Infallible> {
    let (watched, ends) = mpsc::channel();
    let watch = move || {
        if ends.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
            answer.send(future::timed_out(timeout));
        }
    };
    // Without a thread there is no timeout, and the scrape answers whenever it can.
    let _ = thread::Builder::new()
        .name("promhttp-timeout".to_owned())
        .spawn(watch);
    watched
}
