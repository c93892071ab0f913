//! Counters with two labels in a registry, scraped as text.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

use fastmetrics::derive::LabelSet;
use fastmetrics::format::text::TextProfile;
use measured::text::TextEncoder as MeasuredEncoder;
use measured::{LabelGroup, MetricGroup};
use metrics::{Key, Label, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use paracord::ParaCord;
use promcore::Gatherer;
use prometheus::Opts;
use prometheus_client::encoding::EncodeLabelSet;
use promfmt::Format;

use super::counter::METADATA;
use super::{HELP, LABELS};
use crate::labels::pairs;
use crate::row::{Candidate, MakeSeries, Pair, Render, Series};

pub(crate) const TEXT: &[Candidate<MakeSeries>] = &[
    OURS,
    Candidate::peer("prometheus", tikv as MakeSeries).slow_from(1_000_000),
    Candidate::peer("prometheus-client, OpenMetrics", client as MakeSeries),
    MEASURED,
    Candidate::peer("metrics", metrics as MakeSeries).slow_from(1_000_000),
    FAST,
    Candidate::limit("memcpy of the finished text", memcpy as MakeSeries),
];

/// The other peers write text without a tree, or do not expose theirs.
pub(crate) const TREE: &[Candidate<MakeSeries>] = &[
    Candidate::ours(ours_tree),
    Candidate::peer("prometheus", tikv_tree as MakeSeries),
];

pub(crate) const HEAP: &[Candidate<MakeSeries>] = &[
    OURS,
    Candidate::peer("prometheus", tikv as MakeSeries),
    Candidate::peer("prometheus-client", client as MakeSeries),
    MEASURED,
    Candidate::peer("metrics", metrics as MakeSeries),
    FAST,
];

const OURS: Candidate<MakeSeries> = Candidate::ours(ours);
const MEASURED: Candidate<MakeSeries> = Candidate::peer("measured", measured);
const FAST: Candidate<MakeSeries> = Candidate::peer("fastmetrics", fast);

/// Returns the initial value of series `i`: 1 to 1000.
const fn value(i: usize) -> u64 {
    1 + i as u64 * 7919 % 1000
}

fn ours(size: usize) -> Series {
    let (registry, vec) = ours_filled(size);
    Series {
        render: encode(registry, Format::TEXT),
        write: Box::new(move |Pair(a, b), times| {
            let counter = vec.with([a, b]);
            for _ in 0..times {
                counter.inc();
            }
        }),
    }
}

/// Scrapes a registry of ours.
pub(super) fn encode(registry: promcore::Registry, format: Format) -> Render {
    Box::new(move |out| {
        let mut encoder = promfmt::Encoder::new(out, format);
        let errors = registry.gather_into(&mut encoder);
        assert!(errors.is_empty(), "{errors:?}");
        encoder.finish().expect("writing cannot fail");
    })
}

fn ours_tree(size: usize) -> Series {
    let (registry, _) = ours_filled(size);
    only_read(Box::new(move |_| _ = black_box(registry.gather())))
}

pub(super) fn ours_filled(size: usize) -> (promcore::Registry, promcore::CounterVec<2>) {
    let vec = promcore::CounterVec::<2>::new("http_requests_total", HELP, LABELS)
        .expect("the names are valid");
    let registry = promcore::Registry::new();
    registry
        .register(vec.clone())
        .expect("the registry is empty");
    for (i, Pair(a, b)) in pairs(size).iter().enumerate() {
        vec.with([a, b]).add(value(i) as f64);
    }
    (registry, vec)
}

fn tikv(size: usize) -> Series {
    let (registry, vec) = tikv_filled(size);
    Series {
        render: tikv_encode(registry, prometheus::TextEncoder::new()),
        write: Box::new(move |Pair(a, b), times| {
            let counter = vec.with_label_values(&[a, b]);
            for _ in 0..times {
                counter.inc();
            }
        }),
    }
}

/// Scrapes a registry of theirs.
pub(super) fn tikv_encode(
    registry: prometheus::Registry,
    encoder: impl prometheus::Encoder + Send + Sync + 'static,
) -> Render {
    Box::new(move |out| {
        encoder
            .encode(&registry.gather(), out)
            .expect("writing cannot fail");
    })
}

fn tikv_tree(size: usize) -> Series {
    let (registry, _) = tikv_filled(size);
    only_read(Box::new(move |_| _ = black_box(registry.gather())))
}

pub(super) fn tikv_filled(size: usize) -> (prometheus::Registry, prometheus::IntCounterVec) {
    let opts = Opts::new("http_requests_total", HELP);
    let vec = prometheus::IntCounterVec::new(opts, &LABELS).expect("the names are valid");
    let registry = prometheus::Registry::new();
    registry
        .register(Box::new(vec.clone()))
        .expect("the registry is empty");
    for (i, Pair(a, b)) in pairs(size).iter().enumerate() {
        vec.with_label_values(&[a, b]).inc_by(value(i));
    }
    (registry, vec)
}

/// Series that are no longer written to.
pub(super) fn only_read(render: Render) -> Series {
    Series {
        render,
        write: Box::new(|_, _| {}),
    }
}

/// The labels for `prometheus-client`.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct ClientLabels {
    pub(super) method: String,
    pub(super) path: String,
}

