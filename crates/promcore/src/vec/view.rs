//! Views of a vec: curried labels, and labels with constraints.

use std::borrow::Cow;
use std::fmt;

use crate::desc::Desc;
use crate::error::Error;
use crate::variable_label::{Constraint, VariableLabel};

/// How to make a value for each label of the table from the given ones.
#[derive(Clone)]
pub(crate) struct View(Box<[Source]>);

/// Where the value of a label comes from.
#[derive(Clone)]
enum Source {
    /// It is fixed.
    Curried(String),
    /// It is given in each look-up.
    Given(Option<Constraint>),
}

/// Values of up to this many labels are combined without an allocation.
const FEW: usize = 16;

impl View {
    /// Makes the view of a whole table; `None` if it adds nothing.
    pub(crate) fn of(labels: &[VariableLabel]) -> Option<Self> {
        let sources = labels
            .iter()
            .map(|label| Source::Given(label.constraint().cloned()));
        let is_plain = !labels.iter().any(VariableLabel::is_constrained);
        (!is_plain).then(|| Self(sources.collect()))
    }

    /// Makes a view that fixes `labels` in addition to those of `view`.
    pub(crate) fn curried(
        view: Option<&Self>,
        desc: &Desc,
        labels: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let plain = || {
            Self(
                desc.variable_labels()
                    .iter()
                    .map(|_| Source::Given(None))
                    .collect(),
            )
        };
        let mut view = view.cloned().unwrap_or_else(plain);
        let mut unknown = Vec::new();
        for &(name, value) in labels {
            match desc.variable_label(name).map(|label| &mut view.0[label]) {
                None => unknown.push(name.to_owned()),
                Some(Source::Curried(_)) => return Err(already_curried(desc, name)),
                Some(source @ Source::Given(_)) => {
                    *source = Source::Curried(source.filled(value).into_owned());
                }
            }
        }
        if unknown.is_empty() {
            Ok(view)
        } else {
            Err(Error::UnknownLabels {
                metric: desc.name().to_owned(),
                labels: unknown,
            })
        }
    }

    /// Returns the number of values that look-ups take.
    pub(crate) fn given(&self) -> usize {
        self.0
            .iter()
            .filter(|source| matches!(source, Source::Given(_)))
            .count()
    }

    /// Returns whether the value of a label is fixed.
    pub(crate) fn is_curried(&self, label: usize) -> bool {
        matches!(self.0[label], Source::Curried(_))
    }

    /// Passes the values of all labels to `then`; there must be as many given values as [`given`](Self::given) returns.
    pub(crate) fn fill<R>(&self, given: &[&str], then: impl FnOnce(&[&str]) -> R) -> R {
        let mut given = given.iter();
        let mut next = || given.next().copied().unwrap_or_default();
        let is_constrained = |source: &Source| matches!(source, Source::Given(Some(_)));
        if self.0.len() <= FEW && !self.0.iter().any(is_constrained) {
            let mut values = [""; FEW];
            for (value, source) in values.iter_mut().zip(&self.0) {
                *value = match source {
                    Source::Curried(curried) => curried,
                    Source::Given(_) => next(),
                };
            }
            return then(&values[..self.0.len()]);
        }
        let values: Vec<Cow<'_, str>> = self
            .0
            .iter()
            .map(|source| match source {
                Source::Curried(curried) => Cow::Borrowed(&**curried),
                Source::Given(_) => source.filled(next()),
            })
            .collect();
        let values: Vec<&str> = values.iter().map(|value| &**value).collect();
        then(&values)
    }

    /// Returns which values of a label match when `given` is requested.
    ///
    /// A curried label has a fixed value, and no other can be requested.
    pub(crate) fn wanted<'a>(&'a self, label: usize, given: Option<&'a str>) -> Wanted<'a> {
        match (&self.0[label], given) {
            (Source::Curried(_), Some(_)) => Wanted::Nothing,
            (Source::Curried(curried), None) => Wanted::This(Cow::Borrowed(curried)),
            (source, Some(given)) => Wanted::This(source.filled(given)),
            (_, None) => Wanted::All,
        }
    }
}

/// Which values of a label match.
#[derive(Debug)]
pub(crate) enum Wanted<'a> {
    All,
    This(Cow<'a, str>),
    Nothing,
}

impl Source {
    /// Returns the value that the label gets when this one is given.
    fn filled<'a>(&self, given: &'a str) -> Cow<'a, str> {
        match self {
            Self::Given(Some(constraint)) => Cow::Owned(constraint(given)),
            _ => Cow::Borrowed(given),
        }
    }
}

pub(crate) fn already_curried(desc: &Desc, label: &str) -> Error {
    Error::CurriedLabel {
        metric: desc.name().to_owned(),
        label: label.to_owned(),
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.0.iter().map(|source| match source {
            Source::Curried(value) => value,
            Source::Given(Some(_)) => "constrained",
            Source::Given(None) => "given",
        });
        f.debug_list().entries(sources).finish()
    }
}
