//! Consecutive scrapes while threads write at full speed.
//!
//! There may be more threads than cores, so the scheduler sometimes preempts a writer in the
//! middle of a call. Two things distinguish such a call from one that the library made slow: the
//! thread's CPU time stood still while the clock advanced, and the thread never slept according
//! to the kernel's count of voluntary switches, as it would have done to wait for a lock. The
//! same writers beside a thread that is only busy show the effect of the scheduler alone.

use std::fs;
use std::hint::{black_box, spin_loop};
use std::thread;
use std::time::{Duration, Instant};

use promcore::{Counter, CounterVec, Gatherer, Histogram, HistogramOpts, HistogramVec, Registry};

use crate::labels::pairs;
use crate::report::{Measured, Outcome};
use crate::row::{Pair, Role, Row, Shows};
use crate::sample::{cpu_now, median};

const WRITERS: usize = 2;

/// The interval between the observations of a writer.
const PACE: Duration = Duration::from_micros(1);

/// A call that takes longer is examined.
const SLOW: Duration = Duration::from_micros(2);

/// The CPU time is read after this many calls, and after each slow one.
const CHECK: usize = 64;

/// Measures; a row that seems to exceed its bound is measured again for twice the time, which decides.
pub(crate) fn measure(row: &Row, shows: Shows, quick: bool) -> Outcome {
    let time = Duration::from_millis(if quick { 500 } else { 2000 });
    let first = once(row, shows, time);
    if !first.over() {
        return first;
    }
    Outcome {
        again: true,
        ..once(row, shows, time * 2)
    }
}

fn once(row: &Row, shows: Shows, time: Duration) -> Outcome {
    let load = Load::new();
    let mut text = Vec::new();
    let (idle, _) = run(Vec::new(), time / 4, || load.scrape(&mut text));
    let (_, control) = run(load.writers(), time, busy);
    let (scrapes, writes) = run(load.writers(), time, || load.scrape(&mut text));

    let (idle, scrapes) = (Scrapes::of(idle), Scrapes::of(scrapes));
    let (control, writes) = (Writes::of(control, time), Writes::of(writes, time));
    let measured = |who, role, median| Measured {
        who,
        role,
        median,
        noisy: false,
        rounds: vec![median],
    };
    let (ours, other, ratio) = match shows {
        Shows::Writes => (writes.at(0.999), control.at(0.999), None),
        Shows::Scrapes => {
            let (slowest, idle) = (scrapes.slowest_cpu, idle.median_cpu);
            (slowest, idle, Some(slowest / idle))
        }
    };
    let (other_is, role) = match shows {
        Shows::Writes => ("ours, beside a busy thread", Role::Limit),
        Shows::Scrapes => ("ours, idle", Role::Peer),
    };
    Outcome {
        row: row.name,
        unit: "ns",
        bound: row.bound,
        ratio,
        also: None,
        again: false,
        skipped: Vec::new(),
        candidates: vec![
            measured("ours", Role::Ours, ours),
            measured(other_is, role, other),
        ],
        notes: match shows {
            Shows::Writes => vec![
                format!("beside scrapes:       {}", writes.shown()),
                format!("beside a busy thread: {}", control.shown()),
            ],
            Shows::Scrapes => vec![
                format!("idle:       {}", idle.shown()),
                format!("under load: {}", scrapes.shown()),
            ],
        },
    }
}

/// Runs the writers for a time, and `beside` repeatedly; returns the CPU time and the wall time of
/// each of its runs, and the calls of the writers.
fn run(
    writers: Vec<Writer>,
    time: Duration,
    mut beside: impl FnMut(),
) -> (Vec<(Duration, Duration)>, Vec<Calls>) {
    thread::scope(|scope| {
        let threads: Vec<_> = writers
            .into_iter()
            .map(|writer| scope.spawn(move || writer.write(time)))
            .collect();
        let (begin, mut took) = (Instant::now(), Vec::new());
        while begin.elapsed() < time {
            let (start, cpu) = (Instant::now(), cpu_now());
            beside();
            took.push((cpu_now() - cpu, start.elapsed()));
        }
        let calls = threads
            .into_iter()
            .map(|t| t.join().expect("writers do not panic"));
        (took, calls.collect())
    })
}

