//! The rule `nan-counter`: counters that are NaN in Go but not in ours.

use std::sync::Arc;

use promcore::{Counter, Gatherer, LabelPair, MetricFamily, MetricValue, Registry};

/// The value of our exemplars where Go's have NaN.
pub(super) const STANDS_FOR_NAN: f64 = 5e-324;

/// The counters that were given NaN: name and labels of each.
#[derive(Debug, Default)]
pub(super) struct Nans(Vec<(String, Vec<LabelPair>)>);

impl Nans {
    pub(super) fn add(&mut self, counter: Arc<Counter>) {
        // A separate registry returns the name of the counter.
        let registry = Registry::new();
        registry.register(counter).expect("the registry is empty");
        for family in registry.gather().families {
            let metrics = family.metrics.into_iter();
            self.0
                .extend(metrics.map(|metric| (family.name.clone(), metric.labels)));
        }
    }

    /// Adjusts the counters to Go's.
    pub(super) fn write(&self, families: &mut [MetricFamily]) {
        for family in families {
            let name = &family.name;
            // It may have been registered with a prefix or with labels added.
            let is_nan = |labels: &[LabelPair]| {
                let has_all = |pairs: &[LabelPair]| pairs.iter().all(|pair| labels.contains(pair));
                self.0
                    .iter()
                    .any(|(nan, pairs)| name.ends_with(nan) && has_all(pairs))
            };
            for metric in family
                .metrics
                .iter_mut()
                .filter(|metric| is_nan(&metric.labels))
            {
                if let MetricValue::Counter(counter) = &mut metric.value {
                    counter.value = f64::NAN;
                    let exemplar = counter.exemplar.as_mut();
                    if let Some(exemplar) = exemplar.filter(|it| it.value == STANDS_FOR_NAN) {
                        exemplar.value = f64::NAN;
                    }
                }
            }
        }
    }
}
