//! Encoded labels.

use std::borrow::Cow;
use std::iter::{from_fn, zip};

use memchr::{memchr, memchr2};
use promcore::Labels;

use super::fields::Fields;
use super::schema::{LABEL, LABEL_NAME, LABEL_VALUE, Schema};
use super::wire::Wire;

/// The encoded labels of a series, kept because the next series usually starts with the same ones.
#[derive(Debug, Default)]
pub(super) struct LabelFields {
    /// The labels as text, if that is how they were given.
    text: Vec<u8>,
    fields: Wire,
    /// The end of each label in `text` and in `fields`.
    ends: Vec<(usize, usize)>,
}

impl LabelFields {
    /// Returns encoded labels.
    pub(super) fn of(&mut self, labels: &Labels<'_>, schema: &Schema) -> &[u8] {
        if let Some(text) = labels.rendered() {
            self.read(text);
        } else {
            self.text.clear();
            self.ends.clear();
            self.fields.truncate(0);
            schema.labels(labels, &mut self.fields);
        }
        self.fields.bytes(..)
    }

    /// Encodes labels given as text.
    fn read(&mut self, text: &[u8]) {
        let same = common_len(&self.text, text);
        while self.ends.pop_if(|(end, _)| *end > same).is_some() {}
        let (start, fields) = self.ends.last().copied().unwrap_or_default();
        self.fields.truncate(fields);
        self.text.truncate(same);
        self.text.extend_from_slice(&text[same..]);
        let mut at = start;
        while at < text.len() {
            at += self.read_one(&text[at..]);
            self.ends.push((at, self.fields.len()));
        }
    }

    /// Encodes the first label of a text, and returns its length.
    fn read_one(&mut self, text: &[u8]) -> usize {
        // There is a brace or a comma before the name, and an equals sign and a quote after it.
        let name_end = memchr(b'=', text).expect("a name is followed by its value");
        let (name, value) = (&text[1..name_end], &text[name_end + 2..]);
        let len = value_len(value);
        let value = unescape(&value[..len]);
        self.fields.message(LABEL, |fields| {
            fields.text(LABEL_NAME, name);
            fields.text(LABEL_VALUE, &value);
        });
        name_end + 2 + len + 1
    }
}

/// Returns the length of a value up to its closing quote.
fn value_len(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let found = memchr2(b'"', b'\\', &text[at..]);
        at += found.expect("a value ends with a quote");
        if text[at] == b'"' {
            return at;
        }
        // The character after a backslash does not end the value.
        at += 2;
    }
}

fn unescape(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\\', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut bytes = value.iter().copied();
    let next = || match bytes.next() {
        Some(b'\\') => bytes.next().map(|byte| match byte {
            b'n' => b'\n',
            other => other,
        }),
        byte => byte,
    };
    Cow::Owned(from_fn(next).collect())
}

/// Returns the length of the common prefix.
fn common_len(a: &[u8], b: &[u8]) -> usize {
    let words = zip(a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let len = words.take_while(|(a, b)| a == b).count() * 8;
    len + zip(&a[len..], &b[len..])
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use promcore::{CounterVec, FamilyHead, Flow, Gatherer, Registry, Series, Sink};

    use super::*;
    use crate::escape::Escaping;

    /// Encodes the labels of each series in both ways.
    struct Both {
        kept: LabelFields,
        schema: Schema,
        count: usize,
    }

    impl Sink for Both {
        fn family(&mut self, _: &FamilyHead<'_>) -> Flow {
            Flow::Continue(())
        }

        fn series(&mut self, series: &Series<'_>) -> Flow {
            assert!(series.labels.rendered().is_some());
            let mut anew = Wire::default();
            self.schema.labels(&series.labels, &mut anew);
            let kept = self.kept.of(&series.labels, &self.schema);
            assert_eq!(kept, anew.bytes(..), "{:?}", series.labels);
            self.count += 1;
            Flow::Continue(())
        }
    }

    #[test]
    fn text_gives_the_same_fields_as_pairs() {
        let vec = CounterVec::new("x_total", "", ["a", "bc", "d"]).unwrap();
        let values = [
            "",
            "\\",
            "\"",
            "\n\n",
            "=\",b=\"",
            "n\\n",
            "long enough",
            "longer",
            "ü",
        ];
        for a in values {
            for bc in values {
                vec.with([a, bc, "last"]).inc();
                vec.with([a, "same", bc]).inc();
            }
        }
        let registry = Registry::new();
        registry.register(vec).unwrap();
        let mut both = Both {
            kept: LabelFields::default(),
            schema: Schema::new(Escaping::default()),
            count: 0,
        };
        assert!(registry.gather_into(&mut both).is_empty());
        assert_eq!(both.count, 2 * 81);
    }
}
