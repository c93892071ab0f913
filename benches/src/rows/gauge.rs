//! A gauge whose handle is held.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use metrics::{Key, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::counter::METADATA;
use super::{HELP, limit};
use crate::row::{Candidate, MakeOp, repeat};

pub(crate) const SET: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| {
        let gauge = promcore::Gauge::new("requests_in_flight", HELP).expect("the name is valid");
        repeat(gauge, |g| g.set(black_box(42.0)))
    }),
    Candidate::peer("prometheus i64", || {
        let gauge =
            prometheus::IntGauge::new("requests_in_flight", HELP).expect("the name is valid");
        repeat(gauge, |g| g.set(black_box(42)))
    }),
    Candidate::peer("prometheus f64", || {
        let gauge = prometheus::Gauge::new("requests_in_flight", HELP).expect("the name is valid");
        repeat(gauge, |g| g.set(black_box(42.0)))
    }),
    Candidate::peer("prometheus-client f64", || {
        repeat(
            prometheus_client::metrics::gauge::Gauge::<f64, AtomicU64>::default(),
            |g| {
                g.set(black_box(42.0));
            },
        )
    }),
    Candidate::peer("measured i64", || {
        repeat(measured::Gauge::new(), |g| {
            g.get_metric().set(black_box(42))
        })
    }),
    Candidate::peer("measured f64", || {
        repeat(measured::FloatGauge::new(), |g| {
            g.get_metric().set(black_box(42.0))
        })
    }),
    Candidate::peer("metrics", || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let gauge = recorder.register_gauge(&Key::from_name("requests_in_flight"), &METADATA);
        repeat(gauge, |g| g.set(black_box(42.0)))
    }),
    Candidate::peer("fastmetrics i64", || {
        repeat(fastmetrics::metrics::gauge::Gauge::<i64>::default(), |g| {
            g.set(black_box(42))
        })
    }),
    Candidate::peer("fastmetrics f64", || {
        repeat(fastmetrics::metrics::gauge::Gauge::<f64>::default(), |g| {
            g.set(black_box(42.0))
        })
    }),
    Candidate::limit("store", limit::store),
];
