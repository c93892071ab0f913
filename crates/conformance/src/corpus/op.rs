//! The operations of a scenario, with the keys of the corpus' README.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Float;
use super::constant::{ConstHistogram, ConstNativeHistogram, ConstSummary, ExemplarOf};
use super::http::{HandlerFor, Instrument, InstrumentMetricHandler, NewHandler, Request};
use super::label::Label;
use super::probe::Probe;
use super::scenario::default_registry;

/// One step of a scenario.
///
/// Variants without fields are operations that our crates do not support yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Op {
    // Construction.
    NewRegistry {
        id: String,
        #[serde(default)]
        pedantic: bool,
    },
    Gatherers {
        id: String,
        of: Vec<String>,
    },
    NewCounter {
        id: String,
        opts: Opts,
    },
    NewGauge {
        id: String,
        opts: Opts,
    },
    NewHistogram {
        id: String,
        opts: Opts,
    },
    NewSummary {
        id: String,
        opts: Opts,
    },
    NewCounterFunc(NewFunc),
    NewGaugeFunc(NewFunc),
    NewUntypedFunc(NewFunc),
    SetFuncValue {
        on: String,
        value: Float,
    },
    NewCounterVec(NewVec),
    NewGaugeVec(NewVec),
    NewHistogramVec(NewVec),
    NewSummaryVec(NewVec),
    NewDesc {
        id: String,
        fq_name: String,
        #[serde(default)]
        help: String,
        #[serde(default)]
        unit: String,
        #[serde(default)]
        labels: Vec<Label>,
        #[serde(default)]
        const_labels: BTreeMap<String, String>,
    },
    NewInvalidDesc {
        id: String,
        error: String,
    },
    DescString {
        desc: String,
    },
    BuildFqName {
        opts: Opts,
    },
    NewConstMetric {
        id: String,
        desc: String,
        #[serde(rename = "type")]
        value_type: ValueType,
        value: Float,
        #[serde(default)]
        values: Vec<String>,
        created_ms: Option<i64>,
    },
    NewConstHistogram(ConstHistogram),
    NewConstSummary(ConstSummary),
    NewConstNativeHistogram(ConstNativeHistogram),
    NewInvalidMetric {
        id: String,
        desc: String,
        error: String,
    },
    WithTimestamp {
        id: String,
        metric: String,
        timestamp_ms: i64,
    },
    WithExemplars {
        id: String,
        metric: String,
        exemplars: Vec<ExemplarOf>,
    },
    NewCollector {
        id: String,
        describe: Option<Vec<String>>,
        #[serde(default)]
        metrics: Vec<String>,
        error: Option<String>,
    },
    WrapRegisterer(Wrap),
    WrapCollector(Wrap),
    Register {
        #[serde(default = "default_registry")]
        reg: String,
        collector: String,
    },
    Unregister {
        #[serde(default = "default_registry")]
        reg: String,
        collector: String,
    },
    WithLabelValues {
        id: String,
        vec: String,
        #[serde(default)]
        values: Vec<String>,
    },
    With {
        id: String,
        vec: String,
        #[serde(default)]
        label_map: BTreeMap<String, String>,
    },
    Curry {
        id: String,
        vec: String,
        #[serde(default)]
        label_map: BTreeMap<String, String>,
    },

    // Actions.
    Inc(Amount),
    Dec(Amount),
    Add(Amount),
    Sub(Amount),
    Set(Amount),
    Observe {
        on: String,
        value: Option<Float>,
        observations: Option<Vec<Float>>,
        repeat: Option<u64>,
    },
    AddWithExemplar(WithExemplar),
    ObserveWithExemplar(WithExemplar),
    DeleteLabelValues {
        vec: String,
        #[serde(default)]
        values: Vec<String>,
    },
    Delete {
        vec: String,
        #[serde(default)]
        label_map: BTreeMap<String, String>,
    },
    DeletePartialMatch {
        vec: String,
        #[serde(default)]
        label_map: BTreeMap<String, String>,
    },
    Reset {
        vec: String,
    },
    AdvanceClock {
        ms: u64,
    },
    Checkpoint {
        #[serde(default = "default_registry")]
        from: String,
    },

    // Helpers for tests.
    ToFloat64(Probe),
    CollectAndCount(Probe),
    GatherAndCount(Probe),
    CollectAndCompare(Probe),
    GatherAndCompare(Probe),
    CollectAndFormat(Probe),
    GatherAndFormat(Probe),
    CollectAndLint(Probe),
    GatherAndLint(Probe),

    // Graphite.
    Graphite(Graphite),
    GraphiteNewBridge {
        #[serde(default)]
        text: String,
    },

    // HTTP.
    NewHandler(NewHandler),
    Instrument(Instrument),
    HandlerFor(HandlerFor),
    InstrumentMetricHandler(InstrumentMetricHandler),
    Request {
        handler: String,
        request: Request,
    },
}

/// A push by a bridge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Graphite {
    #[serde(default = "default_registry")]
    pub(crate) from: String,
    #[serde(default)]
    pub(crate) prefix: String,
    #[serde(default)]
    pub(crate) use_tags: bool,
}

/// A metric whose value a function returns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFunc {
    pub(crate) id: String,
    pub(crate) opts: Opts,
    pub(crate) value: Float,
}

