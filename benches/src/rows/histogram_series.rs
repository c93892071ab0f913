//! Histograms with two labels, for their bytes alone.

use promcore::Gatherer;

use super::histogram::BOUNDS;
use super::series::{ClientLabels, FastLabels};
use super::{HELP, LABELS};
use crate::labels::pairs;
use crate::row::{Candidate, MakeSeries, Pair, Series};

pub(crate) const HEAP: &[Candidate<MakeSeries>] = &[
    Candidate::ours(ours as MakeSeries),
    Candidate::peer("prometheus", tikv as MakeSeries),
    Candidate::peer("prometheus-client", client as MakeSeries),
    Candidate::peer("fastmetrics", fast as MakeSeries),
];

/// One observation of each; peers keep nothing for the next scrape.
fn touched(size: usize, observe: impl Fn(&Pair) + Send + Sync + 'static) -> Series {
    pairs(size).iter().for_each(&observe);
    Series {
        render: Box::new(|_| {}),
        write: Box::new(move |pair, times| (0..times).for_each(|_| observe(pair))),
    }
}

fn ours(size: usize) -> Series {
    let opts = promcore::HistogramOpts::new("latency_seconds", HELP).buckets(BOUNDS);
    let vec = promcore::HistogramVec::<2>::with_opts(opts, LABELS).expect("the options are valid");
    let registry = promcore::Registry::new();
    registry
        .register(vec.clone())
        .expect("the registry is empty");
    Series {
        // What a scrape keeps for the next one counts.
        render: Box::new(move |out| {
            let mut encoder = promfmt::Encoder::new(out, promfmt::Format::TEXT);
            let errors = registry.gather_into(&mut encoder);
            assert!(errors.is_empty(), "{errors:?}");
        }),
        ..touched(size, move |Pair(a, b)| vec.with([a, b]).observe(0.3))
    }
}

fn tikv(size: usize) -> Series {
    let opts = prometheus::HistogramOpts::new("latency_seconds", HELP).buckets(BOUNDS.into());
    let vec = prometheus::HistogramVec::new(opts, &LABELS).expect("the options are valid");
    touched(size, move |Pair(a, b)| {
        vec.with_label_values(&[a, b]).observe(0.3)
    })
}

fn client(size: usize) -> Series {
    type Histogram = prometheus_client::metrics::histogram::Histogram;
    let family = prometheus_client::metrics::family::Family::<ClientLabels, Histogram, _>::new_with_constructor(
        (|| Histogram::new(BOUNDS)) as fn() -> Histogram,
    );
    touched(size, move |Pair(a, b)| {
        let labels = ClientLabels {
            method: a.clone(),
            path: b.clone(),
        };
        family.get_or_create_owned(&labels).observe(0.3);
    })
}

fn fast(size: usize) -> Series {
    type Histogram = fastmetrics::metrics::histogram::Histogram;
    let family = fastmetrics::metrics::family::Family::<FastLabels<String>, Histogram>::new(|| {
        Histogram::new(BOUNDS)
    });
    touched(size, move |Pair(a, b)| {
        let labels = FastLabels {
            method: a.clone(),
            path: b.clone(),
        };
        family.with_or_new(&labels, |h| h.observe(0.3));
    })
}
