use promcore::{Series, is_legacy_label_name, is_legacy_metric_name};

use crate::buffer::Buffer;
use crate::escape::{Escaping, escape_name};
use crate::number::{ROOM, write_float};

/// Lines that have the labels of one series in common.
pub(super) struct Line<'a> {
    buffer: &'a mut Buffer,
    /// The family's name: fine to stand before the braces, or else to be quoted within.
    name: Result<&'a str, &'a str>,
    /// The labels as they stand in every line, with commas between them.
    labels: Vec<u8>,
    timestamp_ms: Option<i64>,
}

/// A label that some lines have in addition, with a number for a value.
#[derive(Clone, Copy)]
pub(super) struct Extra {
    name: &'static str,
    value: f64,
}

impl Extra {
    pub(super) fn new(name: &'static str, value: f64) -> Self {
        Self { name, value }
    }
}

impl<'a> Line<'a> {
    pub(super) fn new(
        buffer: &'a mut Buffer,
        escaping: Escaping,
        name: Result<&'a str, &'a str>,
        series: &Series<'_>,
    ) -> Self {
        let mut text = Vec::new();
        if let Some(rendered) = series.labels.rendered() {
            text.extend_from_slice(rendered);
        } else {
            for label in series.labels.to_pairs() {
                text.push(b',');
                push_label(&mut text, escaping, &label.name, &label.value);
            }
        }
        // The first byte is the brace or the comma before the first label.
        let labels = text.get(1..).unwrap_or_default().to_vec();
        Self {
            buffer,
            name,
            labels,
            timestamp_ms: series.timestamp_ms,
        }
    }

    /// Writes a line.
    pub(super) fn write(&mut self, suffix: &str, extra: Option<Extra>, value: f64) {
        let mut separator = b"{";
        match self.name {
            Ok(name) => {
                self.buffer.push(name.as_bytes());
                self.buffer.push(suffix.as_bytes());
            }
            Err(name) => {
                self.part(&mut separator);
                quote(self.buffer, &format!("{name}{suffix}"));
            }
        }
        if !self.labels.is_empty() {
            self.part(&mut separator);
            self.buffer.push(&self.labels);
        }
        if let Some(Extra { name, value }) = extra {
            self.part(&mut separator);
            self.buffer.push(name.as_bytes());
            self.buffer.push(b"=\"");
            self.number(value);
            self.buffer.push(b"\"");
        }
        self.buffer
            .push(if separator == b"{" { b" " } else { b"} " });
        self.number(value);
        if let Some(timestamp) = self.timestamp_ms {
            self.buffer.push(b" ");
            self.buffer
                .push(itoa::Buffer::new().format(timestamp).as_bytes());
        }
        self.buffer.push(b"\n");
    }

    /// Writes what stands before a part of what is in braces.
    fn part(&mut self, separator: &mut &'static [u8; 1]) {
        self.buffer.push(*separator);
        *separator = b",";
    }

    fn number(&mut self, value: f64) {
        let room = self.buffer.room(ROOM).first_chunk_mut();
        let len = write_float(value, room.expect("there is room for a float"));
        self.buffer.advance(len);
    }
}

fn push_label(text: &mut Vec<u8>, escaping: Escaping, name: &str, value: &str) {
    match escaping {
        _ if is_legacy_label_name(name) => text.extend_from_slice(name.as_bytes()),
        Escaping::AllowUtf8 => push_quoted(text, name),
        // Names that may name a metric are not escaped, although a colon makes them bad label names.
        _ if is_legacy_metric_name(name) => text.extend_from_slice(name.as_bytes()),
        _ => text.extend_from_slice(escape_name(name, escaping).as_bytes()),
    }
    text.push(b'=');
    push_quoted(text, value);
}

fn push_quoted(text: &mut Vec<u8>, quoted: &str) {
    text.push(b'"');
    promcore::escape_label_value(quoted, text);
    text.push(b'"');
}

/// Writes a name in quotes.
pub(super) fn quote(buffer: &mut Buffer, name: &str) {
    let mut text = Vec::with_capacity(name.len() + 2);
    push_quoted(&mut text, name);
    buffer.push(&text);
}

/// Writes a help text, in which quotes need no escape.
pub(super) fn escape_help(buffer: &mut Buffer, help: &str) {
    for part in help.split_inclusive(['\\', '\n']) {
        let (plain, special) = match part.as_bytes() {
            [plain @ .., b'\\'] => (plain, &br"\\"[..]),
            [plain @ .., b'\n'] => (plain, &br"\n"[..]),
            plain => (plain, &b""[..]),
        };
        buffer.push(plain);
        buffer.push(special);
    }
}
