//! Lines that differ only in one label and a count, like those of a histogram.

use super::dialect::Dialect;
use super::ends::{Ends, NUMBER};
use super::plain::{WINDOW, Window};
use crate::buffer::Buffer;
use crate::number::ROOM;

/// Formatted numbers as label values, kept because the next series usually has the same ones.
#[derive(Debug, Default)]
pub(super) struct Bounds(Vec<Bound>);

/// A number as a label value, with the text between it and the value of the line.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    bits: u64,
    /// The text, followed by garbage.
    text: [u8; BOUND],
    len: usize,
}

/// The maximum length of a bound, rounded up.
const BOUND: usize = 48;

/// The number of bytes of a bound that are copied in one piece; most are not longer.
const PIECE: usize = 16;

/// The text after the number.
const BEHIND: &[u8] = b"\"} ";

/// The maximum length of the beginning of a line that leaves room for the rest.
pub(super) const LONGEST: usize = WINDOW - BOUND - NUMBER;

impl Bounds {
    /// Returns the label value with index `at`.
    #[inline]
    pub(super) fn get(&mut self, at: usize, bound: f64, dialect: Dialect) -> &Bound {
        let kept = self.0.get(at).map(|it| it.bits);
        if kept != Some(bound.to_bits()) {
            self.set(at, bound, dialect);
        }
        &self.0[at]
    }

    #[cold]
    fn set(&mut self, at: usize, bound: f64, dialect: Dialect) {
        let bound = Bound::new(bound, dialect);
        match self.0.get_mut(at) {
            Some(before) => *before = bound,
            // All values before it are there already.
            None => self.0.push(bound),
        }
    }
}

impl Bound {
    fn new(bound: f64, dialect: Dialect) -> Self {
        let mut text = [0; BOUND];
        let number = text.first_chunk_mut::<ROOM>();
        let len = dialect.write_float(bound, number.expect("there is room for a float"));
        text[len..][..BEHIND.len()].copy_from_slice(BEHIND);
        Self {
            bits: bound.to_bits(),
            text,
            len: len + BEHIND.len(),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.text[..self.len]
    }
}

/// Writes a line for each bound and its count; all start with the first `len` bytes of `beginning`, at most [`LONGEST`].
pub(super) fn write(
    (beginning, len): (&Window, usize),
    bounds: &mut Bounds,
    counts: impl Iterator<Item = (f64, u64)>,
    ends: &Ends,
    buffer: &mut Buffer,
) {
    // A copy of constant length is faster.
    match len {
        ..=64 => write_of::<64>(beginning, len, bounds, counts, ends, buffer),
        65..=96 => write_of::<96>(beginning, len, bounds, counts, ends, buffer),
        97..=128 => write_of::<128>(beginning, len, bounds, counts, ends, buffer),
        129..=256 => write_of::<256>(beginning, len, bounds, counts, ends, buffer),
        _ => write_of::<WINDOW>(beginning, len, bounds, counts, ends, buffer),
    }
}

fn write_of<const LEN: usize>(
    beginning: &Window,
    len: usize,
    bounds: &mut Bounds,
    counts: impl Iterator<Item = (f64, u64)>,
    ends: &Ends,
    buffer: &mut Buffer,
) {
    let len = len.min(LONGEST);
    for (at, (bound, count)) in counts.enumerate() {
        let bound = bounds.get(at, bound, ends.dialect());
        let out = buffer.room(WINDOW).first_chunk_mut::<WINDOW>();
        let out = out.expect("there is room for a line");
        out[..LEN].copy_from_slice(&beginning[..LEN]);
        out[len..][..PIECE].copy_from_slice(&bound.text[..PIECE]);
        if bound.len > PIECE {
            out[len..][..BOUND].copy_from_slice(&bound.text);
        }
        let len = len + bound.len.min(BOUND);
        let place = out[len..].first_chunk_mut();
        let place = place.expect("there is room for a number");
        let number = ends.count(count, place);
        buffer.advance(len + number);
    }
}
