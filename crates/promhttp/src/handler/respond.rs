//! Who answers a request: the scrape, or its timeout if that comes first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::Response;
use tokio::sync::oneshot;

use super::alarms::{Alarm, Alarms};
use super::body::Body;
use super::future;

/// Takes the answer to a request, once.
pub(super) struct Responder {
    answer: Arc<Answer>,
    _timeout: Option<Alarm>,
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
    pub(super) fn new(
        timeout: Option<Duration>,
        alarms: &Alarms,
    ) -> (Self, oneshot::Receiver<Response<Body>>) {
        let (respond, response) = oneshot::channel();
        let answer = Arc::new(Answer(Mutex::new(Some(respond))));
        let timeout = timeout.and_then(|timeout| {
            let time = Instant::now().checked_add(timeout)?;
            let answer = Arc::clone(&answer);
            Some(alarms.set(time, move || {
                answer.send(future::timed_out(timeout));
            }))
        });
        let responder = Self {
            answer,
            _timeout: timeout,
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
