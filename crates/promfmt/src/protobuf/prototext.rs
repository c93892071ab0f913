//! Fields as text.

use super::fields::{Field, Fields};
use crate::number::append_float;

/// A message that is being written as text.
///
/// Follows `encoding/prototext` of Go's protobuf 1.36.11, without the spaces that it adds by chance.
#[derive(Debug)]
pub(super) struct Prototext {
    /// What has been written and not been taken.
    pub(super) text: Vec<u8>,
    is_compact: bool,
    /// In how many messages the next field is.
    depth: usize,
    /// Whether it is the first one there.
    is_first: bool,
}

impl Prototext {
    pub(super) fn new(is_compact: bool) -> Self {
        Self {
            text: Vec::new(),
            is_compact,
            depth: 0,
            is_first: true,
        }
    }

    /// Ends the message: with a line feed, and one more if it has many lines.
    pub(super) fn finish(&mut self) {
        self.is_first = true;
        self.text
            .extend_from_slice(if self.is_compact { b"\n" } else { b"\n\n" });
    }

    /// Writes what stands before a value.
    fn name(&mut self, field: Field) {
        match (self.is_compact, self.is_first) {
            (true, true) => {}
            (true, false) => self.text.push(b' '),
            (false, true) if self.depth == 0 => {}
            (false, _) => self.new_line(),
        }
        self.is_first = false;
        self.text.extend_from_slice(field.name.as_bytes());
        self.text
            .extend_from_slice(if self.is_compact { b":" } else { b": " });
    }

    fn new_line(&mut self) {
        self.text.push(b'\n');
        (0..self.depth).for_each(|_| self.text.extend_from_slice(b"  "));
    }

    fn escape(&mut self, c: char) {
        match c {
            '"' | '\\' => self.text.extend([b'\\', c as u8]),
            '\n' => self.text.extend_from_slice(br"\n"),
            '\r' => self.text.extend_from_slice(br"\r"),
            '\t' => self.text.extend_from_slice(br"\t"),
            c if c.is_ascii_control() => {
                let escaped = format!("\\x{:02x}", u32::from(c));
                self.text.extend_from_slice(escaped.as_bytes());
            }
            c if c.is_control() => {
                let escaped = format!("\\u{:04x}", u32::from(c));
                self.text.extend_from_slice(escaped.as_bytes());
            }
            c => {
                let mut room = [0; 4];
                self.text
                    .extend_from_slice(c.encode_utf8(&mut room).as_bytes());
            }
        }
    }
}

impl Fields for Prototext {
    const AS_DECLARED: bool = true;

    fn string(&mut self, field: Field, text: &str) {
        self.name(field);
        self.text.push(b'"');
        text.chars().for_each(|c| self.escape(c));
        self.text.push(b'"');
    }

    fn float(&mut self, field: Field, value: f64) {
        self.name(field);
        match value {
            f64::INFINITY => self.text.extend_from_slice(b"inf"),
            f64::NEG_INFINITY => self.text.extend_from_slice(b"-inf"),
            value if value.is_nan() => self.text.extend_from_slice(b"nan"),
            value if value == 0.0 && value.is_sign_negative() => {
                self.text.extend_from_slice(b"-0");
            }
            value => append_float(&mut self.text, value),
        }
    }

    fn uint(&mut self, field: Field, value: u64) {
        self.name(field);
        self.text
            .extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    fn int(&mut self, field: Field, value: i64) {
        self.name(field);
        self.text
            .extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    fn sint(&mut self, field: Field, value: i64) {
        self.int(field, value);
    }

    fn symbol(&mut self, field: Field, _: u32, name: &str) {
        self.name(field);
        self.text.extend_from_slice(name.as_bytes());
    }

    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        self.name(field);
        self.text.push(b'{');
        self.depth += 1;
        self.is_first = true;
        write(self);
        self.depth -= 1;
        if !self.is_compact && !self.is_first {
            self.new_line();
        }
        self.is_first = false;
        self.text.push(b'}');
    }
}
