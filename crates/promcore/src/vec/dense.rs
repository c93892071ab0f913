//! Series that are found by the numbers of their label sets.

use std::fmt;

use crate::block::Block;
use crate::series::Cells;
use crate::sync::{Arc, AtomicU32, OnceLock, Ordering};

/// For each label set, where its series is.
///
/// Only series that are alive and permanent are here, so that a reader that finds one need not look at what became of it.
/// As there are none of those any more once a series was removed, a label set has one at most, for good.
pub(crate) struct Dense<C: Cells>(Box<[Slot<C>]>);

struct Slot<C: Cells> {
    block: OnceLock<Arc<Block<C>>>,
    /// Which series of the block it is, or [`NOWHERE`].
    at: AtomicU32,
}

/// There is no series, or it has to be looked for.
const NOWHERE: u32 = u32::MAX;

impl<C: Cells> Dense<C> {
    pub(crate) fn new(label_sets: usize) -> Self {
        let slot = |_| Slot {
            block: OnceLock::new(),
            at: AtomicU32::new(NOWHERE),
        };
        Self((0..label_sets).map(slot).collect())
    }

    /// Returns where the series of a label set is, if that is known.
    #[inline]
    pub(crate) fn get(&self, label_set: usize) -> Option<(&Arc<Block<C>>, usize)> {
        let slot = self.0.get(label_set)?;
        // Acquire: pairs with the release in `put`, so that the series is complete.
        let at = slot.at.load(Ordering::Acquire) as usize;
        if at >= C::LEN {
            return None;
        }
        // Unlike a question mark this tells the compiler what to expect.
        let block = slot.block.get().expect("a place is in a block");
        Some((block, at))
    }

    /// Notes where the series of a label set is, and says whether there is a slot for that. Callers hold the table's lock, and have seen that it is alive and permanent.
    pub(crate) fn put(&self, label_set: usize, block: &Arc<Block<C>>, at: usize) -> bool {
        let Some(slot) = self.0.get(label_set) else {
            return false;
        };
        slot.block.get_or_init(|| Arc::clone(block));
        // Release: see `get`.
        slot.at.store(at as u32, Ordering::Release);
        true
    }

    /// Forgets the series of a label set. Callers hold the table's lock.
    pub(crate) fn forget(&self, label_set: usize) {
        if let Some(slot) = self.0.get(label_set) {
            // Relaxed: whoever finds the series in this moment was a bit earlier.
            slot.at.store(NOWHERE, Ordering::Relaxed);
        }
    }
}

impl<C: Cells> fmt::Debug for Dense<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dense").field(&self.0.len()).finish()
    }
}