/// Keeps a core busy for some microseconds without the library.
fn busy() {
    for _ in 0..10_000 {
        spin_loop();
    }
}

/// 10 000 counters and 1 000 histograms, registered.
struct Load {
    registry: Registry,
    counters: CounterVec<1>,
    histograms: HistogramVec<1>,
}

/// The handles of a thread, to the same series as those of the other writers.
struct Writer {
    counters: Vec<Counter>,
    histograms: Vec<Histogram>,
}

/// The calls of a writer.
struct Calls {
    /// Nanoseconds of the calls that were not preempted.
    kept: Vec<u32>,
    /// Nanoseconds of the calls that were preempted.
    lost: Vec<u32>,
    /// How often the thread slept.
    slept: u64,
}

impl Load {
    fn new() -> Self {
        let counters = CounterVec::new("requests_total", "Requests.", ["path"]);
        let opts = HistogramOpts::new("latency_seconds", "Latency.");
        let histograms = HistogramVec::with_opts(opts, ["path"]);
        let load = Self {
            registry: Registry::new(),
            counters: counters.expect("the names are valid"),
            histograms: histograms.expect("the options are valid"),
        };
        for (i, Pair(a, b)) in pairs(10_000).iter().enumerate() {
            let path = format!("{a}{b}");
            load.counters.with([&path]).inc();
            if i % 10 == 0 {
                load.histograms.with([&path]).observe(0.1);
            }
        }
        for registered in [
            load.registry.register(load.counters.clone()),
            load.registry.register(load.histograms.clone()),
        ] {
            registered.expect("the names differ");
        }
        load
    }

    fn scrape(&self, text: &mut Vec<u8>) {
        text.clear();
        let mut encoder = promfmt::Encoder::new(text, promfmt::Format::TEXT);
        let errors = self.registry.gather_into(&mut encoder);
        assert!(errors.is_empty(), "{errors:?}");
        encoder.finish().expect("writing cannot fail");
    }

    fn writers(&self) -> Vec<Writer> {
        let paths = || pairs(10_000).into_iter().step_by(10).take(64);
        let path = |Pair(a, b): Pair| format!("{a}{b}");
        let writer = |_| Writer {
            counters: paths()
                .map(|pair| self.counters.with([&path(pair)]).into_owned())
                .collect(),
            histograms: paths()
                .map(|pair| self.histograms.with([&path(pair)]).into_owned())
                .collect(),
        };
        (0..WRITERS).map(writer).collect()
    }
}

impl Writer {
    /// Observes and counts alternately, each call when it is due, or immediately if it is late.
    fn write(&self, time: Duration) -> Calls {
        let mut kept = Vec::with_capacity(time.as_micros() as usize);
        let mut lost = Vec::new();
        let slept = sleeps();
        let begin = Instant::now();
        let (mut wall, mut cpu) = (begin, cpu_now());
        for i in 0.. {
            let due = begin + PACE * i as u32;
            let mut start = Instant::now();
            while start < due {
                spin_loop();
                start = Instant::now();
            }
            if start - begin >= time {
                break;
            }
            self.call(i);
            let took = start.elapsed();
            let mut without_core = Duration::ZERO;
            if took > SLOW || i.is_multiple_of(CHECK) {
                let (wall_before, cpu_before) = (wall, cpu);
                (wall, cpu) = (Instant::now(), cpu_now());
                without_core = (wall - wall_before).saturating_sub(cpu - cpu_before);
            }
            let calls = if took > SLOW && without_core + SLOW >= took {
                &mut lost
            } else {
                &mut kept
            };
            calls.push(took.as_nanos() as u32);
        }
        Calls {
            kept,
            lost,
            slept: sleeps() - slept,
        }
    }

    #[inline]
    fn call(&self, i: usize) {
        let at = i / 2 % self.counters.len();
        if i.is_multiple_of(2) {
            self.counters[at].inc();
        } else {
            self.histograms[at].observe(black_box(0.3));
        }
    }
}

