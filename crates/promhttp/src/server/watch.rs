//! A request in progress.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use http_body::Body;
use promcore::Gauge;

use super::size::approximate_size;
use crate::instrument::{Counted, Known, Labels, Observed, Rules};

/// What a layer measures and how, shared by all its requests.
#[derive(Debug, Default)]
pub(super) struct Shared<L> {
    pub(super) in_flight: Option<Gauge>,
    pub(super) counter: Option<Counted>,
    pub(super) duration: Option<Observed>,
    pub(super) time_to_write_header: Option<Observed>,
    pub(super) request_size: Option<Observed>,
    pub(super) response_size: Option<Observed>,
    pub(super) rules: Rules<L>,
}

/// A request in progress. When dropped, it decrements the gauge and is observed, unless the service panicked.
pub(super) struct Watch<L: Labels> {
    shared: Arc<Shared<L>>,
    known: Known<L::Values>,
    request_size: u64,
    response_size: u64,
    /// The time to the head, if it is observed.
    head: Option<Duration>,
    /// Whether there is no body, so that the time to the head is the duration.
    is_head_all: bool,
    /// Whether foreign code is running; if the request is dropped then, that code has panicked.
    is_entered: bool,
}

impl<L: Labels> Watch<L> {
    /// Starts when a request has arrived; it is already [entered](Self::enter).
    pub(super) fn new<B: Body>(shared: &Arc<Shared<L>>, request: &Request<B>) -> Self {
        let known = Known::new(&shared.rules, request);
        let request_size = match shared.request_size {
            Some(_) => approximate_size(request),
            None => 0,
        };
        if let Some(in_flight) = &shared.in_flight {
            in_flight.inc();
        }
        Self {
            shared: Arc::clone(shared),
            known,
            request_size,
            response_size: 0,
            head: None,
            is_head_all: false,
            is_entered: true,
        }
    }

    /// Notes that foreign code is about to run.
    pub(super) fn enter(&mut self) {
        self.is_entered = true;
    }

    /// Notes that foreign code has returned.
    pub(super) fn leave(&mut self) {
        self.is_entered = false;
    }

    /// Notes the head of the response.
    pub(super) fn answered<R>(&mut self, response: &Response<R>) {
        let Shared { rules, .. } = &*self.shared;
        self.known.answered(rules, response);
        if let Some(time_to_head) = &self.shared.time_to_write_header {
            let elapsed = self.known.elapsed(rules);
            self.head = Some(elapsed);
            if !L::AT_END {
                let elapsed = elapsed.as_secs_f64();
                self.known.observe(rules, time_to_head, elapsed);
            }
        }
    }

    /// Notes that there is no response.
    pub(super) fn failed(&mut self) {
        self.known.failed("error");
    }

    /// Notes that `bytes` of the body were sent.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.response_size += bytes as u64;
    }

    /// Ends the request with the head of a response that has no body.
    pub(super) fn end_with_head(mut self) {
        self.is_head_all = true;
        self.end(None);
    }

    /// Ends the request with its response body.
    pub(super) fn end(mut self, trailers: Option<&HeaderMap>) {
        self.enter();
        self.known.ended(&self.shared.rules, trailers);
        self.leave();
    }

    fn observe(&self) {
        let Shared { rules, .. } = &*self.shared;
        if let Some(counter) = &self.shared.counter {
            self.known.count(rules, counter);
        }
        if let Some(duration) = &self.shared.duration {
            let of_head = self.head.filter(|_| self.is_head_all);
            let elapsed = of_head.unwrap_or_else(|| self.known.elapsed(rules));
            self.known.observe(rules, duration, elapsed.as_secs_f64());
        }
        if let (Some(time_to_head), Some(elapsed)) = (&self.shared.time_to_write_header, self.head)
            && L::AT_END
        {
            self.known
                .observe(rules, time_to_head, elapsed.as_secs_f64());
        }
        if let Some(request_size) = &self.shared.request_size {
            self.known
                .observe(rules, request_size, self.request_size as f64);
        }
        if let Some(response_size) = &self.shared.response_size
            && self.known.is_answered()
        {
            self.known
                .observe(rules, response_size, self.response_size as f64);
        }
    }
}

impl<L: Labels> Drop for Watch<L> {
    fn drop(&mut self) {
        if let Some(in_flight) = &self.shared.in_flight {
            in_flight.dec();
        }
        if !self.is_entered {
            self.observe();
        }
    }
}

impl<L: Labels> fmt::Debug for Watch<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
