//! Handles on series.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::block::{Block, States};
use crate::collector::{Trusted, sealed::Sealed};
use crate::desc::Desc;
use crate::family::MetricType;
use crate::sink::{FamilyHead, Flow, Labels, Series as Shown, Sink, ToPairs, Value};
use crate::sync::Arc;
use crate::time::{Clock, Timestamp};
use crate::vec::LabelStore;

/// The values of a block of series.
pub trait Cells: fmt::Debug + Send + Sync + 'static {
    /// The number of series in a block of a vec.
    const LEN: usize;

    /// The states of these series.
    type States: States;

    /// The type of the metrics.
    const KIND: MetricType;

    /// What all blocks of a vec share.
    type Shape: Clone + fmt::Debug + Send + Sync;

    /// The part of a value that can be read ahead and kept until the value is shown.
    type Peek: Copy;

    /// Buffers for reading values without an allocation each time.
    type Scratch: Default;

    /// Makes the cells for at least `len` series.
    fn new(len: usize, shape: &Self::Shape) -> Self;

    /// Resets the series `at` for another one to take its place; it is neither written nor read meanwhile.
    fn clear(&self, at: usize);

    /// Takes out a custom metric from the series `at`, which is being removed; dropping it runs user code.
    fn take_out(&self, at: usize) -> Option<Arc<dyn Any + Send + Sync>> {
        let _ = at;
        None
    }

    /// Reads ahead from the series `at`.
    fn peek(&self, at: usize) -> Self::Peek;

    /// Touches each cache line that [`peek_all`](Self::peek_all) needs, to bring them into the cache; the result means nothing.
    fn fetch(&self) -> u64 {
        0
    }

    /// Reads ahead from all series of a block.
    fn peek_all(&self, peeks: &mut Vec<Self::Peek>) {
        peeks.extend((0..Self::LEN).map(|at| self.peek(at)));
    }

    /// Touches each cache line that [`show`](Self::show) needs of a series, if there are many, from its `cells`.
    fn fetch_one<'a>(cells: impl FnOnce() -> (&'a Self, usize)) -> u64 {
        let _ = cells;
        0
    }

    /// Returns the values, if each is just a number.
    fn numbers(peeks: &[Self::Peek]) -> Option<&[f64]> {
        let _ = peeks;
        None
    }

    /// Returns whether some series may have an exemplar with its number.
    fn may_have_exemplars(&self) -> bool {
        false
    }

    /// Reads the rest of a series, created at `created`, from its `cells`, and passes its value to `show`.
    fn show<'a, R>(
        cells: impl FnOnce() -> (&'a Self, usize),
        peek: Self::Peek,
        created: Option<Timestamp>,
        scratch: &mut Self::Scratch,
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R;
}

/// How a handle holds its series: [`Owned`] or [`Borrowed`].
///
/// # Examples
///
/// Functions that use a handle only during a call accept both kinds:
///
/// ```
/// use promcore::{Counter, CounterVec, Hold};
///
/// fn done<H: Hold>(jobs: &Counter<H>) {
///     jobs.inc();
/// }
///
/// let jobs = CounterVec::new("jobs_total", "Jobs done.", ["queue"])?;
/// done(&jobs.with(["mail"])); // Borrowed.
/// done(&jobs.with(["mail"]).into_owned());
/// assert_eq!(jobs.with(["mail"]).value(), 2.0);
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait Hold: sealed::Hold {}

/// Handles that can be stored: they can be cloned, sent to other threads, and outlive the vec of their series.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Owned;

/// Handles for immediate use, borrowed from a vec; they cannot leave their thread.
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

    /// A reference that cannot leave its thread.
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
    place: Place,
}

// A caught panic leaves nothing broken: cells hold whole values, and locks are taken even if they are poisoned.
impl<C: Cells, H: sealed::Hold> UnwindSafe for Series<C, H> {}
impl<C: Cells, H: sealed::Hold> RefUnwindSafe for Series<C, H> {}

/// Where a series is, and whether its block has counted this handle.
///
/// Two words, so that it is returned in registers.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a, C: Cells> {
    pub(crate) block: &'a Arc<Block<C>>,
    pub(crate) place: Place,
}

/// The position of a series in its block, and whether the block has counted a handle on it, in one number: two numbers would not be returned in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(u32);

/// The bit of a [`Place`] that says that a handle was counted; the position is below it, to be read as a half word.
const COUNTED: u32 = 1 << 16;

impl Place {
    #[inline]
    pub(crate) fn new(at: usize, is_counted: bool) -> Self {
        Self(at as u32 | if is_counted { COUNTED } else { 0 })
    }

    #[inline]
    pub(crate) fn at(self) -> usize {
        usize::from(self.0 as u16)
    }

    #[inline]
    pub(crate) fn is_counted(self) -> bool {
        self.0 & COUNTED != 0
    }
}

impl<C: Cells> Series<C, Owned> {
    /// Makes a series outside of any vec.
    pub(crate) fn alone(desc: &Desc, shape: &C::Shape, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let labels = Arc::new(LabelStore::new(desc, clock));
        let block = Block::new(&labels, 0, 1, shape);
        block.init(0, 0, false, now);
        Self {
            block: Arc::new(block),
            place: Place::new(0, false),
        }
    }
}

impl<C: Cells> Clone for Series<C, Owned> {
    fn clone(&self) -> Self {
        if self.place.is_counted() {
            self.block.hold_again(self.place.at());
        }
        Self {
            block: Arc::clone(&self.block),
            place: self.place,
        }
    }
}

impl<'a, C: Cells> Series<C, Borrowed<'a>> {
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "it may carry a count")]
    pub(crate) fn borrowed(found: Found<'a, C>) -> Self {
        Self {
            block: sealed::Ref(found.block, PhantomData),
            place: found.place,
        }
    }

    pub(crate) fn into_owned(self) -> Series<C, Owned> {
        // The new handle takes over the count.
        let this = ManuallyDrop::new(self);
        Series {
            block: Arc::clone(this.block.0),
            place: this.place,
        }
    }
}

impl<C: Cells, H: sealed::Hold> Drop for Series<C, H> {
    #[inline]
    fn drop(&mut self) {
        if self.place.is_counted() {
            self.block.let_go(self.place.at());
        }
    }
}

impl<C: Cells, H: sealed::Hold> Series<C, H> {
    /// Returns the cells, and the position of this series in them.
    #[inline]
    pub(crate) fn cells(&self) -> (&C, usize) {
        (&self.block.cells, self.place.at())
    }

    /// Returns the block, and the position of this series in it.
    #[inline]
    pub(crate) fn block(&self) -> (&Block<C>, usize) {
        (&self.block, self.place.at())
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
        let labels = Labels::series(&text, &labels, block.has_legacy_labels());
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
