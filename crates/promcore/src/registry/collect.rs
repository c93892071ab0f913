use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::register::Registered;
use crate::constant::ConstMetric;
use crate::error::Error;
use crate::sync::{AtomicBool, Ordering};

/// How long nothing may finish before another worker starts; quicker collectors are not worth a thread.
const PATIENCE: Duration = Duration::from_micros(100);

/// The maximum number of workers of a scrape.
const MAX_WORKERS: usize = 64;

/// The metrics of a collector, or the error that replaces them.
pub(super) type Outcome = Result<Vec<ConstMetric>, Error>;

/// What earlier scrapes found out about a collector.
#[derive(Default)]
pub(super) struct Pace {
    /// Whether it finished within [`PATIENCE`] while no other collector ran.
    is_quick: AtomicBool,
    /// The runs that scrapes gave up on and left running.
    overdue: Mutex<Overdue>,
    none_is_overdue: Condvar,
}

#[derive(Default)]
struct Overdue {
    runs: usize,
    /// When the first of these runs started.
    since: Option<Instant>,
}

impl Pace {
    fn is_quick(&self) -> bool {
        // Relaxed, here and below: a hint, with no other data depending on it.
        self.is_quick.load(Ordering::Relaxed)
    }

    fn note(&self, took: Duration, was_alone: bool) {
        if took >= PATIENCE {
            self.is_quick.store(false, Ordering::Relaxed);
        } else if was_alone {
            // In parallel it may have waited for another collector, which it could not do when they run one by one.
            self.is_quick.store(true, Ordering::Relaxed);
        }
    }

    /// Returns whether an overdue run has already taken longer than a scrape with this deadline can wait.
    fn is_hopeless(&self, deadline: Option<Instant>) -> bool {
        let (Some(since), Some(deadline)) = (self.overdue().since, deadline) else {
            return false;
        };
        let now = Instant::now();
        deadline.saturating_duration_since(now) <= now.saturating_duration_since(since)
    }

