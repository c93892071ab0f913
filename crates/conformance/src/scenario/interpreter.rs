//! The interpreter of scenarios.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use promcore::{Desc, Error, Gatherer, ManualClock, MetricFamily, Timestamp};
use serde_json::Value;

use super::nan::Nans;
use super::object::{Object, existing_id};
use super::panicking::Manners;
use super::registerer::Haunted;
use super::vecs::View;
use super::{gather, http};
use crate::corpus::Op;
use crate::kinds;
use crate::outcome::{Outcome, Rule};

/// The objects made so far, and the results of the operations.
#[derive(Debug)]
pub(super) struct Interpreter {
    pub(super) objects: HashMap<String, Object>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) errors: Vec<OpError>,
    pub(super) results: Vec<OpResult>,
    pub(super) rules: Vec<Rule>,
    /// The curried vecs.
    pub(super) views: HashMap<String, View>,
    /// The errors of objects with invalid names or labels, as a registration reports them; the objects exist under other names.
    pub(super) invalid: HashMap<String, Error>,
    /// Go's texts of invalid descriptors.
    pub(super) dumps: HashMap<String, String>,
    pub(super) nans: Nans,
    pub(super) manners: Manners,
    /// The handlers with middleware whose exemplars are refused.
    pub(super) refusing: HashSet<String>,
}

/// The error of an operation, in the corpus' terms.
#[derive(Debug)]
pub(super) struct OpError {
    pub(super) op_index: usize,
    pub(super) complaint: OurError,
}

/// One of our errors, with its name in the corpus.
#[derive(Debug)]
pub(super) struct OurError {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) existing: Option<String>,
}

/// The result of an operation.
#[derive(Debug)]
pub(super) struct OpResult {
    pub(super) op_index: usize,
    pub(super) result: Option<Value>,
}

/// Why an operation was not performed.
#[derive(Debug)]
pub(super) enum Stop {
    /// Our crates returned an error.
    Error(OurError),
    /// It needs an object whose creation failed.
    Skipped,
    /// It needs something that our crates do not support yet.
    NotYet(String),
    /// Ours deliberately refuses what Go accepts, so that nothing after it can be compared.
    Rule(Rule),
    /// Our constructor refuses what Go reports only later.
    Refused(Error),
    /// The scenario is invalid.
    Senseless(String),
}

impl Stop {
    pub(super) fn senseless(id: &str, wanted: &str) -> Self {
        Self::Senseless(format!("{id:?} is no {wanted}"))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => write!(f, "{}", error.text),
            Self::Refused(error) => write!(f, "{error}"),
            Self::Skipped => f.write_str("it needs an object whose creation failed"),
            Self::NotYet(what) => write!(f, "it needs {what}"),
            Self::Rule(rule) => write!(f, "the rule {rule} ends the scenario"),
            Self::Senseless(message) => f.write_str(message),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        if is_nan(&error) {
            Self::Rule(Rule::NanBound)
        } else {
            Self::Error(OurError::new(&error))
        }
    }
}

/// Reports whether ours refuses NaN among bounds or ranks, which Go does not check.
pub(super) fn is_nan(error: &Error) -> bool {
    match error {
        Error::BucketOrder { bucket: a, next: b }
        | Error::QuantileOrder {
            quantile: a,
            next: b,
        } => a.is_nan() || b.is_nan(),
        _ => false,
    }
}

impl OurError {
    pub(super) fn new(error: &Error) -> Self {
        Self {
            kind: kinds::kind(error),
            text: kinds::text(error),
            existing: None,
        }
    }

    /// Makes the same error as reported by a registration.
    pub(super) fn at_registration(error: &Error, objects: &HashMap<String, Object>) -> Self {
        Self {
            kind: kinds::at_registration(kinds::kind(error)),
            text: kinds::text(error),
            existing: existing_id(objects, error),
        }
    }
}

