//! Lines with nothing but a name, labels and a value, which most lines are, in the shortest way.

use promcore::{Line, Lines};

use crate::buffer::put;
use crate::number::{ROOM, write_float};

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
        self.name + labels + 2 + ROOM + 1
    }

    /// Writes `next` and the lines behind it to the beginning of `out`, until there is a `next` that may not fit; returns how many bytes that were.
    pub(super) fn write_many<'a>(
        &mut self,
        next: &mut Option<Line<'a>>,
        lines: &mut Lines<'a>,
        mut out: &mut [u8],
    ) -> usize {
        let room = out.len();
        while let Some(line) = *next
            && self.room(line.common + line.rest.len()) <= out.len()
        {
            out = self.write(line.common, line.rest, line.value, out);
            *next = lines.next();
        }
        room - out.len()
    }

    /// Writes a line to the beginning of `out`, and returns what is behind; `common` bytes of its labels are those of the line before.
    // Always: a loop of its own is fine, and keeps more in registers.
    #[inline(always)]
    pub(super) fn write<'a>(
        &mut self,
        common: usize,
        rest: &[u8],
        value: f64,
        out: &'a mut [u8],
    ) -> &'a mut [u8] {
        let common = self.name + common;
        let len = common + rest.len();
        if self.bytes.len() < len {
            self.bytes.resize(len, 0);
        }
        // Up to `common` and not beyond: what was put there for the last line is not to be waited for.
        let (same, other) = self.bytes.split_at_mut(common);
        let out = put(rest, put(same, out));
        put(rest, other);
        let end = match len == self.name {
            true => &b" "[..],
            false => b"} ",
        };
        let out = put(end, out);
        let number = out.first_chunk_mut().expect("there is room for a float");
        let len = write_float(value, number);
        put(b"\n", &mut out[len..])
    }
}
