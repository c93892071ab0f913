//! A lock-free index from hashes to series.

use crate::sync::{AtomicU32, AtomicUsize, OnceLock, Ordering};

/// A hash table of numbers, which readers traverse with loads only.
///
/// A slot holds a number, a part of its hash in the bits that numbers of this table do not need, and a bit for being taken.
/// When the table grows, a new one replaces it; the former one is kept until the index is dropped, for readers still in it.
/// A reader may thus miss a number that was just inserted, or that is being moved to the next table; readers that find nothing retry under the table's lock.
/// Numbers no longer in use stay until their slots are needed: equal hashes prove nothing, so readers check further in any case.
#[derive(Debug)]
pub(crate) struct Index {
    tables: [OnceLock<Box<[AtomicU32]>>; Self::TABLES],
    current: AtomicUsize,
}

/// The number of slots taken in the current table; kept under the table's lock.
#[derive(Debug, Default)]
pub(crate) struct Taken(usize);

/// The number of slots in the first table; each other table has four times as many as the previous one, so that numbers seldom move, and all former tables together take a third of the last.
const SMALLEST: usize = 8;

/// Tables up to this size stay three quarters empty, so that nearly all numbers are in the first slot that is read.
const SPARSE: usize = 4096;

/// Tables up to this size stay half empty; for larger ones, that would waste memory.
const HALF: usize = 32_768;

impl Index {
    const TABLES: usize = 14;

    pub(crate) fn new() -> Self {
        Self {
            tables: std::array::from_fn(|_| OnceLock::new()),
            current: AtomicUsize::new(0),
        }
    }

    /// Returns each number under `hash`; callers must check further, because equal hashes prove nothing.
    #[inline]
    pub(crate) fn under(&self, hash: u64) -> impl Iterator<Item = u32> {
        // Acquire: pairs with the release after the table was filled.
        let table = self.tables[self.current.load(Ordering::Acquire)].get();
        let table = table.map_or(&[][..], |table| table);
        let (numbers, wanted) = parts(table, hash);
        let mut at = hash as usize;
        std::iter::from_fn(move || {
            loop {
                // Acquire: pairs with the release in `put`, so that the series of the number is complete.
                let slot = table
                    .get(at & table.len().wrapping_sub(1))?
                    .load(Ordering::Acquire);
                at += 1;
                // Only bits of the number differ if the upper bits are those of the hash.
                if slot ^ wanted <= numbers {
                    return Some(slot & numbers);
                } else if slot == 0 {
                    return None;
                }
            }
        })
    }

    /// Adds `number` under `hash`; if that takes another table, `all` passes it all numbers in use with their hashes.
    ///
    /// Callers hold the table's lock.
    pub(crate) fn insert(
        &self,
        taken: &mut Taken,
        (hash, number): (u64, u32),
        live: usize,
        all: impl FnOnce(&mut dyn FnMut(u64, u32)),
    ) {
        // Relaxed: only written under the lock.
        let current = self.current.load(Ordering::Relaxed);
        let mut next = current;
        while live >= most(next) / 2 + most(next) / 4 && taken.0 >= most(next)
            || number as usize >= 2 * slots(next)
        {
            next += 1;
        }
        if next == current && taken.0 < most(current) {
            taken.0 += usize::from(put(self.table(current), hash, number));
            return;
        }
        let table = self.table(next);
        if next == current {
            // Relaxed: a reader that misses a number meanwhile retries under the lock.
            table
                .iter()
                .for_each(|slot| slot.store(0, Ordering::Relaxed));
        }
        taken.0 = 0;
        all(&mut |hash, number| taken.0 += usize::from(put(table, hash, number)));
        taken.0 += usize::from(put(table, hash, number));
        // Release: a reader that gets to the larger table finds it filled.
        self.current.store(next, Ordering::Release);
    }

    fn table(&self, number: usize) -> &[AtomicU32] {
        let made = || (0..slots(number)).map(|_| AtomicU32::new(0)).collect();
        self.tables[number].get_or_init(made)
    }
}

