//! Instruments programs with metrics that Prometheus scrapes.
//!
//! This crate contains what the others build on: instruments, the registry, and the data that a scrape returns.
//! A crate that only provides a collector needs no other; exposition formats and HTTP are separate crates.
//!
//! ```
//! use promcore::{CounterVec, Gatherer, Registry};
//!
//! let registry = Registry::new();
//! let requests = CounterVec::new("http_requests_total", "Requests answered.", ["code", "method"])?;
//! registry.register(requests.clone())?;
//!
//! requests.with(["200", "GET"]).inc();
//! assert_eq!(registry.gather().families[0].metrics.len(), 1);
//! # Ok::<(), promcore::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | count, measure, observe | [`Counter`], [`Gauge`], [`Histogram`], [`Summary`] |
//! | measure durations | [`Timer`], [`Observer`] |
//! | add labels | [`CounterVec`], [`GaugeVec`], [`HistogramVec`], [`SummaryVec`]; also [`CounterFamily`], [`DynCounterVec`] and their equivalents |
//! | expose values counted elsewhere | [`counter_fn`], [`gauge_fn`], [`Collector`], [`ConstMetric`], [`Desc`] |
//! | collect everything in one place | [`Registry`], [`default_registry`], [`Registerer`], [`wrap_registerer_with`] |
//! | read the result | [`Gatherer`], [`Gatherers`], [`MetricFamily`], [`Sink`] |
//! | control time in tests | [`Clock`], [`ManualClock`] |
//!
//! Instruments can be used anywhere except in signal handlers, which may interrupt an update on the same thread, and in global allocators, because a thread's first use of an instrument allocates.
//!
//! Follows [`prometheus`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus) of client_golang 1.24.1.
//!
//! # Crate features
//!
//! - `derive`: derive macros for [`LabelSet`](trait@LabelSet) on structs and [`LabelValue`](trait@LabelValue) on enums.
//! - `statics`: adds the metrics declared with `promauto::metrics!` to the [`default_registry`]; `promauto` enables it.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![expect(
    unnameable_types,
    reason = "the supertraits of sealed traits mention internal types"
)]

#[doc(hidden)]
pub mod __private;
mod error;
mod quote; // Quoting as in Go.
mod sync; // The only source of atomics and locks.
mod time; // Timestamps and clocks.

mod desc; // What metrics with the same name share.
mod labels; // Names and values, and their escaping.
mod opts; // Options shared by all instruments.
mod variable_label; // The labels of a vec.

mod block; // Storage of series.
mod cell; // Cells that writers update.
mod series; // Handles on series.
mod vec; // Metrics with the same name but different labels.

mod counter;
mod exemplar; // Exemplars and their limits.
mod gauge;
mod histogram;
mod observer; // Anything that records observations.
mod summary;
mod timer;

mod collector; // Sources of metrics.
mod constant; // Metrics that collectors make.
mod func; // Metrics whose values come from closures.
mod wrap; // Adding labels and prefixes.

mod causes; // Errors and their causes.
mod demands; // What a format requires of metrics.
mod family; // The snapshot tree.
mod registry; // Registration and scraping.
mod sink; // What a scrape writes to.

pub use causes::with_causes;
pub use collector::{Collector, CollectorFn, Trusted, collector_fn};
pub use constant::ConstMetric;
pub use counter::Counter;
pub use demands::{Demands, Escape};
pub use desc::{Desc, DescOpts};
pub use error::Error;
pub use exemplar::{EXEMPLAR_MAX_CHARS, Exemplar};
pub use family::{
    Bucket, BucketSpan, CounterValue, FloatCounts, HistogramValue, Metric, MetricFamily,
    MetricType, MetricValue, NativeBuckets, NativeValue, Quantile, SummaryValue,
};
pub use func::{ValueFn, counter_fn, gauge_fn, untyped_fn};
pub use gauge::Gauge;
pub use histogram::{
    DEFAULT_BUCKETS, Histogram, HistogramOpts, exponential_buckets, exponential_buckets_range,
    linear_buckets,
};
pub use labels::{
    LabelPair, escape_label_value, is_legacy_label_name, is_legacy_metric_name,
    is_valid_label_name, is_valid_metric_name,
};
pub use observer::{ExemplarObserver, Observer, ObserverFn, ObserverVec, observer_fn};
pub use opts::{CounterOpts, GaugeOpts, UntypedOpts, build_fq_name};
#[cfg(feature = "derive")]
pub use promderive::{LabelSet, LabelValue};
pub use registry::{
    AlreadyRegistered, Gathered, Gatherer, GathererFn, Gatherers, Registerer, Registry, Scrape,
    ScrapeOpts, default_registry, gatherer_fn,
};
pub use series::{Borrowed, Hold, Owned};
pub use sink::{FamilyHead, Flow, Labels, Series, Sink, Value};
pub use summary::{Summary, SummaryOpts};
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
pub use timer::Timer;
pub use variable_label::VariableLabel;
pub use vec::{
    CounterFamily, CounterVec, CustomMetric, CustomVec, DynCounterVec, DynGaugeVec,
    DynHistogramVec, DynSummaryVec, Dynamic, GaugeFamily, GaugeVec, HistogramFamily, HistogramVec,
    Instrument, LabelSet, LabelValue, MetricVec, Positional, SummaryFamily, SummaryVec, Typed,
};
pub use wrap::{
    WrappedCollector, WrappedRegisterer, wrap_collector_with, wrap_collector_with_prefix,
    wrap_registerer_with, wrap_registerer_with_prefix,
};
