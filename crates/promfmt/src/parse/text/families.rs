use std::collections::HashMap;

use promcore::{LabelPair, Metric, MetricFamily, MetricType, MetricValue};

use super::value::{self, Role};
use crate::parse::fault::Fault;
use crate::parse::labels;
use crate::parse::limits::Limits;
use crate::parse::list;

/// The families so far.
#[derive(Default)]
pub(super) struct Families {
    list: Vec<Family>,
    by_name: HashMap<String, usize>,
    series: usize,
}

struct Family {
    tree: MetricFamily,
    /// Whether the type is fixed, by a `# TYPE` line or a sample.
    has_kind: bool,
    /// The indices of metrics that consist of several lines, by their labels.
    by_labels: HashMap<Vec<u8>, usize>,
    /// The index of the last line's metric, which is usually that of the next line.
    last: usize,
}

/// The family and role of a name.
#[derive(Clone, Copy)]
pub(super) struct Place {
    family: usize,
    role: Role,
}

/// The contents of a line.
pub(super) struct Sample<'a> {
    pub(super) labels: &'a [LabelPair],
    /// The bound of a bucket or the rank of a quantile; NaN if there is none.
    pub(super) bound: f64,
    pub(super) value: f64,
    pub(super) timestamp_ms: Option<i64>,
    /// The position of the value.
    pub(super) at: usize,
}

impl Families {
    /// Finds or makes the family of a name.
    pub(super) fn place(&mut self, name: &str, at: usize, limits: &Limits) -> Result<Place, Fault> {
        match self.find(name) {
            Some(place) => Ok(place),
            None => self.make(name, at, limits),
        }
    }

    fn find(&self, name: &str) -> Option<Place> {
        if let Some(&family) = self.by_name.get(name) {
            let role = Role::Value;
            return Some(Place { family, role });
        }
        let kind = |base: &str| {
            let family = *self.by_name.get(base)?;
            Some((family, self.list[family].tree.kind))
        };
        Role::of(name, kind).map(|(family, role)| Place { family, role })
    }

    fn make(&mut self, name: &str, at: usize, limits: &Limits) -> Result<Place, Fault> {
        let family = self.list.len();
        if family >= limits.series {
            let message = format!("there are more than {} families", limits.series);
            return Err(Fault::limit(at, message));
        }
        self.by_name.insert(name.to_owned(), family);
        self.list.push(Family {
            tree: MetricFamily::new(name, "", MetricType::Untyped),
            has_kind: false,
            by_labels: HashMap::new(),
            last: 0,
        });
        let role = Role::Value;
        Ok(Place { family, role })
    }

    pub(super) fn name(&self, place: Place) -> &str {
        &self.list[place.family].tree.name
    }

    /// Returns the name of a family and a reference to its help text.
    pub(super) fn help(&mut self, place: Place) -> (&str, &mut String) {
        let tree = &mut self.list[place.family].tree;
        (&tree.name, &mut tree.help)
    }

    pub(super) fn has_kind(&self, place: Place) -> bool {
        self.list[place.family].has_kind
    }

    pub(super) fn set_kind(&mut self, place: Place, kind: MetricType) {
        let family = &mut self.list[place.family];
        family.has_kind = true;
        family.tree.kind = kind;
    }

    /// Returns the name of the label that holds the bucket or quantile of a line.
    #[inline]
    pub(super) fn bound_label(&self, place: Place) -> Option<&'static str> {
        match self.list[place.family].tree.kind {
            MetricType::GaugeHistogram | MetricType::Histogram => Some("le"),
            MetricType::Summary => Some("quantile"),
            _ => None,
        }
    }

    /// Adds a line.
    #[inline]
    pub(super) fn add(
        &mut self,
        place: Place,
        sample: &Sample<'_>,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let family = &mut self.list[place.family];
        family.has_kind = true;
        let simple = value::simple(family.tree.kind, sample.value);
        let found = match simple {
            Some(_) => None,
            None => family.find(sample.labels),
        };
        let at = match found {
            Some(at) => at,
            None => {
                if self.series >= limits.series {
                    let message = format!("there are more than {} series", limits.series);
                    return Err(Fault::limit(0, message));
                }
                self.series += 1;
                let value = simple.unwrap_or_else(|| value::empty(family.tree.kind));
                family.push(sample.labels, value)
            }
        };
        let metric = &mut family.tree.metrics[at];
        if sample.timestamp_ms.is_some() {
            metric.timestamp_ms = sample.timestamp_ms;
        }
        let added = value::add(&mut metric.value, place.role, sample.bound, sample.value);
        added.map_err(|what| negative(what, &family.tree.name, sample.at))
    }

    /// Checks the value of a line without adding it.
    #[cold]
    pub(super) fn check(
        &self,
        place: Place,
        bound: f64,
        value: f64,
        at: usize,
    ) -> Result<(), Fault> {
        let tree = &self.list[place.family].tree;
        let mut metric = value::empty(tree.kind);
        let added = value::add(&mut metric, place.role, bound, value);
        added.map_err(|what| negative(what, &tree.name, at))
    }

    /// Returns the families with metrics.
    pub(super) fn finish(self) -> Vec<MetricFamily> {
        let trees = self.list.into_iter().map(|family| family.tree);
        trees.filter(|tree| !tree.metrics.is_empty()).collect()
    }
}

impl Family {
    /// Finds the metric with these labels, in any order.
    #[inline]
    fn find(&mut self, labels: &[LabelPair]) -> Option<usize> {
        let last = self.tree.metrics.get(self.last)?;
        if last.labels != labels {
            self.last = *self.by_labels.get(&labels::key(labels))?;
        }
        Some(self.last)
    }

    fn push(&mut self, labels: &[LabelPair], value: MetricValue) -> usize {
        let at = self.tree.metrics.len();
        if value::simple(self.tree.kind, 0.0).is_none() {
            self.by_labels.insert(labels::key(labels), at);
            self.last = at;
        }
        list::push(&mut self.tree.metrics, Metric::new(labels.to_vec(), value));
        at
    }
}

fn negative(what: &str, histogram: &str, at: usize) -> Fault {
    let message = format!("negative {what} for histogram {histogram:?}");
    Fault::new(at, message)
}
