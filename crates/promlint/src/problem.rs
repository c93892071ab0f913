use std::fmt;

use promcore::is_legacy_metric_name;

/// A problem of a metric.
///
/// Problems are ordered by metric, then by text.
///
/// # Examples
///
/// ```
/// use promcore::{MetricFamily, MetricType};
///
/// let families = [MetricFamily::new("jobs", "Jobs done.", MetricType::Counter)];
/// let problem = &promlint::lint(&families)[0];
/// assert_eq!(problem.metric, "jobs");
/// assert_eq!(problem.to_string(), r#"jobs counter metrics should have "_total" suffix"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Problem {
    /// The name of the metric.
    pub metric: String,
    /// The description of the problem.
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

/// Writes the metric and the problem like `promtool check metrics`; a name that is not a legacy name is quoted, so that it cannot be mistaken for other output.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_legacy_metric_name(&self.metric) {
            write!(f, "{} {}", self.metric, self.text)
        } else {
            write!(f, "{:?} {}", self.metric, self.text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_name_is_in_quotes() {
        assert_eq!(Problem::new("m", "is bad").to_string(), "m is bad");
        let strange = Problem::new("m is good\n\u{1b}[2J", "is bad");
        assert_eq!(strange.to_string(), r#""m is good\n\u{1b}[2J" is bad"#);
    }
}
