//! The series of a vec, found by labels and stored in blocks.

use std::any::Any;
use std::cmp::Ordering as Order;
use std::fmt;
use std::sync::Arc;

use crate::block::{Block, State};
use crate::desc::Desc;
use crate::series::{Cells, Found, Place};
use crate::sync::{AtomicU32, Mutex, OnceLock, Ordering, lock};
use crate::time::Clock;
use crate::vec::dense::Dense;
use crate::vec::hash::Seeds;
use crate::vec::index::Index;
use crate::vec::key::{Given, begins_few, hash};
use crate::vec::labels::{LabelStore, SeriesLabels, Values, given};
use crate::vec::levels::Levels;
use crate::vec::pages::{Page, Pages, Source};
use crate::vec::roster::Roster;

/// Custom metrics taken out of removed series, which are dropped when no lock is held.
type DeferredDrops = Vec<Arc<dyn Any + Send + Sync>>;

/// All series of a vec.
///
/// Look-ups only load; series are created and removed under a lock.
/// Series are numbered in the order of creation, but a new series may get the place of a removed one: series `n` is in block `n / C::LEN`.
pub(crate) struct Table<C: Cells> {
    pub(crate) labels: Arc<LabelStore>,
    shape: C::Shape,
    seeds: Seeds,
    /// From hashes of label values to series numbers.
    index: Index,
    blocks: Levels<OnceLock<Arc<Block<C>>>, 16>,
    /// How many series numbers have been assigned.
    len: AtomicU32,
    /// If label sets have numbers: the series of each.
    dense: Dense<C>,
    roster: Mutex<Roster>,
    pages: Pages,
}

impl<C: Cells> Table<C> {
    pub(crate) fn new(desc: &Desc, shape: C::Shape, clock: Arc<dyn Clock>, dense: usize) -> Self {
        Self {
            labels: Arc::new(LabelStore::new(desc, clock)),
            shape,
            seeds: Seeds::new(),
            index: Index::new(),
            blocks: Levels::new(OnceLock::new),
            len: AtomicU32::new(0),
            dense: Dense::new(dense),
            roster: Mutex::new(Roster::default()),
            pages: Pages::new(),
        }
    }

    pub(crate) fn desc(&self) -> &Desc {
        &self.labels.desc
    }

    /// Returns whether the rendered labels are the same in all text formats.
    pub(crate) fn are_legacy(&self) -> bool {
        self.labels.are_legacy
    }

