//! Handlers and requests.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::scenario::default_registry;

/// A handler of metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandlerFor {
    pub(crate) id: String,
    #[serde(default = "default_registry")]
    pub(crate) from: String,
    #[serde(default)]
    pub(crate) handler_opts: HandlerOpts,
}

/// The options of a handler of metrics.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HandlerOpts {
    pub(crate) error_handling: Option<String>,
    pub(crate) error_log: bool,
    pub(crate) registry: Option<String>,
    pub(crate) disable_compression: bool,
    pub(crate) offered_compressions: Vec<String>,
    pub(crate) max_requests_in_flight: i64,
    pub(crate) timeout_ms: i64,
    pub(crate) enable_open_metrics: bool,
    pub(crate) enable_open_metrics_text_created_samples: bool,
    pub(crate) process_start_time_ms: Option<i64>,
    pub(crate) coalesce_gather: bool,
    /// How long gathering takes.
    pub(crate) slow_gatherer_ms: u64,
    /// Whether another request is gathering.
    pub(crate) busy_gatherer: bool,
}

/// A handler whose requests are counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstrumentMetricHandler {
    pub(crate) id: String,
    #[serde(default = "default_registry")]
    pub(crate) reg: String,
    pub(crate) next: String,
}

/// A request to a handler.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) host: Option<String>,
    pub(crate) proto: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    pub(crate) content_length: Option<i64>,
    pub(crate) nil_url: bool,
    pub(crate) ctx: BTreeMap<String, String>,
}

/// A scripted handler.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHandler {
    pub(crate) id: String,
    pub(crate) inner: Inner,
}

/// The script of a handler.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Inner {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) flush_first: bool,
    /// The status codes that it writes, one after the other.
    pub(crate) write_header: Vec<u16>,
    pub(crate) body_chunks: Vec<String>,
    pub(crate) write_header_after_body: Vec<u16>,
    pub(crate) panic: Option<String>,
}

/// Middleware around a handler.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instrument {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) metric: String,
    pub(crate) next: String,
    #[serde(default)]
    pub(crate) options: InstrumentOptions,
}

/// The options of middleware.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct InstrumentOptions {
    pub(crate) extra_methods: Vec<String>,
    pub(crate) label_from_request: BTreeMap<String, LabelSource>,
    /// The key of the value in the context of the request.
    pub(crate) label_from_ctx: BTreeMap<String, String>,
    /// `None` is a function that returns no exemplar.
    pub(crate) exemplar: Option<BTreeMap<String, String>>,
    /// Go has two ways to pass the function, we have one.
    #[serde(rename = "exemplar_how")]
    _exemplar_how: Option<String>,
}

/// Where a label comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LabelSource {
    Header(String),
    Query(String),
    Const(String),
}
