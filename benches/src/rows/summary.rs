//! A summary with three quantiles, whose handle is held.

use metrics_exporter_prometheus::PrometheusBuilder;

use super::HELP;
use super::histogram::metrics_with_upkeep;
use crate::labels::durations;
use crate::row::{Candidate, MakeOp, Op, repeat_over};

/// The only peer with quantiles.
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

fn metrics() -> Op {
    let recorder = PrometheusBuilder::new()
        .set_quantiles(&[0.5, 0.9, 0.99])
        .expect("the quantiles are not empty")
        .build_recorder();
    metrics_with_upkeep(&recorder)
}
