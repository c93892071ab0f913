//! Which operations need what our crates do not have yet.

use crate::corpus::{NewFunc, Op, Opts, Scenario};

/// Lists what a scenario waits for, each thing once; nothing if it can be played.
pub(super) fn waits_for(scenario: &Scenario) -> Vec<String> {
    let mut found: Vec<_> = scenario.ops.iter().flat_map(op).collect();
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
        Op::NewRegistry { .. }
        | Op::Gatherers { .. }
        | Op::WrapRegisterer(_)
        | Op::WrapCollector(_)
        | Op::NewInvalidDesc { .. }
        | Op::DescString { .. }
        | Op::BuildFqName { .. }
        | Op::NewConstMetric { .. }
        | Op::NewConstHistogram(_)
        | Op::NewConstSummary(_)
        | Op::NewConstNativeHistogram(_)
        | Op::NewInvalidMetric { .. }
        | Op::WithTimestamp { .. }
        | Op::WithExemplars { .. }
        | Op::NewCollector { .. }
        | Op::Register { .. }
        | Op::Unregister { .. }
        | Op::WithLabelValues { .. }
        | Op::With { .. }
        | Op::Curry { .. }
        | Op::DeleteLabelValues { .. }
        | Op::Delete { .. }
        | Op::DeletePartialMatch { .. }
        | Op::Reset { .. }
        | Op::NewDesc { .. }
        | Op::Inc(_)
        | Op::Dec(_)
        | Op::Add(_)
        | Op::Sub(_)
        | Op::Set(_)
        | Op::AddWithExemplar(_)
        | Op::ObserveWithExemplar(_)
        | Op::SetFuncValue { .. }
        | Op::Observe { .. }
        | Op::AdvanceClock { .. }
        | Op::Checkpoint { .. }
        | Op::HandlerFor(_)
        | Op::InstrumentMetricHandler(_)
        | Op::Request { .. }
        | Op::ToFloat64(_)
        | Op::CollectAndCount(_)
        | Op::GatherAndCount(_)
        | Op::CollectAndCompare(_)
        | Op::GatherAndCompare(_)
        | Op::CollectAndLint(_)
        | Op::GatherAndLint(_) => Vec::new(),
        _ => vec![op.name()],
    }
}

fn options(opts: &Opts) -> Vec<String> {
    opts.others
        .keys()
        .map(|key| format!("option {key}"))
        .collect()
}
