//! Options and outputs that our crates do not support yet; operations report this themselves.

use crate::corpus::{NewFunc, Op, Opts, Scenario};

/// Lists what a scenario needs that is not supported yet, each thing once; the list is empty if it can be played.
pub(super) fn waits_for(scenario: &Scenario) -> Vec<String> {
    let mut found = ops_wait_for(&scenario.ops);
    let outputs = scenario.expected.outputs.keys();
    found.extend(
        outputs
            .filter(|key| key.starts_with("text") && key.ends_with("_errors"))
            .cloned(),
    );
    found.sort();
    found.dedup();
    found
}

/// Lists what operations need that is not supported yet.
pub(super) fn ops_wait_for(ops: &[Op]) -> Vec<String> {
    ops.iter().flat_map(op).collect()
}

fn op(op: &Op) -> Vec<String> {
    match op {
        Op::NewCounter { opts, .. }
        | Op::NewGauge { opts, .. }
        | Op::NewHistogram { opts, .. }
        | Op::NewSummary { opts, .. } => options(opts),
        Op::NewCounterFunc(NewFunc { opts, .. })
        | Op::NewGaugeFunc(NewFunc { opts, .. })
        | Op::NewUntypedFunc(NewFunc { opts, .. }) => options(opts),
        Op::NewCounterVec(vec)
        | Op::NewGaugeVec(vec)
        | Op::NewHistogramVec(vec)
        | Op::NewSummaryVec(vec) => options(&vec.opts),
        _ => Vec::new(),
    }
}

fn options(opts: &Opts) -> Vec<String> {
    opts.others
        .keys()
        .map(|key| format!("option {key}"))
        .collect()
}
