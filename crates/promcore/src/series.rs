//! Handles on series, and the blocks that series live in.

use std::fmt;
use std::marker::PhantomData;

use crate::collector::{Trusted, sealed::Sealed};
use crate::desc::Desc;
use crate::family::MetricType;
use crate::sink::{FamilyHead, Flow, Labels, Series as Shown, Sink, ToPairs, Value};
use crate::sync::{Arc, AtomicU32, AtomicU64, Ordering};
use crate::time::{Clock, Timestamp};
use crate::vec::{LabelStore, SeriesLabels};

/// The values of a block of series.
pub trait Cells: fmt::Debug + Send + Sync + 'static {
    /// How many series a block of a vec has.
    const LEN: usize;

    /// The type of the metrics.
    const KIND: MetricType;

    /// What is the same for all blocks of a vec.
    type Shape: Clone + fmt::Debug + Send + Sync;

    /// What can be read of a value at once and kept until it is shown.
    type Peek: Copy;

    /// What it takes to read a value without an allocation each time.
    type Scratch: Default;

    /// Makes the cells for at least `len` series.
    fn new(len: usize, shape: &Self::Shape) -> Self;

    /// Forgets all about the series `at`, for another one to take its place; nobody writes to it or reads it meanwhile.
    fn clear(&self, at: usize);

    /// Reads the beginning of the series `at`.
    fn peek(&self, at: usize) -> Self::Peek;

    /// Reads the beginnings of all series of a block.
    fn peek_all(&self, peeks: &mut Vec<Self::Peek>) {
        peeks.extend((0..Self::LEN).map(|at| self.peek(at)));
    }

    /// Returns the values, if a number is all there is to each of them.
    fn numbers(peeks: &[Self::Peek]) -> Option<&[f64]> {
        let _ = peeks;
        None
    }

    /// Reads the rest of a series, born at `created`, from its `cells`, and shows its value to `show`.
    fn show<'a, R>(
        cells: impl FnOnce() -> (&'a Self, usize),
        peek: Self::Peek,
        created: Option<Timestamp>,
        scratch: &mut Self::Scratch,
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R;
}

/// Some series of a vec, or one that stands alone.
#[derive(Debug)]
pub(crate) struct Block<C> {
    pub(crate) cells: C,
    labels: Arc<LabelStore>,
    records: Box<[AtomicU32]>,
    births: Box<[AtomicU64]>,
}

impl<C: Cells> Block<C> {
    pub(crate) fn new(labels: &Arc<LabelStore>, len: usize, shape: &C::Shape) -> Self {
        Self {
            cells: C::new(len, shape),
            labels: Arc::clone(labels),
            records: (0..len).map(|_| AtomicU32::new(0)).collect(),
            births: (0..len).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    pub(crate) fn desc(&self) -> &Desc {
        &self.labels.desc
    }

    /// Tells the time.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.labels.clock
    }

    /// Notes where the label values of the series `at` are, and that it is made now.
    pub(crate) fn give_birth(&self, at: usize, record: u32) {
        let now = self.clock().now();
        // Relaxed: handed over together with the series.
        self.records[at].store(record, Ordering::Relaxed);
        self.births[at].store(now.unix_nanos().cast_unsigned(), Ordering::Relaxed);
    }

    /// Returns where the label values of the series `at` are.
    #[inline]
    pub(crate) fn record(&self, at: usize) -> u32 {
        // Relaxed, here and below: whoever knows of the series was told of it after its birth.
        self.records[at].load(Ordering::Relaxed)
    }

    /// Returns the labels of the series `at`.
    #[inline]
    pub(crate) fn labels(&self, at: usize) -> SeriesLabels<'_> {
        self.labels.of(self.record(at))
    }

    /// Returns when the series `at` was made.
    pub(crate) fn birth(&self, at: usize) -> Timestamp {
        Timestamp::from_unix_nanos(self.births[at].load(Ordering::Relaxed).cast_signed())
    }

