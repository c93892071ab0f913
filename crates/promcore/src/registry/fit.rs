use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use super::families::{Family, parts_of};
use super::scrape::Scrape;
use crate::demands::{Demands, Escape};
use crate::desc::Desc;
use crate::error::Error;
use crate::family::{Metric, MetricFamily, MetricType, MetricValue};
use crate::labels::{is_legacy_metric_name, to_text};

impl Scrape {
    /// Drops what a format cannot represent, and adds it to the [errors](Self::errors).
    ///
    /// First, metrics that could not be told apart once names are escaped.
    /// Two families conflict if they have the same escaped name, or if one has the name of a part of the other.
    /// The one whose name needs no escaping is kept, otherwise the first.
    /// Metrics are dropped if their escaped labels equal those of an earlier metric or contain a name twice.
    ///
    /// Second, histograms with fractional counts, if the format requires whole counts.
    ///
    /// [`write`](Self::write) does the same for the [demands](crate::Sink::demands) of its sink, but cannot report it.
    /// For instruments, it is known in advance if no name needs escaping.
    #[must_use]
    pub fn fit(mut self, demands: &Demands) -> Self {
        if let Some(escape) = demands.escape
            && !self.is_unique_for(escape)
        {
            self = self.made_unique(escape);
        }
        if demands.whole_counts {
            self.drop_fractions();
        }
        self
    }

    /// Returns whether it is known that these demands require nothing to be dropped.
    pub(super) fn fits(&self, demands: &Demands) -> bool {
        let is_unique = |escape| self.is_unique_for(escape);
        demands.escape.is_none_or(is_unique)
            && (!demands.whole_counts || !self.more.iter().any(has_fractions))
    }

    /// Returns whether it is known that names stay unique under this escaping.
    fn is_unique_for(&self, escape: Escape) -> bool {
        // If a function has two addresses, the work is just repeated.
        let is_done = |done| ptr::fn_addr_eq(done, escape);
        self.unique_for.is_some_and(is_done) || self.is_legacy()
    }

    /// Returns whether no name ever needs escaping.
    fn is_legacy(&self) -> bool {
        self.plan.is_legacy && self.more.iter().all(is_legacy)
    }

    fn drop_fractions(&mut self) {
        let Self { more, errors, .. } = self;
        more.retain_mut(|family| match family {
            Family::Checked(whole) if whole.metrics.iter().any(is_fractional) => {
                let family = Arc::make_mut(whole);
                let name = &family.name;
                family.metrics.retain(|metric| {
                    let is_lost = is_fractional(metric);
                    errors.extend(is_lost.then(|| Error::FractionalCounts {
                        metric: name.clone(),
                        labels: to_text(&metric.labels),
                    }));
                    !is_lost
                });
                !family.metrics.is_empty()
            }
            _ => true,
        });
    }

    fn made_unique(self, escape: Escape) -> Self {
        let (families, mut errors) = self.into_parts();
        // An empty family is dropped, so that it cannot get metrics before it is written.
        let families = families.filter(|family| !family.is_empty());
        let is_kept = |family: &Family| matches!(escape(family.name()), Cow::Borrowed(_));
        let (mut families, changed): (Vec<_>, Vec<_>) = families.partition(is_kept);
        let mut names = Names::default();
        for family in &families {
            names.add(family.name().to_owned(), family);
        }
        for family in changed {
            let escaped = escape(family.name()).into_owned();
            match names.other(&escaped, family.head().kind) {
                Some(other) => errors.push(Error::EscapedFamily {
                    family: family.name().to_owned(),
                    escaped,
                    other: other.to_owned(),
                }),
                None => {
                    names.add(escaped, &family);
                    families.push(family);
                }
            }
        }
        families.retain_mut(|family| has_unique_labels(family, escape, &mut errors));
        families.sort_by(|a, b| a.name().cmp(b.name()));
        let mut unique = Self::new(Arc::default(), BTreeSet::new(), families, errors);
        unique.unique_for = Some(escape);
        unique
    }
}

/// Returns whether the name of a metric or label is the same in all escaping schemes.
///
/// The rule for metrics also holds for labels, because `EscapeName` of prometheus/common leaves their colons alone.
fn is_unescaped(name: &str) -> bool {
    is_legacy_metric_name(name)
}

/// Returns whether no name of an instrument ever needs escaping.
pub(super) fn is_legacy_desc(desc: &Desc) -> bool {
    let mut names = label_names(desc);
    is_unescaped(desc.name()) && names.all(is_unescaped)
}

fn label_names(desc: &Desc) -> impl Iterator<Item = &str> {
    let constant = desc.const_labels().iter().map(|label| label.name.as_str());
    constant.chain(desc.variable_labels().iter().map(String::as_str))
}

