//! The options of a bridge.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use promcore::{Clock, Gatherer, SystemClock, default_registry};

use crate::Error;

/// The default interval, as in Go.
const INTERVAL: Duration = Duration::from_secs(15);

/// A year, since the clock of a system may not be able to represent longer times.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) type Report = Arc<dyn Fn(&Error) + Send + Sync>;

/// The options of a [`Bridge`](crate::Bridge): what it sends, where and how.
///
/// # Defaults
///
/// - the metrics of the default registry;
/// - labels as parts of the path, and no prefix;
/// - a push every 15 seconds, with a timeout of 15 seconds;
/// - metrics are sent even if gathering has errors, and errors are not reported;
/// - the system's clock.
///
/// # Examples
///
/// A bridge with a prefix and tags:
///
/// ```
/// use std::io::{self, Read};
/// use std::net::TcpListener;
/// use std::sync::Arc;
/// use std::thread;
///
/// use promcore::{CounterVec, ManualClock, Registry, Timestamp};
/// use promgraphite::{Bridge, BridgeOpts};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// let jobs = CounterVec::new("jobs_total", "Jobs done.", ["queue"])?;
/// registry.register(jobs.clone())?;
/// jobs.with(["mail"]).add(3.0);
///
/// let server = TcpListener::bind("127.0.0.1:0")?;
/// let now = Timestamp::from_unix_nanos(1_700_000_000_000_000_000);
/// let opts = BridgeOpts::new(server.local_addr()?.to_string())
///     .gatherer(registry)
///     .prefix("shop")
///     .use_tags(true)
///     .clock(Arc::new(ManualClock::new(now)));
///
/// let received = thread::spawn(move || {
///     let mut text = String::new();
///     server.accept()?.0.read_to_string(&mut text)?;
///     Ok::<_, io::Error>(text)
/// });
/// Bridge::new(opts)?.push()?;
/// let text = received.join().expect("it does not panic")?;
/// assert_eq!(text, "shop.jobs_total;queue=mail 3 1700000000\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[doc(alias = "Config")]
#[must_use]
pub struct BridgeOpts {
    pub(crate) address: String,
    pub(crate) use_tags: bool,
    pub(crate) prefix: String,
    pub(crate) interval: Duration,
    pub(crate) timeout: Duration,
    pub(crate) gatherer: Arc<dyn Gatherer>,
    pub(crate) on_error: Option<Report>,
    pub(crate) error_handling: ErrorHandling,
    pub(crate) clock: Arc<dyn Clock>,
}

impl BridgeOpts {
    /// Starts from the defaults, with the host and port of the server, such as `graphite.example:2003`.
    #[doc(alias = "URL")]
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            use_tags: false,
            prefix: String::new(),
            interval: INTERVAL,
            timeout: INTERVAL,
            gatherer: Arc::new(default_registry()),
            on_error: None,
            error_handling: ErrorHandling::default(),
            clock: Arc::new(SystemClock::default()),
        }
    }

    /// Chooses whether labels become tags, which need Graphite 1.1 or later, or parts of the path.
    ///
    /// In both cases, characters that Graphite does not allow become underscores.
    pub fn use_tags(mut self, use_tags: bool) -> Self {
        self.use_tags = use_tags;
        self
    }

    /// Sets a prefix for each path, which is followed by a dot.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the time from one push to the next; 0 means the default, and more than a year means a year.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = if interval.is_zero() {
            INTERVAL
        } else {
            interval.min(LONGEST)
        };
        self
    }

    /// Sets the timeout for gathering, and for sending; 0 means the default, and more than a year means a year.
    ///
    /// It does not limit DNS resolution, which the operating system controls.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = if timeout.is_zero() {
            INTERVAL
        } else {
            timeout.min(LONGEST)
        };
        self
    }

    /// Sends the metrics of `gatherer`.
    pub fn gatherer(mut self, gatherer: impl Gatherer + 'static) -> Self {
        self.gatherer = Arc::new(gatherer);
        self
    }

    /// Passes errors to `report`: those of a running bridge, and those of gathering in every push.
    ///
    /// A panic in `report` is ignored.
    #[doc(alias = "Logger")]
    pub fn on_error(mut self, report: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Arc::new(report));
        self
    }

    /// Chooses what happens to a push when something could not be gathered.
    pub fn error_handling(mut self, error_handling: ErrorHandling) -> Self {
        self.error_handling = error_handling;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

impl fmt::Debug for BridgeOpts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BridgeOpts")
            .field("address", &self.address)
            .field("use_tags", &self.use_tags)
            .field("prefix", &self.prefix)
            .field("interval", &self.interval)
            .field("timeout", &self.timeout)
            .field("error_handling", &self.error_handling)
            .finish_non_exhaustive()
    }
}

/// What happens to a push when something could not be gathered.
///
/// # Examples
///
/// A bridge that sends only complete metrics:
///
/// ```
/// use promcore::with_causes;
/// use promgraphite::{BridgeOpts, ErrorHandling};
///
/// let opts = BridgeOpts::new("graphite.example:2003")
///     .error_handling(ErrorHandling::AbortOnError)
///     .on_error(|error| eprintln!("graphite: {}", with_causes(error)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "HandlerErrorHandling")]
#[non_exhaustive]
pub enum ErrorHandling {
    /// Sends what was gathered, and reports the errors.
    #[default]
    ContinueOnError,
    /// Sends nothing.
    AbortOnError,
}
