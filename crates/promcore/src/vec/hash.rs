//! The hash for look-ups.

use std::hash::{BuildHasher, RandomState};

/// A hash of words.
///
/// Words are mixed with seeds that depend on their position, so that none has to wait for the previous ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash<'a> {
    sum: u64,
    place: usize,
    seeds: &'a Seeds,
}

/// Random seeds for mixing words, kept secret because label values may be chosen by somebody who wants them to collide.
///
/// They are precomputed, because computing them would take as long as the rest of the hash.
#[derive(Debug)]
pub(crate) struct Seeds {
    places: [[u64; 2]; PLACES],
    /// The initial value of a hash.
    first: u64,
    /// The factor that finishes a hash.
    last: u64,
}

/// Seeds for words that are hashed apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Apart {
    place: u64,
    key: u64,
}

/// The number of pairs of words with seeds of their own; further pairs reuse the seeds, after the sum of the previous ones has been mixed.
const PLACES: usize = 16;

/// 2^64 over the golden ratio: steps of this length are spread evenly.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Seeds {
    pub(crate) fn new() -> Self {
        let random = RandomState::new();
        // A model has to run the same way each time, so its seeds are fixed.
        let seed = |number: usize| {
            if cfg!(loom) {
                STEP.wrapping_mul(number as u64 + 1)
            } else {
                random.hash_one(number)
            }
        };
        let pair = |at: usize| [seed(2 * at), seed(2 * at + 1)];
        let [first, last] = pair(PLACES);
        Self {
            places: std::array::from_fn(pair),
            first,
            // A factor with many bits set, in both halves.
            last: last | 0x8000_0001_0000_0001,
        }
    }

    /// Begins a hash.
    #[inline]
    pub(crate) fn hash(&self) -> Hash<'_> {
        Hash {
            sum: self.first,
            place: 0,
            seeds: self,
        }
    }
}

impl Hash<'_> {
    /// Adds two more words, with one multiplication for both.
    #[inline]
    pub(crate) fn add(&mut self, a: u64, b: u64) {
        if self.place == PLACES {
            (self.sum, self.place) = (self.finish(), 0);
        }
        let [seed_a, seed_b] = self.seeds.places[self.place];
        self.sum = self.sum.wrapping_add(fold(a ^ seed_a, b ^ seed_b));
        self.place += 1;
    }

    /// Returns seeds to hash words apart from those added here.
    #[inline]
    pub(crate) fn apart(&self) -> Apart {
        let [place, key] = self.seeds.places[self.place % PLACES];
        Apart {
            place: place.rotate_left(32),
            key,
        }
    }

    /// Adds the sum of words that were hashed apart.
    #[inline]
    pub(crate) fn add_sum(&mut self, sum: u64) {
        self.sum = self.sum.wrapping_add(sum);
    }

    /// Returns the hash.
    #[inline]
    pub(crate) fn finish(self) -> u64 {
        // Mixed once more: for one seed in ten, words that differ in a few low bits have products that do so, too.
        fold(self.sum, self.seeds.last)
    }
}

impl Apart {
    /// Returns the sum of any number of `words`.
    pub(crate) fn sum(self, words: impl Iterator<Item = u64>) -> u64 {
        let places = (0..).map(|at| self.place.wrapping_add(STEP.wrapping_mul(at)));
        let mixed = words
            .zip(places)
            .map(|(word, place)| fold(word ^ place, self.key));
        mixed.fold(0, u64::wrapping_add)
    }
}

/// Mixes all bits of both factors: multiplying moves them up, and folding the upper half of the product onto the lower moves them down.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn similar_words_are_spread_evenly_whatever_the_seeds() {
        for shift in [0, 8, 24, 48] {
            for _ in 0..500 {
                let seeds = Seeds::new();
                let hash = |n: u64| {
                    let mut hash = seeds.hash();
                    hash.add(n << shift, 0);
                    hash.finish()
                };
                // 64 hashes are expected to fill 57 of 256 slots; 40 or fewer never happen by chance.
                for part in [0, 32, 56] {
                    let slots: BTreeSet<u8> = (0..64).map(|n| (hash(n) >> part) as u8).collect();
                    assert!(slots.len() > 40, "{} at {shift}, {part}", slots.len());
                }
            }
        }
    }

    #[test]
    fn each_of_many_words_counts() {
        let seeds = Seeds::new();
        let hash = |changed: usize| {
            let mut hash = seeds.hash();
            (0..100).for_each(|at| hash.add(u64::from(at == changed), 7));
            hash.finish()
        };
        let different: BTreeSet<u64> = (0..=100).map(hash).collect();
        assert_eq!(different.len(), 101);
    }
}
