//! Operations that use objects.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use promcore::{Counter, Error, build_fq_name};
use serde_json::{Value, json};

use super::gather;
use super::interpreter::{Interpreter, OurError, Stop};
use super::object::Object;
use super::panicking::Manner;
use crate::corpus::{Amount, Float, Op};
use crate::outcome::Rule;

impl Interpreter {
    /// Performs `op` and returns its result, if it has one.
    pub(super) fn act(&mut self, op: &Op) -> Result<Option<Value>, Stop> {
        match op {
            Op::Register { reg, collector } => self.register(reg, collector)?,
            Op::Unregister { reg, collector } => {
                return self
                    .unregister(reg, collector)
                    .map(|found| Some(json!(found)));
            }
            Op::Inc(amount)
            | Op::Dec(amount)
            | Op::Add(amount)
            | Op::Sub(amount)
            | Op::Set(amount) => {
                self.change(op, amount)?;
            }
            Op::SetFuncValue { on, value } => self.set_func_value(on, value)?,
            Op::AddWithExemplar(addition) => self.add_with_exemplar(addition)?,
            Op::ObserveWithExemplar(observation) => self.observe_with_exemplar(observation)?,
            Op::Observe {
                on,
                value,
                observations,
                repeat,
            } => {
                let values = value.as_slice().iter().chain(observations.iter().flatten());
                for _ in 0..repeat.unwrap_or(1) {
                    self.observe(on, values.clone())?;
                }
            }
            Op::DeleteLabelValues { .. }
            | Op::Delete { .. }
            | Op::DeletePartialMatch { .. }
            | Op::Reset { .. } => return self.remove(op),
            Op::BuildFqName { opts } => {
                let name = build_fq_name(&opts.namespace, &opts.subsystem, &opts.name);
                return Ok(Some(json!(name)));
            }
            Op::DescString { desc } => return self.desc_string(desc).map(Some),
            Op::Checkpoint { from } => {
                let mut families = self.gather(from)?.families;
                self.manners.set(Manner::SendAndPanic);
                self.as_in_go(from, &mut families);
                return Ok(Some(gather::checkpoint(&families, &mut self.rules)));
            }
            Op::Graphite(op) => return self.graphite(op).map(Some),
            Op::GraphiteNewBridge { text } => {
                return Self::graphite_new_bridge(text).map(Some);
            }
            Op::Request { handler, request } => return self.request(handler, request).map(Some),
            op => return self.probe(op),
        }
        Ok(None)
    }

    /// Formats a descriptor; under the rule `unwritable`, also an invalid one, which our constructor refuses.
    fn desc_string(&mut self, id: &str) -> Result<Value, Stop> {
        let desc = self.desc(id)?.to_string();
        Ok(match self.dumps.get(id) {
            Some(dump) => {
                self.rules.push(Rule::Unwritable);
                json!(dump)
            }
            None => json!(desc),
        })
    }

    fn register(&mut self, registerer: &str, id: &str) -> Result<(), Stop> {
        let registerer = self.registerer(registerer)?.clone();
        let Some(collector) = self.object(id)?.collector() else {
            return Err(Stop::senseless(id, "collector"));
        };
        let result = match self.invalid.get(id) {
            Some(error) if !registerer.is_nil => Err(error.clone()),
            _ => registerer.register(&collector, &mut self.rules),
        };
        result.map_err(|error| Stop::Error(OurError::at_registration(&error, &self.objects)))
    }

    fn unregister(&self, registerer: &str, id: &str) -> Result<bool, Stop> {
        match self.object(id)?.collector() {
            Some(_) if self.invalid.contains_key(id) => Ok(false),
            Some(collector) => Ok(self.registerer(registerer)?.unregister(&collector)),
            None => Err(Stop::senseless(id, "collector")),
        }
    }

    fn set_func_value(&self, id: &str, Float(value): &Float) -> Result<(), Stop> {
        match self.object(id)? {
            // Relaxed: there is only one thread.
            Object::Func(_, told) => told.store(value.to_bits(), Ordering::Relaxed),
            _ => return Err(Stop::senseless(id, "function")),
        }
        Ok(())
    }

    fn change(&mut self, op: &Op, amount: &Amount) -> Result<(), Stop> {
        for _ in 0..amount.repeat.unwrap_or(1) {
            self.change_once(op, amount)?;
        }
        Ok(())
    }

    fn change_once(&mut self, op: &Op, amount: &Amount) -> Result<(), Stop> {
        let value = amount.value.map_or(0.0, |Float(value)| value);
        match (self.object(&amount.on)?, op) {
            (Object::Counter(counter), Op::Inc(_)) => counter.inc(),
            (Object::Counter(counter), Op::Add(_)) => {
                let counter = Arc::clone(counter);
                self.add(&counter, value)?;
            }
            (Object::Gauge(gauge), Op::Inc(_)) => gauge.inc(),
            (Object::Gauge(gauge), Op::Dec(_)) => gauge.dec(),
            (Object::Gauge(gauge), Op::Add(_)) => gauge.add(value),
            (Object::Gauge(gauge), Op::Sub(_)) => gauge.sub(value),
            (Object::Gauge(gauge), Op::Set(_)) => gauge.set(value),
            _ => {
                return Err(Stop::senseless(
                    &amount.on,
                    &format!("metric with {}", op.name()),
                ));
            }
        }
        Ok(())
    }

    /// Adds to a counter, under the rule `nan-counter` if needed.
    pub(super) fn add(&mut self, counter: &Arc<Counter>, value: f64) -> Result<(), Stop> {
        match counter.try_add(value) {
            Err(Error::CounterDecrease(_)) if value.is_nan() => {
                self.nans.add(Arc::clone(counter));
                self.rules.push(Rule::NanCounter);
                Ok(())
            }
            result => Ok(result?),
        }
    }

    fn observe<'a>(&self, id: &str, values: impl Iterator<Item = &'a Float>) -> Result<(), Stop> {
        match self.object(id)? {
            Object::Histogram(histogram) => {
                values.for_each(|Float(value)| histogram.observe(*value));
                Ok(())
            }
            Object::Summary(summary) => {
                values.for_each(|Float(value)| summary.observe(*value));
                Ok(())
            }
            _ => Err(Stop::senseless(id, "histogram")),
        }
    }
}
