//! Gathers and encodes.

use promcore::{Gatherer, MetricFamily, MetricValue};
use promfmt::{Escaping, TextEncoder};
use serde_json::{Value, json};

use crate::tree;

/// The result of the operation `checkpoint`.
pub(super) fn checkpoint(families: &[MetricFamily]) -> Value {
    json!({
        "families": tree::to_json(families),
        "text_allow_utf8": text_of_tree(families, Escaping::AllowUtf8),
    })
}

/// The rule `unit-kept`: drops the units, and says whether there were any.
pub(super) fn drop_units(families: &mut [MetricFamily]) -> bool {
    let units = families.iter_mut().map(|family| &mut family.unit);
    let dropped = units.filter(|unit| !unit.is_empty()).map(String::clear);
    dropped.count() > 0
}

/// Encodes what a scrape streams.
pub(super) fn text_of_scrape(gatherer: &dyn Gatherer, escaping: Escaping) -> String {
    let mut encoder = TextEncoder::new(Vec::new()).escaping(escaping);
    // Nobody stops a sink that writes to memory.
    let _ = gatherer.scrape().write(&mut encoder);
    finish(encoder)
}

/// Encodes a tree.
pub(super) fn text_of_tree(families: &[MetricFamily], escaping: Escaping) -> String {
    let mut encoder = TextEncoder::new(Vec::new()).escaping(escaping);
    for family in families {
        let _ = family.write(&mut encoder);
    }
    finish(encoder)
}

fn finish(encoder: TextEncoder<Vec<u8>>) -> String {
    let bytes = encoder.finish().expect("writing to memory cannot fail");
    String::from_utf8(bytes).expect("the text is made of strings")
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
