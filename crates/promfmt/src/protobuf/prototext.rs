//! Fields as text.

use super::fields::{Field, Fields};
use crate::number::append_float;

/// A message written as text.
///
/// Follows `encoding/prototext` of Go's protobuf 1.36.11, without its random spaces; fields are in the order of their declarations in the schema.
#[derive(Debug)]
pub(super) struct Prototext {
    /// The text of the outermost message that has not been taken yet.
    pub(super) text: Vec<u8>,
    is_compact: bool,
    /// Whether the next field of the outermost message is its first.
    is_first: bool,
    /// The fields of the open nested messages, with their places, from the outer to the inner.
    within: Vec<Vec<(u32, Vec<u8>)>>,
}

impl Prototext {
    pub(super) fn new(is_compact: bool) -> Self {
        Self {
            text: Vec::new(),
            is_compact,
            is_first: true,
            within: Vec::new(),
        }
    }

    /// Ends the message with a line feed, and another one if it has many lines.
    pub(super) fn finish(&mut self) {
        self.is_first = true;
        self.text
            .extend_from_slice(if self.is_compact { b"\n" } else { b"\n\n" });
    }

    /// Adds a field to the innermost message.
    fn field(&mut self, field: Field, value: &[u8]) {
        let colon: &[u8] = if self.is_compact { b":" } else { b": " };
        if let Some(fields) = self.within.last_mut() {
            let text = [field.name.as_bytes(), colon, value].concat();
            return fields.push((field.place, text));
        }
        if !std::mem::take(&mut self.is_first) {
            self.text.push(if self.is_compact { b' ' } else { b'\n' });
        }
        for part in [field.name.as_bytes(), colon, value] {
            self.text.extend_from_slice(part);
        }
    }

    fn integer(&mut self, field: Field, value: impl itoa::Integer) {
        self.field(field, itoa::Buffer::new().format(value).as_bytes());
    }

    /// Joins the fields of a message that is nested in `depth` others.
    fn join(&self, fields: &[(u32, Vec<u8>)], depth: usize) -> Vec<u8> {
        let new_line = |depth: usize| [b"\n", &b"  ".repeat(depth)[..]].concat();
        let (between, end) = if self.is_compact {
            (b" ".to_vec(), Vec::new())
        } else {
            (new_line(depth), new_line(depth - 1))
        };
        let texts: Vec<&[u8]> = fields.iter().map(|(_, text)| &text[..]).collect();
        let fields = texts.join(&between[..]);
        let begin: &[u8] = if self.is_compact { b"" } else { &between };
        if texts.is_empty() {
            b"{}".to_vec()
        } else {
            [b"{", begin, &fields, &end, b"}"].concat()
        }
    }
}

fn escape(c: char, text: &mut Vec<u8>) {
    match c {
        '"' | '\\' => text.extend([b'\\', c as u8]),
        '\n' => text.extend_from_slice(br"\n"),
        '\r' => text.extend_from_slice(br"\r"),
        '\t' => text.extend_from_slice(br"\t"),
        c if c.is_ascii_control() => {
            text.extend_from_slice(format!("\\x{:02x}", u32::from(c)).as_bytes());
        }
        c if c.is_control() => {
            text.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
        }
        c => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

impl Fields for Prototext {
    fn string(&mut self, field: Field, text: &str) {
        let mut quoted = vec![b'"'];
        text.chars().for_each(|c| escape(c, &mut quoted));
        quoted.push(b'"');
        self.field(field, &quoted);
    }

    fn float(&mut self, field: Field, value: f64) {
        let mut text = Vec::new();
        match value {
            f64::INFINITY => text.extend_from_slice(b"inf"),
            f64::NEG_INFINITY => text.extend_from_slice(b"-inf"),
            value if value.is_nan() => text.extend_from_slice(b"nan"),
            value if value == 0.0 && value.is_sign_negative() => text.extend_from_slice(b"-0"),
            value => append_float(&mut text, value),
        }
        self.field(field, &text);
    }

    fn uint(&mut self, field: Field, value: u64) {
        self.integer(field, value);
    }

    fn int(&mut self, field: Field, value: i64) {
        self.integer(field, value);
    }

    fn sint(&mut self, field: Field, value: i64) {
        self.integer(field, value);
    }

    fn symbol(&mut self, field: Field, _: u32, name: &str) {
        self.field(field, name.as_bytes());
    }

    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        self.within.push(Vec::new());
        write(self);
        let depth = self.within.len();
        let mut fields = self.within.pop().expect("it was begun here");
        // Stable, so that fields with the same place keep their order.
        fields.sort_by_key(|(place, _)| *place);
        let text = self.join(&fields, depth);
        self.field(field, &text);
    }
}
