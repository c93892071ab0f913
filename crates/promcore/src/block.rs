//! The blocks that series live in.

use std::fmt;

use crate::desc::Desc;
use crate::series::Cells;
use crate::sink::Value;
use crate::sync::{Arc, AtomicU32, AtomicU64, OnceLock, Ordering};
use crate::time::{Clock, Timestamp};
use crate::vec::{Chunk, END, LabelStore, SeriesLabels, Window, are_together};

/// Some series of a vec, or one that stands alone.
///
/// Handles do not count how many they are, as a rule, so that a place can never be given to another series: somebody might still write to it.
/// As long as a vec never loses a series, this costs nothing.
/// Series that are made after the first one was removed are *counted*: all handles on them, borrowed ones as well, add themselves to a count, and a place that nobody holds can be used again.
#[derive(Debug)]
pub(crate) struct Block<C: Cells> {
    pub(crate) cells: C,
    labels: Arc<LabelStore>,
    /// Where the label values of nearly all of its series are kept.
    chunk: Chunk,
    states: C::States,
    created: Box<[AtomicU64]>,
    /// How many handles there are on each counted series, and [`VACANT`] unless it is alive.
    holds: OnceLock<Box<[AtomicU32]>>,
}

/// A [`State`] for each series of a block: an array of [`Cells::LEN`], right in the block, so that a look-up need not be led there.
pub trait States: AsRef<[AtomicU32]> + fmt::Debug + Send + Sync {
    /// Makes states of series that are not there yet.
    fn new() -> Self;
}

impl<const N: usize> States for [AtomicU32; N] {
    fn new() -> Self {
        std::array::from_fn(|_| AtomicU32::new(GONE))
    }
}

/// Where the label values of a series are kept, and what may be done with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State(u32);

/// Handles on the series are counted.
const COUNTED: u32 = 1 << 31;

/// The series was removed.
const GONE: u32 = 1 << 30;

/// Its label values are not in the chunk of the block.
const FAR: u32 = 1 << 29;

/// There is no living series at this place.
const VACANT: u32 = 1 << 31;

impl State {
    /// Returns the place of the label values.
    #[inline]
    pub(crate) fn record(self) -> u32 {
        const { assert!(END <= FAR as usize, "places have no bits of flags") };
        self.0 & !(COUNTED | GONE | FAR)
    }

    /// Says whether the series is alive, and its place will never be another one's.
    #[inline]
    pub(crate) fn is_permanent(self) -> bool {
        self.0 & (COUNTED | GONE) == 0
    }

    /// Says whether the series is permanent, and its label values are in the chunk of the block.
    #[inline]
    fn is_near(self) -> bool {
        self.0 & (COUNTED | GONE | FAR) == 0
    }

    pub(crate) fn is_counted(self) -> bool {
        self.0 & COUNTED != 0
    }

    pub(crate) fn is_gone(self) -> bool {
        self.0 & GONE != 0
    }
}

impl<C: Cells> Block<C> {
    /// Makes a block for `len` series, the first of which has its label values at `record`.
    pub(crate) fn new(labels: &Arc<LabelStore>, record: u32, len: usize, shape: &C::Shape) -> Self {
        Self {
            cells: C::new(len, shape),
            labels: Arc::clone(labels),
            chunk: labels.chunk_of(record).cloned().unwrap_or_default(),
            states: C::States::new(),
            created: (0..len).map(|_| AtomicU64::new(0)).collect(),
            holds: OnceLock::new(),
        }
    }

    pub(crate) fn desc(&self) -> &Desc {
        &self.labels.desc
    }

