use std::fmt;

/// What is wrong with a metric.
///
/// Problems are ordered by metric, then by text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Problem {
    /// The name of the metric.
    pub metric: String,
    /// What is wrong with it, in words.
    pub text: String,
}

impl Problem {
    /// Makes a problem.
    pub fn new(metric: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            metric: metric.into(),
            text: text.into(),
        }
    }
}

/// Writes the metric, then what is wrong with it, as `promtool check metrics` does.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.metric, self.text)
    }
}