    /// Shows the value of the series `at` to `show`.
    fn show<R>(&self, at: usize, show: impl FnOnce(Value<'_>) -> R) -> R {
        let created = Some(self.birth(at));
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

/// How a handle holds on to its series: [`Owned`] or [`Borrowed`].
pub trait Hold: sealed::Hold {}

/// Handles to keep: they may be cloned, sent to other threads, and outlive the vec that the series is from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Owned;

/// Handles to use at once, borrowed from a vec; they stay on their thread.
#[derive(Clone, Copy, Debug)]
pub struct Borrowed<'a>(PhantomData<&'a ()>);

impl Hold for Owned {}
impl Hold for Borrowed<'_> {}

pub(crate) mod sealed {
    use std::marker::PhantomData;
    use std::ops::Deref;
    use std::sync::Arc;

    pub trait Hold {
        type Pointer<T: 'static>: Deref<Target = T>;
    }

    impl Hold for super::Owned {
        type Pointer<T: 'static> = Arc<T>;
    }

    impl<'a> Hold for super::Borrowed<'a> {
        type Pointer<T: 'static> = Ref<'a, T>;
    }

    /// A reference that stays on its thread.
    #[derive(Debug)]
    pub struct Ref<'a, T>(pub(super) &'a Arc<T>, pub(super) PhantomData<*const ()>);

    impl<T> Deref for Ref<'_, T> {
        type Target = T;

        #[inline]
        fn deref(&self) -> &T {
            self.0
        }
    }
}

/// One series.
pub struct Series<C: Cells, H: sealed::Hold> {
    block: H::Pointer<Block<C>>,
    at: u32,
}

impl<C: Cells> Series<C, Owned> {
    /// Makes a series that stands alone.
    pub(crate) fn alone(desc: &Desc, shape: &C::Shape, clock: Arc<dyn Clock>) -> Self {
        let block = Block::new(&Arc::new(LabelStore::new(desc, clock)), 1, shape);
        block.give_birth(0, 0);
        Self {
            block: Arc::new(block),
            at: 0,
        }
    }
}

impl<C: Cells> Clone for Series<C, Owned> {
    fn clone(&self) -> Self {
        Self {
            block: Arc::clone(&self.block),
            at: self.at,
        }
    }
}

impl<'a, C: Cells> Series<C, Borrowed<'a>> {
    #[inline]
    pub(crate) fn borrowed((block, at): (&'a Arc<Block<C>>, usize)) -> Self {
        Self {
            block: sealed::Ref(block, PhantomData),
            at: at as u32,
        }
    }

    pub(crate) fn into_owned(self) -> Series<C, Owned> {
        Series {
            block: Arc::clone(self.block.0),
            at: self.at,
        }
    }
}

impl<C: Cells, H: sealed::Hold> Series<C, H> {
    /// Returns the cells, and which of them are this series'.
    #[inline]
    pub(crate) fn cells(&self) -> (&C, usize) {
        (&self.block.cells, self.at as usize)
    }

    /// Returns the block, and which of its series this is.
    pub(crate) fn block(&self) -> (&Block<C>, usize) {
        (&self.block, self.at as usize)
    }
}

impl<C: Cells> Sealed for Series<C, Owned> {}

impl<C: Cells> Trusted for Series<C, Owned> {
    fn desc(&self) -> &Desc {
        self.block.desc()
    }

    fn kind(&self) -> MetricType {
        C::KIND
    }

    fn write(&self, sink: &mut dyn Sink) -> Flow {
        sink.family(&FamilyHead::of(self.block.desc(), C::KIND))?;
        let (block, at) = self.block();
        let labels = block.labels(at);
        let mut text = Vec::new();
        labels.write(&mut text);
        let labels = Labels::series(&text, &labels, block.labels.are_legacy);
        block.show(at, |value| {
            sink.series(&Shown {
                labels,
                value,
                timestamp_ms: None,
            })
        })
    }
}

impl<C: Cells, H: sealed::Hold> fmt::Debug for Series<C, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (block, at) = self.block();
        let value = block.show(at, |value| value.to_value());
        let labels = block.labels(at).to_pairs();
        write!(
            f,
            "{}{} {value:?}",
            block.desc().name(),
            crate::labels::to_text(&labels)
        )
    }
}
