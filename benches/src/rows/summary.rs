//! A summary with three quantiles, whose handle is held.

use std::hint::black_box;
use std::sync::Arc;

use metrics::{Key, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::HELP;
use super::counter::METADATA;
use crate::labels::durations;
use crate::row::{Candidate, MakeOp, Op, Turn, repeat_over};

/// The only peer that has quantiles.
pub(crate) const OBSERVE: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| {
        let opts = promcore::SummaryOpts::new("latency_seconds", HELP).objectives([
            (0.5, 0.05),
            (0.9, 0.01),
            (0.99, 0.001),
        ]);
        let summary = promcore::Summary::with_opts(opts).expect("the options are valid");
        repeat_over(summary, durations(), |s, v| s.observe(*v))
    }),
    Candidate::peer("metrics", metrics),
];

/// Without upkeep its memory would grow by 16 bytes an observation.
fn metrics() -> Op {
    let recorder = PrometheusBuilder::new()
        .set_quantiles(&[0.5, 0.9, 0.99])
        .expect("the quantiles are not empty")
        .build_recorder();
    let histogram = recorder.register_histogram(&Key::from_name("latency_seconds"), &METADATA);
    let handle = recorder.handle();
    let inputs = durations();
    Arc::new(move |turn: Turn| {
        let inputs = inputs.as_slice();
        let mask = inputs.len() - 1;
        for i in turn.first..turn.first + turn.calls {
            black_box(&histogram).record(*black_box(&inputs[i as usize & mask]));
            if i & 0xffff == 0 {
                handle.run_upkeep();
            }
        }
    })
}
