//! The options of the process collector.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;

type PidFn = dyn Fn() -> io::Result<u32> + Send + Sync;

/// The options of a [`ProcessCollector`](crate::ProcessCollector).
///
/// # Defaults
///
/// - the current process;
/// - no namespace;
/// - errors are not reported, since process metrics are optional and should not make a scrape fail.
///
/// # Examples
///
/// The metrics of a child process, besides those of the program:
///
/// ```
/// use promcollectors::{ProcessCollector, ProcessCollectorOpts};
/// use promcore::{Gatherer, Registry};
///
/// # #[cfg(target_os = "linux")] {
/// # let child_id = std::process::id();
/// let registry = Registry::new();
/// registry.register(ProcessCollector::new(ProcessCollectorOpts::new())?)?;
/// let of_child = ProcessCollectorOpts::new()
///     .namespace("worker")
///     .pid_fn(move || Ok(child_id))
///     .report_errors(true); // The process should exist.
/// registry.register(ProcessCollector::new(of_child)?)?;
///
/// let families = registry.gather().families;
/// let is_there = |name: &str| families.iter().any(|family| family.name == name);
/// assert!(is_there("process_start_time_seconds"));
/// assert!(is_there("worker_process_start_time_seconds"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct ProcessCollectorOpts {
    namespace: String,
    pid_fn: Option<Box<PidFn>>,
    report_errors: bool,
}

impl ProcessCollectorOpts {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Prefixes every name with `namespace` and an underscore, unless it is empty.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        if !self.namespace.is_empty() {
            self.namespace.push('_');
        }
        self
    }

    /// Calls `pid_fn` at each collection for the ID of the process.
    ///
    /// It runs on the thread that collects, so it should be fast.
    #[doc(alias = "PidFn")]
    pub fn pid_fn(mut self, pid_fn: impl Fn() -> io::Result<u32> + Send + Sync + 'static) -> Self {
        self.pid_fn = Some(Box::new(pid_fn));
        self
    }

    /// Reports values that cannot be read as errors of the scrape, instead of leaving them out silently.
    pub fn report_errors(mut self, report_errors: bool) -> Self {
        self.report_errors = report_errors;
        self
    }

    pub(super) fn prefix(&self) -> &str {
        &self.namespace
    }

    /// Returns the ID of the process; `None` is the current one.
    pub(super) fn pid(&self) -> io::Result<Option<u32>> {
        self.pid_fn.as_ref().map(|pid_fn| pid_fn()).transpose()
    }

    pub(super) fn wants_errors(&self) -> bool {
        self.report_errors
    }
}

impl fmt::Debug for ProcessCollectorOpts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessCollectorOpts")
            .field("namespace", &self.namespace)
            .field("pid_fn", &self.pid_fn.as_ref().map(|_| ".."))
            .field("report_errors", &self.report_errors)
            .finish()
    }
}

/// Returns a closure that reads the process ID from a file at each call, for [`ProcessCollectorOpts::pid_fn`].
///
/// White space around the number is ignored.
///
/// # Examples
///
/// ```
/// use promcollectors::{ProcessCollectorOpts, pid_file};
///
/// let opts = ProcessCollectorOpts::new().pid_fn(pid_file("/run/nginx.pid")).namespace("nginx");
/// ```
#[doc(alias = "NewPidFileFn")]
pub fn pid_file(path: impl Into<PathBuf>) -> impl Fn() -> io::Result<u32> + Send + Sync + 'static {
    let path = path.into();
    move || {
        let content = fs::read_to_string(&path).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("cannot read pid file {path:?}: {error}"),
            )
        })?;
        let pid = content.trim();
        pid.parse().map_err(|error| {
            let message = format!("cannot parse pid file {path:?} ({pid:?}): {error}");
            io::Error::new(io::ErrorKind::InvalidData, message)
        })
    }
}