/// A metric with variable labels.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVec {
    pub(crate) id: String,
    pub(crate) opts: Opts,
    #[serde(default)]
    pub(crate) labels: Vec<Label>,
    /// Go has two constructors, we have one.
    #[serde(default, rename = "kind")]
    _kind: Option<String>,
}

/// A registerer or collector with something added.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wrap {
    pub(crate) id: String,
    #[serde(default = "default_registry")]
    pub(crate) reg: String,
    /// Of collectors only.
    #[serde(default)]
    pub(crate) collector: String,
    #[serde(default)]
    pub(crate) label_map: BTreeMap<String, String>,
    /// Instead of labels.
    pub(crate) prefix: Option<String>,
}

/// A change of one metric.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    pub(crate) on: String,
    pub(crate) value: Option<Float>,
    pub(crate) repeat: Option<u64>,
}

/// An addition or observation with an exemplar.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithExemplar {
    pub(crate) on: String,
    pub(crate) value: Float,
    /// The labels. `None` differs from no labels: the exemplar stays unchanged.
    pub(crate) exemplar: Option<BTreeMap<String, String>>,
}

/// The options of an instrument.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Opts {
    pub(crate) namespace: String,
    pub(crate) subsystem: String,
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) const_labels: BTreeMap<String, String>,
    pub(crate) buckets: Option<Vec<Float>>,
    pub(crate) native_bucket_factor: Option<Float>,
    pub(crate) native_zero_threshold: Option<Float>,
    pub(crate) native_max_bucket_number: Option<u32>,
    pub(crate) native_min_reset_duration_ms: Option<u64>,
    pub(crate) native_max_zero_threshold: Option<Float>,
    pub(crate) native_max_exemplars: Option<i64>,
    pub(crate) native_exemplar_ttl_ms: Option<i64>,
    pub(crate) objectives: Option<Vec<(Float, Float)>>,
    pub(crate) max_age_ms: Option<i64>,
    pub(crate) age_buckets: Option<u32>,
    pub(crate) buf_cap: Option<usize>,
    /// Options that our crates do not support yet.
    #[serde(flatten)]
    pub(crate) others: BTreeMap<String, serde_json::Value>,
}

/// The type of a constant metric: by name, or as the number that Go uses.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum ValueType {
    Name(String),
    Number(i64),
}

impl Op {
    /// Returns the name of the operation in the corpus.
    pub(crate) fn name(&self) -> String {
        let debug = format!("{self:?}");
        let variant = debug.split(|c: char| !c.is_alphanumeric()).next();
        let mut name = String::new();
        for letter in variant.unwrap_or_default().chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Returns the options of the instrument that the operation makes, and its labels.
    pub(crate) fn instrument(&mut self) -> Option<(&mut Opts, &mut [Label])> {
        match self {
            Self::NewCounter { opts, .. }
            | Self::NewGauge { opts, .. }
            | Self::NewHistogram { opts, .. }
            | Self::NewSummary { opts, .. }
            | Self::NewCounterFunc(NewFunc { opts, .. })
            | Self::NewGaugeFunc(NewFunc { opts, .. })
            | Self::NewUntypedFunc(NewFunc { opts, .. }) => Some((opts, &mut [])),
            Self::NewCounterVec(vec)
            | Self::NewGaugeVec(vec)
            | Self::NewHistogramVec(vec)
            | Self::NewSummaryVec(vec) => Some((&mut vec.opts, &mut vec.labels)),
            _ => None,
        }
    }

    /// Returns the ID of the object that the operation makes.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::NewRegistry { id, .. }
            | Self::Gatherers { id, .. }
            | Self::WrapRegisterer(Wrap { id, .. })
            | Self::WrapCollector(Wrap { id, .. })
            | Self::NewCounter { id, .. }
            | Self::NewGauge { id, .. }
            | Self::NewHistogram { id, .. }
            | Self::NewSummary { id, .. }
            | Self::NewCounterFunc(NewFunc { id, .. })
            | Self::NewGaugeFunc(NewFunc { id, .. })
            | Self::NewUntypedFunc(NewFunc { id, .. })
            | Self::NewCounterVec(NewVec { id, .. })
            | Self::NewGaugeVec(NewVec { id, .. })
            | Self::NewHistogramVec(NewVec { id, .. })
            | Self::NewSummaryVec(NewVec { id, .. })
            | Self::NewDesc { id, .. }
            | Self::NewInvalidDesc { id, .. }
            | Self::NewConstMetric { id, .. }
            | Self::NewConstHistogram(ConstHistogram { id, .. })
            | Self::NewConstSummary(ConstSummary { id, .. })
            | Self::NewConstNativeHistogram(ConstNativeHistogram { id, .. })
            | Self::NewInvalidMetric { id, .. }
            | Self::WithTimestamp { id, .. }
            | Self::WithExemplars { id, .. }
            | Self::NewCollector { id, .. }
            | Self::WithLabelValues { id, .. }
            | Self::With { id, .. }
            | Self::Curry { id, .. }
            | Self::NewHandler(NewHandler { id, .. })
            | Self::Instrument(Instrument { id, .. })
            | Self::HandlerFor(HandlerFor { id, .. })
            | Self::InstrumentMetricHandler(InstrumentMetricHandler { id, .. }) => Some(id),
            _ => None,
        }
    }
}