    /// Waits until there is no overdue run, and returns whether that was in time.
    ///
    /// Scrapes without a deadline do not wait: they have time for a run of their own.
    fn wait_for_overdue(&self, deadline: Option<Instant>) -> bool {
        let Some(deadline) = deadline else {
            return true;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let is_overdue = |overdue: &mut Overdue| overdue.runs > 0;
        let none_is_overdue = &self.none_is_overdue;
        let waited = none_is_overdue.wait_timeout_while(self.overdue(), left, is_overdue);
        let (overdue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        overdue.runs == 0
    }

    /// Notes that a run is left running.
    fn leave_behind(&self, since: Instant) {
        let mut overdue = self.overdue();
        overdue.runs += 1;
        overdue.since.get_or_insert(since);
    }

    /// Notes that an overdue run has ended.
    fn end_overdue(&self) {
        let mut overdue = self.overdue();
        overdue.runs -= 1;
        if overdue.runs == 0 {
            overdue.since = None;
            self.none_is_overdue.notify_all();
        }
    }

    fn overdue(&self) -> MutexGuard<'_, Overdue> {
        self.overdue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Collects from all `collectors`, and passes the results to `take` in their order; a collector that misses the `deadline` results in an error.
///
/// A single collector, or several quick ones, run on this thread, one after the other.
/// Otherwise workers run them; another worker starts whenever nothing finishes for a while and collectors are waiting, so that slow collectors run in parallel.
/// With a deadline even a single collector runs on a worker, which may outlive the scrape.
/// A collector that was left running is not started again before it finishes, or abandoned scrapes would pile up; nor is it given up immediately, or clients with short timeouts could keep it from all others.
pub(super) fn collect_each(
    collectors: &[Arc<Registered>],
    deadline: Option<Instant>,
    mut take: impl FnMut(&Registered, Outcome),
) {
    let is_quick = |it: &Arc<Registered>| it.pace.is_quick();
    if deadline.is_none() && (collectors.len() < 2 || collectors.iter().all(is_quick)) {
        for collector in collectors {
            let (outcome, took) = timed(collector);
            collector.pace.note(took, true);
            take(collector, outcome);
        }
    } else if !collectors.is_empty() {
        let outcomes = side_by_side(collectors, deadline);
        for (collector, outcome) in collectors.iter().zip(outcomes) {
            take(collector, outcome);
        }
    }
}

fn timed(collector: &Registered) -> (Outcome, Duration) {
    let start = Instant::now();
    let outcome = collector.collect();
    (outcome, start.elapsed())
}

/// Runs the collectors on workers, and returns the results in the order of the collectors.
fn side_by_side(collectors: &[Arc<Registered>], deadline: Option<Instant>) -> Vec<Outcome> {
    let work = Arc::new(Work::new(collectors, deadline));
    let mut workers = 0;
    while work.needs_another(workers) {
        let worker = Arc::clone(&work);
        let name = "promcore-collect".to_owned();
        match thread::Builder::new()
            .name(name)
            .spawn(move || worker.run())
        {
            Ok(_) => workers += 1,
            // No thread can be started: the running ones must do, or this one.
            Err(_) if workers > 0 => workers = MAX_WORKERS,
            Err(_) => work.run(),
        }
    }
    work.finish(workers == 1)
}

/// State shared by the workers of a scrape.
struct Work {
    collectors: Vec<Arc<Registered>>,
    deadline: Option<Instant>,
    jobs: Mutex<Jobs>,
    all_done: Condvar,
}

struct Jobs {
    /// One for each collector.
    states: Vec<Job>,
    /// The first job that is not started.
    next: usize,
    /// The number of jobs that are not done.
    open: usize,
}

enum Job {
    Waiting,
    /// Started, but possibly waiting for an overdue run to end.
    Started,
    /// Running since this time.
    Running(Instant),
    Done(Outcome, Duration),
    /// Not to be run, or no longer needed.
    GivenUp,
}

impl Work {
    fn new(collectors: &[Arc<Registered>], deadline: Option<Instant>) -> Self {
        let state = |it: &Arc<Registered>| {
            if it.pace.is_hopeless(deadline) {
                Job::GivenUp
            } else {
                Job::Waiting
            }
        };
        let states: Vec<Job> = collectors.iter().map(state).collect();
        let open = states.iter().filter(|job| matches!(job, Job::Waiting));
        Self {
            collectors: collectors.to_vec(),
            deadline,
            jobs: Mutex::new(Jobs {
                open: open.count(),
                states,
                next: 0,
            }),
            all_done: Condvar::new(),
        }
    }

    /// Locks the jobs; no collector runs under this lock.
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until another worker is needed, and returns true; returns false once everything is done or it is too late.
    fn needs_another(&self, workers: usize) -> bool {
        let mut jobs = self.jobs();
        let mut open = usize::MAX;
        while jobs.open > 0 {
            let left = self.deadline.map_or(Duration::MAX, |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            if left.is_zero() {
                return false;
            }
            let may_start = workers < MAX_WORKERS && jobs.next < jobs.states.len();
            if may_start && (workers == 0 || jobs.open == open) {
                return true;
            }
            open = jobs.open;
            let patience = if may_start { PATIENCE } else { left };
            let waited = self.all_done.wait_timeout(jobs, patience.min(left));
            (jobs, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        false
    }

    /// Starts the next job. A separate function, so that the lock is released before the collector runs.
    fn start(&self) -> Option<usize> {
        self.jobs().start()
    }

    /// Runs jobs until all have been started.
    fn run(&self) {
        while let Some(at) = self.start() {
            let collector = &self.collectors[at];
            if !collector.pace.wait_for_overdue(self.deadline) || !self.jobs().run(at) {
                continue;
            }
            let (outcome, took) = timed(collector);
            let mut jobs = self.jobs();
            if matches!(jobs.states[at], Job::GivenUp) {
                collector.pace.end_overdue();
                continue;
            }
            jobs.states[at] = Job::Done(outcome, took);
            jobs.open -= 1;
            if jobs.open == 0 {
                self.all_done.notify_one();
            }
        }
    }

    /// Gives up the unfinished jobs, and returns the results of all.
    fn finish(&self, was_alone: bool) -> Vec<Outcome> {
        let mut jobs = self.jobs();
        jobs.next = jobs.states.len();
        let states = jobs.states.iter_mut().zip(&self.collectors);
        let outcomes = states.map(|(job, collector)| {
            let late = || Error::CollectorTimeout {
                collector: collector.names(),
            };
            match mem::replace(job, Job::GivenUp) {
                Job::Done(outcome, took) => {
                    collector.pace.note(took, was_alone);
                    outcome
                }
                Job::Waiting => Err(late()),
                Job::Running(since) => {
                    collector.pace.leave_behind(since);
                    Err(late())
                }
                Job::Started | Job::GivenUp => Err(Error::CollectorBusy {
                    collector: collector.names(),
                }),
            }
        });
        outcomes.collect()
    }
}

impl Jobs {
    fn start(&mut self) -> Option<usize> {
        while let Some(job) = self.states.get_mut(self.next) {
            self.next += 1;
            if matches!(job, Job::Waiting) {
                *job = Job::Started;
                return Some(self.next - 1);
            }
        }
        None
    }

    /// Notes that a started job runs from now on, unless it was given up.
    fn run(&mut self, at: usize) -> bool {
        let is_wanted = matches!(self.states[at], Job::Started);
        if is_wanted {
            self.states[at] = Job::Running(Instant::now());
        }
        is_wanted
    }
}