    /// Returns the series with these label values, creating it if it is missing.
    // The fast path has neither a loop nor a call: a loop would keep everything in memory that it might need again.
    #[inline(always)]
    pub(crate) fn get<const N: usize>(&self, values: [&str; N]) -> Found<'_, C> {
        match self.get_at_once(values) {
            Some(found) => found,
            // A copy made here keeps the values out of memory on the fast path.
            None => self.look_further::<N>(std::array::from_fn(|at| values[at])),
        }
    }

    #[inline(always)]
    fn get_at_once<const N: usize>(&self, values: [&str; N]) -> Option<Found<'_, C>> {
        let given = Given::few(values)?;
        let hash = hash(self.seeds.hash(), given.into_iter());
        let number = self.index.under(hash).next()?;
        let (block, at) = self.at(number);
        let labels = block.near_labels(at)?;
        begins_few(labels, &given).then(|| Found {
            block,
            place: Place::new(at, false),
        })
    }

    // By value, so that the fast path need not have the values in memory; for the same reason it does not take the hash.
    #[inline(never)]
    fn look_further<const N: usize>(&self, values: [&str; N]) -> Found<'_, C> {
        let given: [_; N] = std::array::from_fn(|at| Given::new(values[at]));
        let hash = hash(self.seeds.hash(), given.iter().copied());
        self.get_slowly(hash, given.iter().copied())
    }

    /// Returns the series of a label set by its number, if it can be found that way.
    #[inline]
    pub(crate) fn get_numbered(&self, label_set: usize) -> Option<Found<'_, C>> {
        let (block, at) = self.dense.get(label_set)?;
        Some(Found {
            block,
            place: Place::new(at, false),
        })
    }

    /// Returns the series with these values, and lets later look-ups find it by the number of its label set.
    #[cold]
    pub(crate) fn number(&self, label_set: usize, values: &[&str]) -> Found<'_, C> {
        let found = self.get_any(values);
        if !found.place.is_counted() {
            let roster = &mut *lock(&self.roster);
            // It may have been removed before the lock was taken.
            if let Some(number) = self.living(values) {
                let (block, at) = self.at(number);
                if block.state(at).is_permanent() && self.dense.put(label_set, block, at) {
                    roster.note_label_set(number, label_set);
                }
            }
        }
        found
    }

    /// Returns the series with these values, of any number.
    pub(crate) fn get_any(&self, values: &[&str]) -> Found<'_, C> {
        // The numbers of values that most vecs have are looked up without a loop.
        match *values {
            [a] => self.get([a]),
            [a, b] => self.get([a, b]),
            [a, b, c] => self.get([a, b, c]),
            _ => self.get_slowly(self.hash_of(values), given(values)),
        }
    }

    fn get_slowly<'a>(&self, hash: u64, values: impl Values<'a>) -> Found<'_, C> {
        let len = self.len();
        self.find(hash, &values)
            .unwrap_or_else(|| self.add(hash, values, Some(len), |_, _| {}))
    }

    fn find<'a>(&self, hash: u64, values: &impl Values<'a>) -> Option<Found<'_, C>> {
        let mut numbers = self.index.under(hash);
        numbers.find_map(|number| self.take(number, values))
    }

    /// Returns the series with these values if it exists.
    pub(crate) fn find_any(&self, values: &[&str]) -> Option<Found<'_, C>> {
        self.find(self.hash_of(values), &given(values))
    }

    /// Returns the series with these values; if it is created, `prepare` gets its cells first.
    pub(crate) fn get_prepared(
        &self,
        values: &[&str],
        prepare: impl FnOnce(&C, usize),
    ) -> Found<'_, C> {
        self.add(self.hash_of(values), given(values), None, prepare)
    }

    fn hash_of(&self, values: &[&str]) -> u64 {
        hash(self.seeds.hash(), given(values))
    }

    /// Returns the series `number` if it is live and has these values.
    fn take<'a>(&self, number: u32, values: &impl Values<'a>) -> Option<Found<'_, C>> {
        let (block, at) = self.at(number);
        let is_it = |state: State| self.labels.is_of(state.record(), values.clone());
        let state = block.state(at);
        if state.is_gone() || !is_it(state) {
            return None;
        }
        let is_counted = state.is_counted();
        if is_counted {
            if !block.hold(at) {
                return None;
            }
            // Its place may have been reused before it was held.
            if !is_it(block.state(at)) {
                block.let_go(at);
                return None;
            }
        }
        Some(Found {
            block,
            place: Place::new(at, is_counted),
        })
    }

    /// Returns where the series `number` is.
    #[inline]
    pub(crate) fn at(&self, number: u32) -> (&Arc<Block<C>>, usize) {
        let number = number as usize;
        let block = self.blocks.get(number / C::LEN).and_then(OnceLock::get);
        (block.expect("a series has a block"), number % C::LEN)
    }

    fn state(&self, number: u32) -> State {
        let (block, at) = self.at(number);
        block.state(at)
    }

    /// Creates a series, unless another thread was faster; `searched` is the number of series when the caller's look-up failed.
    #[cold]
    fn add<'a>(
        &self,
        hash: u64,
        values: impl Values<'a>,
        searched: Option<usize>,
        prepare: impl FnOnce(&C, usize),
    ) -> Found<'_, C> {
        // Before taking the lock, because the clock may be user code.
        let now = self.labels.clock.now();
        let roster = &mut *lock(&self.roster);
        let is_counted = roster.has_removed;
        // If no series was created meanwhile, and no place reused, there is nothing new to find.
        let has_searched = !is_counted && searched == Some(self.len());
        if !has_searched && let Some(found) = self.find(hash, &values) {
            return found;
        }
        let is_free = |number| {
            let (block, at) = self.at(number);
            block.is_free(at)
        };
        let number = match roster.take_removed(is_free) {
            Some(removed) => {
                roster.room.give_back(removed.record, removed.record_len);
                let (block, at) = self.at(removed.number);
                block.cells.clear(at);
                removed.number
            }
            // Relaxed: only written under the lock.
            None => self.len.load(Ordering::Relaxed),
        };
        let block = self.blocks.made(number as usize / C::LEN, OnceLock::new);
        let at = number as usize % C::LEN;
        let count = if at == 0 { C::LEN } else { 1 };
        let record = self.labels.keep(&mut roster.room, values, count);
        let made = || Arc::new(Block::new(&self.labels, record, C::LEN, &self.shape));
        let block = block.get_or_init(made);
        prepare(&block.cells, at);
        block.init(at, record, is_counted, now);
        self.index
            .insert(&mut roster.taken, (hash, number), roster.live, |each| {
                self.hash_again(number, each);
            });
        roster.live += 1;
        roster.note_change(number);
        if number == self.len.load(Ordering::Relaxed) {
            // Release: readers of the length find the series complete.
            self.len.store(number + 1, Ordering::Release);
        }
        Found {
            block,
            place: Place::new(at, is_counted),
        }
    }

    /// Passes the hashes and numbers of all live series except `number` to `each`.
    fn hash_again(&self, number: u32, each: &mut dyn FnMut(u64, u32)) {
        for other in self.alive().filter(|&other| other != number) {
            let hash = hash(self.seeds.hash(), self.labels(other).values());
            each(hash, other);
        }
    }

    /// Removes the series with these label values, and returns whether there was one.
    pub(crate) fn remove(&self, values: &[&str]) -> bool {
        let mut deferred = DeferredDrops::new();
        let roster = &mut *lock(&self.roster);
        let found = self.living(values);
        if let Some(number) = found {
            self.retire(roster, number, &mut deferred);
        }
        found.is_some()
    }

    /// Returns the number of the series with these label values, if it exists. Callers hold the table's lock.
    fn living(&self, values: &[&str]) -> Option<u32> {
        let is_it = |&number: &u32| {
            let state = self.state(number);
            !state.is_gone() && self.labels.is_of(state.record(), given(values))
        };
        self.index.under(self.hash_of(values)).find(is_it)
    }

    /// Removes all series whose labels are `wanted`, and returns their number.
    pub(crate) fn remove_all(&self, wanted: impl Fn(SeriesLabels<'_>) -> bool) -> usize {
        let mut deferred = DeferredDrops::new();
        let roster = &mut *lock(&self.roster);
        let before = roster.live;
        self.alive()
            .filter(|&number| wanted(self.labels(number)))
            .for_each(|number| self.retire(roster, number, &mut deferred));
        before - roster.live
    }

    fn retire(&self, roster: &mut Roster, number: u32, deferred: &mut DeferredDrops) {
        let (block, at) = self.at(number);
        let state = block.state(at);
        let record = state
            .is_counted()
            .then(|| (state.record(), block.labels(at).len()));
        block.mark_gone(at);
        deferred.extend(block.cells.take_out(at));
        roster.take_label_sets(number, |label_set| self.dense.forget(label_set));
        roster.note_removal(number, record);
    }

    /// Returns the numbers of all live series. Callers hold the table's lock.
    fn alive(&self) -> impl Iterator<Item = u32> {
        // Relaxed: only written under the lock.
        let numbers = 0..self.len.load(Ordering::Relaxed);
        numbers.filter(|&number| !self.state(number).is_gone())
    }

    /// Returns how many series numbers have been assigned.
    pub(crate) fn len(&self) -> usize {
        // Acquire: pairs with the release in `add`.
        self.len.load(Ordering::Acquire) as usize
    }

    /// Returns the blocks of all series, in numerical order.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block<C>> {
        let count = self.len().div_ceil(C::LEN);
        let blocks = (0..count).map(|at| self.blocks.get(at)?.get());
        blocks.map(|block| &**block.expect("a series has a block"))
    }

    /// Begins a scrape: until it ends, no place that it reads is reused.
    pub(crate) fn scrape(&self) -> Scrape<'_, C> {
        let mut number = 0;
        let pages = self.pages.update(
            || {
                let mut roster = lock(&self.roster);
                let changes;
                let len = self.len.load(Ordering::Relaxed);
                (number, changes) = roster.begin_scrape(len, |n| !self.state(n).is_gone());
                changes
            },
            self,
        );
        Scrape {
            table: self,
            number,
            pages,
        }
    }

    /// Returns the labels of the series `number`.
    pub(crate) fn labels(&self, number: u32) -> SeriesLabels<'_> {
        let (block, at) = self.at(number);
        block.labels(at)
    }
}

