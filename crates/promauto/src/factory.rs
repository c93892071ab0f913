use std::fmt;
use std::sync::Arc;

use promcore::{
    Collector, Counter, CounterOpts, CounterVec, Error, Gauge, GaugeOpts, GaugeVec, Histogram,
    HistogramOpts, HistogramVec, Registerer, Summary, SummaryOpts, SummaryVec, UntypedOpts,
    ValueFn, default_registry,
};

/// Makes metrics and registers them with one registerer.
#[derive(Clone, Copy)]
pub struct Factory<'a> {
    registerer: &'a dyn Registerer,
}

/// Returns a factory for `registerer`: a registry, or whatever passes collectors on to one.
///
/// With `None` it makes metrics that nobody scrapes.
///
/// # Examples
///
/// ```
/// use promcore::Registry;
///
/// /// Works with metrics or without.
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
    Factory { registerer }
}

impl fmt::Debug for Factory<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Factory").finish_non_exhaustive()
    }
}

impl Factory<'_> {
    #[track_caller]
    fn registered<C: Collector + Clone>(&self, metric: Result<C, Error>) -> C {
        let register = |metric: C| {
            let shared = Arc::new(metric.clone());
            self.registerer.register_shared(shared).map(|()| metric)
        };
        match metric.and_then(register) {
            Ok(metric) => metric,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Gives the factory two methods for a single metric, and the functions that do the same with the default registry.
macro_rules! single {
    ($instrument:ident, $opts:ident, $new:ident, $with_opts:ident, $what:literal $(,)?) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers a ", $what, " with a name and a help text.")]
            ///
            /// # Panics
            ///
            /// If the name is not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $new(&self, name: impl Into<String>, help: impl Into<String>) -> $instrument {
                self.registered($instrument::new(name, help))
            }

            #[doc = concat!("Makes and registers a ", $what, " of options.")]
            ///
            /// # Panics
            ///
            /// If the options are not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $with_opts(&self, opts: impl Into<$opts>) -> $instrument {
                self.registered($instrument::with_opts(opts))
            }
        }

        #[doc = concat!("Makes a ", $what, " with a name and a help text, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If the name is not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $new(name: impl Into<String>, help: impl Into<String>) -> $instrument {
            with(default_registry()).$new(name, help)
        }

        #[doc = concat!("Makes a ", $what, " of options, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If the options are not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $with_opts(opts: impl Into<$opts>) -> $instrument {
            with(default_registry()).$with_opts(opts)
        }
    };
}

single!(Counter, CounterOpts, counter, counter_with_opts, "counter");
single!(Gauge, GaugeOpts, gauge, gauge_with_opts, "gauge");
single!(
    Histogram,
    HistogramOpts,
    histogram,
    histogram_with_opts,
    "histogram"
);
single!(Summary, SummaryOpts, summary, summary_with_opts, "summary");

/// Gives the factory a method for a metric whose value a closure tells, and the function that does the same with the default registry.
macro_rules! func {
    ($new:ident, $opts:ident, $what:literal) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers ", $what, " whose value a closure tells, see [`promcore::", stringify!($new), "`].")]
            ///
            /// # Panics
            ///
            /// If the options are not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            pub fn $new(
                &self,
                opts: impl Into<$opts>,
                value: impl Fn() -> f64 + Send + Sync + 'static,
            ) -> ValueFn {
                self.registered(promcore::$new(opts, value))
            }
        }

        #[doc = concat!("Makes ", $what, " whose value a closure tells, and registers it with the default registry; see [`promcore::", stringify!($new), "`].")]
        ///
        /// # Panics
        ///
        /// If the options are not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        pub fn $new(
            opts: impl Into<$opts>,
            value: impl Fn() -> f64 + Send + Sync + 'static,
        ) -> ValueFn {
            with(default_registry()).$new(opts, value)
        }
    };
}

func!(counter_fn, CounterOpts, "a counter");
func!(gauge_fn, GaugeOpts, "a gauge");
func!(untyped_fn, UntypedOpts, "a metric of unknown type");

/// Gives the factory two methods for a vec, and the functions that do the same with the default registry.
macro_rules! vec {
    ($vec:ident, $opts:ident, $new:ident, $with_opts:ident, $what:literal $(,)?) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers a vec of ", $what, " with a name, a help text and the names of its labels.")]
            ///
            /// # Panics
            ///
            /// If a name is not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $new<const N: usize>(
                &self,
                name: impl Into<String>,
                help: impl Into<String>,
                labels: [&str; N],
            ) -> $vec<N> {
                self.registered($vec::new(name, help, labels))
            }

            #[doc = concat!("Makes and registers a vec of ", $what, " of options and the names of its labels.")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $with_opts<const N: usize>(
                &self,
                opts: impl Into<$opts>,
                labels: [&str; N],
            ) -> $vec<N> {
                self.registered($vec::with_opts(opts, labels))
            }
        }

        #[doc = concat!("Makes a vec of ", $what, " with a name, a help text and the names of its labels, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If a name is not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $new<const N: usize>(
            name: impl Into<String>,
            help: impl Into<String>,
            labels: [&str; N],
        ) -> $vec<N> {
            with(default_registry()).$new(name, help, labels)
        }

        #[doc = concat!("Makes a vec of ", $what, " of options and the names of its labels, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $with_opts<const N: usize>(opts: impl Into<$opts>, labels: [&str; N]) -> $vec<N> {
            with(default_registry()).$with_opts(opts, labels)
        }
    };
}

vec![
    CounterVec,
    CounterOpts,
    counter_vec,
    counter_vec_with_opts,
    "counters",
];
vec![
    GaugeVec,
    GaugeOpts,
    gauge_vec,
    gauge_vec_with_opts,
    "gauges",
];
vec![
    HistogramVec,
    HistogramOpts,
    histogram_vec,
    histogram_vec_with_opts,
    "histograms",
];
vec![
    SummaryVec,
    SummaryOpts,
    summary_vec,
    summary_vec_with_opts,
    "summaries",
];
