//! The first look-up of each of many series, by two borrowed strings.

use std::cell::Cell;
use std::hint::black_box;
use std::time::SystemTime;

use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus::Opts;

use super::lookup::metrics_inc;
use super::series::{ClientLabels, DynamicLabels, DynamicSet, FastLabels};
use super::{HELP, LABELS};
use crate::row::{Candidate, Fill, MakeFill, Pair, fill};

pub(crate) const COUNTERS: &[Candidate<MakeFill>] = &[
    Candidate::ours(ours),
    Candidate::peer("prometheus", tikv),
    Candidate::peer("prometheus-client", client),
    Candidate::peer("measured, dynamic", measured),
    Candidate::peer("metrics", metrics),
    Candidate::peer("fastmetrics", fast),
    Candidate::limit("touch both strings, look at the clock", touch),
];

fn ours() -> Fill {
    let vec = promcore::CounterVec::<2>::new("http_requests_total", HELP, LABELS)
        .expect("the names are valid");
    fill(vec, |v, Pair(a, b)| v.with([a, b]).inc())
}

fn tikv() -> Fill {
    let opts = Opts::new("http_requests_total", HELP);
    let vec = prometheus::IntCounterVec::new(opts, &LABELS).expect("the names are valid");
    fill(vec, |v, Pair(a, b)| v.with_label_values(&[a, b]).inc())
}

fn client() -> Fill {
    type Family = prometheus_client::metrics::family::Family<
        ClientLabels,
        prometheus_client::metrics::counter::Counter,
    >;
    fill(Family::default(), |f, Pair(a, b)| {
        f.get_or_create_owned(&ClientLabels {
            method: a.clone(),
            path: b.clone(),
        })
        .inc();
    })
}

fn measured() -> Fill {
    let vec = measured::CounterVec::with_label_set(DynamicSet::default());
    fill(vec, |v, Pair(a, b)| {
        v.inc(DynamicLabels { method: a, path: b })
    })
}

fn metrics() -> Fill {
    fill(PrometheusBuilder::new().build_recorder(), metrics_inc)
}

fn fast() -> Fill {
    type Family = fastmetrics::metrics::family::Family<
        FastLabels<String>,
        fastmetrics::metrics::counter::Counter,
    >;
    fill(Family::default(), |f, Pair(a, b)| {
        f.with_or_new(
            &FastLabels {
                method: a.clone(),
                path: b.clone(),
            },
            |c| c.inc(),
        );
    })
}

/// The minimum of a creation: its label values and the time.
fn touch() -> Fill {
    fill(Cell::new(0), |last, Pair(a, b)| {
        let ends = u64::from(a.as_bytes()[0]) + u64::from(b.as_bytes()[0]);
        black_box(SystemTime::now());
        last.set(last.get() + ends);
    })
}
