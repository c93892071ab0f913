//! One scrape, on a thread that may block.

use std::error::Error as _;
use std::fmt::{Display, Write as _};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::Response;
use promcore::{Gatherer, Scrape};
use promfmt::TextEncoder;
use tokio::sync::oneshot;

use super::body::{Body, ChunkWriter};
use super::future;
use super::limit::Permit;
use super::metrics::ErrorCounter;
use super::opts::{ErrorHandling, ErrorLog};

/// What a handler scrapes, and what it does about errors.
pub(super) struct Scraper {
    pub(super) gatherer: Box<dyn Gatherer>,
    pub(super) error_handling: ErrorHandling,
    pub(super) error_log: Option<ErrorLog>,
    pub(super) errors: Option<ErrorCounter>,
}

/// Starts a scrape beside the caller; its response comes over the channel.
///
/// The channel closes without a response if the scrape panics.
pub(super) fn start(
    scraper: &Arc<Scraper>,
    permit: Permit,
    head_only: bool,
) -> oneshot::Receiver<Response<Body>> {
    let (respond, response) = oneshot::channel();
    let scraper = Arc::clone(scraper);
    let scrape = move || scraper.run(permit, head_only, respond);
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(scrape)),
        // Without a thread the channel closes, and the client gets a 500.
        Err(_) => drop(
            std::thread::Builder::new()
                .name("promhttp".to_owned())
                .spawn(scrape),
        ),
    }
    response
}

impl Scraper {
    fn run(&self, permit: Permit, head_only: bool, respond: oneshot::Sender<Response<Body>>) {
        if respond.is_closed() {
            return; // The client went away while the scrape waited for its thread.
        }
        let Ok(scrape) = catch_unwind(AssertUnwindSafe(|| self.gatherer.scrape())) else {
            return self.refuse("the gatherer panicked", respond);
        };
        let errors = join(scrape.errors());
        match errors {
            Some(errors) if !self.serves_part_of(&scrape) => return self.refuse(&errors, respond),
            Some(ref errors) => self.log("error gathering metrics", errors),
            None => {}
        }
        let body_start = |body| respond.send(future::metrics(body)).is_ok();
        if head_only {
            drop(permit);
            self.count_gathering(errors.is_some());
            body_start(Body::headless());
            return;
        }
        let chunks = encode(&scrape, ChunkWriter::new(permit, body_start));
        // Counted when the counter itself has been encoded, so that a scrape does not show its
        // own error, and before the client can see the end.
        self.count_gathering(errors.is_some());
        let served = chunks.and_then(ChunkWriter::finish);
        if let Err(error) = served {
            self.count_encoding();
            self.log("error encoding and sending metric family", &error);
        }
    }

    /// Whether a scrape with errors is served all the same.
    fn serves_part_of(&self, scrape: &Scrape) -> bool {
        self.error_handling == ErrorHandling::ContinueOnError && !scrape.is_empty()
    }

    /// Answers that the scrape failed, and shows none of its metrics.
    fn refuse(&self, errors: &str, respond: oneshot::Sender<Response<Body>>) {
        self.log("error gathering metrics", &errors);
        self.count_gathering(true);
        let _ = respond.send(future::failed(errors));
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
        if let Some(log) = &self.error_log {
            let line = format!("{what}: {error}");
            let _ = catch_unwind(AssertUnwindSafe(|| log(&line)));
        }
    }
}

/// Writes everything but the end.
fn encode<W: io::Write>(scrape: &Scrape, chunks: W) -> io::Result<W> {
    let mut encoder = TextEncoder::new(chunks);
    // Broken off or not, `finish` tells of the first write that failed.
    let _ = scrape.write(&mut encoder);
    encoder.finish()
}

/// Joins errors as Go's `MultiError` does: one stands alone, several make a list.
fn join(errors: &[promcore::Error]) -> Option<String> {
    match errors {
        [] => None,
        [error] => Some(with_causes(error)),
        errors => {
            let mut text = format!("{} error(s) occurred:", errors.len());
            for error in errors {
                let _ = write!(text, "\n* {}", with_causes(error));
            }
            Some(text)
        }
    }
}

/// Writes an error and what caused it.
fn with_causes(error: &promcore::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
