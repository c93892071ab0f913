//! Gathers and encodes.

use promcore::{Gathered, Gatherer, MetricFamily, MetricValue, Registry};
use promfmt::{Escaping, TextEncoder};
use serde_json::{Value, json};

use super::nan::Nans;
use crate::tree;

/// The result of the operation `checkpoint`.
pub(super) fn checkpoint(registry: &Registry, nans: &Nans) -> Value {
    let Gathered { mut families, .. } = registry.gather();
    nans.write(&mut families);
    json!({
        "families": tree::to_json(&families),
        "text_allow_utf8": text_of_tree(&families, Escaping::AllowUtf8),
    })
}

/// Encodes what a scrape streams.
pub(super) fn text_of_scrape(registry: &Registry, escaping: Escaping) -> String {
    let mut encoder = TextEncoder::new(Vec::new()).escaping(escaping);
    // Nobody stops a sink that writes to memory.
    let _ = registry.scrape().write(&mut encoder);
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
