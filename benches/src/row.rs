//! What a row, a candidate and a call are.

use std::hint::black_box;
use std::sync::Arc;

/// One measurement: its candidates do the same work, and ours must stay within the bound.
#[derive(Debug)]
pub(crate) struct Row {
    /// The Criterion suite it belongs to.
    pub(crate) suite: &'static str,
    /// What is measured; unique.
    pub(crate) name: &'static str,
    /// At most this much of the best peer, or this many bytes for [`Work::Heap`].
    pub(crate) bound: f64,
    /// What ours must stay within as well.
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
    /// At most so many nanoseconds.
    Nanoseconds(f64),
    /// At most this much of the peer in the middle.
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
    /// Finding each of so many series for the first time.
    Create {
        series: usize,
        candidates: &'static [Candidate<MakeFill>],
    },
    /// Ours alone, written at full speed while it is scraped.
    Load { shows: Shows },
    /// The bytes that series keep; absolute, the peers are for information.
    Heap {
        series: usize,
        history: History,
        candidates: &'static [Candidate<MakeSeries>],
    },
}

/// What a row says about a load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shows {
    /// What 999 of 1000 writes take at most; the bound is absolute.
    Writes,
    /// The slowest scrape beside an idle one.
    Scrapes,
}

/// Which threads make, touch and call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum By {
    /// The thread that made it.
    Maker,
    /// Another thread, all the time; the maker only touched it.
    Other,
    /// A thread that was there before the maker, which wrote first and has ended.
    Survivor,
    /// So many threads at once; the maker only touched it.
    Together(usize),
}

/// What happened to the series before their bytes are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum History {
    /// One write each, by the thread that made them.
    Touched,
    /// So many more writes to each series by each of so many threads.
    Written { threads: usize, writes: u64 },
}

/// One library, or one way to use it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<M> {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    /// From so many series on it is too slow for `--quick`.
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
    /// What the machine can do.
    Limit,
    /// What every candidate does besides; taken off what they all take.
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

/// Part of a loop: which thread runs it, where it starts, how many calls it makes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) thread: usize,
    pub(crate) first: u64,
    pub(crate) calls: u64,
}

/// A candidate that is ready to run: the loop is inside, so that the call is inlined into it.
pub(crate) type Op = Arc<dyn Fn(Turn) + Send + Sync>;

/// Makes what a row of calls runs.
pub(crate) type MakeOp = fn() -> Op;

/// Makes the loop that every candidate runs: the handle is read anew for each call.
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

/// The same with an input for each call, taken in turn from a power of two of inputs.
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

/// The same for calls that make what they do not find: a first turn over all inputs makes it.
///
/// A call of its own would do so too, but beside it the one in the loop would not be inlined.
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
    /// Finds one series and adds 1 to it so many times.
    pub(crate) write: Write,
}

pub(crate) type Render = Box<dyn Fn(&mut Vec<u8>) + Send + Sync>;
pub(crate) type Write = Box<dyn Fn(&Pair, u64) + Send + Sync>;

/// Makes so many series.
pub(crate) type MakeSeries = fn(usize) -> Series;

/// Makes a family without series, and what gives it the series of these labels.
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
