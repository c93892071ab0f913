//! Operations that make objects.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use promcore::{
    Counter, CounterOpts, Desc, DescOpts, DynCounterVec, DynGaugeVec, DynHistogramVec,
    DynSummaryVec, Error, Gatherers, Gauge, GaugeOpts, Histogram, HistogramOpts, Summary,
    SummaryOpts, UntypedOpts, counter_fn, gauge_fn, untyped_fn, wrap_collector_with,
    wrap_collector_with_prefix,
};

use super::interpreter::{Interpreter, OurError, Stop};
use super::object::Object;
use super::registerer::Haunted;
use super::stand_in::{dump, made};
use super::vecs::variable_labels;
use crate::corpus::{Float, NewFunc, NewVec, Op, Opts, Wrap};
use crate::kinds;
use crate::outcome::Rule;

/// The fields that all options have, set on the options type of one instrument.
macro_rules! options {
    ($interpreter:expr, $type:ident, $opts:expr) => {
        $type::new($opts.name.as_str(), $opts.help.as_str())
            .namespace($opts.namespace.as_str())
            .subsystem($opts.subsystem.as_str())
            .unit($opts.unit.as_str())
            .const_labels(pairs(&$opts.const_labels))
            .clock($interpreter.clock.clone())
    };
}
pub(super) use options;

impl Interpreter {
    /// Makes the object of `op`; returns `None` if it makes none.
    pub(super) fn construct(&mut self, op: &Op) -> Result<Option<Object>, Stop> {
        let object = match op {
            Op::NewRegistry { pedantic, .. } => Object::registry(*pedantic),
            Op::Gatherers { of, .. } => self.gatherers(of)?,
            Op::WrapRegisterer(op) if op.reg == "nil" => {
                Object::Registerer(Haunted::nil().wrapped(op))
            }
            Op::WrapRegisterer(op) => Object::Registerer(self.registerer(&op.reg)?.wrapped(op)),
            Op::WrapCollector(op) => self.wrap_collector(op)?,
            Op::NewCounter { opts, .. } => self.counter(opts)?,
            Op::NewGauge { opts, .. } => self.gauge(opts)?,
            Op::NewHistogram { opts, .. } => self.histogram(opts)?,
            Op::NewSummary { opts, .. } => self.summary(opts)?,
            Op::NewCounterFunc(func) => self.counter_func(func)?,
            Op::NewGaugeFunc(func) => self.gauge_func(func)?,
            Op::NewUntypedFunc(func) => self.untyped_func(func)?,
            Op::NewCounterVec(vec) => self.counter_vec(vec)?,
            Op::NewGaugeVec(vec) => self.gauge_vec(vec)?,
            Op::NewHistogramVec(vec) => self.histogram_vec(vec)?,
            Op::NewSummaryVec(vec) => self.summary_vec(vec)?,
            Op::NewDesc { .. } => self.new_desc(op)?,
            Op::NewInvalidDesc { error, .. } => Object::Desc(Desc::invalid(kinds::other(error))),
            Op::WithLabelValues { vec, values, .. } => self.child_by_values(vec, values)?,
            Op::With { vec, label_map, .. } => self.child_by_names(vec, label_map)?,
            Op::Curry { id, vec, label_map } => self.curry(id, vec, label_map)?,
            Op::NewHandler(op) => self.new_handler(&op.inner)?,
            Op::Instrument(op) => self.instrument(op)?,
            Op::HandlerFor(op) => self.handler_for(op)?,
            Op::InstrumentMetricHandler(op) => self.instrument_metric_handler(op)?,
            op => return self.construct_sent(op),
        };
        Ok(Some(object))
    }

    fn gatherers(&self, ids: &[String]) -> Result<Object, Stop> {
        let mut gatherers = Gatherers::new();
        for id in ids {
            gatherers = match self.object(id)? {
                Object::Registry(registry, _) => gatherers.gatherer(registry.clone()),
                Object::Gatherers(others) => gatherers.gatherer(Arc::clone(others)),
                _ => return Err(Stop::senseless(id, "gatherer")),
            };
        }
        Ok(Object::Gatherers(Arc::new(gatherers)))
    }

    fn wrap_collector(&self, op: &Wrap) -> Result<Object, Stop> {
        let object = self.object(&op.collector)?;
        let Some(collector) = object.collector() else {
            return Err(Stop::senseless(&op.collector, "collector"));
        };
        let wrapped = match &op.prefix {
            Some(prefix) => wrap_collector_with_prefix(prefix, collector),
            None => wrap_collector_with(op.label_map.clone(), collector),
        };
        Ok(Object::Wrapped(Arc::new(wrapped)))
    }

    fn counter(&self, opts: &Opts) -> Result<Object, Stop> {
        let counter = Counter::with_opts(options!(self, CounterOpts, opts));
        made(counter, Object::Counter, false)
    }

