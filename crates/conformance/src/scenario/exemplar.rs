//! Additions and observations with an exemplar.

use std::collections::BTreeMap;
use std::sync::Arc;

use promcore::{Counter, Error};

use super::interpreter::{Interpreter, Stop};
use super::nan::STANDS_FOR_NAN;
use super::object::Object;
use crate::corpus::{Float, WithExemplar};
use crate::outcome::Rule;

impl Interpreter {
    pub(super) fn add_with_exemplar(&mut self, addition: &WithExemplar) -> Result<(), Stop> {
        let WithExemplar {
            on,
            value: Float(value),
            exemplar,
        } = addition;
        let counter = match self.object(on)? {
            Object::Counter(counter) => Arc::clone(counter),
            _ => return Err(Stop::senseless(on, "counter")),
        };
        let Some(labels) = exemplar else {
            return self.add(&counter, *value);
        };
        if !value.is_nan() {
            return self.add_and_note(&counter, *value, labels);
        }
        self.add(&counter, *value)?;
        self.add_and_note(&counter, STANDS_FOR_NAN, labels)
    }

    pub(super) fn observe_with_exemplar(&mut self, observation: &WithExemplar) -> Result<(), Stop> {
        let WithExemplar {
            on,
            value: Float(value),
            exemplar,
        } = observation;
        let histogram = match self.object(on)? {
            Object::Histogram(histogram) => Arc::clone(histogram),
            _ => return Err(Stop::senseless(on, "histogram")),
        };
        let Some(labels) = exemplar else {
            histogram.observe(*value);
            return Ok(());
        };
        let before = histogram.snapshot().count;
        let result = histogram.try_observe_with_exemplar(*value, labels);
        if let Err(error) = &result
            && is_about_exemplar(error)
            && histogram.snapshot().count == before
        {
            histogram.observe(*value);
            self.rules.push(Rule::RefusedExemplar);
        }
        Ok(result?)
    }

    /// The rule `refused-exemplar`: adds the value that Go adds before it checks the exemplar.
    fn add_and_note(
        &mut self,
        counter: &Counter,
        value: f64,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), Stop> {
        let before = counter.value();
        let result = counter.try_add_with_exemplar(value, labels);
        if let Err(error) = &result
            && is_about_exemplar(error)
            && counter.value().to_bits() == before.to_bits()
        {
            counter.try_add(value)?;
            self.rules.push(Rule::RefusedExemplar);
        }
        Ok(result?)
    }
}

/// Reports whether an exemplar was refused, not the value.
pub(super) const fn is_about_exemplar(error: &Error) -> bool {
    matches!(
        error,
        Error::ExemplarTooLong { .. } | Error::InvalidExemplarLabelName(_)
    )
}
