//! The general way to write lines.

use promcore::{Exemplar, Timestamp};

use super::bounds::{self, Bound, Bounds, LONGEST};
use super::dialect::{Dialect, Number};
use super::ends::{Ends, NUMBER};
use super::head::Name;
use super::labels;
use super::plain::WINDOW;
use crate::buffer::{Buffer, put};
use crate::escape::Escaping;

/// Writes the lines of one series.
pub(super) struct Lines<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) dialect: Dialect,
    pub(super) name: &'a Name,
    /// The labels, without the closing brace.
    pub(super) labels: &'a [u8],
    pub(super) timestamp_ms: Option<i64>,
    /// The beginning of lines with one more label.
    pub(super) beginning: &'a mut Vec<u8>,
}

impl Lines<'_> {
    /// Writes a line.
    pub(super) fn write(&mut self, suffix: &str, number: Number, exemplar: Option<&Exemplar>) {
        if !self.name.is_quoted && self.is_short(exemplar) {
            let next: &[u8] = if self.labels.is_empty() { b" " } else { b"} " };
            let (name, suffix) = (self.name.text.as_bytes(), suffix.as_bytes());
            return write_short(
                self.buffer,
                self.dialect,
                [name, suffix, self.labels, next],
                number,
            );
        }
        self.begin(&self.name.text, suffix, b" ");
        self.buffer.push(self.beginning);
        self.end(number, exemplar);
    }

    /// Prepares lines with one more label.
    pub(super) fn begin_with(&mut self, suffix: &str, label: &str) {
        self.begin(&self.name.text, suffix, b"{");
        self.beginning.extend_from_slice(label.as_bytes());
        self.beginning.extend_from_slice(b"=\"");
    }

    /// Writes a line with one more label.
    pub(super) fn write_with(
        &mut self,
        bound: &Bound,
        number: Number,
        exemplar: Option<&Exemplar>,
    ) {
        let bound = bound.as_bytes();
        if self.is_short(exemplar) {
            return write_short(self.buffer, self.dialect, [self.beginning, bound], number);
        }
        self.buffer.push(self.beginning);
        self.buffer.push(bound);
        self.end(number, exemplar);
    }

    /// Writes lines with one more label and a count each, in one pass; returns false if they are too long or have a timestamp.
    pub(super) fn write_counts(
        &mut self,
        bounds: &mut Bounds,
        counts: impl Iterator<Item = (f64, u64)>,
    ) -> bool {
        let len = self.beginning.len();
        let is_short = self.timestamp_ms.is_none() && len <= LONGEST;
        if is_short {
            // Since copies have a constant length, which may be larger.
            self.beginning.resize(WINDOW, 0);
            let beginning = self.beginning.first_chunk().expect("it has this length");
            let ends = Ends::of(self.dialect);
            bounds::write((beginning, len), bounds, counts, &ends, self.buffer);
        }
        is_short
    }

    /// Reports whether a line ends with its number.
    fn is_short(&self, exemplar: Option<&Exemplar>) -> bool {
        self.timestamp_ms.is_none() && exemplar.is_none()
    }

    /// Writes the `_created` line.
    pub(super) fn created(&mut self, created: Option<Timestamp>) {
        if let Some(created) = created.filter(|_| self.dialect.has_created()) {
            self.begin(self.name.base(), "_created", b" ");
            self.buffer.push(self.beginning);
            self.dialect.float(created.unix_seconds(), self.buffer);
            self.buffer.push(b"\n");
        }
    }

    /// Makes the beginning of a line: name and labels, then either the closing brace and a space, or the start of another label.
    fn begin(&mut self, name: &str, suffix: &str, next: &[u8; 1]) {
        let beginning = &mut *self.beginning;
        beginning.clear();
        let quote: &[u8] = if self.name.is_quoted { b"\"" } else { b"" };
        if self.name.is_quoted {
            beginning.push(b'{');
        }
        for part in [quote, name.as_bytes(), suffix.as_bytes(), quote] {
            beginning.extend_from_slice(part);
        }
        let first = beginning.len();
        beginning.extend_from_slice(self.labels);
        if self.name.is_quoted && first < beginning.len() {
            // The metric's name is in the braces, before the first label.
            beginning[first] = b',';
        }
        let has_braces = self.name.is_quoted || !self.labels.is_empty();
        beginning.extend_from_slice(match (has_braces, next) {
            (true, b"{") => b",",
            (true, _) => b"} ",
            (false, next) => next,
        });
    }

    /// Writes the part of a line after its labels.
    fn end(&mut self, number: Number, exemplar: Option<&Exemplar>) {
        self.dialect.number(number, self.buffer);
        if let Some(timestamp) = self.timestamp_ms {
            self.buffer.push(b" ");
            self.dialect.timestamp(timestamp, self.buffer);
        }
        if let Some(exemplar) = exemplar
            && self.dialect.is_open_metrics()
            && !exemplar.labels.is_empty()
        {
            self.exemplar(exemplar);
        }
        self.buffer.push(b"\n");
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        let mut text = b" # ".to_vec();
        // As in Go, their names are not escaped.
        labels::write(&exemplar.labels, Escaping::AllowUtf8, &mut text);
        text.extend_from_slice(b"} ");
        self.buffer.push(&text);
        self.dialect.float(exemplar.value, self.buffer);
        if let Some(timestamp) = exemplar.timestamp {
            self.buffer.push(b" ");
            self.dialect.float(timestamp.unix_seconds(), self.buffer);
        }
    }
}

/// Writes a line of these parts and a number in one piece, since most lines are like this.
#[inline]
fn write_short<const N: usize>(
    buffer: &mut Buffer,
    dialect: Dialect,
    parts: [&[u8]; N],
    number: Number,
) {
    let len = parts.iter().map(|part| part.len()).sum::<usize>();
    let out = buffer.room(len + NUMBER);
    let end = parts.iter().fold(out, |out, part| put(part, out));
    let place = end.first_chunk_mut().expect("there is room for a number");
    let number = Ends::of(dialect).number(number, place);
    buffer.advance(len + number);
}