    fn gauge(&self, opts: &Opts) -> Result<Object, Stop> {
        made(
            Gauge::with_opts(options!(self, GaugeOpts, opts)),
            Object::Gauge,
            false,
        )
    }

    fn histogram(&self, opts: &Opts) -> Result<Object, Stop> {
        let histogram = Histogram::with_opts(self.histogram_opts(opts));
        made(histogram, Object::Histogram, false)
    }

    fn histogram_opts(&self, opts: &Opts) -> HistogramOpts {
        let mut options = options!(self, HistogramOpts, opts);
        // As in Go, an empty list means the default buckets.
        if let Some(buckets) = opts.buckets.as_ref().filter(|buckets| !buckets.is_empty()) {
            options = options.buckets(buckets.iter().map(|Float(bound)| *bound));
        }
        native(options, opts)
    }

    fn counter_func(&self, func: &NewFunc) -> Result<Object, Stop> {
        let (value, told) = function(func.value);
        let metric = counter_fn(options!(self, CounterOpts, func.opts), told);
        made(metric, |metric| Object::Func(metric, value), false)
    }

    fn gauge_func(&self, func: &NewFunc) -> Result<Object, Stop> {
        let (value, told) = function(func.value);
        let metric = gauge_fn(options!(self, GaugeOpts, func.opts), told);
        made(metric, |metric| Object::Func(metric, value), false)
    }

    /// The rule `untyped-unit`: leaves out the unit, which Go loses.
    fn untyped_func(&mut self, func: &NewFunc) -> Result<Object, Stop> {
        let (value, told) = function(func.value);
        let options = options!(self, UntypedOpts, func.opts);
        let mut metric = untyped_fn(options.clone(), told.clone());
        if !func.opts.unit.is_empty() {
            let unit = metric.as_ref().map(|metric| metric.desc().unit());
            if unit.is_ok_and(|unit| unit == func.opts.unit) {
                self.rules.push(Rule::UntypedUnit);
            }
            metric = untyped_fn(options.unit(""), told);
        }
        made(metric, |metric| Object::Func(metric, value), false)
    }

    fn summary(&self, opts: &Opts) -> Result<Object, Stop> {
        let summary = Summary::with_opts(self.summary_opts(opts));
        made(summary, Object::Summary, false)
    }

    fn summary_vec(&self, vec: &NewVec) -> Result<Object, Stop> {
        let options = self.summary_opts(&vec.opts);
        let made_vec = DynSummaryVec::with_opts(options, variable_labels(&vec.labels)?);
        // Here, Go checks the variable label immediately.
        let is_reserved = vec.labels.iter().any(|label| label.name() == "quantile");
        if let Err(error @ Error::ReservedLabel { .. }) = &made_vec
            && is_reserved
        {
            return Err(error.clone().into());
        }
        made(made_vec, Object::SummaryVec, true)
    }

    /// Converts the options; in Go, 0 means the default. A negative age is not a `Duration`; 0, which is also refused, takes its place.
    fn summary_opts(&self, opts: &Opts) -> SummaryOpts {
        let objectives = opts.objectives.iter().flatten();
        let options = options!(self, SummaryOpts, opts)
            .objectives(objectives.map(|(Float(quantile), Float(error))| (*quantile, *error)))
            .age_buckets(opts.age_buckets.unwrap_or(0))
            .buf_cap(opts.buf_cap.unwrap_or(0));
        match opts.max_age_ms {
            None | Some(0) => options,
            Some(millis) => options.max_age(Duration::from_millis(millis.try_into().unwrap_or(0))),
        }
    }

    fn counter_vec(&self, vec: &NewVec) -> Result<Object, Stop> {
        let options = options!(self, CounterOpts, vec.opts);
        let vec = DynCounterVec::with_opts(options, variable_labels(&vec.labels)?);
        made(vec, Object::CounterVec, true)
    }

    fn gauge_vec(&self, vec: &NewVec) -> Result<Object, Stop> {
        let options = options!(self, GaugeOpts, vec.opts);
        let vec = DynGaugeVec::with_opts(options, variable_labels(&vec.labels)?);
        made(vec, Object::GaugeVec, true)
    }

    fn histogram_vec(&self, vec: &NewVec) -> Result<Object, Stop> {
        let options = self.histogram_opts(&vec.opts);
        let vec = DynHistogramVec::with_opts(options, variable_labels(&vec.labels)?);
        made(vec, Object::HistogramVec, true)
    }

