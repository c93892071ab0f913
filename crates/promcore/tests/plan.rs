//! Scrapes are planned; the result must be the same as checking everything one by one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use promcore::{
    Collector, ConstMetric, Counter, CounterOpts, CounterVec, Desc, DescOpts, Error, Gatherer,
    Gatherers, Histogram, HistogramOpts, Registry, collector_fn,
};
use proptest::prelude::*;

const NAMES: [&str; 7] = [
    "x",
    "x_count",
    "x_sum",
    "x_bucket",
    "x_count_sum",
    "y",
    "z_count",
];

/// A collector of one metric.
#[derive(Clone, Copy, Debug)]
struct Piece {
    name: &'static str,
    is_histogram: bool,
    is_instrument: bool,
}

fn piece() -> impl Strategy<Value = Piece> {
    let name = prop::sample::select(&NAMES[..]);
    (name, any::<bool>(), any::<bool>()).prop_map(|(name, is_histogram, is_instrument)| Piece {
        name,
        is_histogram,
        is_instrument,
    })
}

/// Registers a piece, with its own label.
fn register(registry: &Registry, piece: Piece, number: usize) -> Result<(), Error> {
    let (name, number) = (piece.name, number.to_string());
    if !piece.is_instrument {
        let opts = DescOpts::new(name, "").const_labels([("n", number)]);
        let desc = Desc::new(opts).unwrap();
        let value = if piece.is_histogram {
            ConstMetric::histogram(&desc, Default::default(), &[])
        } else {
            ConstMetric::counter(&desc, 1.0, &[])
        };
        let metric = value.unwrap();
        return registry.register(collector_fn(vec![], move |sink| sink(metric.clone())));
    }
    let collector: Box<dyn Collector> = if piece.is_histogram {
        let opts = HistogramOpts::new(name, "").const_label("n", number);
        Box::new(Histogram::with_opts(opts).unwrap())
    } else {
        let opts = CounterOpts::new(name, "").const_label("n", number);
        Box::new(Counter::with_opts(opts).unwrap())
    };
    registry.register(collector)
}

/// Families with their type and number of metrics, and the number of errors.
type Found = (BTreeMap<String, (bool, usize)>, usize);

/// Checks everything one by one: the first is kept.
fn one_by_one(pieces: impl Iterator<Item = Piece>) -> Found {
    let (mut families, mut errors) = (BTreeMap::<String, (bool, usize)>::new(), 0);
    for Piece {
        name, is_histogram, ..
    } in pieces
    {
        let suffixes = ["_count", "_sum", "_bucket"];
        let is_part = suffixes.iter().any(|suffix| {
            let whole = name.strip_suffix(suffix).and_then(|it| families.get(it));
            whole.is_some_and(|(is_histogram, _)| *is_histogram)
        });
        let mut parts = suffixes.iter().map(|suffix| format!("{name}{suffix}"));
        let has_part = is_histogram && parts.any(|part| families.contains_key(&part));
        match families.get_mut(name) {
            Some((kind, count)) if *kind == is_histogram => *count += 1,
            Some(_) => errors += 1,
            None if is_part || has_part => errors += 1,
            None => _ = families.insert(name.to_owned(), (is_histogram, 1)),
        }
    }
    (families, errors)
}

fn found(gatherer: &dyn Gatherer) -> Found {
    let gathered = gatherer.gather();
    let families = gathered.families.into_iter().map(|family| {
        let is_histogram = family.kind == promcore::MetricType::Histogram;
        (family.name, (is_histogram, family.metrics.len()))
    });
    (families.collect(), gathered.errors.len())
}

proptest! {
    #[test]
    fn plans_change_nothing(pieces in prop::collection::vec(piece(), 0..8)) {
        let registry = Registry::new();
        for (number, piece) in pieces.iter().enumerate() {
            register(&registry, *piece, number).unwrap();
            // A plan that was made before must not be used any more.
            registry.scrape();
        }
        let instruments = pieces.iter().filter(|it| it.is_instrument);
        let others = pieces.iter().filter(|it| !it.is_instrument);
        prop_assert_eq!(found(&registry), one_by_one(instruments.chain(others).copied()));
        let alone = Gatherers::new().gatherer(registry.clone());
        prop_assert_eq!(found(&alone), found(&registry));
    }

    /// Instruments with the same name are one family, whether or not they can be written one after the other.
    #[test]
    fn namesakes_are_in_order(
        constant in prop::collection::btree_set("[ab]{0,2}", 1..4),
        label in prop::sample::select(&["a", "z"][..]),
        values in prop::collection::vec(prop::collection::btree_set("[ab]{0,2}", 0..4), 3),
    ) {
        let registry = Registry::new();
        let mut expected = Vec::new();
        for (constant, values) in constant.iter().zip(&values) {
            let opts = CounterOpts::new("m_total", "").const_label(label, constant);
            let vec = CounterVec::with_opts(opts.const_label("b", "same"), ["k"]).unwrap();
            for value in values {
                vec.with([value]).inc();
                expected.push(match label {
                    "a" => [constant.clone(), "same".to_owned(), value.clone()],
                    _ => ["same".to_owned(), value.clone(), constant.clone()],
                });
            }
            registry.register(vec).unwrap();
        }
        expected.sort();
        let gathered = registry.gather();
        prop_assert!(gathered.errors.is_empty());
        prop_assert!(gathered.families.len() <= 1);
        let metrics = gathered.families.iter().flat_map(|family| &family.metrics);
        let labels = metrics.map(|metric| {
            let [a, b, c] = &metric.labels[..] else { panic!("there are three labels") };
            [a, b, c].map(|label| label.value.clone())
        });
        prop_assert_eq!(labels.collect::<Vec<_>>(), expected);
    }

    /// Each gatherer has one metric, so that whole families and single metrics amount to the same.
    #[test]
    fn gatherers_go_one_by_one(pieces in prop::collection::vec(piece(), 0..8)) {
        let registries = pieces.iter().enumerate().map(|(number, piece)| {
            let registry = Registry::new();
            register(&registry, *piece, number).unwrap();
            registry
        });
        let all: Gatherers = registries.collect();
        prop_assert_eq!(found(&all), one_by_one(pieces.iter().copied()));
    }
}
