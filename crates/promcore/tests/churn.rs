//! Vecs whose series come and go, compared with a map that does the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use promcore::{Counter, DynCounterVec, Gatherer, Metric, MetricValue, Registry};
use proptest::prelude::*;

/// Operations on a vec.
#[derive(Clone, Debug)]
enum Step {
    Count(usize, usize),
    /// Counts with a handle that is kept from then on.
    Keep(usize, usize),
    /// Drops all handles that were kept.
    LetGo,
    Remove(usize, usize),
    RemoveMatching(usize),
    Reset,
    Scrape,
}

fn step() -> impl Strategy<Value = Step> {
    let any = || 0..VALUES;
    prop_oneof![
        8 => (any(), any()).prop_map(|(a, b)| Step::Count(a, b)),
        2 => (any(), any()).prop_map(|(a, b)| Step::Keep(a, b)),
        1 => Just(Step::LetGo),
        4 => (any(), any()).prop_map(|(a, b)| Step::Remove(a, b)),
        1 => any().prop_map(Step::RemoveMatching),
        1 => Just(Step::Reset),
        2 => Just(Step::Scrape),
    ]
}

const VALUES: usize = 12;

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Returns a label value: some are alike, and they have all kinds of lengths.
fn value(number: usize) -> String {
    let long = "abcdefghijklmnopqrstuvwxyz".repeat(number);
    long[..number * number * 2].to_owned()
}

/// Returns the label values and counts of a scrape.
fn scraped(registry: &Registry) -> Vec<(Vec<String>, f64)> {
    let gathered = registry.gather();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    let series = |metric: Metric| {
        let values = metric.labels.into_iter().map(|label| label.value);
        match metric.value {
            MetricValue::Counter(counter) => (values.collect(), counter.value),
            other => panic!("{other:?} is no counter"),
        }
    };
    let families = gathered.families.into_iter();
    families.flat_map(|f| f.metrics).map(series).collect()
}

/// Applies the steps to a vec with this many labels, of which the first and the last differ.
fn check(labels: usize, steps: &[Step]) {
    let names: Vec<String> = (0..labels).map(|n| format!("l{n:02}")).collect();
    let vec = DynCounterVec::new("m_total", "", names.clone()).unwrap();
    let registry = Registry::new();
    registry.register(vec.clone()).unwrap();
    let mut counts = BTreeMap::<Vec<String>, f64>::new();
    let mut kept: Vec<(Counter, f64)> = Vec::new();
    let key = |a: usize, b: usize| {
        let mut key = vec!["between".to_owned(); labels];
        key[0] = value(a);
        key[labels - 1] = value(b);
        key
    };
    for step in steps {
        match *step {
            Step::Count(a, b) => {
                let key = key(a, b);
                vec.try_with_label_values(&strs(&key)).unwrap().inc();
                *counts.entry(key).or_default() += 1.0;
            }
            Step::Keep(a, b) => {
                let key = key(a, b);
                let counter = vec.try_with_label_values(&strs(&key)).unwrap().into_owned();
                counter.inc();
                let count = counts.entry(key).or_default();
                *count += 1.0;
                assert_eq!(counter.value(), *count);
                kept.push((counter, *count));
            }
            Step::LetGo => {
                // Others may have counted in the same series, but not in one that got its place.
                let is_right = |(counter, least): &(Counter, f64)| counter.value() >= *least;
                assert!(kept.drain(..).all(|it| is_right(&it)));
            }
            Step::Remove(a, b) => {
                let key = key(a, b);
                let was_there = counts.remove(&key).is_some();
                assert_eq!(vec.remove_label_values(&strs(&key)), was_there);
            }
            Step::RemoveMatching(a) => {
                let before = counts.len();
                counts.retain(|key, _| key[0] != value(a));
                let removed = vec.remove_partial_match(&[(&names[0], &value(a))]);
                assert_eq!(removed, before - counts.len());
            }
            Step::Reset => {
                vec.reset();
                counts.clear();
            }
            Step::Scrape => {
                let expected: Vec<_> = counts.clone().into_iter().collect();
                assert_eq!(scraped(&registry), expected);
            }
        }
    }
    let expected: Vec<_> = counts.into_iter().collect();
    assert_eq!(scraped(&registry), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_vec_has_what_lives(steps in prop::collection::vec(step(), 0..400)) {
        for labels in [2, 3, 20] {
            check(labels, &steps);
        }
    }
}
