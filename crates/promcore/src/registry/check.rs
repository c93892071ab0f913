use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::scrape::{Family, Nothing, Scrape};
use crate::collector::{Collector, Trusted};
use crate::constant::ConstMetric;
use crate::error::Error;
use crate::family::{Metric, MetricFamily, MetricType, by_labels};
use crate::labels::to_text;

/// What a scrape has found so far, with Go's rules for what must not stand together.
///
/// Of things that cannot stand together the one that came first stays.
#[derive(Default)]
pub(super) struct Checked {
    /// Families of metrics that come one by one and are checked as they come, by name.
    families: BTreeMap<String, MetricFamily>,
    /// Families of instruments that nobody reads before they are written, by name.
    trusted: BTreeMap<String, Arc<dyn Collector>>,
    errors: Vec<Error>,
}

impl Checked {
    /// Adds an instrument, to be read when it is written, or the reason why it is left out.
    pub(super) fn trust(&mut self, instrument: &Arc<dyn Collector>, family: &dyn Trusted) {
        let name = family.desc().name();
        if self.trusted.contains_key(name) || self.families.contains_key(name) {
            // Only their metrics can tell whether they go together.
            instrument.collect(&mut |metric| self.add(metric));
            return;
        }
        match self.check_suffixes(name, family.kind()) {
            Ok(()) => _ = self.trusted.insert(name.to_owned(), Arc::clone(instrument)),
            // Without metrics it is not written, so that nothing collides.
            Err(_) if is_empty(family) => {}
            Err(error) => self.errors.push(error),
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
        let metric = metric.map_err(|error| Error::InvalidMetric {
            desc: desc.to_string(),
            error: Box::new(error),
        })?;
        if let Some(namesake) = self.trusted.remove(desc.name()) {
            // It has to be checked together with this metric.
            namesake.collect(&mut |metric| self.add(metric));
        }
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
    fn check_suffixes(&mut self, name: &str, kind: MetricType) -> Result<(), Error> {
        let collision = |kind: MetricType, other: &str| Error::SuffixCollision {
            metric: name.to_owned(),
            kind: kind.as_str(),
            other: other.to_owned(),
        };
        for suffix in ["_count", "_sum", "_bucket"] {
            if let Some(whole) = name.strip_suffix(suffix)
                && let Some(kind) = self.kind_of(whole)
                && parts_of(kind).contains(&suffix)
                && self.has_metrics(whole)
            {
                return Err(collision(kind, whole));
            }
        }
        for suffix in parts_of(kind) {
            let part = format!("{name}{suffix}");
            if self.has_metrics(&part) {
                return Err(collision(kind, &part));
            }
        }
        Ok(())
    }

    fn kind_of(&self, name: &str) -> Option<MetricType> {
        let checked = self.families.get(name).map(|family| family.kind);
        checked.or_else(|| {
            let trusted = self.trusted.get(name)?.as_trusted();
            trusted.map(Trusted::kind)
        })
    }

    /// Says whether the family `name` is there and will be written.
    ///
    /// A vec without metrics loses its place: it must not come to life between here and the writing.
    fn has_metrics(&mut self, name: &str) -> bool {
        if let Some(instrument) = self.trusted.get(name)
            && instrument.as_trusted().is_none_or(is_empty)
        {
            self.trusted.remove(name);
        }
        self.trusted.contains_key(name) || self.families.contains_key(name)
    }

    /// Returns what is fit to be exposed, and why the rest is not.
    pub(super) fn finish(mut self) -> Scrape {
        for family in self.families.values_mut() {
            // Stable: of two equal metrics the one that came first stays.
            family.metrics.sort_by(by_labels);
            drop_duplicates(family, &mut self.errors);
        }
        let checked = self.families.into_values();
        let checked = checked.filter(|family| !family.metrics.is_empty());
        let trusted = self.trusted.into_iter();
        let trusted = trusted.map(|(name, instrument)| Family::Trusted(name, instrument));
        Scrape::new(
            checked.map(Family::Checked).chain(trusted).collect(),
            self.errors,
        )
    }
}

/// Says whether a family has no metrics, without reading one.
fn is_empty(family: &dyn Trusted) -> bool {
    family.write(&mut Nothing).is_continue()
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
