//! Scrapes that arrive while another one gathers, and share the next gather.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::scrape::{Job, Scraper};

/// Requests that wait until a scrape has gathered.
///
/// They wait without a thread and share the next gather, so no result is older than the request.
/// In Go, a request that arrives during a gather receives that gather's result, which can be arbitrarily old if an earlier client reads slowly.
#[derive(Default)]
pub(super) struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    is_gathering: bool,
    waiting: Vec<Job>,
}

impl Queue {
    /// Adds a job; if no gather is running, returns all jobs to gather for.
    fn enter(&self, job: Job) -> Option<Vec<Job>> {
        let mut state = self.state();
        state.waiting.push(job);
        if state.is_gathering {
            return None;
        }
        state.is_gathering = true;
        Some(mem::take(&mut state.waiting))
    }

    /// Returns the jobs of the next gather, if there are any.
    fn next(&self) -> Option<Vec<Job>> {
        let mut state = self.state();
        state.is_gathering = !state.waiting.is_empty();
        state.is_gathering.then(|| mem::take(&mut state.waiting))
    }

    /// Drops the jobs whose clients have gone, and releases their permits.
    pub(super) fn forget_unwanted(&self) {
        let mut state = self.state();
        let unwanted = state.waiting.extract_if(.., |job| !job.is_wanted());
        let unwanted: Vec<_> = unwanted.collect();
        // Permits are released after the lock, since that wakes other requests.
        drop(state);
        drop(unwanted);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to gather; when dropped, it passes to the waiting jobs.
pub(super) struct Turn(Arc<Scraper>);

impl Turn {
    /// Gathers for a job, now or in a later turn.
    pub(super) fn enter(scraper: &Arc<Scraper>, queue: &Queue, job: Job) {
        if let Some(jobs) = queue.enter(job) {
            scraper.start(jobs, Some(Self(Arc::clone(scraper))));
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let queue = self.0.queue.as_ref();
        if let Some(jobs) = queue.and_then(Queue::next) {
            self.0.start(jobs, Some(Self(Arc::clone(&self.0))));
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};
    use tokio::sync::oneshot;

    use super::*;
    use crate::handler::alarms::Alarms;
    use crate::handler::asked::Asked;
    use crate::handler::body::Body;
    use crate::handler::limit::Permit;
    use crate::handler::opts::HandlerOpts;
    use crate::handler::respond::Responder;

    /// Returns a job and its client, which hangs up when dropped.
    fn job() -> (Job, oneshot::Receiver<Response<Body>>) {
        let (responder, client) = Responder::new(None, &Alarms::default());
        let asked = Asked::read(&Request::new(()), &HandlerOpts::new());
        let job = Job {
            asked: asked.expect("GET asks for metrics"),
            permit: Permit::default(),
            responder,
        };
        (job, client)
    }

    #[test]
    fn only_jobs_that_somebody_waits_for_are_kept() {
        let queue = Queue::default();
        assert!(queue.enter(job().0).is_some());
        let (job_of_one, one) = job();
        assert!(queue.enter(job_of_one).is_none());
        for _ in 0..10 {
            assert!(queue.enter(job().0).is_none());
        }

        queue.forget_unwanted();

        let next = queue.next().expect("somebody waits");
        assert_eq!(next.len(), 1);
        drop(one);
    }
}
