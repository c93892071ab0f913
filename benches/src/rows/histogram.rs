//! A classic histogram whose handle is held.

use std::hint::black_box;
use std::sync::Arc;

use measured::metric::histogram::Thresholds;
use metrics::{Key, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::counter::METADATA;
use super::{HELP, limit};
use crate::labels::durations;
use crate::row::{Candidate, MakeOp, Op, Turn, repeat_over};

pub(super) const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

pub(crate) const OBSERVE: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| {
        let opts = promcore::HistogramOpts::new("latency_seconds", HELP).buckets(BOUNDS);
        let histogram = promcore::Histogram::with_opts(opts).expect("the options are valid");
        repeat_over(histogram, durations(), |h, v| h.observe(*v))
    }),
    Candidate::peer("prometheus", || {
        let opts = prometheus::HistogramOpts::new("latency_seconds", HELP).buckets(BOUNDS.into());
        let histogram = prometheus::Histogram::with_opts(opts).expect("the options are valid");
        repeat_over(histogram, durations(), |h, v| h.observe(*v))
    }),
    Candidate::peer("prometheus-client", || {
        let histogram = prometheus_client::metrics::histogram::Histogram::new(BOUNDS);
        repeat_over(histogram, durations(), |h, v| h.observe(*v))
    }),
    Candidate::peer("measured", || {
        let histogram = measured::Histogram::with_metadata(Thresholds::with_buckets(BOUNDS));
        repeat_over(histogram, durations(), |h, v| h.get_metric().observe(*v))
    }),
    Candidate::peer("metrics, upkeep every 64k", metrics),
    Candidate::peer("fastmetrics", || {
        let histogram = fastmetrics::metrics::histogram::Histogram::new(BOUNDS);
        repeat_over(histogram, durations(), |h, v| h.observe(*v))
    }),
    Candidate::limit("load + store", limit::load_store),
];

/// Without upkeep its memory would grow by 16 bytes an observation.
fn metrics() -> Op {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BOUNDS)
        .expect("the bounds are not empty")
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
