//! The labels of all series of a table.

use std::cmp::Ordering as Order;

use crate::desc::Desc;
use crate::labels::{LabelPair, escape_label_value, is_legacy_label_name};
use crate::sink::ToPairs;
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::time::Clock;
use crate::vec::key::{Value, begins, compare, words};
use crate::vec::levels::Levels;

/// What the series of a table have in common, and what it takes to tell and to write their labels.
///
/// The label values of each series are kept in a record: the words of its values in the order of the label names.
/// Words are atomic, so that records may be written while others are read.
#[derive(Debug)]
pub(crate) struct LabelStore {
    pub(crate) desc: Desc,
    pub(crate) clock: Arc<dyn Clock>,
    /// The variable labels in the order of their names.
    by_name: Box<[usize]>,
    /// What stands before the value of each of them, and after the last one.
    between: Box<[Box<[u8]>]>,
    /// Whether the text of labels is the same in all text formats.
    pub(crate) are_legacy: bool,
    /// The first level has the records of about a hundred series.
    records: Records,
}

/// Records, one after the other.
type Records = Levels<AtomicU64, 512>;

impl LabelStore {
    pub(crate) fn new(desc: &Desc, clock: Arc<dyn Clock>) -> Self {
        let constant = desc.const_labels().iter();
        let variable = desc.variable_labels().iter().enumerate();
        let mut labels: Vec<(&str, Result<usize, &str>)> = constant
            .map(|label| (label.name.as_str(), Err(label.value.as_str())))
            .chain(variable.map(|(number, name)| (name.as_str(), Ok(number))))
            .collect();
        labels.sort_unstable();

        let (mut by_name, mut between, mut text) = (Vec::new(), Vec::new(), Vec::new());
        let mut separator = b'{';
        for (name, value) in &labels {
            text.push(std::mem::replace(&mut separator, b','));
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b"=\"");
            match value {
                Ok(number) => {
                    by_name.push(*number);
                    between.push(std::mem::take(&mut text).into());
                }
                Err(constant) => escape_label_value(constant, &mut text),
            }
            text.push(b'"');
        }
        between.push(text.into());
        Self {
            desc: desc.clone(),
            clock,
            by_name: by_name.into(),
            between: between.into(),
            are_legacy: labels.iter().all(|(name, _)| is_legacy_label_name(name)),
            records: Levels::new(),
        }
    }

    /// Returns the values in the order of the label names.
    #[inline]
    pub(crate) fn by_name<'a>(
        &self,
        value: impl Fn(usize) -> &'a str + Copy,
    ) -> impl Iterator<Item = &'a str> + Clone {
        self.by_name.iter().map(move |&label| value(label))
    }

    /// Returns `N` values, given in the order of the labels, in the order of the label names.
    #[inline]
    pub(crate) fn sorted<'a, const N: usize>(&self, values: [&'a str; N]) -> [&'a str; N] {
        let by_name = self
            .by_name
            .first_chunk::<N>()
            .expect("there are as many values as labels");
        by_name.map(|label| values[label])
    }

    /// Adds the record of a series at `next` or behind, moves `next` behind it, and returns where it is.
    ///
    /// Callers hold the lock of the births.
    ///
    /// # Panics
    ///
    /// If all records together have more than 32 GiB.
    pub(crate) fn add<'a>(&self, next: &mut usize, values: impl Iterator<Item = &'a str>) -> u32 {
        let mut record = Vec::new();
        for value in values {
            words(value, |word| record.push(word));
        }
        let start = Records::room_for(*next, record.len());
        *next = start + record.len();
        self.records.made(start, || AtomicU64::new(0));
        for (place, word) in self.records.from(start).iter().zip(&record) {
            // Relaxed: the record is handed over by its index slot and the count of series.
            place.store(*word, Ordering::Relaxed);
        }
        u32::try_from(start).expect("all records together have at most 32 GiB")
    }

    /// Says whether the series whose record is at `at` has these values.
    #[inline(always)]
    pub(crate) fn is_of<'a>(&self, at: u32, values: impl Iterator<Item = &'a str>) -> bool {
        begins(self.records.from(at as usize), values)
    }

    /// Returns the labels of the series whose record is at `at`.
    #[inline]
    pub(crate) fn of(&self, at: u32) -> SeriesLabels<'_> {
        SeriesLabels {
            store: self,
            record: self.records.from(at as usize),
        }
    }
}

