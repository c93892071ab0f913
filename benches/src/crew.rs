//! Threads that live for a whole row.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::row::{By, Op, Turn};

type Job = Box<dyn FnOnce() + Send>;

/// The threads that call the candidates of one row, the same for all candidates.
#[derive(Debug, Default)]
pub(crate) struct Crew {
    workers: Vec<Worker>,
}

#[derive(Debug)]
struct Worker {
    /// `None` when the crew is being dropped.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Crew {
    pub(crate) fn new(by: By) -> Self {
        let workers = match by {
            By::Maker => 0,
            By::Other | By::Survivor => 1,
            By::Together(threads) => threads,
        };
        Self {
            workers: (0..workers).map(|_| Worker::start()).collect(),
        }
    }

    /// Makes a candidate in the thread that the row specifies, and touches it there.
    pub(crate) fn prepare(&self, by: By, make: fn() -> Op) -> Op {
        let touch = Turn {
            thread: 0,
            first: 0,
            calls: 100,
        };
        let made = move || {
            let op = make();
            op(touch);
            op
        };
        if by != By::Survivor {
            return made();
        }
        // The survivor first uses another metric of the library, so that it gets its thread identity,
        // if the library assigns one, before the first writer does.
        self.each(move |_| made());
        let op = thread::spawn(made).join().expect("the candidate was made");
        // Another thread takes over the identity of the ended one, if it is reused, so that the
        // survivor does not.
        thread::spawn(made).join().expect("the candidate was made");
        op
    }

    /// Returns the number of threads that call concurrently.
    pub(crate) fn threads(&self) -> usize {
        self.workers.len().max(1)
    }

    /// Runs a job in all threads of the crew concurrently, or in this one if there are none.
    pub(crate) fn each<T: Send + 'static>(
        &self,
        job: impl Fn(usize) -> T + Send + Sync + 'static,
    ) -> Vec<T> {
        if self.workers.is_empty() {
            return vec![job(0)];
        }
        let job = Arc::new(job);
        let results = Arc::new(Mutex::new(Vec::new()));
        let (done, finished) = channel::<()>();
        for (i, worker) in self.workers.iter().enumerate() {
            let (job, results, done) = (job.clone(), results.clone(), done.clone());
            worker.send(Box::new(move || {
                let result = job(i);
                results
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(result);
                drop((job, results, done));
            }));
        }
        drop(done);
        finished
            .recv()
            .expect_err("nobody sends, all drop their ends");
        std::mem::take(&mut *results.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Worker {
    fn start() -> Self {
        let (jobs, inbox): (Sender<Job>, Receiver<Job>) = channel();
        let thread = thread::spawn(move || {
            for job in inbox {
                job();
            }
        });
        Self {
            jobs: Some(jobs),
            thread: Some(thread),
        }
    }

    fn send(&self, job: Job) {
        let jobs = self.jobs.as_ref().expect("only drop takes it");
        jobs.send(job)
            .expect("a worker takes jobs until its inbox is closed");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic was already reported by the thread itself.
            let _ = thread.join();
        }
    }
}