/// Returns whether no name of a family ever needs escaping.
pub(super) fn is_legacy(family: &Family) -> bool {
    match family {
        Family::Checked(family) => {
            let mut labels = family.metrics.iter().flat_map(|metric| &metric.labels);
            is_unescaped(&family.name) && labels.all(|label| is_unescaped(&label.name))
        }
        Family::Trusted(_) | Family::Joined(_) => {
            family.instruments().iter().all(|it| it.is_legacy)
        }
    }
}

/// Returns whether a family has fractional counts; instruments never do.
fn has_fractions(family: &Family) -> bool {
    match family {
        Family::Checked(family) => family.metrics.iter().any(is_fractional),
        Family::Trusted(_) | Family::Joined(_) => false,
    }
}

fn is_fractional(metric: &Metric) -> bool {
    match &metric.value {
        MetricValue::GaugeHistogram(histogram) | MetricValue::Histogram(histogram) => {
            histogram.float.as_ref().is_some_and(|float| {
                let mut counts = float.buckets.iter().chain([&float.count]);
                counts.any(|count| count.fract() != 0.0)
            })
        }
        _ => false,
    }
}

/// Escaped names, with the types and original names of their families.
#[derive(Default)]
struct Names(BTreeMap<String, (MetricType, String)>);

impl Names {
    fn add(&mut self, escaped: String, family: &Family) {
        let head = family.head();
        self.0.insert(escaped, (head.kind, head.name.to_owned()));
    }

    /// Returns the name of a family that this one could not be told apart from.
    fn other(&self, escaped: &str, kind: MetricType) -> Option<&str> {
        let part = |suffix: &&str| self.0.get(&format!("{escaped}{suffix}"));
        let whole = |suffix: &&str| {
            let whole = self.0.get(escaped.strip_suffix(*suffix)?);
            whole.filter(|(kind, _)| parts_of(*kind).contains(suffix))
        };
        let same = self.0.get(escaped);
        let other = same.or_else(|| parts_of(kind).iter().find_map(part));
        let parts = parts_of(MetricType::Histogram).iter();
        let other = other.or_else(|| parts.clone().find_map(whole));
        other.map(|(_, name)| name.as_str())
    }
}

/// Drops metrics with ambiguous labels, and returns whether any metrics are left.
fn has_unique_labels(family: &mut Family, escape: Escape, errors: &mut Vec<Error>) -> bool {
    if let Family::Checked(family) = family {
        if !is_legacy_labels(family) {
            drop_ambiguous(Arc::make_mut(family), escape, errors);
        }
        return !family.metrics.is_empty();
    }
    let mut descs = family
        .instruments()
        .iter()
        .filter_map(|it| it.family.as_ref());
    let ambiguous = descs.find(|(desc, _)| {
        let mut seen = BTreeSet::new();
        !label_names(desc).all(|name| seen.insert(escape(name)))
    });
    if let Some((desc, _)) = ambiguous {
        let names: Vec<_> = label_names(desc).collect();
        errors.push(Error::EscapedLabels {
            metric: desc.name().to_owned(),
            labels: format!("{names:?}"),
        });
    }
    ambiguous.is_none()
}

fn is_legacy_labels(family: &MetricFamily) -> bool {
    let mut labels = family.metrics.iter().flat_map(|metric| &metric.labels);
    labels.all(|label| is_unescaped(&label.name))
}

/// Drops metrics with a duplicate label name, and those with the labels and timestamp of an earlier one.
fn drop_ambiguous(family: &mut MetricFamily, escape: Escape, errors: &mut Vec<Error>) {
    let name = &family.name;
    let mut seen = BTreeSet::new();
    family.metrics.retain(|metric| {
        let labels = escaped_labels(metric, escape);
        let is_unique = labels.windows(2).all(|two| two[0].0 != two[1].0)
            && seen.insert((labels, metric.timestamp_ms));
        if !is_unique {
            errors.push(Error::EscapedLabels {
                metric: name.clone(),
                labels: to_text(&metric.labels),
            });
        }
        is_unique
    });
}

/// Returns the labels of a metric with escaped names, sorted.
fn escaped_labels(metric: &Metric, escape: Escape) -> Vec<(String, String)> {
    let labels = metric.labels.iter();
    let labels = labels.map(|label| (escape(&label.name).into_owned(), label.value.clone()));
    let mut labels: Vec<_> = labels.collect();
    labels.sort_unstable();
    labels
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::gauge::Gauge;
    use crate::registry::{Gatherer, Registry};

    #[test]
    fn what_was_made_unique_is_not_looked_at_again() {
        let escape: Escape = |name| Cow::Owned(name.replace('.', "_"));
        let other: Escape = |name| Cow::Owned(name.to_uppercase());
        let [demands, others] = [escape, other].map(|it| Demands::new().escape(it));
        let registry = Registry::new();
        let gauge = Gauge::new("a.b", "").expect("the name is valid");
        registry.register(gauge).expect("nothing else is there");

        let scrape = registry.scrape();
        assert!(!scrape.fits(&demands));
        let unique = scrape.fit(&demands);
        assert!(unique.fits(&demands) && !unique.fits(&others));
    }
}
