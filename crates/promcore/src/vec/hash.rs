//! The hash that series are looked up by.

use std::hash::BuildHasher;

/// A hash of words.
///
/// Words are mixed with a number that only their place has, so that none has to wait for the ones before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash {
    sum: u64,
    place: u64,
    key: u64,
}

/// What hashes start with: known to nobody, as label values may come from somebody who wants them to collide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeds {
    place: u64,
    key: u64,
}

/// The distance between the numbers of two places: 2^64 over the golden ratio, which spreads them evenly.
const PLACES: u64 = 0x9E37_79B9_7F4A_7C15;

impl Seeds {
    pub(crate) fn new() -> Self {
        Self {
            place: seed(0),
            // A factor with many bits, in both halves.
            key: seed(1) | 0x8000_0001_0000_0001,
        }
    }

    /// Begins a hash.
    #[inline]
    pub(crate) fn hash(self) -> Hash {
        Hash {
            sum: 0,
            place: self.place,
            key: self.key,
        }
    }
}

impl Hash {
    /// Takes in two more words, with one multiplication for both.
    #[inline]
    pub(crate) fn add(&mut self, a: u64, b: u64) {
        self.sum = self.sum.wrapping_add(fold(a ^ self.place, b ^ self.key));
        self.place = self.place.wrapping_add(PLACES);
    }

    /// Returns what it takes to hash words apart from those that are taken in here.
    #[inline]
    pub(crate) fn apart(&self) -> Seeds {
        Seeds {
            place: self.place.rotate_left(32),
            key: self.key,
        }
    }

    /// Takes in words that were hashed apart.
    #[inline]
    pub(crate) fn add_sum(&mut self, sum: u64) {
        self.sum = self.sum.wrapping_add(sum);
    }

    /// Returns what was taken in, for another hash.
    pub(crate) fn sum(self) -> u64 {
        self.sum
    }

    /// Returns the hash.
    #[inline]
    pub(crate) fn finish(self) -> u64 {
        // Once more: words that differ in a few low bits have products that do so too, for one key in ten.
        fold(self.sum ^ self.place, self.key)
    }
}

/// Mixes all bits of both factors: into the upper ones of the product they go up, into the lower ones of its upper half they come down.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Returns a random number, or in a model, which has to run the same way each time, always the same.
fn seed(number: u64) -> u64 {
    if cfg!(loom) {
        return PLACES.wrapping_add(number);
    }
    std::hash::RandomState::new().hash_one(number)
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
                // 57 are to be expected of 64 in 256; 40 or fewer never happen by chance.
                for part in [0, 32, 56] {
                    let slots: BTreeSet<u8> = (0..64).map(|n| (hash(n) >> part) as u8).collect();
                    assert!(slots.len() > 40, "{} at {shift}, {part}", slots.len());
                }
            }
        }
    }
}
