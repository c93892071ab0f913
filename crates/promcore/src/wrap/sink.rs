use crate::desc::Desc;
use crate::labels::{LabelPair, escape_label_value, is_legacy_label_name};
use crate::sink::{FamilyHead, Flow, Labels, Lines, Series, Sink, ToPairs};

/// Labels to insert between those of an instrument.
///
/// All series of the instrument have the same label names, so inserting equal labels does not change their order.
#[derive(Debug)]
pub(super) struct Insertion {
    labels: Vec<LabelPair>,
    /// The labels as text, each with the number of the instrument's labels between it and the previous one.
    texts: Vec<(usize, Box<[u8]>)>,
    /// Whether the text of the labels is the same in all text formats.
    are_legacy: bool,
}

/// Stands for all remaining labels.
const ALL: usize = usize::MAX;

impl Insertion {
    pub(super) fn new(desc: &Desc, labels: &[LabelPair]) -> Self {
        let constant = desc.const_labels().iter().map(|label| &label.name);
        let names: Vec<&String> = constant.chain(desc.variable_labels()).collect();
        let mut before = 0;
        let texts = labels.iter().map(|label| {
            let smaller = names.iter().filter(|&&name| *name < label.name).count();
            let between = match smaller - std::mem::replace(&mut before, smaller) {
                // The remaining labels need not be separated.
                _ if smaller == names.len() => ALL,
                between => between,
            };
            let mut text = label.name.clone().into_bytes();
            text.extend_from_slice(b"=\"");
            escape_label_value(&label.value, &mut text);
            text.push(b'"');
            (between, text.into())
        });
        Self {
            texts: texts.collect(),
            are_legacy: labels.iter().all(|label| is_legacy_label_name(&label.name)),
            labels: labels.to_vec(),
        }
    }

    /// Writes `theirs` with our labels inserted, without the closing brace.
    fn write(&self, mut theirs: &[u8], out: &mut Vec<u8>) {
        for (between, ours) in &self.texts {
            let (here, behind) = theirs.split_at(labels_len(theirs, *between));
            push_labels(here, out);
            out.push(if out.is_empty() { b'{' } else { b',' });
            out.extend_from_slice(ours);
            theirs = behind;
        }
        push_labels(theirs, out);
    }
}

/// Appends labels, with the separator before them corrected.
fn push_labels(labels: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(labels);
    if start > 0 && !labels.is_empty() {
        // They may have begun with the opening brace.
        out[start] = b',';
    }
}

/// Returns the length of the first `count` labels; their names contain no quotes.
fn labels_len(text: &[u8], count: usize) -> usize {
    if count == ALL {
        return text.len();
    }
    let find = |from: usize, wanted: &[u8]| {
        let found = text[from..].iter().position(|byte| wanted.contains(byte));
        from + found.expect("a label ends with a quote")
    };
    let mut len = 0;
    for _ in 0..count {
        let mut at = find(len, b"\"") + 1;
        loop {
            at = find(at, b"\"\\");
            if text[at] == b'"' {
                break;
            }
            // An escaped character ends nothing.
            at += 2;
        }
        len = at + 1;
    }
    len
}

/// A sink that inserts labels into all series before passing them on.
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

    /// Passes a series with our labels to `take`.
    fn rewrite<R>(
        &mut self,
        series: &Series<'_>,
        take: impl FnOnce(&mut dyn Sink, &Series<'_>) -> R,
    ) -> R {
        if self.insertion.labels.is_empty() {
            return take(self.sink, series);
        }
        self.text.clear();
        let rendered = series.labels.rendered();
        let rendered = rendered.filter(|_| self.insertion.are_legacy);
        if let Some(text) = rendered {
            self.insertion.write(text, &mut self.text);
        }
        let pairs = Inserted(series.labels, &self.insertion.labels);
        let labels = Labels::series(&self.text, &pairs, rendered.is_some());
        take(self.sink, &Series { labels, ..*series })
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
        self.rewrite(series, |sink, series| sink.series(series))
    }

    fn measures(&self) -> bool {
        self.sink.measures()
    }

    fn measure(&mut self, series: &Series<'_>) {
        self.rewrite(series, |sink, series| sink.measure(series));
    }

    /// Rendered labels have no place to insert ours.
    fn lines(&mut self, lines: Lines<'_>) -> Option<Flow> {
        if self.insertion.labels.is_empty() {
            self.sink.lines(lines)
        } else {
            None
        }
    }

    fn wants_created(&self) -> bool {
        self.sink.wants_created()
    }
}

/// Labels with ours inserted.
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
