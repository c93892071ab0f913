//! Storage of the label values of series.

use std::collections::BTreeMap;

use crate::sync::{Arc, AtomicU64, OnceLock};
use crate::vec::key::Window;
use crate::vec::levels::Levels;

/// Records of words, one for each series.
///
/// Words do not move and are atomic, so readers need no lock while others are written.
#[derive(Debug)]
pub(crate) struct Records {
    chunks: Levels<OnceLock<Chunk>, 16>,
}

/// The words of many records; a copy of the chunk saves finding it again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunk(Arc<[AtomicU64]>);

/// The lower bits of a place are the offset of a record in its chunk.
const OFFSET_BITS: u32 = 14;

/// The number of words in the first chunk; the following chunks double up to the largest offset.
const FIRST: usize = 256;

/// The number of words after the last record of a chunk, so that there is a window on each record.
const BEHIND: usize = size_of::<Window>() / size_of::<AtomicU64>();

/// The limit of places, at 4 GiB.
pub(crate) const END: usize = 1 << 29;

/// Free space for records; kept under the table's lock.
#[derive(Debug, Default)]
pub(crate) struct Room {
    next: usize,
    /// Places of removed records, by length.
    free: BTreeMap<usize, Vec<u32>>,
}

impl Records {
    pub(crate) fn new() -> Self {
        Self {
            chunks: Levels::new(OnceLock::new),
        }
    }

    /// Returns the words from the place `at` on; empty if nothing was ever stored there.
    #[inline]
    pub(crate) fn from(&self, at: u32) -> &[AtomicU64] {
        let (_, offset) = locate(at as usize);
        let words = self.chunk_of(at).and_then(|chunk| chunk.0.get(offset..));
        words.unwrap_or(&[])
    }

    /// Returns the chunk of the record at `at`.
    pub(crate) fn chunk_of(&self, at: u32) -> Option<&Chunk> {
        let (chunk, _) = locate(at as usize);
        self.chunks.get(chunk)?.get()
    }

    /// Makes room for a record of `len` words and passes them to `write`; for the first of `count` records, the chunk has room for all of them. Callers hold the table's lock.
    ///
    /// # Panics
    ///
    /// If all records together exceed 4 GiB.
    pub(crate) fn keep(
        &self,
        room: &mut Room,
        (len, count): (usize, usize),
        write: impl FnOnce(&[AtomicU64]),
    ) -> u32 {
        let at = room.take(len, count);
        assert!(
            at < END,
            "all label values of a vec together have at most 4 GiB"
        );
        let (chunk, offset) = locate(at);
        let made = || {
            let words = len_of(chunk).max(offset + rounded(len)) + BEHIND;
            Chunk((0..words).map(|_| AtomicU64::new(0)).collect())
        };
        let chunk = self.chunks.made(chunk, OnceLock::new).get_or_init(made);
        write(&chunk.0[offset..][..len]);
        at as u32
    }
}

impl Chunk {
    /// Returns a window on this chunk from the place `at` on, including words after the record.
    #[inline(always)]
    pub(crate) fn window(&self, at: u32) -> Option<&Window> {
        let (_, offset) = locate(at as usize);
        self.0.get(offset..offset + BEHIND)?.first_chunk()
    }
}

impl Room {
    fn take(&mut self, len: usize, count: usize) -> usize {
        let len = rounded(len);
        if let Some(at) = self.free.get_mut(&len).and_then(Vec::pop) {
            return at as usize;
        }
        let (mut chunk, mut offset) = locate(self.next);
        // To keep records together, at most half of a chunk is left empty.
        let wanted = (len * count).min(len_of(chunk) / 2).max(len);
        if offset > 0 && offset + wanted > len_of(chunk) {
            (chunk, offset) = (chunk + 1, 0);
        }
        let at = chunk << OFFSET_BITS | offset;
        // A record longer than a chunk has one of its own.
        self.next = if offset + len < len_of(chunk) {
            at + len
        } else {
            (chunk + 1) << OFFSET_BITS
        };
        at
    }

