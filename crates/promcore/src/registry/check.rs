use std::collections::BTreeSet;
use std::sync::Arc;

use super::families::{Families, Family};
use super::metric::{check_described, check_labels, drop_duplicates};
use super::plan::Plan;
use super::register::Identity;
use super::scrape::Scrape;
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;
use crate::family::{Metric, MetricFamily};

/// The families of a scrape so far, with Go's rules for conflicts.
///
/// Of conflicting families or metrics, the first is kept.
pub(super) struct Checked {
    families: Families,
    errors: Vec<Error>,
}

impl Checked {
    /// Starts from the families of a plan that cannot conflict.
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        Self {
            families: Families::new(plan),
            errors: Vec::new(),
        }
    }

    /// Adds a family of instruments, which is read when it is written, or the error.
    pub(super) fn trust(&mut self, family: Family) {
        let head = family.head();
        if self.families.has(head.name) {
            // Only their metrics show whether they conflict.
            return self.mix(family);
        }
        match self.families.check_suffixes(head.name, head.kind) {
            Ok(()) => self.families.insert(family),
            // An empty family is not written, so it does not collide.
            Err(_) if family.is_empty() => {}
            Err(error) => self.errors.push(error),
        }
    }

    fn mix(&mut self, family: Family) {
        let first = family.instruments().first();
        let Some((desc, _)) = first.and_then(|it| it.family.clone()) else {
            return;
        };
        match family.read() {
            Ok(family) => {
                for metric in family.into_iter().flat_map(|family| family.metrics) {
                    let added = self.try_add(&desc, metric, None);
                    self.errors.extend(added.err());
                }
            }
            Err(error) => self.errors.push(error),
        }
    }

    pub(super) fn fail(&mut self, error: Error) {
        self.errors.push(error);
    }

    /// Adds a metric, or the error.
    ///
    /// In a pedantic registry it must be `described`.
    pub(super) fn add(&mut self, metric: ConstMetric, described: Option<&BTreeSet<Identity>>) {
        let (desc, metric) = metric.into_parts();
        let added = valid(&desc, metric);
        let added = added.and_then(|metric| self.try_add(&desc, metric, described));
        self.errors.extend(added.err());
    }

    fn try_add(
        &mut self,
        desc: &Desc,
        mut metric: Metric,
        described: Option<&BTreeSet<Identity>>,
    ) -> Result<(), Error> {
        let (name, kind) = (desc.name(), metric.value.kind());
        if self.families.open(name)?.is_none() {
            self.families.check_suffixes(name, kind)?;
            let mut family = MetricFamily::new(name, desc.help(), kind);
            desc.unit().clone_into(&mut family.unit);
            self.families.insert(Family::Checked(Arc::new(family)));
        }
        let family = self.families.open(name)?;
        let family = family.expect("the family is there now");
        check_fits(family, desc, &metric)?;
        check_labels(name, &mut metric)?;
        if let Some(described) = described {
            check_described(described, desc, &metric)?;
        }
        family.metrics.push(metric);
        Ok(())
    }

    /// Returns the families to expose, with the errors of the others.
    pub(super) fn finish(mut self) -> Scrape {
        for family in self.families.checked() {
            drop_duplicates(family, &mut self.errors);
        }
        self.families.into_scrape(self.errors)
    }
}

/// Returns the metric that a collector sent, or the error it sent instead.
fn valid(desc: &Desc, metric: Result<Metric, Error>) -> Result<Metric, Error> {
    if let Some(error) = desc.error() {
        return Err(error.clone());
    }
    metric.map_err(|error| Error::InvalidMetric {
        desc: desc.to_string(),
        error: Box::new(error),
    })
}

fn check_fits(family: &MetricFamily, desc: &Desc, metric: &Metric) -> Result<(), Error> {
    if family.help != desc.help() {
        return Err(Error::InconsistentHelp {
            metric: family.name.clone(),
            expected: family.help.clone(),
            got: desc.help().to_owned(),
        });
    }
    if family.kind != metric.value.kind() {
        return Err(Error::InconsistentType {
            metric: family.name.clone(),
            expected: family.kind.as_str(),
            got: metric.value.kind().as_str(),
        });
    }
    // Go does not check units, so its errors come first.
    if family.unit != desc.unit() {
        return Err(Error::InconsistentUnit {
            metric: family.name.clone(),
            expected: family.unit.clone(),
            got: desc.unit().to_owned(),
        });
    }
    Ok(())
}
