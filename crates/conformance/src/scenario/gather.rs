//! What was gathered, and what is done to it before it is compared.

use promcore::{MetricFamily, MetricValue};
use promfmt::{Escaping, Format};
use serde_json::{Value, json};

use super::encoding::Encoding;
use crate::tree;

/// The result of the operation `checkpoint`.
pub(super) fn checkpoint(families: &[MetricFamily]) -> Value {
    let text = Encoding::new(Format::TEXT.escaping(Escaping::AllowUtf8));
    json!({
        "families": tree::to_json(families),
        "text_allow_utf8": String::from_utf8_lossy(&text.of_tree(families)),
    })
}

/// The rule `unit-kept`: drops the units, and says whether there were any.
pub(super) fn drop_units(families: &mut [MetricFamily]) -> bool {
    let units = families.iter_mut().map(|family| &mut family.unit);
    let dropped = units.filter(|unit| !unit.is_empty()).map(String::clear);
    dropped.count() > 0
}

/// Replaces what depends on real time, as the corpus did before it encoded.
pub(super) fn mask_sums(families: &mut [MetricFamily]) {
    for metric in families.iter_mut().flat_map(|family| &mut family.metrics) {
        match &mut metric.value {
            MetricValue::Histogram(histogram) => histogram.sum = 0.0,
            MetricValue::Summary(summary) => summary.sum = 0.0,
            _ => {}
        }
    }
}
