//! Sends the response of a scrape, or of its timeout if that comes first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::Response;
use tokio::sync::oneshot;

use super::alarms::{Alarm, Alarms};
use super::body::Body;
use super::future;

/// Sends the response to a request, once.
pub(super) struct Responder {
    answer: Arc<Answer>,
    _timeout: Option<Alarm>,
}

/// The channel to the client, until a response is sent.
struct Answer(Mutex<Option<oneshot::Sender<Response<Body>>>>);

impl Answer {
    /// Takes the channel, so that only the first response is sent.
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
    /// Makes a responder, which answers 503 itself if nothing is sent in time.
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

    /// Reports whether the client no longer waits for a response.
    pub(super) fn is_closed(&self) -> bool {
        let answer = self.answer.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    /// Sends a response, and reports whether it was in time and the client still waits.
    pub(super) fn respond(self, response: Response<Body>) -> bool {
        self.answer.send(response)
    }
}
