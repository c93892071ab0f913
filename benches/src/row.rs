//! Rows, candidates and calls.

use std::hint::black_box;
use std::sync::Arc;

/// One measurement: its candidates do the same work, and ours must stay within the bound.
#[derive(Debug)]
pub(crate) struct Row {
    /// The Criterion suite it belongs to.
    pub(crate) suite: &'static str,
    /// What is measured; unique.
    pub(crate) name: &'static str,
    /// The maximum ratio to the best peer, or the maximum number of bytes for [`Work::Heap`].
    pub(crate) bound: f64,
    /// A second bound.
    pub(crate) also: Option<Also>,
    pub(crate) work: Work,
}

impl Row {
    /// Adds the second bound.
    pub(crate) const fn and(mut self, also: Also) -> Self {
        self.also = Some(also);
        self
    }
}

/// A second bound of a row.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(crate) enum Also {
    /// The maximum number of nanoseconds.
    Nanoseconds(f64),
    /// The maximum ratio to the median peer.
    MedianPeer(f64),
}

/// What the candidates of a row do.
#[derive(Debug)]
pub(crate) enum Work {
    /// One call in a loop.
    Calls {
        by: By,
        candidates: &'static [Candidate<MakeOp>],
    },
    /// Counters or histograms with two labels, gathered and rendered.
    Scrape {
        series: usize,
        candidates: &'static [Candidate<MakeSeries>],
    },
    /// Finding each of `series` series for the first time.
    Create {
        series: usize,
        candidates: &'static [Candidate<MakeFill>],
    },
    /// Only ours, scraped while threads write at full speed.
    Load { shows: Shows },
    /// The heap bytes of a series; the bound is absolute, and the peers are for information.
    Heap {
        series: usize,
        history: History,
        candidates: &'static [Candidate<MakeSeries>],
    },
}

/// What a row shows of a load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shows {
    /// The 99.9 % quantile of writes; the bound is absolute.
    Writes,
    /// The slowest scrape, relative to an idle one.
    Scrapes,
}

/// Which threads make, touch and call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum By {
    /// The thread that made it.
    Maker,
    /// Always another thread; the maker only touched it.
    Other,
    /// A thread that existed before the maker, which wrote first and has ended.
    Survivor,
    /// This many concurrent threads; the maker only touched it.
    Together(usize),
}

/// What happened to the series before their bytes are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum History {
    /// One write each, by the thread that made them.
    Touched,
    /// Another `writes` writes to each series by each of `threads` threads.
    Written { threads: usize, writes: u64 },
}

/// One library, or one way to use it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<M> {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    /// From this many series on, it is too slow for `--quick`.
    pub(crate) slow_from: usize,
    pub(crate) make: M,
}

/// How a candidate counts.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Ours.
    Ours,
    /// May be the best peer.
    Peer,
    /// Shown, but not comparable.
    Info,
    /// The limit of the machine.
    Limit,
    /// The work that every candidate does besides, which is subtracted from all of them.
    Base,
}

impl<M> Candidate<M> {
    const fn new(role: Role, who: &'static str, make: M) -> Self {
        Self {
            who,
            role,
            slow_from: usize::MAX,
            make,
        }
    }

    pub(crate) const fn ours(make: M) -> Self {
        Self::new(Role::Ours, "ours", make)
    }

    pub(crate) const fn peer(who: &'static str, make: M) -> Self {
        Self::new(Role::Peer, who, make)
    }

    pub(crate) const fn info(who: &'static str, make: M) -> Self {
        Self::new(Role::Info, who, make)
    }

    pub(crate) const fn limit(who: &'static str, make: M) -> Self {
        Self::new(Role::Limit, who, make)
    }

    pub(crate) const fn base(who: &'static str, make: M) -> Self {
        Self::new(Role::Base, who, make)
    }

    pub(crate) const fn slow_from(mut self, series: usize) -> Self {
        self.slow_from = series;
        self
    }
}

/// A part of a loop: its thread, its start and its number of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) thread: usize,
    pub(crate) first: u64,
    pub(crate) calls: u64,
}

/// A candidate that is ready to run: the loop is inside, so that the call is inlined into it.
pub(crate) type Op = Arc<dyn Fn(Turn) + Send + Sync>;

/// Makes the operation of a row of calls.
pub(crate) type MakeOp = fn() -> Op;

/// Makes the loop that every candidate runs, which reads the handle anew for each call.
pub(crate) fn repeat<H>(handle: H, call: impl Fn(&H) + Send + Sync + 'static) -> Op
where
    H: Send + Sync + 'static,
{
    Arc::new(move |turn: Turn| {
        for _ in 0..turn.calls {
            call(black_box(&handle));
        }
    })
}

/// Does the same with an input for each call, taken in turn from `inputs`, whose number is a power of two.
pub(crate) fn repeat_over<H, V>(
    handle: H,
    inputs: Vec<V>,
    call: impl Fn(&H, &V) + Send + Sync + 'static,
) -> Op
where
    H: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    assert!(inputs.len().is_power_of_two(), "the loop masks the index");
    Arc::new(move |turn: Turn| {
        let inputs = inputs.as_slice();
        let mask = inputs.len() - 1;
        for i in turn.first..turn.first + turn.calls {
            call(black_box(&handle), black_box(&inputs[i as usize & mask]));
        }
    })
}

/// Does the same for calls that create missing series, after a first pass over all inputs has created them.
///
/// A separate call would also do so, but then the call in the loop would not be inlined.
pub(crate) fn repeat_over_made<H, V>(
    handle: H,
    inputs: Vec<V>,
    call: impl Fn(&H, &V) + Send + Sync + 'static,
) -> Op
where
    H: Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    let calls = inputs.len() as u64;
    let op = repeat_over(handle, inputs, call);
    op(Turn {
        thread: 0,
        first: 0,
        calls,
    });
    op
}

/// Counters or histograms with two labels, registered.
pub(crate) struct Series {
    /// Appends the exposition.
    pub(crate) render: Render,
    /// Finds one series and adds 1 to it, a number of times.
    pub(crate) write: Write,
}

pub(crate) type Render = Box<dyn Fn(&mut Vec<u8>) + Send + Sync>;
pub(crate) type Write = Box<dyn Fn(&Pair, u64) + Send + Sync>;

/// Makes a number of series.
pub(crate) type MakeSeries = fn(usize) -> Series;

/// Makes a family without series, and a function that adds the series of given labels.
pub(crate) type MakeFill = fn() -> Fill;
pub(crate) type Fill = Box<dyn Fn(&[Pair])>;

/// Makes the loop that every candidate runs.
pub(crate) fn fill<H: 'static>(handle: H, call: impl Fn(&H, &Pair) + 'static) -> Fill {
    Box::new(move |pairs| {
        for pair in pairs {
            call(black_box(&handle), black_box(pair));
        }
    })
}

/// The values of the two labels of a series.
#[derive(Clone, Debug)]
pub(crate) struct Pair(pub(crate) String, pub(crate) String);
