//! A library with its own metrics, declared beside the code that counts.
#![forbid(unsafe_code)]

use promcore::{Counter, CounterFamily, LabelSet, LabelValue};

promauto::metrics! {
    /// Jobs that were taken from the queue.
    static JOBS: Counter = "queue_jobs_total";

    /// Jobs that are done.
    static DONE: CounterFamily<Job> = "queue_jobs_done_total";

    /// Jobs that nobody wanted.
    static DROPPED: Counter = "queue_jobs_dropped_total";
}

#[derive(LabelSet)]
struct Job {
    outcome: Outcome,
}

/// The outcome of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, LabelValue)]
#[label(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// The job succeeded.
    Success,
    /// The job failed.
    Failure,
}

/// Runs a job, and counts it.
pub fn run(job: impl FnOnce() -> bool) -> Outcome {
    JOBS.inc();
    let outcome = if job() {
        Outcome::Success
    } else {
        Outcome::Failure
    };
    DONE.with(&Job { outcome }).inc();
    outcome
}

/// Drops a job.
pub fn forget<T>(job: T) {
    drop(job);
    DROPPED.inc();
}
