//! From a hash to a number, without a lock.

use std::hash::BuildHasher;

use crate::sync::{AtomicU64, AtomicUsize, OnceLock, Ordering};

/// A hash of words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash {
    state: u64,
    key: u64,
}

impl Hash {
    /// Takes in another word. Says yes, to be asked for more.
    #[inline]
    pub(crate) fn add(&mut self, word: u64) -> bool {
        self.state = fold(self.state ^ word, self.key);
        true
    }

    /// Returns the bits to find a slot by.
    #[inline]
    fn tag(self) -> u64 {
        fold(self.state, self.key) >> 32
    }
}

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
    tables: [OnceLock<Box<[AtomicU64]>>; Index::TABLES],
    current: AtomicUsize,
    /// What hashes begin with and are multiplied by: known to nobody, as label values may come from somebody who wants them to collide.
    seeds: [u64; 2],
}

const SMALLEST: usize = 8;

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
        let [state, key] = self.seeds;
        Hash { state, key }
    }

    /// Asks `check` about each number under `hash`, and returns what it says: equal hashes prove nothing.
    #[inline]
    pub(crate) fn find<T>(&self, hash: &Hash, check: impl Fn(u32) -> Option<T>) -> Option<T> {
        // Acquire: pairs with the release after the table was filled.
        let table = self.tables[self.current.load(Ordering::Acquire)].get()?;
        let tag = hash.tag();
        let mut at = tag as usize;
        loop {
            // Acquire: pairs with the release in `put`, after which what the number stands for is complete.
            let slot = table[at & (table.len() - 1)].load(Ordering::Acquire);
            if slot == 0 {
                return None;
            }
            if slot >> 32 == tag
                && let Some(found) = check(slot as u32 - 1)
            {
                return Some(found);
            }
            at += 1;
        }
    }

    /// Adds `number` under `hash`, as the one after `len` others. Callers hold the lock of the writers.
    pub(crate) fn insert(&self, len: usize, hash: &Hash, number: u32) {
        let mut current = self.current.load(Ordering::Relaxed);
        let capacity = SMALLEST << current;
        if (len + 1) * 8 > capacity * 7 {
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
        put(
            self.table(current),
            hash.tag() << 32 | (u64::from(number) + 1),
        );
    }

    fn table(&self, number: usize) -> &[AtomicU64] {
        let slots = SMALLEST << number;
        self.tables[number].get_or_init(|| (0..slots).map(|_| AtomicU64::new(0)).collect())
    }
}

/// Returns a random number, or in a model, which has to run the same way each time, always the same.
fn seed(number: u64) -> u64 {
    if cfg!(loom) {
        return 0x9E37_79B9_7F4A_7C15 + number;
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

    fn hash(index: &Index, word: u64) -> Hash {
        let mut hash = index.hash();
        hash.add(word);
        hash
    }

    #[test]
    fn numbers_are_found_in_tables_of_all_sizes() {
        let index = Index::new();
        let find = |n: u32| {
            let hash = hash(&index, n.into());
            index.find(&hash, |found| (found == n).then_some(n))
        };
        for n in 0..10_000 {
            assert_eq!(find(n), None);
            index.insert(n as usize, &hash(&index, n.into()), n);
        }
        assert!((0..10_000).all(|n| find(n) == Some(n)));
    }

    /// B3: a hash is never an identity.
    #[test]
    fn b3_equal_hashes_are_told_apart() {
        let index = Index::new();
        let hash = hash(&index, 42);
        (0..100).for_each(|n| index.insert(n as usize, &hash, n));
        for n in 0..100 {
            assert_eq!(
                index.find(&hash, |found| (found == n).then_some(n)),
                Some(n)
            );
        }
        assert_eq!(index.find(&hash, |_| None::<u32>), None);
    }

    #[test]
    fn every_number_but_the_last_can_be_held() {
        let index = Index::new();
        index.insert(0, &index.hash(), u32::MAX - 1);
        assert_eq!(index.find(&index.hash(), Some), Some(u32::MAX - 1));
    }

    #[test]
    fn similar_words_have_hashes_that_differ_in_all_bits() {
        let index = Index::new();
        let tags = |shift: u32| (0..64_u64).map(move |n| n << shift);
        for shift in [0, 8, 24, 48] {
            let hashes = tags(shift).map(|word| hash(&index, word).tag());
            let (ones, zeros) =
                hashes.fold((0, 0), |(ones, zeros), tag| (ones | tag, zeros | !tag));
            assert_eq!((ones & zeros) as u32, u32::MAX, "shift {shift}");
        }
    }
}
