//! A call in progress.

use std::fmt;
use std::sync::Arc;

use http::{Request, Response};
use promcore::Gauge;

use crate::instrument::{Counted, Known, Labels, Observed, Rules};

/// What a layer measures and how, shared by all its calls.
#[derive(Debug, Default)]
pub(super) struct Shared<L> {
    pub(super) in_flight: Option<Gauge>,
    pub(super) counter: Option<Counted>,
    pub(super) duration: Option<Observed>,
    pub(super) errors: Option<Counted>,
    pub(super) rules: Rules<L>,
}

/// A call in progress. When dropped, it decrements the gauge and is observed, unless the service panicked.
pub(super) struct Call<L: Labels> {
    shared: Arc<Shared<L>>,
    known: Known<L::Values>,
    /// Whether foreign code is running; if the call is dropped then, that code has panicked.
    is_entered: bool,
}

impl<L: Labels> Call<L> {
    /// Starts a call before its request is sent; it is already [entered](Self::enter).
    pub(super) fn new<B>(shared: &Arc<Shared<L>>, request: &Request<B>) -> Self {
        let known = Known::new(&shared.rules, request);
        if let Some(in_flight) = &shared.in_flight {
            in_flight.inc();
        }
        Self {
            shared: Arc::clone(shared),
            known,
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
        self.known.answered(&self.shared.rules, response);
    }

    /// Notes an error of this kind instead of a response.
    pub(super) fn failed(&mut self, kind: &'static str) {
        self.known.failed(kind);
    }

    fn observe(&self) {
        let Shared { rules, .. } = &*self.shared;
        if !self.known.is_answered() {
            if let Some(errors) = &self.shared.errors {
                self.known.count(rules, errors);
            }
            return;
        }
        if let Some(counter) = &self.shared.counter {
            self.known.count(rules, counter);
        }
        if let Some(duration) = &self.shared.duration {
            let elapsed = self.known.elapsed(rules).as_secs_f64();
            self.known.observe(rules, duration, elapsed);
        }
    }
}

impl<L: Labels> Drop for Call<L> {
    fn drop(&mut self) {
        if let Some(in_flight) = &self.shared.in_flight {
            in_flight.dec();
        }
        if !self.is_entered {
            self.observe();
        }
    }
}

impl<L: Labels> fmt::Debug for Call<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}
