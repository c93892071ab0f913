//! A list that grows without moving what it holds.

use crate::sync::OnceLock;

/// Items in levels: the first has `FIRST`, a power of two, and each of the others is as long as all before it.
///
/// Items stay where they are for as long as the list lives, so that readers need no lock and may keep references.
#[derive(Debug)]
pub(crate) struct Levels<T, const FIRST: usize> {
    /// The first level is right here: most lists are short.
    first: [T; FIRST],
    others: [OnceLock<Box<[T]>>; COUNT],
}

/// How many levels there are at most behind the first one.
const COUNT: usize = 24;

impl<T, const FIRST: usize> Levels<T, FIRST> {
    /// Makes a list of items that `make` makes.
    pub(crate) fn new(make: impl Fn() -> T) -> Self {
        const { assert!(FIRST.is_power_of_two(), "levels are found by bits") };
        Self {
            first: std::array::from_fn(|_| make()),
            others: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Returns the level of item `at`, and where in it the item is.
    #[inline]
    fn locate(at: usize) -> (usize, usize) {
        let level = (at / FIRST).ilog2();
        (level as usize, at - (FIRST << level))
    }

    /// Returns the item `at`, if its level has been made.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        if let Some(item) = self.first.get(at) {
            return Some(item);
        }
        let (level, offset) = Self::locate(at);
        self.others.get(level)?.get()?.get(offset)
    }

    /// Makes the level of item `at`, if it has not been made, and returns the item.
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