/// The labels of one series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeriesLabels<'a> {
    store: &'a LabelStore,
    /// The record, with others behind; nothing for a metric that stands alone.
    record: &'a [AtomicU64],
}

impl<'a> SeriesLabels<'a> {
    /// Returns the values of the variable labels, in the order of their names.
    fn values(self) -> impl Iterator<Item = Value<'a>> {
        let mut words = self.record;
        self.store.by_name.iter().map(move |_| {
            let value;
            (value, words) = Value::split_from(words);
            value
        })
    }

    /// Appends the labels as they stand in a line of text, without the closing brace.
    pub(crate) fn write(self, text: &mut Vec<u8>) {
        let (last, between) = self
            .store
            .between
            .split_last()
            .expect("there is text after the last value");
        for (before, value) in between.iter().zip(self.values()) {
            text.extend_from_slice(before);
            escape_label_value(&value.to_text(), text);
        }
        text.extend_from_slice(last);
    }

    /// Orders two series of a store as Go does: by their label values, in the order of the label names.
    pub(crate) fn compare(self, other: Self) -> Order {
        compare(self.record, other.record)
    }
}

impl ToPairs for SeriesLabels<'_> {
    fn to_pairs(&self) -> Vec<LabelPair> {
        let desc = &self.store.desc;
        let names = self
            .store
            .by_name
            .iter()
            .map(|&label| desc.variable_labels()[label].as_str());
        let variable = names
            .zip(self.values())
            .map(|(name, value)| LabelPair::new(name, value.to_text()));
        let mut pairs: Vec<LabelPair> = variable
            .chain(desc.const_labels().iter().cloned())
            .collect();
        pairs.sort_by(|a, b| a.name.cmp(&b.name));
        pairs
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::desc::DescOpts;
    use crate::time::system_clock;

    #[track_caller]
    fn check(constant: &[(&str, &str)], variable: &[(&str, &str)], expected: &str) {
        let opts = DescOpts::new("m", "")
            .variable_labels(variable.iter().map(|label| label.0))
            .const_labels(constant.iter().copied());
        let store = LabelStore::new(
            &Desc::new(opts).expect("the labels are valid"),
            system_clock(),
        );
        let mut next = 1;
        let at = store.add(&mut next, store.by_name(|label| variable[label].1));
        let labels = store.of(at);
        let mut text = Vec::new();
        labels.write(&mut text);
        assert_eq!(String::from_utf8_lossy(&text), expected);
        let is_of = |wrong: Option<usize>| {
            let value = |label| {
                if wrong == Some(label) {
                    "other"
                } else {
                    variable[label].1
                }
            };
            store.is_of(at, store.by_name(value))
        };
        assert!(is_of(None));
        assert!((0..variable.len()).all(|label| !is_of(Some(label))));

        let mut pairs: Vec<_> = constant.iter().chain(variable).collect();
        pairs.sort_unstable();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| LabelPair::new(*name, *value))
            .collect();
        assert_eq!(labels.to_pairs(), pairs);
    }

    /// B8: labels stand in the order of their names, whatever the order in which they were given.
    #[test]
    fn b8_labels_are_sorted_by_name() {
        check(&[], &[], "");
        check(&[], &[("b", "2"), ("a", "1")], r#"{a="1",b="2""#);
        check(
            &[("b", "\"")],
            &[("c", "3"), ("a", "")],
            r#"{a="",b="\"",c="3""#,
        );
        check(
            &[("d", "4"), ("a", "1")],
            &[("b", "long enough")],
            r#"{a="1",b="long enough",d="4""#,
        );
        check(&[("x", "1"), ("y", "2")], &[], r#"{x="1",y="2""#);
        let long = "a very long value, one of the kind that is made of many words";
        check(
            &[],
            &[("a", long), ("b", "x")],
            &format!(r#"{{a="{long}",b="x""#),
        );
        check(&[], &[("a", "\\\"\n")], r#"{a="\\\"\n""#);
    }
}