type ClientFamily = prometheus_client::metrics::family::Family<
    ClientLabels,
    prometheus_client::metrics::counter::Counter,
>;

pub(super) fn client_filled(size: usize) -> (prometheus_client::registry::Registry, ClientFamily) {
    let family = ClientFamily::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("http_requests", HELP, family.clone());
    for (i, Pair(method, path)) in pairs(size).into_iter().enumerate() {
        family
            .get_or_create(&ClientLabels { method, path })
            .inc_by(value(i));
    }
    (registry, family)
}

/// Scrapes a registry of theirs.
pub(super) fn client_encode(registry: prometheus_client::registry::Registry) -> Render {
    Box::new(move |out| {
        prometheus_client::encoding::text::encode(&mut Text(out), &registry)
            .expect("writing cannot fail");
    })
}

fn client(size: usize) -> Series {
    let (registry, family) = client_filled(size);
    Series {
        render: client_encode(registry),
        write: Box::new(move |Pair(a, b), times| {
            let counter = family.get_or_create_owned(&ClientLabels {
                method: a.clone(),
                path: b.clone(),
            });
            for _ in 0..times {
                counter.inc();
            }
        }),
    }
}

/// The labels for `measured` with values that are not known beforehand.
#[derive(Clone, Copy, Debug, LabelGroup)]
#[label(set = DynamicSet)]
pub(super) struct DynamicLabels<'a> {
    #[label(dynamic_with = ParaCord, default)]
    pub(super) method: &'a str,
    #[label(dynamic_with = ParaCord, default)]
    pub(super) path: &'a str,
}

#[derive(MetricGroup)]
struct MeasuredMetrics {
    /// Requests answered.
    http_requests_total: measured::CounterVec<DynamicSet>,
}

fn measured(size: usize) -> Series {
    let metrics = Arc::new(MeasuredMetrics {
        http_requests_total: measured::CounterVec::with_label_set(DynamicSet::default()),
    });
    for (i, Pair(a, b)) in pairs(size).iter().enumerate() {
        metrics
            .http_requests_total
            .inc_by(DynamicLabels { method: a, path: b }, value(i));
    }
    let written = metrics.clone();
    Series {
        render: measured_encode(metrics),
        write: Box::new(move |Pair(a, b), times| {
            let vec = &written.http_requests_total;
            let id = vec.with_labels(DynamicLabels { method: a, path: b });
            for _ in 0..times {
                vec.get_metric(id).inc();
            }
        }),
    }
}

/// Scrapes a group of theirs.
pub(super) fn measured_encode<G>(metrics: Arc<G>) -> Render
where
    G: for<'a> MetricGroup<MeasuredEncoder<&'a mut Vec<u8>>> + Send + Sync + 'static,
{
    Box::new(move |out| {
        let mut encoder = MeasuredEncoder::new(out);
        metrics
            .collect_group_into(&mut encoder)
            .expect("writing cannot fail");
        encoder.flush().expect("writing cannot fail");
    })
}