    /// Takes back the place of a record with `len` words, which is no longer read.
    pub(crate) fn give_back(&mut self, at: u32, len: usize) {
        self.free.entry(rounded(len)).or_default().push(at);
    }
}

/// Returns the number of words reserved for a record of `len`: at most a quarter more, so that there are few lengths and places fit other records.
fn rounded(len: usize) -> usize {
    let step = ((len / 8 + 1).next_power_of_two() / 2).max(1);
    // Like `next_multiple_of`, but the step is a power of two.
    (len.max(1) + step - 1) & !(step - 1)
}

/// Returns whether two records are in the same chunk.
#[inline]
pub(crate) fn are_together(a: u32, b: u32) -> bool {
    locate(a as usize).0 == locate(b as usize).0
}

#[inline]
fn locate(at: usize) -> (usize, usize) {
    (at >> OFFSET_BITS, at & ((1 << OFFSET_BITS) - 1))
}

/// Returns the minimum number of words in a chunk.
fn len_of(chunk: usize) -> usize {
    FIRST << chunk.min(OFFSET_BITS as usize - FIRST.ilog2() as usize)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::sync::Ordering;

    fn keep(records: &Records, room: &mut Room, words: &[u64], count: usize) -> u32 {
        records.keep(room, (words.len(), count), |places| {
            for (place, word) in places.iter().zip(words) {
                place.store(*word, Ordering::Relaxed);
            }
        })
    }

    fn read(records: &Records, at: u32, len: usize) -> Vec<u64> {
        let words = records.from(at)[..len].iter();
        words.map(|word| word.load(Ordering::Relaxed)).collect()
    }

    #[test]
    fn records_of_all_lengths_are_kept() {
        let (records, mut room) = (Records::new(), Room::default());
        let lens = (0..300).chain([5_000, 1, 4_096, 4_095, 2, 100_000, 3]);
        let kept: Vec<(u32, Vec<u64>)> = lens
            .map(|len| {
                let words: Vec<u64> = (0..len as u64).map(|n| n + 1_000 * len as u64).collect();
                (keep(&records, &mut room, &words, 1), words)
            })
            .collect();
        for (at, words) in kept {
            assert_eq!(read(&records, at, words.len()), words);
        }
        assert!(records.from(u32::MAX >> 2).is_empty());
    }

    #[test]
    fn records_that_there_is_room_for_are_in_one_chunk() {
        let (records, mut room) = (Records::new(), Room::default());
        for len in [1, 3, 5, 8, 3, 20_000, 5].repeat(20) {
            let kept: Vec<u32> = (1..=10)
                .rev()
                .map(|count| keep(&records, &mut room, &vec![7; len], count))
                .collect();
            let chunk = records.chunk_of(kept[0]).unwrap();
            let is_near = |&at: &u32| are_together(at, kept[0]);
            assert_eq!(kept.iter().all(is_near), len < 20_000);
            let window = chunk.window(kept[0]).unwrap();
            assert!(std::ptr::eq(&window[0], &records.from(kept[0])[0]));
        }
        assert!(Chunk::default().window(0).is_none());
    }

    #[test]
    fn room_is_used_again() {
        let (records, mut room) = (Records::new(), Room::default());
        let mut kept: Vec<(u32, usize)> = Vec::new();
        for n in 0..100_000_usize {
            if n >= 50 {
                let (at, len) = kept[n - 50];
                room.give_back(at, len);
            }
            let len = n * 7 % 40;
            kept.push((keep(&records, &mut room, &vec![0; len], 1), len));
        }
        assert!(room.next < 3 << OFFSET_BITS, "{}", room.next);
    }

    #[test]
    fn lengths_are_rounded_up_a_little() {
        let lens = [0, 1, 8, 9, 15, 16, 17, 33, 1_000].map(rounded);
        assert_eq!(lens, [1, 1, 8, 9, 15, 16, 18, 36, 1_024]);
        assert!((1..10_000).all(|len| rounded(len) <= len + len / 4));
        assert!((1..10_000).all(|len| rounded(rounded(len)) == rounded(len)));
    }
}
