//! Descriptors: what metrics of the same name and origin share.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use crate::error::Error;
use crate::labels::{LabelPair, check_names, is_valid_metric_name};
use crate::quote::write_quoted;
use crate::variable_label::VariableLabel;

/// Options of a [`Desc`].
///
/// # Defaults
///
/// No unit, no labels.
///
/// See [`Desc`] for an example.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct DescOpts {
    name: String,
    help: String,
    unit: String,
    variable_labels: Vec<VariableLabel>,
    const_labels: Vec<LabelPair>,
}

impl DescOpts {
    /// Starts from the fully-qualified name, see [`build_fq_name`](crate::build_fq_name), and the help text.
    pub fn new(fq_name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            name: fq_name.into(),
            help: help.into(),
            ..Self::default()
        }
    }

    /// Sets the unit, which formats that support units expose along with the help text; it is not appended to the name.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// Sets the names of the labels whose values differ between metrics.
    pub fn variable_labels<T: Into<VariableLabel>>(
        mut self,
        labels: impl IntoIterator<Item = T>,
    ) -> Self {
        self.variable_labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the labels that all metrics share.
    pub fn const_labels<K: Into<String>, V: Into<String>>(
        mut self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.const_labels = labels
            .into_iter()
            .map(|(name, value)| LabelPair::new(name, value))
            .collect();
        self
    }
}

/// The name, help text, unit and labels of metrics.
///
/// A clone is a handle on the same descriptor.
/// Follows `prometheus/desc.go` of client_golang 1.24.1, but [`new`](Self::new) returns errors, and descriptors are compared in full rather than by hash.
///
/// # Examples
///
/// A collector keeps a descriptor for each of its families, and makes metrics with it at each scrape:
///
/// ```
/// use promcore::{ConstMetric, Desc, DescOpts};
///
/// let free = Desc::new(
///     DescOpts::new("disk_free_bytes", "Free space.")
///         .variable_labels(["device"])
///         .const_labels([("host", "db1")]),
/// )?;
/// let metric = ConstMetric::gauge(&free, 1e9, &["sda"])?;
/// assert_eq!(metric.metric()?.labels.len(), 2);
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone)]
pub struct Desc(Arc<Inner>);

// A descriptor never changes.
impl UnwindSafe for Desc {}
impl RefUnwindSafe for Desc {}

struct Inner {
    name: String,
    help: String,
    unit: String,
    variable_labels: Vec<String>,
    /// Whether each of them has a constraint.
    constrained: Vec<bool>,
    const_labels: Vec<LabelPair>,
    error: Option<Error>,
}

impl Desc {
    /// Makes a descriptor.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`] if the name is empty, [`Error::InvalidLabelName`] for a label name that is empty or starts with two underscores, [`Error::DuplicateLabelName`] for a label name that occurs twice.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{Desc, DescOpts};
    ///
    /// let desc = Desc::new(
    ///     DescOpts::new("disk_free_bytes", "Free space.")
    ///         .unit("bytes")
    ///         .variable_labels(["device"]),
    /// )?;
    /// assert_eq!(desc.name(), "disk_free_bytes");
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewDesc")]
    pub fn new(opts: DescOpts) -> Result<Self, Error> {
        let DescOpts {
            name,
            help,
            unit,
            variable_labels,
            mut const_labels,
        } = opts;
        if !is_valid_metric_name(&name) {
            return Err(Error::InvalidMetricName(name));
        }
        const_labels.sort_by(|a, b| a.name.cmp(&b.name));
        check_names(
            &name,
            const_labels
                .iter()
                .map(|label| label.name.as_str())
                .chain(variable_labels.iter().map(VariableLabel::name)),
        )?;
        Ok(Self(Arc::new(Inner {
            name,
            help,
            unit,
            constrained: variable_labels
                .iter()
                .map(VariableLabel::is_constrained)
                .collect(),
            variable_labels: variable_labels
                .iter()
                .map(|label| label.name().to_owned())
                .collect(),
            const_labels,
            error: None,
        })))
    }

    /// Makes a descriptor that stands for `error`: a collector that describes itself with it cannot be registered.
    ///
    /// See [`Error::custom`] for errors of your own.
    #[doc(alias = "NewInvalidDesc")]
    #[must_use]
    pub fn invalid(error: Error) -> Self {
        Self(Arc::new(Inner {
            name: String::new(),
            help: String::new(),
            unit: String::new(),
            variable_labels: Vec::new(),
            constrained: Vec::new(),
            const_labels: Vec::new(),
            error: Some(error),
        }))
    }