/// A scrape of a table, from beginning to end.
pub(crate) struct Scrape<'a, C: Cells> {
    pub(crate) table: &'a Table<C>,
    number: u64,
    /// All series, sorted by labels.
    pub(crate) pages: Arc<[Arc<Page>]>,
}

impl<C: Cells> Drop for Scrape<'_, C> {
    fn drop(&mut self) {
        lock(&self.table.roster).end_scrape(self.number);
    }
}

/// Series are compared by their records, to read from one place instead of three.
impl<C: Cells> Source for Table<C> {
    fn key(&self, number: u32) -> u32 {
        self.state(number).record()
    }

    fn compare(&self, a: u32, b: u32) -> Order {
        self.labels.of(a).compare(self.labels.of(b))
    }

    fn text(&self, key: u32, text: &mut Vec<u8>) {
        self.labels.of(key).write(text);
    }
}

impl<C: Cells> fmt::Debug for Table<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("desc", self.desc())
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::cell::sum::Sums;
    use crate::desc::DescOpts;
    use crate::time::system_clock;

    #[test]
    fn nearly_all_label_values_are_near() {
        let desc = Desc::new(DescOpts::new("m", "").variable_labels(["l"])).unwrap();
        let table = Table::<Sums>::new(&desc, (), system_clock(), 0);
        let value = |n: usize| format!("{n}{}", "x".repeat(n * 7 % 40));
        (0..10_000).for_each(|n| _ = table.get([&value(n)]));
        let is_near = |&number: &u32| {
            let (block, at) = table.at(number);
            block.near_labels(at).is_some()
        };
        assert!((0..100).filter(is_near).count() > 80);
        assert!((0..10_000).filter(is_near).count() > 9_900);
        // All are found, on either path.
        (0..10_000).for_each(|n| assert!(table.get([&value(n)]).place.at() == n % Sums::LEN));
        assert_eq!(table.len(), 10_000);
    }
}
