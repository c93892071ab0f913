//! The plaintext protocol: lines with a path, a value and a time.

use std::io::{self, Write};
use std::ops::ControlFlow;

use promcore::{
    FamilyHead, Flow, HistogramValue, LabelPair, Series, Sink, SummaryValue, Timestamp, Value,
};
use promfmt::append_float;

/// The size of a write.
const CHUNK: usize = 32 * 1024;

/// How metrics become paths.
#[derive(Debug)]
pub(crate) struct Style {
    /// The prefix of each path, followed by a dot unless it is empty.
    pub(crate) prefix: String,
    /// Whether labels become tags.
    pub(crate) use_tags: bool,
}

/// Writes a scrape as lines.
pub(crate) struct LineSink<'a, W> {
    out: W,
    /// The first write that failed.
    error: Option<io::Error>,
    /// Complete lines that are not written yet.
    lines: Vec<u8>,
    style: &'a Style,
    now_ms: i64,
    family: String,
}

/// What distinguishes a line of a metric with several lines.
#[derive(Default)]
struct Part<'a> {
    suffix: &'a str,
    /// The additional label and its value.
    label: Option<(&'a str, f64)>,
}

impl<'a, W: Write> LineSink<'a, W> {
    pub(crate) fn new(out: W, style: &'a Style, now: Timestamp) -> Self {
        Self {
            out,
            error: None,
            lines: Vec::new(),
            style,
            now_ms: now.unix_millis(),
            family: String::new(),
        }
    }

    /// Writes out the buffer, and returns the inner writer.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let _ = self.write();
        match self.error {
            None => Ok(self.out),
            Some(error) => Err(error),
        }
    }

    fn write(&mut self) -> Flow {
        if self.error.is_none() {
            self.error = self.out.write_all(&self.lines).err();
            self.lines.clear();
        }
        match self.error {
            None => ControlFlow::Continue(()),
            Some(_) => ControlFlow::Break(()),
        }
    }
}

impl<W: Write> Sink for LineSink<'_, W> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        family.name.clone_into(&mut self.family);
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        let labels = series.labels.to_pairs();
        // Go truncates the milliseconds, even before 1970.
        let seconds = series.timestamp_ms.unwrap_or(self.now_ms) / 1000;
        let mut line = |part: Part<'_>, value: f64| {
            self.style
                .path(&self.family, &labels, &part, &mut self.lines);
            self.lines.push(b' ');
            write_float(value, &mut self.lines);
            // Writing to memory cannot fail.
            let _ = writeln!(self.lines, " {seconds}");
        };
        match series.value {
            Value::Counter { value, .. } | Value::Gauge(value) | Value::Untyped(value) => {
                line(Part::default(), value);
            }
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
                of_histogram(histogram, line);
            }
            Value::Summary(summary) => of_summary(summary, line),
            _ => {}
        }
        if self.lines.len() < CHUNK {
            return ControlFlow::Continue(());
        }
        self.write()
    }

    fn wants_created(&self) -> bool {
        false
    }
}

/// Writes the lines of a histogram, with the bucket `+Inf` added at the end if it is missing.
fn of_histogram(histogram: &HistogramValue, mut line: impl FnMut(Part<'_>, f64)) {
    let bucket = |bound: f64, count: f64, line: &mut dyn FnMut(Part<'_>, f64)| {
        let part = Part {
            suffix: "_bucket",
            label: Some(("le", bound)),
        };
        line(part, count);
    };
    for (it, count) in histogram.buckets_as_f64() {
        bucket(it.upper_bound, count, &mut line);
    }
    let count = histogram.count_as_f64();
    of_sum_and_count(histogram.sum, count, &mut line);
    let is_whole = |it: &promcore::Bucket| it.upper_bound == f64::INFINITY;
    if !histogram.buckets.iter().any(is_whole) {
        bucket(f64::INFINITY, count, &mut line);
    }
}

fn of_summary(summary: &SummaryValue, mut line: impl FnMut(Part<'_>, f64)) {
    for it in &summary.quantiles {
        let part = Part {
            suffix: "",
            label: Some(("quantile", it.quantile)),
        };
        line(part, it.value);
    }
    of_sum_and_count(summary.sum, summary.count as f64, &mut line);
}

fn of_sum_and_count(sum: f64, count: f64, line: &mut dyn FnMut(Part<'_>, f64)) {
    let part = |suffix| Part {
        suffix,
        label: None,
    };
    line(part("_sum"), sum);
    line(part("_count"), count);
}

impl Style {
    /// Appends the path of a metric, including its labels.
    fn path(&self, family: &str, labels: &[LabelPair], part: &Part<'_>, out: &mut Vec<u8>) {
        if !self.prefix.is_empty() {
            out.extend_from_slice(self.prefix.as_bytes());
            out.push(b'.');
        }
        sanitize(family.chars().chain(part.suffix.chars()), out);

        let own = part.label.map(|(name, value)| (name, float(value)));
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        let labels = labels.iter();
        let labels = labels.map(|label| (label.name.as_str(), label.value.as_str()));
        let joint = if self.use_tags { '=' } else { ' ' };
        let mut labels: Vec<_> = labels.chain(own).collect();
        // Sorted by the joined texts, as in Go: one name may be a prefix of another.
        let joined = |(name, value): &(&str, &str)| format!("{name}{joint}{value}");
        labels.sort_by_cached_key(joined);
        for (name, value) in labels {
            if self.use_tags {
                tag(name, value, out)
            } else {
                out.push(b'.');
                sanitize(name.chars().chain([' ']).chain(value.chars()), out);
            }
        }
    }
}

/// Appends a tag, with special characters replaced with underscores.
fn tag(name: &str, value: &str, out: &mut Vec<u8>) {
    // An empty value is an error in Graphite; in Prometheus it is the same as no label.
    if value.is_empty() {
        return;
    }
    let breaks = |c: char| c == ';' || c.is_whitespace() || c.is_control();
    let mut put = |text: &str, breaks: &dyn Fn(usize, char) -> bool| {
        for (at, c) in text.char_indices() {
            let c = if breaks(at, c) { '_' } else { c };
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    };
    put(";", &|_, _| false);
    put(name, &|_, c| breaks(c) || "!^=".contains(c));
    put("=", &|_, _| false);
    put(value, &|at, c| breaks(c) || (at == 0 && c == '~'));
}

/// Appends a name or a label, sanitized as in Go: spaces become dots, and each run of underscores and characters that are not allowed becomes one underscore.
fn sanitize(text: impl Iterator<Item = char>, out: &mut Vec<u8>) {
    let mut after_underscore = false;
    for c in text {
        let c = match c {
            ' ' => b'.',
            'a'..='z' | 'A'..='Z' | '0'..='9' | ':' | '-' => c as u8,
            _ => b'_',
        };
        if c != b'_' || !after_underscore {
            out.push(c);
        }
        after_underscore = c == b'_';
    }
}

fn float(value: f64) -> String {
    let mut text = Vec::new();
    write_float(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Appends a number as Go prints it; unlike in the text format, zero keeps its sign.
fn write_float(value: f64, out: &mut Vec<u8>) {
    if value == 0.0 && value.is_sign_negative() {
        out.push(b'-');
    }
    append_float(out, value);
}

#[cfg(test)]
mod tests;
