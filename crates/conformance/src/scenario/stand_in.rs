//! Stand-ins for objects that exist in Go although our constructors refuse them.
//!
//! Go's constructors accept almost everything.
//! Invalid names and labels are reported when a collector is registered; invalid buckets, ages or reserved labels of a vec, when it makes a child.
//! Until then, the objects can be used like any others, and so can their stand-ins here.

use std::collections::BTreeMap;
use std::sync::Arc;

use promcore::{CounterOpts, Desc, DescOpts, DynCounterVec, Error, is_valid_label_name};

use super::construct::{options, pairs};
use super::interpreter::{Interpreter, Stop, is_nan};
use super::object::Object;
use super::vecs::variable_labels;
use crate::corpus::{Label, Op, Opts};

/// Reports whether Go finds this error only when the collector is registered.
fn is_about_names(error: &Error) -> bool {
    matches!(
        error,
        Error::DuplicateLabelName { .. }
            | Error::InvalidLabelName { .. }
            | Error::InvalidMetricName(_)
    )
}

/// Reports whether Go finds this error of a vec only when it makes a child.
fn is_about_children(error: &Error) -> bool {
    let is_about_children = matches!(
        error,
        Error::BucketOrder { .. } | Error::ReservedLabel { .. } | Error::SummaryMaxAge(_)
    );
    is_about_children && !is_nan(error)
}

/// Shares the object of a constructor, or returns its error.
pub(super) fn made<T>(
    result: Result<T, Error>,
    object: impl FnOnce(Arc<T>) -> Object,
    in_vec: bool,
) -> Result<Object, Stop> {
    match result {
        Ok(made) => Ok(object(Arc::new(made))),
        Err(error) if is_about_names(&error) || in_vec && is_about_children(&error) => {
            Err(Stop::Refused(error))
        }
        Err(error) => Err(error.into()),
    }
}

impl Interpreter {
    /// Makes the object of `op` or its stand-in; returns `None` if it makes none.
    pub(super) fn construct_as_in_go(&mut self, op: &Op) -> Result<Option<Object>, Stop> {
        let inherited = match op {
            Op::With { vec, .. } | Op::WithLabelValues { vec, .. } | Op::Curry { vec, .. } => {
                self.invalid.get(vec).cloned()
            }
            Op::WrapCollector(wrap) => self.invalid.get(&wrap.collector).cloned(),
            _ => None,
        };
        if let Some(id) = op.id() {
            self.dumps.remove(id);
        }
        let (object, error) = match self.construct(op) {
            Err(Stop::Refused(error)) if is_about_names(&error) => (self.mended(op)?, Some(error)),
            Err(Stop::Refused(error)) => (Some(self.barren(op, error)?), None),
            result => (result?, inherited),
        };
        if let Some(id) = op.id() {
            match error {
                Some(error) => self.invalid.insert(id.to_owned(), error),
                None => self.invalid.remove(id),
            };
        }
        Ok(object)
    }

    /// Makes an instrument with valid names instead.
    fn mended(&mut self, op: &Op) -> Result<Option<Object>, Stop> {
        let mut op = op.clone();
        if let Some((opts, labels)) = op.instrument() {
            mend_opts(opts);
            mend_labels(labels);
        }
        match self.construct(&op) {
            Err(Stop::Refused(error)) => Ok(Some(self.barren(&op, error)?)),
            result => result,
        }
    }

    /// Makes a vec that can be registered, but cannot make children.
    fn barren(&self, op: &Op, error: Error) -> Result<Object, Stop> {
        let (Op::NewHistogramVec(vec) | Op::NewSummaryVec(vec)) = op else {
            return Err(error.into());
        };
        let options = options!(self, CounterOpts, vec.opts);
        let vec = DynCounterVec::with_opts(options, variable_labels(&vec.labels)?)?;
        Ok(Object::Barren(Arc::new(vec), error))
    }

    /// Returns labels with the names that the object of a vec has.
    pub(super) fn labels_of<'a>(
        &self,
        vec: &str,
        labels: &'a BTreeMap<String, String>,
    ) -> Vec<(String, &'a str)> {
        let is_mended = self.invalid.contains_key(vec);
        let labels = pairs(labels).map(|(name, value)| {
            if is_mended {
                (mend_name(name), value)
            } else {
                (name.to_owned(), value)
            }
        });
        labels.collect()
    }
}

fn mend_opts(opts: &mut Opts) {
    if opts.name.is_empty() {
        opts.name.push_str("stand_in");
    }
    // Go drops them.
    opts.const_labels.clear();
}

/// Gives each label a valid name of its own.
fn mend_labels(labels: &mut [Label]) {
    for at in 0..labels.len() {
        let (before, rest) = labels.split_at_mut(at);
        let name = rest[0].name_mut();
        *name = mend_name(name);
        while before.iter().any(|label| label.name() == *name) {
            name.push_str("_again");
        }
    }
}

fn mend_name(name: &str) -> String {
    if is_valid_label_name(name) {
        name.to_owned()
    } else {
        format!("stand_in{name}")
    }
}

/// Formats an invalid descriptor as Go does, which keeps everything except the constant labels.
pub(super) fn dump(name: &str, help: &str, unit: &str, labels: &[Label]) -> Result<String, Error> {
    let stand_in = if name.is_empty() { "stand_in" } else { name };
    let desc = Desc::new(DescOpts::new(stand_in, help).unit(unit))?.to_string();
    // Go looks up constraints by name, even if a name occurs twice.
    let is_constrained = |name: &str| {
        let mut same = labels.iter().filter(|label| label.name() == name);
        same.any(Label::is_constrained)
    };
    let names = labels.iter().map(Label::name);
    let labels = names.map(|name| {
        if is_constrained(name) {
            format!("c({name})")
        } else {
            name.to_owned()
        }
    });
    let labels = labels.collect::<Vec<_>>().join(",");
    let start = desc.strip_suffix("}}").unwrap_or(&desc);
    let dump = format!("{start}{labels}}}}}");
    Ok(match name {
        "" => dump.replacen(stand_in, "", 1),
        _ => dump,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_mended() {
        let mut labels = ["a", "", "__x", "a", "a", ""].map(|name| Label::Plain(name.to_owned()));
        mend_labels(&mut labels);
        let names: Vec<_> = labels.iter().map(Label::name).collect();
        assert_eq!(
            names,
            [
                "a",
                "stand_in",
                "stand_in__x",
                "a_again",
                "a_again_again",
                "stand_in_again"
            ]
        );
    }

    #[test]
    fn descriptors_with_mistakes_are_dumped() {
        let label = |name: &str, constraint: Option<&str>| Label::Constrained {
            name: name.to_owned(),
            constraint: constraint.map(str::to_owned),
        };
        let labels = [("a", None), ("", Some("lower")), ("", None)];
        let labels = labels.map(|(name, constraint)| label(name, constraint));
        let end = r#"unit: "u", constLabels: {}, variableLabels: {a,c(),c()}}"#;
        assert_eq!(
            dump("m", "h", "u", &labels).unwrap(),
            format!(r#"Desc{{fqName: "m", help: "h", {end}"#)
        );
        assert_eq!(
            dump("", "stand_in", "u", &labels).unwrap(),
            format!(r#"Desc{{fqName: "", help: "stand_in", {end}"#)
        );
    }
}
