//! From a hash to a number, without a lock.

use std::hash::BuildHasher;

use crate::sync::{AtomicU64, AtomicUsize, OnceLock, Ordering};

/// A hash of words.
///
/// Words are mixed with a number that only their place has, so that none has to wait for the ones before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash {
    sum: u64,
    place: u64,
    key: u64,
}

impl Hash {
    /// Takes in two more words, with one multiplication for both.
    #[inline]
    pub(crate) fn add(&mut self, a: u64, b: u64) {
        self.sum = self.sum.wrapping_add(fold(a ^ self.place, b ^ self.key));
        self.place = self.place.wrapping_add(PLACES);
    }

    /// Notes that a value ends here, so that the words of two values divided elsewhere have another hash.
    #[inline]
    pub(crate) fn end_value(&mut self) {
        self.place = self.place.rotate_left(1);
    }

    /// Returns the bits to find a slot by.
    #[inline]
    pub(crate) fn tag(self) -> u64 {
        // Once more: words that differ in a few low bits have products that do so too, for one key in ten.
        fold(self.sum ^ self.place, self.key) >> 32
    }
}

/// The distance between the numbers of two places: 2^64 over the golden ratio, which spreads them evenly.
const PLACES: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes all bits of both factors: into the upper ones of the product they go up, into the lower ones of its upper half they come down.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// A hash table of numbers that readers walk with loads only.
///
/// Slots hold the upper half of the hash beside the number, so growing needs no hash again.
/// When the table grows, it is copied to one twice as large; the former one stays, for readers that are still in it, until the index is dropped.
/// A reader may thus miss a number that was inserted a moment ago, and asks again under the lock that writers hold.
#[derive(Debug)]
pub(crate) struct Index {
    tables: [OnceLock<Box<[AtomicU64]>>; Self::TABLES],
    current: AtomicUsize,
    /// What hashes are made with: known to nobody, as label values may come from somebody who wants them to collide.
    seeds: [u64; 2],
}

/// Slots of the first table.
const SMALLEST: usize = 8;

/// Tables up to this many slots stay half empty, so that most numbers are where they are looked for first; larger ones would waste memory that way.
const SPARSE: usize = 8192;

impl Index {
    const TABLES: usize = 30;

    pub(crate) fn new() -> Self {
        Self {
            tables: std::array::from_fn(|_| OnceLock::new()),
            current: AtomicUsize::new(0),
            // A factor with many bits, in both halves.
            seeds: [seed(0), seed(1) | 0x8000_0001_0000_0001],
        }
    }

    /// Begins a hash.
    #[inline]
    pub(crate) fn hash(&self) -> Hash {
        let [place, key] = self.seeds;
        Hash { sum: 0, place, key }
    }

    /// Returns each number under the hash `tag`; callers have to look further, as equal hashes prove nothing.
    #[inline]
    pub(crate) fn under(&self, tag: u64) -> impl Iterator<Item = u32> {
        // Acquire: pairs with the release after the table was filled.
        let table = self.tables[self.current.load(Ordering::Acquire)].get();
        let table = table.map_or(&[][..], |table| table);
        let mut at = tag as usize;
        std::iter::from_fn(move || {
            loop {
                // Acquire: pairs with the release in `put`, after which what the number stands for is complete.
                let slot = table
                    .get(at & table.len().wrapping_sub(1))?
                    .load(Ordering::Acquire);
                at += 1;
                if slot >> 32 == tag {
                    // An empty slot ends the search, also if the tag is that of an empty slot.
                    return (slot as u32).checked_sub(1);
                } else if slot == 0 {
                    return None;
                }
            }
        })
    }

    /// Adds `number` under the hash `tag`, as the one after `len` others. Callers hold the lock of the writers.
    pub(crate) fn insert(&self, len: usize, tag: u64, number: u32) {
        let mut current = self.current.load(Ordering::Relaxed);
        let capacity = SMALLEST << current;
        let most = if capacity <= SPARSE {
            capacity / 2
        } else {
            capacity / 8 * 7
        };
        if len >= most {
            let larger = self.table(current + 1);
            for slot in self.table(current) {
                match slot.load(Ordering::Relaxed) {
                    0 => {}
                    slot => put(larger, slot),
                }
            }
            current += 1;
            // Release: whoever is sent to the larger table finds it filled.
            self.current.store(current, Ordering::Release);
        }
        put(self.table(current), tag << 32 | (u64::from(number) + 1));
    }

    fn table(&self, number: usize) -> &[AtomicU64] {
        let slots = SMALLEST << number;
        self.tables[number].get_or_init(|| (0..slots).map(|_| AtomicU64::new(0)).collect())
    }
}

/// Returns a random number, or in a model, which has to run the same way each time, always the same.
fn seed(number: u64) -> u64 {
    if cfg!(loom) {
        return PLACES + number;
    }
    std::hash::RandomState::new().hash_one(number)
}

/// Puts a slot's content into the first free slot for it.
fn put(table: &[AtomicU64], content: u64) {
    let mut at = (content >> 32) as usize;
    loop {
        let slot = &table[at & (table.len() - 1)];
        if slot.load(Ordering::Relaxed) == 0 {
            // Release: whoever reads the number finds what it stands for complete.
            slot.store(content, Ordering::Release);
            return;
        }
        at += 1;
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn hash(index: &Index, word: u64) -> u64 {
        let mut hash = index.hash();
        hash.add(word, 0);
        hash.tag()
    }

    #[test]
    fn numbers_are_found_in_tables_of_all_sizes() {
        let index = Index::new();
        let find = |n: u32| {
            let hash = hash(&index, n.into());
            index
                .under(hash)
                .find_map(|found| (found == n).then_some(n))
        };
        for n in 0..10_000 {
            assert_eq!(find(n), None);
            index.insert(n as usize, hash(&index, n.into()), n);
        }
        assert!((0..10_000).all(|n| find(n) == Some(n)));
    }

    /// B3: a hash is never an identity.
    #[test]
    fn b3_equal_hashes_are_told_apart() {
        let index = Index::new();
        let hash = hash(&index, 42);
        (0..100).for_each(|n| index.insert(n as usize, hash, n));
        for n in 0..100 {
            assert_eq!(index.under(hash).find(|&found| found == n), Some(n));
        }
        assert_eq!(index.under(hash).count(), 100);
    }

    #[test]
    fn every_number_but_the_last_can_be_held() {
        let index = Index::new();
        index.insert(0, u64::from(u32::MAX), u32::MAX - 1);
        assert_eq!(index.under(u32::MAX.into()).next(), Some(u32::MAX - 1));
    }

    #[test]
    fn similar_words_are_spread_evenly_whatever_the_seeds() {
        for shift in [0, 8, 24, 48] {
            for _ in 0..500 {
                let index = Index::new();
                let slots = (0..64_u64).map(|n| hash(&index, n << shift) as u8);
                let different: std::collections::BTreeSet<u8> = slots.collect();
                // 57 are to be expected of 64 in 256; 40 or fewer never happen by chance.
                assert!(different.len() > 40, "{} at {shift}", different.len());
            }
        }
    }
}
