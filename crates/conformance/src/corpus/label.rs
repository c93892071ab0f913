//! Variable labels, with or without constraints.

use serde::Deserialize;

/// A variable label.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Label {
    Plain(String),
    Constrained {
        name: String,
        constraint: Option<String>,
    },
}

impl Label {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Plain(name) | Self::Constrained { name, .. } => name,
        }
    }

    pub(crate) const fn is_constrained(&self) -> bool {
        let constraint = match self {
            Self::Plain(_) => &None,
            Self::Constrained { constraint, .. } => constraint,
        };
        constraint.is_some()
    }

    pub(crate) fn name_mut(&mut self) -> &mut String {
        match self {
            Self::Plain(name) | Self::Constrained { name, .. } => name,
        }
    }
}
