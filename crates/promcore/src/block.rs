//! Blocks, which store series.

use std::fmt;

use crate::desc::Desc;
use crate::series::Cells;
use crate::sink::Value;
use crate::sync::{Arc, AtomicU32, AtomicU64, OnceLock, Ordering};
use crate::time::{Clock, Timestamp};
use crate::vec::{Chunk, END, LabelStore, SeriesLabels, Window, are_together};

/// Some series of a vec, or a single one outside of any vec.
///
/// Handles are not counted at first, so the place of a series can never be reused: a handle might still write to it.
/// This costs nothing as long as no series of the vec is removed.
/// Series created after the first removal are *counted*: every handle on them, even a borrowed one, adds to a count, and a place without handles can be reused.
#[derive(Debug)]
pub(crate) struct Block<C: Cells> {
    pub(crate) cells: C,
    labels: Arc<LabelStore>,
    /// The storage of the label values of nearly all of its series.
    chunk: Chunk,
    states: C::States,
    created: Box<[AtomicU64]>,
    /// The number of handles on each counted series, plus [`VACANT`] unless it is live.
    holds: OnceLock<Box<[AtomicU32]>>,
}

/// A [`State`] for each series of a block: an array of [`Cells::LEN`], stored inline to save a pointer dereference on look-up.
pub trait States: AsRef<[AtomicU32]> + fmt::Debug + Send + Sync {
    /// Makes states of series that do not exist yet.
    fn new() -> Self;
}

impl<const N: usize> States for [AtomicU32; N] {
    fn new() -> Self {
        std::array::from_fn(|_| AtomicU32::new(GONE))
    }
}

/// Where the label values of a series are, with flags.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State(u32);

/// Handles on the series are counted.
const COUNTED: u32 = 1 << 31;

/// The series was removed.
const GONE: u32 = 1 << 30;

/// Its label values are not in the chunk of its block.
const FAR: u32 = 1 << 29;

/// There is no live series at this place.
const VACANT: u32 = 1 << 31;

impl State {
    /// Returns where the label values are.
    #[inline]
    pub(crate) fn record(self) -> u32 {
        const { assert!(END <= FAR as usize, "places leave room for the flags") };
        self.0 & !(COUNTED | GONE | FAR)
    }

    /// Returns whether the series is live, and its place will never be reused.
    #[inline]
    pub(crate) fn is_permanent(self) -> bool {
        self.0 & (COUNTED | GONE) == 0
    }

    /// Returns whether the series is permanent, and its label values are in the chunk of its block.
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

    /// Returns the clock of the series.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.labels.clock
    }

    /// Makes the series `at` at the time `now`, with label values at `record`; a counted series starts with one handle.
    pub(crate) fn init(&self, at: usize, record: u32, is_counted: bool, now: Timestamp) {
        // The chunk is that of the first series. If it was removed, its place may have a record in another chunk, but then new series are counted and do not use the chunk.
        let is_near = at == 0 || are_together(record, self.state(0).record());
        let flags = if is_counted { COUNTED } else { 0 } | if is_near { 0 } else { FAR };
        // Relaxed: published with the series, or below.
        self.created[at].store(now.unix_nanos().cast_unsigned(), Ordering::Relaxed);
        self.states.as_ref()[at].store(record | flags, Ordering::Relaxed);
        if is_counted {
            let made = || {
                (0..self.created.len())
                    .map(|_| AtomicU32::new(VACANT))
                    .collect()
            };
            let holds = self.holds.get_or_init(made);
            // Release: a thread that holds it from now on finds the new series, even if it looked for the previous one.
            // Adds one handle and removes `VACANT`; late look-ups of the previous series may be counted for a moment longer.
            holds[at].fetch_sub(VACANT - 1, Ordering::Release);
        }
    }

    /// Removes the series `at`, so that look-ups no longer find it. Callers hold the table's lock.
    pub(crate) fn mark_gone(&self, at: usize) {
        let state = self.state(at);
        // Relaxed: a concurrent reader that still sees the series is ordered before the removal.
        self.states.as_ref()[at].store(state.0 | GONE, Ordering::Relaxed);
        if state.is_counted() {
            // Relaxed: decisions that depend on this read the same word.
            self.hold_count(at).fetch_or(VACANT, Ordering::Relaxed);
        }
    }

    /// Returns whether a removed counted series has no handles left, so that its place can be reused.
    pub(crate) fn is_free(&self, at: usize) -> bool {
        // Acquire: pairs with the release in `let_go`, so that writes through handles happen before the reuse.
        self.hold_count(at).load(Ordering::Acquire) == VACANT
    }

    fn hold_count(&self, at: usize) -> &AtomicU32 {
        let holds = self.holds.get().expect("counted series have a count");
        &holds[at]
    }

    /// Adds a handle on the counted series `at`, unless it was removed. Callers must then check which series it is now.
    pub(crate) fn hold(&self, at: usize) -> bool {
        let count = self.hold_count(at);
        // Acquire: pairs with the release in `init`.
        let is_alive = count.fetch_add(1, Ordering::Acquire) & VACANT == 0;
        if !is_alive {
            self.let_go(at);
        }
        is_alive
    }

    /// Adds a handle on the counted series `at` that is cloned from another one.
    pub(crate) fn hold_again(&self, at: usize) {
        // Relaxed: the other handle keeps the series in place.
        self.hold_count(at).fetch_add(1, Ordering::Relaxed);
    }

    /// Removes a handle on the counted series `at`.
    #[cold]
    pub(crate) fn let_go(&self, at: usize) {
        // Release: pairs with the acquire in `is_free`.
        self.hold_count(at).fetch_sub(1, Ordering::Release);
    }

    /// Returns where the label values of the series `at` are, and whether it is live.
    #[inline]
    pub(crate) fn state(&self, at: usize) -> State {
        // Relaxed, here and below: a thread that knows the series has synchronized with its creation, or holds it.
        State(self.states.as_ref()[at].load(Ordering::Relaxed))
    }

    /// Returns the label values of the series `at` and the words after them, if the series is permanent and the values are in the block's chunk.
    #[inline(always)]
    pub(crate) fn near_labels(&self, at: usize) -> Option<&Window> {
        let state = self.state(at);
        if state.is_near() {
            self.chunk.window(state.record())
        } else {
            None
        }
    }

    /// Returns the labels of the series `at`.
    #[inline]
    pub(crate) fn labels(&self, at: usize) -> SeriesLabels<'_> {
        self.labels.of(self.state(at).record())
    }

    /// Returns the creation time of the series `at`.
    pub(crate) fn created(&self, at: usize) -> Timestamp {
        Timestamp::from_unix_nanos(self.created[at].load(Ordering::Relaxed).cast_signed())
    }

    /// Returns whether the rendered labels are the same in all text formats.
    pub(crate) fn has_legacy_labels(&self) -> bool {
        self.labels.are_legacy
    }

    /// Passes the value of the series `at` to `show`.
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
