//! The bridge, which pushes once or periodically.

use std::fmt;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use promcore::{Clock, Gatherer, Gatherers, Scrape, ScrapeOpts};
use tokio::sync::oneshot;

use crate::Error;
use crate::cancel::{CancelOnDrop, Cancellation};
use crate::connection::Connection;
use crate::line::{LineSink, Style};
use crate::opts::{BridgeOpts, ErrorHandling, Report};

/// Sends metrics to a Graphite server, in its plaintext protocol.
///
/// Follows `prometheus/graphite/bridge.go` of client_golang 1.24.1, except that
///
/// - a push times out even if the server stops reading, and succeeds only when the server has read everything;
/// - a bridge that is stopped pushes once more;
/// - tags have a fixed order, and special characters in them are replaced.
///
/// # Examples
///
/// ```no_run
/// use std::thread;
///
/// use promgraphite::{Bridge, BridgeOpts, Cancellation};
///
/// let bridge = Bridge::new(BridgeOpts::new("graphite.example:2003").use_tags(true))?;
/// let stop = Cancellation::new();
/// let stopped = stop.clone();
/// let thread = thread::spawn(move || bridge.run(&stopped));
/// // At the end of the program:
/// stop.cancel();
/// thread.join().expect("a bridge does not panic"); // Waits for the last push.
/// # Ok::<(), promgraphite::Error>(())
/// ```
pub struct Bridge {
    address: String,
    style: Style,
    interval: Duration,
    timeout: Duration,
    gatherer: Gatherers,
    on_error: Option<Report>,
    error_handling: ErrorHandling,
    clock: Arc<dyn Clock>,
}

impl Bridge {
    /// Makes a bridge, without connecting yet.
    ///
    /// # Errors
    ///
    /// [`Error::MissingAddress`] if the address is empty; [`Error::InvalidPrefix`] if the prefix has white space or a semicolon.
    #[doc(alias = "NewBridge")]
    pub fn new(opts: BridgeOpts) -> Result<Self, Error> {
        if opts.address.is_empty() {
            return Err(Error::MissingAddress);
        }
        let breaks = |c: char| c == ';' || c.is_whitespace() || c.is_control();
        if opts.prefix.contains(breaks) {
            return Err(Error::InvalidPrefix(opts.prefix));
        }
        Ok(Self {
            address: opts.address,
            style: Style {
                prefix: opts.prefix,
                use_tags: opts.use_tags,
            },
            interval: opts.interval,
            timeout: opts.timeout,
            // `Gatherers` turns a panic of the gatherer into an error.
            gatherer: Gatherers::new().gatherer(opts.gatherer),
            on_error: opts.on_error,
            error_handling: opts.error_handling,
            clock: opts.clock,
        })
    }

    /// Gathers and sends once, over a new connection.
    ///
    /// It blocks for at most twice the timeout, unless a custom gatherer ignores [the deadline](Gatherer::scrape_with).
    /// Nothing is sent if there are no metrics.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] or [`Error::Send`] if the server did not accept the metrics; [`Error::Gather`] if gathering had errors and the bridge aborts on errors.
    pub fn push(&self) -> Result<(), Error> {
        let deadline = Instant::now().checked_add(self.timeout);
        let scrape = self
            .gatherer
            .scrape_with(&ScrapeOpts::new().deadline(deadline));
        if !scrape.errors().is_empty() {
            let error = Error::Gather(scrape.errors().to_vec());
            match self.error_handling {
                ErrorHandling::AbortOnError => return Err(error),
                ErrorHandling::ContinueOnError => self.report(&error),
            }
        }
        if scrape.is_empty() {
            return Ok(());
        }
        let deadline = Instant::now() + self.timeout;
        let connection = Connection::open(&self.address, deadline);
        let connection = connection.map_err(|error| Error::Connect {
            address: self.address.clone(),
            error,
        })?;
        self.send(&scrape, connection).map_err(|error| Error::Send {
            address: self.address.clone(),
            error,
        })
    }

    /// Pushes at each interval until it is cancelled, then once more, and returns.
    ///
    /// It blocks, so give it a thread of its own.
    /// Errors are passed to [`BridgeOpts::on_error`] and do not end it: the next push connects again.
    pub fn run(&self, cancellation: &Cancellation) {
        let mut next = Instant::now();
        loop {
            next += self.interval;
            // A push that takes longer than the interval skips the ones it missed.
            next = next.max(Instant::now());
            let is_cancelled = cancellation.wait_until(next);
            if let Err(error) = self.push() {
                self.report(&error);
            }
            if is_cancelled {
                return;
            }
        }
    }

    /// Pushes at each interval on a new thread until `shutdown` completes, then once more.
    ///
    /// It works in any runtime.
    /// If the future is dropped, the thread still pushes once more, unless the process ends first.
    ///
    /// # Errors
    ///
    /// [`Error::Thread`] if no thread can be started; other errors are passed to [`BridgeOpts::on_error`].
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let (done, ended) = oneshot::channel();
        let cancellation = Cancellation::new();
        let cancel = CancelOnDrop(cancellation.clone());
        let run = move || {
            self.run(&cancellation);
            // Fails only if the future was dropped.
            let _ = done.send(());
        };
        let thread = thread::Builder::new().name("promgraphite".to_owned());
        thread.spawn(run).map_err(Error::Thread)?;
        shutdown.await;
        drop(cancel);
        // An error only if the thread panicked.
        let _ = ended.await;
        Ok(())
    }

    fn send(&self, scrape: &Scrape, connection: Connection) -> io::Result<()> {
        let mut lines = LineSink::new(connection, &self.style, self.clock.now());
        // `finish` returns the first write error.
        let _ = scrape.write(&mut lines);
        lines.finish()?.finish()
    }

    fn report(&self, error: &Error) {
        if let Some(report) = &self.on_error {
            let _ = catch_unwind(AssertUnwindSafe(|| report(error)));
        }
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge")
            .field("address", &self.address)
            .field("style", &self.style)
            .field("interval", &self.interval)
            .field("timeout", &self.timeout)
            .field("error_handling", &self.error_handling)
            .finish_non_exhaustive()
    }
}
