//! A scenario: a program for the interpreter, and its results in Go.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Op;

/// The attributes of a case.
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    #[serde(default)]
    pub(crate) requires_invalid_utf8: bool,
}

/// A case of `exposition`, `errors` and the other families that are programs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    #[serde(default, rename = "name")]
    _name: String,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default = "default_clock_start")]
    pub(crate) clock_start_ms: i64,
    #[serde(default)]
    pub(crate) pedantic: bool,
    pub(crate) ops: Vec<Op>,
    #[serde(default = "default_registry")]
    pub(crate) gather: String,
    #[serde(default)]
    pub(crate) no_gather: bool,
    /// Outputs for further schemes are found by their presence in `expected`.
    #[serde(default, rename = "schemes")]
    _schemes: Option<String>,
    #[serde(default)]
    pub(crate) mask_sums: bool,
    #[serde(default, rename = "requires_invalid_utf8")]
    _requires_invalid_utf8: bool,
    pub(crate) expected: Expected,
}

/// The results of Go.
#[derive(Debug, Deserialize)]
pub(crate) struct Expected {
    #[serde(default)]
    pub(crate) op_results: Vec<ExpectedResult>,
    #[serde(default)]
    pub(crate) op_errors: Vec<ExpectedError>,
    #[serde(default)]
    pub(crate) gather_errors: Vec<ExpectedGatherError>,
    pub(crate) families: Option<Value>,
    /// The outputs of the encoders, `text` and so on, by name.
    #[serde(flatten)]
    pub(crate) outputs: BTreeMap<String, Value>,
}

/// The result of an operation.
#[derive(Debug, Deserialize)]
pub(crate) struct ExpectedResult {
    pub(crate) op_index: usize,
    #[serde(default)]
    pub(crate) result: Value,
    #[serde(default)]
    pub(crate) skipped: bool,
}

/// The error or panic of an operation.
#[derive(Debug, Deserialize)]
pub(crate) struct ExpectedError {
    pub(crate) op_index: usize,
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) existing_collector: Option<String>,
}

/// One error of the gathering at the end.
#[derive(Debug, Deserialize)]
pub(crate) struct ExpectedGatherError {
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// Returns the default start time of a scenario.
pub(crate) const fn default_clock_start() -> i64 {
    1_700_000_000_123
}

pub(super) fn default_registry() -> String {
    "reg".to_owned()
}
