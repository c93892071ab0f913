//! The rule `half-collected`: what collectors send before they panic.

use std::sync::{Arc, Mutex, PoisonError};

use promcore::{Error, Gathered};

use super::interpreter::{Interpreter, Stop};
use crate::outcome::Rule;
use crate::tree;

/// What the collectors of a scenario do that panic.
#[derive(Clone, Debug, Default)]
pub(super) struct Manners(Arc<Mutex<Manner>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Manner {
    /// They send all that they have, and panic.
    #[default]
    SendAndPanic,
    /// They do not send anything before.
    Panic,
    /// They do not panic after all.
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
    /// Gathers from the object `id`; under the rule `half-collected`, keeps what was sent before a panic, and does so until [`Manners`] are set anew.
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
