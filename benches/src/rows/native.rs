//! A native histogram whose handle is held.

use prometheus_client::metrics::histogram::NativeHistogramConfig;

use super::HELP;
use crate::labels::durations;
use crate::row::{Candidate, MakeOp, repeat_over};

const FACTOR: f64 = 1.1;

/// The only peer with native histograms.
pub(crate) const OBSERVE: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| {
        let opts =
            promcore::HistogramOpts::new("latency_seconds", HELP).native_bucket_factor(FACTOR);
        let histogram = promcore::Histogram::with_opts(opts).expect("the options are valid");
        repeat_over(histogram, durations(), |h, v| h.observe(*v))
    }),
    Candidate::peer("prometheus-client", || {
        let config = NativeHistogramConfig::new(FACTOR);
        let histogram = prometheus_client::metrics::histogram::Histogram::new_native(config);
        repeat_over(histogram, durations(), |h, v| h.observe(*v))
    }),
];