/// Returns the number of voluntary context switches of this thread.
fn sleeps() -> u64 {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let count = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.map_or(0, |count| count.trim().parse().unwrap_or(0))
}

/// The calls of all writers.
struct Writes {
    /// Sorted.
    ns: Vec<u32>,
    lost: Vec<u32>,
    slept: u64,
    per_second: f64,
}

impl Writes {
    fn of(writers: Vec<Calls>, time: Duration) -> Self {
        let mut all = Self {
            ns: Vec::new(),
            lost: Vec::new(),
            slept: 0,
            per_second: 0.0,
        };
        let count = writers.len();
        for calls in writers {
            // A thread that slept may have waited for the library.
            let lost = match calls.slept {
                0 => &mut all.lost,
                _ => &mut all.ns,
            };
            lost.extend(calls.lost);
            all.ns.extend(calls.kept);
            all.slept += calls.slept;
        }
        let calls = all.ns.len() + all.lost.len();
        all.per_second = calls as f64 / time.as_secs_f64() / count as f64;
        all.ns.sort_unstable();
        all
    }

    /// Returns the quantile `part` of the calls, in nanoseconds.
    fn at(&self, part: f64) -> f64 {
        let last = self.ns.len().saturating_sub(1);
        let ns = self.ns.get((last as f64 * part) as usize);
        ns.map_or(f64::NAN, |&ns| ns.into())
    }

    fn shown(&self) -> String {
        let [p50, p99, p999, max] = [0.5, 0.99, 0.999, 1.0].map(|part| self.at(part));
        format!(
            "{:.2} M/s each, p50 {p50} ns, p99 {p99} ns, p99.9 {p999} ns, max {max} ns; \
             {} calls lost their core, for {} ns at most; slept {} times",
            self.per_second / 1e6,
            self.lost.len(),
            self.lost.iter().max().unwrap_or(&0),
            self.slept,
        )
    }
}

/// How long scrapes took, in nanoseconds.
struct Scrapes {
    count: usize,
    median_cpu: f64,
    slowest_cpu: f64,
    median_wall: f64,
    slowest_wall: f64,
}

impl Scrapes {
    fn of(took: Vec<(Duration, Duration)>) -> Self {
        let ns = |took: Duration| took.as_secs_f64() * 1e9;
        // The first scrape builds state that the others reuse.
        let (mut cpu, mut wall): (Vec<f64>, Vec<f64>) = took
            .into_iter()
            .skip(1)
            .map(|(cpu, wall)| (ns(cpu), ns(wall)))
            .unzip();
        Self {
            count: cpu.len(),
            median_cpu: median(&mut cpu),
            slowest_cpu: cpu.last().copied().unwrap_or(f64::NAN),
            median_wall: median(&mut wall),
            slowest_wall: wall.last().copied().unwrap_or(f64::NAN),
        }
    }

    fn shown(&self) -> String {
        let [median_cpu, slowest_cpu, median_wall, slowest_wall] = [
            self.median_cpu,
            self.slowest_cpu,
            self.median_wall,
            self.slowest_wall,
        ]
        .map(|ns| ns / 1e6);
        format!(
            "{} scrapes, CPU time {median_cpu:.2} ms, at most {slowest_cpu:.2} ms; \
             wall time {median_wall:.2} ms, at most {slowest_wall:.2} ms",
            self.count
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(slept: u64) -> Calls {
        Calls {
            kept: (1..=1000).collect(),
            lost: vec![3_000_000],
            slept,
        }
    }

    #[test]
    fn a_lost_core_counts_only_against_whoever_slept() {
        let time = Duration::from_millis(1);
        let awake = Writes::of(vec![calls(0)], time);
        assert_eq!(
            [awake.at(0.5), awake.at(0.999), awake.at(1.0)],
            [500.0, 999.0, 1000.0]
        );
        let asleep = Writes::of(vec![calls(1)], time);
        assert_eq!(asleep.at(1.0), 3_000_000.0);
        assert!(Writes::of(Vec::new(), time).at(0.5).is_nan());
    }
}
