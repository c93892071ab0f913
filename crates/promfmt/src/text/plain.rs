//! Lines with nothing but a name, labels and a value, which most lines are, in the shortest way.

use promcore::Texts;

use super::dialect::Dialect;
use super::ends::{END, End};
use crate::buffer::put;
use crate::number::{ROOM, write_float, write_open_metrics_float};

/// What the last line began with, as the next one mostly begins alike.
#[derive(Debug)]
pub(super) struct Beginning {
    /// The family's name.
    name: Vec<u8>,
    /// The name and the labels of the last of many lines, with some rubbish behind.
    last: Box<Window>,
}

/// Room for a line, and for what is copied with it because a copy takes less time if its length is known.
type Window = [u8; WINDOW];

/// How many bytes that is.
pub(super) const WINDOW: usize = 512;

/// Most bytes of name and labels that leave room for the rest.
const LONGEST: usize = WINDOW - PIECE - END;

/// Bytes that are copied at once.
const PIECE: usize = 16;

/// Lines that have not been written yet.
#[derive(Clone, Debug)]
pub(super) struct Left<'a> {
    pub(super) texts: Texts<'a>,
    pub(super) ends: std::slice::Iter<'a, End>,
}

impl Default for Beginning {
    fn default() -> Self {
        Self {
            name: Vec::new(),
            last: Box::new([0; WINDOW]),
        }
    }
}

impl Beginning {
    /// Begins a family.
    pub(super) fn set_name(&mut self, name: &str) {
        self.name.clear();
        self.name.extend_from_slice(name.as_bytes());
        put(&name.as_bytes()[..name.len().min(WINDOW)], &mut *self.last);
    }

    /// Says whether a line with labels of this length fits into a window.
    pub(super) fn fits(&self, labels: usize) -> bool {
        labels > 0 && self.name.len() + labels <= LONGEST
    }

    /// Writes lines that [fit](Self::fits) to the beginning of `out`, as long as there is a window for another one, and returns how many bytes they have.
    pub(super) fn write_many(&mut self, lines: &mut Left<'_>, out: &mut [u8]) -> usize {
        let (last, name, room) = (&mut *self.last, self.name.len(), out.len());
        // All that changes is in variables of this function, which are in registers.
        let (mut left, mut free) = (lines.clone(), out);
        while let Some(to) = free.first_chunk_mut::<WINDOW>()
            && let Some(text) = left.texts.next()
            && let Some(end) = left.ends.next()
        {
            let common = name + text.common;
            let len = common + text.rest.len();
            if len > LONGEST {
                break;
            }
            copy(common, last, to);
            match text.rest_and_more::<PIECE>() {
                Some(rest) if text.rest.len() <= PIECE => {
                    last[common..][..PIECE].copy_from_slice(rest);
                    to[common..][..PIECE].copy_from_slice(rest);
                }
                _ => put_long(text.rest, common, last, to),
            }
            put_end(end, &mut to[len..]);
            free = &mut std::mem::take(&mut free)[len + usize::from(end.len)..];
        }
        *lines = left;
        room - free.len()
    }

    /// Returns how many bytes a line takes at most, with so many for its labels.
    #[inline]
    pub(super) fn room(&self, labels: usize) -> usize {
        self.name.len() + labels + 2 + ROOM + 1
    }

    /// Writes a line to the beginning of `out`, and returns how many bytes it has.
    pub(super) fn write_one(
        &self,
        labels: &[u8],
        value: f64,
        dialect: Dialect,
        out: &mut [u8],
    ) -> usize {
        let room = out.len();
        let to = put(labels, put(&self.name, out));
        let rest = match dialect {
            Dialect::Plain => put_value::<false>(value, labels.is_empty(), to),
            Dialect::OpenMetrics { .. } => put_value::<true>(value, labels.is_empty(), to),
        };
        room - rest.len()
    }
}

/// Copies the first `len` bytes; some behind too if these are few.
// Up to `len` and not beyond: what was put there for the last line is not to be waited for.
#[inline(always)]
fn copy(len: usize, from: &Window, to: &mut Window) {
    const TWO: usize = 2 * PIECE;
    let mut copy = |at: usize, len: usize| to[at..][..len].copy_from_slice(&from[at..][..len]);
    match len {
        0..TWO => {
            copy(0, PIECE);
            copy(len.saturating_sub(PIECE), PIECE);
        }
        TWO..128 => {
            copy(0, TWO);
            if len > 2 * TWO {
                copy(TWO, TWO);
            }
            if len > 3 * TWO {
                copy(2 * TWO, TWO);
            }
            // This one may overlap the one before.
            copy(len - TWO, TWO);
        }
        _ => copy_long(len, from, to),
    }
}

// These two are calls, so that the quick ways have all registers.
#[inline(never)]
fn copy_long(len: usize, from: &Window, to: &mut Window) {
    to[..len].copy_from_slice(&from[..len]);
}

#[inline(never)]
fn put_long(rest: &[u8], at: usize, last: &mut Window, to: &mut Window) {
    put(rest, &mut last[at..]);
    put(rest, &mut to[at..]);
}

#[inline(always)]
fn put_end(end: &End, to: &mut [u8]) {
    to[..PIECE].copy_from_slice(&end.text[..PIECE]);
    if usize::from(end.len) > PIECE {
        to[..END].copy_from_slice(&end.text);
    }
}

/// Writes what a line ends with to the beginning of `out`, and returns what is behind.
// Always: what is in registers stays there.
#[inline(always)]
fn put_value<const OPEN_METRICS: bool>(value: f64, is_bare: bool, out: &mut [u8]) -> &mut [u8] {
    let out = match is_bare {
        true => put(b" ", out),
        false => put(b"} ", out),
    };
    let number = out.first_chunk_mut().expect("there is room for a float");
    let len = match OPEN_METRICS {
        false => write_float(value, number),
        true => write_open_metrics_float(value, number),
    };
    put(b"\n", &mut out[len..])
}
