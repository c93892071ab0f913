//! The ends of lines.

use super::dialect::{Dialect, Number};
use super::words::{OPEN_METRICS, PLAIN, Words};
use crate::number::{ROOM, small};

/// Writes the values of lines, and the text around them.
#[derive(Debug)]
pub(super) struct Ends {
    dialect: Dialect,
    floats: &'static Words,
}

/// The maximum length of a number and a line feed.
pub(super) const NUMBER: usize = ROOM + 1;

/// The maximum length of a line after its labels.
pub(super) const END: usize = 2 + NUMBER;

impl Ends {
    pub(super) fn of(dialect: Dialect) -> Self {
        let floats = match dialect {
            Dialect::Plain => &PLAIN,
            Dialect::OpenMetrics { .. } => &OPEN_METRICS,
        };
        Self { dialect, floats }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Writes the part of a line after its labels to the beginning of `out`: the closing brace, a space, the value and a line feed; returns the length.
    // Always, here and below: the usual case takes fewer instructions than a call.
    #[inline(always)]
    pub(super) fn write(&self, value: f64, out: &mut [u8; END]) -> usize {
        let (before, number) = out.split_at_mut(2);
        before.copy_from_slice(b"} ");
        let number = number.first_chunk_mut();
        2 + self.float(value, number.expect("there is room for a number"))
    }

    /// Writes a number and a line feed to the beginning of `out`, and returns the length.
    #[inline]
    pub(super) fn number(&self, number: Number, out: &mut [u8; NUMBER]) -> usize {
        match number {
            Number::Float(value) => self.float(value, out),
            Number::Count(count) => self.count(count, out),
        }
    }

    #[inline(always)]
    fn float(&self, value: f64, out: &mut [u8; NUMBER]) -> usize {
        match small(value) {
            Some(value) => self.floats.write(value, out),
            None => self.unusual_float(value, out),
        }
    }

    #[inline(always)]
    pub(super) fn count(&self, count: u64, out: &mut [u8; NUMBER]) -> usize {
        match count {
            0..1_000_000 => PLAIN.write(count as u32, out),
            _ => self.unusual_count(count, out),
        }
    }

    // These two are not inlined and take plain numbers, so that the caller keeps everything in registers.
    #[inline(never)]
    fn unusual_float(&self, value: f64, out: &mut [u8; NUMBER]) -> usize {
        self.unusual(Number::Float(value), out)
    }

    #[inline(never)]
    fn unusual_count(&self, count: u64, out: &mut [u8; NUMBER]) -> usize {
        self.unusual(Number::Count(count), out)
    }

    fn unusual(&self, number: Number, out: &mut [u8; NUMBER]) -> usize {
        let place = out.first_chunk_mut().expect("there is room for a number");
        let len = self.dialect.write_number(number, place);
        out[len] = b'\n';
        len + 1
    }
}
