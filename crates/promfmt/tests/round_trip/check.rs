//! Encodes, parses and encodes again, and compares.

use std::collections::HashSet;

use promcore::{
    LabelPair, Metric, MetricFamily, MetricValue, is_legacy_label_name, is_legacy_metric_name,
};
use promfmt::{
    Encoder, Error, Escaping, Format, escape_name, parse_openmetrics, parse_protobuf, parse_text,
};

use crate::openmetrics;
use crate::registry::admit;

type Parse = fn(&[u8]) -> Result<Vec<MetricFamily>, Error>;

/// Checks every format with every escaping; the families are those of a registry.
pub fn check(families: &[MetricFamily]) {
    for escaping in [
        Escaping::AllowUtf8,
        Escaping::Dots,
        Escaping::Underscores,
        Escaping::Values,
    ] {
        if clash(families, escaping) {
            continue;
        }
        let format = |format: Format| format.escaping(escaping);
        stays(families, format(Format::PROTOBUF), |bytes| {
            parse_protobuf(bytes)
        });
        let text = what_text_says(families, escaping);
        stays(&text, format(Format::TEXT), |bytes| parse_text(bytes));
        let text = openmetrics::what_it_allows(families, escaping);
        stays(&text, format(Format::OPEN_METRICS), |bytes| {
            parse_openmetrics(bytes)
        });
        stays(&text, format(Format::OPEN_METRICS_0_0_1), |bytes| {
            parse_openmetrics(bytes)
        });
    }
}

fn stays(families: &[MetricFamily], format: Format, parse: Parse) {
    let once = encode(families, format);
    let read = parse(&once).unwrap_or_else(|error| panic!("{error}\n{}", shown(&once)));
    let twice = encode(&read, format);
    assert!(once == twice, "{}\nbecame\n{}", shown(&once), shown(&twice));
}

/// Encodes families.
pub fn encode(families: &[MetricFamily], format: Format) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), format).created_lines(true);
    for family in families {
        let _ = family.write(&mut encoder);
    }
    encoder.finish().expect("a vector takes everything")
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\n", "\n")
}

/// Reports whether different names become the same when escaped, which the encoder refuses.
fn clash(families: &[MetricFamily], escaping: Escaping) -> bool {
    let mut renamed = families.to_vec();
    for family in &mut renamed {
        family.name = escaped(&family.name, escaping);
        let labels = family
            .metrics
            .iter_mut()
            .flat_map(|metric| &mut metric.labels);
        for label in labels {
            label.name = escaped(&label.name, escaping);
        }
    }
    let count = |families: &[MetricFamily]| -> Vec<usize> {
        families.iter().map(|family| family.metrics.len()).collect()
    };
    let (mut before, mut after) = (count(families), count(&admit(renamed)));
    before.sort_unstable();
    after.sort_unstable();
    before != after
}

/// Escapes a name as encoders do, only if needed.
pub fn escaped(name: &str, escaping: Escaping) -> String {
    if is_legacy_metric_name(name) {
        name.to_owned()
    } else {
        escape_name(name, escaping).into_owned()
    }
}

/// Leaves out what Go's parser loses from the text format.
fn what_text_says(families: &[MetricFamily], escaping: Escaping) -> Vec<MetricFamily> {
    let mut families = families.to_vec();
    for family in &mut families {
        // Leading blanks of a help text are skipped.
        family.help = family.help.trim_start_matches([' ', '\t']).to_owned();
        let is_plain = |metric: &Metric| has_plain_labels(&metric.labels, escaping);
        family.metrics.retain(is_plain);
        let mut seen = HashSet::new();
        family.metrics.retain(|metric| match &metric.value {
            MetricValue::GaugeHistogram(_) | MetricValue::Histogram(_) => {
                // Metrics with several timestamps are merged.
                seen.insert(metric.labels.clone())
            }
            MetricValue::Summary(summary) => {
                // A rank that is NaN is ignored, and a count must be less than 2^64 as a float, too.
                let mut ranks = summary.quantiles.iter().map(|it| it.quantile);
                ranks.all(|rank| !rank.is_nan())
                    && (summary.count as f64) < u64::MAX as f64
                    && seen.insert(metric.labels.clone())
            }
            _ => true,
        });
    }
    families.retain(|family| !family.metrics.is_empty());
    families
}

/// Reports whether no label name has a colon, which is written without quotes and refused by parsers.
pub fn has_plain_labels(labels: &[LabelPair], escaping: Escaping) -> bool {
    let mut names = labels.iter().map(|label| escaped(&label.name, escaping));
    names.all(|name| is_legacy_label_name(&name) || !is_legacy_metric_name(&name))
}
