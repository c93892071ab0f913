//! Exemplars and their limits.

use crate::error::Error;
use crate::labels::{LabelPair, is_valid_label_name};
use crate::time::Timestamp;

/// The maximum number of characters in the label names and values of an exemplar together.
#[doc(alias = "ExemplarMaxRunes")]
pub const EXEMPLAR_MAX_CHARS: usize = 128;

/// An example of what a counter or bucket counted, such as the trace ID of a request.
///
/// Follows `newExemplar` in `prometheus/value.go` of client_golang 1.24.1, with the labels sorted.
///
/// # Examples
///
/// ```
/// let orders = promcore::Counter::new("orders_total", "Orders.")?;
/// orders.add_with_exemplar(3.0, [("trace_id", "4bf92f35")]);
/// # use promcore::{Gatherer, MetricValue, Registry};
/// # let registry = Registry::new();
/// # registry.register(orders)?;
/// # let metric = registry.gather().families.remove(0).metrics.remove(0);
/// # let MetricValue::Counter(counter) = metric.value else { unreachable!() };
/// let exemplar = counter.exemplar.expect("there is one"); // As it was gathered.
/// assert_eq!(exemplar.value, 3.0);
/// assert_eq!(exemplar.labels[0].value, "4bf92f35");
/// assert!(exemplar.timestamp.is_some());
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// A collector that mirrors exemplars from elsewhere makes them with [`try_new`](Self::try_new), and adds them with [`ConstMetric::exemplars`](crate::ConstMetric::exemplars).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Exemplar {
    /// The labels that identify the example, sorted by name.
    pub labels: Vec<LabelPair>,
    /// The amount that was added or observed.
    pub value: f64,
    /// The time of the increment or observation.
    pub timestamp: Option<Timestamp>,
}

impl Exemplar {
    /// Makes an exemplar from labels that must be sorted and within the limits; [`try_new`](Self::try_new) sorts and checks them.
    #[must_use]
    pub fn new(labels: Vec<LabelPair>, value: f64, timestamp: Option<Timestamp>) -> Self {
        Self {
            labels,
            value,
            timestamp,
        }
    }

    /// Makes an exemplar from labels in any order.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidExemplarLabelName`] for a label name that is empty or starts with two underscores, [`Error::DuplicateExemplarLabelName`] for one that occurs twice, [`Error::ExemplarTooLong`] if names and values have more than [`EXEMPLAR_MAX_CHARS`] characters together.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Exemplar;
    ///
    /// let exemplar = Exemplar::try_new([("trace_id", "4bf92f35")], 0.25, None)?;
    /// assert_eq!(exemplar.labels[0].name, "trace_id");
    /// assert!(Exemplar::try_new([("trace_id", "x".repeat(121))], 0.25, None).is_err());
    /// # Ok::<(), promcore::Error>(())
    /// ```
    pub fn try_new<K: Into<String>, V: Into<String>>(
        labels: impl IntoIterator<Item = (K, V)>,
        value: f64,
        timestamp: Option<Timestamp>,
    ) -> Result<Self, Error> {
        let labels = labels.into_iter();
        let mut labels: Vec<LabelPair> = labels
            .map(|(name, value)| LabelPair::new(name, value))
            .collect();
        check(&mut labels)?;
        Ok(Self::new(labels, value, timestamp))
    }
}

/// Sorts and checks the labels of an exemplar.
pub(crate) fn check(labels: &mut [LabelPair]) -> Result<(), Error> {
    if let Some(label) = labels
        .iter()
        .find(|label| !is_valid_label_name(&label.name))
    {
        return Err(Error::InvalidExemplarLabelName(label.name.clone()));
    }
    labels.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(twice) = labels.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(Error::DuplicateExemplarLabelName(twice[0].name.clone()));
    }
    let texts = labels.iter().flat_map(|label| [&label.name, &label.value]);
    let chars = texts.map(|text| text.chars().count()).sum();
    if chars > EXEMPLAR_MAX_CHARS {
        return Err(Error::ExemplarTooLong { chars });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(labels: &[(&str, &str)], expected: Result<&str, &str>) {
        let exemplar = Exemplar::try_new(labels.iter().copied(), 1.0, None);
        let found = match &exemplar {
            Ok(exemplar) => Ok(crate::labels::to_text(&exemplar.labels)),
            Err(error) => Err(error.to_string()),
        };
        assert_eq!(
            found.as_ref().map(String::as_str).map_err(String::as_str),
            expected
        );
    }

    #[test]
    fn labels_are_sorted_by_name() {
        check(&[], Ok("{}"));
        check(&[("b", "1"), ("a", "2")], Ok(r#"{a="2",b="1"}"#));
    }

    #[test]
    fn names_are_checked() {
        let invalid = |name| format!("exemplar label name {name:?} is not valid");
        check(&[("a", ""), ("", "")], Err(&invalid("")));
        check(&[("__a", "")], Err(&invalid("__a")));
        check(
            &[("b", "1"), ("a", ""), ("b", "2")],
            Err(r#"label name "b" occurs twice in an exemplar"#),
        );
    }

    #[test]
    fn at_most_128_characters_fit() {
        // Two bytes each.
        let longest = "ü".repeat(126);
        check(&[("ab", &longest)], Ok(&format!("{{ab=\"{longest}\"}}")));
        check(
            &[("ab", &longest), ("c", "")],
            Err("exemplar labels have 129 characters, more than 128"),
        );
    }
}
