//! A counter whose handle is held.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use metrics::{Key, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::{HELP, limit};
use crate::row::{Candidate, MakeOp, repeat};

pub(crate) const INC: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| repeat(ours(), |c| c.inc())),
    Candidate::peer("prometheus u64", || repeat(tikv_u64(), |c| c.inc())),
    Candidate::peer("prometheus f64", || repeat(tikv_f64(), |c| c.inc())),
    Candidate::peer("prometheus-client", || {
        repeat(
            prometheus_client::metrics::counter::Counter::<u64>::default(),
            |c| {
                c.inc();
            },
        )
    }),
    Candidate::peer("measured", || repeat(measured::Counter::new(), |c| c.inc())),
    Candidate::peer("metrics", || repeat(metrics_counter(), |c| c.increment(1))),
    Candidate::peer("fastmetrics", || {
        repeat(
            fastmetrics::metrics::counter::Counter::<u64>::default(),
            |c| c.inc(),
        )
    }),
    Candidate::limit("plain add", limit::plain_add),
    Candidate::limit("load + store", limit::load_store),
    Candidate::limit("fetch_add", limit::fetch_add),
];

/// Peers without a fractional counter are left out.
pub(crate) const ADD: &[Candidate<MakeOp>] = &[
    Candidate::ours(|| repeat(ours(), |c| c.add(black_box(0.25)))),
    Candidate::peer("prometheus f64", || {
        repeat(tikv_f64(), |c| c.inc_by(black_box(0.25)))
    }),
    Candidate::peer("prometheus-client f64", || {
        repeat(
            prometheus_client::metrics::counter::Counter::<f64, AtomicU64>::default(),
            |c| {
                c.inc_by(black_box(0.25));
            },
        )
    }),
    Candidate::peer("fastmetrics f64", || {
        repeat(
            fastmetrics::metrics::counter::Counter::<f64>::default(),
            |c| {
                c.inc_by(black_box(0.25));
            },
        )
    }),
    Candidate::limit("load + store f64", limit::load_store_f64),
];

fn ours() -> promcore::Counter {
    promcore::Counter::new("requests_total", HELP).expect("the name is valid")
}

fn tikv_u64() -> prometheus::IntCounter {
    prometheus::IntCounter::new("requests_total", HELP).expect("the name is valid")
}

fn tikv_f64() -> prometheus::Counter {
    prometheus::Counter::new("requests_total", HELP).expect("the name is valid")
}

fn metrics_counter() -> metrics::Counter {
    PrometheusBuilder::new()
        .build_recorder()
        .register_counter(&Key::from_name("requests_total"), &METADATA)
}

/// The metadata that the macros of `metrics` pass.
pub(super) static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);
