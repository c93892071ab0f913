//! Counts the results of cases.

use std::fmt;

/// The result of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It agrees.
    Passed,
    /// It differs; each difference is described.
    Failed(Vec<String>),
    /// It differs exactly as `known_differences.md` says, for this reason.
    Known(String),
    /// It needs things that our crates do not support yet.
    NotYet(Vec<String>),
}

/// A case with its result.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseResult {
    /// The name of the file, or the number of the line in a table.
    pub case: String,
    /// The result.
    pub verdict: Verdict,
}

impl CaseResult {
    pub(crate) fn new(case: &str, verdict: Verdict) -> Self {
        Self {
            case: case.to_owned(),
            verdict,
        }
    }
}

/// A line of the report: a family, or an output of a family that is counted separately.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line {
    /// The name of the family, followed by a slash and the output, if any.
    pub name: String,
    /// Its cases in the order of their names.
    pub results: Vec<CaseResult>,
}

impl Line {
    pub(crate) fn new(name: impl Into<String>, results: Vec<CaseResult>) -> Self {
        Self {
            name: name.into(),
            results,
        }
    }

    /// Counts the cases that agree.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.count(|verdict| matches!(verdict, Verdict::Passed))
    }

    /// Counts the cases that differ without a reason.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.count(|verdict| matches!(verdict, Verdict::Failed(_)))
    }

    /// Counts the cases that differ as `known_differences.md` says.
    #[must_use]
    pub fn known(&self) -> usize {
        self.count(|verdict| matches!(verdict, Verdict::Known(_)))
    }

    /// Counts the cases that cannot be played yet.
    #[must_use]
    pub fn not_yet(&self) -> usize {
        self.count(|verdict| matches!(verdict, Verdict::NotYet(_)))
    }

    /// Describes every failed case: its name, and its differences indented below.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let failure = |result: &CaseResult| match &result.verdict {
            Verdict::Failed(differences) => {
                let case = format!("{}/{}", self.name, result.case);
                Some(format!("{case}\n  {}", differences.join("\n  ")))
            }
            Verdict::Passed | Verdict::Known(_) | Verdict::NotYet(_) => None,
        };
        self.results.iter().filter_map(failure).collect()
    }

    fn count(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        self.results
            .iter()
            .filter(|result| wanted(&result.verdict))
            .count()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = (self.passed(), self.failed(), self.known(), self.not_yet());
        let (passed, failed, known, not_yet) = counts;
        let name = &self.name;
        write!(
            f,
            "{name}: passed {passed} failed {failed} known {known} not-yet {not_yet}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_each_verdict() {
        let verdicts = [
            Verdict::Passed,
            Verdict::Passed,
            Verdict::Failed(vec!["x: 1".to_owned(), "y: 2".to_owned()]),
            Verdict::Known("better".to_owned()),
            Verdict::NotYet(vec!["curry".to_owned()]),
        ];
        let results = verdicts.map(|verdict| CaseResult::new("a", verdict));
        let line = Line::new("errors", results.to_vec());
        assert_eq!(
            line.to_string(),
            "errors: passed 2 failed 1 known 1 not-yet 1"
        );
        assert_eq!(line.failures(), ["errors/a\n  x: 1\n  y: 2"]);
    }
}
