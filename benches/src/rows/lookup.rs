//! One of many series by two borrowed strings, then one increment.

use std::hint::black_box;
use std::sync::LazyLock;

use lasso::{Rodeo, RodeoReader};
use measured::LabelGroup;
use metrics::{Key, Label, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use prometheus::Opts;
use prometheus_client::encoding::EncodeLabelSet;

use super::counter::METADATA;
use super::series::{ClientLabels, DynamicLabels, DynamicSet, FastLabels};
use super::{HELP, LABELS};
use crate::labels::{ROUTES, pairs, requests};
use crate::row::{Candidate, MakeOp, Op, Pair, repeat_over, repeat_over_made};

/// The rows with 100 or 10 000 series.
pub(crate) struct Among<const SERIES: usize>;

/// Peers that take strings known only at run time count, borrowed or cloned; those that need
/// `&'static str` or all values beforehand are for information.
impl<const SERIES: usize> Among<SERIES> {
    pub(crate) const INC: &[Candidate<MakeOp>] = &[
        Candidate::ours(ours::<SERIES>),
        Candidate::peer("prometheus", tikv::<SERIES>),
        Candidate::peer("prometheus-client, String", client::<SERIES>),
        Candidate::peer("measured, dynamic", measured_dynamic::<SERIES>),
        Candidate::peer("metrics, String", metrics::<SERIES>),
        Candidate::peer("fastmetrics, String", fast::<SERIES>),
        Candidate::info("prometheus-client, &'static str", client_static::<SERIES>),
        Candidate::info(
            "measured, values known beforehand",
            measured_fixed::<SERIES>,
        ),
        Candidate::info("metrics, &'static str", metrics_static::<SERIES>),
        Candidate::info("fastmetrics, &'static str", fast_static::<SERIES>),
        Candidate::limit("touch both strings", touch::<SERIES>),
    ];
}

/// The label values to look up.
fn pairs_of<const SERIES: usize>() -> &'static [Pair] {
    static MANY: LazyLock<Vec<Pair>> = LazyLock::new(|| pairs(10_000));
    match SERIES {
        100 => &ROUTES,
        10_000 => &MANY,
        _ => unreachable!("no row has {SERIES} series"),
    }
}

/// Makes all series, then the loop.
fn over<const SERIES: usize, H>(
    handle: H,
    call: impl Fn(&H, &'static Pair) + Copy + Send + Sync + 'static,
) -> Op
where
    H: Send + Sync + 'static,
{
    let drawn = requests(pairs_of::<SERIES>());
    repeat_over_made(handle, drawn, move |h, pair| call(h, pair))
}

fn ours<const SERIES: usize>() -> Op {
    let vec = promcore::CounterVec::<2>::new("http_requests_total", HELP, LABELS)
        .expect("the names are valid");
    over::<SERIES, _>(vec, |v, Pair(a, b)| v.with([a, b]).inc())
}

pub(super) fn tikv<const SERIES: usize>() -> Op {
    let opts = Opts::new("http_requests_total", HELP);
    let vec = prometheus::IntCounterVec::new(opts, &LABELS).expect("the names are valid");
    over::<SERIES, _>(vec, |v, Pair(a, b)| v.with_label_values(&[a, b]).inc())
}

pub(super) fn client<const SERIES: usize>() -> Op {
    type Family = prometheus_client::metrics::family::Family<
        ClientLabels,
        prometheus_client::metrics::counter::Counter,
    >;
    over::<SERIES, _>(Family::default(), |f, Pair(a, b)| {
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

fn client_static<const SERIES: usize>() -> Op {
    type Family = prometheus_client::metrics::family::Family<
        StaticLabels,
        prometheus_client::metrics::counter::Counter,
    >;
    over::<SERIES, _>(Family::default(), |f, Pair(a, b)| {
        f.get_or_create(&StaticLabels { method: a, path: b }).inc();
    })
}

pub(super) fn measured_dynamic<const SERIES: usize>() -> Op {
    let vec = measured::CounterVec::with_label_set(DynamicSet::default());
    over::<SERIES, _>(vec, |v, Pair(a, b)| {
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

fn measured_fixed<const SERIES: usize>() -> Op {
    let mut known = [Rodeo::default(), Rodeo::default()];
    for Pair(a, b) in pairs_of::<SERIES>() {
        known[0].get_or_intern(a);
        known[1].get_or_intern(b);
    }
    let [method, path] = known.map(Rodeo::into_reader);
    let vec = measured::CounterVec::with_label_set(FixedSet { method, path });
    over::<SERIES, _>(vec, |v, Pair(a, b)| {
        v.inc(FixedLabels { method: a, path: b })
    })
}

pub(super) fn metrics<const SERIES: usize>() -> Op {
    over::<SERIES, _>(PrometheusBuilder::new().build_recorder(), metrics_inc)
}

/// Increments a counter by labels that are known only at run time.
pub(super) fn metrics_inc(recorder: &PrometheusRecorder, Pair(a, b): &Pair) {
    let labels = vec![
        Label::new(LABELS[0], a.clone()),
        Label::new(LABELS[1], b.clone()),
    ];
    let key = Key::from_parts("http_requests_total", labels);
    recorder.register_counter(&key, &METADATA).increment(1);
}

fn metrics_static<const SERIES: usize>() -> Op {
    over::<SERIES, _>(
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

pub(super) fn fast<const SERIES: usize>() -> Op {
    type Family = fastmetrics::metrics::family::Family<
        FastLabels<String>,
        fastmetrics::metrics::counter::Counter,
    >;
    over::<SERIES, _>(Family::default(), |f, Pair(a, b)| {
        f.with_or_new(
            &FastLabels {
                method: a.clone(),
                path: b.clone(),
            },
            |c| c.inc(),
        );
    })
}

fn fast_static<const SERIES: usize>() -> Op {
    type Family = fastmetrics::metrics::family::Family<
        FastLabels<&'static str>,
        fastmetrics::metrics::counter::Counter,
    >;
    over::<SERIES, _>(Family::default(), |f, Pair(a, b)| {
        f.with_or_new(
            &FastLabels {
                method: a.as_str(),
                path: b.as_str(),
            },
            |c| c.inc(),
        );
    })
}

fn touch<const SERIES: usize>() -> Op {
    repeat_over((), requests(pairs_of::<SERIES>()), |(), Pair(a, b)| {
        black_box(a.len() + b.len() + usize::from(a.as_bytes()[0]) + usize::from(b.as_bytes()[0]));
    })
}
