use std::ops::Range;

use super::cursor::Cursor;
use super::labels::Labels;
use super::number::parse_float;

/// A line up to its number without its label values, since the next line usually differs only in these.
///
/// A line of the same shape has the same metric and label names, which are known to be valid.
/// Any other line takes the general path.
pub(super) struct Shape<P> {
    line: Vec<u8>,
    values: Vec<Value>,
    /// The family of the name, or `None` if no line is kept.
    place: Option<P>,
}

/// The value of a label.
struct Value {
    /// Its position in the line.
    range: Range<usize>,
    /// Whether it is the bound of a bucket or the rank of a quantile.
    is_bound: bool,
}

impl<P> Default for Shape<P> {
    fn default() -> Self {
        Self {
            line: Vec::new(),
            values: Vec::new(),
            place: None,
        }
    }
}

impl<P: Copy> Shape<P> {
    /// Forgets the line, since the next one differs.
    pub(super) fn forget(&mut self) {
        self.values.clear();
        self.place = None;
    }

    /// Notes the position of a label value.
    pub(super) fn value(&mut self, range: Range<usize>, is_bound: bool) {
        self.values.push(Value { range, is_bound });
    }

    /// Keeps the line up to its closing brace, which was found to be valid.
    pub(super) fn keep(&mut self, line: &[u8], place: P) {
        // A family has few lines without labels.
        if !self.values.is_empty() {
            line.clone_into(&mut self.line);
            self.place = Some(place);
        }
    }

    /// Reads the label values of a line with the shape of the kept one, and returns the bound among them.
    #[inline]
    pub(super) fn read(&self, cursor: &mut Cursor<'_>, labels: &mut Labels) -> Option<(P, f64)> {
        let place = self.place?;
        let (mut read, mut label, mut bound) = (0, 0, f64::NAN);
        for value in &self.values {
            cursor.skip(&self.line[read..value.range.start])?;
            let text = cursor.unescaped()?;
            if value.is_bound {
                bound = parse_float(text)?
            } else {
                labels.again(label, text)?;
                label += 1;
            }
            read = value.range.end;
        }
        cursor.skip(&self.line[read..])?;
        Some((place, bound))
    }
}

#[cfg(test)]
mod tests {
    use crate::{TextParser, parse_openmetrics};

    const HEAD: &[u8] = b"# TYPE h histogram\n# TYPE s summary\n";

    /// Lines that are alike, that only look alike, and that are invalid.
    const LINES: &[&[u8]] = &[
        b"a 1\n",
        b"a{} 1\n",
        b"a{b=\"c\"} 1\n",
        b"a{b=\"d\"} -2.5 7\n",
        b"a{b=\"\"}1\n",
        b"a{b=\"\xc3\xa9\"}  1\n",
        b"a{b=\"\xc3\"} 1\n",
        b"a{b=\"x\\\"y\"} 1\n",
        b"a{b=\"x\\ty\"} 1\n",
        b"a{b=\"c\",} 1\n",
        b"a{b=\"c\",d=\"e\"} 1\n",
        b"a{b=\"e\",d=\"\"} 2\n",
        b"a{b=\"c\",b=\"e\"} 1\n",
        b"a{b=\"c\"} {b=\"c\"} 1\n",
        b"a{b=\"c\" 1\n",
        b"a{b=\"c\n",
        b"a{b=\"c\"} x\n",
        b"a{b=\"c\"} 1",
        b"a{b=\"c\"",
        b" a{b=\"c\"} 1\n",
        b"ab{b=\"c\"} 1\n",
        b"\"a\"{b=\"c\"} 1\n",
        b"{\"a\",b=\"c\"} 1\n",
        b"{\"a\",b=\"d\"} 2\n",
        b"{b=\"c\",\"a\"} 1\n",
        b"{b=\"d\",\"a\"} 2\n",
        b"{b=\"c\"} 1\n",
        b"h_bucket{b=\"c\",le=\"1\"} 1\n",
        b"h_bucket{b=\"c\",le=\"+Inf\"} 2.5\n",
        b"h_bucket{b=\"d\",le=\"1\"} 1\n",
        b"h_bucket{b=\"d\",le=\"1\"} -1\n",
        b"h_bucket{b=\"d\",le=\"one\"} 1\n",
        b"h_bucket{le=\"1\",le=\"2\",b=\"c\"} 1\n",
        b"h_bucket{le=\"2\",le=\"3\",b=\"d\"} 1\n",
        b"h_sum{b=\"c\"} 3\n",
        b"h_count{b=\"c\"} 3\n",
        b"{b=\"c\",le=\"3\",\"h\"} 4\n",
        b"{b=\"c\",le=\"4\",\"h\"} 5\n",
        b"s{quantile=\"0.5\"} 4\n",
        b"s{quantile=\"0.9\"} 5\n",
        b"s{quantile=\"\"} 5\n",
        b"s{le=\"0.9\"} 5\n",
        b"# HELP a b\n",
        b"# TYPE s_sum gauge\n",
    ];

