//! Bytes on their way out.

use std::io::{self, Write};

/// Bytes that are written in chunks, with room to write into before it is known how much.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

/// How many bytes a chunk has, unless a line is longer: few enough to stay in the processor's nearest cache.
const CHUNK: usize = 64 * 1024;

/// What is left of a chunk when it is written out.
const RESERVE: usize = 1024;

impl Buffer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0; CHUNK],
            len: 0,
        }
    }

    /// Says whether it is time to write the chunk out.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len + RESERVE > CHUNK
    }

    /// Writes everything out.
    pub(crate) fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        let bytes = &self.bytes[..std::mem::take(&mut self.len)];
        out.write_all(bytes)
    }

    /// Appends `bytes`.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        put(bytes, self.room(bytes.len()));
        self.advance(bytes.len());
    }

    /// Returns at least `len` bytes to write to, to be followed by [`advance`](Self::advance).
    #[inline]
    pub(crate) fn room(&mut self, len: usize) -> &mut [u8] {
        if self.bytes.len() - self.len < len {
            self.grow(len);
        }
        &mut self.bytes[self.len..]
    }

    /// Appends the first `len` bytes of what [`room`](Self::room) returned.
    #[inline]
    pub(crate) fn advance(&mut self, len: usize) {
        self.len += len;
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        self.bytes.resize(self.bytes.len() + more, 0);
    }
}

/// Copies `bytes` to the beginning of `out`, and returns what is behind.
///
/// Short texts are most of what is written, and copied in two pieces that may overlap, without a call.
#[inline]
pub(crate) fn put<'a>(bytes: &[u8], out: &'a mut [u8]) -> &'a mut [u8] {
    let (to, behind) = out.split_at_mut(bytes.len());
    match bytes.len() {
        2..4 => put_ends::<2>(bytes, to),
        4..8 => put_ends::<4>(bytes, to),
        8..16 => put_ends::<8>(bytes, to),
        16..32 => put_ends::<16>(bytes, to),
        32..64 => put_ends::<32>(bytes, to),
        64..=128 => put_ends::<64>(bytes, to),
        _ => to.copy_from_slice(bytes),
    }
    behind
}

/// Copies the first and the last `N` bytes of a text that has no others.
#[inline]
fn put_ends<const N: usize>(bytes: &[u8], to: &mut [u8]) {
    let ends = bytes.first_chunk::<N>().zip(bytes.last_chunk::<N>());
    if let Some((first, last)) = ends {
        to[..N].copy_from_slice(first);
        let at = to.len() - N;
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
