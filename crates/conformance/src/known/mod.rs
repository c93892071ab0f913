//! The list of deliberate differences, and the judgement of cases by it.

mod parse; // Reads the list.

use crate::Error;
use crate::compare::{Difference, Output};
use crate::outcome::{Outcome, Rule};
use crate::report::Verdict;

/// The contents of `known_differences.md`.
#[derive(Debug, Default)]
pub(crate) struct Known {
    rules: Vec<RuleEntry>,
    cases: Vec<CaseEntry>,
}

/// A rule, and the cases of our corpus that need it.
#[derive(Debug)]
struct RuleEntry {
    name: String,
    cases: Vec<String>,
}

/// A case with outputs that are better than Go's.
#[derive(Debug)]
struct CaseEntry {
    /// Family and name, `errors/counter_negative`.
    case: String,
    reason: String,
    /// Our outputs.
    outputs: Vec<(String, Output)>,
}

impl Known {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        parse::parse(text)
    }

    /// Judges the outcome of a case.
    ///
    /// In a foreign corpus, rules are not limited to the cases that they name, and no case has to differ.
    pub(crate) fn judge(&self, case: &str, outcome: Outcome, foreign: bool) -> Verdict {
        if let Some(message) = outcome.broken {
            return Verdict::Failed(vec![message]);
        }
        if !outcome.waits_for.is_empty() {
            return Verdict::NotYet(outcome.waits_for);
        }
        let mut failures = self.rule_failures(case, &outcome.rules, foreign);
        let applied = Rule::ALL.iter().filter(|rule| outcome.rules.contains(rule));
        let mut reasons: Vec<_> = applied.map(|rule| format!("rule {rule}")).collect();
        match self.cases.iter().find(|entry| entry.case == case) {
            Some(entry) => {
                failures.extend(entry.failures(&outcome.differences, foreign));
                if !outcome.differences.is_empty() {
                    reasons.push(entry.reason.clone());
                }
            }
            None => failures.extend(outcome.differences.iter().map(ToString::to_string)),
        }
        if !failures.is_empty() {
            Verdict::Failed(failures)
        } else if reasons.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Known(reasons.join("; "))
        }
    }

    /// Lists the named cases of a family that are not among `present`.
    pub(crate) fn missing(&self, family: &str, present: &[String]) -> Vec<String> {
        let named = self.rules.iter().flat_map(|rule| &rule.cases);
        let named = named.chain(self.cases.iter().map(|entry| &entry.case));
        let of_family = |case: &&String| case.split('/').next() == Some(family);
        named
            .filter(of_family)
            .filter(|case| !present.contains(case))
            .cloned()
            .collect()
    }

    fn rule_failures(&self, case: &str, applied: &[Rule], foreign: bool) -> Vec<String> {
        let mut failures = Vec::new();
        for rule in &self.rules {
            let named = rule.cases.iter().any(|name| name == case);
            let name = &rule.name;
            match (applied.iter().any(|rule| rule.name() == name), named) {
                (true, false) if !foreign => {
                    failures.push(format!("needs the rule {name}, which does not name it"));
                }
                (false, true) if !foreign => {
                    failures.push(format!(
                        "does not need the rule {name} any more, which names it"
                    ));
                }
                _ => {}
            }
        }
        failures
    }
}

impl CaseEntry {
    /// Checks that `differences` are exactly those of this entry.
    fn failures(&self, differences: &[Difference], foreign: bool) -> Vec<String> {
        let unknown = differences
            .iter()
            .filter(|difference| !self.names(difference));
        let mut failures: Vec<_> = unknown.map(ToString::to_string).collect();
        // In a foreign corpus, a case of the same name may be a different one.
        let ours = self.outputs.iter().filter(|_| !foreign);
        for (output, _) in ours {
            if !differences
                .iter()
                .any(|difference| difference.output == *output)
            {
                failures.push(format!(
                    "{output}: a known difference is no more; drop its entry"
                ));
            }
        }
        failures
    }

    fn names(&self, difference: &Difference) -> bool {
        let same = |(output, ours): &(String, Output)| {
            *output == difference.output && ours.agrees(&difference.got)
        };
        self.outputs.iter().any(same)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LIST: &str = include_str!("example.md");

    fn difference(got: i32) -> Difference {
        let (expected, got) = (Output::Json(json!(1)), Output::Json(json!(got)));
        Difference::find("op_errors", expected, got).expect("they differ")
    }

    #[track_caller]
    fn check(case: &str, outcome: Outcome, foreign: bool, expected: &str) {
        let known = Known::parse(LIST).expect("the list is well formed");
        assert_eq!(
            format!("{:?}", known.judge(case, outcome, foreign)),
            expected
        );
    }

    #[test]
    fn a_named_difference_is_known() {
        let outcome = Outcome::compared([difference(2)]);
        check(
            "errors/a",
            outcome,
            false,
            r#"Known("Two is better than one.")"#,
        );
    }

    #[test]
    fn a_difference_of_another_kind_fails() {
        let failure = r#"Failed(["op_errors:\n    the value: expected 1, got 3"])"#;
        check(
            "errors/a",
            Outcome::compared([difference(3)]),
            false,
            failure,
        );
        check(
            "errors/c",
            Outcome::compared([difference(3)]),
            false,
            failure,
        );
    }

    #[test]
    fn a_difference_that_is_gone_fails() {
        let failure = r#"Failed(["op_errors: a known difference is no more; drop its entry"])"#;
        check("errors/a", Outcome::default(), false, failure);
        check("errors/a", Outcome::default(), true, "Passed");
        let failure = r#"Failed(["does not need the rule panic-once any more, which names it"])"#;
        check("errors/b", Outcome::default(), false, failure);
    }

    #[test]
    fn a_rule_names_its_cases() {
        let rule = || Outcome::under_rule(Rule::PanicOnce);
        check("errors/b", rule(), false, r#"Known("rule panic-once")"#);
        check("errors/c", rule(), true, r#"Known("rule panic-once")"#);
        let failure = r#"Failed(["needs the rule panic-once, which does not name it"])"#;
        check("errors/c", rule(), false, failure);
    }

    #[test]
    fn what_waits_is_never_passed() {
        let outcome = Outcome::waits_for(vec!["curry".to_owned()]);
        check("errors/c", outcome, false, r#"NotYet(["curry"])"#);
        check("errors/c", Outcome::default(), false, "Passed");
    }

    #[test]
    fn named_cases_must_be_there() {
        let known = Known::parse(LIST).expect("the list is well formed");
        assert_eq!(
            known.missing("errors", &["errors/b".to_owned()]),
            ["errors/a"]
        );
        assert_eq!(known.missing("floats", &[]), [""; 0]);
    }
}