    /// Parses lines, and returns the result as text, since NaN is not equal to itself.
    fn read_text(lines: &[&[u8]]) -> String {
        let text = [HEAD, &lines.concat()].concat();
        format!("{:?}", TextParser::new(&*text).collect::<Vec<_>>())
    }

    #[test]
    fn the_line_before_makes_no_difference_in_text() {
        let fine = LINES
            .iter()
            .filter(|line| !read_text(&[line]).contains("Err"));
        for first in fine {
            for second in LINES {
                // The same number of lines with a comment in between, which has no shape.
                let together = read_text(&[b"#\n", first, second]);
                assert_eq!(together, read_text(&[first, b"#\n", second]));
            }
        }
    }

    /// Lines of one family, after its type.
    const FAMILIES: &[(&str, &[&str])] = &[
        (
            "# TYPE a gauge\n",
            &[
                "a 1\n",
                "a{} 1\n",
                "a{b=\"c\"} 1\n",
                "a{b=\"\"} -2.5 7 # {} 1\n",
                "a{b=\"x\\\"y\\z\"} 1\n",
                "a{b=\"c\",le=\"e\"} 1\n",
                "a{b=\"e\",le=\"\"} 2\n",
                "a{le=\"\",b=\"e\"} 2\n",
                "a{b=\"c\"}  1\n",
                "a{b=\"c\"}\n",
                "{b=\"c\",\"a\"} 1\n",
                "{b=\"d\",\"a\"} 1\n",
                "aa{b=\"c\"} 1\n",
            ],
        ),
        (
            "# TYPE h histogram\n",
            &[
                "h_bucket{le=\"1\",b=\"c\"} 1\n",
                "h_bucket{le=\"2\",b=\"c\"} 2 # {c=\"\"} 1\n",
                "h_bucket{le=\"+Inf\",b=\"c\"} 2\n",
                "h_bucket{le=\"+Inf\",b=\"d\"} 3\n",
                "h_bucket{b=\"c\",le=\"1\"} 1\n",
                "h_bucket{b=\"c\",le=\"2\"} 2 # {c=\"\"} 1\n",
                "h_bucket{b=\"c\",le=\"+Inf\"} 2\n",
                "h_bucket{b=\"d\",le=\"+Inf\"} 3\n",
                "h_bucket{b=\"d\",le=\"Inf\"} 3\n",
                "h_bucket{b=\"d\"} 3\n",
                "h_count{b=\"c\"} 2\n",
                "h_sum{b=\"c\"} 3\n",
            ],
        ),
        (
            "# TYPE s stateset\n",
            &[
                "s{s=\"on\"} 1\n",
                "s{s=\"off\"} 0\n",
                "s{b=\"c\",s=\"on\"} 1\n",
                "s{b=\"c\",s=\"off\"} 0\n",
                "s{b=\"d\",s=\"off\"} 2\n",
            ],
        ),
    ];

    /// Parses lines, and returns the result without positions of errors.
    fn read_open_metrics(lines: &[&str]) -> String {
        match parse_openmetrics(lines.concat() + "# EOF\n") {
            Ok(families) => format!("{families:?}"),
            Err(error) => error.to_string().split_once(": ").unwrap().1.to_owned(),
        }
    }

    /// Returns an equivalent line with another shape.
    fn quoted(line: &str) -> String {
        let mut line = line.to_owned();
        for (before, name) in ["b", "le", "s"]
            .iter()
            .flat_map(|it| [("{", it), (",", it)])
        {
            let plain = format!("{before}{name}=");
            line = line.replace(&plain, &format!("{before}\"{name}\"="));
        }
        line
    }

    #[test]
    fn the_line_before_makes_no_difference_in_open_metrics() {
        for (head, lines) in FAMILIES {
            for (first, second) in lines.iter().flat_map(|a| lines.iter().map(move |b| (a, b))) {
                for third in *lines {
                    // The line in between is equivalent, but has another shape.
                    let together = read_open_metrics(&[head, first, second, third]);
                    let apart = read_open_metrics(&[head, first, &quoted(second), third]);
                    assert_eq!(together, apart, "{first}{second}{third}");
                }
            }
        }
    }
}
