use std::fmt;

use promcore::MetricFamily;

use crate::problem::Problem;
use crate::rules;

/// Lints families by the rules of this crate, like [`Linter::lint`] without additional rules.
///
/// See [`Problem`] for an example.
#[must_use]
pub fn lint(families: &[MetricFamily]) -> Vec<Problem> {
    Linter::new().lint(families)
}

/// Finds problems in metrics.
///
/// Follows `prometheus/testutil/promlint/promlint.go` of client_golang 1.24.1, but takes families only; use `promfmt` to parse them from text.
///
/// # Examples
///
/// ```
/// use promcore::{MetricFamily, MetricType};
/// use promlint::Linter;
///
/// let linter = Linter::new().rule(|family, report| {
///     if !family.name.starts_with("shop_") {
///         report.problem("metric names should begin with \"shop_\"");
///     }
/// });
/// let orders = MetricFamily::new("orders_total", "Orders placed.", MetricType::Counter);
/// let problems = linter.lint(&[orders]);
/// assert_eq!(problems[0].text, "metric names should begin with \"shop_\"");
/// ```
#[derive(Default)]
#[must_use]
pub struct Linter {
    custom: Vec<Box<Rule>>,
}

type Rule = dyn Fn(&MetricFamily, &mut Report<'_>) + Send + Sync;

impl Linter {
    /// Makes a linter with the rules of this crate.
    #[doc(alias = "NewWithMetricFamilies")]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule, which is called for each family and reports its problems.
    #[doc(alias = "AddCustomValidations")]
    #[doc(alias = "Validation")]
    pub fn rule<F>(mut self, rule: F) -> Self
    where
        F: Fn(&MetricFamily, &mut Report<'_>) + Send + Sync + 'static,
    {
        self.custom.push(Box::new(rule));
        self
    }

    /// Returns the problems of all families, sorted by metric and text.
    ///
    /// A problem that several metrics of a family share is returned once for each.
    #[must_use]
    pub fn lint(&self, families: &[MetricFamily]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for family in families {
            let mut report = Report {
                metric: &family.name,
                problems: &mut problems,
            };
            rules::check(family, &mut report);
            for rule in &self.custom {
                rule(family, &mut report);
            }
        }
        problems.sort();
        problems
    }
}

impl fmt::Debug for Linter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linter")
            .field("custom", &self.custom.len())
            .finish()
    }
}

/// Collects the problems that a rule finds in a family.
///
/// See [`Linter`] for an example.
#[derive(Debug)]
pub struct Report<'a> {
    metric: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    /// Reports a problem of the family.
    pub fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(Problem::new(self.metric, text));
    }
}