    /// Tells the time.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.labels.clock
    }

    /// Makes the series `at` at the time `now`, whose label values are at `record`; if it is counted, for a first handle on it.
    pub(crate) fn init(&self, at: usize, record: u32, is_counted: bool, now: Timestamp) {
        // The chunk is that of the first series; it was another one if it is gone, but those that come then are counted.
        let is_near = at == 0 || are_together(record, self.state(0).record());
        let flags = if is_counted { COUNTED } else { 0 } | if is_near { 0 } else { FAR };
        // Relaxed: handed over together with the series, or below.
        self.created[at].store(now.unix_nanos().cast_unsigned(), Ordering::Relaxed);
        self.states.as_ref()[at].store(record | flags, Ordering::Relaxed);
        if is_counted {
            let made = || {
                (0..self.created.len())
                    .map(|_| AtomicU32::new(VACANT))
                    .collect()
            };
            let holds = self.holds.get_or_init(made);
            // Release: whoever holds it from now on finds the new series, although the number may have led here before.
            // One handle more, and no longer vacant; some who came too late for the last series may be counted for a moment yet.
            holds[at].fetch_sub(VACANT - 1, Ordering::Release);
        }
    }

    /// Removes the series `at`: it cannot be found any more. Callers hold the table's lock.
    pub(crate) fn mark_gone(&self, at: usize) {
        let state = self.state(at);
        // Relaxed: only written under the lock; whoever finds the series in this moment was a bit earlier.
        self.states.as_ref()[at].store(state.0 | GONE, Ordering::Relaxed);
        if state.is_counted() {
            // Relaxed: what follows from this is read from the same word.
            self.hold_count(at).fetch_or(VACANT, Ordering::Relaxed);
        }
    }

    /// Says whether the place of a counted series that was removed can be given to another one, as far as handles go.
    pub(crate) fn is_free(&self, at: usize) -> bool {
        // Acquire: pairs with the release of those who let go, so that their writes come before all that is done next.
        self.hold_count(at).load(Ordering::Acquire) == VACANT
    }

    fn hold_count(&self, at: usize) -> &AtomicU32 {
        let holds = self.holds.get().expect("counted series have a count");
        &holds[at]
    }

    /// Holds the counted series `at`, unless it is gone. What it is now has to be looked up after that.
    pub(crate) fn hold(&self, at: usize) -> bool {
        let count = self.hold_count(at);
        // Acquire: pairs with the release in `init`.
        let is_alive = count.fetch_add(1, Ordering::Acquire) & VACANT == 0;
        if !is_alive {
            self.let_go(at);
        }
        is_alive
    }

    /// Holds the counted series `at` once more, for a handle that is made of another one.
    pub(crate) fn hold_again(&self, at: usize) {
        // Relaxed: the other handle keeps it as it is.
        self.hold_count(at).fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a handle on the counted series `at` back.
    #[cold]
    pub(crate) fn let_go(&self, at: usize) {
        // Release: pairs with the acquire in `is_free`.
        self.hold_count(at).fetch_sub(1, Ordering::Release);
    }

    /// Returns where the label values of the series `at` are, and whether it is alive.
    #[inline]
    pub(crate) fn state(&self, at: usize) -> State {
        // Relaxed, here and below: whoever knows of the series was told of it after it was made, or holds it.
        State(self.states.as_ref()[at].load(Ordering::Relaxed))
    }

    /// Returns the beginning of the label values of the series `at`, and what is kept behind them, if it is permanent and they can be had without a detour.
    #[inline(always)]
    pub(crate) fn near_labels(&self, at: usize) -> Option<&Window> {
        let state = self.state(at);
        match state.is_near() {
            true => self.chunk.window(state.record()),
            false => None,
        }
    }

    /// Returns the labels of the series `at`.
    #[inline]
    pub(crate) fn labels(&self, at: usize) -> SeriesLabels<'_> {
        self.labels.of(self.state(at).record())
    }

    /// Returns when the series `at` was made.
    pub(crate) fn created(&self, at: usize) -> Timestamp {
        Timestamp::from_unix_nanos(self.created[at].load(Ordering::Relaxed).cast_signed())
    }

    /// Says whether the text of labels is the same in all text formats.
    pub(crate) fn has_legacy_labels(&self) -> bool {
        self.labels.are_legacy
    }

    /// Shows the value of the series `at` to `show`.
    pub(crate) fn show<R>(&self, at: usize, show: impl FnOnce(Value<'_>) -> R) -> R {
        let created = Some(self.created(at));
        let scratch = &mut C::Scratch::default();
        C::show(
            || (&self.cells, at),
            self.cells.peek(at),
            created,
            scratch,
            show,
        )
    }
}
