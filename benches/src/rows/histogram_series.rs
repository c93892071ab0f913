//! Histograms with two labels: their bytes, and their text in a scrape.

use std::sync::Arc;

use measured::MetricGroup;
use measured::metric::histogram::Thresholds;
use metrics::{Key, Label, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use promfmt::Format;

use super::counter::METADATA;
use super::histogram::BOUNDS;
use super::series::{self, ClientLabels, DynamicLabels, DynamicSet, FastLabels};
use super::{HELP, LABELS};
use crate::labels::pairs;
use crate::row::{Candidate, MakeSeries, Pair, Series};

pub(crate) const HEAP: &[Candidate<MakeSeries>] = &[
    Candidate::ours(ours as MakeSeries),
    Candidate::peer("prometheus", tikv as MakeSeries),
    Candidate::peer("prometheus-client", client as MakeSeries),
    Candidate::peer("fastmetrics", fast as MakeSeries),
];

pub(crate) const TEXT: &[Candidate<MakeSeries>] = &[
    Candidate::ours(|size| series::only_read(series::encode(ours_filled(size), Format::TEXT))),
    Candidate::peer("prometheus", |size| {
        let encoder = prometheus::TextEncoder::new();
        series::only_read(series::tikv_encode(tikv_filled(size), encoder))
    }),
    Candidate::peer("prometheus-client, OpenMetrics", |size| {
        series::only_read(series::client_encode(client_filled(size)))
    }),
    Candidate::peer("measured", measured_text),
    Candidate::peer("metrics", metrics_text),
    Candidate::peer("fastmetrics", |size| {
        series::only_read(series::fast_encode(fast_filled(size)))
    }),
];

/// The bounds of the scraped histograms.
const TWELVE: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0,
];

/// Makes observations after which most scraped buckets differ, with counts of one to three digits.
fn observe_all(size: usize, mut observe: impl FnMut(&Pair, f64)) {
    for (i, pair) in pairs(size).iter().enumerate() {
        for n in 0..10 + i % 200 {
            observe(pair, 0.004 * 2_f64.powi(n as i32 % 13));
        }
    }
}

/// Makes one observation of each; peers keep nothing for the next scrape.
fn touched(size: usize, observe: impl Fn(&Pair) + Send + Sync + 'static) -> Series {
    pairs(size).iter().for_each(&observe);
    Series {
        write: Box::new(move |pair, times| (0..times).for_each(|_| observe(pair))),
        ..series::only_read(Box::new(|_| {}))
    }
}

fn ours(size: usize) -> Series {
    let (registry, vec) = ours_with(&BOUNDS);
    Series {
        // The state that a scrape keeps for the next one counts.
        render: series::encode(registry, Format::TEXT),
        ..touched(size, move |Pair(a, b)| vec.with([a, b]).observe(0.3))
    }
}

fn ours_with(bounds: &[f64]) -> (promcore::Registry, promcore::HistogramVec<2>) {
    let opts = promcore::HistogramOpts::new("latency_seconds", HELP);
    let opts = opts.buckets(bounds.iter().copied());
    let vec = promcore::HistogramVec::<2>::with_opts(opts, LABELS).expect("the options are valid");
    let registry = promcore::Registry::new();
    registry
        .register(vec.clone())
        .expect("the registry is empty");
    (registry, vec)
}

pub(super) fn ours_filled(size: usize) -> promcore::Registry {
    let (registry, vec) = ours_with(&TWELVE);
    observe_all(size, |Pair(a, b), value| vec.with([a, b]).observe(value));
    registry
}

fn tikv(size: usize) -> Series {
    let vec = tikv_with(&BOUNDS);
    touched(size, move |Pair(a, b)| {
        vec.with_label_values(&[a, b]).observe(0.3)
    })
}

fn tikv_with(bounds: &[f64]) -> prometheus::HistogramVec {
    let opts = prometheus::HistogramOpts::new("latency_seconds", HELP).buckets(bounds.into());
    prometheus::HistogramVec::new(opts, &LABELS).expect("the options are valid")
}

