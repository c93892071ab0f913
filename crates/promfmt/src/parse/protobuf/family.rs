use promcore::{
    CounterValue, Exemplar, LabelPair, Metric, MetricFamily, MetricType, MetricValue, Quantile,
    SummaryValue, is_legacy_label_name, is_legacy_metric_name,
};

use super::histogram::Histogram;
use super::time;
use super::wire::{Field, Message};
use crate::parse::NameValidation;
use crate::parse::fault::{Fault, Quoted};
use crate::parse::limits::Limits;
use crate::parse::list;

/// Decodes messages, and counts series and families.
#[derive(Default)]
pub(super) struct Decoder {
    pub(super) validation: NameValidation,
    families: usize,
    series: usize,
}

/// The values of a metric, which may be of several types; the type of the family decides which one counts.
#[derive(Default)]
struct Values {
    counter: Option<CounterValue>,
    gauge: Option<f64>,
    histogram: Option<Box<Histogram>>,
    summary: Option<SummaryValue>,
    untyped: Option<f64>,
}

impl Decoder {
    /// Decodes a family.
    pub(super) fn family(
        &mut self,
        message: &[u8],
        limits: &Limits,
    ) -> Result<MetricFamily, Fault> {
        self.families += 1;
        if self.families > limits.series {
            let message = format!("there are more than {} families", limits.series);
            return Err(Fault::limit(0, message));
        }
        let mut message = Message::new(message);
        // Metrics may come before the type, which is needed to decode them.
        let mut family = self.head(message)?;
        while let Some(field) = message.next()? {
            if field.number == 4 {
                self.series += 1;
                if self.series > limits.series {
                    let message = format!("there are more than {} series", limits.series);
                    return Err(Fault::limit(field.at, message));
                }
                let metric = self.metric(field.message()?, family.kind, limits)?;
                list::push(&mut family.metrics, metric);
            }
        }
        Ok(family)
    }

    /// Decodes everything except the metrics.
    fn head(&self, mut message: Message<'_>) -> Result<MetricFamily, Fault> {
        let start = message.at();
        let mut family = MetricFamily::new("", "", MetricType::Counter);
        while let Some(field) = message.next()? {
            match field.number {
                1 => family.name = field.string("metric name")?.to_owned(),
                2 => family.help = field.lossy_string()?.into_owned(),
                3 => family.kind = kind(&field)?,
                5 => family.unit = field.lossy_string()?.into_owned(),
                _ => {}
            }
        }
        let is_valid = match self.validation {
            NameValidation::Legacy => is_legacy_metric_name(&family.name),
            NameValidation::Utf8 => !family.name.is_empty(),
        };
        if is_valid {
            Ok(family)
        } else {
            let name = Quoted(family.name.as_bytes());
            Err(Fault::new(start, format!("invalid metric name {name}")))
        }
    }

    fn metric(
        &self,
        mut message: Message<'_>,
        kind: MetricType,
        limits: &Limits,
    ) -> Result<Metric, Fault> {
        let start = message.at();
        let (mut labels, mut values, mut timestamp_ms) = (Vec::new(), Values::default(), None);
        while let Some(field) = message.next()? {
            match field.number {
                1 => self.label(&field, &mut labels, limits)?,
                2 => values.gauge = Some(only_value(&field, values.gauge)?),
                3 => self.counter(&field, values.counter.get_or_insert_default(), limits)?,
                4 => summary(&field, values.summary.get_or_insert_default())?,
                5 => values.untyped = Some(only_value(&field, values.untyped)?),
                6 => timestamp_ms = Some(field.int64()?),
                7 => {
                    let histogram = values.histogram.get_or_insert_default();
                    histogram.decode(&field, self, limits)?;
                }
                _ => {}
            }
        }
        let value = values.into_value(kind).ok_or_else(|| {
            let message = format!("a metric has no value of the type {}", kind.as_str());
            Fault::new(start, message)
        })?;
        let mut metric = Metric::new(labels, value);
        metric.timestamp_ms = timestamp_ms;
        Ok(metric)
    }

