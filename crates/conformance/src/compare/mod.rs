//! Finds and shows differences between an expected output and ours.

mod json; // JSON values, compared bit by bit.
mod lines; // Texts, line by line.

use std::fmt;

use serde_json::Value;

/// An output of a case: a JSON value, or text that must agree byte for byte.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    Json(Value),
    Text(String),
}

impl Output {
    /// Reports whether both are the same, with numbers as floats.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(a), Self::Json(b)) => json::differences(a, b).is_empty(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Json(_), Self::Text(_)) | (Self::Text(_), Self::Json(_)) => false,
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

/// One output that differs from Go's.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The key in `expected`, such as `op_errors` or `text`.
    pub(crate) output: String,
    /// The way in which the output was made, if there are several.
    pub(crate) made: String,
    pub(crate) expected: Output,
    pub(crate) got: Output,
}

impl Difference {
    /// Compares one output.
    pub(crate) fn find(output: &str, expected: Output, got: Output) -> Option<Self> {
        (!expected.agrees(&got)).then(|| Self {
            output: output.to_owned(),
            made: String::new(),
            expected,
            got,
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = match (&self.expected, &self.got) {
            (Output::Json(expected), Output::Json(got)) => json::differences(expected, got),
            (Output::Text(expected), Output::Text(got)) => lines::differences(expected, got),
            (expected, got) => vec![format!("expected {expected}, got {got}")],
        };
        write!(f, "{}", self.output)?;
        if !self.made.is_empty() {
            write!(f, " ({})", self.made)?;
        }
        write!(f, ":")?;
        for detail in details.iter().take(SHOWN) {
            write!(f, "\n    {detail}")?;
        }
        if details.len() > SHOWN {
            write!(f, "\n    ... and {} more", details.len() - SHOWN)?;
        }
        Ok(())
    }
}

/// The maximum number of details of a difference; more would hide the cause.
const SHOWN: usize = 12;
