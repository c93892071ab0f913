//! Adjusts gathered metrics before they are compared.

use std::collections::{BTreeMap, BTreeSet};

use promcore::{Error, MetricFamily, MetricValue};
use promfmt::{Escaping, Format};
use serde_json::{Value, json};

use super::colons::bare_colons;
use super::encoding::Encoding;
use super::interpreter::OurError;
use crate::compare::Output;
use crate::outcome::Rule;
use crate::tree;

/// The result of the operation `checkpoint`.
pub(super) fn checkpoint(families: &[MetricFamily], rules: &mut Vec<Rule>) -> Value {
    let text = Encoding::new(Format::TEXT.escaping(Escaping::AllowUtf8)).of_tree(families);
    let text = String::from_utf8_lossy(&text);
    let theirs = bare_colons(&text);
    if theirs != text {
        rules.push(Rule::QuotedColon);
    }
    json!({"families": tree::to_json(families), "text_allow_utf8": theirs})
}

/// The rule `inconsistent-unit`: drops the metrics from Go's families that have another unit than the first, and our errors that say so.
///
/// Reports whether there were both; otherwise nothing changes.
pub(super) fn inconsistent_units(
    errors: &mut Vec<Error>,
    theirs: &mut Value,
    ours: &[MetricFamily],
) -> bool {
    let mut left_out = BTreeMap::<&str, usize>::new();
    for error in errors.iter() {
        if let Error::InconsistentUnit { metric, .. } = error {
            *left_out.entry(metric).or_default() += 1;
        }
    }
    let mut all = theirs.clone();
    let ours = tree::to_json(ours);
    let applies = left_out
        .iter()
        .all(|(name, count)| drop_others(name, *count, &mut all, &ours));
    if applies && !left_out.is_empty() {
        *theirs = all;
        errors.retain(|error| !matches!(error, Error::InconsistentUnit { .. }));
        return true;
    }
    false
}

/// Drops the metrics that ours lacks from Go's family of this name, and reports whether there are exactly `count`.
fn drop_others(name: &str, count: usize, theirs: &mut Value, ours: &Value) -> bool {
    let mut all = ours.as_array().into_iter().flatten();
    let ours = all.find(|family| family["name"] == name);
    let mut all = theirs.as_array_mut().into_iter().flatten();
    let theirs = all.find(|family| family["name"] == name);
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return false;
    };
    let (Some(ours), Some(theirs)) = (ours["metric"].as_array(), theirs["metric"].as_array_mut())
    else {
        return false;
    };
    let before = theirs.len();
    theirs.retain(|theirs| {
        let theirs = Output::Json(theirs.clone());
        ours.iter()
            .any(|ours| theirs.agrees(&Output::Json(ours.clone())))
    });
    theirs.len() == ours.len() && theirs.len() + count == before
}

/// The rule `collision-once`: drops repeated collisions of a name from errors, each with a kind and a text.
pub(super) fn collisions_once<'a>(errors: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut told = BTreeSet::new();
    let mut errors = errors.to_vec();
    errors.retain(|&(kind, text)| kind != "gather_suffix_collision" || told.insert(text));
    errors
}

/// The rule `unit-kept`: drops the units, and reports whether there were any.
pub(crate) fn drop_units(families: &mut [MetricFamily]) -> bool {
    let units = families.iter_mut().map(|family| &mut family.unit);
    let dropped = units.filter(|unit| !unit.is_empty()).map(String::clear);
    dropped.count() > 0
}

/// The rule `explicit-le`: drops the histograms with a label `le` from Go's families, and our errors that say so.
///
/// Reports whether there were both; otherwise nothing changes.
pub(super) fn explicit_le(ours: &mut Vec<OurError>, theirs: &mut Value) -> bool {
    let is_told = |error: &OurError| error.kind == "gather_explicit_le_label";
    if !ours.iter().any(is_told) {
        return false;
    }
    let mut dropped = false;
    for family in theirs.as_array_mut().into_iter().flatten() {
        if let Some(metrics) = family["metric"].as_array_mut() {
            let before = metrics.len();
            metrics.retain(|metric| !has_explicit_le(metric));
            dropped |= metrics.len() < before;
        }
    }
    if dropped {
        ours.retain(|error| !is_told(error));
        if let Some(families) = theirs.as_array_mut() {
            families.retain(|family| family["metric"] != json!([]));
        }
    }
    dropped
}

fn has_explicit_le(metric: &Value) -> bool {
    let labels = metric["label"].as_array().into_iter().flatten();
    metric.get("histogram").is_some() && labels.into_iter().any(|label| label["name"] == "le")
}

/// Replaces values that depend on real time, as the corpus did before it encoded.
pub(super) fn mask_sums(families: &mut [MetricFamily]) {
    for metric in families.iter_mut().flat_map(|family| &mut family.metrics) {
        match &mut metric.value {
            MetricValue::Histogram(histogram) => histogram.sum = 0.0,
            MetricValue::Summary(summary) => summary.sum = 0.0,
            _ => {}
        }
    }
}
