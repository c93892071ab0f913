//! Lines with nothing but a name, labels and a value, which most lines are, in the shortest way.

use promcore::{Line, Lines};

use super::dialect::Dialect;
use crate::buffer::put;
use crate::number::{ROOM, write_float, write_open_metrics_float};

/// What the last line began with, as the next one mostly begins alike.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    /// The family's name and the labels, with some rubbish behind.
    bytes: Vec<u8>,
    /// How many bytes the name has.
    name: usize,
}

impl Beginning {
    /// Begins a family.
    pub(super) fn set_name(&mut self, name: &str) {
        self.bytes.clear();
        self.bytes.extend_from_slice(name.as_bytes());
        self.name = name.len();
    }

    /// Returns how many bytes a line takes at most, with so many for its labels.
    #[inline]
    pub(super) fn room(&self, labels: usize) -> usize {
        room(self.name + labels)
    }

    /// Writes `first` and lines behind it to the beginning of `out`, in which `first` fits; returns how many bytes that were, and the first line that was left.
    pub(super) fn write_many<'a, const OPEN_METRICS: bool>(
        &mut self,
        first: Line<'a>,
        lines: &mut Lines<'a>,
        out: &mut [u8],
    ) -> (usize, Option<Line<'a>>) {
        let len = self.name + first.common + first.rest.len();
        if self.bytes.len() < len {
            self.bytes.resize(len, 0);
        }
        let bytes = self.bytes.as_mut_slice();
        // All that changes is in variables of this function, which are in registers.
        let (mut next, mut behind, mut free) = (Some(first), lines.clone(), &mut *out);
        while let Some(line) = next {
            let common = self.name + line.common;
            let len = common + line.rest.len();
            if len > bytes.len() || room(len) > free.len() {
                break;
            }
            // Up to `common` and not beyond: what was put there for the last line is not to be waited for.
            let (same, other) = bytes.split_at_mut(common);
            let to = put(line.rest, put(same, free));
            put(line.rest, other);
            free = put_value::<OPEN_METRICS>(line.value, len == self.name, to);
            next = behind.next();
        }
        *lines = behind;
        let free = free.len();
        (out.len() - free, next)
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
        let to = put(labels, put(&self.bytes[..self.name], out));
        let rest = match dialect {
            Dialect::Plain => put_value::<false>(value, labels.is_empty(), to),
            Dialect::OpenMetrics { .. } => put_value::<true>(value, labels.is_empty(), to),
        };
        room - rest.len()
    }
}

/// Returns how many bytes a line takes at most, with so many for what it begins with.
#[inline]
fn room(beginning: usize) -> usize {
    beginning + 2 + ROOM + 1
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
