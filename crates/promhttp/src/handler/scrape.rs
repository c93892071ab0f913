//! Runs scrapes on threads that may block.

use std::fmt::{Display, Write as _};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use promcore::{Gatherer, Scrape};
use promfmt::Encoder;
use tokio::runtime::Handle;

use super::asked::Asked;
use super::body::{Body, ChunkWriter};
use super::coalesce::{Queue, Turn};
use super::compression::Compressor;
use super::future;
use super::limit::Permit;
use super::metrics::ErrorCounter;
use super::opts::{ErrorHandling, HandlerOpts};
use super::respond::Responder;

/// The prefix of errors of gathering in the log.
const GATHERING: &str = "error gathering metrics";

/// The prefix of errors of encoding in the log.
const ENCODING: &str = "error encoding and sending metric family";

/// The gatherer of a handler, with its options.
pub(super) struct Scraper {
    pub(super) gatherer: Box<dyn Gatherer>,
    pub(super) opts: HandlerOpts,
    pub(super) errors: Option<ErrorCounter>,
    /// The waiting requests, if scrapes share gathers.
    pub(super) queue: Option<Queue>,
}

/// A request that waits for its response.
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) permit: Permit,
    pub(super) responder: Responder,
}

impl Job {
    /// Reports whether the client still waits.
    pub(super) fn is_wanted(&self) -> bool {
        !self.responder.is_closed()
    }

    /// Responds with the errors of a failed scrape and none of its metrics.
    fn refuse(self, errors: &str) {
        // Before the client reads the response: it may scrape again immediately.
        drop(self.permit);
        self.responder.respond(future::failed(errors));
    }
}

impl Scraper {
    /// Serves a request on another thread.
    ///
    /// If the scrape panics, the channel closes without a response.
    pub(super) fn answer(self: &Arc<Self>, job: Job) {
        match &self.queue {
            None => self.start(vec![job], None),
            Some(queue) => Turn::enter(self, queue, job),
        }
    }

    /// Drops the waiting jobs whose clients have gone.
    pub(super) fn forget_unwanted(&self) {
        if let Some(queue) = &self.queue {
            queue.forget_unwanted();
        }
    }

    /// Starts a gather for all `jobs`.
    pub(super) fn start(self: &Arc<Self>, jobs: Vec<Job>, turn: Option<Turn>) {
        let scraper = Arc::clone(self);
        on_thread(move || scraper.gather(jobs, turn));
    }

    fn gather(self: &Arc<Self>, mut jobs: Vec<Job>, turn: Option<Turn>) {
        // Some clients may have gone while the scrape waited for its thread.
        jobs.retain(Job::is_wanted);
        let Some(first) = jobs.pop() else {
            return;
        };
        let asked = jobs.iter().chain([&first]).map(|job| &job.asked);
        let opts = Asked::together(asked);
        let scrape = catch_unwind(AssertUnwindSafe(|| self.gatherer.scrape_with(&opts))).ok();
        // Before the clients read: a slow client must not delay the next gather.
        drop(turn);
        for job in jobs {
            let (scraper, scrape) = (Arc::clone(self), scrape.clone());
            on_thread(move || scraper.serve(scrape, job));
        }
        self.serve(scrape, first);
    }

    /// Serves a request with its part of a scrape, which is `None` if the gatherer panicked.
    fn serve(&self, scrape: Option<Scrape>, job: Job) {
        let Some(scrape) = scrape else {
            self.log(GATHERING, &"the gatherer panicked");
            self.count_gathering(true);
            return job.refuse("the gatherer panicked");
        };
        let scrape = scrape.only(&job.asked.scrape_opts());
        let gathered = scrape.errors().len();
        let failed = gathered > 0;
        // The errors of a format are known only here, because the requests of a gather may use different formats.
        let scrape = scrape.fit(&job.asked.format.demands());
        let (gathering, encoding) = scrape.errors().split_at(gathered);
        if let Some(errors) = join(gathering) {
            self.log(GATHERING, &errors);
        }
        if let Some(errors) = join(encoding) {
            self.count_encoding();
            self.log(ENCODING, &errors);
        }
        if let Some(errors) = join(scrape.errors())
            && !self.serves_part_of(&scrape)
        {
            self.count_gathering(failed);
            return job.refuse(&errors);
        }
        self.send(&scrape, failed, job);
    }