const fn slots(number: usize) -> usize {
    SMALLEST << (2 * number)
}

/// Returns how many slots of the table `number` may be taken.
const fn most(number: usize) -> usize {
    match slots(number) {
        slots @ ..=SPARSE => slots / 4,
        slots @ ..=HALF => slots / 2,
        slots => slots / 8 * 7,
    }
}

/// The bit of a slot for being taken, so that an empty slot never matches a hash.
const TAKEN: u32 = 1 << 31;

/// Returns a mask for the number in a slot, and a word with the other bits for `hash`.
#[inline]
fn parts(table: &[AtomicU32], hash: u64) -> (u32, u32) {
    let numbers = (2 * table.len()).wrapping_sub(1) as u32;
    (numbers, (hash >> 32) as u32 | TAKEN)
}

/// Puts a number into the first free slot for it, and returns whether it was new.
fn put(table: &[AtomicU32], hash: u64, number: u32) -> bool {
    let (numbers, others) = parts(table, hash);
    let content = others & !numbers | number;
    let mut at = hash as usize;
    loop {
        let slot = &table[at & (table.len() - 1)];
        // Relaxed: only written under the lock.
        match slot.load(Ordering::Relaxed) {
            0 => {
                // Release: a reader of the number finds its series complete.
                slot.store(content, Ordering::Release);
                return true;
            }
            same if same == content => {
                // Stored again, to publish its current series.
                slot.store(content, Ordering::Release);
                return false;
            }
            _ => at += 1,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::vec::hash::Seeds;

    struct Numbers(Index, Taken, Vec<(u64, u32)>);

    impl Numbers {
        fn new() -> Self {
            Self(Index::new(), Taken::default(), Vec::new())
        }

        fn insert(&mut self, hash: u64, number: u32) {
            let Self(index, taken, all) = self;
            index.insert(taken, (hash, number), all.len(), |each| {
                all.iter().for_each(|&(hash, number)| each(hash, number));
            });
            all.push((hash, number));
        }

        fn has(&self, hash: u64, number: u32) -> bool {
            self.0.under(hash).any(|found| found == number)
        }
    }

    fn hashes() -> impl Fn(u32) -> u64 {
        let seeds = Seeds::new();
        move |n| {
            let mut hash = seeds.hash();
            hash.add(n.into(), 0);
            hash.finish()
        }
    }

    #[test]
    fn numbers_are_found_in_tables_of_all_sizes() {
        let (mut numbers, hash) = (Numbers::new(), hashes());
        for n in 0..100_000 {
            assert!(!numbers.has(hash(n), n));
            numbers.insert(hash(n), n);
        }
        assert!((0..100_000).all(|n| numbers.has(hash(n), n)));
    }

    /// B3: a hash does not identify a series.
    #[test]
    fn b3_equal_hashes_are_told_apart() {
        let (mut numbers, hash) = (Numbers::new(), hashes());
        (0..100).for_each(|n| numbers.insert(hash(42), n));
        assert!((0..100).all(|n| numbers.has(hash(42), n)));
        assert_eq!(numbers.0.under(hash(42)).count(), 100);
    }

    #[test]
    fn an_empty_slot_ends_a_search_for_any_hash() {
        let mut numbers = Numbers::new();
        numbers.insert(0, 0);
        assert_eq!(numbers.0.under(0).collect::<Vec<_>>(), [0]);
        assert_eq!(numbers.0.under(7).count(), 0);
    }

    #[test]
    fn large_numbers_make_room_for_themselves() {
        let (mut numbers, hash) = (Numbers::new(), hashes());
        numbers.insert(hash(1), 1_000_000);
        assert!(numbers.has(hash(1), 1_000_000));
    }

    #[test]
    fn numbers_that_come_and_go_take_no_more_room() {
        let (mut numbers, hash) = (Numbers::new(), hashes());
        for n in 0..100_000 {
            numbers.2.clear();
            numbers.insert(hash(n), n % 4);
            assert!(numbers.has(hash(n), n % 4));
        }
        assert!(numbers.0.current.load(Ordering::Relaxed) < 2);
    }
}
