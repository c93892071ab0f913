use crate::desc::Desc;
use crate::labels::{LabelPair, escape_label_value, is_legacy_label_name};
use crate::sink::{FamilyHead, Flow, Labels, Lines, Series, Sink, ToPairs};

/// Labels that go between those of an instrument.
///
/// All its series have the same label names, and equal labels change nothing about their order.
#[derive(Debug)]
pub(super) struct Insertion {
    labels: Vec<LabelPair>,
    /// The labels as text, each with the number of those that stand before it in the whole.
    texts: Vec<(usize, Box<[u8]>)>,
    /// Whether the text of the labels is the same in all text formats.
    are_legacy: bool,
}

impl Insertion {
    pub(super) fn new(desc: &Desc, labels: &[LabelPair]) -> Self {
        let constant = desc.const_labels().iter().map(|label| &label.name);
        let names: Vec<&String> = constant.chain(desc.variable_labels()).collect();
        let texts = labels.iter().enumerate().map(|(at, label)| {
            let before = names.iter().filter(|&&name| *name < label.name).count();
            let mut text = label.name.clone().into_bytes();
            text.extend_from_slice(b"=\"");
            escape_label_value(&label.value, &mut text);
            text.push(b'"');
            (before + at, text.into())
        });
        Self {
            texts: texts.collect(),
            are_legacy: labels.iter().all(|label| is_legacy_label_name(&label.name)),
            labels: labels.to_vec(),
        }
    }

    /// Writes labels, without the closing brace, with ours among them.
    fn write(&self, mut rest: &[u8], out: &mut Vec<u8>) {
        let mut ours = self.texts.iter().peekable();
        for number in 0.. {
            let label = match ours.next_if(|(place, _)| *place == number) {
                Some((_, text)) => text,
                None if rest.is_empty() => break,
                None => {
                    // Without the separator before it.
                    let (label, behind) = rest[1..].split_at(label_len(&rest[1..]));
                    rest = behind;
                    label
                }
            };
            out.push(if number == 0 { b'{' } else { b',' });
            out.extend_from_slice(label);
        }
    }
}

/// Returns the length of the label that the text starts with; its name has no quotes.
fn label_len(text: &[u8]) -> usize {
    let mut quotes = 0;
    let mut is_escaped = false;
    let end = text.iter().position(|&byte| {
        quotes += usize::from(byte == b'"' && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
        quotes == 2
    });
    end.map_or(text.len(), |end| end + 1)
}

/// A sink that adds something to all series before it passes them on.
pub(super) struct Rewriting<'a> {
    sink: &'a mut dyn Sink,
    name: &'a str,
    insertion: &'a Insertion,
    text: Vec<u8>,
}

impl<'a> Rewriting<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink, name: &'a str, insertion: &'a Insertion) -> Self {
        Self {
            sink,
            name,
            insertion,
            text: Vec::new(),
        }
    }
}

impl Sink for Rewriting<'_> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.sink.family(&FamilyHead {
            name: self.name,
            ..*family
        })
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        if self.insertion.labels.is_empty() {
            return self.sink.series(series);
        }
        self.text.clear();
        let rendered = series.labels.rendered();
        let rendered = rendered.filter(|_| self.insertion.are_legacy);
        if let Some(text) = rendered {
            self.insertion.write(text, &mut self.text);
        }
        let pairs = Inserted(series.labels, &self.insertion.labels);
        self.sink.series(&Series {
            labels: Labels::series(&self.text, &pairs, rendered.is_some()),
            ..*series
        })
    }

    /// Labels as text have no place for ours.
    fn lines(&mut self, lines: Lines<'_>) -> Option<Flow> {
        match self.insertion.labels.is_empty() {
            true => self.sink.lines(lines),
            false => None,
        }
    }

    fn wants_created(&self) -> bool {
        self.sink.wants_created()
    }
}

/// Labels with ours among them.
struct Inserted<'a>(Labels<'a>, &'a [LabelPair]);

impl ToPairs for Inserted<'_> {
    fn to_pairs(&self) -> Vec<LabelPair> {
        let mut pairs = self.0.to_pairs();
        pairs.extend_from_slice(self.1);
        pairs.sort_by(|a, b| a.name.cmp(&b.name));
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desc::DescOpts;
    use crate::labels::to_text;

    /// Inserts labels into those of an instrument with one constant label `m`.
    #[track_caller]
    fn check(ours: &[(&str, &str)], variable: &[(&str, &str)], expected: &str) {
        let opts = DescOpts::new("x", "").const_labels([("m", "a\"b\\")]);
        let names = variable.iter().map(|(name, _)| *name);
        let desc = Desc::new(opts.variable_labels(names)).unwrap();
        let values: Vec<&str> = variable.iter().map(|(_, value)| *value).collect();
        let text = to_text(&desc.label_pairs(&values).unwrap());
        let ours = ours
            .iter()
            .map(|&(name, value)| LabelPair::new(name, value));
        let insertion = Insertion::new(&desc, &ours.collect::<Vec<_>>());
        let mut out = Vec::new();
        insertion.write(text.strip_suffix('}').unwrap().as_bytes(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap() + "}", expected);
    }

    #[test]
    fn labels_are_inserted_by_name() {
        check(&[("a", "1")], &[], r#"{a="1",m="a\"b\\"}"#);
        check(&[("z", "1")], &[], r#"{m="a\"b\\",z="1"}"#);
        check(
            &[("a", "\n"), ("b", "2"), ("n", "3"), ("z", "4")],
            &[("y", "\"\\\",x=\""), ("c", "")],
            r#"{a="\n",b="2",c="",m="a\"b\\",n="3",y="\"\\\",x=\"",z="4"}"#,
        );
    }

    #[test]
    fn labels_are_inserted_where_there_are_none() {
        let desc = Desc::new(DescOpts::new("x", "")).unwrap();
        let ours = [LabelPair::new("a", "1"), LabelPair::new("b", "2")];
        let mut out = Vec::new();
        Insertion::new(&desc, &ours).write(b"", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{a="1",b="2""#);
    }
}