    /// Sends the metrics as fast as the client reads.
    fn send(&self, scrape: &Scrape, failed: bool, job: Job) {
        let Job {
            asked,
            permit,
            responder,
        } = job;
        let head = future::Head::of(&asked, &self.opts);
        let body_start = |body| responder.respond(future::metrics(&head, body));
        if asked.head_only {
            drop(permit);
            self.count_gathering(failed);
            body_start(Body::headless());
            return;
        }
        let patience = self.opts.write_timeout.unwrap_or(Duration::MAX);
        let chunks = ChunkWriter::new(permit, patience, body_start);
        // Writing may panic, since an instrument can call a user's clock.
        let written = catch_unwind(AssertUnwindSafe(|| self.encode(scrape, &asked, chunks)))
            .unwrap_or_else(|_| Err(io::Error::other("an instrument panicked")));
        // After the counter itself has been encoded, so that a scrape does not include its own error, but before the client can see the end.
        self.count_gathering(failed);
        let served = written.and_then(ChunkWriter::finish);
        if let Err(error) = served {
            self.count_encoding();
            self.log(ENCODING, &error);
        }
    }

    /// Writes everything but the last chunk.
    fn encode<W: io::Write>(&self, scrape: &Scrape, asked: &Asked, chunks: W) -> io::Result<W> {
        let compressor = Compressor::new(asked.compression, chunks)?;
        let mut encoder = Encoder::new(compressor, asked.format)
            .created_lines(self.opts.open_metrics_created_samples);
        // `finish` returns the first write error.
        let _ = scrape.write(&mut encoder);
        encoder.finish()?.finish()
    }

    /// Reports whether a scrape with errors is served anyway.
    fn serves_part_of(&self, scrape: &Scrape) -> bool {
        self.opts.error_handling == ErrorHandling::ContinueOnError && !scrape.is_empty()
    }

    fn count_gathering(&self, failed: bool) {
        if let Some(errors) = self.errors.as_ref().filter(|_| failed) {
            errors.gathering();
        }
    }

    fn count_encoding(&self) {
        if let Some(errors) = &self.errors {
            errors.encoding();
        }
    }

    /// Passes a line to the user's log; a panic in it does not affect the scrape.
    fn log(&self, what: &str, error: &dyn Display) {
        if let Some(log) = &self.opts.error_log {
            let line = format!("{what}: {error}");
            let _ = catch_unwind(AssertUnwindSafe(|| log(&line)));
        }
    }
}

/// Runs `work` on a thread that may block: one of the runtime's if there is one.
///
/// If no thread can be started, `work` is dropped, and its clients get status 500.
fn on_thread(work: impl FnOnce() + Send + 'static) {
    match Handle::try_current() {
        Ok(runtime) => on_thread_of(&runtime, work),
        Err(_) => drop(
            thread::Builder::new()
                .name("promhttp".to_owned())
                .spawn(work),
        ),
    }
}

/// Runs `work` on a thread of tokio's pool.
///
/// Tokio panics if the system has no thread for the pool, but keeps the closure; `work` is then dropped here.
fn on_thread_of(runtime: &Handle, work: impl FnOnce() + Send + 'static) {
    fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
        place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
    let place = Arc::new(Mutex::new(Some(work)));
    let kept = Arc::clone(&place);
    let spawn = || runtime.spawn_blocking(move || take(&kept).map(|work| work()));
    if catch_unwind(AssertUnwindSafe(spawn)).is_err() {
        drop(take(&place));
    }
}

/// Joins errors like Go's `MultiError`: a single one alone, several as a list.
fn join(errors: &[promcore::Error]) -> Option<String> {
    match errors {
        [] => None,
        [error] => Some(error.with_causes().to_string()),
        errors => {
            let mut text = format!("{} error(s) occurred:", errors.len());
            for error in errors {
                let _ = write!(text, "\n* {}", error.with_causes());
            }
            Some(text)
        }
    }
}
