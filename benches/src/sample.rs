//! One sample of one candidate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::crew::Crew;
use crate::row::{Op, Turn};

/// The effort of a measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// The number of rounds, each with one sample of each candidate.
    pub(crate) rounds: usize,
    /// The number of batches in a sample.
    pub(crate) batches: usize,
    /// The target duration of a batch.
    pub(crate) batch: Duration,
}

/// The nanoseconds of one call, and whether they are reliable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) ns: f64,
    /// Whether the threads ran concurrently, as far as that matters.
    pub(crate) clean: bool,
}

/// A candidate with the number of calls that fill a batch.
pub(crate) struct Runner {
    pub(crate) op: Op,
    calls: u64,
    next: u64,
}

impl Runner {
    /// Warms up the candidate and determines how many calls fill a batch.
    pub(crate) fn new(op: Op, crew: &Crew, batch: Duration) -> Self {
        let mut calls = 1;
        loop {
            let op_too = op.clone();
            let took = crew.each(move |thread| {
                wall(
                    &op_too,
                    Turn {
                        thread,
                        first: 0,
                        calls,
                    },
                )
            });
            let took = took.into_iter().max().unwrap_or_default();
            if took >= batch {
                return Self { op, calls, next: 0 };
            }
            let missing = batch.as_secs_f64() / took.as_secs_f64().max(1e-9);
            calls = (calls as f64 * missing.clamp(1.2, 10.0)).ceil() as u64;
        }
    }

    /// Samples with one thread: its CPU time, which other programs do not affect, in the fastest batch.
    pub(crate) fn alone(&mut self, crew: &Crew, effort: Effort) -> Sample {
        let (op, calls, first) = (self.op.clone(), self.calls, self.next);
        self.next += calls * effort.batches as u64;
        let fastest = crew.each(move |thread| {
            let batch = |i: usize| {
                cpu(
                    &op,
                    Turn {
                        thread,
                        first: first + i as u64 * calls,
                        calls,
                    },
                )
            };
            (0..effort.batches).map(batch).min().unwrap_or_default()
        });
        Sample {
            ns: fastest[0].as_secs_f64() * 1e9 / calls as f64,
            clean: true,
        }
    }

    /// Samples a call that may start threads: the wall time of the fastest batch.
    pub(crate) fn whole(&self, effort: Effort) -> Sample {
        let turn = Turn {
            thread: 0,
            first: 0,
            calls: self.calls,
        };
        let start = Instant::now();
        let mut fastest = Duration::MAX;
        for i in 0..effort.batches {
            // A million lines take longer than a batch should; then two are enough.
            if i >= 2 && start.elapsed() > 3 * effort.batch * effort.batches as u32 {
                break;
            }
            fastest = fastest.min(wall(&self.op, turn));
        }
        Sample {
            ns: fastest.as_secs_f64() * 1e9 / self.calls as f64,
            clean: true,
        }
    }

    /// Samples work that can be done once: the CPU time of one `run` on the result of `make`, in the
    /// fastest batch, without making and dropping it.
    pub(crate) fn once<T>(make: impl Fn() -> T, run: impl Fn(&T), effort: Effort) -> Sample {
        let batch = |_| {
            let made = make();
            let start = cpu_now();
            run(&made);
            cpu_now() - start
        };
        let fastest = (0..effort.batches).map(batch).min().unwrap_or_default();
        Sample {
            ns: fastest.as_secs_f64() * 1e9,
            clean: true,
        }
    }

    /// Samples with all threads of the crew concurrently: the wall time divided by all calls, in the
    /// median of the batches in which they had 90 % of the cores that they could use.
    pub(crate) fn together(&mut self, crew: &Crew, effort: Effort) -> Sample {
        let mut taken = Vec::new();
        for _ in 0..effort.batches * 8 {
            taken.push(self.together_once(crew, effort.batch));
            if taken.iter().filter(|(_, share)| *share >= 0.9).count() == effort.batches {
                break;
            }
        }
        // The cleanest batches, whether they are clean enough or not.
        taken.sort_by(|a, b| b.1.total_cmp(&a.1));
        taken.truncate(effort.batches);
        let clean = taken[taken.len() / 2].1 >= 0.9;
        let mut ns: Vec<f64> = taken.iter().map(|(ns, _)| *ns).collect();
        Sample {
            ns: median(&mut ns),
            clean,
        }
    }

    /// Returns the nanoseconds of a call, and the share of the cores that the threads had.
    fn together_once(&mut self, crew: &Crew, batch: Duration) -> (f64, f64) {
        // A chunk is short compared with the batch, so that the threads stop at the same time.
        let chunk = (self.calls / 100).max(1);
        let (op, first) = (self.op.clone(), self.next);
        self.next += self.calls;
        let start = StartLine::new(crew.threads());
        let parts = crew.each(move |thread| {
            let mut turn = Turn {
                thread,
                first: first + thread as u64 * 1531,
                calls: chunk,
            };
            start.wait();
            let (cpu, begin, mut calls) = (cpu_now(), Instant::now(), 0u64);
            while begin.elapsed() < batch {
                op(turn);
                turn.first += chunk;
                calls += chunk;
            }
            (begin, Instant::now(), cpu_now() - cpu, calls)
        });
        // From the first start to the last end: otherwise, threads that ran one after the other on one
        // core would look like threads that do not disturb each other.
        let begin = parts.iter().map(|part| part.0).min();
        let end = parts.iter().map(|part| part.1).max();
        let wall = begin
            .zip(end)
            .map_or(Duration::ZERO, |(begin, end)| end - begin);
        let used: Duration = parts.iter().map(|part| part.2).sum();
        let calls: u64 = parts.iter().map(|part| part.3).sum();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let share = used.as_secs_f64() / wall.as_secs_f64() / cores.min(parts.len()) as f64;
        (wall.as_secs_f64() * 1e9 / calls as f64, share)
    }

    /// Returns the wall time of `calls` calls by the crew, for Criterion.
    pub(crate) fn timed(&self, crew: &Crew, calls: u64) -> Duration {
        let threads = crew.threads() as u64;
        let op = self.op.clone();
        let start = StartLine::new(crew.threads());
        let parts = crew.each(move |thread| {
            start.wait();
            let first = thread as u64 * 1531;
            wall(
                &op,
                Turn {
                    thread,
                    first,
                    calls: calls.div_ceil(threads),
                },
            )
        });
        parts.into_iter().max().unwrap_or_default()
    }
}

/// A spinning barrier for the threads of a crew.
#[derive(Debug)]
struct StartLine {
    missing: AtomicUsize,
}

impl StartLine {
    const fn new(threads: usize) -> Self {
        Self {
            missing: AtomicUsize::new(threads),
        }
    }

    fn wait(&self) {
        self.missing.fetch_sub(1, Ordering::AcqRel);
        while self.missing.load(Ordering::Acquire) > 0 {
            // With more threads than cores, they would otherwise wait for whole time slices.
            thread::yield_now();
        }
    }
}

/// Sorts the values and returns their median; for an even number, the mean of the two middle ones.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

fn wall(op: &Op, turn: Turn) -> Duration {
    let start = Instant::now();
    op(turn);
    start.elapsed()
}

fn cpu(op: &Op, turn: Turn) -> Duration {
    let start = cpu_now();
    op(turn);
    cpu_now() - start
}

pub(crate) fn cpu_now() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
