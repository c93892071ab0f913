//! Metrics that collectors send: constant metrics, and instruments.

use std::panic;
use std::sync::Arc;

use promcore::{
    Collector, ConstMetric, CounterValue, Desc, Error, Exemplar, HistogramValue, NativeValue,
    SummaryValue, Timestamp,
};

use super::construct::strs;
use super::interpreter::{Interpreter, OurError, Stop};
use super::object::Object;
use super::panicking::{Manner, Manners};
use crate::corpus::{
    ConstHistogram, ConstNativeHistogram, ConstSummary, Count, ExemplarOf, Float, Op, ValueType,
};
use crate::kinds;
use crate::outcome::Rule;

/// A metric that a collector sends.
#[derive(Clone, Debug)]
pub(super) enum Sent {
    Constant(Box<ConstMetric>),
    Instrument(Box<Object>),
    WithTimestamp(Box<Self>, i64),
    WithExemplars(Box<Self>, Vec<Exemplar>),
}

impl Sent {
    fn constant(metric: ConstMetric) -> Self {
        Self::Constant(Box::new(metric))
    }

    fn send(&self, sink: &mut dyn FnMut(ConstMetric)) {
        match self {
            Self::Constant(metric) => sink((**metric).clone()),
            Self::Instrument(instrument) => {
                if let Some(collector) = instrument.collector() {
                    collector.collect(sink);
                }
            }
            Self::WithTimestamp(sent, ms) => {
                sent.send(&mut |metric| sink(metric.timestamp_ms(*ms)))
            }
            Self::WithExemplars(sent, exemplars) => sent.send(&mut |metric| {
                let desc = metric.desc().clone();
                let metric = metric.exemplars(exemplars.iter().cloned());
                // As in Go, a metric of the wrong type is an error of the scrape.
                sink(metric.unwrap_or_else(|error| ConstMetric::invalid(&desc, error)));
            }),
        }
    }
}

/// A custom collector of a scenario.
#[derive(Debug)]
pub(super) struct Custom {
    descs: Vec<Desc>,
    metrics: Vec<Sent>,
    panics: Option<String>,
    manners: Manners,
}

impl Collector for Custom {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        self.descs.iter().for_each(sink);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        let panics = self.panics.as_ref();
        let (manner, is_panicking) = (self.manners.get(), panics.is_some());
        if !is_panicking || manner != Manner::Panic {
            self.metrics.iter().for_each(|sent| sent.send(sink));
        }
        if let Some(text) = panics.filter(|_| manner != Manner::Send) {
            // Unlike `panic!`, this prints nothing.
            panic::resume_unwind(Box::new(text.clone()));
        }
    }
}

impl Interpreter {
    /// Makes the metric or collector of `op`; returns `None` if it makes none.
    pub(super) fn construct_sent(&mut self, op: &Op) -> Result<Option<Object>, Stop> {
        let metric = match op {
            Op::NewConstMetric { .. } => self.const_metric(op)?,
            Op::NewConstHistogram(histogram) => self.const_histogram(histogram)?,
            Op::NewConstSummary(summary) => self.const_summary(summary)?,
            Op::NewConstNativeHistogram(histogram) => self.const_native(histogram)?,
            Op::NewInvalidMetric { desc, error, .. } => {
                ConstMetric::invalid(self.desc(desc)?, kinds::other(error))
            }
            op => return self.construct_of_sent(op),
        };
        Ok(Some(Object::Metric(Sent::constant(metric))))
    }

    /// Makes the metric or collector that `op` makes from other metrics; returns `None` if it makes none.
    fn construct_of_sent(&self, op: &Op) -> Result<Option<Object>, Stop> {
        let object = match op {
            Op::WithTimestamp {
                metric,
                timestamp_ms,
                ..
            } => {
                let sent = Box::new(self.sent(metric)?);
                Object::Metric(Sent::WithTimestamp(sent, *timestamp_ms))
            }
            Op::WithExemplars {
                metric, exemplars, ..
            } => Object::Metric(self.with_exemplars(metric, exemplars)?),
            Op::NewCollector {
                describe,
                metrics,
                error,
                ..
            } => {
                let descs = describe.iter().flatten();
                let descs = descs.map(|id| self.desc(id).cloned());
                let metrics = metrics.iter().map(|id| self.sent(id));
                Object::Collector(Arc::new(Custom {
                    descs: descs.collect::<Result<_, _>>()?,
                    metrics: metrics.collect::<Result<_, _>>()?,
                    panics: error.clone(),
                    manners: self.manners.clone(),
                }))
            }
            _ => return Ok(None),
        };
        Ok(Some(object))
    }

