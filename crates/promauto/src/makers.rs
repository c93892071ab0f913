//! What a factory makes, and the functions that do the same with the default registry.

use promcore::{
    Counter, CounterFamily, CounterOpts, CounterVec, DynCounterVec, DynGaugeVec, DynHistogramVec,
    DynSummaryVec, Gauge, GaugeFamily, GaugeOpts, GaugeVec, Histogram, HistogramFamily,
    HistogramOpts, HistogramVec, LabelSet, Summary, SummaryFamily, SummaryOpts, SummaryVec,
    UntypedOpts, ValueFn, VariableLabel, default_registry,
};

use crate::factory::{Factory, with};

/// Gives the factory two methods for each kind of metric, one with a name and a help text and one with options, and the functions that do the same with the default registry.
macro_rules! makers {
    ($(
        $(#[$alias:meta])*
        $what:literal: $new:ident, $with_opts:ident [$($generics:tt)*] -> $metric:ty,
        $opts:ident $(, $labels:ident: $names:ty)?;
    )*) => {
        impl Factory<'_> {$(
            #[doc = concat!("Makes and registers ", $what, " with a name and a help text" $(, " and the names of its ", stringify!($labels))?, ".")]
            ///
            /// # Panics
            ///
            /// If a name is not valid, or the registry has a metric that this one conflicts with.
            $(#[$alias])*
            #[track_caller]
            #[must_use]
            pub fn $new<$($generics)*>(
                &self,
                name: impl Into<String>,
                help: impl Into<String>,
                $($labels: $names)?
            ) -> $metric {
                self.registered(<$metric>::new(name, help $(, $labels)?))
            }

            #[doc = concat!("Makes and registers ", $what, " of options" $(, " and the names of its ", stringify!($labels))?, ".")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
            $(#[$alias])*
            #[track_caller]
            #[must_use]
            pub fn $with_opts<$($generics)*>(
                &self,
                opts: impl Into<$opts>,
                $($labels: $names)?
            ) -> $metric {
                self.registered(<$metric>::with_opts(opts $(, $labels)?))
            }
        )*}

        $(
            #[doc = concat!("Makes ", $what, " with a name and a help text" $(, " and the names of its ", stringify!($labels))?, ", and registers it with the default registry.")]
            ///
            /// # Panics
            ///
            /// If a name is not valid, or the registry has a metric that this one conflicts with.
            $(#[$alias])*
            #[track_caller]
            #[must_use]
            pub fn $new<$($generics)*>(
                name: impl Into<String>,
                help: impl Into<String>,
                $($labels: $names)?
            ) -> $metric {
                with(default_registry()).$new(name, help $(, $labels)?)
            }

            #[doc = concat!("Makes ", $what, " of options" $(, " and the names of its ", stringify!($labels))?, ", and registers it with the default registry.")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the registry has a metric that this one conflicts with.
            $(#[$alias])*
            #[track_caller]
            #[must_use]
            pub fn $with_opts<$($generics)*>(
                opts: impl Into<$opts>,
                $($labels: $names)?
            ) -> $metric {
                with(default_registry()).$with_opts(opts $(, $labels)?)
            }
        )*
    };
}

makers! {
    #[doc(alias = "NewCounter")]
    "a counter": counter, counter_with_opts [] -> Counter, CounterOpts;
    #[doc(alias = "NewGauge")]
    "a gauge": gauge, gauge_with_opts [] -> Gauge, GaugeOpts;
    #[doc(alias = "NewHistogram")]
    "a histogram": histogram, histogram_with_opts [] -> Histogram, HistogramOpts;
    #[doc(alias = "NewSummary")]
    "a summary": summary, summary_with_opts [] -> Summary, SummaryOpts;

    #[doc(alias = "NewCounterVec")]
    "a vec of counters":
        counter_vec, counter_vec_with_opts [const N: usize] -> CounterVec<N>,
        CounterOpts, labels: [impl Into<VariableLabel>; N];
    #[doc(alias = "NewGaugeVec")]
    "a vec of gauges":
        gauge_vec, gauge_vec_with_opts [const N: usize] -> GaugeVec<N>,
        GaugeOpts, labels: [impl Into<VariableLabel>; N];
    #[doc(alias = "NewHistogramVec")]
    "a vec of histograms":
        histogram_vec, histogram_vec_with_opts [const N: usize] -> HistogramVec<N>,
        HistogramOpts, labels: [impl Into<VariableLabel>; N];
    #[doc(alias = "NewSummaryVec")]
    "a vec of summaries":
        summary_vec, summary_vec_with_opts [const N: usize] -> SummaryVec<N>,
        SummaryOpts, labels: [impl Into<VariableLabel>; N];

    "a vec of counters whose labels are known at run time":
        dyn_counter_vec, dyn_counter_vec_with_opts [] -> DynCounterVec,
        CounterOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>>;
    "a vec of gauges whose labels are known at run time":
        dyn_gauge_vec, dyn_gauge_vec_with_opts [] -> DynGaugeVec,
        GaugeOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>>;
    "a vec of histograms whose labels are known at run time":
        dyn_histogram_vec, dyn_histogram_vec_with_opts [] -> DynHistogramVec,
        HistogramOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>>;
    "a vec of summaries whose labels are known at run time":
        dyn_summary_vec, dyn_summary_vec_with_opts [] -> DynSummaryVec,
        SummaryOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>>;

    "a family of counters, whose labels are a label set,":
        counter_family, counter_family_with_opts [S: LabelSet] -> CounterFamily<S>,
        CounterOpts;
    "a family of gauges, whose labels are a label set,":
        gauge_family, gauge_family_with_opts [S: LabelSet] -> GaugeFamily<S>,
        GaugeOpts;
    "a family of histograms, whose labels are a label set,":
        histogram_family, histogram_family_with_opts [S: LabelSet] -> HistogramFamily<S>,
        HistogramOpts;
    "a family of summaries, whose labels are a label set,":
        summary_family, summary_family_with_opts [S: LabelSet] -> SummaryFamily<S>,
        SummaryOpts;
}

/// Gives the factory a method for a metric whose value a closure tells, and the function that does the same with the default registry.
macro_rules! func {
    ($go:literal, $new:ident, $opts:ident, $what:literal) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers ", $what, " whose value a closure tells, see [`promcore::", stringify!($new), "`].")]
            ///
            /// # Panics
            ///
            /// If the options are not valid, or the registry has a metric that this one conflicts with.
            #[doc(alias = $go)]
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
        #[doc(alias = $go)]
        #[track_caller]
        pub fn $new(
            opts: impl Into<$opts>,
            value: impl Fn() -> f64 + Send + Sync + 'static,
        ) -> ValueFn {
            with(default_registry()).$new(opts, value)
        }
    };
}

func!("NewCounterFunc", counter_fn, CounterOpts, "a counter");
func!("NewGaugeFunc", gauge_fn, GaugeOpts, "a gauge");
func!(
    "NewUntypedFunc",
    untyped_fn,
    UntypedOpts,
    "a metric of unknown type"
);
