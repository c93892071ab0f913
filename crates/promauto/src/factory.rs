use std::fmt;
use std::sync::Arc;

use promcore::{Collector, Error, Registerer, default_registry};

/// Makes metrics and registers them with one registerer.
///
/// There are two methods for each kind of metric, one with a name and a help text and one with options, three methods for metrics whose value a closure returns, and [`register`](Self::register) for other collectors.
/// A [get-or-create](Self::get_or_create) factory reuses metrics that are already registered.
///
/// # Examples
///
/// A library that takes a registerer and makes its metrics in one place:
///
/// ```
/// use promcore::{Counter, HistogramOpts, HistogramVec, Registerer, Registry};
///
/// struct Metrics {
///     retries: Counter,
///     seconds: HistogramVec<1>,
/// }
///
/// impl Metrics {
///     fn new(registerer: &dyn Registerer) -> Self {
///         let auto = promauto::with(registerer);
///         let opts = HistogramOpts::new("client_call_seconds", "Time that a call takes.");
///         Self {
///             retries: auto.counter("client_retries_total", "Calls that were made again."),
///             seconds: auto.histogram_vec_with_opts(opts.buckets([0.1, 1.0]), ["method"]),
///         }
///     }
/// }
///
/// let registry = Registry::new();
/// let metrics = Metrics::new(&registry);
/// metrics.retries.inc();
/// metrics.seconds.with(["get"]).observe(0.05);
/// # use promcore::Gatherer;
/// assert_eq!(registry.gather().families.len(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct Factory<'a> {
    registerer: &'a dyn Registerer,
    takes_existing: bool,
}

/// Returns a factory for `registerer`: a registry or a wrapper around one.
///
/// With `None`, metrics are not registered.
///
/// # Examples
///
/// ```
/// use promcore::Registry;
///
/// /// Works with or without a registry.
/// fn work(registry: Option<&Registry>) {
///     promauto::with(&registry).counter("jobs_total", "Jobs done.").inc();
/// }
///
/// work(Some(&Registry::new()));
/// work(None);
/// ```
#[doc(alias = "With")]
#[must_use]
pub fn with(registerer: &dyn Registerer) -> Factory<'_> {
    Factory {
        registerer,
        takes_existing: false,
    }
}

/// Returns a factory for the default registry that reuses registered metrics; see [`Factory::get_or_create`].
///
/// # Examples
///
/// ```
/// /// May be called any number of times.
/// fn retried() {
///     promauto::get_or_create().counter("retries_total", "Calls made again.").inc();
/// }
///
/// retried();
/// retried();
/// # assert_eq!(promauto::get_or_create().counter("retries_total", "Calls made again.").value(), 2.0);
/// ```
#[must_use]
pub fn get_or_create() -> Factory<'static> {
    with(default_registry()).get_or_create()
}

/// Registers a custom collector with the default registry, and returns it; see [`Factory::register`] for an example.
///
/// # Panics
///
/// If the collector conflicts with one in the registry, or its description is not valid.
#[track_caller]
pub fn register<C: Collector + Clone>(collector: C) -> C {
    with(default_registry()).register(collector)
}

impl Factory<'_> {
    /// Returns a factory that reuses a metric that is already registered with the same type, instead of panicking.
    ///
    /// Metrics are the same if they have the same name, help text, unit and labels; other options, such as the buckets of a histogram, are those of the first metric.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Registry;
    ///
    /// /// All pools share one gauge.
    /// fn pool(registry: &Registry) {
    ///     let auto = promauto::with(registry).get_or_create();
    ///     auto.gauge("pools_open", "Pools that are open.").inc();
    /// }
    ///
    /// let registry = Registry::new();
    /// pool(&registry);
    /// pool(&registry);
    /// # let pools = promauto::with(&registry).get_or_create().gauge("pools_open", "Pools that are open.");
    /// assert_eq!(pools.value(), 2.0);
    /// ```
    #[must_use]
    pub fn get_or_create(self) -> Self {
        Self {
            takes_existing: true,
            ..self
        }
    }

    /// Registers a custom collector and returns it; with [`get_or_create`](Self::get_or_create), returns the one that is already registered.
    ///
    /// Wrap a collector that cannot be cloned in an [`Arc`].
    ///
    /// # Panics
    ///
    /// If the collector conflicts with one in the registry, or its description is not valid.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, Registry, collector_fn};
    ///
    /// let registry = Registry::new();
    /// let rooms = Desc::new(DescOpts::new("rooms_free", "Rooms that are free."))?;
    /// let collector = collector_fn(vec![rooms.clone()], move |sink| {
    ///     sink(ConstMetric::gauge(&rooms, 3.0, &[]).expect("there are no labels"));
    /// });
    /// promauto::with(&registry).register(std::sync::Arc::new(collector));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[track_caller]
    pub fn register<C: Collector + Clone>(&self, collector: C) -> C {
        self.registered(Ok(collector))
    }

    /// Registers a metric, unless making it failed.
    #[track_caller]
    pub(crate) fn registered<C: Collector + Clone>(&self, made: Result<C, Error>) -> C {
        let register = |new: C| {
            let shared = Arc::new(new.clone());
            self.registerer.register_shared(shared).map(|()| new)
        };
        match made.and_then(register) {
            Ok(new) => new,
            Err(Error::AlreadyRegistered(already)) if self.takes_existing => {
                match already.existing_as::<C>() {
                    Some(existing) => existing.clone(),
                    None => panic!("{already}, with another type"),
                }
            }
            Err(error) => panic!("{error}"),
        }
    }
}

impl fmt::Debug for Factory<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Factory")
            .field("takes_existing", &self.takes_existing)
            .finish_non_exhaustive()
    }
}