    /// Returns the fully-qualified name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the help text.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.0.help
    }

    /// Returns the unit, often empty.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.0.unit
    }

    /// Returns the names of the labels whose values differ between metrics, in the order of the values.
    #[must_use]
    pub fn variable_labels(&self) -> &[String] {
        &self.0.variable_labels
    }

    /// Returns the variable labels for another descriptor; constrained labels stay marked as such, but their constraints change nothing.
    pub(crate) fn constrainable_labels(&self) -> impl Iterator<Item = VariableLabel> {
        let labels = self.variable_labels().iter().zip(&self.0.constrained);
        labels.map(|(name, is_constrained)| {
            if *is_constrained {
                VariableLabel::constrained(name, str::to_owned)
            } else {
                VariableLabel::new(name)
            }
        })
    }

    /// Returns the position of the variable label with this name.
    pub(crate) fn variable_label(&self, name: &str) -> Option<usize> {
        self.variable_labels()
            .iter()
            .position(|label| label == name)
    }

    /// Returns the labels that all metrics share, sorted by name.
    #[must_use]
    pub fn const_labels(&self) -> &[LabelPair] {
        &self.0.const_labels
    }

    /// Returns the error that this descriptor stands for, if any.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }

    /// Returns an address that is unique while a clone of this descriptor exists.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Combines the constant labels with `values` for the variable labels, sorted by name.
    ///
    /// # Errors
    ///
    /// The error that the descriptor stands for, or [`Error::LabelCardinality`] if there are more or fewer values than labels.
    pub(crate) fn label_pairs(&self, values: &[&str]) -> Result<Vec<LabelPair>, Error> {
        if let Some(error) = self.error() {
            return Err(error.clone());
        }
        self.check_cardinality(self.variable_labels().len(), values)?;
        let variable = self.variable_labels().iter().zip(values);
        let mut pairs: Vec<LabelPair> = variable
            .map(|(name, value)| LabelPair::new(name, *value))
            .chain(self.const_labels().iter().cloned())
            .collect();
        pairs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(pairs)
    }

    /// Checks that there are `expected` values.
    pub(crate) fn check_cardinality(&self, expected: usize, values: &[&str]) -> Result<(), Error> {
        if values.len() == expected {
            return Ok(());
        }
        Err(Error::LabelCardinality {
            metric: self.name().to_owned(),
            expected,
            got: values.len(),
            values: values.iter().map(ToString::to_string).collect(),
        })
    }

    /// Refuses a label that the exposition format adds itself.
    pub(crate) fn check_reserved(&self, reserved: &'static str) -> Result<(), Error> {
        let variable = self.variable_labels().iter().map(String::as_str);
        let constant = self.const_labels().iter().map(|label| label.name.as_str());
        if variable.chain(constant).any(|name| name == reserved) {
            return Err(Error::ReservedLabel {
                metric: self.name().to_owned(),
                label: reserved,
            });
        }
        Ok(())
    }

    /// Returns what keeps the two descriptors from sharing a name in one registry, if anything.
    pub(crate) fn difference(&self, other: &Self) -> Option<&'static str> {
        let names = |desc: &Self| {
            let mut names = desc.variable_labels().to_vec();
            names.sort_unstable();
            names
        };
        let constant = |desc: &Self| -> Vec<String> {
            desc.const_labels()
                .iter()
                .map(|label| label.name.clone())
                .collect()
        };
        if self.help() != other.help() {
            Some("a help text")
        } else if self.unit() != other.unit() {
            Some("a unit")
        } else if names(self) != names(other) || constant(self) != constant(other) {
            Some("label names")
        } else {
            None
        }
    }
}

impl fmt::Debug for Desc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Formats the descriptor as Go does.
impl fmt::Display for Desc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, help, unit) = (
            Quoted(self.name()),
            Quoted(self.help()),
            Quoted(self.unit()),
        );
        write!(
            f,
            "Desc{{fqName: {name}, help: {help}, unit: {unit}, constLabels: {{"
        )?;
        for (i, label) in self.const_labels().iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{}={}", label.name, Quoted(&label.value))?;
        }
        let variable = self.variable_labels().iter().zip(&self.0.constrained);
        let variable = variable.map(|(name, is_constrained)| {
            if *is_constrained {
                format!("c({name})")
            } else {
                name.clone()
            }
        });
        let variable: Vec<String> = variable.collect();
        write!(f, "}}, variableLabels: {{{}}}}}", variable.join(","))
    }
}

/// Text formatted as by Go's `%q`.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            write_quoted(f, c, '"')?;
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desc(opts: DescOpts) -> Result<String, String> {
        Desc::new(opts)
            .map(|desc| desc.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_descriptor_is_written_as_in_go() {
        let opts = DescOpts::new("m", "h \"q\" '☃'\u{1}\u{200b}\u{301}e\u{301}\u{a0}")
            .variable_labels(["b", "a"])
            .const_labels([("z", "1"), ("c", "\n")]);
        assert_eq!(
            desc(opts),
            Ok(r#"Desc{fqName: "m", help: "h \"q\" '☃'\x01\u200b́é\u00a0", unit: "", constLabels: {c="\n",z="1"}, variableLabels: {b,a}}"#.into())
        );
    }

    #[test]
    fn labels_may_occur_once() {
        let opts = DescOpts::new("m", "")
            .variable_labels(["a"])
            .const_labels([("a", "1")]);
        assert_eq!(
            desc(opts),
            Err(r#"label name "a" occurs twice in metric "m""#.into())
        );
        let opts = DescOpts::new("m", "").variable_labels([
            VariableLabel::constrained("a", str::to_lowercase),
            "b".into(),
        ]);
        assert!(desc(opts).unwrap().ends_with("variableLabels: {c(a),b}}"));
        assert_eq!(
            desc(DescOpts::new("", "")),
            Err(r#"metric name "" is not valid"#.into())
        );
    }

    #[test]
    fn pairs_are_sorted_by_name() {
        let opts = DescOpts::new("m", "")
            .variable_labels(["c", "a"])
            .const_labels([("b", "2")]);
        let pairs = Desc::new(opts).unwrap().label_pairs(&["3", "1"]).unwrap();
        assert_eq!(crate::labels::to_text(&pairs), r#"{a="1",b="2",c="3"}"#);
    }
}
