//! A classic histogram whose handle is held.

use std::hint::black_box;
use std::sync::Arc;

use measured::metric::histogram::Thresholds;
use metrics::{Key, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use super::counter::METADATA;
use super::{HELP, limit};
use crate::labels::durations;
use crate::row::{Candidate, MakeOp, Op, Turn, repeat_over};

pub(super) const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// From 0.1 ms on, each 1.3 times the one before: to 38 s.
const FIFTY: [f64; 50] = {
    let mut bounds = [1e-4; 50];
    let mut i = 1;
    while i < bounds.len() {
        bounds[i] = bounds[i - 1] * 1.3;
        i += 1;
    }
    bounds
};

pub(crate) const OBSERVE: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| ours(BOUNDS)),
    Candidate::peer("prometheus", || prometheus(BOUNDS)),
    Candidate::peer("prometheus-client", || prometheus_client(BOUNDS)),
    Candidate::peer("measured", || measured(BOUNDS)),
    Candidate::peer("metrics, upkeep every 64k", || metrics(BOUNDS)),
    Candidate::peer("fastmetrics", || fastmetrics(BOUNDS)),
    Candidate::limit("load + store", limit::load_store),
];

pub(crate) const OBSERVE_FIFTY: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| ours(FIFTY)),
    Candidate::peer("prometheus", || prometheus(FIFTY)),
    Candidate::peer("prometheus-client", || prometheus_client(FIFTY)),
    Candidate::peer("measured", || measured(FIFTY)),
    Candidate::peer("metrics, upkeep every 64k", || metrics(FIFTY)),
    Candidate::peer("fastmetrics", || fastmetrics(FIFTY)),
    Candidate::limit("load + store", limit::load_store),
];

fn ours<const N: usize>(bounds: [f64; N]) -> Op {
    let opts = promcore::HistogramOpts::new("latency_seconds", HELP).buckets(bounds);
    let histogram = promcore::Histogram::with_opts(opts).expect("the options are valid");
    repeat_over(histogram, durations(), |h, v| h.observe(*v))
}

fn prometheus<const N: usize>(bounds: [f64; N]) -> Op {
    let opts = prometheus::HistogramOpts::new("latency_seconds", HELP).buckets(bounds.into());
    let histogram = prometheus::Histogram::with_opts(opts).expect("the options are valid");
    repeat_over(histogram, durations(), |h, v| h.observe(*v))
}

fn prometheus_client<const N: usize>(bounds: [f64; N]) -> Op {
    let histogram = prometheus_client::metrics::histogram::Histogram::new(bounds);
    repeat_over(histogram, durations(), |h, v| h.observe(*v))
}

fn measured<const N: usize>(bounds: [f64; N]) -> Op {
    let histogram = measured::Histogram::with_metadata(Thresholds::with_buckets(bounds));
    repeat_over(histogram, durations(), |h, v| h.get_metric().observe(*v))
}

fn fastmetrics<const N: usize>(bounds: [f64; N]) -> Op {
    let histogram = fastmetrics::metrics::histogram::Histogram::new(bounds);
    repeat_over(histogram, durations(), |h, v| h.observe(*v))
}

fn metrics<const N: usize>(bounds: [f64; N]) -> Op {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&bounds)
        .expect("the bounds are not empty")
        .build_recorder();
    metrics_with_upkeep(&recorder)
}

/// Without upkeep, its memory would grow by 16 bytes per observation.
pub(super) fn metrics_with_upkeep(recorder: &PrometheusRecorder) -> Op {
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