fn metrics(size: usize) -> Series {
    fn key(Pair(a, b): Pair) -> Key {
        let labels = vec![Label::new(LABELS[0], a), Label::new(LABELS[1], b)];
        Key::from_parts("http_requests_total", labels)
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    recorder.describe_counter("http_requests_total".into(), None, HELP.into());
    for (i, pair) in pairs(size).into_iter().enumerate() {
        recorder
            .register_counter(&key(pair), &METADATA)
            .increment(value(i));
    }
    Series {
        render: metrics_encode(recorder.handle()),
        write: Box::new(move |pair, times| {
            let counter = recorder.register_counter(&key(pair.clone()), &METADATA);
            for _ in 0..times {
                counter.increment(1);
            }
        }),
    }
}

/// Scrapes a recorder of theirs.
pub(super) fn metrics_encode(handle: PrometheusHandle) -> Render {
    Box::new(move |out| handle.render_to_write(out).expect("writing cannot fail"))
}

/// The labels for `fastmetrics`.
#[derive(Clone, Debug, Eq, Hash, LabelSet, PartialEq)]
pub(super) struct FastLabels<S: fastmetrics::encoder::EncodeLabelValue> {
    pub(super) method: S,
    pub(super) path: S,
}

type FastFamily = fastmetrics::metrics::family::Family<
    FastLabels<String>,
    fastmetrics::metrics::counter::Counter,
>;

pub(super) fn fast_filled(size: usize) -> (fastmetrics::registry::Registry, FastFamily) {
    let family = FastFamily::default();
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("http_requests_total", HELP, family.clone())
        .expect("the registry is empty");
    for (i, Pair(method, path)) in pairs(size).into_iter().enumerate() {
        family.with_or_new(&FastLabels { method, path }, |c| c.inc_by(value(i)));
    }
    (registry, family)
}

/// Scrapes a registry of theirs.
pub(super) fn fast_encode(registry: fastmetrics::registry::Registry) -> Render {
    Box::new(move |out| {
        let profile = TextProfile::PrometheusV0_0_4;
        fastmetrics::format::text::encode(&mut Text(out), &registry, profile)
            .expect("writing cannot fail");
    })
}

fn fast(size: usize) -> Series {
    let (registry, family) = fast_filled(size);
    Series {
        render: fast_encode(registry),
        write: Box::new(move |Pair(a, b), times| {
            let labels = FastLabels {
                method: a.clone(),
                path: b.clone(),
            };
            let counter = family.with_or_new(&labels, Clone::clone);
            for _ in 0..times {
                counter.inc();
            }
        }),
    }
}

/// Copies what another library rendered.
fn memcpy(size: usize) -> Series {
    let mut text = Vec::new();
    (measured(size).render)(&mut text);
    only_read(Box::new(move |out| out.extend_from_slice(&text)))
}

/// Receives text like a `String`, for the peers that write only to `fmt::Write`.
struct Text<'a>(&'a mut Vec<u8>);

impl fmt::Write for Text<'_> {
    #[inline]
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0.extend_from_slice(s.as_bytes());
        Ok(())
    }

    #[inline]
    fn write_char(&mut self, c: char) -> fmt::Result {
        if c.is_ascii() {
            self.0.push(c as u8);
        } else {
            self.0
                .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_writes_a_line_for_each_series() {
        for candidate in TEXT {
            let series = (candidate.make)(1000);
            let mut out = Vec::new();
            (series.render)(&mut out);
            let text = String::from_utf8(out).unwrap();
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            assert_eq!(
                lines.iter().filter(|line| !line.is_empty()).count(),
                1000,
                "{}",
                candidate.who
            );
            let line = r#"http_requests_total{method="checkout-0003",path="/api/v1/items/0042"}"#;
            assert!(text.contains(line), "{}: {}", candidate.who, lines[0]);
        }
    }
}
