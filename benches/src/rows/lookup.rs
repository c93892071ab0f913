//! One of 100 series by two borrowed strings, then one increment.

use std::hint::black_box;

use lasso::{Rodeo, RodeoReader};
use measured::LabelGroup;
use metrics::{Key, Label, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus::Opts;
use prometheus_client::encoding::EncodeLabelSet;

use super::counter::METADATA;
use super::series::{ClientLabels, DynamicLabels, DynamicSet, FastLabels};
use super::{HELP, LABELS};
use crate::labels::{ROUTES, requests};
use crate::row::{Candidate, MakeOp, Op, Pair, repeat_over};

/// Counted are the peers that take strings known only at run time, borrowed or cloned from
/// borrowed ones; those that want `&'static str` or all values beforehand are for information.
pub(crate) const INC: &[Candidate<MakeOp>] = &[
    Candidate::ours(ours),
    Candidate::peer("prometheus", tikv),
    Candidate::peer("prometheus-client, String", client),
    Candidate::peer("measured, dynamic", measured_dynamic),
    Candidate::peer("metrics, String", metrics),
    Candidate::peer("fastmetrics, String", fast),
    Candidate::info("prometheus-client, &'static str", client_static),
    Candidate::info("measured, values known beforehand", measured_fixed),
    Candidate::info("metrics, &'static str", metrics_static),
    Candidate::info("fastmetrics, &'static str", fast_static),
    Candidate::limit("touch both strings", touch),
];

/// Makes all series, then the loop.
fn over<H>(handle: H, call: impl Fn(&H, &'static Pair) + Copy + Send + Sync + 'static) -> Op
where
    H: Send + Sync + 'static,
{
    for pair in ROUTES.iter() {
        call(&handle, pair);
    }
    repeat_over(handle, requests(), move |h, pair| call(h, pair))
}

fn ours() -> Op {
    let vec = promcore::CounterVec::<2>::new("http_requests_total", HELP, LABELS)
        .expect("the names are valid");
    over(vec, |v, Pair(a, b)| v.with([a, b]).inc())
}

fn tikv() -> Op {
    let opts = Opts::new("http_requests_total", HELP);
    let vec = prometheus::IntCounterVec::new(opts, &LABELS).expect("the names are valid");
    over(vec, |v, Pair(a, b)| v.with_label_values(&[a, b]).inc())
}

fn client() -> Op {
    type Family = prometheus_client::metrics::family::Family<
        ClientLabels,
        prometheus_client::metrics::counter::Counter,
    >;
    over(Family::default(), |f, Pair(a, b)| {
        f.get_or_create(&ClientLabels {
            method: a.clone(),
            path: b.clone(),
        })
        .inc();
    })
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct StaticLabels {
    method: &'static str,
    path: &'static str,
}

fn client_static() -> Op {
    type Family = prometheus_client::metrics::family::Family<
        StaticLabels,
        prometheus_client::metrics::counter::Counter,
    >;
    over(Family::default(), |f, Pair(a, b)| {
        f.get_or_create(&StaticLabels { method: a, path: b }).inc();
    })
}

fn measured_dynamic() -> Op {
    let vec = measured::CounterVec::with_label_set(DynamicSet::default());
    over(vec, |v, Pair(a, b)| {
        v.inc(DynamicLabels { method: a, path: b })
    })
}

#[derive(Clone, Copy, Debug, LabelGroup)]
#[label(set = FixedSet)]
struct FixedLabels<'a> {
    #[label(fixed_with = RodeoReader)]
    method: &'a str,
    #[label(fixed_with = RodeoReader)]
    path: &'a str,
}

fn measured_fixed() -> Op {
    let mut known = [Rodeo::default(), Rodeo::default()];
    for Pair(a, b) in ROUTES.iter() {
        known[0].get_or_intern(a);
        known[1].get_or_intern(b);
    }
    let [method, path] = known.map(Rodeo::into_reader);
    let vec = measured::CounterVec::with_label_set(FixedSet { method, path });
    over(vec, |v, Pair(a, b)| {
        v.inc(FixedLabels { method: a, path: b })
    })
}

fn metrics() -> Op {
    over(
        PrometheusBuilder::new().build_recorder(),
        |r, Pair(a, b)| {
            let labels = vec![
                Label::new(LABELS[0], a.clone()),
                Label::new(LABELS[1], b.clone()),
            ];
            let key = Key::from_parts("http_requests_total", labels);
            r.register_counter(&key, &METADATA).increment(1);
        },
    )
}

fn metrics_static() -> Op {
    over(
        PrometheusBuilder::new().build_recorder(),
        |r, Pair(a, b)| {
            let labels = vec![
                Label::from_static_parts(LABELS[0], a),
                Label::from_static_parts(LABELS[1], b),
            ];
            let key = Key::from_parts("http_requests_total", labels);
            r.register_counter(&key, &METADATA).increment(1);
        },
    )
}

fn fast() -> Op {
    type Family = fastmetrics::metrics::family::Family<
        FastLabels<String>,
        fastmetrics::metrics::counter::Counter,
    >;
    over(Family::default(), |f, Pair(a, b)| {
        f.with_or_new(
            &FastLabels {
                method: a.clone(),
                path: b.clone(),
            },
            |c| c.inc(),
        );
    })
}

fn fast_static() -> Op {
    type Family = fastmetrics::metrics::family::Family<
        FastLabels<&'static str>,
        fastmetrics::metrics::counter::Counter,
    >;
    over(Family::default(), |f, Pair(a, b)| {
        f.with_or_new(
            &FastLabels {
                method: a.as_str(),
                path: b.as_str(),
            },
            |c| c.inc(),
        );
    })
}

fn touch() -> Op {
    repeat_over((), requests(), |(), Pair(a, b)| {
        black_box(a.len() + b.len() + usize::from(a.as_bytes()[0]) + usize::from(b.as_bytes()[0]));
    })
}
