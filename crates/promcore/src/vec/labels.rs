//! The labels of all series of a table.

use std::cmp::Ordering as Order;

use crate::desc::Desc;
use crate::labels::{LabelPair, escape, is_legacy_label_name};
use crate::sink::ToPairs;
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::time::Clock;
use crate::vec::key::{Given, Kept, begins};
use crate::vec::records::{Chunk, Records, Room};

/// What the series of a table share, and the storage of their labels.
///
/// The label values of each series are stored in a record: the words of its values, in the order in which they are given.
#[derive(Debug)]
pub(crate) struct LabelStore {
    pub(crate) desc: Desc,
    pub(crate) clock: Arc<dyn Clock>,
    /// The variable labels in the order of their names.
    by_name: Box<[usize]>,
    /// The text before the value of each of them, and after the last one.
    between: Box<[Box<[u8]>]>,
    /// Whether the rendered labels are the same in all text formats.
    pub(crate) are_legacy: bool,
    records: Records,
}

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
                Err(constant) => escape(constant.as_bytes(), &mut text),
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
            records: Records::new(),
        }
    }

    /// Stores the record of a series, and returns its place; for the first of `count` series, the place has room for records of the others nearby. Callers hold the table's lock.
    ///
    /// # Panics
    ///
    /// If all records together exceed 4 GiB.
    pub(crate) fn keep<'a>(&self, room: &mut Room, values: impl Values<'a>, count: usize) -> u32 {
        let len = values.clone().map(|value| value.len()).sum();
        self.records.keep(room, (len, count), |places| {
            let mut places = places.iter();
            // Relaxed: the record is published by its index slot and the count of series.
            let mut write = |word| {
                let place = places.next();
                place
                    .map(|place| place.store(word, Ordering::Relaxed))
                    .is_some()
            };
            values.for_each(|value| _ = value.all_words(&mut write));
        })
    }

    /// Returns whether the record at `at` has these values.
    pub(crate) fn is_of<'a>(&self, at: u32, values: impl Iterator<Item = Given<'a>>) -> bool {
        begins(self.records.from(at), values)
    }

    /// Returns the chunk of the record at `at`; `None` if nothing was ever stored there, as for a metric outside of any vec.
    pub(crate) fn chunk_of(&self, at: u32) -> Option<&Chunk> {
        self.records.chunk_of(at)
    }

    /// Returns the labels of the series whose record is at `at`.
    #[inline]
    pub(crate) fn of(&self, at: u32) -> SeriesLabels<'_> {
        SeriesLabels {
            store: self,
            record: self.records.from(at),
        }
    }
}

/// Label values that can be iterated more than once.
pub(crate) trait Values<'a>: Iterator<Item = Given<'a>> + Clone {}

impl<'a, I: Iterator<Item = Given<'a>> + Clone> Values<'a> for I {}

/// Converts label values given as text.
pub(crate) fn given<'a>(values: &[&'a str]) -> impl Values<'a> {
    values.iter().map(|value| Given::new(value))
}

/// The labels of one series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeriesLabels<'a> {
    store: &'a LabelStore,
    /// The record and whatever follows it; empty for a metric outside of any vec.
    record: &'a [AtomicU64],
}

impl<'a> SeriesLabels<'a> {
    /// Returns the values in the order in which they were given.
    pub(crate) fn values(self) -> impl Iterator<Item = Kept<'a>> + Clone {
        let mut words = self.record;
        self.store.by_name.iter().map(move |_| {
            let value;
            (value, words) = Kept::split_from(words);
            value
        })
    }

    /// Returns the values in the order of the label names.
    fn by_name(self) -> impl Iterator<Item = Kept<'a>> {
        let (mut next, mut values) = (0, self.values());
        self.store.by_name.iter().map(move |&label| {
            if label < next {
                (next, values) = (0, self.values());
            }
            let value = values.nth(label - next);
            next = label + 1;
            value.expect("there are as many values as labels")
        })
    }

    /// Returns the number of words in the record.
    pub(crate) fn len(self) -> usize {
        let labels = self.store.by_name.iter();
        let behind = labels.fold(self.record, |words, _| Kept::split_from(words).1);
        self.record.len() - behind.len()
    }

    /// Appends the labels as rendered in a line of text, without the closing brace.
    pub(crate) fn write(self, text: &mut Vec<u8>) {
        let (last, between) = self
            .store
            .between
            .split_last()
            .expect("there is text after the last value");
        let mut bytes = Vec::new();
        for (before, value) in between.iter().zip(self.by_name()) {
            text.extend_from_slice(before);
            bytes.clear();
            value.push_to(&mut bytes);
            escape(&bytes, text);
        }
        text.extend_from_slice(last);
    }

    /// Orders two series of a store as Go does: by their label values, in the order of the label names.
    pub(crate) fn compare(self, other: Self) -> Order {
        if std::ptr::eq(self.record, other.record) {
            Order::Equal
        } else {
            self.by_name().cmp(other.by_name())
        }
    }
}

impl ToPairs for SeriesLabels<'_> {
    fn to_pairs(&self) -> Vec<LabelPair> {
        let desc = &self.store.desc;
        let variable = desc.variable_labels().iter().zip(self.values());
        let variable = variable.map(|(name, value)| LabelPair::new(name, value.to_text()));
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
        let values = |wrong: Option<usize>| {
            let mut values: Vec<_> = variable.iter().map(|label| label.1).collect();
            if let Some(wrong) = wrong {
                values[wrong] = "other";
            }
            values
        };
        let at = store.keep(&mut Room::default(), given(&values(None)), 1);
        let labels = store.of(at);
        let mut text = Vec::new();
        labels.write(&mut text);
        assert_eq!(String::from_utf8_lossy(&text), expected);
        let is_of = |wrong| store.is_of(at, given(&values(wrong)));
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

    /// B8: labels are sorted by name, in whatever order they were given.
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
