use promcore::{MetricFamily, MetricType};

use crate::linter::Report;

/// Checks the names of a family and of its labels.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    let type_name = match family.kind {
        MetricType::GaugeHistogram => "gauge_histogram",
        kind => kind.as_str(),
    };
    if family.kind != MetricType::Untyped && has_word(&family.name.to_lowercase(), type_name) {
        report.problem(format!("metric name should not include type '{type_name}'"));
    }
    if family.name.contains(':') {
        report.problem("metric names should not contain ':'");
    }
    if is_camel_case(&family.name) {
        report.problem("metric names should be written in 'snake_case' not 'camelCase'");
    }
    for label in family.metrics.iter().flat_map(|metric| &metric.labels) {
        if is_camel_case(&label.name) {
            report.problem("label names should be written in 'snake_case' not 'camelCase'");
        }
    }
}

/// Reports whether `word` is in `name` after an underscore, and before another one or the end.
///
/// It does not count at the beginning, since a metric may be about gauges.
pub(super) fn has_word(name: &str, word: &str) -> bool {
    let mut rest = name.match_indices(word);
    rest.any(|(at, _)| {
        let (before, after) = (&name[..at], &name[at + word.len()..]);
        before.ends_with('_') && (after.is_empty() || after.starts_with('_'))
    })
}

fn is_camel_case(name: &str) -> bool {
    let mut pairs = name.as_bytes().windows(2);
    pairs.any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}
