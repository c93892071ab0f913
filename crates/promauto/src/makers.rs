//! What a factory makes, and the functions that do the same with the default registry.

use promcore::{
    Counter, CounterFamily, CounterOpts, CounterVec, DynCounterVec, DynGaugeVec, DynHistogramVec,
    DynSummaryVec, Gauge, GaugeFamily, GaugeOpts, GaugeVec, Histogram, HistogramFamily,
    HistogramOpts, HistogramVec, LabelSet, Summary, SummaryFamily, SummaryOpts, SummaryVec,
    UntypedOpts, ValueFn, VariableLabel, default_registry,
};

use crate::factory::{Factory, with};

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
                labels: [impl Into<VariableLabel>; N],
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
                labels: [impl Into<VariableLabel>; N],
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
            labels: [impl Into<VariableLabel>; N],
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
        pub fn $with_opts<const N: usize>(opts: impl Into<$opts>, labels: [impl Into<VariableLabel>; N]) -> $vec<N> {
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

/// Gives the factory two methods for a vec whose labels are known at run time, and the functions that do the same with the default registry.
macro_rules! dynamic {
    ($vec:ident, $opts:ident, $new:ident, $with_opts:ident, $what:literal $(,)?) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers a vec of ", $what, " with a name, a help text and the names of its labels, which are known at run time.")]
            ///
            /// # Panics
            ///
            /// If a name is not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $new(
                &self,
                name: impl Into<String>,
                help: impl Into<String>,
                labels: impl IntoIterator<Item = impl Into<VariableLabel>>,
            ) -> $vec {
                self.registered($vec::new(name, help, labels))
            }

            #[doc = concat!("Makes and registers a vec of ", $what, " of options and the names of its labels, which are known at run time.")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $with_opts(
                &self,
                opts: impl Into<$opts>,
                labels: impl IntoIterator<Item = impl Into<VariableLabel>>,
            ) -> $vec {
                self.registered($vec::with_opts(opts, labels))
            }
        }

        #[doc = concat!("Makes a vec of ", $what, " with a name, a help text and the names of its labels, which are known at run time, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If a name is not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $new(
            name: impl Into<String>,
            help: impl Into<String>,
            labels: impl IntoIterator<Item = impl Into<VariableLabel>>,
        ) -> $vec {
            with(default_registry()).$new(name, help, labels)
        }

        #[doc = concat!("Makes a vec of ", $what, " of options and the names of its labels, which are known at run time, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $with_opts(opts: impl Into<$opts>, labels: impl IntoIterator<Item = impl Into<VariableLabel>>) -> $vec {
            with(default_registry()).$with_opts(opts, labels)
        }
    };
}

dynamic!(
    DynCounterVec,
    CounterOpts,
    dyn_counter_vec,
    dyn_counter_vec_with_opts,
    "counters"
);
dynamic!(
    DynGaugeVec,
    GaugeOpts,
    dyn_gauge_vec,
    dyn_gauge_vec_with_opts,
    "gauges"
);
dynamic!(
    DynHistogramVec,
    HistogramOpts,
    dyn_histogram_vec,
    dyn_histogram_vec_with_opts,
    "histograms"
);
dynamic!(
    DynSummaryVec,
    SummaryOpts,
    dyn_summary_vec,
    dyn_summary_vec_with_opts,
    "summaries"
);

/// Gives the factory two methods for a family, and the functions that do the same with the default registry.
macro_rules! family {
    ($family:ident, $opts:ident, $new:ident, $with_opts:ident, $what:literal $(,)?) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers a family of ", $what, " whose labels are a label set, with a name and a help text.")]
            ///
            /// # Panics
            ///
            /// If a name is not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $new<S: LabelSet>(
                &self,
                name: impl Into<String>,
                help: impl Into<String>,
            ) -> $family<S> {
                self.registered($family::new(name, help))
            }

            #[doc = concat!("Makes and registers a family of ", $what, " whose labels are a label set, of options.")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
            #[track_caller]
            #[must_use]
            pub fn $with_opts<S: LabelSet>(
                &self,
                opts: impl Into<$opts>,
            ) -> $family<S> {
                self.registered($family::with_opts(opts))
            }
        }

        #[doc = concat!("Makes a family of ", $what, " whose labels are a label set, with a name and a help text, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If a name is not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $new<S: LabelSet>(
            name: impl Into<String>,
            help: impl Into<String>,
        ) -> $family<S> {
            with(default_registry()).$new(name, help)
        }

        #[doc = concat!("Makes a family of ", $what, " whose labels are a label set, of options, and registers it with the default registry.")]
        ///
        /// # Panics
        ///
        /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
        #[track_caller]
        #[must_use]
        pub fn $with_opts<S: LabelSet>(opts: impl Into<$opts>) -> $family<S> {
            with(default_registry()).$with_opts(opts)
        }
    };
}

family!(
    CounterFamily,
    CounterOpts,
    counter_family,
    counter_family_with_opts,
    "counters"
);
family!(
    GaugeFamily,
    GaugeOpts,
    gauge_family,
    gauge_family_with_opts,
    "gauges"
);
family!(
    HistogramFamily,
    HistogramOpts,
    histogram_family,
    histogram_family_with_opts,
    "histograms"
);
family!(
    SummaryFamily,
    SummaryOpts,
    summary_family,
    summary_family_with_opts,
    "summaries"
);
