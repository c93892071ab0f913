use std::collections::BTreeSet;

use super::register::Identity;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::{Metric, MetricFamily, by_labels};
use crate::labels::{LabelPair, is_valid_label_name, to_text};

/// Sorts the labels of a metric by name, and refuses those that cannot be exposed.
///
/// Go finds duplicate names only if they are adjacent, and accepts a label `le` of histograms, which their bucket lines then have twice.
pub(super) fn check_labels(name: &str, metric: &mut Metric) -> Result<(), Error> {
    if !metric.labels.is_sorted_by(|a, b| a.name <= b.name) {
        metric.labels.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let reserved = metric.value.kind().reserved_label();
    check_sorted(name, &metric.labels, reserved).map_err(|error| Error::InvalidLabels {
        metric: name.to_owned(),
        labels: to_text(&metric.labels),
        error: Box::new(error),
    })
}

/// Checks labels that are sorted by name.
fn check_sorted(
    metric: &str,
    labels: &[LabelPair],
    reserved: Option<&'static str>,
) -> Result<(), Error> {
    let metric = || metric.to_owned();
    let label = |label: &LabelPair| label.name.clone();
    let is_reserved = |reserved: &&str| labels.iter().any(|label| label.name == **reserved);
    if let Some(invalid) = labels
        .iter()
        .find(|label| !is_valid_label_name(&label.name))
    {
        Err(Error::InvalidLabelName {
            metric: metric(),
            label: label(invalid),
        })
    } else if let Some(twice) = labels.windows(2).find(|two| two[0].name == two[1].name) {
        Err(Error::DuplicateLabelName {
            metric: metric(),
            label: label(&twice[0]),
        })
    } else if let Some(label) = reserved.filter(is_reserved) {
        Err(Error::ReservedLabel {
            metric: metric(),
            label,
        })
    } else {
        Ok(())
    }
}

/// Refuses a metric that does not match its description; only pedantic registries check this.
pub(super) fn check_described(
    described: &BTreeSet<Identity>,
    desc: &Desc,
    metric: &Metric,
) -> Result<(), Error> {
    if !described.contains(&Identity::of(desc)) {
        return Err(Error::UndescribedMetric {
            desc: desc.to_string(),
        });
    }
    let constant = desc.const_labels().iter();
    let variable = desc.variable_labels().iter();
    let mut labels: Vec<(&str, Option<&str>)> = constant
        .map(|label| (label.name.as_str(), Some(label.value.as_str())))
        .chain(variable.map(|name| (name.as_str(), None)))
        .collect();
    labels.sort_unstable();
    let fits = |((name, value), label): (&(&str, Option<&str>), &LabelPair)| {
        label.name == *name && value.is_none_or(|value| label.value == value)
    };
    if labels.len() == metric.labels.len() && labels.iter().zip(&metric.labels).all(fits) {
        return Ok(());
    }
    Err(Error::UndescribedLabels {
        desc: desc.to_string(),
        labels: to_text(&metric.labels),
    })
}

/// Sorts the metrics, and drops those with the labels and timestamp of an earlier one.
pub(super) fn drop_duplicates(family: &mut MetricFamily, errors: &mut Vec<Error>) {
    if family.metrics.is_sorted_by(|a, b| by_labels(a, b).is_lt()) {
        return;
    }
    // Stable: of two equal metrics, the first is kept.
    family.metrics.sort_by(by_labels);
    let is_duplicate = duplicates(&family.metrics);
    let metrics = std::mem::take(&mut family.metrics);
    for (metric, is_duplicate) in metrics.into_iter().zip(is_duplicate) {
        if is_duplicate {
            errors.push(Error::DuplicateMetric {
                metric: family.name.clone(),
                labels: to_text(&metric.labels),
            });
        } else {
            family.metrics.push(metric);
        }
    }
}

/// Returns for each metric whether an earlier one has the same labels and timestamp. The metrics are sorted.
fn duplicates(metrics: &[Metric]) -> Vec<bool> {
    let mut is_duplicate = Vec::with_capacity(metrics.len());
    // Metrics with equal label values are adjacent, but may differ in label names.
    for equals in metrics.chunk_by(|a, b| by_labels(a, b).is_eq()) {
        if let [_] = equals {
            is_duplicate.push(false);
            continue;
        }
        // A set, because there may be many.
        let mut seen = BTreeSet::new();
        is_duplicate.extend(equals.iter().map(|metric| !seen.insert(&metric.labels)));
    }
    is_duplicate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desc::DescOpts;
    use crate::family::{HistogramValue, MetricValue, SummaryValue};

    fn metric(labels: &[(&str, &str)], value: MetricValue) -> Metric {
        let labels = labels
            .iter()
            .map(|&(name, value)| LabelPair::new(name, value));
        Metric::new(labels.collect(), value)
    }

    #[track_caller]
    fn check(labels: &[(&str, &str)], value: MetricValue, expected: Result<&str, &str>) {
        let mut metric = metric(labels, value);
        let result = check_labels("m", &mut metric).map(|()| to_text(&metric.labels));
        let result = result.map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            format!("{error}: {}", source.unwrap_or_default())
        });
        let result = result.as_ref().map(String::as_str);
        assert_eq!(result.map_err(String::as_str), expected);
    }

    #[test]
    fn labels_are_sorted_valid_and_different() {
        let gauge = || MetricValue::Gauge(0.0);
        check(&[], gauge(), Ok("{}"));
        check(
            &[("b", "1"), ("a", "2"), ("le", "3"), ("quantile", "4")],
            gauge(),
            Ok(r#"{a="2",b="1",le="3",quantile="4"}"#),
        );
        check(
            &[("a", "1"), ("b", "2"), ("a", "3")],
            gauge(),
            Err(
                r#"metric "m" was collected with labels {a="1",a="3",b="2"}, which cannot be exposed: label name "a" occurs twice in metric "m""#,
            ),
        );
        check(
            &[("__a", "1")],
            gauge(),
            Err(
                r#"metric "m" was collected with labels {__a="1"}, which cannot be exposed: label name "__a" of metric "m" is not valid"#,
            ),
        );
    }

    #[test]
    fn labels_that_the_format_adds_are_refused() {
        check(
            &[("quantile", "1")],
            MetricValue::Summary(SummaryValue::default()),
            Err(
                r#"metric "m" was collected with labels {quantile="1"}, which cannot be exposed: label name "quantile" of metric "m" is reserved"#,
            ),
        );
        check(
            &[("le", "1")],
            MetricValue::Histogram(HistogramValue::default()),
            Err(
                r#"metric "m" was collected with labels {le="1"}, which cannot be exposed: label name "le" of metric "m" is reserved"#,
            ),
        );
        let le = &[("le", "1")];
        let summary = MetricValue::Summary(SummaryValue::default());
        check(le, summary, Ok(r#"{le="1"}"#));
    }

    #[test]
    fn a_pedantic_registry_compares_labels_with_the_descriptor() {
        let opts = DescOpts::new("m", "").variable_labels(["b"]);
        let desc = Desc::new(opts.const_labels([("a", "1")])).unwrap();
        let described = BTreeSet::from([Identity::of(&desc)]);
        let check = |labels: &[(&str, &str)]| {
            let metric = metric(labels, MetricValue::Gauge(0.0));
            let result = check_described(&described, &desc, &metric);
            result.map_err(|error| error.to_string())
        };
        assert_eq!(check(&[("a", "1"), ("b", "any")]), Ok(()));
        for (labels, text) in [
            (&[("a", "2"), ("b", "any")][..], r#"{a="2",b="any"}"#),
            (&[("a", "1")], r#"{a="1"}"#),
            (&[("a", "1"), ("c", "any")], r#"{a="1",c="any"}"#),
            (
                &[("a", "1"), ("b", "2"), ("c", "3")],
                r#"{a="1",b="2",c="3"}"#,
            ),
        ] {
            let expected = format!("metric {desc} was collected with other labels: {text}");
            assert_eq!(check(labels), Err(expected));
        }
    }
}
