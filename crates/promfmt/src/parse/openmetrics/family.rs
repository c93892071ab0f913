use std::collections::HashSet;

use promcore::{LabelPair, Metric, MetricFamily};

use super::kind::{Kind, Role};
use super::line::{Metadata, Sample};
use super::point::{Part, Point};
use crate::parse::fault::{Fault, Quoted};
use crate::parse::labels::{self, Labels};
use crate::parse::limits::Limits;
use crate::parse::list;
use crate::parse::number::parse_float;
use crate::parse::time;

/// The current family.
pub(super) struct Family {
    pub(super) name: String,
    kind: Option<Kind>,
    help: Option<String>,
    unit: Option<String>,
    tree: MetricFamily,
    /// The current metric at one timestamp.
    point: Option<Point>,
    /// The metrics so far, to detect duplicates; empty while each metric's labels are larger than the previous one's.
    begun: HashSet<Vec<u8>>,
    /// The samples of infos and state sets, to detect duplicates.
    samples: HashSet<Vec<u8>>,
    has_samples: bool,
    /// The number of series, including those of earlier families.
    pub(super) series: usize,
}

impl Family {
    /// Makes a family that is preceded by `series` series.
    pub(super) fn new(name: &str, kind: Option<Kind>, series: usize) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            help: None,
            unit: None,
            tree: MetricFamily::new("", "", Kind::Unknown.metric_type()),
            point: None,
            begun: HashSet::new(),
            samples: HashSet::new(),
            has_samples: false,
            series,
        }
    }

    /// Returns the type, which is unknown unless declared.
    pub(super) fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Unknown)
    }

    /// Adds a metadata line.
    pub(super) fn describe(&mut self, line: &Metadata<'_>) -> Result<(), Fault> {
        let keyword = String::from_utf8_lossy(line.keyword);
        if self.has_samples {
            let message = format!("{keyword} comes after samples");
            return Err(Fault::new(0, message));
        }
        let is_second = match line.keyword {
            b"HELP" => self.help.is_some(),
            b"TYPE" => self.kind.is_some(),
            _ => self.unit.is_some(),
        };
        if is_second {
            let message = format!("{keyword} comes twice");
            return Err(Fault::new(0, message));
        }
        let wrong = |what| {
            Fault::new(
                line.at,
                format!("{what} {} is not valid", Quoted(&line.text)),
            )
        };
        let text = || str::from_utf8(&line.text).map(str::to_owned);
        match line.keyword {
            b"HELP" => self.help = Some(text().map_err(|_| wrong("help text"))?),
            b"TYPE" => self.kind = Some(Kind::of(&line.text).ok_or_else(|| wrong("type"))?),
            _ => {
                let unit = text().ok().filter(|unit| is_unit_of(&self.name, unit));
                self.unit = Some(unit.ok_or_else(|| wrong("unit"))?);
            }
        }
        if matches!(self.kind, Some(Kind::Info | Kind::StateSet))
            && self.unit.as_ref().is_some_and(|unit| !unit.is_empty())
        {
            return Err(Fault::new(line.at, "infos and state sets have no unit"));
        }
        Ok(())
    }

    /// Returns the role of a sample of that name in the family.
    pub(super) fn role(&self, name: &str) -> Option<Role> {
        let suffix = name.strip_prefix(&self.name)?;
        let mut suffixes = self.kind().suffixes().iter();
        suffixes.find_map(|&(it, role)| (it == suffix).then_some(role))
    }

    /// Adds a sample.
    pub(super) fn add(
        &mut self,
        role: Role,
        sample: Sample,
        labels: &mut Labels,
        limits: &Limits,
    ) -> Result<(), Fault> {
        self.has_samples = true;
        let kind = self.kind();
        if sample.exemplar.is_some() && !kind.takes_exemplar(role) {
            return Err(Fault::new(
                sample.at,
                "only counters and buckets have exemplars",
            ));
        }
        let bound = self.bound(role, labels)?;
        if kind == Kind::StateSet && !labels.has(&self.name) {
            let message = format!("a state has the label {:?}", self.name);
            return Err(Fault::new(0, message));
        }
        let labels = labels.as_slice();
        if kind.is_set() && !self.samples.insert(labels::key(labels)) {
            return Err(Fault::new(0, "the sample occurs twice"));
        }
        self.turn_to(labels, sample.seconds, limits)?;
        let part = Part {
            kind,
            role,
            bound,
            value: sample.value,
            count: sample.count,
            exemplar: sample.exemplar,
        };
        let point = self.point.as_mut();
        let added = point.map_or(Ok(()), |point| point.add(part));
        added.map_err(|message| {
            let message = format!("found {}, but {message}", sample.value);
            Fault::new(sample.at, message)
        })
    }

    /// Removes the label with the bucket or quantile of a sample, and returns its value.
    fn bound(&self, role: Role, labels: &mut Labels) -> Result<f64, Fault> {
        let kind = self.kind();
        let Some(own) = kind.own_label(role) else {
            let misplaced = kind.reserved_label().filter(|label| labels.has(label));
            return misplaced.map_or(Ok(f64::NAN), |label| {
                let message = format!("the label {label} is for buckets and quantiles");
                Err(Fault::new(0, message))
            });
        };
        let label = labels.take(own);
        let value = label.map_or("", |label| &label.value);
        let is_valid = |bound: &f64| match kind {
            Kind::Summary => (0.0..=1.0).contains(bound),
            // Infinity has only one spelling, so that a bound is always the same label.
            _ if bound.is_infinite() => matches!(value, "+Inf" | "-Inf"),
            _ => !bound.is_nan(),
        };
        let bound = parse_float(value.as_bytes()).filter(is_valid);
        bound.ok_or_else(|| Fault::new(0, format!("label {own} has the value {value:?}")))
    }

    /// Moves on to the metric and the timestamp of a sample.
    fn turn_to(
        &mut self,
        labels: &[LabelPair],
        seconds: Option<f64>,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let kind = self.kind();
        let point = self.point.as_ref();
        let point = point.filter(|point| self.is_of(point, labels));
        match point.map(|point| point.seconds) {
            Some(last) => {
                check_times(last, seconds, kind)?;
                if last == seconds && !kind.is_set() {
                    return Ok(());
                }
            }
            None if self.begin(labels) => {}
            None => return Err(Fault::new(0, "the samples of a metric stand together")),
        }
        self.finish_point()?;
        if self.series >= limits.series {
            let message = format!("there are more than {} series", limits.series);
            return Err(Fault::limit(0, message));
        }
        self.series += 1;
        self.point = Some(Point::new(labels.to_vec(), seconds));
        Ok(())
    }

    /// Reports whether a sample belongs to the metric of a point.
    fn is_of(&self, point: &Point, labels: &[LabelPair]) -> bool {
        if point.labels == labels {
            return true;
        }
        // Labels in order denote the same metric only if they are equal.
        let in_order = self.begun.is_empty() && is_sorted(labels);
        !in_order && self.group(&point.labels) == self.group(labels)
    }

    /// Starts a metric; returns false if there already was one with these labels.
    fn begin(&mut self, labels: &[LabelPair]) -> bool {
        let last = self.point.as_ref().map(|point| &point.labels[..]);
        if self.begun.is_empty() {
            let is_larger = last.is_none_or(|last| last < labels);
            if is_larger && is_sorted(labels) && !self.kind().is_set() {
                return true;
            }
            let before = self.tree.metrics.iter().map(|metric| &metric.labels[..]);
            let before = before.chain(last);
            self.begun = before.map(|labels| self.group(labels)).collect();
        }
        self.begun.insert(self.group(labels))
    }

    /// Returns a key of the labels that all samples of a metric share.
    fn group(&self, labels: &[LabelPair]) -> Vec<u8> {
        match self.kind() {
            // Metrics cannot be distinguished from the samples of one metric.
            Kind::Info => Vec::new(),
            Kind::StateSet => {
                let others = labels.iter().filter(|label| label.name != self.name);
                labels::key(others)
            }
            _ => labels::key(labels),
        }
    }

    fn finish_point(&mut self) -> Result<(), Fault> {
        let Some(mut point) = self.point.take() else {
            return Ok(());
        };
        let labels = std::mem::take(&mut point.labels);
        let timestamp_ms = point.seconds.map(time::to_millis);
        let value = point.finish(self.kind()).map_err(|message| {
            let (name, labels) = (&self.name, promcore::Labels::pairs(&labels));
            Fault::new(
                0,
                format!("in the metric {name}{labels:?} above: {message}"),
            )
        })?;
        let mut metric = Metric::new(labels, value);
        metric.timestamp_ms = timestamp_ms;
        list::push(&mut self.tree.metrics, metric);
        Ok(())
    }

    /// Returns the family as in a registry.
    pub(super) fn finish(mut self) -> Result<MetricFamily, Fault> {
        self.finish_point()?;
        let kind = self.kind();
        self.tree.name = self.name + kind.name_suffix();
        self.tree.help = self.help.unwrap_or_default();
        self.tree.unit = self.unit.unwrap_or_default();
        self.tree.kind = kind.metric_type();
        Ok(self.tree)
    }
}

/// Reports whether the names of labels are in order.
fn is_sorted(labels: &[LabelPair]) -> bool {
    labels.is_sorted_by(|a, b| a.name < b.name)
}

/// Checks that the timestamps of a metric are consistent.
fn check_times(last: Option<f64>, next: Option<f64>, kind: Kind) -> Result<(), Fault> {
    match (last, next) {
        (Some(last), Some(next)) if next < last && kind != Kind::Info => Err(Fault::new(
            0,
            format!("timestamp {next} comes after {last}"),
        )),
        (Some(_), None) | (None, Some(_)) => Err(Fault::new(
            0,
            "either all samples of a metric have timestamps or none",
        )),
        _ => Ok(()),
    }
}

fn is_unit_of(name: &str, unit: &str) -> bool {
    let before = name.strip_suffix(unit);
    unit.is_empty() || before.is_some_and(|before| before.ends_with('_'))
}
