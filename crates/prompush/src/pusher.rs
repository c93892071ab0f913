//! What to push, and where to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use promcore::{Collector, Gatherer, Registry};
use promfmt::Format;

use crate::Error;
use crate::retry::Retry;
use crate::send::HttpSend;
use crate::url::{Address, basic_auth};

/// Pushes metrics to a Pushgateway.
///
/// It is made once and may push often; clones share their collectors.
/// What is wrong with an option is kept and comes out of [`error`](Self::error) and of every push.
///
/// Each of [`push`](Self::push), [`add`](Self::add) and [`delete`](Self::delete) has a form that
/// blocks. That one works anywhere, in a runtime too, though it holds up the thread for as long.
///
/// Follows `prometheus/push/push.go` of client_golang 1.24.1, except that
///
/// - a push ends after a time, and may be tried again;
/// - labels come in a fixed order, with names and values escaped so that the Pushgateway reads
///   back what was given, spaces and names beyond ASCII included;
/// - a redirect that would lose the method is an error, unless a client of the program's own follows it.
///
/// # Defaults
///
/// - no labels besides the job;
/// - protobuf, [`Format::PROTOBUF`];
/// - at most 10 seconds for gathering, and as much for each attempt to send;
/// - one attempt;
/// - with the feature `reqwest`, a client of its own.
///
/// # Examples
///
/// A job that tells how it went:
///
/// ```no_run
/// use promcore::{Gauge, Registry};
/// use prompush::Pusher;
///
/// let finished = Gauge::new("backup_finished_timestamp_seconds", "End of the last backup.")?;
/// finished.set(1.7e9);
/// Pusher::new("push.example:9091", "backup")
///     .collector(finished)
///     .grouping("database", "users")
///     .add_blocking()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Pusher {
    /// The first thing that was wrong.
    pub(crate) error: Option<Error>,
    pub(crate) address: Result<Address, Error>,
    pub(crate) job: String,
    pub(crate) grouping: BTreeMap<String, String>,
    pub(crate) registry: Registry,
    pub(crate) gatherers: Vec<Arc<dyn Gatherer>>,
    pub(crate) client: Option<Arc<dyn HttpSend>>,
    pub(crate) headers: HeaderMap,
    pub(crate) basic_auth: Option<HeaderValue>,
    pub(crate) format: Format,
    pub(crate) timeout: Duration,
    pub(crate) retry: Retry,
}

impl Pusher {
    /// Starts from the defaults, with the address of the Pushgateway and the name of the job.
    ///
    /// The address needs no `http://` in front, and has no `/metrics` at its end.
    /// Credentials in it are sent as by [`basic_auth`](Self::basic_auth), and never shown; in
    /// them, what means something in an address is written as in `%2F` for a slash.
    ///
    /// An empty name or a broken address is the error of every push.
    #[doc(alias = "New")]
    pub fn new(url: &str, job: impl Into<String>) -> Self {
        let job = job.into();
        Self {
            error: job.is_empty().then_some(Error::EmptyJob),
            address: Address::parse(url),
            job,
            grouping: BTreeMap::new(),
            registry: Registry::new(),
            gatherers: Vec::new(),
            client: None,
            headers: HeaderMap::new(),
            basic_auth: None,
            format: Format::PROTOBUF,
            timeout: Duration::from_secs(10),
            retry: Retry::new(0),
        }
    }

    /// Pushes what `gatherer` gathers, besides everything else.
    ///
    /// Its metrics must not have a label `job`, nor one of the group.
    ///
    /// # Examples
    ///
    /// All that a job counted, from a registry of its own:
    ///
    /// ```
    /// # use bytes::Bytes;
    /// # use http::{Request, Response};
    /// # use prompush::{SendError, http_send_fn};
    /// use promcore::{Counter, Gauge, Registry};
    /// use prompush::Pusher;
    ///
    /// let registry = Registry::new();
    /// let rows = Counter::new("backup_rows_total", "Rows that were saved.")?;
    /// let seconds = Gauge::new("backup_duration_seconds", "Time that the last backup took.")?;
    /// registry.register(rows.clone())?;
    /// registry.register(seconds.clone())?;
    /// let pusher = Pusher::new("push:9091", "backup").gatherer(registry).grouping("database", "users");
    /// # let pusher = pusher.client(http_send_fn(|request: Request<Bytes>| async move {
    /// #     assert_eq!(request.uri().path(), "/metrics/job/backup/database/users");
    /// #     Ok::<_, SendError>(Response::new(Bytes::new()))
    /// # }));
    ///
    /// rows.add(17.0);
    /// seconds.set(1.5);
    /// pusher.push_blocking()?; // Or `add_blocking`, to leave the group's other metrics where they are.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn gatherer(mut self, gatherer: impl Gatherer + 'static) -> Self {
        self.gatherers.push(Arc::new(gatherer));
        self
    }

    /// Pushes what `collector` collects, besides everything else.
    ///
    /// Its metrics must not have a label `job`, nor one of the group.
    /// A collector that a registry would refuse is the error of every push.
    pub fn collector(mut self, collector: impl Collector) -> Self {
        if self.error.is_none() {
            let registered = self.registry.register(collector);
            self.error = registered.map_err(Error::Register).err();
        }
        self
    }

    /// Adds a label to the group, in place of an earlier one of that name.
    ///
    /// Name and value may have any characters, a slash and none at all among them, except that
    /// the name may not be empty; an empty name is the error of every push.
    /// A Pushgateway takes other than ASCII names only since version 1.11, and if it is told to.
    pub fn grouping(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if name.is_empty() && self.error.is_none() {
            self.error = Some(Error::InvalidGroupingName(name));
        } else {
            self.grouping.insert(name, value.into());
        }
        self
    }

    /// Sends with `client`: one with certificates, a proxy or an agent of its own.
    ///
    /// A `reqwest::Client` follows redirects as it was told to, not as the one that is there by
    /// default, which follows only those that keep the method.
    /// Of its own accord it turns a POST that is answered 301 or 302 into a GET, and after 303 any
    /// method; a page that is found there looks like a push that worked.
    /// Build it with `redirect::Policy::none()` unless redirects are wanted.
    pub fn client(mut self, client: impl HttpSend + 'static) -> Self {
        self.client = Some(Arc::new(client));
        self
    }

    /// Sends further headers, in place of those that were set before.
    ///
    /// The content type of a push stays its own.
    #[doc(alias = "Header")]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Proves with a name and a password who is pushing.
    pub fn basic_auth(mut self, name: &str, password: &str) -> Self {
        self.basic_auth = Some(basic_auth(name, password));
        self
    }

    /// Sets the format of the metrics; the Pushgateway itself knows protobuf and text.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets how long gathering may take, and each attempt to send.
    ///
    /// Collectors that are late are an error, since what is pushed should be all there is.
    /// A gatherer that takes no notice of the time is left behind after twice as long.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Tries again when the Pushgateway is not there or too busy.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Returns what was wrong with the options, if anything; every push fails with it.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        let wrong_address = self.address.as_ref().err();
        self.error.as_ref().or(wrong_address)
    }
}

impl fmt::Debug for Pusher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pusher")
            .field("error", &self.error())
            .field("job", &self.job)
            .field("grouping", &self.grouping)
            .field("format", &self.format)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
