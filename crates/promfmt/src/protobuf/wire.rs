//! The wire format.

use std::ops::RangeBounds;

use super::fields::{Field, Fields};

/// The maximum length of an encoded length.
const MAX_LEN_BYTES: usize = 10;

/// The NaN of Rust.
const RUST_NAN: u64 = f64::NAN.to_bits();

/// The NaN of Go. Other NaNs can have a meaning, such as the one that marks a stale series.
const GO_NAN: u64 = 0x7ff8_0000_0000_0001;

/// An encoded message, with room for its length before it.
#[derive(Debug, Default)]
pub(super) struct Wire(Vec<u8>);

/// The wire type of a field.
#[derive(Clone, Copy)]
enum Kind {
    Varint = 0,
    EightBytes = 1,
    Length = 2,
}

impl Wire {
    /// Begins a length-delimited message.
    pub(super) fn begin(&mut self) {
        self.0.clear();
        self.0.resize(MAX_LEN_BYTES, 0);
    }

    /// Writes the length before the message, of which `more` bytes are yet to follow, and returns its position.
    pub(super) fn put_len(&mut self, more: usize) -> usize {
        let len = (self.0.len() - MAX_LEN_BYTES + more) as u64;
        let start = MAX_LEN_BYTES - varint_len(len);
        put_varint(len, &mut self.0[start..MAX_LEN_BYTES]);
        start
    }

    /// Returns the number of bytes, including the room for the length.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns some of the bytes.
    pub(super) fn bytes(&self, range: impl RangeBounds<usize>) -> &[u8] {
        &self.0[(range.start_bound().cloned(), range.end_bound().cloned())]
    }

    /// Keeps only the first `len` bytes.
    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Appends fields that are already encoded.
    pub(super) fn append(&mut self, fields: &[u8]) {
        self.0.extend_from_slice(fields);
    }

    /// Writes a text without checking that it is UTF-8.
    #[inline]
    pub(super) fn text(&mut self, field: Field, text: &[u8]) {
        self.tag(field, Kind::Length);
        self.varint(text.len() as u64);
        self.0.extend_from_slice(text);
    }

    #[inline]
    fn tag(&mut self, field: Field, kind: Kind) {
        self.varint(u64::from(field.number << 3 | kind as u32));
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

fn varint_len(value: u64) -> usize {
    (value | 1).ilog2() as usize / 7 + 1
}

/// Writes a varint that fills `out`.
fn put_varint(mut value: u64, out: &mut [u8]) {
    let (last, others) = out.split_last_mut().expect("a varint has bytes");
    for byte in others {
        *byte = value as u8 | 0x80;
        value >>= 7;
    }
    *last = value as u8;
}

impl Fields for Wire {
    #[inline]
    fn string(&mut self, field: Field, text: &str) {
        self.text(field, text.as_bytes());
    }

    #[inline]
    fn float(&mut self, field: Field, value: f64) {
        self.tag(field, Kind::EightBytes);
        let bits = match value.to_bits() {
            RUST_NAN => GO_NAN,
            bits => bits,
        };
        self.0.extend_from_slice(&bits.to_le_bytes());
    }

    #[inline]
    fn uint(&mut self, field: Field, value: u64) {
        self.tag(field, Kind::Varint);
        self.varint(value);
    }

    fn int(&mut self, field: Field, value: i64) {
        self.uint(field, value.cast_unsigned());
    }

    fn sint(&mut self, field: Field, value: i64) {
        self.uint(field, (value << 1 ^ value >> 63).cast_unsigned());
    }

    fn symbol(&mut self, field: Field, number: u32, _: &str) {
        self.uint(field, number.into());
    }

    #[inline]
    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self)) {
        self.tag(field, Kind::Length);
        // Most lengths take one byte; for longer ones, the message is moved.
        self.0.push(0);
        let start = self.0.len();
        write(self);
        let len = self.0.len() - start;
        let more = varint_len(len as u64) - 1;
        if more > 0 {
            self.0.extend_from_slice(&[0; MAX_LEN_BYTES][..more]);
            self.0.copy_within(start..start + len, start + more);
        }
        put_varint(len as u64, &mut self.0[start - 1..start + more]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_with_as_many_bytes_as_they_need() {
        for len in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000] {
            let mut varint = Wire::default();
            varint.varint(len as u64);
            assert_eq!(varint.0.len(), varint_len(len as u64));

            let mut wire = Wire::default();
            wire.begin();
            wire.message(Field::new(1, "x"), |wire| {
                wire.0.extend(std::iter::repeat_n(b'x', len));
            });
            let inner = [&[0x0a], &varint.0[..], &vec![b'x'; len]].concat();
            let mut expected = Wire::default();
            expected.varint(inner.len() as u64);
            expected.0.extend(inner);
            let start = wire.put_len(0);
            assert_eq!(wire.bytes(start..), expected.0);
        }
        assert_eq!(varint_len(u64::MAX), MAX_LEN_BYTES);
    }

    #[test]
    fn nan_is_that_of_go_and_others_are_kept() {
        let check = |value: f64, expected: u64| {
            let mut wire = Wire::default();
            wire.float(Field::new(1, "x"), value);
            assert_eq!(wire.0[1..], expected.to_le_bytes());
        };
        check(f64::NAN, GO_NAN);
        let stale = 0x7ff0_0000_0000_0002;
        check(f64::from_bits(stale), stale);
        check(f64::INFINITY, f64::INFINITY.to_bits());
        check(-0.0, 1 << 63);
    }

    #[test]
    fn negative_numbers_are_short_where_they_are_frequent() {
        let field = Field::new(1, "x");
        let mut wire = Wire::default();
        for value in [0, -1, 1, -64, 64] {
            wire.sint(field, value);
        }
        assert_eq!(wire.0, [8, 0, 8, 1, 8, 2, 8, 0x7f, 8, 0x80, 1]);
        let mut wire = Wire::default();
        wire.sint(field, i64::MIN);
        wire.int(field, -1);
        assert_eq!(
            wire.0,
            [[8; 1].as_slice(), &[0xff; 9], &[1, 8], &[0xff; 9], &[1]].concat()
        );
    }
}
