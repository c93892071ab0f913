//! Constant metrics.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Float;

/// A constant histogram with classic buckets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstHistogram {
    pub(crate) id: String,
    pub(crate) desc: String,
    pub(crate) count: Count,
    pub(crate) sum: Float,
    #[serde(default)]
    pub(crate) cumulative_buckets: Vec<(Float, Count)>,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    pub(crate) created_ms: Option<i64>,
}

/// A constant summary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstSummary {
    pub(crate) id: String,
    pub(crate) desc: String,
    pub(crate) count: Count,
    pub(crate) sum: Float,
    #[serde(default)]
    pub(crate) quantiles: Vec<(Float, Float)>,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    pub(crate) created_ms: Option<i64>,
}

/// A constant histogram with native buckets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstNativeHistogram {
    pub(crate) id: String,
    pub(crate) desc: String,
    pub(crate) count: Count,
    pub(crate) sum: Float,
    #[serde(default)]
    pub(crate) positive_buckets: Vec<(i32, Count)>,
    #[serde(default)]
    pub(crate) negative_buckets: Vec<(i32, Count)>,
    #[serde(default)]
    pub(crate) zero_count: Count,
    pub(crate) schema: i32,
    pub(crate) zero_threshold: Float,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    #[serde(default)]
    pub(crate) created_ms: i64,
}

/// An exemplar for a constant metric.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExemplarOf {
    pub(crate) value: Float,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) timestamp_ms: Option<i64>,
}

/// A number of observations, as a number or as a string.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) struct Count(pub(crate) u64);

impl TryFrom<Value> for Count {
    type Error = String;

    fn try_from(json: Value) -> Result<Self, String> {
        let count = match &json {
            Value::String(digits) => digits.parse().ok(),
            other => other.as_u64(),
        };
        count.map(Self).ok_or_else(|| format!("{json} is no count"))
    }
}
