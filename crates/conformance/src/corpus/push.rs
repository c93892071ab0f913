//! A row of `push.jsonl`: what to push, and the result in Go.

use serde::Deserialize;
use serde_json::Value;

use super::Op;

/// A row of `push.jsonl`.
#[derive(Debug, Deserialize)]
pub(crate) struct PushRow {
    /// The operations that make the pushed metrics.
    pub(crate) setup: Vec<Op>,
    pub(crate) push: Push,
    pub(crate) expected: PushExpected,
}

/// The options of a pusher, its operation, and the response of the server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Push {
    pub(crate) url: String,
    pub(crate) job: String,
    pub(crate) method: PushMethod,
    /// In the order of the calls.
    #[serde(default)]
    pub(crate) grouping: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) basic_auth: Option<(String, String)>,
    #[serde(default)]
    pub(crate) format: PushFormat,
    #[serde(default)]
    pub(crate) collectors: Vec<String>,
    #[serde(default)]
    pub(crate) gatherers: Vec<String>,
    #[serde(default = "accepted")]
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) response_body: String,
}

/// The operation of a pusher.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PushMethod {
    Push,
    Add,
    Delete,
}

/// The format of the body.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PushFormat {
    #[default]
    Protobuf,
    Text,
    #[serde(rename = "openmetrics")]
    OpenMetrics,
    ProtoText,
    ProtoCompact,
}

/// The request to the server, and the result for the caller.
#[derive(Debug, Deserialize)]
pub(crate) struct PushExpected {
    pub(crate) request: Option<Value>,
    /// The error before anything was sent.
    pub(crate) pusher_error: Option<String>,
    pub(crate) error: Option<PushError>,
    #[serde(default)]
    pub(crate) grouping_order_sorted: bool,
    #[serde(default)]
    pub(crate) error_text_has_unspecified_grouping_order: bool,
}

/// The error of the call.
#[derive(Debug, Deserialize)]
pub(crate) struct PushError {
    pub(crate) kind: String,
    pub(crate) text: String,
}

const fn accepted() -> u16 {
    202
}