    /// Finds a metric that a collector can send.
    fn sent(&self, id: &str) -> Result<Sent, Stop> {
        let object = self.object(id)?;
        if let Some(error) = self.invalid.get(id) {
            let desc = Desc::invalid(error.clone());
            return Ok(Sent::constant(ConstMetric::invalid(&desc, error.clone())));
        }
        match object {
            Object::Metric(sent) => Ok(sent.clone()),
            instrument if instrument.is_metric() => {
                Ok(Sent::Instrument(Box::new(instrument.clone())))
            }
            _ => Err(Stop::senseless(id, "metric")),
        }
    }

    fn const_metric(&mut self, op: &Op) -> Result<ConstMetric, Stop> {
        let Op::NewConstMetric {
            desc,
            value_type,
            value: Float(value),
            values,
            created_ms,
            ..
        } = op
        else {
            return Err(Stop::Senseless("no constant metric".to_owned()));
        };
        let desc = self.desc(desc)?;
        let type_name = match value_type {
            ValueType::Name(name) => name,
            ValueType::Number(1) => "counter",
            ValueType::Number(2) => "gauge",
            ValueType::Number(3) => "untyped",
            ValueType::Number(_) => "",
        };
        if type_name == "counter" {
            let mut counter = CounterValue::new(*value);
            counter.created = created_ms.map(timestamp);
            return Ok(ConstMetric::counter(desc, counter, &strs(values))?);
        }
        let metric = match type_name {
            "gauge" => ConstMetric::gauge(desc, *value, &strs(values)),
            _ => ConstMetric::untyped(desc, *value, &strs(values)),
        }?;
        match (created_ms, type_name) {
            (Some(_), _) => Err(self.unwritable("created_timestamp_unsupported")),
            (None, "gauge" | "untyped") => Ok(metric),
            (None, _) => Err(self.unwritable("unknown_value_type")),
        }
    }

    /// The rule `unwritable`: returns Go's error for a call that our types rule out.
    fn unwritable(&mut self, kind: &'static str) -> Stop {
        self.rules.push(Rule::Unwritable);
        Stop::Error(OurError {
            kind,
            text: "it does not compile".to_owned(),
            existing: None,
        })
    }

    fn const_histogram(&self, histogram: &ConstHistogram) -> Result<ConstMetric, Stop> {
        let ConstHistogram {
            desc,
            count: Count(count),
            sum: Float(sum),
            cumulative_buckets,
            values,
            created_ms,
            ..
        } = histogram;
        let buckets = cumulative_buckets.iter();
        let mut value = HistogramValue::new(*count, *sum)
            .buckets(buckets.map(|(Float(bound), Count(count))| (*bound, *count)));
        value.created = created_ms.map(timestamp);
        Ok(ConstMetric::histogram(
            self.desc(desc)?,
            value,
            &strs(values),
        )?)
    }

    fn const_summary(&self, summary: &ConstSummary) -> Result<ConstMetric, Stop> {
        let ConstSummary {
            desc,
            count: Count(count),
            sum: Float(sum),
            quantiles,
            values,
            created_ms,
            ..
        } = summary;
        let quantiles = quantiles.iter();
        let mut value = SummaryValue::new(*count, *sum)
            .quantiles(quantiles.map(|(Float(rank), Float(value))| (*rank, *value)));
        value.created = created_ms.map(timestamp);
        Ok(ConstMetric::summary(
            self.desc(desc)?,
            value,
            &strs(values),
        )?)
    }

    fn const_native(&self, histogram: &ConstNativeHistogram) -> Result<ConstMetric, Stop> {
        let counts = |buckets: &[(i32, Count)]| -> Vec<(i32, u64)> {
            let buckets = buckets.iter();
            buckets
                .map(|(number, Count(count))| (*number, *count))
                .collect()
        };
        let native = NativeValue::new(histogram.schema)
            .zero(histogram.zero_threshold.0, histogram.zero_count.0)
            .positive(counts(&histogram.positive_buckets))
            .negative(counts(&histogram.negative_buckets));
        let value = HistogramValue::new(histogram.count.0, histogram.sum.0)
            .native(native)
            .created(timestamp(histogram.created_ms));
        let desc = self.desc(&histogram.desc)?;
        Ok(ConstMetric::histogram(
            desc,
            value,
            &strs(&histogram.values),
        )?)
    }

    fn with_exemplars(&self, id: &str, exemplars: &[ExemplarOf]) -> Result<Sent, Stop> {
        let sent = Box::new(self.sent(id)?);
        let now = promcore::Clock::now(&*self.clock);
        let exemplars = exemplars.iter().map(|it| {
            let at = it.timestamp_ms.map_or(now, timestamp);
            Exemplar::try_new(&it.labels, it.value.0, Some(at))
        });
        let exemplars = exemplars.collect::<Result<Vec<_>, _>>()?;
        if exemplars.is_empty() {
            return Err(Error::NoExemplar.into());
        }
        Ok(Sent::WithExemplars(sent, exemplars))
    }
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_unix_nanos(ms * 1_000_000)
}