pub(super) fn tikv_filled(size: usize) -> prometheus::Registry {
    let vec = tikv_with(&TWELVE);
    let registry = prometheus::Registry::new();
    registry
        .register(Box::new(vec.clone()))
        .expect("the registry is empty");
    observe_all(size, |Pair(a, b), value| {
        vec.with_label_values(&[a, b]).observe(value);
    });
    registry
}

type ClientHistogram = prometheus_client::metrics::histogram::Histogram;
type ClientFamily = prometheus_client::metrics::family::Family<
    ClientLabels,
    ClientHistogram,
    fn() -> ClientHistogram,
>;

fn client_observe(family: &ClientFamily, Pair(a, b): &Pair, value: f64) {
    let labels = ClientLabels {
        method: a.clone(),
        path: b.clone(),
    };
    family.get_or_create_owned(&labels).observe(value);
}

fn client(size: usize) -> Series {
    let family = ClientFamily::new_with_constructor(|| ClientHistogram::new(BOUNDS));
    touched(size, move |pair| client_observe(&family, pair, 0.3))
}

pub(super) fn client_filled(size: usize) -> prometheus_client::registry::Registry {
    let family = ClientFamily::new_with_constructor(|| ClientHistogram::new(TWELVE));
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("latency_seconds", HELP, family.clone());
    observe_all(size, |pair, value| client_observe(&family, pair, value));
    registry
}

type FastHistogram = fastmetrics::metrics::histogram::Histogram;
type FastFamily = fastmetrics::metrics::family::Family<FastLabels<String>, FastHistogram>;

fn fast_observe(family: &FastFamily, Pair(a, b): &Pair, value: f64) {
    let labels = FastLabels {
        method: a.clone(),
        path: b.clone(),
    };
    family.with_or_new(&labels, |h| h.observe(value));
}

fn fast(size: usize) -> Series {
    let family = FastFamily::new(|| FastHistogram::new(BOUNDS));
    touched(size, move |pair| fast_observe(&family, pair, 0.3))
}

pub(super) fn fast_filled(size: usize) -> fastmetrics::registry::Registry {
    let family = FastFamily::new(|| FastHistogram::new(TWELVE));
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("latency_seconds", HELP, family.clone())
        .expect("the registry is empty");
    observe_all(size, |pair, value| fast_observe(&family, pair, value));
    registry
}

#[derive(MetricGroup)]
struct MeasuredMetrics {
    /// Requests answered.
    latency_seconds: measured::HistogramVec<DynamicSet, 12>,
}

fn measured_text(size: usize) -> Series {
    let metrics = MeasuredMetrics {
        latency_seconds: measured::HistogramVec::with_label_set_and_metadata(
            DynamicSet::default(),
            Thresholds::with_buckets(TWELVE),
        ),
    };
    observe_all(size, |Pair(a, b), value| {
        let labels = DynamicLabels { method: a, path: b };
        metrics.latency_seconds.observe(labels, value);
    });
    series::only_read(series::measured_encode(Arc::new(metrics)))
}

fn metrics_text(size: usize) -> Series {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&TWELVE)
        .expect("the bounds are not empty")
        .build_recorder();
    recorder.describe_histogram("latency_seconds".into(), None, HELP.into());
    observe_all(size, |Pair(a, b), value| {
        let labels = vec![
            Label::new(LABELS[0], a.clone()),
            Label::new(LABELS[1], b.clone()),
        ];
        let key = Key::from_parts("latency_seconds", labels);
        recorder.register_histogram(&key, &METADATA).record(value);
    });
    let handle = recorder.handle();
    handle.run_upkeep();
    series::only_read(series::metrics_encode(handle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_writes_all_buckets() {
        for candidate in TEXT {
            let series = (candidate.make)(100);
            let mut out = Vec::new();
            (series.render)(&mut out);
            let text = String::from_utf8(out).unwrap();
            let buckets = text.matches("latency_seconds_bucket{").count();
            assert_eq!(buckets, 100 * (TWELVE.len() + 1), "{}", candidate.who);
        }
    }
}
