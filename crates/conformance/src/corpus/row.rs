//! The rows of the tables.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Float, HandlerOpts, Text};

/// A row of `floats.jsonl`.
#[derive(Debug, Deserialize)]
pub(crate) struct FloatRow {
    pub(crate) bits: Float,
    pub(crate) expected: FloatExpected,
}

/// How a number is written.
#[derive(Debug, Deserialize)]
pub(crate) struct FloatExpected {
    pub(crate) text: String,
    pub(crate) openmetrics: String,
}

/// A row of `names.jsonl`.
#[derive(Debug, Deserialize)]
pub(crate) struct NameRow {
    pub(crate) name: Text,
    pub(crate) expected: NameExpected,
}

/// The validity of a name, and its form in each escaping scheme.
#[derive(Debug, Deserialize)]
pub(crate) struct NameExpected {
    pub(crate) legacy_metric: bool,
    pub(crate) utf8_metric: bool,
    pub(crate) legacy_label: bool,
    pub(crate) utf8_label: bool,
    pub(crate) escape: BTreeMap<String, Text>,
    pub(crate) unescape: BTreeMap<String, Text>,
}

/// A row of `buckets.jsonl`.
#[derive(Debug, Deserialize)]
#[serde(tag = "fn", rename_all = "snake_case")]
pub(crate) enum BucketRow {
    Linear {
        start: Float,
        width: Float,
        count: i64,
        expected: BucketExpected,
    },
    Exponential {
        start: Float,
        factor: Float,
        count: i64,
        expected: BucketExpected,
    },
    ExponentialRange {
        min: Float,
        max: Float,
        count: i64,
        expected: BucketExpected,
    },
    DefBuckets {
        expected: BucketExpected,
    },
    PickSchema {
        factor: Float,
        expected: SchemaExpected,
    },
    NativeIndex {
        value: Float,
        schema: i32,
        expected: Value,
    },
    NativeBounds {
        schema: i32,
        expected: BoundsExpected,
    },
}

/// The schema of a factor, or an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SchemaExpected {
    Schema(i32),
    /// The message is not compared.
    Panic(serde::de::IgnoredAny),
}

/// The bounds of native buckets between 0.5 and 1.
#[derive(Debug, Deserialize)]
pub(crate) struct BoundsExpected {
    pub(crate) bounds: Vec<Float>,
}

/// The bounds that a helper makes, or an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BucketExpected {
    Buckets(Vec<Float>),
    /// The message is not compared.
    Panic(serde::de::IgnoredAny),
}

/// A row of `negotiate.jsonl`.
#[derive(Debug, Deserialize)]
pub(crate) struct NegotiateRow {
    /// The lines of the header, of which only the first counts.
    pub(crate) accept: Vec<String>,
    /// The lines of the header, all of which count.
    #[serde(default)]
    pub(crate) accept_encoding: Vec<String>,
    #[serde(default)]
    pub(crate) handler_opts: HandlerOpts,
    pub(crate) expected: NegotiateExpected,
}

/// The chosen formats, without and with OpenMetrics, and the response of a handler.
#[derive(Debug, Deserialize)]
pub(crate) struct NegotiateExpected {
    pub(crate) negotiate: String,
    pub(crate) negotiate_openmetrics: String,
    pub(crate) response: Option<Value>,
    #[serde(default)]
    pub(crate) error_log: Vec<String>,
}
