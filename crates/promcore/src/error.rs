//! What can go wrong.

use std::fmt;
use std::time::Duration;

use crate::exemplar::EXEMPLAR_MAX_CHARS;
use crate::registry::AlreadyRegistered;

/// Everything that this crate refuses, with the value it refuses.
///
/// It says what is wrong rather than where, since that is known where the call is; a program may tell one error from another by its variant.
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
    /// The registry has this collector already; use the existing one.
    #[error(transparent)]
    AlreadyRegistered(AlreadyRegistered),
    /// Buckets must be given in increasing order, each once.
    #[error("histogram buckets must increase, but {bucket:?} is followed by {next:?}")]
    BucketOrder {
        /// The upper bound that is not smaller than the next, or not a number.
        bucket: f64,
        /// The upper bound after it.
        next: f64,
    },
    /// Asked for buckets that cannot be computed.
    #[error("cannot make {kind} buckets: {reason}, got {value:?}")]
    BucketParameters {
        /// Which of the helpers was asked.
        kind: &'static str,
        /// What it needs.
        reason: &'static str,
        /// What it got.
        value: f64,
    },
    /// A collector was left out of a scrape with a deadline, since an earlier one had left it running and it did not end in time.
    #[error("collector {collector} is still busy with an earlier scrape")]
    CollectorBusy {
        /// The names of the collector's metrics.
        collector: String,
    },
    /// A collector panicked while it collected; all its metrics are missing.
    #[error("collector {collector} panicked: {message}")]
    CollectorPanic {
        /// The names of the collector's metrics, or its type.
        collector: String,
        /// What it said.
        message: String,
    },
    /// A collector was not done at the deadline of a scrape; all its metrics are missing.
    #[error("collector {collector} was not done in time")]
    CollectorTimeout {
        /// The names of the collector's metrics.
        collector: String,
    },
    /// A counter only goes up, by amounts that are numbers.
    #[error("counter cannot be increased by {0:?}")]
    CounterDecrease(f64),
    /// The label was given its value when the vec was curried.
    #[error("label {label:?} of metric {metric:?} was given its value when the vec was curried")]
    CurriedLabel {
        /// The metric's name.
        metric: String,
        /// The label.
        label: String,
    },
    /// A collector, or whoever made a [`Desc`](crate::Desc) or metric, reported this.
    #[error("{0}")]
    Custom(String),
    /// A metric that is declared as a static cannot be made, or conflicts with another one; it is missing from all scrapes.
    #[error("the metric of {place} is missing")]
    Declaration {
        /// The static, with the file and line of its declaration.
        place: String,
        /// What is wrong with it.
        #[source]
        error: Box<Self>,
    },
    /// Another collector has a descriptor with this name and these constant labels.
    #[error(
        "descriptor {desc} is already there: its name and constant labels belong to another collector"
    )]
    DuplicateDescriptor {
        /// The descriptor that came second.
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
        /// Its labels, as they would be written.
        labels: String,
    },
    /// A family, or a part of it, has the name of another one for a scraper that does not know all names; it is left out for this scraper. Rename one of them.
    #[error("family {family:?} is {escaped:?} when escaped, and cannot be told from {other:?}")]
    EscapedFamily {
        /// The family that is left out.
        family: String,
        /// What it would be called.
        escaped: String,
        /// The family that stays.
        other: String,
    },
    /// Label names become the same for a scraper that does not know all names, or the labels those of another metric; the metric is left out for this scraper. Rename a label.
    #[error("metric {metric:?} with labels {labels} cannot be told apart when these are escaped")]
    EscapedLabels {
        /// The metric's name.
        metric: String,
        /// Its labels, or for instruments their names.
        labels: String,
    },
    /// The labels of an exemplar have too many characters; name what leads to the example, not all about it.
    #[error("exemplar labels have {chars} characters, more than {EXEMPLAR_MAX_CHARS}")]
    ExemplarTooLong {
        /// How many characters names and values have together.
        chars: usize,
    },
    /// Only counters and histograms have exemplars.
    #[error("metrics of type {kind} cannot have exemplars")]
    ExemplarUnsupported {
        /// The type that has none.
        kind: &'static str,
    },
    /// Counts of a histogram are no whole numbers, and the format wants these; the metric is left out of it.
    #[error("histogram {metric:?} with labels {labels} has counts with fractions")]
    FractionalCounts {
        /// The metric's name.
        metric: String,
        /// Its labels, as they would be written.
        labels: String,
    },
    /// One of several [`Gatherers`](crate::Gatherers) reported this.
    #[error("from gatherer #{number}")]
    Gatherer {
        /// Which of them, from 1.
        number: usize,
        /// What it reported.
        #[source]
        error: Box<Self>,
    },
    /// A gatherer panicked while it was scraped; everything that it has is missing.
    #[error("the gatherer panicked: {message}")]
    GathererPanic {
        /// What it said.
        message: String,
    },
    /// All descriptors of a name must have the same help, unit and label names.
    #[error(
        "descriptor {desc} has {different} other than the one that was registered before under the same name"
    )]
    InconsistentDescriptor {
        /// The descriptor that came second.
        desc: String,
        /// What differs.
        different: &'static str,
    },
    /// All descriptors of a name within a collector must have the same help, unit and label names.
    #[error(
        "descriptor {desc} has {different} other than another one of the same collector under the same name"
    )]
    InconsistentDescriptorInCollector {
        /// The descriptor that came second.
        desc: String,
        /// What differs.
        different: &'static str,
    },
    /// Families of one name were gathered with different types; this one is left out as a whole.
    #[error("family {family:?} was gathered with type {got}, but before with {expected}")]
    InconsistentFamily {
        /// The family's name.
        family: String,
        /// The type that came first.
        expected: &'static str,
        /// The type of the family that is left out.
        got: &'static str,
    },
    /// Metrics of one name were collected with different help texts; this one is left out.
    #[error("metric {metric:?} was collected with help {got:?}, but before with {expected:?}")]
    InconsistentHelp {
        /// The metric's name.
        metric: String,
        /// The help text that came first.
        expected: String,
        /// The help text of the metric that is left out.
        got: String,
    },
    /// Metrics of one name were collected with different types; this one is left out.
    #[error("metric {metric:?} was collected with type {got}, but before with {expected}")]
    InconsistentType {
        /// The metric's name.
        metric: String,
        /// The type that came first.
        expected: &'static str,
        /// The type of the metric that is left out.
        got: &'static str,
    },
    /// Metrics of one name were collected with different units; this one is left out.
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
    /// A metric was collected with labels that are not valid, occur twice or are reserved; it is left out.
    #[error("metric {metric:?} was collected with labels {labels}, which cannot be exposed")]
    InvalidLabels {
        /// The metric's name.
        metric: String,
        /// Its labels, as they would be written.
        labels: String,
        /// What is wrong with them.
        #[source]
        error: Box<Self>,
    },
    /// A collector sent this instead of a metric, which is left out.
    #[error("metric {desc} cannot be collected")]
    InvalidMetric {
        /// The metric's descriptor.
        desc: String,
        /// What the collector said.
        #[source]
        error: Box<Self>,
    },
    /// A metric's name is empty.
    #[error("metric name {0:?} is not valid")]
    InvalidMetricName(String),
    /// The number of label values is not the number of labels.
    #[error("metric {metric:?} has {expected} variable labels, but got {got} values: {values:?}")]
    LabelCardinality {
        /// The metric's name.
        metric: String,
        /// How many variable labels it has.
        expected: usize,
        /// How many values it was given.
        got: usize,
        /// The values it was given.
        values: Vec<String>,
    },
    /// A variable label was given no value.
    #[error("metric {metric:?} was given no value for its label {label:?}")]
    MissingLabel {
        /// The metric's name.
        metric: String,
        /// The label without a value.
        label: String,
    },
    /// The buckets of a native histogram have more observations than there are, or fewer although all are numbers.
    #[error("native histogram has {count} observations, but {in_buckets} in its buckets")]
    NativeCount {
        /// How many observations there are.
        count: u64,
        /// How many are in the buckets.
        in_buckets: u128,
    },
    /// An option of a native histogram must be a number, and not negative.
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
    /// Asked to add exemplars without giving one.
    #[error("no exemplar was given")]
    NoExemplar,
    /// Quantiles must be given in increasing order of their ranks, each once.
    #[error("quantiles of a summary must increase, but {quantile:?} is followed by {next:?}")]
    QuantileOrder {
        /// The rank that is not smaller than the next.
        quantile: f64,
        /// The rank after it.
        next: f64,
    },
    /// A registry was registered with itself, or with one that it collects from.
    #[error("registry collects from itself")]
    RegistryCycle,
    /// The label belongs to the exposition format.
    #[error("label name {label:?} of metric {metric:?} is reserved")]
    ReservedLabel {
        /// The metric's name.
        metric: String,
        /// The label that is reserved.
        label: &'static str,
    },
    /// The metric's name is one that the parts of a histogram or summary have.
    #[error("metric {metric:?} collides with the parts of the {kind} {other:?}")]
    SuffixCollision {
        /// The metric that is left out.
        metric: String,
        /// The type of the metric that has parts.
        kind: &'static str,
        /// The name of the metric that has parts.
        other: String,
    },
    /// Observations of a summary must count for some time.
    #[error("the observations of a summary cannot count for {0:?}")]
    SummaryMaxAge(Duration),
    /// A quantile is between 0 and 1, and its error is not negative.
    #[error("a summary cannot have the objective {quantile:?} with an error of {error:?}")]
    SummaryObjective {
        /// The quantile.
        quantile: f64,
        /// By how much its rank may be wrong.
        error: f64,
    },
    /// In a pedantic registry, a metric was collected with other labels than its descriptor says; it is left out.
    #[error("metric {desc} was collected with other labels: {labels}")]
    UndescribedLabels {
        /// The metric's descriptor.
        desc: String,
        /// The metric's labels, as they would be written.
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
    /// A label was to be added to all metrics of a collector, one of which has it already.
    #[error("metric {metric:?} has the label {label:?} already, which was to be added")]
    WrappedLabel {
        /// The metric's name.
        metric: String,
        /// The label that it has.
        label: String,
    },
}

impl Error {
    /// Makes an error of your own, to hand to [`Desc::invalid`](crate::Desc::invalid) or [`ConstMetric::invalid`](crate::ConstMetric::invalid).
    ///
    /// See [`ConstMetric::invalid`](crate::ConstMetric::invalid) for an example.
    pub fn custom(message: impl fmt::Display) -> Self {
        Self::Custom(message.to_string())
    }
}