    /// Makes a descriptor; an invalid one is reported and kept, as in Go.
    fn new_desc(&mut self, op: &Op) -> Result<Object, Stop> {
        let Op::NewDesc {
            id,
            fq_name,
            help,
            unit,
            labels,
            const_labels,
        } = op
        else {
            return Err(Stop::Senseless("no descriptor".to_owned()));
        };
        let options = DescOpts::new(fq_name.as_str(), help.as_str())
            .unit(unit.as_str())
            .variable_labels(variable_labels(labels)?)
            .const_labels(pairs(const_labels));
        Desc::new(options).map(Object::Desc).map_err(|error| {
            let complaint = OurError::new(&error);
            if let Ok(dump) = dump(fq_name, help, unit, labels) {
                self.dumps.insert(id.clone(), dump);
            }
            let object = Object::Desc(Desc::invalid(error));
            self.objects.insert(id.clone(), object);
            Stop::Error(complaint)
        })
    }

    fn child_by_values(&self, id: &str, values: &[String]) -> Result<Object, Stop> {
        let values = &*strs(values);
        Ok(match self.object(id)? {
            Object::CounterVec(vec) => {
                Object::Counter(Arc::new(vec.try_with_label_values(values)?.into_owned()))
            }
            Object::GaugeVec(vec) => {
                Object::Gauge(Arc::new(vec.try_with_label_values(values)?.into_owned()))
            }
            Object::HistogramVec(vec) => {
                Object::Histogram(Arc::new(vec.try_with_label_values(values)?.into_owned()))
            }
            Object::SummaryVec(vec) => {
                Object::Summary(Arc::new(vec.try_with_label_values(values)?.into_owned()))
            }
            Object::Barren(vec, error) => {
                vec.try_with_label_values(values)?;
                return Err(no_child(vec, error));
            }
            _ => return Err(Stop::senseless(id, "vec")),
        })
    }

    fn child_by_names(&self, id: &str, labels: &BTreeMap<String, String>) -> Result<Object, Stop> {
        let labels = self.labels_of(id, labels);
        let labels = str_pairs(&labels);
        Ok(match self.object(id)? {
            Object::CounterVec(vec) => {
                Object::Counter(Arc::new(vec.try_with(&labels)?.into_owned()))
            }
            Object::GaugeVec(vec) => Object::Gauge(Arc::new(vec.try_with(&labels)?.into_owned())),
            Object::HistogramVec(vec) => {
                Object::Histogram(Arc::new(vec.try_with(&labels)?.into_owned()))
            }
            Object::SummaryVec(vec) => {
                Object::Summary(Arc::new(vec.try_with(&labels)?.into_owned()))
            }
            Object::Barren(vec, error) => {
                vec.try_with(&labels)?;
                return Err(no_child(vec, error));
            }
            _ => return Err(Stop::senseless(id, "vec")),
        })
    }
}

/// Returns why a vec cannot make a child, after removing what was made to check the labels.
fn no_child(vec: &DynCounterVec, error: &Error) -> Stop {
    vec.reset();
    Stop::Error(OurError::new(error))
}

/// Adds the options of native histograms. In Go, 0 means the default, and a negative number means none.
fn native(mut options: HistogramOpts, opts: &Opts) -> HistogramOpts {
    let float = |option: &Option<Float>| option.as_ref().map_or(0.0, |Float(value)| *value);
    options = options
        .native_bucket_factor(float(&opts.native_bucket_factor))
        .native_max_buckets(opts.native_max_bucket_number.unwrap_or(0))
        .native_max_zero_threshold(float(&opts.native_max_zero_threshold));
    let zero_threshold = float(&opts.native_zero_threshold);
    if zero_threshold != 0.0 {
        options = options.native_zero_threshold(zero_threshold.max(0.0));
    }
    if let Some(millis) = opts.native_min_reset_duration_ms {
        options = options.native_min_reset_duration(Duration::from_millis(millis));
    }
    if let Some(most) = opts.native_max_exemplars.filter(|&most| most != 0) {
        options = options.native_max_exemplars(most.try_into().unwrap_or(0));
    }
    if let Some(millis) = opts.native_exemplar_ttl_ms.filter(|&millis| millis != 0) {
        let ttl = millis.try_into().unwrap_or(0);
        options = options.native_exemplar_ttl(Duration::from_millis(ttl));
    }
    options
}

/// Makes a function that returns what is in the cell.
fn function(Float(value): Float) -> (Arc<AtomicU64>, impl Fn() -> f64 + Clone) {
    let cell = Arc::new(AtomicU64::new(value.to_bits()));
    let told = Arc::clone(&cell);
    // Relaxed: there is only one thread.
    (cell, move || f64::from_bits(told.load(Ordering::Relaxed)))
}

pub(super) fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

pub(super) fn str_pairs<'a>(labels: &'a [(String, &str)]) -> Vec<(&'a str, &'a str)> {
    let labels = labels.iter();
    labels.map(|(name, value)| (&**name, *value)).collect()
}

pub(super) fn pairs(labels: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}
