//! Labels whose values differ between the metrics of a vec.

use std::fmt;
use std::sync::Arc;

/// The name of a variable label, with an optional constraint on its values.
///
/// Wherever label names are expected, a string stands for a label without a constraint.
///
/// Follows `prometheus/labels.go` of client_golang 1.24.1.
///
/// # Examples
///
/// ```
/// use promcore::{CounterVec, VariableLabel};
///
/// let method = VariableLabel::constrained("method", |value| match value {
///     "GET" | "POST" => value.to_owned(),
///     _ => "other".to_owned(),
/// });
/// let requests = CounterVec::new("http_requests_total", "Requests.", ["code".into(), method])?;
/// requests.with(["200", "BREW"]).inc();
/// assert_eq!(requests.with(["200", "other"]).value(), 1.0);
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "ConstrainedLabel")]
pub struct VariableLabel {
    name: String,
    constraint: Option<Constraint>,
}

/// Maps a given value to the one that the label gets.
pub(crate) type Constraint = Arc<dyn Fn(&str) -> String + Send + Sync>;

impl VariableLabel {
    /// Makes a label that accepts any value.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            constraint: None,
        }
    }

    /// Makes a label whose given values are replaced by the result of `constraint`, in look-ups, removals and currying.
    ///
    /// This costs time and an allocation for each look-up; use it to limit how many different values of external origin there can be.
    pub fn constrained(
        name: impl Into<String>,
        constraint: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            constraint: Some(Arc::new(constraint)),
        }
    }

    /// Returns the label's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the label has a constraint.
    #[must_use]
    pub fn is_constrained(&self) -> bool {
        self.constraint.is_some()
    }

    pub(crate) fn constraint(&self) -> Option<&Constraint> {
        self.constraint.as_ref()
    }
}

impl<T: Into<String>> From<T> for VariableLabel {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

impl fmt::Debug for VariableLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VariableLabel")
            .field("name", &self.name)
            .field("is_constrained", &self.is_constrained())
            .finish()
    }
}