impl Interpreter {
    /// Starts a scenario: one registry, and a clock that stands still.
    pub(super) fn new(clock_start_ms: i64, is_pedantic: bool) -> Self {
        let start = Timestamp::from_unix_nanos(clock_start_ms * 1_000_000);
        let registry = Object::registry(is_pedantic);
        Self {
            objects: HashMap::from([("reg".to_owned(), registry)]),
            clock: Arc::new(ManualClock::new(start)),
            errors: Vec::new(),
            results: Vec::new(),
            rules: Vec::new(),
            views: HashMap::new(),
            invalid: HashMap::new(),
            dumps: HashMap::new(),
            nans: Nans::default(),
            manners: Manners::default(),
            refusing: HashSet::new(),
        }
    }

    /// Performs all operations and notes their results.
    ///
    /// # Errors
    ///
    /// The outcome of a scenario that cannot be played to its end.
    pub(super) fn play(&mut self, ops: &[Op]) -> Result<(), Outcome> {
        for (index, op) in ops.iter().enumerate() {
            self.step(index, op).map_err(|stop| match stop {
                Stop::NotYet(what) => Outcome::waits_for(vec![what]),
                Stop::Rule(rule) => Outcome::under_rule(rule),
                stop => Outcome::broken(format!("operation {index}: {stop}")),
            })?;
        }
        Ok(())
    }

    fn step(&mut self, op_index: usize, op: &Op) -> Result<(), Stop> {
        match self.execute(op) {
            Ok(None) => {}
            Ok(result) => self.results.push(OpResult { op_index, result }),
            Err(Stop::Error(complaint)) => {
                self.errors.push(OpError {
                    op_index,
                    complaint,
                });
                self.fail(op);
            }
            Err(Stop::Skipped) => {
                self.results.push(OpResult {
                    op_index,
                    result: None,
                });
                self.fail(op);
            }
            Err(stop) => return Err(stop),
        }
        Ok(())
    }

    fn execute(&mut self, op: &Op) -> Result<Option<Value>, Stop> {
        if let Some(object) = self.construct_as_in_go(op)? {
            let id = op.id().expect("an operation that makes an object names it");
            self.objects.insert(id.to_owned(), object);
            return Ok(None);
        }
        match op {
            Op::AdvanceClock { ms } => {
                self.clock.advance(Duration::from_millis(*ms));
                Ok(None)
            }
            op => self.act(op),
        }
    }

    /// Marks the object of `op` as failed; a descriptor still exists, as in Go.
    fn fail(&mut self, op: &Op) {
        let Some(id) = op.id() else { return };
        let broken_desc = matches!(op, Op::NewDesc { .. });
        if !broken_desc {
            self.objects.insert(id.to_owned(), Object::Failed);
        }
    }

    /// Finds an object that is not failed.
    pub(super) fn object(&self, id: &str) -> Result<&Object, Stop> {
        match self.objects.get(id) {
            Some(Object::Failed) => Err(Stop::Skipped),
            Some(object) => Ok(object),
            None => Err(Stop::Senseless(format!("there is no {id:?}"))),
        }
    }

    pub(super) fn registerer(&self, id: &str) -> Result<&Haunted, Stop> {
        match self.object(id)? {
            Object::Registry(_, registerer) | Object::Registerer(registerer) => Ok(registerer),
            _ => Err(Stop::senseless(id, "registerer")),
        }
    }

    pub(super) fn gatherer(&self, id: &str) -> Result<&dyn Gatherer, Stop> {
        let gatherer = self.object(id)?.gatherer();
        gatherer.ok_or_else(|| Stop::senseless(id, "gatherer"))
    }

    /// Adjusts families, gathered from the object `id`, to Go's.
    pub(super) fn as_in_go(&mut self, id: &str, families: &mut [MetricFamily]) {
        let is_merged = matches!(self.object(id), Ok(Object::Gatherers(_)));
        self.gathered_as_in_go(families, is_merged);
    }

    /// Adjusts families to Go's, where merging gatherers makes a difference.
    pub(super) fn gathered_as_in_go(&mut self, families: &mut [MetricFamily], is_merged: bool) {
        self.nans.write(families);
        http::drop_created(families);
        if is_merged && gather::drop_units(families) {
            self.rules.push(Rule::UnitKept);
        }
    }

    pub(super) fn desc(&self, id: &str) -> Result<&Desc, Stop> {
        match self.object(id)? {
            Object::Desc(desc) => Ok(desc),
            _ => Err(Stop::senseless(id, "descriptor")),
        }
    }
}
