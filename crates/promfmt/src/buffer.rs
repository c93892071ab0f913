//! A buffer for output.

use std::io::{self, Write};

/// A buffer that is written out in chunks, with room to write into before the length is known.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

/// The size of a chunk, unless a line is longer: small enough to stay in the L1 cache until it is copied, and to overlap writing a chunk to memory with making the next one.
const CHUNK: usize = 2 * 1024;

/// A chunk is written out when less than this is free.
const RESERVE: usize = 256;

impl Buffer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0; CHUNK],
            len: 0,
        }
    }

    /// Reports whether the chunk should be written out.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len + RESERVE > CHUNK
    }

    /// Reports whether `len` more bytes fit into the chunk.
    #[inline]
    pub(crate) fn fits(&self, len: usize) -> bool {
        self.bytes.len() - self.len >= len
    }

    /// Writes everything out.
    pub(crate) fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        let bytes = &self.bytes[..std::mem::take(&mut self.len)];
        out.write_all(bytes)
    }

    /// Discards what was not written.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Appends `bytes`.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        put(bytes, self.room(bytes.len()));
        self.advance(bytes.len());
    }

    /// Returns at least `len` bytes to write to; call [`advance`](Self::advance) afterwards.
    #[inline]
    pub(crate) fn room(&mut self, len: usize) -> &mut [u8] {
        if !self.fits(len) {
            self.grow(len);
        }
        &mut self.bytes[self.len..]
    }

    /// Appends the first `len` bytes that were written to [`room`](Self::room).
    #[inline]
    pub(crate) fn advance(&mut self, len: usize) {
        self.len += len;
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        self.bytes.resize(self.bytes.len() + more, 0);
    }
}

/// Copies `bytes` to the beginning of `out`, and returns the rest of `out`.
///
/// Most texts are short; they are copied in pieces, of which the last two may overlap, without a call.
// Always: some callers know the length, and others do little else.
#[inline(always)]
pub(crate) fn put<'a>(bytes: &[u8], out: &'a mut [u8]) -> &'a mut [u8] {
    let (to, behind) = out.split_at_mut(bytes.len());
    match bytes.len() {
        0 => {}
        1 => to[0] = bytes[0],
        2..=4 => put_ends::<2, 2>(bytes, to),
        5..=8 => put_ends::<4, 4>(bytes, to),
        9..=16 => put_ends::<8, 8>(bytes, to),
        // A jump table instead of many comparisons.
        len => match (len - 1) / 16 {
            1 => put_ends::<16, 16>(bytes, to),
            2 => put_ends::<32, 16>(bytes, to),
            3 => put_ends::<48, 16>(bytes, to),
            4 => put_ends::<64, 16>(bytes, to),
            5 => put_ends::<80, 16>(bytes, to),
            6 => put_ends::<96, 16>(bytes, to),
            7 => put_ends::<112, 16>(bytes, to),
            _ => to.copy_from_slice(bytes),
        },
    }
    behind
}

/// Copies a text that consists of its first and its last bytes, which may overlap.
#[inline(always)]
fn put_ends<const FIRST: usize, const LAST: usize>(bytes: &[u8], to: &mut [u8]) {
    let ends = bytes.first_chunk::<FIRST>().zip(bytes.last_chunk::<LAST>());
    if let Some((first, last)) = ends {
        to[..FIRST].copy_from_slice(first);
        let at = to.len() - LAST;
        to[at..].copy_from_slice(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_all_lengths_are_copied() {
        let bytes: Vec<u8> = (0..200).collect();
        for len in 0..bytes.len() {
            let mut out = [255; 210];
            assert_eq!(put(&bytes[..len], &mut out).len(), 210 - len);
            assert_eq!(out[..len], bytes[..len]);
            assert!(out[len..].iter().all(|&byte| byte == 255));
        }
    }

    #[test]
    fn what_does_not_fit_makes_the_buffer_grow() {
        let mut buffer = Buffer::new();
        let long = vec![b'x'; 3 * CHUNK];
        buffer.push(b"a");
        buffer.push(&long);
        assert!(buffer.is_full());
        let mut out = Vec::new();
        buffer.flush(&mut out).unwrap();
        assert_eq!(out.len(), 1 + 3 * CHUNK);
        assert!(!buffer.is_full());
    }
}
