use std::any::Any;
use std::collections::BTreeMap;

use crate::collector::Trusted;
use crate::constant::ConstMetric;
use crate::error::Error;
use crate::family::{Metric, MetricFamily, MetricType, by_labels};
use crate::labels::to_text;

/// Families of metrics that come one by one and are checked as they come, with Go's rules.
#[derive(Debug, Default)]
pub(super) struct Checked {
    families: BTreeMap<String, MetricFamily>,
    /// The types of families that are written without a check, by name.
    expected: BTreeMap<String, MetricType>,
    errors: Vec<Error>,
}

impl Checked {
    /// Takes note of a family that is written without a check, unless it collides with one that came before.
    pub(super) fn expect(&mut self, family: Option<&dyn Trusted>) {
        if let Some(family) = family {
            self.expected
                .insert(family.desc().name().to_owned(), family.kind());
        }
    }

    pub(super) fn fail(&mut self, error: Error) {
        self.errors.push(error);
    }

    /// Adds a metric, or the reason why it is left out.
    pub(super) fn add(&mut self, metric: ConstMetric) {
        if let Err(error) = self.try_add(metric) {
            self.errors.push(error);
        }
    }

    fn try_add(&mut self, metric: ConstMetric) -> Result<(), Error> {
        let (desc, metric) = metric.into_parts();
        if let Some(error) = desc.error() {
            return Err(error.clone());
        }
        let metric = metric?;
        let kind = metric.value.kind();
        if !self.families.contains_key(desc.name()) {
            self.check_suffixes(desc.name(), kind)?;
            let mut family = MetricFamily::new(desc.name(), desc.help(), kind);
            desc.unit().clone_into(&mut family.unit);
            self.families.insert(desc.name().to_owned(), family);
        }
        let family = self
            .families
            .get_mut(desc.name())
            .expect("the family is there now");
        check_fits(family, desc.help(), kind)?;
        family.metrics.push(metric);
        Ok(())
    }

    /// Refuses a family whose name looks like a part of another family, or the other way round.
    fn check_suffixes(&self, name: &str, kind: MetricType) -> Result<(), Error> {
        let kind_of = |name: &str| {
            let checked = self.families.get(name).map(|family| family.kind);
            checked.or_else(|| self.expected.get(name).copied())
        };
        let collision = |kind: MetricType, other: &str| Error::SuffixCollision {
            metric: name.to_owned(),
            kind: kind.as_str(),
            other: other.to_owned(),
        };
        for suffix in ["_count", "_sum", "_bucket"] {
            if let Some(base) = name.strip_suffix(suffix)
                && let Some(base_kind) = kind_of(base)
                && parts_of(base_kind).contains(&suffix)
            {
                return Err(collision(base_kind, base));
            }
        }
        let parts = parts_of(kind)
            .iter()
            .map(|suffix| format!("{name}{suffix}"));
        match parts.into_iter().find(|part| kind_of(part).is_some()) {
            None => Ok(()),
            Some(part) => Err(collision(kind, &part)),
        }
    }

    /// Returns what is fit to be exposed, and why the rest is not.
    pub(super) fn finish(mut self) -> (Vec<MetricFamily>, Vec<Error>) {
        let mut families: Vec<MetricFamily> = self.families.into_values().collect();
        for family in &mut families {
            // Stable: of two equal metrics the one that came first stays.
            family.metrics.sort_by(by_labels);
            drop_duplicates(family, &mut self.errors);
        }
        families.retain(|family| !family.metrics.is_empty());
        (families, self.errors)
    }
}

/// Returns the suffixes of the parts that a metric of this type is written in.
fn parts_of(kind: MetricType) -> &'static [&'static str] {
    match kind {
        MetricType::Histogram => &["_count", "_sum", "_bucket"],
        MetricType::Summary => &["_count", "_sum"],
        MetricType::Counter | MetricType::Gauge | MetricType::Untyped => &[],
    }
}

fn check_fits(family: &MetricFamily, help: &str, kind: MetricType) -> Result<(), Error> {
    if family.help != help {
        return Err(Error::InconsistentHelp {
            metric: family.name.clone(),
            expected: family.help.clone(),
            got: help.to_owned(),
        });
    }
    if family.kind != kind {
        return Err(Error::InconsistentType {
            metric: family.name.clone(),
            expected: family.kind.as_str(),
            got: kind.as_str(),
        });
    }
    Ok(())
}

/// Drops metrics with the same labels and time as one before. The metrics are sorted.
fn drop_duplicates(family: &mut MetricFamily, errors: &mut Vec<Error>) {
    let mut kept: Vec<Metric> = Vec::with_capacity(family.metrics.len());
    // Metrics with equal values stand together, but may differ in the names of their labels.
    let mut first_of_equals = 0;
    for metric in std::mem::take(&mut family.metrics) {
        if kept
            .last()
            .is_some_and(|last| by_labels(last, &metric).is_ne())
        {
            first_of_equals = kept.len();
        }
        let mut equals = kept[first_of_equals..].iter();
        if equals.any(|other| other.labels == metric.labels) {
            errors.push(Error::DuplicateMetric {
                metric: family.name.clone(),
                labels: to_text(&metric.labels),
            });
        } else {
            kept.push(metric);
        }
    }
    family.metrics = kept;
}

/// Returns what a panic said.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("something other than text").to_owned()
}