    fn label(
        &self,
        field: &Field<'_>,
        labels: &mut Vec<LabelPair>,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let mut message = field.message()?;
        let start = message.at();
        if labels.len() >= limits.labels {
            let message = format!("there are more than {} labels", limits.labels);
            return Err(Fault::limit(start, message));
        }
        let (mut name, mut value) = ("", "");
        while let Some(field) = message.next()? {
            match field.number {
                1 => name = field.string("label name")?,
                2 => value = field.string("label value")?,
                _ => {}
            }
        }
        let is_valid = match self.validation {
            NameValidation::Legacy => is_legacy_label_name(name),
            NameValidation::Utf8 => !name.is_empty(),
        };
        if !is_valid {
            let name = Quoted(name.as_bytes());
            return Err(Fault::new(start, format!("invalid label name {name}")));
        }
        list::push(labels, LabelPair::new(name, value));
        Ok(())
    }

    fn counter(
        &self,
        field: &Field<'_>,
        counter: &mut CounterValue,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let mut message = field.message()?;
        while let Some(field) = message.next()? {
            match field.number {
                1 => counter.value = field.double()?,
                2 => self.exemplar(&field, &mut counter.exemplar, limits)?,
                3 => time::decode(&field, &mut counter.created)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Decodes an exemplar, and merges it with an earlier one.
    pub(super) fn exemplar(
        &self,
        field: &Field<'_>,
        exemplar: &mut Option<Exemplar>,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let mut message = field.message()?;
        let exemplar = exemplar.get_or_insert_default();
        while let Some(field) = message.next()? {
            match field.number {
                1 => self.label(&field, &mut exemplar.labels, limits)?,
                2 => exemplar.value = field.double()?,
                3 => time::decode(&field, &mut exemplar.timestamp)?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Values {
    /// Returns the value of the family's type.
    fn into_value(self, kind: MetricType) -> Option<MetricValue> {
        let histogram = self.histogram.map(|it| it.into_value());
        match kind {
            MetricType::Counter => self.counter.map(MetricValue::Counter),
            MetricType::Gauge => self.gauge.map(MetricValue::Gauge),
            MetricType::GaugeHistogram => histogram.map(MetricValue::GaugeHistogram),
            MetricType::Histogram => histogram.map(MetricValue::Histogram),
            MetricType::Summary => self.summary.map(MetricValue::Summary),
            MetricType::Untyped => self.untyped.map(MetricValue::Untyped),
            _ => None,
        }
    }
}

fn kind(field: &Field<'_>) -> Result<MetricType, Fault> {
    Ok(match field.int32()? {
        0 => MetricType::Counter,
        1 => MetricType::Gauge,
        2 => MetricType::Summary,
        3 => MetricType::Untyped,
        4 => MetricType::Histogram,
        5 => MetricType::GaugeHistogram,
        other => {
            let message = format!("unknown metric type {other}");
            return Err(Fault::new(field.at, message));
        }
    })
}

/// Decodes a gauge or an untyped value, which replaces an earlier one.
fn only_value(field: &Field<'_>, before: Option<f64>) -> Result<f64, Fault> {
    let mut message = field.message()?;
    let mut value = before.unwrap_or_default();
    while let Some(field) = message.next()? {
        if field.number == 1 {
            value = field.double()?;
        }
    }
    Ok(value)
}

fn summary(field: &Field<'_>, summary: &mut SummaryValue) -> Result<(), Fault> {
    let mut message = field.message()?;
    while let Some(field) = message.next()? {
        match field.number {
            1 => summary.count = field.uint64()?,
            2 => summary.sum = field.double()?,
            3 => list::push(&mut summary.quantiles, quantile(&field)?),
            4 => time::decode(&field, &mut summary.created)?,
            _ => {}
        }
    }
    Ok(())
}

fn quantile(field: &Field<'_>) -> Result<Quantile, Fault> {
    let mut message = field.message()?;
    let mut quantile = Quantile::new(0.0, 0.0);
    while let Some(field) = message.next()? {
        match field.number {
            1 => quantile.quantile = field.double()?,
            2 => quantile.value = field.double()?,
            _ => {}
        }
    }
    Ok(quantile)
}
