//! The series of a vec: found by their labels, kept in blocks.

use std::cmp::Ordering as Order;
use std::fmt;
use std::sync::Arc;

use crate::desc::Desc;
use crate::series::{Block, Cells};
use crate::sync::{AtomicU32, Mutex, OnceLock, Ordering, lock};
use crate::time::Clock;
use crate::vec::index::Index;
use crate::vec::key::Key;
use crate::vec::labels::{LabelStore, SeriesLabels};
use crate::vec::levels::Levels;
use crate::vec::pages::{Page, Pages, Source};

/// All series of a vec.
///
/// Look-ups are loads; series are born under a lock.
/// Series have numbers in the order of their birth: series `n` is in block `n / C::LEN`.
pub(crate) struct Table<C: Cells> {
    labels: Arc<LabelStore>,
    shape: C::Shape,
    clock: Arc<dyn Clock>,
    /// From the hash of label values to where they are kept.
    index: Index,
    blocks: Levels<OnceLock<Arc<Block<C>>>>,
    /// How many series are complete.
    len: AtomicU32,
    /// Where the label values of the next series go. Whoever makes one holds the lock.
    births: Mutex<usize>,
    pages: Pages,
}

impl<C: Cells> Table<C> {
    pub(crate) fn new(desc: &Desc, shape: C::Shape, clock: Arc<dyn Clock>) -> Self {
        Self {
            labels: Arc::new(LabelStore::new(desc)),
            shape,
            clock,
            index: Index::new(),
            blocks: Levels::new(4),
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
        value: impl Fn(usize) -> &'a str + Copy,
    ) -> (&Arc<Block<C>>, usize) {
        let key = Key::new(self.index.hash(), self.labels.by_name(value));
        let number = match self.find(&key, value) {
            Some(number) => number,
            None => self.add(&key, value),
        };
        self.at(number)
    }

    #[inline]
    fn find<'a>(&self, key: &Key, value: impl Fn(usize) -> &'a str + Copy) -> Option<u32> {
        self.index
            .find(key.tag, |at| self.labels.number_if(at, key, value))
    }

    /// Returns where the series `number` is.
    #[inline]
    pub(crate) fn at(&self, number: u32) -> (&Arc<Block<C>>, usize) {
        let number = number as usize;
        let block = self.blocks.get(number / C::LEN).and_then(OnceLock::get);
        (block.expect("a series has a block"), number % C::LEN)
    }

    #[cold]
    fn add<'a>(&self, key: &Key, value: impl Fn(usize) -> &'a str + Copy) -> u32 {
        let mut next_record = lock(&self.births);
        // Somebody else may have been quicker.
        if let Some(number) = self.find(key, value) {
            return number;
        }
        // Relaxed: only written under the lock.
        let number = self.len.load(Ordering::Relaxed);
        let block = self
            .blocks
            .made(number as usize / C::LEN, OnceLock::new)
            .get_or_init(|| Arc::new(Block::new(&self.labels, C::LEN, &self.shape)));
        let record = self.labels.add(&mut next_record, number, value);
        block.give_birth(number as usize % C::LEN, record, self.clock.now());
        self.index.insert(number as usize, key.tag, record);
        // Release: whoever counts on the series finds it complete.
        self.len.store(number + 1, Ordering::Release);
        number
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
