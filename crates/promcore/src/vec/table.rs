//! The series of a vec: found by their labels, kept in blocks.

use std::cmp::Ordering as Order;
use std::fmt;
use std::sync::Arc;

use crate::desc::Desc;
use crate::series::{Block, Cells};
use crate::sync::{AtomicU32, Mutex, OnceLock, Ordering, lock};
use crate::time::Clock;
use crate::vec::index::Index;
use crate::vec::key::tag;
use crate::vec::labels::{LabelStore, SeriesLabels};
use crate::vec::levels::Levels;
use crate::vec::pages::{Page, Pages, Source};

/// All series of a vec.
///
/// Look-ups are loads; series are born under a lock.
/// Series have numbers in the order of their birth: series `n` is in block `n / C::LEN`.
pub(crate) struct Table<C: Cells> {
    pub(crate) labels: Arc<LabelStore>,
    shape: C::Shape,
    /// From the hash of label values to the number of the series.
    index: Index,
    blocks: Levels<OnceLock<Arc<Block<C>>>, 16>,
    /// How many series are complete.
    len: AtomicU32,
    /// Where the label values of the next series go. Whoever makes one holds the lock.
    births: Mutex<usize>,
    pages: Pages,
}

impl<C: Cells> Table<C> {
    pub(crate) fn new(desc: &Desc, shape: C::Shape, clock: Arc<dyn Clock>) -> Self {
        Self {
            labels: Arc::new(LabelStore::new(desc, clock)),
            shape,
            index: Index::new(),
            blocks: Levels::new(),
            len: AtomicU32::new(0),
            births: Mutex::new(0),
            pages: Pages::new(),
        }
    }

    pub(crate) fn desc(&self) -> &Desc {
        &self.labels.desc
    }

    /// Says whether the text of labels is the same in all text formats.
    pub(crate) fn are_legacy(&self) -> bool {
        self.labels.are_legacy
    }

    /// Returns the series with these label values, and makes it if it is not there.
    #[inline]
    pub(crate) fn get<'a>(
        &self,
        values: impl Iterator<Item = &'a str> + Clone,
    ) -> (&Arc<Block<C>>, usize) {
        let tag = tag(self.index.hash(), values.clone());
        match self.find(tag, &values) {
            Some(found) => found,
            None => self.add(tag, values),
        }
    }

    #[inline(always)]
    fn find<'a>(
        &self,
        tag: u64,
        values: &(impl Iterator<Item = &'a str> + Clone),
    ) -> Option<(&Arc<Block<C>>, usize)> {
        // A loop, as a closure would not be inlined.
        for number in self.index.under(tag) {
            let (block, at) = self.at(number);
            if self.labels.is_of(block.record(at), values.clone()) {
                return Some((block, at));
            }
        }
        None
    }

    /// Returns where the series `number` is.
    #[inline]
    pub(crate) fn at(&self, number: u32) -> (&Arc<Block<C>>, usize) {
        let number = number as usize;
        let block = self.blocks.get(number / C::LEN).and_then(OnceLock::get);
        (block.expect("a series has a block"), number % C::LEN)
    }

    #[cold]
    fn add<'a>(
        &self,
        tag: u64,
        values: impl Iterator<Item = &'a str> + Clone,
    ) -> (&Arc<Block<C>>, usize) {
        let mut next_record = lock(&self.births);
        // Somebody else may have been quicker.
        if let Some(found) = self.find(tag, &values) {
            return found;
        }
        // Relaxed: only written under the lock.
        let number = self.len.load(Ordering::Relaxed);
        let block = self
            .blocks
            .made(number as usize / C::LEN, OnceLock::new)
            .get_or_init(|| Arc::new(Block::new(&self.labels, C::LEN, &self.shape)));
        let record = self.labels.add(&mut next_record, values);
        let at = number as usize % C::LEN;
        block.give_birth(at, record);
        self.index.insert(number as usize, tag, number);
        // Release: whoever counts on the series finds it complete.
        self.len.store(number + 1, Ordering::Release);
        (block, at)
    }

    /// Returns how many series there are.
    pub(crate) fn len(&self) -> usize {
        // Acquire: pairs with the release in `add`.
        self.len.load(Ordering::Acquire) as usize
    }

    /// Returns the blocks of all series, in the order of their numbers.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block<C>> {
        let count = self.len().div_ceil(C::LEN);
        let blocks = (0..count).map(|at| self.blocks.get(at)?.get());
        blocks.map(|block| &**block.expect("a series has a block"))
    }

    /// Returns all series in the order of their labels.
    pub(crate) fn pages(&self) -> Arc<[Arc<Page>]> {
        // Acquire: pairs with the release in `add`.
        self.pages.of_first(self.len.load(Ordering::Acquire), self)
    }

    /// Returns the labels of the series `number`.
    pub(crate) fn labels(&self, number: u32) -> SeriesLabels<'_> {
        let (block, at) = self.at(number);
        block.labels(at)
    }
}

/// Series are compared by their records, which takes them from one place instead of three.
impl<C: Cells> Source for Table<C> {
    fn key(&self, number: u32) -> u32 {
        let (block, at) = self.at(number);
        block.record(at)
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
