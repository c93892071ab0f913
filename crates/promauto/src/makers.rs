//! The methods of a factory, and the functions that do the same with the default registry.

use promcore::{
    Counter, CounterFamily, CounterOpts, CounterVec, DynCounterVec, DynGaugeVec, DynHistogramVec,
    DynSummaryVec, Gauge, GaugeFamily, GaugeOpts, GaugeVec, Histogram, HistogramFamily,
    HistogramOpts, HistogramVec, LabelSet, Summary, SummaryFamily, SummaryOpts, SummaryVec,
    UntypedOpts, ValueFn, VariableLabel, default_registry,
};

use crate::factory::{Factory, with};

/// Defines two methods for each kind of metric, one with a name and a help text and one with options, and functions that do the same with the default registry.
/// The lines of an example follow `=>`.
macro_rules! makers {
    ($(
        $(#[$alias:meta])*
        $what:literal: $new:ident, $with_opts:ident [$($generics:tt)*] -> $metric:ty,
        $opts:ident $(, $labels:ident: $names:ty)? => $($example:literal)+;
    )*) => {
        impl Factory<'_> {$(
            #[doc = concat!("Makes and registers ", $what, " with a name and a help text" $(, " and the names of its ", stringify!($labels))?, ".")]
            ///
            #[doc = concat!("See [`", stringify!($new), "`](crate::", stringify!($new), ") for an example.")]
            ///
            /// # Panics
            ///
            /// If a name is not valid, or the metric conflicts with one in the registry.
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

            #[doc = concat!("Makes and registers ", $what, " from options" $(, " and the names of its ", stringify!($labels))?, ".")]
            ///
            #[doc = concat!("See [`", stringify!($opts), "`](promcore::", stringify!($opts), ") for an example.")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the metric conflicts with one in the registry.
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
            /// If a name is not valid, or the metric conflicts with one in the registry.
            ///
            /// # Examples
            ///
            /// ```
            $(#[doc = $example])+
            /// # Ok::<(), promcore::Error>(())
            /// ```
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

            #[doc = concat!("Makes ", $what, " from options" $(, " and the names of its ", stringify!($labels))?, ", and registers it with the default registry.")]
            ///
            #[doc = concat!("See [`", stringify!($opts), "`](promcore::", stringify!($opts), ") for an example.")]
            ///
            /// # Panics
            ///
            /// If the options or a name are not valid, or the metric conflicts with one in the registry.
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
    "a counter": counter, counter_with_opts [] -> Counter, CounterOpts =>
            r#"promauto::counter("jobs_total", "Jobs done.").inc();"#;
    #[doc(alias = "NewGauge")]
    "a gauge": gauge, gauge_with_opts [] -> Gauge, GaugeOpts =>
            r#"promauto::gauge("jobs_queued", "Jobs that wait.").set(3.0);"#;
    #[doc(alias = "NewHistogram")]
    "a histogram": histogram, histogram_with_opts [] -> Histogram, HistogramOpts =>
            r#"promauto::histogram("job_seconds", "Time that a job takes.").observe(0.25);"#;
    #[doc(alias = "NewSummary")]
    "a summary": summary, summary_with_opts [] -> Summary, SummaryOpts =>
            r#"promauto::summary("job_seconds", "Time that a job takes.").observe(0.25);"#;

    #[doc(alias = "NewCounterVec")]
    "a vec of counters":
        counter_vec, counter_vec_with_opts [const N: usize] -> CounterVec<N>,
        CounterOpts, labels: [impl Into<VariableLabel>; N] =>
            r#"let jobs = promauto::counter_vec("jobs_total", "Jobs done.", ["queue"]);"#
            r#"jobs.with(["mail"]).inc();"#;
    #[doc(alias = "NewGaugeVec")]
    "a vec of gauges":
        gauge_vec, gauge_vec_with_opts [const N: usize] -> GaugeVec<N>,
        GaugeOpts, labels: [impl Into<VariableLabel>; N] =>
            r#"let queued = promauto::gauge_vec("jobs_queued", "Jobs that wait.", ["queue"]);"#
            r#"queued.with(["mail"]).set(3.0);"#;
    #[doc(alias = "NewHistogramVec")]
    "a vec of histograms":
        histogram_vec, histogram_vec_with_opts [const N: usize] -> HistogramVec<N>,
        HistogramOpts, labels: [impl Into<VariableLabel>; N] =>
            r#"let seconds = promauto::histogram_vec("job_seconds", "Time that a job takes.", ["queue"]);"#
            r#"seconds.with(["mail"]).observe(0.25);"#;
    #[doc(alias = "NewSummaryVec")]
    "a vec of summaries":
        summary_vec, summary_vec_with_opts [const N: usize] -> SummaryVec<N>,
        SummaryOpts, labels: [impl Into<VariableLabel>; N] =>
            r#"let seconds = promauto::summary_vec("job_seconds", "Time that a job takes.", ["queue"]);"#
            r#"seconds.with(["mail"]).observe(0.25);"#;

    "a vec of counters whose labels are known at run time":
        dyn_counter_vec, dyn_counter_vec_with_opts [] -> DynCounterVec,
        CounterOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>> =>
            r#"let labels = vec!["queue".to_owned()]; // From a file, say."#
            r#"let jobs = promauto::dyn_counter_vec("jobs_total", "Jobs done.", labels);"#
            r#"jobs.try_with_label_values(&["mail"])?.inc();"#;
    "a vec of gauges whose labels are known at run time":
        dyn_gauge_vec, dyn_gauge_vec_with_opts [] -> DynGaugeVec,
        GaugeOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>> =>
            r#"let labels = vec!["queue".to_owned()]; // From a file, say."#
            r#"let queued = promauto::dyn_gauge_vec("jobs_queued", "Jobs that wait.", labels);"#
            r#"queued.try_with_label_values(&["mail"])?.set(3.0);"#;
    "a vec of histograms whose labels are known at run time":
        dyn_histogram_vec, dyn_histogram_vec_with_opts [] -> DynHistogramVec,
        HistogramOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>> =>
            r#"let labels = vec!["queue".to_owned()]; // From a file, say."#
            r#"let seconds = promauto::dyn_histogram_vec("job_seconds", "Time that a job takes.", labels);"#
            r#"seconds.try_with_label_values(&["mail"])?.observe(0.25);"#;
    "a vec of summaries whose labels are known at run time":
        dyn_summary_vec, dyn_summary_vec_with_opts [] -> DynSummaryVec,
        SummaryOpts, labels: impl IntoIterator<Item = impl Into<VariableLabel>> =>
            r#"let labels = vec!["queue".to_owned()]; // From a file, say."#
            r#"let seconds = promauto::dyn_summary_vec("job_seconds", "Time that a job takes.", labels);"#
            r#"seconds.try_with_label_values(&["mail"])?.observe(0.25);"#;

    "a family of counters, whose labels are a label set,":
        counter_family, counter_family_with_opts [S: LabelSet] -> CounterFamily<S>,
        CounterOpts =>
            "#[derive(promcore::LabelSet)]"
            "struct Job<'a> { queue: &'a str }"
            ""
            r#"let jobs = promauto::counter_family::<Job<'_>>("jobs_total", "Jobs done.");"#
            r#"jobs.with(&Job { queue: "mail" }).inc();"#;
    "a family of gauges, whose labels are a label set,":
        gauge_family, gauge_family_with_opts [S: LabelSet] -> GaugeFamily<S>,
        GaugeOpts =>
            "#[derive(promcore::LabelSet)]"
            "struct Job<'a> { queue: &'a str }"
            ""
            r#"let queued = promauto::gauge_family::<Job<'_>>("jobs_queued", "Jobs that wait.");"#
            r#"queued.with(&Job { queue: "mail" }).set(3.0);"#;
    "a family of histograms, whose labels are a label set,":
        histogram_family, histogram_family_with_opts [S: LabelSet] -> HistogramFamily<S>,
        HistogramOpts =>
            "#[derive(promcore::LabelSet)]"
            "struct Job<'a> { queue: &'a str }"
            ""
            r#"let seconds = promauto::histogram_family::<Job<'_>>("job_seconds", "Time that a job takes.");"#
            r#"seconds.with(&Job { queue: "mail" }).observe(0.25);"#;
    "a family of summaries, whose labels are a label set,":
        summary_family, summary_family_with_opts [S: LabelSet] -> SummaryFamily<S>,
        SummaryOpts =>
            "#[derive(promcore::LabelSet)]"
            "struct Job<'a> { queue: &'a str }"
            ""
            r#"let seconds = promauto::summary_family::<Job<'_>>("job_seconds", "Time that a job takes.");"#
            r#"seconds.with(&Job { queue: "mail" }).observe(0.25);"#;
}

/// Defines a method for a metric whose value a closure returns, and a function that does the same with the default registry.
macro_rules! func {
    ($go:literal, $new:ident, $opts:ident, $what:literal) => {
        impl Factory<'_> {
            #[doc = concat!("Makes and registers ", $what, " whose value a closure returns; see [`promcore::", stringify!($new), "`].")]
            ///
            /// # Panics
            ///
            /// If the options are not valid, or the metric conflicts with one in the registry.
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

        #[doc = concat!("Makes ", $what, " whose value a closure returns, and registers it with the default registry; see [`promcore::", stringify!($new), "`].")]
        ///
        /// # Panics
        ///
        /// If the options are not valid, or the metric conflicts with one in the registry.
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
