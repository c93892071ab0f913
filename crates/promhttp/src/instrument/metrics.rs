//! Vecs, and where the values of their labels come from.

use std::fmt;

use promcore::{DynCounterVec, LabelPair, ObserverVec};

use crate::Error;

/// Where the value of a label comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    Code,
    Method,
    /// An index into the labels beyond these two.
    Label(usize),
}

/// The values of up to this many labels are passed without an allocation.
const FEW: usize = 8;

/// Where the label values of a vec come from, in the order of its labels.
#[derive(Debug)]
struct Slots(Box<[Source]>);

impl Slots {
    /// Passes the values to `then`.
    #[inline]
    fn fill<'a, R>(&self, value: impl Fn(Source) -> &'a str, then: impl FnOnce(&[&str]) -> R) -> R {
        let values = self.0.iter().map(|source| value(*source));
        if self.0.len() <= FEW {
            let mut few = [""; FEW];
            for (place, value) in few.iter_mut().zip(values) {
                *place = value;
            }
            then(&few[..self.0.len()])
        } else {
            then(&values.collect::<Vec<_>>())
        }
    }
}

/// Checks at construction that every label has a source of values, and every source a label.
///
/// Follows `checkLabels` of `promhttp/instrument_server.go`.
pub(crate) struct Check<'a> {
    names: Vec<&'a str>,
    is_used: Vec<bool>,
}

impl<'a> Check<'a> {
    /// Starts with the names of the labels beyond `code` and `method`.
    pub(crate) fn new(names: Vec<&'a str>) -> Self {
        let is_used = vec![false; names.len()];
        Self { names, is_used }
    }

    fn slots(&mut self, metric: &str, given: &[&str]) -> Result<Slots, Error> {
        let sources = given.iter().map(|label| self.source(metric, label));
        Ok(Slots(sources.collect::<Result<_, _>>()?))
    }

    fn source(&mut self, metric: &str, label: &str) -> Result<Source, Error> {
        // The last one counts, as in Go.
        if let Some(at) = self.names.iter().rposition(|name| *name == label) {
            self.is_used[at] = true;
            return Ok(Source::Label(at));
        }
        match label {
            "code" => Ok(Source::Code),
            "method" => Ok(Source::Method),
            _ => Err(Error::UnfilledLabel {
                metric: metric.to_owned(),
                label: label.to_owned(),
            }),
        }
    }

    pub(crate) fn counter(&mut self, vec: Option<DynCounterVec>) -> Result<Option<Counted>, Error> {
        vec.map(|vec| {
            let slots = self.slots(vec.desc().name(), &vec.given_labels())?;
            Ok(Counted { vec, slots })
        })
        .transpose()
    }

    pub(crate) fn observer(
        &mut self,
        vec: Option<Box<dyn ObserverVec>>,
    ) -> Result<Option<Observed>, Error> {
        vec.map(|vec| {
            let slots = self.slots(vec.desc().name(), &vec.given_labels())?;
            Ok(Observed { vec, slots })
        })
        .transpose()
    }

    /// Checks that every label is used by some vec.
    pub(crate) fn done(self) -> Result<(), Error> {
        let is_known = |name: &&str| {
            let mut used = self.names.iter().zip(&self.is_used);
            used.any(|(used, is_used)| used == name && *is_used)
        };
        match self.names.iter().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(unknown) => Err(Error::UnknownLabel((*unknown).to_owned())),
        }
    }
}

/// Counts requests.
#[derive(Debug)]
pub(crate) struct Counted {
    vec: DynCounterVec,
    slots: Slots,
}

impl Counted {
    pub(crate) fn inc<'a>(
        &self,
        value: impl Fn(Source) -> &'a str,
        exemplar: Option<&[LabelPair]>,
    ) {
        self.slots.fill(value, |values| {
            // The number of values is right, so this cannot fail.
            let Ok(counter) = self.vec.try_with_label_values(values) else {
                return;
            };
            let labels = exemplar.map(|labels| {
                let labels = labels.iter().cloned();
                labels.map(|label| (label.name, label.value))
            });
            let is_done =
                labels.is_some_and(|labels| counter.try_add_with_exemplar(1.0, labels).is_ok());
            if !is_done {
                counter.inc();
            }
        });
    }
}

/// Observes requests.
pub(crate) struct Observed {
    vec: Box<dyn ObserverVec>,
    slots: Slots,
}

impl Observed {
    pub(crate) fn observe<'a>(
        &self,
        value: f64,
        label: impl Fn(Source) -> &'a str,
        exemplar: Option<&[LabelPair]>,
    ) {
        self.slots.fill(label, |labels| {
            let is_done = exemplar.is_some_and(|exemplar| {
                let exemplar = exemplar.to_vec();
                let vec = &self.vec;
                vec.try_observe_with_exemplar(labels, value, exemplar)
                    .is_ok()
            });
            if !is_done {
                // The number of values is right, so this cannot fail.
                let _ = self.vec.try_observe(labels, value);
            }
        });
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed")
            .field("desc", self.vec.desc())
            .field("slots", &self.slots)
            .finish()
    }
}
