//! What to push, and where.

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
/// A pusher can push any number of times; clones share their collectors.
/// An invalid option makes every push fail; [`error`](Self::error) returns the reason.
///
/// [`push`](Self::push), [`add`](Self::add) and [`delete`](Self::delete) each have a blocking form, which works anywhere, even inside a runtime, though it blocks the thread.
///
/// Follows `prometheus/push/push.go` of client_golang 1.24.1, except that
///
/// - a push has a timeout, and can be retried;
/// - labels have a fixed order, and the Pushgateway decodes all names and values correctly, including spaces and names beyond ASCII;
/// - a redirect that would change the method is an error, unless a custom client follows it.
///
/// # Defaults
///
/// - no labels besides the job;
/// - protobuf, [`Format::PROTOBUF`];
/// - a timeout of 10 seconds for gathering, and for each attempt to send;
/// - one attempt;
/// - with the feature `reqwest`, a client of its own.
///
/// # Examples
///
/// A job that pushes its result:
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
    /// The first error of an option.
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
    /// The address needs no `http://`, and must not end with `/metrics`.
    /// Credentials in it are sent as by [`basic_auth`](Self::basic_auth) and never shown; reserved characters in them must be percent-encoded, such as `%2F` for a slash.
    ///
    /// An empty job name or an invalid address makes every push fail.
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

    /// Adds the metrics of `gatherer` to those that are pushed.
    ///
    /// They must not have a label `job`, nor one of the grouping key.
    ///
    /// # Examples
    ///
    /// Pushes all metrics of a registry:
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
    /// pusher.push_blocking()?; // Or `add_blocking`, to keep the group's other metrics.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn gatherer(mut self, gatherer: impl Gatherer + 'static) -> Self {
        self.gatherers.push(Arc::new(gatherer));
        self
    }

    /// Adds the metrics of `collector` to those that are pushed.
    ///
    /// They must not have a label `job`, nor one of the grouping key.
    /// A collector that a registry would refuse makes every push fail.
    pub fn collector(mut self, collector: impl Collector) -> Self {
        if self.error.is_none() {
            let registered = self.registry.register(collector);
            self.error = registered.map_err(Error::Register).err();
        }
        self
    }

    /// Adds a label to the grouping key, replacing an earlier one of the same name.
    ///
    /// Name and value may have any characters, including slashes, and the value may be empty; an empty name makes every push fail.
    /// Names beyond ASCII need Pushgateway 1.11 or later, configured to accept them.
    pub fn grouping(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if name.is_empty() && self.error.is_none() {
            self.error = Some(Error::InvalidGroupingName(name));
        } else {
            self.grouping.insert(name, value.into());
        }
        self
    }

    /// Sends with `client`, for example one with certificates or a proxy.
    ///
    /// A `reqwest::Client` follows redirects by its own policy, unlike the default client, which follows only redirects that keep the method.
    /// By default, reqwest turns a POST into a GET after status 301 or 302, and any method after 303; a page found there looks like a successful push.
    /// Build it with `redirect::Policy::none()` unless redirects are wanted.
    pub fn client(mut self, client: impl HttpSend + 'static) -> Self {
        self.client = Some(Arc::new(client));
        self
    }

    /// Sets additional headers, replacing those that were set before.
    ///
    /// They do not replace the content type of a push.
    #[doc(alias = "Header")]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Authenticates with a user name and a password.
    pub fn basic_auth(mut self, name: &str, password: &str) -> Self {
        self.basic_auth = Some(basic_auth(name, password));
        self
    }

    /// Sets the format of the metrics; the Pushgateway accepts protobuf and text.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets the timeout for gathering, and for each attempt to send.
    ///
    /// Late collectors are an error, since a push should be complete.
    /// A gatherer that ignores the deadline is abandoned after twice the timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Retries after [transient](Error::is_transient) errors.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Returns the error of the options, if there is one; every push fails with it.
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
