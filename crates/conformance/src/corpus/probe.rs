//! The operations of helpers for tests.

use serde::Deserialize;

use super::scenario::default_registry;

/// The input of a helper, and the expectation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    /// Of helpers that collect only.
    #[serde(default)]
    pub(crate) collector: String,
    /// Of helpers that gather only.
    #[serde(default = "default_registry")]
    pub(crate) from: String,
    /// All names if they are absent.
    pub(crate) names: Option<Vec<String>>,
    /// The expectation, of helpers that compare.
    #[serde(default)]
    pub(crate) text: String,
    /// The format, of helpers that format.
    #[serde(default)]
    pub(crate) format: String,
}
