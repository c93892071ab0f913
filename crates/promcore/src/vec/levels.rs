//! A list that grows without moving its items.

use crate::sync::OnceLock;

/// Items in levels: the first level has `FIRST` items, a power of two, and each other is as long as all levels before it.
///
/// Items do not move while the list exists, so readers need no lock and may keep references.
#[derive(Debug)]
pub(crate) struct Levels<T, const FIRST: usize> {
    /// The first level is inline, because most lists are short.
    first: [T; FIRST],
    others: [OnceLock<Box<[T]>>; COUNT],
}

/// The maximum number of levels after the first.
const COUNT: usize = 24;

impl<T, const FIRST: usize> Levels<T, FIRST> {
    /// Makes a list of items made by `make`.
    pub(crate) fn new(make: impl Fn() -> T) -> Self {
        const { assert!(FIRST.is_power_of_two(), "levels are found by bits") };
        Self {
            first: std::array::from_fn(|_| make()),
            others: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Returns the level of item `at`, and its offset in the level.
    #[inline]
    fn locate(at: usize) -> (usize, usize) {
        let level = (at / FIRST).ilog2();
        (level as usize, at - (FIRST << level))
    }

    /// Returns the item `at`, if its level exists.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        if let Some(item) = self.first.get(at) {
            return Some(item);
        }
        let (level, offset) = Self::locate(at);
        self.others.get(level)?.get()?.get(offset)
    }

    /// Returns the item `at`, making its level if it is missing.
    pub(crate) fn made(&self, at: usize, make: impl Fn() -> T) -> &T {
        if let Some(item) = self.first.get(at) {
            return item;
        }
        let (level, offset) = Self::locate(at);
        let len = FIRST << level;
        let items = self.others[level].get_or_init(|| (0..len).map(|_| make()).collect());
        &items[offset]
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn items_are_where_they_were() {
        let levels = Levels::<usize, 4>::new(|| 7);
        assert!(levels.get(4).is_none());
        for at in 0..100 {
            levels.made(at, || 7);
            assert_eq!(levels.get(at), Some(&7));
        }
        assert!(levels.get(1_000).is_none());
    }
}
