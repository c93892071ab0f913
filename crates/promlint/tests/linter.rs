//! The results of a linter, and custom rules.

use promcore::{LabelPair, Metric, MetricFamily, MetricType, MetricValue};
use promlint::{Linter, lint};

#[track_caller]
fn check(linter: &Linter, families: &[MetricFamily], expected: &[&str]) {
    let problems = linter.lint(families);
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
}

#[test]
fn problems_are_sorted_by_metric_and_text() {
    let families = [
        MetricFamily::new("b_ms", "", MetricType::Counter),
        MetricFamily::new("a", "", MetricType::Counter),
    ];
    check(
        &Linter::new(),
        &families,
        &[
            "a counter metrics should have \"_total\" suffix",
            "a no help text",
            "b_ms counter metrics should have \"_total\" suffix",
            "b_ms metric names should not contain abbreviated units",
            "b_ms no help text",
        ],
    );
    assert_eq!(lint(&families), Linter::new().lint(&families));
    check(&Linter::new(), &[], &[]);
}

#[test]
fn rules_of_the_program_are_further_rules() {
    let linter = Linter::new()
        .rule(|family, report| {
            for label in family.metrics.iter().flat_map(|metric| &metric.labels) {
                if label.name == "user" {
                    report.problem(format!("label {:?} has no bounds", label.name));
                }
            }
        })
        .rule(|family, report| {
            if family.unit.is_empty() {
                report.problem("no unit");
            }
        });
    let labels = vec![LabelPair::new("user", "1")];
    let mut family = MetricFamily::new("m", "", MetricType::Gauge);
    family.metrics = vec![Metric::new(labels, MetricValue::Gauge(1.0))];
    let expected = [
        "m label \"user\" has no bounds",
        "m no help text",
        "m no unit",
    ];
    check(&linter, &[family], &expected);
    assert_eq!(format!("{linter:?}"), "Linter { custom: 2 }");
}
