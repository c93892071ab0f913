//! Scrapes, on threads that may block.

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

/// What the log says before errors of gathering.
const GATHERING: &str = "error gathering metrics";

/// And before those of encoding.
const ENCODING: &str = "error encoding and sending metric family";

/// What a handler scrapes, and what it does about errors.
pub(super) struct Scraper {
    pub(super) gatherer: Box<dyn Gatherer>,
    pub(super) opts: HandlerOpts,
    pub(super) errors: Option<ErrorCounter>,
    /// Those who wait, if scrapes may share what is gathered.
    pub(super) queue: Option<Queue>,
}

/// A request to be answered.
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) permit: Permit,
    pub(super) responder: Responder,
}

impl Job {
    /// Whether anyone waits for the answer.
    pub(super) fn is_wanted(&self) -> bool {
        !self.responder.is_closed()
    }

    /// Answers that the scrape failed, and shows none of its metrics.
    fn refuse(self, errors: &str) {
        // Before the client reads: it may come back at once.
        drop(self.permit);
        self.responder.respond(future::failed(errors));
    }
}

impl Scraper {
    /// Answers a request beside the caller.
    ///
    /// The way back closes without an answer if the scrape panics.
    pub(super) fn answer(self: &Arc<Self>, job: Job) {
        match &self.queue {
            None => self.start(vec![job], None),
            Some(queue) => Turn::enter(self, queue, job),
        }
    }

    /// Forgets those among the scrapes that wait for others whose clients have gone.
    pub(super) fn forget_unwanted(&self) {
        if let Some(queue) = &self.queue {
            queue.forget_unwanted();
        }
    }

    /// Starts to gather for all `jobs`, whose turn it is.
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
        // Before the clients read: the slowest must not keep the others waiting.
        drop(turn);
        for job in jobs {
            let (scraper, scrape) = (Arc::clone(self), scrape.clone());
            on_thread(move || scraper.serve(scrape, job));
        }
        self.serve(scrape, first);
    }

    /// Answers a request with what it wants of a scrape; there is none if the gatherer has panicked.
    fn serve(&self, scrape: Option<Scrape>, job: Job) {
        let Some(scrape) = scrape else {
            self.log(GATHERING, &"the gatherer panicked");
            self.count_gathering(true);
            return job.refuse("the gatherer panicked");
        };
        let scrape = scrape.only(&job.asked.scrape_opts());
        let gathered = scrape.errors().len();
        let failed = gathered > 0;
        // What a format cannot carry can only be told once it is known who asks.
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

    /// Sends what was found, at the pace of the client.
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
        let written = self.encode(scrape, &asked, chunks);
        // Counted when the counter itself has been encoded, so that a scrape does not show its
        // own error, and before the client can see the end.
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
        // Broken off or not, `finish` tells of the first write that failed.
        let _ = scrape.write(&mut encoder);
        encoder.finish()?.finish()
    }

    /// Whether a scrape with errors is served all the same.
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

    /// Passes a line to the user's log; that it panics is the user's affair, not the scrape's.
    fn log(&self, what: &str, error: &dyn Display) {
        if let Some(log) = &self.opts.error_log {
            let line = format!("{what}: {error}");
            let _ = catch_unwind(AssertUnwindSafe(|| log(&line)));
        }
    }
}

/// Runs `work` on a thread that may block: one of the runtime's if there is one.
///
/// Without a thread it is dropped, and whoever waits gets a 500.
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

/// Tokio panics if the system has no thread for its pool, and keeps what was to be done.
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

/// Joins errors as Go's `MultiError` does: one stands alone, several make a list.
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
