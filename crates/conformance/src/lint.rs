//! Results of the linter.

use std::collections::HashSet;

use promcore::{LabelPair, MetricFamily};
use promfmt::{NameValidation, Position, TextParser};
use promlint::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::Source;
use crate::outcome::{Outcome, Rule};

/// A text, and Go's result.
#[derive(Deserialize)]
struct Case {
    input: String,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Problems(Value),
    Error(String),
}

/// Lints the text of a case.
pub(crate) fn play(case: &Source) -> Result<Outcome, Error> {
    let Case { input, expected } = case.parse()?;
    // Go's linter does not support other names.
    let parser = TextParser::new(input.as_bytes()).validation(NameValidation::Legacy);
    let families: Result<Vec<_>, _> = parser.collect();
    let mut rules = Vec::new();
    let ours = match &families {
        Ok(families) => to_json(&as_in_go(families, promlint::lint(families), &mut rules)),
        Err(error) => error_to_json(error),
    };
    let theirs = match expected {
        Expected::Problems(problems) => problems,
        Expected::Error(error) => json!(error),
    };
    let difference = Difference::find("problems", Output::Json(theirs), Output::Json(ours));
    let mut outcome = Outcome::compared(difference);
    outcome.rules = rules;
    Ok(outcome)
}

/// Converts an error to Go's form.
fn error_to_json(error: &promfmt::Error) -> Value {
    match error {
        promfmt::Error::Parse {
            at: Position::Line { line, .. },
            message,
        } => json!(format!(
            "text format parsing error in line {line}: {message}"
        )),
        other => json!(other.to_string()),
    }
}

/// Converts problems to the form of the corpus.
pub(crate) fn to_json(problems: &[Problem]) -> Value {
    let problem = |it: &Problem| json!({"metric": it.metric, "text": it.text});
    problems.iter().map(problem).collect()
}

/// Drops the problems that Go does not find.
pub(crate) fn as_in_go(
    families: &[MetricFamily],
    mut problems: Vec<Problem>,
    rules: &mut Vec<Rule>,
) -> Vec<Problem> {
    drop_under(Rule::MoreUnits, &mut problems, has_more_unit, rules);
    for family in families {
        let mut more = equal_if_sorted(family);
        let is_more = |it: &Problem| {
            let is_one = it.metric == family.name && it.text == "metric not unique" && more > 0;
            more -= usize::from(is_one);
            is_one
        };
        drop_under(Rule::SortedLabels, &mut problems, is_more, rules);
    }
    problems
}

/// The rule `empty-help`: drops the problems of help texts of gathered families.
pub(crate) fn with_empty_help(
    families: &[MetricFamily],
    mut problems: Vec<Problem>,
    rules: &mut Vec<Rule>,
) -> Vec<Problem> {
    let has_none = |name: &str| {
        families
            .iter()
            .any(|it| it.name == name && it.help.is_empty())
    };
    let is_about_help = |it: &Problem| it.text == "no help text" && has_none(&it.metric);
    drop_under(Rule::EmptyHelp, &mut problems, is_about_help, rules);
    problems
}

/// Reports whether a problem is about a unit that Go does not know.
fn has_more_unit(problem: &Problem) -> bool {
    let units = problem.text.split_once(" instead of \"");
    let is_more = |unit: &str| {
        ["exa", "exbi", "mebi"]
            .iter()
            .any(|it| unit.starts_with(it))
    };
    units.is_some_and(|(_, unit)| is_more(unit))
}

/// Counts the metrics whose labels equal those of another one only when sorted.
fn equal_if_sorted(family: &MetricFamily) -> usize {
    let labels = || family.metrics.iter().map(|metric| metric.labels.clone());
    let sorted = |mut labels: Vec<LabelPair>| {
        labels.sort();
        labels
    };
    let distinct: HashSet<_> = labels().collect();
    let distinct_if_sorted: HashSet<_> = labels().map(sorted).collect();
    distinct.len() - distinct_if_sorted.len()
}

fn drop_under(
    rule: Rule,
    problems: &mut Vec<Problem>,
    mut is_ours: impl FnMut(&Problem) -> bool,
    rules: &mut Vec<Rule>,
) {
    let before = problems.len();
    problems.retain(|problem| !is_ours(problem));
    if problems.len() < before {
        rules.push(rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, problems: &[&str], rules: &[Rule]) {
        let problem = |text: &&str| json!({"metric": "m", "text": text});
        let problems: Value = problems.iter().map(problem).collect();
        let expected = json!({"problems": problems});
        let case = json!({"name": "case", "input": input, "expected": expected}).to_string();
        let outcome = play(&Source::inline("case", &case)).expect("the case can be read");
        let differences = outcome.differences.iter();
        let differences: Vec<_> = differences.map(ToString::to_string).collect();
        assert_eq!(differences, [""; 0]);
        assert_eq!(outcome.rules, rules);
    }

    #[test]
    fn what_go_does_not_see_is_a_rule() {
        let more = "# HELP m_mebibytes h\n# TYPE m_mebibytes gauge\nm_mebibytes 1\n";
        check(more, &[], &[Rule::MoreUnits]);
        let sorted =
            "# HELP m h\nm{a=\"1\",b=\"2\"} 1\nm{b=\"2\",a=\"1\"} 1\nm{a=\"1\",b=\"2\"} 1\n";
        check(sorted, &["metric not unique"], &[Rule::SortedLabels]);
        check("m 1\n", &["no help text"], &[]);
    }
}
