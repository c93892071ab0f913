//! Models of summaries: every interleaving that loom finds.

use std::time::Duration;

use loom::thread;

use crate::family::SummaryValue;
use crate::summary::SummaryShape;
use crate::summary::sketches::Sketches;
use crate::summary::stream::Objective;
use crate::summary::windows::Ages;
use crate::sync::Arc;
use crate::time::{Clock, ManualClock, Timestamp};

const CREATED: Timestamp = Timestamp::from_unix_nanos(0);

/// A clock that a thread need not read each time.
#[derive(Debug)]
struct Steady;

impl Clock for Steady {
    fn now(&self) -> Timestamp {
        CREATED
    }

    fn runs_by_itself(&self) -> bool {
        true
    }
}

fn sketches(clock: Arc<dyn Clock>) -> Arc<Sketches> {
    let ages = Ages {
        max_age: Duration::from_secs(1),
        buckets: 1,
    };
    let shape = SummaryShape {
        objectives: vec![Objective {
            quantile: 0.5,
            error: 0.1,
        }],
        ages,
        buffer: 2,
        patience: clock.runs_by_itself().then(|| ages.moment()),
        clock,
    };
    Arc::new(Sketches::new(1, &Arc::new(shape)))
}

fn observe(sketches: &Sketches, times: usize) {
    (0..times).for_each(|_| sketches.observe_as(1, 0, 2.0, CREATED));
}

/// Reads the series, and checks that count and sum cover the same observations.
fn read(sketches: &Sketches) -> u64 {
    let mut value = SummaryValue::default();
    sketches.read(0, &mut value);
    assert_eq!(value.sum, 2.0 * value.count as f64);
    value.count
}

/// In a snapshot, count and sum cover the same observations, even while a full ring is merged and its slots are reused, and none that was complete before is missing.
#[test]
fn rings_that_are_taken_in_are_never_missed() {
    loom::model(|| {
        let sketches = sketches(Arc::new(Steady));
        // From the second one on, the clock is not read.
        observe(&sketches, 2);
        let writer = {
            let sketches = Arc::clone(&sketches);
            thread::spawn(move || observe(&sketches, 4))
        };
        assert!(read(&sketches) >= 2);
        writer.join().unwrap();
        assert_eq!(read(&sketches), 6);
    });
}

/// Threads that find an ended window at the same time lose nothing, whichever of them rotates it.
#[test]
fn windows_that_end_lose_no_count() {
    loom::model(|| {
        let clock = Arc::new(ManualClock::new(CREATED));
        let sketches = sketches(clock.clone());
        observe(&sketches, 1);
        clock.advance(Duration::from_secs(2));
        let writer = {
            let sketches = Arc::clone(&sketches);
            thread::spawn(move || observe(&sketches, 1))
        };
        sketches.observe_as(2, 0, 2.0, CREATED);
        assert!(read(&sketches) >= 2);
        writer.join().unwrap();
        assert_eq!(read(&sketches), 3);
    });
}
