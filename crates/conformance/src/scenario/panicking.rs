//! The rule `half-collected`: metrics that collectors send before they panic.

use std::sync::{Arc, Mutex, PoisonError};

use promcore::{Error, Gathered};

use super::interpreter::{Interpreter, Stop};
use crate::outcome::Rule;
use crate::tree;

/// The behaviour of the scenario's panicking collectors.
#[derive(Clone, Debug, Default)]
pub(super) struct Manners(Arc<Mutex<Manner>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Manner {
    /// They send everything, and panic.
    #[default]
    SendAndPanic,
    /// They panic without sending anything.
    Panic,
    /// They do not panic.
    Send,
}

impl Manners {
    pub(super) fn get(&self) -> Manner {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, manner: Manner) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }
}

impl Interpreter {
    /// Gathers from the object `id`; under the rule `half-collected`, keeps what was sent before a panic, until [`Manners`] are set again.
    pub(super) fn gather(&mut self, id: &str) -> Result<Gathered, Stop> {
        let ours = self.gatherer(id)?.gather();
        if !ours.errors.iter().any(is_panic) {
            return Ok(ours);
        }
        self.manners.set(Manner::Panic);
        let nothing = self.gatherer(id)?.gather();
        self.manners.set(Manner::Send);
        let mut all = self.gatherer(id)?.gather();
        let families = |gathered: &Gathered| tree::to_json(&gathered.families);
        let panics = ours.errors.iter().filter(|error| is_panic(error)).count();
        let is_same = families(&all) == families(&ours);
        if is_same && all.errors.len() + panics == ours.errors.len() {
            return Ok(ours);
        }
        let agrees = families(&nothing) == families(&ours);
        if !agrees || nothing.errors.len() != ours.errors.len() {
            let message = "what was sent before a panic is there".to_owned();
            return Err(Stop::Senseless(message));
        }
        self.rules.push(Rule::HalfCollected);
        all.errors.extend(ours.errors.into_iter().filter(is_panic));
        Ok(all)
    }
}

fn is_panic(error: &Error) -> bool {
    match error {
        Error::CollectorPanic { .. } => true,
        Error::Gatherer { error, .. } => is_panic(error),
        _ => false,
    }
}
