//! Errors.

use std::fmt;
use std::time::Duration;

use crate::exemplar::EXEMPLAR_MAX_CHARS;
use crate::registry::AlreadyRegistered;

/// An operation that this crate refused, with the offending value.
///
/// The message says what is wrong rather than where, because the call site is known; programs tell errors apart by variant.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Error, Registry};
///
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
///
/// let error = registry.register(Counter::new("jobs_total", "Jobs that are done.")?).unwrap_err();
/// match &error {
///     Error::AlreadyRegistered(_) => println!("another part of the program counts jobs, too"),
///     Error::InconsistentDescriptor { .. } => println!("and calls them differently: {error}"),
///     other => println!("{other}"),
/// }
/// # assert!(matches!(error, Error::InconsistentDescriptor { .. }));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The collector is already registered; use the existing one.
    #[error(transparent)]
    AlreadyRegistered(AlreadyRegistered),
    /// Bucket bounds must increase.
    #[error("histogram buckets must increase, but {bucket:?} is followed by {next:?}")]
    BucketOrder {
        /// The upper bound that is NaN or not smaller than the next.
        bucket: f64,
        /// The next upper bound.
        next: f64,
    },
    /// Bucket bounds cannot be computed from these parameters.
    #[error("cannot make {kind} buckets: {reason}, got {value:?}")]
    BucketParameters {
        /// The helper that was called.
        kind: &'static str,
        /// The requirement.
        reason: &'static str,
        /// The offending value.
        value: f64,
    },
    /// A collector was left out of a scrape with a deadline because an earlier scrape had left it running and it did not finish in time.
    #[error("collector {collector} is still busy with an earlier scrape")]
    CollectorBusy {
        /// The names of the collector's metrics.
        collector: String,
    },
    /// A collector panicked while collecting; all its metrics are missing.
    #[error("collector {collector} panicked: {message}")]
    CollectorPanic {
        /// The names of the collector's metrics, or its type.
        collector: String,
        /// The panic message.
        message: String,
    },
    /// A collector did not finish before the deadline of a scrape; all its metrics are missing.
    #[error("collector {collector} was not done in time")]
    CollectorTimeout {
        /// The names of the collector's metrics.
        collector: String,
    },
    /// Counters only accept increments that are not negative and not NaN.
    #[error("counter cannot be increased by {0:?}")]
    CounterDecrease(f64),
    /// The label already got its value when the vec was curried.
    #[error("label {label:?} of metric {metric:?} was given its value when the vec was curried")]
    CurriedLabel {
        /// The metric's name.
        metric: String,
        /// The label.
        label: String,
    },
    /// Reported by a collector, or by code that made a [`Desc`](crate::Desc) or metric.
    #[error("{0}")]
    Custom(String),
    /// A metric declared as a static cannot be made, or conflicts with another one; it is missing from all scrapes.
    #[error("the metric of {place} is missing")]
    Declaration {
        /// The static, with the file and line of its declaration.
        place: String,
        /// The reason.
        #[source]
        error: Box<Self>,
    },
    /// Another collector has a descriptor with this name and these constant labels.
    #[error(
        "descriptor {desc} is already there: its name and constant labels belong to another collector"
    )]
    DuplicateDescriptor {
        /// The second descriptor.
        desc: String,
    },
    /// A label name occurs twice in an exemplar.
    #[error("label name {0:?} occurs twice in an exemplar")]
    DuplicateExemplarLabelName(String),
    /// A label name occurs twice.
    #[error("label name {label:?} occurs twice in metric {metric:?}")]
    DuplicateLabelName {
        /// The metric's name.
        metric: String,
        /// The label that occurs twice.
        label: String,
    },
    /// The same metric was collected twice; the second one is left out.
    #[error("metric {metric:?} with labels {labels} was collected before")]
    DuplicateMetric {
        /// The metric's name.
        metric: String,
        /// Its labels, as rendered.
        labels: String,
    },
    /// Once names are escaped for a scraper without UTF-8 support, a family or one of its parts has the name of another; it is left out for this scraper. Rename one of them.
    #[error("family {family:?} is {escaped:?} when escaped, and cannot be told from {other:?}")]
    EscapedFamily {
        /// The family that is left out.
        family: String,
        /// Its escaped name.
        escaped: String,
        /// The family that is kept.
        other: String,
    },
    /// Once names are escaped for a scraper without UTF-8 support, two labels of a metric have the same name, or all labels equal those of another metric; the metric is left out for this scraper. Rename a label.
    #[error("metric {metric:?} with labels {labels} cannot be told apart when these are escaped")]
    EscapedLabels {
        /// The metric's name.
        metric: String,
        /// Its labels, or for instruments the label names.
        labels: String,
    },
    /// The labels of an exemplar have too many characters; include only what identifies the example.
    #[error("exemplar labels have {chars} characters, more than {EXEMPLAR_MAX_CHARS}")]
    ExemplarTooLong {
        /// The number of characters in names and values together.
        chars: usize,
    },
    /// Only counters and histograms have exemplars.
    #[error("metrics of type {kind} cannot have exemplars")]
    ExemplarUnsupported {
        /// The unsupported type.
        kind: &'static str,
    },
    /// A histogram has fractional counts, which the format does not support; the metric is left out.
    #[error("histogram {metric:?} with labels {labels} has counts with fractions")]
    FractionalCounts {
        /// The metric's name.
        metric: String,
        /// Its labels, as rendered.
        labels: String,
    },
    /// Reported by one of several [`Gatherers`](crate::Gatherers).
    #[error("from gatherer #{number}")]
    Gatherer {
        /// The number of the gatherer, from 1.
        number: usize,
        /// The reported error.
        #[source]
        error: Box<Self>,
    },
    /// A gatherer panicked during a scrape; all its metrics are missing.
    #[error("the gatherer panicked: {message}")]
    GathererPanic {
        /// The panic message.
        message: String,
    },
    /// All descriptors with the same name must have the same help text, unit and label names.
    #[error(
        "descriptor {desc} has {different} other than the one that was registered before under the same name"
    )]
    InconsistentDescriptor {
        /// The second descriptor.
        desc: String,
        /// What differs.
        different: &'static str,
    },
    /// All descriptors with the same name in a collector must have the same help text, unit and label names.
    #[error(
        "descriptor {desc} has {different} other than another one of the same collector under the same name"
    )]
    InconsistentDescriptorInCollector {
        /// The second descriptor.
        desc: String,
        /// What differs.
        different: &'static str,
    },
    /// Families with the same name were gathered with different types; this one is left out.
    #[error("family {family:?} was gathered with type {got}, but before with {expected}")]
    InconsistentFamily {
        /// The family's name.
        family: String,
        /// The type that came first.
        expected: &'static str,
        /// The type of the family that is left out.
        got: &'static str,
    },
    /// Metrics with the same name were collected with different help texts; this one is left out.
    #[error("metric {metric:?} was collected with help {got:?}, but before with {expected:?}")]
    InconsistentHelp {
        /// The metric's name.
        metric: String,
        /// The help text that came first.
        expected: String,
        /// The help text of the metric that is left out.
        got: String,
    },
    /// Metrics with the same name were collected with different types; this one is left out.
    #[error("metric {metric:?} was collected with type {got}, but before with {expected}")]
    InconsistentType {
        /// The metric's name.
        metric: String,
        /// The type that came first.
        expected: &'static str,
        /// The type of the metric that is left out.
        got: &'static str,
    },
    /// Metrics with the same name were collected with different units; this one is left out.
    #[error("metric {metric:?} was collected with unit {got:?}, but before with {expected:?}")]
    InconsistentUnit {
        /// The metric's name.
        metric: String,
        /// The unit that came first.
        expected: String,
        /// The unit of the metric that is left out.
        got: String,
    },
    /// A label name of an exemplar is empty or starts with two underscores.
    #[error("exemplar label name {0:?} is not valid")]
    InvalidExemplarLabelName(String),
    /// A label name is empty or starts with two underscores.
    #[error("label name {label:?} of metric {metric:?} is not valid")]
    InvalidLabelName {
        /// The metric's name.
        metric: String,
        /// The label's name.
        label: String,
    },
    /// A metric was collected with labels that are invalid, duplicate or reserved; it is left out.
    #[error("metric {metric:?} was collected with labels {labels}, which cannot be exposed")]
    InvalidLabels {
        /// The metric's name.
        metric: String,
        /// Its labels, as rendered.
        labels: String,
        /// The reason.
        #[source]
        error: Box<Self>,
    },
    /// A collector sent an error in place of a metric, which is left out.
    #[error("metric {desc} cannot be collected")]
    InvalidMetric {
        /// The metric's descriptor.
        desc: String,
        /// The error.
        #[source]
        error: Box<Self>,
    },
    /// A metric's name is empty.
    #[error("metric name {0:?} is not valid")]
    InvalidMetricName(String),
    /// The number of label values differs from the number of labels.
    #[error("metric {metric:?} has {expected} variable labels, but got {got} values: {values:?}")]
    LabelCardinality {
        /// The metric's name.
        metric: String,
        /// The number of variable labels.
        expected: usize,
        /// The number of values.
        got: usize,
        /// The values.
        values: Vec<String>,
    },
    /// A variable label has no value.
    #[error("metric {metric:?} was given no value for its label {label:?}")]
    MissingLabel {
        /// The metric's name.
        metric: String,
        /// The label without a value.
        label: String,
    },
    /// The bucket counts of a native histogram exceed its number of observations, or fall short of it although the sum is not NaN.
    #[error("native histogram has {count} observations, but {in_buckets} in its buckets")]
    NativeCount {
        /// The number of observations.
        count: u64,
        /// The number of observations in the buckets.
        in_buckets: u128,
    },
    /// An option of a native histogram must not be negative or NaN.
    #[error("the {option} of a native histogram cannot be {value:?}")]
    NativeOption {
        /// The option.
        option: &'static str,
        /// Its value.
        value: f64,
    },
    /// Native histograms have schemas from -4 to 8.
    #[error("native histogram schema {0} is not between -4 and 8")]
    NativeSchema(i32),
    /// Exemplars were to be added, but none was given.
    #[error("no exemplar was given")]
    NoExemplar,
    /// The ranks of quantiles must increase.
    #[error("quantiles of a summary must increase, but {quantile:?} is followed by {next:?}")]
    QuantileOrder {
        /// The rank that is not smaller than the next.
        quantile: f64,
        /// The next rank.
        next: f64,
    },
    /// A registry was registered with itself, or with a registry that it collects from.
    #[error("registry collects from itself")]
    RegistryCycle,
    /// The label name is reserved by the exposition format.
    #[error("label name {label:?} of metric {metric:?} is reserved")]
    ReservedLabel {
        /// The metric's name.
        metric: String,
        /// The label that is reserved.
        label: &'static str,
    },
    /// A metric's name equals that of a part of a histogram or summary, such as `_count`; the metric that came second is left out.
    #[error("metric {metric:?} collides with the parts of the {kind} {other:?}")]
    SuffixCollision {
        /// The metric that is left out.
        metric: String,
        /// The type of the metric that has parts.
        kind: &'static str,
        /// The name that it collides with.
        other: String,
    },
    /// The maximum age of a summary must not be zero.
    #[error("the observations of a summary cannot count for {0:?}")]
    SummaryMaxAge(Duration),
    /// A quantile must be between 0 and 1, and its error must not be negative.
    #[error("a summary cannot have the objective {quantile:?} with an error of {error:?}")]
    SummaryObjective {
        /// The quantile.
        quantile: f64,
        /// The allowed error of its rank.
        error: f64,
    },
    /// In a pedantic registry, a metric was collected with labels other than those of its descriptor; it is left out.
    #[error("metric {desc} was collected with other labels: {labels}")]
    UndescribedLabels {
        /// The metric's descriptor.
        desc: String,
        /// The metric's labels, as rendered.
        labels: String,
    },
    /// In a pedantic registry, a metric was collected that no collector has described; it is left out.
    #[error("metric {desc} was collected, but not described")]
    UndescribedMetric {
        /// The metric's descriptor.
        desc: String,
    },
    /// The vec has no labels with these names.
    #[error("metric {metric:?} has no labels {labels:?} to be curried")]
    UnknownLabels {
        /// The metric's name.
        metric: String,
        /// The names.
        labels: Vec<String>,
    },
    /// A wrapper adds a label that a metric of the collector already has.
    #[error("metric {metric:?} has the label {label:?} already, which was to be added")]
    WrappedLabel {
        /// The metric's name.
        metric: String,
        /// The label.
        label: String,
    },
}

impl Error {
    /// Makes a custom error, for [`Desc::invalid`](crate::Desc::invalid) or [`ConstMetric::invalid`](crate::ConstMetric::invalid).
    ///
    /// See [`ConstMetric::invalid`](crate::ConstMetric::invalid) for an example.
    pub fn custom(message: impl fmt::Display) -> Self {
        Self::Custom(message.to_string())
    }
}
