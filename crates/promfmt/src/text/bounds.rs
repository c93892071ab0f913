//! Lines that differ in one label and a count, as those of a histogram do.

use super::dialect::Dialect;
use super::ends::{Ends, NUMBER};
use super::plain::{WINDOW, Window};
use crate::buffer::Buffer;
use crate::number::ROOM;

/// Numbers as values of the label, kept for the next series, which mostly has the same ones.
#[derive(Debug, Default)]
pub(super) struct Bounds(Vec<Bound>);

/// A number as the value of a label, and what follows it up to the value of the line.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    bits: u64,
    /// The text, with rubbish behind.
    text: [u8; BOUND],
    len: usize,
}

/// Most bytes of a bound, rounded up.
const BOUND: usize = 48;

/// Bytes of a bound that are copied at once; most have no more.
const PIECE: usize = 16;

/// What is behind the number.
const BEHIND: &[u8] = b"\"} ";

/// Most bytes of what lines begin with that leave room for the rest.
pub(super) const LONGEST: usize = WINDOW - BOUND - NUMBER;

impl Bounds {
    /// Returns the value `at` of the label.
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
            // Those before it were asked for first.
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

/// Writes a line for each bound and its count; all begin with the first bytes of `beginning`, [`LONGEST`] at most.
pub(super) fn write(
    (beginning, len): (&Window, usize),
    bounds: &mut Bounds,
    counts: impl Iterator<Item = (f64, u64)>,
    ends: &Ends,
    buffer: &mut Buffer,
) {
    // A copy takes less time if its length is known beforehand.
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
