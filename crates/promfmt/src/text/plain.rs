//! The fast way to write lines that consist of a name, labels and a value, as most lines do.

use promcore::__private::{Text, Texts};

use super::dialect::Dialect;
use super::ends::{END, Ends};
use crate::buffer::put;
use crate::number::{ROOM, write_float, write_open_metrics_float};

/// The beginning that consecutive lines usually share.
#[derive(Debug)]
pub(super) struct Beginning {
    /// The family's name.
    name: Vec<u8>,
    /// The name and the labels of the last [stem](Texts), followed by garbage.
    stem: Box<Window>,
}

/// Room for a line, and for the garbage that is copied with it because a copy of constant length is faster.
pub(super) type Window = [u8; WINDOW];

/// The size of a window.
pub(super) const WINDOW: usize = 512;

/// The maximum length of name and labels that leaves room for the rest.
const LONGEST: usize = WINDOW - Text::SHORT - END;

/// Lines that have not been written yet.
#[derive(Clone, Debug)]
pub(super) struct Left<'a> {
    pub(super) texts: Texts<'a>,
    pub(super) values: std::slice::Iter<'a, f64>,
}

impl Default for Beginning {
    fn default() -> Self {
        Self {
            name: Vec::new(),
            stem: Box::new([0; WINDOW]),
        }
    }
}

impl Beginning {
    /// Begins a family.
    pub(super) fn set_name(&mut self, name: &str) {
        self.name.clear();
        self.name.extend_from_slice(name.as_bytes());
        put(&name.as_bytes()[..name.len().min(WINDOW)], &mut *self.stem);
    }

    /// Reports whether a line with labels of this length fits into a window.
    pub(super) fn fits(&self, labels: usize) -> bool {
        labels > 0 && self.name.len() + labels <= LONGEST
    }

    /// Writes lines that [fit](Self::fits) to the beginning of `out`, as long as there is a window for another one, and returns their length.
    pub(super) fn write_many(
        &mut self,
        lines: &mut Left<'_>,
        ends: &Ends,
        out: &mut [u8],
    ) -> usize {
        // All beginnings are copied with the same constant length, so that the loop has no branch for it.
        match self.name.len() + lines.texts.longest() {
            ..=64 => self.write_many_of::<64>(lines, ends, out),
            65..=80 => self.write_many_of::<80>(lines, ends, out),
            81..=96 => self.write_many_of::<96>(lines, ends, out),
            97..=128 => self.write_many_of::<128>(lines, ends, out),
            129..=256 => self.write_many_of::<256>(lines, ends, out),
            _ => self.write_many_of::<WINDOW>(lines, ends, out),
        }
    }

    /// Does the same for lines whose beginnings have at most `LEN` bytes.
    fn write_many_of<const LEN: usize>(
        &mut self,
        lines: &mut Left<'_>,
        ends: &Ends,
        out: &mut [u8],
    ) -> usize {
        let (stem, name, room) = (&mut *self.stem, self.name.len(), out.len());
        // Local variables, which stay in registers.
        let (mut left, mut free) = (lines.clone(), out);
        while let Some(to) = free.first_chunk_mut::<WINDOW>()
            && let Some(text) = left.texts.next()
            && let Some(&value) = left.values.next()
        {
            let common = (name + text.common).min(LONGEST);
            let len = (common + text.rest.len()).min(LONGEST);
            to[..LEN].copy_from_slice(&stem[..LEN]);
            match text.short_rest() {
                Some(rest) => to[common..][..rest.len()].copy_from_slice(rest),
                None => put_stem(text.rest, common, stem, to),
            }
            let end = to[len..].first_chunk_mut();
            let len = len + ends.write(value, end.expect("there is room for an end"));
            free = &mut std::mem::take(&mut free)[len..];
        }
        *lines = left;
        room - free.len()
    }

    /// Returns the maximum length of a line with `labels` bytes of labels.
    #[inline]
    pub(super) fn room(&self, labels: usize) -> usize {
        self.name.len() + labels + 2 + ROOM + 1
    }

    /// Writes a line to the beginning of `out`, and returns its length.
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

// Not inlined, so that the usual path has all registers.
#[inline(never)]
fn put_stem(rest: &[u8], at: usize, stem: &mut Window, to: &mut Window) {
    put(rest, &mut stem[at..]);
    put(rest, &mut to[at..]);
}

/// Writes the end of a line to the beginning of `out`, and returns the rest of `out`.
// Always, so that values stay in registers.
#[inline(always)]
fn put_value<const OPEN_METRICS: bool>(value: f64, is_bare: bool, out: &mut [u8]) -> &mut [u8] {
    let out = if is_bare {
        put(b" ", out)
    } else {
        put(b"} ", out)
    };
    let number = out.first_chunk_mut().expect("there is room for a float");
    let len = if OPEN_METRICS {
        write_open_metrics_float(value, number)
    } else {
        write_float(value, number)
    };
    put(b"\n", &mut out[len..])
}
