//! Operations on whole vecs.

use std::collections::BTreeMap;
use std::sync::Arc;

use promcore::VariableLabel;
use serde_json::{Value, json};

use super::construct::{str_pairs, strs};
use super::interpreter::{Interpreter, Stop};
use super::object::Object;
use crate::corpus::{Label, Op};
use crate::outcome::Rule;

/// A curried vec.
#[derive(Debug)]
pub(super) struct View {
    /// The vec without curried labels.
    whole: String,
    /// The names of the curried labels.
    names: Vec<String>,
}

/// Does the same with a vec of any kind, and `$other` with any other object.
macro_rules! any_vec {
    ($object:expr, $vec:ident => $do:expr, $other:expr) => {
        match $object {
            Object::CounterVec($vec) => $do,
            Object::GaugeVec($vec) => $do,
            Object::HistogramVec($vec) => $do,
            Object::SummaryVec($vec) => $do,
            object => $other(object),
        }
    };
}

impl Interpreter {
    /// Reports whether this label of a vec is curried.
    pub(super) fn is_curried(&self, vec: &str, label: &str) -> bool {
        let view = self.views.get(vec);
        view.is_some_and(|view| view.names.iter().any(|name| name == label))
    }

    pub(super) fn curry(
        &mut self,
        id: &str,
        vec: &str,
        labels: &BTreeMap<String, String>,
    ) -> Result<Object, Stop> {
        let labels = self.labels_of(vec, labels);
        let curried = match self.object(vec)? {
            Object::CounterVec(vec) => {
                Object::CounterVec(Arc::new(vec.curry_with(&str_pairs(&labels))?))
            }
            Object::GaugeVec(vec) => {
                Object::GaugeVec(Arc::new(vec.curry_with(&str_pairs(&labels))?))
            }
            Object::HistogramVec(vec) => {
                Object::HistogramVec(Arc::new(vec.curry_with(&str_pairs(&labels))?))
            }
            Object::SummaryVec(vec) => {
                Object::SummaryVec(Arc::new(vec.curry_with(&str_pairs(&labels))?))
            }
            Object::Barren(vec, error) => Object::Barren(
                Arc::new(vec.curry_with(&str_pairs(&labels))?),
                error.clone(),
            ),
            _ => return Err(Stop::senseless(vec, "vec")),
        };
        let view = self.views.get(vec);
        let whole = view.map_or(vec, |view| view.whole.as_str()).to_owned();
        let names = labels.iter().map(|(name, _)| name.clone());
        let before = view.into_iter().flat_map(|view| view.names.iter().cloned());
        let names = names.chain(before).collect();
        self.views.insert(id.to_owned(), View { whole, names });
        Ok(curried)
    }

    /// Performs a removal, and returns its result.
    pub(super) fn remove(&mut self, op: &Op) -> Result<Option<Value>, Stop> {
        let none = |id: &str| {
            let id = id.to_owned();
            move |object: &Object| match object {
                Object::Barren(..) => Ok(0),
                _ => Err(Stop::senseless(&id, "vec")),
            }
        };
        let result = match op {
            Op::DeleteLabelValues { vec: id, values } => {
                let count = any_vec!(
                    self.object(id)?,
                    vec => Ok(vec.remove_label_values(&strs(values)).into()),
                    none(id)
                );
                json!(count? > 0)
            }
            Op::Delete { vec: id, label_map } => {
                let labels = self.labels_of(id, label_map);
                let count = any_vec!(
                    self.object(id)?,
                    vec => Ok(vec.remove(&str_pairs(&labels)).into()),
                    none(id)
                );
                json!(count? > 0)
            }
            Op::DeletePartialMatch { vec: id, label_map } => {
                let labels = self.labels_of(id, label_map);
                let remove = |id: &str| -> Result<usize, Stop> {
                    any_vec!(
                        self.object(id)?,
                        vec => Ok(vec.remove_partial_match(&str_pairs(&labels))),
                        none(id)
                    )
                };
                let (inside, outside) = (remove(id)?, self.remove_outside(id, label_map, remove)?);
                if outside > 0 {
                    self.rules.push(Rule::CurriedMatch);
                }
                json!(inside + outside)
            }
            Op::Reset { vec: id } => {
                any_vec!(self.object(id)?, vec => Ok::<_, Stop>({ vec.reset(); 0 }), none(id))?;
                return Ok(None);
            }
            _ => return Err(Stop::NotYet(op.name())),
        };
        Ok(Some(result))
    }

    /// The rule `curried-match`: removes the metrics that Go's curried vec removes although they do not have its labels.
    fn remove_outside(
        &self,
        id: &str,
        labels: &BTreeMap<String, String>,
        remove: impl Fn(&str) -> Result<usize, Stop>,
    ) -> Result<usize, Stop> {
        let Some(View { whole, names }) = self.views.get(id) else {
            return Ok(0);
        };
        if labels.keys().any(|name| names.contains(name)) {
            return Ok(0);
        }
        remove(whole)
    }
}

/// Makes the labels of a vec or descriptor.
pub(super) fn variable_labels(labels: &[Label]) -> Result<Vec<VariableLabel>, Stop> {
    labels.iter().map(variable_label).collect()
}

fn variable_label(label: &Label) -> Result<VariableLabel, Stop> {
    let Label::Constrained {
        name,
        constraint: Some(constraint),
    } = label
    else {
        return Ok(VariableLabel::new(label.name()));
    };
    let (kind, text) = constraint.split_once(':').unwrap_or((constraint, ""));
    let text = text.to_owned();
    Ok(match kind {
        "lower" => VariableLabel::constrained(name, |value| value.chars().map(lower).collect()),
        "upper" => VariableLabel::constrained(name, |value| value.chars().map(upper).collect()),
        "trim" => VariableLabel::constrained(name, |value| value.trim().to_owned()),
        "const" => VariableLabel::constrained(name, move |_| text.clone()),
        "allow" => VariableLabel::constrained(name, move |value| {
            if text.split(',').any(|allowed| allowed == value) {
                value.to_owned()
            } else {
                "other".to_owned()
            }
        }),
        kind => return Err(Stop::NotYet(format!("constraint {kind}"))),
    })
}

/// Lowers one letter to one letter, as Go does.
fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Raises one letter to one letter, as Go does; letters that would become several are unchanged.
fn upper(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}
